"""Letting colleagues know."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models

from accord.conversations.models import Notification
from accord.core.references import reference
from accord.people.models import User

LONGEST = 300


def tell(users: Iterable[User | None], text: str, *, about: models.Model | None = None, by: Any = None) -> int:
    """A notice for each of ``users`` once, ``about`` the record it speaks of; returns how many there were.

    Nobody (``None``) and who did it themselves (``by``) are left out.
    """
    people = dict.fromkeys(user for user in users if user is not None and user != by)
    where = reference(about).columns if about is not None else {}
    Notification.objects.bulk_create(Notification(user=user, text=text[:LONGEST], **where) for user in people)
    return len(people)
