"""``accord analyze cohorts``: clients by the period of their first purchase, and how many came back later."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from accord.cli.customer_options import read_as, skipped
from accord.cli.customer_purchases import Purchases, read_purchases
from accord.cli.customer_source import SourcePurchases
from accord.cli.lazy import BadInput
from accord.cli.report import Column, Line, LineChart, Report, Table
from accord.cli.tables import share_range
from accord.engines.customers.intervals import wilson
from accord.engines.customers.retention import Cohort, Period, Purchase, cohort_table

if TYPE_CHECKING:
    from accord.cli.customer_table import Table as FileTable

_MOST_AGES = 13


def answer_cohorts(
    table: FileTable | SourcePurchases,
    customer: str | None,
    day: str | None,
    amount: str | None,
    ends: date | None,
    period: Period,
) -> dict[str, Any]:
    """The cohorts, and the share active at each age over all of them, with its interval."""
    if isinstance(table, SourcePurchases):
        name, columns, without, with_money = table.source.name, table.columns, 0, table.has_amounts
        cohorts = table.cohorts(ends, period)
    else:
        found = read_purchases(table, customer, day, amount)
        name, columns, without, with_money = table.file, found.columns, found.without_customer, bool(found.amounts)
        cohorts = _of_file(found, ends, period)
    if not cohorts:
        raise BadInput(f"{name}: no purchase above zero{f' until {ends}' if ends else ''}.")
    return {
        "columns": columns,
        "rows_without_customer": without,
        "period": period.value,
        "clients": sum(cohort.size for cohort in cohorts),
        "definition": f"share of a cohort's clients with a purchase in the k-th {period.value} after their first",
        "confidence": 0.95,
        "cohorts": [_cohort(cohort, with_money=with_money) for cohort in cohorts],
        "all": _all(cohorts),
    }


def _of_file(found: Purchases, ends: date | None, period: Period) -> tuple[Cohort, ...]:
    amounts = found.amounts or [Decimal(1)] * len(found.days)
    rows = [
        Purchase(client, when, money)
        for client, when, money in zip(found.customers, found.days, amounts, strict=True)
        if ends is None or when <= ends
    ]
    return cohort_table(rows, period)


def _cohort(cohort: Cohort, *, with_money: bool) -> dict[str, Any]:
    return {
        "starts": cohort.starts.isoformat(),
        "size": cohort.size,
        "active": list(cohort.active),
        "share": [float(share) for share in cohort.shares],
        "revenue": list(cohort.revenue) if with_money else None,
    }


def _all(cohorts: tuple[Cohort, ...]) -> list[dict[str, Any]]:
    """At each age, over the cohorts old enough. The last period is not over yet, so its figures may still grow."""
    rows = []
    for age in range(max(len(cohort.active) for cohort in cohorts)):
        old = [cohort for cohort in cohorts if len(cohort.active) > age]
        active, clients = sum(cohort.active[age] for cohort in old), sum(cohort.size for cohort in old)
        interval = wilson(active, clients)
        assert interval is not None
        rows.append(
            {
                "age": age,
                "active": active,
                "clients": clients,
                "share": active / clients,
                "interval": [interval.low, interval.high],
            }
        )
    return rows


def cohorts_report(file: str, document: dict[str, Any], most: int | None) -> Report:
    """The triangle, shares by age, and revenue."""
    period = document["period"]
    facts = [read_as(document["columns"]), skipped(document["rows_without_customer"])]
    facts.append(f"{document['clients']:,} clients in {len(document['cohorts']):,} cohorts.")
    report = Report("Cohorts", file, [fact for fact in facts if fact])
    pooled = document["all"]
    ages = len(pooled) if most is None else min(len(pooled), _MOST_AGES)
    note = f"Columns: {period}s since the first purchase. {document['definition'].capitalize()}. "
    note += f"The last {period} may not be over."
    if ages < len(pooled):
        note += f" {ages} of {len(pooled)} {period}s; --rows shows all."
    columns: list[Column] = [("Cohort", "left"), ("Clients", "right")]
    columns += [(str(age), "right") for age in range(ages)]
    rows, shades = [], []
    for cohort in document["cohorts"]:
        shares: list[float | None] = [*cohort["share"][:ages]]
        shares += [None] * (ages - len(shares))
        rows.append([cohort["starts"], f"{cohort['size']:,}", *("" if s is None else f"{s:.0%}" for s in shares)])
        shades.append([None, None, *(None if age == 0 else s for age, s in enumerate(shares))])
    report.add(Table("Clients who bought again", columns, rows, note, shades))
    later = [row for row in pooled[1:] if row["clients"]]
    if later:
        report.add(
            LineChart(
                "Share active by age",
                [
                    Line(
                        "all cohorts",
                        [row["age"] for row in later],
                        [row["share"] for row in later],
                        low=[row["interval"][0] for row in later],
                        high=[row["interval"][1] for row in later],
                    )
                ],
                f"{period}s since the first purchase",
                "share of clients",
                percent=True,
                caption="All cohorts old enough; the band is a 95% interval.",
            )
        )
    report.add(
        Table(
            "All cohorts",
            [(head, "right") for head in (f"{period}s".capitalize(), "Clients", "Active", "Share", "95% interval")],
            [
                [
                    str(row["age"]),
                    f"{row['clients']:,}",
                    f"{row['active']:,}",
                    f"{row['share']:.1%}",
                    share_range(*row["interval"]),
                ]
                for row in pooled[:ages]
            ],
        )
    )
    if document["cohorts"][0]["revenue"] is not None:
        report.add(_revenue(document, ages, period))
    return report


def _revenue(document: dict[str, Any], ages: int, period: str) -> Table:
    columns: list[Column] = [("Cohort", "left"), ("All", "right"), *((str(age), "right") for age in range(ages))]
    rows = []
    for cohort in document["cohorts"]:
        revenue = cohort["revenue"]
        cells = [f"{value:,.0f}" for value in revenue[:ages]]
        rows.append([cohort["starts"], f"{sum(revenue):,.0f}", *cells, *[""] * (ages - len(cells))])
    return Table(f"Revenue by cohort and {period}", columns, rows)
