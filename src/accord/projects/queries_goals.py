"""How far a client's goals have come: by the milestones, deliverables and projects that serve them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils.translation import gettext

from accord.projects.models import Acceptance, Deliverable, GoalSupport, Project, Task
from accord.success.models import Goal


@dataclass(frozen=True, slots=True)
class Support:
    """One thing that serves a goal, with how much of it is done (0 to 1) and when it is expected."""

    row: GoalSupport
    done: float
    expected: date | None


@dataclass(frozen=True, slots=True)
class GoalProgress:
    """``share`` is the mean of what serves the goal, ``measured`` the way from baseline to target; None: not known.

    ``expected`` is when the last open support is to be done, ``late`` that this is after the goal's day.
    """

    goal: Goal
    supports: tuple[Support, ...]
    share: float | None
    measured: Decimal | None
    expected: date | None
    late: bool


def progress_of(goals: Iterable[Goal], user: Any = None) -> list[GoalProgress]:
    """The progress of each goal, in three queries; with ``user``, by the projects that they may see.

    A milestone or task counts when it is done, a deliverable when the client has accepted it, a whole project by the
    share of its work that is done. A goal that nothing serves has no share: that is not nought.
    """
    goals = list(goals)
    supports: dict[int, list[GoalSupport]] = defaultdict(list)
    rows = GoalSupport.objects.all() if user is None else GoalSupport.objects.visible_to(user)
    verdict = Acceptance.objects.filter(deliverable=OuterRef("deliverable")).order_by("-pk").values("verdict")[:1]
    for row in (
        rows.filter(goal__in=[goal.pk for goal in goals])
        .select_related("project", "deliverable", "task")
        .annotate(verdict=Subquery(verdict))
        .order_by("pk")
    ):
        supports[row.goal_id].append(row)
    whole = {row.project_id for rows in supports.values() for row in rows if not (row.task_id or row.deliverable_id)}
    done = _done(whole)
    return [_progress(goal, [_support(row, done) for row in supports[goal.pk]]) for goal in goals]


def servable(account: Any, user: Any) -> list[tuple[str, list[tuple[str, str]]]]:
    """What of the client's projects may serve a goal, by project, as choices of a form. Three queries."""
    projects = Project.objects.visible_to(user).filter(account=account, archived_at=None).order_by("name", "pk")
    found: dict[int, list[tuple[str, str]]] = {
        row.pk: [(f"project:{row.pk}", gettext("All of it"))] for row in projects
    }
    milestones = Task.objects.filter(project__in=found, kind=Task.Kind.MILESTONE, active=True).order_by("finish", "pk")
    for pk, project, name in milestones.values_list("pk", "project", "name"):
        found[project].append((f"task:{pk}", gettext("Milestone: %(name)s") % {"name": name}))
    deliverables: QuerySet[Deliverable] = Deliverable.objects.filter(project__in=found)
    for pk, project, name in deliverables.values_list("pk", "project", "name"):
        found[project].append((f"deliverable:{pk}", gettext("Deliverable: %(name)s") % {"name": name}))
    return [(str(row.name), found[row.pk]) for row in projects]


def _done(projects: set[int]) -> dict[int, float]:
    """The share of the work of each project that is done, by the lengths of its tasks."""
    if not projects:
        return {}
    leaves = Task.objects.filter(project__in=projects, active=True, duration_minutes__gt=0).filter(
        ~Q(pk__in=Task.objects.filter(project__in=projects, parent__isnull=False).values("parent")),
        ~Q(kind=Task.Kind.LEVEL_OF_EFFORT),
    )
    sums = (
        leaves.order_by()
        .values_list("project")
        .annotate(done=Sum(F("percent_complete") * F("duration_minutes")), of=Sum("duration_minutes"))
    )
    return {project: float(done) / (100 * of) for project, done, of in sums if of}


def _support(row: Any, done: dict[int, float]) -> Support:
    if row.task is not None:
        finish = row.task.finish
        return Support(row, float(row.task.percent_complete >= 100), finish.date() if finish else None)
    if row.deliverable is not None:
        return Support(row, float(row.verdict == Acceptance.Verdict.ACCEPTED), row.deliverable.due_on)
    finish = row.project.finish
    return Support(row, done.get(row.project_id, 0.0), finish.date() if finish else None)


def _progress(goal: Goal, supports: list[Support]) -> GoalProgress:
    open_ = [support.expected for support in supports if support.done < 1 and support.expected is not None]
    expected = max(open_, default=None)
    late = bool(goal.status == Goal.Status.OPEN and goal.due_on and expected and expected > goal.due_on)
    share = sum(support.done for support in supports) / len(supports) if supports else None
    return GoalProgress(goal, tuple(supports), share, goal.measured_progress, expected, late)
