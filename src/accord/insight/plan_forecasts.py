"""Forecasting a project's finish from its plan, its progress and what the firm's closed projects have in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from accord.engines.planning.plan import Plan, Task
from accord.engines.planning.plan_outline import ScheduleError
from accord.insight.forecasts import outcome, started, weeks_until
from accord.insight.models import ForecastScore, PlanForecast, ProjectMeasure
from accord.insight.queries import WEEK
from accord.projects.models import Project

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from accord.engines.uncertainty.finish_forecast import Progress
    from accord.engines.uncertainty.plan_uncertainty import Uncertainty

ITERATIONS = 500
EARLY = 1 / 3  # of the planned duration: later, a forecast says little of what projects begin with
_WEEK_MINUTES = WEEK.total_seconds() / 60


def closed_ratios(before: date | None = None, leaving_out: int | None = None) -> list[tuple[date, float]]:
    """Actual over simulated duration of the firm's completed projects with the day they closed, the oldest first.

    Where no forecast was kept early on, the planned duration stands for the simulated one. Ratios say nothing about
    any one project, so everybody's projects count, whoever asks.
    """
    first = PlanForecast.objects.filter(project=OuterRef("project"), weeks__lte=OuterRef("planned_weeks") * EARLY)
    rows = (
        _completed()
        .exclude(project=leaving_out)
        .annotate(simulated=Subquery(first.order_by("day").values("simulated")[:1]))
    )
    if before is not None:
        rows = rows.filter(project__stopped_on__lt=before)
    found = ((row.project.stopped_on, ratio_of(row, row.simulated)) for row in rows)
    return [(day, ratio) for day, ratio in found if day is not None and ratio is not None]


def ratio_of(last: ProjectMeasure, simulated: float | None) -> float | None:
    """What a completed project took by its last measurement, over what was ``simulated`` early on, else planned."""
    ended, planned = outcome(last, ForecastScore.Quantity.DURATION), simulated or float(last.planned_weeks or 0)
    return ended / planned if ended is not None and planned > 0 else None


def _completed() -> QuerySet[ProjectMeasure]:
    done = Q(project__status=Project.Status.CLOSED, project__stopped_on__isnull=False, bac__gt=0, ev__gte=F("bac"))
    rows = ProjectMeasure.objects.filter(done, latest=True, weeks__isnull=False)
    return rows.select_related("project").defer("curve").order_by("project__stopped_on", "project_id")


def plan_forecast(
    plan: Plan,
    measure: ProjectMeasure,
    uncertainty: Uncertainty,
    ratios: list[float],
    *,
    variance: float | None = None,
    iterations: int = ITERATIONS,
) -> PlanForecast | None:
    """Of ``plan`` as it stood at the measurement (unsaved); None without an agreed plan, or where nothing is left.

    ``variance`` is what the project's simulation had at its start; without it, today's counts.
    """
    import numpy as np

    from accord.engines.uncertainty.common_factor import learned
    from accord.engines.uncertainty.finish_forecast import (
        PLANNED_SPREAD,
        TASK_SPREAD,
        forecast_finish,
        log_variance,
    )

    now, finish = weeks_until(measure, measure.status_date), weeks_until(measure, measure.finish)
    if (
        now is None
        or finish is None
        or finish <= 0
        or not measure.bac
        or measure.ev is None
        or measure.ev >= measure.bac
    ):
        return None
    now = max(now, 0.0)
    try:
        alone, usual = (
            _rest(plan, measure, replace(uncertainty, spread=spread), now, finish, iterations)
            for spread in (PLANNED_SPREAD, TASK_SPREAD)
        )
    except ScheduleError:
        return None  # the plan has an error that its page names
    whole = now + usual
    variance = log_variance(whole) if variance is None else variance
    found = forecast_finish(now, max(finish - now, 0.0), alone, usual, learned(ratios, variance), progress_of(plan))
    return PlanForecast(
        project=measure.project,
        day=measure.day,
        weeks=now,
        simulated=float(np.median(whole)),
        variance=variance,
        projects=len(ratios),
        **{name: getattr(found, name) for name in found.__slots__},
    )


def _rest(
    plan: Plan, measure: ProjectMeasure, uncertainty: Uncertainty, now: float, finish: float, iterations: int
) -> NDArray[np.float64]:
    """The simulated rest in weeks: the plan's own finish moves as that of all its work does."""
    import numpy as np

    from accord.engines.calendars.working_time import minute_of
    from accord.engines.uncertainty.plan_simulation import simulate_plan

    begun = measure.status_date > plan.start
    found = simulate_plan(
        plan, uncertainty, iterations=iterations, threads=1, not_before=measure.status_date if begun else None
    )
    moved = (found.moments.samples - minute_of(found.planned_finish)) / _WEEK_MINUTES
    return np.maximum(finish - now + moved.astype(np.float64), 1e-6)


def progress_of(plan: Plan) -> Progress:
    """What is done, against the durations that were agreed."""
    from accord.engines.uncertainty.finish_forecast import Progress

    parents = {task.parent for task in plan.tasks}
    rows = [task for task in plan.tasks if task.uid not in parents and task.active and not task.level_of_effort]
    agreed = [(task, _agreed(task)) for task in rows]
    known = [(task, duration, task.percent_complete / 100) for task, duration in agreed if duration]
    return Progress(
        durations=[float(duration) for _, duration, _ in known],
        done=[share for _, _, share in known],
        spent=sum(task.duration * share for task, _, share in known),
    )


def _agreed(task: Task) -> int:
    """The task's duration in the baseline."""
    return next((b.duration for b in task.baselines if b.number == 0 and b.duration), 0)


def kept_forecasts(project: Project) -> Mapping[date, PlanForecast]:
    """By day, the oldest first."""
    return {row.day: row for row in PlanForecast.objects.filter(project=project).order_by("day")}


def moment_of(measure: ProjectMeasure, weeks: float) -> datetime | None:
    """A duration in weeks as the moment at which it ends."""
    start = started(measure)
    return None if start is None else start + WEEK * weeks
