"""The plan looked at: its quality, its baselines, and two states of it compared."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext
from ninja import Router

from accord.api.plan_answers import BaselineRow, PlanComparison, PlanQuality
from accord.core.access import Permission, can
from accord.core.fetch import fetch
from accord.core.fields import wall_time
from accord.core.texts import translated
from accord.engines.planning.scheduling import ScheduleError
from accord.projects.models import Baseline, Project, Task
from accord.projects.plan_comparison import Comparison, Difference, Values, compare, state_of, state_of_baseline
from accord.projects.plan_hours import PlanHours
from accord.projects.plan_rows import Invalid
from accord.projects.queries_baselines import baselines_of
from accord.projects.queries_quality import quality_of
from accord.projects.schedule_errors import message_of

router = Router(tags=["plan"])


@router.get("/{int:pk}/plan/quality", response=PlanQuality)
def quality(request: HttpRequest, pk: int) -> dict[str, Any]:
    """The DCMA's 14 points; where there was nothing to measure, ``figure`` is null and ``reason`` says why."""
    project = fetch(Project, request.user, pk=pk)
    now = wall_time().replace(second=0, microsecond=0)
    try:
        found = quality_of(project, now)
    except ScheduleError as error:
        raise Invalid(message_of(error, project.plan)) from error
    return {
        "status_date": found.assessment.status_date.isoformat(),
        "points": [
            {
                "number": point.number,
                "key": point.key,
                "name": translated(point.name),
                "definition": translated(point.definition),
                "numerator": point.numerator,
                "denominator": point.denominator,
                "figure": point.figure,
                "threshold": point.threshold,
                "threshold_is": "at least" if point.at_least else "at most",
                "verdict": point.verdict,
                "reason": translated(point.reason) if point.reason else "",
                "findings": [{"task": found.tasks[f.uid].pk, "note": translated(f.note)} for f in point.findings],
            }
            for point in found.assessment.points
        ],
    }


@router.get("/{int:pk}/baselines", response=list[BaselineRow])
def baselines(request: HttpRequest, pk: int) -> list[dict[str, Any]]:
    """Number 0 is the one that progress is measured against."""
    project = fetch(Project, request.user, pk=pk)
    return [
        {
            "id": kept.baseline.pk,
            "version": kept.baseline.version,
            "number": kept.baseline.number,
            "name": str(kept.baseline),
            "taken_at": kept.baseline.taken_at.isoformat(),
            "by": kept.by or None,
            "tasks": kept.tasks,
        }
        for kept in baselines_of(project)
    ]


@router.get("/{int:pk}/baselines/comparison", response=PlanComparison)
def comparison(request: HttpRequest, pk: int, first: int | None = None, second: int | None = None) -> dict[str, Any]:
    """The tasks that differ between baseline ``first`` (number 0) and ``second`` (the plan as it stands).

    Amounts are left out for those who may not see them.
    """
    project = fetch(Project, request.user, "account", pk=pk)
    own = Baseline.objects.filter(project=project)
    chosen = own.filter(number=0).first() if first is None else fetch(Baseline, request.user, rows=own, pk=first)
    if chosen is None:
        raise Invalid(gettext("The plan has no baseline to compare with."), field="first")
    before = state_of_baseline(chosen)
    tasks = list(Task.all_objects.filter(project=project))
    after = state_of(tasks)
    if second is not None:
        after = state_of_baseline(fetch(Baseline, request.user, rows=own, pk=second))
    found = compare(tasks, before, after, PlanHours(project).of_calendar(None))
    return comparison_answer(found, money=can(request.user, Permission.VIEW_MONEY, project))


def comparison_answer(found: Comparison, *, money: bool) -> dict[str, Any]:
    """Two states of a plan side by side; amounts only with ``money``."""
    return {
        "finish_before": _iso(found.before.finish),
        "finish_after": _iso(found.after.finish),
        "later_minutes": found.later,
        "tasks": [_difference(each, money=money) for each in found.rows],
    }


def _difference(each: Difference, *, money: bool) -> dict[str, Any]:
    return {
        "id": each.task.pk,
        "name": each.task.name,
        "wbs": each.row.wbs,
        "fate": each.fate,
        "before": _values(each.before, money=money),
        "after": _values(each.after, money=money),
        "later_minutes": each.later,
    }


def _values(values: Values | None, *, money: bool) -> dict[str, Any] | None:
    if values is None:
        return None
    shown = {
        "start": _iso(values.start),
        "finish": _iso(values.finish),
        "duration_minutes": values.duration,
        "work_minutes": values.work,
    }
    return shown | ({"cost": str(values.cost)} if money else {})


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
