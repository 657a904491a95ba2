"""Status reports by the clock: drafts on the day of the schedule, and the emails of what was published."""

from __future__ import annotations

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import F
from django.utils.text import slugify
from django.utils.translation import gettext

from accord.conversations.actions.notify import notify
from accord.conversations.models import NoticeKind
from accord.core.access import Permission, can
from accord.core.dates import day_text
from accord.core.email import email_is_configured
from accord.core.events import record_event
from accord.core.links import absolute
from accord.core.references import page_of, reference
from accord.core.texts import gettext_lazy, translated
from accord.engines.texts import TextError
from accord.insight.actions.report_status import publish_status_report, report_status
from accord.insight.events import StatusReportEvent
from accord.insight.models import StatusReport, StatusReportDelivery, StatusReportSchedule
from accord.insight.status_parts import parts_of, text_of
from accord.insight.status_pdf import status_pdf
from accord.people.letters import letter
from accord.people.models import Firm, User
from accord.projects.models import Project

MOST_TRIES = 5
UNCERTAIN = gettext_lazy("Sending was interrupted, so it may have arrived or not.")


def draft_due_reports(*, today: date) -> int:
    """Create the drafts that are due, or publish them at once where the schedule says so; returns how many.

    A day that was missed is made up for once. While a draft is not published, its project manager is reminded instead.
    """
    due = StatusReportSchedule.objects.filter(next_on__lte=today, project__archived_at=None)
    due = due.filter(project__status=Project.Status.ACTIVE)
    return sum(_draft(row, today) for row in due.select_related("project__manager").order_by("pk"))


def _draft(schedule: StatusReportSchedule, today: date) -> bool:
    """Do what is due; a plan that can't be computed keeps no other from its report: its manager is told why."""
    try:
        return _drafted(schedule, today)
    except (ValidationError, TextError) as error:
        StatusReportSchedule.objects.filter(pk=schedule.pk).update(next_on=schedule.day_after(today))
        why = " ".join(error.messages) if isinstance(error, ValidationError) else translated(error.text)
        said = gettext("No status report of %(project)s could be created: %(why)s")
        project = schedule.project
        notify([project.manager], said % {"project": project, "why": why}, kind=NoticeKind.DUE, about=project)
        return False


@transaction.atomic
def _drafted(schedule: StatusReportSchedule, today: date) -> bool:
    """Claim the day of ``schedule`` and create its report; whether one came of it."""
    claim = StatusReportSchedule.objects.filter(pk=schedule.pk, next_on=schedule.next_on)
    if not claim.update(next_on=schedule.day_after(today)):
        return False  # another worker was faster
    project = schedule.project
    waiting = StatusReport.objects.filter(project=project, status=StatusReport.Status.DRAFT).first()
    if waiting is not None:
        _tell_manager(waiting, gettext("%(report)s of %(project)s is still a draft. Publish it when it is ready."))
        return False
    report = report_status(project=project, by=None)
    if schedule.publishes:
        report = publish_status_report(report=report, by=None, version=report.version)
        _tell_manager(report, gettext("%(report)s of %(project)s was published automatically."))
    else:
        _tell_manager(report, gettext("%(report)s of %(project)s is ready as a draft. Review and publish it."))
    return True


def _tell_manager(report: StatusReport, text: str) -> None:
    project = report.project
    said = text % {"report": report, "project": project}
    notify([project.manager], said, kind=NoticeKind.DUE, about=report)


def send_waiting_reports(*, now: datetime, most: int = 200) -> int:
    """Send the emails of published reports that wait; returns how many went out.

    Each is marked as sent before it is handed to the mail server: after a crash in between it may be missing, which is
    better than twice, and its delivery says so. A server that refuses is asked again later, five times at most.
    Without a mail server they wait, and the report's page says so.
    """
    if not email_is_configured():
        return 0
    waiting = StatusReportDelivery.objects.filter(sent_at=None, tries__lt=MOST_TRIES)
    rows = list(waiting.select_related("report__project__account", "report__previous", "user").order_by("pk")[:most])
    firm = Firm.current() if rows else None
    return sum(_send(row, firm, now) for row in rows if firm is not None)


def _send(row: StatusReportDelivery, firm: Firm, now: datetime) -> bool:
    mine = StatusReportDelivery.objects.filter(pk=row.pk)
    if not can(row.user, Permission.VIEW, row.report):
        mine.update(tries=MOST_TRIES, failure=gettext("No longer has access to the project."))
        return False
    if not mine.filter(sent_at=None).update(sent_at=now, tries=F("tries") + 1, failure=str(UNCERTAIN)):
        return False
    try:
        _mail(row.report, row.user, firm).send()
    except OSError as error:  # smtplib's errors are OSErrors, too
        mine.update(sent_at=None, failure=f"{type(error).__name__}: {error}"[:300])
        return False
    mine.update(failure="")
    record_event(by=None, kind=StatusReportEvent.SENT, subject=row.report, after={"recipient": row.user.name})
    return True


def _mail(report: StatusReport, user: User, firm: Firm) -> EmailMultiAlternatives:
    """The report in short, with its address and the PDF: without amounts for who may not see them."""
    project = report.project
    parts = parts_of(report, money=report.shows_money_to(user))
    names = {"project": project, "report": report, "day": day_text(report.as_of)}
    lines = [gettext("%(report)s of %(project)s as of %(day)s") % names, "", text_of(report, parts)]
    if url := page_of(reference(report)):
        lines += ["", absolute(url)]
    subject = gettext("%(project)s: %(report)s") % names
    message = letter(subject=subject, text="\n".join(lines), to=[user.email], firm=firm)
    name = slugify(f"{project.code or project.name} status report {report.number}")
    message.attach(f"{name}.pdf", status_pdf(report, parts, firm), "application/pdf")
    message.mixed_subtype = "mixed"  # type: ignore[attr-defined]  # the PDF is no part of the HTML, as the logo is
    return message
