"""Whether a plan's critical path really drives its finish: make a critical task longer and see.

Source: DCMA-EA PAM 200.1, section 4, point 12 (October 2012). A finish that stays where it was, or moves by less, shows
a broken path: a missing link, a date that holds the finish, or work that is critical for a reason of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from accord.engines.calendars.working_time import compile_calendars
from accord.engines.planning.plan import Plan, Task
from accord.engines.planning.plan_work import remaining_of
from accord.engines.planning.scheduling import Schedule, ScheduleError, schedule
from accord.engines.texts import Text, gettext_lazy

ADDED = 600  # working days


@dataclass(frozen=True, slots=True)
class PathTest:
    """``share`` of the added time that reached the finish (0 to 1), the tasks tried, and what happened in words."""

    share: float
    uids: tuple[int, ...]
    told: Text
    reason: Text


def lengthen_critical_path(plan: Plan, computed: Schedule, unfinished: Sequence[Task]) -> PathTest:
    """Add :data:`ADDED` working days to the first unfinished task with the least float and reschedule.

    Deadlines are left out of the float, for they move nothing. The move of the finish is compared with that of the task
    itself, so that its own calendar and its people's count; float that a critical task may still have is given up
    first. Where no unfinished task is critical, the share is zero and all of them are named.
    """
    if plan.multiple_critical_paths or any(task.deadline for task in plan.tasks):
        # Only the path that leads to the finish: not the end of another, nor work that is late for its own deadline.
        tasks = tuple(replace(task, deadline=None) for task in plan.tasks)
        plan = replace(plan, multiple_critical_paths=False, tasks=tasks)
        computed = schedule(plan)
        open_ = {task.uid for task in unfinished}
        unfinished = [task for task in tasks if task.uid in open_]
    rows = [(computed.tasks[task.uid], task) for task in unfinished]
    critical = [(row, task) for row, task in rows if row.critical]
    if not critical:
        uids = tuple(task.uid for task in unfinished)
        told = gettext_lazy("unfinished but not driving the finish")
        return PathTest(0, uids, told, gettext_lazy("no unfinished task is critical"))
    row, task = min(critical, key=lambda each: (each[0].total_float, each[0].start, each[1].uid))
    try:
        after = schedule(_lengthened(plan, task))
    except ScheduleError as error:
        reason = gettext_lazy("the longer plan cannot be scheduled: %(error)s", error=error.text)
        return PathTest(0, (task.uid,), error.text, reason)
    calendar = compile_calendars(plan.calendars)[plan.calendar]
    own = calendar.between(row.finish, max(row.finish, after.tasks[task.uid].finish))
    whole = calendar.between(computed.finish, max(computed.finish, after.finish))
    expected = own - max(0, row.total_float)
    share = min(1.0, whole / expected) if expected > 0 else 0.0
    days, asked = (f"{minutes / plan.minutes_per_day:,.0f}" for minutes in (whole, expected))
    if 0 < share < 1:
        told = gettext_lazy(
            "%(added)s added days move the finish by %(days)s working days, %(expected)s expected",
            added=ADDED,
            days=days,
            expected=asked,
        )
    else:
        told = gettext_lazy("%(added)s added days move the finish by %(days)s working days", added=ADDED, days=days)
    return PathTest(share, (task.uid,), told, gettext_lazy("“%(task)s”: %(found)s", task=task.name, found=told))


def _lengthened(plan: Plan, task: Task) -> Plan:
    """The same plan with :data:`ADDED` working days more of one task still to do."""
    more = ADDED * plan.minutes_per_day
    longer = replace(
        task,
        duration=task.duration + more,
        remaining_duration=None if task.actual_start is None else remaining_of(task) + more,
        finish=None if task.manual else task.finish,
    )
    # Where people keep different hours, it is their work that says how long the task takes.
    work = tuple(
        replace(
            a,
            work=a.work + round(more * a.units),
            remaining_work=None if a.remaining_work is None else a.remaining_work + round(more * a.units),
        )
        if a.task == task.uid
        else a
        for a in plan.assignments
    )
    return replace(plan, tasks=tuple(longer if t is task else t for t in plan.tasks), assignments=work)
