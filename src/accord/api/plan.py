"""The plan of a project: read it, change it by edits, undo and redo."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from operator import attrgetter
from typing import Annotated, Any

from django.db.models import Exists, OuterRef, Subquery
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from ninja import Router, Schema
from pydantic import WithJsonSchema

from accord.api.plan_answers import ComparisonDates, EditAnswer, EditConflict, EditRefusal, PlanData, PlanNews
from accord.api.plan_schema import CHANGE
from accord.core.access import Permission, can
from accord.core.fetch import fetch
from accord.core.fields import wall_time
from accord.core.models import Record
from accord.engines.calendars.working_time import compile_calendars
from accord.engines.planning.splits import placed
from accord.projects import plan_memory
from accord.projects.actions.edit_plan import Step, edit_plan, redo_step, undo_step
from accord.projects.actions.schedule import moves_between
from accord.projects.fields import FIELDS, Kind
from accord.projects.models import Deliverable, Link, Plan, PlanEdit, Project, Task
from accord.projects.outline import Row
from accord.projects.plan_changes import Invalid
from accord.projects.plan_progress import segments_of
from accord.projects.queries import LoadedPlan, load_plan, owner_names
from accord.projects.queries_comparison_dates import beside
from accord.projects.queries_late import late_by_task
from accord.projects.queries_simulation import criticality

router = Router(tags=["plan"])

EDIT = {200: EditAnswer, 409: EditConflict, 422: EditRefusal}
SHOWN = {each.name: each for each in FIELDS if each.shown}
_values = attrgetter(*(each.attribute for each in SHOWN.values()))
_MOMENTS = [name for name, each in SHOWN.items() if each.kind is Kind.MOMENT]
_PERCENTS = [name for name, each in SHOWN.items() if each.kind is Kind.PERCENT]


class PlanEditIn(Schema):
    """The changes of one edit; their forms are described in ``accord.projects.plan_changes``."""

    changes: list[Annotated[dict[str, Any], WithJsonSchema(CHANGE)]]
    as_of: datetime | None = None  # when the progress was reached; by default the status date


@router.get("/{int:pk}/plan", response=PlanData)
def plan(request: HttpRequest, pk: int) -> dict[str, Any]:
    """Everything the Gantt shows."""
    return plan_data(fetch(Project, request.user, "account", "calendar", pk=pk).plan, request.user)


def plan_data(stored: Plan, user: Any) -> dict[str, Any]:
    """The whole plan, and what ``user`` could undo in it; it is kept in memory for those who may go on to change it."""
    if not _may_edit(stored, user):
        nothing = {"can_undo": False, "can_redo": False, "label": ""}
        return _plan(stored, load_plan(stored), user, nothing)
    with plan_memory.shown(stored) as loaded:
        return _plan(stored, loaded, user, _undo(stored, user))


def _may_edit(stored: Plan, user: Any) -> bool:
    return stored.adopted_at is None and can(user, Permission.CHANGE, stored.project)


def _plan(stored: Plan, loaded: LoadedPlan, user: Any, undo: dict[str, Any]) -> dict[str, Any]:
    project = stored.project
    simulated = criticality(stored)
    at = stored.changed_at.isoformat()
    return {
        "at": at,
        "project": _project(stored, loaded, user) | {"simulated_at": at if simulated else None},
        "tasks": _tasks(project, loaded, None, simulated),
        "links": [_link(link) for link in loaded.links],
        "resources": [{"id": r.pk, "name": r.name, "kind": r.kind} for r in loaded.resources.values()],
        "calendars": [{"id": c.pk, "name": c.name} for c in loaded.calendars],
        "deliverables": list(Deliverable.objects.filter(project=project).values("id", "name")),
        "people": _people(loaded.tasks),
        "undo": undo,
    }


@router.get("/{int:pk}/plan/changes", response=PlanNews)
def changes_since(request: HttpRequest, pk: int, since: datetime) -> dict[str, Any]:
    """What others have saved after ``since``: the ``at`` of the answer that the caller knows last.

    Nothing but ``at`` while the plan stands still, which costs two queries. Otherwise ``tasks`` and ``links`` that
    differ, and of both all ids that still are in the plan: what the caller knows beyond them is gone.
    """
    return news_of(fetch(Project, request.user, "account", "calendar", pk=pk).plan, request.user, since)


def news_of(stored: Plan, user: Any, since: datetime) -> dict[str, Any]:
    project, at = stored.project, stored.changed_at
    if timezone.is_naive(since):
        raise Invalid(gettext("Send the timestamp exactly as returned, with its time zone."), field="since")
    if at <= since:
        return {"at": at.isoformat()}
    steps = list(PlanEdit.all_objects.filter(plan=stored, updated_at__gt=since).select_related("by"))
    loaded = load_plan(stored)
    touched = {task.pk for task in loaded.tasks if task.updated_at > since}
    for step in steps:
        touched |= _around(loaded, step)
    # Baselines and imports leave no step: then everything may look different.
    everything = not steps and not touched
    return {
        "at": at.isoformat(),
        "by": sorted({str(step.by) for step in steps if step.by is not None and step.by_id != user.pk}),
        "tasks": _tasks(project, loaded, None if everything else touched),
        "people": _people(loaded.tasks),
        "task_ids": [task.pk for task in loaded.tasks],
        "links": [_link(link) for link in loaded.links],
        "project": _ends(stored),
        "undo": _undo(stored, user),
    }


@router.get("/{int:pk}/plan/beside/{key}", response=ComparisonDates)
def comparison_dates(request: HttpRequest, pk: int, key: str) -> dict[str, Any]:
    """Where tasks lie in a baseline (``baseline-1``) or in an open proposal of levelling (``levelling-12``)."""
    return dates_answer(fetch(Project, request.user, pk=pk).plan, key)


def dates_answer(stored: Plan, key: str) -> dict[str, Any]:
    """The dates to lay beside a plan; a key that it doesn't offer is not found."""
    dates = beside(stored, key)
    if dates is None:
        raise Http404
    return {"tasks": [{"id": task, "start": _iso(d[0]), "finish": _iso(d[1])} for task, d in sorted(dates.items())]}


@router.post("/{int:pk}/plan/changes", response=EDIT)
def changes(request: HttpRequest, pk: int, body: PlanEditIn) -> dict[str, Any]:
    """One edit: all its changes, or none."""
    return edit_answer(fetch(Project, request.user, "account", pk=pk).plan, request.user, body)


def edit_answer(stored: Plan, user: Any, body: PlanEditIn) -> dict[str, Any]:
    if not body.changes:
        raise Invalid(gettext("Send at least one change."), field="changes")
    if len(body.changes) > 5000:
        raise Invalid(gettext("Send at most 5,000 changes in one request."), field="changes")
    as_of = body.as_of and body.as_of.replace(tzinfo=None, microsecond=0)
    return step_answer(user, edit_plan(plan=stored, by=user, changes=body.changes, as_of=as_of))


@router.post("/{int:pk}/plan/undo", response=EDIT)
def undo(request: HttpRequest, pk: int) -> dict[str, Any]:
    """Take back my latest edit."""
    plan = fetch(Project, request.user, "account", pk=pk).plan
    return step_answer(request.user, undo_step(plan=plan, by=request.user))


@router.post("/{int:pk}/plan/redo", response=EDIT)
def redo(request: HttpRequest, pk: int) -> dict[str, Any]:
    """Do again what I undid last."""
    plan = fetch(Project, request.user, "account", pk=pk).plan
    return step_answer(request.user, redo_step(plan=plan, by=request.user))


def task_page(project: Project, task: Task | None) -> str:
    """Where a task opens in its plan."""
    plan = reverse("project-plan", args=[project.pk])
    return f"{plan}#task-{task.pk}/open" if task is not None else plan


def current_tasks(record: Record) -> list[dict[str, Any]]:
    """The row of a task in conflict as it stands now."""
    if not isinstance(record, Task) or record.deleted_at is not None:
        return []
    plan = Plan.objects.select_related("project__account").get(pk=record.plan_id)
    return _tasks(plan.project, load_plan(plan), {record.pk})


def step_answer(user: Any, step: Step) -> dict[str, Any]:
    """``at_before`` tells a page that knows an older state than the step began with to ask what else has changed."""
    fresh = Plan.objects.select_related("project__account", "project__calendar").get(pk=step.step.plan_id)
    loaded = step.loaded
    touched = {int(pk) for pk in step.step.before["tasks"]} | {int(pk) for pk in step.step.after["tasks"]}
    touched |= {task.pk for task in step.rescheduled.changed}
    touched |= _around(loaded, step.step)
    present = {task.id for task in loaded.tasks}
    links = {link.id: link for link in loaded.links}
    touched_links = {int(pk) for side in (step.step.before, step.step.after) for pk in side.get("links", {})}
    return {
        "step": step.step.pk,
        "at": step.at.isoformat(),
        "at_before": step.at_before.isoformat(),
        "tasks": _tasks(fresh.project, loaded, touched),
        "people": _people(task for task in loaded.tasks if task.pk in touched),
        "links": [_link(links[pk]) for pk in sorted(touched_links) if pk in links],
        "deleted_tasks": sorted(touched - present),
        "deleted_links": sorted(touched_links - set(links)),
        "created": step.created,
        "moved": moves_between(step.rescheduled.moved),
        "project": _ends(fresh),
        "finish_before": _iso(step.rescheduled.finish_before),
        "finish_after": _iso(step.rescheduled.finish_after),
        "undo": _undo(fresh, user),
    }


def _people(tasks: Iterable[Task]) -> list[dict[str, Any]]:
    """Those whom the tasks name as owners."""
    return [{"id": pk, "name": name} for pk, name in sorted(owner_names(list(tasks)).items())]


def _around(loaded: LoadedPlan, step: PlanEdit) -> set[int]:
    """Tasks whose place or assignments show differently although their own row is as it was."""
    assigned = {a.task_id for a in loaded.assignments if str(a.pk) in step.after.get("assignments", {})}
    gone = step.before.get("assignments", {}).values()
    assigned |= {values["task_id"] for values in gone if values}
    before, after = step.before["tasks"], step.after["tasks"]
    moved = any(
        (b or {}).get(name) != (after.get(pk) or {}).get(name)
        for pk, b in before.items()
        for name in ("order", "parent_id", "deleted_at")
    )
    # Outline numbers of all that follow change with a move; rows are small and sent once.
    return {task.pk for task in loaded.tasks} if moved else assigned


def _ends(stored: Plan) -> dict[str, Any]:
    project = stored.project
    return {"start": _iso(project.start), "finish": _iso(stored.finish), "version": project.version}


def _project(stored: Plan, loaded: LoadedPlan, user: Any) -> dict[str, Any]:
    project = stored.project
    calendars = {c.pk: c for c in loaded.calendars}
    calendar = calendars[loaded.plan.calendar]
    week, exceptions = list(calendar.week), list(calendar.exceptions)
    base = calendars.get(calendar.base_id) if calendar.base_id else None
    if base is not None:
        week = [day if day is not None else base.week[i] for i, day in enumerate(week)]
        exceptions = [*base.exceptions, *exceptions]
    return {
        "id": project.pk,
        "name": project.name,
        "version": project.version,
        "start": _iso(project.start),
        "finish": _iso(stored.finish),
        "status_date": _iso(project.status_date),
        "today": _iso(wall_time().replace(second=0, microsecond=0)),
        "currency": project.currency,
        "minutes_per_day": project.minutes_per_day,
        "can_edit": _may_edit(stored, user),
        "calendar": {"week": [day or [] for day in week], "exceptions": exceptions},
    }


def _tasks(
    project: Project, loaded: LoadedPlan, only: set[int] | None, simulated: dict[int, float] | None = None
) -> list[dict[str, Any]]:
    """``criticality`` is that of a simulation of this very plan; after any change there is none."""
    simulated = simulated or {}
    late = late_by_task(project, timezone.localdate(), only)
    resources: dict[int, list[dict[str, Any]]] = {}
    for a in loaded.assignments:
        if only is not None and a.task_id not in only:
            continue
        resource = loaded.resources.get(a.resource_id) if a.resource_id else None
        if resource is not None:
            share = {"id": resource.pk, "name": resource.name, "units": a.units}
            resources.setdefault(a.task_id, []).append(share)
    found = []
    for place, row in enumerate(loaded.rows):
        task = row.task
        if only is not None and task.id not in only:
            continue
        baseline = next((b for b in loaded.plan.tasks[place].baselines if b.number == 0), None)
        found.append(
            {
                "id": task.pk,
                "parent": task.parent_id,
                "order": place,
                "wbs": row.wbs,
                "kind": "summary" if row.has_children else task.kind if task.kind != "summary" else "task",
                **_shown(task),
                "late": late.get(task.pk, []),
                "criticality": simulated.get(task.pk),
                "baseline_start": _iso(baseline.start) if baseline else None,
                "baseline_finish": _iso(baseline.finish) if baseline else None,
                "baseline_duration_minutes": baseline.duration if baseline else None,
                "resources": resources.get(task.pk, []),
                "segments": _segments(loaded, row),
                "version": task.version,
            }
        )
    return found


def _shown(task: Task) -> dict[str, Any]:
    """The fields of the table that rows show, as JSON holds them."""
    values = dict(zip(SHOWN, _values(task), strict=True))
    for name in _MOMENTS:
        values[name] = _iso(values[name])
    for name in _PERCENTS:
        values[name] = float(values[name])
    return values


def _segments(loaded: LoadedPlan, row: Row) -> list[dict[str, Any]]:
    """Where the parts of a split task lie now; nothing for whole ones."""
    task = row.task
    if not task.segments or task.start is None or row.has_children:
        return []
    calendar = compile_calendars(loaded.plan.calendars)[task.calendar_id or loaded.plan.calendar]
    parts = placed(segments_of(task), task.start, task.duration_minutes, calendar)
    return [{"start": _iso(part.start), "finish": _iso(part.finish)} for part in parts]


def _link(link: Link) -> dict[str, Any]:
    return {
        "id": link.pk,
        "source": link.predecessor_id,
        "target": link.successor_id,
        "type": link.type,
        "lag": link.lag,
        "lag_unit": link.lag_unit,
    }


def _undo(stored: Plan, user: Any) -> dict[str, Any]:
    steps = PlanEdit.all_objects.filter(plan=OuterRef("pk"), by=user)
    last, taken_back = steps.filter(undone=False).values("label")[:1], steps.filter(undone=True)
    found = Plan.objects.filter(pk=stored.pk).values_list(Subquery(last), Exists(taken_back.order_by()))
    label, can_redo = found.first() or (None, False)
    return {"can_undo": label is not None, "can_redo": can_redo, "label": label or ""}


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
