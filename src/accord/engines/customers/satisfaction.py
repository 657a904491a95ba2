"""What clients say: Net Promoter Score, customer satisfaction and customer effort, each with its margin of error.

Surveys of service firms have few answers, so the interval is part of the number: an NPS of 20 from fifteen answers
may as well be −15.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist, fmean, stdev

from accord.engines.customers.intervals import wilson
from accord.engines.texts import gettext_lazy

DEFINITIONS = {
    "nps": gettext_lazy(
        "Net Promoter Score: share of answers 9–10 minus share of answers 0–6, on a scale from 0 to 10"
    ),
    "csat": gettext_lazy("Customer satisfaction: answers of 4 or 5 / all answers, on a scale from 1 to 5"),
    "ces": gettext_lazy("Customer effort score: mean answer, on a scale from 1 to 7"),
}


@dataclass(frozen=True, slots=True)
class Score:
    """A survey's result: ``value`` is ``None`` without answers, ``low`` and ``high`` where no interval exists."""

    value: float | None
    low: float | None
    high: float | None
    answers: int


def net_promoter_score(answers: Iterable[int], confidence: float = 0.95) -> Score:
    """NPS in points from −100 to 100: 100 · (promoters − detractors) / answers.

    Promoters answer 9 or 10, detractors 0 to 6. With shares p and d the standard error is
    100 · √((p + d − (p − d)²)/n), the two shares being parts of one multinomial; none is given for one answer or
    when all fall in one group, where that formula would claim certainty. Raises ``ValueError`` outside 0-10.

    >>> net_promoter_score([10, 9, 9, 8, 7, 6, 0, 10, 9, 5]).value       # 5 promoters, 3 detractors of 10
    20.0
    """
    scores = _checked(answers, 0, 10)
    n = len(scores)
    if not n:
        return Score(None, None, None, 0)
    p, d = sum(score >= 9 for score in scores) / n, sum(score <= 6 for score in scores) / n
    value = 100 * (p - d)
    variance = p + d - (p - d) ** 2
    if variance <= 0:
        return Score(value, None, None, n)
    margin = 100 * _z(confidence) * sqrt(variance / n)
    return Score(value, max(-100.0, value - margin), min(100.0, value + margin), n)


def customer_satisfaction(
    answers: Iterable[int], satisfied_from: int = 4, scale: int = 5, confidence: float = 0.95
) -> Score:
    """CSAT as a share from 0 to 1: answers of ``satisfied_from`` or better / all, on a scale 1 to ``scale``.

    The interval is Wilson's (1927), which stays inside 0 to 1 and honest for few answers. Raises ``ValueError``
    outside the scale.

    >>> score = customer_satisfaction([5, 4, 4, 3, 5, 2, 5, 4, 4, 5])
    >>> score.value, round(score.low, 3), round(score.high, 3)
    (0.8, 0.49, 0.943)
    """
    scores = _checked(answers, 1, scale)
    n = len(scores)
    if not n:
        return Score(None, None, None, 0)
    satisfied = sum(score >= satisfied_from for score in scores)
    interval = wilson(satisfied, n, confidence)
    assert interval is not None
    return Score(satisfied / n, interval.low, interval.high, n)


def customer_effort_score(answers: Iterable[int], confidence: float = 0.95) -> Score:
    """CES: the mean answer on a scale from 1 to 7, with the normal interval mean ± z·s/√n. Raises outside 1-7.

    >>> customer_effort_score([7, 6, 5, 6]).value
    6.0
    """
    return mean_answer(answers, 1, 7, confidence)


def mean_answer(answers: Iterable[int], lowest: int, highest: int, confidence: float = 0.95) -> Score:
    """The mean of answers on a scale, with the normal interval mean ± z·s/√n inside the scale.

    No interval for one answer or when all are alike, where that formula would claim certainty. Raises ``ValueError``
    outside the scale.

    >>> mean_answer([3, 4, 5], 1, 5).value
    4.0
    """
    scores = _checked(answers, lowest, highest)
    n = len(scores)
    if not n:
        return Score(None, None, None, 0)
    value = fmean(scores)
    if n < 2 or min(scores) == max(scores):
        return Score(value, None, None, n)
    margin = _z(confidence) * stdev(scores) / sqrt(n)
    return Score(value, max(float(lowest), value - margin), min(float(highest), value + margin), n)


def _checked(answers: Iterable[int], lowest: int, highest: int) -> list[int]:
    scores = list(answers)
    for score in scores:
        if not lowest <= score <= highest:
            raise ValueError(f"answer {score} is outside the scale {lowest} to {highest}")
    return scores


def _z(confidence: float) -> float:
    return NormalDist().inv_cdf((1 + confidence) / 2)
