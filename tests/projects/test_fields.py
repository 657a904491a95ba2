"""The one table of task fields: everything that speaks of a task's fields agrees with it."""

from __future__ import annotations

from dataclasses import fields as names_of
from pathlib import Path
from typing import Any

import pytest

from accord.engines.planning import plan as engine
from accord.projects.fields import BY_NAME, FIELDS, GROUPS, Kind
from accord.projects.models import Task
from accord.projects.task_edits import PLAIN, SETTERS
from accord.web.projects import grid_types

GRID = Path(__file__).parents[2] / "frontend/islands/gantt/task_fields.ts"
# Of the model: its place in the plan, and what every record has.
APART = {"id", "uid", "plan", "project", "parent", "order", "deleted_at", "created_at", "updated_at", "version"}
# Of the engine: its place in the outline, and what follows from other tables or from the kind.
PLACED = {"uid", "parent", "outline_level", "wbs", "milestone", "level_of_effort", "baselines", "stored"}


def test_every_column_of_a_task_is_in_the_table() -> None:
    columns = {column.name for column in Task._meta.concrete_fields} - APART
    assert columns - {"external_id", "source"} == {each.name for each in FIELDS if each.kind is not Kind.FACT}
    assert len(BY_NAME) == len(FIELDS)


def test_the_engine_knows_what_the_table_says_it_knows() -> None:
    assert {each.engine for each in FIELDS if each.engine} == {f.name for f in names_of(engine.Task)} - PLACED
    computed = {each.computed for each in FIELDS if each.computed}
    assert computed <= {f.name for f in names_of(engine.Stored)}


def test_what_can_be_edited_has_a_way_to_be_set() -> None:
    # Work is set with the people who do it (`plan_effort`).
    assert {each.name for each in FIELDS if each.edit} == {*SETTERS, *PLAIN, "work_minutes"}


def test_the_editor_has_every_field_with_a_panel_once() -> None:
    grouped = [name for group in GROUPS for name in group.fields]
    assert sorted(grouped) == sorted(each.name for each in FIELDS if each.panel is not None)


def test_limits_hold_what_the_column_holds() -> None:
    for each in FIELDS:
        column = Task._meta.get_field(each.name) if each.kind is not Kind.FACT else None
        if column is not None and each.kind not in (Kind.TEXT, Kind.RECORD, Kind.PARTS, Kind.MONEY, Kind.PERCENT):
            assert column.null == each.empty or each.computed or each.name in ("start", "finish"), each.name
        if each.kind is Kind.CHOICE:
            assert column is not None and column.choices, each.name


@pytest.mark.skipif(not GRID.exists(), reason="the front end's sources are not installed")
def test_the_grid_was_written_from_this_table() -> None:
    again = "Run python -m accord.web.projects.grid_types."
    assert GRID.read_text(encoding="utf-8") == grid_types.written(), again


@pytest.mark.django_db
def test_the_document_of_the_api_names_every_field_and_its_type(client: Any) -> None:
    from accord.api.plan_answers import TaskRow
    from accord.api.plan_schema import CHANGE

    found = CHANGE["properties"]["fields"]["properties"]
    assert found["constraint"]["enum"] == [value for value, _ in Task._meta.get_field("constraint").choices or ()]
    assert found["waiting_for"]["maxLength"] == 300 and found["priority"]["maximum"] == 1000
    assert found["calendar"]["type"] == ["integer", "null"]
    assert {each.name for each in FIELDS if each.shown} <= set(TaskRow.__annotations__)
