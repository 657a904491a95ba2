"""What projects look for, and who fits."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from accord.core.access import Permission, can, require
from accord.core.dates import MONTHS
from accord.core.fetch import fetch
from accord.core.models import Record
from accord.core.texts import gettext_lazy
from accord.people.models import Role
from accord.projects.actions.request_staff import propose, withdraw_request
from accord.projects.models import StaffingRequest
from accord.projects.queries_staffing import Proposal, candidates, open_requests
from accord.web.projects.forms_staffing import ProposalForm, RequestForm
from accord.web.projects.views.edits import ProjectFormPage
from accord.web.shell.once import only_once
from accord.web.shell.parts import Action, Badge, Crumb, Empty, Fact
from accord.web.shell.templatetags.shell import day as written_day
from accord.web.shell.views.forms import CreatePage, EditPage, go
from accord.web.shell.views.lists import Cell, Column, ListPage, Row, date_cell

TONES = {"open": "warn", "filled": "good", "withdrawn": "neutral"}


class StaffingList(ListPage):
    """All open requests of projects that one may see; for those who staff projects."""

    title = gettext_lazy("Staffing")
    under = (gettext_lazy("People"), "people")
    noun = "requests"
    subtitle = gettext_lazy("Open positions on projects, most urgent first.")
    default_sort = "starts_on"
    columns = [
        Column(gettext_lazy("Role"), "role"),
        Column(gettext_lazy("Project"), "project__name"),
        Column(gettext_lazy("Skills"), hide_small=True),
        Column(gettext_lazy("From"), "starts_on"),
        Column(gettext_lazy("To"), "ends_on", hide_small=True),
        Column(gettext_lazy("Allocation"), "share", percent=True),
    ]

    def rows_of(self, user: Any) -> QuerySet[StaffingRequest]:
        if not user.has_role(Role.ADMINISTRATOR, Role.PROJECT_MANAGER):
            raise PermissionDenied(gettext("Only project managers and administrators can see staffing requests."))
        return open_requests(user)

    def row(self, record: StaffingRequest) -> Row:
        late = record.starts_on <= timezone.localdate()
        return Row(
            record.pk,
            reverse("staffing-request", args=[record.pk]),
            [
                Cell(
                    record.role,
                    sub=gettext("requested by %(asked_by)s") % {"asked_by": record.asked_by} if record.asked_by else "",
                ),
                Cell(record.project, url=reverse("project", args=[record.project_id])),
                Cell(", ".join(str(need) for need in record.needs.all()) or None),
                date_cell(record.starts_on, tone="warn" if late else ""),
                date_cell(record.ends_on),
                Cell(f"{record.share}%", numeric=True, raw=record.share / 100),
            ],
        )

    def empty(self) -> Empty:
        text = gettext("Request people on a project's Work tab, under Open positions.")
        return Empty(gettext("No open positions"), text, icon="user-check")


class RequestNew(ProjectFormPage, CreatePage):
    model, form_class = StaffingRequest, RequestForm
    submit_label, saved_message = gettext_lazy("Request staff"), gettext_lazy("Staffing request created.")

    def blank(self) -> Record:
        project = self.project
        finish = project.finish.date() if project.finish else None
        return StaffingRequest(project=project, starts_on=timezone.localdate(), ends_on=finish)

    def title(self, record: Record) -> str:
        return gettext("New staffing request")

    def after(self, record: Record) -> str:
        return reverse("staffing-request", args=[record.pk]) if record.pk else _work(record)


class RequestEdit(EditPage):
    model, form_class, related = StaffingRequest, RequestForm, ("project__account",)

    def record(self) -> Record:
        record = super().record()
        if record.status != StaffingRequest.Status.OPEN:  # type: ignore[attr-defined]
            raise PermissionDenied(gettext("This staffing request is closed. Create a new one."))
        return record

    def after(self, record: Record) -> str:
        return reverse("staffing-request", args=[record.pk])


@require_safe
def staffing_request(request: HttpRequest, pk: int) -> HttpResponse:
    """A request with the people who fit it best, for those who may propose them."""
    row = fetch(StaffingRequest, request.user, "project__account", "asked_by", "allocation__person", pk=pk)
    may_change = can(request.user, Permission.CHANGE, row)
    needs = list(row.needs.select_related("skill").order_by("skill__name"))
    is_open = row.status == StaffingRequest.Status.OPEN
    today = timezone.localdate()
    found = candidates(row, needs, today) if is_open and may_change else []
    actions: list[Action] = []
    if is_open and may_change:
        actions = [
            Action.edit(_url("edit", pk)),
            Action(gettext("Withdraw"), _url("withdrawal", pk), icon="x", method="post"),
        ]
    context = {
        "request_row": row,
        "record_title": row.role,
        "record_subtitle": f"{row.project} · {row.project.account}",
        "badges": [Badge(row.get_status_display(), TONES[row.status])],
        "facts": [
            Fact(gettext("Project"), row.project, url=_work(row)),
            Fact(gettext("From"), written_day(row.starts_on)),
            Fact(gettext("To"), written_day(row.ends_on)),
            Fact(gettext("Allocation"), f"{row.share}%"),
            Fact(gettext("Requested by"), row.asked_by, missing=gettext("Not known")),
            Fact(gettext("Note"), row.note, missing=gettext("None")),
        ],
        "actions": actions,
        "needs": needs,
        "is_open": is_open,
        "may_change": may_change,
        "is_over": row.ends_on < today,
        "candidates": [_shown(proposal) for proposal in found],
        "proposal_url": _url("proposal", pk),
        "crumbs": [
            Crumb(gettext("Projects"), reverse("projects")),
            Crumb(row.project.name, _work(row)),
            Crumb(row.role),
        ],
    }
    return render(request, "projects/staffing_request.html", context)


def _shown(proposal: Proposal) -> dict[str, Any]:
    """A candidate's row: whole per cents, and the weeks in which the time does not suffice."""
    ranked = proposal.ranked
    short = [
        f"{week.day} {MONTHS[week.month - 1]} ({part:.0%})"
        for week, part in zip(proposal.weeks, ranked.free, strict=True)
        if part is not None and part < 0.995
    ]
    tentative = ranked.time_if_tentative
    return {
        "person": proposal.person,
        "fit": round(100 * ranked.fit),
        "skill": round(100 * ranked.skill),
        "time": None if ranked.time is None else round(100 * ranked.time),
        "if_tentative": None if tentative is None or tentative == ranked.time else round(100 * tentative),
        "missing": proposal.missing,
        "short": short[:3],
        "more": max(0, len(short) - 3),
        "weeks": len(proposal.weeks),
        "enough": len(proposal.weeks) - len(short),
    }


@require_POST
def proposal(request: HttpRequest, pk: int) -> HttpResponse:
    """Fill the request with a tentative allocation of one person."""
    row = fetch(StaffingRequest, request.user, "project__account", pk=pk)
    require(request.user, Permission.CHANGE, row)
    form = ProposalForm(request.POST)
    if not form.is_valid():
        messages.error(request, gettext("Choose a person from the list."))
        return go(request, _url("", pk))
    try:
        with only_once(request) as done:
            made = propose(request=row, person=form.cleaned_data["person"], by=request.user, today=timezone.localdate())
            done.url = _work(row)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return go(request, _url("", pk))
    messages.success(
        request,
        gettext("%(person)s is tentatively allocated at %(share)s%%. Confirm the allocation once it's agreed.")
        % {"person": made.person, "share": made.share},
    )
    return go(request, _work(row))


@require_POST
def withdrawal(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop looking."""
    row = fetch(StaffingRequest, request.user, "project__account", pk=pk)
    require(request.user, Permission.CHANGE, row)
    try:
        withdraw_request(request=row, by=request.user)
        messages.success(request, gettext("“%(row)s” was withdrawn.") % {"row": row.role})
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return go(request, _work(row))


def _url(action: str, pk: int) -> str:
    return reverse(f"staffing-request-{action}" if action else "staffing-request", args=[pk])


def _work(row: Any) -> str:
    return reverse("project-work", args=[row.project_id])
