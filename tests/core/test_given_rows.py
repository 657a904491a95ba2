"""A new record asks the database only about rows that it was not given."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from accord.money.models import TimeEntry
from accord.people.models import Person
from accord.projects.models import Project
from tests.factories import create_project

pytestmark = pytest.mark.django_db


def entry(**given: Any) -> TimeEntry:
    return TimeEntry(day=date(2026, 3, 2), minutes=60, note="x", **given)


@pytest.fixture
def project() -> Project:
    return create_project(start="2026-03-02T08:00")


def test_the_rows_of_a_new_record_are_not_asked_for_again(project: Project, django_assert_num_queries: Any) -> None:
    person = Person.objects.create(name="P")
    with django_assert_num_queries(1):  # the hours of that day
        entry(project=project, person=person).full_clean()


def test_a_number_is_still_looked_up(project: Project) -> None:
    with pytest.raises(ValidationError) as refused:
        entry(project_id=project.pk + 1000, person_id=4711).full_clean()
    assert {"project", "person"} <= set(refused.value.message_dict)


def test_a_row_is_still_required(project: Project) -> None:
    with pytest.raises(ValidationError) as refused:
        entry(project=project, person=None).full_clean()
    assert "person" in refused.value.message_dict


def test_two_rows_of_one_source_are_still_refused() -> None:
    Person.objects.create(name="P", source="hr", external_id="7")
    with pytest.raises(ValidationError):
        Person(name="Q", source="hr", external_id="7").full_clean()
    Person(name="Q").full_clean()
