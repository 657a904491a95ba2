"""Milestone owners that a plan file names in a custom text field."""

from __future__ import annotations

from typing import Any

import pytest

from accord.exchange.mspdi import read_plan
from accord.people.models import Person
from accord.projects.actions.store_plan import store_plan
from accord.projects.models import Project, Task
from tests.factories import create_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann() -> Person:
    return Person.objects.create(name="Ann Berg", email="ann@firm.test")


@pytest.fixture
def project() -> Project:
    return create_project()


def file_with(document: Any, make_task: Any, *owners: str, milestone: int = 1) -> Any:
    field = {"FieldID": 7, "FieldName": "Text3", "Alias": "milestone  Owner"}
    rows = [
        make_task(n, Milestone=milestone, Duration="PT0H0M0S", ExtendedAttribute={"FieldID": 7, "Value": owner})
        for n, owner in enumerate(owners, 1)
    ]
    return read_plan(document(rows, ExtendedAttributes={"ExtendedAttribute": field}))


def test_a_plan_file_names_owners_by_name_or_address(
    project: Project, ann: Person, document: Any, make_task: Any
) -> None:
    Person.objects.create(name="Two Names", email="one@firm.test")
    Person.objects.create(name="Two Names", email="two@firm.test")
    named = ("Ann Berg", "ANN@firm.test", "Two Names", "Somebody Else")
    plan = file_with(document, make_task, *named)
    assert [each.milestone_owner for each in plan.tasks] == list(named) and plan.remarks == ()
    store_plan(project=project, plan=plan, by=None)
    stored = list(Task.objects.filter(project=project).order_by("uid"))
    assert [row.milestone_owner for row in stored] == [ann, ann, None, None]
    # Nobody's name is lost, and nothing is written twice when the file comes again.
    store_plan(project=project, plan=plan, by=None)
    notes = [row.notes for row in Task.objects.filter(project=project).order_by("uid")]
    assert notes == ["", "", "Milestone owner: Two Names", "Milestone owner: Somebody Else"]


def test_a_file_that_names_no_owner_leaves_who_it_was(
    project: Project, ann: Person, document: Any, make_task: Any
) -> None:
    store_plan(project=project, plan=file_with(document, make_task, "Ann Berg"), by=None)
    store_plan(project=project, plan=read_plan(document([make_task(1, Milestone=1, Duration="PT0H0M0S")])), by=None)
    assert Task.objects.get(project=project, uid=1).milestone_owner == ann


def test_on_a_task_the_name_stays_in_the_notes(project: Project, ann: Person, document: Any, make_task: Any) -> None:
    store_plan(project=project, plan=file_with(document, make_task, "Ann Berg", milestone=0), by=None)
    row = Task.objects.get(project=project, uid=1)
    assert (row.milestone_owner, row.notes) == (None, "Milestone owner: Ann Berg")
