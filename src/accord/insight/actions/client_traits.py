"""What is known of each client besides the forecast: orders, revenue and margin so far, services, and RFM scores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np

from accord.core.money import rounded
from accord.engines.customers.next_purchases import next_purchases
from accord.engines.customers.rfm import rfm_grid
from accord.insight.history.firm import FirmRecords
from accord.insight.history.services import Bought
from accord.insight.models import ClientFigure, ClientFigures

MONTHS_OF_QUARTER = 3
WITHIN = {12: 365, 24: 730}  # the months within which the next service is looked for, in days


def add_traits(analysis: ClientFigures, rows: Mapping[int, ClientFigure], records: FirmRecords) -> None:
    """Fill the rows of a run, and what clients buy next, from the same records as the forecast."""
    as_of = records.months.as_of
    days = {pk: order_days(records, pk) for pk in rows}
    for pk, row in rows.items():
        row.first_decision_on = min(days[pk], default=None)
        row.services = sorted(records.services.get(pk, {}))
        _add_money(row, records, days[pk], analysis.currency)
    _score({pk: row for pk, row in rows.items() if row.state != ClientFigure.State.FORMER}, records, days)
    analysis.next_services = next_bought(records.services, as_of)


def order_days(records: FirmRecords, pk: int) -> list[date]:
    """The days on which a client ordered: orders, the first signature of a contract, and each time it went on."""
    as_of, contract = records.months.as_of, records.contracts.get(pk)
    days = {decision.day for decision in records.decisions.get(pk, [])}
    if contract is not None:
        days |= {contract.since}
        days |= {day for day in contract.decisions if day <= as_of and (not contract.lost_on or day < contract.lost_on)}
    return sorted(days)


def _add_money(row: ClientFigure, records: FirmRecords, days: list[date], currency: str) -> None:
    place, months = records.places[row.account_id], records.months
    revenue, margin = records.money.revenue[place], records.money.margin[place]

    def amount(value: float) -> Decimal:
        return rounded(Decimal(repr(float(value))), currency)

    row.revenue_so_far, row.margin_so_far = amount(revenue.sum()), amount(margin.sum())
    row.revenue_year, row.margin_year = amount(revenue[-12:].sum()), amount(margin[-12:].sum())
    if not days:
        return
    first = months.index(days[0])
    ordered = np.zeros(months.count)
    for day in days:
        if (month := months.index(day)) >= 0:
            ordered[month] += 1
    quarters: list[list[float] | None] = []
    for start in range(first, months.count - MONTHS_OF_QUARTER + 1, MONTHS_OF_QUARTER):
        part = slice(start, start + MONTHS_OF_QUARTER)
        quarters.append(
            None if start < 0 else [round(float(table[part].sum()), 2) for table in (ordered, revenue, margin)]
        )
    row.quarters = quarters


def _score(rows: dict[int, ClientFigure], records: FirmRecords, days: Mapping[int, list[date]]) -> None:
    """RFM scores among all who ever ordered and are not former clients. Under a running contract one orders today."""
    ordering = [pk for pk in rows if days[pk]]
    if not ordering:
        return
    as_of = records.months.as_of
    running = {pk for pk in ordering if (held := records.contracts.get(pk)) is not None and held.lost_on is None}
    grid = rfm_grid(
        [0 if pk in running else (as_of - days[pk][-1]).days for pk in ordering],
        [len(days[pk]) for pk in ordering],
        [float(rows[pk].revenue_so_far or 0) for pk in ordering],
    )
    for at, pk in enumerate(ordering):
        rows[pk].recency, rows[pk].frequency = int(grid.recency[at]), int(grid.frequency[at])
        rows[pk].monetary = int(grid.monetary[at])


def next_bought(bought: Bought, as_of: date) -> list[dict[str, Any]]:
    """What clients who bought one service bought next, within a year and within two, as a run keeps it."""
    firsts = [
        (account, service, day.toordinal()) for account, found in bought.items() for service, day in found.items()
    ]
    return [
        {
            "months": months,
            **{name: value for name, value in asdict(each).items() if name != "interval"},
            "low": round(each.interval.low, 4),
            "high": round(each.interval.high, 4),
            "enough": each.is_enough,
        }
        for months, within in WITHIN.items()
        for each in next_purchases(firsts, as_of.toordinal(), within)
    ]
