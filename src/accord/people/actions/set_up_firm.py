"""Setting up a new installation: its first administrator, and what the firm is called and how it works."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext

from accord.core import editing
from accord.people.actions.invite_user import invite_user
from accord.people.actions.set_logo import set_logo
from accord.people.models import Firm, Role, User
from accord.people.set_up_link import opens_set_up


@transaction.atomic
def set_up_firm(
    *,
    token: str,
    email: str,
    name: str,
    password: str,
    firm: dict[str, Any],
    week: list[list[list[int]]],
    logo: bytes = b"",
) -> User:
    """Create the first administrator and store the ``firm``'s details and working ``week``.

    Raises ``ValidationError`` when the link has expired or was used: of two people who use it at once, one wins.
    """
    stored = Firm.objects.select_for_update().get(pk=Firm.current().pk)  # one at a time
    if not opens_set_up(token):
        raise ValidationError(
            gettext("This set-up link has expired or was already used. Restart Accord to get a new one.")
        )
    time_zone = firm["time_zone"]
    user = invite_user(
        email=email, name=name, roles=[Role.ADMINISTRATOR.value], by=None, time_zone=time_zone, password=password
    )
    editing.change(stored, by=user, version=stored.version, **firm)
    if logo:
        set_logo(firm=stored, data=logo, by=user)
    calendar = stored.calendar
    if calendar is not None:
        editing.change(calendar, by=user, version=calendar.version, week=week)
    return user
