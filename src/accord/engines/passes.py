"""The forward and the backward pass over a network of tasks that work in calendars.

A task's work is one or more *spans*: so many minutes in some calendar, begun together (each after its own delay).
An ordinary task has one span, its duration in its calendar; a task whose people keep different hours has one each,
begins with the first of them and finishes with the last. A task without working minutes is a milestone: it stays at
the very moment that drives it (17:00), where other work starts at the next working moment (08:00).

Forward, a task begins at the latest of the moments its links, its earliest dates and the project start demand.
Backward, it finishes at the earliest of what its successors, its latest dates and the project finish allow. A link of
lag l from i to j says::

    FS  ES(j) ≥ EF(i) + l    LF(i) ≤ LS(j) − l        FF  EF(j) ≥ EF(i) + l    LF(i) ≤ LF(j) − l
    SS  ES(j) ≥ ES(i) + l    LS(i) ≤ LS(j) − l        SF  EF(j) ≥ ES(i) + l    LS(i) ≤ LF(j) − l

(J. E. Kelley and M. R. Walker, Critical-Path Planning and Scheduling, 1959; generalised precedence after
S. E. Elmaghraby and J. Kamburowski, 1992.) Lags count in the successor's calendar unless elapsed. All moments are
minutes (`calendars.minute_of`); tasks are in topological order (`network.arrange`).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from accord.engines.calendar_tables import Tables, finish_at, index, start_at
from accord.engines.compiled import compiled
from accord.engines.network import ELAPSED_LAG, FROM_START, TO_FINISH, Network

Ints = NDArray[np.int64]

NONE = -(1 << 60)  # no such moment; as a lower bound, no bound
EVER = 1 << 60  # as an upper bound, no bound

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
def _idle(work: Work, i: int) -> bool:
    idle = True
    for span in range(work.first_span[i], work.first_span[i + 1]):
        idle = idle and work.span_minutes[span] <= 0
    return idle


@compiled
def _begin(tables: Tables, work: Work, i: int, moment: int) -> int:
    """When the first span begins, if the task may begin at ``moment``."""
    best = EVER
    for span in range(work.first_span[i], work.first_span[i + 1]):
        if work.span_minutes[span] > 0:
            c = work.span_calendar[span]
            best = min(best, start_at(tables, c, index(tables, c, moment) + work.span_delay[span]))
    return best


@compiled
def _finish(tables: Tables, work: Work, i: int, moment: int) -> int:
    """When the last span finishes, if the task may begin at ``moment``."""
    best = NONE
    for span in range(work.first_span[i], work.first_span[i + 1]):
        if work.span_minutes[span] > 0:
            c = work.span_calendar[span]
            done = index(tables, c, moment) + work.span_delay[span] + work.span_minutes[span]
            best = max(best, finish_at(tables, c, done))
    return best


@compiled
def _latest_begin(tables: Tables, work: Work, i: int, moment: int) -> int:
    """The last moment from which every span is finished by ``moment``."""
    best = EVER
    for span in range(work.first_span[i], work.first_span[i + 1]):
        if work.span_minutes[span] > 0:
            c = work.span_calendar[span]
            begin = index(tables, c, moment) - work.span_minutes[span] - work.span_delay[span]
            best = min(best, start_at(tables, c, begin))
    return best


@compiled
def _latest_finish(tables: Tables, work: Work, i: int, moment: int) -> int:
    """The moment, or the end of work before it."""
    best = NONE
    for span in range(work.first_span[i], work.first_span[i + 1]):
        if work.span_minutes[span] > 0:
            c = work.span_calendar[span]
            best = max(best, finish_at(tables, c, index(tables, c, moment)))
    return best


@compiled
def _rest(tables: Tables, calendar: int, moment: int) -> int:
    """Where something without duration rests: the moment itself in working time or at an edge of it."""
    at = index(tables, calendar, moment)
    later = start_at(tables, calendar, at)
    return moment if moment == later or moment == finish_at(tables, calendar, at) else later


@compiled
def _shift(tables: Tables, calendar: int, moment: int, lag: int, kind: int) -> int:
    if lag == 0:
        return moment
    if kind & ELAPSED_LAG:
        return moment + lag
    at = index(tables, calendar, moment) + lag
    return finish_at(tables, calendar, at) if lag > 0 else start_at(tables, calendar, at)


@compiled
def forward(tables: Tables, net: Network, work: Work, project_start: int) -> tuple[Ints, Ints, Ints]:
    """Early start and finish of every task, and where its remaining work begins."""
    count = len(net.order)
    first, predecessor, kinds, lags = net.first, net.predecessor, net.kind, net.lag
    calendars, lag_calendars, first_span, span_calendar, span_delay, span_minutes, bounds, progress = (
        work.calendar,
        work.lag_calendar,
        work.first_span,
        work.span_calendar,
        work.span_delay,
        work.span_minutes,
        work.bounds,
        work.progress,
    )
    start = np.empty(count, np.int64)
    finish = np.empty(count, np.int64)
    begin = np.empty(count, np.int64)
    own_bounds = len(bounds) > 1
    own_progress = len(progress) > 1
    for i in range(count):
        bound = i if own_bounds else 0
        row = i if own_progress else 0
        started = progress[row, STARTED]
        mode = progress[row, MODE]
        if (started != NONE and progress[row, FINISHED] != NONE) or mode & FIXED:
            start[i] = begin[i] = started
            finish[i] = progress[row, FINISHED]
            continue
        c = calendars[i]
        earliest = max(project_start, bounds[bound, START_FROM])
        finish_from = bounds[bound, FINISH_FROM]
        if started != NONE:
            earliest = progress[row, RESUMES]
        for link in range(first[i], first[i + 1]):
            p = predecessor[link]
            kind = kinds[link]
            if started != NONE and (mode & UNMOVED or kind & (FROM_START | TO_FINISH) == FROM_START):
                continue
            moment = _shift(tables, lag_calendars[i], start[p] if kind & FROM_START else finish[p], lags[link], kind)
            if kind & TO_FINISH:
                finish_from = max(finish_from, moment)
            else:
                earliest = max(earliest, moment)
        earliest += progress[row, DELAY]
        span = first_span[i]
        if first_span[i + 1] - span == 1 and span_minutes[span] > 0 and span_delay[span] == 0:
            # The ordinary task, without the loops.
            own = span_calendar[span]
            at = index(tables, own, earliest)
            done = at + span_minutes[span]
            moment = finish_at(tables, own, done)
            if finish_from > moment:
                at = index(tables, own, finish_from) - span_minutes[span]
                moment = _rest(tables, own, finish_from)
            begin[i] = start_at(tables, own, at)
            finish[i] = moment
        elif _idle(work, i):
            begin[i] = finish[i] = _rest(tables, c, max(earliest, finish_from))
        else:
            begin[i] = _begin(tables, work, i, earliest)
            finish[i] = _finish(tables, work, i, earliest)
            if finish_from > finish[i]:
                begin[i] = _latest_begin(tables, work, i, finish_from)
                finish[i] = max(_finish(tables, work, i, begin[i]), _latest_finish(tables, work, i, finish_from))
        if started == NONE:
            if finish[i] > bounds[bound, FINISH_BY]:
                _place_back(tables, work, i, bounds[bound, FINISH_BY], begin, finish)
            if begin[i] > bounds[bound, START_BY]:
                _place(tables, work, i, bounds[bound, START_BY], begin, finish)
            start[i] = begin[i]
        else:
            start[i] = started
    return start, finish, begin


@compiled
def _place(tables: Tables, work: Work, i: int, moment: int, begin: Ints, finish: Ints) -> None:
    if _idle(work, i):
        begin[i] = finish[i] = _rest(tables, work.calendar[i], moment)
    else:
        begin[i] = _begin(tables, work, i, moment)
        finish[i] = _finish(tables, work, i, moment)


@compiled
def _place_back(tables: Tables, work: Work, i: int, moment: int, begin: Ints, finish: Ints) -> None:
    if _idle(work, i):
        begin[i] = finish[i] = _rest(tables, work.calendar[i], moment)
    else:
        begin[i] = _latest_begin(tables, work, i, moment)
        finish[i] = _latest_finish(tables, work, i, moment)


@compiled
def backward(tables: Tables, net: Network, work: Work, project_finish: int, own_finish: Ints) -> tuple[Ints, Ints]:
    """Late start and finish of every task.

    ``own_finish`` is empty, or gives each task without successors its own finish to keep in place of the project's.
    """
    count = len(net.order)
    first, predecessor, kinds, lags = net.first, net.predecessor, net.kind, net.lag
    lag_calendars, first_span, span_calendar, span_delay, span_minutes, bounds, progress = (
        work.lag_calendar,
        work.first_span,
        work.span_calendar,
        work.span_delay,
        work.span_minutes,
        work.bounds,
        work.progress,
    )
    start = np.full(count, EVER, np.int64)
    finish = np.full(count, EVER, np.int64)
    own_bounds = len(bounds) > 1
    own_progress = len(progress) > 1
    for i in range(count - 1, -1, -1):
        bound = i if own_bounds else 0
        row = i if own_progress else 0
        started = progress[row, STARTED] != NONE
        mode = progress[row, MODE]
        linked = finish[i] < EVER or start[i] < EVER
        end = project_finish if linked or len(own_finish) == 0 else own_finish[i]
        latest_finish = max(min(finish[i], bounds[bound, LATE_FINISH_BY], end), bounds[bound, LATE_FINISH_FROM])
        latest_start = min(start[i], bounds[bound, LATE_START_BY])
        if started and progress[row, FINISHED] != NONE and not mode & FIXED:
            # Done: its dates are history, and it no longer holds its predecessors.
            start[i] = progress[row, STARTED]
            finish[i] = progress[row, FINISHED]
            continue
        if mode & FIXED:
            # Set by hand: the passes speak of the finish alone, and leave it where it falls.
            span = first_span[i]
            start[i] = finish[i] = latest_finish
            if span_minutes[span] > 0:
                own = span_calendar[span]
                start[i] = start_at(tables, own, index(tables, own, latest_finish) - span_minutes[span])
            hanging = start[i]
        else:
            span = first_span[i]
            if first_span[i + 1] - span == 1 and span_minutes[span] > 0 and span_delay[span] == 0:
                own = span_calendar[span]
                done = index(tables, own, latest_finish)
                at = done - span_minutes[span]
                if not started and latest_start < EVER:
                    at = min(at, index(tables, own, latest_start))
                if bounds[bound, LATE_START_FROM] != NONE:
                    at = max(at, index(tables, own, bounds[bound, LATE_START_FROM]))
                start[i] = start_at(tables, own, at)
                finish[i] = finish_at(tables, own, at + span_minutes[span])
            elif _idle(work, i):
                moment = latest_finish if started else min(latest_finish, latest_start)
                start[i] = finish[i] = max(moment, bounds[bound, LATE_START_FROM])
            else:
                start[i] = _latest_begin(tables, work, i, latest_finish)
                finish[i] = _latest_finish(tables, work, i, latest_finish)
                if not started and latest_start < start[i]:
                    _place(tables, work, i, latest_start, start, finish)
                if start[i] < bounds[bound, LATE_START_FROM]:
                    _place(tables, work, i, bounds[bound, LATE_START_FROM], start, finish)
            hanging = start[i]
            if started:
                # A predecessor may take as long as the work already done leaves open, and no longer.
                if progress[row, RESUMES] > progress[row, STARTED]:
                    hanging = min(hanging, progress[row, RESUMES])
                start[i] = progress[row, STARTED]
        for link in range(first[i], first[i + 1]):
            p = predecessor[link]
            kind = kinds[link]
            lag = lags[link]
            moment = _shift(tables, lag_calendars[i], finish[i] if kind & TO_FINISH else hanging, -lag, kind)
            if not kind & FROM_START:
                finish[p] = min(finish[p], moment)
            elif not progress[p if own_progress else 0][MODE] & FIXED:
                start[p] = min(start[p], moment)
    return start, finish


@compiled
def floats(
    tables: Tables,
    net: Network,
    work: Work,
    early_start: Ints,
    early_finish: Ints,
    late_start: Ints,
    late_finish: Ints,
) -> tuple[Ints, Ints]:
    """Total and free float of every task, in working minutes of its calendar.

    Total float is the lesser of LS − ES and LF − EF; of begun work, LF − EF. Free float is the least gap to a
    successor, at most the total and at least zero.
    """
    count = len(net.order)
    first, predecessor, kinds, lags = net.first, net.predecessor, net.kind, net.lag
    calendars, lag_calendars, progress = work.calendar, work.lag_calendar, work.progress
    total = np.empty(count, np.int64)
    free = np.empty(count, np.int64)
    own_progress = len(progress) > 1
    # The earliest moments to which successors let start and finish move: minutes, so that each is converted once.
    start_room = np.full(count, EVER, np.int64)
    finish_room = np.full(count, EVER, np.int64)
    for i in range(count - 1, -1, -1):
        c = calendars[i]
        row = i if own_progress else 0
        mode = progress[row, MODE]
        begun = progress[row, STARTED] != NONE and not mode & FIXED
        done = begun and progress[row, FINISHED] != NONE
        finish = index(tables, c, early_finish[i])
        total[i] = index(tables, c, late_finish[i]) - finish
        if not begun:
            total[i] = min(total[i], index(tables, c, late_start[i]) - index(tables, c, early_start[i]))
        if mode & LATE:
            total[i] = 0
        room = total[i]
        if finish_room[i] < EVER:
            room = min(room, index(tables, c, finish_room[i]) - finish)
        if start_room[i] < EVER:
            room = min(room, index(tables, c, start_room[i]) - index(tables, c, early_start[i]))
        free[i] = 0 if done else max(0, room)
        if done or mode & GATE:
            continue
        for link in range(first[i], first[i + 1]):
            p = predecessor[link]
            kind = kinds[link]
            moment = early_finish[i] if kind & TO_FINISH else early_start[i]
            moment = _shift(tables, lag_calendars[i], moment, -lags[link], kind)
            if kind & FROM_START:
                start_room[p] = min(start_room[p], moment)
            else:
                finish_room[p] = min(finish_room[p], moment)
    return total, free
