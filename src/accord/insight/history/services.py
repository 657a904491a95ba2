"""Which services clients have bought, and since when: what orders, projects, agreements and accepted quotes name."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.db.models import Min
from django.db.models.functions import Coalesce, TruncDate

from accord.projects.models import Project
from accord.sales.models import Agreement, Opportunity, Quote, QuoteLine

# By account: each service, by one spelling for all clients, with the day on which it was first bought.
Bought = dict[int, dict[str, date]]


def services_bought(as_of: date) -> Bought:
    """What each account has bought up to ``as_of``. Four queries.

    A service counts from the day on which an order for it was won, an agreement signed or a quote accepted that names
    it, or from the start of a project. Spellings that differ in case or spaces are one service, under the commonest.
    """
    bought: dict[int, dict[str, date]] = defaultdict(dict)
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    for account, service, day in _named():
        name = " ".join(service.split())
        key = name.casefold()
        if not key or day is None or day > as_of:
            continue
        spellings[key][name] += 1
        known = bought[account].get(key)
        bought[account][key] = day if known is None else min(known, day)
    names = {key: max(sorted(found), key=lambda name: found[name]) for key, found in spellings.items()}
    return {account: {names[key]: day for key, day in found.items()} for account, found in bought.items()}


def _named() -> Iterator[tuple[int, str, date | None]]:
    won = Opportunity.objects.filter(stage=Opportunity.Stage.WON).exclude(service="")
    signed = Agreement.objects.exclude(status=Agreement.Status.DRAFT).exclude(service="")
    ran = Project.objects.filter(archived_at=None).exclude(service="")
    lines = QuoteLine.objects.filter(quote__status=Quote.Status.ACCEPTED, optional=False, service__isnull=False)
    sources: tuple[tuple[Any, str, str, Any], ...] = (
        (won, "account", "service", "closed_on"),
        (signed, "account", "service", Coalesce("signed_on", "starts_on")),
        (ran, "account", "service", "start"),
        (lines, "quote__account", "service__name", TruncDate("quote__decided_at")),
    )
    for rows, account, service, day in sources:
        for pk, name, first in rows.order_by().values_list(account, service).annotate(day=Min(day)):
            yield pk, name, first.date() if isinstance(first, datetime) else first
