"""Calendars that are read, and the feed of one's own dates."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accord.accounts.models import CalendarFeed, CalendarSource
from accord.accounts.models.calendar_source import feed_expiry
from accord.core.events import record_event
from accord.core.links import absolute
from accord.core.models import Record
from accord.core.secrets import digest, new_secret
from accord.web.accounts.calendar_feed import calendar_of
from accord.web.accounts.forms_mail import CalendarSourceForm
from accord.web.shell.views.forms import CreatePage, EditPage, FormPage, RemovePage


class OfProfile(FormPage):
    back = "profile"


class SourceNew(OfProfile, CreatePage):
    model, form_class = CalendarSource, CalendarSourceForm
    submit_label = "Add"

    def blank(self) -> Record:
        return CalendarSource(owner=self.request.user)


class SourceEdit(OfProfile, EditPage):
    model, form_class = CalendarSource, CalendarSourceForm
    removal = "calendar-source-removal"


class SourceRemove(RemovePage):
    model = CalendarSource
    consequence = "It is not read any more. Meetings that it brought stay on the timelines of the clients."
    back = "profile"


@require_POST
def feed_new(request: HttpRequest) -> HttpResponse:
    """Make the address of the feed, or a new one in place of the old; it is shown once."""
    user: Any = request.user
    secret = new_secret()
    made, new = CalendarFeed.objects.update_or_create(
        owner=user, defaults={"hash": digest(secret), "read_at": None, "expires_on": feed_expiry()}
    )
    record_event(by=user, verb="made the address of" if new else "replaced the address of", subject=made)
    messages.success(request, "The old address does not work any more." if not new else "The address was made.")
    url = absolute(reverse("calendar-feed-read", args=[secret]))
    context = {"url": url, "crumbs": [{"label": "Profile", "url": reverse("profile")}, {"label": "Feed", "url": ""}]}
    return render(request, "accounts/calendar_feed.html", context)


@login_not_required
@never_cache
@require_safe
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """The dates of whoever holds the secret."""
    found = CalendarFeed.of_secret(secret)
    if found is None:
        raise Http404("There is no such page.")
    response = HttpResponse(calendar_of(found.owner, timezone.now()), content_type="text/calendar; charset=utf-8")
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
