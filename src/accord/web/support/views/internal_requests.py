"""Internal requests: what is asked of the firm for its clients, and what became of it."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from accord.accounts.models import Account
from accord.core.access import Permission, require
from accord.core.models import Record
from accord.core.search.queries import search
from accord.core.texts import gettext_lazy
from accord.support.models import InternalRequest, Request
from accord.web.accounts.views.edits import AccountFormPage
from accord.web.shell.parts import Empty
from accord.web.shell.templatetags.shell import day
from accord.web.shell.views.forms import CreatePage, EditPage, RemovePage
from accord.web.shell.views.lists import Cell, Column, ListPage, Row, date_cell, due_cell
from accord.web.support import forms as forms

TAB = "account-requests"
TONES = {
    InternalRequest.Status.ASKED: "warn",
    InternalRequest.Status.GRANTED: "good",
    InternalRequest.Status.PARTLY: "info",
    InternalRequest.Status.REFUSED: "bad",
    InternalRequest.Status.WITHDRAWN: "neutral",
}


class InternalRequestList(ListPage):
    title = gettext_lazy("Internal requests")
    under = (gettext_lazy("Accounts"), "accounts")
    noun = gettext_lazy("internal requests")
    subtitle = gettext_lazy("Requests to colleagues on behalf of a client.")
    filter_class = forms.InternalRequestFilter
    default_sort = "done_at"
    columns = [
        Column(gettext_lazy("Request"), "title"),
        Column(gettext_lazy("Client"), "account__name"),
        Column(gettext_lazy("Assignee"), "owner__name"),
        Column(gettext_lazy("Outcome"), "status"),
        Column(gettext_lazy("Due"), "due_on"),
        Column(gettext_lazy("Client informed"), "client_informed_on", hide_small=True),
        Column(gettext_lazy("Your turn"), action=True),
    ]

    def rows_of(self, user: Any) -> QuerySet[InternalRequest]:
        rows = InternalRequest.objects.visible_to(user).filter(account__archived_at=None)
        return rows.select_related("account", "owner", "asked_by")

    def filtered(self, rows: QuerySet[InternalRequest], values: dict[str, Any]) -> QuerySet[InternalRequest]:
        if q := values.get("q"):
            rows = rows.filter(search(InternalRequest, q) | search(Account, q, "account"))
        if "status" in values:
            rows = rows.filter(status=values["status"])
        whose = {"of-me": "owner", "by-me": "asked_by"}.get(values.get("whose", ""))
        return rows.filter(**{whose: self.request.user}) if whose else rows

    def row(self, record: InternalRequest) -> Row:
        asked = record.status == InternalRequest.Status.ASKED
        action = Cell("")
        if asked and record.owner_id == self.request.user.pk:
            action = Cell(gettext("Answer"), url=reverse("internal-request-answer", args=[record.pk]), drawer=True)
        return Row(
            record.pk,
            "",
            [
                Cell(record.title, sub=(record.answer or record.reason)[:200]),
                Cell(
                    record.account,
                    sub=gettext("from %(asked_by)s") % {"asked_by": record.asked_by} if record.asked_by else "",
                ),
                Cell(record.owner, who=str(record.owner)),
                Cell(
                    record.get_status_display(),
                    badge=True,
                    tone=TONES[InternalRequest.Status(record.status)],
                    sub=day(record.done_at) if record.done_at else "",
                ),
                due_cell(record.due_on, timezone.localdate(), over=not asked),
                date_cell(record.client_informed_on),
                action,
            ],
        )

    def empty(self) -> Empty:
        text = gettext("Ask a colleague for something a client needs on the account's Requests tab.")
        return Empty(gettext("No internal requests yet"), text, icon="heart-handshake")


class InternalRequestNew(AccountFormPage, CreatePage):
    model, form_class, tab = InternalRequest, forms.InternalRequestItemForm, TAB
    submit_label, saved_message = gettext_lazy("Send request"), gettext_lazy("Request sent.")

    def blank(self) -> Record:
        asked = self.request.GET.get("request", "")
        found = Request.objects.visible_to(self.request.user).filter(
            account=self.account, pk=int(asked) if asked.isdecimal() else 0
        )
        return InternalRequest(account=self.account, request=found.first())

    def title(self, record: Record) -> str:
        return gettext("New internal request for %(account)s") % {"account": self.account}


class InternalRequestEdit(AccountFormPage, EditPage):
    model, form_class, tab, related = InternalRequest, forms.InternalRequestItemForm, TAB, ("account",)
    removal = "internal-request-removal"

    def record(self) -> Record:
        """Who is asked answers; what was asked is changed by those who see the client."""
        record = super().record()
        require(self.request.user, Permission.VIEW, record.account)
        return record


class InternalRequestAnswer(EditPage):
    model, form_class, related = InternalRequest, forms.InternalRequestAnswerForm, ("account",)
    submit_label, saved_message = gettext_lazy("Answer"), gettext_lazy("Answer saved.")
    back = "internal-requests"

    def title(self, record: Record) -> str:
        assert isinstance(record, InternalRequest)
        return f"{record.account}: {record.title}"


class InternalRequestRemove(AccountFormPage, RemovePage):
    model, tab = InternalRequest, TAB
