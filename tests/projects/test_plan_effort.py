"""Units, duration and work of tasks in a stored plan, and their cost."""

from __future__ import annotations

from decimal import Decimal

import pytest

from accord.people.models import User
from accord.projects.actions.change_plan import undo_step
from accord.projects.models import Assignment, Project, Resource
from accord.projects.plan_changes import Invalid
from tests.projects.planning import gesture, task, update

pytestmark = pytest.mark.django_db

DAY = 420


@pytest.fixture
def people(project: Project) -> list[Resource]:
    return [Resource.objects.create(project=project, uid=n, name=f"P{n}", rate=Decimal(60)) for n in (1, 2)]


def assign(project: Project, by: User, *units: tuple[Resource, float]) -> None:
    gesture(project, by, "assign", "Design", assignments=[{"resource": r.pk, "units": u} for r, u in units])


def rows(project: Project) -> list[tuple[str, float, int, Decimal]]:
    found = Assignment.objects.filter(project=project).select_related("resource").order_by("resource__name")
    return [(str(a.resource), a.units, a.work_minutes, a.cost) for a in found]


def test_fixed_units_half_the_time_takes_twice_as_long(project: Project, manager: User, people: list[Resource]) -> None:
    assign(project, manager, (people[0], 1.0))
    assign(project, manager, (people[0], 0.5))
    assert task(project, "Design").duration_minutes == 4 * DAY
    assert rows(project) == [("P1", 0.5, 2 * DAY, Decimal("840.00"))]


def test_fixed_duration_half_the_time_is_half_the_work(project: Project, manager: User, people: list[Resource]) -> None:
    assign(project, manager, (people[0], 1.0))
    update(project, manager, "Design", effort="duration")
    assign(project, manager, (people[0], 0.5))
    assert task(project, "Design").duration_minutes == 2 * DAY
    assert rows(project) == [("P1", 0.5, DAY, Decimal("420.00"))]


def test_two_share_the_work_of_an_effort_driven_task(project: Project, manager: User, people: list[Resource]) -> None:
    assign(project, manager, (people[0], 1.0))
    update(project, manager, "Design", effort_driven=True)
    assign(project, manager, (people[0], 1.0), (people[1], 1.0))
    assert task(project, "Design").duration_minutes == DAY
    assert [row[2] for row in rows(project)] == [DAY, DAY]
    undo_step(project=project, by=manager)
    assert task(project, "Design").duration_minutes == 2 * DAY
    assert [row[2] for row in rows(project)] == [2 * DAY]


def test_more_work_takes_longer_and_costs_more(project: Project, manager: User, people: list[Resource]) -> None:
    assign(project, manager, (people[0], 1.0))
    update(project, manager, "Design", work_minutes=3 * DAY)
    design = task(project, "Design")
    assert (design.duration_minutes, design.work_minutes, design.cost) == (3 * DAY, 3 * DAY, Decimal("1260.00"))


def test_a_summary_has_the_work_of_its_tasks(project: Project, manager: User) -> None:
    gesture(project, manager, "create_task", parent=task(project, "Design").pk, after=None, fields={"name": "Sketch"})
    with pytest.raises(Invalid, match="summary"):
        update(project, manager, "Design", work_minutes=60)
