"""Plans count on job roles before anyone is named: at their rates, and as demand in the capacity view."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.urls import reverse

from accord.people.models import JobRole, Person, Role
from accord.projects.models import Assignment, Project, Resource, Task
from accord.projects.queries_capacity import demand_of_roles, weeks_from
from tests.factories import browser_of, create_project, create_rates, create_user

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 3, 2)


@pytest.fixture
def role() -> JobRole:
    return JobRole.objects.create(name="Consultant")


@pytest.fixture
def project() -> Project:
    return create_project(status=Project.Status.ACTIVE)


def assign(project: Project, role: JobRole, person: Person | None = None, uid: int = 1) -> Assignment:
    """Ten days of work, of eight hours each, over two weeks."""
    task = Task.objects.create(
        project=project, plan=project.plan, uid=uid, name="Build", start=datetime(2026, 3, 2, 9),
        finish=datetime(2026, 3, 13, 17),
    )  # fmt: skip
    resource = Resource.objects.create(
        project=project, plan=project.plan, uid=uid, name="Consultant", job_role=role, person=person
    )
    return Assignment.objects.create(
        project=project, plan=project.plan, uid=uid, task=task, resource=resource, work_minutes=4800
    )


def test_work_of_a_role_that_no_one_fills_is_demand(project: Project, role: JobRole) -> None:
    other = create_project("Other", status=Project.Status.ACTIVE)
    assign(project, role)
    assign(other, role)
    stopped = create_project("Stopped", status=Project.Status.ON_HOLD)
    assign(stopped, role)
    assert demand_of_roles(weeks_from(MONDAY, 3), MONDAY) == {role: [4800, 4800, 0]}


def test_a_role_that_someone_fills_is_their_load_and_no_demand(project: Project, role: JobRole) -> None:
    assign(project, role, Person.objects.create(name="Pat", job_role=role))
    assert demand_of_roles(weeks_from(MONDAY, 3), MONDAY) == {}


def test_the_capacity_page_shows_demand(project: Project, role: JobRole) -> None:
    Person.objects.create(name="Pat")
    assign(project, role)
    page = browser_of(create_user("Pia Manager", Role.PROJECT_MANAGER)).get(
        reverse("capacity"), {"start": MONDAY.isoformat()}
    )
    assert "Job roles without a person" in page.content.decode()
    assert page.content.decode().count("40:00\u202fh") == 2


def test_a_role_of_a_plan_takes_its_rate(project: Project, role: JobRole) -> None:
    create_rates(cost=40)
    create_rates(cost=55, job_role=role)
    create_rates(cost=60, job_role=role, project=project)
    manager = create_user("Pia Manager", Role.ADMINISTRATOR)
    url = reverse("resource-new", args=[project.pk])
    values = {"job_role": str(role.pk), "kind": "work", "max_units": "2", "rate": "0", "cost_per_use": "0"}
    assert browser_of(manager).post(url, values).status_code == 302
    made = Resource.objects.get()
    assert (made.name, made.rate, made.job_role) == ("Consultant", Decimal(60), role)
