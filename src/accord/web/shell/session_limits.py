"""What ends a session or keeps it from going on: idleness, age, a second factor that is missing."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext

from accord.core.client_address import origin_of, set_origin
from accord.core.security import Kind, record_security
from accord.people.second_factor import MUST_ENROL, must_enrol
from accord.people.sign_in import remember_device
from accord.web.shell.middleware import Handler

NOTED_EVERY = 300  # seconds: how exactly the last use of a session is known, which costs a write each
# Pages ask these by themselves, whether or not anyone sits in front of them.
ASKED_BY_ITSELF = frozenset(
    {"api:changes_since", "figures-progress", "import-progress", "levelling-progress", "simulation-progress", "up"}
)
# What someone without the second factor that their role needs may still reach.
TO_ENROL = ("mfa_", "account_logout", "account_reauthenticate", "up")


class OriginMiddleware:
    """Notes where the request comes from, for the log of security events and the counters of failures."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        set_origin(origin_of(request))
        response = self.get_response(request)
        user = getattr(request, "signed_in_as", None)
        if user is not None:
            remember_device(request, response, user.email)
        return response


class SessionLimitsMiddleware:
    """Ends sessions that were idle or open for too long, and leads to enrolment whose role needs a second factor."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        if user.is_authenticated and self._is_over(request):
            record_security(Kind.SESSION_ENDED, user=user)
            logout(request)
            if not request.path.startswith("/api/"):
                messages.info(request, gettext("You were signed out because the session had ended. Sign in again."))
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        user: Any = request.user
        match = request.resolver_match
        name = match.view_name if match is not None else ""
        if not user.is_authenticated:
            return None
        if name not in ASKED_BY_ITSELF:
            self._note_use(request)
        if name.startswith(TO_ENROL) or _by_single_sign_on(request) or not must_enrol(user):
            return None
        if request.path.startswith("/api/"):
            return JsonResponse({"error": "forbidden", "message": MUST_ENROL}, status=403)
        url = reverse("mfa_activate_totp")
        if request.headers.get("HX-Request"):
            response = HttpResponse(status=204)
            response["HX-Redirect"] = url
            return response
        return HttpResponseRedirect(url)

    def _is_over(self, request: HttpRequest) -> bool:
        now, session = time.time(), request.session
        opened, used = session.get("opened_at", now), session.get("used_at", now)
        return bool(now - opened > settings.SESSION_COOKIE_AGE or now - used > settings.SESSION_IDLE_SECONDS)

    def _note_use(self, request: HttpRequest) -> None:
        now, session = int(time.time()), request.session
        session.setdefault("opened_at", now)
        if abs(now - session.get("used_at", 0)) >= min(NOTED_EVERY, settings.SESSION_IDLE_SECONDS // 4):
            session["used_at"] = now


def _by_single_sign_on(request: HttpRequest) -> bool:
    """Whether the second factor is the identity provider's affair: by how they signed in, not how they confirmed it."""
    methods = [m for m in request.session.get("account_authentication_methods", []) if isinstance(m, dict)]
    return any(m.get("method") == "socialaccount" and not m.get("reauthenticated") for m in methods)
