"""Scoring what was forecast for a project, once it is closed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date

from accord.engines.money.forecasts import Stage
from accord.engines.money.scoreboard import pinball
from accord.insight.forecasts import METHODS, MIX, QUANTILES, TAILS, forecasts, outcome, stage
from accord.insight.models import ForecastScore, PlanForecast, ProjectMeasure
from accord.insight.plan_forecasts import kept_forecasts
from accord.insight.queries_scoreboard import standings
from accord.projects.models import Project

EARNED_FIGURES = ("day", "status_date", "bac", "pv", "ev", "ac", "weeks", "planned_weeks", "earned_weeks", "finish")


def score_forecasts(*, project: Project) -> int:
    """Compare every forecast that was kept of ``project`` with how it ended; returns how many means were written.

    A project that is not closed, or whose work was not all done, has no scores: what it had before is removed. The mix
    of all methods is scored by the record as it was without this project, so that no forecast knows its own outcome.
    """
    ForecastScore.objects.filter(project=project).delete()
    if project.status != Project.Status.CLOSED:
        return 0
    measures = list(ProjectMeasure.objects.filter(project=project).order_by("day").only("project", *EARNED_FIGURES))
    plans = kept_forecasts(project)
    scores = [score for quantity in METHODS for score in _scores(project, measures, plans, quantity)]
    scores += _tails(project, measures, plans)
    ForecastScore.objects.bulk_create(scores)
    return len(scores)


Plans = Mapping[date, PlanForecast]


def _scores(project: Project, measures: list[ProjectMeasure], plans: Plans, quantity: str) -> list[ForecastScore]:
    ended = outcome(measures[-1], quantity) if measures else None
    if ended is None:
        return []
    known = {each: standings(quantity, each, before=project) for each in ForecastScore.Stage.values}
    found: dict[tuple[str, str], list[float]] = defaultdict(list)
    for measure, at in _under_way(measures):
        said = forecasts(measure, quantity, plans.get(measure.day))
        mixed = known[at].mix(said)
        for method, value in (said | ({} if mixed is None else {MIX: mixed})).items():
            found[method, at].append(value / ended)
    return [_score(project, quantity, method, at, shares) for (method, at), shares in found.items()]


def _under_way(measures: list[ProjectMeasure]) -> Iterator[tuple[ProjectMeasure, Stage]]:
    """The measurements before all was earned, with their stage: afterwards nothing was left to forecast."""
    for measure in measures:
        at = stage(measure)
        if at is not None and measure.ev != measure.bac:
            yield measure, at


def _tails(project: Project, measures: list[ProjectMeasure], plans: Plans) -> list[ForecastScore]:
    """The quantiles of the finish that are no method of their own: P80."""
    quantity = ForecastScore.Quantity.DURATION
    ended = outcome(measures[-1], quantity) if measures else None
    found: dict[tuple[str, str], list[float]] = defaultdict(list)
    for measure, at in _under_way(measures) if ended else ():
        if ended and (plan := plans.get(measure.day)) is not None:
            for method in TAILS:
                found[method, at].append(getattr(plan, method) / ended)
    return [_score(project, quantity, method, at, shares) for (method, at), shares in found.items()]


def _score(project: Project, quantity: str, method: str, at: str, shares: list[float]) -> ForecastScore:
    """``shares`` are forecast over outcome, the oldest first."""
    score = ForecastScore(
        project=project,
        quantity=quantity,
        method=method,
        stage=at,
        error=_mean([abs(share - 1) for share in shares]),
        bias=_mean(shares) - 1,
        forecasts=len(shares),
    )
    if quantity == ForecastScore.Quantity.DURATION and method in QUANTILES:
        score.pinball = _mean([pinball(share, 1.0, QUANTILES[method]) for share in shares])
        score.held = shares[0] >= 1
    return score


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)
