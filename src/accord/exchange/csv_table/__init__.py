"""CSV tables as people's programs write them, read row by row.

:func:`examine` goes through the whole file once, in a limited child process when it was uploaded, and refuses it or
says how it is written. :func:`rows` then streams the rows of a file that was examined: it is bounded because the
examination was.
"""

from __future__ import annotations

import csv
import itertools
import re
from collections.abc import Iterator
from pathlib import Path

from accord.engines.texts import gettext_lazy
from accord.exchange.csv_table.encodings import readings
from accord.exchange.csv_table.evidence import Witness
from accord.exchange.csv_table.shape import (
    MAX_CELL,
    MAX_COLUMNS,
    MAX_ROWS,
    Column,
    CsvShape,
    refuse,
)
from accord.exchange.csv_table.text import Text, find_encoding, lines
from accord.exchange.errors import ImportFileError, Problems

__all__ = ["Column", "CsvShape", "examine", "rows"]

HEAD = 5  # rows that show how the file is read
_SHOWN = 80  # characters of each of their cells

_DELIMITERS = ",;\t|"
_SAMPLE_LINES = 200
_SEPARATOR_LINE = re.compile(r"^sep=(.)\r?\n?$", re.IGNORECASE)
_DATA_NOT_NAME = re.compile(r"^[-+]?[\d.,]+$|^\d{4}-\d{2}-\d{2}|^[^@\s]+@[^@\s]+\.[^@\s]+$")


def examine(source: Path | bytes, file: str = "", encoding: str = "") -> CsvShape:
    """Read the whole table once and say how it is written; ``file`` is the name to show in refusals.

    ``encoding`` is that which somebody chose; without it, the bytes decide.

    Raises :class:`ImportFileError` for a file that is empty, not CSV, in no known or in mixed encodings, damaged, too
    large, with an open quote, or without one distinct name for every column that holds values. Rows with a wrong number
    of cells are left to the importer, which can name them one by one.

    >>> shape = examine(b"name;since\\nAlpha;31.12.2025\\n")
    >>> shape.delimiter, shape.headers, shape.rows, shape.columns[1].dates
    (';', ['name', 'since'], 1, 'dmy')
    """
    try:
        return _examine(source, encoding)
    except ImportFileError as error:
        named = Problems(file)
        for problem in error.problems:
            named.add(problem.message, problem.remedy, field=problem.field, value=problem.value, line=problem.line)
        raise ImportFileError(named.kept, error.total) from None


def _examine(source: Path | bytes, encoding: str) -> CsvShape:
    text = find_encoding(source, encoding)
    delimiter, header_line = _find_delimiter(list(itertools.islice(lines(source, text.encoding), _SAMPLE_LINES)))
    found = _records(source, text.encoding, delimiter, header_line)
    _, headers = next(found, (0, []))
    if not any(headers):
        raise refuse(gettext_lazy("is empty"), gettext_lazy("Export the table again, with its header line."))
    if len(headers) > MAX_COLUMNS:
        raise refuse(
            gettext_lazy("has more than %(most)s columns", most=MAX_COLUMNS),
            gettext_lazy("Export only the columns you need."),
        )
    width = len(headers)
    witnesses = [Witness(index, header) for index, header in enumerate(headers)]
    count = 0
    head: list[tuple[str, ...]] = []
    while part := [cells for _, cells in itertools.islice(found, 1000)]:
        count += len(part)
        head += [tuple(cell[:_SHOWN] for cell in cells[:width]) for cells in part[: HEAD - len(head)]]
        if count > MAX_ROWS:
            raise refuse(
                gettext_lazy("has more than %(most)s rows", most=f"{MAX_ROWS:,}"),
                gettext_lazy("Split it into smaller files."),
            )
        for witness, cells in zip(witnesses, itertools.zip_longest(*part, fillvalue=""), strict=False):
            witness.see(cells)
    if not count:
        raise refuse(gettext_lazy("has a header line but no rows"), gettext_lazy("Export the table again."))
    columns = [witness.column() for witness in witnesses]
    _check_headers(columns, header_line)
    kept = tuple(column for column in columns if column.header)
    return CsvShape(
        text.encoding,
        delimiter,
        header_line,
        width,
        kept,
        count,
        _notes(text),
        text.evidence,
        text.is_sure,
        readings(text.sample) if text.sample else {},
        tuple(head),
    )


def rows(source: Path | bytes, shape: CsvShape) -> Iterator[tuple[int, list[str]]]:
    """The rows below the header as (line, cells), stripped of surrounding blanks; blank rows are left out.

    Empty cells beyond the last column are dropped; any other row whose length is not ``shape.width`` is ragged.
    """
    found = _records(source, shape.encoding, shape.delimiter, shape.header_line)
    next(found, None)
    for line, cells in found:
        while len(cells) > shape.width and not cells[-1]:
            cells.pop()
        yield line, cells


def _records(source: Path | bytes, encoding: str, delimiter: str, header_line: int) -> Iterator[tuple[int, list[str]]]:
    text = lines(source, encoding)
    for _ in range(header_line - 1):
        next(text, None)
    reader = csv.reader(text, delimiter=delimiter, strict=True, skipinitialspace=True)
    line = header_line
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if "field limit" in str(error):
                message = gettext_lazy(
                    "has a cell of more than %(most)s characters, probably because of a missing closing quote",
                    most=f"{MAX_CELL:,}",
                )
            else:
                message = gettext_lazy("has a quote that is opened and not closed, or text after a closing quote")
            raise refuse(
                message, gettext_lazy('Close the quote, or double every " inside a quoted text.'), line=line
            ) from None
        cells = [cell.strip() for cell in cells]
        if any(cells):
            yield line, cells
        line = header_line + reader.line_num


def _find_delimiter(sample: list[str]) -> tuple[str, int]:
    """The delimiter under which the first lines have the same number of cells, and the header's line number."""
    if sample and (said := _SEPARATOR_LINE.match(sample[0])):
        return said[1], 2
    best, best_score = ",", (0.0, 0)
    for delimiter in _DELIMITERS:
        table = [row for row in csv.reader(sample, delimiter=delimiter, skipinitialspace=True) if any(row)]
        width = len(table[0]) if table else 0
        if width < 2:
            continue
        alike = sum(len(row) == width for row in table) / len(table)
        best, best_score = max((best, best_score), (delimiter, (alike, width)), key=lambda pair: pair[1])
    return best, 1


def _check_headers(columns: list[Column], line: int) -> None:
    problems = Problems()
    seen: dict[str, int] = {}
    for column in columns:
        place = gettext_lazy("column %(number)s", number=column.index + 1)
        if not column.header:
            if column.filled:
                problems.add(
                    gettext_lazy("has values but no column name"),
                    gettext_lazy("Give each column a name."),
                    field=place,
                    line=line,
                )
            continue
        if _DATA_NOT_NAME.match(column.header):
            remedy = gettext_lazy("Add a header row with the column names.")
            problems.add(
                gettext_lazy("looks like a value, not a column name"),
                remedy,
                field=place,
                value=column.header,
                line=line,
            )
        key = column.header.casefold()
        if key in seen:
            message = gettext_lazy("has the same name as column %(column)s", column=seen[key] + 1)
            problems.add(
                message, gettext_lazy("Give each column a unique name."), field=place, value=column.header, line=line
            )
        seen.setdefault(key, column.index)
    problems.raise_if_any()


def _notes(text: Text) -> tuple[str, ...]:
    notes = []
    if text.encoding == "cp1252":
        unsure = gettext_lazy("%(evidence)s If names look wrong, choose another encoding.")
        notes.append(unsure.with_values(evidence=text.evidence))
    if not text.has_last_line_end:
        notes.append(gettext_lazy("The last line has no line break. Check that the file is complete."))
    return tuple(notes)
