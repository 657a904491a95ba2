"""Simulations of a plan: read the latest, ask for a new one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest
from django.utils.translation import gettext
from ninja import Router, Schema

from accord.api.run_answers import Cancellation, SimulationAnswer
from accord.core.access import Permission, can
from accord.core.fetch import fetch
from accord.engines.uncertainty.outcome import PERCENTILES
from accord.projects.actions.simulate_plan import cancel_simulation, simulate_plan
from accord.projects.models import Plan, Project, Simulation
from accord.projects.queries import tasks_of
from accord.projects.queries_simulation import changed_since, latest
from accord.projects.simulation_result import Result

router = Router(tags=["plan"])

RELATED = ("plan__project__account",)


def current_of(project: int) -> dict[str, Any]:
    """Finds what was calculated for the current plan of a project."""
    return {"plan__project": project, "plan__kind": Plan.Kind.CURRENT}


class SimulationIn(Schema):
    """Spreads are percent, for tasks without an estimate; ``not_before`` is when open work goes on at the earliest."""

    iterations: int = 10_000
    seed: int = 1
    spread_low: int = 0
    spread_high: int = 0
    risks: str = Simulation.Risks.AS_THEY_ARE
    not_before: datetime | None = None


@router.get("/{int:pk}/simulation", response=SimulationAnswer)
def simulation(request: HttpRequest, pk: int) -> dict[str, Any]:
    """The latest simulation that is done; ``changed`` says what has changed since: plan, risks, or null."""
    return latest_answer(fetch(Project, request.user, "account", pk=pk).plan, request.user)


def latest_answer(plan: Plan, user: Any) -> dict[str, Any]:
    found = latest(plan)
    if found is None:
        raise Http404(gettext("This plan has not been simulated yet."))
    return simulation_answer(found, user)


@router.post("/{int:pk}/simulation", response={201: SimulationAnswer, 202: SimulationAnswer})
def create_simulation(request: HttpRequest, pk: int, body: SimulationIn) -> tuple[int, dict[str, Any]]:
    """Simulate the plan as it stands: 201 with what came of it, or 202 where a worker takes it on."""
    return simulated(fetch(Project, request.user, "account", pk=pk).plan, request.user, body)


def simulated(plan: Plan, user: Any, body: SimulationIn) -> tuple[int, dict[str, Any]]:
    """Simulate ``plan``, with the status that the answer has."""
    given = body.dict()
    if body.not_before is not None:
        given["not_before"] = body.not_before.replace(tzinfo=None, second=0, microsecond=0)
    made = simulate_plan(simulation=Simulation(plan=plan, **given), by=user)
    if made.is_busy:
        return 202, _head(made)
    return 201, simulation_answer(made, user)


@router.get("/{int:pk}/simulations/{int:simulation}", response=SimulationAnswer)
def one_simulation(request: HttpRequest, pk: int, simulation: int) -> dict[str, Any]:
    """One simulation: how far it is, why it failed, or what came of it."""
    return simulation_answer(fetch(Simulation, request.user, *RELATED, **current_of(pk), pk=simulation), request.user)


@router.post("/{int:pk}/simulations/{int:simulation}/cancellation", response=Cancellation)
def end_simulation(request: HttpRequest, pk: int, simulation: int) -> dict[str, Any]:
    """Stop one that waits or runs; nothing comes of it. ``cancelled`` is false where it had ended already."""
    return cancelled(fetch(Simulation, request.user, *RELATED, **current_of(pk), pk=simulation), request.user)


def cancelled(found: Simulation, user: Any) -> dict[str, Any]:
    return {"cancelled": cancel_simulation(simulation=found, by=user), "status": found.status}


def _head(found: Simulation) -> dict[str, Any]:
    return {
        "id": found.pk,
        "status": found.status,
        "progress": found.progress,
        "error": found.error,
        "iterations": found.iterations,
        "seed": found.seed,
        "spread_low": found.spread_low,
        "spread_high": found.spread_high,
        "risks": found.risks,
        "not_before": found.not_before.isoformat() if found.not_before else None,
        "plan_changed_at": found.plan_changed_at.isoformat(),
    }


def simulation_answer(found: Simulation, user: Any) -> dict[str, Any]:
    """One simulation: how far it is, or what came of it."""
    if found.status != Simulation.Status.DONE:
        return _head(found)
    money = can(user, Permission.VIEW_MONEY, found.project)
    result, kept, promised = Result(found), found.result, found.project.target_finish
    names = dict(tasks_of(found.plan).values_list("pk", "name"))
    answer = _head(found) | {
        "changed": changed_since(found) or None,
        "tasks": [
            {
                "id": row.task,
                "name": names[row.task],
                "planned": row.planned.isoformat(),
                "p50": row.p50.isoformat(),
                "p80": row.p80.isoformat(),
                "criticality": row.criticality,
                "cruciality": row.cruciality,
                "sensitivity": row.sensitivity,
                "deadline_met": row.deadline_met,
            }
            for row in result.forecasts
            if row.task in names
        ],
        "planned_finish": kept["planned_finish"],
        "finish": {f"P{percent}": kept["finish"]["percentiles"][f"P{percent}"] for percent in PERCENTILES},
        "promised": promised.isoformat() if promised else None,
        "on_time": result.chance(promised) if promised else None,
        "pert": {name: kept["pert"][name] for name in ("mean", "p80", "deviation")},
        "estimated": kept["estimated"],
        "assumed": kept["assumed"],
        "open": kept["open"],
        "remarks": result.remarks,
    }
    shown = ("number", "title", "share", "minutes_mean", "minutes_p80", *(("cost_mean", "cost_p80") if money else ()))
    answer["risk_effects"] = [{name: row[name] for name in shown} for row in kept["risks"]]
    if money:
        answer["planned_cost"] = kept["planned_cost"]
        answer["cost"] = kept["cost"] and kept["cost"]["percentiles"]
    return answer
