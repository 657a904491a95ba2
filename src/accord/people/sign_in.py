"""Signing in: how wrong passwords are counted, and what the devices are that someone has signed in on before.

Three counters slow down whoever guesses: one account from one address, one address whatever the account, one account
whatever the address. A device on which the password was right once is counted by itself, so that no stranger's failures
slow down its owner. See :mod:`accord.core.throttling` for why nothing locks.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from accord.core.client_address import origin
from accord.core.throttling import Limit, count_failure, failures, forgive, wait_for_turn

FROM_ADDRESS = Limit("sign-in: account and address", free=5)
OF_ADDRESS = Limit("sign-in: address", free=30)
OF_ACCOUNT = Limit("sign-in: account", free=50)
ON_DEVICE = Limit("sign-in: device", free=10)
UNSUSPICIOUS = 3  # failures on one account that an address may have before it waits with all others for that account

COOKIE = "__Host-accord_device" if settings.HTTPS else "accord_device"
COOKIE_AGE = 180 * 24 * 3600
SALT = "accord.device"

Keys = Sequence[tuple[Limit, tuple[object, ...]]]


def may_try(request: HttpRequest, email: str) -> bool:
    """Wait for one's turn, if there were many failures; ``False`` where too many wait already."""
    keys = _keys(request, email)
    if len(keys) > 1 and failures(*_flat(keys[0])) < UNSUSPICIOUS:
        keys = [key for key in keys if key[0] is not OF_ACCOUNT]
    return wait_for_turn(keys)


def failed(request: HttpRequest, email: str) -> int:
    """Count a wrong password; returns how often it was wrong from here."""
    times = [count_failure(limit, *parts) for limit, parts in _keys(request, email)]
    return times[0]


def succeeded(request: HttpRequest, email: str) -> None:
    """The password was right: what was counted from here against this account is forgotten, and nothing else."""
    limit, parts = _keys(request, email)[0]
    if failures(limit, *parts):
        forgive(limit, *parts)


def is_slow(request: HttpRequest, email: str) -> bool:
    """Whether the last failure was the one from which on tries are slowed down."""
    limit, parts = _keys(request, email)[0]
    return failures(limit, *parts) == limit.free


def remember_device(request: HttpRequest, response: HttpResponse, email: str) -> None:
    """Set the cookie by which this browser is known to its owner's account. It opens nothing: it is counted by."""
    known = _device(request, email)
    value = signing.dumps([email.lower(), known or secrets.token_urlsafe(16)], salt=SALT, compress=True)
    response.set_cookie(
        COOKIE, value, max_age=COOKIE_AGE, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )


def _device(request: HttpRequest, email: str) -> str:
    try:
        whose, device = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=COOKIE_AGE)
    except (signing.BadSignature, ValueError, TypeError):
        return ""
    return str(device) if whose == email.lower() else ""


def _keys(request: HttpRequest, email: str) -> Keys:
    email, address = email.lower(), origin().address
    device = _device(request, email)
    if device:
        return [(ON_DEVICE, (device, email))]
    return [(FROM_ADDRESS, (email, address)), (OF_ADDRESS, (address,)), (OF_ACCOUNT, (email,))]


def _flat(key: tuple[Limit, tuple[object, ...]]) -> tuple[Limit, *tuple[object, ...]]:
    return key[0], *key[1]
