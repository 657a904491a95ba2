"""Recurring calendar exceptions, expanded to dates.

A pattern is bounded three times: by its last date, by its number of occurrences when it was entered
that way, and by the calendar's allowance, so a file cannot make us count for ever.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice, takewhile

# Values of <Type>
DAILY, YEARLY_DAY, YEARLY_POSITION, MONTHLY_DAY, MONTHLY_POSITION, WEEKLY, DAY_COUNT, WEEKDAY_COUNT = range(1, 9)


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A pattern as the file states it.

    ``period`` is every so many days, weeks or months. ``days_of_week`` is a bit mask from Sunday (1) to Saturday (64).
    ``month`` counts from 0 (January). ``item`` is what is counted in the month: 0 day, 1 weekday, 2 weekend day,
    3 to 9 Sunday to Saturday. ``position`` 0 to 3 is first to fourth, 4 is last.
    """

    kind: int
    first: date
    last: date
    occurrences: int | None = None
    period: int = 1
    days_of_week: int = 0
    month: int = 0
    month_day: int = 1
    item: int = 0
    position: int = 0

    def dates(self) -> Iterator[date]:
        """The dates of the pattern in order.

        >>> first_mondays = Recurrence(MONTHLY_POSITION, date(2002, 1, 1), date(2002, 5, 6), period=2, item=4)
        >>> [day.isoformat() for day in first_mondays.dates()]
        ['2002-01-07', '2002-03-04', '2002-05-06']
        """
        bounded = takewhile(lambda day: day <= self.last, (day for day in self._candidates() if day >= self.first))
        return bounded if self.occurrences is None else islice(bounded, self.occurrences)

    def _candidates(self) -> Iterator[date]:
        if self.kind in (DAILY, DAY_COUNT):
            yield from _days(self.first, self.last, self.period)
        elif self.kind == WEEKDAY_COUNT:
            yield from islice((d for d in _days(self.first, self.last) if d.weekday() < 5), 0, None, self.period)
        elif self.kind == WEEKLY:
            yield from self._weekly()
        else:
            yearly = self.kind in (YEARLY_DAY, YEARLY_POSITION)
            by_day = self.kind in (YEARLY_DAY, MONTHLY_DAY)
            step, start = (12, self.month) if yearly else (self.period, self.first.month - 1)
            for year, month in _months(self.first, self.last, step, start):
                day = _month_day(year, month, self.month_day) if by_day else self._positioned(year, month)
                if day is not None:
                    yield day

    def _weekly(self) -> Iterator[date]:
        # Weeks run from Sunday to Saturday whatever the project's first day of the week is.
        sunday = self.first - timedelta(days=(self.first.weekday() + 1) % 7)
        chosen = [day for day in range(7) if self.days_of_week >> day & 1]
        for week in _days(sunday, self.last, 7 * self.period):
            for day in chosen:
                yield week + timedelta(days=day)

    def _positioned(self, year: int, month: int) -> date:
        """Any fourteen days hold at least four of whatever is counted, so half a month decides."""
        last = self.position >= 4
        edge = _month_end(year, month) if last else date(year, month, 1)
        if self.item >= 3:  # one certain day of the week
            wanted = (self.item - 4) % 7
            if last:
                return edge - timedelta(days=(edge.weekday() - wanted) % 7)
            return edge + timedelta(days=(wanted - edge.weekday()) % 7 + 7 * self.position)
        step = timedelta(days=-1 if last else 1)
        days = (edge + step * number for number in range(14))
        counted = (day for day in days if self.item == 0 or (day.weekday() < 5) == (self.item == 1))
        return next(islice(counted, 0 if last else self.position, None))


def _days(first: date, last: date, step: int = 1) -> Iterator[date]:
    return (date.fromordinal(number) for number in range(first.toordinal(), last.toordinal() + 1, step))


def _months(first: date, last: date, step: int, month: int) -> Iterator[tuple[int, int]]:
    """Year and month (1 to 12), every ``step`` months from ``month`` (0 to 11) of the first year on."""
    for number in range(first.year * 12 + month, last.year * 12 + last.month, step):
        yield number // 12, number % 12 + 1


def _month_end(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def _month_day(year: int, month: int, day: int) -> date | None:
    """A month without that day (31 April) is passed over."""
    return date(year, month, day) if 1 <= day <= _month_end(year, month).day else None
