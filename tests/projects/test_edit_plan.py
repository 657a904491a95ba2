"""Edits on a plan: what they set, what moves, and that they can be taken back."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from accord.core.editing import Conflict
from accord.people.models import Role, User
from accord.projects.actions.edit_plan import edit_plan, redo_step, undo_step
from accord.projects.actions.schedule import schedule
from accord.projects.models import Assignment, Link, PlanEdit, Project, Resource, Task
from accord.projects.outline import outline
from accord.projects.plan_changes import Invalid
from tests.projects.planning import task, update

pytestmark = pytest.mark.django_db


def names(project: Project) -> list[tuple[str, str]]:
    return [(row.wbs, row.task.name) for row in outline(Task.objects.filter(project=project))]


def test_the_engine_dates_the_plan(project: Project) -> None:
    assert task(project, "Design").finish == datetime(2026, 3, 3, 17)
    assert task(project, "Launch").finish == datetime(2026, 3, 4, 17)
    assert Project.objects.get(pk=project.pk).finish == datetime(2026, 3, 4, 17)
    assert task(project, "Build").critical


def test_a_dragged_bar_starts_no_earlier_and_pushes_what_follows(project: Project, manager: User) -> None:
    step = update(project, manager, "Design", start="2026-03-05T09:00")
    design = task(project, "Design")
    assert (design.constraint, design.constraint_date) == ("SNET", datetime(2026, 3, 5, 9))
    assert {move.task.name for move in step.rescheduled.moved} == {"Design", "Build", "Launch"}
    assert step.rescheduled.finish_after == datetime(2026, 3, 9, 17)


def test_undo_and_redo_restore_exactly(project: Project, manager: User) -> None:
    def state() -> list[tuple[Any, ...]]:
        fields = ("uid", "name", "start", "finish", "constraint", "duration_minutes", "deleted_at")
        rows = list(Task.all_objects.filter(project=project, deleted_at=None).order_by("uid").values_list(*fields))
        return [
            *rows,
            *Link.objects.filter(project=project).order_by("pk").values_list("predecessor", "successor", "lag"),
        ]

    before = state()
    update(project, manager, "Design", duration_minutes=10 * 420)
    build = task(project, "Build")
    edit_plan(plan=project.plan, by=manager, changes=[{"op": "delete_task", "id": build.pk, "version": build.version}])
    after = state()
    undo_step(plan=project.plan, by=manager)
    undo_step(plan=project.plan, by=manager)
    assert state() == before
    redo_step(plan=project.plan, by=manager)
    redo_step(plan=project.plan, by=manager)
    assert state() == after
    with pytest.raises(Invalid, match="Nothing to redo"):
        redo_step(plan=project.plan, by=manager)


def test_a_circle_is_refused_and_nothing_is_kept(project: Project, manager: User) -> None:
    launch, design = task(project, "Launch"), task(project, "Design")
    with pytest.raises(Invalid) as refused:
        edit_plan(
            plan=project.plan, by=manager, changes=[{"op": "create_link", "source": launch.pk, "target": design.pk}]
        )
    assert refused.value.kind == "cycle"
    assert "Design" in refused.value.message
    assert Link.objects.filter(project=project).count() == 2
    assert not PlanEdit.objects.exists()


def test_what_cannot_be_scheduled_is_told_in_the_names_of_the_tasks(project: Project, manager: User) -> None:
    """The engine's own number of a task stands on no page: row 20 was "task 15"."""
    design, build = task(project, "Design"), task(project, "Build")
    with pytest.raises(Invalid) as refused:
        move = {"op": "move_task", "id": build.pk, "version": build.version, "parent": design.pk, "after": None}
        edit_plan(plan=project.plan, by=manager, changes=[move])
    assert refused.value.message == "Task “Build” is linked to its own summary task “Design”."
    assert set(refused.value.tasks) == {design.pk, build.pk}


def test_a_stale_version_is_a_conflict(project: Project, manager: User) -> None:
    stale = task(project, "Design")
    update(project, manager, "Design", name="Concept")
    change = {"op": "update_task", "id": stale.pk, "version": stale.version, "fields": {"name": "Sketch"}}
    with pytest.raises(Conflict) as lost:
        edit_plan(plan=project.plan, by=manager, changes=[change])
    assert lost.value.differences[0].theirs == "Concept"


def test_undo_does_not_overwrite_a_colleague(project: Project, manager: User) -> None:
    colleague = User.objects.create(email="c@firm.test", name="Cem", roles=[Role.ADMINISTRATOR])
    update(project, manager, "Design", name="Concept")
    update(project, colleague, "Concept", name="Outline")
    with pytest.raises(Conflict):
        undo_step(plan=project.plan, by=manager)
    assert Task.objects.filter(name="Outline").exists()


def test_tasks_are_added_indented_and_moved(project: Project, manager: User) -> None:
    design = task(project, "Design")
    step = edit_plan(
        plan=project.plan,
        by=manager,
        changes=[
            {
                "op": "create_task",
                "temp_id": "t1",
                "parent": design.pk,
                "after": None,
                "fields": {"name": "Interviews"},
            },
            {"op": "create_task", "temp_id": "t2", "parent": design.pk, "after": "t1", "fields": {"name": "Sketches"}},
        ],
    )
    assert set(step.created) == {"t1", "t2"}
    assert names(project)[:3] == [("1", "Design"), ("1.1", "Interviews"), ("1.2", "Sketches")]
    assert task(project, "Design").kind == "summary"
    sketches = task(project, "Sketches")
    move = {"op": "move_task", "id": sketches.pk, "version": sketches.version, "parent": design.pk, "after": None}
    edit_plan(plan=project.plan, by=manager, changes=[move])
    assert [name for _, name in names(project)][:3] == ["Design", "Sketches", "Interviews"]
    with pytest.raises(Invalid, match="summary"):
        update(project, manager, "Design", duration_minutes=10)


def test_percent_complete_sets_what_is_done_and_what_remains(project: Project, manager: User) -> None:
    update(project, manager, "Design", percent_complete=50)
    design = task(project, "Design")
    assert (design.actual_start, design.actual_duration, design.remaining_duration) == (
        datetime(2026, 3, 2, 9),
        420,
        420,
    )
    update(project, manager, "Design", percent_complete=100)
    assert task(project, "Design").actual_finish == datetime(2026, 3, 3, 17)
    update(project, manager, "Design", percent_complete=0)
    assert task(project, "Design").actual_start is None


def test_a_longer_task_costs_more(project: Project, manager: User) -> None:
    design = task(project, "Design")
    pia = Resource.objects.create(project=project, uid=1, name="Pia", rate=Decimal(90))
    change = {"op": "assign", "id": design.pk, "assignments": [{"resource": pia.pk, "units": 0.5}]}
    edit_plan(plan=project.plan, by=manager, changes=[change])
    assert Assignment.objects.get().cost == Decimal("630.00")
    assert task(project, "Design").cost == Decimal("630.00")
    update(project, manager, "Design", duration_minutes=4 * 420)
    assert task(project, "Design").cost == Decimal("1260.00")
    undo_step(plan=project.plan, by=manager)
    assert task(project, "Design").cost == Decimal("630.00")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"duration_minutes": -1}, "whole number of minutes"),
        ({"duration_minutes": 10**12}, "hundred years"),
        ({"percent_complete": 120}, "between 0 and 100"),
        ({"percent_complete": "NaN"}, "percentage"),
        ({"start": "tomorrow"}, "isn't a date"),
        ({"constraint": "MSO"}, "needs a date"),
        ({"constraint": "SOON"}, "isn't a constraint type"),
        ({"name": ""}, "needs a name"),
        ({"project": 7}, "“project” can't be edited"),
        ({"critical": True}, "“critical” can't be edited"),
    ],
)
def test_what_cannot_be_is_refused_with_words(
    project: Project, manager: User, fields: dict[str, Any], words: str
) -> None:
    with pytest.raises(Invalid, match=words):
        update(project, manager, "Design", **fields)
    assert not PlanEdit.objects.exists()


def test_undo_restores_dates_that_the_schedule_would_not_give(project: Project, manager: User) -> None:
    """A plan stored with another program's dates: an edit computes them all, undo brings every one back."""
    Task.objects.filter(name="Design").update(start="2026-02-02T09:00:30", early_start="2026-02-02T09:00:30.000007")
    Task.objects.filter(name="Launch").update(finish="2026-07-01T12:00", total_float_minutes=-17, critical=True)
    columns = [f.attname for f in Task._meta.concrete_fields if f.name not in ("version", "updated_at")]

    def rows() -> list[tuple[object, ...]]:
        return list(Task.objects.order_by("pk").values_list(*columns))

    before = rows()
    update(project, manager, "Design", duration_minutes=3 * 420)
    after = rows()
    step = update(project, manager, "Build", name="Make")
    assert step.rescheduled.moved == []
    undo_step(plan=project.plan, by=manager)
    assert rows() == after
    undo_step(plan=project.plan, by=manager)
    assert rows() == before
    redo_step(plan=project.plan, by=manager)
    assert rows() == after
    undo_step(plan=project.plan, by=manager)
    assert rows() == before


def test_undo_computes_anew_where_somebody_else_has_edited_since(project: Project, manager: User) -> None:
    other = User.objects.create(email="q@firm.test", name="Quin", roles=[Role.PROJECT_MANAGER, Role.ADMINISTRATOR])
    update(project, manager, "Design", duration_minutes=3 * 420)
    update(project, other, "Build", duration_minutes=2 * 420)
    undo_step(plan=project.plan, by=manager)
    assert task(project, "Launch").start == task(project, "Build").finish
    assert task(project, "Build").start.day == 4  # after two days of design, for two days
    assert task(project, "Build").finish.day == 5


def test_undo_computes_anew_after_the_projects_start_was_moved(project: Project, manager: User) -> None:
    update(project, manager, "Design", start="2026-03-16T09:00")
    project.refresh_from_db()
    project.start = datetime(2026, 3, 9, 9)
    project.save()
    schedule(plan=project.plan, by=manager)
    undo_step(plan=project.plan, by=manager)
    assert task(project, "Design").start == datetime(2026, 3, 9, 9)


def test_no_duration_makes_a_milestone_and_a_duration_makes_a_task(project: Project, manager: User) -> None:
    update(project, manager, "Build", duration_minutes=0)
    build = task(project, "Build")
    assert (build.kind, build.start) == ("milestone", build.finish)
    undo_step(plan=project.plan, by=manager)
    assert task(project, "Build").kind == "task"
    update(project, manager, "Build", duration_minutes=0)
    update(project, manager, "Build", duration_minutes=480)
    assert task(project, "Build").kind == "task"
    new = {"op": "create_task", "temp_id": "a", "parent": None, "after": None}
    edit_plan(
        plan=project.plan, by=manager, changes=[{**new, "fields": {"name": "Handed over", "duration_minutes": 0}}]
    )
    assert task(project, "Handed over").kind == "milestone"
