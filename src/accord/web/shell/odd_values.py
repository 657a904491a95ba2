"""Values that no database can keep or compare: an answer in words instead of an error of the server."""

from __future__ import annotations

from django.db import DataError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accord.web.shell.middleware import Handler

NUL = "\0"


class OddValuesMiddleware:
    """Refuses a NUL in the address or the query, and what the database refuses as too large or not storable.

    Forms check their own fields; this is for what is read past them, and for whatever slips through. The API has the
    same in :mod:`accord.api.door`, as JSON.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith("/api/") and (NUL in request.path or _has_nul(request)):
            return _refused(request)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return _refused(request) if _is_about_a_value(error) else None


def _has_nul(request: HttpRequest) -> bool:
    return any(NUL in name or any(NUL in value for value in values) for name, values in request.GET.lists())


def _is_about_a_value(error: Exception) -> bool:
    if isinstance(error, ValueError) and not isinstance(error, UnicodeError):
        return "NUL" in str(error) or "null character" in str(error)  # psycopg's words, and SQLite's
    return isinstance(error, DataError | OverflowError | UnicodeEncodeError)


def _refused(request: HttpRequest) -> HttpResponse:
    return render(request, "422.html", status=422)
