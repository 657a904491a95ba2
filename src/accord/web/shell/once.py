"""A form that is sent twice does its work once.

Every form carries a token (``{% once %}``). What it does and the record that it was done are one transaction; a second
post of the same form with the same values, a moment or an hour later, is led to where the first one went. The same form
with other values (somebody went back and corrected it) is another action.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext

from accord.core.editing import Conflict
from accord.people.models import FormSubmission

FIELD = "once"
_LONGEST = 100


class DoneBefore(Exception):
    """The form was sent before, and led to ``url``."""

    def __init__(self, url: str) -> None:
        self.url = url
        super().__init__(url)


@dataclass
class Done:
    """What a form led to; an action without an address of its own leads to the form's."""

    url: str = ""


def new_token() -> str:
    return secrets.token_urlsafe(16)


def go(request: HttpRequest, url: str) -> HttpResponse:
    """Redirect; in the drawer by htmx's own header."""
    if request.headers.get("HX-Request"):
        response = HttpResponse(status=204)
        response["HX-Redirect"] = url
        if _is_here(request, url):  # a browser follows an address that differs after the # without asking for the page
            response["HX-Refresh"] = "true"
        return response
    return HttpResponseRedirect(url)


def _is_here(request: HttpRequest, url: str) -> bool:
    """Whether ``url`` is a place on the page on which the browser is."""
    here, there = urlsplit(request.headers.get("HX-Current-URL", "")), urlsplit(url)
    return bool(there.fragment) and (here.path, here.query) == (there.path, there.query)


@contextmanager
def only_once(request: HttpRequest) -> Iterator[Done]:
    """Do what the form asks, in one transaction with the note that it is done.

    Of two at the same moment the later waits for the earlier at the unique key, is rolled back and ends in
    :class:`DoneBefore`, as does one that fails for what the earlier has just made.
    """
    done, key = Done(), key_of(request)
    try:
        with transaction.atomic():
            yield done
            if key:
                FormSubmission.objects.create(user_id=request.user.pk, key=key, url=done.url or request.path)
    except (IntegrityError, ValidationError, Conflict):
        stop_if_done(request)
        raise


def stop_if_done(request: HttpRequest) -> None:
    """Raise :class:`DoneBefore` if this very form, with these values, has done its work."""
    if (key := key_of(request)) and (
        found := FormSubmission.objects.filter(user_id=request.user.pk, key=key).values_list("url", flat=True).first()
    ):
        raise DoneBefore(found)


def key_of(request: HttpRequest) -> str:
    """A digest of the form's token and values; empty where the form has none, as those of programs."""
    token = request.POST.get(FIELD, "")
    if not token or len(token) > _LONGEST or not request.user.is_authenticated:
        return ""
    digest = hashlib.sha256(f"{request.path}\0{token}".encode(errors="surrogatepass"))
    for name, values in sorted(request.POST.lists()):
        if name != "csrfmiddlewaretoken":
            digest.update(repr((name, values)).encode(errors="surrogatepass"))
    for name, files in sorted(request.FILES.lists()):
        digest.update(repr((name, [(file.name, file.size) for file in files])).encode(errors="surrogatepass"))
    return digest.hexdigest()


class OnceMiddleware:
    """Leads a form that was sent before to where it led then, before any view sees it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *args: Any) -> HttpResponse | None:
        if request.method != "POST":
            return None
        try:
            stop_if_done(request)
        except DoneBefore as done:
            return self._lead(request, done)
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return self._lead(request, exception) if isinstance(exception, DoneBefore) else None

    def _lead(self, request: HttpRequest, done: DoneBefore) -> HttpResponse:
        messages.info(request, gettext("This was already saved."))
        return go(request, done.url)
