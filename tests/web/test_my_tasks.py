"""Home leads to my task, and so does the notice of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accord.conversations.models import Notification
from accord.core.references import page_of
from accord.people.models import Person
from accord.projects.actions.staff_project import add_person
from accord.projects.models import Task
from tests.factories import browser_of
from tests.world import World

pytestmark = pytest.mark.django_db


def test_my_task_opens_from_home_and_from_its_notice(world: tuple[World, dict[str, Any]]) -> None:
    side, users = world[0].ours, world[0].users
    member = users["member"]
    person = Person.objects.filter(user=member).first() or Person.objects.create(name="Mem", user=member)
    resource = add_person(project=side.project, person=person, by=world[0].administrator)
    now = timezone.localtime().replace(tzinfo=None)
    Task.objects.filter(pk=side.second.pk).update(start=now, finish=now + timedelta(days=1), percent_complete=0)
    client = browser_of(world[0].administrator)
    changes = [{"op": "assign", "id": side.second.pk, "assignments": [{"resource": resource.pk, "units": 1}]}]
    answer = client.post(
        f"/api/projects/{side.project.pk}/plan/changes", {"changes": changes}, content_type="application/json"
    )
    assert answer.status_code == 200, answer.content
    target = f"/projects/{side.project.pk}/plan#task-{side.second.pk}/open"
    notice = Notification.objects.get(user=member, text__contains="assigned you")
    assert page_of(notice) == target and side.second.name in notice.text
    client.force_login(member)
    Task.objects.filter(pk=side.second.pk).update(start=now, finish=now + timedelta(days=1), percent_complete=0)
    home = client.get("/").content.decode()
    assert f'href="{target}"' in home
    assert client.get(target.partition("#")[0]).status_code == 200
