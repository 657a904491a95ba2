"""Texts that engines find and people read: English here, translated by whoever shows them.

What a page, a letter, the API or the command line shows of an engine (a definition, why something isn't known, what is
wrong with a plan or a file) is a `Text`, and an error that they catch to show it is a `TextError`. What only a
programmer can meet (arrays of unlike length, a negative horizon) is a plain ``ValueError``: it has no reader.

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

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

Translate = Callable[[str], str]
TranslateCounted = Callable[[str, str, int], str]


class Text(str):
    """English, made of ``template`` (``plural`` where ``values["count"]`` calls for it) and named ``values``."""

    template: str
    plural: str
    values: Mapping[str, Any]

    def __new__(cls, template: str = "", plural: str = "", values: Mapping[str, Any] | None = None) -> Text:
        values = values or {}
        english = template if not plural or values["count"] == 1 else plural
        text = super().__new__(cls, _filled(english, {name: _english(value) for name, value in values.items()}))
        text.template, text.plural, text.values = template, plural, values
        return text

    def said(self, translate: Translate, counted: TranslateCounted, shown: Callable[[Any], Any] | None = None) -> str:
        """The text in another language; ``shown`` says how a value is written that is no text itself."""

        def value_of(value: Any) -> Any:
            if isinstance(value, Text):
                return value.said(translate, counted, shown)
            return (shown or _english)(value)

        if self.plural:
            template = counted(self.template, self.plural, self.values["count"])
        else:
            template = translate(self.template) if self.template else ""
        return _filled(template, {name: value_of(value) for name, value in self.values.items()})

    def saved(self) -> list[Any]:
        """As JSON, from which `of` makes it again; its values have to be JSON themselves."""
        templates = [self.template, self.plural] if self.plural else [self.template]
        return [*templates, dict(self.values)]

    @classmethod
    def of(cls, saved: list[Any]) -> Text:
        """What was saved; of nothing, the empty text."""
        *templates, values = saved or [{}]
        template, plural = [*templates, "", ""][:2]
        return cls(template, plural, values)

    def with_values(self, **values: Any) -> Text:
        """The same text about something else."""
        return Text(self.template, self.plural, {**self.values, **values})


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


def ngettext_lazy(one: str, many: str, count: int, /, **values: Any) -> Text:
    """A text that counts; ``count`` is one of its values."""
    return Text(one, many, {**values, "count": count})


def joined(texts: Iterable[Text], separator: str = "; ") -> Text:
    """Texts in a row, as one."""
    values = {f"text{number}": text for number, text in enumerate(texts)}
    return Text(separator.join(f"%({name})s" for name in values), values=values)


def _english(value: Any) -> Any:
    """A day as ``3 Dec 2026``; everything else as it is."""
    return f"{value.day} {value:%b %Y}" if isinstance(value, date) else value


def _filled(template: str, values: Mapping[str, Any]) -> str:
    return template % values if values else template
