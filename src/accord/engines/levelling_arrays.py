"""A levelling problem as arrays for compiled loops, forward and in the mirror of time.

Capacities are packed: every resource has a field of bits in a 64-bit word with a guard bit above it, so that one
subtraction compares the free units of several resources with what an activity needs (`fits` in `levelling_search`).
Activities are numbered topologically (`network.arrange`).

In the mirror, time runs backwards from the horizon: start and finish change places, every link is turned round (SS
becomes FF and the other way round), calendars are read from behind. Generating a schedule there is scheduling as late
as possible here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from accord.engines.levelling_problem import Activity, LevellingError, Part, Problem
from accord.engines.network import FROM_START, KINDS, TO_FINISH, CycleError, arrange

Ints = NDArray[np.int64]
Places = NDArray[np.int32]

ALWAYS = -1  # the calendar of what works in every period
_WORD = 63
_LONGEST = 1 << 22  # periods


class Packed(NamedTuple):
    """The parts of the activities: the first fields of `Work`."""

    first_part: Places
    duration: Places
    calendar: Places
    first_use: Places
    use_word: Places
    use_units: Ints


class Work(NamedTuple):
    """What the search needs to know, by topological place of the activity."""

    first_part: Places  # [i] and one closing entry
    duration: Places  # [part] working periods
    calendar: Places  # [part] or ALWAYS
    first_use: Places  # [part] and one closing entry
    use_word: Places  # [use] which word of the profile
    use_units: Ints  # [use] packed units
    rests: Places  # [i] the calendar in which an activity without duration rests
    simple: NDArray[np.bool_]  # [i] one part that works always
    release: Places
    finish_from: Places
    latest_start: Places  # as far as deadlines and fixed successors say
    fixed: NDArray[np.bool_]
    start: Places  # [i] of fixed activities
    finish: Places
    first: Places  # links into i
    predecessor: Places
    kind: NDArray[np.int8]
    lag: Places
    lag_calendar: Places
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
        raise LevellingError(str(CycleError(uids)), *uids) from None
    activities = tuple(problem.activities[place] for place in net.order)
    before, period = _calendars(problem.calendars, horizon)
    capacities = tuple(_by_period(capacity, horizon) for capacity in problem.capacities)
    bits, fields = _fields(problem)
    parts = [activity.all_parts() for activity in activities]
    packed = _pack_parts(parts, bits, fields)
    rows = [(activity.release, activity.finish_from, *_last(activity, horizon)) for activity in activities]
    release, finish_from, latest_start, deadline = np.array(rows, np.int32).reshape(-1, 4).T
    fixed = np.array([activity.start is not None for activity in activities], np.bool_)
    start, finish = _fixed_dates(activities, before, period)
    left = _left(capacities, parts, fixed, start, before, period, horizon)
    work = Work(
        **packed._asdict(),
        rests=np.array([_calendar(activity.calendar) for activity in activities], np.int32),
        simple=_simple(parts),
        release=release.copy(),
        finish_from=finish_from.copy(),
        latest_start=latest_start.copy(),
        fixed=fixed,
        start=start,
        finish=finish,
        first=net.first,
        predecessor=net.predecessor,
        kind=net.kind,
        lag=net.lag.astype(np.int32),
        lag_calendar=calendars[net.given].astype(np.int32),
        before=before,
        period=period,
        free=_words(left, bits, fields, horizon),
        guard=_guard(bits, fields),
        horizon=horizon,
        listed=bool((net.kind == 0).all() and (net.lag >= 0).all()),
    )
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
        raise LevellingError(f"two activities have the uid {uid}", uid)
    known = range(len(problem.calendars))
    for number, calendar in enumerate(problem.calendars):
        if not any(calendar):
            raise LevellingError(f"calendar {number} has no working period")
    for activity in problem.activities:
        for part in activity.all_parts():
            if part.duration < 0:
                raise LevellingError(f"activity {activity.uid} has a negative duration", activity.uid)
            if part.calendar is not None and part.calendar not in known:
                raise LevellingError(f"activity {activity.uid} works in calendar {part.calendar}, which does not exist")
        for moment in (activity.release, activity.finish_from, activity.start or 0, activity.finish or 0):
            if moment < 0:
                raise LevellingError(f"activity {activity.uid} has a date before period 0", activity.uid)
        if activity.start is None:
            _check_demand(problem, activity)
    for link in problem.links:
        for uid in (link.predecessor, link.successor):
            if uid not in places:
                raise LevellingError(f"a link names activity {uid}, which does not exist", uid)
        if link.calendar is not None and link.calendar not in known:
            raise LevellingError(f"a lag counts in calendar {link.calendar}, which does not exist", link.successor)


def _check_demand(problem: Problem, activity: Activity) -> None:
    used: set[int] = set()
    for part in activity.all_parts():
        for resource, units in part.demands.items():
            if resource in used:
                raise LevellingError(f"activity {activity.uid} needs resource {resource} in two parts", activity.uid)
            used.add(resource)
            if not 0 <= resource < len(problem.capacities):
                raise LevellingError(
                    f"activity {activity.uid} needs resource {resource}, which does not exist", activity.uid
                )
            capacity = problem.capacities[resource]
            most = capacity if isinstance(capacity, int) else max(capacity, default=0)
            if part.duration and units > most:
                message = (
                    f"activity {activity.uid} needs {units} of resource {resource}, which never has more than {most}"
                )
                raise LevellingError(message, activity.uid)


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


def _last(activity: Activity, horizon: int) -> tuple[int, int]:
    latest = horizon if activity.latest_start is None else min(horizon, max(-1, activity.latest_start))
    return latest, horizon if activity.deadline is None else min(horizon, max(-1, activity.deadline))


def _fields(problem: Problem) -> tuple[int, int]:
    """Bits of one resource without its guard, and how many resources a word holds."""
    most = 1
    for capacity in problem.capacities:
        most = max(most, capacity if isinstance(capacity, int) else max(capacity, default=0))
    bits = int(most).bit_length()
    return bits, max(1, _WORD // (bits + 1))


def _guard(bits: int, fields: int) -> int:
    return sum(1 << (field * (bits + 1) + bits) for field in range(fields))


def _pack(demands: dict[int, int], bits: int, fields: int) -> list[tuple[int, int]]:
    words: dict[int, int] = {}
    for resource, units in sorted(demands.items()):
        if units > 0:
            word, field = divmod(resource, fields)
            words[word] = words.get(word, 0) + (units << (field * (bits + 1)))
    return list(words.items())


def _pack_parts(parts: Sequence[Sequence[Part]], bits: int, fields: int) -> Packed:
    first_part, first_use = [0], [0]
    rows: list[tuple[int, int]] = []
    uses: list[tuple[int, int]] = []
    for own in parts:
        for part in own:
            rows.append((part.duration, _calendar(part.calendar)))
            uses += _pack(dict(part.demands), bits, fields) if part.duration else []
            first_use.append(len(uses))
        first_part.append(len(rows))
    duration, calendar = np.array(rows, np.int32).reshape(-1, 2).T
    words, units = np.array(uses, np.int64).reshape(-1, 2).T
    return Packed(
        np.array(first_part, np.int32),
        duration.copy(),
        calendar.copy(),
        np.array(first_use, np.int32),
        words.astype(np.int32),
        units.copy(),
    )


def _simple(parts: Sequence[Sequence[Part]]) -> NDArray[np.bool_]:
    return np.array([len(own) == 1 and own[0].calendar is None for own in parts], np.bool_)


def _periods(part: Part, start: int, before: Places, period: Places, horizon: int) -> Places:
    """The periods that a part of fixed work holds its people in."""
    if part.calendar is None:
        held = np.arange(start, min(start + part.duration, horizon), dtype=np.int32)
    else:
        at = int(before[part.calendar, min(start, horizon)])
        held = period[part.calendar, at : at + part.duration]
    return held[held < horizon]


def _fixed_dates(activities: Sequence[Activity], before: Places, period: Places) -> tuple[Places, Places]:
    horizon = before.shape[1] - 1
    start, finish = np.zeros(len(activities), np.int32), np.zeros(len(activities), np.int32)
    for place, activity in enumerate(activities):
        if activity.start is None:
            continue
        start[place] = finish[place] = activity.start
        for part in activity.all_parts():
            held = _periods(part, activity.start, before, period, horizon)
            if len(held):
                finish[place] = max(finish[place], int(held[-1]) + 1)
        if activity.finish is not None:
            finish[place] = max(activity.start, activity.finish)
    return start, finish


def _left(
    capacities: Sequence[Ints],
    parts: Sequence[Sequence[Part]],
    fixed: NDArray[np.bool_],
    start: Places,
    before: Places,
    period: Places,
    horizon: int,
) -> tuple[Ints, ...]:
    """What fixed work leaves; where it takes more than there is, nothing."""
    left = [capacity.copy() for capacity in capacities]
    for place in np.flatnonzero(fixed).tolist():
        for part in parts[place]:
            held = _periods(part, int(start[place]), before, period, horizon)
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
    count, horizon = len(work.release), work.horizon
    packed = Packed(*work[:6])
    if any(len(own) > 1 for own in parts):
        single: list[tuple[Part, ...]] = []
        for own in parts:
            longest = max(own, key=lambda part: part.duration)
            demands: dict[int, int] = {}
            for part in own:
                for resource, units in part.demands.items():
                    demands[resource] = max(demands.get(resource, 0), units)
            single.append((Part(longest.duration, demands, longest.calendar),))
        packed = _pack_parts(single, bits, fields)
        parts = single
    # Links by successor in the mirror are links by predecessor here; places are counted from the end.
    successor = np.repeat(np.arange(count, dtype=np.int32), np.diff(work.first))
    turn = np.argsort(count - 1 - work.predecessor, kind="stable")
    first = np.zeros(count + 1, np.int32)
    np.cumsum(np.bincount(count - 1 - work.predecessor, minlength=count), out=first[1:])
    back = np.arange(count)[::-1]
    kind = np.array([_TURNED[int(k) & 3] for k in work.kind], np.int8)
    first_part, duration, calendar, first_use, use_word, use_units = packed
    uses = [range(first_use[p], first_use[p + 1]) for p in range(len(duration))]
    order = [p for i in back for p in range(first_part[i], first_part[i + 1])]
    moved = [u for p in order for u in uses[p]]
    before = work.before[:, -1:] - work.before[:, ::-1]
    period = np.full_like(work.period, horizon)
    for number in range(len(period)):
        at = work.period[number][work.period[number] < horizon]
        period[number, : len(at)] = horizon - 1 - at[::-1]
    return work._replace(
        first_part=np.concatenate([[0], np.cumsum(np.diff(first_part)[back])]).astype(np.int32),
        duration=duration[order].astype(np.int32),
        calendar=calendar[order].astype(np.int32),
        first_use=np.concatenate([[0], np.cumsum([len(uses[p]) for p in order])]).astype(np.int32),
        use_word=use_word[moved].astype(np.int32),
        use_units=use_units[moved].astype(np.int64),
        rests=work.rests[back].copy(),
        simple=_simple(parts)[back].copy(),
        release=(horizon - deadline[back]).astype(np.int32),
        finish_from=np.where(work.latest_start < horizon, horizon - work.latest_start, 0)[back].astype(np.int32),
        latest_start=(horizon - np.maximum(work.release, work.finish_from))[back].astype(np.int32),
        fixed=work.fixed[back].copy(),
        start=(horizon - work.finish[back]).astype(np.int32),
        finish=(horizon - work.start[back]).astype(np.int32),
        first=first,
        predecessor=(count - 1 - successor)[turn].astype(np.int32),
        kind=kind[turn],
        lag=work.lag[turn],
        lag_calendar=work.lag_calendar[turn],
        before=np.ascontiguousarray(before),
        period=period,
        free=np.ascontiguousarray(work.free[:, ::-1]),
    )
