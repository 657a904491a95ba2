"""Letting colleagues know."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from accord.conversations.models import Notification
from accord.people.models import User

LONGEST = 300


def tell(users: Iterable[User | None], text: str, url: str = "", *, by: Any = None) -> int:
    """A notice for each of ``users`` once, with the page it speaks of; returns how many there were.

    Nobody (``None``) and who did it themselves (``by``) are left out.
    """
    people = dict.fromkeys(user for user in users if user is not None and user != by)
    Notification.objects.bulk_create(Notification(user=user, text=text[:LONGEST], url=url) for user in people)
    return len(people)
