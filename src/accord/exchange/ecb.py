"""The European Central Bank's reference rates, as a table of what currencies are worth in the firm's.

Published each working day as ``eurofxref-hist.zip`` or ``.csv`` (a line for each day, a column for each currency) and
as XML (``Cube`` elements). They say how much of a currency one euro buys. A firm that keeps its books in another
currency gets cross rates: what a currency is worth in euros, divided by what the firm's own is.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException  # type: ignore[import-untyped]
from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]

from accord.core.money import round_half_up
from accord.engines.texts import gettext_lazy
from accord.exchange.errors import ImportFileError, ImportProblem

PLACES = 12  # so that the smallest currency keeps eight significant digits
MAX_BYTES = 64 * 1024 * 1024
HEADER = ("Date", "Currency", "Rate")
_CODE = re.compile(r"^[A-Z]{3}$")
_UNKNOWN = ("", "N/A", "-")
_REMEDY = gettext_lazy("Use eurofxref-hist.zip, its CSV, or the XML from the European Central Bank's site.")

Day = tuple[date, dict[str, Decimal]]


def rate_table(source: bytes, *, file: str, base: str, currencies: Sequence[str], since: str) -> bytes:
    """A CSV table of the value of one unit of each of ``currencies`` in ``base`` from ``since`` (an ISO date) on.

    A table that isn't the bank's is given back as it is: it has its own columns for date, currency and rate.

    Raises :class:`ImportFileError` for a damaged archive, XML of another kind, and rates that aren't positive numbers.

    >>> file = b"Date, USD, GBP, \\n2026-03-02,1.25,0.8,\\n"
    >>> rate_table(file, file="x.csv", base="EUR", currencies=["GBP"], since="2026-01-01")
    b'Date,Currency,Rate\\r\\n2026-03-02,GBP,1.250000000000\\r\\n'
    """
    content = _unpacked(source, file)
    if content.lstrip()[:1] == b"<":
        days = list(_of_xml(content, file))
    elif _is_of_the_bank(content):
        days = list(_of_csv(content, file))
    else:
        return content
    return _table(days, base, currencies, date.fromisoformat(since))


def _unpacked(source: bytes, file: str) -> bytes:
    if source.startswith(b"\x1f\x8b"):
        return _gunzipped(source, file)
    if not source.startswith(b"PK"):
        return source
    try:
        with zipfile.ZipFile(io.BytesIO(source)) as archive:
            found = [info for info in archive.infolist() if info.filename.lower().endswith((".csv", ".xml"))]
            if len(found) != 1:
                raise _refused(gettext_lazy("isn't an archive with one CSV or XML file"), file)
            if found[0].file_size > MAX_BYTES:
                raise _refused(gettext_lazy("is too large"), file)
            with archive.open(found[0]) as packed:
                content = packed.read(MAX_BYTES + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise _refused(gettext_lazy("is a damaged archive"), file) from error
    if len(content) > MAX_BYTES:
        raise _refused(gettext_lazy("is too large"), file)
    return content


def _gunzipped(source: bytes, file: str) -> bytes:
    try:
        content = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(source, MAX_BYTES + 1)
    except zlib.error as error:
        raise _refused(gettext_lazy("is a damaged archive"), file) from error
    if len(content) > MAX_BYTES:
        raise _refused(gettext_lazy("is too large"), file)
    return content


def _is_of_the_bank(content: bytes) -> bool:
    """Whether the first line is ``Date, USD, JPY …``."""
    first, *others = [cell.strip() for cell in _first_line(content).split(",")]
    codes = [cell for cell in others if cell]
    return first == "Date" and bool(codes) and all(_CODE.match(cell) for cell in codes)


def _first_line(content: bytes) -> str:
    return content.removeprefix(b"\xef\xbb\xbf").split(b"\n", 1)[0].decode("ascii", "replace")


def _of_csv(content: bytes, file: str) -> Iterator[Day]:
    rows = csv.reader(io.StringIO(content.decode("utf-8-sig", "replace")))
    codes = [cell.strip() for cell in next(rows)]
    for line, row in enumerate(rows, 2):
        cells = [cell.strip() for cell in row]
        if not any(cells):
            continue
        day = _day(cells[0], file, line)
        pairs = zip(codes[1:], cells[1:], strict=False)
        yield day, {code: _rate(text, code, file, line) for code, text in pairs if code and text not in _UNKNOWN}


def _of_xml(content: bytes, file: str) -> Iterator[Day]:
    try:
        root = fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise _refused(gettext_lazy("isn't well-formed XML"), file) from error
    days = [node for node in root.iter() if _name(node.tag) == "Cube" and node.get("time")]
    if not days:
        raise _refused(gettext_lazy("isn't a file of exchange rates"), file)
    for node in days:
        day = _day(node.get("time", ""), file)
        rates = [each for each in node if _name(each.tag) == "Cube"]
        yield day, {each.get("currency", ""): _rate(each.get("rate", ""), each.get("currency", ""), file)
                    for each in rates}  # fmt: skip


def _name(tag: object) -> str:
    return str(tag).rpartition("}")[2]


def _day(text: str, file: str, line: int | None = None) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _refused(gettext_lazy("isn't a date"), file, "Date", text, line) from None


def _rate(text: str, code: str, file: str, line: int | None = None) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or value <= 0 or value.adjusted() > 9 or value.adjusted() < -9:
        raise _refused(gettext_lazy("isn't a positive number"), file, code, text, line)
    return value


def _refused(message: str, file: str, field: str = "", value: str = "", line: int | None = None) -> ImportFileError:
    return ImportFileError([ImportProblem(message, _REMEDY, field=field, value=value[:60], line=line, file=file)])


def _table(days: Sequence[Day], base: str, currencies: Sequence[str], since: date) -> bytes:
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(HEADER)
    for day, per_euro in sorted(days, key=lambda each: each[0]):
        known = {"EUR": Decimal(1)} | per_euro
        if day < since or base not in known:
            continue
        for code in sorted(set(currencies) & known.keys() - {base}):
            rows.writerow((day.isoformat(), code, f"{round_half_up(known[base] / known[code], PLACES):f}"))
    return text.getvalue().encode()
