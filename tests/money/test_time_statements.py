"""Logging an hour asks the database for little: it is the most frequent action of all."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accord.accounts.models import Account
from accord.money.models import TimeEntry
from accord.people.models import Person, Role, User
from accord.projects.models import Project, ProjectMember
from tests.factories import browser_of, create_rates

pytestmark = pytest.mark.django_db

MOST = 18  # one of them sums the hours of the day, two ask whether the week is open


def person(*roles: str) -> Person:
    user = User.objects.create(email=f"{''.join(roles) or 'x'}@firm.test", name="Somebody", roles=roles, password="!")
    found = Person.objects.create(name="Somebody", user=user)
    create_rates(60, 110, person=found)
    return found


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.MEMBER])
def test_an_hour_by_the_form(role: str) -> None:
    who = person(role)
    project = Project.objects.create(
        account=Account.objects.create(name="Case AG"),
        name="Roll-out",
        status=Project.Status.ACTIVE,
        start=datetime(2026, 3, 2, 8),
    )
    ProjectMember.objects.create(project=project, user=who.user)
    client = browser_of(who.user)
    form = {"person": who.pk, "project": project.pk, "day": timezone.localdate(), "hours": "1", "billable": "on"}
    assert client.post(reverse("time-new"), form).status_code == 302  # fills what lives as long as the process
    with CaptureQueriesContext(connection) as sent:
        assert client.post(reverse("time-new"), form | {"note": "Again"}).status_code == 302
    assert TimeEntry.objects.filter(note="Again", minutes=60, cost_rate=Decimal(60), bill_rate=Decimal(110)).exists()
    assert len(sent) <= MOST, "\n".join(query["sql"] for query in sent.captured_queries)
