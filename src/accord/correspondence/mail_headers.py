"""The header fields of a mail, as people read them."""

from __future__ import annotations

from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses

from accord.accounts.mail_addresses import compared
from accord.correspondence.charsets import decoded

LONGEST_HEADER = 4_000  # characters of one that are parsed: some make the parser slow
LONGEST_ADDRESSES = 100_000
MOST_ADDRESSES = 500


def raw_headers(message: Message, name: str, longest: int = LONGEST_HEADER) -> list[str]:
    """The fields of that name on one line each, bytes beyond ASCII read as UTF-8 or what else they are."""
    found = [str(value) for field, value in message.raw_items() if field.lower() == name.lower()]
    return [_letters(" ".join(value[: longest * 2].split()))[:longest] for value in found]


def _letters(value: str) -> str:
    if value.isascii():
        return value
    return decoded(value.encode("utf-8", "surrogateescape"))


def words_of(value: str) -> str:
    """A header's value on one line, its encoded words (RFC 2047) decoded."""
    value = _letters(value)
    try:
        parts = decode_header(value)
        text = "".join(decoded(part, charset or "") if isinstance(part, bytes) else part for part, charset in parts)
    except (HeaderParseError, ValueError, LookupError):
        text = value
    return " ".join("".join(c for c in text if c in "\t\n " or (c > " " and not _is_forbidden(c))).split())


def _is_forbidden(letter: str) -> bool:
    return letter == "\x7f" or 0x80 <= ord(letter) < 0xA0 or 0xD800 <= ord(letter) <= 0xDFFF


def header_of(message: Message, name: str) -> str:
    """The first field of that name, decoded."""
    return words_of(next(iter(raw_headers(message, name)), ""))


def addresses_in(message: Message, *names: str) -> list[str]:
    """The addresses in those fields, in the form in which addresses are compared, each once."""
    try:
        found = getaddresses([raw for name in names for raw in raw_headers(message, name, LONGEST_ADDRESSES)])
    except RecursionError:  # comments in comments
        return []
    addresses = (compared(address) for _, address in found[:MOST_ADDRESSES] if "@" in address and len(address) <= 320)
    return list(dict.fromkeys(addresses))
