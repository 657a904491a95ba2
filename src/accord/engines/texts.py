"""Texts that are written in one place and translated in another, by whoever shows them: English here.

They come from where there is no Django (engines, readers of untrusted files, settings), or are kept for readers of any
language (the report on an import, why a figure isn't known). Each is a `Text`, and an error that someone catches to
show it is a `TextError`. What only a programmer can meet (arrays of unlike length, a negative horizon) is a plain
``ValueError``: it has no reader.

A `Text` is its English and remembers what it was made of, so that it can be said in another language; its parts are
named, and so are those of an error:

>>> found = ngettext_lazy("%(count)s task in %(plan)s", "%(count)s tasks in %(plan)s", 2, plan="Move")
>>> found
'2 tasks in Move'
>>> found.said(lambda text: text, lambda one, many, n: "%(plan)s: %(count)s Vorgänge")
'Move: 2 Vorgänge'

The functions are called as Django's are, because ``makemessages`` finds texts by these names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

Translate = Callable[[str], str]
TranslateCounted = Callable[[str, str, int], str]

_MARK = "gettext"  # the one key of a text's dictionary in JSON
_NAMED = re.compile(r"%(?:%|\((\w+)\)((?:\.\d)?[sdfgr]))")


class Text(str):
    """English, made of ``template`` (of ``plural`` where ``number`` calls for it) and named ``values``.

    It is its English: compared, printed, joined and logged like any other text, and then no longer translated.
    """

    template: str
    plural: str
    number: int
    values: dict[str, Any]

    def __new__(
        cls, template: str = "", plural: str = "", number: int = 0, values: Mapping[str, Any] | None = None
    ) -> Text:
        values = dict(values or {})
        english = plural if plural and number != 1 else template
        text = super().__new__(cls, _filled(english, {name: _english(value) for name, value in values.items()}))
        text.template, text.plural, text.number, text.values = template, plural, number, values
        return text

    def __reduce__(self) -> tuple[type[Text], tuple[Any, ...]]:
        return Text, (self.template, self.plural, self.number, self.values)

    def said(self, translate: Translate, counted: TranslateCounted, shown: Callable[[Any], Any] | None = None) -> str:
        """The text in another language; ``shown`` says how a value is written that is no text itself."""

        def value_of(value: Any) -> Any:
            if isinstance(value, Text):
                return value.said(translate, counted, shown)
            return (shown or _english)(value)

        if self.plural:
            template = counted(self.template, self.plural, self.number)
        else:
            template = translate(self.template) if self.template else ""
        return _filled(template, {name: value_of(value) for name, value in self.values.items()})

    def with_values(self, **values: Any) -> Text:
        """The same text with further values, or with others."""
        return Text(self.template, self.plural, self.number, {**self.values, **values})


class TextError(ValueError):
    """An error whose ``text`` is shown to people."""

    def __init__(self, text: Text) -> None:
        super().__init__(text)
        self.text = text


def gettext_noop(text: str) -> str:
    """Mark a code that is also read as English (the member of an enumeration); it stays what it is."""
    return text


def gettext_lazy(template: str, /, **values: Any) -> Text:
    """A text with named values: ``gettext_lazy("calendar %(name)s has no working time", name=…)``."""
    return Text(template, values=values)


def ngettext_lazy(one: str, many: str, number: int, /, **values: Any) -> Text:
    """A text that counts; ``count`` is one of its values, ``number`` unless it is given as it is written."""
    return Text(one, many, number, {"count": number, **values})


def joined(texts: Iterable[str], separator: str = "; ") -> Text:
    """Texts in a row, as one."""
    values = {f"text{number}": text for number, text in enumerate(texts)}
    return Text(separator.join(f"%({name})s" for name in values), values=values)


def listed(parts: Sequence[str], more: int = 0) -> str:
    """``parts``, each of them marked or not, with commas between them, and how many ``more`` there are.

    >>> listed(["line 3", "field Status", "column 2"]), listed(["Ana", "Ben"], more=1)
    ('line 3, field Status, column 2', 'Ana, Ben and 1 more')
    """
    found = parts[0] if parts else ""
    for part in parts[1:]:
        found = gettext_lazy("%(first)s, %(next)s", first=found, next=part)
    return gettext_lazy("%(listed)s and %(count)s more", listed=found, count=f"{more:,}") if more > 0 else found


def either(parts: Sequence[str]) -> str:
    """One of ``parts``.

    >>> either(["A", "B", "C"])
    'A, B or C'
    """
    *others, last = parts
    return gettext_lazy("%(first)s or %(last)s", first=listed(others), last=last) if others else last


def every(parts: Sequence[str]) -> str:
    """All of ``parts``.

    >>> every(["A", "B", "C"])
    'A and B and C'
    """
    found = parts[0]
    for part in parts[1:]:
        found = gettext_lazy("%(first)s and %(next)s", first=found, next=part)
    return found


def as_json(value: Any) -> Any:
    """``value``, of plain lists and dictionaries, with every text as a dictionary that :func:`from_json` knows."""
    if isinstance(value, Text):
        values = {name: _as_plain(part) for name, part in value.values.items()}
        parts = {"template": value.template, "plural": value.plural, "number": value.number, "values": values}
        return {_MARK: parts}
    if isinstance(value, dict):
        return {name: as_json(part) for name, part in value.items()}
    return [as_json(part) for part in value] if isinstance(value, list | tuple) else value


def _as_plain(value: Any) -> Any:
    """Texts and numbers as they are, anything else as it reads."""
    return as_json(value) if isinstance(value, str | int | float) else str(_english(value))


def from_json(value: Any) -> Any:
    """What :func:`as_json` was given."""
    if isinstance(value, dict):
        if value.keys() == {_MARK}:
            return Text(**from_json(value[_MARK]))
        return {name: from_json(part) for name, part in value.items()}
    return [from_json(part) for part in value] if isinstance(value, list) else value


def _english(value: Any) -> Any:
    """A day as ``3 Dec 2026``; everything else as it is."""
    return f"{value.day} {value:%b %Y}" if isinstance(value, date) else value


def _filled(template: str, values: Mapping[str, Any]) -> str:
    """``template`` with its named values. It may come from a process that reads strangers' files: unlike that of ``%``,
    its pattern can ask for nothing else, as a width of a billion."""

    def value_of(found: re.Match[str]) -> str:
        name, written = found.groups()
        if name is None:
            return "%"
        try:
            return f"%{written}" % (values[name],)
        except (KeyError, TypeError, ValueError, OverflowError):
            return found[0]

    return _NAMED.sub(value_of, template) if values else template
