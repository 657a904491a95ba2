"""What of an account plan the client sees."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accord.success.models import Goal, PlannedAction, Strategy
from tests.factories import browser_of
from tests.world import World

pytestmark = pytest.mark.django_db


def test_the_client_sees_what_is_shared_and_nothing_else(world: tuple[World, dict[str, Any]]) -> None:
    account = world[0].ours.account
    Goal.objects.create(account=account, title="For our eyes: raise their rates")
    PlannedAction.objects.create(account=account, title="For the client too", shared=True)
    PlannedAction.objects.create(account=account, title="For our eyes: call their rival")
    Strategy.objects.create(account=account, title="For our eyes: sell more")
    shown = Client().get(reverse("client", args=["secret-Ours"])).content.decode()
    assert "Success plan" in shown and "Less haze" in shown and "For the client too" in shown
    assert "For our eyes" not in shown


def test_who_delivers_sees_what_it_is_for(world: tuple[World, dict[str, Any]]) -> None:
    side = world[0].ours
    browser = browser_of(side.users["member"])
    shown = browser.get(reverse("project", args=[side.project.pk])).content.decode()
    assert "Client goals" in shown and "Less haze" in shown
