"""The bytes of a part of a mail, out of the encoding in which they were sent (RFC 2045), as far as they arrived."""

from __future__ import annotations

import binascii
import string
from email.message import Message

_LETTERS = frozenset((string.ascii_letters + string.digits + "+/=").encode())
_LONG = 40  # letters of a line that can't be a word of a footer


def payload_of(part: Message) -> bytes:
    """What the part holds. Plain lines after an encoded text, which lists and scanners add, follow it."""
    written, coding = part.get("Content-Transfer-Encoding"), _coding(part)
    if written is None:
        return _bytes_of(part)
    part.replace_header("Content-Transfer-Encoding", "8bit" if coding == "base64" else coding)
    payload = _bytes_of(part)
    part.replace_header("Content-Transfer-Encoding", written)
    return _from_base64(payload) if coding == "base64" else payload


def _bytes_of(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else str(payload or "").encode("utf-8", "replace")


def _coding(part: Message) -> str:
    """The first word of the field: programs add blanks, quotation marks, comments."""
    said = str(part.get("Content-Transfer-Encoding", "")).lower()
    for sign in "\"';(,":
        said = said.replace(sign, " ")
    return next(iter(said.split()), "")


def _from_base64(raw: bytes) -> bytes:
    lines = raw.splitlines()
    # A first line without blanks may be an encoded one that was damaged; with blanks nothing was encoded at all.
    plain = (at for at, line in enumerate(lines) if _is_plain(line) and (at or b" " in line.strip()))
    ends = next(plain, len(lines))
    if any(len(line) >= _LONG and not _is_plain(line) for line in lines[ends:]):
        ends = len(lines)  # a damaged line among encoded ones
    letters = bytes(byte for line in lines[:ends] for byte in line if byte in _LETTERS)
    found = _decoded(letters)
    rest = b"\n".join(lines[ends:]).strip()
    return b"\n".join((found, rest)) if rest else found


def _is_plain(line: bytes) -> bool:
    return not _LETTERS.issuperset(line.strip())


def _decoded(letters: bytes) -> bytes:
    found = []
    for piece in letters.split(b"="):  # several texts that were encoded one by one stand one after the other
        whole = piece[: len(piece) - (len(piece) % 4 == 1)]  # a single letter over is no byte
        found.append(binascii.a2b_base64(whole + b"=" * (-len(whole) % 4)))
    return b"".join(found)
