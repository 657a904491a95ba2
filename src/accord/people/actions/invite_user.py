"""Giving somebody a sign-in."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accord.core.access import Deed, require
from accord.core.events import record_event
from accord.core.security import Kind, record_security
from accord.people.models import Person, User


@transaction.atomic
def invite_user(
    *,
    email: str,
    name: str,
    roles: list[str],
    by: Any,
    time_zone: str = "UTC",
    person: Person | None = None,
    password: str | None = None,
) -> User:
    """Make a user, tied to ``person`` where given. Without a password they set one by their sign-in link.

    Raises ``ValidationError`` for an address that is taken, an unknown role or time zone.
    """
    user = User(email=User.objects.normalize_email(email).lower(), name=name.strip(), roles=roles, time_zone=time_zone)
    require(by, Deed.CREATE, user)
    if User.objects.filter(email__iexact=user.email).exists():
        raise ValidationError({"email": f"A user with the email {user.email} already exists."})
    user.set_password(password)
    user.full_clean(exclude=["password"])
    user.save()
    if person is not None:
        Person.objects.filter(pk=person.pk).update(user=user)
    record_event(by=by, verb="invited", subject=user, after={"email": user.email, "roles": roles})
    record_security(Kind.USER_CREATED, user=user, by=by, roles=roles)
    return user
