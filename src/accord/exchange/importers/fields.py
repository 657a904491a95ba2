"""What a file of one kind may say: its fields, and the questions it cannot answer itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from accord.core.search.folding import fold
from accord.engines.texts import gettext_lazy as _
from accord.exchange.csv_table import Column, CsvShape
from accord.exchange.csv_table.currencies import SIGNS, USUAL
from accord.exchange.csv_table.values import day


class FieldType(StrEnum):
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
    CHOICE = "choice"  # one of a few words of ours


ORDERS = {"dmy": _("day/month/year"), "mdy": _("month/day/year"), "ymd": _("year/month/day")}
NUMERIC = (FieldType.COUNT, FieldType.NUMBER, FieldType.PERCENT)


@dataclass(frozen=True, slots=True)
class Choice:
    """What a field of a few words may hold: ``words`` of others by their key, and our values with their labels.

    Both are functions, as the firm may have words of its own. A word that is ``unknown``, as that text says, can be
    mapped by who imports.
    """

    unknown: str

    words: Callable[[], dict[str, str]]
    labels: Callable[[], list[tuple[str, str]]]

    def value_of(self, text: str) -> str | None:
        """Our value for a word of ours or a label, however its letters are written."""
        key = text.casefold()
        return next((value for value, label in self.labels() if key in (value.casefold(), label.casefold())), None)


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that a column may hold; ``known_as`` lists the headers under which other programs export it.

    A bad value leaves the field of a row empty, with a warning. In a field that ``decides`` who or how much is meant
    (as required ones do) it refuses the row. ``is_money`` marks amounts that may say their currency.
    """

    name: str
    label: str
    holds: FieldType = FieldType.TEXT
    known_as: tuple[str, ...] = ()
    required: bool = False
    help: str = ""
    max_length: int = 200
    digits: int = 16
    places: int = 2
    decides: bool = False
    is_money: bool = False
    choice: Choice | None = None

    @property
    def header(self) -> str:
        """The column's name in the sample file: in English, which is recognised wherever the file is read."""
        return str(self.label)


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
    _("Read dates such as 01/02/2026 as"),
    choices=(
        ("", _("Detect from the column")),
        ("dmy", _("1 February 2026 (day first)")),
        ("mdy", _("2 January 2026 (month first)")),
        ("ymd", _("Year first (two-digit years such as 26/02/24)")),
    ),
)
CENTURY = Option(
    "century",
    _("Two-digit years"),
    _("For example 26 in 2/24/26."),
    choices=(
        ("", _("Choose if the file has any")),
        ("1950", _("1950 to 2049")),
        ("2000", _("2000 to 2099")),
        ("1900", _("1900 to 1999")),
    ),
)
DAY_NUMBERS = Option(
    "day_numbers",
    _("Dates such as 45292"),
    _("A spreadsheet counts its days."),
    choices=(
        ("", _("Choose if the file has any")),
        ("1900", _("1 January 2024 (Excel, LibreOffice, Google Sheets)")),
        ("1904", _("2 January 2028 (Excel with the 1904 date system)")),
        ("none", _("Not dates")),
    ),
)
SIGN_CURRENCY = Option(
    "sign_currency",
    _("Currency of amounts with $, kr or ¥"),
    _("A three-letter ISO code. Several currencies use these signs."),
)
DECIMAL_MARK = Option(
    "decimal_mark",
    _("Read numbers such as 1.234 and 1,234 as"),
    choices=(
        ("", _("Detect from the column")),
        ("point", _("1,234.56 (decimal point)")),
        ("comma", _("1.234,56 (decimal comma)")),
    ),
)
READING = (DATE_ORDER, CENTURY, DAY_NUMBERS, DECIMAL_MARK)


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
    if not shape.is_encoding_sure:
        text = _("%(evidence)s Confirm this encoding, or choose another one.", evidence=shape.evidence)
        asked["encoding"] = Question("encoding", text)
    for field in fields:
        column = shape.column(mapping.get(field.name, ""))
        if column is None:
            continue
        for question in _of_dates(field, column, options) + _of_signs(field, column, mapping, options):
            asked.setdefault(question.option, question)
        if (
            field.holds == FieldType.DATE
            and column.dates in ("ambiguous", "conflict")
            and not options.get("date_order")
        ):
            values = {"column": column.header, "value": column.date_example or column.decimal_example}
            text = _(
                "Column “%(column)s” contains %(value)s, which can be read two ways. "
                "Choose which comes first, the day or the month."
            )
            asked.setdefault("date_order", Question("date_order", text.with_values(**values)))
        if field.holds in NUMERIC and column.decimals in ("ambiguous", "conflict") and not options.get("decimal_mark"):
            values = {"column": column.header, "value": column.decimal_example}
            text = _(
                "Column “%(column)s” contains %(value)s, which can be read two ways. "
                "Choose whether the point or the comma precedes the cents."
            )
            asked.setdefault("decimal_mark", Question("decimal_mark", text.with_values(**values)))
    return list(asked.values())


def _of_dates(field: Field, column: Column, options: dict[str, Any]) -> list[Question]:
    """The century of two-digit years, and from where a spreadsheet counts its days."""
    found: list[Question] = []
    if field.holds != FieldType.DATE:
        return found
    if column.short_year and not options.get("century"):
        order = column.dates if column.dates in ORDERS else options.get("date_order") or ""
        values = {"column": column.header, "date": column.short_year}
        text = _("Column “%(column)s” contains %(date)s. Choose the century of two-digit years.")
        if order in ORDERS:
            values["order"] = ORDERS[order]
            text = _("Column “%(column)s” contains %(date)s, read as %(order)s. Choose the century of two-digit years.")
        found.append(Question("century", text.with_values(**values)))
    if column.day_number and not options.get("day_numbers"):
        text = _(
            "Column “%(column)s” contains %(number)s, which looks like a spreadsheet's day number (%(date)s). "
            "Confirm how such numbers count."
        )
        date = day(column.day_number, system="1900").isoformat()
        values = {"column": column.header, "number": column.day_number, "date": date}
        found.append(Question("day_numbers", text.with_values(**values)))
    return found


def _of_signs(field: Field, column: Column, mapping: dict[str, str], options: dict[str, Any]) -> list[Question]:
    """Which currency a sign means that several use, where neither a column nor an option says it."""
    if not field.is_money or mapping.get("currency") or options.get("sign_currency"):
        return []  # what the answer does not fit, as kr where it was for $, is named row by row
    for sign in column.signs:
        meant = SIGNS.get(sign, ())
        if sign not in USUAL and len(meant) > 1 and options.get("currency") not in meant:
            text = _("Column “%(column)s” has amounts with %(sign)s. Enter their currency, for example %(currency)s.")
            values = {"column": column.header, "sign": sign, "currency": meant[0]}
            return [Question("sign_currency", text.with_values(**values))]
    return []


def guess_mapping(headers: Iterable[str], fields: Iterable[Field]) -> dict[str, str]:
    """Field name → header, where a header is the field's name, label or one of the names it is known by.

    >>> guess_mapping(["Company Name", "E-Mail"], [Field("name", "Name", known_as=("company name",))])
    {'name': 'Company Name'}
    """
    by_key = {_key(header): header for header in reversed(list(headers))}
    mapping: dict[str, str] = {}
    taken: set[str] = set()
    for field in fields:
        for known in (field.label, field.name, *field.known_as):
            header = by_key.get(_key(known))
            if header and header not in taken:
                mapping[field.name] = header
                taken.add(header)
                break
    return mapping


def _key(header: str) -> str:
    """The header without case, accents, blanks and signs.

    >>> _key("Fällig am"), _key("E-mail 1 - Value"), _key("Straße")
    ('falligam', 'email1value', 'strasse')
    """
    return fold(header).replace(" ", "")
