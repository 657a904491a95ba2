"""Classic PERT of a plan: its finish if every task takes its mean, and the normal chance around that.

The plan is scheduled with its calendars, constraints and progress, each task at its PERT mean (a + 4m + b) / 6. The
variance is the sum of ((b − a) / 6)² along the critical path, of begun tasks only that of what remains; where several
paths are critical, the largest. Links of every type join the path, as PERT itself knows only finish to start.

What the method cannot see is the paths that are nearly as long: the finish comes out too early and too sure (see
`pert`, with its sources, and `plan_simulation`, which has no such bias).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from statistics import NormalDist

from accord.engines.calendars.working_time import compile_calendars
from accord.engines.planning.plan import Plan, Task
from accord.engines.planning.plan_network import build
from accord.engines.planning.plan_work import remaining_of
from accord.engines.planning.scheduling import Schedule, schedule
from accord.engines.uncertainty.three_point import Estimate


@dataclass(frozen=True, slots=True)
class PlanPert:
    """``mean`` is the expected finish, ``deviation`` is in working minutes of the project's calendar, ``path`` are the
    uids of the uncertain critical tasks in order.
    """

    plan: Plan
    mean: datetime
    deviation: float
    path: tuple[int, ...]

    def probability(self, by: datetime) -> float:
        """The chance to be finished by a moment: Φ of the working time from the mean to it, in deviations."""
        calendar = compile_calendars(self.plan.calendars)[self.plan.calendar]
        ahead = calendar.between(self.mean, by) if by >= self.mean else -calendar.between(by, self.mean)
        return float(ahead >= 0) if self.deviation == 0 else NormalDist().cdf(ahead / self.deviation)

    def deadline(self, probability: float) -> datetime:
        """The moment that is kept with this chance, 0 < probability < 1."""
        calendar = compile_calendars(self.plan.calendars)[self.plan.calendar]
        ahead = round(NormalDist().inv_cdf(probability) * self.deviation)
        return calendar.add(self.mean, ahead) if ahead >= 0 else calendar.subtract(self.mean, -ahead)


def plan_pert(plan: Plan, estimates: Mapping[int, Estimate]) -> PlanPert:
    """PERT of a plan with estimates by uid, in minutes of the tasks' whole durations; the others are certain.

    Raises `ScheduleError` for a plan that cannot be scheduled.

    >>> from accord.engines.calendars.working_time import CalendarSpec, WeekSpec
    >>> from accord.engines.planning.plan import Link
    >>> week = WeekSpec((((480, 720), (780, 1020)),) * 5 + ((), ()))
    >>> tasks = (Task(1, "draft", duration=960), Task(2, "print", duration=480))
    >>> plan = Plan("brochure", datetime(2026, 1, 5, 8), 1, (CalendarSpec(1, "Standard", week),), tasks, (Link(1, 2),))
    >>> found = plan_pert(plan, {1: Estimate(480, 960, 2880)})
    >>> f"{found.mean:%a %H:%M}", found.deviation, found.path, round(found.probability(datetime(2026, 1, 8, 9)), 2)
    ('Thu 12:00', 400.0, (1,), 0.33)
    """
    # Only the path that drives the finish: nothing is critical for a deadline, another end or a limit on float.
    tasks = tuple(replace(_at_mean(task, estimates.get(task.uid)), deadline=None) for task in plan.tasks)
    expected = replace(plan, tasks=tasks, critical_slack_limit=0, multiple_critical_paths=False)
    found = schedule(expected)
    variance, path = _along_critical(expected, estimates, found)
    return PlanPert(plan, found.finish, math.sqrt(variance), path)


def _at_mean(task: Task, estimate: Estimate | None) -> Task:
    """The task at its expected duration; of begun work the remainder is stretched or shortened."""
    if estimate is None or not _is_open(task):
        return task
    mean = round((estimate.optimistic + 4 * estimate.most_likely + estimate.pessimistic) / 6)
    if task.actual_start is None:
        return replace(task, duration=mean)
    left = remaining_of(task)
    more = round(left * mean / task.duration) - round(left) if task.duration else 0
    return replace(task, duration=task.duration + more, remaining_duration=round(left) + more)


def _is_open(task: Task) -> bool:
    return task.actual_finish is None and not task.manual


def _variance(task: Task, estimate: Estimate | None) -> float:
    if estimate is None or not _is_open(task):
        return 0.0
    share = remaining_of(task) / task.duration if task.actual_start is not None and task.duration else 1.0
    return ((estimate.pessimistic - estimate.optimistic) / 6 * share) ** 2


def _along_critical(plan: Plan, estimates: Mapping[int, Estimate], found: Schedule) -> tuple[float, tuple[int, ...]]:
    """The largest variance of a path of critical tasks to the finish, and its uncertain tasks."""
    network = build(plan)
    net, leaves = network.network, network.leaves
    own = [_variance(task, estimates.get(task.uid)) for task in leaves]
    critical = [found.tasks[task.uid].critical for task in leaves]
    reached: list[float] = []  # by topological place; negative: no critical path leads there
    before: list[int] = []
    best, last = 0.0, -1
    for place, number in enumerate(net.order.tolist()):
        entering = net.predecessor[net.first[place] : net.first[place + 1]].tolist()
        source = max(entering, key=reached.__getitem__, default=-1)
        along = max(reached[source], 0.0) if source >= 0 else 0.0
        is_leaf = number < len(leaves)  # the others are gates of summaries, which carry the path on
        passes = critical[number] if is_leaf else source >= 0 and reached[source] >= 0
        reached.append(along + (own[number] if is_leaf else 0.0) if passes else -1.0)
        before.append(source if source >= 0 and reached[source] >= 0 else -1)
        at_end = is_leaf and passes and found.tasks[leaves[number].uid].finish == found.finish
        if at_end and reached[place] >= best:
            best, last = reached[place], place
    path: list[int] = []
    while last >= 0:
        number = int(net.order[last])
        if number < len(leaves) and own[number]:
            path.append(leaves[number].uid)
        last = before[last]
    return best, tuple(reversed(path))
