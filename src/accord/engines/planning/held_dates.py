"""Holding the tasks of a plan at dates that its own rules would not give them.

A plan that another program computed stores a date for every task. Where `scheduling` finds another one, the task can be
held at the stored date. That is done with as little as will do, so that the plan stays one that can be scheduled:

- A task that would start earlier than stored gets the constraint *start no earlier than* its stored start. Whatever
  follows it then falls into place by its links, so only the first of a chain is held.
- What still has other dates is scheduled manually: it stays where it is until somebody moves it.

Work that has begun or ended stands at its actual dates, which nothing overrules: it can be left with other dates.

In: a `Plan` whose tasks have ``start`` and ``finish``. Out: `Held`. Dates within a minute of each other are the same.
Deterministic. Raises `ScheduleError` as `scheduling.schedule` does.

>>> from datetime import datetime
>>> from accord.engines.calendars.working_time import CalendarSpec, WeekSpec
>>> from accord.engines.planning.plan import Link, Task
>>> week = WeekSpec((((480, 720), (780, 1020)),) * 5 + ((), ()))
>>> dig = Task(1, "dig", duration=480, start=datetime(2026, 1, 8, 8), finish=datetime(2026, 1, 8, 17))
>>> pour = Task(2, "pour", duration=480, start=datetime(2026, 1, 9, 8), finish=datetime(2026, 1, 9, 17))
>>> plan = Plan("wall", datetime(2026, 1, 5, 8), 1, (CalendarSpec(1, "Standard", week),), (dig, pour), (Link(1, 2),))
>>> [(each.uid, f"{each.start:%a}") for each in differences(plan, schedule(plan))]
[(1, 'Mon'), (2, 'Tue')]
>>> held = hold_dates(plan)
>>> held.no_earlier, held.manual, held.different
((1,), (), ())
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from accord.engines.planning.plan import Constraint, Plan, Task
from accord.engines.planning.scheduling import Schedule, schedule

_SAME = timedelta(minutes=1)
_ROUNDS = 24  # of holding the first tasks of each chain; then all that are left are held at once
_LAST_ROUNDS = 4


@dataclass(frozen=True, slots=True)
class Different:
    """A task whose stored dates are not the computed ones, which are ``start`` and ``finish``.

    ``follows``: some task that it waits for has other dates, too.
    """

    uid: int
    start: datetime
    finish: datetime
    follows: bool


@dataclass(frozen=True, slots=True)
class Held:
    """The plan with its tasks held, the uids of those that were, and of those that have other dates all the same."""

    plan: Plan
    no_earlier: tuple[int, ...]
    manual: tuple[int, ...]
    different: tuple[int, ...]


def differences(plan: Plan, found: Schedule) -> list[Different]:
    """The active tasks without subtasks whose stored dates differ from those of ``found``, in the plan's order."""
    wrong = _wrong(plan, found)
    following = _following(plan, wrong)
    return [Different(uid, found.tasks[uid].start, found.tasks[uid].finish, follows=uid in following) for uid in wrong]


def comparable(plan: Plan) -> int:
    """How many tasks `differences` looks at."""
    return sum(1 for task in _leaves(plan) if task.active and task.start is not None and task.finish is not None)


def hold_dates(plan: Plan) -> Held:
    """Hold every task that would have other dates at those it has."""
    place = {task.uid: number for number, task in enumerate(plan.tasks)}
    no_earlier: set[int] = set()
    manual: set[int] = set()
    wrong: dict[int, None] = {}
    for number in range(_ROUNDS + _LAST_ROUNDS):
        found = schedule(plan)
        wrong = _wrong(plan, found)
        following = _following(plan, wrong) if number < _ROUNDS else set()
        tasks = list(plan.tasks)
        held = 0
        for uid in wrong:
            task = tasks[place[uid]]
            if uid in following or task.manual or task.actual_finish is not None:
                continue
            held += 1
            if _can_wait(plan, task) and task.start is not None and task.start > found.tasks[uid].start:
                tasks[place[uid]] = replace(
                    task, constraint=Constraint.START_NO_EARLIER_THAN, constraint_date=task.start
                )
                no_earlier.add(uid)
            else:
                tasks[place[uid]] = _by_hand(task, was_held=uid in no_earlier)
                no_earlier.discard(uid)
                manual.add(uid)
        if not held:
            break
        plan = replace(plan, tasks=tuple(tasks))
    order = [task.uid for task in plan.tasks]
    return Held(
        plan,
        tuple(uid for uid in order if uid in no_earlier),
        tuple(uid for uid in order if uid in manual),
        tuple(wrong),
    )


def _can_wait(plan: Plan, task: Task) -> bool:
    return task.constraint is Constraint.ASAP and task.actual_start is None and not plan.schedule_from_finish


def _by_hand(task: Task, *, was_held: bool) -> Task:
    if was_held:
        return replace(task, manual=True, constraint=Constraint.ASAP, constraint_date=None)
    return replace(task, manual=True)


def _leaves(plan: Plan) -> Iterable[Task]:
    parents = {task.parent for task in plan.tasks}
    return (task for task in plan.tasks if task.uid not in parents)


def _wrong(plan: Plan, found: Schedule) -> dict[int, None]:
    wrong: dict[int, None] = {}
    for task in _leaves(plan):
        row = found.tasks.get(task.uid)
        if row is None or task.start is None or task.finish is None:
            continue
        if abs(row.start - task.start) >= _SAME or abs(row.finish - task.finish) >= _SAME:
            wrong[task.uid] = None
    return wrong


def _following(plan: Plan, wrong: Mapping[int, None]) -> set[int]:
    """Those that wait, themselves or through their summaries, for something that has other dates."""
    if not wrong:
        return set()
    parent = {task.uid: task.parent for task in plan.tasks}
    moving: set[int] = set()
    for uid in wrong:
        above: int | None = uid
        while above is not None and above not in moving:
            moving.add(above)
            above = parent.get(above)
    waits_for: dict[int, list[int]] = defaultdict(list)
    for link in plan.links:
        waits_for[link.successor].append(link.predecessor)
    late: dict[int, bool] = {}

    def waits(uid: int) -> bool:
        path = []
        above: int | None = uid
        while above is not None and above not in late:
            path.append(above)
            above = parent.get(above)
        answer = above is not None and late[above]
        for each in reversed(path):
            answer = answer or any(predecessor in moving for predecessor in waits_for[each])
            late[each] = answer
        return answer

    return {uid for uid in wrong if waits(uid)}
