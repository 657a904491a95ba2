"""The forward and the backward pass over a network of tasks that work in calendars.

A task's work is one or more *spans*: so many minutes in some calendar, begun together (each after its own delay).
An ordinary task has one span, its duration in its calendar; a task whose people keep different hours has one each,
begins with the first of them and finishes with the last. A task without working minutes is a milestone: it stays at
the very moment that drives it (17:00), where other work starts at the next working moment (08:00).

Forward, a task begins at the latest of the moments its links, its earliest dates and the project start demand (the
project start binds nothing that is `EARLY`).
Backward, it finishes at the earliest of what its successors, its latest dates and the project finish allow. A link of
lag l from i to j says::

    FS  ES(j) ≥ EF(i) + l    LF(i) ≤ LS(j) − l        FF  EF(j) ≥ EF(i) + l    LF(i) ≤ LF(j) − l
    SS  ES(j) ≥ ES(i) + l    LS(i) ≤ LS(j) − l        SF  EF(j) ≥ ES(i) + l    LS(i) ≤ LF(j) − l

(J. E. Kelley and M. R. Walker, Critical-Path Planning and Scheduling, 1959; generalised precedence after
S. E. Elmaghraby and J. Kamburowski, 1992.) Lags count in the successor's calendar unless elapsed. All moments are
minutes (`calendars.minute_of`); tasks are in topological order (`network.arrange`). The dates of tasks are arrays
``[i, end]`` with the columns `START` and `FINISH`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from accord.engines.calendars.tables import Tables, finish_at, index, start_at
from accord.engines.compiled import compiled
from accord.engines.planning.network import ELAPSED_LAG, FROM_START, TO_FINISH, Network

Ints = NDArray[np.int64]

NONE = -(1 << 60)  # no such moment; as a lower bound, no bound
EVER = 1 << 60  # as an upper bound, no bound

START, FINISH = 0, 1
# Columns of `Work.bounds`.
START_FROM, FINISH_FROM, START_BY, FINISH_BY = 0, 1, 2, 3  # held by the forward pass; the last two over the links
LATE_START_BY, LATE_FINISH_BY, LATE_START_FROM, LATE_FINISH_FROM = 4, 5, 6, 7  # held by the backward pass
FREE = (NONE, NONE, EVER, EVER, EVER, EVER, NONE, NONE)
# Columns of `Work.progress`.
STARTED, FINISHED, RESUMES, DELAY, MODE = 0, 1, 2, 3, 4
UNTOUCHED = (NONE, NONE, NONE, 0, 0)
# Bits of the mode.
FIXED = 1  # set by hand: keeps its dates whatever the network says
UNMOVED = 2  # begun work goes on where it was, even if a predecessor is late
LATE = 4  # scheduled as late as possible: no float
GATE = 8  # no task but a moment others wait for: what waits for it takes no float from what it waits for
EARLY = 16  # may start before the project: its own dates or its links say when


class Work(NamedTuple):
    """What the passes need to know of each task, in topological order."""

    calendar: Ints  # [i] of its float
    lag_calendar: Ints  # [i] of the lags of links into it
    first_span: Ints  # [i] and one closing entry
    span_calendar: Ints  # [span]
    span_delay: Ints  # [span] working minutes after the task's beginning
    span_minutes: Ints  # [span] working minutes still to do
    bounds: Ints  # [i, 8], or one row for all
    progress: Ints  # [i, 5], or one row for all


@compiled
def _rest(tables: Tables, calendar: int, moment: int) -> int:
    """Where something without duration rests: the moment itself in working time or at an edge of it."""
    at = index(tables, calendar, moment)
    later = start_at(tables, calendar, at)
    return moment if moment == later or moment == finish_at(tables, calendar, at) else later


@compiled
def _shift(tables: Tables, calendar: int, moment: int, lag: int, kind: int) -> int:
    if kind & ELAPSED_LAG:
        return moment + lag
    at = index(tables, calendar, moment) + lag
    return finish_at(tables, calendar, at) if lag > 0 else start_at(tables, calendar, at)


@compiled
def link_moment(tables: Tables, calendar: int, moment: int, lag: int, kind: int, floor: int) -> int:
    """What a link demands of its successor: a start, or where it leads to one, a finish.

    ``floor`` is the project start: a lead alone brings no work before it, but may follow work that is earlier still.
    """
    if lag == 0:
        return moment
    if kind & ELAPSED_LAG:
        later = moment + lag
    elif lag < 0 and kind & TO_FINISH:
        later = finish_at(tables, calendar, index(tables, calendar, moment) + lag)
    else:
        later = _shift(tables, calendar, moment, lag, kind)
    return later if lag > 0 else max(later, min(moment, floor))


@compiled
def _from(tables: Tables, work: Work, i: int, moment: int) -> tuple[int, int]:
    """When the first span begins and the last finishes, if the task may begin at ``moment``."""
    begin, finish = EVER, NONE
    for span in range(work.first_span[i], work.first_span[i + 1]):
        if work.span_minutes[span] > 0:
            c = work.span_calendar[span]
            at = index(tables, c, moment) + work.span_delay[span]
            begin = min(begin, start_at(tables, c, at))
            finish = max(finish, finish_at(tables, c, at + work.span_minutes[span]))
    if finish == NONE:
        begin = finish = _rest(tables, work.calendar[i], moment)
    return begin, finish


@compiled
def _until(tables: Tables, work: Work, i: int, moment: int) -> tuple[int, int]:
    """The last beginning from which every span is done by ``moment``, and the end of working time until then."""
    begin, finish = EVER, NONE
    for span in range(work.first_span[i], work.first_span[i + 1]):
        if work.span_minutes[span] > 0:
            c = work.span_calendar[span]
            at = index(tables, c, moment)
            begin = min(begin, start_at(tables, c, at - work.span_minutes[span] - work.span_delay[span]))
            finish = max(finish, finish_at(tables, c, at))
    if finish == NONE:
        begin = finish = _rest(tables, work.calendar[i], moment)
    return begin, finish


@compiled
def forward(tables: Tables, net: Network, work: Work, project_start: int) -> Ints:
    """Early start and finish of every task, ``[i, end]``."""
    count = len(net.order)
    first, predecessor, kinds, lags = net.first, net.predecessor, net.kind, net.lag
    lag_calendars, bounds, progress = work.lag_calendar, work.bounds, work.progress
    first_span, span_calendar = work.first_span, work.span_calendar
    span_delay, span_minutes = work.span_delay, work.span_minutes
    dates = np.empty((count, 2), np.int64)
    own_bounds = len(bounds) > 1
    own_progress = len(progress) > 1
    for i in range(count):
        bound = i if own_bounds else 0
        row = i if own_progress else 0
        mode = progress[row, MODE]
        started = progress[row, STARTED] != NONE
        if (started and progress[row, FINISHED] != NONE) or mode & FIXED:
            dates[i, START] = progress[row, STARTED]
            dates[i, FINISH] = progress[row, FINISHED]
            continue
        earliest = progress[row, RESUMES] if started else bounds[bound, START_FROM]
        if not started and not mode & EARLY:
            earliest = max(earliest, project_start)
        finish_from = bounds[bound, FINISH_FROM]
        for link in range(first[i], first[i + 1]):
            kind = kinds[link]
            if started and (mode & UNMOVED or kind & (FROM_START | TO_FINISH) == FROM_START):
                continue
            moment = dates[predecessor[link], START if kind & FROM_START else FINISH]
            if lags[link] != 0:
                floor = NONE if started else project_start
                moment = link_moment(tables, lag_calendars[i], moment, lags[link], kind, floor)
            finish_from = max(finish_from, moment if kind & TO_FINISH else NONE)
            earliest = max(earliest, (NONE if started else project_start) if kind & TO_FINISH else moment)
        earliest += progress[row, DELAY]
        span = first_span[i]
        if first_span[i + 1] - span == 1 and span_minutes[span] > 0 and span_delay[span] == 0:
            # The ordinary task, without the loops.
            own = span_calendar[span]
            at = index(tables, own, earliest)
            finish = finish_at(tables, own, at + span_minutes[span])
            if finish_from > finish:
                at = index(tables, own, finish_from) - span_minutes[span]
                finish = _rest(tables, own, finish_from)
            begin = start_at(tables, own, at)
        else:
            begin, finish = _from(tables, work, i, earliest)
            if finish_from > finish:
                begin, end = _until(tables, work, i, finish_from)
                finish = max(end, _from(tables, work, i, begin)[1])
        if not started:
            if finish > bounds[bound, FINISH_BY]:
                begin, finish = _until(tables, work, i, bounds[bound, FINISH_BY])
            if begin > bounds[bound, START_BY]:
                begin, finish = _from(tables, work, i, bounds[bound, START_BY])
        dates[i, START] = progress[row, STARTED] if started else begin
        dates[i, FINISH] = finish
    return dates


@compiled
def backward(tables: Tables, net: Network, work: Work, project_finish: int, early: Ints) -> Ints:
    """Late start and finish of every task, ``[i, end]``.

    ``early`` is empty, or has the dates whose finish a task without successors keeps in place of the project's.
    """
    count = len(net.order)
    first, predecessor, kinds, lags = net.first, net.predecessor, net.kind, net.lag
    lag_calendars, bounds, progress = work.lag_calendar, work.bounds, work.progress
    first_span, span_calendar = work.first_span, work.span_calendar
    span_delay, span_minutes = work.span_delay, work.span_minutes
    # Until its turn comes, the row of a task holds what its successors allow.
    dates = np.full((count, 2), EVER, np.int64)
    own_bounds = len(bounds) > 1
    own_progress = len(progress) > 1
    for i in range(count - 1, -1, -1):
        bound = i if own_bounds else 0
        row = i if own_progress else 0
        mode = progress[row, MODE]
        started = progress[row, STARTED] != NONE
        if started and progress[row, FINISHED] != NONE and not mode & FIXED:
            # Done: its dates are history, and it no longer holds its predecessors.
            dates[i, START] = progress[row, STARTED]
            dates[i, FINISH] = progress[row, FINISHED]
            continue
        linked = dates[i, START] < EVER or dates[i, FINISH] < EVER
        latest = project_finish if linked or len(early) == 0 else early[i, FINISH]
        latest = min(latest, dates[i, FINISH], bounds[bound, LATE_FINISH_BY])
        latest = max(latest, bounds[bound, LATE_FINISH_FROM])
        start_by = EVER if started else min(dates[i, START], bounds[bound, LATE_START_BY])
        start_from = bounds[bound, LATE_START_FROM]
        span = first_span[i]
        own = span_calendar[span]
        if mode & FIXED:
            # Set by hand: the passes speak of the finish alone, and leave it where it falls.
            begin = finish = latest
            if span_minutes[span] > 0:
                begin = start_at(tables, own, index(tables, own, latest) - span_minutes[span])
        elif first_span[i + 1] - span == 1 and span_minutes[span] > 0 and span_delay[span] == 0:
            at = index(tables, own, latest) - span_minutes[span]
            if start_by < EVER:
                at = min(at, index(tables, own, start_by))
            if start_from > NONE:
                at = max(at, index(tables, own, start_from))
            begin = start_at(tables, own, at)
            finish = finish_at(tables, own, at + span_minutes[span])
        else:
            begin, finish = _until(tables, work, i, latest)
            if _idle(work, i):
                begin = finish = max(min(latest, start_by), start_from)
            elif start_by < begin:
                begin, finish = _from(tables, work, i, start_by)
            if begin < start_from:
                begin, finish = _from(tables, work, i, start_from)
        dates[i, START] = progress[row, STARTED] if started and not mode & FIXED else begin
        dates[i, FINISH] = finish
        if started and not mode & FIXED and progress[row, RESUMES] > progress[row, STARTED]:
            # A predecessor may take as long as the work already done leaves open, and no longer.
            begin = min(begin, progress[row, RESUMES])
        for link in range(first[i], first[i + 1]):
            p = predecessor[link]
            kind = kinds[link]
            moment = finish if kind & TO_FINISH else begin
            if lags[link] != 0:
                moment = _shift(tables, lag_calendars[i], moment, -lags[link], kind)
            if own_progress and kind & FROM_START and progress[p, MODE] & FIXED:
                continue
            end = START if kind & FROM_START else FINISH
            dates[p, end] = min(dates[p, end], moment)
    return dates


@compiled
def _idle(work: Work, i: int) -> bool:
    idle = True
    for span in range(work.first_span[i], work.first_span[i + 1]):
        idle = idle and work.span_minutes[span] <= 0
    return idle


@compiled
def floats(tables: Tables, net: Network, work: Work, early: Ints, late: Ints) -> tuple[Ints, Ints]:
    """Total and free float of every task, in working minutes of its calendar.

    Total float is the lesser of LS − ES and LF − EF; of begun work, LF − EF. Free float is the least gap to a
    successor, at most the total and at least zero.
    """
    count = len(net.order)
    first, predecessor, kinds, lags = net.first, net.predecessor, net.kind, net.lag
    calendars, lag_calendars, progress = work.calendar, work.lag_calendar, work.progress
    first_span, span_calendar, span_delay = work.first_span, work.span_calendar, work.span_delay
    total = np.empty(count, np.int64)
    free = np.empty(count, np.int64)
    own_progress = len(progress) > 1
    # The earliest moments to which successors let start and finish move: minutes, so that each is converted once.
    room = np.full((count, 2), EVER, np.int64)
    for i in range(count - 1, -1, -1):
        c = calendars[i]
        row = i if own_progress else 0
        mode = progress[row, MODE]
        begun = progress[row, STARTED] != NONE and not mode & FIXED
        done = begun and progress[row, FINISHED] != NONE
        finish = index(tables, c, early[i, FINISH])
        total[i] = index(tables, c, late[i, FINISH]) - finish
        span = first_span[i]
        if not begun and (first_span[i + 1] - span > 1 or span_calendar[span] != c or span_delay[span] or mode & FIXED):
            # Otherwise the same working time lies between start and finish early and late, and the two are equal.
            total[i] = min(total[i], index(tables, c, late[i, START]) - index(tables, c, early[i, START]))
        if mode & LATE:
            total[i] = 0
        gap = total[i]
        if room[i, FINISH] < EVER:
            gap = min(gap, index(tables, c, room[i, FINISH]) - finish)
        if room[i, START] < EVER:
            gap = min(gap, index(tables, c, room[i, START]) - index(tables, c, early[i, START]))
        free[i] = 0 if done else max(0, gap)
        if done or mode & GATE:
            continue
        for link in range(first[i], first[i + 1]):
            p = predecessor[link]
            kind = kinds[link]
            moment = early[i, FINISH if kind & TO_FINISH else START]
            if lags[link] != 0:
                moment = _shift(tables, lag_calendars[i], moment, -lags[link], kind)
            end = START if kind & FROM_START else FINISH
            room[p, end] = min(room[p, end], moment)
    return total, free
