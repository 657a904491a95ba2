"""The working time of several calendars as a row of equal periods, for levelling.

Only time in which somebody works counts: nights and weekends vanish, and a plan of one calendar that is made of whole
days has one period a day. Moments become boundaries between periods and periods become moments again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from math import gcd

import numpy as np
from numpy.typing import NDArray

from accord.engines.calendars.tables import Tables, finish_at, index, start_at, tabulate
from accord.engines.calendars.working_time import MINUTES_PER_DAY, Day, WorkCalendar
from accord.engines.compiled import compiled

# Lengths of a period, in minutes, where the exact one would make too many.
COARSE = (5, 10, 15, 20, 30, 60, 120, 240, 480)
MOST_PERIODS = 24_000


class Axis:
    """Periods of ``minutes`` each from ``origin`` on, in the time in which one of the calendars works.

    ``calendars`` are numbered as given; `mask` says in which periods one of them works throughout.
    """

    def __init__(self, calendars: Sequence[WorkCalendar], origin: int, minutes: int) -> None:
        self.calendars = calendars
        self.union = reduce(_joined, calendars)
        self.origin, self.minutes = origin, minutes
        self.zero = self.union.index(origin)

    def boundary(self, moment: int) -> int:
        """The first boundary that is not before a moment."""
        return -((self.zero - self.union.index(moment)) // self.minutes)

    def boundary_before(self, moment: int) -> int:
        """The last boundary that is not after a moment."""
        return (self.union.index(moment) - self.zero) // self.minutes

    def last_start(self, moment: int) -> int:
        """The last period that begins no later than a moment."""
        at = self.boundary_before(moment)
        return at if self.start(at) <= moment else at - 1

    def start(self, period: int) -> int:
        """The minute at which a period begins."""
        return self.union.start_at(self.zero + period * self.minutes)

    def finish(self, boundary: int) -> int:
        """The minute at which the period before a boundary ends."""
        return self.union.finish_at(self.zero + boundary * self.minutes)

    def count(self, minutes: int) -> int:
        """Minutes of work or lag in periods, rounded so that nothing comes earlier than it may."""
        return -(-minutes // self.minutes)

    def masks(self, periods: int) -> NDArray[np.bool_]:
        """Of each calendar and period, whether it works throughout."""
        tables = tabulate([self.union, *self.calendars], self.origin // MINUTES_PER_DAY - 7, self._last_day(periods))
        # Tables count from an origin of their own.
        zero = int(index(tables, 0, self.origin))
        return _masks(tables, len(self.calendars), zero, periods, self.minutes)

    def _last_day(self, periods: int) -> int:
        return self.start(periods) // MINUTES_PER_DAY + 7


@compiled
def _masks(tables: Tables, calendars: int, zero: int, periods: int, minutes: int) -> NDArray[np.bool_]:
    masks = np.zeros((calendars, periods), np.bool_)
    for period in range(periods):
        start = start_at(tables, 0, zero + period * minutes)
        finish = finish_at(tables, 0, zero + (period + 1) * minutes)
        for calendar in range(calendars):
            worked = index(tables, calendar + 1, finish) - index(tables, calendar + 1, start)
            masks[calendar, period] = worked == minutes
    return masks


def exact_period(calendars: Sequence[WorkCalendar], origin: int, last: int, minutes: Iterable[int]) -> int:
    """The greatest period that cuts at every edge of the calendars until ``last``, and that divides all ``minutes``."""
    union = reduce(_joined, calendars)
    found = reduce(gcd, minutes, 0)
    first_day, last_day = origin // MINUTES_PER_DAY, last // MINUTES_PER_DAY + 1
    own = union.days(first_day, last_day)
    seen: set[tuple[Day, Day]] = set()
    for calendar in set(calendars):
        if calendar == union:
            continue
        for hours, usual in zip(calendar.days(first_day, last_day), own, strict=True):
            if (hours, usual) not in seen:
                seen.add((hours, usual))
                found = gcd(found, _worked(usual, MINUTES_PER_DAY))
                for start, finish in hours:
                    found = gcd(found, _worked(usual, start), _worked(usual, finish))
    if seen:
        found = gcd(found, union.index(origin) - union.index(first_day * MINUTES_PER_DAY))
    return max(1, found)


def _worked(day: Day, until: int) -> int:
    return sum(max(0, min(finish, until) - start) for start, finish in day)


def _joined(one: WorkCalendar, other: WorkCalendar) -> WorkCalendar:
    """The time in which either works."""
    if one == other:
        return one
    week = tuple(a + b for a, b in zip(one.week, other.week, strict=True))
    days = one.irregular.keys() | other.irregular.keys()
    irregular = {day: one.days(day, day + 1)[0] + other.days(day, day + 1)[0] for day in days}
    return WorkCalendar(week, irregular, "anybody")
