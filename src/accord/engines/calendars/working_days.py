"""Counting whole working days, so that a date can be told as "so many working days after the start"."""

from __future__ import annotations

from datetime import date, timedelta

from accord.engines.calendars.working_time import CalendarError, WorkCalendar
from accord.engines.texts import gettext_lazy

_LONGEST = 400 * 366


def days_between(calendar: WorkCalendar, start: date, day: date) -> int:
    """Working days from ``start`` up to but without ``day``; negative when ``day`` is the earlier.

    A day off counts as the next working day: Saturday, Sunday and Monday are as far from any start.

    >>> five_days = WorkCalendar.weekly((((540, 1020),),) * 5 + ((), ()))
    >>> days_between(five_days, date(2026, 3, 2), date(2026, 3, 10))     # Monday to Tuesday of the week after
    6
    """
    if day < start:
        return -days_between(calendar, day, start)
    return sum(1 for hours in calendar.days(start.toordinal(), day.toordinal()) if hours)


def day_after(calendar: WorkCalendar, start: date, days: int) -> date:
    """The working day that is ``days`` working days after ``start`` (before it, if negative): the inverse.

    >>> five_days = WorkCalendar.weekly((((540, 1020),),) * 5 + ((), ()))
    >>> day_after(five_days, date(2026, 3, 2), 6)
    datetime.date(2026, 3, 10)
    """
    step = 1 if days >= 0 else -1
    left = days if days >= 0 else -days - 1
    day = start if days >= 0 else start - timedelta(days=1)
    for _ in range(_LONGEST):
        if calendar.is_working_day(day):
            if not left:
                return day
            left -= 1
        day += timedelta(days=step)
    raise CalendarError(
        gettext_lazy(
            "%(days)s working days from %(start)s lie further than 400 years away", days=days, start=start.isoformat()
        )
    )
