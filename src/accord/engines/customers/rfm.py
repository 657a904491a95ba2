"""Segments by recency, frequency and monetary value: who is worth which attention, without a model.

Each customer gets three scores from 1 to 5, by fifths of the customers: how recently it bought, on how many days, and
for how much in all. Equal values have equal scores, so a fifth may be larger or smaller than a fifth. Recency and
frequency name the segment; the monetary score is shown beside it.

Source: A. Hughes, *Strategic Database Marketing* (1994); the names of the 25 fields are those in common use.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import rankdata

from accord.engines.texts import gettext_lazy, gettext_noop

Integers = NDArray[np.int64]

SCORES = 5


class Segment(StrEnum):
    """The ten fields of the grid, from the best to the least."""

    CHAMPIONS = gettext_noop("Champions")
    LOYAL = gettext_noop("Loyal customers")
    POTENTIAL_LOYALISTS = gettext_noop("Potential loyalists")
    NEW = gettext_noop("New customers")
    PROMISING = gettext_noop("Promising")
    NEED_ATTENTION = gettext_noop("Need attention")
    ABOUT_TO_SLEEP = gettext_noop("About to sleep")
    CANNOT_LOSE = gettext_noop("Can't lose them")
    AT_RISK = gettext_noop("At risk")
    HIBERNATING = gettext_noop("Hibernating")


DEFINITIONS = {
    Segment.CHAMPIONS: gettext_lazy("recency 5, frequency 4–5"),
    Segment.LOYAL: gettext_lazy("recency 3–4, frequency 4–5"),
    Segment.POTENTIAL_LOYALISTS: gettext_lazy("recency 4–5, frequency 2–3"),
    Segment.NEW: gettext_lazy("recency 5, frequency 1"),
    Segment.PROMISING: gettext_lazy("recency 4, frequency 1"),
    Segment.NEED_ATTENTION: gettext_lazy("recency 3, frequency 3"),
    Segment.ABOUT_TO_SLEEP: gettext_lazy("recency 3, frequency 1–2"),
    Segment.CANNOT_LOSE: gettext_lazy("recency 1–2, frequency 5"),
    Segment.AT_RISK: gettext_lazy("recency 1–2, frequency 3–4"),
    Segment.HIBERNATING: gettext_lazy("recency 1–2, frequency 1–2"),
}


def segment_of(recency: int, frequency: int) -> Segment:
    """The field of two scores.

    >>> segment_of(5, 5).value, segment_of(1, 5).value, segment_of(2, 1).value
    ('Champions', "Can't lose them", 'Hibernating')
    """
    if recency <= 2:
        if frequency == SCORES:
            return Segment.CANNOT_LOSE
        return Segment.AT_RISK if frequency >= 3 else Segment.HIBERNATING
    if frequency >= 4:
        return Segment.CHAMPIONS if recency == SCORES else Segment.LOYAL
    if recency == 3:
        return Segment.NEED_ATTENTION if frequency == 3 else Segment.ABOUT_TO_SLEEP
    if frequency >= 2:
        return Segment.POTENTIAL_LOYALISTS
    return Segment.NEW if recency == SCORES else Segment.PROMISING


def scores(values: ArrayLike) -> Integers:
    """From 1 for the lowest fifth to 5 for the highest; ties share the score of their middle rank.

    The lowest value is always 1 and the highest 5, however many share it: half of all customers may have bought once.

    >>> scores([10, 20, 30, 40, 50]).tolist(), scores([1, 1, 1, 2, 9]).tolist(), scores([7, 7]).tolist()
    ([1, 2, 3, 4, 5], [1, 1, 1, 4, 5], [3, 3])
    """
    values = np.asarray(values, dtype=np.float64)
    share = rankdata(values) / max(len(values), 1)
    found: Integers = np.clip(np.ceil(SCORES * share - 1e-9), 1, SCORES).astype(np.int64)
    if len(values):
        found[values == values.min()], found[values == values.max()] = 1, SCORES
        if values.min() == values.max():
            found[:] = (1 + SCORES) // 2
    return found


@dataclass(frozen=True, slots=True, eq=False)
class RfmGrid:
    """Scores of each customer, parallel to what was given, and its segment."""

    recency: Integers
    frequency: Integers
    monetary: Integers
    segments: tuple[Segment, ...]


def rfm_grid(days_since: Sequence[float], purchase_days: Sequence[float], spend: Sequence[float]) -> RfmGrid:
    """Score customers by days since their last purchase, number of purchase days, and spend in all.

    >>> rfm_grid([3, 40, 200], [9, 2, 1], [900, 150, 20]).segments[0].value
    'Champions'
    """
    recency, frequency, monetary = (
        scores(-np.asarray(days_since, dtype=np.float64)),
        scores(purchase_days),
        scores(spend),
    )
    named = tuple(segment_of(r, f) for r, f in zip(recency.tolist(), frequency.tolist(), strict=True))
    return RfmGrid(recency, frequency, monetary, named)
