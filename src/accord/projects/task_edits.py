"""What it means to set one field of a task: dragging a bar, typing a percentage, choosing a constraint."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from accord.engines.calendars import WorkCalendar, compile_calendars
from accord.engines.plan import Constraint
from accord.people.models import Firm
from accord.projects.models import Project, Task
from accord.projects.queries import calendars_of

LONGEST = 100 * 366 * 24 * 60


class BadValue(ValueError):
    """A value that the field cannot take."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def apply(task: Task, fields: dict[str, Any], project: Project, *, is_summary: bool) -> None:
    """Set ``fields`` on ``task`` (in memory) with the consequences a planner expects.

    Moving the start of an automatic task sets "start no earlier than"; of a started one its actual start; of a manual
    one just its dates. Percent complete sets actual and remaining values. Raises :class:`BadValue`.
    """
    unknown = set(fields) - set(SETTERS)
    if unknown:
        name = sorted(unknown)[0]
        raise BadValue(name, f"“{name}” is not a field that can be set here.")
    if is_summary and (fixed := {"start", "finish", "duration_minutes", "percent_complete", "kind"} & set(fields)):
        raise BadValue(sorted(fixed)[0], "a summary's dates and progress come from its tasks: change those.")
    for name in SETTERS:  # in this order: manual before dates, dates before progress
        if name in fields:
            SETTERS[name](task, fields[name], project, fields)


def work_calendar(task: Task, project: Project) -> WorkCalendar:
    """The calendar that a task's duration is counted in."""
    if task.elapsed:
        return WorkCalendar.around_the_clock()
    calendars = compile_calendars(tuple(c.spec() for c in calendars_of(project)))
    return calendars[task.calendar_id or project.calendar_id or Firm.current().calendar_id or 0]


def _moment(name: str, value: Any) -> datetime | None:
    if value in (None, ""):
        return None
    try:
        moment = datetime.fromisoformat(str(value)).replace(tzinfo=None, second=0, microsecond=0)
    except ValueError:
        raise BadValue(name, f"“{value}” is not a date; write 2026-03-02T09:00.") from None
    if not 1970 <= moment.year <= 2199:
        raise BadValue(name, "the year must be between 1970 and 2199.")
    return moment


def _name(task: Task, value: Any, project: Project, fields: dict[str, Any]) -> None:
    name = str(value or "").strip()
    if not name or len(name) > 300:
        raise BadValue("name", "a task needs a name of at most 300 characters.")
    task.name = name


def _notes(task: Task, value: Any, project: Project, fields: dict[str, Any]) -> None:
    task.notes = str(value or "")[:20_000]


def _kind(task: Task, value: Any, project: Project, fields: dict[str, Any]) -> None:
    if value not in (Task.Kind.TASK, Task.Kind.MILESTONE):
        raise BadValue("kind", "choose task or milestone; a summary is a task with tasks below it.")
    if value == Task.Kind.MILESTONE:
        task.duration_minutes = 0
    elif task.kind == Task.Kind.MILESTONE and not task.duration_minutes and "duration_minutes" not in fields:
        task.duration_minutes = project.minutes_per_day
    task.kind = value


def _manual(task: Task, value: Any, project: Project, fields: dict[str, Any]) -> None:
    if not isinstance(value, bool):
        raise BadValue("manual", "say true or false.")
    task.manual = value


def _duration(task: Task, value: Any, project: Project, fields: dict[str, Any]) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LONGEST:
        raise BadValue(
            "duration_minutes", "a duration is a whole number of minutes, zero or more, under a hundred years."
        )
    task.duration_minutes = value
    if task.kind == Task.Kind.MILESTONE and value:
        task.kind = Task.Kind.TASK
    if task.percent_complete and task.percent_complete < 100:
        _progress(task)
    if task.manual and task.start is not None:
        task.finish = work_calendar(task, project).add(task.start, value)


def _start(task: Task, value: Any, project: Project, fields: dict[str, Any]) -> None:
    moment = _moment("start", value)
    if moment is None:
        raise BadValue("start", "a task starts at some time.")
    if task.manual or not task.pk:
        task.start = moment
        if "finish" not in fields:
            task.finish = work_calendar(task, project).add(moment, task.duration_minutes)
    if task.actual_start is not None:
        task.actual_start = moment
        if task.actual_finish is not None:
            task.actual_finish = work_calendar(task, project).add(moment, task.duration_minutes)
    elif not task.manual and "constraint" not in fields and (task.pk or "start" in fields):
        task.constraint, task.constraint_date = Constraint.START_NO_EARLIER_THAN.value, moment


def _finish(task: Task, value: Any, project: Project, fields: dict[str, Any]) -> None:
    moment = _moment("finish", value)
    start = _moment("start", fields.get("start")) or task.start
    if moment is None or start is None:
        raise BadValue("finish", "a finish needs a start before it.")
    if moment < start:
        raise BadValue("finish", "a task cannot finish before it starts.")
    if "duration_minutes" not in fields:
        _duration(task, work_calendar(task, project).between(start, moment), project, fields)
    if task.manual:
        task.finish = moment


def _constraint(task: Task, value: Any, project: Project, fields: dict[str, Any]) -> None:
    try:
        task.constraint = Constraint(value).value
    except ValueError:
        raise BadValue("constraint", f"“{value}” is not one of the eight constraints.") from None
    if task.constraint in (Constraint.ASAP.value, Constraint.ALAP.value):
        task.constraint_date = None
    elif not fields.get("constraint_date") and task.constraint_date is None:
        raise BadValue("constraint_date", "this constraint needs a date.")


def _constraint_date(task: Task, value: Any, project: Project, fields: dict[str, Any]) -> None:
    task.constraint_date = _moment("constraint_date", value)
    dated = task.constraint not in (Constraint.ASAP.value, Constraint.ALAP.value)
    if dated and task.constraint_date is None:
        raise BadValue("constraint_date", "this constraint needs a date.")
    if not dated:
        task.constraint_date = None


def _deadline(task: Task, value: Any, project: Project, fields: dict[str, Any]) -> None:
    task.deadline = _moment("deadline", value)


def _percent(task: Task, value: Any, project: Project, fields: dict[str, Any]) -> None:
    try:
        percent = Decimal(str(value))
    except (InvalidOperation, ValueError):
        raise BadValue("percent_complete", f"“{value}” is not a percentage.") from None
    if not percent.is_finite():
        raise BadValue("percent_complete", f"“{value}” is not a percentage.")
    if not 0 <= percent <= 100:
        raise BadValue("percent_complete", "a percentage is between 0 and 100.")
    task.percent_complete = percent.quantize(Decimal("0.01"))
    _progress(task)


def _progress(task: Task) -> None:
    """Actual and remaining values that follow from percent complete."""
    if not task.percent_complete:
        task.actual_start = task.actual_finish = task.actual_duration = task.remaining_duration = None
        task.stop = task.resume = None
        return
    task.actual_start = task.actual_start or task.start
    task.actual_duration = round(task.duration_minutes * task.percent_complete / 100)
    task.remaining_duration = task.duration_minutes - task.actual_duration
    task.stop = task.resume = None
    if task.percent_complete == 100:
        task.actual_finish = task.actual_finish or task.finish
    else:
        task.actual_finish = None


Setter = Callable[[Task, Any, Project, dict[str, Any]], None]
SETTERS: dict[str, Setter] = {
    "name": _name,
    "notes": _notes,
    "manual": _manual,
    "kind": _kind,
    "duration_minutes": _duration,
    "start": _start,
    "finish": _finish,
    "constraint": _constraint,
    "constraint_date": _constraint_date,
    "deadline": _deadline,
    "percent_complete": _percent,
}
