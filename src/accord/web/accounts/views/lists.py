"""The list of accounts."""

from __future__ import annotations

from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery, prefetch_related_objects
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext

from accord.accounts.models import Account, CustomField, NoteTemplate
from accord.accounts.queries import matching_accounts, with_last_contact
from accord.core.access import Permission, can, may_create
from accord.core.texts import gettext_lazy
from accord.insight.models import ClientFigure
from accord.insight.queries import client_figures
from accord.people.models import Role
from accord.web.accounts.filters import AccountFilter
from accord.web.accounts.map import account_map
from accord.web.accounts.numbers import health_tone
from accord.web.accounts.page import TONES
from accord.web.accounts.views.edits import AccountEdit
from accord.web.shell.list_groups import by_choice, by_record
from accord.web.shell.list_parts import short_cell
from accord.web.shell.parts import Action, Empty
from accord.web.shell.templatetags.shell import ago, percent
from accord.web.shell.views.lists import Cell, Column, ListPage, Row, date_cell


def health_cell(figure: ClientFigure | None) -> Cell:
    """A client's health, toned where something is to be done."""
    if figure is None or figure.health is None:
        return Cell(None, numeric=True)
    tone = health_tone(figure.health)
    return Cell(f"{figure.health:.0f}", numeric=True, raw=figure.health, tone=tone if tone in ("warn", "bad") else "")


class AccountList(ListPage):
    title = gettext_lazy("Accounts")
    noun = "accounts"
    client = "pk"
    default_sort = "name"
    template = "accounts/list.html"
    custom_on = CustomField.On.ACCOUNT
    edit_page = AccountEdit
    editors = (Role.ADMINISTRATOR, Role.ACCOUNT_MANAGER)
    group_by = (
        by_choice("status", gettext_lazy("Status"), Account.Status.choices),
        by_choice("tier", gettext_lazy("Tier"), [*Account.Tier.choices, ("", gettext_lazy("No tier"))]),
        by_record("owner", gettext_lazy("Account manager"), none=gettext_lazy("Unassigned")),
    )
    columns = [
        Column(gettext_lazy("Account"), "name", second=gettext_lazy("Segment, city and tags")),
        Column(gettext_lazy("Status"), "status", edit="status"),
        Column(gettext_lazy("Tier"), "tier", hide_small=True, edit="tier"),
        Column(gettext_lazy("Account manager"), "owner__name", edit="owner"),
        Column(gettext_lazy("Health"), "health", numeric=True),
        Column(gettext_lazy("Lifetime value"), "lifetime_value", money=True),
        Column(gettext_lazy("Churn risk"), "churn_risk", percent=True),
        Column(gettext_lazy("Last contact"), "last_contact"),
        Column(gettext_lazy("Industry"), "industry", shown=False, edit="industry"),
        Column(gettext_lazy("Lead source"), "lead_source", shown=False, edit="lead_source"),
        Column(gettext_lazy("Country"), "country", shown=False, edit="country"),
        Column(gettext_lazy("Client since"), "client_since", shown=False, edit="client_since"),
    ]

    def rows_of(self, user: Any) -> QuerySet[Account]:
        is_archived = self.request.GET.get("archived") == "yes"
        rows = Account.objects.visible_to(user).filter(archived_at__isnull=not is_archived)
        return rows.select_related("owner")

    def filtered(self, rows: QuerySet[Account], values: dict[str, Any]) -> QuerySet[Account]:
        return matching_accounts(rows, values, self.request.user)

    def _filter_form(self, request: HttpRequest) -> AccountFilter:
        return AccountFilter(request.GET or None, user=request.user)

    def faces(self) -> list[tuple[str, dict[str, str]]]:
        return [(gettext("Map"), {"show": "map"})]

    def with_figures(self, rows: QuerySet[Account]) -> QuerySet[Account]:
        rows = with_last_contact(rows)
        figures = client_figures(self.request.user).filter(account=OuterRef("pk"))
        if self.sort.lstrip("-") == "lifetime_value":
            return rows.annotate(lifetime_value=Subquery(figures.values("lifetime_value")[:1]))
        if self.sort.lstrip("-") == "health":
            return rows.annotate(health=Subquery(figures.values("health")[:1]))
        if self.sort.lstrip("-") == "churn_risk":
            figures = figures.annotate(risk=F("chance"))
            return rows.annotate(churn_risk=Subquery(figures.values("risk")[:1]))
        return rows

    def prepare(self, records: list[Account]) -> None:
        found = client_figures(self.request.user).filter(account__in=[a.pk for a in records])
        self.values = {row.account_id: row for row in found}
        prefetch_related_objects(records, "tags")

    def row(self, record: Account) -> Row:
        value = self.values.get(record.pk)
        churn = None if value is None else value.chance
        last = record.last_contact  # type: ignore[attr-defined]
        about = [record.segment, record.city, *(tag.name for tag in record.tags.all())]
        return Row(
            record.pk,
            reverse("account", args=[record.pk]),
            [
                Cell(record.name, sub=" · ".join(part for part in about if part)),
                Cell(record.get_status_display(), badge=True, tone=TONES[Account.Status(record.status)]),
                Cell(record.tier or None),
                Cell(record.owner, who=str(record.owner)) if record.owner else Cell(gettext("Unassigned"), tone="warn"),
                health_cell(value),
                short_cell(value.lifetime_value, value.analysis.currency) if value else Cell(None),
                Cell(
                    percent(churn, 0) if churn is not None else None,
                    raw=churn,
                    tone="bad" if churn and churn >= 0.6 else "",
                ),
                Cell(ago(last), raw=last) if last else Cell(gettext("No contact yet"), tone="unknown"),
                Cell(record.industry or None),
                Cell(record.lead_source or None),
                Cell(record.country or None),
                date_cell(record.client_since),
            ],
        )

    def actions(self) -> list[Action]:
        user: Any = self.request.user
        if not may_create(user, Account):
            return []
        return [
            Action(gettext("Duplicates"), reverse("duplicates"), icon="copy", more=True),
            Action(gettext("Custom fields"), reverse("custom-fields"), icon="tag", more=True),
            Action(gettext("Import"), reverse("imports"), icon="file-import"),
            Action.new(gettext("New account"), reverse("account-new")),
        ]

    def empty(self) -> Empty:
        action = self.main_action
        text = (
            gettext("Add your first account, or import your accounts from a CSV file.")
            if action
            else gettext("You can see an account once you're on its team. Ask its account manager to add you.")
        )
        return Empty(gettext("No accounts yet"), text, icon="building-community", action=action)

    def extra(self) -> dict[str, Any]:
        user: Any = self.request.user
        shown = self.request.GET.copy()
        for name in ("page", "show", "by"):
            shown.pop(name, None)
        archived = self.request.GET.get("archived") == "yes"
        manages = user.has_role(Role.ADMINISTRATOR, Role.ACCOUNT_MANAGER)
        bulk = Action(gettext("Edit"), reverse("accounts-bulk"), icon="pencil")
        return {
            "map": account_map(self.found, shown, user) if self.request.GET.get("show") == "map" else None,
            "selection_actions": [bulk] if manages and self.shows_table() and not archived else [],
        }


class NoteTemplateList(ListPage):
    title = gettext_lazy("Note templates")
    under = (gettext_lazy("Accounts"), "accounts")
    noun = "templates"
    subtitle = gettext_lazy("Text that new notes of a kind start with.")
    default_sort = "name"
    columns = [
        Column(gettext_lazy("Template"), "name"),
        Column(gettext_lazy("Type"), "kind"),
        Column(gettext_lazy("Content")),
    ]

    def rows_of(self, user: Any) -> QuerySet[NoteTemplate]:
        return NoteTemplate.objects.visible_to(user)

    def row(self, record: NoteTemplate) -> Row:
        may_change = can(self.request.user, Permission.CHANGE, record)
        url = reverse("note-template-edit", args=[record.pk]) if may_change else ""
        first = " ".join(record.body.split())
        return Row(
            record.pk,
            "",
            [Cell(record.name, url=url, drawer=True, sub=record.subject), Cell(record.get_kind_display()),
             Cell(first if len(first) <= 140 else f"{first[:138]} …")],
        )  # fmt: skip

    def actions(self) -> list[Action]:
        if not may_create(self.request.user, NoteTemplate):
            return []
        return [Action.new(gettext("New template"), reverse("note-template-new"))]

    def empty(self) -> Empty:
        action = self.main_action
        text = gettext("A template holds the questions to ask at a kick-off or review, so that none is forgotten.")
        return Empty(gettext("No note templates yet"), text, icon="notes", action=action)
