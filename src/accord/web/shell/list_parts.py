"""What lists are made of: columns, and rows of cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext

from accord.web.shell.templatetags.shell import day, money, money_short, number


@dataclass(frozen=True, slots=True)
class Column:
    """One column; ``sort`` is the ordering it stands for (a field path), empty where it cannot be sorted.

    ``second`` names the second line of its cells where a file has it as a column of its own; ``amount`` is a field that
    the list adds up for each currency, ``total`` an expression of another number that it adds up. A column with
    ``action`` has only links to press: no file has it. ``name`` stands in addresses, where the label's own would not be
    the only one; ``edit`` is the field that its cells edit in place, ``sorted`` ("asc" or "desc") how the list that is
    shown is sorted by it.
    """

    label: str
    sort: str = ""
    numeric: bool = False
    hide_small: bool = False
    money: bool = False
    percent: bool = False
    second: str = ""
    amount: str = ""
    total: Any = None
    shown: bool = True
    action: bool = False
    name: str = ""
    edit: str = ""
    sorted: str = ""

    @property
    def key(self) -> str:
        """The column's name in addresses."""
        return self.name or slugify(str(self.label))


@dataclass(frozen=True, slots=True)
class Cell:
    """One value with how to show it; ``who`` puts a person's disc before it, ``progress`` a bar of 0 to 100.

    ``raw`` is the number, date or moment that ``value`` writes in words: files get it as it is.
    """

    value: Any = ""
    url: str = ""
    sub: str = ""
    tone: str = ""
    badge: bool = False
    numeric: bool = False
    who: str = ""
    progress: Any = None
    drawer: bool = False
    raw: Any = None
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One record of a list."""

    id: int
    url: str
    cells: list[Cell] = field(default_factory=list)
    may_edit: bool = False

    def picked(self, places: Sequence[int]) -> Row:
        """The same record with only these cells, in this order."""
        return Row(self.id, self.url, [self.cells[place] for place in places], self.may_edit)


def amount_cell(amount: Decimal | None, currency: str, *, sub: str = "", tone: str = "") -> Cell:
    if amount is None:
        return Cell(None, numeric=True, sub=sub)
    return Cell(money(amount, currency), numeric=True, sub=sub, tone=tone, raw=amount, currency=currency)


def short_cell(amount: Decimal | None, currency: str, *, sub: str = "", tone: str = "", signed: bool = False) -> Cell:
    """An amount of an overview, in thousands or millions; files get it whole."""
    if amount is None:
        return Cell(None, numeric=True, sub=sub)
    text = money_short(amount, currency)
    if signed and amount > 0:
        text = f"+{text}"
    return Cell(text, numeric=True, sub=sub, tone=tone, raw=amount, currency=currency)


def count_cell(count: int) -> Cell:
    return Cell(number(count), numeric=True, raw=count)


def date_cell(on: date | None, *, sub: str = "", tone: str = "") -> Cell:
    return Cell(day(on) if on else None, sub=sub, tone=tone, raw=on)


def due_cell(due: date | None, today: date, *, over: bool) -> Cell:
    """A date that is marked, in words too, once it has passed; ``over`` is what no longer waits."""
    if due is None:
        return Cell(None)
    late = due < today and not over
    return Cell(day(due), tone="bad" if late else "", sub="overdue" if late else "", raw=due)


def owner_cell(owner: Any) -> Cell:
    return Cell(owner, who=str(owner)) if owner else Cell(gettext("Unassigned"), tone="warn")
