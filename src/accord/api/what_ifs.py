"""What-if plans: copies of a project's plan to try changes on."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext
from ninja import Router, Schema
from typing_extensions import TypedDict

from accord.api.answers import Moment, WallTime
from accord.api.plan import EDIT, PlanEditIn, dates_answer, edit_answer, news_of, plan_data, step_answer
from accord.api.plan_answers import ComparisonDates, EditAnswer, PlanComparison, PlanData, PlanNews
from accord.api.plan_review import comparison_answer
from accord.core import editing
from accord.core.access import Permission, can
from accord.core.fetch import fetch
from accord.projects.actions.edit_plan import redo_step, undo_step
from accord.projects.actions.what_if import adopt_what_if, discard_what_if, start_what_if
from accord.projects.models import Plan, Project
from accord.projects.plan_rows import Invalid
from accord.projects.queries_simulation import LikelyFinish, LikelyFinishes, likely_finishes
from accord.projects.queries_what_if import clashes, compared, trial, what_ifs

of_project = Router(tags=["what-ifs"])
router = Router(tags=["what-ifs"])


class WhatIfIn(Schema):
    """``purpose`` is the question that the what-if answers."""

    name: str
    purpose: str = ""


class WhatIfChange(Schema):
    """The fields to change, with the ``version`` they started from."""

    version: int
    name: str | None = None
    purpose: str | None = None


class WhatIfRow(TypedDict):
    """``copied_at`` is the state of the current plan (its ``at``) that it was copied from."""

    id: int
    version: int
    project: int
    name: str
    purpose: str
    by: str | None
    copied_at: Moment
    changed_at: Moment
    adopted_at: Moment | None
    finish: WallTime | None
    current_finish: WallTime | None


class ClashRow(TypedDict):
    task: str
    field: str


class LikelyFinishRow(TypedDict):
    """The latest simulation of a plan; ``on_time`` is the probability of the promised finish, where one is set.

    ``changed`` says what has changed since: plan, risks, or null.
    """

    simulation: int
    p50: WallTime
    p80: WallTime
    on_time: float | None
    changed: str | None


class LikelyFinishAnswer(TypedDict):
    """Null where a plan was never simulated; ``different_options`` are those in which the two simulations differ."""

    current: LikelyFinishRow | None
    what_if: LikelyFinishRow | None
    different_options: list[str]


class WhatIfComparison(PlanComparison):
    """The current plan is before, the what-if after; ``clashes`` were changed in both since it was copied."""

    clashes: list[ClashRow]
    likely_finish: LikelyFinishAnswer


@of_project.get("/{int:pk}/what-ifs", response=list[WhatIfRow])
def project_what_ifs(request: HttpRequest, pk: int) -> list[dict[str, Any]]:
    """The newest first, with those that were adopted."""
    return [_row(plan) for plan in what_ifs(fetch(Project, request.user, "account", pk=pk))]


@of_project.post("/{int:pk}/what-ifs", response={201: WhatIfRow})
def create_what_if(request: HttpRequest, pk: int, body: WhatIfIn) -> tuple[int, dict[str, Any]]:
    """Copy the current plan."""
    project = fetch(Project, request.user, "account", pk=pk)
    made = start_what_if(project=project, by=request.user, name=body.name.strip(), purpose=body.purpose.strip())
    return 201, _row(made)


@router.get("/{int:pk}", response=WhatIfRow)
def one_what_if(request: HttpRequest, pk: int) -> dict[str, Any]:
    return _row(what_if_of(request, pk))


@router.patch("/{int:pk}", response=WhatIfRow)
def change_what_if(request: HttpRequest, pk: int, body: WhatIfChange) -> dict[str, Any]:
    given = {k: v.strip() for k, v in body.dict(exclude={"version"}).items() if v is not None}
    if given.get("name") == "":
        raise Invalid(gettext("Enter a name."), field="name")
    return _row(editing.change(what_if_of(request, pk), by=request.user, version=body.version, **given))


@router.get("/{int:pk}/plan", response=PlanData)
def what_if_plan(request: HttpRequest, pk: int) -> dict[str, Any]:
    """The whole plan, in the form of a project's."""
    return plan_data(what_if_of(request, pk), request.user)


@router.get("/{int:pk}/plan/changes", response=PlanNews)
def what_if_changes_since(request: HttpRequest, pk: int, since: datetime) -> dict[str, Any]:
    return news_of(what_if_of(request, pk), request.user, since)


@router.post("/{int:pk}/plan/changes", response=EDIT)
def edit_what_if(request: HttpRequest, pk: int, body: PlanEditIn) -> dict[str, Any]:
    """One edit, in the form of an edit of a project's plan."""
    return edit_answer(what_if_of(request, pk), request.user, body)


@router.post("/{int:pk}/plan/undo", response=EDIT)
def undo_what_if(request: HttpRequest, pk: int) -> dict[str, Any]:
    return step_answer(request.user, undo_step(plan=what_if_of(request, pk), by=request.user))


@router.post("/{int:pk}/plan/redo", response=EDIT)
def redo_what_if(request: HttpRequest, pk: int) -> dict[str, Any]:
    return step_answer(request.user, redo_step(plan=what_if_of(request, pk), by=request.user))


@router.get("/{int:pk}/plan/beside/{key}", response=ComparisonDates)
def what_if_beside(request: HttpRequest, pk: int, key: str) -> dict[str, Any]:
    """Where tasks lie in the current plan (``current``), a baseline, or an open proposal of levelling."""
    return dates_answer(what_if_of(request, pk), key)


@router.get("/{int:pk}/comparison", response=WhatIfComparison)
def what_if_comparison(request: HttpRequest, pk: int) -> dict[str, Any]:
    """The tasks that differ from the current plan. Amounts are left out for those who may not see them."""
    plan = what_if_of(request, pk)
    money = can(request.user, Permission.VIEW_MONEY, plan.project)
    both = [{"task": each.task, "field": each.field} for each in clashes(trial(plan))]
    likely = _likely(likely_finishes(plan))
    return comparison_answer(compared(plan), money=money) | {"clashes": both, "likely_finish": likely}


def _likely(found: LikelyFinishes) -> dict[str, Any]:
    return {
        "current": found.current and _likely_row(found.current),
        "what_if": found.what_if and _likely_row(found.what_if),
        "different_options": found.different_options,
    }


def _likely_row(found: LikelyFinish) -> dict[str, Any]:
    return {
        "simulation": found.simulation.pk,
        "p50": found.p50.isoformat(),
        "p80": found.p80.isoformat(),
        "on_time": found.on_time,
        "changed": found.changed or None,
    }


@router.post("/{int:pk}/adoption", response={200: EditAnswer})
def adopt(request: HttpRequest, pk: int) -> dict[str, Any]:
    """Make what was tried the current plan, as one edit of it that can be undone there."""
    return step_answer(request.user, adopt_what_if(plan=what_if_of(request, pk), by=request.user))


@router.delete("/{int:pk}", response={204: None})
def discard(request: HttpRequest, pk: int) -> tuple[int, None]:
    discard_what_if(plan=what_if_of(request, pk), by=request.user)
    return 204, None


def what_if_of(request: HttpRequest, pk: int) -> Plan:
    own = Plan.objects.filter(kind=Plan.Kind.WHAT_IF)
    return fetch(Plan, request.user, "project__account", "project__calendar", rows=own, pk=pk)


def _row(plan: Plan) -> dict[str, Any]:
    assert plan.copied_at is not None
    return {
        "id": plan.pk,
        "version": plan.version,
        "project": plan.project_id,
        "name": plan.name,
        "purpose": plan.purpose,
        "by": str(plan.by) if plan.by else None,
        "copied_at": plan.copied_at.isoformat(),
        "changed_at": plan.changed_at.isoformat(),
        "adopted_at": plan.adopted_at.isoformat() if plan.adopted_at else None,
        "finish": plan.finish.isoformat() if plan.finish else None,
        "current_finish": plan.project.finish.isoformat() if plan.project.finish else None,
    }
