"""What the tests of pages share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from accord.people.models import User
from tests.world import World, make_shared, make_world


@pytest.fixture(scope="module")
def world(django_db_setup: Any, django_db_blocker: Any) -> Iterator[tuple[World, dict[str, Any]]]:
    """One small firm for all tests of a module; what they do to it is undone with it."""
    with django_db_blocker.unblock(), transaction.atomic():
        made = make_world(), make_shared()
        connection.run_on_commit = []  # what made it is nothing that the first test did
        yield made
        transaction.set_rollback(True)


@pytest.fixture
def signed_in(owner: User, client: Client) -> Client:
    client.force_login(owner)
    return client
