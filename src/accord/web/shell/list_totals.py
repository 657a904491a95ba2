"""The sums below a list: of all that its filter finds, one line for each currency."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet, Sum

from accord.web.shell.list_parts import Cell, Column
from accord.web.shell.templatetags.shell import money


def totals(found: QuerySet[Any], columns: Sequence[Column], shown: Sequence[int], currency: str) -> list[list[Cell]]:
    """A line of cells beside ``columns`` for each currency; none where no column that is ``shown`` is added up.

    One query. Amounts of different currencies are never added.
    """
    summed = {place: columns[place].amount for place in shown if columns[place].amount}
    if not summed:
        return []
    rows = found.model._base_manager.filter(pk__in=found.order_by().values("pk")).order_by()
    sums = rows.values(currency).annotate(**{f"sum_{place}": Sum(field) for place, field in summed.items()})
    lines = list(sums.order_by(currency))
    return [_line(line, len(columns), summed, line[currency], several=len(lines) > 1) for line in lines]


def _line(line: Any, width: int, summed: dict[int, str], currency: str, *, several: bool) -> list[Cell]:
    cells = [Cell("") for _ in range(width)]
    cells[0] = Cell(f"Total in {currency}" if several else "Total")
    for place in summed:
        total: Decimal | None = line[f"sum_{place}"]
        known = total is not None
        cells[place] = Cell(money(total, currency) if known else "–", numeric=True, raw=total, currency=currency)
    return cells
