"""Many rows are written as each would be by itself."""

from __future__ import annotations

import copy
from datetime import datetime
from decimal import Decimal

import pytest
from django.db import DataError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accord.core.bulk import update_rows
from accord.projects.models import Project, Task

pytestmark = pytest.mark.django_db

AWKWARD = ["O'Brien", "100 %s done", '{"a": [1]}', "null", "", "a\\b,{c}", "Łódź 東京"]


def fields_of(model: type) -> list[str]:
    return [f.name for f in model._meta.concrete_fields if not f.primary_key]  # type: ignore[attr-defined]


def test_every_column_arrives_as_saved(project: Project) -> None:
    tasks = [
        Task.objects.create(project=project, name=f"Task {n}", uid=n + 101, order=n, segments=[{"at": f"{n}"}])
        for n in range(len(AWKWARD))
    ]
    for n, task in enumerate(tasks):
        task.name = AWKWARD[n]
        task.parent = tasks[0] if n else None
        task.fixed_cost = Decimal("1234.567") + n
        task.deadline = datetime(2026, 3, 29, 2, 30) if n % 2 else None
    expected = copy.deepcopy(tasks)
    for task in expected:
        task.save()
    ours = Task.all_objects.filter(pk__in=[task.pk for task in tasks]).order_by("pk")
    wanted = list(ours.values())
    ours.update(name="lost", parent=None, fixed_cost=0, deadline=None)

    assert update_rows(tasks, fields_of(Task)) == len(tasks)

    found = list(ours.values())
    for row in (*wanted, *found):
        del row["updated_at"]
    assert found == wanted


def test_what_a_column_refuses_is_not_cut(project: Project) -> None:
    task = Task.objects.create(project=project, name="Task", uid=101, order=0)
    task.name = "x" * 5_000
    try:
        with transaction.atomic():
            update_rows([task], ["name"])
    except DataError:
        pass
    task.refresh_from_db()
    assert task.name == ("Task" if connection.vendor == "postgresql" else "x" * 5_000)  # SQLite knows no lengths


def test_on_postgresql_it_is_one_statement(project: Project) -> None:
    tasks = [Task.objects.create(project=project, name=f"Task {n}", uid=n + 101, order=n) for n in range(20)]
    with CaptureQueriesContext(connection) as asked:
        update_rows(tasks, ["name", "order"])
    # SQLite runs its prepared statement for each row, within the process; Django logs that as one.
    assert len(asked) == 1
