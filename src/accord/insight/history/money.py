"""Revenue and what delivering cost, by client and month."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
from django.db.models import F, QuerySet, Sum
from numpy.typing import NDArray

from accord.insight.history.days import MonthsBefore
from accord.insight.history.months import Months
from accord.money.models import TimeEntry
from accord.money.queries import counted_invoices
from accord.money.queries_expenses import counted_expenses
from accord.rates.queries import Converter

Floats = NDArray[np.float64]
CHUNK = 5000


@dataclass(frozen=True, slots=True, eq=False)
class MonthlyMoney:
    """[client, month] in the firm's currency. ``knows_cost`` says whether any hour or expense with a cost is recorded:
    without, the margin is that of the revenue. ``excluded`` counts amounts without an exchange rate, by currency."""

    revenue: Floats
    margin: Floats
    knows_cost: bool
    excluded: Counter[str]


def monthly_money(places: dict[int, int], months: Months, exchange: Converter) -> MonthlyMoney:
    """Counted invoices less cost of hours and expenses; six queries, each summed in the database."""
    revenue, cost = (np.zeros((len(places), months.count)) for _ in range(2))
    excluded: Counter[str] = Counter()
    bills = counted_invoices(None).filter(issued_on__lte=months.as_of).order_by()
    bills = bills.annotate(owner=F("account"), code=F("currency"), at=F("issued_on"))
    booked = {"owner": F("project__account"), "code": F("project__currency"), "at": F("day")}
    hours = TimeEntry.objects.filter(day__lte=months.as_of).order_by().annotate(**booked)
    spent = counted_expenses().filter(day__lte=months.as_of).order_by().annotate(**booked)
    worked = Sum(F("minutes") * F("cost_rate"))
    for table, rows, amount, unit in (
        (revenue, bills, Sum("total"), 1),
        (cost, hours, worked, 60),
        (cost, spent, Sum("cost"), 1),
    ):
        for account, month, value in _own(rows, amount, months, exchange):
            if month >= 0 and account in places:
                table[places[account], month] += float(value / unit)
        _add_foreign(table, rows, amount, unit, places, months, exchange, excluded)
    return MonthlyMoney(revenue, revenue - cost, bool(cost.any()), excluded)


def _own(rows: QuerySet[Any], amount: Sum, months: Months, exchange: Converter) -> Iterator[tuple[int, int, Decimal]]:
    """What is in the firm's own currency: (account, month, sum)."""
    found = rows.filter(code=exchange.currency).annotate(before=MonthsBefore("at", months.as_of))
    sums = found.values_list("owner", "before").annotate(sum=amount)
    for account, before, value in sums.iterator(CHUNK):
        yield account, months.today - before, value


def _add_foreign(
    table: Floats,
    rows: QuerySet[Any],
    amount: Sum,
    unit: int,
    places: dict[int, int],
    months: Months,
    exchange: Converter,
    excluded: Counter[str],
) -> None:
    """What is in other currencies, by day: each has the rate of its day."""
    sums = rows.exclude(code=exchange.currency).values_list("owner", "code", "at").annotate(sum=amount)
    for account, currency, day, value in sums.iterator(CHUNK):
        month = months.index(day)
        if month < 0 or not value or account not in places:
            continue
        rate = exchange.rate(currency, day)
        if rate is None:
            excluded[currency] += 1
        else:
            table[places[account], month] += float(value / unit) * float(rate)
