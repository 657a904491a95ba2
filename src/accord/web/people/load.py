"""How load is written on pages: one cell, one row, the legend."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import pairwise
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString

from accord.core.dates import MONTHS
from accord.core.texts import gettext_lazy
from accord.engines.planning.capacity import Cell, Part
from accord.people.models import Person
from accord.web.shell.templatetags.shell import icon

# Up to which per cent, the class, and what the legend says. What is above the last is over-allocated.
LEVELS = (
    (0, "load-none", gettext_lazy("nothing planned")),
    (50, "load-some", gettext_lazy("up to half")),
    (85, "load-most", gettext_lazy("over half")),
    (100, "load-full", "full"),
)
OVER = "load-over"


@dataclass(frozen=True, slots=True)
class LoadRow:
    """A person with their weeks, ready to be shown."""

    person: Person
    cells: list[SafeString]


def level_of(cell: Cell) -> str:
    """The class of a cell; its text says the same."""
    percent = cell.percent
    if percent is None:
        return OVER if cell.committed else "load-away"
    return next((name for most, name, _ in LEVELS if percent <= most), OVER)


def load_row(person: Person, cells: Sequence[Cell], edges: Sequence[date], tag: str = "td") -> LoadRow:
    base = reverse("person", args=[person.pk])
    weeks = zip(cells, edges, strict=False)
    return LoadRow(person, [load_cell(cell, f"{base}weeks/{monday.isoformat()}", tag) for cell, monday in weeks])


def load_cell(cell: Cell, url: str = "", tag: str = "td") -> SafeString:
    """A table cell: per cent of capacity, a sign where it is too much, and what is only hoped for beside it.

    Written here and not as a template, and put together by hand, for a heat map of forty people has five hundred of
    them: all that goes into it are numbers, dates and addresses of our own.
    """
    level, percent, tentative = level_of(cell), cell.percent, cell.tentative
    if level == OVER:
        written = "away" if percent is None else f"{percent}%"
        text = f'{_sign()}{written}<span class="visually-hidden"> over-allocated</span>'
    elif percent is None:
        text = '<span aria-hidden="true">–</span><span class="visually-hidden">away</span>'
    else:
        text = f"{percent}%"
    if tentative:
        level += " load-soft"
        more = f"+{round(100 * tentative / cell.capacity)}%" if cell.capacity else "+"
        text += f'<span class="load-more">{more}<span class="visually-hidden"> tentative</span></span>'
    if url and cell.parts:
        text = f'<a href="{url}" data-drawer>{text}</a>'
    return SafeString(f'<{tag} class="load {level}">{text}</{tag}>')


@cache
def _sign() -> str:
    return icon("alert-triangle")


def total_of(rows: Iterable[Sequence[Cell]]) -> list[Cell]:
    """The week of everybody together: time that one person lacks is not made up for by another's, so no sign."""
    return [
        Cell(
            sum(cell.usual for cell in column),
            sum(cell.capacity for cell in column),
            {0: Part(sum(min(cell.committed, cell.capacity) for cell in column))},
        )
        for column in zip(*rows, strict=True)
    ]


def week_heads(edges: Sequence[date], today: date) -> list[dict[str, Any]]:
    """The columns: the Monday of each week with its ISO number."""
    return [
        {
            "day": f"{monday.day} {MONTHS[monday.month - 1]}",
            "number": monday.isocalendar().week,
            "year": monday.year,
            "current": monday <= today < following,
        }
        for monday, following in pairwise(edges)
    ]
