"""Calendars that are read, and the feed of one's own dates."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accord.core.events import record_event
from accord.core.fetch import fetch
from accord.core.links import absolute
from accord.core.models import Record
from accord.core.texts import gettext_lazy
from accord.core.tokens import digest, new_secret
from accord.correspondence.events import CalendarFeedEvent
from accord.correspondence.jobs import read_calendar_of
from accord.correspondence.models import CalendarFeed, CalendarSource
from accord.correspondence.models.calendar_source import feed_expiry
from accord.web.correspondence.calendar_feed import calendar_of
from accord.web.correspondence.forms import CalendarSourceForm
from accord.web.shell.list_parts import Column
from accord.web.shell.parts import Action, Badge, Crumb, Empty, Fact
from accord.web.shell.record_page import TABLE, Mark, Panel, RecordPage
from accord.web.shell.templatetags.shell import ago, day, moment
from accord.web.shell.templatetags.shell import number as number_of
from accord.web.shell.views.form_pages import FormPages
from accord.web.shell.views.forms import go
from accord.web.shell.views.lists import Cell, Row


@require_safe
def source(request: HttpRequest, pk: int) -> HttpResponse:
    """What was read of a calendar, and the log of what could not be."""
    row = fetch(CalendarSource, request.user, pk=pk)
    rows = [
        Row(
            number,
            "",
            [
                Cell(problem["title"]),
                Cell(_when(problem["when"]) or None),
                Cell(gettext("Skipped"), tone="bad") if problem["skipped"] else Cell(gettext("Imported"), tone="warn"),
                Cell(problem["reason"]),
            ],
        )
        for number, problem in enumerate(row.problems)
    ]
    actions = [Action.edit(reverse("calendar-source-edit", args=[pk]))]
    if row.active:
        sync = reverse("calendar-source-reading", args=[pk])
        actions.append(Action(gettext("Sync now"), sync, icon="refresh", method="post", primary=True))
    log = {
        "columns": [
            Column(label) for label in (gettext("Event"), gettext("Starts"), gettext("Status"), gettext("Reason"))
        ],
        "rows": rows,
        "empty": Empty(gettext("No skipped events"), gettext("Events that can't be read at a sync are listed here.")),
        "caption": gettext("Events of the last sync that need attention"),
    }
    return RecordPage(
        record=row,
        title=row.name,
        subtitle=gettext("Calendar"),
        above=[Crumb(gettext("Profile"), reverse("profile"))],
        mark=Mark(row.name, icon="calendar"),
        badges=_badges(row),
        facts=[
            Fact(gettext("Type"), row.get_kind_display()),
            Fact(gettext("Last sync"), ago(row.read_at) if row.read_at else None, missing=gettext("Never")),
            Fact(gettext("Meetings with clients"), number_of(row.kept)),
            Fact(gettext("Skipped events"), number_of(row.skipped)),
            *([Fact(gettext("Error"), row.failure, tone="bad")] if row.failure else []),
        ],
        actions=actions,
        panels=[Panel(gettext("Log of the last sync"), TABLE, log)],
    ).response(request)


def _when(told: str) -> str:
    """The start of an event as people read it; as the calendar has it, where it is none."""
    try:
        if "T" not in told:
            return day(date.fromisoformat(told))
        start = datetime.fromisoformat(told)
    except ValueError:
        return told
    return moment(start if start.tzinfo else start.replace(tzinfo=timezone.get_current_timezone()))


def _badges(row: CalendarSource) -> list[Badge]:
    if not row.active:
        return [Badge(gettext("Inactive"))]
    return [Badge(gettext("Sync failed"), "bad")] if row.failure else []


@require_POST
def reading(request: HttpRequest, pk: int) -> HttpResponse:
    """Have it read by the next free worker."""
    row = fetch(CalendarSource, request.user, pk=pk)
    read_calendar_of.enqueue(row.pk)
    messages.success(request, gettext("Sync queued."))
    return go(request, reverse("calendar-source", args=[pk]))


class SourcePages(FormPages):
    route, model, form_class, back = "calendar-source", CalendarSource, CalendarSourceForm, "profile"
    new_label = gettext_lazy("Add calendar")
    consequence = gettext_lazy("Syncing stops. Meetings already on client timelines are kept.")

    def blank(self) -> Record:
        return CalendarSource(owner=self.request.user)


@require_POST
def feed_new(request: HttpRequest) -> HttpResponse:
    """Make the address of the feed, or a new one in place of the old; it is shown once."""
    user: Any = request.user
    secret = new_secret()
    made, new = CalendarFeed.objects.update_or_create(
        owner=user, defaults={"hash": digest(secret), "read_at": None, "expires_on": feed_expiry()}
    )
    record_event(by=user, kind=CalendarFeedEvent.CREATED if new else CalendarFeedEvent.REPLACED, subject=made)
    messages.success(
        request,
        gettext("New feed address created. The old address no longer works.")
        if not new
        else gettext("Calendar feed created."),
    )
    url = absolute(reverse("calendar-feed-read", args=[secret]))
    context = {"url": url, "crumbs": [Crumb(gettext("Profile"), reverse("profile")), Crumb(gettext("Feed"))]}
    return render(request, "correspondence/calendar_feed.html", context)


@login_not_required
@never_cache
@require_safe
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """The dates of whoever holds the secret."""
    found = CalendarFeed.of_secret(secret)
    if found is None:
        raise Http404(gettext("This page doesn't exist, or you don't have access to it."))
    response = HttpResponse(calendar_of(found.owner, timezone.now()), content_type="text/calendar; charset=utf-8")
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
