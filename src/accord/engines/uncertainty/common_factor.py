"""What all tasks of a project have in common: the factor by which the firm's projects take longer than planned.

Tasks drawn independently of each other cancel out, and a plan then seems certain: a P80 so made holds 22 to 38 % of
the time. One factor on all that remains of a project, learned from the firm's closed projects, mends that. Its log has
a normal-inverse-gamma prior, which 174 public projects gave; with n closed projects it is a t distribution:

    m = (κ₀ m₀ + n ȳ) / (κ₀ + n)        ν = ν₀ + n
    s² = [ν₀ s₀² + Σ (y - ȳ)² + κ₀ n / (κ₀ + n) · (ȳ - m₀)²] / ν
    τ² = s² (1 + 1 / (κ₀ + n)) less the variance that the simulation has already, at least a quarter of it
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from scipy.stats import t as student

PRIOR_MEAN, PRIOR_SD, PRIOR_PROJECTS, PRIOR_FREEDOM = math.log(1.10), 0.25, 3.0, 6.0
LEAST_LEFT = 0.25  # of the variance: a simulation or a pace never explains all of it
CONFORMAL_FROM, CONFORMAL_HALF = 10, 20
LEAST_NOISE = 1.0  # between a task's share of the work done and what its pace says of the rest


@dataclass(frozen=True, slots=True)
class CommonFactor:
    """A t distribution of the log of actual over planned: ``mean``, ``variance`` τ² and degrees of ``freedom``.

    ``projects`` is how many closed projects of the firm's own it has learned from; with none it is what is usual.
    """

    mean: float
    variance: float
    freedom: float
    projects: int = 0

    def quantile(self, p: float) -> float:
        """The factor that is not exceeded with probability ``p``.

        >>> [round(learned([]).quantile(p), 4) for p in (0.5, 0.8, 0.9)]
        [1.1, 1.4287, 1.6668]
        """
        return math.exp(self.mean + float(student.ppf(p, self.freedom)) * math.sqrt(self.variance))


def learned(ratios: Sequence[float], simulated_variance: float = 0.0) -> CommonFactor:
    """The factor after the firm's closed projects.

    ``ratios`` are actual duration (or cost) over the P50 simulated at the start, or over the planned one: all above
    zero. ``simulated_variance`` is the variance of the log finish that the tasks' own spread gives already.

    Raises ``ValueError`` for a ratio that is not above zero.
    """
    if any(not ratio > 0 for ratio in ratios):
        raise ValueError("actual over planned must be above zero")
    logs, n = [math.log(ratio) for ratio in ratios], len(ratios)
    mean = sum(logs) / n if n else 0.0
    weight, freedom = PRIOR_PROJECTS + n, PRIOR_FREEDOM + n
    squares = PRIOR_FREEDOM * PRIOR_SD**2 + sum((each - mean) ** 2 for each in logs)
    squares += PRIOR_PROJECTS * n / weight * (mean - PRIOR_MEAN) ** 2
    variance = squares / freedom * (1 + 1 / weight)
    left = max(variance - simulated_variance, LEAST_LEFT * variance)
    return CommonFactor((PRIOR_PROJECTS * PRIOR_MEAN + n * mean) / weight, left, freedom, n)


def reference_quantile(ratios: Sequence[float], p: float) -> float:
    """The quantile by reference class alone, for a project without a simulation.

    From ten closed projects on, the log quantile is mixed with the ⌈(n + 1) p⌉-th of the firm's own (conformal
    prediction), which counts n / (n + 20) and makes no assumption about the distribution.
    """
    parametric, n = learned(ratios).quantile(p), len(ratios)
    if n < CONFORMAL_FROM:
        return parametric
    own = sorted(ratios)[min(math.ceil((n + 1) * p), n) - 1]
    share = n / (n + CONFORMAL_HALF)
    return math.exp((1 - share) * math.log(parametric) + share * math.log(own))


def with_pace(factor: CommonFactor, durations: Sequence[float], done: Sequence[float], ratio: float) -> CommonFactor:
    """The factor of a project under way, after its own pace.

    ``durations`` are the planned durations of its tasks, ``done`` how much of each is done (0 to 1), ``ratio`` actual
    over planned time of what is done. The more tasks it rests on, the more its pace counts; but it never explains
    more than three quarters of the variance, for what is done early is what went fast. Unchanged where nothing is done.
    """
    finished = [duration * share for duration, share in zip(durations, done, strict=True)]
    squares = sum(each**2 for each in finished)
    if not squares or ratio <= 0:
        return factor
    tasks = sum(finished) ** 2 / squares
    weight = factor.variance / (factor.variance + LEAST_NOISE / tasks)
    return replace(
        factor,
        mean=weight * math.log(ratio) + (1 - weight) * factor.mean,
        variance=factor.variance * max(LEAST_LEFT, 1 - weight),
        freedom=factor.freedom + tasks,
    )
