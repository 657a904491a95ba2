"""When something that repeats takes place: every so many weeks, or every so many months.

The days are those of RFC 5545 as ``dateutil.rrule`` computes them; what this module adds is working time. A day off is
either left out or moved to the next day that works.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import islice

from dateutil import rrule  # type: ignore[import-untyped]

from accord.engines.calendars.working_time import WorkCalendar
from accord.engines.texts import Text, TextError, gettext_lazy

MOST = 500  # occurrences: more are a mistake, not a plan
LAST = -1  # the last such weekday of a month
_PATIENCE = 366  # days to look ahead for one that works


class Every(StrEnum):
    """The rhythm."""

    WEEKS = "weeks"
    MONTH_DAY = "month_day"
    MONTH_WEEKDAY = "month_weekday"


class DayOff(StrEnum):
    """What becomes of an occurrence on a day off."""

    MOVE = "move"
    LEAVE_OUT = "leave_out"


class RecurrenceError(TextError):
    """A rhythm that cannot be; ``field`` is the part of :class:`Recurrence` to change."""

    def __init__(self, field: str, text: Text) -> None:
        super().__init__(text)
        self.field = field


@dataclass(frozen=True, slots=True)
class Recurrence:
    """Every ``interval`` weeks on ``weekdays`` (0 is Monday), or every ``interval`` months on ``month_day`` or on the
    ``nth`` of ``weekdays`` (:data:`LAST`: the last one), at ``at``.

    It begins on the first such day on or after ``first`` and ends with ``until`` (inclusive) or after ``count`` of
    them; those left out count too. Day 29 to 31 means the last day where a month is shorter.
    """

    every: Every
    first: date
    at: time
    interval: int = 1
    weekdays: tuple[int, ...] = ()
    month_day: int = 1
    nth: int = 1
    until: date | None = None
    count: int | None = None
    day_off: DayOff = DayOff.MOVE


def occurrences(rule: Recurrence, calendar: WorkCalendar) -> list[datetime]:
    """The moments at which it takes place, in order, each day once.

    A day counts as worked when ``calendar`` works at ``rule.at`` on it. Two occurrences that would fall on one day
    after moving are one. Raises :class:`RecurrenceError` naming the field.

    >>> nine_to_five = WorkCalendar.weekly((((540, 1020),),) * 5 + ((), ()))
    >>> monthly = Recurrence(Every.MONTH_DAY, date(2026, 1, 31), time(10), month_day=31, count=2)
    >>> occurrences(monthly, nine_to_five)      # both ends of month are Saturdays
    [datetime.datetime(2026, 2, 2, 10, 0), datetime.datetime(2026, 3, 2, 10, 0)]
    """
    _check(rule)
    found: dict[datetime, None] = {}
    planned = list(islice(_rule(rule), MOST + 1))
    if len(planned) > MOST:
        raise RecurrenceError(
            "until" if rule.until else "count", gettext_lazy("Use at most %(most)s occurrences.", most=MOST)
        )
    for moment in planned:
        if _works(calendar, moment):
            found[moment] = None
        elif rule.day_off is DayOff.MOVE:
            found[_next(calendar, moment)] = None
    if not found:
        raise RecurrenceError("until", gettext_lazy("No occurrence falls on a working day in this range."))
    return sorted(found)


def _check(rule: Recurrence) -> None:
    if not 1 <= rule.interval <= 99:
        raise RecurrenceError("interval", gettext_lazy("Enter an interval from 1 to 99."))
    if rule.every is not Every.MONTH_DAY and not rule.weekdays:
        raise RecurrenceError("weekdays", gettext_lazy("Choose at least one day of the week."))
    if any(not 0 <= day <= 6 for day in rule.weekdays):
        raise RecurrenceError("weekdays", gettext_lazy("A day of the week is Monday (0) to Sunday (6)."))
    if rule.every is Every.MONTH_DAY and not 1 <= rule.month_day <= 31:
        raise RecurrenceError("month_day", gettext_lazy("A day of the month is 1 to 31."))
    if rule.every is Every.MONTH_WEEKDAY and rule.nth not in (1, 2, 3, 4, LAST):
        raise RecurrenceError("nth", gettext_lazy("Choose the first, second, third, fourth or last one."))
    if (rule.until is None) == (rule.count is None):
        raise RecurrenceError("until", gettext_lazy("Enter either an end date or a number of occurrences."))
    if rule.until is not None and rule.until < rule.first:
        raise RecurrenceError("until", gettext_lazy("The end date can't be before the start date."))
    if rule.count is not None and not 1 <= rule.count <= MOST:
        raise RecurrenceError("count", gettext_lazy("Enter 1 to %(most)s occurrences.", most=MOST))


def _rule(rule: Recurrence) -> rrule.rrule:
    begins = datetime.combine(rule.first, rule.at)
    ends = datetime.combine(rule.until, rule.at) if rule.until else None
    common = {"dtstart": begins, "interval": rule.interval, "until": ends, "count": rule.count}
    if rule.every is Every.WEEKS:
        return rrule.rrule(rrule.WEEKLY, byweekday=rule.weekdays, **common)
    if rule.every is Every.MONTH_DAY:
        days = tuple(range(min(rule.month_day, 28), rule.month_day + 1))
        return rrule.rrule(rrule.MONTHLY, bymonthday=days, bysetpos=-1, **common)
    weekdays = [rrule.weekday(day)(rule.nth) for day in rule.weekdays]
    return rrule.rrule(rrule.MONTHLY, byweekday=weekdays, **common)


def _works(calendar: WorkCalendar, moment: datetime) -> bool:
    minute = moment.hour * 60 + moment.minute
    return any(start <= minute < finish for start, finish in calendar.intervals(moment.date()))


def _next(calendar: WorkCalendar, moment: datetime) -> datetime:
    for days in range(1, _PATIENCE):
        later = moment + timedelta(days=days)
        if _works(calendar, later):
            return later
    raise RecurrenceError("at", gettext_lazy("Not working time in this calendar: %(time)s.", time=f"{moment:%H:%M}"))
