"""A levelling problem as arrays for compiled loops, forward and in the mirror of time.

Capacities are packed: every resource has a field of bits in a 64-bit word with a guard bit above it, so that one
subtraction compares the free units of several resources with what an activity needs (`fits` in `levelling_search`).
Activities are numbered topologically (`network.arrange`).

In the mirror, time runs backwards from the horizon: start and finish change places, every link is turned round (SS
becomes FF and the other way round), calendars are read from behind. Generating a schedule there is scheduling as late
as possible here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from accord.engines.levelling.problem import Activity, LevellingError, Part, Problem
from accord.engines.planning.network import FROM_START, KINDS, TO_FINISH, CycleError, arrange
from accord.engines.texts import gettext_lazy, gettext_noop

Ints = NDArray[np.int64]
Places = NDArray[np.int32]

ALWAYS = -1  # the calendar of what works in every period
_WORD = 63
_LONGEST = 1 << 22  # periods

# Columns of `Work.rows`, one row for each activity and a closing one.
FIRST_PART, FIRST_LINK, SIMPLE, RELEASE, FINISH_FROM, LATEST_START, FIXED, START, FINISH, RESTS, COLUMNS = range(11)
LENGTH, CALENDAR, FIRST_USE = 0, 1, 2  # of `Work.parts`, with a closing row
WORD, UNITS = 0, 1  # of `Work.uses`
BEFORE, KIND, LAG, LAG_CALENDAR = 0, 1, 2, 3  # of `Work.links`


class Work(NamedTuple):
    """What the search needs to know. Few arrays of many columns: a compiled loop pays for every array it is handed."""

    rows: Places  # [i, column] by topological place
    parts: Places  # [part, column] working periods, calendar or ALWAYS, where its uses begin
    uses: Ints  # [use, column] which word of the profile, and packed units
    links: Places  # [link, column] by the activity they lead to
    before: Places  # [calendar, moment] working periods before it
    period: Places  # [calendar, k] the k-th working period, or the horizon
    free: Ints  # [word, period] packed units that fixed work leaves
    guard: int
    horizon: int
    listed: bool  # the order of starts is always one in which predecessors come first


class Arrays(NamedTuple):
    """The problem both ways, and its activities by place."""

    work: Work
    mirror: Work
    activities: tuple[Activity, ...]
    capacities: tuple[Ints, ...]  # [resource][period]
    free: tuple[Ints, ...]  # what fixed work leaves of them
    demand: Ints  # [i, resource]


def arrays_of(problem: Problem, horizon: int) -> Arrays:
    """Pack a problem; `LevellingError` where it contradicts itself whatever the order of work."""
    places = {activity.uid: place for place, activity in enumerate(problem.activities)}
    _check(problem, places)
    columns = [
        (places[link.predecessor], places[link.successor], KINDS[link.type], link.lag, _calendar(link.calendar))
        for link in problem.links
    ]
    sources, targets, kinds, lags, calendars = np.array(columns, np.int64).reshape(-1, 5).T
    try:
        net = arrange(len(places), sources, targets, kinds.astype(np.int8), lags)
    except CycleError as cycle:
        uids = [problem.activities[place].uid for place in cycle.uids]
        raise LevellingError(CycleError(uids).text, *uids) from None
    activities = tuple(problem.activities[place] for place in net.order)
    count = len(activities)
    before, period = _calendars(problem.calendars, horizon)
    capacities = tuple(_by_period(capacity, horizon) for capacity in problem.capacities)
    bits, fields = _fields(problem)
    parts = [activity.all_parts() for activity in activities]
    rows = np.zeros((count + 1, COLUMNS), np.int32)
    rows[:, FIRST_LINK] = net.first
    for place, activity in enumerate(activities):
        rows[place, RELEASE], rows[place, FINISH_FROM] = activity.release, activity.finish_from
        rows[place, LATEST_START] = _last(activity.latest_start, horizon)
        rows[place, SIMPLE] = len(parts[place]) == 1 and parts[place][0].calendar is None
        rows[place, RESTS] = _calendar(activity.calendar)
        if activity.start is not None:
            rows[place, FIXED] = True
            rows[place, START] = activity.start
            rows[place, FINISH] = _fixed_finish(activity, activity.start, before, period)
    left = _left(capacities, activities, before, period, horizon)
    packed = _pack_parts(parts, bits, fields)
    rows[:, FIRST_PART] = packed.first
    work = Work(
        rows=rows,
        parts=packed.parts,
        uses=packed.uses,
        links=np.column_stack([net.predecessor, net.kind, net.lag, calendars[net.given]]).astype(np.int32),
        before=before,
        period=period,
        free=_words(left, bits, fields, horizon),
        guard=sum(1 << (field * (bits + 1) + bits) for field in range(fields)),
        horizon=horizon,
        listed=bool((net.kind == 0).all() and (net.lag >= 0).all()),
    )
    deadline = np.array([_last(activity.deadline, horizon) for activity in activities], np.int32)
    demand = np.zeros((len(activities), len(capacities)), np.int64)
    for place, own in enumerate(parts):
        for part in own:
            for resource, units in part.demands.items():
                demand[place, resource] = max(demand[place, resource], units if part.duration else 0)
    return Arrays(work, _mirror(work, parts, bits, fields, deadline), activities, capacities, left, demand)


def horizon_of(problem: Problem) -> int:
    """Room for all activities one after another."""
    given = [len(capacity) for capacity in problem.capacities if not isinstance(capacity, int)]
    edges = [max(a.release, a.finish_from, a.finish or 0, (a.start or 0)) for a in problem.activities]
    share = min((sum(calendar) / len(calendar) for calendar in problem.calendars if any(calendar)), default=1.0)
    longest = max(map(len, problem.calendars), default=0)
    working = sum(max((p.duration for p in a.all_parts()), default=0) for a in problem.activities)
    lags = sum(abs(link.lag) for link in problem.links)
    room = max([0, *given]) + max([0, *edges]) + int((working + lags) / share) + 2 * longest + 2
    return min(room, _LONGEST)


def _check(problem: Problem, places: dict[int, int]) -> None:
    if len(places) < len(problem.activities):
        seen: set[int] = set()
        uid = next(a.uid for a in problem.activities if a.uid in seen or seen.add(a.uid))  # type: ignore[func-returns-value]
        raise LevellingError(gettext_lazy("two activities have the uid %(uid)s", uid=uid), uid)
    known = range(len(problem.calendars))
    for number, calendar in enumerate(problem.calendars):
        if not any(calendar):
            raise LevellingError(gettext_lazy("calendar %(number)s has no working period", number=number))
    for activity in problem.activities:
        for part in activity.all_parts():
            if part.duration < 0:
                raise LevellingError.about(activity.uid, gettext_noop("%(work)s has a negative duration"))
            if part.calendar is not None and part.calendar not in known:
                raise LevellingError.about(
                    activity.uid,
                    gettext_noop("%(work)s works in calendar %(calendar)s, which does not exist"),
                    calendar=part.calendar,
                )
        for moment in (activity.release, activity.finish_from, activity.start or 0, activity.finish or 0):
            if moment < 0:
                raise LevellingError.about(activity.uid, gettext_noop("%(work)s has a date before period 0"))
        if activity.start is None:
            _check_demand(problem, activity)
    for link in problem.links:
        for uid in (link.predecessor, link.successor):
            if uid not in places:
                raise LevellingError.about(uid, gettext_noop("a link names %(work)s, which does not exist"))
        if link.calendar is not None and link.calendar not in known:
            raise LevellingError(
                gettext_lazy("a lag counts in calendar %(calendar)s, which does not exist", calendar=link.calendar),
                link.successor,
            )


def _check_demand(problem: Problem, activity: Activity) -> None:
    used: set[int] = set()
    for part in activity.all_parts():
        for resource, units in part.demands.items():
            if resource in used:
                raise LevellingError.about(
                    activity.uid, gettext_noop("%(work)s needs resource %(resource)s in two parts"), resource=resource
                )
            used.add(resource)
            if not 0 <= resource < len(problem.capacities):
                raise LevellingError.about(
                    activity.uid,
                    gettext_noop("%(work)s needs resource %(resource)s, which does not exist"),
                    resource=resource,
                )
            capacity = problem.capacities[resource]
            most = capacity if isinstance(capacity, int) else max(capacity, default=0)
            if part.duration and units > most:
                raise LevellingError.about(
                    activity.uid,
                    gettext_noop(
                        "%(work)s needs %(units)s of resource %(resource)s, which never has more than %(most)s"
                    ),
                    units=units,
                    resource=resource,
                    most=most,
                )


def _calendar(number: int | None) -> int:
    return ALWAYS if number is None else number


def _calendars(calendars: Sequence[Sequence[bool]], horizon: int) -> tuple[Places, Places]:
    before = np.zeros((max(1, len(calendars)), horizon + 1), np.int32)
    period = np.full((max(1, len(calendars)), horizon + 1), horizon, np.int32)
    for number, calendar in enumerate(calendars):
        works = np.resize(np.array(calendar, np.bool_), horizon)
        np.cumsum(works, out=before[number, 1:])
        at = np.flatnonzero(works)
        period[number, : len(at)] = at
    return before, period


def _by_period(capacity: int | tuple[int, ...], horizon: int) -> Ints:
    if isinstance(capacity, int):
        return np.full(horizon, capacity, np.int64)
    row = np.full(horizon, capacity[-1] if capacity else 0, np.int64)
    row[: len(capacity)] = capacity[:horizon]
    return row


def _last(moment: int | None, horizon: int) -> int:
    return horizon if moment is None else min(horizon, max(-1, moment))


def _fields(problem: Problem) -> tuple[int, int]:
    """Bits of one resource without its guard, and how many resources a word holds."""
    most = 1
    for capacity in problem.capacities:
        most = max(most, capacity if isinstance(capacity, int) else max(capacity, default=0))
    bits = int(most).bit_length()
    return bits, max(1, _WORD // (bits + 1))


def _pack(demands: Mapping[int, int], bits: int, fields: int) -> list[tuple[int, int]]:
    words: dict[int, int] = {}
    for resource, units in sorted(demands.items()):
        if units > 0:
            word, field = divmod(resource, fields)
            words[word] = words.get(word, 0) + (units << (field * (bits + 1)))
    return list(words.items())


class _Packed(NamedTuple):
    first: list[int]  # part of each activity, and a closing entry
    parts: Places
    uses: Ints


def _pack_parts(parts: Sequence[Sequence[Part]], bits: int, fields: int) -> _Packed:
    first = [0]
    rows: list[tuple[int, int, int]] = []
    uses: list[tuple[int, int]] = []
    for own in parts:
        for part in own:
            rows.append((part.duration, _calendar(part.calendar), len(uses)))
            uses += _pack(part.demands, bits, fields) if part.duration else []
        first.append(len(rows))
    rows.append((0, ALWAYS, len(uses)))
    return _Packed(first, np.array(rows, np.int32), np.array(uses, np.int64).reshape(-1, 2))


def _periods(part: Part, start: int, before: Places, period: Places, horizon: int) -> Places:
    """The periods that a part of fixed work holds its people in."""
    if part.calendar is None:
        return np.arange(start, min(start + part.duration, horizon), dtype=np.int32)
    at = int(before[part.calendar, min(start, horizon)])
    held = period[part.calendar, at : at + part.duration]
    return held[held < horizon]


def _fixed_finish(activity: Activity, start: int, before: Places, period: Places) -> int:
    if activity.finish is not None:
        return max(start, activity.finish)
    held = [_periods(part, start, before, period, before.shape[1] - 1) for part in activity.all_parts()]
    return max((int(periods[-1]) + 1 for periods in held if len(periods)), default=start)


def _left(
    capacities: Sequence[Ints], activities: Sequence[Activity], before: Places, period: Places, horizon: int
) -> tuple[Ints, ...]:
    """What fixed work leaves; where it takes more than there is, nothing."""
    left = [capacity.copy() for capacity in capacities]
    for activity in activities:
        if activity.start is not None:
            for part in activity.all_parts():
                held = _periods(part, activity.start, before, period, horizon)
                for resource, units in part.demands.items():
                    if resource < len(left):
                        left[resource][held] -= units
    return tuple(np.maximum(row, 0) for row in left)


def _words(rows: Sequence[Ints], bits: int, fields: int, horizon: int) -> Ints:
    words = np.zeros((max(1, -(-len(rows) // fields)), horizon), np.int64)
    for resource, row in enumerate(rows):
        word, field = divmod(resource, fields)
        words[word] += row << (field * (bits + 1))
    return words


_TURNED = {0: 0, FROM_START | TO_FINISH: FROM_START | TO_FINISH, FROM_START: TO_FINISH, TO_FINISH: FROM_START}


def _mirror(work: Work, parts: Sequence[Sequence[Part]], bits: int, fields: int, deadline: Places) -> Work:
    """The same backwards. Activities of several parts become one of the longest: it only proposes an order."""
    count, horizon = len(work.rows) - 1, work.horizon
    packed = _pack_parts([_as_one(own) for own in reversed(parts)], bits, fields)
    # Links by successor in the mirror are links by predecessor here; places are counted from the end.
    successor = np.repeat(np.arange(count, dtype=np.int32), np.diff(work.rows[:, FIRST_LINK]))
    after = count - 1 - work.links[:, BEFORE]
    turn = np.argsort(after, kind="stable")
    links = work.links[turn]
    links[:, BEFORE] = (count - 1 - successor)[turn]
    links[:, KIND] = [_TURNED[kind & 3] for kind in links[:, KIND].tolist()]
    rows = np.zeros_like(work.rows)
    rows[:-1] = work.rows[:-1][::-1]
    rows[:, FIRST_PART] = packed.first
    rows[1:, FIRST_LINK] = np.cumsum(np.bincount(after, minlength=count))
    rows[0, FIRST_LINK] = 0
    given = work.rows[:-1][::-1]
    rows[:-1, RELEASE] = horizon - deadline[::-1]
    rows[:-1, FINISH_FROM] = np.where(given[:, LATEST_START] < horizon, horizon - given[:, LATEST_START], 0)
    rows[:-1, LATEST_START] = horizon  # lateness is for the forward direction to judge
    rows[:-1, START], rows[:-1, FINISH] = horizon - given[:, FINISH], horizon - given[:, START]
    period = np.full_like(work.period, horizon)
    for number in range(len(period)):
        at = work.period[number][work.period[number] < horizon]
        period[number, : len(at)] = horizon - 1 - at[::-1]
    return work._replace(
        rows=rows,
        parts=packed.parts,
        uses=packed.uses,
        links=links,
        before=np.ascontiguousarray(work.before[:, -1:] - work.before[:, ::-1]),
        period=period,
        free=np.ascontiguousarray(work.free[:, ::-1]),
    )


def _as_one(parts: Sequence[Part]) -> tuple[Part, ...]:
    if len(parts) == 1:
        return tuple(parts)
    longest = max(parts, key=lambda part: part.duration)
    demands = {resource: units for part in parts for resource, units in part.demands.items()}
    return (Part(longest.duration, demands, longest.calendar),)
