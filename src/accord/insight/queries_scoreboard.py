"""Which forecast has been right in this firm."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from accord.core.access import Permission, require
from accord.engines.money import scoreboard
from accord.engines.money.forecasts import STAGES, Method
from accord.insight.forecasts import METHODS, MIX, Quantity, forecasts, stage
from accord.insight.models import ForecastScore, PlanForecast, ProjectMeasure
from accord.insight.queries import require_firm_figures
from accord.insight.queries_calibration import Calibration, calibration_of
from accord.projects.models import Project

FRESH = timedelta(days=2)  # what a plan forecast before that no longer counts
CLOSE = 0.1  # an error of a tenth is still called right


@dataclass(frozen=True, slots=True)
class Standing:
    """What a method's record is at one stage: mean error and bias over ``projects``, of which ``close`` were right.

    ``counts`` is its share in the mix of all methods; the mix itself (``method`` is None) has none.
    """

    key: str
    method: Method | None
    error: float | None
    bias: float | None
    projects: int
    close: int
    counts: float | None


@dataclass(frozen=True, slots=True)
class Record:
    """The standings of all methods at one stage, the mix first."""

    quantity: str
    stage: str
    rows: tuple[Standing, ...]
    weighed: Mapping[str, float]

    def mix(self, said: Mapping[str, float]) -> float | None:
        """The forecast that the record earns, of what the methods say."""
        return scoreboard.mix(said, self.weighed)

    @property
    def projects(self) -> int:
        """How many closed projects have spoken."""
        return max((row.projects for row in self.rows), default=0)


def _scores() -> QuerySet[ForecastScore]:
    """Those of closed projects, the longest closed first."""
    rows = ForecastScore.objects.filter(project__status=Project.Status.CLOSED)
    return rows.order_by("project__stopped_on", "project_id")


def standings(quantity: str, at: str, *, before: Project | None = None) -> Record:
    """The firm's record at the stage ``at``; with ``before`` only of what was closed before that project.

    Shares and counts say nothing about any one project, so everybody's projects count, whoever asks.
    """
    rows = _scores().filter(quantity=quantity, stage=at)
    if before is not None:
        rows = rows.exclude(project=before).filter(project__stopped_on__lte=before.stopped_on)
    return _record(quantity, at, rows.values_list("method", "error", "bias"))


def _record(quantity: str, at: str, scores: Any) -> Record:
    found: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for method, error, bias in scores:
        found[method].append((error, bias))
    weighed = {
        method.key: scoreboard.standing([error for error, _ in found[method.key]], method.published_at(at))
        for method in METHODS[quantity]
    }
    shares = scoreboard.shares(weighed)
    methods = [(MIX, None), *((method.key, method) for method in METHODS[quantity])]
    rows = [_standing(key, method, found[key], shares.get(key)) for key, method in methods]
    return Record(quantity, at, tuple(rows), weighed)


def _standing(key: str, method: Method | None, found: Sequence[tuple[float, float]], share: float | None) -> Standing:
    n = len(found)
    error, bias = (sum(each[0] for each in found) / n, sum(each[1] for each in found) / n) if n else (None, None)
    return Standing(key, method, error, bias, n, sum(each[0] <= CLOSE for each in found), share)


def firm_records(user: Any) -> dict[str, list[Record]]:
    """Early, middle and late, of duration and of cost, for who may see figures of the whole firm."""
    require_firm_figures(user)
    found: dict[tuple[str, str], list[tuple[str, float, float]]] = defaultdict(list)
    for row in _scores():
        found[row.quantity, row.stage].append((row.method, row.error, row.bias))
    return {quantity: [_record(quantity, at, found[quantity, at]) for at in STAGES] for quantity in METHODS}


def scored_projects(user: Any) -> QuerySet[Project]:
    """The closed projects that the record comes from and whose money ``user`` may see, the newest first."""
    scored = Exists(ForecastScore.objects.filter(project=OuterRef("pk"), method=MIX))
    rows = Project.objects.letting(user, Permission.VIEW_MONEY).filter(scored, status=Project.Status.CLOSED)
    return rows.select_related("account").order_by("-stopped_on", "-pk")


@dataclass(frozen=True, slots=True)
class ProjectForecast:
    """What the methods say of a project now, beside their record at its stage.

    ``plan`` has the quantiles of the finish; None for the cost, or where none was kept lately. ``p80`` says how often
    such a P80 held at this stage.
    """

    record: Record
    said: Mapping[str, float]
    mix: float | None
    plan: PlanForecast | None
    p80: Calibration


def project_forecasts(project: Project, user: Any, measure: ProjectMeasure) -> list[ProjectForecast]:
    """Duration (weeks since the start) and cost of a project under way; none where little is known or all is done."""
    require(user, Permission.VIEW_MONEY, project)
    at = stage(measure)
    if at is None or project.status == Project.Status.CLOSED or measure.ev == measure.bac:
        return []
    plan = PlanForecast.objects.filter(project=project, day__lte=measure.day, day__gte=measure.day - FRESH).first()
    scores: dict[str, list[tuple[str, float, float]]] = defaultdict(list)
    tested = []
    for score in _scores().filter(stage=at):
        scores[score.quantity].append((score.method, score.error, score.bias))
        if score.method == "p80":
            tested.append((bool(score.held), score.pinball or 0.0))
    p80 = calibration_of("p80", at, tested)
    found = []
    for quantity in METHODS:
        said, record = forecasts(measure, quantity, plan), _record(quantity, at, scores[quantity])
        own = plan if quantity == Quantity.DURATION else None
        found.append(ProjectForecast(record, said, record.mix(said), own, p80))
    return found
