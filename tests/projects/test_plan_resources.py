"""Names typed into the resource cell of a task: who they mean, and who may join a plan so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from accord.core.models import Event
from accord.people.models import Person, Role, User
from accord.projects.actions.edit_plan import Step, edit_plan, undo_step
from accord.projects.models import Project, ProjectMember, Resource
from accord.projects.plan_changes import Invalid
from accord.projects.queries import load_plan
from tests.projects.planning import task

pytestmark = pytest.mark.django_db
Assign = Callable[..., Step]


@pytest.fixture
def assign(project: Project, manager: User) -> Assign:
    """Put the resource of that name on “Design”, as typing it into the cell does."""

    def run(name: Any, by: User = manager, **more: Any) -> Step:
        new = {"op": "create_resource", "temp_id": "resource-1", "name": name, **more}
        shares = [{"resource": "resource-1", "units": 0.5}]
        row = task(project, "Design")
        return edit_plan(plan=project.plan, by=by, changes=[new, {"op": "assign", "id": row.pk, "assignments": shares}])

    return run


def on_design(project: Project) -> list[tuple[str, float]]:
    return [(a.resource.name, a.units) for a in task(project, "Design").assignments.all() if a.resource]


def test_a_new_name_becomes_a_resource_of_the_plan(project: Project, assign: Assign) -> None:
    step = assign("  Guest   speaker ")
    assert on_design(project) == [("Guest speaker", 0.5)]
    assert step.step.label == "assign “Design”"
    assert step.loaded.plan == load_plan(Project.objects.get(pk=project.pk).plan).plan
    resource = Resource.objects.get(project=project)
    assert resource.person is None
    assert Event.objects.filter(subject_type="projects.resource", subject_id=resource.pk).exists()


def test_a_name_that_is_known_makes_no_second_resource(project: Project, manager: User, assign: Assign) -> None:
    assign("Guest speaker")
    undo_step(plan=project.plan, by=manager)
    assign("guest SPEAKER")
    assert Resource.objects.filter(project=project).count() == 1
    assert on_design(project) == [("Guest speaker", 0.5)]


def test_the_name_of_a_colleague_brings_the_colleague(project: Project, assign: Assign) -> None:
    user = User.objects.create_user(email="jo@example.com", password=None, name="Jo Park", roles=[Role.MEMBER])
    jo, _ = Person.objects.get_or_create(user=user, defaults={"name": "Jo Park"})
    Person.objects.filter(pk=jo.pk).update(name="Jo Park")
    assign("jo park")
    assert Resource.objects.get(project=project).person == jo
    assert ProjectMember.objects.filter(project=project, user=user).exists()


def test_two_colleagues_of_one_name_are_not_guessed_between(project: Project, assign: Assign) -> None:
    first, _ = [Person.objects.create(name="Jo Park") for _ in range(2)]
    assign("Jo Park")
    assert Resource.objects.get(project=project).person is None
    Resource.objects.filter(project=project).delete()
    assign("Jo Park", person=first.pk)
    assert Resource.objects.get(project=project).person == first


@pytest.mark.parametrize(
    ("name", "more", "field"),
    [
        ("", {}, "name"),
        (" \t", {}, "name"),
        ("x" * 201, {}, "name"),
        ("Jo", {"person": 10**6}, "person"),
        ("Jo", {"person": True}, "person"),
    ],
)
def test_what_names_nobody_is_refused_and_nothing_is_written(
    project: Project, assign: Assign, name: str, more: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        assign(name, **more)
    assert refused.value.field == field
    assert not Resource.objects.filter(project=project).exists()


def test_who_may_not_change_the_plan_adds_nobody_to_it(project: Project, assign: Assign) -> None:
    member = User.objects.create_user(email="m@example.com", password=None, name="M.", roles=[Role.MEMBER])
    with pytest.raises(PermissionDenied):
        assign("Guest speaker", member)
    assert not Resource.objects.filter(project=project).exists()
