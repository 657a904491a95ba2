"""The critical path of a plain network: early and late dates, total and free float.

`analyze` takes and gives dataclasses; `solve` takes and gives arrays and is what large networks and the scheduling
engine's benchmarks use. Both run the compiled passes of `accord.engines.planning.passes`, where the formulas are.
Projects with summaries, constraints, progress or resources go through `accord.engines.planning.scheduling`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from accord.engines.calendars.tables import Tables, tabulate
from accord.engines.calendars.working_time import MINUTES_PER_DAY, WorkCalendar, datetime_of, minute_of
from accord.engines.planning import passes
from accord.engines.planning.network import CycleError, Network, arrange, kind_of, lag_of
from accord.engines.planning.plan import Link

Ints = NDArray[np.int64]

__all__ = ["Activity", "ActivityDates", "ActivityNetwork", "CriticalPath", "CycleError", "analyze", "solve"]


@dataclass(frozen=True, slots=True)
class Activity:
    """``duration`` working minutes in a calendar of the network; without one, every minute works."""

    uid: int
    duration: int
    calendar: int | None = None


@dataclass(frozen=True, slots=True)
class ActivityNetwork:
    activities: tuple[Activity, ...]
    links: tuple[Link, ...] = ()
    start: datetime = datetime(2000, 1, 1)
    calendars: Mapping[int, WorkCalendar] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ActivityDates:
    """Float is in working minutes of the activity's calendar; critical is a total float of zero or less."""

    uid: int
    early_start: datetime
    early_finish: datetime
    late_start: datetime
    late_finish: datetime
    total_float: int
    free_float: int

    @property
    def critical(self) -> bool:
        return self.total_float <= 0


@dataclass(frozen=True, slots=True)
class CriticalPath:
    """The dates of every activity, in the order given, and of the whole."""

    start: datetime
    finish: datetime
    activities: tuple[ActivityDates, ...]


class Solution(NamedTuple):
    """Arrays in the order of the tasks given: moments in minutes, float in working minutes."""

    early_start: Ints
    early_finish: Ints
    late_start: Ints
    late_finish: Ints
    total_float: Ints
    free_float: Ints


def analyze(network: ActivityNetwork) -> CriticalPath:
    """Early and late dates and float of every activity (Kelley and Walker 1959; formulas in `passes`).

    Raises `CycleError` naming the activities of a cycle; `ValueError` for a uid given twice, a link to an unknown
    activity, a negative duration or an unknown calendar.

    >>> from datetime import timedelta
    >>> three = ActivityNetwork((Activity(1, 60), Activity(2, 30), Activity(3, 45)), (Link(1, 3), Link(2, 3)))
    >>> path = analyze(three)
    >>> [(a.uid, a.total_float, a.critical) for a in path.activities]
    [(1, 0, True), (2, 30, False), (3, 0, True)]
    >>> path.finish - path.start
    datetime.timedelta(seconds=6300)
    """
    places = {activity.uid: place for place, activity in enumerate(network.activities)}
    if len(places) < len(network.activities):
        raise ValueError("two activities have the same uid")
    numbers: dict[int | None, int] = {uid: place for place, uid in enumerate(network.calendars, start=1)} | {None: 0}
    for activity in network.activities:
        if activity.calendar not in numbers:
            raise ValueError(f"activity {activity.uid} works in calendar {activity.calendar}, which does not exist")
    for link in network.links:
        for uid in (link.predecessor, link.successor):
            if uid not in places:
                raise ValueError(f"a link names activity {uid}, which does not exist")
    if not network.activities:
        return CriticalPath(network.start, network.start, ())
    try:
        found = solve(
            duration=np.array([activity.duration for activity in network.activities], np.int64),
            predecessor=np.array([places[link.predecessor] for link in network.links], np.int64),
            successor=np.array([places[link.successor] for link in network.links], np.int64),
            kind=np.array([kind_of(link) for link in network.links], np.int8),
            lag=np.array(
                [round(lag_of(link, network.activities[places[link.predecessor]].duration)) for link in network.links],
                np.int64,
            ),
            calendars=(WorkCalendar.around_the_clock(), *network.calendars.values()),
            calendar=np.array([numbers[activity.calendar] for activity in network.activities], np.int64),
            start=minute_of(network.start),
        )
    except CycleError as cycle:
        raise CycleError([network.activities[place].uid for place in cycle.uids]) from None
    dates = tuple(
        ActivityDates(activity.uid, datetime_of(es), datetime_of(ef), datetime_of(ls), datetime_of(lf), total, free)
        for activity, (es, ef, ls, lf, total, free) in zip(network.activities, rows(found), strict=True)
    )
    return CriticalPath(min(row.early_start for row in dates), max(row.early_finish for row in dates), dates)


def rows(columns: Sequence[Ints]) -> list[list[int]]:
    """Columns as rows of plain integers."""
    return cast("list[list[int]]", np.stack(columns, axis=1).tolist())


def solve(
    *,
    duration: Ints,
    predecessor: Ints,
    successor: Ints,
    kind: NDArray[np.int8] | None = None,
    lag: Ints | None = None,
    calendars: Sequence[WorkCalendar],
    calendar: Ints | None = None,
    start: int,
) -> Solution:
    """The same on arrays: ``duration`` and ``calendar`` [task], the others [link]; tasks are numbered from 0.

    ``kind`` is ``network.KINDS`` (finish-to-start if omitted), ``lag`` in minutes, ``calendar`` an index into
    ``calendars`` (the first if omitted), ``start`` a minute of `calendars.minute_of`.
    """
    count, links = len(duration), len(predecessor)
    if count and duration.min() < 0:
        raise ValueError("a duration is negative")
    calendar = np.zeros(count, np.int64) if calendar is None else calendar
    network = arrange(
        count,
        predecessor,
        successor,
        np.zeros(links, np.int8) if kind is None else kind,
        np.zeros(links, np.int64) if lag is None else lag,
    )
    own = calendar[network.order]
    work = passes.Work(
        calendar=own,
        lag_calendar=own,
        first_span=np.arange(count + 1),
        span_calendar=own,
        span_delay=np.zeros(count, np.int64),
        span_minutes=duration[network.order],
        bounds=np.array([passes.FREE], np.int64),
        progress=np.array([passes.UNTOUCHED], np.int64),
    )
    return restore(network, run(tables_from(tuple(calendars), start), network, work, start))


def run(tables: Tables, network: Network, work: passes.Work, start: int) -> Solution:
    """Both passes and the floats, in topological order; the project finishes with its last task."""
    early = passes.forward(tables, network, work, start)
    finish = int(early[:, passes.FINISH].max(initial=start))
    late = passes.backward(tables, network, work, finish, np.empty((0, 2), np.int64))
    total, free = passes.floats(tables, network, work, early, late)
    return Solution(early[:, 0], early[:, 1], late[:, 0], late[:, 1], total, free)


def restore(network: Network, solution: Solution) -> Solution:
    """From topological order to the order given."""
    return Solution(*(values[network.rank] for values in solution))


@lru_cache(maxsize=32)
def tables_from(calendars: tuple[WorkCalendar, ...], start: int) -> Tables:
    """Tables around ``start``, quickest over the ten years after it."""
    day = start // MINUTES_PER_DAY
    return tabulate(calendars, day - 366, day + 3660)
