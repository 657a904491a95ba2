"""Who is loaded how much, week by week, and what makes it so."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django.core.paginator import Paginator
from django.db.models import F, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from accord.core.fetch import fetch
from accord.people.models import Person, PersonSkill
from accord.projects.queries_capacity import WEEK, demand_of_roles, load_of, monday_of, names_of, week_of, weeks_from
from accord.web.people.forms_time import CapacityFilter
from accord.web.people.load import LEVELS, load_cell, load_row, total_of, week_heads
from accord.web.shell.parts import Crumb, Empty, Fact
from accord.web.shell.templatetags.shell import day as written_day
from accord.web.shell.templatetags.shell import hours

WEEKS = 13
PEOPLE = 100


@require_safe
def capacity(request: HttpRequest) -> HttpResponse:
    """The heat map: people by team, the next quarter of a year, a page back and forth."""
    form = CapacityFilter(request.GET or None)
    values = form.cleaned_data if form.is_valid() else {}
    today = timezone.localdate()
    first = monday_of(_within(values.get("start") or today))
    edges = weeks_from(first, WEEKS)
    people = Person.objects.visible_to(request.user).filter(Q(left_on=None) | Q(left_on__gte=first))
    people = people.filter(Q(joined_on=None) | Q(joined_on__lt=edges[-1]))
    if values.get("team"):
        people = people.filter(team=values["team"])
    if values.get("skill"):
        people = people.filter(pk__in=PersonSkill.objects.filter(skill=values["skill"]).values("person"))
    ordered = people.select_related("team").order_by(F("team__name").asc(nulls_last=True), "name", "pk")
    page = Paginator(ordered, PEOPLE).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    cells = load_of(shown, edges, today)
    context = {
        "title": gettext("Capacity"),
        "crumbs": [Crumb(gettext("People"), reverse("people")), Crumb(gettext("Capacity"))],
        "filter_form": form,
        "weeks": week_heads(edges, today),
        "teams": [
            {
                "name": team.name if team else gettext("No team"),
                "rows": [load_row(p, cells[p.pk], edges) for p in members],
            }
            for team, members in groupby(shown, key=lambda person: person.team)
        ],
        "roles": [
            {"role": role, "cells": [hours(minutes) if minutes else "" for minutes in weeks]}
            for role, weeks in demand_of_roles(edges, today).items()
        ],
        "totals": [load_cell(cell) for cell in total_of(cells.values())],
        "levels": LEVELS,
        "page": page,
        "noun": "people",
        "span": gettext("%(first)s to %(last)s")
        % {"first": written_day(edges[0]), "last": written_day(edges[-1] - timedelta(days=1))},
        "before": (first - WEEKS * WEEK).isoformat(),
        "after": (first + WEEKS * WEEK).isoformat(),
        "is_now": first == monday_of(today),
        "overloaded": sum(any(cell.over for cell in row) for row in cells.values()),
        "empty": Empty(gettext("No people to show"), gettext("Try other filters, or add people."), icon="users"),
    }
    return render(request, "people/capacity.html", context)


def _within(day: date) -> date:
    """Dates at the ends of the calendar have no quarter of a year around them."""
    return min(max(day, date(1900, 1, 1)), date(2200, 1, 1))


@require_safe
def week(request: HttpRequest, pk: int, day: str) -> HttpResponse:
    """What makes one cell: the projects and tasks of a person's week. Projects of others go by no name."""
    person = fetch(Person, request.user, "team", pk=pk)
    try:
        monday = monday_of(date.fromisoformat(day))
        weeks_from(monday, 1)  # raises at the end of the calendar
    except (ValueError, OverflowError):
        raise Http404(gettext("This page doesn't exist, or you don't have access to it.")) from None
    today = timezone.localdate()
    cell, lines = week_of(person, monday, today)
    seen = names_of(cell.parts, request.user)
    lines = [line for line in lines if line.project in seen]
    parts = sorted(cell.parts.items(), key=lambda item: (item[0] not in seen, -item[1].committed, -item[1].tentative))
    projects = [
        {
            "name": seen.get(project, gettext("Another project")),
            "url": reverse("project-work", args=[project]) if project in seen else "",
            "part": part,
            "lines": [line for line in lines if line.project == project],
        }
        for project, part in parts
    ]
    missed = cell.usual - cell.capacity
    context = {
        "title": gettext("%(person)s, week of %(monday)s") % {"person": person.name, "monday": written_day(monday)},
        "person": person,
        "cell": cell,
        "facts": [
            Fact(gettext("Available"), hours(cell.capacity), missing=""),
            Fact(gettext("Away"), hours(missed) if missed > 0 else None, missing=gettext("None")),
            Fact(
                gettext("Allocated"),
                f"{hours(cell.committed)}{'' if cell.percent is None else f', {cell.percent}%'}",
                tone="bad" if cell.over else "",
            ),
            Fact(gettext("Tentative"), hours(cell.tentative) if cell.tentative else None, missing=gettext("None")),
            Fact(gettext("Free"), hours(cell.free)),
        ],
        "projects": projects,
        "crumbs": [
            Crumb(gettext("People"), reverse("people")),
            Crumb(person.name, reverse("person", args=[pk])),
            Crumb(gettext("Week of %(monday)s") % {"monday": written_day(monday)}),
        ],
    }
    return render(request, "people/week.html", context)


def quarter_of(person: Person, today: date) -> dict[str, Any]:
    """One row of the heat map for the person's own page."""
    edges = weeks_from(monday_of(today), WEEKS)
    row = load_row(person, load_of([person], edges, today)[person.pk], edges, "span")
    return {"weeks": list(zip(week_heads(edges, today), row.cells, strict=True))}
