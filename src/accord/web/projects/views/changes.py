"""Change requests of a project: their pages, and what is decided about them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from accord.core.access import Permission, can, require
from accord.core.editing import Conflict
from accord.core.fetch import fetch
from accord.core.models import Record
from accord.core.texts import gettext_lazy
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
        text_panel(gettext("Description"), row.description, missing=gettext("No description.")),
        text_panel(gettext("Reason"), row.reason, missing=gettext("No reason given.")),
    ]
    if row.answer:
        panels.append(
            text_panel(gettext("Earlier decision") if proposed else gettext("Decision"), row.answer, missing="")
        )
    amounts = [(gettext("Price to client"), row.price), (gettext("Internal cost"), row.cost)] if sees_money else []
    return show_entry(
        request,
        row,
        "project-log",
        gettext("RAID log"),
        badges=[Badge(row.get_status_display(), CHANGE_TONES[Status(row.status)])],
        facts=[
            Fact(
                gettext("Effect on finish"),
                signed_days(row.days) if row.days is not None else None,
                missing=gettext("Not estimated"),
            ),
            *(
                Fact(label, money(value, currency) if value is not None else None, missing=gettext("Not estimated"))
                for label, value in amounts
            ),
            Fact(gettext("Owner"), row.owner, missing=gettext("Unassigned")),
            Fact(
                gettext("Decision due"),
                (gettext("%(date)s, overdue") % {"date": day(row.due_on)} if late else day(row.due_on))
                if row.due_on
                else None,
                missing=gettext("No date"),
                tone="bad" if late else "",
            ),
            Fact(
                gettext("Decided"),
                gettext("%(decided_on)s by %(decided_by)s")
                % {"decided_on": day(row.decided_on), "decided_by": row.decided_by}
                if row.decided_on
                else None,
                missing=gettext("Not yet"),
            ),
            Fact(gettext("Raised by"), row.raised_by, missing=gettext("Not known")),
        ],
        panels=panels,
        side=[
            *requests_panel(Request.objects.visible_to(request.user).filter(works__change=row)),
            tasks_panel(row, gettext("No affected tasks.")),
        ],
        actions=_change_actions(row) if can(request.user, Permission.CHANGE, row.project) else [],
        sees_money=sees_money,
    )


def _change_actions(row: ChangeRequest) -> list[Action]:
    decision, completion = (reverse(name, args=[row.pk]) for name in ("change-decision", "change-completion"))
    if row.status == Status.PROPOSED:
        return [Action(gettext("Decide"), decision, icon="circle-check", drawer=True, primary=True)]
    undo = completion if row.status == Status.DONE else decision
    reopen = Action(gettext("Reopen"), undo, icon="arrow-back-up", method="delete")
    if row.status != Status.APPROVED:
        return [reopen]
    return [
        reopen,
        Action(gettext("Mark as implemented"), completion, icon="circle-check", method="post", primary=True),
    ]


class ChangeDecision(EditPage):
    """GET asks whether the change is approved, POST decides it, DELETE takes it up again."""

    model, form_class, related = ChangeRequest, forms.ChangeDecisionForm, ("project__account",)
    submit_label, saved_message = gettext_lazy("Decide"), gettext_lazy("Decision recorded.")

    def record(self) -> Record:
        record = super().record()
        require(self.request.user, Permission.CHANGE, record.project)  # type: ignore[attr-defined]
        return record

    def title(self, record: Record) -> str:
        return gettext("Decide %(record)s") % {"record": record}

    def show_conflict(self, conflict: Conflict, form: RecordForm) -> HttpResponse:
        """Nobody shall approve what they have not seen: back to the page."""
        messages.error(self.request, gettext("%(conflict)s Review it before you decide.") % {"conflict": conflict})
        return go(self.request, address(conflict.record))

    def after(self, record: Record) -> str:
        return address(record)

    def delete(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        row = fetch(ChangeRequest, request.user, "project__account", pk=kwargs["pk"])
        return perform_action(
            request,
            row,
            lambda: reopen_change(change=row, by=request.user),
            gettext("%(row)s is open for decision again.") % {"row": row.key},
        )


@require_http_methods(["POST", "DELETE"])
def change_done(request: HttpRequest, pk: int) -> HttpResponse:
    """POST says that an approved change is carried out; DELETE takes that back."""
    row = fetch(ChangeRequest, request.user, "project__account", pk=pk)
    if request.method == "DELETE":
        return perform_action(
            request,
            row,
            lambda: resume_change(change=row, by=request.user),
            gettext("%(row)s is no longer implemented.") % {"row": row.key},
        )
    return perform_action(
        request,
        row,
        lambda: finish_change(change=row, by=request.user),
        gettext("%(row)s is implemented.") % {"row": row.key},
    )


class ChangePages(EntryPages):
    route, model, form_class = "change", ChangeRequest, forms.ChangeForm
    consequence = gettext_lazy(
        "This deletes it for everyone. Its number won't be reused. If the change isn't wanted, reject it instead to "
        "keep a record."
    )
