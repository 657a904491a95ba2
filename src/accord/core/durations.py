"""Times of work as people write them: ``7:30``, ``7.5``, ``7,5``, ``7.5h``, ``90m`` and ``1h 30m``.

``tests/core/durations.json`` holds the cases; the time page reads what is typed by the same ones
(``frontend/islands/time/duration.ts``).
"""

from __future__ import annotations

import re
from decimal import Decimal

from accord.core.money import round_half_up

_CLOCK = re.compile(r"^([0-9]{1,4}):([0-5][0-9])$")
_HOURS = re.compile(r"^([0-9]{1,5}(?:[.,][0-9]{1,6})?|[.,][0-9]{1,6})$")
_MINUTES = re.compile(r"^([0-9]{1,5})\s*(?:minutes|minute|mins|min|m)$")
_BOTH = re.compile(r"^([0-9]{1,4})\s*(?:hours|hour|hrs|hr|h)\s*([0-5]?[0-9])\s*(?:minutes|minute|mins|min|m)?$")
_UNITS = ("hours", "hour", "hrs", "hr", "h")


def hours_in(text: str) -> Decimal | None:
    """Hours that ``text`` means, full minutes to a hundredth of an hour; ``None`` where it means none.

    >>> hours_in("7:30"), hours_in("7,5 h"), hours_in("90m"), hours_in("noon")
    (Decimal('7.50'), Decimal('7.5'), Decimal('1.50'), None)
    """
    text = text.strip().lower()
    if found := _MINUTES.match(text):
        return hours_of(int(found[1]))
    if found := _BOTH.match(text):
        return hours_of(int(found[1]) * 60 + int(found[2]))
    for unit in _UNITS:
        text = text.removesuffix(unit).rstrip()
    if (minutes := clock_minutes(text)) is not None:
        return hours_of(minutes)
    return Decimal(text.replace(",", ".")) if _HOURS.match(text) else None


def minutes_in(text: str) -> int | None:
    """Whole minutes that ``text`` means; ``None`` where it means none.

    >>> minutes_in("7:30"), minutes_in("7.5h"), minutes_in(",25"), minutes_in("x")
    (450, 450, 15, None)
    """
    hours = hours_in(text)
    return None if hours is None else int(round_half_up(hours * 60, 0))


def clock_minutes(text: str) -> int | None:
    """Minutes of ``1:30``; ``None`` for any other text."""
    found = _CLOCK.match(text.strip())
    return int(found[1]) * 60 + int(found[2]) if found else None


def hours_of(minutes: int) -> Decimal:
    """Hours to a hundredth, from which the minutes can be told."""
    return round_half_up(Decimal(minutes) / 60, 2)


def clock(minutes: int) -> str:
    """Minutes as a clock shows them, with a true minus.

    >>> clock(450), clock(-75), clock(0)
    ('7:30', '−1:15', '0:00')
    """
    hours, rest = divmod(abs(minutes), 60)
    return f"{'−' if minutes < 0 else ''}{hours}:{rest:02d}"
