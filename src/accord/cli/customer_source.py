"""Transactions that are not read here, but reduced where they lie: what ``--source URL`` names."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

from accord.cli.customer_table import NAMES, plain
from accord.cli.figure_names import name_of_figure
from accord.cli.lazy import BadInput
from accord.cli.texts import gettext, said
from accord.engines.customers.purchase_expressions import cohort_expression, purchase_days, recency_expression
from accord.engines.customers.purchase_summary import PurchaseSummary, purchase_summary
from accord.engines.customers.retention import Cohort, Period, cohorts_of_counts
from accord.exchange.purchase_sources import Source, SourceError, open_source, without_password

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

SETTING = "ACCORD_ANALYTICS_SOURCE"
MOST_DAYS = 500_000  # with more purchase days than these, whether they are regular or seasonal is not looked at
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class SourcePurchases:
    """A source and its columns; each method is one query that the source answers."""

    source: Source
    table: ir.Table
    roles: dict[str, str]

    @property
    def columns(self) -> dict[str, str]:
        """What was read as what."""
        return self.roles

    @property
    def has_amounts(self) -> bool:
        return "amount" in self.roles

    def summary(self, ends: date | None, unit_days: float) -> PurchaseSummary:
        return self._answer(lambda: purchase_summary(self.table, ends=ends, unit_days=unit_days, **self._named("day")))

    def recency(self, ends: date | None) -> pa.Table:
        """``customer, last, days, spend``, by customer."""
        found = recency_expression(self.table, ends=ends, **self._named("day"))
        return self._answer(lambda: found.order_by("customer").to_pyarrow())

    def days(self, ends: date | None) -> list[tuple[str, date]] | None:
        """The days on which each customer bought; None where there are too many to be looked at here."""
        days = purchase_days(self.table, ends=ends, **self._named("day"))
        found = self._answer(lambda: days.limit(MOST_DAYS + 1).to_pyarrow())
        if found.num_rows > MOST_DAYS:
            return None
        return sorted(zip(*(found.column(name).to_pylist() for name in ("customer", "day")), strict=True))

    def cohorts(self, ends: date | None, period: Period) -> tuple[Cohort, ...]:
        """Clients by the period of their first purchase."""
        counted = cohort_expression(self.table, ends=ends, period=period, **self._named("day"))
        rows = self._answer(counted.to_pyarrow).to_pylist()
        counts = ((row["cohort"], row["number"], row["active"], Decimal(str(row["revenue"]))) for row in rows)
        return cohorts_of_counts(counts, period)

    def _named(self, day: str) -> dict[str, Any]:
        return {"customer": self.roles["customer"], day: self.roles["date"], "amount": self.roles.get("amount")}

    def _answer(self, ask: Callable[[], Found]) -> Found:
        try:
            return ask()
        except Exception as error:  # of whichever engine does the work
            lines = str(error).strip().splitlines() or [type(error).__name__]
            raise BadInput(
                gettext("%(name)s: %(engine)s refused the query: %(error)s")
                % {"name": self.source.name, "engine": self.source.engine, "error": lines[0]}
            ) from error


def source_of(wish: str | None) -> str:
    """The URL asked for, else that of the setting."""
    url = wish or os.environ.get(SETTING, "")
    if not url:
        raise BadInput(
            gettext("Give a CSV file, or name a source with --source or %(setting)s.") % {"setting": SETTING}
        )
    return url


def open_purchases(url: str, customer: str | None, day: str | None, amount: str | None) -> SourcePurchases:
    """Open the source and find its columns by the names given or by their usual ones."""
    if url.startswith("accord:"):
        from accord.cli.installation import open_installation, reach_database

        open_installation()
        reach_database()
    try:
        source = open_source(url)
    except SourceError as error:
        raise BadInput(said(error)) from None
    table = source.table
    roles = {
        "customer": _column(source, "customer", customer, "--customer"),
        "date": _column(source, "date", day, "--date"),
    }
    money = _named(list(table.columns), "amount", amount)
    if money is None and amount is not None:
        raise BadInput(
            gettext("%(name)s has no column %(column)r. %(listing)s")
            % {"name": source.name, "column": amount, "listing": _listing(source)}
        )
    if money is not None:
        roles["amount"] = money
        if not table[money].type().is_numeric():
            raise BadInput(
                gettext("%(name)s: column %(column)s holds no numbers (%(type)s).")
                % {"name": source.name, "column": money, "type": table[money].type()}
            )
    kind = table[roles["date"]].type()
    if not kind.is_date() and not kind.is_timestamp():
        raise BadInput(
            gettext("%(name)s: column %(column)s holds no dates (%(type)s); store them as dates.")
            % {"name": source.name, "column": roles["date"], "type": kind}
        )
    named = table[roles["customer"]].cast("string")
    return SourcePurchases(source, table.mutate(**{roles["customer"]: named}), roles)


def _column(source: Source, role: str, wish: str | None, option: str) -> str:
    found = _named(list(source.table.columns), role, wish)
    if found is None and wish is not None:
        raise BadInput(
            gettext("%(name)s has no column %(column)r. %(listing)s")
            % {"name": source.name, "column": wish, "listing": _listing(source)}
        )
    if found is None:
        raise BadInput(
            gettext("%(name)s: no column for the %(role)s found; set it with %(option)s. %(listing)s")
            % {"name": source.name, "role": name_of_figure(role), "option": option, "listing": _listing(source)}
        )
    return found


def _named(columns: list[str], role: str, wish: str | None) -> str | None:
    if wish is not None:
        return next((column for column in columns if plain(column) == plain(wish)), None)
    known = {plain(column): column for column in reversed(columns)}
    return next((known[name] for name in NAMES[role] if name in known), None)


def _listing(source: Source) -> str:
    return gettext("Columns: %(columns)s.") % {"columns": ", ".join(source.table.columns)}


def name_of(url: str) -> str:
    """What a report calls the source."""
    return without_password(url)
