"""The list of accounts."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from accord.accounts.models import Account, NoteTemplate
from accord.accounts.queries import accounts_with_last_contact
from accord.core.access import Deed, can
from accord.insight.models import AccountAnalysis
from accord.insight.queries import latest_analysis, rows_of
from accord.web.accounts.forms import AccountFilter
from accord.web.accounts.page import TONES
from accord.web.accounts.room import room
from accord.web.shell.templatetags.shell import ago, money, percent
from accord.web.shell.views.lists import Cell, Column, ListPage, Row


class AccountList(ListPage):
    title = "Accounts"
    default_sort = "name"
    filter_class = AccountFilter
    columns = [
        Column("Account", "name"),
        Column("Status", "status"),
        Column("Tier", "tier", hide_small=True),
        Column("Account manager", "owner__name"),
        Column("Lifetime value", numeric=True),
        Column("Chance of churn", numeric=True),
        Column("Last contact", "last_contact"),
    ]

    def rows_of(self, user: Any) -> QuerySet[Account]:
        return accounts_with_last_contact(user)

    def filtered(self, rows: QuerySet[Account], values: dict[str, Any]) -> QuerySet[Account]:
        if q := values.get("q"):
            rows = rows.filter(
                Q(name__icontains=q) | Q(city__icontains=q) | Q(industry__icontains=q) | Q(segment__icontains=q)
            )
        for name in ("status", "tier"):
            if name in values:
                rows = rows.filter(**{name: values[name]})
        return rows.filter(owner=self.request.user) if values.get("whose") == "me" else rows

    def prepare(self, records: list[Account]) -> None:
        self.analysis = latest_analysis()
        found = rows_of(self.analysis, self.request.user) if self.analysis else AccountAnalysis.objects.none()
        self.values = {row.account_id: row for row in found.filter(account__in=[a.pk for a in records])}

    def row(self, record: Account) -> Row:
        value = self.values.get(record.pk)
        churn = None if value is None or value.probability_alive is None else 1 - value.probability_alive
        last = record.last_contact  # type: ignore[attr-defined]
        return Row(
            record.pk,
            reverse("account", args=[record.pk]),
            [
                Cell(record.name, sub=" · ".join(p for p in (record.segment, record.city) if p)),
                Cell(record.get_status_display(), badge=True, tone=TONES[Account.Status(record.status)]),
                Cell(record.tier or None),
                Cell(record.owner, who=str(record.owner)) if record.owner else Cell("Nobody", tone="warn"),
                Cell(money(value.lifetime_value, self.analysis.currency) if value and self.analysis else None),
                Cell(percent(churn, 0) if churn is not None else None, tone="bad" if churn and churn >= 0.6 else ""),
                Cell(ago(last)) if last else Cell("Never", tone="unknown"),
            ],
        )

    def actions(self) -> list[dict[str, Any]]:
        user: Any = self.request.user
        if not can(user, Deed.CREATE, Account()):
            return []
        return [
            {"label": "Duplicates", "url": reverse("duplicates"), "icon": "copy"},
            {"label": "Import", "url": reverse("imports"), "icon": "file-import"},
            {
                "label": "New account",
                "url": reverse("account-new"),
                "icon": "plus",
                "primary": True,
                "drawer": True,
                "key": "n",
            },
        ]

    def empty(self, *, is_filtered: bool) -> dict[str, Any]:
        if is_filtered:
            return {"title": "No account matches", "text": "Change or clear the filters above.", "icon": "filter"}
        action = next((a for a in self.actions() if a.get("primary")), None)
        text = (
            "Add your first client, or bring them all in from a CSV file."
            if action
            else "You are not on a client's team yet."
        )
        return {"title": "No accounts yet", "text": text, "icon": "building-community", "action": action}

    def extra(self) -> dict[str, Any]:
        crumbs = [{"label": "Accounts", "url": ""}]
        return {"crumbs": crumbs, "noun": "accounts", "views": room("accounts"), "views_label": "Accounts room"}


class NoteTemplateList(ListPage):
    title = "Note templates"
    subtitle = "What notes of one kind begin with."
    default_sort = "name"
    columns = [Column("Template", "name"), Column("Kind", "kind"), Column("Begins with")]

    def rows_of(self, user: Any) -> QuerySet[NoteTemplate]:
        return NoteTemplate.objects.visible_to(user)

    def row(self, record: NoteTemplate) -> Row:
        may_change = can(self.request.user, Deed.CHANGE, record)
        url = reverse("note-template-edit", args=[record.pk]) if may_change else ""
        first = " ".join(record.body.split())
        return Row(
            record.pk,
            "",
            [Cell(record.name, url=url, drawer=True, sub=record.subject), Cell(record.get_kind_display()),
             Cell(first if len(first) <= 140 else f"{first[:138]} …")],
        )  # fmt: skip

    def actions(self) -> list[dict[str, Any]]:
        if not can(self.request.user, Deed.CREATE, NoteTemplate()):
            return []
        new = {"label": "New template", "url": reverse("note-template-new"), "icon": "plus", "primary": True}
        return [new | {"drawer": True, "key": "n"}]

    def empty(self, *, is_filtered: bool) -> dict[str, Any]:
        action = next(iter(self.actions()), None)
        text = "Write down what a kick-off or a review begins with, so that nothing is forgotten to be asked."
        return {"title": "No template yet", "text": text, "icon": "notes", "action": action}

    def extra(self) -> dict[str, Any]:
        return {"crumbs": [{"label": "Accounts", "url": reverse("accounts")}, {"label": self.title, "url": ""}],
                "noun": "templates"}  # fmt: skip
