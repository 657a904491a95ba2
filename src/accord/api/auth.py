"""Who calls: a signed-in browser, or a program with a key."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from ninja.security import HttpBearer, SessionAuth

from accord.core.client_address import origin
from accord.core.security import Kind, record_security
from accord.core.throttling import Limit, count_failure, failures, is_new
from accord.people.models import ApiToken
from accord.people.second_factor import MUST_ENROL, must_enrol

WRONG_KEYS = Limit("api: wrong keys", free=20)  # from one address within an hour
USE = Limit("api: use of a key", free=1, window=timedelta(days=1))
LOGGED = 5  # wrong keys from one address within an hour that the log tells of


class TooManyWrongKeys(Exception):
    """One address has tried too many keys that do not exist."""


class KeyAuth(HttpBearer):
    """``Authorization: Bearer accord_…``

    A right key always works, also from an address from which others try wrong ones: keys are too long to be guessed, so
    that only the load is to be kept away.
    """

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        address = origin().address
        found = ApiToken.of_key(token)
        if found is None:
            times = failures(WRONG_KEYS, address)
            if times >= WRONG_KEYS.free:
                raise TooManyWrongKeys
            if count_failure(WRONG_KEYS, address) <= LOGGED:
                record_security(Kind.KEY_REFUSED)
            return None
        if must_enrol(found.user):
            raise PermissionDenied(MUST_ENROL)
        if is_new(USE, found.pk, address):
            record_security(Kind.KEY_USED, user=found.user, key=found.name)
        request.user = found.user
        return found.user


# A browser's session needs the CSRF token as well, which SessionAuth checks; a key does not travel by itself.
AUTH = [KeyAuth(), SessionAuth(csrf=True)]
