"""Status reports of a project that stands well and one that does not, and the schedules by which they come."""

from __future__ import annotations

from datetime import date, timedelta

from accord.core import editing
from accord.demo.world import Job, World, moment
from accord.insight.actions.report_status import publish_status_report, report_status
from accord.insight.models import StatusReport, StatusReportSchedule
from accord.projects.models import Project

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
    report_status(project=_fresh(job), by=job.manager.user)
    team = [hand.user for hand in dict.fromkeys(job.who.values()) if hand.user is not None and hand.user.is_active]
    schedule = StatusReportSchedule(project=job.row)
    editing.create(schedule, by=job.manager.user, many={"recipients": [job.manager.user, *team[:3]]})


def _fresh(job: Job) -> Project:
    return Project.objects.select_related("account", "manager").get(pk=job.row.pk)


def _publish(world: World, job: Job, day: date, summary: str) -> None:
    """A report as it was published on ``day``: dates of the plan were a little earlier then."""
    by = job.manager.user
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
