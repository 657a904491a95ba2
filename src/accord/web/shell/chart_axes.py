"""Axes of charts, written as the pages write the same values."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

DAYS_APART = 400  # above this, six labels stand for different months


def date_form(shown: Iterable[date]) -> str:
    """How the axis of the dates in ``shown`` writes them: day first; over long spans the month is enough.

    Left to itself, Vega writes "Jun 13".
    """
    days = [each.toordinal() for each in shown]
    is_long = bool(days) and max(days) - min(days) > DAYS_APART
    return "%b %Y" if is_long else "%-d %b %Y"
