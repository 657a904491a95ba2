"""A status report is created, its figures are updated while it is a draft, it is published, and revised."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext

from accord.core import editing
from accord.core.access import Permission, require, require_create
from accord.insight.events import StatusReportEvent
from accord.insight.jobs_status import send_status_reports
from accord.insight.models import StatusReport, StatusReportDelivery, StatusReportSchedule
from accord.insight.status_contents import compute_status
from accord.insight.status_lights import Area
from accord.insight.status_texts import first_texts
from accord.projects.models import Project

TEXTS = ("summary", "decisions_wanted", "next_steps")
OVERRIDES = tuple(f"{area.value}_{part}" for area in Area for part in ("override", "reason"))


@transaction.atomic
def report_status(*, project: Project, by: Any, as_of: date | None = None) -> StatusReport:
    """Create the draft of the next status report, as of a day: by default the project's status date, or today.

    Raises ``ValidationError`` for a day to come, and while another report of the project is a draft.
    """
    require_create(by, StatusReport, project=project)
    _check_day(as_of)
    refuse_second_draft(project)
    last = last_published(project)
    computed = compute_status(project, as_of, last)
    highest = StatusReport.objects.filter(project=project).aggregate(Max("number"))["number__max"] or 0
    report = StatusReport(
        project=project,
        number=highest + 1,
        as_of=computed.as_of,
        previous=last,
        contents=computed.contents,
        amounts=computed.amounts,
        created_by=by,
        **first_texts(project, computed.contents),
    )
    return editing.create(report, by=by, action="report_status")


@transaction.atomic
def update_status_report(*, report: StatusReport, by: Any, version: int, as_of: date | None = None) -> StatusReport:
    """Compute the figures of a draft anew, as of its day or another one; what a person wrote stays."""
    require(by, Permission.CHANGE, report)
    _check_day(as_of)
    computed = compute_status(report.project, as_of or report.as_of, report.previous)
    return editing.change(
        report,
        by=by,
        version=version,
        event=StatusReportEvent.FIGURES_UPDATED,
        action="update_status_report",
        as_of=computed.as_of,
        contents=computed.contents,
        amounts=computed.amounts,
    )


@transaction.atomic
def publish_status_report(*, report: StatusReport, by: Any, version: int) -> StatusReport:
    """Publish a draft: from now on it stays as it is, and the recipients of the project's schedule get it by email."""
    stored = StatusReport.objects.select_related("project").get(pk=report.pk)
    if not stored.is_draft:
        raise ValidationError(gettext("%(report)s is already published.") % {"report": stored})
    published = editing.change(
        report,
        by=by,
        version=version,
        event=StatusReportEvent.PUBLISHED,
        action="publish_status_report",
        status=StatusReport.Status.PUBLISHED,
        published_at=timezone.now(),
        published_by=by,
    )
    schedule = StatusReportSchedule.objects.filter(project=report.project_id).first()
    users = list(schedule.recipients.filter(is_active=True)) if schedule is not None else []
    StatusReportDelivery.objects.bulk_create(StatusReportDelivery(report=published, user=user) for user in users)
    if users:
        send_status_reports.enqueue()
    return published


@transaction.atomic
def revise_status_report(*, report: StatusReport, by: Any) -> StatusReport:
    """Create a draft of the next version of a published report, with its figures, colours and texts.

    The published version stays as it is. Raises ``ValidationError`` for a draft, for a version that has a later one,
    and while another report of the project is a draft.
    """
    require_create(by, StatusReport, project=report.project)
    if report.is_draft:
        raise ValidationError(gettext("%(report)s isn't published yet. Edit the draft.") % {"report": report})
    if is_superseded(report):
        raise ValidationError(gettext("%(report)s has a later version. Revise that one.") % {"report": report})
    refuse_second_draft(report.project)
    revision = StatusReport(
        project=report.project,
        number=report.number,
        revision=report.revision + 1,
        as_of=report.as_of,
        previous=report.previous,
        contents=report.contents,
        amounts=report.amounts,
        created_by=by,
        **{name: getattr(report, name) for name in (*TEXTS, *OVERRIDES)},
    )
    return editing.create(revision, by=by, action="report_status")


def last_published(project: Project) -> StatusReport | None:
    """The newest published report of ``project``, in its latest version."""
    rows = StatusReport.objects.filter(project=project, status=StatusReport.Status.PUBLISHED)
    return rows.order_by("-number", "-revision").first()


def is_superseded(report: StatusReport) -> bool:
    """Whether a later version of the report is published."""
    later = StatusReport.objects.filter(project=report.project_id, number=report.number, revision__gt=report.revision)
    return later.filter(status=StatusReport.Status.PUBLISHED).exists()


def _check_day(as_of: date | None) -> None:
    if as_of is not None and as_of > timezone.localdate():
        raise ValidationError({"as_of": gettext("Choose a day that isn't in the future.")})


def refuse_second_draft(project: Project) -> None:
    """Raise ``ValidationError`` while a report of ``project`` is a draft."""
    draft = StatusReport.objects.filter(project=project, status=StatusReport.Status.DRAFT).first()
    if draft is not None:
        raise ValidationError(gettext("%(report)s is still a draft. Publish or delete it first.") % {"report": draft})
