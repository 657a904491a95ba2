"""What happens around every request: a log line, a content security policy, the person's time zone."""

from __future__ import annotations

import secrets
import time
import zoneinfo
from collections.abc import Callable
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext

from accord.core.access import remember_teams
from accord.core.secret_links import is_secret_path, masked

log = structlog.get_logger("accord.request")

Handler = Callable[[HttpRequest], HttpResponse]


class RequestLogMiddleware:
    """Binds a request id to every log line and writes one line per request: who, what, status, milliseconds."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = secrets.token_hex(8)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        started = time.perf_counter()
        response = self.get_response(request)
        milliseconds = round((time.perf_counter() - started) * 1000, 1)
        response["X-Request-Id"] = request_id
        response["Server-Timing"] = f"app;dur={milliseconds}"
        if is_secret_path(request.path):
            # Proxies log referrers: of an address that is a key they get the host only. Without any, browsers would
            # send its forms from ``Origin: null``, which Django refuses.
            response["Referrer-Policy"] = "strict-origin"
            response.setdefault("Cache-Control", "no-store")
        if request.path != "/up":
            user = getattr(request, "user", None)
            log.info(
                "request",
                method=request.method,
                path=masked(request.path),
                status=response.status_code,
                ms=milliseconds,
                user=getattr(user, "pk", None),
            )
        return response


class ContentSecurityPolicyMiddleware:
    """Only our own scripts and styles run. Style attributes are allowed because the Gantt places its bars by them."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.forms_lead_to = f"'self'{_single_sign_on()}"

    def __call__(self, request: HttpRequest) -> HttpResponse:
        nonce = secrets.token_urlsafe(16)
        request.csp_nonce = nonce  # type: ignore[attr-defined]
        response = self.get_response(request)
        response.setdefault(
            "Content-Security-Policy",
            "default-src 'self'; "
            f"script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; style-src-attr 'unsafe-inline'; "
            "img-src 'self' data:; font-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'self'; "
            f"form-action {self.forms_lead_to}; frame-ancestors 'none'",
        )
        response.setdefault("Permissions-Policy", gettext("camera=(), geolocation=(), microphone=(), payment=()"))
        return response


def _single_sign_on() -> str:
    """Signing in by OpenID Connect begins with a form of ours, whose answer leads to that server."""
    origins = {
        "{0.scheme}://{0.netloc}".format(urlsplit(app["settings"]["server_url"]))
        for app in settings.SOCIALACCOUNT_PROVIDERS.get("openid_connect", {}).get("APPS", [])
    }
    return "".join(f" {origin}" for origin in sorted(origins))


class NoStoreMiddleware:
    """No browser and no proxy keeps an answer of ours: it may be shown to the next person at the same computer.

    It stands below the one that serves static files, which hold nobody's data and may be kept.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        patch_cache_control(response, private=True, no_store=True)
        return response


class TimeZoneMiddleware:
    """Times are shown in the time zone of the person who reads them."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if user.is_authenticated:
            with timezone.override(zoneinfo.ZoneInfo(user.time_zone)):
                return self.get_response(request)
        return self.get_response(request)


class RememberTeamsMiddleware:
    """A page asks often what its reader may do: whose teams they are on is read once, unless the request writes."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in ("GET", "HEAD") and request.user.is_authenticated:
            remember_teams(request.user)
        return self.get_response(request)
