"""How good the schedule is."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from accord.core.fields import wall_time
from accord.core.texts import gettext_lazy, translated
from accord.engines.planning.schedule_quality import Point, Verdict
from accord.engines.planning.scheduling import ScheduleError
from accord.engines.texts import Text
from accord.projects.models import Baseline
from accord.projects.queries_quality import NamedTask, Quality, quality_of
from accord.projects.schedule_errors import message_of
from accord.web.projects.page import project_page
from accord.web.projects.plan_views import plan_views
from accord.web.shell.templatetags.shell import number, percent

MARKS = {
    Verdict.PASSED: (gettext_lazy("Passed"), "good", "check"),
    Verdict.FAILED: (gettext_lazy("Failed"), "bad", "x"),
    Verdict.NOT_APPLICABLE: (gettext_lazy("Not assessed"), "unknown", "minus"),
}
MOST = 200  # findings shown of one point


@require_safe
def quality(request: HttpRequest, pk: int) -> HttpResponse:
    """The DCMA's 14 points, each with the tasks it found."""
    page = project_page(request, pk, "project-plan")
    project = page.project
    now = wall_time().replace(second=0, microsecond=0)
    context: dict[str, Any] = plan_views(pk, "project-plan-quality")
    context |= {"as_of": project.status_date or now, "status_date_set": project.status_date is not None}
    context["baseline"] = Baseline.objects.filter(project=project, number=0).first()
    try:
        found = quality_of(project, now)
    except ScheduleError as error:
        context["problem"] = message_of(error, project.plan)
        return render(request, "projects/quality.html", page.context | context)
    plan_url = reverse("project-plan", args=[pk])
    context["points"] = [_point(point, found, plan_url) for point in found.assessment.points]
    context["counts"] = [
        {"label": label, "tone": tone, "icon": icon, "count": found.assessment.count(verdict)}
        for verdict, (label, tone, icon) in MARKS.items()
    ]
    context["is_empty"] = not found.tasks
    return render(request, "projects/quality.html", page.context | context)


def _point(point: Point, found: Quality, plan_url: str) -> dict[str, Any]:
    label, tone, icon = MARKS[point.verdict]
    measured = point.figure is not None
    return {
        "number": point.number,
        "key": point.key,
        "name": translated(point.name),
        "definition": _sentence(point.definition),
        "figure": _written(point, point.figure) if point.figure is not None else None,
        "counted": gettext("%(numerator)s of %(denominator)s")
        % {
            "numerator": number(point.numerator, _places(point)),
            "denominator": number(point.denominator, _places(point)),
        }
        if measured
        else "",
        "threshold": (gettext("at least %(figure)s") if point.at_least else gettext("at most %(figure)s"))
        % {"figure": _written(point, point.threshold)}
        if point.threshold
        else gettext("none"),
        "verdict": label,
        "tone": tone,
        "icon": icon,
        "reason": _sentence(point.reason) if point.reason else "",
        "findings": [
            {"task": task, "note": translated(finding.note), "url": f"{plan_url}#task-{task.pk}"}
            for finding in point.findings[:MOST]
            if (task := _task(found, finding.uid)) is not None
        ],
        "count": len(point.tasks),
        "more": max(0, len(point.findings) - MOST),
    }


def _sentence(text: Text) -> str:
    words = translated(text)
    return words[:1].upper() + words[1:]


def _task(found: Quality, uid: int) -> NamedTask | None:
    return found.tasks.get(uid)


def _places(point: Point) -> int:
    """CPLI counts days, which may be parts of one."""
    return 1 if point.key == "cpli" else 0


def _written(point: Point, value: float) -> str:
    return number(value, 2) if point.is_index else percent(value, 0 if float(round(value * 100, 6)).is_integer() else 1)
