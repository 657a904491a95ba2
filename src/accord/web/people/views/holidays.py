"""Public holidays of a calendar: added by country and region, taken away again by the same."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from accord.core.access import Permission, require
from accord.core.editing import Conflict
from accord.core.fetch import fetch
from accord.people.actions.add_holidays import add_holidays, remove_holidays
from accord.people.models import Calendar, Role
from accord.people.public_holidays import marks_in, name_of
from accord.web.people.forms_calendar import HolidaysForm
from accord.web.shell.parts import Crumb
from accord.web.shell.templatetags.shell import in_drawer
from accord.web.shell.views.forms import go


@require_http_methods(["GET", "POST"])
def holidays(request: HttpRequest, pk: int) -> HttpResponse:
    """Which holidays a calendar keeps, and a form for more."""
    calendar = _calendar(request, pk)
    # Another country has other regions: the form is asked for anew, in the drawer or on the page.
    place = "#drawer-body" if in_drawer(request) else "#main"
    swap = {"hx-get": request.path, "hx-target": place, "hx-swap": "innerHTML"}
    if place == "#main":
        swap["hx-select"] = "#main > *"
    data = request.POST if request.method == "POST" else None
    form = HolidaysForm(calendar, data, country=request.GET.get("country", ""), swap=swap)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return _add(request, calendar, form.cleaned_data)
            except ValidationError as error:
                form.add_error(None, error)
            except Conflict:
                form.add_error(None, gettext("Someone else changed this calendar. Reopen the form and try again."))
                status = 409
    context = {
        "title": gettext("Public holidays: %(calendar)s") % {"calendar": calendar},
        "subtitle": gettext("Days off for everyone who uses this calendar. Your own exceptions stay as they are."),
        "form": form,
        "submit_label": gettext("Add holidays"),
        "cancel_url": _back(request),
        "form_url": request.path,
        "calendar": calendar,
        "kept": _kept(calendar),
        "crumbs": [Crumb(gettext("Public holidays"))],
    }
    return render(request, "people/holidays.html", context, status=status)


def _add(request: HttpRequest, calendar: Calendar, values: dict[str, Any]) -> HttpResponse:
    before = len(calendar.exceptions)
    changed = add_holidays(
        calendar=calendar,
        country=values["country"],
        region=values["region"],
        first=values["first"],
        last=values["last"],
        version=values["version"],
        by=request.user,
    )
    added = len(changed.exceptions) - before
    if added:
        messages.success(
            request,
            gettext("%(added)s public holidays added to “%(calendar)s”.") % {"added": added, "calendar": calendar},
        )
    else:
        messages.info(request, gettext("“%(calendar)s” already has all of these holidays.") % {"calendar": calendar})
    return go(request, _back(request))


@require_POST
def removal(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the holidays of one country or region out again."""
    calendar = _calendar(request, pk)
    mark = request.POST.get("mark", "")
    if mark in marks_in(calendar.exceptions):
        remove_holidays(calendar=calendar, mark=mark, by=request.user)
        messages.success(
            request,
            gettext("Public holidays of %(mark)s removed from “%(calendar)s”.")
            % {"mark": name_of(mark), "calendar": calendar},
        )
    else:
        messages.info(request, gettext("This calendar doesn't contain these holidays."))
    return go(request, _back(request))


def _calendar(request: HttpRequest, pk: int) -> Calendar:
    calendar = fetch(Calendar, request.user, pk=pk, shared=True)
    require(request.user, Permission.CHANGE, calendar)
    return calendar


def _back(request: HttpRequest) -> str:
    user: Any = request.user
    return reverse("settings" if user.has_role(Role.ADMINISTRATOR) else "people")


def _kept(calendar: Calendar) -> list[dict[str, Any]]:
    rows = []
    for mark in marks_in(calendar.exceptions):
        days = [e["start"] for e in calendar.exceptions if e.get("source") == mark]
        years = sorted({start[:4] for start in days})
        rows.append({"mark": mark, "name": name_of(mark), "count": len(days), "first": years[0], "last": years[-1]})
    return rows
