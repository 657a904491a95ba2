"""Letting a program in."""

from __future__ import annotations

from datetime import date
from typing import Any

from accord.core import editing
from accord.core.expiry import check_expiry
from accord.people.models import ApiToken, User
from accord.people.models.token import LONGEST_DAYS


def make_key(*, user: User, name: str, expires_on: date | None, by: Any) -> tuple[ApiToken, str]:
    """Make an API key for ``user``; returns it with its text, which is kept nowhere else.

    Raises ``ValidationError`` without a day on which it expires, and for one beyond the longest time.
    """
    last = check_expiry(expires_on, LONGEST_DAYS)
    key = ApiToken.new_key()
    token = ApiToken(user=user, name=name, expires_on=last, hash=ApiToken.digest(key))
    return editing.create(token, by=by), key
