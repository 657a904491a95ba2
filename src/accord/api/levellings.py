"""Levelling a plan: ask for a proposal, follow the search, accept what it found."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.utils.translation import gettext
from ninja import Router, Schema

from accord.api.run_answers import ChangedPlans, LevellingAnswer, Stopping
from accord.api.simulations import RELATED, current_of
from accord.core.fetch import fetch
from accord.projects.actions.accept_levelling import accept_levelling
from accord.projects.actions.level_plans import level_plans, stop_levelling
from accord.projects.levelling_result import Result
from accord.projects.models import Levelling, Plan, Project
from accord.projects.queries_levelling import latest

router = Router(tags=["plan"])


class LevellingIn(Schema):
    """``others`` are projects to level together with this one; work in those left out stays, and counts."""

    seconds: int = 20
    seed: int = 1
    others: list[int] = []


@router.get("/{int:pk}/levelling", response=LevellingAnswer)
def levelling(request: HttpRequest, pk: int) -> dict[str, Any]:
    """The latest attempt: how far it is, or what it proposes."""
    return latest_answer(fetch(Project, request.user, "account", pk=pk).plan, request.user)


def latest_answer(plan: Plan, user: Any) -> dict[str, Any]:
    found = latest(plan)
    if found is None:
        raise Http404(gettext("This plan has not been levelled yet."))
    return levelling_answer(found, user)


@router.post("/{int:pk}/levelling", response={202: LevellingAnswer})
def create_levelling(request: HttpRequest, pk: int, body: LevellingIn) -> tuple[int, dict[str, Any]]:
    """Start the search; a worker takes it on."""
    return 202, levelled(fetch(Project, request.user, "account", pk=pk).plan, request.user, body)


def levelled(plan: Plan, user: Any, body: LevellingIn) -> dict[str, Any]:
    """Start levelling ``plan``."""
    keys = [key for key in dict.fromkeys(body.others) if key != plan.project_id or not plan.is_current]
    others = [fetch(Project, user, "account", pk=key) for key in keys]
    asked = Levelling(plan=plan, seconds=body.seconds, seed=body.seed)
    return levelling_answer(level_plans(levelling=asked, others=others, by=user), user)


@router.post("/{int:pk}/levellings/{int:levelling}/stop", response=Stopping)
def end_levelling(request: HttpRequest, pk: int, levelling: int) -> dict[str, Any]:
    """End the search early; the best plan so far is the proposal. ``stopping`` is false where it had ended already."""
    running = fetch(Levelling, request.user, *RELATED, **current_of(pk), pk=levelling)
    return {"stopping": stop_levelling(levelling=running, by=request.user)}


@router.post("/{int:pk}/levellings/{int:levelling}/acceptance", response=ChangedPlans)
def take_levelling(request: HttpRequest, pk: int, levelling: int) -> dict[str, Any]:
    """Accept the proposal: in each project one edit that undo reverses."""
    found = fetch(Levelling, request.user, *RELATED, **current_of(pk), pk=levelling)
    changed = accept_levelling(levelling=found, by=request.user)
    return {"changed_plans": changed}


def levelling_answer(found: Levelling, user: Any) -> dict[str, Any]:
    answer = {
        "id": found.pk,
        "status": found.status,
        "progress": found.progress,
        "error": found.error,
        "seconds": found.seconds,
        "seed": found.seed,
        "accepted_at": found.accepted_at.isoformat() if found.accepted_at else None,
    }
    if found.status != Levelling.Status.DONE:
        return answer
    result = Result(found)
    keys = [part.project for part in result.parts]
    seen = set(Project.objects.visible_to(user).filter(pk__in=keys).values_list("pk", flat=True))
    head = ("finish_before", "finish_after", "bound", "gap", "optimal")
    plans = [plan for plan in result.saved["plans"] if plan["project"] in seen]
    return answer | {name: result.saved[name] for name in head} | {"remarks": result.remarks, "plans": plans}
