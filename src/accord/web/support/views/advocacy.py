"""Advocacy: what is asked of the firm for its clients, and what became of it."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from accord.accounts.models import Account
from accord.core.access import Deed, require
from accord.core.models import Record
from accord.core.search.queries import search
from accord.support.models import AdvocacyItem, Request
from accord.web.accounts.views.edits import OfAccount
from accord.web.shell.templatetags.shell import day
from accord.web.shell.views.forms import CreatePage, EditPage, RemovePage
from accord.web.shell.views.lists import Cell, Column, ListPage, Row, date_cell, due_cell
from accord.web.support import forms as forms

TAB = "account-requests"
TONES = {
    AdvocacyItem.Status.ASKED: "warn",
    AdvocacyItem.Status.GRANTED: "good",
    AdvocacyItem.Status.PARTLY: "info",
    AdvocacyItem.Status.REFUSED: "bad",
    AdvocacyItem.Status.WITHDRAWN: "neutral",
}


class AdvocacyList(ListPage):
    title = "Internal requests"
    subtitle = "Requests to colleagues on behalf of a client."
    filter_class = forms.AdvocacyFilter
    default_sort = "answered_on"
    columns = [
        Column("Request", "title"),
        Column("Client", "account__name"),
        Column("Assignee", "asked_of__name"),
        Column("Outcome", "status"),
        Column("Due", "due_on"),
        Column("Client informed", "told_on", hide_small=True),
        Column("Your turn", deed=True),
    ]

    def rows_of(self, user: Any) -> QuerySet[AdvocacyItem]:
        rows = AdvocacyItem.objects.visible_to(user).filter(account__archived_at=None)
        return rows.select_related("account", "asked_of", "asked_by")

    def filtered(self, rows: QuerySet[AdvocacyItem], values: dict[str, Any]) -> QuerySet[AdvocacyItem]:
        if q := values.get("q"):
            rows = rows.filter(search(AdvocacyItem, q) | search(Account, q, "account"))
        if "status" in values:
            rows = rows.filter(status=values["status"])
        whose = {"of-me": "asked_of", "by-me": "asked_by"}.get(values.get("whose", ""))
        return rows.filter(**{whose: self.request.user}) if whose else rows

    def row(self, record: AdvocacyItem) -> Row:
        asked = record.status == AdvocacyItem.Status.ASKED
        deed = Cell("")
        if asked and record.asked_of_id == self.request.user.pk:
            deed = Cell("Answer", url=reverse("advocacy-answer", args=[record.pk]), drawer=True)
        return Row(
            record.pk,
            "",
            [
                Cell(record.title, sub=(record.answer or record.reason)[:200]),
                Cell(record.account, sub=f"from {record.asked_by}" if record.asked_by else ""),
                Cell(record.asked_of, who=str(record.asked_of)),
                Cell(
                    record.get_status_display(), badge=True, tone=TONES[AdvocacyItem.Status(record.status)],
                    sub=day(record.answered_on) if record.answered_on else "",
                ),
                due_cell(record.due_on, timezone.localdate(), over=not asked),
                date_cell(record.told_on),
                deed,
            ],
        )  # fmt: skip

    def empty(self, *, is_filtered: bool) -> dict[str, Any]:
        if is_filtered:
            return {"title": "No matching requests", "text": "Try other filters or clear them.", "icon": "filter"}
        text = "Ask a colleague for something a client needs on the account's Requests tab."
        return {"title": "No internal requests yet", "text": text, "icon": "heart-handshake"}

    def extra(self) -> dict[str, Any]:
        crumbs = [{"label": "Accounts", "url": reverse("accounts")}, {"label": self.title, "url": ""}]
        return {"crumbs": crumbs, "noun": "internal requests"}


class AdvocacyNew(OfAccount, CreatePage):
    model, form_class, tab = AdvocacyItem, forms.AdvocacyItemForm, TAB
    submit_label, saved_message = "Send request", "Request sent."

    def blank(self) -> Record:
        asked = self.request.GET.get("request", "")
        found = Request.objects.visible_to(self.request.user).filter(
            account=self.account, pk=int(asked) if asked.isdecimal() else 0
        )
        return AdvocacyItem(account=self.account, request=found.first())

    def title(self, record: Record) -> str:
        return f"New internal request for {self.account}"


class AdvocacyEdit(OfAccount, EditPage):
    model, form_class, tab, related = AdvocacyItem, forms.AdvocacyItemForm, TAB, ("account",)
    removal = "advocacy-removal"

    def record(self) -> Record:
        """Who is asked answers; what was asked is changed by those who see the client."""
        record = super().record()
        require(self.request.user, Deed.VIEW, record.account)
        return record


class AdvocacyAnswer(EditPage):
    model, form_class, related = AdvocacyItem, forms.AdvocacyAnswerForm, ("account",)
    submit_label, saved_message = "Answer", "Answer saved."
    back = "advocacy"

    def title(self, record: Record) -> str:
        assert isinstance(record, AdvocacyItem)
        return f"{record.account}: {record.title}"


class AdvocacyRemove(RemovePage):
    model = AdvocacyItem

    def after(self, record: Record) -> str:
        return reverse(TAB, args=[record.account_id])  # type: ignore[attr-defined]
