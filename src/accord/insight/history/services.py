"""Which services clients have bought, and since when: what their orders name. All pages ask here.

Orders are those of `accord.insight.history.decisions`: an opportunity won, an agreement signed, a quote accepted, a
project that has left planning or is billed. Services are named there and nowhere else. An approved change adds to a
project whose service is known; an invoice without a project names none, so of a client that has nothing else no service
is known.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.db.models import Min
from django.db.models.functions import Coalesce, TruncDate

from accord.money.queries import counted_invoices
from accord.projects.models import Project
from accord.sales.models import Agreement, Opportunity, Quote, QuoteLine

# By account: each service, by one spelling for all clients, with the day on which it was first bought.
Bought = dict[int, dict[str, date]]


def services_bought(as_of: date) -> Bought:
    """What each account has bought up to ``as_of``. Six queries.

    A service counts from the first day on which it was ordered. Spellings that differ in case or spaces are one
    service, under the commonest.
    """
    bought: dict[int, dict[str, date]] = defaultdict(dict)
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    for account, service, day in _named():
        key = service_key(service)
        if not key or day is None or day > as_of:
            continue
        spellings[key][" ".join(service.split())] += 1
        known = bought[account].get(key)
        bought[account][key] = day if known is None else min(known, day)
    names = {key: max(sorted(found), key=lambda name: found[name]) for key, found in spellings.items()}
    return {account: {names[key]: day for key, day in found.items()} for account, found in bought.items()}


def service_key(name: str) -> str:
    """What all spellings of a service have in common; empty of none."""
    return " ".join(name.split()).casefold()


def _named() -> Iterator[tuple[int, str, date | None]]:
    won = Opportunity.objects.filter(stage=Opportunity.Stage.WON)
    signed = Agreement.objects.exclude(status=Agreement.Status.DRAFT)
    lines = QuoteLine.objects.filter(quote__status=Quote.Status.ACCEPTED, optional=False, service__isnull=False)
    ran = Project.objects.exclude(status=Project.Status.PLANNED)
    billed = counted_invoices(None).filter(total__gt=0, project__status=Project.Status.PLANNED)
    sources: tuple[tuple[Any, str, str, Any], ...] = (
        (won, "account", "service", "closed_on"),
        (won.exclude(project=None), "account", "project__service", "closed_on"),
        (signed, "account", "service", Coalesce("signed_on", "starts_on")),
        (lines, "quote__account", "service__name", TruncDate("quote__decided_at")),
        (ran, "account", "service", "start"),
        (billed, "account", "project__service", "issued_on"),
    )
    for rows, account, service, day in sources:
        named = rows.exclude(**{service: ""}).order_by().values_list(account, service)
        for pk, name, first in named.annotate(day=Min(day)):
            yield pk, name, first.date() if isinstance(first, datetime) else first
