"""Working calendars as arrays, for compiled loops.

`WorkCalendar.index` and its inverses, tabulated over a span of days so that each is a handful of array reads. As in
`WorkCalendar`, whole weeks before and after the span repeat by division: the span is a matter of speed, never of
correctness, and the two agree minute for minute on every date.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from accord.engines.calendars import MINUTES_PER_DAY, WorkCalendar
from accord.engines.compiled import compiled

Ints = NDArray[np.int64]

_BUCKET = 256  # working minutes per entry of the table that finds the day of an index


class CalendarTables(NamedTuple):
    """Several calendars in flat arrays; ``c`` is a calendar, ``d`` a day of its span, ``p`` a pattern of one day."""

    first: Ints  # [c] ordinal of the first day of the span, a Monday
    days: Ints  # [c] days in the span, whole weeks
    week: Ints  # [c] working minutes of the usual week
    total: Ints  # [c] working minutes of the span
    day_base: Ints  # [c] where the calendar begins in `cumulative` and `pattern`
    bucket_base: Ints  # [c] where it begins in `bucket`
    cumulative: Ints  # [day_base + d] working minutes of the span before day d; one closing entry per calendar
    pattern: NDArray[np.int32]  # [day_base + d] which of the patterns the day follows
    bucket: NDArray[np.int32]  # [bucket_base + index // 256] the day of the first index of the bucket
    passed: NDArray[np.int16]  # [p, minute of day] working minutes before it
    start: NDArray[np.int16]  # [p, working minute] the last minute of day with that many before it
    finish: NDArray[np.int16]  # [p, working minute] the first


def tabulate(calendars: Sequence[WorkCalendar], first: int, last: int) -> CalendarTables:
    """Tables of ``calendars``, quickest on days with ordinals from ``first`` to ``last``, right on all.

    Memory is about 16 bytes per calendar and day.
    """
    patterns: dict[Any, int] = {}
    starts, lengths, cumulatives, ids, buckets = [], [], [], [], []
    for calendar in calendars:
        # One regular week at each end of the irregular days, as in WorkCalendar.
        low = min(first, min(calendar.irregular, default=first) - 7)
        high = max(last, max(calendar.irregular, default=last) + 7)
        low -= (low - 1) % 7
        weeks = (high - low) // 7 + 1
        week = np.array([patterns.setdefault(day, len(patterns)) for day in calendar.week], np.int32)
        pattern = np.tile(week, weeks)
        for day, hours in calendar.irregular.items():
            pattern[day - low] = patterns.setdefault(hours, len(patterns))
        starts.append(low)
        lengths.append(7 * weeks)
        ids.append(pattern)
    passed, start, finish = _patterns(list(patterns))
    for pattern in ids:
        cumulative = np.zeros(len(pattern) + 1, np.int64)
        np.cumsum(passed[pattern, MINUTES_PER_DAY], dtype=np.int64, out=cumulative[1:])
        cumulatives.append(cumulative)
        marks = np.arange(0, cumulative[-1] + _BUCKET, _BUCKET)
        days = np.searchsorted(cumulative, marks, side="right") - 1
        buckets.append(np.minimum(days, len(pattern) - 1).astype(np.int32))
    return CalendarTables(
        first=np.array(starts, np.int64),
        days=np.array(lengths, np.int64),
        week=np.array([calendar.week_minutes for calendar in calendars], np.int64),
        total=np.array([cumulative[-1] for cumulative in cumulatives], np.int64),
        day_base=_offsets(cumulatives),
        bucket_base=_offsets(buckets),
        cumulative=np.concatenate(cumulatives),
        pattern=np.concatenate([np.append(pattern, np.int32(0)) for pattern in ids]),
        bucket=np.concatenate(buckets),
        passed=passed,
        start=start,
        finish=finish,
    )


def _offsets(parts: Sequence[NDArray[Any]]) -> Ints:
    return np.cumsum([0, *(len(part) for part in parts[:-1])], dtype=np.int64)


def _patterns(days: Sequence[tuple[tuple[int, int], ...]]) -> tuple[NDArray[np.int16], ...]:
    shape = (len(days), MINUTES_PER_DAY + 1)
    passed, start, finish = (np.zeros(shape, np.int16) for _ in range(3))
    for row, day in enumerate(days):
        working = np.zeros(MINUTES_PER_DAY, np.int16)
        for opening, closing in day:
            working[opening:closing] = 1
        minutes = np.flatnonzero(working)
        passed[row, 1:] = np.cumsum(working)
        start[row, : len(minutes)] = minutes
        finish[row, 1 : len(minutes) + 1] = minutes + 1
    return passed, start, finish


@compiled
def index(tables: CalendarTables, calendar: int, minute: int) -> int:
    """`WorkCalendar.index`, with another origin."""
    day = minute // 1440
    rest = minute - day * 1440
    day -= tables.first[calendar]
    shift = 0
    if day < 0 or day >= tables.days[calendar]:
        weeks = day // 7 if day < 0 else (day - tables.days[calendar]) // 7 + 1
        day -= 7 * weeks
        shift = weeks * tables.week[calendar]
    at = tables.day_base[calendar] + day
    return tables.cumulative[at] + tables.passed[tables.pattern[at], rest] + shift  # type: ignore[no-any-return]


@compiled
def start_at(tables: CalendarTables, calendar: int, index: int) -> int:
    """`WorkCalendar.start_at`: the last minute with this index."""
    weeks = 0
    if index < 0:
        weeks = index // tables.week[calendar]
    elif index >= tables.total[calendar]:
        weeks = (index - tables.total[calendar]) // tables.week[calendar] + 1
    index -= weeks * tables.week[calendar]
    base = tables.day_base[calendar]
    day = tables.bucket[tables.bucket_base[calendar] + index // 256]
    while tables.cumulative[base + day + 1] <= index:
        day += 1
    at = base + day
    minute = tables.start[tables.pattern[at], index - tables.cumulative[at]]
    return (tables.first[calendar] + day + 7 * weeks) * 1440 + minute  # type: ignore[no-any-return]


@compiled
def finish_at(tables: CalendarTables, calendar: int, index: int) -> int:
    """`WorkCalendar.finish_at`: the first minute with this index."""
    weeks = 0
    if index <= 0:
        weeks = (index - 1) // tables.week[calendar]
    elif index > tables.total[calendar]:
        weeks = (index - 1 - tables.total[calendar]) // tables.week[calendar] + 1
    index -= weeks * tables.week[calendar]
    base = tables.day_base[calendar]
    # The day of the minute before: where that one ends, this index is first reached.
    day = tables.bucket[tables.bucket_base[calendar] + (index - 1) // 256]
    while tables.cumulative[base + day + 1] < index:
        day += 1
    at = base + day
    minute = tables.finish[tables.pattern[at], index - tables.cumulative[at]]
    return (tables.first[calendar] + day + 7 * weeks) * 1440 + minute  # type: ignore[no-any-return]
