"""The forms a change to a plan can take, applied in memory and saved with their before and after.

Each change is a mapping with ``op``:

- ``update_task``: ``id``, ``version``, ``fields``
- ``create_task``: ``temp_id``, ``parent``, ``after`` (a sibling or null), ``fields``
- ``delete_task``: ``id``, ``version``
- ``move_task``: ``id``, ``version``, ``parent``, ``after``
- ``create_link``: ``source``, ``target``, ``type``, ``lag``, ``lag_unit``
- ``update_link``: ``id``, ``type``, ``lag``, ``lag_unit``
- ``delete_link``: ``id``
- ``assign``: ``id`` (task), ``assignments``: ``[{"resource", "units"}]``

Ids may be a ``temp_id`` of a task created earlier in the same gesture.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils import timezone

from accord.core.bulk import update_rows
from accord.core.editing import Conflict, Difference
from accord.projects import task_edits
from accord.projects.models import Assignment, Link, Project, Resource, Task
from accord.projects.outline import GAP, descendants

DECIDED = [
    f.attname
    for f in Task._meta.concrete_fields
    if f.editable and f.name not in {"id", "project", "uid", "created_at", "updated_at", "version"}
] + ["deleted_at"]
# Decided for some tasks, computed for all others: a calculation in between is nobody's edit.
RECOMPUTED = {"start", "finish", "work_minutes", "cost", "percent_complete", "kind"}
LINKED = ["predecessor_id", "successor_id", "type", "lag", "lag_unit"]
ASSIGNED = ["uid", "task_id", "resource_id", "units", "work_minutes", "cost"]


class Invalid(Exception):
    """A change that cannot be made: ``kind`` is ``invalid`` or ``cycle``; ``tasks`` are the ids concerned."""

    def __init__(self, message: str, *, kind: str = "invalid", field: str = "", tasks: list[int] | None = None) -> None:
        super().__init__(message)
        self.message, self.kind, self.field, self.tasks = message, kind, field, tasks or []


class Changes:
    """The plan's rows in memory while one gesture is applied."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.tasks: dict[int, Task] = {t.pk: t for t in Task.everything.filter(project=project)}
        self.links: dict[int, Link] = {link.pk: link for link in Link.objects.filter(project=project)}
        self.assignments: dict[int, Assignment] = {a.pk: a for a in Assignment.objects.filter(project=project)}
        self.created: dict[str, int] = {}
        self.label = ""
        self._before: dict[str, dict[str, Any]] = {"tasks": {}, "links": {}, "assignments": {}}
        self._edited: set[int] = set()

    def apply(self, change: dict[str, Any], number: int) -> None:
        """Apply one change; ``number`` is its place in the gesture."""
        operations = {
            "update_task": self._update_task,
            "create_task": self._create_task,
            "delete_task": self._delete_task,
            "move_task": self._move_task,
            "create_link": self._create_link,
            "update_link": self._update_link,
            "delete_link": self._delete_link,
            "assign": self._assign,
        }
        operation = operations.get(str(change.get("op")))
        if operation is None:
            raise Invalid(f"Change {number + 1}: “{change.get('op')}” is not a change that a plan knows.", field="op")
        label = operation(change)
        self.label = self.label or label

    # Tasks

    def task(self, key: Any) -> Task:
        """The living task of this project with that id or temporary id."""
        pk = self.created.get(key) if isinstance(key, str) and key in self.created else key
        task = self.tasks.get(pk) if isinstance(pk, int) else None
        if task is None or task.deleted_at is not None:
            raise Invalid(f"There is no task {key} in this plan any more.", field="id")
        return task

    def _update_task(self, change: dict[str, Any]) -> str:
        task = self.task(change.get("id"))
        fields = change.get("fields")
        if not isinstance(fields, dict) or not fields:
            raise Invalid("Say which fields to change.", field="fields")
        self._check_version(task, change, fields)
        self._touch(task)
        duration = task.duration_minutes
        has_children = any(t.parent_id == task.pk and t.deleted_at is None for t in self.tasks.values())
        try:
            task_edits.apply(task, fields, self.project, is_summary=has_children)
        except task_edits.BadValue as error:
            raise Invalid(f"{task.name}: {error}", field=error.field, tasks=[task.pk]) from error
        self._scale_work(task, duration)
        return f"change “{task.name}”"

    def _create_task(self, change: dict[str, Any]) -> str:
        fields = dict(change.get("fields") or {})
        parent = self.task(change["parent"]) if change.get("parent") else None
        task = Task(
            project=self.project, uid=self._next_uid(), name=str(fields.get("name") or "New task"), parent=parent
        )
        task.order = self._place(parent.pk if parent else None, change.get("after"), None)
        try:
            task_edits.apply(task, fields, self.project, is_summary=False)
        except task_edits.BadValue as error:
            raise Invalid(str(error), field=error.field) from error
        task.save(force_insert=True)
        self.tasks[task.pk] = task
        self._before["tasks"][str(task.pk)] = None
        self._edited.add(task.pk)
        if change.get("temp_id"):
            self.created[str(change["temp_id"])] = task.pk
        return f"add “{task.name}”"

    def _delete_task(self, change: dict[str, Any]) -> str:
        task = self.task(change.get("id"))
        self._check_version(task, change, {})
        now = timezone.now()
        for pk in {task.pk} | descendants(task.pk, (t for t in self.tasks.values() if t.deleted_at is None)):
            self._touch(self.tasks[pk])
            self.tasks[pk].deleted_at = now
            for link in [x for x in self.links.values() if pk in (x.predecessor_id, x.successor_id)]:
                self._drop_link(link)
        return f"delete “{task.name}”"

    def _move_task(self, change: dict[str, Any]) -> str:
        task = self.task(change.get("id"))
        self._check_version(task, change, {"parent": change.get("parent")})
        parent = self.task(change["parent"]) if change.get("parent") else None
        if parent is not None:
            living = [t for t in self.tasks.values() if t.deleted_at is None]
            if parent.pk == task.pk or parent.pk in descendants(task.pk, living):
                raise Invalid("A task cannot be moved below itself.", field="parent", tasks=[task.pk])
        self._touch(task)
        task.order = self._place(parent.pk if parent else None, change.get("after"), task.pk)
        task.parent = parent
        return f"move “{task.name}”"

    def _place(self, parent: int | None, after: Any, moving: int | None) -> int:
        """An order between ``after`` and the sibling that follows it; makes room when the gap is used up."""
        siblings = sorted(
            (t for t in self.tasks.values() if t.parent_id == parent and t.deleted_at is None and t.pk != moving),
            key=lambda t: (t.order, t.pk),
        )
        if after == "last":
            return (siblings[-1].order if siblings else 0) + GAP
        index = 0
        if after is not None:
            previous = self.task(after)
            if previous not in siblings:
                raise Invalid("The task to stand after is not in that place any more.", field="after")
            index = siblings.index(previous) + 1
        low = siblings[index - 1].order if index else 0
        if index == len(siblings):
            return low + GAP
        if siblings[index].order - low < 2:
            for number, sibling in enumerate(siblings, 1):
                self._touch(sibling)
                sibling.order = number * GAP
            low = siblings[index - 1].order if index else 0
        return (low + siblings[index].order) // 2

    def _scale_work(self, task: Task, before: int) -> None:
        """A longer task takes more work at the same units, and its cost grows in step."""
        if before == task.duration_minutes or not before:
            return
        ratio = Decimal(task.duration_minutes) / Decimal(before)
        for assignment in [a for a in self.assignments.values() if a.task_id == task.pk]:
            self._touch(assignment)
            assignment.work_minutes = round(assignment.work_minutes * ratio)
            assignment.remaining_work_minutes = None
            assignment.cost = (assignment.cost * ratio).quantize(Decimal("0.01"))

    def _next_uid(self) -> int:
        return max((t.uid for t in self.tasks.values()), default=0) + 1

    # Links

    def _create_link(self, change: dict[str, Any]) -> str:
        source, target = self.task(change.get("source")), self.task(change.get("target"))
        if source.pk == target.pk:
            raise Invalid("A task cannot wait for itself.", kind="cycle", tasks=[source.pk])
        if any((x.predecessor_id, x.successor_id) == (source.pk, target.pk) for x in self.links.values()):
            raise Invalid(f"“{target.name}” is linked to “{source.name}” already.", field="target")
        link = Link(project=self.project, predecessor=source, successor=target)
        self._fill_link(link, change)
        link.save(force_insert=True)
        self.links[link.pk] = link
        self._before["links"][str(link.pk)] = None
        return f"link “{source.name}” to “{target.name}”"

    def _update_link(self, change: dict[str, Any]) -> str:
        link = self._link(change)
        self._touch(link)
        self._fill_link(link, change)
        return "change a link"

    def _delete_link(self, change: dict[str, Any]) -> str:
        self._drop_link(self._link(change))
        return "remove a link"

    def _link(self, change: dict[str, Any]) -> Link:
        link = self.links.get(change.get("id", 0))
        if link is None:
            raise Invalid("This link is not in the plan any more.", field="id")
        return link

    def _fill_link(self, link: Link, change: dict[str, Any]) -> None:
        for name in ("type", "lag", "lag_unit"):
            if name in change:
                setattr(link, name, change[name])
        try:
            link.clean_fields(exclude=["project", "predecessor", "successor"])
        except ValidationError as error:
            field, messages = next(iter(error.message_dict.items()))
            raise Invalid(messages[0], field=field) from error
        if abs(link.lag) > task_edits.LONGEST:
            raise Invalid("A lag of more than a hundred years is not a plan.", field="lag")

    def _drop_link(self, link: Link) -> None:
        self._touch(link)
        self.links.pop(link.pk, None)

    # Assignments

    def _assign(self, change: dict[str, Any]) -> str:
        task = self.task(change.get("id"))
        wanted: dict[int, float] = {}
        for row in change.get("assignments") or []:
            try:
                wanted[int(row["resource"])] = float(row.get("units", 1))
            except (KeyError, TypeError, ValueError) as error:
                raise Invalid("Give each resource with its units, such as 1 or 0.5.", field="assignments") from error
        resources = {r.pk: r for r in Resource.objects.filter(project=self.project, pk__in=wanted)}
        if missing := set(wanted) - set(resources):
            raise Invalid(f"Resource {min(missing)} is not in this project.", field="assignments")
        if any(not 0 < units <= 100 for units in wanted.values()):
            raise Invalid("Units are more than 0 and at most 100.", field="assignments")
        current = {a.resource_id: a for a in self.assignments.values() if a.task_id == task.pk}
        for pk, assignment in current.items():
            if pk not in wanted:
                self._touch(assignment)
                self.assignments.pop(assignment.pk)
        next_uid = (Assignment.objects.filter(project=self.project).aggregate(top=Max("uid"))["top"] or 0) + 1
        for pk, units in wanted.items():
            work = round(task.duration_minutes * units)
            if pk in current and current[pk].units == units:
                continue
            if pk in current:
                assignment = current[pk]
                self._touch(assignment)
                assignment.units = units
            else:
                assignment = Assignment(
                    project=self.project, uid=next_uid, task=task, resource=resources[pk], units=units
                )
                next_uid += 1
            assignment.work_minutes = work if resources[pk].kind == "work" else 0
            assignment.cost = _cost(resources[pk], task, units, work)
            if assignment.pk is None:
                assignment.save(force_insert=True)
                self.assignments[assignment.pk] = assignment
                self._before["assignments"][str(assignment.pk)] = None
        return f"assign “{task.name}”"

    # Keeping

    def _check_version(self, task: Task, change: dict[str, Any], fields: dict[str, Any]) -> None:
        """A task edited earlier in the same gesture is ours; otherwise the version must be the one that was read."""
        if task.pk in self._edited or change.get("version") == task.version:
            return
        differences = [
            Difference(f"{task.name}: {name}", str(value), str(getattr(task, name)))
            for name, value in fields.items()
            if hasattr(task, name) and str(getattr(task, name)) != str(value)
        ]
        raise Conflict(task, differences)

    def _touch(self, row: Task | Link | Assignment) -> None:
        """Remember what ``row`` was before this gesture."""
        kind, fields = _shape(row)
        self._before[kind].setdefault(str(row.pk), _values(row, fields))
        if isinstance(row, Task):
            self._edited.add(row.pk)

    def restore(self, target: dict[str, Any], expected: dict[str, Any]) -> None:
        """Bring every row of a step to ``target``, provided it still is as the step left it (``expected``)."""
        tables: list[tuple[str, dict[int, Any], Any, list[str]]] = [
            ("tasks", self.tasks, Task, DECIDED),
            ("links", self.links, Link, LINKED),
            ("assignments", self.assignments, Assignment, ASSIGNED),
        ]
        for kind, rows, model, fields in tables:
            for key, values in target.get(kind, {}).items():
                row = rows.get(int(key))
                self._expect(kind, row, expected.get(kind, {}).get(key), fields)
                if row is None and values is not None:
                    row = model(pk=int(key), project=self.project, **_parsed(model, values))
                    row.save(force_insert=True)
                    rows[row.pk] = row
                    self._before[kind][key] = None
                elif row is not None and values is None:
                    self._touch(row)
                    if isinstance(row, Task):
                        row.deleted_at = timezone.now()
                    else:
                        rows.pop(row.pk)
                elif row is not None:
                    self._touch(row)
                    for name, value in _parsed(model, values).items():
                        setattr(row, name, value)

    def _expect(self, kind: str, row: Any, values: dict[str, Any] | None, fields: list[str]) -> None:
        now = None if row is None else _values(row, fields)
        if kind == "tasks" and row is not None and row.deleted_at is not None and values is None:
            return
        ignored = {"order", "deleted_at", *RECOMPUTED}
        if isinstance(row, Task) and row.kind == Task.Kind.SUMMARY:
            ignored.add("duration_minutes")
        if now is None or values is None:
            is_same = now is values
        else:
            is_same = all(now[name] == values[name] for name in fields if name not in ignored and name in values)
        if not is_same:
            raise Conflict(row if row is not None else self.project, [])

    def save(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Write all touched rows; returns the step's ``before`` and ``after``."""
        tasks = [self.tasks[int(pk)] for pk in self._before["tasks"]]
        now = timezone.now()
        for task in tasks:
            if self._before["tasks"][str(task.pk)] is not None:
                task.version += 1
            task.updated_at = now
        columns = sorted({Task._meta.get_field(name).name for name in DECIDED} | {"version", "updated_at"})
        update_rows(tasks, columns)
        after: dict[str, Any] = {"tasks": {str(t.pk): _values(t, DECIDED) for t in tasks}}
        after["links"] = self._save_rows("links", self.links, Link, ["type", "lag", "lag_unit"], LINKED)
        after["assignments"] = self._save_rows(
            "assignments",
            self.assignments,
            Assignment,
            ["units", "work_minutes", "remaining_work_minutes", "cost"],
            ASSIGNED,
        )
        return self._before, after

    def _save_rows(
        self, kind: str, rows: dict[int, Any], model: Any, columns: list[str], fields: list[str]
    ) -> dict[str, Any]:
        touched = [int(pk) for pk in self._before[kind]]
        model.objects.filter(pk__in=[pk for pk in touched if pk not in rows]).delete()
        update_rows([rows[pk] for pk in touched if pk in rows], columns)
        return {str(pk): _values(rows[pk], fields) if pk in rows else None for pk in touched}


def _shape(row: Task | Link | Assignment) -> tuple[str, list[str]]:
    if isinstance(row, Task):
        return "tasks", DECIDED
    return ("links", LINKED) if isinstance(row, Link) else ("assignments", ASSIGNED)


def _values(row: Any, fields: list[str]) -> dict[str, Any]:
    """The named columns as JSON keeps them."""
    out: dict[str, Any] = {}
    for name in fields:
        value = getattr(row, name)
        if isinstance(value, datetime):
            value = value.isoformat()
        elif isinstance(value, Decimal):
            value = f"{value.normalize():f}"  # 0 and 0.00 are the same amount, before and after it was stored
        out[name] = value
    return out


def _parsed(model: Any, values: dict[str, Any]) -> dict[str, Any]:
    """The reverse of ``_values``."""
    return {
        name: value
        if value is None
        else model._meta.get_field(name).target_field.to_python(value)
        if model._meta.get_field(name).is_relation
        else model._meta.get_field(name).to_python(value)
        for name, value in values.items()
    }


def _cost(resource: Resource, task: Task, units: float, work: int) -> Decimal:
    """Planned cost of an assignment: hours (or units of material) × rate, plus the cost of one use."""
    amount = Decimal(work) / 60 if resource.kind == "work" else Decimal(str(units))
    return (amount * resource.rate + resource.cost_per_use).quantize(Decimal("0.01"))
