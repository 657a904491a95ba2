"""Asking who somebody is once more before they do what would give their place to another.

Creating users, changing roles, making API keys and enrolling a second factor ask for the password (or for a code, or at
the single sign-on) unless that was asked within the last minutes. What was sent waits in the session and is done as
soon as it is confirmed.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.reauthentication import STATE_SESSION_KEY, get_reauthentication_flows
from allauth.account.utils import get_request_param
from allauth.core.internal.httpkit import serialize_request
from allauth.socialaccount.providers.base import AuthProcess
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode

from accord.web.shell.once import go

# Allauth asks before these, but of nobody who has neither a password nor a second factor.
OF_ALLAUTH = {
    "mfa_activate_totp", "mfa_deactivate_totp", "mfa_add_webauthn", "mfa_edit_webauthn", "mfa_remove_webauthn",
    "mfa_list_webauthn", "mfa_generate_recovery_codes", "mfa_view_recovery_codes", "mfa_download_recovery_codes",
    "account_set_password", "socialaccount_connections",
}  # fmt: skip
SINGLE_SIGN_ON = "single_sign_on"
ASKED = {"asked": "to confirm"}  # kept on this side while they are there: they were asked to sign in once more
# A request that waits is done as one of a page, and the session is no place for what proves somebody's identity.
_LEFT_OUT = ("HTTP_HX_", "HTTP_COOKIE", "HTTP_AUTHORIZATION")


class ConfirmationRequired(Exception):
    """This is done only by who has just confirmed their identity."""


def is_confirmed(request: HttpRequest) -> bool:
    """Whether the person behind this session has confirmed who they are within the last minutes."""
    records = [r for r in get_authentication_records(request, request.user) if r.get("reauthenticated")]  # type: ignore[arg-type]
    return bool(records) and time.time() - records[-1]["at"] < app_settings.REAUTHENTICATION_TIMEOUT


def has_own_way(user: Any) -> bool:
    """Whether ``user`` has a password or a second factor here, and confirms by that."""
    return bool(get_reauthentication_flows(user))


def signed_in_at(request: HttpRequest) -> float | None:
    """When the person behind this session signed in; what was set up since does not prove who they are."""
    records = get_authentication_records(request, request.user)  # type: ignore[arg-type]
    return records[0]["at"] if records else None


def require_confirmation(request: HttpRequest) -> None:
    """Raise :class:`ConfirmationRequired` unless it is confirmed who this is."""
    if not is_confirmed(request):
        raise ConfirmationRequired


class ConfirmationMiddleware:
    """Leads to where somebody confirms who they are, and keeps what they sent until then."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *args: Any) -> HttpResponse | None:
        found = request.resolver_match
        if found is None or not request.user.is_authenticated:
            return None
        if found.view_name not in OF_ALLAUTH and not _connects(request, found.view_name):
            return None
        if has_own_way(request.user) or is_confirmed(request):
            return None
        return self._ask(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return self._ask(request) if isinstance(exception, ConfirmationRequired) else None

    def _ask(self, request: HttpRequest) -> HttpResponse:
        following = urlencode({"next": request.path})
        methods = get_adapter().get_reauthentication_methods(request.user)
        if not methods:  # nothing is left by which they could have signed in
            logout(request)
            return go(request, f"{reverse('account_login')}?{following}")
        if request.method == "POST":
            kept = {name: value for name, value in request.META.items() if not name.startswith(_LEFT_OUT)}
            meta, request.META = request.META, kept
            request.session[STATE_SESSION_KEY] = {"request": serialize_request(request)}
            request.META = meta
        return go(request, f"{methods[0]['url']}?{following}")


def _connects(request: HttpRequest, view_name: str) -> bool:
    """Whether it leads to the single sign-on to connect an identity of there with the user."""
    return view_name == "openid_connect_login" and get_request_param(request, "process") == AuthProcess.CONNECT
