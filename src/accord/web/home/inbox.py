"""For you: what concerns the signed-in user, to read, to put away until a day, or to open."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accord.conversations.actions.handle_notices import mark_all_read, mark_read, mark_unread, snooze
from accord.conversations.models import NoticeKind, Notification
from accord.conversations.queries import inbox, snoozed, unread
from accord.core.fetch import fetch
from accord.core.references import page_of
from accord.core.texts import gettext_lazy
from accord.web.shell.once import go
from accord.web.shell.parts import Crumb, Empty, Tab
from accord.web.shell.templatetags.shell import day

PAGE = 50
MORNING = time(8)  # when what was put away until a day comes back
ICONS = {
    NoticeKind.MENTION: "message-reply",
    NoticeKind.COMMENT: "message-circle",
    NoticeKind.ASSIGNMENT: "user-check",
    NoticeKind.DUE: "clock",
    NoticeKind.SYSTEM: "bell",
}
VIEWS = [
    ("", gettext_lazy("All")),
    ("mention", gettext_lazy("Mentions")),
    ("comment", gettext_lazy("Comments")),
    ("assignment", gettext_lazy("Assignments")),
    ("due", gettext_lazy("Deadlines")),
    ("system", gettext_lazy("Other")),
    ("snoozed", gettext_lazy("Snoozed")),
]


def shown(rows: Iterable[Notification]) -> list[dict[str, Any]]:
    """Each with its icon."""
    return [{"notice": row, "icon": ICONS[NoticeKind(row.kind)]} for row in rows]


@require_safe
def inbox_page(request: HttpRequest) -> HttpResponse:
    """Unread first, by day; of one kind, or what is snoozed, where ``?show=`` says so."""
    user: Any = request.user
    now = timezone.now()
    wanted = _wanted(request)
    rows = snoozed(user, now) if wanted == "snoozed" else inbox(user, now)
    if wanted in NoticeKind.values:
        rows = rows.filter(kind=wanted)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    parts = {is_read: list(group) for is_read, group in groupby(page.object_list, key=lambda row: row.is_read)}
    counts = dict(unread(user).order_by().values_list("kind").annotate(Count("pk")))
    today = timezone.localdate()
    context = {
        "unread": _by_day(parts.get(False, []), today),
        "read": _by_day(parts.get(True, []), today),
        "is_snoozed": wanted == "snoozed",
        "snoozes": [
            {"label": gettext("Tomorrow"), "day": (today + timedelta(days=1)).isoformat()},
            {"label": gettext("Next week"), "day": (today + timedelta(days=7 - today.weekday())).isoformat()},
        ],
        "asked": urlencode({"show": wanted}) if wanted else "",
        "views": [
            Tab(
                label,
                reverse("inbox") + (f"?show={key}" if key else ""),
                count=counts.get(key, 0) if key else sum(counts.values()),
                active=key == wanted,
            )
            for key, label in VIEWS
        ],
        "page": page,
        "noun": "notifications",
        "empty": Empty(
            gettext("Nothing is snoozed") if wanted == "snoozed" else gettext("No notifications"),
            gettext("Mentions, comments on what you watch, assignments and deadlines appear here."),
            icon="bell",
        ),
        "crumbs": [Crumb(gettext("For you"))],
    }
    return render(request, "home/inbox.html", context)


def _wanted(request: HttpRequest) -> str:
    asked = request.GET.get("show", "")
    return asked if asked in dict(VIEWS) else ""


def _by_day(rows: Iterable[Any], today: date) -> list[dict[str, Any]]:
    names = {today: gettext("Today"), today - timedelta(days=1): gettext("Yesterday")}
    days = groupby(rows, key=lambda row: timezone.localtime(row.at).date())
    return [{"label": names.get(on) or day(on), "rows": shown(group)} for on, group in days]


def _back(request: HttpRequest) -> HttpResponse:
    wanted = _wanted(request)
    return HttpResponseRedirect(reverse("inbox") + (f"?show={wanted}" if wanted else ""))


@require_POST
def reading(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark as read; with ``open``, show the record it speaks of."""
    notice = fetch(Notification, request.user, pk=pk)
    mark_read(user=request.user, notice=notice, now=timezone.now())
    url = page_of(notice) if request.POST.get("open") else ""
    return go(request, url) if url else _back(request)


@require_POST
def unreading(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark as unread; what is snoozed is back at once."""
    mark_unread(user=request.user, notice=fetch(Notification, request.user, pk=pk))
    return _back(request)


@require_POST
def all_read(request: HttpRequest) -> HttpResponse:
    """Mark all that is shown as read: of one kind, where one is chosen."""
    wanted = _wanted(request)
    mark_all_read(user=request.user, kind=wanted if wanted in NoticeKind.values else "", now=timezone.now())
    return _back(request)


class SnoozeForm(forms.Form):
    until = forms.DateField(label=gettext_lazy("Until"), widget=forms.DateInput(attrs={"type": "date"}))


@require_http_methods(["GET", "POST"])
def snoozing(request: HttpRequest, pk: int) -> HttpResponse:
    """Put it away until the morning of a day; it is then unread again."""
    notice = fetch(Notification, request.user, pk=pk)
    form = SnoozeForm(request.POST or None, initial={"until": timezone.localdate() + timedelta(days=1)})
    if request.method == "POST" and form.is_valid():
        until = timezone.make_aware(datetime.combine(form.cleaned_data["until"], MORNING))
        try:
            snooze(user=request.user, notice=notice, until=until, now=timezone.now())
        except ValidationError as refused:
            form.add_error("until", refused)
        else:
            messages.success(request, gettext("Snoozed until %(until)s.") % {"until": day(form.cleaned_data["until"])})
            is_in_drawer = request.headers.get("HX-Target") == "drawer-body"
            return go(request, reverse("inbox")) if is_in_drawer else _back(request)
    context = {
        "title": gettext("Snooze notification"),
        "subtitle": notice.text,
        "form": form,
        "submit_label": gettext("Snooze"),
        "cancel_url": reverse("inbox"),
        "form_url": request.get_full_path(),
    }
    return render(request, "shell/form.html", context, status=422 if request.method == "POST" else 200)
