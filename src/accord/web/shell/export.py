"""Tables as files for spreadsheets: CSV and XLSX in which nothing that people typed is ever a formula."""

from __future__ import annotations

import csv
import math
import re
import tempfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import TextIOWrapper
from itertools import chain
from typing import IO, Any, TypeAlias

import xlsxwriter
from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.http import content_disposition_header

TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
MOST_ROWS = 1_048_575  # rows of a sheet below its header
MONEY, PERCENT = "#,##0.00", "0%"  # how a workbook shows the numbers of a column
Value: TypeAlias = str | int | float | Decimal | date | datetime | None
LONGEST = 32_767  # characters that a cell of a spreadsheet holds
# What spreadsheets take for a formula or a command, also after spaces and in full-width forms.
_DANGEROUS = re.compile(r"[\s\x00]*[=+\-@|%＝＋－＠\t\r\n]")
_PLAIN_NUMBER = re.compile(r"[+-]?\d+(,\d{3})*(\.\d+)?%?")


class TooManyRows(Exception):
    """More rows than a sheet of a spreadsheet holds."""


def harmless(text: str) -> str:
    """``text`` as a cell that no spreadsheet computes: what looks like a formula gets an apostrophe before it."""
    text = text.replace("\x00", "")[: LONGEST - 1]
    if _DANGEROUS.match(text) and not _PLAIN_NUMBER.fullmatch(text):
        return "'" + text
    return text


def table_file(
    file_type: str,
    name: str,
    header: Sequence[str],
    rows: Iterable[Sequence[Value]],
    widths: Sequence[int],
    *,
    formats: Sequence[str] = (),
    totals: Iterable[Sequence[Value]] = (),
) -> HttpResponse:
    """``rows`` as a download, written through a temporary file: a long one is never held as objects.

    Numbers, dates and moments stay what they are; everything else is text. ``formats`` has a number format for each
    column of a workbook, or none; ``totals`` are its last lines. A CSV file has neither, so that programs can read it.
    """
    with tempfile.TemporaryFile() as file:
        if file_type == "csv":
            _write_csv(file, header, rows)
        else:
            _write_xlsx(file, header, rows, widths, formats or [""] * len(header), totals)
        file.seek(0)
        disposition = content_disposition_header(True, f"{name}.{file_type}")
        headers = {"Content-Disposition": disposition or "attachment", "X-Content-Type-Options": "nosniff"}
        return HttpResponse(file.read(), content_type=TYPES[file_type], headers=headers)


def _write_csv(file: IO[bytes], header: Sequence[str], rows: Iterable[Sequence[Value]]) -> None:
    text = TextIOWrapper(file, "utf-8-sig", newline="", write_through=True)  # with the mark that Excel asks for
    writer = csv.writer(text)
    writer.writerow([harmless(label) for label in header])
    writer.writerows([_as_text(cell) for cell in row] for row in rows)
    text.detach()


def _as_text(cell: Value) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M}"
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    return harmless(cell) if isinstance(cell, str) else str(cell)


def _write_xlsx(
    file: IO[bytes],
    header: Sequence[str],
    rows: Iterable[Sequence[Value]],
    widths: Sequence[int],
    formats: Sequence[str],
    totals: Iterable[Sequence[Value]],
) -> None:
    options: dict[str, Any] = {
        "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
    }  # fmt: skip
    with xlsxwriter.Workbook(file, options) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True})
        dates = [book.add_format({"num_format": f, "align": "left"}) for f in ("yyyy-mm-dd", "yyyy-mm-dd hh:mm")]
        numbers = [book.add_format({"num_format": f}) if f else None for f in formats]
        sums = [book.add_format({"num_format": f, "bold": True}) if f else bold for f in formats]
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.freeze_panes(1, 0)
        for column, label in enumerate(header):
            sheet.write_string(0, column, str(label), bold)
        lines = chain(((row, numbers) for row in rows), ((row, sums) for row in totals))
        for line, (row, looks) in enumerate(lines, start=1):
            if line > MOST_ROWS:
                raise TooManyRows
            for column, cell in enumerate(row):
                _write_cell(sheet, line, column, cell, looks[column], dates)


def _write_cell(sheet: Any, line: int, column: int, cell: Value, look: Any, dates: Sequence[Any]) -> None:
    """Write one value by its own type: nothing is guessed from text, so that no text becomes a formula or a link."""
    if cell is None:
        return
    if isinstance(cell, str | Promise):  # the label of a choice is looked up here
        sheet.write_string(line, column, harmless(str(cell)), look)
    elif isinstance(cell, date):
        try:
            sheet.write_datetime(line, column, cell, dates[isinstance(cell, datetime)])
        except ValueError:  # before 1900, which workbooks do not know
            sheet.write_string(line, column, cell.isoformat())
    elif math.isfinite(cell):
        sheet.write_number(line, column, cell, look)
