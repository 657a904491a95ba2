"""What progress does to a plan: pauses in the work, and unfinished work that moves past the status date."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from accord.core.dates import day_text
from accord.core.texts import translated
from accord.engines.planning import splits
from accord.engines.planning.plan import Constraint, Segment
from accord.projects import task_edits
from accord.projects.models import Task
from accord.projects.plan_rows import Invalid, PlanRows

# Dates that somebody promised: unfinished work is not moved against them, the schedule shows the conflict instead.
PROMISED = {
    Constraint.MUST_START_ON.value,
    Constraint.MUST_FINISH_ON.value,
    Constraint.START_NO_LATER_THAN.value,
    Constraint.FINISH_NO_LATER_THAN.value,
}


def split(rows: PlanRows, task: Task, at: Any, resume: Any) -> None:
    """Interrupt the work of a task from ``at`` to ``resume``."""
    begin, end = _moment(task, "at", at), _moment(task, "resume", resume)
    if task.pk in rows.parents():
        raise Invalid(gettext("%(task)s: a summary can't be split. Split its tasks.") % {"task": task.name}, field="at")
    if task.start is None or task.finish is None or task.actual_finish is not None:
        raise Invalid(gettext("%(task)s: only unfinished work can be split.") % {"task": task.name}, field="at")
    if task.kind == Task.Kind.LEVEL_OF_EFFORT:
        raise Invalid(
            gettext("%(task)s: a level-of-effort task follows the work it supports.") % {"task": task.name}, field="at"
        )
    calendar = rows.hours.of(task)
    known = splits.placed(segments_of(task), task.start, task.duration_minutes, calendar)
    try:
        found = splits.split(known, task.start, task.finish, begin, end, calendar)
    except splits.SplitError as error:
        message = f"{task.name}: {translated(error.text)}."
        raise Invalid(message, field="at", tasks=[task.pk]) from error
    task.segments = [{"start": s.start.isoformat(), "finish": s.finish.isoformat()} for s in found]


def segments_of(task: Task) -> tuple[Segment, ...]:
    """The segments as they were when the task was split."""
    return tuple(
        Segment(datetime.fromisoformat(row["start"]), datetime.fromisoformat(row["finish"])) for row in task.segments
    )


def move_unfinished(rows: PlanRows, to: Any) -> datetime:
    """Work that should have happened before ``to`` and did not goes on from there.

    Tasks that have not begun start no earlier; begun ones resume. Tasks whose dates somebody set by hand or promised
    stay. Returns the moment.
    """
    moment = _moment(None, "to", to)
    moved = 0
    parents = rows.parents()
    for task in rows.living():
        if task.pk in parents or task.manual or not task.active or task.actual_finish is not None:
            continue
        if task.kind == Task.Kind.LEVEL_OF_EFFORT:
            continue  # it follows the work it supports
        moved += _begun(rows, task, moment) if task.actual_start is not None else _not_begun(rows, task, moment)
    if not moved:
        raise Invalid(gettext("No unfinished work before %(moment)s.") % {"moment": day_text(moment)}, field="to")
    return moment


def _not_begun(rows: PlanRows, task: Task, moment: datetime) -> bool:
    if task.start is None or task.start >= moment or task.constraint in PROMISED:
        return False
    if task.constraint == Constraint.START_NO_EARLIER_THAN.value and (task.constraint_date or moment) >= moment:
        return False
    rows.touch(task)
    task.constraint, task.constraint_date = Constraint.START_NO_EARLIER_THAN.value, moment
    return True


def _begun(rows: PlanRows, task: Task, moment: datetime) -> bool:
    done = task.actual_duration or 0
    if done >= task.duration_minutes or task.actual_start is None:
        return False
    calendar = rows.hours.of(task)
    stopped = task.stop or (calendar.add(task.actual_start, done) if done else task.actual_start)
    if (task.resume or stopped) >= moment:
        return False
    rows.touch(task)
    task.stop, task.resume = stopped, calendar.next_working(moment)
    task.remaining_duration = task.duration_minutes - done
    return True


def _moment(task: Task | None, field: str, value: Any) -> datetime:
    try:
        moment = task_edits.moment_of(field, value)
    except task_edits.BadValue as error:
        raise Invalid(f"{task.name}: {error}" if task else str(error), field=field) from error
    if moment is None:
        raise Invalid(gettext("Enter a date."), field=field)
    return moment
