"""From bytes to lines of text: unpacking within bounds, and finding out the encoding without guessing wildly.

UTF-8 with or without its mark and UTF-16 are certain. Anything else is guessed by how its words read
(:mod:`accord.exchange.csv_table.encodings`), or said by who imports it. A file that is partly UTF-8 and partly
something else is refused unless its encoding is said: whichever way it was read, some names would come out garbled.
"""

from __future__ import annotations

import gzip
import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from accord.engines.texts import gettext_lazy
from accord.exchange.csv_table.encodings import LABELS, SAMPLED, guess
from accord.exchange.csv_table.shape import MAX_BYTES, MAX_LINE, MAX_LINES, SAVE_AGAIN, refuse

_SIGNATURES = (
    (b"PK\x03\x04", gettext_lazy("is a spreadsheet or ZIP archive, not CSV"), SAVE_AGAIN),
    (b"\xd0\xcf\x11\xe0", gettext_lazy("is an old Excel workbook, not CSV"), SAVE_AGAIN),
    (b"\x1f\x8b", gettext_lazy("is compressed twice"), gettext_lazy("Extract it and import the file inside.")),
    (b"\x89PNG", gettext_lazy("is an image (PNG), not CSV"), SAVE_AGAIN),
    (b"\xff\xd8\xff", gettext_lazy("is an image (JPEG), not CSV"), SAVE_AGAIN),
    (b"GIF8", gettext_lazy("is an image (GIF), not CSV"), SAVE_AGAIN),
    (b"%PDF", gettext_lazy("is a PDF document, not CSV"), SAVE_AGAIN),
    (b"SQLite format 3", gettext_lazy("is a database, not CSV"), gettext_lazy("Export the table as CSV.")),
    (
        b"<",
        gettext_lazy("looks like XML or HTML, not CSV"),
        gettext_lazy(
            "Import project plans in XML as type “Project plan”. In a spreadsheet choose Save As, “CSV UTF-8”."
        ),
    ),
    (b"{", gettext_lazy("looks like JSON, not CSV"), SAVE_AGAIN),
    (b"[", gettext_lazy("looks like JSON, not CSV"), SAVE_AGAIN),
)
_UTF8_MARK = b"\xef\xbb\xbf"
_UTF8_SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_MOST_DOUBT = 0.3  # more than this share of odd characters: the encoding is not what it seems
CHOOSE = gettext_lazy("Choose its encoding, or save it again as UTF-8.")


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
            raise refuse(
                gettext_lazy("is a damaged gzip file"), gettext_lazy("Compress it again or import the plain CSV.")
            ) from None
        except EOFError:
            raise refuse(gettext_lazy("is an incomplete gzip file"), gettext_lazy("Copy the file again.")) from None
        self.left -= len(piece)
        if self.left < 0:
            raise refuse(
                gettext_lazy("is larger than %(most)s MB unpacked", most=MAX_BYTES // 1024**2),
                gettext_lazy("Split it into smaller files."),
            )
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
    """How the bytes are read, what says so, and whether the last line is ended as lines are.

    ``sample`` holds some of the lines with bytes beyond ASCII, ``is_sure`` is false where the encoding should be
    confirmed.
    """

    encoding: str
    has_last_line_end: bool = True
    evidence: str = ""
    is_sure: bool = True
    sample: bytes = b""


def find_encoding(source: Path | bytes, chosen: str = "") -> Text:
    """``utf-8``, ``utf-8-sig``, ``utf-16…`` or the likeliest other; ``chosen`` settles it.

    Refuses what is no text at all, and what mixes UTF-8 with something else.
    """
    with opened(source) as stream:
        head = stream.peek(4096)[:4096]
        _check_kind(head)
        has_mark = head.startswith(_UTF8_MARK)
        if chosen.startswith("utf-16"):
            return Text("utf-16" if head.startswith((b"\xff\xfe", b"\xfe\xff")) else _without_mark(chosen, head))
        if not chosen and head.startswith((b"\xff\xfe", b"\xfe\xff")):
            return Text("utf-16", evidence=gettext_lazy("It starts with the UTF-16 byte order mark."))
        if not chosen and len(head) >= 4 and b"\0" in head:
            for encoding, blank in (("utf-16-le", head[1::2]), ("utf-16-be", head[::2])):
                if blank.count(0) > 0.4 * len(blank):
                    return Text(encoding, evidence=gettext_lazy("Every second byte is empty, as in UTF-16."))
        utf8 = "utf-8-sig" if has_mark else "utf-8"
        return _eight_bit(stream, utf8, utf8 if chosen == "utf-8" else chosen)


def _without_mark(chosen: str, head: bytes) -> str:
    """UTF-16 in the order of its bytes that the first line shows, where the file has no mark."""
    if chosen != "utf-16":
        return chosen
    return "utf-16-be" if head[::2].count(0) > head[1::2].count(0) else "utf-16-le"


def _check_kind(head: bytes) -> None:
    start = head.removeprefix(_UTF8_MARK).lstrip(b" \t\r\n")
    if not start:
        raise refuse(gettext_lazy("is empty"), gettext_lazy("Export the table again, with its header line."))
    for signature, message, remedy in _SIGNATURES:
        if start.startswith(signature):
            raise refuse(message, remedy)


def _eight_bit(stream: io.BufferedReader, utf8: str, chosen: str) -> Text:
    """Read on to the end: UTF-8 if every line is, what the words look like if nothing speaks for UTF-8."""
    number, bad_line, bad_bytes, has_utf8 = 0, 0, b"", False
    is_ended, sample, has_sequence = True, bytearray(), False
    while line := stream.readline(MAX_LINE * 4):
        number += 1
        is_ended = line.endswith((b"\n", b"\r"))
        if number > MAX_LINES:
            raise refuse(
                gettext_lazy("has more than %(most)s lines", most=f"{MAX_LINES:,}"),
                gettext_lazy("Split it into smaller files."),
            )
        if line.isascii():
            continue
        if len(sample) < SAMPLED:
            sample += line[:SAMPLED] + b"\n"
        try:
            line.decode("utf-8")
            has_utf8 = True
        except UnicodeDecodeError as error:
            bad_line = bad_line or number
            bad_bytes = bad_bytes or line[max(0, error.start - 12) : error.end + 12]
            has_sequence = has_sequence or _UTF8_SEQUENCE.search(line) is not None
            is_cut = error.end == len(line) and error.reason == "unexpected end of data"
            if is_cut and not chosen and (has_utf8 or bad_line == number):
                raise refuse(
                    gettext_lazy("ends in the middle of a character"),
                    gettext_lazy(
                        "Copy or export the file again. "
                        "If it isn't UTF-8: Choose its encoding, or save it again as UTF-8."
                    ),
                    line=number,
                ) from None
    text = Text(utf8, is_ended, sample=bytes(sample))
    if chosen:
        return replace(text, encoding=chosen, evidence=gettext_lazy("You chose it."))
    if not bad_line:
        return replace(
            text,
            evidence=gettext_lazy("Every line is valid UTF-8.")
            if has_utf8
            else gettext_lazy("Every character is ASCII."),
        )
    guessed = guess(text.sample)
    if utf8 == "utf-8-sig" or has_utf8 or guessed is None or (has_sequence and guessed.doubt > _MOST_DOUBT):
        message = (
            gettext_lazy("mixes UTF-8 with another encoding") if utf8 == "utf-8" else gettext_lazy("is not valid UTF-8")
        )
        value = bad_bytes.decode("ascii", "backslashreplace")
        raise refuse(message, CHOOSE, line=bad_line, value=value)
    words = ", ".join(f"“{word[:40]}”" for word in guessed.words)
    return replace(
        text,
        encoding=guessed.encoding,
        evidence=gettext_lazy(
            "It isn't UTF-8 and reads best as %(encoding)s: %(words)s.", encoding=LABELS[guessed.encoding], words=words
        ),
        is_sure=guessed.encoding == "cp1252" and guessed.doubt <= _MOST_DOUBT,
    )


def lines(source: Path | bytes, encoding: str) -> Iterator[str]:
    """The lines with their ends, as the csv module wants them."""
    number = 0
    with io.TextIOWrapper(opened(source), encoding=encoding, newline="") as stream:
        try:
            while line := stream.readline(MAX_LINE):
                number += 1
                if "\0" in line:
                    raise refuse(
                        gettext_lazy("contains NUL characters"),
                        gettext_lazy("The file is damaged or not text. In a spreadsheet choose Save As, “CSV UTF-8”."),
                        line=number,
                    )
                if len(line) == MAX_LINE:
                    raise refuse(
                        gettext_lazy("has a line of more than %(most)s characters", most=f"{MAX_LINE:,}"),
                        SAVE_AGAIN,
                        line=number,
                    )
                yield line
        except UnicodeError:
            remedy = SAVE_AGAIN if encoding.startswith("utf") else CHOOSE
            raise refuse(
                gettext_lazy("is not valid %(encoding)s", encoding=encoding.upper()), remedy, line=number + 1
            ) from None
