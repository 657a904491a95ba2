"""Letting a program in."""

from __future__ import annotations

from datetime import date
from typing import Any

from accord.core import editing
from accord.people.models import ApiToken, User


def make_key(*, user: User, name: str, expires_on: date | None, by: Any) -> tuple[ApiToken, str]:
    """Make an API key for ``user``; returns it with its text, which is kept nowhere else."""
    key = ApiToken.new_key()
    token = ApiToken(user=user, name=name, expires_on=expires_on, hash=ApiToken.digest(key))
    return editing.create(token, by=by), key
