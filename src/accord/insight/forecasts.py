"""What each method forecast for a project on a day that was measured."""

from __future__ import annotations

from datetime import datetime

from accord.engines.money.earned_value import EarnedValue
from accord.engines.money.forecasts import COST, DURATION, PLAN_DURATION, Method, Stage, stage_of
from accord.insight.models import ForecastScore, PlanForecast, ProjectMeasure
from accord.insight.queries import WEEK

Quantity = ForecastScore.Quantity
METHODS: dict[str, tuple[Method, ...]] = {Quantity.DURATION: (*DURATION, *PLAN_DURATION), Quantity.COST: COST}
QUANTILES = {"p50_alone": 0.5, "p50": 0.5, "p80_alone": 0.8, "p80": 0.8}  # of the finish
TAILS = ("p80_alone", "p80")  # that are no forecast of the finish itself
MIX = "mix"  # of all methods, by the record of the projects that were closed before


def started(measure: ProjectMeasure) -> datetime | None:
    """When the agreed plan began: durations count from here."""
    return None if measure.weeks is None else measure.status_date - WEEK * float(measure.weeks)


def weeks_until(measure: ProjectMeasure, moment: datetime | None) -> float | None:
    """From the start of the agreed plan, in weeks."""
    start = started(measure)
    return None if start is None or moment is None else (moment - start) / WEEK


def stage(measure: ProjectMeasure) -> Stage | None:
    """How much of the budget was earned then; ``None`` where that is not known."""
    return stage_of(measure.ev, measure.bac) if measure.ev is not None and measure.bac else None


def forecasts(measure: ProjectMeasure, quantity: str, plan: PlanForecast | None = None) -> dict[str, float]:
    """What each method says, by its key: weeks since the start, or money at completion. Only what is known.

    The plan speaks for itself: its forecast is the finish it has now, not the one that was agreed. ``plan`` is what
    was kept of the same day.
    """
    schedule = measure.schedule
    if schedule is None:
        return {}
    then = EarnedValue(measure.bac, measure.pv, measure.ev, measure.ac)  # not ``total``: it was not closed then
    found = {method.key: method.forecast(then, schedule) for method in METHODS[quantity]}
    known = {key: float(value) for key, value in found.items() if value is not None and value > 0}
    if quantity == Quantity.DURATION:
        planned = weeks_until(measure, measure.finish)
        known.pop("plan", None)
        if plan is not None:
            known |= {method.key: getattr(plan, method.key) for method in PLAN_DURATION}
        return known | ({"plan": planned} if planned is not None and planned > 0 else {})
    return known


def outcome(measure: ProjectMeasure, quantity: str) -> float | None:
    """How a project ended, by its last measurement; ``None`` unless all of its work was done."""
    if measure.ev is None or not measure.bac or measure.ev < measure.bac:
        return None
    ended = weeks_until(measure, measure.finish) if quantity == Quantity.DURATION else measure.ac
    return None if ended is None or ended <= 0 else float(ended)
