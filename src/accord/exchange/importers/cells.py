"""Turning the cells of a row into values, each field by its own kind."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from email.utils import getaddresses
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email

from accord.core.fields import iso_currency
from accord.engines.texts import either, gettext_lazy
from accord.exchange.csv_table import Column
from accord.exchange.csv_table.currencies import CODES, CONTRADICTION, currencies_of
from accord.exchange.csv_table.values import BadValue, day, number
from accord.exchange.importers.fields import ORDERS, Choice, Field, FieldType
from accord.exchange.importers.synonyms import translatable

Convert = Callable[[str], Any]
_is_website = URLValidator(schemes=["http", "https"])


def converter(field: Field, column: Column, options: dict[str, Any]) -> Convert:
    """The function from this column's text to ``field``'s value; it raises :class:`BadValue`."""
    order = column.dates if column.dates in ORDERS else options.get("date_order", "")
    mark = column.decimals if column.decimals in ("point", "comma") else options.get("decimal_mark") or "point"
    if field.holds == FieldType.DATE:
        century, system = int(options.get("century") or 0) or None, options.get("day_numbers") or ""
        return lambda text: day(text, order, century, system)
    if field.choice is not None:
        return _choice(field.choice, (options.get("values") or {}).get(field.name) or {})
    if field.is_money:
        return lambda text: _bounded(_amount(text, mark), field)
    if field.holds == FieldType.NUMBER:
        return lambda text: _bounded(number(text, mark), field)
    if field.holds == FieldType.COUNT:
        return lambda text: _whole(number(text, mark), 2**31 - 1)
    if field.holds == FieldType.PERCENT:
        return lambda text: _whole(number(text.removesuffix("%").strip(), mark), 100)
    if field.holds == FieldType.ID and column.whole_floats:
        return lambda text: text.removesuffix(".0")
    if field.holds in _SEVERAL:
        return partial(_several, _SEVERAL[field.holds], field.max_length)
    plain = {FieldType.EMAIL: _email, FieldType.WEBSITE: _website, FieldType.CURRENCY: _currency}.get(field.holds, str)
    return lambda text: plain(_short(text, field.max_length))


class UnknownWord(BadValue):
    """A word that stands for none of our values, unless who imports says for which."""


def _choice(choice: Choice, answers: dict[str, str]) -> Convert:
    """Our value for a word; ``None`` where the answer was to leave it empty."""
    labels = choice.labels()
    own = {translatable(word): value for value, label in labels for word in (value, label)}
    known = choice.words() | own | {translatable(word): value for word, value in answers.items()}
    remedy = gettext_lazy("Map it.")
    if len(labels) > 1:
        remedy = gettext_lazy("Map it to %(labels)s.", labels=either([label for _, label in labels]))

    def convert(text: str) -> str | None:
        found = known.get(translatable(text))
        if found is None:
            raise UnknownWord(choice.unknown, remedy)
        return str(found) or None

    return convert


def _bounded(value: Decimal, field: Field) -> Decimal:
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and -exponent > field.places:
        value = value.normalize() if value else Decimal(0)
        exponent = value.as_tuple().exponent
        if isinstance(exponent, int) and -exponent > field.places:
            raise BadValue(
                gettext_lazy("has more than %(places)s decimals", places=field.places),
                gettext_lazy("Round it to %(places)s decimals.", places=field.places),
            )
    if abs(value) >= Decimal(10) ** (field.digits - field.places):
        raise BadValue(gettext_lazy("is too large"), gettext_lazy("Check the number and the decimal mark."))
    return value


def _amount(text: str, mark: str) -> Decimal:
    """The number in an amount whose currency, if it says one, exists."""
    currencies = currencies_of(text)
    if currencies == CONTRADICTION:
        raise BadValue(gettext_lazy("is in two currencies"), gettext_lazy("Write one of them."))
    if unknown := [code for code in currencies if code not in CODES]:
        raise BadValue(
            gettext_lazy("has the unknown currency %(currency)s", currency=unknown[0]),
            gettext_lazy("Use a three-letter ISO code, such as EUR or USD."),
        )
    return number(text, mark)


def _whole(value: Decimal, most: int) -> int:
    if value != int(value) or not 0 <= value <= most:
        raise BadValue(
            gettext_lazy("is not a whole number from 0 to %(most)s", most=f"{most:,}"),
            gettext_lazy("Use a whole number."),
        )
    return int(value)


def _short(text: str, most: int) -> str:
    if len(text) > most:
        raise BadValue(gettext_lazy("is longer than %(most)s characters", most=most), gettext_lazy("Shorten it."))
    return text


def _email(text: str) -> str:
    """The address alone, as programs write it with a name or as a link: ``Ana <ana@x.test>``, ``mailto:ana@x.test``."""
    text = text.removeprefix("mailto:").removeprefix("MAILTO:")
    if text.endswith(">") and "<" in text:
        text = text[text.rindex("<") + 1 : -1].strip()
    try:
        validate_email(text)
    except ValidationError:
        raise BadValue(
            gettext_lazy("is not an email address"), gettext_lazy("Use the form name@example.com.")
        ) from None
    return text


def _phone(text: str) -> str:
    number = " ".join(text.removeprefix("'").removeprefix("tel:").removeprefix("TEL:").split())
    if _SHORTENED.match(number):
        raise BadValue(
            gettext_lazy("is a number that a spreadsheet has shortened"),
            gettext_lazy("Format the column as text and enter the number again."),
        )
    return number


_SHORTENED = re.compile(r"^[0-9][.,][0-9]+E\+[0-9]{1,2}$", re.IGNORECASE)
_SEVERAL: dict[FieldType, Convert] = {FieldType.EMAILS: _email, FieldType.PHONES: _phone}
_FEWEST_DIGITS = 5  # of a telephone number: what stands behind a comma with fewer is its extension


def _several(convert: Convert, most: int, text: str) -> str:
    """One or several, each checked; with "; " between them."""
    lines = (line for given in text.splitlines() for line in given.split(";"))
    lines = (part for line in lines for part in line.split(":::"))  # as Google Contacts parts them
    if convert is _email:
        lines = (part for line in lines for part in (_addresses(line) if "<" in line else [line]))
        lines = (part for line in lines for part in line.replace("|", ",").split(","))
        lines = (part for line in lines for part in (line.split() if line.count("@") > 1 else [line]))
    parts = (part.strip() for line in lines for part in (line.split(",") if _is_list(convert, line) else [line]))
    return "; ".join(dict.fromkeys(convert(_short(part, most)) for part in parts if part))


def _addresses(line: str) -> list[str]:
    """Those of a line with names before them, in which commas may be part of the name."""
    return [address for _, address in getaddresses([line]) if address]


def _is_list(convert: Convert, line: str) -> bool:
    """Whether commas part several: always addresses, and numbers that are long enough to be some."""
    if convert is not _phone:
        return True
    return all(sum(letter.isdigit() for letter in part) >= _FEWEST_DIGITS for part in line.split(",") if part.strip())


def _website(text: str) -> str:
    address = text if "://" in text else f"https://{text}"
    try:
        _is_website(address)
    except ValidationError:
        raise BadValue(
            gettext_lazy("is not a web address"), gettext_lazy("Use the form https://example.com.")
        ) from None
    return address


def _currency(text: str) -> str:
    code = text.upper()
    try:
        iso_currency(code)
    except ValidationError:
        raise BadValue(
            gettext_lazy("is not a currency code"), gettext_lazy("Use the three-letter ISO code, such as EUR or USD.")
        ) from None
    return code
