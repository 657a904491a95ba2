"""Scheduling a whole plan: summaries, constraints, calendars, progress, manual tasks, float.

The rules are those that MS Project's own files show (`benchmarks/agreement.py` measures how well); the formulas of the
passes are in `passes`, the reading of a plan into a network in `plan_network`, the summaries in `roll_up`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from accord.engines.calendars.tables import Tables
from accord.engines.calendars.working_time import minute_of
from accord.engines.planning import passes
from accord.engines.planning.critical_path import tables_from
from accord.engines.planning.level_of_effort import spans_of_efforts
from accord.engines.planning.plan import Plan
from accord.engines.planning.plan_network import PlanNetwork, build, undelayed
from accord.engines.planning.plan_outline import ScheduleError
from accord.engines.planning.roll_up import Moments, roll_up
from accord.engines.texts import gettext_lazy

Ints = NDArray[np.int64]

_UNIX = minute_of(datetime(1970, 1, 1))
_FIRST, _LAST = minute_of(datetime.min), minute_of(datetime.max)

__all__ = ["Schedule", "ScheduleError", "TaskDates", "schedule"]


class TaskDates(NamedTuple):
    """One task's computed position. Durations and float are working minutes of the task's calendar.

    ``start`` and ``finish`` are when the task is planned; they differ from the early dates for work that is scheduled
    as late as possible. A levelling delay counts in both: levelled work cannot start earlier, so its float says what
    the levelled plan leaves.
    """

    uid: int
    start: datetime
    finish: datetime
    early_start: datetime
    early_finish: datetime
    late_start: datetime
    late_finish: datetime
    duration: int
    total_float: int
    free_float: int
    critical: bool


@dataclass(frozen=True, slots=True)
class Schedule:
    """The project's start and finish, and its tasks by uid in the order of the plan; inactive tasks have no dates."""

    start: datetime
    finish: datetime
    tasks: Mapping[int, TaskDates]


def schedule(plan: Plan) -> Schedule:
    """Compute the dates of every active task, as MS Project does.

    From the project's start each task begins as early as its links, constraints and calendars allow; backward from the
    project's finish each finishes as late as it may. Task calendars, the calendars of assigned people, splits, actual
    progress, deadlines and levelling delays count; manual tasks stay where they were put. A plan scheduled from its
    finish is computed the other way round. Deterministic; the plan's ``stored`` values are never read.

    Raises `ScheduleError`, with the uid of a task, where the plan contradicts itself: a cycle, an unknown uid, a
    constraint without a date, a calendar without working time.

    >>> from accord.engines.calendars.working_time import CalendarSpec, WeekSpec
    >>> from accord.engines.planning.plan import Link, Task
    >>> week = WeekSpec((((480, 720), (780, 1020)),) * 5 + ((), ()))
    >>> tasks = (Task(1, "draft", duration=960), Task(2, "approve", duration=480), Task(3, "print", duration=2400))
    >>> monday = datetime(2026, 1, 5, 8)
    >>> plan = Plan("brochure", monday, 1, (CalendarSpec(1, "Standard", week),), tasks, (Link(1, 2),))
    >>> found = schedule(plan)
    >>> [(f"{row.start:%a %H:%M}", f"{row.finish:%a %H:%M}", row.total_float) for row in found.tasks.values()]
    [('Mon 08:00', 'Tue 17:00', 960), ('Wed 08:00', 'Wed 17:00', 960), ('Mon 08:00', 'Fri 17:00', 0)]
    """
    network = build(plan)
    if network.deferred:
        early = _Passes(plan, network).early().tolist()
        dates = {task.uid: (start, finish) for task, (start, finish) in zip(network.leaves, early, strict=False)}
        network = build(plan, dates)
    return _Passes(plan, network).schedule()


class _Passes:
    """The passes over one network, and their results by leaf."""

    def __init__(self, plan: Plan, network: PlanNetwork) -> None:
        self.plan = plan
        self.network = network
        self.net, self.work = network.network, network.work
        self.start = minute_of(plan.start)
        self.tables: Tables = tables_from(network.calendars, self.start)

    def early(self) -> Ints:
        """Early dates alone, in the order of the leaves."""
        return passes.forward(self.tables, self.net, undelayed(self.work), self.start)[self.net.rank]

    def schedule(self) -> Schedule:
        if not self.network.leaves:
            if not self.network.efforts:
                return Schedule(self.plan.start, self.plan.start, {})
            return self._result(np.empty((0, 8), np.int64))
        work = self.work
        if self.plan.schedule_from_finish:
            early, late = self._from_finish(work)
        else:
            early = self._forward(work)
            late = self._backward(work, self._finish(early), early if self.plan.multiple_critical_paths else early[:0])
        planned = early
        as_late = (work.progress[:, passes.MODE] & passes.LATE) > 0
        if as_late.any():
            # Their successors wait for them where they really are.
            bounds = work.bounds.copy()
            held = np.maximum(bounds[as_late, passes.START_FROM], late[as_late, passes.START])
            bounds[as_late, passes.START_FROM] = held
            work = work._replace(bounds=bounds)
            planned = self._forward(work)
            early = np.where(as_late[:, None], early, planned)
        total, free = passes.floats(self.tables, self.net, work, early, late)
        table = np.column_stack([planned, early, late, total, free])
        return self._result(table[self.net.rank][: len(self.network.leaves)])

    def _finish(self, early: Ints) -> int:
        """When the project ends: with its last task, or with a manual summary that was given more time."""
        return max([int(early[:, passes.FINISH].max()), *self.network.manual_finishes])

    def _from_finish(self, work: passes.Work) -> tuple[Ints, Ints]:
        """The project begins with the earliest late start."""
        if self.plan.finish is None:
            raise ScheduleError(gettext_lazy("the project is scheduled from its finish but has no finish date"))
        late = self._backward(work, minute_of(self.plan.finish), np.empty((0, 2), np.int64))
        self.start = int(late[:, passes.START].min())
        return self._forward(work), late

    def _forward(self, work: passes.Work) -> Ints:
        return passes.forward(self.tables, self.net, work, self.start)

    def _backward(self, work: passes.Work, finish: int, early: Ints) -> Ints:
        return passes.backward(self.tables, self.net, work, finish, early)

    def _result(self, table: Ints) -> Schedule:
        limit = self.plan.critical_slack_limit
        # By columns: rows would be thousands of short-lived lists for the garbage collector to look through.
        leaves = {
            task.uid: Moments._make((*row, task.duration, row[6] <= limit and task.actual_finish is None))
            for task, row in zip(self.network.leaves, zip(*table.T.tolist(), strict=True), strict=True)
        }
        if self.network.efforts:
            leaves |= spans_of_efforts(self.plan, self.network, leaves)
        found = roll_up(self.plan, self.network, leaves)
        *dates, total, free, duration, critical = zip(*found.values(), strict=True)
        columns = [found, *(_datetimes(column) for column in dates), duration, total, free, critical]
        rows = map(TaskDates._make, zip(*columns, strict=True))
        tasks = dict(zip(found, rows, strict=True))
        of_leaves = [tasks[task.uid] for task in self.network.leaves or self.network.efforts]
        return Schedule(min(row.start for row in of_leaves), max(row.finish for row in of_leaves), tasks)


def _datetimes(minutes: Sequence[int]) -> list[datetime]:
    """Minutes as datetimes, all at once."""
    moments = np.array(minutes, np.int64)
    if moments.min() < _FIRST or moments.max() >= _LAST:
        raise ScheduleError(gettext_lazy("the plan reaches beyond the years 1 to 9999"))
    return cast("list[datetime]", (moments - _UNIX).astype("datetime64[m]").tolist())
