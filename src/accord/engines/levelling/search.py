"""Serial schedule generation and a genetic search over it, compiled.

A schedule is generated from a list of activities in which predecessors come first: each in turn starts as early as
links, calendars and free capacity allow (serial generation, Kolisch and Hartmann 1999). The search keeps two
populations (Debels and Vanhoucke 2005): schedules generated forward, and schedules generated in the mirror of time.
The finishes of one schedule, from the last to the first, are the list from which the other direction generates a
schedule that is no longer (double justification, Valls, Ballestín and Quintanilla 2005); children of one population
therefore go over into the other, and every one of them is justified at the price of a single generation.

Everything is a matter of integers: the same seed gives the same schedules on every machine.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from accord.engines.compiled import compiled
from accord.engines.levelling.arrays import (
    BEFORE,
    CALENDAR,
    FINISH,
    FINISH_FROM,
    FIRST_LINK,
    FIRST_PART,
    FIRST_USE,
    FIXED,
    KIND,
    LAG,
    LAG_CALENDAR,
    LATEST_START,
    LENGTH,
    RELEASE,
    RESTS,
    SIMPLE,
    START,
    UNITS,
    WORD,
    Places,
    Work,
)
from accord.engines.planning.network import FROM_START, TO_FINISH

Ints = NDArray[np.int64]

NEVER = 1 << 40  # the length of what does not fit before the horizon


@compiled
def shifted(work: Work, calendar: int, moment: int, lag: int) -> int:
    """A moment and a lag later, counted in a calendar as `passes` does."""
    if calendar < 0:
        return moment + lag
    moment = min(max(moment, 0), work.horizon)
    at = work.before[calendar, moment] + lag
    if at < 0:
        return 0
    if lag > 0:
        return int(min(work.period[calendar, min(at, work.horizon) - 1] + 1, work.horizon))
    return int(work.period[calendar, min(at, work.horizon)])


@compiled
def resting(work: Work, calendar: int, moment: int) -> int:
    """Where something without duration rests: the moment itself in working time or at an edge of it."""
    if calendar < 0 or moment >= work.horizon:
        return moment
    at = work.before[calendar, moment]
    later = work.period[calendar, at]
    edge = at > 0 and work.period[calendar, at - 1] + 1 == moment
    return moment if edge or later == moment else int(later)


@compiled
def begun(work: Work, i: int, moment: int) -> tuple[int, int]:
    """Start and finish of the parts of an activity that may begin at a moment, whatever is free."""
    start, finish = work.horizon, -1
    for part in range(work.rows[i, FIRST_PART], work.rows[i + 1, FIRST_PART]):
        length = work.parts[part, LENGTH]
        if length > 0:
            c = work.parts[part, CALENDAR]
            if c < 0:
                start = min(start, moment)
                finish = max(finish, moment + length)
            else:
                at = work.before[c, min(moment, work.horizon)]
                start = min(start, work.period[c, at])
                last = at + length - 1
                finish = max(finish, work.period[c, last] + 1 if last <= work.horizon else work.horizon + 1)
    if finish < 0:
        start = finish = resting(work, work.rows[i, RESTS], moment)
    return start, finish


@compiled
def back_from(work: Work, i: int, wanted: int) -> int:
    """The moment from which every part of an activity is done by ``wanted``, as late as that may be."""
    begin = work.horizon
    for part in range(work.rows[i, FIRST_PART], work.rows[i + 1, FIRST_PART]):
        length = work.parts[part, LENGTH]
        if length > 0:
            c = work.parts[part, CALENDAR]
            if c < 0:
                begin = min(begin, wanted - length)
            else:
                at = work.before[c, min(wanted, work.horizon)] - length
                begin = min(begin, work.period[c, at] if at >= 0 else 0)
    return begin


@compiled
def finish_reached(work: Work, i: int, finish: int, wanted: int) -> int:
    """The finish of work that must not end before ``wanted``: where only a pause lies between, the end of the pause."""
    if finish < wanted:
        c = work.parts[work.rows[i, FIRST_PART], CALENDAR]
        if work.rows[i + 1, FIRST_PART] - work.rows[i, FIRST_PART] == 1 and c >= 0:
            return resting(work, c, wanted)
    return finish


@compiled
def driven(work: Work, i: int, floor: int, starts: Places, finishes: Places) -> tuple[int, int]:
    """The moments at which links and dates let an activity begin, and at which they let it finish."""
    earliest, wanted = max(work.rows[i, RELEASE], floor), work.rows[i, FINISH_FROM]
    for link in range(work.rows[i, FIRST_LINK], work.rows[i + 1, FIRST_LINK]):
        p = work.links[link, BEFORE]
        kind = work.links[link, KIND]
        moment = starts[p] if kind & FROM_START else finishes[p]
        if work.links[link, LAG] != 0:
            moment = shifted(work, work.links[link, LAG_CALENDAR], moment, work.links[link, LAG])
        if kind & TO_FINISH:
            wanted = max(wanted, moment)
        else:
            earliest = max(earliest, moment)
    return earliest, wanted


@compiled
def relaxed(work: Work, floor: int, starts: Places, finishes: Places) -> int:
    """Earliest dates as if capacity were endless; the length."""
    last = floor
    for i in range(len(work.rows) - 1):
        if work.rows[i, FIXED]:
            starts[i], finishes[i] = work.rows[i, START], work.rows[i, FINISH]
        else:
            earliest, wanted = driven(work, i, floor, starts, finishes)
            start, finish = begun(work, i, earliest)
            if finish < wanted:
                back = back_from(work, i, wanted) if finish > start else wanted
                start, finish = begun(work, i, max(earliest, back))
                finish = finish_reached(work, i, finish, wanted)
            starts[i], finishes[i] = start, finish
        last = max(last, finishes[i])
    return last - floor


@compiled
def _fitted(work: Work, i: int, moment: int, profile: Ints, reach: Places) -> int:
    """The first moment from which an activity in calendars or of several parts finds its capacity free."""
    guard, horizon = work.guard, work.horizon
    tried = True
    while tried:
        tried = False
        for part in range(work.rows[i, FIRST_PART], work.rows[i + 1, FIRST_PART]):
            length = work.parts[part, LENGTH]
            if length == 0:
                continue
            c = work.parts[part, CALENDAR]
            at = moment if c < 0 else work.before[c, min(moment, horizon)]
            if at + length > horizon:
                return NEVER
            for k in range(at + length - 1, at - 1, -1):
                t = k if c < 0 else work.period[c, k]
                if t >= horizon:
                    return NEVER
                for use in range(work.parts[part, FIRST_USE], work.parts[part + 1, FIRST_USE]):
                    if ((profile[work.uses[use, WORD], t] | guard) - work.uses[use, UNITS]) & guard != guard:
                        tried = True
                if tried:
                    # Every beginning until then would hold the same period.
                    after = k + 1
                    if c >= 0:
                        after = work.period[c, k] + 1
                    moment = max(moment + 1, after)
                    break
            if tried:
                break
    for part in range(work.rows[i, FIRST_PART], work.rows[i + 1, FIRST_PART]):
        c = work.parts[part, CALENDAR]
        at = moment if c < 0 else work.before[c, min(moment, horizon)]
        for k in range(at, at + work.parts[part, LENGTH]):
            t = k if c < 0 else work.period[c, k]
            reach[0], reach[1] = min(reach[0], t), max(reach[1], t + 1)
            for use in range(work.parts[part, FIRST_USE], work.parts[part + 1, FIRST_USE]):
                profile[work.uses[use, WORD], t] -= work.uses[use, UNITS]
    return moment


@compiled
def generate(
    work: Work, order: Places, floor: int, profile: Ints, reach: Places, starts: Places, finishes: Places
) -> int:
    """Serial generation from a list in which predecessors come first; what it is worth: its length, if all dates hold.

    ``profile`` is scratch of the shape of ``work.free``, of which ``reach`` says from where to where it is not equal
    to it. Activities that come too late for their latest start add the horizon for each period.
    """
    free, guard, horizon = work.free, work.guard, work.horizon
    rows, parts, uses, links = work.rows, work.parts, work.uses, work.links
    for word in range(len(free)):
        for t in range(reach[0], reach[1]):
            profile[word, t] = free[word, t]
    low, high = horizon, 0
    reach[0], reach[1] = low, high
    last, late = floor, 0
    for i in range(len(order)):
        if rows[i, FIXED]:
            starts[i], finishes[i] = rows[i, START], rows[i, FINISH]
            last = max(last, rows[i, FINISH])
    for i in order:
        if rows[i, FIXED]:
            continue
        earliest, wanted = max(rows[i, RELEASE], floor), rows[i, FINISH_FROM]
        for link in range(rows[i, FIRST_LINK], rows[i + 1, FIRST_LINK]):
            p, kind = links[link, BEFORE], links[link, KIND]
            moment = starts[p] if kind & FROM_START else finishes[p]
            if links[link, LAG] != 0:
                moment = shifted(work, links[link, LAG_CALENDAR], moment, links[link, LAG])
            if kind & TO_FINISH:
                wanted = max(wanted, moment)
            else:
                earliest = max(earliest, moment)
        if rows[i, SIMPLE]:
            part = rows[i, FIRST_PART]
            length = parts[part, LENGTH]
            start = max(earliest, wanted - length)
            finish = start + length
            if finish > horizon:
                return NEVER
            use, end = parts[part, FIRST_USE], parts[part + 1, FIRST_USE]
            if length > 0 and use + 1 == end:
                row, units = profile[uses[use, WORD]], uses[use, UNITS]
                checked = start
                while True:
                    t = finish - 1
                    while t >= checked and ((row[t] | guard) - units) & guard == guard:
                        t -= 1
                    if t < checked:
                        break
                    # What was looked at and is free need not be looked at again when the start moves on.
                    checked = finish
                    start = t + 1
                    finish = start + length
                    if finish > horizon:
                        return NEVER
                for t in range(start, finish):
                    row[t] -= units
                low, high = min(low, start), max(high, finish)
            elif length > 0 and use < end:
                checked = start
                clash = True
                while clash:
                    clash = False
                    t = finish - 1
                    while t >= checked and not clash:
                        for u in range(use, end):
                            if ((profile[uses[u, WORD], t] | guard) - uses[u, UNITS]) & guard != guard:
                                clash = True
                        t -= 1
                    if clash:
                        checked = finish
                        start = t + 2
                        finish = start + length
                        if finish > horizon:
                            return NEVER
                for u in range(use, end):
                    for t in range(start, finish):
                        profile[uses[u, WORD], t] -= uses[u, UNITS]
                low, high = min(low, start), max(high, finish)
        else:
            reach[0], reach[1] = low, high
            start, finish = _in_calendars(work, i, earliest, wanted, profile, reach)
            low, high = reach[0], reach[1]
            if finish > horizon:
                return NEVER
        starts[i], finishes[i] = start, finish
        late += max(0, start - rows[i, LATEST_START])
        last = max(last, finish)
        reach[0], reach[1] = low, high
    return last - floor + late * horizon


@compiled
def _in_calendars(work: Work, i: int, earliest: int, wanted: int, profile: Ints, reach: Places) -> tuple[int, int]:
    """Place an activity in calendars or of several parts; its start, and its finish (beyond the horizon: no room)."""
    start, finish = begun(work, i, earliest)
    if finish < wanted:
        earliest = max(earliest, back_from(work, i, wanted) if finish > start else wanted)
        start, finish = begun(work, i, earliest)
    if finish > start:
        moment = _fitted(work, i, earliest, profile, reach)
        if moment >= NEVER:
            return work.horizon, work.horizon + 1
        start, finish = begun(work, i, moment)
    return start, finish_reached(work, i, finish, wanted)


@compiled
def random_below(state: Ints, limit: int) -> int:
    """A random number from 0 to ``limit`` − 1 (xorshift, G. Marsaglia 2003); the first entry of ``state`` drives it."""
    x = state[0]
    x ^= x << 13
    x ^= (x >> 7) & 0x1FFFFFFFFFFFFFF
    x ^= x << 17
    state[0] = x
    return int(((x >> 20) & 0x7FFFFFFF) % limit)


@compiled
def settled(work: Work, order: Places, seen: NDArray[np.bool_], stack: Places) -> None:
    """Reorder a list so that predecessors come first, each just before what needs it."""
    seen[:] = False
    given = order.copy()
    placed = 0
    for wanted in given:
        depth = 0
        stack[0] = wanted
        while depth >= 0:
            i = stack[depth]
            deeper = False
            if not seen[i]:
                for link in range(work.rows[i, FIRST_LINK], work.rows[i + 1, FIRST_LINK]):
                    p = work.links[link, BEFORE]
                    if not seen[p]:
                        depth += 1
                        stack[depth] = p
                        deeper = True
                        break
                if deeper:
                    continue
                seen[i] = True
                order[placed] = i
                placed += 1
            depth -= 1


@compiled
def turned(finishes: Places, order: Places, buckets: Places) -> None:
    """The list for the other direction: from the last finish to the first, in the other direction's places."""
    count = len(finishes)
    lowest, highest = finishes[0], finishes[0]
    for i in range(count):
        lowest, highest = min(lowest, finishes[i]), max(highest, finishes[i])
    span = highest - lowest + 1
    buckets[: span + 1] = 0
    for i in range(count):
        buckets[highest - finishes[i] + 1] += 1
    for k in range(span):
        buckets[k + 1] += buckets[k]
    for i in range(count - 1, -1, -1):
        at = highest - finishes[i]
        order[buckets[at]] = count - 1 - i
        buckets[at] += 1


@compiled
def crossed(one: Places, other: Places, place: Places, begin: int, end: int, child: Places) -> None:
    """``one``, but what it has from ``begin`` to ``end`` in the order of ``other``: predecessors still come first."""
    count = len(one)
    for k in range(count):
        place[one[k]] = k
        child[k] = one[k]
    at = begin
    for k in range(count):
        if begin <= place[other[k]] < end:
            child[at] = other[k]
            at += 1


@compiled
def in_order(work: Work, order: Places, floor: int, starts: Places, finishes: Places, back: Places) -> int:
    """A schedule from any list of all activities, and into ``back`` the list for the other direction."""
    count = len(order)
    settled(work, order, np.empty(count, np.bool_), np.empty(count + 1, np.int32))
    value = generate(work, order, floor, work.free.copy(), np.zeros(2, np.int32), starts, finishes)
    if value < NEVER:
        turned(finishes, back, np.empty(work.horizon + 2, np.int32))
    else:
        for k in range(count):
            back[k] = count - 1 - order[count - 1 - k]
    return int(value)
