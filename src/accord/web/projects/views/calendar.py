"""A month of tasks: of a project, or of all."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from accord.core.texts import gettext_lazy
from accord.projects.lanes import Lane, lane_of
from accord.projects.models import Task
from accord.projects.queries_calendar import Day, weeks_of
from accord.projects.queries_late import ways_late
from accord.web.projects.page import project_page
from accord.web.projects.plan_views import task_views

FIRST, LAST = 1970, 2199  # the years that plans can have
SHOWN = 4  # entries of a day before the rest is folded
WEEK = (
    gettext_lazy("Monday"),
    gettext_lazy("Tuesday"),
    gettext_lazy("Wednesday"),
    gettext_lazy("Thursday"),
    gettext_lazy("Friday"),
    gettext_lazy("Saturday"),
    gettext_lazy("Sunday"),
)


@require_safe
def calendar(request: HttpRequest, pk: int) -> HttpResponse:
    """What finishes on which day of ``?month=2026-03``, which dates are to be kept, and who of the team is away."""
    page = project_page(request, pk, "project-work")
    today = timezone.localdate()
    month = asked_month(request, today)
    context: dict[str, Any] = task_views(pk, "project-calendar") | month_context(
        weeks_of(page.project, month, today), month, today
    )
    return render(request, "projects/calendar.html", page.context | context)


def month_context(weeks: list[list[Day]], month: date, today: date, *, across: bool = False) -> dict[str, Any]:
    """For ``projects/parts/month.html``; tasks across projects name theirs."""
    before, after = month - timedelta(days=1), month + timedelta(days=32)
    return {
        "month": month,
        "weekdays": [{"name": name, "short": name[:3]} for name in WEEK],
        "weeks": [[_day(day, month, today, across=across) for day in week] for week in weeks],
        "previous": f"{before:%Y-%m}" if before.year >= FIRST else "",
        "following": f"{after:%Y-%m}" if after.year <= LAST else "",
        "this_month": f"{today:%Y-%m}",
        "is_this_month": (month.year, month.month) == (today.year, today.month),
        "is_empty": all(day.is_empty for week in weeks for day in week),
        "across": across,
    }


def asked_month(request: HttpRequest, today: date) -> date:
    """The first day of ``?month=``; of this month where that is none."""
    return _month(request.GET.get("month", ""), today)


def _month(asked: str, today: date) -> date:
    """The first day of the month asked for; of this one where that is none."""
    try:
        found = date.fromisoformat(f"{asked}-01")
    except ValueError:
        return today.replace(day=1)
    return found if FIRST <= found.year <= LAST else today.replace(day=1)


def _day(day: Day, month: date, today: date, *, across: bool) -> dict[str, Any]:
    def entry(task: Task, kind: str, icon: str) -> dict[str, Any]:
        done = lane_of(task) is Lane.DONE
        late = [] if done else ways_late(task)
        return {
            "name": task.name,
            "kind": kind,
            "icon": "circle-check" if done else icon,
            "url": f"{reverse('project-plan', args=[task.project_id])}#task-{task.pk}",
            "project": task.project.name if across else "",
            "words": "done" if done else " · ".join(how.label for how in late),
            "done": done,
            "late": bool(late),
        }

    entries = [entry(task, gettext("Milestone"), "square-rotated") for task in day.milestones]
    entries += [entry(task, gettext("Deadline"), "flag") for task in day.deadlines]
    entries += [entry(task, gettext("Finishes"), "circle") for task in day.finishes]
    return {
        "date": day.date,
        "outside": day.date.month != month.month,
        "today": day.date == today,
        "weekend": day.date.weekday() >= 5,
        "away": [person.name for person in day.away],
        "entries": entries[:SHOWN],
        "folded": entries[SHOWN:],
        "is_empty": day.is_empty,
    }
