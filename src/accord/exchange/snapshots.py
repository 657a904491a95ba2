"""A project's whole plan as plain values: to see what an import changed, and to put it back."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.db import models
from django.db.models import QuerySet
from django.utils import timezone

from accord.core.exact_json import ExactEncoder
from accord.people.models import Calendar
from accord.projects.forecast import store_finish
from accord.projects.models import Assignment, Baseline, BaselineTask, Link, Project, Resource, Task
from accord.projects.queries import calendar_source

Rows = list[dict[str, Any]]
Snapshot = dict[str, Rows]

_LOST = {
    "id",
    "version",
    "created_at",
    "updated_at",
    "plan_id",
    "taken_at",
    "by_id",
}  # differ though the plan is the same


def _parts(project: Project) -> dict[str, QuerySet[Any]]:
    """The rows of a plan, those that others point to first."""
    return {
        "calendar": Calendar.objects.filter(source=calendar_source(project)),
        "project": Project.objects.filter(pk=project.pk),
        "resource": Resource.objects.filter(project=project),
        "task": Task.all_objects.filter(project=project),
        "baseline": Baseline.objects.filter(project=project),
        "baselinetask": BaselineTask.objects.filter(baseline__project=project),
        "link": Link.objects.filter(project=project),
        "assignment": Assignment.objects.filter(project=project),
    }


def take(project: Project) -> Snapshot:
    """Every column of every row of the plan, as JSON keeps it."""
    rows = {name: list(part.order_by("pk").values()) for name, part in _parts(project).items()}
    kept: Snapshot = json.loads(json.dumps(rows, cls=ExactEncoder))
    return kept


def state(project: Project) -> str:
    """A fingerprint of what people have decided in the plan: it changes with every edit, not with a recalculation."""
    digest = hashlib.sha256()
    for name, part in _parts(project).items():
        versioned = hasattr(part.model, "version")
        columns = ("pk", "version") if versioned else ("pk",)
        digest.update(f"{name}{list(part.order_by('pk').values_list(*columns))}".encode())
    return digest.hexdigest()


def content(snapshot: Snapshot) -> dict[str, dict[Any, dict[str, Any]]]:
    """The plan without keys and counters: equal for two snapshots that say the same. Rows by their own numbers."""
    uid = {
        "task": {row["id"]: row["uid"] for row in snapshot["task"]},
        "resource": {row["id"]: row["uid"] for row in snapshot["resource"]},
        "calendar": {row["id"]: f"calendar {row['external_id']}" for row in snapshot["calendar"]},
        "baseline": {row["id"]: row["number"] for row in snapshot["baseline"]},
    }
    points_to = {
        **dict.fromkeys(("task_id", "parent_id", "predecessor_id", "successor_id"), "task"),
        "resource_id": "resource",
        "baseline_id": "baseline",
        "calendar_id": "calendar",
        "base_id": "calendar",
    }
    said: dict[str, dict[Any, dict[str, Any]]] = {}
    for name, rows in snapshot.items():
        said[name] = {}
        for row in rows:
            values = {
                column: uid[points_to[column]].get(value, value) if column in points_to else value
                for column, value in row.items()
                if column not in _LOST
            }
            if name == "task" and values["deleted_at"]:
                continue
            said[name][_own_number(name, row, values)] = values
    return said


def _own_number(name: str, row: dict[str, Any], values: dict[str, Any]) -> Any:
    if name == "link":
        return (values["predecessor_id"], values["successor_id"])
    if name == "baselinetask":
        return (values["baseline_id"], values["task_id"])
    number = {"calendar": "external_id", "baseline": "number", "project": "id"}.get(name, "uid")
    return row[number]


def restore(project: Project, snapshot: Snapshot) -> None:
    """Make the plan what it was when the snapshot was taken, in the caller's transaction.

    Rows keep their keys, so what points to them still does. Versions go on counting, never back: whoever still has
    the page of before the restoration open must not overwrite it unseen.
    """
    parts = _parts(project)
    for name in ("assignment", "link", "baselinetask", "baseline"):
        parts[name].delete()
    for name in ("calendar", "project", "resource", "task", "baseline", "baselinetask", "link", "assignment"):
        _write(parts[name].model, snapshot[name])
    restored = Project.objects.get(pk=project.pk)
    store_finish(restored.plan, restored.finish)  # open pages of the plan learn of it
    for name in ("task", "resource", "calendar"):  # what came since: nothing points to it any more
        parts[name].exclude(pk__in=[row["id"] for row in snapshot[name]]).delete()


def _write(model: type[models.Model], rows: Rows) -> None:
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    stored = model._base_manager.in_bulk([row["id"] for row in rows])
    present, absent = [], []
    for row in rows:
        known = [field for field in model._meta.concrete_fields if field.attname in row]
        new = model(**{field.attname: field.to_python(row[field.attname]) for field in known})
        old = stored.get(row["id"])
        if old is None:
            absent.append(new)
            continue
        for field in fields:
            if field not in known:  # a column younger than the snapshot
                setattr(new, field.attname, getattr(old, field.attname))
        if hasattr(new, "version"):
            new.version = max(old.version, new.version) + 1  # type: ignore[attr-defined]
            new.updated_at = timezone.now()  # type: ignore[attr-defined]
        present.append(new)
    model._base_manager.bulk_create(absent, batch_size=200)
    model._base_manager.bulk_update(present, [field.name for field in fields], batch_size=100)
