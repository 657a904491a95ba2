"""What can be asked about the firm's people."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from accord.people.models import Person, Role, User


def present_people(user: Any) -> QuerySet[Person]:
    """Those who are with the firm."""
    return Person.objects.visible_to(user).filter(left_on=None).select_related("team", "user", "calendar")


def users_with_role(*roles: Role) -> list[User]:
    """Active users who hold any of ``roles``; the list is short, so it is filtered here alike on both databases."""
    return [user for user in User.objects.filter(is_active=True) if user.has_role(*roles)]
