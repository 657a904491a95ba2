"""Texts that are written in one place and translated in another: where there is no Django, or before it is known who
will read them.

What reads untrusted files runs in a child process without Django, settings are read before it, and the report on an
import is kept for readers of any language. Such a text is marked here, and
:func:`accord.core.texts.translated` gives it in the reader's language:

    gettext_noop("has more than %(most)s rows") % {"most": "1,000"}

The functions bear the names that ``makemessages`` looks for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

_MARK = "gettext"  # the one key of a message's dictionary
_NAMED = re.compile(r"%\((\w+)\)s")


class Message(str):
    """An English text that knows the marked text and the values it was made of.

    It is its English: compared, printed, joined and logged like any other text, and then no longer translated.
    """

    __slots__ = ("marked", "number", "plural", "values")
    marked: str
    plural: str
    number: int
    values: dict[str, Any]

    def __new__(
        cls, marked: str, plural: str = "", number: int = 0, values: Mapping[str, Any] | None = None
    ) -> Message:
        message = super().__new__(cls, filled(plural if plural and number != 1 else marked, values or {}))
        message.marked, message.plural, message.number, message.values = marked, plural, number, dict(values or {})
        return message

    def __reduce__(self) -> tuple[type[Message], tuple[Any, ...]]:
        return Message, (self.marked, self.plural, self.number, self.values)

    def __mod__(self, values: Any) -> Message:
        """The text with named values: texts (marked ones, too) and numbers as they are, anything else as it reads."""
        plain = {name: value if isinstance(value, Message | int) else str(value) for name, value in values.items()}
        return Message(self.marked, self.plural, self.number, self.values | plain)


def filled(text: str, values: Mapping[str, Any]) -> str:
    """``text`` with its named values. It may come from a process that reads strangers' files: unlike that of ``%``, its
    pattern can ask for nothing else, as a width of a billion."""
    return _NAMED.sub(lambda found: str(values.get(found[1], found[0])), text) if values else text


def gettext_noop(text: str) -> Message:
    """``text``, marked.

    >>> gettext_noop("has more than %(most)s rows") % {"most": 100}
    'has more than 100 rows'
    """
    return Message(text)


def ngettext_lazy(singular: str, plural: str, number: int) -> Message:
    """The form for ``number``, marked.

    >>> ngettext_lazy("%(count)s row", "%(count)s rows", 2) % {"count": 2}
    '2 rows'
    """
    return Message(singular, plural, number)


def listed(parts: Sequence[str], more: int = 0) -> str:
    """``parts``, each of them marked or not, with commas between them, and how many ``more`` there are.

    >>> listed(["line 3", "field Status", "column 2"]), listed(["Ana", "Ben"], more=1)
    ('line 3, field Status, column 2', 'Ana, Ben and 1 more')
    """
    found = parts[0] if parts else ""
    for part in parts[1:]:
        found = gettext_noop("%(first)s, %(next)s") % {"first": found, "next": part}
    return (
        gettext_noop("%(listed)s and %(count)s more") % {"listed": found, "count": f"{more:,}"} if more > 0 else found
    )


def either(parts: Sequence[str]) -> str:
    """One of ``parts``.

    >>> either(["A", "B", "C"])
    'A, B or C'
    """
    *others, last = parts
    return gettext_noop("%(first)s or %(last)s") % {"first": listed(others), "last": last} if others else last


def every(parts: Sequence[str]) -> str:
    """All of ``parts``.

    >>> every(["A", "B", "C"])
    'A and B and C'
    """
    found = parts[0]
    for part in parts[1:]:
        found = gettext_noop("%(first)s and %(next)s") % {"first": found, "next": part}
    return found


def as_json(value: Any) -> Any:
    """``value``, of plain lists and dictionaries, with every message as a dictionary that :func:`from_json` knows."""
    if isinstance(value, Message):
        parts = {"marked": value.marked, "plural": value.plural, "number": value.number}
        return {_MARK: parts | {"values": as_json(value.values)}}
    if isinstance(value, dict):
        return {name: as_json(part) for name, part in value.items()}
    return [as_json(part) for part in value] if isinstance(value, list | tuple) else value


def from_json(value: Any) -> Any:
    """What :func:`as_json` was given."""
    if isinstance(value, dict):
        if value.keys() == {_MARK}:
            return Message(**from_json(value[_MARK]))
        return {name: from_json(part) for name, part in value.items()}
    return [from_json(part) for part in value] if isinstance(value, list) else value
