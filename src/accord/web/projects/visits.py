"""When somebody looked at a plan before, as their own browser remembers it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

_PAUSE = timedelta(minutes=30)  # looks that follow each other by less are one visit
_YEAR = 366 * 24 * 3600


def last_visit(request: HttpRequest, pk: int) -> datetime | None:
    """When the visit before this one ended; None where this browser has not been here before."""
    return _moments(request, pk)[0]


def remember_visit(request: HttpRequest, response: HttpResponse, pk: int) -> HttpResponse:
    """Keep the moment in a cookie that is sent to this project's pages alone."""
    before, _ = _moments(request, pk)
    kept = [moment.isoformat() if moment else "" for moment in (before, timezone.now())]
    response.set_cookie(
        _name(pk), "|".join(kept), max_age=_YEAR, path=f"/projects/{pk}/", httponly=True, samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip
    return response


def _name(pk: int) -> str:
    """Sent to one path only, so it cannot be of this host alone (``__Host-``); over TLS it can be of TLS alone."""
    return f"{'__Secure-' if settings.SESSION_COOKIE_SECURE else ''}plan-{pk}"


def _moments(request: HttpRequest, pk: int) -> tuple[datetime | None, datetime | None]:
    """The end of the visit before, and the last look of any."""
    kept = request.COOKIES.get(_name(pk), "").split("|")
    before, last = (_moment(text) for text in (kept if len(kept) == 2 else ("", "")))
    if last is not None and timezone.now() - last > _PAUSE:
        before = last
    return before, last


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if timezone.is_aware(moment) and moment <= timezone.now() else None
