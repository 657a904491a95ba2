"""Giving somebody a user account: the one way in for pages, the set-up, the command line and the demo firm."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext

from accord.core import editing
from accord.core.access import Permission, require
from accord.core.events import record_event
from accord.core.security import Kind, record_security
from accord.people.events import UserEvent
from accord.people.models import Person, Role, User


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
    """Make a user, tied to ``person``, or else to the person of that email who has no user account yet.

    Without a password they set one by their sign-in link. Raises ``ValidationError`` for an address that is taken, a
    weak password, an unknown role or time zone.
    """
    user = User(email=as_address(email), name=name.strip(), roles=roles, time_zone=time_zone)
    require(by, Permission.CREATE, user)
    _check_address(user)
    if password is not None:
        try:
            validate_password(password, user)
        except ValidationError as error:
            raise ValidationError({"password": error.error_list}) from error
    user.set_password(password)
    user.full_clean(exclude=["password"])
    user.save()
    record_event(by=by, kind=UserEvent.INVITED, subject=user, after={"email": user.email, "roles": roles})
    record_security(Kind.USER_CREATED, user=user, by=by, roles=roles)
    if (person := person or _person_of(user)) is not None:
        editing.change(person, by=by, version=person.version, user=user)
    return user


@transaction.atomic
def change_user(*, user: User, by: Any, version: int, **values: Any) -> User:
    """Store ``values`` if ``user`` is still at ``version``.

    Raises ``Conflict``, and ``ValidationError`` for an address that is taken and for administrators who would lock
    themselves out.
    """
    if "email" in values:
        values["email"] = as_address(values["email"])
        _check_address(User(pk=user.pk, email=values["email"]))
    loses_role = Role.ADMINISTRATOR not in values.get("roles", [Role.ADMINISTRATOR])
    if by is not None and by.pk == user.pk and (loses_role or values.get("is_active") is False):
        raise ValidationError(gettext("You can't remove your own administrator role. Ask another administrator."))
    changed: User = editing.change(user, by=by, version=version, action="change_user", **values)
    return changed


def as_address(email: str) -> str:
    """An email address as it is stored and compared."""
    address: str = User.objects.normalize_email(email.strip())
    return address.lower()


def _check_address(user: User) -> None:
    if User.objects.filter(email__iexact=user.email).exclude(pk=user.pk).exists():
        raise ValidationError(
            {"email": gettext("A user with the email %(email)s already exists.") % {"email": user.email}}
        )


def _person_of(user: User) -> Person | None:
    """The only person of that address without a user account; of several, nobody can say which."""
    found = list(Person.objects.filter(email__iexact=user.email, user=None, left_on=None)[:2])
    return found[0] if len(found) == 1 else None
