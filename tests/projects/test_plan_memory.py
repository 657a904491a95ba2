"""Plans kept between edits are the plans that are stored, or are read again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from accord.people.models import Absence, Calendar, Person, User
from accord.projects import plan_memory
from accord.projects.actions.edit_plan import Step, edit_plan, redo_step, undo_step
from accord.projects.actions.take_baseline import take_baseline
from accord.projects.models import Link, Plan, Project, Resource, Task
from accord.projects.plan_changes import Invalid
from accord.projects.queries import load_plan
from tests.projects.planning import edit, task, update

pytestmark = pytest.mark.django_db
Kept = Callable[[Callable[[], Step]], Step]


@pytest.fixture
def kept(django_capture_on_commit_callbacks: Any) -> Iterator[Kept]:
    """Run an edit as if its transaction ended, and see that what is kept then is what is stored."""
    plan_memory._plans.clear()

    def run(action: Callable[[], Step]) -> Step:
        with django_capture_on_commit_callbacks(execute=True):
            step = action()
        project = step.step.project
        assert project.plan.pk in plan_memory._plans
        assert step.loaded.plan == load_plan(Project.objects.get(pk=project.pk).plan).plan
        return step

    yield run
    plan_memory._plans.clear()


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The projects that were read from the database, in order."""
    found: list[int] = []
    stored = plan_memory.CachedPlan.stored

    def noted(plan: Plan) -> plan_memory.CachedPlan:
        found.append(plan.project_id)
        return stored(plan)

    monkeypatch.setattr(plan_memory.CachedPlan, "stored", noted)
    return found


def test_gestures_of_every_kind_leave_the_kept_plan_as_the_stored_one(
    project: Project, manager: User, kept: Kept, reads: list[int]
) -> None:
    ana = Resource.objects.create(project=project, uid=1, name="Ana", rate=90)
    link = Link.objects.filter(project=project).first()
    assert link is not None
    kept(lambda: update(project, manager, "Design", duration_minutes=1260))
    kept(lambda: edit(project, manager, "assign", "Design", assignments=[{"resource": ana.pk, "units": 0.5}]))
    kept(lambda: update(project, manager, "Design", percent_complete=50))
    kept(lambda: update(project, manager, "Build", start="2026-03-11T09:00", deadline="2026-03-12T17:00"))
    kept(lambda: edit(project, manager, "create_task", temp_id="x", parent=None, after=None, fields={"name": "Try"}))
    kept(lambda: edit(project, manager, "move_task", "Try", parent=task(project, "Build").pk, after=None))
    kept(lambda: edit_plan(plan=project.plan, by=manager, changes=[{"op": "update_link", "id": link.pk, "lag": 420}]))
    kept(lambda: edit(project, manager, "delete_task", "Launch"))
    for _ in range(5):
        kept(lambda: undo_step(plan=project.plan, by=manager))
    for _ in range(3):
        kept(lambda: redo_step(plan=project.plan, by=manager))
    assert reads == [project.pk]


def test_what_others_write_is_read(project: Project, manager: User, kept: Kept, reads: list[int]) -> None:
    person = Person.objects.create(name="Ana", email="ana@firm.test")
    ana = Resource.objects.create(project=project, uid=1, name="Ana", person=person)
    kept(lambda: edit(project, manager, "assign", "Build", assignments=[{"resource": ana.pk, "units": 1}]))
    elsewhere: list[Callable[[], Any]] = [
        lambda: Link.objects.create(
            project=project, predecessor=task(project, "Design"), successor=task(project, "Launch"), lag=60
        ),
        lambda: Absence.objects.create(person=person, starts_on=date(2026, 3, 4), ends_on=date(2026, 3, 5)),
        lambda: _rename(task(project, "Build")),
        lambda: take_baseline(project=project, by=manager),
        lambda: _shorten_week(),
    ]
    for number, write in enumerate(elsewhere, 2):
        write()
        kept(lambda: update(project, manager, "Design", duration_minutes=420 + 60 * number))  # noqa: B023
        assert len(reads) == number


def test_a_refused_gesture_leaves_nothing_behind(project: Project, manager: User, kept: Kept, reads: list[int]) -> None:
    kept(lambda: update(project, manager, "Design", duration_minutes=420))
    back = {"op": "create_link", "source": task(project, "Launch").pk, "target": task(project, "Design").pk}
    with pytest.raises(Invalid, match="circular dependency"):
        edit_plan(plan=project.plan, by=manager, changes=[back])
    assert project.plan.pk not in plan_memory._plans
    step = kept(lambda: update(project, manager, "Design", duration_minutes=840))
    assert len(step.loaded.links) == 2 and len(reads) == 2


def test_large_plans_push_out_the_oldest(
    project: Project, manager: User, kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan_memory, "MOST_TASKS", 5)
    other = Project.objects.create(account=project.account, name="Other", start=project.start, manager=manager)
    for uid in (1, 2, 3):
        Task.objects.create(project=other, uid=uid, name=f"T{uid}", order=uid, duration_minutes=420)
    kept(lambda: update(project, manager, "Design", duration_minutes=420))
    kept(lambda: update(other, manager, "T1", duration_minutes=840))
    assert list(plan_memory._plans) == [other.plan.pk]


def _rename(row: Task) -> None:
    row.name = "Build it"
    row.version += 1
    row.save()
    row.name = "Build"
    row.save()


def _shorten_week() -> None:
    calendar = Calendar.objects.filter(shared=True).first()
    assert calendar is not None
    calendar.week = [*calendar.week[:4], [], *calendar.week[5:]]
    calendar.save()


def test_a_plan_that_was_shown_is_kept_for_the_first_gesture(
    project: Project, manager: User, kept: Kept, reads: list[int]
) -> None:
    with plan_memory.shown(Project.objects.get(pk=project.pk).plan) as loaded:
        assert loaded.plan == load_plan(project.plan).plan
    assert reads == [project.pk]
    kept(lambda: update(project, manager, "Design", duration_minutes=960))
    with plan_memory.shown(Project.objects.get(pk=project.pk).plan) as loaded:
        assert loaded.plan == load_plan(Project.objects.get(pk=project.pk).plan).plan
    kept(lambda: update(project, manager, "Build", duration_minutes=960))
    assert reads == [project.pk]


def test_a_plan_that_changed_while_it_was_shown_is_read_again(
    project: Project, manager: User, kept: Kept, reads: list[int]
) -> None:
    with plan_memory.shown(project.plan):
        Task.objects.filter(project=project, name="Design").update(name="Draw", version=99)
    with plan_memory.shown(project.plan) as loaded:
        assert "Draw" in [task.name for task in loaded.plan.tasks]
    assert reads == [project.pk, project.pk]


def test_a_plan_that_changed_while_it_was_read_is_read_again(
    project: Project, monkeypatch: pytest.MonkeyPatch, reads: list[int]
) -> None:
    """Half of it may have been read before the other's change, and half after."""
    stored = plan_memory.CachedPlan.stored

    def meanwhile(of: Plan) -> plan_memory.CachedPlan:
        Task.objects.filter(project=project, name="Design").update(name="Draw", version=99)
        found = stored(of)
        Task.objects.filter(project=project, name="Build").update(name="Make", version=99)
        return found

    with monkeypatch.context() as patch:
        patch.setattr(plan_memory.CachedPlan, "stored", meanwhile)
        with plan_memory.shown(project.plan):
            pass
    with plan_memory.shown(project.plan) as loaded:
        assert {"Draw", "Make"} <= {task.name for task in loaded.plan.tasks}


def test_what_differs_is_one_query(project: Project, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        before = plan_memory.fingerprint(project.plan)
    Plan.objects.filter(pk=project.plan.pk).update(changed_at=datetime(2031, 1, 1, tzinfo=UTC))
    assert plan_memory.fingerprint(project.plan) != before
