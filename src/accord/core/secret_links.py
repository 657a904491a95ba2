"""Addresses that open something to whoever has them, and how text is kept free of them.

Such an address is shown or sent once. A copy in a stored email, an event or a log would let every reader of it act for
the client, so a label takes its place there. Recognised by its path, whatever host stands before it: an installation
has had other names, and mail filters wrap links in their own.
"""

from __future__ import annotations

import re
from typing import Any

QUOTE_LABEL = "[quote link]"

# First the path of each kind, as the doors' URL patterns say it; a test compares the two.
LABELS = {
    "client": "[client page link]",
    "quote": QUOTE_LABEL,
    "survey": "[survey link]",
    "feeds": "[calendar feed link]",
    "sign-in/password/reset/key": "[password link]",
    "sign-in/confirm-email": "[email confirmation link]",
    "set-up": "[set-up link]",
}
API_KEY_LABEL = "[API key]"

_SLASH = r"(?:/|%2F|%252F)"
_ORIGIN = r"(?:https?(?::|%3A|%253A)(?:/|%2F|%252F){2}[a-z0-9.:\[\]_-]{1,255})?"
# A long address may have been broken by a mail program, and its rest quoted: 43 characters are one secret, wherever.
_BREAK = r"(?:=?\r?\n[>\t ]{0,20})?"
_SECRET = rf"(?:[A-Za-z0-9_-]{_BREAK}){{42}}[A-Za-z0-9_-]"
_RESET_KEY = r"[0-9A-Za-z]{1,13}-[0-9A-Za-z]{1,13}-[0-9a-z]{32,64}"
_CONFIRM_KEY = r"[0-9A-Za-z:_-]{20,200}"
_IN_TEXT = re.compile(
    rf"{_ORIGIN}{_SLASH}(?P<kind>"
    + "|".join(key.replace("/", _SLASH) for key in sorted(LABELS, key=len, reverse=True))
    + rf"){_SLASH}{_BREAK}(?:{_SECRET}|{_RESET_KEY}|{_CONFIRM_KEY})(?![A-Za-z0-9_-])(?:\.ics|{_SLASH}(?:pdf\b)?)?",
    re.IGNORECASE,
)
_API_KEY = re.compile(r"\baccord_[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])")
# In a log every segment that stands where a secret does is one, also if it was mistyped or cut.
_IN_LOG = re.compile(
    rf"(?P<path>{_SLASH}(?:" + "|".join(key.replace("/", _SLASH) for key in LABELS) + rf"){_SLASH})[^/\s\"'<>\\?#&%]+",
    re.IGNORECASE,
)
_HINT = re.compile("|".join({key.rpartition("/")[2] for key in LABELS} | {"accord_"}), re.IGNORECASE)


def without_links(text: str) -> str:
    """``text`` with a label in place of every secret address and API key."""
    if not _HINT.search(text):
        return text
    return _API_KEY.sub(API_KEY_LABEL, _IN_TEXT.sub(lambda found: _label(found["kind"]), text))


def holds_quote(text: str) -> bool:
    """Whether a quote's link is in it, or was."""
    return QUOTE_LABEL in without_links(text)


def masked(line: str) -> str:
    """A line of a log, or a path, with ``…`` in place of every secret."""
    if not _HINT.search(line):
        return line
    return _API_KEY.sub("accord_…", _IN_LOG.sub(r"\g<path>…", line))


def is_secret_path(path: str) -> bool:
    """Whether the path itself is a key."""
    return _IN_LOG.match(path) is not None


def without_links_deep(value: Any) -> Any:
    """:func:`without_links` for every text in a JSON value."""
    if isinstance(value, str):
        return without_links(value)
    if isinstance(value, dict):
        return {without_links(str(key)): without_links_deep(item) for key, item in value.items()}
    return [without_links_deep(item) for item in value] if isinstance(value, list | tuple) else value


def _label(kind: str) -> str:
    return LABELS[re.sub("%2F|%252F", "/", kind, flags=re.IGNORECASE).lower()]
