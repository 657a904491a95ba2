"""Summary tasks: from the first start to the last finish of what is below them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from accord.engines.calendars.working_time import WorkCalendar, minute_of
from accord.engines.planning.network import ELAPSED_LAG, FROM_START, TO_FINISH, kind_of, lag_of
from accord.engines.planning.plan import Plan, Task
from accord.engines.planning.plan_network import PlanNetwork


class Moments(NamedTuple):
    """The dates of a task in minutes, its float, duration and mark."""

    start: int
    finish: int
    early_start: int
    early_finish: int
    late_start: int
    late_finish: int
    total_float: int
    free_float: int
    duration: int
    critical: bool


def roll_up(plan: Plan, network: PlanNetwork, leaves: Mapping[int, Moments]) -> dict[int, Moments]:
    """Leaves and summaries by uid, in the order of the plan; ``leaves`` include level of effort.

    A summary starts with the first and finishes with the last of its tasks, in each pair of dates; its duration is the
    working time between, in its own calendar. Its total float is the lesser of LS − ES and LF − EF, or of begun work
    the latter; its free float the least gap to what is linked to the summary itself. One set by hand keeps its dates;
    one whose tasks are all inactive has none.
    """
    found = dict(leaves)
    begun = {task.uid for task in network.leaves if task.actual_start is not None}
    done = {task.uid for task in network.leaves if task.actual_finish is not None}
    # A summary of nothing but level of effort is as little critical as what is below it.
    supporting = {task.uid for task in network.efforts}
    # Children follow their summaries in the plan: backwards, every summary finds its children done.
    for task in reversed(plan.tasks):
        below = [child.uid for child in network.children.get(task.uid, ()) if child.uid in found]
        if below:
            if not begun.isdisjoint(below):
                begun.add(task.uid)
            if supporting.issuperset(below):
                supporting.add(task.uid)
            if all(uid in done or uid in supporting for uid in below):
                done.add(task.uid)
            found[task.uid] = _summary(plan, network, task, [found[uid] for uid in below], begun, done)
    for uid, free in _gaps(plan, network, found, done).items():
        found[uid] = found[uid]._replace(free_float=max(0, min(found[uid].free_float, free)))
    return {task.uid: found[task.uid] for task in plan.tasks if task.uid in found}


def _gaps(plan: Plan, network: PlanNetwork, found: Mapping[int, Moments], done: set[int]) -> dict[int, int]:
    """The least room each linked summary has before what waits for it."""
    tasks = {task.uid: task for task in plan.tasks}
    gaps: dict[int, int] = {}
    for link in plan.links:
        before, after = link.predecessor, link.successor
        if before not in network.children or before not in found or after not in found or after in done:
            continue
        kind, lag = kind_of(link), round(lag_of(link, tasks[before].duration))
        moment = found[after].early_finish if kind & TO_FINISH else found[after].early_start
        if lag and kind & ELAPSED_LAG:
            moment -= lag
        elif lag:
            lags_in = calendar_of(plan, network, tasks[after])
            moment = lags_in.finish_at(lags_in.index(moment) - lag)
        own = calendar_of(plan, network, tasks[before])
        end = found[before].early_start if kind & FROM_START else found[before].early_finish
        gap = own.index(moment) - own.index(end)
        gaps[before] = min(gap, gaps.get(before, gap))
    return gaps


def calendar_of(plan: Plan, network: PlanNetwork, task: Task) -> WorkCalendar:
    """A task's own calendar, or the project's."""
    return network.calendars[network.calendar_numbers[plan.calendar if task.calendar is None else task.calendar]]


def _summary(
    plan: Plan, network: PlanNetwork, task: Task, below: list[Moments], begun: set[int], done: set[int]
) -> Moments:
    start, finish = min(row.start for row in below), max(row.finish for row in below)
    early_start, early_finish = min(row.early_start for row in below), max(row.early_finish for row in below)
    late_start, late_finish = min(row.late_start for row in below), max(row.late_finish for row in below)
    if task.manual:
        start = start if task.start is None else minute_of(task.start)
        finish = max(start, finish if task.finish is None else minute_of(task.finish))
        early_start, early_finish = start, finish
    if task.deadline is not None:
        late_finish = min(late_finish, minute_of(task.deadline))
    calendar = calendar_of(plan, network, task)
    total = calendar.index(late_finish) - calendar.index(early_finish)
    if task.uid not in begun:
        total = min(total, calendar.index(late_start) - calendar.index(early_start))
    critical = total <= plan.critical_slack_limit and task.uid not in done
    duration = calendar.index(finish) - calendar.index(start)
    free = max(0, total)
    return Moments(start, finish, early_start, early_finish, late_start, late_finish, total, free, duration, critical)
