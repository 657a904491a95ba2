"""A group of companies: who stands under whom, and the numbers of each with those of all below it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum

from accord.accounts.models import Account
from accord.core.money import Money
from accord.insight.queries import client_figures
from accord.money.models import Invoice
from accord.people.models import Firm
from accord.projects.models import Project
from accord.rates.queries import converter_to
from accord.sales.models import Opportunity

YEAR = timedelta(days=365)


@dataclass(slots=True)
class Figures:
    """In the firm's currency: invoiced within a year, lifetime value, weighted open orders; and running projects.

    ``lifetime_value`` is ``None`` where it is known of nobody.
    """

    invoiced: Decimal = Decimal(0)
    lifetime_value: Decimal | None = None
    weighted: Decimal = Decimal(0)
    projects: int = 0

    def add(self, other: Figures) -> None:
        self.invoiced += other.invoiced
        if other.lifetime_value is not None:
            self.lifetime_value = (self.lifetime_value or Decimal(0)) + other.lifetime_value
        self.weighted += other.weighted
        self.projects += other.projects


@dataclass(slots=True)
class Member:
    """One company of the group, ``depth`` steps below the top, with its own figures and those of all of it."""

    account: Account
    depth: int
    own: Figures
    whole: Figures = field(default_factory=Figures)


def family(account: Account, user: Any) -> list[Account]:
    """All companies of the account's group that ``user`` may see, in one query for each level; alone, just itself."""
    top, seen = account, {account.pk}
    while top.parent_id is not None and top.parent_id not in seen:
        above = Account.objects.visible_to(user).filter(pk=top.parent_id).first()
        if above is None:
            break
        top = above
        seen.add(top.pk)
    found, level = [top], [top.pk]
    while level:
        below = list(
            Account.objects.visible_to(user)
            .filter(parent__in=level, archived_at=None)
            .exclude(pk__in=[a.pk for a in found])
            .order_by("name", "pk")
        )
        found += below
        level = [a.pk for a in below]
    return found


def group_of(account: Account, user: Any, today: date) -> list[Member]:
    """The group from the top down, each with its own and its rolled-up figures; empty where it stands alone."""
    accounts = family(account, user)
    if len(accounts) < 2:
        return []
    own = _figures(accounts, user, today)
    below: dict[int | None, list[Account]] = defaultdict(list)
    for row in accounts[1:]:
        below[row.parent_id].append(row)
    members: list[Member] = []

    def place(row: Account, depth: int) -> Figures:
        member = Member(row, depth, own[row.pk])
        members.append(member)
        member.whole.add(member.own)
        for child in below[row.pk]:
            member.whole.add(place(child, depth + 1))
        return member.whole

    place(accounts[0], 0)
    return members


def _figures(accounts: list[Account], user: Any, today: date) -> dict[int, Figures]:
    keys = [account.pk for account in accounts]
    found = {key: Figures() for key in keys}
    currency = Firm.current().currency
    rates = converter_to(currency, currency)

    def worth(amount: Decimal, of: str) -> Decimal:
        converted = rates.convert(Money(amount, of), today)
        return converted.amount if converted is not None else Decimal(0)

    billed = Invoice.objects.visible_to(user).filter(
        Q(status=Invoice.Status.SENT) | Q(status=Invoice.Status.PAID), account__in=keys, issued_on__gt=today - YEAR
    )
    for key, of, total in billed.order_by().values_list("account", "currency").annotate(total=Sum("total")):
        found[key].invoiced += worth(total or Decimal(0), of)
    valued = client_figures(user).filter(account__in=keys, lifetime_value__isnull=False)
    for key, value, of in valued.values_list("account", "lifetime_value", "analysis__currency"):
        found[key].lifetime_value = worth(value or Decimal(0), of)
    for row in Opportunity.objects.visible_to(user).filter(account__in=keys).exclude(stage__in=Opportunity.CLOSED):
        found[row.account_id].weighted += worth(row.weighted or Decimal(0), row.currency)
    running = Project.objects.visible_to(user).filter(account__in=keys, status=Project.Status.ACTIVE, archived_at=None)
    for key, n in running.order_by().values_list("account").annotate(n=Count("pk")):
        found[key].projects = n
    return found
