"""Tables as files for spreadsheets: CSV and XLSX in which nothing that people typed is ever a formula."""

from __future__ import annotations

import csv
import re
import tempfile
from collections.abc import Iterable, Sequence
from io import TextIOWrapper
from typing import IO, Any

import xlsxwriter
from django.http import HttpResponse
from django.utils.http import content_disposition_header

TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
MOST_ROWS = 1_048_575  # rows of a sheet below its header
LONGEST = 32_767  # characters that a cell of a spreadsheet holds
# What spreadsheets take for a formula or a command, also after spaces and in full-width forms.
_DANGEROUS = re.compile(r"[\s\x00]*[=+\-@|%＝＋－＠\t\r\n]")
_PLAIN_NUMBER = re.compile(r"[+-]?\d{1,3}(,?\d{3})*(\.\d+)?%?")


class TooManyRows(Exception):
    """More rows than a sheet of a spreadsheet holds."""


def harmless(text: str) -> str:
    """``text`` as a cell that no spreadsheet computes: what looks like a formula gets an apostrophe before it."""
    text = text.replace("\x00", "")[: LONGEST - 1]
    if _DANGEROUS.match(text) and not _PLAIN_NUMBER.fullmatch(text):
        return "'" + text
    return text


def table_file(
    file_type: str, name: str, header: Sequence[str], rows: Iterable[Sequence[str]], widths: Sequence[int]
) -> HttpResponse:
    """``rows`` as a download, written through a temporary file: a long one is never held as objects."""
    with tempfile.TemporaryFile() as file:
        (_write_csv if file_type == "csv" else _write_xlsx)(file, header, rows, widths)
        file.seek(0)
        disposition = content_disposition_header(True, f"{name}.{file_type}")
        headers = {"Content-Disposition": disposition or "attachment", "X-Content-Type-Options": "nosniff"}
        return HttpResponse(file.read(), content_type=TYPES[file_type], headers=headers)


def _write_csv(file: IO[bytes], header: Sequence[str], rows: Iterable[Sequence[str]], _widths: Sequence[int]) -> None:
    text = TextIOWrapper(file, "utf-8-sig", newline="", write_through=True)  # with the mark that Excel asks for
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    text.detach()


def _write_xlsx(file: IO[bytes], header: Sequence[str], rows: Iterable[Sequence[str]], widths: Sequence[int]) -> None:
    options: dict[str, Any] = {
        "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
    }  # fmt: skip
    with xlsxwriter.Workbook(file, options) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True})
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.freeze_panes(1, 0)
        for column, label in enumerate(header):
            sheet.write_string(0, column, label, bold)
        for number, row in enumerate(rows, start=1):
            if number > MOST_ROWS:
                raise TooManyRows
            for column, cell in enumerate(row):
                sheet.write_string(number, column, harmless(cell))
