"""Change requests of a project: their pages, and what is decided about them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accord.core.access import Permission, can, require
from accord.core.editing import Conflict
from accord.core.fetch import fetch
from accord.core.models import Record
from accord.projects.actions.decide_change import finish_change, reopen_change, resume_change
from accord.projects.models import ChangeRequest
from accord.support.models import Request
from accord.web.projects import forms_register as forms
from accord.web.projects.register import CHANGE_TONES, signed_days
from accord.web.projects.views.entries import (
    RELATED,
    EntryPages,
    perform_action,
    requests_panel,
    show_entry,
    tasks_panel,
)
from accord.web.shell.addresses import address
from accord.web.shell.forms import RecordForm
from accord.web.shell.parts import Action, Badge, Fact
from accord.web.shell.record_page import text_panel
from accord.web.shell.templatetags.shell import day, money
from accord.web.shell.views.forms import EditPage, go

Status = ChangeRequest.Status


@require_safe
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """One change request: what it would do, what was decided, and what was said and done about it."""
    row = fetch(ChangeRequest, request.user, *RELATED, pk=pk)
    sees_money, currency = can(request.user, Permission.VIEW_MONEY, row.project), row.project.currency
    proposed = row.status == Status.PROPOSED
    late = proposed and row.due_on is not None and row.due_on < timezone.localdate()
    panels = [
        text_panel("Description", row.description, missing="No description."),
        text_panel("Reason", row.reason, missing="No reason given."),
    ]
    if row.answer:
        panels.append(text_panel("Earlier decision" if proposed else "Decision", row.answer, missing=""))
    amounts = [("Price to client", row.price), ("Internal cost", row.cost)] if sees_money else []
    return show_entry(
        request,
        row,
        "project-log",
        "RAID log",
        badges=[Badge(row.get_status_display(), CHANGE_TONES[Status(row.status)])],
        facts=[
            Fact("Effect on finish", signed_days(row.days) if row.days is not None else None, missing="Not estimated"),
            *(
                Fact(label, money(value, currency) if value is not None else None, missing="Not estimated")
                for label, value in amounts
            ),
            Fact("Owner", row.owner, missing="Unassigned"),
            Fact(
                "Decision due",
                f"{day(row.due_on)}{', overdue' if late else ''}" if row.due_on else None,
                missing="No date",
                tone="bad" if late else "",
            ),
            Fact(
                "Decided", f"{day(row.decided_on)} by {row.decided_by}" if row.decided_on else None, missing="Not yet"
            ),
            Fact("Raised by", row.raised_by, missing="Not known"),
        ],
        panels=panels,
        side=[
            *requests_panel(Request.objects.visible_to(request.user).filter(works__change=row)),
            tasks_panel(row, "No affected tasks."),
        ],
        actions=_change_actions(row) if can(request.user, Permission.CHANGE, row.project) else [],
        sees_money=sees_money,
    )


def _change_actions(row: ChangeRequest) -> list[Action]:
    decision, completion = (reverse(name, args=[row.pk]) for name in ("change-decision", "change-completion"))
    if row.status == Status.PROPOSED:
        return [Action("Decide", decision, icon="circle-check", drawer=True, primary=True)]
    undo = completion if row.status == Status.DONE else decision
    reopen = Action("Reopen", undo, icon="arrow-back-up", method="delete")
    if row.status != Status.APPROVED:
        return [reopen]
    return [
        reopen,
        Action("Mark as implemented", completion, icon="circle-check", method="post", primary=True),
    ]


class ChangeDecision(EditPage):
    """GET asks whether the change is approved, POST decides it, DELETE takes it up again."""

    model, form_class, related = ChangeRequest, forms.ChangeDecisionForm, ("project__account",)
    submit_label, saved_message = "Decide", "Decision recorded."

    def record(self) -> Record:
        record = super().record()
        require(self.request.user, Permission.CHANGE, record.project)  # type: ignore[attr-defined]
        return record

    def title(self, record: Record) -> str:
        return f"Decide {record}"

    def show_conflict(self, conflict: Conflict, form: RecordForm) -> HttpResponse:
        """Nobody shall approve what they have not seen: back to the page."""
        messages.error(self.request, f"{conflict} Review it before you decide.")
        return go(self.request, address(conflict.record))

    def after(self, record: Record) -> str:
        return address(record)

    def delete(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        row = fetch(ChangeRequest, request.user, "project__account", pk=kwargs["pk"])
        return perform_action(
            request, row, lambda: reopen_change(change=row, by=request.user), f"{row.key} is open for decision again."
        )


@require_http_methods(["POST", "DELETE"])
def change_done(request: HttpRequest, pk: int) -> HttpResponse:
    """POST says that an approved change is carried out; DELETE takes that back."""
    row = fetch(ChangeRequest, request.user, "project__account", pk=pk)
    if request.method == "DELETE":
        return perform_action(
            request, row, lambda: resume_change(change=row, by=request.user), f"{row.key} is no longer implemented."
        )
    return perform_action(
        request, row, lambda: finish_change(change=row, by=request.user), f"{row.key} is implemented."
    )


class ChangePages(EntryPages):
    route, model, form_class = "change", ChangeRequest, forms.ChangeForm
    consequence = (
        "This deletes it for everyone. Its number won't be reused. If the change isn't wanted, reject it instead to "
        "keep a record."
    )
