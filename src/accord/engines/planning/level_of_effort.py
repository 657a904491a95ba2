"""Level of effort: support work that lasts as long as the work it supports.

Project management, a standby, a steering group: their amount follows the time that other work takes (PMI, Practice
Standard for Scheduling, 3rd ed. 2019, "level of effort"; the activity type of the same name in Primavera P6). A
level-of-effort task supports what it is linked to, in either direction; without links, the work below its summary, or
the whole plan. It spans that work: it starts with the earliest start of it, or as start-to-start links and their lags
say, and finishes with the latest finish, or as finish-to-finish links say; links of the other types only say what it
supports. It has no place in the network, so it drives nothing and can never be critical. Links between two such tasks
say nothing.

Example: A from Monday to Wednesday, then B from Thursday to Friday. A task of level of effort with a start-to-start
link from A and a finish-to-finish link from B lasts from Monday to Friday; if B takes a day more, so does it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from accord.engines.calendars.working_time import WorkCalendar, minute_of
from accord.engines.planning.network import ELAPSED_LAG, FROM_START, TO_FINISH, kind_of, lag_of
from accord.engines.planning.passes import FINISH, START
from accord.engines.planning.plan import Plan, Task
from accord.engines.planning.plan_network import PlanNetwork
from accord.engines.planning.roll_up import Moments, calendar_of

_ENDS = {FROM_START: START, TO_FINISH: FINISH}


class Support(NamedTuple):
    """A link as the level-of-effort task sees it: what it supports, and the end of its own that the link moves."""

    uid: int
    end: int | None  # `START`, `FINISH`, or neither
    lag: int
    elapsed: bool


def spans_of_efforts(plan: Plan, network: PlanNetwork, leaves: Mapping[int, Moments]) -> dict[int, Moments]:
    """The dates of the level-of-effort tasks, by those of the other leaves."""
    links = _links(plan, network)
    found = {}
    for task in network.efforts:
        calendar = calendar_of(plan, network, task)
        supports = links.get(task.uid, [])
        whole = [leaves[uid] for uid in supported(plan, network, task, supports)]
        below = {each.uid: [leaves[uid] for uid in _leaves_below(network, each.uid)] for each in supports}
        dates: list[int] = []
        for pair in (0, 2, 4):  # planned, early, late
            start, finish = _span(task, calendar, supports, below, whole, pair)
            if not whole:
                start = minute_of(task.start or plan.start)
                finish = calendar.finish_at(calendar.index(start) + task.duration) if task.duration else start
            dates += _as_worked(task, calendar, start, finish)
        start, finish, early_start, early_finish, late_start, late_finish = dates
        total = calendar.index(late_finish) - calendar.index(early_finish)
        if task.actual_start is None:
            total = min(total, calendar.index(late_start) - calendar.index(early_start))
        duration = calendar.index(finish) - calendar.index(start)
        total = max(0, total)  # the work it supports may be late; what drives nothing never is
        found[task.uid] = Moments._make((*dates, total, total, duration, False))
    return found


def supported(plan: Plan, network: PlanNetwork, task: Task, supports: Iterable[Support] | None = None) -> list[int]:
    """The uids of the leaves that a level-of-effort task supports."""
    if supports is None:
        supports = _links(plan, network).get(task.uid, [])
    linked = dict.fromkeys(uid for each in supports for uid in _leaves_below(network, each.uid))
    if linked:
        return list(linked)
    parents = {other.uid: other.parent for other in plan.tasks}
    above = task.parent
    while above is not None:
        if siblings := _leaves_below(network, above):
            return siblings
        above = parents[above]
    return [leaf.uid for leaf in network.leaves]


def _links(plan: Plan, network: PlanNetwork) -> dict[int, list[Support]]:
    efforts = {task.uid for task in network.efforts}
    links: dict[int, list[Support]] = defaultdict(list)
    if not efforts:
        return links
    durations = {task.uid: task.duration for task in plan.tasks}
    for link in plan.links:
        before, after = link.predecessor in efforts, link.successor in efforts
        if before == after:
            continue
        kind, lag = kind_of(link), round(lag_of(link, durations[link.predecessor]))
        end, elapsed = _ENDS.get(kind & (FROM_START | TO_FINISH)), bool(kind & ELAPSED_LAG)
        if after:
            links[link.successor].append(Support(link.predecessor, end, lag, elapsed))
        else:
            links[link.predecessor].append(Support(link.successor, end, -lag, elapsed))
    return links


def _leaves_below(network: PlanNetwork, uid: int) -> list[int]:
    if uid not in network.children:
        return [uid] if uid in network.places else []
    return [leaf for child in network.children[uid] for leaf in _leaves_below(network, child.uid)]


def _span(
    task: Task,
    calendar: WorkCalendar,
    supports: Iterable[Support],
    below: Mapping[int, list[Moments]],
    whole: list[Moments],
    pair: int,
) -> tuple[int, int]:
    found: dict[int, list[int]] = {START: [], FINISH: []}
    for each in supports:
        if each.end is not None and below[each.uid]:
            moments = [row[pair + each.end] for row in below[each.uid]]
            found[each.end].append(_shifted(calendar, max(moments) if each.end else min(moments), each))
    start = min(found[START] or [row[pair + START] for row in whole], default=0)
    return start, max(found[FINISH] or [row[pair + FINISH] for row in whole], default=start)


def _shifted(calendar: WorkCalendar, moment: int, by: Support) -> int:
    if not by.lag:
        return moment
    if by.elapsed:
        return moment + by.lag
    at = calendar.index(moment) + by.lag
    return calendar.finish_at(at) if by.end else calendar.start_at(at)


def _as_worked(task: Task, calendar: WorkCalendar, start: int, finish: int) -> tuple[int, int]:
    """Begun and finished as recorded; else from where work starts to where it ends."""
    if task.actual_start is not None:
        start = minute_of(task.actual_start)
    elif calendar.index(start) < calendar.index(finish):
        start = calendar.start_at(calendar.index(start))
    if task.actual_finish is not None:
        return min(start, minute_of(task.actual_finish)), minute_of(task.actual_finish)
    if calendar.index(start) < calendar.index(finish):
        finish = calendar.finish_at(calendar.index(finish))
    return start, max(start, finish)
