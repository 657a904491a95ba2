"""Calendars: usual weeks, exceptions in both of the format's styles, work weeks, and what makes one unusable."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby, islice

from accord.engines.calendars.working_time import CalendarSpec, Day, ExceptionSpec, Interval, WeekSpec, WorkWeekSpec
from accord.engines.texts import gettext_lazy
from accord.exchange.errors import Problems
from accord.exchange.mspdi.document import Node, refuse
from accord.exchange.mspdi.fields import Record
from accord.exchange.mspdi.limits import MAX_BASES, MAX_CALENDAR_DAYS, MAX_PATTERNS, MAX_RECURRENCES
from accord.exchange.mspdi.recurrence import (
    DAILY,
    MONTHLY_DAY,
    MONTHLY_POSITION,
    WEEKDAY_COUNT,
    WEEKLY,
    YEARLY_DAY,
    YEARLY_POSITION,
    Recurrence,
)

_MIDNIGHT = 24 * 60
UNKNOWN_BASE = -65533  # as MS Project itself writes for the calendars of budget resources
_OFFICE: Day = ((480, 720), (780, 1020))

STANDARD = CalendarSpec(uid=1, name="Standard", week=WeekSpec((_OFFICE,) * 5 + ((), ())))


def sync_calendar(node: Node, problems: Problems, allowance: Allowance) -> CalendarSpec | None:
    """One ``<Calendar>``; its base is checked later, when all calendars are known."""
    record = Record(node, problems)
    uid = record.name("UID")
    if uid is None:
        record.wrong("UID", gettext_lazy("a calendar has no UID"), gettext_lazy("Give each calendar a unique UID."))
        return None
    record.uid = uid
    is_base = record.flag("IsBaseCalendar")
    base = None if is_base else record.name("BaseCalendarUID")
    if base in (0, -1):
        base = None
    day_nodes = _records(record, "WeekDays", "WeekDay")
    if base is None and not is_base and not day_nodes:
        base = UNKNOWN_BASE
    exception_nodes = _records(record, "Exceptions", "Exception")
    # Since Project 2007 files repeat every exception in the old style, spelt out: the new style is the original.
    old_style = [] if exception_nodes else [day for day in day_nodes if day.count("DayType") == 0]
    return CalendarSpec(
        uid=uid,
        name=record.text("Name", f"Calendar {uid}"),
        week=_week(day_nodes, inherits=base is not None),
        base=base,
        exceptions=tuple(
            [spec for day in old_style for spec in _dated(day)] + _new_style(exception_nodes, record, allowance)
        ),
        work_weeks=tuple(spec for week in _records(record, "WorkWeeks", "WorkWeek") if (spec := _work_week(week))),
    )


def _records(owner: Record, group: str, tag: str) -> list[Record]:
    return [owner.part(node) for part in owner.node.all(group) for node in part.all(tag)]


def _week(days: list[Record], inherits: bool) -> WeekSpec:
    week: list[Day | None] = [None if inherits else ()] * 7
    for day in days:
        kind = day.count("DayType", low=0, high=7)
        if kind:  # 1 is Sunday; Monday comes first here
            week[(kind - 2) % 7] = _intervals(day)
    return WeekSpec((week[0], week[1], week[2], week[3], week[4], week[5], week[6]))


def _intervals(day: Record) -> Day:
    """Working time of a day, sorted; touching and overlapping stretches become one."""
    if not day.flag("DayWorking"):
        return ()
    spans: list[Interval] = []
    for part in day.node.all("WorkingTimes"):
        for node in part.all("WorkingTime"):
            time = day.part(node)
            start, finish = time.time("FromTime"), time.time("ToTime")
            if start is None or finish is None:
                continue  # MS Project pads a day to five pairs, the unused ones empty
            finish = finish or _MIDNIGHT
            if finish < start:
                time.wrong(
                    "ToTime",
                    gettext_lazy("ends before it starts"),
                    gettext_lazy("Split shifts that cross midnight into two days."),
                )
            elif finish > start:
                spans.append((start, finish))
    merged: list[Interval] = []
    for start, finish in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], finish))
        else:
            merged.append((start, finish))
    return tuple(merged)


def _period(record: Record) -> tuple[date, date] | None:
    node = record.node.first("TimePeriod")
    if node is None:
        record.wrong(
            "TimePeriod", gettext_lazy("is missing"), gettext_lazy("Add the first and last date of the exception.")
        )
        return None
    period = record.part(node)
    start, finish = period.moment("FromDate"), period.moment("ToDate")
    if start is None or finish is None:
        if not (node.value("FromDate") and node.value("ToDate")):
            period.wrong(
                "FromDate", gettext_lazy("an exception has no first or no last date"), gettext_lazy("Add both dates.")
            )
        return None
    if finish < start:
        period.wrong("ToDate", gettext_lazy("the exception ends before it starts"), gettext_lazy("Swap the two dates."))
        return None
    return start.date(), finish.date()


def _dated(record: Record) -> list[ExceptionSpec]:
    """An exception that holds on every date from its first to its last."""
    period = _period(record)
    return [ExceptionSpec(*period, _intervals(record), record.text("Name"))] if period else []


_ONCE, _EVERY_DAYS = 0, 1
_RANKS = {YEARLY_DAY: 2, YEARLY_POSITION: 2, MONTHLY_DAY: 3, MONTHLY_POSITION: 3, WEEKLY: 4}


class Allowance:
    """What the recurring exceptions of one file may still ask for, all calendars together."""

    def __init__(self) -> None:
        self.patterns = MAX_PATTERNS
        self.dates = MAX_RECURRENCES

    def expand(self, pattern: Recurrence, calendar: Record) -> list[date]:
        """The dates of the pattern; the whole file is refused at once when that would be too many."""
        self.patterns -= 1
        dates = list(islice(pattern.dates(), self.dates + 1)) if self.patterns >= 0 else []
        self.dates -= len(dates)
        if self.patterns < 0 or self.dates < 0:
            raise refuse(
                gettext_lazy(
                    "recurring exceptions exceed %(patterns)s patterns or %(dates)s dates",
                    patterns=f"{MAX_PATTERNS:,}",
                    dates=f"{MAX_RECURRENCES:,}",
                ),
                gettext_lazy("Shorten the recurrence, or change the week instead."),
                file=calendar.problems.file,
                uid=calendar.uid,
                field="Exceptions",
            )
        return dates


def _new_style(exceptions: list[Record], calendar: Record, allowance: Allowance) -> list[ExceptionSpec]:
    """The exceptions, those that count first in front.

    Where two cover a date, MS Project takes the one that does not recur; of recurring ones every so many days comes
    before yearly, monthly and weekly; of the same kind, the one that the file names first.
    """
    found: list[tuple[int, ExceptionSpec]] = []
    for record in exceptions:
        kind = record.count("Type", DAILY, low=0, high=9)
        period = record.count("Period", 1, low=1, high=1_000)
        if not DAILY <= kind <= WEEKDAY_COUNT or (kind == DAILY and period == 1):
            found += [(_ONCE, spec) for spec in _dated(record)]
            continue
        span = _period(record)
        if span is None:
            continue
        intervals, name = _intervals(record), record.text("Name")
        dates = allowance.expand(_recurrence(record, kind, period, span), calendar)
        # What recurs but once is no recurrence.
        rank = _ONCE if len(dates) == 1 else _RANKS.get(kind, _EVERY_DAYS)
        found += [(rank, ExceptionSpec(first, last, intervals, name)) for first, last in _runs(dates)]
    return [spec for _, spec in sorted(found, key=lambda pair: pair[0])]


def _recurrence(record: Record, kind: int, period: int, span: tuple[date, date]) -> Recurrence:
    days = record.count("DaysOfWeek", low=0, high=127)
    if kind == WEEKLY and not days:
        record.wrong(
            "DaysOfWeek",
            gettext_lazy("a weekly exception has no weekday"),
            gettext_lazy("Choose at least one day of the week."),
        )
    by_count = record.flag("EnteredByOccurrences")
    return Recurrence(
        kind,
        *span,
        occurrences=record.integer("Occurrences", low=0) if by_count else None,
        period=period,
        days_of_week=days,
        month=record.count("Month", low=0, high=11),
        month_day=record.count("MonthDay", 1, low=1, high=31),
        item=record.count("MonthItem", low=0, high=9),
        position=record.count("MonthPosition", low=0, high=4),
    )


def _runs(dates: list[date]) -> list[tuple[date, date]]:
    """Dates in order, neighbours joined: 3rd, 4th, 5th become one stretch."""
    groups = groupby(enumerate(dates), key=lambda pair: pair[1].toordinal() - pair[0])
    runs = [[day for _, day in group] for _, group in groups]
    return [(run[0], run[-1]) for run in runs]


def _work_week(record: Record) -> WorkWeekSpec | None:
    period = _period(record)
    if period is None:
        return None
    days = _records(record, "WeekDays", "WeekDay")
    return WorkWeekSpec(*period, _week(days, inherits=True), record.text("Name"))


def with_known_bases(calendars: Sequence[CalendarSpec], project: int, remarks: list[str]) -> list[CalendarSpec]:
    """Calendars whose base the file does not hold are based on the project's, and named in ``remarks``."""
    by_uid = {calendar.uid: calendar for calendar in calendars}
    of_project = set()
    above: int | None = project
    while above is not None and above in by_uid and above not in of_project:
        of_project.add(above)
        above = by_uid[above].base
    found = []
    for calendar in calendars:
        if calendar.base is not None and calendar.base not in by_uid and calendar.uid not in of_project:
            remark = gettext_lazy(
                "The base calendar of calendar “%(name)s” (UID %(uid)s) is not in the file; "
                "the project's calendar is used."
            )
            remarks.append(remark.with_values(name=calendar.name, uid=calendar.uid))
            calendar = replace(calendar, base=project)
        found.append(calendar)
    return found


def used_with_bases(calendars: Sequence[CalendarSpec], used: Iterable[int]) -> set[int]:
    """The UIDs of the calendars that something works by, with all those they are based on."""
    by_uid = {calendar.uid: calendar for calendar in calendars}
    found: set[int] = set()
    for uid in used:
        following: int | None = uid
        while following is not None and following not in found:
            found.add(following)
            following = by_uid[following].base if following in by_uid else None
    return found


def check_calendar(calendar: CalendarSpec, by_uid: Mapping[int, CalendarSpec], problems: Problems) -> int:
    """Every base exists, no calendar is its own ancestor, and it works at least some time of the week. Gives the days
    that its exceptions span."""
    chain = _with_bases(calendar, by_uid, problems)
    if not chain:
        return 0
    if not any(next((day for day in days if day is not None), ()) for days in _week_days(chain)):
        problems.add(
            gettext_lazy("the calendar has no working time"),
            gettext_lazy("Add working hours on at least one weekday."),
            uid=calendar.uid,
            field="WeekDays",
            value=calendar.name,
        )
    periods = [(period.start, period.finish) for each in chain for period in each.exceptions]
    periods += [(period.start, period.finish) for each in chain for period in each.work_weeks]
    return (max(finish for _, finish in periods) - min(start for start, _ in periods)).days if periods else 0


def check_span(days: int, problems: Problems) -> None:
    """All calendars' exceptions together span no more days than anyone will tabulate."""
    if days > MAX_CALENDAR_DAYS:
        problems.add(
            gettext_lazy(
                "the exceptions of all calendars span %(days)s days, more than %(most)s",
                days=f"{days:,}",
                most=f"{MAX_CALENDAR_DAYS:,}",
            ),
            gettext_lazy("Remove exceptions far from the project's dates."),
            field="Exceptions",
        )


def _week_days(chain: Sequence[CalendarSpec]) -> Iterator[tuple[Day | None, ...]]:
    """For each day of the week what the calendar and then its bases say about it."""
    return zip(*(calendar.week.days for calendar in chain), strict=True)


def _with_bases(
    calendar: CalendarSpec, by_uid: Mapping[int, CalendarSpec], problems: Problems
) -> list[CalendarSpec] | None:
    """The calendar and its bases, nearest first; ``None`` with a problem noted when they lead nowhere."""
    chain = [calendar]
    while (base := chain[-1].base) is not None:
        if base not in by_uid:
            message, remedy = (
                gettext_lazy("the base calendar is not in the file"),
                gettext_lazy("Choose a base calendar that is in the file."),
            )
        elif any(base == each.uid for each in chain):
            names = " → ".join(each.name for each in [*chain, by_uid[base]])
            message, remedy = (
                gettext_lazy("the base calendars form a loop: %(names)s", names=names),
                gettext_lazy("Remove the base calendar from one of them."),
            )
        elif len(chain) > MAX_BASES:
            message, remedy = (
                gettext_lazy("the calendar has more than %(most)s bases above it", most=MAX_BASES),
                gettext_lazy("Base it on fewer."),
            )
        else:
            chain.append(by_uid[base])
            continue
        problems.add(message, remedy, uid=calendar.uid, field="BaseCalendarUID", value=str(base))
        return None
    return chain
