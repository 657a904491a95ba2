"""Units, duration and work of tasks in a stored plan, and their cost."""

from __future__ import annotations

from decimal import Decimal

import pytest

from accord.people.models import User
from accord.projects.actions.edit_plan import undo_step
from accord.projects.models import Assignment, Project, Resource
from accord.projects.plan_changes import Invalid
from tests.projects.planning import edit, task, update

pytestmark = pytest.mark.django_db

DAY = 420


@pytest.fixture
def people(project: Project) -> list[Resource]:
    return [Resource.objects.create(project=project, uid=n, name=f"P{n}", rate=Decimal(60)) for n in (1, 2)]


def assign(project: Project, by: User, *units: tuple[Resource, float]) -> None:
    edit(project, by, "assign", "Design", assignments=[{"resource": r.pk, "units": u} for r, u in units])


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
    undo_step(plan=project.plan, by=manager)
    assert task(project, "Design").duration_minutes == 2 * DAY
    assert [row[2] for row in rows(project)] == [2 * DAY]


def test_more_work_takes_longer_and_costs_more(project: Project, manager: User, people: list[Resource]) -> None:
    assign(project, manager, (people[0], 1.0))
    update(project, manager, "Design", work_minutes=3 * DAY)
    design = task(project, "Design")
    assert (design.duration_minutes, design.work_minutes, design.cost) == (3 * DAY, 3 * DAY, Decimal("1260.00"))


def test_a_summary_has_the_work_of_its_tasks(project: Project, manager: User) -> None:
    edit(project, manager, "create_task", parent=task(project, "Design").pk, after=None, fields={"name": "Sketch"})
    with pytest.raises(Invalid, match="summary"):
        update(project, manager, "Design", work_minutes=60)


class TestOvertime:
    """Design takes two days of P1 alone; two hours of its work are overtime at 90 an hour, the rest costs 60."""

    @pytest.fixture
    def late_shift(self, project: Project, manager: User, people: list[Resource]) -> Project:
        assign(project, manager, (people[0], 1.0))
        Resource.objects.filter(pk=people[0].pk).update(rates=[{"standard": "60", "overtime": "90"}])
        Assignment.objects.filter(project=project).update(work_minutes=2 * DAY + 120, overtime_minutes=120, cost=0)
        return project

    def test_it_takes_none_of_the_duration(self, late_shift: Project, manager: User, people: list[Resource]) -> None:
        assign(late_shift, manager, (people[0], 0.5))
        assert task(late_shift, "Design").duration_minutes == 4 * DAY
        assert rows(late_shift)[0][:3] == ("P1", 0.5, 2 * DAY + 120)

    def test_a_longer_task_has_more_regular_work_and_its_cost(self, late_shift: Project, manager: User) -> None:
        update(late_shift, manager, "Design", duration_minutes=3 * DAY)
        assert rows(late_shift)[0][2:] == (3 * DAY + 120, Decimal(3 * 7 * 60 + 2 * 90))

    def test_work_is_set_for_all_of_it(self, late_shift: Project, manager: User) -> None:
        update(late_shift, manager, "Design", work_minutes=DAY + 120)
        assert task(late_shift, "Design").duration_minutes == DAY
        assert rows(late_shift)[0][2] == DAY + 120
