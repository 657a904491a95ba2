"""Working calendars as one flat array, for compiled loops.

`WorkCalendar.index` and its inverses, tabulated over a span of days so that each is a handful of array reads. As in
`WorkCalendar`, whole weeks before and after the span repeat by division: the span is a matter of speed, never of
correctness, and the two agree minute for minute on every date.

Everything lies in one array because a compiled loop pays for every array it hands to a function. It holds, for each
calendar, a header of `HEADER` numbers (below); for each day of its span the working minutes before it and the place
of its pattern; for each working day the same and which day it is; and for every 256th working minute the working day
it falls on. A pattern is shared by all days with the same hours: working minutes before each minute of the day, and
for each working minute the last and the first minute of day with that many before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np
from numpy.typing import NDArray

from accord.engines.calendars.working_time import MINUTES_PER_DAY, Day, WorkCalendar
from accord.engines.compiled import compiled

Tables = NDArray[np.int32]

HEADER = 8
FIRST, COUNT, WEEK, TOTAL = 0, 1, 2, 3  # first day (a Monday), days, working minutes of the usual week and of the span
DAYS, WORKING_DAYS, BUCKETS = 4, 5, 6  # where these begin
_ROW = MINUTES_PER_DAY + 1


def tabulate(calendars: Sequence[WorkCalendar], first: int, last: int) -> Tables:
    """Tables of ``calendars``, quickest on days with ordinals from ``first`` to ``last``, right on all.

    Memory is about 10 bytes per calendar and day, and 17 kB per pattern of a day.
    """
    rows: dict[Day, int] = {}
    spans = []
    for calendar in calendars:
        # One regular week at each end of the irregular days, as in WorkCalendar.
        low = min(first, min(calendar.irregular, default=first) - 7)
        low -= (low - 1) % 7
        high = max(last, max(calendar.irregular, default=last) + 7)
        week = [rows.setdefault(day, len(rows)) for day in calendar.week]
        row = np.tile(np.array(week, np.int32), (high - low) // 7 + 1)
        for day, hours in calendar.irregular.items():
            row[day - low] = rows.setdefault(hours, len(rows))
        spans.append((low, row))
    patterns = np.stack([_pattern(day) for day in rows]).astype(np.int32)
    header = np.zeros((len(spans), HEADER), np.int32)
    parts: list[NDArray[np.int32]] = [header.reshape(-1), patterns.reshape(-1)]
    place = header.size + patterns.size
    for number, ((low, row), calendar) in enumerate(zip(spans, calendars, strict=True)):
        passed = np.zeros(len(row) + 1, np.int64)
        np.cumsum(patterns[row, 0, MINUTES_PER_DAY], out=passed[1:])
        total = int(passed[-1])
        pattern = header.size + np.append(row, 0) * (3 * _ROW)
        days = np.stack([passed, pattern], axis=1)
        working = np.append(np.flatnonzero(np.diff(passed)), len(row))
        working_days = np.stack([passed[working], pattern[working], working], axis=1)
        marks = np.arange(0, total + 256, 256)
        buckets = np.minimum(np.searchsorted(passed[working], marks, side="right") - 1, len(working) - 2)
        places = [place, place + days.size, place + days.size + working_days.size]
        header[number, :7] = [low, len(row), calendar.week_minutes, total, *places]
        parts += [part.reshape(-1).astype(np.int32) for part in (days, working_days, buckets)]
        place = places[-1] + buckets.size
    return np.concatenate(parts)


def _pattern(day: Day) -> Tables:
    passed, start, finish = table = np.zeros((3, _ROW), np.int32)
    working = np.zeros(MINUTES_PER_DAY, np.int32)
    for opening, closing in day:
        working[opening:closing] = 1
    minutes = np.flatnonzero(working)
    passed[1:] = np.cumsum(working)
    start[: len(minutes)] = minutes
    finish[1 : len(minutes) + 1] = minutes + 1
    return cast(Tables, table)


@compiled
def index(tables: Tables, calendar: int, minute: int) -> int:
    """`WorkCalendar.index`, with another origin."""
    head = calendar * HEADER
    day = minute // 1440
    rest = minute - day * 1440
    day -= tables[head + FIRST]
    shift = 0
    count = tables[head + COUNT]
    if day < 0 or day >= count:
        weeks = day // 7 if day < 0 else (day - count) // 7 + 1
        day -= 7 * weeks
        shift = weeks * tables[head + WEEK]
    at = tables[head + DAYS] + 2 * day
    return shift + tables[at] + tables[tables[at + 1] + rest]  # type: ignore[no-any-return]


@compiled
def start_at(tables: Tables, calendar: int, index: int) -> int:
    """`WorkCalendar.start_at`: the last minute with this index."""
    head = calendar * HEADER
    weeks = 0
    if index < 0:
        weeks = index // tables[head + WEEK]
        index -= weeks * tables[head + WEEK]
    elif index >= tables[head + TOTAL]:
        weeks = (index - tables[head + TOTAL]) // tables[head + WEEK] + 1
        index -= weeks * tables[head + WEEK]
    at = tables[head + WORKING_DAYS] + 3 * tables[tables[head + BUCKETS] + (index >> 8)]
    # A bucket rarely spans more than two working days: the first step is taken without a branch.
    at += 3 * (tables[at + 3] <= index)
    while tables[at + 3] <= index:
        at += 3
    minute = tables[tables[at + 1] + 1441 + index - tables[at]]
    return (tables[head + FIRST] + tables[at + 2] + 7 * weeks) * 1440 + minute  # type: ignore[no-any-return]


@compiled
def finish_at(tables: Tables, calendar: int, index: int) -> int:
    """`WorkCalendar.finish_at`: the first minute with this index."""
    head = calendar * HEADER
    weeks = 0
    if index <= 0:
        weeks = (index - 1) // tables[head + WEEK]
        index -= weeks * tables[head + WEEK]
    elif index > tables[head + TOTAL]:
        weeks = (index - 1 - tables[head + TOTAL]) // tables[head + WEEK] + 1
        index -= weeks * tables[head + WEEK]
    # The day of the minute before: where that one ends, this index is first reached.
    at = tables[head + WORKING_DAYS] + 3 * tables[tables[head + BUCKETS] + ((index - 1) >> 8)]
    at += 3 * (tables[at + 3] < index)
    while tables[at + 3] < index:
        at += 3
    minute = tables[tables[at + 1] + 2882 + index - tables[at]]
    return (tables[head + FIRST] + tables[at + 2] + 7 * weeks) * 1440 + minute  # type: ignore[no-any-return]
