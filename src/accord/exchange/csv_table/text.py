"""From bytes to lines of text: unpacking within bounds, and finding out the encoding without guessing wildly.

Accepted are UTF-8 with or without its mark, UTF-16, and Windows-1252, the encoding of older spreadsheets. A file that
is partly UTF-8 and partly something else is refused: whichever way it was read, some names would come out garbled.
"""

from __future__ import annotations

import gzip
import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from accord.exchange.csv_table.shape import MAX_BYTES, MAX_LINE, MAX_LINES, SAVE_AGAIN, refuse

_SIGNATURES = (
    (b"PK\x03\x04", "is a spreadsheet or ZIP archive, not CSV", SAVE_AGAIN),
    (b"\xd0\xcf\x11\xe0", "is an old Excel workbook, not CSV", SAVE_AGAIN),
    (b"\x1f\x8b", "is packed twice", "Unpack it once and import the result."),
    (b"\x89PNG", "is a picture (PNG), not CSV", SAVE_AGAIN),
    (b"\xff\xd8\xff", "is a picture (JPEG), not CSV", SAVE_AGAIN),
    (b"GIF8", "is a picture (GIF), not CSV", SAVE_AGAIN),
    (b"%PDF", "is a PDF document, not CSV", SAVE_AGAIN),
    (b"SQLite format 3", "is a database, not CSV", "Export the table as CSV."),
    (b"<", "looks like XML or HTML, not CSV", "A project plan in XML is imported as a plan. " + SAVE_AGAIN),
    (b"{", "looks like JSON, not CSV", SAVE_AGAIN),
    (b"[", "looks like JSON, not CSV", SAVE_AGAIN),
)
_UTF8_MARK = b"\xef\xbb\xbf"
_UTF8_SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_NOT_IN_CP1252 = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")


class _Bounded(io.RawIOBase):
    """Passes bytes on until there are more than :data:`MAX_BYTES` of them."""

    def __init__(self, source: io.BufferedIOBase) -> None:
        self.source = source
        self.left = MAX_BYTES

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        try:
            piece = self.source.read(len(buffer))
        except (gzip.BadGzipFile, zlib.error):
            raise refuse("is a damaged gzip file", "Compress it again or import the plain CSV.") from None
        except EOFError:
            raise refuse("ends before the gzip data is complete", "Copy the file again.") from None
        self.left -= len(piece)
        if self.left < 0:
            raise refuse(f"is larger than {MAX_BYTES // 1024**2} MB unpacked", "Split it into smaller files.")
        buffer[: len(piece)] = piece
        return len(piece)

    def close(self) -> None:
        self.source.close()
        super().close()


def opened(source: Path | bytes) -> io.BufferedReader:
    """The file's own bytes, unpacked if it is gzipped."""
    raw: io.BufferedIOBase = io.BytesIO(source) if isinstance(source, bytes) else source.open("rb")
    if raw.read(2) == b"\x1f\x8b":
        raw.seek(0)
        return io.BufferedReader(_Bounded(gzip.GzipFile(fileobj=raw)), 1024 * 1024)
    raw.seek(0)
    return io.BufferedReader(_Bounded(raw), 1024 * 1024)


@dataclass(frozen=True, slots=True)
class Text:
    """How the bytes are read, and whether the last line is ended as lines are."""

    encoding: str
    has_last_line_end: bool = True


def find_encoding(source: Path | bytes) -> Text:
    """``utf-8``, ``utf-8-sig``, ``utf-16…`` or ``cp1252``; refuses what is none of them or no text at all."""
    with opened(source) as stream:
        head = stream.peek(4096)[:4096]
        _check_kind(head)
        if head.startswith((b"\xff\xfe", b"\xfe\xff")):
            return Text("utf-16")
        if len(head) >= 4 and b"\0" in head:
            for encoding, blank in (("utf-16-le", head[1::2]), ("utf-16-be", head[::2])):
                if blank.count(0) > 0.4 * len(blank):
                    return Text(encoding)
        return _eight_bit(stream, "utf-8-sig" if head.startswith(_UTF8_MARK) else "utf-8")


def _check_kind(head: bytes) -> None:
    start = head.removeprefix(_UTF8_MARK).lstrip(b" \t\r\n")
    if not start:
        raise refuse("is empty", "Export the table again, with its header line.")
    for signature, message, remedy in _SIGNATURES:
        if start.startswith(signature):
            raise refuse(message, remedy)


def _eight_bit(stream: io.BufferedReader, utf8: str) -> Text:
    """Read on to the end: UTF-8 if every line is, Windows-1252 if nothing speaks for UTF-8, else a refusal."""
    number, bad_line, bad_bytes, has_utf8 = 0, 0, b"", utf8 == "utf-8-sig"
    is_ended = True
    while line := stream.readline(MAX_LINE * 4):
        number += 1
        is_ended = line.endswith((b"\n", b"\r"))
        if number > MAX_LINES:
            raise refuse(f"has more than {MAX_LINES:,} lines", "Split it into smaller files.")
        if line.isascii():
            continue
        try:
            line.decode("utf-8")
            has_utf8 = True
        except UnicodeDecodeError as error:
            bad_line = bad_line or number
            bad_bytes = bad_bytes or line[max(0, error.start - 12) : error.end + 12]
            has_utf8 = has_utf8 or _UTF8_SEQUENCE.search(line) is not None or _NOT_IN_CP1252.search(line) is not None
            if error.end == len(line) and error.reason == "unexpected end of data":
                raise refuse(
                    "ends in the middle of a character", "Copy or export the file again.", line=number
                ) from None
    if not bad_line:
        return Text(utf8, is_ended)
    if has_utf8:
        message = "mixes UTF-8 with another encoding" if utf8 == "utf-8" else "is not valid UTF-8"
        value = bad_bytes.decode("ascii", "backslashreplace")
        raise refuse(message, SAVE_AGAIN, line=bad_line, value=value)
    return Text("cp1252", is_ended)


def lines(source: Path | bytes, encoding: str) -> Iterator[str]:
    """The lines with their ends, as the csv module wants them."""
    number = 0
    with io.TextIOWrapper(opened(source), encoding=encoding, newline="") as stream:
        try:
            while line := stream.readline(MAX_LINE):
                number += 1
                if "\0" in line:
                    raise refuse(
                        "contains NUL characters", "The file is damaged or not text. " + SAVE_AGAIN, line=number
                    )
                if len(line) == MAX_LINE:
                    raise refuse(f"has a line of more than {MAX_LINE:,} characters", SAVE_AGAIN, line=number)
                yield line
        except UnicodeError:
            raise refuse(f"is not valid {encoding.upper()}", SAVE_AGAIN, line=number + 1) from None
