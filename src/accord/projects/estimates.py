"""The three-point estimates of a plan's tasks, as the simulation takes them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from accord.projects.models import Project, Simulation, Task
from accord.projects.outline import Row
from accord.projects.queries import LoadedPlan
from accord.projects.queries_risks import SimulatedRisks, simulated_risks

if TYPE_CHECKING:
    from accord.engines.uncertainty.plan_uncertainty import Uncertainty
    from accord.engines.uncertainty.three_point import Estimate


def open_tasks(rows: Iterable[Row]) -> list[Task]:
    """The tasks whose duration can still come out otherwise than planned: not done, not set by hand, no summaries,
    no level of effort."""
    return [
        row.task
        for row in rows
        if row.task.active
        and not row.has_children
        and not row.task.manual
        and row.task.kind != Task.Kind.LEVEL_OF_EFFORT
        and row.task.actual_finish is None
        and row.task.duration_minutes > 0
    ]


def has_estimate(task: Task) -> bool:
    return task.optimistic_minutes is not None or task.pessimistic_minutes is not None


def estimate_of(task: Task) -> Estimate | None:
    """The estimate around the task's duration, in its minutes; None where nothing was estimated.

    An end that is not given is the duration itself, and so is one that the duration has passed since. What a lognormal
    cannot be fitted to is taken as PERT-beta.
    """
    from accord.engines.uncertainty.three_point import Estimate, Shape

    if not has_estimate(task):
        return None
    likely = task.duration_minutes
    best, worst = task.optimistic_minutes, task.pessimistic_minutes
    points = min(likely if best is None else best, likely), likely, max(likely if worst is None else worst, likely)
    try:
        return Estimate(*points, Shape(task.estimate_shape))
    except ValueError:
        return Estimate(*points, Shape.PERT)


def uncertainty_of(loaded: LoadedPlan, simulation: Simulation) -> tuple[Uncertainty, SimulatedRisks]:
    """What the simulation draws from: estimates, the spread it was asked for, groups and open risks."""
    from accord.engines.uncertainty.plan_uncertainty import Spread, Uncertainty

    tasks = open_tasks(loaded.rows)
    low, high = simulation.spread_low / 100, simulation.spread_high / 100
    risks = SimulatedRisks((), ())
    if simulation.risks != Simulation.Risks.LEFT_OUT:
        after = simulation.risks == Simulation.Risks.AFTER_RESPONSE
        risks = simulated_risks(simulation.plan, after_response=after)
    uncertainty = Uncertainty(
        estimates={task.uid: estimate for task in tasks if (estimate := estimate_of(task)) is not None},
        spread=Spread(-low, high) if low or high else None,
        groups={task.uid: task.estimate_group for task in tasks if task.estimate_group},
        risks=risks.risks,
    )
    return uncertainty, risks


def default_start(project: Project, now: datetime) -> datetime | None:
    """When open work can go on at the earliest: at the status date, or now; nothing before the project begins."""
    moment = project.status_date or now.replace(second=0, microsecond=0)
    return moment if moment > project.start else None
