"""Status reports of a project: the tab that lists them, the page of one, its PDF, and what is done with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from accord.core.access import Permission, can, may_create, require
from accord.core.editing import Conflict
from accord.core.email import email_is_configured
from accord.core.fetch import fetch
from accord.core.models import Record
from accord.core.texts import gettext_lazy
from accord.insight.actions.report_status import is_superseded, publish_status_report, revise_status_report
from accord.insight.models import StatusReport, StatusReportSchedule
from accord.insight.status_parts import lights_of, parts_of
from accord.insight.status_pdf import status_pdf
from accord.people.models import Firm
from accord.web.insight.forms_status import (
    FiguresForm,
    LightsForm,
    LimitsForm,
    NewReportForm,
    ScheduleForm,
    TextsForm,
)
from accord.web.insight.status_panels import PARTS, panels_of
from accord.web.projects.page import project_page
from accord.web.projects.views.edits import ProjectFormPage, ProjectFormPages
from accord.web.shell.addresses import address
from accord.web.shell.list_parts import Column
from accord.web.shell.once import only_once
from accord.web.shell.parts import Action, Badge, Crumb, Empty, Fact
from accord.web.shell.pdf import pdf_answer
from accord.web.shell.record_page import Panel, RecordPage, history
from accord.web.shell.templatetags.shell import day, moment, money
from accord.web.shell.views.form_pages import FormPages
from accord.web.shell.views.forms import CreatePage, EditPage, FormPage, go
from accord.web.shell.views.lists import Cell, Row

TAB = "project-reports"
RELATED = ("project__account", "project__manager", "previous", "published_by")
TONES = {StatusReport.Status.DRAFT: "neutral", StatusReport.Status.PUBLISHED: "good"}


@require_safe
def reports(request: HttpRequest, pk: int) -> HttpResponse:
    """The reports of a project, the newest first, and the schedule by which they come."""
    page = project_page(request, pk, TAB)
    user: Any = request.user
    rows = StatusReport.objects.visible_to(user).filter(project=page.project).select_related("published_by")
    part = Paginator(rows, 25).get_page(request.GET.get("page"))
    schedule = StatusReportSchedule.objects.filter(project=page.project).prefetch_related("recipients").first()
    may_report = may_create(user, StatusReport, project=page.project)
    action = Action.new(gettext("New status report"), reverse("status-report-new", args=[pk])) if may_report else None
    text = gettext("A report gathers figures, traffic lights, milestones, risks and changes as of a day.")
    context = {
        "columns": [Column(gettext("Report")), Column(gettext("Status date")), Column(gettext("Lights")),
                    Column(gettext("Status"))],
        "rows": [_row(report, money=page.sees_money) for report in part.object_list],
        "page": part,
        "schedule": schedule,
        "schedule_facts": _schedule_facts(schedule) if schedule is not None else [],
        "email_off": not email_is_configured(),
        "may_report": may_report,
        "empty": Empty(gettext("No status reports yet"), text, icon="report", action=action),
    }  # fmt: skip
    return render(request, "insight/status_reports.html", page.context | context)


def _row(report: StatusReport, *, money: bool) -> Row:
    """A report with its lights in words."""
    report.previous = None  # the list doesn't compare: nothing is read for it
    lights = lights_of(report, money=money)
    worst = [part for part in lights if part.tone in ("bad", "warn")]
    named = ", ".join(
        gettext("%(area)s: %(colour)s") % {"area": part.area.label, "colour": str(part.colour.label).lower()}
        for part in worst
    )
    status = StatusReport.Status(report.status)
    by = report.published_by.name if report.published_by is not None else ""
    return Row(
        report.pk,
        reverse("status-report", args=[report.pk]),
        [
            Cell(str(report)),
            Cell(day(report.as_of)),
            Cell(named or gettext("All green"), tone="" if not worst else "bad" if _any_red(worst) else "warn"),
            Cell(status.label, tone=TONES[status], badge=True, sub=by),
        ],
    )


def _any_red(parts: Any) -> bool:
    return any(part.tone == "bad" for part in parts)


def _schedule_facts(schedule: StatusReportSchedule) -> list[Fact]:
    names = ", ".join(sorted(user.name for user in schedule.recipients.all()))
    automatic = gettext("Published automatically") if schedule.publishes else gettext("Draft for the project manager")
    return [
        Fact(gettext("Frequency"), schedule.get_rhythm_display()),
        Fact(gettext("Weekday"), schedule.get_weekday_display()),
        Fact(gettext("Next"), day(schedule.next_on)),
        Fact(gettext("What happens"), automatic),
        Fact(gettext("Recipients"), names, missing=gettext("None")),
    ]


@require_safe
def report_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One report beside the last one; its reader sees amounts or not."""
    report = fetch(StatusReport, request.user, *RELATED, pk=pk)
    project, sees_money = report.project, report.shows_money_to(request.user)
    parts = parts_of(report, money=sees_money, written=money)
    deliveries = list(report.deliveries.select_related("user"))  # type: ignore[attr-defined]
    sent = {"deliveries": deliveries, "email_off": not email_is_configured() and not report.is_draft}
    may_change = can(request.user, Permission.CHANGE, report)
    status = StatusReport.Status(report.status)
    replaced = not report.is_draft and is_superseded(report)
    return RecordPage(
        record=report,
        title=str(report),
        subtitle=f"{project} · {project.account}",
        above=[
            Crumb(gettext("Projects"), reverse("projects")),
            Crumb(project.name, reverse("project", args=[project.pk])),
            Crumb(gettext("Reports"), reverse(TAB, args=[project.pk])),
        ],
        badges=[Badge(status.label, TONES[status]), *([Badge(gettext("Superseded"), "warn")] if replaced else [])],
        facts=_facts(report, parts.as_of),
        actions=_actions(request.user, report, may_change=may_change, is_replaced=replaced),
        may_change=may_change,
        sees_money=sees_money,
        panels=[
            *panels_of(report, parts),
            Panel(gettext("Emailed to"), f"{PARTS}#sent", sent, side=True),
            history(),
        ],
    ).response(request, "insight/status_report.html")


def _facts(report: StatusReport, as_of: str) -> list[Fact]:
    last = report.previous
    return [
        Fact(gettext("Status date"), as_of),
        Fact(gettext("Project manager"), report.project.manager, missing=gettext("Unassigned")),
        Fact(
            gettext("Published"),
            moment(report.published_at) if report.published_at else None,
            missing=gettext("Not yet"),
        ),
        Fact(gettext("Published by"), report.published_by, missing="–" if report.is_draft else "Accord"),
        Fact(
            gettext("Last report"),
            f"{last}, {day(last.as_of)}" if last is not None else None,
            url=address(last) if last is not None else "",
            missing=gettext("None"),
        ),
    ]


def _actions(user: Any, report: StatusReport, *, may_change: bool, is_replaced: bool) -> list[Action]:
    pk = report.pk
    pdf = Action(gettext("PDF"), reverse("status-report-pdf", args=[pk]), icon="download")
    if may_change:
        return [
            Action.edit(reverse("status-report-edit", args=[pk])),
            Action(gettext("Set lights"), reverse("status-report-lights", args=[pk]), icon="adjustments-horizontal",
                   drawer=True),
            pdf,
            Action(gettext("Publish"), _versioned("status-report-publication", report), icon="send", primary=True,
                   method="post"),
            Action(gettext("Update figures"), reverse("status-report-figures", args=[pk]), icon="refresh",
                   drawer=True, more=True),
        ]  # fmt: skip
    if report.is_draft or is_replaced or not may_create(user, StatusReport, project=report.project):
        return [pdf]
    url = reverse("status-report-revision", args=[pk])
    return [pdf, Action(gettext("New version"), url, icon="copy", method="post")]


def _versioned(route: str, report: StatusReport) -> str:
    """What is published is what its reader sees: the address says which version that is."""
    return f"{reverse(route, args=[report.pk])}?version={report.version}"


@require_safe
def report_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The report with the firm's letterhead."""
    report = fetch(StatusReport, request.user, *RELATED, pk=pk)
    parts = parts_of(report, money=report.shows_money_to(request.user))
    name = slugify(f"{report.project.code or report.project.name} status report {report.number}")
    return pdf_answer(status_pdf(report, parts, Firm.current()), name)


@require_POST
def publication(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish the draft, as it was seen."""
    report = fetch(StatusReport, request.user, *RELATED, pk=pk)
    seen = request.GET.get("version", "")
    version = int(seen) if seen.isdecimal() and len(seen) < 10 else report.version
    require(request.user, Permission.CHANGE, report.project)
    return _perform(
        request,
        report,
        lambda: publish_status_report(report=report, by=request.user, version=version),
        gettext("Status report published."),
    )


@require_POST
def revision(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin the next version of a published report."""
    report = fetch(StatusReport, request.user, *RELATED, pk=pk)
    require(request.user, Permission.CHANGE, report.project)
    return _perform(
        request,
        report,
        lambda: revise_status_report(report=report, by=request.user),
        gettext("Draft of the new version created."),
    )


def _perform(request: HttpRequest, report: StatusReport, do: Callable[[], StatusReport], said: str) -> HttpResponse:
    """Do it and show the report that came of it; say why where it can't be done."""
    url = address(report)
    try:
        with only_once(request) as done:
            url = done.url = address(do())
        messages.success(request, said)
    except (ValidationError, Conflict) as error:
        messages.error(request, " ".join(error.messages) if isinstance(error, ValidationError) else str(error))
    return go(request, url)


class ReportNew(ProjectFormPage, CreatePage):
    """A draft: all but its day is computed."""

    model, form_class, tab = StatusReport, NewReportForm, TAB
    new_title = gettext_lazy("New status report")

    def after(self, record: Any) -> str:
        return address(record) if record.pk else super().after(record)


class ReportPages(FormPages):
    """The texts of a draft, and deleting it."""

    route, model, form_class, related = "status-report", StatusReport, TextsForm, ("project__account",)
    consequence = gettext_lazy("The draft is deleted with its texts. The audit log keeps a copy of these.")

    def above(self, record: Any) -> str:
        return reverse(TAB, args=[record.project_id])


class ReportLights(EditPage):
    """Colours that a person sets, each with the reason."""

    model, form_class, related = StatusReport, LightsForm, ("project__account", "previous")

    def title(self, record: Record) -> str:
        return gettext("Set lights of %(report)s") % {"report": record}


class ReportFigures(EditPage):
    """The figures of a draft, computed anew."""

    model, form_class, related = StatusReport, FiguresForm, ("project__account",)
    saved_message = gettext_lazy("Figures updated.")

    def title(self, record: Record) -> str:
        return gettext("Update figures of %(report)s") % {"report": record}


class SchedulePages(ProjectFormPages):
    """When reports are drafted, and who gets them."""

    route, model, form_class, tab = "status-schedule", StatusReportSchedule, ScheduleForm, TAB
    new_title, kind = gettext_lazy("Schedule status reports"), gettext_lazy("schedule")
    consequence = gettext_lazy("No more reports are drafted, and published ones are no longer emailed.")

    def title(self, record: Any) -> str:
        return gettext("Edit schedule") if record.pk else str(self.new_title)


class StatusLimits(FormPage):
    """From where the firm's rules turn a light amber or red."""

    model, form_class, back = Firm, LimitsForm, "settings"

    def record(self) -> Record:
        firm = Firm.current()
        require(self.request.user, Permission.CHANGE, firm)
        return firm

    def title(self, record: Record) -> str:
        return gettext("Status report thresholds")

    def crumbs(self, record: Record) -> list[Crumb]:
        return [Crumb(gettext("Settings"), reverse("settings")), Crumb(gettext("Status report thresholds"))]

    def toast(self) -> str:
        return gettext("Thresholds saved. They count for new reports.")
