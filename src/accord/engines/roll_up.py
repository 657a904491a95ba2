"""Summary tasks: from the first start to the last finish of what is below them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from accord.engines.calendars import minute_of
from accord.engines.plan import Plan, Task
from accord.engines.plan_network import PlanNetwork


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
    """Leaves and summaries by uid, in the order of the plan.

    A summary starts with the first and finishes with the last of its tasks, in each pair of dates; its duration is the
    working time between, in its own calendar. Its total float is the lesser of LS − ES and LF − EF, or of begun work
    the latter, and free float is the same: nothing hangs on a summary but through its tasks. One set by hand keeps
    its dates; one whose tasks are all inactive has none.
    """
    found: dict[int, Moments] = {}
    begun = {task.uid for task in plan.tasks if task.actual_start is not None and task.uid in leaves}
    done = {task.uid for task in plan.tasks if task.actual_finish is not None and task.uid in leaves}
    # Children follow their summaries in the plan: backwards, every summary finds its children done.
    for task in reversed(plan.tasks):
        if task.uid in leaves:
            found[task.uid] = leaves[task.uid]
            continue
        below = [child.uid for child in network.children.get(task.uid, ()) if child.uid in found]
        if below:
            if any(uid in begun for uid in below):
                begun.add(task.uid)
            if all(uid in done for uid in below):
                done.add(task.uid)
            found[task.uid] = _summary(plan, network, task, [found[uid] for uid in below], begun, done)
    return {task.uid: found[task.uid] for task in plan.tasks if task.uid in found}


def _summary(
    plan: Plan, network: PlanNetwork, task: Task, below: list[Moments], begun: set[int], done: set[int]
) -> Moments:
    start, finish = min(row.start for row in below), max(row.finish for row in below)
    early_start, early_finish = min(row.early_start for row in below), max(row.early_finish for row in below)
    late_start, late_finish = min(row.late_start for row in below), max(row.late_finish for row in below)
    if task.manual:
        start = start if task.start is None else minute_of(task.start)
        finish = finish if task.finish is None else max(start, minute_of(task.finish))
        early_start, early_finish = start, finish
    if task.deadline is not None:
        late_finish = min(late_finish, minute_of(task.deadline))
    uid = plan.calendar if task.calendar is None else task.calendar
    calendar = network.calendars[network.calendar_numbers.get(uid, network.calendar_numbers[plan.calendar])]
    total = calendar.index(late_finish) - calendar.index(early_finish)
    if task.uid not in begun:
        total = min(total, calendar.index(late_start) - calendar.index(early_start))
    critical = total <= plan.critical_slack_limit and task.uid not in done
    duration = calendar.index(finish) - calendar.index(start)
    free = max(0, total)
    return Moments(start, finish, early_start, early_finish, late_start, late_finish, total, free, duration, critical)
