"""A table at the terminal, of clients mostly: finding its columns by their names, and reading them row by row.

How the file is written (encoding, delimiter, order of day and month, decimal mark) is found by
:mod:`accord.exchange.csv_table`; what it leaves open, the options ``--date-format`` and ``--decimal`` settle.
"""

from __future__ import annotations

import csv
import itertools
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from accord.cli.figure_names import name_of_figure
from accord.cli.lazy import BadInput
from accord.cli.texts import gettext, said
from accord.exchange.csv_table import Column, examine, rows
from accord.exchange.csv_table.evidence import Witness
from accord.exchange.csv_table.text import find_encoding, lines
from accord.exchange.csv_table.values import BadValue, date_order, day, number
from accord.exchange.errors import ImportFileError, Problems

# What each column is commonly called, the most telling name first; compared without case, blanks and signs.
NAMES: dict[str, tuple[str, ...]] = {
    "customer": (
        *("customerid", "clientid", "accountid", "custid", "customernumber", "customerno", "clientnumber", "clientno"),
        *("customer", "client", "account", "customername", "clientname", "accountname", "company", "buyerid", "buyer"),
        *("userid", "user", "id"),
    ),
    "date": (
        *("invoicedate", "orderdate", "purchasedate", "transactiondate", "paymentdate", "saledate", "dateofinvoice"),
        *("date", "datetime", "timestamp", "day", "issued", "createdat", "closedate"),
    ),
    "amount": (
        *(
            "amount",
            "netamount",
            "invoiceamount",
            "amountnet",
            "totalamount",
            "nettotal",
            "total",
            "grandtotal",
            "linetotal",
        ),
        *("lineamount", "net", "revenue", "sales", "turnover", "value", "spend", "closevalue", "dollars"),
    ),
    "quantity": ("quantity", "qty", "units"),
    "unit_price": ("unitprice", "priceperunit", "price"),
    "frequency": ("frequency", "x", "repeatpurchases"),
    "recency": ("recency", "tx"),
    "age": ("age", "t"),
    "mean": ("monetaryvalue", "monetary", "meanspend", "averagespend", "avgspend", "zbar", "mx"),
    "start_revenue": (
        "startrevenue",
        "revenuestart",
        "revenueatstart",
        "openingrevenue",
        "startmrr",
        "mrrstart",
        "start",
    ),
    "end_revenue": ("endrevenue", "revenueend", "revenueatend", "closingrevenue", "endmrr", "mrrend", "end"),
    "starts": (
        "startdate",
        "starts",
        "startedon",
        "begindate",
        "contractstart",
        "subscriptionstart",
        "validfrom",
        "start",
    ),
    "ends": ("enddate", "ends", "endedon", "contractend", "subscriptionend", "canceldate", "validto", "end"),
    "revenue": (
        *("mrr", "mrramount", "monthlyrevenue", "recurringrevenue", "monthlyfee", "monthlycharges", "revenue"),
        *("amount", "price", "fee"),
    ),
    "tenure": ("tenure", "tenuremonths", "monthsstayed", "lifetime"),
    "left": ("churn", "churned", "hasleft", "left", "churnflag", "event", "cancelled", "canceled", "exited"),
    "planned_value": ("pv", "pvcum", "cumpv", "cumulativepv", "plannedvalue", "bcws", "planned", "budget"),
    "earned_value": ("ev", "evcum", "cumev", "cumulativeev", "earnedvalue", "bcwp", "earned"),
    "actual_cost": ("ac", "accum", "cumac", "cumulativeac", "actualcost", "actualcosts", "acwp", "actual"),
    "period": ("period", "year", "quarter", "month", "renewal", "renewals", "years", "months", "t"),
}
_OPTIONS = {
    "customer": "--customer",
    "date": "--date",
    "amount": "--amount",
    "tenure": "--tenure",
    "left": "--churned",
}
_ROLES = {"tenure": gettext("months each client stayed"), "left": gettext("clients who left (yes or no)")}
_DELIMITERS = ",;\t|"
_SAMPLE_LINES = 200


def plain(name: str) -> str:
    """A column's name as it is compared: ``t_x`` is ``tx``, ``Invoice Date`` is ``invoicedate``."""
    return re.sub(r"[\W_]", "", name.casefold())


@dataclass(frozen=True, slots=True)
class Table:
    """A file that was looked through once: its columns, and a way to stream its rows as (line, cells)."""

    file: str
    columns: tuple[Column, ...]
    width: int
    stream: Callable[[], Iterator[tuple[int, list[str]]]]
    date_format: str | None = None
    decimal: str | None = None

    def find(self, role: str, wish: str | None = None) -> Column | None:
        """The column that plays ``role``: the one wished for by name or number, else the best known by its name."""
        if wish is not None:
            wanted = {wish, wish.casefold(), plain(wish)}
            for column in self.columns:
                if wanted & {column.header, column.header.casefold(), plain(column.header)} - {""}:
                    return column
            for column in self.columns:
                if wish == str(column.index + 1):
                    return column
            raise BadInput(
                gettext("%(file)s has no column %(column)r. Columns: %(columns)s.")
                % {"file": self.file, "column": wish, "columns": self.listing}
            )
        for name in NAMES[role]:
            for column in self.columns:
                if plain(column.header) == name:
                    return column
        return None

    def need(self, role: str, wish: str | None = None) -> Column:
        """:meth:`find`, or a refusal that says which option names the column."""
        column = self.find(role, wish)
        if column is None:
            what = _ROLES.get(role) or name_of_figure(role)
            values = {"file": self.file, "role": what, "columns": self.listing}
            if role not in _OPTIONS:
                message = gettext(
                    "%(file)s: no column for the %(role)s found; name one %(name)s. It has the columns %(columns)s."
                )
                raise BadInput(message % (values | {"name": NAMES[role][0].upper()}))
            message = gettext(
                "%(file)s: no column for the %(role)s found; set it with %(option)s. It has the columns %(columns)s."
            )
            raise BadInput(message % (values | {"option": _OPTIONS[role]}))
        return column

    @property
    def listing(self) -> str:
        """The columns in words."""
        return ", ".join(column.header for column in self.columns)

    def holds_dates(self, column: Column) -> bool:
        """Whether its first values are dates."""
        return bool(column.samples) and all(_reads_as_date(value) for value in column.samples)

    def read(self, readers: list[tuple[Column, Reader]]) -> Iterator[tuple[Any, ...]]:
        """Each row's values through their readers; refuses the file when any cell was bad, naming the first."""
        problems = Problems(self.file)
        for line, cells in self.stream():
            if len(cells) != self.width:
                problems.add(
                    gettext("has %(found)s cells instead of %(needed)s") % {"found": len(cells), "needed": self.width},
                    gettext("Put text that contains the delimiter in quotes."),
                    line=line,
                )
                continue
            values: list[object] = []
            for column, reader in readers:
                cell = cells[column.index]
                try:
                    values.append(reader(cell))
                except BadValue as error:
                    problems.add(error.message, error.remedy, field=column.header, value=cell, line=line)
            if len(values) == len(readers):
                yield tuple(values)
        try:
            problems.raise_if_any()
        except ImportFileError as error:
            raise BadInput(said(error.text)) from None

    def texts(self, column: Column) -> Reader:
        """Reader of customers' names and numbers; empty is ``None``, and a program's ``17850.0`` is ``17850``."""
        whole = column.whole_floats
        return lambda cell: (cell.removesuffix(".0") if whole else cell) or None

    def dates(self, column: Column, *, optional: bool = False) -> Reader:
        """Reader of dates in the order that the whole column proves, or that ``--date-format`` says."""
        order = self.date_format or column.dates
        if order == "ambiguous":
            raise BadInput(
                gettext(
                    "%(file)s: %(example)r in column %(column)s is ambiguous; use --date-format dmy or --date-format "
                    "mdy."
                )
                % {"file": self.file, "example": column.date_example, "column": column.header}
            )
        if order == "conflict":
            raise BadInput(
                gettext("%(file)s: column %(column)s mixes day/month and month/day (%(example)s); use one date format.")
                % {"file": self.file, "column": column.header, "example": column.date_example}
            )

        def read(cell: str) -> date | None:
            if cell or not optional:
                return day(_filled(cell, gettext("Add a date to every row.")), order)
            return None

        return read

    def numbers(self, column: Column, *, optional: bool = False) -> Reader:
        """Reader of numbers with the decimal mark that the whole column proves, or that ``--decimal`` says."""
        mark = self.decimal or column.decimals or "point"
        if mark == "ambiguous":
            raise BadInput(
                gettext(
                    "%(file)s: %(example)r in column %(column)s is ambiguous; use --decimal point or --decimal comma."
                )
                % {"file": self.file, "example": column.decimal_example, "column": column.header}
            )
        if mark == "conflict":
            raise BadInput(
                gettext(
                    "%(file)s: column %(column)s mixes decimal points and commas (%(example)s); use one number format."
                )
                % {"file": self.file, "column": column.header, "example": column.decimal_example}
            )

        def read(cell: str) -> Decimal | None:
            if cell or not optional:
                return number(_filled(cell, gettext("Add a number to every row.")), mark)
            return None

        return read


Reader = Callable[[str], object]


def _filled(cell: str, remedy: str) -> str:
    if not cell:
        raise BadValue(gettext("is empty"), remedy)
    return cell


def _reads_as_date(value: str) -> bool:
    """Whether it has the form of a date, also of one that the calendar lacks: the reader names it then."""
    if not value.isdigit():
        return date_order(value) is not None
    with suppress(BadValue):
        return len(value) == 8 and bool(day(value))
    return False


def open_table(path: Path, *, no_header: bool, date_format: str | None, decimal: str | None) -> Table:
    """Look through the file once; raises :class:`BadInput` with the reader's reason when it cannot be a table."""
    try:
        if no_header:
            return _without_header(path, date_format, decimal)
        shape = examine(path, path.name)
        return Table(path.name, shape.columns, shape.width, lambda: rows(path, shape), date_format, decimal)
    except ImportFileError as error:
        raise BadInput(said(error.text)) from None
    except OSError as error:
        raise BadInput(f"{path}: {error.strerror or error}") from None


def _without_header(path: Path, date_format: str | None, decimal: str | None) -> Table:
    """A bare table whose columns are known by number, divided by a delimiter or, where there is none, by blanks."""
    try:
        encoding = find_encoding(path).encoding
        sample = list(itertools.islice(lines(path, encoding), _SAMPLE_LINES))
        delimiter = max(
            _DELIMITERS, key=lambda sign: min((line.count(sign) for line in sample if line.strip()), default=0)
        )
        divided = all(delimiter in line for line in sample if line.strip())

        def stream() -> Iterator[tuple[int, list[str]]]:
            text = lines(path, encoding)
            split = csv.reader(text, delimiter=delimiter, strict=True) if divided else (line.split() for line in text)
            try:
                for line, cells in enumerate(split, start=1):
                    if any(cells):
                        yield line, [cell.strip() for cell in cells]
            except csv.Error as error:
                raise BadInput(f"{path.name}: {error}.") from None

        first = next(stream(), (0, []))[1]
        witnesses = [Witness(index, f"column {index + 1}") for index in range(len(first))]
        for _, cells in stream():
            for witness, cell in zip(witnesses, cells, strict=False):
                witness.see([cell])
    except ImportFileError as error:
        raise BadInput(f"{path.name}: {said(error.text)}") from None
    return Table(path.name, tuple(w.column() for w in witnesses), len(first), stream, date_format, decimal)
