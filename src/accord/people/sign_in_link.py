"""The link by which one person sets their password: in an invitation, or handed over where email is off."""

from __future__ import annotations

from datetime import datetime, timedelta

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from accord.people.models import User


def sign_in_path(user: User) -> str:
    """The path of the page on which ``user`` sets a password; it works once, until :func:`works_until`."""
    key = default_token_generator.make_token(user)
    return reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(user), "key": key})


def works_until() -> datetime:
    """When a link made now expires."""
    return timezone.now() + timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
