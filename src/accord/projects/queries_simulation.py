"""What can be asked about simulations of a plan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accord.projects.models import Plan, Risk, Simulation
from accord.projects.simulation_result import Result


def latest(plan: Plan) -> Simulation | None:
    """The last simulation of the plan that came to an end with a result."""
    done = Simulation.objects.filter(plan=plan, status=Simulation.Status.DONE).select_related("by")
    return _of(plan, done.first())


def busy(plan: Plan) -> Simulation | None:
    """The one that waits or runs, if any; there is never more than one."""
    return _of(plan, Simulation.objects.filter(plan=plan, status__in=Simulation.BUSY).defer("result").first())


def _of(plan: Plan, simulation: Simulation | None) -> Simulation | None:
    if simulation is not None:
        simulation.plan = plan
    return simulation


def last_asked(plan: Plan) -> Simulation | None:
    """The last simulation of the plan, whatever came of it; of a what-if without one, that of the current plan.

    A new one starts with its options, so that the two can be compared.
    """
    for each in (plan, plan.project.plan):
        found = Simulation.objects.filter(plan=each).defer("result").first()
        if found is not None:
            return found
    return None


def changed_since(simulation: Simulation) -> str:
    """What has changed since the simulation read it: ``"plan"``, ``"risks"``, or nothing."""
    if simulation.plan_changed_at != simulation.plan.changed_at:
        return "plan"
    if simulation.risks == Simulation.Risks.LEFT_OUT:
        return ""
    now = dict(
        Risk.objects.filter(project=simulation.project, status=Risk.Status.OPEN).values_list("number", "updated_at")
    )
    known = {row["number"] for row in simulation.result["risks"]}
    changed = set(now) != known or any(at > simulation.created_at for at in now.values())
    return "risks" if changed else ""


def criticality(plan: Plan) -> dict[int, float]:
    """Per task the share of iterations in which it was critical; nothing where the plan has changed since.

    One query, which reads no result that is out of date.
    """
    simulation = (
        Simulation.objects.filter(plan=plan, status=Simulation.Status.DONE, plan_changed_at=plan.changed_at)
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


def history(plan: Plan) -> list[SimulationSummary]:
    """The simulations that are kept, the latest first, without their results."""
    percentiles = "result__finish__percentiles__"
    rows: Any = Simulation.objects.filter(plan=plan).select_related("by").defer("result")
    found = {row.pk: row for row in rows}
    dates = Simulation.objects.filter(pk__in=list(found)).values_list("pk", f"{percentiles}P50", f"{percentiles}P80")
    moments = {pk: (p50 and datetime.fromisoformat(p50), p80 and datetime.fromisoformat(p80)) for pk, p50, p80 in dates}
    return [SimulationSummary(row, *moments[pk]) for pk, row in found.items()]


OPTIONS = ("iterations", "seed", "spread_low", "spread_high", "risks", "not_before")


@dataclass(frozen=True, slots=True)
class LikelyFinish:
    """What the latest simulation of a plan says of its finish; ``changed`` is as `changed_since` has it."""

    simulation: Simulation
    p50: datetime
    p80: datetime
    on_time: float | None  # the probability of the promised finish, where one is set
    changed: str


@dataclass(frozen=True, slots=True)
class LikelyFinishes:
    """The current plan and a what-if; None where a plan was never simulated."""

    current: LikelyFinish | None
    what_if: LikelyFinish | None

    @property
    def different_options(self) -> list[str]:
        """The options in which the two simulations differ: then their results do not differ by the plans alone."""
        if self.current is None or self.what_if is None:
            return []
        one, other = self.current.simulation, self.what_if.simulation
        return [name for name in OPTIONS if getattr(one, name) != getattr(other, name)]


def likely_finishes(what_if: Plan) -> LikelyFinishes:
    """How likely the current plan and ``what_if`` finish when."""
    return LikelyFinishes(likely_finish(what_if.project.plan), likely_finish(what_if))


def likely_finish(plan: Plan) -> LikelyFinish | None:
    simulation, promised = latest(plan), plan.project.target_finish
    if simulation is None:
        return None
    result = Result(simulation)
    on_time = result.chance(promised) if promised else None
    return LikelyFinish(simulation, result.finish(50), result.finish(80), on_time, changed_since(simulation))
