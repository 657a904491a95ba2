"""What every tab of an account's page shares: the record, who and what it is, the tabs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, Exists, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from accord.accounts.models import Account, AccountMember, Affiliation, CustomField, Tag
from accord.core.access import Permission, can, note_member
from accord.core.json_rows import fill, read_rows, rows_as_json
from accord.money.models import Invoice
from accord.projects.models import Project
from accord.sales.models import Agreement, Opportunity
from accord.support.models import Request
from accord.web.shell.custom_fields import custom_facts, field_rows
from accord.web.shell.list_parts import Column
from accord.web.shell.parts import Action, Badge, Crumb, Empty, Fact, Link, Tab
from accord.web.shell.templatetags.shell import day
from accord.web.shell.views.archive import archive_actions
from accord.web.shell.views.lists import Row

TONES = {Account.Status.CLIENT: "good", Account.Status.PROSPECT: "info", Account.Status.FORMER: "neutral"}


@dataclass(frozen=True, slots=True)
class AccountPage:
    """The account with what the signed-in person may do and see."""

    account: Account
    sees_money: bool
    may_change: bool
    context: dict[str, Any]


def _count(rows: QuerySet[Any]) -> Coalesce:
    """How many of ``rows`` hang on the account, as a part of the account's own query."""
    counted = rows.filter(account=OuterRef("pk")).order_by().values("account").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), Value(0))


def account_page(request: HttpRequest, pk: int, active: str, **more: Any) -> AccountPage:
    """Fetch the account in one query with its counts and neighbours, and build the frame of the tab ``active``.

    ``more`` is what else that query shall find (for ``annotate``).
    """
    user = request.user
    visible = Account.objects.visible_to(user).filter(archived_at=None)
    before = visible.filter(name__lt=OuterRef("name")).order_by("-name", "-pk").values("pk")[:1]
    after = visible.filter(name__gt=OuterRef("name")).order_by("name", "pk").values("pk")[:1]
    account: Any = (
        Account.objects.visible_to(user)
        .filter(pk=pk)
        .select_related("owner", "parent")
        .annotate(
            tag_rows=rows_as_json(Tag.objects.filter(accounts=OuterRef("pk")), "name"),
            field_rows=field_rows(CustomField.On.ACCOUNT),
            is_on_team=Exists(AccountMember.objects.filter(account=OuterRef("pk"), user=user).order_by()),
            **more,
            previous_pk=Subquery(before),
            sees_parent=Exists(visible.filter(pk=OuterRef("parent"))),
            next_pk=Subquery(after),
            contact_count=_count(Affiliation.objects.filter(until=None)),
            agreement_count=_count(Agreement.objects.visible_to(user)),
            opportunity_count=_count(Opportunity.objects.visible_to(user)),
            invoice_count=_count(Invoice.objects.visible_to(user)),
            subsidiary_count=Coalesce(
                Subquery(
                    visible.filter(parent=OuterRef("pk"))
                    .order_by()
                    .values("parent")
                    .annotate(n=Count("pk"))
                    .values("n"),
                    output_field=IntegerField(),
                ),
                Value(0),
            ),
            request_count=_count(Request.objects.exclude(status__in=Request.OVER)),
            project_count=_count(Project.objects.visible_to(user).filter(archived_at=None)),
        )
        .first()
    )
    if account is None:
        raise Http404(gettext("This page doesn't exist, or you don't have access to it."))
    note_member(user, AccountMember, account.pk, is_on=account.is_on_team)
    fill(account, "tags", read_rows(Tag, account.tag_rows, "name"))
    sees_money = can(user, Permission.VIEW_MONEY, account)
    may_change = can(user, Permission.CHANGE, account)
    context = {
        "account": account,
        "record_title": account.name,
        "record_subtitle": " · ".join(part for part in _who(account) if part),
        "badges": [Badge(account.get_status_display(), TONES[Account.Status(account.status)])]
        + ([Badge(gettext("Tier %(tier)s") % {"tier": account.tier}, "accent")] if account.tier else [])
        + [Badge(tag.name) for tag in account.tags.all()],
        "facts": _facts(account),
        **_tabs(account, active, sees_money=sees_money),
        "actions": [*_actions(account, may_change=may_change), *archive_actions(account, user)],
        "archived_at": account.archived_at,
        "crumbs": [Crumb(gettext("Accounts"), reverse("accounts")), Crumb(account.name)],
        "previous_url": reverse("account", args=[account.previous_pk]) if account.previous_pk else "",
        "next_url": reverse("account", args=[account.next_pk]) if account.next_pk else "",
        "may_change": may_change,
        "sees_money": sees_money,
    }
    return AccountPage(account, sees_money, may_change, context)


def _who(account: Any) -> list[str]:
    """The line below the name: what they do and where, since when they are a client, and whose."""
    since = account.client_since
    return [
        account.industry,
        account.city,
        account.country,
        gettext("client since %(year)s") % {"year": since.year} if since else "",
        gettext("account manager %(name)s") % {"name": account.owner} if account.owner else "",
    ]


def _facts(account: Any) -> list[Fact]:
    address = ", ".join(p for p in (account.street, f"{account.postcode} {account.city}".strip(), account.country) if p)
    facts: list[Fact] = [
        Fact(gettext("Account manager"), account.owner, missing=gettext("Unassigned")),
        Fact(gettext("Segment"), account.segment),
        *([Fact(gettext("Lead source"), account.lead_source)] if account.lead_source else []),
        Fact(gettext("Client since"), day(account.client_since) if account.client_since else None),
        Fact(gettext("Website"), account.website.removeprefix("https://").rstrip("/"), url=account.website),
        Fact(gettext("Phone"), account.phone, url=f"tel:{account.phone}" if account.phone else ""),
        Fact(gettext("Address"), address),
        Fact(gettext("Employees"), f"{account.employees:,}" if account.employees else None),
        Fact(gettext("Currency"), account.currency),
    ]
    if account.parent and account.sees_parent:
        facts.insert(1, Fact(gettext("Part of"), account.parent, url=reverse("account", args=[account.parent_id])))
    if account.lost_on:
        facts.insert(3, Fact(gettext("Churned on"), day(account.lost_on), tone="bad"))
    if account.status == Account.Status.FORMER:
        reason = account.get_lost_reason_display()
        at = 4 if account.lost_on else 3
        facts.insert(
            at, Fact(gettext("Reason for leaving"), reason, missing=gettext("Not set"), hint=account.lost_note)
        )
        if account.lost_to:
            facts.insert(at + 1, Fact(gettext("Competitor"), account.lost_to))
    return facts + custom_facts(account)


@dataclass(frozen=True, slots=True)
class _Part:
    """A page of an account; several of them are one tab."""

    label: str
    route: str
    count: int | None = None
    shown: bool = True


def _parts(account: Any, *, sees_money: bool) -> dict[str, list[_Part]]:
    has_group = bool(account.parent_id or account.subsidiary_count)
    return {
        gettext("Overview"): [
            _Part(gettext("Summary"), "account"),
            _Part(gettext("Group"), "account-group", account.subsidiary_count, has_group),
        ],
        gettext("Health"): [_Part(gettext("Health"), "account-health", shown=sees_money)],
        gettext("Conversations"): [
            _Part(gettext("Timeline"), "account-timeline"),
            _Part(gettext("Requests"), "account-requests", account.request_count),
            _Part(gettext("Audit log"), "account-audit"),
        ],
        gettext("People"): [
            _Part(gettext("Contacts"), "account-contacts", account.contact_count),
            _Part(gettext("Org chart"), "account-people"),
            _Part(gettext("Satisfaction"), "account-satisfaction"),
        ],
        gettext("Delivery"): [_Part(gettext("Projects"), "account-projects", account.project_count)],
        gettext("Commercial"): [
            _Part(gettext("Opportunities"), "account-opportunities", account.opportunity_count, sees_money),
            _Part(gettext("Agreements"), "account-agreements", account.agreement_count, sees_money),
            _Part(gettext("Invoices"), "account-invoices", account.invoice_count, sees_money),
        ],
        gettext("Account plan"): [_Part(gettext("Account plan"), "account-plan")],
    }


def _tabs(account: Any, active: str, *, sees_money: bool) -> dict[str, Any]:
    """The seven tabs, and the pages of the one that is open where it has more than one."""
    tabs, sub_tabs, opened = [], [], ""
    for label, parts in _parts(account, sees_money=sees_money).items():
        shown = [part for part in parts if part.shown]
        if not shown:
            continue
        is_open = active in {part.route for part in shown}
        tabs.append(Tab(label, reverse(shown[0].route, args=[account.pk]), is_open))
        if is_open and len(shown) > 1:
            opened = label
            sub_tabs = [Tab(p.label, reverse(p.route, args=[account.pk]), p.route == active, p.count) for p in shown]
    return {"tabs": tabs, "sub_tabs": sub_tabs, "sub_tabs_label": opened}


def _actions(account: Account, *, may_change: bool) -> list[Action]:
    actions: list[Action] = []
    if account.archived_at is not None:
        return actions
    if may_change:
        actions.append(Action.edit(reverse("account-edit", args=[account.pk])))
        if account.status == Account.Status.CLIENT:
            url = reverse("account-former", args=[account.pk])
            actions.append(Action(gettext("Mark as former client"), url, icon="user-minus", drawer=True, more=True))
    actions.append(Action(gettext("Email"), reverse("mail-new", args=[account.pk]), icon="mail", drawer=True))
    actions.append(
        Action(
            gettext("Log interaction"),
            reverse("interaction-new", args=[account.pk]),
            icon="message-circle",
            primary=True,
            drawer=True,
            key="l",
        )
    )
    return actions


def account_link(account: Account) -> Link:
    """The way back from a record to its account."""
    return Link(str(account), reverse("account", args=[account.pk]))


def account_crumbs(account: Account, label: str, route: str) -> list[Crumb]:
    """The breadcrumb above a record of an account: the tab where it is listed comes last."""
    return [
        Crumb(gettext("Accounts"), reverse("accounts")),
        Crumb(account.name, reverse("account", args=[account.pk])),
        Crumb(label, reverse(route, args=[account.pk])),
    ]


def audit_link(record: Any) -> Link:
    """The part of the account's audit log that is about ``record``."""
    url = reverse("account-audit", args=[record.account_id])
    return Link(gettext("Audit log"), f"{url}?record={record._meta.label_lower}:{record.pk}")


def table_tab(
    request: HttpRequest,
    context: dict[str, Any],
    *,
    title: str,
    columns: list[str],
    numeric: set[str],
    rows: list[Row],
    new: tuple[str, str] | None,
    empty: Empty,
    template: str = "accounts/table.html",
    beside: Action | None = None,
) -> HttpResponse:
    """A tab that is one table with a button for a new row, and maybe one ``beside`` it; ``template`` adds what else."""
    link = None
    if new:
        link = Action(new[1], reverse(new[0], args=[context["account"].pk]), drawer=True, icon="plus")
    return render(
        request,
        template,
        context
        | {
            "table_title": title,
            "columns": [Column(label, numeric=label in numeric) for label in columns],
            "rows": rows,
            "new_link": link,
            "beside": beside,
            "empty": replace(empty, action=link),
        },
    )
