"""What-if plans: those of a project, what one of them changed, and both plans side by side."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from accord.projects.fields import FIELDS, PROGRESS
from accord.projects.models import Plan, PlanEdit, Project, Task
from accord.projects.plan_comparison import Comparison, Values, compare, state_of
from accord.projects.plan_hours import PlanHours
from accord.projects.plan_memory import StoredRows
from accord.projects.plan_rows import values_of

TABLES = ("tasks", "links", "assignments")
# Sums of what is assigned and below, and dates that the calculation gives: nobody tried these.
_FOLLOWS = {"kind", "work_minutes", "cost", "start", "finish"}


def what_ifs(project: Project) -> list[Plan]:
    """Those of ``project``, the newest first."""
    return list(
        Plan.objects.filter(project=project, kind=Plan.Kind.WHAT_IF).select_related("by", "project").order_by("-pk")
    )


@dataclass(frozen=True, slots=True)
class Clash:
    """What was changed in both plans, a value or the task as a whole; the what-if's holds where it is adopted."""

    task: str
    field: str


@dataclass(slots=True)
class Trial:
    """What the edits of a what-if come to: rows that are new, removed or have other values than their originals."""

    plan: Plan
    rows: StoredRows
    first: dict[str, dict[int, dict[str, Any] | None]]
    _changed: dict[str, dict[int, dict[str, Any]]] = field(default_factory=dict)

    def new(self, table: str) -> list[int]:
        copied = self.plan.origins(table)
        return [pk for pk, row in getattr(self.rows, table).items() if pk not in copied and _is_there(row)]

    def removed(self, table: str) -> list[int]:
        rows = getattr(self.rows, table)
        return [pk for pk in self.plan.origins(table) if pk not in rows or not _is_there(rows[pk])]

    def changed(self, table: str) -> dict[int, dict[str, Any]]:
        """The values that differ from those copied, by row and column."""
        if table not in self._changed:
            rows, copied = getattr(self.rows, table), self.plan.origins(table)
            pairs = (
                (pk, self._differences(table, rows[pk], before))
                for pk, before in self.first[table].items()
                if before is not None and pk in copied and pk in rows and _is_there(rows[pk])
            )
            self._changed[table] = {pk: values for pk, values in pairs if values}
        return self._changed[table]

    def _differences(self, table: str, row: Any, before: dict[str, Any]) -> dict[str, Any]:
        now = values_of(row)
        return {
            name: getattr(row, name)
            for name, was in before.items()
            if now.get(name) != was and not (table == "tasks" and _follows(row, name))
        }

    @property
    def is_empty(self) -> bool:
        return not any(self.new(table) or self.removed(table) or self.changed(table) for table in TABLES)


def trial(plan: Plan) -> Trial:
    """What was tried on the what-if ``plan``; what its edits took back again is no part of it."""
    first: dict[str, dict[int, dict[str, Any] | None]] = {table: {} for table in TABLES}
    for before in PlanEdit.all_objects.filter(plan=plan, undone=False).order_by("pk").values_list("before", flat=True):
        for table, known in first.items():
            for key, values in before.get(table, {}).items():
                known.setdefault(int(key), values)
    return Trial(plan, StoredRows.of(plan), first)


def clashes(tried: Trial) -> list[Clash]:
    """What was changed in both plans since the what-if was copied, in the order of the tasks."""
    origins = tried.plan.origins("tasks")
    both = [*tried.changed("tasks"), *tried.removed("tasks")]
    now = {task.pk: task for task in Task.objects.filter(pk__in=[origins[pk] for pk in both])}
    found: list[Clash] = []
    for pk, changed in tried.changed("tasks").items():
        origin, before = now.get(origins[pk]), tried.first["tasks"][pk] or {}
        if origin is None:
            continue
        current, wanted = values_of(origin), values_of(tried.rows.tasks[pk])
        found += [
            Clash(origin.name, label_of(name))
            for name in changed
            if name not in ("parent_id", "order") and current[name] not in (before.get(name), wanted[name])
        ]
    for pk in tried.removed("tasks"):
        origin, before = now.get(origins[pk]), tried.first["tasks"].get(pk) or {}
        if origin is not None and _is_edited(values_of(origin), before):
            found.append(Clash(origin.name, gettext("deleted here, changed in the current plan")))
    return found


def _is_edited(now: dict[str, Any], before: dict[str, Any]) -> bool:
    """Whether somebody changed more of a task than where the calculation put it."""
    return any(now[name] != was for name, was in before.items() if name not in _FOLLOWS | {"order", "parent_id"})


def current_dates(plan: Plan) -> dict[int, tuple[datetime, datetime]]:
    """Where the originals of the what-if's tasks lie in the current plan, by the task of the what-if."""
    copy_of = plan.copy_of("tasks")
    rows = Task.objects.filter(project=plan.project_id).values_list("pk", "start", "finish")
    return {copy_of[pk]: (start, finish) for pk, start, finish in rows if pk in copy_of and start and finish}


def label_of(column: str) -> str:
    """A column of tasks as the task editor calls it, within a sentence."""
    panel = next((each.panel for each in FIELDS if each.attribute == column), None)
    label = panel.label if panel else str(getattr(Task._meta.get_field(column), "verbose_name", column))
    return label[:1].lower() + label[1:]


def compared(plan: Plan) -> Comparison:
    """The current plan (before) beside the what-if ``plan`` (after), by the tasks of the what-if."""
    copy_of = plan.copy_of("tasks")
    current = list(Task.objects.filter(project=plan.project_id))
    own = list(Task.all_objects.filter(plan=plan))
    before = {copy_of.get(pk, pk): values for pk, values in state_of(current).items()}
    after: dict[int, Values] = state_of(own)
    added = [task for task in current if task.pk not in copy_of]
    for task in added:  # since the copy was made: it is not in the what-if
        task.parent_id = copy_of.get(task.parent_id, task.parent_id) if task.parent_id else None
    return compare([*own, *added], before, after, PlanHours(plan.project).of_calendar(None))


def _is_there(row: Any) -> bool:
    return getattr(row, "deleted_at", None) is None


def _follows(task: Task, name: str) -> bool:
    """Whether nobody tried this value: it is progress, or comes of the calculation."""
    return name in PROGRESS or (name in _FOLLOWS and not (task.manual and name in ("start", "finish")))
