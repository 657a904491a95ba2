"""Working time: weeks, exceptions and arithmetic in whole minutes."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import accumulate, cycle, islice

from accord.engines.texts import TextError, gettext_lazy

# Minutes after midnight, half-open: (540, 720) is 09:00 to 12:00. A shift past midnight is two intervals.
Interval = tuple[int, int]
Day = tuple[Interval, ...]


@dataclass(frozen=True, slots=True)
class WeekSpec:
    """Monday to Sunday; ``None`` inherits the day from the base calendar, ``()`` is a day off."""

    days: tuple[Day | None, Day | None, Day | None, Day | None, Day | None, Day | None, Day | None]


@dataclass(frozen=True, slots=True)
class ExceptionSpec:
    """Every date from ``start`` to ``finish`` (inclusive) works these intervals; ``()`` is a holiday."""

    start: date
    finish: date
    intervals: Day = ()
    name: str = ""


@dataclass(frozen=True, slots=True)
class WorkWeekSpec:
    """A week that replaces the usual one from ``start`` to ``finish`` (inclusive)."""

    start: date
    finish: date
    week: WeekSpec
    name: str = ""


@dataclass(frozen=True, slots=True)
class CalendarSpec:
    """A calendar as people wrote it; ``base`` names the calendar it inherits from."""

    uid: int
    name: str
    week: WeekSpec
    base: int | None = None
    exceptions: tuple[ExceptionSpec, ...] = ()
    work_weeks: tuple[WorkWeekSpec, ...] = ()


class CalendarError(TextError):
    """A calendar that cannot be worked with: a loop of bases, no working time, impossible hours."""


MINUTES_PER_DAY = 1440
_LONGEST_SPAN = 400 * 366  # days of exceptions one calendar may span; more is a typing error, not a calendar
_SOME_MONDAY = date(2000, 1, 3).toordinal()


def minute_of(moment: datetime) -> int:
    """Minutes from the start of day 0 of the proleptic calendar (``date.toordinal``), to the nearest whole one."""
    return moment.toordinal() * MINUTES_PER_DAY + moment.hour * 60 + moment.minute + (moment.second >= 30)


def datetime_of(minute: int) -> datetime:
    """The inverse of :func:`minute_of`; `CalendarError` outside the years 1 to 9999."""
    day, rest = divmod(minute, MINUTES_PER_DAY)
    try:
        return datetime.fromordinal(day) + timedelta(minutes=rest)
    except (ValueError, OverflowError) as error:
        raise CalendarError(gettext_lazy("a date falls outside the years 1 to 9999")) from error


class WorkCalendar:
    """Working time as a function that counts minutes, and its inverse.

    ``index(t)`` is the number of working minutes before minute ``t``, up to a constant. It is non-decreasing, so
    all arithmetic is addition on indices: ``add(t, n)`` is the moment whose index is ``index(t) + n``. Where the
    index stands still (evenings, weekends) one index has two moments, and the convention of scheduling decides:
    work *finishes* at the first of them (17:00) and *starts* at the last (08:00 of the next working day).

    Only the days from the first to the last irregular one are tabulated, with a regular week at each end; outside,
    that week repeats by division. The arithmetic is therefore exact at any distance, and a lookup is one bisection.
    `accord.engines.calendars.tables` reads the same days into arrays for compiled loops.

    Equality is equality of working time: two calendars with the same hours are equal whatever their names.

    >>> standard = WorkCalendar.weekly((((480, 720), (780, 1020)),) * 5 + ((), ()))
    >>> standard.add(datetime(2026, 1, 2, 16), 120)     # Friday 16:00 and two hours' work
    datetime.datetime(2026, 1, 5, 9, 0)
    >>> standard.between(datetime(2026, 1, 2, 8), datetime(2026, 1, 5, 9))
    540
    """

    __slots__ = ("_cumulative", "_days", "_first", "_hash", "_total", "irregular", "name", "week", "week_minutes")

    def __init__(self, week: tuple[Day, ...], irregular: Mapping[int, Day] | None = None, name: str = "") -> None:
        """``week`` is Monday to Sunday; ``irregular`` maps ordinals of single days to their hours."""
        self.name = name
        if len(week) != 7:
            raise CalendarError(gettext_lazy("calendar %(name)r needs seven days, Monday to Sunday", name=name))
        self.week: tuple[Day, ...] = tuple(_tidy(day, name) for day in week)
        self.week_minutes = sum(map(_length, self.week))
        if not self.week_minutes:
            raise CalendarError(gettext_lazy("calendar %(name)r has no working time in its usual week", name=name))
        days = {day: _tidy(hours, name) for day, hours in sorted((irregular or {}).items())}
        self.irregular: dict[int, Day] = {day: hours for day, hours in days.items() if hours != self._usual(day)}
        first, last = min(self.irregular, default=_SOME_MONDAY), max(self.irregular, default=_SOME_MONDAY)
        if last - first > _LONGEST_SPAN:
            raise _too_long(name)
        self._first = first - (first - 1) % 7 - 7
        end = last - (last - 1) % 7 + 14
        self._days = self.days(self._first, end)
        self._cumulative = list(accumulate(map(_length, self._days), initial=0))
        self._total = self._cumulative[-1]
        self._hash = hash((self.week, tuple(self.irregular.items())))

    @classmethod
    def weekly(cls, week: tuple[Day, ...], name: str = "") -> WorkCalendar:
        """A calendar without exceptions."""
        return cls(week, name=name)

    @classmethod
    def around_the_clock(cls) -> WorkCalendar:
        """Every minute works: the calendar of elapsed durations."""
        return cls((((0, MINUTES_PER_DAY),),) * 7, name="24 hours")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, WorkCalendar):
            return NotImplemented
        return self.week == other.week and self.irregular == other.irregular

    def __hash__(self) -> int:
        return self._hash

    def __repr__(self) -> str:
        return f"<WorkCalendar {self.name!r}: {self.week_minutes} min/week, {len(self.irregular)} irregular days>"

    # Days

    def _usual(self, day: int) -> Day:
        return self.week[(day - 1) % 7]

    def days(self, first: int, end: int) -> list[Day]:
        """The hours of each day with ordinal ``first <= day < end``."""
        weekday = (first - 1) % 7
        turned = self.week[weekday:] + self.week[:weekday]
        days = list(islice(cycle(turned), max(0, end - first)))
        for day, hours in self.irregular.items():
            if first <= day < end:
                days[day - first] = hours
        return days

    @property
    def default_day(self) -> int:
        """Working minutes of what people call a day here: the length that most working days of the week have."""
        lengths = [length for length in map(_length, self.week) if length]
        return max(lengths, key=lambda length: (lengths.count(length), length))

    def intervals(self, day: date) -> Day:
        """The working intervals of a date, in minutes after its midnight."""
        ordinal = day.toordinal()
        return self.irregular.get(ordinal, self._usual(ordinal))

    def is_working_day(self, day: date) -> bool:
        return bool(self.intervals(day))

    def minutes_on(self, day: date) -> int:
        """Working minutes of a date."""
        return _length(self.intervals(day))

    # Minutes: the arithmetic on whole numbers that everything else is phrased in.

    def index(self, minute: int) -> int:
        """Working minutes before ``minute``, counted from an origin private to this calendar."""
        day, rest = divmod(minute, MINUTES_PER_DAY)
        offset = day - self._first
        weeks = 0
        if offset < 0:
            weeks = offset // 7
        elif offset >= len(self._days):
            weeks = (offset - len(self._days)) // 7 + 1
        offset -= 7 * weeks
        passed = self._cumulative[offset] + weeks * self.week_minutes
        for start, finish in self._days[offset]:
            if rest <= start:
                break
            passed += min(rest, finish) - start
        return passed

    def start_at(self, index: int) -> int:
        """The last minute with this index: where work starts."""
        weeks = 0
        if index < 0:
            weeks = index // self.week_minutes
        elif index >= self._total:
            weeks = (index - self._total) // self.week_minutes + 1
        index -= weeks * self.week_minutes
        offset = bisect_right(self._cumulative, index) - 1
        left = index - self._cumulative[offset]
        minute = (self._first + offset + 7 * weeks) * MINUTES_PER_DAY
        for start, finish in self._days[offset]:
            if left < finish - start:
                return minute + start + left
            left -= finish - start
        raise AssertionError("an index inside a day lies in one of its intervals")

    def finish_at(self, index: int) -> int:
        """The first minute with this index: where work finishes."""
        weeks = 0
        if index <= 0:
            weeks = (index - 1) // self.week_minutes
        elif index > self._total:
            weeks = (index - 1 - self._total) // self.week_minutes + 1
        index -= weeks * self.week_minutes
        offset = bisect_left(self._cumulative, index) - 1
        left = index - self._cumulative[offset]
        minute = (self._first + offset + 7 * weeks) * MINUTES_PER_DAY
        for start, finish in self._days[offset]:
            if left <= finish - start:
                return minute + start + left
            left -= finish - start
        raise AssertionError("an index inside a day lies in one of its intervals")

    # Moments: the same for people.

    def add(self, moment: datetime, minutes: int) -> datetime:
        """``minutes`` of working time later, as a finish; earlier, as a start, if negative; unmoved if zero."""
        if minutes == 0:
            return moment
        index = self.index(minute_of(moment)) + minutes
        return datetime_of(self.finish_at(index) if minutes > 0 else self.start_at(index))

    def subtract(self, moment: datetime, minutes: int) -> datetime:
        """``minutes`` of working time earlier: the start of work of that length finishing at ``moment``."""
        return self.add(moment, -minutes)

    def between(self, start: datetime, finish: datetime) -> int:
        """Working minutes from ``start`` to ``finish``; negative when ``finish`` is the earlier."""
        return self.index(minute_of(finish)) - self.index(minute_of(start))

    def next_working(self, moment: datetime) -> datetime:
        """The first moment at or after ``moment`` at which work can start."""
        return datetime_of(self.start_at(self.index(minute_of(moment))))

    def previous_working(self, moment: datetime) -> datetime:
        """The last moment at or before ``moment`` at which work can finish (17:00 stays 17:00)."""
        return datetime_of(self.finish_at(self.index(minute_of(moment))))

    def intersect(self, other: WorkCalendar) -> WorkCalendar:
        """The time in which both work; `CalendarError` when their usual weeks share none."""
        name = f"{self.name} and {other.name}"
        week = tuple(_shared(a, b) for a, b in zip(self.week, other.week, strict=True))
        days = self.irregular.keys() | other.irregular.keys()
        irregular = {
            day: _shared(self.irregular.get(day, self._usual(day)), other.irregular.get(day, other._usual(day)))
            for day in days
        }
        return WorkCalendar(week, irregular, name)


def compile_calendars(specs: tuple[CalendarSpec, ...]) -> dict[int, WorkCalendar]:
    """Every calendar, by uid, with what it inherits made its own.

    The hours of a date are, in this order: the first exception that covers it, in the calendar itself and then in
    its bases; else the calendar's own work week; its own usual week; and the same of its base. A day that nobody
    defines is a day off. Raises `CalendarError` naming the calendar: an unknown base, bases in a loop, two
    calendars of one uid, no working time, hours outside the day.
    """
    return dict(_compile(specs))


@lru_cache(maxsize=64)
def _compile(specs: tuple[CalendarSpec, ...]) -> dict[int, WorkCalendar]:
    by_uid: dict[int, CalendarSpec] = {}
    for spec in specs:
        if by_uid.setdefault(spec.uid, spec) is not spec:
            raise CalendarError(gettext_lazy("two calendars have the uid %(uid)s", uid=spec.uid))
    return {spec.uid: _compile_one(_chain(spec, by_uid), spec.name) for spec in specs}


def _chain(spec: CalendarSpec, by_uid: Mapping[int, CalendarSpec]) -> list[CalendarSpec]:
    """The calendar and its bases, nearest first."""
    chain = [spec]
    while (base := chain[-1].base) is not None:
        if base not in by_uid:
            raise CalendarError(
                gettext_lazy(
                    "calendar %(name)r is based on calendar %(base)s, which does not exist",
                    name=chain[-1].name,
                    base=base,
                )
            )
        if any(base == link.uid for link in chain):
            names = " → ".join(repr(link.name) for link in [*chain, by_uid[base]])
            raise CalendarError(gettext_lazy("calendars are based on each other in a loop: %(names)s", names=names))
        chain.append(by_uid[base])
    return chain


def _compile_one(chain: list[CalendarSpec], name: str) -> WorkCalendar:
    # Painted from the weakest definition to the strongest, so that the work is linear in the days covered.
    week: list[Day] = [()] * 7
    painted: dict[int, Day] = {}
    for spec in reversed(chain):
        own = spec.week.days
        week = [usual if hours is None else hours for usual, hours in zip(week, own, strict=True)]
        painted.update({day: hours for day in painted if (hours := own[(day - 1) % 7]) is not None})
        for period in reversed(spec.work_weeks):
            for day in _ordinals(period, name):
                hours = period.week.days[(day - 1) % 7]
                if hours is not None:
                    painted[day] = hours
    for spec in reversed(chain):
        for exception in reversed(spec.exceptions):
            painted.update(dict.fromkeys(_ordinals(exception, name), exception.intervals))
    return WorkCalendar(tuple(week), painted, name)


def _ordinals(period: ExceptionSpec | WorkWeekSpec, name: str) -> range:
    first, last = period.start.toordinal(), period.finish.toordinal()
    if last - first > _LONGEST_SPAN:
        raise _too_long(name)
    return range(first, last + 1)


def _too_long(name: str) -> CalendarError:
    return CalendarError(gettext_lazy("the exceptions of calendar %(name)r span more than 400 years", name=name))


def _length(day: Day) -> int:
    return sum(finish - start for start, finish in day)


def _tidy(day: Day, name: str) -> Day:
    """Sorted, overlapping and touching intervals joined, empty ones dropped."""
    joined: list[Interval] = []
    for start, finish in sorted(day):
        if not 0 <= start <= finish <= MINUTES_PER_DAY:
            raise CalendarError(
                gettext_lazy(
                    "calendar %(name)r has an interval from minute %(start)s to %(finish)s of a day",
                    name=name,
                    start=start,
                    finish=finish,
                )
            )
        if start == finish:
            continue
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(finish, joined[-1][1]))
        else:
            joined.append((start, finish))
    return tuple(joined)


def _shared(one: Day, other: Day) -> Day:
    pairs = ((max(a, c), min(b, d)) for a, b in one for c, d in other)
    return tuple(sorted((start, finish) for start, finish in pairs if start < finish))
