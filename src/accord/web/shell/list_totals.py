"""The sums below a list: of all that its filter finds, one line for each currency."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext

from accord.web.shell.list_parts import Cell, Column
from accord.web.shell.templatetags.shell import money, number


def sums_of(columns: Sequence[Column], shown: Sequence[int]) -> tuple[dict[int, str], dict[int, Any]]:
    """Of the columns ``shown``, those that are added up, by their places: amounts, and other numbers."""
    amounts = {place: columns[place].amount for place in shown if columns[place].amount}
    others = {place: columns[place].total for place in shown if columns[place].total is not None}
    return amounts, others


def aggregates(amounts: dict[int, str], others: dict[int, Any]) -> dict[str, Sum]:
    return {f"sum_{place}": Sum(what) for place, what in (amounts | others).items()}


def found_rows(found: QuerySet[Any]) -> QuerySet[Any]:
    """The rows of a list without what it computes of each: joins would count one several times."""
    return found.model._base_manager.filter(pk__in=found.order_by().values("pk")).order_by()


def totals(found: QuerySet[Any], columns: Sequence[Column], shown: Sequence[int], currency: str) -> list[list[Cell]]:
    """A line of cells beside ``columns`` for each currency; none where no column that is ``shown`` is added up.

    One query. Amounts of different currencies are never added: other numbers then have a line of their own.
    """
    amounts, others = sums_of(columns, shown)
    if not amounts and not others:
        return []
    rows, made = found_rows(found), aggregates(amounts, others)
    lines = list(rows.values(currency).annotate(**made).order_by(currency)) if amounts else [rows.aggregate(**made)]
    several = len(lines) > 1
    shown_lines = [
        _line(line, len(columns), amounts, {} if several else others, line.get(currency, ""), several=several)
        for line in lines
    ]
    if several and others:
        whole = {f"sum_{place}": added(line[f"sum_{place}"] for line in lines) for place in others}
        shown_lines.insert(0, _line(whole, len(columns), {}, others, "", several=False))
    return shown_lines


def added(values: Any) -> Any:
    """The sum of those that are known; ``None`` where none is."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def number_cell(total: Any) -> Cell:
    return Cell("–" if total is None else number(total, 1 if total % 1 else 0), numeric=True, raw=total)


def _line(
    line: Any, width: int, amounts: dict[int, str], others: dict[int, Any], currency: str, *, several: bool
) -> list[Cell]:
    cells = [Cell("") for _ in range(width)]
    cells[0] = Cell(gettext("Total in %(currency)s") % {"currency": currency} if several else gettext("Total"))
    for place in amounts:
        total = line[f"sum_{place}"]
        known = total is not None
        cells[place] = Cell(money(total, currency) if known else "–", numeric=True, raw=total, currency=currency)
    for place in others:
        cells[place] = number_cell(line[f"sum_{place}"])
    return cells
