"""Rating risks: the probability and impact matrix, and the expected value before and after the response.

A risk is rated on two scales of five bands. Its probability falls into equal fifths; its impact is the largest of
three: mean delay as a share of the plan's duration, mean cost as a share of its budget, and the harm to the client,
which is given as a band. A cell weighs (middle of the probability band) × (weight of the impact band), and by that
weight it is a high, moderate or low risk. A delay cannot be placed while the plan has no duration, a cost while the
budget is not known; a risk that nothing else rates stays unrated then.

====================  ========  ========  ========  ========  =========
band                  1         2         3         4         5
====================  ========  ========  ========  ========  =========
probability           to 20 %   to 40 %   to 60 %   to 80 %   above
middle                .10       .30       .50       .70       .90
delay, of duration    below 1 % below 5 % to 10 %   to 20 %   above
cost, of budget       below 1 % below 10% to 20 %   to 40 %   above
weight                .05       .10       .20       .40       .80
====================  ========  ========  ========  ========  =========

Expected value: sign × probability × mean, the mean of three points being (low + likely + high) / 3 (triangular). Days
are working days, money is in one currency; threats count as positive, opportunities as negative amounts.

Sources: PMI, A Guide to the Project Management Body of Knowledge, 5th edition 2013, table 11-1 (impact scales) and
figure 11-10 (matrix); PMI, Practice Standard for Project Risk Management, 2009, chapters 6 and 7 (expected value).
There the lowest impact band is "insignificant"; the 1 % that bounds it here is Accord's own reading of that word.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

BANDS = (1, 2, 3, 4, 5)
MIDDLES = tuple(Decimal(f"0.{n}") for n in (1, 3, 5, 7, 9))
WEIGHTS = tuple(Decimal(w) for w in ("0.05", "0.10", "0.20", "0.40", "0.80"))
PROBABILITY_ENDS = (20, 40, 60, 80)  # per cent, the end belongs to the band
DELAY_ENDS = tuple(Decimal(e) for e in ("0.01", "0.05", "0.10", "0.20"))
COST_ENDS = tuple(Decimal(e) for e in ("0.01", "0.10", "0.20", "0.40"))
HIGH, LOW = Decimal("0.18"), Decimal("0.05")  # from here on high; up to here low
ZERO = Decimal(0)


class Level(StrEnum):
    """What a cell of the matrix calls for."""

    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Frame:
    """What impacts are measured against: the plan's working days and its budget; None where that is not known."""

    days: Decimal | None = None
    budget: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ThreePoint:
    """An impact at best, likely and at worst, without sign.

    >>> ThreePoint(Decimal(2), Decimal(4), Decimal(12)).mean
    Decimal('6')
    """

    low: Decimal = ZERO
    likely: Decimal = ZERO
    high: Decimal = ZERO

    @property
    def mean(self) -> Decimal:
        return (self.low + self.likely + self.high) / 3


@dataclass(frozen=True, slots=True)
class Response:
    """What is left of a risk after the response; None where the response changes nothing or nobody said so."""

    probability: int | None = None
    days: Decimal | None = None
    cost: Decimal | None = None

    @property
    def is_estimated(self) -> bool:
        return (self.probability, self.days, self.cost) != (None, None, None)


@dataclass(frozen=True, slots=True)
class Risk:
    """What is said of one risk: ``probability`` in %, impacts without sign, ``client`` 0 (none) to 5.

    Raises ``ValueError`` for what is no percentage or no step.
    """

    probability: int
    days: ThreePoint = ThreePoint()
    cost: ThreePoint = ThreePoint()
    client: int = 0
    opportunity: bool = False
    response: Response = Response()

    def __post_init__(self) -> None:
        if not 0 <= self.probability <= 100:
            raise ValueError(f"{self.probability} is not a probability from 0 to 100 %")
        if not 0 <= self.client <= 5:
            raise ValueError(f"{self.client} is not a step from 0 (none) to 5 of the impact on the client")


@dataclass(frozen=True, slots=True)
class Expected:
    """An expected value: working days and money, positive where it costs."""

    days: Decimal = ZERO
    cost: Decimal = ZERO

    def __add__(self, other: Expected) -> Expected:
        return Expected(self.days + other.days, self.cost + other.cost)


def probability_band(percent: int) -> int:
    """1 to 5.

    >>> [probability_band(p) for p in (0, 20, 21, 60, 81, 100)]
    [1, 1, 2, 3, 5, 5]
    """
    return 1 + sum(percent > end for end in PROBABILITY_ENDS)


def delay_band(share: Decimal) -> int:
    """The band of a delay given as a share of the plan's duration."""
    return _band(share, DELAY_ENDS)


def cost_band(share: Decimal) -> int:
    """The band of a cost given as a share of the budget."""
    return _band(share, COST_ENDS)


def _band(share: Decimal, ends: tuple[Decimal, ...]) -> int:
    # Below the first two ends, up to the others: "insignificant, < 10 %, 10-20 %, 20-40 %, > 40 %".
    return 1 + sum(share >= end for end in ends[:2]) + sum(share > end for end in ends[2:])


def impact_band(risk: Risk, frame: Frame) -> int | None:
    """The largest of the bands that can be told; None where no impact is given, or none that can be placed.

    >>> risk = Risk(30, days=ThreePoint(Decimal(2), Decimal(4), Decimal(12)), client=2)
    >>> [impact_band(risk, Frame(days)) for days in (Decimal(100), Decimal(20), None)]
    [3, 5, 2]
    """
    bands = [risk.client] if risk.client else []
    if risk.days.mean and frame.days:
        bands.append(delay_band(risk.days.mean / frame.days))
    if risk.cost.mean and frame.budget:
        bands.append(cost_band(risk.cost.mean / frame.budget))
    return max(bands, default=None)


def weight(probability: int, impact: int) -> Decimal:
    """The weight of a cell by its two bands, unrounded: figure 11-10 prints it to two decimals.

    >>> weight(5, 5), weight(1, 1)
    (Decimal('0.720'), Decimal('0.005'))
    """
    return MIDDLES[probability - 1] * WEIGHTS[impact - 1]


def level(probability: int, impact: int) -> Level:
    """High from .18, low up to .05, moderate between.

    >>> level(5, 3), level(1, 5), level(5, 1)
    (<Level.HIGH: 'high'>, <Level.MODERATE: 'moderate'>, <Level.LOW: 'low'>)
    """
    found = weight(probability, impact)
    return Level.HIGH if found >= HIGH else Level.LOW if found <= LOW else Level.MODERATE


def expected(risk: Risk) -> Expected:
    """Probability × mean impact, with its sign.

    >>> expected(Risk(25, days=ThreePoint(Decimal(2), Decimal(4), Decimal(12)), opportunity=True)).days
    Decimal('-1.50')
    """
    return _expected(risk, risk.probability, risk.days.mean, risk.cost.mean)


def residual(risk: Risk) -> Expected | None:
    """The expected value after the response; None where nobody has estimated it.

    What the response leaves unsaid stays as it was: a response that only lowers the probability keeps the impact.
    """
    after = risk.response
    if not after.is_estimated:
        return None
    return _expected(
        risk,
        risk.probability if after.probability is None else after.probability,
        risk.days.mean if after.days is None else after.days,
        risk.cost.mean if after.cost is None else after.cost,
    )


def _expected(risk: Risk, probability: int, days: Decimal, cost: Decimal) -> Expected:
    share = Decimal(-probability if risk.opportunity else probability) / 100
    return Expected(share * days, share * cost)


def exposure(risk: Risk, frame: Frame) -> tuple[Decimal, Decimal]:
    """By which a register is ranked: the expected value, then the weight of the cell.

    The expected value is made one figure by taking it as a share: days of the plan's duration or money of the budget,
    the larger. Where neither is known or given it is 0, and the cell alone ranks.

    >>> exposure(Risk(50, cost=ThreePoint(Decimal(10), Decimal(20), Decimal(30))), Frame(budget=Decimal(1000)))
    (Decimal('0.01'), Decimal('0.050'))
    """
    value, impact = expected(risk), impact_band(risk, frame)
    shares = [abs(value.days) / frame.days] if frame.days else []
    shares += [abs(value.cost) / frame.budget] if frame.budget else []
    cell = weight(probability_band(risk.probability), impact) if impact else ZERO
    return max(shares, default=ZERO), cell


def total(values: Iterable[Expected]) -> Expected:
    """The sum over a register; expected values add up whether or not the risks depend on each other."""
    return sum(values, Expected())
