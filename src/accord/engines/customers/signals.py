"""Signals: what a firm knows of a client on one day, on scales on which 0 is typical or unknown.

Each signal has a weight that a person can read and change: the log-odds of leaving that one unit of it adds (the prior
of :mod:`~accord.engines.customers.monthly_hazard`), and how unsure that weight is. All are clipped to ±3 units.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LARGEST = 3.0
ANSWER_HALF_LIFE_MONTHS = 12.0
NEUTRAL_ANSWER = 8.0


class Component(StrEnum):
    """The five parts of a client's health."""

    RELATIONSHIP = "relationship"
    DELIVERY = "delivery"
    COMMERCIAL = "commercial"
    SATISFACTION = "satisfaction"
    ACTIVITY = "activity"


@dataclass(frozen=True, slots=True)
class Signal:
    """One signal: its weight in log-odds of leaving per unit, and the standard deviation of that weight."""

    name: str
    component: Component
    weight: float
    sd: float


SIGNALS = (
    Signal("contact", Component.RELATIONSHIP, 0.30, 0.20),
    Signal("sponsor", Component.RELATIONSHIP, 1.00, 0.50),
    Signal("answer", Component.SATISFACTION, 0.35, 0.25),
    Signal("late_requests", Component.DELIVERY, 0.30, 0.25),
    Signal("schedule", Component.DELIVERY, 0.30, 0.20),
    Signal("cost", Component.DELIVERY, 0.20, 0.20),
    Signal("late_milestones", Component.DELIVERY, 0.20, 0.20),
    Signal("broken_promises", Component.DELIVERY, 0.40, 0.30),
    Signal("overdue", Component.COMMERCIAL, 0.15, 0.20),
    Signal("revenue_fall", Component.COMMERCIAL, 0.30, 0.25),
    Signal("tenure", Component.ACTIVITY, -0.15, 0.15),
)
NAMES = tuple(signal.name for signal in SIGNALS)
WEIGHTS = np.array([signal.weight for signal in SIGNALS])
WEIGHT_SDS = np.array([signal.sd for signal in SIGNALS])


@dataclass(frozen=True, slots=True, eq=False)
class Observed:
    """What was known of clients on a day; arrays [client] (or any shape alike). ``nan`` is "not known".

    ``answer`` is the last NPS score (CSAT on the same scale from 0 to 10) and ``answer_age`` its months; ``schedule``
    and ``cost`` are the geometric means of SPI(t) and CPI over three months of running projects; ``requests``,
    ``late_requests`` and ``late_milestones`` count six months, ``broken_promises`` twelve; ``work_ran`` says whether
    any work ran in these; ``revenue`` and ``revenue_before`` are those of the last twelve months and the twelve before.
    """

    contact_age: Floats
    sponsor_gone: Floats
    answer: Floats
    answer_age: Floats
    requests: Floats
    late_requests: Floats
    schedule: Floats
    cost: Floats
    late_milestones: Floats
    broken_promises: Floats
    work_ran: Floats
    overdue_days: Floats
    revenue: Floats
    revenue_before: Floats
    tenure: Floats


def signal_values(known: Observed, typical_revenue: float) -> Floats:
    """[..., signal] in the order of :data:`SIGNALS`. ``typical_revenue`` a year keeps small revenues from shouting.

    >>> typical = Observed(*(np.array([v]) for v in (0.42, 0, 8, 0, 8, 2, 1, 1, 1, 0.4, 1, 8.5, 1, 1, 12.0)))
    >>> signal_values(typical, 100.0).round(2).tolist()[0][:8]
    [0.0, 0.0, 0.0, 0.0, -0.0, -0.0, -0.01, -0.01]
    """
    small = 0.1 * typical_revenue
    with np.errstate(invalid="ignore", divide="ignore"):
        columns = (
            np.log1p(known.contact_age) - 0.35,
            known.sponsor_gone,
            (NEUTRAL_ANSWER - known.answer) / 2 * 0.5 ** (known.answer_age / ANSWER_HALF_LIFE_MONTHS),
            ((known.late_requests + 1) / (known.requests + 4) - 0.25) / 0.15,
            -np.log(known.schedule) / 0.1,
            -np.log(known.cost) / 0.1,
            np.where(known.work_ran > 0, np.log1p(known.late_milestones) - 0.7, 0.0),
            np.where(known.work_ran > 0, np.log1p(known.broken_promises) - 0.35, 0.0),
            (np.log1p(known.overdue_days / 30) - 0.25) / 0.3,
            np.where(known.tenure >= 24, -np.log((known.revenue + small) / (known.revenue_before + small)), 0.0),
            np.log(known.tenure / 24 + 0.5),
        )
    clipped: Floats = np.clip(
        np.nan_to_num(np.stack(columns, axis=-1), nan=0.0, posinf=LARGEST, neginf=-LARGEST), -LARGEST, LARGEST
    )
    return clipped


def as_promised(signals: Floats) -> Floats:
    """``signals`` [..., signal] had nothing been delivered worse than promised: SPI(t), CPI, late milestones, broken
    promises and late requests at their typical values where they are worse.

    What a chance falls by with these is what delivery has caused. Compared with the truth in simulated firms it is
    shrunk, as every fitted weight is: "at least" so much.

    >>> as_promised(np.array([[1.0, 0, 0, 2.0, -1.0, 0, 0, 0, 0, 0, 0]])).tolist()[0][:5]
    [1.0, 0.0, 0.0, 0.0, -1.0]
    """
    delivery = np.array([signal.component is Component.DELIVERY for signal in SIGNALS])
    capped: Floats = np.where(delivery, np.minimum(signals, 0.0), signals)
    return capped
