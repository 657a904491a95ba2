"""Scoring what was forecast for a project, once it is closed."""

from __future__ import annotations

from collections import defaultdict

from accord.insight.forecasts import METHODS, MIX, forecasts, outcome, stage
from accord.insight.models import ForecastScore, ProjectMeasure
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
    scores = [score for quantity in METHODS for score in _scores(project, measures, quantity)]
    ForecastScore.objects.bulk_create(scores)
    return len(scores)


def _scores(project: Project, measures: list[ProjectMeasure], quantity: str) -> list[ForecastScore]:
    ended = outcome(measures[-1], quantity) if measures else None
    if ended is None:
        return []
    known = {each: standings(quantity, each, before=project) for each in ForecastScore.Stage.values}
    errors: dict[tuple[str, str], list[float]] = defaultdict(list)
    for measure in measures:
        at = stage(measure)
        if at is None or measure.ev == measure.bac:  # finished: nothing was left to forecast
            continue
        said = forecasts(measure, quantity)
        mixed = known[at].mix(said)
        for method, value in (said | ({} if mixed is None else {MIX: mixed})).items():
            errors[method, at].append(value / ended - 1)
    return [
        ForecastScore(
            project=project,
            quantity=quantity,
            method=method,
            stage=at,
            error=sum(map(abs, found)) / len(found),
            bias=sum(found) / len(found),
            forecasts=len(found),
        )
        for (method, at), found in errors.items()
    ]
