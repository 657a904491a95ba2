"""Public holidays in calendars: with names, once, beside what people wrote, and out again."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accord.core.editing import Conflict
from accord.engines.calendars.working_time import compile_calendars
from accord.people.actions.add_holidays import add_holidays, remove_holidays
from accord.people.jobs import AHEAD, extend_holidays
from accord.people.models import Calendar, Role, User
from accord.people.public_holidays import marks_in, name_of

pytestmark = pytest.mark.django_db
CLOSED = {"start": "2026-12-24", "finish": "2027-01-01", "intervals": [], "name": "Closed"}


@pytest.fixture
def calendar() -> Calendar:
    return Calendar.objects.create(name="Berlin", exceptions=[CLOSED])


def berlin(calendar: Calendar, first: int = 2026, last: int = 2026, **values: Any) -> Calendar:
    return add_holidays(calendar=calendar, country="DE", region="BE", first=first, last=last, by=None, **values)


def names(calendar: Calendar) -> dict[str, str]:
    return {e["start"]: e["name"] for e in calendar.exceptions}


def test_holidays_come_with_their_names_and_nobody_works_on_them(calendar: Calendar) -> None:
    found = berlin(calendar)
    assert names(found)["2026-03-08"] == "Women's Day"  # Berlin's own
    assert names(found)["2026-05-14"] == "Ascension Day"
    working = compile_calendars((found.spec(),))[found.pk]
    assert not working.is_working_day(date(2026, 5, 14))
    assert working.is_working_day(date(2026, 5, 15))


def test_a_region_has_its_own_and_the_country_alone_does_not(calendar: Calendar) -> None:
    country = add_holidays(calendar=calendar, country="DE", first=2026, last=2026, by=None)
    assert "2026-03-08" not in names(country)
    assert name_of("holidays:DE") == "Germany"
    assert name_of("holidays:DE-BE") == "Germany, Berlin"


def test_twice_changes_nothing_and_what_people_wrote_stays(calendar: Calendar) -> None:
    once = berlin(calendar)
    assert CLOSED in once.exceptions
    assert "2026-12-25" not in names(once)  # inside the days that are closed anyway
    twice = berlin(once)
    assert (twice.version, twice.exceptions) == (once.version, once.exceptions)


def test_they_go_again_by_their_mark_alone(calendar: Calendar) -> None:
    both = add_holidays(calendar=berlin(calendar), country="PL", first=2026, last=2026, by=None)
    assert marks_in(both.exceptions) == ["holidays:DE-BE", "holidays:PL"]
    left = remove_holidays(calendar=both, mark="holidays:DE-BE", by=None)
    assert marks_in(left.exceptions) == ["holidays:PL"]
    assert remove_holidays(calendar=left, mark="holidays:PL", by=None).exceptions == [CLOSED]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"country": "XX"}, "country"),
        ({"country": "DE", "region": "NOWHERE"}, "region"),
        ({"country": "DE", "first": 2030}, "last"),
        ({"country": "DE", "first": 1950}, "last"),
    ],
)
def test_what_there_is_no_data_for_is_refused_by_its_field(calendar: Calendar, values: Any, field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        add_holidays(calendar=calendar, by=None, **{"first": 2026, "last": 2026} | values)
    assert set(refused.value.message_dict) == {field}
    calendar.refresh_from_db()
    assert calendar.exceptions == [CLOSED]


def test_members_may_not_and_a_stale_form_is_told(calendar: Calendar) -> None:
    member = User.objects.create(email="m@firm.test", name="Mia", roles=[Role.MEMBER])
    with pytest.raises(PermissionDenied):
        add_holidays(calendar=calendar, country="DE", first=2026, last=2026, by=member)
    with pytest.raises(Conflict):
        berlin(calendar, version=calendar.version + 1)


def test_the_job_keeps_them_ahead_and_leaves_past_years_alone(
    calendar: Calendar, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = berlin(calendar, 2025, 2026)
    trimmed = [e for e in kept.exceptions if e["name"] != "Ascension Day"]
    Calendar.objects.filter(pk=kept.pk).update(exceptions=trimmed)
    Calendar.objects.create(name="Without")
    monkeypatch.setattr("accord.people.jobs.timezone.localdate", lambda: date(2027, 2, 1))
    assert extend_holidays.func() == 1
    found = Calendar.objects.get(pk=kept.pk)
    assert max(e["start"] for e in found.exceptions)[:4] == str(2027 + AHEAD)
    assert "2026-05-14" not in names(found)
    assert "2027-05-06" in names(found)
    assert extend_holidays.func() == 0
