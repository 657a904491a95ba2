"""``accord analyze segments``: customers scored by recency, frequency and spend, in ten named segments."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from accord.cli.customer_options import of_all, read_as, skipped
from accord.cli.customer_purchases import Purchases, no_purchase, read_purchases
from accord.cli.customer_source import SourcePurchases
from accord.cli.report import BarChart, Column, Report, Table
from accord.cli.tables import UNKNOWN
from accord.cli.texts import gettext, said
from accord.engines.customers.rfm import DEFINITIONS, SCORES, Segment, rfm_grid

if TYPE_CHECKING:
    from accord.cli.customer_table import Table as FileTable

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class _Bought:
    """What segments need of each customer, by name. ``money`` is the number of purchase days without amounts."""

    clients: list[str]
    last: list[date]
    days: list[int]
    money: list[Decimal]


def answer_segments(
    table: FileTable | SourcePurchases, customer: str | None, day: str | None, amount: str | None, ends: date | None
) -> dict[str, Any]:
    """Each customer's scores and segment, and what each segment amounts to."""
    if isinstance(table, SourcePurchases):
        return _document(_asked(table, ends), table.source.name, table.columns, 0, table.has_amounts, ends)
    found = read_purchases(table, customer, day, amount)
    bought = _read(found, ends)
    return _document(bought, table.file, found.columns, found.without_customer, bool(found.amounts), ends)


def _asked(source: SourcePurchases, ends: date | None) -> _Bought:
    """By the source itself, one row for each customer."""
    columns = (source.recency(ends).column(name).to_pylist() for name in ("customer", "last", "days", "spend"))
    clients, last, days, spend = columns
    return _Bought(clients, last, days, [Decimal(str(each)) for each in spend])


def _read(found: Purchases, ends: date | None) -> _Bought:
    """From the rows of a file."""
    amounts = found.amounts or [Decimal(1)] * len(found.days)
    days: dict[str, set[date]] = defaultdict(set)
    spend: dict[str, Decimal] = defaultdict(Decimal)
    for client, when, paid in zip(found.customers, found.days, amounts, strict=True):
        if ends is None or when <= ends:
            spend[client] += paid
            if paid > 0:
                days[client].add(when)
    clients = sorted(days)
    bought = [len(days[client]) for client in clients]
    money = [spend[client] for client in clients] if found.amounts else [Decimal(each) for each in bought]
    return _Bought(clients, [max(days[client]) for client in clients], bought, money)


def _document(
    found: _Bought, name: str, columns: dict[str, str], without: int, has_amounts: bool, ends: date | None
) -> dict[str, Any]:
    if not found.clients:
        raise no_purchase(name, ends)
    clients, bought, money = found.clients, found.days, found.money
    end = ends or max(found.last)
    since = [(end - last).days for last in found.last]
    grid = rfm_grid(since, bought, [float(each) for each in money])
    rows = [
        {
            "customer": client,
            "segment": grid.segments[i].value,
            "recency": int(grid.recency[i]),
            "frequency": int(grid.frequency[i]),
            "monetary": int(grid.monetary[i]),
            "days_since_purchase": since[i],
            "purchase_days": bought[i],
            "revenue": money[i] if has_amounts else None,
        }
        for i, client in enumerate(clients)
    ]
    return {
        "columns": columns,
        "rows_without_customer": without,
        "as_of": end.isoformat(),
        "customers": len(clients),
        "revenue": sum(money, _ZERO) if has_amounts else None,
        "segments": _segments(rows),
        "grid": _grid(rows),
        "rows": sorted(rows, key=lambda row: (-(row["revenue"] or _ZERO), row["customer"])),
    }


def _segments(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    total = sum((row["revenue"] or _ZERO for row in rows), _ZERO)
    segments = []
    for segment in Segment:
        here = [row for row in rows if row["segment"] == segment.value]
        revenue = sum((row["revenue"] or _ZERO for row in here), _ZERO)
        known = bool(here) and here[0]["revenue"] is not None
        segments.append(
            {
                "segment": segment.value,
                "definition": DEFINITIONS[segment],
                "customers": len(here),
                "share_of_customers": len(here) / len(rows),
                "revenue": revenue if known else (_ZERO if total else None),
                "share_of_revenue": float(revenue / total) if total > 0 else None,
                "mean_days_since_purchase": _mean([row["days_since_purchase"] for row in here]),
                "mean_purchase_days": _mean([row["purchase_days"] for row in here]),
            }
        )
    return segments


def _grid(rows: list[dict[str, Any]]) -> list[list[int]]:
    """Customers by recency (rows, 5 first) and frequency (columns, 1 first)."""
    counts = [[0] * SCORES for _ in range(SCORES)]
    for row in rows:
        counts[SCORES - row["recency"]][row["frequency"] - 1] += 1
    return counts


def _mean(values: list[int]) -> float | None:
    return sum(values) / len(values) if values else None


def segments_report(file: str, document: dict[str, Any], most: int | None) -> Report:
    """Segments, the grid, and the customers with the highest revenue."""
    facts = [
        read_as(document["columns"]),
        skipped(document["rows_without_customer"]),
        gettext("%(customers)s customers as of %(as_of)s.")
        % {"customers": f"{document['customers']:,}", "as_of": document["as_of"]},
    ]
    report = Report(gettext("Customer segments"), file, [fact for fact in facts if fact])
    segments = document["segments"]
    columns: list[Column] = [(gettext("Segment"), "left"), (gettext("Scores"), "left")]
    heads = (
        gettext("Customers"),
        gettext("Share"),
        gettext("Revenue"),
        gettext("Share of revenue"),
        gettext("Days since purchase"),
        gettext("Purchase days"),
    )
    columns += [(head, "right") for head in heads]
    report.add(
        Table(
            gettext("Segments"),
            columns,
            [
                [
                    gettext(each["segment"]),
                    said(each["definition"]),
                    f"{each['customers']:,}",
                    f"{each['share_of_customers']:.1%}",
                    _or_unknown(each["revenue"], ",.0f"),
                    _or_unknown(each["share_of_revenue"], ".1%"),
                    _or_unknown(each["mean_days_since_purchase"], ",.0f"),
                    _or_unknown(each["mean_purchase_days"], ",.1f"),
                ]
                for each in segments
            ],
            gettext(
                "Scores from 1 to 5 by fifths of the customers: recency of the last purchase, number of purchase days."
            ),
        )
    )
    measure = "share_of_revenue" if segments[0]["share_of_revenue"] is not None else "share_of_customers"
    report.add(
        BarChart(
            gettext("Share of revenue") if measure == "share_of_revenue" else gettext("Share of customers"),
            [gettext(each["segment"]) for each in segments],
            [each[measure] for each in segments],
            [f"{each[measure]:.1%}" for each in segments],
        )
    )
    report.add(_grid_table(document))
    rows = document["rows"]
    shown = rows if most is None else rows[:most]
    report.add(
        Table(
            gettext("Customers by revenue"),
            [
                (gettext("Customer"), "left"),
                (gettext("Segment"), "left"),
                *(
                    (head, "right")
                    for head in ("R", "F", "M", gettext("Days since"), gettext("Purchase days"), gettext("Revenue"))
                ),
            ],
            [
                [
                    row["customer"],
                    gettext(row["segment"]),
                    *(str(row[key]) for key in ("recency", "frequency", "monetary")),
                    f"{row['days_since_purchase']:,}",
                    f"{row['purchase_days']:,}",
                    _or_unknown(row["revenue"], ",.2f"),
                ]
                for row in shown
            ],
            of_all(len(shown), len(rows)),
        )
    )
    return report


def _grid_table(document: dict[str, Any]) -> Table:
    grid = document["grid"]
    most = max(max(row) for row in grid) or 1
    return Table(
        gettext("Customers by recency and frequency"),
        [
            (gettext("Recency"), "left"),
            *((gettext("Frequency %(score)s") % {"score": score}, "right") for score in range(1, SCORES + 1)),
        ],
        [[str(SCORES - i), *(f"{count:,}" for count in row)] for i, row in enumerate(grid)],
        gettext("5 is the most recent and the most frequent fifth."),
        [[None, *(count / most for count in row)] for row in grid],
    )


def _or_unknown(value: Any, form: str) -> str:
    return UNKNOWN if value is None else format(value, form)
