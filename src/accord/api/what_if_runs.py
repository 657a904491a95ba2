"""Simulations and levellings of a what-if: asked for and answered as those of a project's current plan."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router

from accord.api import levellings, simulations
from accord.api.levellings import LevellingIn
from accord.api.run_answers import Cancellation, ChangedPlans, LevellingAnswer, SimulationAnswer, Stopping
from accord.api.simulations import RELATED, SimulationIn
from accord.api.what_ifs import what_if_of
from accord.core.fetch import fetch
from accord.projects.actions.accept_levelling import accept_levelling
from accord.projects.actions.level_plans import stop_levelling
from accord.projects.models import Levelling, Plan, Simulation

router = Router(tags=["what-ifs"])


@router.get("/{int:pk}/simulation", response=SimulationAnswer)
def what_if_simulation(request: HttpRequest, pk: int) -> dict[str, Any]:
    """The latest simulation that is done; ``changed`` says what has changed since: plan, risks, or null."""
    return simulations.latest_answer(what_if_of(request, pk), request.user)


@router.post("/{int:pk}/simulation", response={201: SimulationAnswer, 202: SimulationAnswer})
def simulate_what_if(request: HttpRequest, pk: int, body: SimulationIn) -> tuple[int, dict[str, Any]]:
    """Simulate the what-if: 201 with the result, or 202 where a worker does it."""
    return simulations.simulated(what_if_of(request, pk), request.user, body)


@router.get("/{int:pk}/simulations/{int:simulation}", response=SimulationAnswer)
def one_what_if_simulation(request: HttpRequest, pk: int, simulation: int) -> dict[str, Any]:
    return simulations.simulation_answer(_run(request, Simulation, pk, simulation), request.user)


@router.post("/{int:pk}/simulations/{int:simulation}/cancellation", response=Cancellation)
def end_what_if_simulation(request: HttpRequest, pk: int, simulation: int) -> dict[str, Any]:
    return simulations.cancelled(_run(request, Simulation, pk, simulation), request.user)


@router.get("/{int:pk}/levelling", response=LevellingAnswer)
def what_if_levelling(request: HttpRequest, pk: int) -> dict[str, Any]:
    """The latest attempt: how far it is, or what it proposes."""
    return levellings.latest_answer(what_if_of(request, pk), request.user)


@router.post("/{int:pk}/levelling", response={202: LevellingAnswer})
def level_what_if(request: HttpRequest, pk: int, body: LevellingIn) -> tuple[int, dict[str, Any]]:
    """Start the search. A what-if is levelled alone: ``others`` is empty, and work in other projects counts."""
    return 202, levellings.levelled(what_if_of(request, pk), request.user, body)


@router.post("/{int:pk}/levellings/{int:levelling}/stop", response=Stopping)
def end_what_if_levelling(request: HttpRequest, pk: int, levelling: int) -> dict[str, Any]:
    return {"stopping": stop_levelling(levelling=_run(request, Levelling, pk, levelling), by=request.user)}


@router.post("/{int:pk}/levellings/{int:levelling}/acceptance", response=ChangedPlans)
def take_what_if_levelling(request: HttpRequest, pk: int, levelling: int) -> dict[str, Any]:
    """Accept the proposal as one edit of the what-if, which undo reverses."""
    return {"changed_plans": accept_levelling(levelling=_run(request, Levelling, pk, levelling), by=request.user)}


def _run(request: HttpRequest, model: Any, plan: int, pk: int) -> Any:
    """A calculation on the what-if ``plan``."""
    return fetch(model, request.user, *RELATED, plan=plan, plan__kind=Plan.Kind.WHAT_IF, pk=pk)
