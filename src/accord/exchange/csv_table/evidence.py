"""Reading a whole column to learn what its values prove."""

from __future__ import annotations

import re
from collections.abc import Sequence

from accord.engines.texts import gettext_lazy
from accord.exchange.csv_table.currencies import sign_of, without_currency
from accord.exchange.csv_table.shape import Column
from accord.exchange.csv_table.values import date_order, decimal_mark, is_day_number, short_orders

_NUMBER = re.compile(r"^[-+(\N{MINUS SIGN}]?\s*+-?\d[\d.,'’ \u00a0\u202f]*+\)?-?\s*+%?$")
_LONGEST_AMOUNT = 60
_SIGNS = 20  # different ones that are remembered
_WHOLE_FLOAT = re.compile(r"^\d+\.0$")
_KEPT = 20_000  # distinct values remembered, so that repeated ones cost nothing
_TRIAL = 200  # distinct values after which a column of neither numbers nor dates is left alone


class Witness:
    """Sees every value of one column, some rows at a time."""

    def __init__(self, index: int, header: str) -> None:
        self.index, self.header = index, header
        self.filled = 0
        self.samples: list[str] = []
        self.seen: set[str] = set()
        self.is_watched = True
        self.matched = 0
        self.dates: dict[str, str] = {}  # what was proved → the first value that proved it
        self.marks: dict[str, str] = {}
        self.all_whole_floats = True
        self.short_year, self.orders = "", frozenset({"dmy", "mdy", "ymd"})
        self.needs_order = False
        self.day_number = ""
        self.signs: dict[str, None] = {}

    def see(self, values: Sequence[str]) -> None:
        """Take in the next cells of the column; only values not seen before cost anything."""
        self.filled += len(values) - values.count("")
        if not self.is_watched:
            return
        for value in dict.fromkeys(values):
            if value and value not in self.seen:
                self._see_new(value)

    def _see_new(self, value: str) -> None:
        if len(self.seen) < _KEPT:
            self.seen.add(value)
        if len(self.samples) < 3:
            self.samples.append(value[:80])
        self.all_whole_floats = self.all_whole_floats and _WHOLE_FLOAT.match(value) is not None
        proved = date_order(value)
        if proved is not None:
            self.matched += 1
            if (orders := short_orders(value)) is None:
                self.dates.setdefault(proved, value)
            else:
                self.short_year = self.short_year or value
                if orders:  # none where the month has a name
                    self.orders &= orders
                    self.needs_order = True
        elif _NUMBER.match(value):
            self.matched += 1
            self.marks.setdefault(decimal_mark(value), value)
            if not self.day_number and is_day_number(value):
                self.day_number = value
        elif len(value) <= _LONGEST_AMOUNT and (sign := sign_of(value)) and _NUMBER.match(without_currency(value)):
            self.matched += 1
            self.marks.setdefault(decimal_mark(without_currency(value)), value)
            if len(self.signs) < _SIGNS:
                self.signs.setdefault(sign)
        elif len(self.seen) >= _TRIAL and not self.matched:
            self.is_watched = False

    def column(self) -> Column:
        """What was learnt."""
        dates, date_example = _verdict(self.dates, "dmy", "mdy")
        if self.short_year and self.needs_order:
            dates, date_example = self._short_verdict(dates), date_example or self.short_year
        decimals, decimal_example = _verdict(self.marks, "point", "comma")
        return Column(
            index=self.index,
            header=self.header,
            filled=self.filled,
            dates=dates,
            date_example=date_example,
            decimals=decimals,
            decimal_example=decimal_example,
            whole_floats=self.is_watched and bool(self.filled) and self.all_whole_floats,
            samples=tuple(self.samples),
            short_year=self.short_year,
            day_number=self.day_number,
            signs=tuple(self.signs),
        )

    def _short_verdict(self, dates: str) -> str:
        """The order that the dates with short years leave, beside what those with long ones prove."""
        orders = self.orders & {dates} if dates in ("dmy", "mdy") else self.orders
        if dates == "ambiguous":
            orders = orders & {"dmy", "mdy"}
        if not orders or dates == "conflict":
            return "conflict"
        return next(iter(orders)) if len(orders) == 1 else "ambiguous"


def _verdict(proofs: dict[str, str], one: str, other: str) -> tuple[str, str]:
    if one in proofs and other in proofs:
        return "conflict", gettext_lazy("%(one)s and %(other)s", one=proofs[one], other=proofs[other])
    for proof in (one, other, "ambiguous"):
        if proof in proofs:
            return proof, proofs.get("ambiguous", proofs[proof])
    return "", ""
