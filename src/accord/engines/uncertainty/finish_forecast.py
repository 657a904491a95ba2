"""When a project will be finished: by its plan, by its pace, and with what its tasks have in common.

A simulation of independent tasks gives the spread of the rest of the work. One factor multiplies all of it
(:mod:`accord.engines.uncertainty.common_factor`), with the project's own pace where something is done:

    finish = now + rest × F,   F = exp(m' + t · τ')

Quantiles of that product are read from both samples together: each simulated rest meets quantiles of F that are
spread evenly and paired in a fixed scattered order, so the same plan always has the same answer.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from accord.engines.uncertainty.common_factor import CommonFactor, with_pace
from accord.engines.uncertainty.outcome import Outcome
from accord.engines.uncertainty.plan_uncertainty import Spread
from accord.engines.uncertainty.three_point import Z90, Shape

_GOLDEN = (math.sqrt(5) - 1) / 2  # its multiples are spread evenly however many there are
_POINTS = 4096
PLANNED_SPREAD = Spread(-0.1, 0.25)  # what is usually assumed of a task without an estimate
_TASK_SD = 0.45  # in logs: how far the tasks of closed projects lie apart once their common factor is taken out
TASK_SPREAD = Spread(math.expm1(-_TASK_SD * Z90), math.expm1(_TASK_SD * Z90), Shape.LOGNORMAL)


@dataclass(frozen=True, slots=True)
class Progress:
    """What is done of a project: of each task the planned duration and the share done, and the time that took.

    Summaries, milestones and work that follows other work do not count.
    """

    durations: Sequence[float]
    done: Sequence[float]
    spent: float

    @property
    def pace(self) -> float | None:
        """Actual over planned time of what is done; ``None`` where nothing is.

        >>> Progress([10, 20], [1.0, 0.5], 30.0).pace
        1.5
        """
        planned = sum(duration * share for duration, share in zip(self.durations, self.done, strict=True))
        return self.spent / planned if planned > 0 and self.spent > 0 else None

    def on(self, factor: CommonFactor) -> CommonFactor:
        """The factor after this pace."""
        return factor if self.pace is None else with_pace(factor, self.durations, self.done, self.pace)


@dataclass(frozen=True, slots=True)
class FinishForecast:
    """Forecasts of a project's duration, all in the unit of ``now`` and counted from the project's start.

    ``path_pace`` is the planned rest at the pace so far, ``shrunk_pace`` at the pace that the firm's closed projects
    and this one's own make likely; ``p50_alone`` and ``p80_alone`` hold if tasks have nothing in common, ``p50`` and
    ``p80`` with the common factor.
    """

    path_pace: float
    shrunk_pace: float
    p50_alone: float
    p80_alone: float
    p50: float
    p80: float


def forecast_finish(
    now: float,
    planned: float,
    alone: NDArray[np.float64],
    rest: NDArray[np.float64],
    factor: CommonFactor,
    progress: Progress,
) -> FinishForecast:
    """``planned`` is how long the rest takes as planned from ``now`` on.

    ``alone`` and ``rest`` are simulated samples of the same: with :data:`PLANNED_SPREAD` and with :data:`TASK_SPREAD`.

    >>> rest = np.full(100, 20.0)
    >>> found = forecast_finish(10.0, 20.0, rest, rest, CommonFactor(0.0, 0.04, 1e9), Progress([], [], 0.0))
    >>> found.path_pace, found.p80_alone, round(found.p50, 2), round(found.p80, 2)  # 20 × exp(.8416 × .2) = 23.67
    (30.0, 30.0, 30.0, 33.67)
    """
    own = progress.on(factor)
    independent, together = Outcome(alone), Outcome(times_factor(rest, own))
    return FinishForecast(
        path_pace=now + planned * (progress.pace or 1.0),
        shrunk_pace=now + planned * math.exp(own.mean),
        p50_alone=now + independent.percentile(50),
        p80_alone=now + independent.percentile(80),
        p50=now + together.percentile(50),
        p80=now + together.percentile(80),
    )


def times_factor(rest: NDArray[np.float64], factor: CommonFactor) -> NDArray[np.float64]:
    """A sample of rest × F, from one of the rest."""
    count = max(_POINTS, len(rest))
    places = (np.arange(count) * _GOLDEN) % 1.0
    logs = student.ppf((np.argsort(np.argsort(places)) + 0.5) / count, factor.freedom)
    factors = np.exp(factor.mean + math.sqrt(factor.variance) * logs)
    rows = np.sort(rest)[(np.arange(count) * len(rest)) // count]
    return np.asarray(rows * factors, dtype=np.float64)


def log_variance(sample: NDArray[np.float64]) -> float:
    """Of the logs of a sample above zero: what a simulation knows of the spread already; 0 where it varies not."""
    above = sample[sample > 0]
    return float(np.log(above).var()) if len(above) else 0.0
