"""What a file of one kind may say: its fields, and the questions it cannot answer itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from accord.exchange.csv_table import CsvShape


class Holds(StrEnum):
    """What the cells of a field are."""

    TEXT = "text"
    ID = "id"
    EMAIL = "email"
    EMAILS = "emails"  # one or several, with ; or , or a new line between them
    PHONES = "phones"
    WEBSITE = "website"
    COUNT = "count"
    NUMBER = "number"
    PERCENT = "percent"
    DATE = "date"
    CURRENCY = "currency"


NUMERIC = (Holds.COUNT, Holds.NUMBER, Holds.PERCENT)


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that a column may hold; ``known_as`` lists the headers under which other programs export it."""

    name: str
    label: str
    holds: Holds = Holds.TEXT
    known_as: tuple[str, ...] = ()
    required: bool = False
    help: str = ""
    max_length: int = 200
    digits: int = 16
    places: int = 2

    @property
    def header(self) -> str:
        """The column's name in the sample file."""
        return self.label


@dataclass(frozen=True, slots=True)
class Option:
    """A choice for the whole file. ``choices`` makes it a list; a boolean ``default`` makes it a tick."""

    name: str
    label: str
    help: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    default: str | bool | Callable[[], str] = ""

    @property
    def initial(self) -> Any:
        return self.default() if callable(self.default) else self.default


DATE_ORDER = Option(
    "date_order",
    "Dates such as 01/02/2026 mean",
    choices=(
        ("", "What the column proves"),
        ("dmy", "1 February 2026 (day first)"),
        ("mdy", "2 January 2026 (month first)"),
    ),
)
DECIMAL_MARK = Option(
    "decimal_mark",
    "Numbers such as 1.234 and 1,234",
    choices=(
        ("", "What the column proves"),
        ("point", "1,234.56: point before the cents"),
        ("comma", "1.234,56: comma before the cents"),
    ),
)
READING = (DATE_ORDER, DECIMAL_MARK)


@dataclass(frozen=True, slots=True)
class Question:
    """Something that has to be answered before the file can be read: which option, and why."""

    option: str
    text: str


def questions(
    shape: CsvShape, mapping: dict[str, str], fields: Iterable[Field], options: dict[str, Any]
) -> list[Question]:
    """What the mapped columns leave open and ``options`` do not answer."""
    asked: dict[str, Question] = {}
    for field in fields:
        column = shape.column(mapping.get(field.name, ""))
        if column is None:
            continue
        where = f"Column “{column.header}” holds {column.date_example or column.decimal_example}"
        if field.holds == Holds.DATE and column.dates in ("ambiguous", "conflict") and not options.get("date_order"):
            text = f"{where}, which can be read two ways. Say which comes first, the day or the month."
            asked.setdefault("date_order", Question("date_order", text))
        if field.holds in NUMERIC and column.decimals in ("ambiguous", "conflict") and not options.get("decimal_mark"):
            where = f"Column “{column.header}” holds {column.decimal_example}"
            text = f"{where}, which can be read two ways. Say whether the point or the comma stands before the cents."
            asked.setdefault("decimal_mark", Question("decimal_mark", text))
    return list(asked.values())


def guess_mapping(headers: Iterable[str], fields: Iterable[Field]) -> dict[str, str]:
    """Field name → header, where a header is the field's name, label or one of the names it is known by.

    >>> guess_mapping(["Company Name", "E-Mail"], [Field("name", "Name", known_as=("company name",))])
    {'name': 'Company Name'}
    """
    by_key = {_key(header): header for header in reversed(list(headers))}
    mapping: dict[str, str] = {}
    taken: set[str] = set()
    for field in fields:
        for known in (field.name, field.label, *field.known_as):
            header = by_key.get(_key(known))
            if header and header not in taken:
                mapping[field.name] = header
                taken.add(header)
                break
    return mapping


def _key(header: str) -> str:
    return re.sub(r"[\W_]+", "", header.casefold())
