"""What the tests of pages share."""

from __future__ import annotations

import pytest
from django.test import Client

from accord.people.models import User


@pytest.fixture
def signed_in(owner: User, client: Client) -> Client:
    client.force_login(owner)
    return client
