"""What can be asked about projects."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from operator import attrgetter
from typing import Any

from django.db.models import Q, QuerySet

from accord.engines.calendars.working_time import CalendarSpec, ExceptionSpec, WeekSpec
from accord.engines.planning.plan import (
    Accrual,
    Assignment,
    Availability,
    BaselineValues,
    LagUnit,
    Link,
    LinkType,
    Plan,
    RateLine,
    Resource,
    ResourceKind,
    Segment,
    Spend,
    Stored,
    Task,
)
from accord.people.models import Absence, Calendar, Firm, Person
from accord.projects import models
from accord.projects.fields import FIELDS, Kind, TaskField
from accord.projects.outline import Row, outline

PLAN_OPTIONS = (
    "minutes_per_week",
    "days_per_month",
    "critical_slack_limit",
    "honor_constraints",
    "multiple_critical_paths",
    "splits_in_progress_tasks",
    "earned_value_baseline",
)


@dataclass(frozen=True, slots=True)
class LoadedPlan:
    """A plan as the engines take it, with the rows it was made from (in outline order)."""

    plan: Plan
    rows: list[Row]
    links: list[models.Link]
    resources: dict[int, models.Resource]
    assignments: list[models.Assignment]
    calendars: list[Calendar]

    @property
    def tasks(self) -> list[models.Task]:
        return [row.task for row in self.rows]


def calendars_of(project: models.Project) -> QuerySet[Calendar]:
    """The calendars a plan may use: those of the firm and those that came with its file."""
    return Calendar.objects.filter(Q(shared=True) | Q(source=calendar_source(project)))


def tasks_of(plan: models.Plan) -> QuerySet[models.Task]:
    """The tasks of a plan, current or what-if, without deleted ones."""
    found: QuerySet[models.Task] = models.Task.all_objects.filter(plan=plan, deleted_at=None)
    return found


def calendar_source(project: models.Project) -> str:
    """The ``source`` under which a project's own calendars are kept."""
    return f"project:{project.pk}"


@dataclass(frozen=True, slots=True)
class PlanParts:
    """The rows a plan is made of, where they are not to be those that are stored now."""

    tasks: list[models.Task]
    links: list[models.Link]
    assignments: list[models.Assignment]

    @classmethod
    def stored(cls, plan: models.Plan) -> PlanParts:
        return cls(
            list(tasks_of(plan)),
            list(models.Link.all_objects.filter(plan=plan).order_by("pk")),
            list(models.Assignment.all_objects.filter(plan=plan).order_by("pk")),
        )


@dataclass(frozen=True, slots=True)
class PlanFrame:
    """What a plan rests on beside its own rows: who works, when, and what was agreed."""

    resources: list[models.Resource]
    calendar: int
    calendars: list[Calendar]
    agreed: dict[int, list[BaselineValues]]
    away: dict[int, CalendarSpec]

    @classmethod
    def stored(cls, plan: models.Plan, baselines: tuple[int, ...] | None = (0,)) -> PlanFrame:
        project = plan.project
        resources = list(models.Resource.all_objects.filter(plan=plan).select_related("person"))
        calendar = project.calendar_id or Firm.current().calendar_id  # the firm's is made on first use: before the list
        assert calendar is not None
        away = _absences(resources, project, calendar)
        return cls(resources, calendar, list(calendars_of(project)), _agreed(plan, baselines), away)


@dataclass(frozen=True, slots=True)
class Specs:
    """What the engines were given for each row; who changes a row drops its entry."""

    tasks: dict[int, Task] = field(default_factory=dict)
    links: dict[int, Link] = field(default_factory=dict)
    assignments: dict[int, Assignment] = field(default_factory=dict)


def load_plan(
    stored: models.Plan,
    *,
    baselines: tuple[int, ...] | None = (0,),
    parts: PlanParts | None = None,
    frame: PlanFrame | None = None,
    specs: Specs | None = None,
) -> LoadedPlan:
    """Read a plan in eight queries, whatever its size. ``baselines=None`` reads every baseline.

    ``uid`` in the plan is ``Task.uid``: the number in the file it came from. ``parts`` and ``frame`` stand in for the
    stored rows; ``specs`` are used where a row has one, and filled.
    """
    project = stored.project
    parts = parts or PlanParts.stored(stored)
    frame = frame or PlanFrame.stored(stored, baselines)
    specs = specs or Specs()
    rows = outline(parts.tasks)
    uid = {task.id: task.uid for task in parts.tasks}
    links = [link for link in parts.links if link.predecessor_id in uid and link.successor_id in uid]
    resource_uid = {resource.id: resource.uid for resource in frame.resources}
    assignments = [a for a in parts.assignments if a.task_id in uid]
    for row in rows:
        _keep_spec(row, uid, frame.agreed, specs.tasks)
    for link in links:
        if link.id not in specs.links:
            ends = uid[link.predecessor_id], uid[link.successor_id]
            specs.links[link.id] = Link(*ends, LinkType(link.type), link.lag, LagUnit(link.lag_unit))
    for a in assignments:
        if a.id not in specs.assignments:
            specs.assignments[a.id] = _assignment(a, uid, resource_uid)
    plan = Plan(
        name=project.name,
        start=project.start,
        calendar=frame.calendar,
        calendars=(*(calendar.spec() for calendar in frame.calendars), *frame.away.values()),
        tasks=tuple(specs.tasks[row.task.id] for row in rows),
        links=tuple(specs.links[link.id] for link in links),
        resources=tuple(_resource(resource, frame.away) for resource in frame.resources),
        assignments=tuple(specs.assignments[a.id] for a in assignments),
        finish=project.target_finish if project.schedule_from_finish else None,
        schedule_from_finish=project.schedule_from_finish and project.target_finish is not None,
        status_date=project.status_date,
        currency=project.currency,
        minutes_per_day=project.minutes_per_day,
        **{name: value for name, value in project.plan_options.items() if name in PLAN_OPTIONS},
    )
    return LoadedPlan(plan, rows, links, {r.pk: r for r in frame.resources}, assignments, frame.calendars)


def refreshed(loaded: LoadedPlan, changed: Iterable[models.Task], frame: PlanFrame, specs: Specs) -> LoadedPlan:
    """``loaded`` after a calculation has changed these rows, all of them in their old places."""
    uid = {row.task.id: row.task.uid for row in loaded.rows}
    again = {task.id for task in changed}
    tasks = list(loaded.plan.tasks)
    for place, row in enumerate(loaded.rows):
        if row.task.id in again:
            tasks[place] = specs.tasks[row.task.id] = _task(row, uid, frame.agreed)
    return replace(loaded, plan=replace(loaded.plan, tasks=tuple(tasks)))


def owner_names(tasks: Iterable[models.Task]) -> dict[int, str]:
    """The people whom fields of these tasks name, by primary key; no query where there are none."""
    owners = {getattr(task, each.attribute) for each in FIELDS if each.source == "people" for task in tasks} - {None}
    return dict(Person.objects.filter(pk__in=owners).values_list("pk", "name")) if owners else {}


def _agreed(plan: models.Plan, baselines: tuple[int, ...] | None) -> dict[int, list[BaselineValues]]:
    """What was agreed of each task, by its primary key; a what-if has what was agreed of the originals."""
    kept = models.BaselineTask.objects.filter(baseline__project=plan.project_id)
    copy_of = plan.copy_of("tasks")
    if baselines is not None:
        kept = kept.filter(baseline__number__in=baselines)
    agreed: dict[int, list[BaselineValues]] = defaultdict(list)
    for task, number, start, finish, duration, work, cost, spread in kept.values_list(
        "task_id", "baseline__number", "start", "finish", "duration_minutes", "work_minutes", "cost", "spread"
    ):
        agreed[copy_of.get(task, task)].append(
            BaselineValues(
                number=number,
                start=start,
                finish=finish,
                duration=duration,
                work=work,
                cost=cost,
                spread=tuple(
                    Spend(datetime.fromisoformat(s["start"]), datetime.fromisoformat(s["finish"]), Decimal(s["cost"]))
                    for s in spread
                ),
            )
        )
    return agreed


def _keep_spec(row: Row, uid: dict[int, int], agreed: dict[int, list[BaselineValues]], specs: dict[int, Task]) -> None:
    """The task as the engines take it: the one they had, unless it has another place now."""
    known = specs.get(row.task.id)
    parent = uid.get(row.task.parent_id) if row.task.parent_id else None
    if known is None or (known.outline_level, known.wbs, known.parent) != (row.level, row.wbs, parent):
        specs[row.task.id] = _task(row, uid, agreed)


def _task(row: Row, uid: dict[int, int], agreed: dict[int, list[BaselineValues]]) -> Task:
    task = row.task
    return Task(
        uid=task.uid,
        parent=uid.get(task.parent_id) if task.parent_id else None,
        outline_level=row.level,
        wbs=row.wbs,
        milestone=task.kind == models.Task.Kind.MILESTONE,
        level_of_effort=task.kind == models.Task.Kind.LEVEL_OF_EFFORT,
        baselines=tuple(sorted(agreed.get(task.pk, ()), key=lambda b: b.number)),
        stored=Stored(**_COMPUTED(task)),
        **_LOADED(task),
    )


class _Taken:
    """Columns of a row under the engine's names and in its types, at the speed of one look at the row."""

    def __init__(self, names: dict[str, TaskField]) -> None:
        self._names = tuple(names)
        self._values = attrgetter(*(each.attribute for each in names.values()))
        converters = ((place, _converter(each)) for place, each in enumerate(names.values()))
        self._converters = [(place, converter) for place, converter in converters if converter is not None]

    def __call__(self, row: models.Task) -> dict[str, Any]:
        values = list(self._values(row))
        for place, converter in self._converters:
            values[place] = converter(values[place])
        return dict(zip(self._names, values, strict=True))


def _converter(each: TaskField) -> Callable[[Any], Any] | None:
    if each.enum is not None:
        return each.enum
    if each.kind is Kind.PERCENT:
        return lambda value: None if value is None else float(value)
    return _segments if each.kind is Kind.PARTS else None


def _segments(rows: list[dict[str, Any]]) -> tuple[Segment, ...]:
    return tuple(_segment(row) for row in rows)


def _segment(row: dict[str, Any]) -> Segment:
    return Segment(datetime.fromisoformat(row["start"]), datetime.fromisoformat(row["finish"]), row.get("value", 0))


_LOADED = _Taken({each.engine: each for each in FIELDS if each.engine and each.loaded})
_COMPUTED = _Taken({each.computed: each for each in FIELDS if each.computed})

EVERY_DAY_AS_BASE = WeekSpec((None, None, None, None, None, None, None))


def _absences(resources: list[models.Resource], project: models.Project, calendar: int) -> dict[int, CalendarSpec]:
    """Per resource whose person is away during the plan: their calendar with the days away taken out.

    These calendars exist for the engines alone; their uids are below zero, where no row of the table is.
    """
    persons = {resource.person_id for resource in resources if resource.person_id}
    if not persons:
        return {}
    away: dict[int, list[ExceptionSpec]] = defaultdict(list)
    for absence in Absence.objects.filter(person__in=persons, ends_on__gte=project.start.date()):
        away[absence.person_id].append(ExceptionSpec(absence.starts_on, absence.ends_on, (), "away"))
    return {
        resource.pk: CalendarSpec(
            uid=-resource.pk,
            name=resource.name,
            base=_own_calendar(resource) or calendar,
            week=EVERY_DAY_AS_BASE,
            exceptions=tuple(away[resource.person_id]),
        )
        for resource in resources
        if resource.person_id in away
    }


def _own_calendar(resource: models.Resource) -> int | None:
    return resource.calendar_id or (resource.person.calendar_id if resource.person else None)


def _resource(resource: models.Resource, away: dict[int, CalendarSpec]) -> Resource:
    rates = tuple(
        RateLine(
            starts=date.fromisoformat(r["starts"]) if r.get("starts") else None,
            ends=date.fromisoformat(r["ends"]) if r.get("ends") else None,
            standard=Decimal(r["standard"]),
            overtime=Decimal(r.get("overtime", "0")),
            per_use=Decimal(r.get("per_use", "0")),
        )
        for r in resource.rates
    )
    person = resource.person
    return Resource(
        uid=resource.uid,
        name=resource.name,
        kind=ResourceKind(resource.kind),
        email=resource.email or (person.email if person else ""),
        group=resource.group,
        max_units=resource.max_units,
        calendar=away[resource.pk].uid if resource.pk in away else _own_calendar(resource),
        rates=rates or (RateLine(None, None, resource.rate, per_use=resource.cost_per_use),),
        material_label=resource.material_label,
        availability=tuple(_availability(row) for row in resource.availability),
        accrual=Accrual(resource.accrual),
    )


def _availability(row: dict[str, Any]) -> Availability:
    starts, ends = (date.fromisoformat(row[end]) if row[end] else None for end in ("starts", "ends"))
    return Availability(starts, ends, row["units"])


def _assignment(row: models.Assignment, uid: dict[int, int], resource_uid: dict[int, int]) -> Assignment:
    return Assignment(
        uid=row.uid,
        task=uid[row.task_id],
        resource=resource_uid.get(row.resource_id) if row.resource_id else None,
        units=row.units,
        work=row.work_minutes,
        actual_work=row.actual_work_minutes,
        remaining_work=row.remaining_work_minutes,
        cost=row.cost,
        actual_cost=row.actual_cost,
        delay=row.delay_minutes,
        start=row.start,
        finish=row.finish,
        contour=row.contour,
        baseline_cost=row.baseline_cost,
        baseline_work=row.baseline_work_minutes,
        overtime=row.overtime_minutes,
        actual_overtime=row.actual_overtime_minutes,
    )
