"""Dates in sentences: in messages and on the pages 1 Sep 2026, in letters and documents to clients 1 September 2026."""

from __future__ import annotations

from datetime import date


def day_text(on: date) -> str:
    """
    >>> day_text(date(2026, 9, 1))
    '1 Sep 2026'
    """
    return f"{on.day} {on:%b %Y}"


def long_day(on: date) -> str:
    """
    >>> long_day(date(2026, 9, 1))
    '1 September 2026'
    """
    return f"{on.day} {on:%B %Y}"
