"""Whether chances were right: how often P50 and P80 held, and what was said of renewals."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import F

from accord.engines.customers.intervals import wilson
from accord.insight.forecasts import QUANTILES, Quantity
from accord.insight.models import ForecastScore, RenewalForecast
from accord.insight.queries import require_firm_figures
from accord.projects.models import Project

LEAD = timedelta(days=30)  # before the end of the term: what was said then is scored
FEWEST = 2  # renewals, for an interval


@dataclass(frozen=True, slots=True)
class Calibration:
    """How often a quantile of the finish held at one stage: ``held`` of ``projects``, by each one's first forecast.

    ``low`` to ``high`` is the interval (95 %) of the share; ``pinball`` the mean loss as a share of the outcome. All
    three are None without a closed project.
    """

    method: str
    p: float
    stage: str
    held: int
    projects: int
    low: float | None
    high: float | None
    pinball: float | None


def calibration() -> list[Calibration]:
    """Of every quantile and stage. Counts say nothing of any one project, so everybody's count, whoever asks."""
    rows = ForecastScore.objects.filter(project__status=Project.Status.CLOSED, held__isnull=False)
    found: dict[tuple[str, str], list[tuple[bool, float]]] = defaultdict(list)
    for method, at, held, loss in rows.filter(quantity=Quantity.DURATION).values_list(
        "method", "stage", "held", "pinball"
    ):
        found[method, at].append((bool(held), loss or 0.0))
    return [calibration_of(method, at, found[method, at]) for method in QUANTILES for at in ForecastScore.Stage.values]


def firm_calibration(user: Any) -> list[Calibration]:
    """For who may see figures of the whole firm."""
    require_firm_figures(user)
    return calibration()


def calibration_of(method: str, at: str, scores: Sequence[tuple[bool, float]]) -> Calibration:
    """Of whether a quantile held in each project, with its loss."""
    n, held = len(scores), sum(each for each, _ in scores)
    among = wilson(held, n) if n else None
    low, high = (among.low, among.high) if among else (None, None)
    loss = sum(each for _, each in scores) / n if n else None
    return Calibration(method, QUANTILES[method], at, held, n, low, high, loss)


@dataclass(frozen=True, slots=True)
class RenewalRecord:
    """How right the chances of renewal were: the Brier score beside that of saying the base rate of everyone.

    ``gain`` is the base rate's score less ours, above zero where the chances told more; ``low`` to ``high`` its
    interval (95 %), None of fewer than two. ``base_brier`` knows the outcomes: it is the hardest base rate to beat.
    """

    renewals: int
    renewed: int
    brier: float | None
    base_brier: float | None
    gain: float | None
    low: float | None
    high: float | None


def renewal_record(user: Any) -> RenewalRecord:
    """Of the terms that have ended, by what was said 30 days before their end, for who may see the firm's figures."""
    require_firm_figures(user)
    said: dict[int, tuple[float, bool]] = {}
    rows = RenewalForecast.objects.filter(renewed__isnull=False, day__lte=F("agreement__ends_on") - LEAD)
    for agreement, chance, renewed in rows.order_by("day").values_list("agreement", "chance", "renewed"):
        said[agreement] = (chance, bool(renewed))
    return record_of(list(said.values()))


def record_of(said: Sequence[tuple[float, bool]]) -> RenewalRecord:
    """Of chances with what became of them.

    >>> found = record_of([(0.9, True), (0.9, True), (0.1, False), (0.5, True)])
    >>> found.renewed, round(found.brier, 3), round(found.base_brier, 4)
    (3, 0.07, 0.1875)
    """
    n, renewed = len(said), sum(outcome for _, outcome in said)
    if not n:
        return RenewalRecord(0, 0, None, None, None, None, None)
    rate = renewed / n
    gains = [(rate - outcome) ** 2 - (chance - outcome) ** 2 for chance, outcome in said]
    brier = sum((chance - outcome) ** 2 for chance, outcome in said) / n
    gain = sum(gains) / n
    if n < FEWEST:
        return RenewalRecord(n, renewed, brier, rate * (1 - rate), gain, None, None)
    error = math.sqrt(sum((each - gain) ** 2 for each in gains) / (n - 1) / n)
    return RenewalRecord(n, renewed, brier, rate * (1 - rate), gain, gain - 1.96 * error, gain + 1.96 * error)
