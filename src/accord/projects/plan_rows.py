"""The rows of a plan in memory while an edit is applied, with what each was before it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Max
from django.utils import timezone

from accord.core.bulk import update_rows
from accord.core.editing import Conflict
from accord.projects import plan_memory
from accord.projects.models import Assignment, Link, Plan, Task
from accord.projects.outline import descendants
from accord.projects.plan_hours import PlanHours
from accord.projects.queries import LoadedPlan, PlanFrame, refreshed

DECIDED = [
    f.attname
    for f in Task._meta.concrete_fields
    if f.editable and f.name not in {"id", "plan", "project", "uid", "created_at", "updated_at", "version"}
] + ["deleted_at"]
# Decided for some tasks, computed for all others: a calculation in between is nobody's edit.
RECOMPUTED = {"start", "finish", "work_minutes", "cost", "percent_complete", "kind"}
LINKED = ["predecessor_id", "successor_id", "type", "lag", "lag_unit"]
ASSIGNED = ["uid", "task_id", "resource_id", "units", "work_minutes", "overtime_minutes", "cost"]


class Invalid(Exception):
    """A change that cannot be made: ``kind`` is ``invalid`` or ``cycle``; ``tasks`` are the ids concerned."""

    def __init__(self, message: str, *, kind: str = "invalid", field: str = "", tasks: list[int] | None = None) -> None:
        super().__init__(message)
        self.message, self.kind, self.field, self.tasks = message, kind, field, tasks or []


class PlanRows:
    """Tasks (also those put aside), links and assignments of one plan by primary key."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.project = plan, plan.project
        self.by: Any = None
        self._memory = plan_memory.take(plan)
        self.tasks: dict[int, Task] = self._memory.tasks
        self.links: dict[int, Link] = self._memory.links
        self.assignments: dict[int, Assignment] = self._memory.assignments
        self.hours = PlanHours(self.project)
        self.edited: set[int] = set()
        self._before: dict[str, dict[str, Any]] = {"tasks": {}, "links": {}, "assignments": {}}

    def load(self) -> LoadedPlan:
        """The plan of these rows, as the engines take it: of what was known, where no row came, went or moved."""
        memory, before = self._memory, self._before
        if memory.loaded is not None and not before["links"] and not before["assignments"] and self._stand_still():
            return self.refreshed(memory.loaded, [self.tasks[int(pk)] for pk in before["tasks"]])
        return memory.load(self.plan)

    def refreshed(self, loaded: LoadedPlan, changed: Iterable[Task]) -> LoadedPlan:
        """``loaded`` after these tasks were changed where they stand."""
        self._memory.loaded = refreshed(loaded, changed, self._memory.frame, self._memory.specs)
        return self._memory.loaded

    def _stand_still(self) -> bool:
        """No task was added, taken away or moved."""
        places = ("parent_id", "order", "deleted_at")
        return all(
            values is not None and all(values[name] == _plain(getattr(self.tasks[int(pk)], name)) for name in places)
            for pk, values in self._before["tasks"].items()
        )

    def cache(self) -> None:
        """Keep the rows for the next edit: all that was done to them is stored."""
        plan_memory.save(self.plan, self._memory)

    def reload_frame(self) -> None:
        """Read again what the plan rests on: somebody has joined it."""
        self._memory.frame = PlanFrame.stored(self.plan)
        self._memory.loaded = None

    def touch(self, row: Task | Link | Assignment) -> None:
        """Remember what ``row`` was before this edit."""
        kind, fields = _shape(row)
        getattr(self._memory.specs, kind).pop(row.pk, None)
        self._before[kind].setdefault(str(row.pk), _values(row, fields))
        if isinstance(row, Task):
            self.edited.add(row.pk)

    def add(self, row: Task | Link | Assignment) -> None:
        """Store a new row."""
        kind, _ = _shape(row)
        row.save(force_insert=True)
        rows: dict[int, Any] = getattr(self, kind)
        rows[row.pk] = row
        self._before[kind][str(row.pk)] = None
        if isinstance(row, Task):
            self.edited.add(row.pk)

    def drop(self, row: Link | Assignment) -> None:
        """Take a link or an assignment out of the plan. Tasks are put aside instead: much may hang on them."""
        kind, _ = _shape(row)
        self.touch(row)
        getattr(self, kind).pop(row.pk, None)

    def put_aside(self, task: Task) -> None:
        """Take a task with all below it, and their links, out of the plan."""
        now = timezone.now()
        for pk in {task.pk} | descendants(task.pk, self.living()):
            self.touch(self.tasks[pk])
            self.tasks[pk].deleted_at = now
            for link in [x for x in self.links.values() if pk in (x.predecessor_id, x.successor_id)]:
                self.drop(link)

    def next_uid(self) -> int:
        """The number of the next new task."""
        return max((t.uid for t in self.tasks.values()), default=0) + 1

    def next_assignment_uid(self) -> int:
        """The number of the next new assignment; those dropped by this edit are still stored."""
        return (Assignment.all_objects.filter(plan=self.plan).aggregate(top=Max("uid"))["top"] or 0) + 1

    def living(self) -> list[Task]:
        return [task for task in self.tasks.values() if task.deleted_at is None]

    def parents(self) -> set[int]:
        """The primary keys of tasks that have tasks below them."""
        return {task.parent_id for task in self.living() if task.parent_id is not None}

    def assignments_of(self, task: Task) -> list[Assignment]:
        return [a for a in self.assignments.values() if a.task_id == task.pk]

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
                    row = model(pk=int(key), **self.plan.place, **parsed(model, values))
                    row.save(force_insert=True)
                    rows[row.pk] = row
                    self._before[kind][key] = None
                elif row is not None and values is None:
                    self.touch(row)
                    if isinstance(row, Task):
                        row.deleted_at = timezone.now()
                    else:
                        rows.pop(row.pk)
                elif row is not None:
                    self.touch(row)
                    for name, value in parsed(model, values).items():
                        setattr(row, name, value)

    def _expect(self, kind: str, row: Any, values: dict[str, Any] | None, fields: list[str]) -> None:
        now = None if row is None else _values(row, fields)
        if kind == "tasks" and row is not None and row.deleted_at is not None and values is None:
            return
        ignored = {"order", "deleted_at", *RECOMPUTED}
        if isinstance(row, Task) and row.kind in (Task.Kind.SUMMARY, Task.Kind.LEVEL_OF_EFFORT):
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
        model.all_objects.filter(pk__in=[pk for pk in touched if pk not in rows]).delete()
        update_rows([rows[pk] for pk in touched if pk in rows], columns)
        return {str(pk): _values(rows[pk], fields) if pk in rows else None for pk in touched}


def values_of(row: Task | Link | Assignment) -> dict[str, Any]:
    """What people decide of a row, as steps keep it."""
    return _values(row, _shape(row)[1])


def _shape(row: Task | Link | Assignment) -> tuple[str, list[str]]:
    if isinstance(row, Task):
        return "tasks", DECIDED
    return ("links", LINKED) if isinstance(row, Link) else ("assignments", ASSIGNED)


def _values(row: Any, fields: list[str]) -> dict[str, Any]:
    """The named columns as JSON keeps them."""
    return {name: _plain(getattr(row, name)) for name in fields}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    # 0 and 0.00 are the same amount, before and after it was stored.
    return f"{value.normalize():f}" if isinstance(value, Decimal) else value


def parsed(model: Any, values: dict[str, Any]) -> dict[str, Any]:
    """Columns as a step or an event keeps them, as the model holds them."""
    return {
        name: value
        if value is None
        else model._meta.get_field(name).target_field.to_python(value)
        if model._meta.get_field(name).is_relation
        else model._meta.get_field(name).to_python(value)
        for name, value in values.items()
    }
