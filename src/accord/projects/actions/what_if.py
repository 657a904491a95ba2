"""What-if plans: copied from the current plan, edited like it, adopted or discarded."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from accord.core import editing
from accord.core.access import Permission, require
from accord.core.bulk import update_rows
from accord.core.events import record_event
from accord.core.garbage import gc_paused
from accord.projects.actions.edit_plan import Step, finish_edit, locked
from accord.projects.events import PlanEvent
from accord.projects.models import Plan, Project, Resource, Task
from accord.projects.plan_changes import EditSession
from accord.projects.plan_memory import StoredRows
from accord.projects.plan_resources import named
from accord.projects.queries_what_if import Trial, trial

_OWN = {"id", "plan", "project", "created_at", "updated_at", "version"}
_WITHIN = {"parent", "predecessor", "successor", "task", "resource"}  # rows of the same plan
MOST = 50  # open what-ifs of one project


@gc_paused()
@transaction.atomic
def start_what_if(*, project: Project, by: Any, name: str, purpose: str = "") -> Plan:
    """Copy the current plan of ``project``, with its resources, to try changes on.

    Raises ``ValidationError`` where the name is missing or the project has too many open what-ifs.
    """
    require(by, Permission.CHANGE, project)
    current = locked(project.plan)
    if Plan.objects.filter(project=project, kind=Plan.Kind.WHAT_IF, adopted_at=None).count() >= MOST:
        raise ValidationError(
            gettext("This project has %(most)s open what-if plans. Discard one first.") % {"most": MOST}
        )
    plan = Plan(
        project=current.project, kind=Plan.Kind.WHAT_IF, name=name, purpose=purpose, by=by,
        copied_at=current.changed_at, finish=current.finish,
    )  # fmt: skip
    plan.full_clean(exclude=["by"])
    if not name:
        raise ValidationError({"name": gettext("Enter what this what-if tries out.")})
    editing.create(plan, by=by, action="start_what_if")
    plan.copies = _copy(current, plan)
    plan.save(update_fields=["copies"])
    return plan


def _copy(current: Plan, plan: Plan) -> dict[str, dict[int, int]]:
    """Copy the rows of ``current`` into ``plan``; by table, the original of each copy."""
    rows = StoredRows.of(current)
    resources = _copied(list(Resource.objects.filter(plan=current)), plan)
    originals = [task for task in rows.tasks.values() if task.deleted_at is None]
    tasks = _copied(originals, plan)
    for task in originals:
        tasks[task.pk].parent = tasks[task.parent_id] if task.parent_id else None
    update_rows([tasks[task.pk] for task in originals if task.parent_id], ["parent"])
    links = [row for row in rows.links.values() if row.predecessor_id in tasks and row.successor_id in tasks]
    assignments = [row for row in rows.assignments.values() if row.task_id in tasks]
    copied = {
        "tasks": tasks,
        "resources": resources,
        "links": _copied(
            links, plan, lambda r: {"predecessor": tasks[r.predecessor_id], "successor": tasks[r.successor_id]}
        ),
        "assignments": _copied(
            assignments, plan, lambda r: {"task": tasks[r.task_id], "resource": resources.get(r.resource_id)}
        ),
    }
    return {table: {copy.pk: origin for origin, copy in found.items()} for table, found in copied.items()}


def _copied(rows: list[Any], plan: Plan, ends: Any = None) -> dict[int, Any]:
    """Stored copies of ``rows`` by the primary key of the original, without what is above them."""
    if not rows:
        return {}
    model = type(rows[0])
    copies = [_copy_of(row, plan, **(ends(row) if ends else {})) for row in rows]
    model.all_objects.bulk_create(copies, batch_size=200)
    return {row.pk: copy for row, copy in zip(rows, copies, strict=True)}


def _copy_of(row: Any, plan: Plan, **values: Any) -> Any:
    """``row`` as one of ``plan``, unsaved; ``values`` are its own, and what it refers to within the plan."""
    columns = (f.attname for f in row._meta.concrete_fields if f.name not in _OWN | _WITHIN)
    return type(row)(**{name: getattr(row, name) for name in columns} | values, **plan.place)


@transaction.atomic
def discard_what_if(*, plan: Plan, by: Any) -> None:
    """Delete a what-if with all that was tried on it; the current plan stays as it is."""
    _require_what_if(plan)
    editing.remove(plan, by=by)


@gc_paused()
@transaction.atomic
def adopt_what_if(*, plan: Plan, by: Any) -> Step:
    """Make the changes that were tried on ``plan`` in the current plan, as one edit that can be undone.

    Only what the what-if changed is written: what others have changed in the current plan since then stays, except
    where both changed the same value; there the what-if's holds (see :func:`~.queries_what_if.trial`). Progress is
    nothing that can be tried, and stays. Colleagues whom the what-if counts on join the project.
    """
    _require_what_if(plan)
    require(by, Permission.CHANGE, plan)
    current = locked(plan.project.plan)
    stored = Plan.objects.select_for_update().get(pk=plan.pk)
    if stored.adopted_at is not None:
        raise ValidationError(gettext("This what-if has been adopted already."))
    tried = trial(stored)
    if tried.is_empty:
        raise ValidationError(gettext("This what-if changes nothing yet."))
    at_before = current.changed_at
    work = EditSession(current, by)
    _Adoption(work, tried).apply()
    step = finish_edit(work, at_before=at_before, label=gettext("adopt “%(stored)s”") % {"stored": stored.name})
    stored.adopted_at = timezone.now()
    stored.save(update_fields=["adopted_at", "updated_at"])
    record_event(by=by, kind=PlanEvent.WHAT_IF_ADOPTED, subject=current.project, after={"what_if": stored.name})
    return step


def _require_what_if(plan: Plan) -> None:
    if plan.is_current:
        raise ValidationError(gettext("This is the current plan, not a what-if."))


class _Adoption:
    """Writes what was tried into the rows of the current plan; copies are translated to their originals."""

    def __init__(self, work: EditSession, tried: Trial) -> None:
        self.work, self.tried = work, tried
        self.tasks = {copy: origin for copy, origin in tried.plan.origins("tasks").items() if origin in work.tasks}
        self.resources = dict(tried.plan.origins("resources"))

    def apply(self) -> None:
        self._tasks()
        self._links()
        self._assignments()

    def _tasks(self) -> None:
        rows = self.tried.rows.tasks
        for pk in self._parents_first(self.tried.new("tasks")):
            self.tasks[pk] = self._add_task(rows[pk]).pk
        for pk, values in self.tried.changed("tasks").items():
            if pk in self.tasks:
                self._change_task(self.work.tasks[self.tasks[pk]], values)
        for pk in self.tried.removed("tasks"):
            if pk in self.tasks:
                self.work.put_aside(self.work.tasks[self.tasks[pk]])

    def _parents_first(self, new: list[int]) -> list[int]:
        rows, waiting, ordered = self.tried.rows.tasks, set(new), []
        while waiting:
            ready = sorted(pk for pk in waiting if rows[pk].parent_id not in waiting)
            ordered += ready
            waiting -= set(ready)
        return ordered

    def _add_task(self, copy: Task) -> Task:
        parent = self.tasks.get(copy.parent_id or 0)
        task: Task = _copy_of(copy, self.work.plan, uid=self.work.next_uid(), parent_id=parent)
        self.work.add(task)
        return task

    def _change_task(self, task: Task, values: dict[str, Any]) -> None:
        self.work.touch(task)
        for name, value in values.items():
            setattr(task, name, self.tasks.get(value) if name == "parent_id" else value)

    def _links(self) -> None:
        rows, origins = self.tried.rows.links, self.tried.plan.origins("links")
        for pk in self.tried.removed("links"):
            if (link := self.work.links.get(origins.get(pk, 0))) is not None:
                self.work.drop(link)
        for pk, values in self.tried.changed("links").items():
            if (link := self.work.links.get(origins.get(pk, 0))) is not None:
                self.work.touch(link)
                for name in ("type", "lag", "lag_unit"):
                    setattr(link, name, values.get(name, getattr(link, name)))
        linked = {(row.predecessor_id, row.successor_id) for row in self.work.links.values()}
        for pk in self.tried.new("links"):
            row = rows[pk]
            before, after = self.tasks.get(row.predecessor_id), self.tasks.get(row.successor_id)
            if before is not None and after is not None and (before, after) not in linked:
                self.work.add(_copy_of(row, self.work.plan, predecessor_id=before, successor_id=after))

    def _assignments(self) -> None:
        rows, origins = self.tried.rows.assignments, self.tried.plan.origins("assignments")
        for pk in self.tried.removed("assignments"):
            if (row := self.work.assignments.get(origins.get(pk, 0))) is not None:
                self.work.drop(row)
        for pk, values in self.tried.changed("assignments").items():
            if (row := self.work.assignments.get(origins.get(pk, 0))) is not None:
                self.work.touch(row)
                for name in ("units", "work_minutes", "cost"):
                    setattr(row, name, values.get(name, getattr(row, name)))
        for number, pk in enumerate(self.tried.new("assignments"), self.work.next_assignment_uid()):
            row = rows[pk]
            if (task := self.tasks.get(row.task_id)) is not None:
                resource = self._resource(row.resource) if row.resource is not None else None
                self.work.add(_copy_of(row, self.work.plan, uid=number, task_id=task, resource=resource))

    def _resource(self, copy: Resource) -> Resource:
        """The resource of the current plan; one that was added for the trial is added there as well."""
        if copy.pk not in self.resources:
            self.resources[copy.pk] = named(self.work, copy.name, copy.person_id).pk
        resource: Resource = Resource.objects.get(pk=self.resources[copy.pk])
        return resource
