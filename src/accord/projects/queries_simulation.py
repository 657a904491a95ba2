"""What can be asked about simulations of a plan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accord.projects.models import Project, Risk, Simulation
from accord.projects.simulation_result import Result


def latest(project: Project) -> Simulation | None:
    """The last simulation of the plan that came to an end with a result."""
    done = Simulation.objects.filter(project=project, status=Simulation.Status.DONE).select_related("by")
    return _of(project, done.first())


def busy(project: Project) -> Simulation | None:
    """The one that waits or runs, if any; there is never more than one."""
    return _of(project, Simulation.objects.filter(project=project, status__in=Simulation.BUSY).defer("result").first())


def _of(project: Project, simulation: Simulation | None) -> Simulation | None:
    if simulation is not None:
        simulation.project = project
    return simulation


def changed_since(simulation: Simulation) -> str:
    """What has changed since the simulation read it: ``"plan"``, ``"risks"``, or nothing."""
    if simulation.plan_changed_at != simulation.project.plan.changed_at:
        return "plan"
    if simulation.risks == Simulation.Risks.LEFT_OUT:
        return ""
    now = dict(
        Risk.objects.filter(project=simulation.project, status=Risk.Status.OPEN).values_list("number", "updated_at")
    )
    known = {row["number"] for row in simulation.result["risks"]}
    changed = set(now) != known or any(at > simulation.created_at for at in now.values())
    return "risks" if changed else ""


def criticality(project: Project) -> dict[int, float]:
    """Per task the share of iterations in which it was critical; nothing where the plan has changed since.

    One query, which reads no result that is out of date.
    """
    simulation = (
        Simulation.objects.filter(
            project=project, status=Simulation.Status.DONE, plan_changed_at=project.plan.changed_at
        )
        .only("result", "iterations")
        .first()
    )
    return Result(simulation).criticality if simulation is not None else {}


@dataclass(frozen=True, slots=True)
class SimulationSummary:
    """A simulation as one row of the list of the last ones; the dates are those of its result."""

    simulation: Simulation
    p50: datetime | None
    p80: datetime | None


def history(project: Project) -> list[SimulationSummary]:
    """The simulations that are kept, the latest first, without their results."""
    percentiles = "result__finish__percentiles__"
    rows: Any = Simulation.objects.filter(project=project).select_related("by").defer("result")
    found = {row.pk: row for row in rows}
    dates = Simulation.objects.filter(pk__in=list(found)).values_list("pk", f"{percentiles}P50", f"{percentiles}P80")
    moments = {pk: (p50 and datetime.fromisoformat(p50), p80 and datetime.fromisoformat(p80)) for pk, p50, p80 in dates}
    return [SimulationSummary(row, *moments[pk]) for pk, row in found.items()]
