"""What is saved of a simulation, and how it is read.

``Simulation.result`` is::

    tasks, open, estimated, assumed     how many tasks there are, can vary, have an estimate, were given the spread
    planned_finish, planned_cost        as scheduled; cost null where the plan records none
    finish    {percentiles: {"P80": moment}, mean, deviation (working minutes), days: [[day, how many finish on it]]}
    cost      {percentiles: {"P80": amount}, mean, deviation, quantiles: [101 amounts]} or null
    rows      [[task, planned, p50, p80, criticality, cruciality, sensitivity, share that keeps the deadline]]
    risks     [{number, title, share, minutes_mean, minutes_p80, cost_mean, cost_p80}]
    pert      {mean, p80, deviation (working minutes), path: [task]}
    remarks   what was left out, as texts
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from accord.core.texts import translated
from accord.engines.texts import Text
from accord.projects.models import Risk, Simulation
from accord.projects.queries import LoadedPlan

if TYPE_CHECKING:
    from accord.engines.uncertainty.outcome import Outcome
    from accord.engines.uncertainty.plan_pert import PlanPert
    from accord.engines.uncertainty.plan_simulation import PlanSimulation


def as_json(
    found: PlanSimulation,
    pert: PlanPert,
    loaded: LoadedPlan,
    open_count: int,
    risks: Iterable[Risk],
    remarks: list[Text],
) -> dict[str, Any]:
    """The result as it is saved; risks by their number."""
    key = {task.uid: task.pk for task in loaded.tasks}
    titles = {risk.number: risk.title for risk in risks}
    return {
        "tasks": sum(not row.has_children and row.task.active for row in loaded.rows),
        "open": open_count,
        "estimated": len(found.estimated),
        "assumed": len(found.assumed),
        "planned_finish": found.planned_finish.isoformat(),
        "planned_cost": None if found.planned_cost is None else str(found.planned_cost),
        "finish": {
            "percentiles": {f"P{percent}": moment.isoformat() for percent, moment in found.finishes.items()},
            "mean": found.mean_finish.isoformat(),
            "deviation": round(found.working.deviation),
            "days": _days(found.moments),
        },
        "cost": None if found.cost is None else _cost(found.cost),
        "rows": [
            [
                key[row.uid],
                row.planned.isoformat(),
                row.p50.isoformat(),
                row.p80.isoformat(),
                _round(row.criticality),
                _round(row.cruciality),
                _round(row.sensitivity),
                _round(row.deadline_met),
            ]
            for row in found.tasks.values()
        ],
        "risks": [
            {
                "number": effect.uid,
                "title": titles.get(effect.uid, ""),
                "share": effect.share,
                "minutes_mean": _round(effect.finish_mean, 1),
                "minutes_p80": _round(effect.finish_p80, 1),
                "cost_mean": _round(effect.cost_mean, 2),
                "cost_p80": _round(effect.cost_p80, 2),
            }
            for effect in found.risks
        ],
        "pert": {
            "mean": pert.mean.isoformat(),
            "p80": pert.deadline(0.8).isoformat(),
            "deviation": round(pert.deviation),
            "path": [key[uid] for uid in pert.path],
        },
        "remarks": remarks,
    }


def _days(moments: Outcome) -> list[list[Any]]:
    """How many iterations finish on each day, the days in order."""
    counts = Counter((moments.ordered // (24 * 60)).tolist())
    return [[date.fromordinal(day).isoformat(), count] for day, count in sorted(counts.items())]


def _cost(cost: Outcome) -> dict[str, Any]:
    return {
        "percentiles": {f"P{percent}": round(value, 2) for percent, value in cost.percentiles().items()},
        "mean": round(cost.mean, 2),
        "deviation": round(cost.deviation, 2),
        "quantiles": [round(cost.percentile(percent), 2) for percent in range(101)],
    }


def _round(value: float | None, places: int = 4) -> float | None:
    return None if value is None else round(value, places)


ALL_BUT = 0.995


@dataclass(frozen=True, slots=True)
class Forecast:
    """One task's row of the result."""

    task: int
    planned: datetime
    p50: datetime
    p80: datetime
    criticality: float | None
    cruciality: float | None
    sensitivity: float | None
    deadline_met: float | None


class Result:
    """The result of a simulation that is done."""

    def __init__(self, simulation: Simulation) -> None:
        self.simulation = simulation
        self.saved: dict[str, Any] = simulation.result
        self.days = [(date.fromisoformat(day), count) for day, count in self.saved["finish"]["days"]]

    @property
    def remarks(self) -> list[str]:
        """What was left out, in the reader's language."""
        return [translated(remark) for remark in self.saved["remarks"]]

    @property
    def planned_finish(self) -> datetime:
        return datetime.fromisoformat(self.saved["planned_finish"])

    @property
    def planned_cost(self) -> Decimal | None:
        planned = self.saved["planned_cost"]
        return None if planned is None else Decimal(planned)

    def finish(self, percent: int) -> datetime:
        """The moment that is kept in so many percent of all cases: one of `engines.outcome.PERCENTILES`."""
        return datetime.fromisoformat(self.saved["finish"]["percentiles"][f"P{percent}"])

    def chance(self, by: date) -> float:
        """The chance to be finished by the end of a day."""
        day = by.date() if isinstance(by, datetime) else by
        return sum(count for finish, count in self.days if finish <= day) / self.simulation.iterations

    def curve(self, most: int = 120) -> list[tuple[date, float]]:
        """The chance to be finished by each day, the days thinned out where there are very many.

        It ends where it has all but reached 1: the latest of ten thousand cases may be years away.
        """
        first = self.days[0][0] - timedelta(days=1)
        last = next(day for day, _ in self.days if self.chance(day) >= ALL_BUT)
        step = max(1, -(-(last - first).days // most))
        shown = [first + timedelta(days=n) for n in range(0, (last - first).days, step)]
        return [(day, self.chance(day)) for day in (*shown, last)]

    def cost(self, percent: int) -> float | None:
        """The cost that is not passed in so many percent of all cases."""
        return None if self.saved["cost"] is None else self.saved["cost"]["quantiles"][percent]

    def cost_chance(self, most: float) -> float | None:
        """The chance to cost no more, to the whole percent."""
        if self.saved["cost"] is None:
            return None
        quantiles: list[float] = self.saved["cost"]["quantiles"]
        return max((percent for percent, value in enumerate(quantiles) if value <= most), default=0) / 100

    def doubt(self, share: float, of: str) -> float:
        """How far chance alone may part the means of iterations that a risk struck, this share, and all others: three
        standard errors, of ``finish`` in working minutes or of ``cost``.
        """
        deviation: float = self.saved[of]["deviation"]
        count = self.simulation.iterations
        return 3 * deviation * math.sqrt(1 / (count * share) + 1 / (count * (1 - share)))

    @property
    def forecasts(self) -> list[Forecast]:
        moment = datetime.fromisoformat
        return [
            Forecast(task, moment(planned), moment(p50), moment(p80), *rest)
            for task, planned, p50, p80, *rest in self.saved["rows"]
        ]

    @property
    def criticality(self) -> dict[int, float]:
        """Per task, by its key, the share of iterations in which it was critical; summaries have none."""
        return {row[0]: row[4] for row in self.saved["rows"] if row[4] is not None}
