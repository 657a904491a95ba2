"""What it means to set one field of a task: dragging a bar, typing a percentage, choosing a constraint."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from accord.core.money import round_half_up
from accord.engines.planning.plan import Constraint
from accord.people.models import Person
from accord.projects.fields import FIELDS, LONGEST, Edit, Kind, TaskField
from accord.projects.models import Deliverable, Task
from accord.projects.plan_hours import PlanHours

COMPUTED_FOR_SUMMARIES = {each.name for each in FIELDS if each.of_summary}
COMPUTED_FOR_EFFORT = {each.name for each in FIELDS if each.of_effort}


class BadValue(ValueError):
    """A value that the field cannot take."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def apply(task: Task, fields: dict[str, Any], hours: PlanHours, *, is_summary: bool) -> None:
    """Set ``fields`` on ``task`` (in memory) with the consequences a planner expects.

    Moving the start of an automatic task sets "start no earlier than"; of a started one its actual start; of a manual
    one just its dates. Percent complete sets actual and remaining values. Raises :class:`BadValue`.
    """
    unknown = set(fields) - set(SETTERS) - set(PLAIN)
    if unknown:
        name = sorted(unknown)[0]
        raise BadValue(name, gettext("“%(name)s” can't be edited.") % {"name": name})
    if is_summary and (fixed := COMPUTED_FOR_SUMMARIES & set(fields)):
        raise BadValue(sorted(fixed)[0], gettext("a summary's dates and progress come from its tasks. Change those."))
    is_effort = task.pk and fields.get("kind", task.kind) == task.kind == Task.Kind.LEVEL_OF_EFFORT
    computed = COMPUTED_FOR_EFFORT if is_effort else set()
    if fixed := {name for name in computed & set(fields) if _says_something(name, fields[name])}:
        message = gettext("a level-of-effort task takes its dates from the work it supports: link it to that work.")
        raise BadValue(sorted(fixed)[0], message)
    for name in PLAIN:
        if name in fields:
            PLAIN[name](name, task, fields[name])
    kind = task.kind
    for name in SETTERS:  # in this order: manual before dates, dates before progress
        if name in fields:
            SETTERS[name](task, fields[name], hours, fields)
    _keep_to_kinds(task, fields, is_other=task.kind != kind)
    _check_estimate(task)


def _keep_to_kinds(task: Task, fields: dict[str, Any], *, is_other: bool) -> None:
    """What only one kind of row has is refused on all others, and ends when a row becomes another."""
    for each in FIELDS:
        if not each.only or task.kind == each.only:
            continue
        if fields.get(each.name) is not None:
            raise BadValue(each.name, each.rule)
        if is_other:
            setattr(task, each.attribute, None)


def _says_something(name: str, value: Any) -> bool:
    """Whether a value is more than the one that level of effort has anyway."""
    return value not in (None, "", False) and not (name == "constraint" and value == Constraint.ASAP.value)


def moment_of(name: str, value: Any) -> datetime | None:
    """The plan time that was written; nothing for nothing."""
    if value in (None, ""):
        return None
    try:
        moment = datetime.fromisoformat(str(value)).replace(tzinfo=None, second=0, microsecond=0)
    except ValueError:
        text = gettext("“%(value)s” isn't a date. Use the form 2026-03-02T09:00.") % {"value": value}
        raise BadValue(name, text) from None
    if not 1970 <= moment.year <= 2199:
        raise BadValue(name, gettext("the year must be between 1970 and 2199."))
    return moment


def _name(task: Task, value: Any, hours: PlanHours, fields: dict[str, Any]) -> None:
    name = str(value or "").strip()
    if not name or len(name) > 300:
        raise BadValue("name", gettext("a task needs a name of at most 300 characters."))
    task.name = name


def _notes(task: Task, value: Any, hours: PlanHours, fields: dict[str, Any]) -> None:
    task.notes = str(value or "")[:20_000]


def _kind(task: Task, value: Any, hours: PlanHours, fields: dict[str, Any]) -> None:
    if value not in (Task.Kind.TASK, Task.Kind.MILESTONE, Task.Kind.LEVEL_OF_EFFORT):
        raise BadValue(
            "kind", gettext("choose task, milestone or level of effort; a summary is a task with tasks below it.")
        )
    if value == Task.Kind.MILESTONE:
        task.duration_minutes = 0
    elif task.kind == Task.Kind.MILESTONE and not task.duration_minutes and "duration_minutes" not in fields:
        task.duration_minutes = hours.project.minutes_per_day
    if value == Task.Kind.LEVEL_OF_EFFORT:
        # Its dates come from the work it supports: what was decided about them before no longer holds.
        task.manual, task.levelling_delay = False, 0
        task.constraint, task.constraint_date = Constraint.ASAP.value, None
        task.optimistic_minutes = task.pessimistic_minutes = None
    task.kind = value


def _manual(task: Task, value: Any, hours: PlanHours, fields: dict[str, Any]) -> None:
    if not isinstance(value, bool):
        raise BadValue("manual", gettext("use true or false."))
    task.manual = value


def _duration(task: Task, value: Any, hours: PlanHours, fields: dict[str, Any]) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LONGEST:
        raise BadValue(
            "duration_minutes", gettext("a duration is a whole number of minutes, zero or more, under a hundred years.")
        )
    task.duration_minutes = value
    # As in every planning tool, work without length is a milestone, and a milestone that is given length is work.
    if task.kind == Task.Kind.MILESTONE and value:
        task.kind = Task.Kind.TASK
    elif task.kind == Task.Kind.TASK and not value:
        task.kind = Task.Kind.MILESTONE
    if task.percent_complete and task.percent_complete < 100:
        _progress(task)
    if task.manual and task.start is not None:
        task.finish = hours.of(task).add(task.start, value)


def _start(task: Task, value: Any, hours: PlanHours, fields: dict[str, Any]) -> None:
    moment = moment_of("start", value)
    if moment is None:
        raise BadValue("start", gettext("enter a start date."))
    if task.manual or not task.pk:
        task.start = moment
        if "finish" not in fields:
            task.finish = hours.of(task).add(moment, task.duration_minutes)
    if task.actual_start is not None:
        task.actual_start = moment
        if task.actual_finish is not None:
            task.actual_finish = hours.of(task).add(moment, task.duration_minutes)
    elif not task.manual and "constraint" not in fields and (task.pk or "start" in fields):
        task.constraint, task.constraint_date = Constraint.START_NO_EARLIER_THAN.value, moment


def _finish(task: Task, value: Any, hours: PlanHours, fields: dict[str, Any]) -> None:
    moment = moment_of("finish", value)
    start = moment_of("start", fields.get("start")) or task.start
    if moment is None or start is None:
        raise BadValue("finish", gettext("enter a start date first."))
    if moment < start:
        raise BadValue("finish", gettext("the finish can't be before the start."))
    if "duration_minutes" not in fields:
        _duration(task, hours.of(task).between(start, moment), hours, fields)
    if task.manual:
        task.finish = moment


def _constraint(task: Task, value: Any, hours: PlanHours, fields: dict[str, Any]) -> None:
    try:
        task.constraint = Constraint(value).value
    except ValueError:
        raise BadValue("constraint", gettext("“%(value)s” isn't a constraint type.") % {"value": value}) from None
    if task.constraint in (Constraint.ASAP.value, Constraint.ALAP.value):
        task.constraint_date = None
    elif not fields.get("constraint_date") and task.constraint_date is None:
        raise BadValue("constraint_date", gettext("this constraint needs a date."))


def _constraint_date(task: Task, value: Any, hours: PlanHours, fields: dict[str, Any]) -> None:
    task.constraint_date = moment_of("constraint_date", value)
    dated = task.constraint not in (Constraint.ASAP.value, Constraint.ALAP.value)
    if dated and task.constraint_date is None:
        raise BadValue("constraint_date", gettext("this constraint needs a date."))
    if not dated:
        task.constraint_date = None


def _deadline(task: Task, value: Any, hours: PlanHours, fields: dict[str, Any]) -> None:
    task.deadline = moment_of("deadline", value)


def _percent(task: Task, value: Any, hours: PlanHours, fields: dict[str, Any]) -> None:
    try:
        percent = Decimal(str(value))
    except (InvalidOperation, ValueError):
        raise BadValue("percent_complete", gettext("“%(value)s” is not a percentage.") % {"value": value}) from None
    if not percent.is_finite():
        raise BadValue("percent_complete", gettext("“%(value)s” is not a percentage.") % {"value": value})
    if not 0 <= percent <= 100:
        raise BadValue("percent_complete", gettext("a percentage is between 0 and 100."))
    task.percent_complete = round_half_up(percent, 2)
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


def _calendar(task: Task, value: Any, hours: PlanHours, fields: dict[str, Any]) -> None:
    if value is not None and value not in hours.calendars:
        raise BadValue("calendar", gettext("this calendar doesn't belong to the plan."))
    task.calendar_id = value


def _custom(task: Task, value: Any, hours: PlanHours, fields: dict[str, Any]) -> None:
    """The custom fields given; the others stay. Each is read by its own rules."""
    if not isinstance(value, dict):
        raise BadValue("custom", gettext("send the custom fields by their keys."))
    kept = dict(task.custom)
    for key, given in value.items():
        field = hours.custom_fields.get(key)
        if field is None:
            raise BadValue("custom", gettext("“%(key)s” isn't a custom field of tasks.") % {"key": str(key)[:40]})
        try:
            kept[key] = field.read(given)
        except ValidationError as error:
            raise BadValue(f"custom_{key}", " ".join(error.messages)) from error
    task.custom = {key: held for key, held in kept.items() if held is not None}


def _deliverable(task: Task, value: Any, hours: PlanHours, fields: dict[str, Any]) -> None:
    if value is not None and not Deliverable.objects.filter(project=hours.project, pk=value).exists():
        raise BadValue("deliverable", gettext("this deliverable doesn't belong to the project."))
    task.deliverable_id = value


def _actual_start(task: Task, value: Any, hours: PlanHours, fields: dict[str, Any]) -> None:
    moment = moment_of("actual_start", value)
    if moment is None:
        task.percent_complete = Decimal(0)
        _progress(task)
        return
    if task.actual_finish is not None and moment > task.actual_finish:
        raise BadValue("actual_start", gettext("the actual start can't be after the actual finish."))
    task.actual_start = moment
    if task.actual_duration is None:
        task.actual_duration, task.remaining_duration = 0, task.duration_minutes


def _actual_finish(task: Task, value: Any, hours: PlanHours, fields: dict[str, Any]) -> None:
    """Finished then: the duration is what it took."""
    moment = moment_of("actual_finish", value)
    if moment is None:
        if task.percent_complete == 100:
            raise BadValue(
                "actual_finish",
                gettext("a task that is 100% complete has an actual finish. Lower the percentage first."),
            )
        return
    start = task.actual_start or task.start or moment
    if moment < start:
        raise BadValue("actual_finish", gettext("the actual finish can't be before the actual start."))
    task.actual_start = start
    task.duration_minutes = hours.of(task).between(start, moment)
    task.percent_complete = Decimal(100)
    task.actual_finish = moment
    _progress(task)


def _remaining(task: Task, value: Any, hours: PlanHours, fields: dict[str, Any]) -> None:
    """So much is left: the duration becomes what was done and what is left, percent complete their ratio."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LONGEST:
        raise BadValue("remaining_duration", gettext("what remains is a whole number of minutes, zero or more."))
    if task.actual_start is None:
        raise BadValue("remaining_duration", gettext("the task hasn't started. Change its duration instead."))
    done = task.actual_duration or 0
    task.duration_minutes = done + value
    task.percent_complete = (
        round_half_up(Decimal(100) * done / task.duration_minutes, 2) if done + value else Decimal(100)
    )
    task.remaining_duration = value
    if not value:
        task.actual_finish = task.actual_finish or hours.of(task).add(task.actual_start, done)
        task.percent_complete = Decimal(100)
    else:
        task.actual_finish = None


def _check_estimate(task: Task) -> None:
    """A three-point estimate around the duration: at best ≤ likely ≤ at worst."""
    best, worst = task.optimistic_minutes, task.pessimistic_minutes
    if best is not None and best > task.duration_minutes:
        raise BadValue("optimistic_minutes", gettext("the optimistic duration can't exceed the most likely duration."))
    if worst is not None and worst < task.duration_minutes:
        raise BadValue(
            "pessimistic_minutes", gettext("the pessimistic duration can't be below the most likely duration.")
        )


PlainSetter = Callable[[str, Task, Any], None]


def _yes_or_no(name: str, task: Task, value: Any) -> None:
    if not isinstance(value, bool):
        raise BadValue(name, gettext("use true or false."))
    setattr(task, name, value)


def _whole(each: TaskField) -> PlainSetter:
    def set_(name: str, task: Task, value: Any) -> None:
        is_none = value is None and each.empty
        if not is_none and (
            isinstance(value, bool) or not isinstance(value, int) or not each.least <= value <= each.most
        ):
            raise BadValue(name, each.rule)
        setattr(task, name, value)

    return set_


def _one_of(each: TaskField) -> PlainSetter:
    column: Any = Task._meta.get_field(each.name)
    known = [value for value, _ in column.choices]

    def set_(name: str, task: Task, value: Any) -> None:
        if value not in known:
            raise BadValue(name, each.rule)
        setattr(task, name, value)

    return set_


def _text(each: TaskField) -> PlainSetter:
    column: Any = Task._meta.get_field(each.name)
    most = column.max_length

    def set_(name: str, task: Task, value: Any) -> None:
        text = str(value or "").strip()
        if most is not None and len(text) > most:
            raise BadValue(name, gettext("at most %(most)s characters.") % {"most": most})
        setattr(task, name, text)

    return set_


def _person(each: TaskField) -> PlainSetter:
    def set_(name: str, task: Task, value: Any) -> None:
        is_key = isinstance(value, int) and not isinstance(value, bool)
        if value is not None and not (is_key and Person.objects.filter(pk=value, left_on=None).exists()):
            raise BadValue(name, gettext("this person doesn't exist or has left the firm."))
        setattr(task, each.attribute, value)

    return set_


PLAIN_KINDS: dict[Kind, Callable[[TaskField], PlainSetter]] = {
    Kind.FLAG: lambda each: _yes_or_no,
    Kind.WHOLE: _whole,
    Kind.MINUTES: _whole,
    Kind.CHOICE: _one_of,
    Kind.TEXT: _text,
    Kind.RECORD: _person,
}
# Fields that are only what they say. They come first: the others look at them.
PLAIN: dict[str, PlainSetter] = {each.name: PLAIN_KINDS[each.kind](each) for each in FIELDS if each.edit is Edit.PLAIN}

Setter = Callable[[Task, Any, PlanHours, dict[str, Any]], None]
SETTERS: dict[str, Setter] = {
    "name": _name,
    "notes": _notes,
    "manual": _manual,
    "kind": _kind,
    "calendar": _calendar,
    "duration_minutes": _duration,
    "start": _start,
    "finish": _finish,
    "constraint": _constraint,
    "constraint_date": _constraint_date,
    "deadline": _deadline,
    "custom": _custom,
    "deliverable": _deliverable,
    "percent_complete": _percent,
    "actual_start": _actual_start,
    "actual_finish": _actual_finish,
    "remaining_duration": _remaining,
}
