"""Letting colleagues know."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models

from accord.conversations.models import NoticeKind, NoticeSetting, Notification
from accord.core.references import reference
from accord.people.models import User

LONGEST = 300


def notify(
    users: Iterable[User | None], text: str, *, kind: NoticeKind, about: models.Model | None = None, by: Any = None
) -> int:
    """A notice for each of ``users`` once, ``about`` the record it speaks of; returns how many there were.

    Nobody (``None``) and who did it themselves (``by``) are left out, and who switched off notices of this ``kind``.
    """
    people = dict.fromkeys(user for user in users if user is not None and user != by)
    if not people:
        return 0
    off = NoticeSetting.objects.filter(user__in=people, kind=kind, delivery=NoticeSetting.Delivery.OFF)
    silent = set(off.values_list("user", flat=True))
    where = reference(about).columns if about is not None else {}
    made = [
        Notification(user=user, kind=kind, text=text[:LONGEST], **where) for user in people if user.pk not in silent
    ]
    Notification.objects.bulk_create(made)
    return len(made)
