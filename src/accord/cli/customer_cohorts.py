"""``accord analyze cohorts``: clients by the period of their first purchase, and how many came back later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from accord.cli.customer_options import read_as, skipped
from accord.cli.customer_purchases import Purchases, no_purchase, read_purchases
from accord.cli.customer_source import SourcePurchases
from accord.cli.report import Column, Line, LineChart, Report, Table
from accord.cli.tables import share_range
from accord.cli.texts import gettext, said
from accord.engines.customers.intervals import wilson
from accord.engines.customers.retention import Cohort, Period, Purchase, cohort_table
from accord.engines.texts import Text, gettext_lazy

if TYPE_CHECKING:
    from accord.cli.customer_table import Table as FileTable

_MOST_AGES = 13


@dataclass(frozen=True, slots=True)
class _Words:
    """What is said of periods of one length."""

    name: Text
    definition: Text
    columns: Text
    last: Text
    shown: Text
    since: Text
    revenue: Text


_SHOWN: dict[str, int] = {"shown": 0, "all": 0}
_WORDS = {
    Period.MONTH: _Words(
        gettext_lazy("Months"),
        gettext_lazy("share of a cohort's clients with a purchase in the k-th month after their first"),
        gettext_lazy("Columns: months since the first purchase."),
        gettext_lazy("The last month may not be over."),
        gettext_lazy("%(shown)s of %(all)s months; --rows shows all.", **_SHOWN),
        gettext_lazy("months since the first purchase"),
        gettext_lazy("Revenue by cohort and month"),
    ),
    Period.QUARTER: _Words(
        gettext_lazy("Quarters"),
        gettext_lazy("share of a cohort's clients with a purchase in the k-th quarter after their first"),
        gettext_lazy("Columns: quarters since the first purchase."),
        gettext_lazy("The last quarter may not be over."),
        gettext_lazy("%(shown)s of %(all)s quarters; --rows shows all.", **_SHOWN),
        gettext_lazy("quarters since the first purchase"),
        gettext_lazy("Revenue by cohort and quarter"),
    ),
    Period.YEAR: _Words(
        gettext_lazy("Years"),
        gettext_lazy("share of a cohort's clients with a purchase in the k-th year after their first"),
        gettext_lazy("Columns: years since the first purchase."),
        gettext_lazy("The last year may not be over."),
        gettext_lazy("%(shown)s of %(all)s years; --rows shows all.", **_SHOWN),
        gettext_lazy("years since the first purchase"),
        gettext_lazy("Revenue by cohort and year"),
    ),
}


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
        raise no_purchase(name, ends)
    return {
        "columns": columns,
        "rows_without_customer": without,
        "period": period.value,
        "clients": sum(cohort.size for cohort in cohorts),
        "definition": _WORDS[period].definition,
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
    words = _WORDS[Period(document["period"])]
    facts = [read_as(document["columns"]), skipped(document["rows_without_customer"])]
    facts.append(
        gettext("%(clients)s clients in %(cohorts)s cohorts.")
        % {"clients": f"{document['clients']:,}", "cohorts": f"{len(document['cohorts']):,}"}
    )
    report = Report(gettext("Cohorts"), file, [fact for fact in facts if fact])
    pooled = document["all"]
    ages = len(pooled) if most is None else min(len(pooled), _MOST_AGES)
    definition = said(document["definition"])
    note = f"{said(words.columns)} {definition[:1].upper()}{definition[1:]}. {said(words.last)}"
    if ages < len(pooled):
        note += f" {said(words.shown.with_values(shown=ages, all=len(pooled)))}"
    columns: list[Column] = [(gettext("Cohort"), "left"), (gettext("Clients"), "right")]
    columns += [(str(age), "right") for age in range(ages)]
    rows, shades = [], []
    for cohort in document["cohorts"]:
        shares: list[float | None] = [*cohort["share"][:ages]]
        shares += [None] * (ages - len(shares))
        rows.append([cohort["starts"], f"{cohort['size']:,}", *("" if s is None else f"{s:.0%}" for s in shares)])
        shades.append([None, None, *(None if age == 0 else s for age, s in enumerate(shares))])
    report.add(Table(gettext("Clients who bought again"), columns, rows, note, shades))
    later = [row for row in pooled[1:] if row["clients"]]
    if later:
        report.add(
            LineChart(
                gettext("Share active by age"),
                [
                    Line(
                        gettext("all cohorts"),
                        [row["age"] for row in later],
                        [row["share"] for row in later],
                        low=[row["interval"][0] for row in later],
                        high=[row["interval"][1] for row in later],
                    )
                ],
                said(words.since),
                gettext("share of clients"),
                percent=True,
                caption=gettext("All cohorts old enough; the band is a 95% interval."),
            )
        )
    report.add(
        Table(
            gettext("All cohorts"),
            [
                (head, "right")
                for head in (
                    said(words.name),
                    gettext("Clients"),
                    gettext("Active"),
                    gettext("Share"),
                    gettext("95% interval"),
                )
            ],
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
        report.add(_revenue(document, ages, said(words.revenue)))
    return report


def _revenue(document: dict[str, Any], ages: int, title: str) -> Table:
    columns: list[Column] = [
        (gettext("Cohort"), "left"),
        (gettext("All"), "right"),
        *((str(age), "right") for age in range(ages)),
    ]
    rows = []
    for cohort in document["cohorts"]:
        revenue = cohort["revenue"]
        cells = [f"{value:,.0f}" for value in revenue[:ages]]
        rows.append([cohort["starts"], f"{sum(revenue):,.0f}", *cells, *[""] * (ages - len(cells))])
    return Table(title, columns, rows)
