"""Who calls: a signed-in browser, or a program with a key."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja.security import HttpBearer, SessionAuth

from accord.people.models import ApiToken


class KeyAuth(HttpBearer):
    """``Authorization: Bearer accord_…``"""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        user = ApiToken.user_of(token)
        if user is not None:
            request.user = user
        return user


# A browser's session needs the CSRF token as well, which SessionAuth checks; a key does not travel by itself.
AUTH = [KeyAuth(), SessionAuth(csrf=True)]
