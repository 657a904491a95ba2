"""How dates are written in sentences: one way, on every page, in every email and document."""

from __future__ import annotations

from datetime import date, datetime

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day_text(value: date, blank: str = " ") -> str:
    """A date that can't be read two ways; ``blank`` stands between its parts.

    >>> day_text(date(2026, 12, 3)), day_text(datetime(2026, 12, 3, 9))
    ('3 Dec 2026', '3 Dec 2026')
    """
    return f"{value.day}{blank}{MONTHS[value.month - 1]}{blank}{value.year}"


def moment_text(value: datetime, blank: str = " ") -> str:
    """A date and the time of day, in the zone in which ``value`` is.

    >>> moment_text(datetime(2026, 12, 3, 9, 5))
    '3 Dec 2026, 09:05'
    """
    return f"{day_text(value, blank)}, {value:%H:%M}"
