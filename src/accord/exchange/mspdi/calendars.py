"""Calendars: usual weeks, exceptions in both of the format's styles, work weeks, and what makes one unusable."""

from __future__ import annotations

from datetime import date
from itertools import groupby, islice

from accord.engines.calendars import CalendarSpec, Day, ExceptionSpec, Interval, WeekSpec, WorkWeekSpec
from accord.exchange.errors import Problems
from accord.exchange.mspdi.document import Node
from accord.exchange.mspdi.fields import Record
from accord.exchange.mspdi.limits import MAX_RECURRENCES, MAX_UID
from accord.exchange.mspdi.recurrence import DAILY, WEEKDAY_COUNT, WEEKLY, Recurrence

_MIDNIGHT = 24 * 60
_DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_OFFICE: Day = ((480, 720), (780, 1020))

STANDARD = CalendarSpec(uid=1, name="Standard", week=WeekSpec((_OFFICE,) * 5 + ((), ())))


def read_calendar(node: Node, problems: Problems) -> CalendarSpec | None:
    """One ``<Calendar>``; its base is checked later, when all calendars are known."""
    record = Record(node, problems)
    uid = record.integer("UID", low=0, high=MAX_UID)
    if uid is None:
        record.wrong("UID", "a calendar has no UID", "Give every calendar its own number.")
        return None
    record.uid = uid
    is_base = record.flag("IsBaseCalendar")
    base = None if is_base else record.integer("BaseCalendarUID")
    if base is not None and base <= 0:
        base = None
    day_nodes = _records(record, "WeekDays", "WeekDay")
    exception_nodes = _records(record, "Exceptions", "Exception")
    # Since Project 2007 files repeat every exception in the old style, spelt out: the new style is the original.
    old_style = [] if exception_nodes else [day for day in day_nodes if day.count("DayType") == 0]
    return CalendarSpec(
        uid=uid,
        name=record.text("Name", f"Calendar {uid}"),
        week=_week(day_nodes, inherits=base is not None),
        base=base,
        exceptions=tuple([spec for day in old_style for spec in _dated(day)] + _new_style(exception_nodes, record)),
        work_weeks=tuple(spec for week in _records(record, "WorkWeeks", "WorkWeek") if (spec := _work_week(week))),
    )


def _records(owner: Record, group: str, tag: str) -> list[Record]:
    return [Record(node, owner.problems, owner.uid) for part in owner.node.all(group) for node in part.all(tag)]


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
            time = Record(node, day.problems, day.uid)
            start, finish = time.time("FromTime"), time.time("ToTime")
            if start is None or finish is None:
                continue  # MS Project pads a day to five pairs, the unused ones empty
            finish = finish or _MIDNIGHT
            if finish < start:
                time.wrong("ToTime", "ends before it starts", "Write a shift past midnight as two days' times.")
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
        record.wrong("TimePeriod", "is missing", "Give the exception its first and last date.")
        return None
    period = Record(node, record.problems, record.uid)
    start, finish = period.moment("FromDate"), period.moment("ToDate")
    if start is None or finish is None:
        if not (node.value("FromDate") and node.value("ToDate")):
            period.wrong("FromDate", "an exception has no first or no last date", "Give it both.")
        return None
    if finish < start:
        period.wrong("ToDate", "the exception ends before it starts", "Exchange the two dates.")
        return None
    return start.date(), finish.date()


def _dated(record: Record) -> list[ExceptionSpec]:
    """An exception that holds on every date from its first to its last."""
    period = _period(record)
    return [ExceptionSpec(*period, _intervals(record), record.text("Name"))] if period else []


def _new_style(exceptions: list[Record], calendar: Record) -> list[ExceptionSpec]:
    found: list[ExceptionSpec] = []
    allowance = MAX_RECURRENCES
    for record in exceptions:
        kind = record.count("Type", DAILY, low=0, high=9)
        period = record.count("Period", 1, low=1, high=1_000)
        if not DAILY <= kind <= WEEKDAY_COUNT or (kind == DAILY and period == 1):
            found += _dated(record)
            continue
        span = _period(record)
        if span is None:
            continue
        pattern = _recurrence(record, kind, period, span)
        dates = list(islice(pattern.dates(), allowance + 1))
        allowance -= len(dates)
        if allowance < 0:
            calendar.wrong(
                "Exceptions",
                f"recurring exceptions expand to more than {MAX_RECURRENCES:,} dates",
                "Shorten the recurrence, or change the week instead.",
                value=record.text("Name"),
            )
            break
        intervals, name = _intervals(record), record.text("Name")
        found += [ExceptionSpec(first, last, intervals, name) for first, last in _runs(dates)]
    return found


def _recurrence(record: Record, kind: int, period: int, span: tuple[date, date]) -> Recurrence:
    days = record.count("DaysOfWeek", low=0, high=127)
    if kind == WEEKLY and not days:
        record.wrong("DaysOfWeek", "a weekly exception names no day", "Choose at least one day of the week.")
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


def check_calendars(calendars: list[CalendarSpec], problems: Problems) -> None:
    """Every base exists, no calendar is its own ancestor, and each one works at least some time of the week."""
    by_uid = {calendar.uid: calendar for calendar in calendars}
    for calendar in calendars:
        week = list(calendar.week.days)
        seen = [calendar.uid]
        while calendar.base is not None:
            if calendar.base in seen:
                names = " → ".join(by_uid[uid].name for uid in [*seen, calendar.base])
                problems.add(
                    "the base calendars form a loop",
                    "Give one of them another base calendar, or none.",
                    uid=seen[0],
                    field="BaseCalendarUID",
                    value=names,
                )
                break
            if calendar.base not in by_uid:
                problems.add(
                    "the base calendar is not in the file",
                    "Choose a base calendar that the file holds.",
                    uid=calendar.uid,
                    field="BaseCalendarUID",
                    value=str(calendar.base),
                )
                break
            calendar = by_uid[calendar.base]
            seen.append(calendar.uid)
            week = [own if own is not None else base for own, base in zip(week, calendar.week.days, strict=True)]
        else:
            if not any(week):
                problems.add(
                    "the calendar has no working time",
                    f"Give it working hours on at least one day, {_DAY_NAMES[0]} to {_DAY_NAMES[6]}.",
                    uid=seen[0],
                    field="WeekDays",
                    value=by_uid[seen[0]].name,
                )
