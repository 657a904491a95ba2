"""Status reports of a project that stands well and one that does not, and the schedules by which they come."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import Q

from accord.core import editing
from accord.core.models import Event
from accord.core.money import round_half_up
from accord.demo.world import Job, World, moment
from accord.engines.money.plan_value import end_of
from accord.insight.actions.report_status import publish_status_report, report_status
from accord.insight.models import StatusReport, StatusReportSchedule
from accord.projects.models import ProgressEntry, Project, Task

REPORTED = "late-best"  # the best client's project
AGO = (28, 14)  # days ago of the two reports
BEGUN = (
    "Design is agreed, and the team is complete. Data quality takes longer than planned, so the later steps start "
    "with less slack."
)
GOING = (
    "The main work has begun. The delay of the last weeks could not be made up. We propose to decide the open change "
    "requests before the next milestone."
)
REASON = "The open risks have been discussed with the client, and their sponsor accepts them."


def make_status_reports(world: World) -> None:
    """Two published reports of one project, the second beside the first, and the draft of the third."""
    running = [job for job in world.jobs if job.brief.state == "active" and job.brief.service != "support"]
    job = next((job for job in running if job.brief.key == REPORTED), next(iter(running), None))
    if job is None:
        return
    for days, summary in zip(AGO, (BEGUN, GOING), strict=True):
        _publish(world, job, world.back(days), summary)
    draft = report_status(project=_fresh(job), by=job.manager.user)
    yesterday = moment(world.back(1), 16 * 60)
    _told("insight.statusreport", draft.pk, yesterday)
    team = [hand.user for hand in dict.fromkeys(job.who.values()) if hand.user is not None and hand.user.is_active]
    schedule = StatusReportSchedule(project=job.row)
    editing.create(schedule, by=job.manager.user, many={"recipients": [job.manager.user, *team[:3]]})
    _told("insight.statusreportschedule", schedule.pk, yesterday)


def _report_progress(job: Job, day: date) -> None:
    """What was under way at the end of ``day`` had been reported by then, in even steps."""
    moment = end_of(day)
    under_way = Task.objects.filter(project=job.row, actual_start__lt=moment, percent_complete__gt=0)
    under_way = under_way.filter(Q(actual_finish=None) | Q(actual_finish__gt=moment))
    rows = []
    for task in under_way.exclude(kind=Task.Kind.SUMMARY):
        end = task.actual_finish or datetime.combine(job.until.date(), time())
        if task.actual_start is None or end <= task.actual_start:
            continue
        share = Decimal((moment - task.actual_start) / (end - task.actual_start))
        done = round_half_up(min(task.percent_complete * min(share, Decimal(1)), Decimal(99)), 0)
        rows.append(
            ProgressEntry(
                project=job.row,
                task=task,
                as_of=moment,
                by=job.manager.user,
                percent_complete=done,
                actual_start=task.actual_start,
            )
        )
    ProgressEntry.objects.bulk_create(rows)


def _fresh(job: Job) -> Project:
    return Project.objects.select_related("account", "manager").get(pk=job.row.pk)


def _publish(world: World, job: Job, day: date, summary: str) -> None:
    """A report as it was published on ``day``: dates of the plan were a little earlier then."""
    by = job.manager.user
    _report_progress(job, day)
    report = report_status(project=_fresh(job), by=by, as_of=day)
    earlier = (world.today - day).days // 7
    for row in report.contents["milestones"]:
        if not row["met"]:
            row["forecast"] = (date.fromisoformat(row["forecast"]) - timedelta(days=earlier)).isoformat()
    StatusReport.objects.filter(pk=report.pk).update(contents=report.contents)
    report = editing.change(report, by=by, version=report.version, summary=summary)
    if day == world.back(AGO[1]):
        report = editing.change(
            report, by=by, version=report.version, risk_override="amber", risk_reason=REASON
        )  # fmt: skip
    report = publish_status_report(report=report, by=by, version=report.version)
    then = moment(day, 16 * 60)
    StatusReport.objects.filter(pk=report.pk).update(created_at=then, updated_at=then, published_at=then)
    _told("insight.statusreport", report.pk, then)


def _told(subject_type: str, subject: int, at: datetime) -> None:
    Event.objects.filter(subject_type=subject_type, subject_id=subject).update(at=at)
