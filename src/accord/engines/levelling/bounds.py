"""Bounds on the makespan that cost next to nothing."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from accord.engines.levelling.arrays import (
    BEFORE,
    FINISH,
    FINISH_FROM,
    FIRST_LINK,
    FIRST_PART,
    FIXED,
    KIND,
    LAG,
    LAG_CALENDAR,
    LATEST_START,
    RELEASE,
    SIMPLE,
    START,
    Arrays,
    Work,
)
from accord.engines.levelling.problem import LevellingError
from accord.engines.levelling.search import begun, relaxed, shifted
from accord.engines.planning.network import FROM_START, TO_FINISH
from accord.engines.texts import gettext_noop

Ints = NDArray[np.int64]


def lower_bound(arrays: Arrays) -> int:
    """The greater of the critical path and, for each resource, the work between any two moments.

    With heads (the earliest start of each activity) and tails (what must follow it), all activities with a head of at
    least h and a tail of at least t have to be done in the time between: h + ⌈their work / capacity⌉ + t.
    """
    work = arrays.work
    count = len(arrays.activities)
    heads, finishes = np.zeros(count, np.int32), np.zeros(count, np.int32)
    bound = relaxed(work, 0, heads, finishes)
    tails = np.zeros(count, np.int32)
    if steady(arrays):
        relaxed(arrays.mirror, 0, tails, finishes)
        tails = tails[::-1].copy()
    single = np.diff(work.rows[:, FIRST_PART]) == 1
    lengths = np.array([sum(part.duration for part in a.all_parts()) for a in arrays.activities], np.int64)
    movable = single & (work.rows[:-1, FIXED] == 0)
    for resource, free_units in enumerate(arrays.free):
        energy = np.where(movable, lengths * arrays.demand[:, resource], 0)
        users = np.flatnonzero(energy)
        if len(users):
            bound = max(bound, _by_work(heads[users], tails[users], energy[users], free_units))
    return bound


def _by_work(heads: NDArray[np.int32], tails: NDArray[np.int32], energy: Ints, free: Ints) -> int:
    """max over h, t of: the first moment by which the work of all with head ≥ h and tail ≥ t can be done, plus t."""
    done = np.concatenate([[0], np.cumsum(free)])
    best = 0
    for head in np.unique(heads):
        after = heads >= head
        order = np.argsort(-tails[after], kind="stable")
        amount = np.cumsum(energy[after][order])
        end = np.searchsorted(done, done[head] + amount)
        best = max(best, int((end + tails[after][order]).max()))
    return best


def steady(arrays: Arrays) -> bool:
    """Whether time is the same everywhere: no calendars, dates, fixed work or changing capacity hold anything."""
    work, mirror = arrays.work, arrays.mirror
    free = all(not len(row) or (row == row[0]).all() for row in arrays.free)
    dated = any(way.rows[:, [RELEASE, FINISH_FROM, FIXED]].any() for way in (work, mirror))
    return bool(work.rows[:-1, SIMPLE].all() and (work.links[:, LAG_CALENDAR] < 0).all() and free and not dated)


def tightened(arrays: Arrays) -> Arrays:
    """Latest starts that also leave room for the deadlines, the fixed work and the horizon behind them."""
    work = arrays.work
    count = len(arrays.activities)
    first, last = np.zeros(count, np.int32), np.zeros(count, np.int32)
    relaxed(arrays.mirror, 0, first, last)
    given = work.rows[:-1, LATEST_START]
    latest = np.minimum(given, work.horizon - last[::-1])
    latest = np.where(np.diff(work.rows[:, FIRST_PART]) == 1, latest, given)
    rows = work.rows.copy()
    rows[:-1, LATEST_START] = latest
    for place in np.flatnonzero((np.diff(work.rows[:, FIRST_PART]) > 1) & (work.rows[:-1, FIXED] == 0)):
        rows[place, LATEST_START] = _latest_of_parts(arrays, int(place))
    return arrays._replace(work=work._replace(rows=rows))


def _latest_of_parts(arrays: Arrays, place: int) -> int:
    """The last start of an activity of several parts that keeps its deadline and its links to fixed work.

    The mirror, in which its parts are one, says nothing of them. -1 where there is no such start.
    """
    work, activity = arrays.work, arrays.activities[place]
    last = int(work.rows[place, LATEST_START])
    deadline = work.horizon if activity.deadline is None else activity.deadline
    fixed = [(link, row) for link, row in _links_to_fixed(work) if link[BEFORE] == place]
    if activity.deadline is None and not fixed:
        return last

    def keeps(moment: int) -> bool:
        start, finish = begun(work, place, moment)
        return finish <= deadline and all(_is_kept(work, link, row, start, finish) for link, row in fixed)

    low, high = -1, min(last, work.horizon - 1)
    while low < high:
        middle = (low + high + 1) // 2
        if keeps(middle):
            low = middle
        else:
            high = middle - 1
    return low


def _links_to_fixed(work: Work) -> list[tuple[Ints, Ints]]:
    """The links that lead to fixed work, each with the row of that work."""
    leads_to = np.repeat(np.arange(len(work.rows) - 1), np.diff(work.rows[:, FIRST_LINK]))
    return [(work.links[link], work.rows[leads_to[link]]) for link in np.flatnonzero(work.rows[leads_to, FIXED])]


def _is_kept(work: Work, link: Ints, row: Ints, start: int, finish: int) -> bool:
    """Whether a link to the fixed work ``row`` holds for a predecessor with this start and finish."""
    driven = start if link[KIND] & FROM_START else finish
    if link[LAG]:
        driven = shifted(work, link[LAG_CALENDAR], driven, link[LAG])
    return bool(driven <= row[FINISH if link[KIND] & TO_FINISH else START])


def check_dates(arrays: Arrays) -> None:
    """Refuse what links and dates alone make impossible; `LevellingError` names the activity."""
    work = arrays.work
    count = len(arrays.activities)
    starts, finishes = np.zeros(count, np.int32), np.zeros(count, np.int32)
    relaxed(work, 0, starts, finishes)
    for place in np.flatnonzero(work.rows[:-1, FIXED] == 0):
        activity = arrays.activities[place]
        if starts[place] > work.rows[place, LATEST_START]:
            if activity.latest_start is not None and starts[place] > activity.latest_start:
                template = gettext_noop("%(work)s cannot start before %(start)s, but must by %(by)s")
                by = activity.latest_start
            else:
                template = gettext_noop(
                    "%(work)s cannot start before %(start)s, but deadlines or fixed work after it need it by %(by)s"
                )
                by = int(work.rows[place, LATEST_START])
            raise LevellingError.about(activity.uid, template, start=int(starts[place]), by=by)
    # A lag in a calendar ends at the first period when it is counted back, so the latest start says nothing of these.
    for link, row in _links_to_fixed(work):
        before = int(link[BEFORE])
        if not work.rows[before, FIXED] and not _is_kept(work, link, row, int(starts[before]), int(finishes[before])):
            uid = arrays.activities[before].uid
            template = gettext_noop(
                "%(work)s cannot start before %(start)s, but deadlines or fixed work after it need it earlier"
            )
            raise LevellingError.about(uid, template, start=int(starts[before]))
