"""How a value stands in XML: as text, a day, a number, an amount with its currency, an identifier with its scheme."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from accord.engines.invoices.document import Identifier, Note
from accord.engines.invoices.errors import InvoiceFileError
from accord.engines.invoices.paths import Xml, put, where
from accord.engines.texts import Text as Said
from accord.engines.texts import gettext_lazy

Place = tuple[Any, str]
_NUMBER = re.compile(r"[+-]?(\d{1,20}(\.\d{0,20})?|\.\d{1,20})")
_DAY = re.compile(r"(\d{4}-\d\d-\d\d)(Z|[+-]\d\d:\d\d)?")
_NOTE = re.compile(r"#([A-Z]{3})#\s*(.*)", re.DOTALL)
_IBAN = re.compile(r"[A-Z]{2}\d\d[0-9A-Za-z ]{8,40}")
_SHOWN = 60


def wrong(place: Place, text: Said) -> InvoiceFileError:
    """The refusal of a file for what stands at a place."""
    element, attribute = place
    shown = (element.get(attribute) if attribute else element.text) or ""
    message = gettext_lazy(
        "Line %(line)s, %(path)s: %(problem)s (found %(value)s).",
        line=element.sourceline,
        path=where(element, attribute),
        problem=text,
        value=repr(shown.strip()[:_SHOWN]),
    )
    return InvoiceFileError(message, element.sourceline)


def plain(number: Decimal) -> str:
    """A number as XML has it, never with an exponent."""
    return f"{number:f}"


@dataclass(frozen=True, slots=True)
class Kind:
    """Text; the other kinds say how they differ."""

    empty: Any = ""

    def read(self, xml: Xml, place: Place) -> Any:
        return xml.text(place)

    def write(self, xml: Xml, place: Place, value: Any) -> None:
        put(place, str(value))

    def way(self, value: Any) -> int:
        """Which of several paths a value is written to."""
        return 0


@dataclass(frozen=True, slots=True)
class Terms(Kind):
    """Payment terms: XRechnung asks for a line break after a cash discount (``#SKONTO#…#``), the last one too."""

    def write(self, xml: Xml, place: Place, value: Any) -> None:
        put(place, f"{value}\n" if value.endswith("#") else value)


@dataclass(frozen=True, slots=True)
class OrFiller(Kind):
    """Text, where ``filler`` stands for none: the schema asks for something."""

    filler: str = ""

    def read(self, xml: Xml, place: Place) -> str:
        text = xml.text(place)
        return "" if text == self.filler else text


@dataclass(frozen=True, slots=True)
class Account(Kind):
    """A bank account: an IBAN goes the first way, any other number the second."""

    def way(self, value: Any) -> int:
        return 0 if _IBAN.fullmatch(value) else 1


@dataclass(frozen=True, slots=True)
class Day(Kind):
    """A day, as ``2026-12-01``."""

    empty: Any = None

    def read(self, xml: Xml, place: Place) -> date:
        found = _DAY.fullmatch(xml.text(place))
        try:
            return date.fromisoformat(found[1] if found else "")
        except ValueError:
            raise wrong(place, gettext_lazy("isn't a date; write it as 2026-12-31")) from None

    def write(self, xml: Xml, place: Place, value: Any) -> None:
        put(place, value.isoformat())


@dataclass(frozen=True, slots=True)
class CompactDay(Kind):
    """A day, as ``20261201`` with the format 102."""

    empty: Any = None

    def read(self, xml: Xml, place: Place) -> date:
        if place[0].get("format") == "102":
            xml.read.add((place[0], "format"))
        try:
            return datetime.strptime(xml.text(place), "%Y%m%d").date()
        except ValueError:
            raise wrong(place, gettext_lazy("isn't a date; write it as 20261231, in format 102")) from None

    def write(self, xml: Xml, place: Place, value: Any) -> None:
        place[0].set("format", "102")
        put(place, f"{value:%Y%m%d}")


@dataclass(frozen=True, slots=True)
class Number(Kind):
    """A number, to the last digit."""

    empty: Any = None

    def read(self, xml: Xml, place: Place) -> Decimal:
        text = xml.text(place)
        if not _NUMBER.fullmatch(text):
            raise wrong(place, gettext_lazy("isn't a number; write it as 1234.56"))
        return Decimal(text)

    def write(self, xml: Xml, place: Place, value: Any) -> None:
        put(place, plain(value))


@dataclass(frozen=True, slots=True)
class Amount(Number):
    """An amount in the currency of the invoice, which its element names; any other currency is left unread."""

    def read(self, xml: Xml, place: Place) -> Decimal:
        if place[0].get("currencyID") == xml.variables["currency"]:
            xml.read.add((place[0], "currencyID"))
        return Number.read(self, xml, place)

    def write(self, xml: Xml, place: Place, value: Any) -> None:
        if place[0].get("currencyID") is None:
            place[0].set("currencyID", xml.variables["currency"])
        put(place, plain(value))


@dataclass(frozen=True, slots=True)
class Flag(Kind):
    """Yes or no."""

    empty: Any = False

    def read(self, xml: Xml, place: Place) -> bool:
        text = xml.text(place)
        if text not in ("true", "false", "1", "0"):
            raise wrong(place, gettext_lazy("is neither true nor false"))
        return text in ("true", "1")

    def write(self, xml: Xml, place: Place, value: Any) -> None:
        put(place, "true" if value else "false")


@dataclass(frozen=True, slots=True)
class Identified(Kind):
    """An identifier, its scheme in an attribute; one with a scheme goes the second way."""

    empty: Any = None
    scheme: str = "schemeID"
    version: str = ""

    def read(self, xml: Xml, place: Place) -> Identifier:
        attributes = [name for name in (self.scheme, self.version) if name]
        xml.read.update((place[0], name) for name in attributes)
        return Identifier(xml.text(place), *(place[0].get(name, "").strip() for name in attributes))

    def write(self, xml: Xml, place: Place, value: Any) -> None:
        put(place, value.value)
        for name, said in ((self.scheme, value.scheme), (self.version, value.version)):
            if name and said:
                place[0].set(name, said)

    def way(self, value: Any) -> int:
        return 1 if value.scheme else 0


@dataclass(frozen=True, slots=True)
class Content(Kind):
    """A file, in base 64."""

    empty: Any = None

    def read(self, xml: Xml, place: Place) -> bytes:
        try:
            return base64.b64decode("".join(xml.text(place).split()), validate=True)
        except (binascii.Error, ValueError):
            raise wrong(place, gettext_lazy("isn't a file in base 64")) from None

    def write(self, xml: Xml, place: Place, value: Any) -> None:
        put(place, base64.b64encode(value).decode())


@dataclass(frozen=True, slots=True)
class Coded(Kind):
    """A code that this syntax writes otherwise; one that is not in the table stays as it is."""

    codes: Mapping[str, str] = field(default_factory=dict)

    def read(self, xml: Xml, place: Place) -> str:
        text = xml.text(place)
        return next((code for code, written in self.codes.items() if written == text), text)

    def write(self, xml: Xml, place: Place, value: Any) -> None:
        put(place, self.codes.get(value, value))


@dataclass(frozen=True, slots=True)
class CodedNote(Kind):
    """A note with its subject in front, as UBL has it: ``#ADU#The text``."""

    empty: Any = None

    def read(self, xml: Xml, place: Place) -> Note:
        text = xml.text(place)
        found = _NOTE.fullmatch(text)
        return Note(found[2], found[1]) if found else Note(text)

    def write(self, xml: Xml, place: Place, value: Any) -> None:
        put(place, f"#{value.subject_code}#{value.text}" if value.subject_code else value.text)
