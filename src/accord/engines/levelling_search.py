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
from accord.engines.levelling_arrays import Places, Work
from accord.engines.network import FROM_START, TO_FINISH

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
    for part in range(work.first_part[i], work.first_part[i + 1]):
        length = work.duration[part]
        if length > 0:
            c = work.calendar[part]
            if c < 0:
                start = min(start, moment)
                finish = max(finish, moment + length)
            else:
                at = work.before[c, min(moment, work.horizon)]
                start = min(start, work.period[c, at])
                last = at + length - 1
                finish = max(finish, work.period[c, last] + 1 if last <= work.horizon else work.horizon + 1)
    if finish < 0:
        start = finish = resting(work, work.rests[i], moment)
    return start, finish


@compiled
def back_from(work: Work, i: int, wanted: int) -> int:
    """The moment from which every part of an activity is done by ``wanted``, as late as that may be."""
    begin = work.horizon
    for part in range(work.first_part[i], work.first_part[i + 1]):
        length = work.duration[part]
        if length > 0:
            c = work.calendar[part]
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
        c = work.calendar[work.first_part[i]]
        if work.first_part[i + 1] - work.first_part[i] == 1 and c >= 0:
            return resting(work, c, wanted)
    return finish


@compiled
def driven(work: Work, i: int, floor: int, starts: Places, finishes: Places) -> tuple[int, int]:
    """The moments at which links and dates let an activity begin, and at which they let it finish."""
    earliest, wanted = max(work.release[i], floor), work.finish_from[i]
    for link in range(work.first[i], work.first[i + 1]):
        p = work.predecessor[link]
        kind = work.kind[link]
        moment = starts[p] if kind & FROM_START else finishes[p]
        if work.lag[link] != 0:
            moment = shifted(work, work.lag_calendar[link], moment, work.lag[link])
        if kind & TO_FINISH:
            wanted = max(wanted, moment)
        else:
            earliest = max(earliest, moment)
    return earliest, wanted


@compiled
def relaxed(work: Work, floor: int, starts: Places, finishes: Places) -> int:
    """Earliest dates as if capacity were endless; the length."""
    last = floor
    for i in range(len(work.release)):
        if work.fixed[i]:
            starts[i], finishes[i] = work.start[i], work.finish[i]
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
        for part in range(work.first_part[i], work.first_part[i + 1]):
            length = work.duration[part]
            if length == 0:
                continue
            c = work.calendar[part]
            at = moment if c < 0 else work.before[c, min(moment, horizon)]
            if at + length > horizon:
                return NEVER
            for k in range(at + length - 1, at - 1, -1):
                t = k if c < 0 else work.period[c, k]
                if t >= horizon:
                    return NEVER
                for use in range(work.first_use[part], work.first_use[part + 1]):
                    if ((profile[work.use_word[use], t] | guard) - work.use_units[use]) & guard != guard:
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
    for part in range(work.first_part[i], work.first_part[i + 1]):
        c = work.calendar[part]
        at = moment if c < 0 else work.before[c, min(moment, horizon)]
        for k in range(at, at + work.duration[part]):
            t = k if c < 0 else work.period[c, k]
            reach[0], reach[1] = min(reach[0], t), max(reach[1], t + 1)
            for use in range(work.first_use[part], work.first_use[part + 1]):
                profile[work.use_word[use], t] -= work.use_units[use]
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
    first_part, duration, simple, fixed = work.first_part, work.duration, work.simple, work.fixed
    first_use, use_word, use_units = work.first_use, work.use_word, work.use_units
    first, predecessor, kinds, lags = work.first, work.predecessor, work.kind, work.lag
    for word in range(len(free)):
        for t in range(reach[0], reach[1]):
            profile[word, t] = free[word, t]
    low, high = horizon, 0
    reach[0], reach[1] = low, high
    last, late = floor, 0
    for i in range(len(order)):
        if fixed[i]:
            starts[i], finishes[i] = work.start[i], work.finish[i]
            last = max(last, work.finish[i])
    for i in order:
        if fixed[i]:
            continue
        earliest, wanted = max(work.release[i], floor), work.finish_from[i]
        for link in range(first[i], first[i + 1]):
            p = predecessor[link]
            kind = kinds[link]
            moment = starts[p] if kind & FROM_START else finishes[p]
            if lags[link] != 0:
                moment = shifted(work, work.lag_calendar[link], moment, lags[link])
            if kind & TO_FINISH:
                wanted = max(wanted, moment)
            else:
                earliest = max(earliest, moment)
        if simple[i]:
            part = first_part[i]
            length = duration[part]
            start = max(earliest, wanted - length)
            checked = start
            if start + length > horizon:
                return NEVER
            uses = first_use[part + 1] - first_use[part]
            if length > 0 and uses == 1:
                row, units = profile[use_word[first_use[part]]], use_units[first_use[part]]
                while True:
                    t = start + length - 1
                    while t >= checked and ((row[t] | guard) - units) & guard == guard:
                        t -= 1
                    if t < checked:
                        break
                    checked = start + length
                    start = t + 1
                    if start + length > horizon:
                        return NEVER
                for t in range(start, start + length):
                    row[t] -= units
                low, high = min(low, start), max(high, start + length)
            elif length > 0 and uses > 1:
                while True:
                    t = start + length - 1
                    clash = False
                    while t >= checked:
                        for use in range(first_use[part], first_use[part + 1]):
                            if ((profile[use_word[use], t] | guard) - use_units[use]) & guard != guard:
                                clash = True
                        if clash:
                            break
                        t -= 1
                    if not clash:
                        break
                    checked = start + length
                    start = t + 1
                    if start + length > horizon:
                        return NEVER
                for use in range(first_use[part], first_use[part + 1]):
                    for t in range(start, start + length):
                        profile[use_word[use], t] -= use_units[use]
                low, high = min(low, start), max(high, start + length)
            finish = start + length
        else:
            start, finish = begun(work, i, earliest)
            if finish < wanted:
                earliest = max(earliest, back_from(work, i, wanted) if finish > start else wanted)
                start, finish = begun(work, i, earliest)
            if finish > start:
                reach[0], reach[1] = low, high
                moment = _fitted(work, i, earliest, profile, reach)
                low, high = reach[0], reach[1]
                if moment >= NEVER:
                    return NEVER
                start, finish = begun(work, i, moment)
            finish = finish_reached(work, i, finish, wanted)
            if finish > horizon:
                reach[0], reach[1] = low, high
                return NEVER
        starts[i], finishes[i] = start, finish
        late += max(0, start - work.latest_start[i])
        last = max(last, finish)
        reach[0], reach[1] = low, high
    return last - floor + late * horizon


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
                for link in range(work.first[i], work.first[i + 1]):
                    p = work.predecessor[link]
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
    if span < len(buckets):
        buckets[: span + 1] = 0
        for i in range(count):
            buckets[highest - finishes[i] + 1] += 1
        for k in range(span):
            buckets[k + 1] += buckets[k]
        for i in range(count - 1, -1, -1):
            at = highest - finishes[i]
            order[buckets[at]] = count - 1 - i
            buckets[at] += 1
    else:
        sorted_ = np.argsort(-finishes[::-1].astype(np.int64), kind="mergesort")
        for k in range(count):
            order[k] = sorted_[k]


@compiled
def crossed(one: Places, other: Places, place: Places, begin: int, end: int, child: Places) -> None:
    """``one`` from ``begin`` to ``end``; before and after it what ``one`` has there, in the order of ``other``."""
    count = len(one)
    for k in range(count):
        place[one[k]] = k
    before, after = 0, end
    for k in range(begin, end):
        child[k] = one[k]
    for k in range(count):
        at = place[other[k]]
        if at < begin:
            child[before] = other[k]
            before += 1
        elif at >= end:
            child[after] = other[k]
            after += 1


@compiled
def in_order(work: Work, order: Places, starts: Places, finishes: Places) -> int:
    """A schedule from any list of all activities: predecessors are fetched first."""
    seen, stack = np.empty(len(order), np.bool_), np.empty(len(order) + 1, np.int32)
    settled(work, order, seen, stack)
    return int(generate(work, order, 0, work.free.copy(), np.zeros(2, np.int32), starts, finishes))
