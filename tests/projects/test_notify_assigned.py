"""Who is assigned to tasks is told once, by whom, and where."""

from __future__ import annotations

from typing import Any

import pytest

from accord.conversations.models import Notification
from accord.core.references import page_of
from accord.people.models import Person, Role, User
from accord.projects.actions.edit_plan import edit_plan, redo_step, undo_step
from accord.projects.actions.staff_project import add_person
from accord.projects.models import Project, ProjectMember, Resource, Task
from tests.projects.planning import edit, task

pytestmark = pytest.mark.django_db


def opens(row: Task) -> str:
    return f"/projects/{row.project_id}/plan#task-{row.pk}/open"


def worker(project: Project, manager: User, name: str) -> Resource:
    user = User.objects.create(email=f"{name}@firm.test", name=name.title(), roles=[Role.MEMBER])
    person = Person.objects.create(name=name.title(), email=user.email, user=user)
    return add_person(project=project, person=person, by=manager)


@pytest.fixture
def ann(project: Project, manager: User) -> Resource:
    return worker(project, manager, "ann")


def assign(project: Project, by: User, called: str, *resources: Resource) -> None:
    row = task(project, called)
    shares = [{"resource": r.pk, "units": 1} for r in resources]
    edit_plan(plan=project.plan, by=by, changes=[{"op": "assign", "id": row.pk, "assignments": shares}])


def told() -> list[tuple[str, str, str]]:
    return [(str(n.user), n.text, page_of(n)) for n in Notification.objects.order_by("pk")]


def test_assigning_tells_the_person_with_a_link(project: Project, manager: User, ann: Resource) -> None:
    assign(project, manager, "Design", ann)
    assert told() == [("Ann", "Pia assigned you Design (Shop)", opens(task(project, "Design")))]
    assign(project, manager, "Design", ann)  # again the same: nothing new
    assert len(told()) == 1


def test_one_gesture_is_one_notice(project: Project, manager: User, ann: Resource) -> None:
    shares = [{"resource": ann.pk, "units": 1}]
    changes: list[dict[str, Any]] = [
        {"op": "assign", "id": task(project, name).pk, "assignments": shares} for name in ("Design", "Build")
    ]
    changes += [
        {"op": "create_task", "temp_id": "t", "parent": None, "after": "last", "fields": {"name": "Test"}},
        {"op": "assign", "id": "t", "assignments": shares},
    ]
    edit_plan(plan=project.plan, by=manager, changes=changes)
    assert told() == [("Ann", "Pia assigned you 3 tasks: Design, Build, Test (Shop)", opens(task(project, "Design")))]


def test_nobody_is_told_of_what_they_did_themselves(project: Project, ann: Resource) -> None:
    user = User.objects.get(name="Ann")
    ProjectMember.objects.get_or_create(project=project, user=user)
    assert ann.person is not None
    User.objects.filter(pk=user.pk).update(roles=[Role.PROJECT_MANAGER])
    user.refresh_from_db()
    assign(project, user, "Design", ann)
    assert told() == []


def test_changes_of_units_and_dates_tell_nobody(project: Project, manager: User, ann: Resource) -> None:
    assign(project, manager, "Design", ann)
    Notification.objects.all().delete()
    row = task(project, "Design")
    change = {"op": "assign", "id": row.pk, "assignments": [{"resource": ann.pk, "units": 0.5}]}
    edit_plan(plan=project.plan, by=manager, changes=[change])
    row.refresh_from_db()
    change = {"op": "update_task", "id": row.pk, "version": row.version, "fields": {"start": "2026-03-09T09:00"}}
    edit_plan(plan=project.plan, by=manager, changes=[change])
    edit(project, manager, "delete_task", "Design")
    assert told() == []


def test_being_taken_off_is_told_once_it_was_known(project: Project, manager: User, ann: Resource) -> None:
    assign(project, manager, "Design", ann)
    assign(project, manager, "Design")
    assert told() == []  # they had not read of it yet
    assign(project, manager, "Design", ann)
    Notification.objects.update(read_at="2026-03-01T00:00Z")
    assign(project, manager, "Design")
    assert told()[1:] == [("Ann", "Pia unassigned you from Design (Shop)", opens(task(project, "Design")))]


def test_undo_takes_the_notice_back_and_redo_gives_it_again(project: Project, manager: User, ann: Resource) -> None:
    assign(project, manager, "Design", ann)
    undo_step(plan=project.plan, by=manager)
    assert told() == []
    redo_step(plan=project.plan, by=manager)
    assert [text for _, text, _ in told()] == ["Pia assigned you Design (Shop)"]


def test_who_cannot_see_the_project_is_not_told(project: Project, manager: User, ann: Resource) -> None:
    ProjectMember.objects.filter(project=project).delete()
    assign(project, manager, "Design", ann)
    assert told() == []


def test_roles_without_a_person_and_long_names(project: Project, manager: User, ann: Resource) -> None:
    role = Resource.objects.create(project=project, uid=99, name="Tester")
    assign(project, manager, "Build", role)
    assert told() == []
    Task.objects.filter(name="Build").update(name="B" * 300)
    assign(project, manager, "B" * 300, role, ann)
    ((_, text, _),) = told()
    assert len(text) == 300 and text.endswith(" (Shop)")
