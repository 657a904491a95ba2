"""Capacity: how much of whose time is there, taken and free, period by period.

A period is ``[edges[i], edges[i + 1])`` between two dates: weeks, usually, but any increasing dates will do.

Of each person and period:

- **capacity** = share of full time x working minutes of their calendar outside their absences; where periods of
  availability are known, the share of each period, and nothing between them;
- **work** of a task is spread evenly over the working time between its start and its finish;
- a **booking** (an allocation of x % of somebody's time to a project) asks for x % of that capacity;
- **committed** to a project = max(work, confirmed bookings): who is booked on a project does its tasks in that time, so
  the two are never counted twice. **tentative** = what tentative bookings would add to that;
- **load** = committed / capacity; a person is **over** when it passes 100 %, to the nearest whole per cent.

Minutes are whole and cut by running totals, so the parts of a task always add up to its work. Where there is no
working time between a task's dates outside the absences, its work is spread over the calendar's working time, and where
there is none either over the hours of the clock: no work is ever lost, and none falls outside the task's dates.

Example: a person at 9 to 17 (eight hours) from Monday to Friday, away on Friday; 24 hours of work from Monday to
Friday; 50 % tentatively booked on another project:

>>> week = WorkCalendar.weekly((((540, 1020),),) * 5 + ((), ()))
>>> pat = Worker(1, week, absences=((date(2026, 3, 6), date(2026, 3, 6)),))
>>> design = Work(7, 1, 10, datetime(2026, 3, 2, 9), datetime(2026, 3, 6, 17), 24 * 60)
>>> hoped = CapacityAllocation(1, 11, date(2026, 3, 2), date(2026, 3, 8), 50, confirmed=False)
>>> (cell,) = load([pat], [design], [hoped], [date(2026, 3, 2), date(2026, 3, 9)])[1]
>>> cell.capacity, cell.committed, cell.percent, cell.tentative, cell.over
(1920, 1440, 75, 960, False)

The definitions are those of resource loading in PMI, *Practice Standard for Scheduling*; the even spread is the flat
contour of the desktop schedulers. See ``docs/engines/capacity.md``.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import pairwise

from accord.engines.calendars.working_time import MINUTES_PER_DAY, WorkCalendar, minute_of

Period = tuple[date, date]  # both days included


@dataclass(frozen=True, slots=True)
class Available:
    """``percent`` of a worker from ``first`` to ``last``, both included; None: no bound."""

    first: date | None
    last: date | None
    percent: int


@dataclass(frozen=True, slots=True)
class Worker:
    """Somebody with working time. ``share`` is percent of the calendar's time that may be counted on.

    ``availability`` are periods, in order, with the percent that there is in them, at most ``share``; outside them
    there is none. Without any, the share always holds.
    """

    key: int
    calendar: WorkCalendar
    share: int = 100
    absences: tuple[Period, ...] = ()
    joined: date | None = None
    left: date | None = None  # the last day
    availability: tuple[Available, ...] = ()


@dataclass(frozen=True, slots=True)
class Work:
    """``minutes`` of one person's work on a task, in ``[start, finish]``."""

    key: int
    worker: int
    project: int
    start: datetime
    finish: datetime
    minutes: int


@dataclass(frozen=True, slots=True)
class CapacityAllocation:
    """``share`` percent of a person's time for a project, both days included; tentative unless it is ``confirmed``."""

    worker: int
    project: int
    first: date
    last: date
    share: int
    confirmed: bool = True


@dataclass(slots=True)
class Part:
    """Minutes of one project in a cell."""

    work: int = 0
    confirmed: int = 0
    unconfirmed: int = 0

    @property
    def committed(self) -> int:
        return max(self.work, self.confirmed)

    @property
    def tentative(self) -> int:
        """What the tentative bookings would add to what is committed."""
        return max(self.work, self.confirmed + self.unconfirmed) - self.committed


@dataclass(frozen=True, slots=True)
class Cell:
    """One person in one period, in minutes. ``usual`` is the capacity without absences."""

    usual: int
    capacity: int
    parts: Mapping[int, Part] = field(default_factory=dict)
    committed: int = field(init=False)
    tentative: int = field(init=False)

    def __post_init__(self) -> None:
        # Summed once: a heat map asks each of its cells several times.
        object.__setattr__(self, "committed", sum(part.committed for part in self.parts.values()))
        object.__setattr__(self, "tentative", sum(part.tentative for part in self.parts.values()))

    @property
    def percent(self) -> int | None:
        """The load in whole per cent; ``None`` where there is no capacity to compare with."""
        return _percent(self.committed, self.capacity)

    @property
    def percent_with_tentative(self) -> int | None:
        return _percent(self.committed + self.tentative, self.capacity)

    @property
    def over(self) -> bool:
        percent = self.percent
        return self.committed > 0 if percent is None else percent > 100

    @property
    def free(self) -> int:
        """Minutes that nothing confirmed has taken."""
        return max(0, self.capacity - self.committed)

    @property
    def free_with_tentative(self) -> int:
        """Minutes left if every tentative booking came true."""
        return max(0, self.capacity - self.committed - self.tentative)


def load(
    workers: Iterable[Worker], works: Iterable[Work], bookings: Iterable[CapacityAllocation], edges: Sequence[date]
) -> dict[int, tuple[Cell, ...]]:
    """The cells of every worker, one for each of the ``len(edges) - 1`` periods.

    Work and bookings of people who are not among ``workers`` are left out.

    Raises:
        ValueError: the edges do not increase, or work is negative or ends before it starts.
    """
    marks = _marks(edges)
    clocks = {worker.key: _Clock(worker, marks) for worker in workers}
    parts: dict[int, list[dict[int, Part]]] = {key: [{} for _ in marks[1:]] for key in clocks}
    for work in works:
        if work.worker in clocks:
            for period, minutes in clocks[work.worker].spread(work):
                parts[work.worker][period].setdefault(work.project, Part()).work += minutes
    for booking in bookings:
        if booking.worker in clocks:
            for period, minutes in clocks[booking.worker].booked(booking):
                part = parts[booking.worker][period].setdefault(booking.project, Part())
                if booking.confirmed:
                    part.confirmed += minutes
                else:
                    part.unconfirmed += minutes
    return {
        key: tuple(
            Cell(usual, there, own)
            for usual, there, own in zip(clock.usual(), clock.capacity(), parts[key], strict=True)
        )
        for key, clock in clocks.items()
    }


def spread(worker: Worker, works: Iterable[Work], edges: Sequence[date]) -> dict[int, list[int]]:
    """Minutes of each work (by its key) in each period: what the cells of :func:`load` are made of."""
    clock = _Clock(worker, _marks(edges))
    found: dict[int, list[int]] = {}
    for work in works:
        row = found.setdefault(work.key, [0] * (len(edges) - 1))
        for period, minutes in clock.spread(work):
            row[period] += minutes
    return found


def split(work: Work, done: int, as_of: datetime) -> list[Work]:
    """What is done lies before ``as_of``, what remains from then on; the plan's own dates where that cannot be.

    >>> late = Work(1, 1, 1, datetime(2026, 3, 2, 9), datetime(2026, 3, 6, 17), 600)
    >>> [(part.start.day, part.finish.day, part.minutes) for part in split(late, 100, datetime(2026, 3, 5))]
    [(2, 5, 100), (5, 6, 500)]
    """
    done = min(max(done, 0), work.minutes)
    if not work.start < as_of < work.finish:
        return [work]
    parts = [replace(work, finish=as_of, minutes=done), replace(work, start=as_of, minutes=work.minutes - done)]
    return [part for part in parts if part.minutes]


def _percent(part: int, whole: int) -> int | None:
    return (200 * part + whole) // (2 * whole) if whole else None


def _marks(edges: Sequence[date]) -> list[int]:
    marks = [edge.toordinal() * MINUTES_PER_DAY for edge in edges]
    if len(marks) < 2 or any(one >= other for one, other in pairwise(marks)):
        raise ValueError("the periods need at least two dates, each later than the one before")
    return marks


class _Clock:
    """Counts one worker's minutes: those of the calendar, and those of them at which the worker is there."""

    def __init__(self, worker: Worker, marks: list[int]) -> None:
        self.marks = marks
        self.share = worker.share
        self.calendar = worker.calendar.index
        self.starts: list[int] = []
        self.ends: list[int] = []
        for start, end in sorted(_away(worker)):
            if self.ends and start <= self.ends[-1]:
                self.ends[-1] = max(self.ends[-1], end)
            else:
                self.starts.append(start)
                self.ends.append(end)
        self.missed = [0]  # working minutes missed before each absence
        for start, end in zip(self.starts, self.ends, strict=True):
            self.missed.append(self.missed[-1] + self.calendar(end) - self.calendar(start))
        self.at_marks = [self.there(mark) for mark in marks]
        self.levels = list(_levels(worker))
        self.shares = [0]  # minutes times percent before each level
        for (start, share), (end, _) in pairwise(self.levels):
            self.shares.append(self.shares[-1] + (self.there(end) - self.there(start)) * share)

    def there(self, minute: int) -> int:
        """Working minutes before ``minute`` at which the worker is not away, from an origin of its own."""
        passed = bisect_right(self.starts, minute)
        missed = self.missed[passed]
        if passed and minute < self.ends[passed - 1]:
            missed -= self.calendar(self.ends[passed - 1]) - self.calendar(minute)
        return self.calendar(minute) - missed

    def shared(self, minute: int) -> int:
        """As `there`, times the percent that there is of the worker at the time."""
        at = bisect_right(self.levels, minute, key=lambda level: level[0]) - 1
        start, share = self.levels[at]
        return self.shares[at] + (self.there(minute) - self.there(start)) * share

    def capacity(self) -> list[int]:
        return self._scaled([self.shared(mark) for mark in self.marks], 1)

    def usual(self) -> list[int]:
        return self._scaled([self.calendar(mark) for mark in self.marks], self.share)

    def spread(self, work: Work) -> Iterator[tuple[int, int]]:
        """The periods that ``work`` touches, with its minutes in each; what lies outside them is left out."""
        start, finish = minute_of(work.start), minute_of(work.finish)
        if finish < start or work.minutes < 0:
            raise ValueError(f"work {work.key} ends before it starts, or is negative")
        clock: Callable[[int], int] = self.there
        total = clock(finish) - clock(start)
        if total <= 0:
            clock = self.calendar
            total = clock(finish) - clock(start)
        if total <= 0:
            clock = int
            total = finish - start
        if total <= 0:  # all at one moment
            period = bisect_right(self.marks, start) - 1
            if 0 <= period < len(self.marks) - 1 and work.minutes:
                yield period, work.minutes
            return
        origin = clock(start)
        known = self.at_marks if clock == self.there else [clock(mark) for mark in self.marks]
        past = 0
        first = max(0, bisect_right(self.marks, start) - 1)
        if start < self.marks[0]:
            past = work.minutes if finish <= self.marks[0] else _share(known[0] - origin, work.minutes, total)
        for period in range(first, len(self.marks) - 1):
            if self.marks[period] >= finish:
                break
            # A running total: the differences of such add up exactly.
            last = self.marks[period + 1] >= finish
            upto = work.minutes if last else _share(known[period + 1] - origin, work.minutes, total)
            if upto > past:
                yield period, upto - past
            past = upto

    def booked(self, booking: CapacityAllocation) -> Iterator[tuple[int, int]]:
        """The periods that ``booking`` touches, with its minutes in each."""
        start = booking.first.toordinal() * MINUTES_PER_DAY
        end = (booking.last.toordinal() + 1) * MINUTES_PER_DAY
        for period, (low, high) in enumerate(pairwise(self.marks)):
            if start < high and end > low:
                there = self.shared(min(end, high)) - self.shared(max(start, low))
                minutes = _share(there, booking.share, 10_000)
                if minutes:
                    yield period, minutes

    def _scaled(self, counts: list[int], share: int) -> list[int]:
        totals = [_share(count - counts[0], share, 100) for count in counts]
        return [other - one for one, other in pairwise(totals)]


def _share(minutes: int, part: int, whole: int) -> int:
    return (2 * minutes * part + whole) // (2 * whole)


def _levels(worker: Worker) -> Iterator[tuple[int, int]]:
    """From which minute on there is how many percent of the worker, in order, from the first minute on."""
    if not worker.availability:
        yield 0, worker.share
        return
    end: int | None = None
    if worker.availability[0].first is not None:
        yield 0, 0
    for row in worker.availability:
        start = 0 if row.first is None else row.first.toordinal() * MINUTES_PER_DAY
        if end is not None and end < start:
            yield end, 0
        yield start, min(row.percent, worker.share)
        if row.last is None:
            return
        end = (row.last.toordinal() + 1) * MINUTES_PER_DAY
    if end is not None:
        yield end, 0


def _away(worker: Worker) -> Iterator[tuple[int, int]]:
    """The minutes of absences, and of the time before and after employment."""
    for first, last in worker.absences:
        if last >= first:
            yield first.toordinal() * MINUTES_PER_DAY, (last.toordinal() + 1) * MINUTES_PER_DAY
    if worker.joined is not None:
        yield 0, worker.joined.toordinal() * MINUTES_PER_DAY
    levels = [*_levels(worker), ((date.max.toordinal() + 1) * MINUTES_PER_DAY, 0)] if worker.availability else []
    for (start, share), (following, _) in pairwise(levels):
        if not share:
            yield start, following
    if worker.left is not None:
        yield (worker.left.toordinal() + 1) * MINUTES_PER_DAY, (date.max.toordinal() + 1) * MINUTES_PER_DAY
