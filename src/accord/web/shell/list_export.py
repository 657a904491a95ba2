"""A list as a file: the rows its filter finds, in the order and with the columns that it shows."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from accord.core.fields import wall_time
from accord.web.shell.export import MONEY, PERCENT, Value, table_file
from accord.web.shell.list_groups import Group
from accord.web.shell.list_parts import Cell, Column, Row

if TYPE_CHECKING:
    from accord.web.shell.views.lists import ListPage

MOST = 50_000  # rows of one file
PART = 500  # records that are in memory at a time


def list_file(
    page: ListPage, file_type: str, keys: Sequence[int], shown: Sequence[int], groups: Sequence[Group], totals: Any
) -> HttpResponse:
    """The records ``keys`` of ``page``, in this order; where it is grouped, the group is the first column.

    A workbook ends with a line for each group and the totals, one line for each currency.
    """
    columns = [(place, page.columns[place]) for place in shown if not page.columns[place].action]
    header, formats, widths = _header(columns)
    rows = _lines(page, keys, columns, {group.key: group.label for group in groups})
    width = len(page.columns)
    ends: list[list[Value]] = [_cells(columns, foot) for foot in totals] if file_type == "xlsx" else []
    if page.grouping is not None:
        header, formats, widths = [page.grouping.label, *header], ["", *formats], [24, *widths]
        ends = [["", *end] for end in ends]
        if file_type == "xlsx":
            ends = [*_group_lines(groups, columns, width), *ends]
    name = f"{page.title} {timezone.localdate():%Y-%m-%d}"
    return table_file(file_type, name, header, rows, widths, formats=formats, totals=ends)


def table_export(name: str, file_type: str, columns: Sequence[Column], rows: Iterable[Row]) -> HttpResponse:
    """A table that is no list of records, as a file: all its ``rows``, with a cell for each of ``columns``."""
    placed = list(enumerate(columns))
    header, formats, widths = _header(placed)
    lines = (_cells(placed, row.cells) for row in rows)
    return table_file(file_type, f"{name} {timezone.localdate():%Y-%m-%d}", header, lines, widths, formats=formats)


def _header(columns: Sequence[tuple[int, Column]]) -> tuple[list[str], list[str], list[int]]:
    """The header of a file with the number formats and widths of its columns."""
    header: list[str] = []
    formats: list[str] = []
    widths: list[int] = []
    for _place, column in columns:
        header.append(str(column.label))
        formats.append(MONEY if column.money else PERCENT if column.percent else "")
        widths.append(14 if column.numeric else 28)
        if extra := _beside(column):
            header.append(extra)
            formats.append("")
            widths.append(10 if column.money else 28)
    return header, formats, widths


def _group_lines(groups: Sequence[Group], columns: Sequence[tuple[int, Column]], width: int) -> Iterator[list[Value]]:
    """The last lines of a workbook: each group with its count, and its sums in each currency."""
    for group in groups:
        for number, cells in enumerate(group.lines(width)):
            yield [group.label, None if number else group.count, *_cells(columns, cells)[1:]]


def _beside(column: Column) -> str:
    """The second column that a column of the page becomes: the currency of its amounts, or its second line."""
    return gettext("%(column)s (currency)") % {"column": column.label} if column.money else column.second


def _lines(
    page: ListPage, keys: Sequence[int], columns: Sequence[tuple[int, Column]], groups: dict[str, str]
) -> Iterator[list[Value]]:
    for start in range(0, len(keys), PART):
        part = keys[start : start + PART]
        rows = page.with_figures(page.found).filter(pk__in=part)
        if page.grouping is not None:
            rows = page.grouping.annotate(rows)
        found = {record.pk: record for record in rows}
        records = [found[key] for key in part if key in found]  # one may have gone meanwhile
        page.prepare(records)
        for record in records:
            cells = _cells(columns, page.line(record).cells)
            yield [groups.get(record.group_key, ""), *cells] if page.grouping is not None else cells


def _cells(columns: Sequence[tuple[int, Column]], cells: Sequence[Cell]) -> list[Value]:
    made: list[Value] = []
    for place, column in columns:
        cell = cells[place]
        value = value_of(cell)
        if column.money:
            known = value is not None and not isinstance(value, str)
            made += [value if known else None, cell.currency if known else None]
            continue
        made.append(value)
        if column.second:
            made.append(_text(cell.sub) or None)
    return made


def value_of(cell: Cell) -> Value:
    """The number, date or moment of a cell, else its words."""
    if cell.raw is not None:
        raw: Value = cell.raw
        if isinstance(raw, datetime):
            return wall_time(raw) if timezone.is_aware(raw) else raw
        return raw if isinstance(raw, int | float | Decimal | date) else str(raw)
    return _text(cell.value) or None


def _text(value: Any) -> str:
    if value is None:
        return ""
    return html.unescape(strip_tags(value)) if isinstance(value, SafeString) else str(value)
