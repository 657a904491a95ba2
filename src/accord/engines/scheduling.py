"""Scheduling a whole plan: summaries, constraints, calendars, progress, manual tasks, float.

The rules are those that MS Project's own files show (`benchmarks/agreement.py` measures how well); the formulas of the
passes are in `passes`, the reading of a plan into a network in `plan_network`, the summaries in `roll_up`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

import numpy as np
from numpy.typing import NDArray

from accord.engines import passes
from accord.engines.calendar_tables import Tables
from accord.engines.calendars import minute_of
from accord.engines.critical_path import tables_from
from accord.engines.plan import Plan
from accord.engines.plan_network import PlanNetwork, build
from accord.engines.plan_outline import ScheduleError
from accord.engines.roll_up import Moments, roll_up

Ints = NDArray[np.int64]

_UNIX = minute_of(datetime(1970, 1, 1))
_FIRST, _LAST = minute_of(datetime.min), minute_of(datetime.max)

__all__ = ["Schedule", "ScheduleError", "TaskDates", "schedule"]


@dataclass(frozen=True, slots=True)
class TaskDates:
    """One task's computed position. Durations and float are working minutes of the task's calendar.

    ``start`` and ``finish`` are when the task is planned; they differ from the early dates for work that is scheduled
    as late as possible or delayed by levelling.
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
        try:
            self.start = minute_of(plan.start)
        except (OverflowError, ValueError) as error:
            raise ScheduleError("the project has no usable start") from error
        self.tables: Tables = tables_from(network.calendars, self.start)

    def early(self) -> Ints:
        """Early dates alone, in the order of the leaves."""
        return passes.forward(self.tables, self.net, _undelayed(self.work), self.start)[self.net.rank]

    def schedule(self) -> Schedule:
        if not self.network.leaves:
            return Schedule(self.plan.start, self.plan.start, {})
        work = _undelayed(self.work)
        delayed = work is not self.work
        if self.plan.schedule_from_finish:
            early, late = self._from_finish(work)
        else:
            early = self._forward(work)
            finish = int((self._forward(self.work) if delayed else early)[:, passes.FINISH].max())
            late = self._backward(work, finish, early if self.plan.multiple_critical_paths else early[:0])
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
        if delayed:
            planned = self._forward(self.work._replace(bounds=work.bounds))
        total, free = passes.floats(self.tables, self.net, work, early, late)
        table = np.column_stack([planned, early, late, total, free])
        return self._result(table[self.net.rank][: len(self.network.leaves)])

    def _from_finish(self, work: passes.Work) -> tuple[Ints, Ints]:
        """The project begins with the earliest late start."""
        if self.plan.finish is None:
            raise ScheduleError("the project is scheduled from its finish, but has none")
        late = self._backward(work, minute_of(self.plan.finish), np.empty((0, 2), np.int64))
        self.start = int(late[:, passes.START].min())
        return self._forward(work), late

    def _forward(self, work: passes.Work) -> Ints:
        return passes.forward(self.tables, self.net, work, self.start)

    def _backward(self, work: passes.Work, finish: int, early: Ints) -> Ints:
        return passes.backward(self.tables, self.net, work, finish, early)

    def _result(self, rows: Ints) -> Schedule:
        limit = self.plan.critical_slack_limit
        leaves = {
            task.uid: Moments._make((*row, task.duration, row[6] <= limit and task.actual_finish is None))
            for task, row in zip(self.network.leaves, rows.tolist(), strict=True)
        }
        found = roll_up(self.plan, self.network, leaves)
        dates = _datetimes(np.array([row[:6] for row in found.values()], np.int64))
        tasks = {
            uid: TaskDates(
                uid, start, finish, es, ef, ls, lf, row.duration, row.total_float, row.free_float, row.critical
            )
            for (uid, row), (start, finish, es, ef, ls, lf) in zip(found.items(), dates, strict=True)
        }
        leaf_dates = [tasks[task.uid] for task in self.network.leaves]
        return Schedule(min(row.start for row in leaf_dates), max(row.finish for row in leaf_dates), tasks)


def _datetimes(minutes: Ints) -> list[list[datetime]]:
    """Minutes as datetimes, all at once."""
    if minutes.min() < _FIRST or minutes.max() >= _LAST:
        raise ScheduleError("the plan reaches beyond the years 1 to 9999")
    return cast("list[list[datetime]]", (minutes - _UNIX).astype("datetime64[m]").tolist())


def _undelayed(work: passes.Work) -> passes.Work:
    """The same work without levelling delays, which move the plan but not its early and late dates."""
    if not work.progress[:, passes.DELAY].any():
        return work
    progress = work.progress.copy()
    progress[:, passes.DELAY] = 0
    return work._replace(progress=progress)
