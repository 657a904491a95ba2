"""Hours that cannot have been worked are refused by page and API alike."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from accord.accounts.models import Account
from accord.money.models import TimeEntry
from accord.people.models import Person, Role, User
from accord.projects.models import Project
from tests.factories import browser_of

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture
def manager() -> User:
    return User.objects.create(email="m@firm.test", name="Max", roles=[Role.PROJECT_MANAGER], password="!")


@pytest.fixture
def given(manager: User) -> dict[str, Any]:
    project = Project.objects.create(
        account=Account.objects.create(name="Case AG"), name="Shop", manager=manager, start=datetime(2026, 3, 2, 9)
    )
    return {"project": project, "person": Person.objects.create(name="Max", user=manager), "day": TODAY}


def test_a_day_has_24_hours(given: dict[str, Any]) -> None:
    entry = TimeEntry.objects.create(**given, minutes=15 * 60)
    entry.full_clean()
    with pytest.raises(ValidationError, match="A day has 24 hours, and 15:00 h are already logged"):
        TimeEntry(**given, minutes=9 * 60 + 1).full_clean()
    TimeEntry(**given, minutes=9 * 60).full_clean()
    TimeEntry(**given | {"day": TODAY - timedelta(days=1)}, minutes=24 * 60).full_clean()
    TimeEntry(**given | {"person": Person.objects.create(name="Eve")}, minutes=24 * 60).full_clean()


def test_hours_of_days_to_come_are_refused(given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="can't be in the future"):
        TimeEntry(**given | {"day": TODAY + timedelta(days=2)}, minutes=60).full_clean()


def test_page_and_api_refuse_them_and_read_hours_in_any_form(given: dict[str, Any], manager: User) -> None:
    browser = browser_of(manager)
    form = {"person": given["person"].pk, "project": given["project"].pk, "day": TODAY.isoformat(), "billable": "on"}
    for text in ("1:30", "1,5", "1.5h"):
        assert browser.post(reverse("time-new"), form | {"hours": text}).status_code == 302
    assert list(TimeEntry.objects.values_list("minutes", flat=True)) == [90, 90, 90]
    refused = browser.post(reverse("time-new"), form | {"hours": "20"})
    assert refused.status_code == 422
    assert "4:30 h are already logged" in refused.content.decode()
    body = {"person": given["person"].pk, "project": given["project"].pk, "minutes": 60, "day": "2099-05-01"}
    answer = browser.post(reverse("api:create_time_entry"), body, content_type="application/json")
    assert answer.status_code == 422
    assert TimeEntry.objects.count() == 3
    assert not TimeEntry.objects.filter(day__gt=date(2099, 1, 1)).exists()
