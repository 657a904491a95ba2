"""The probability and impact matrix: PMI's published figures, and what must hold for every risk."""

from __future__ import annotations

import doctest
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accord.engines.uncertainty import risk_matrix
from accord.engines.uncertainty.risk_matrix import (
    BANDS,
    Frame,
    Level,
    Response,
    Risk,
    ThreePoint,
    cost_band,
    delay_band,
    expected,
    exposure,
    impact_band,
    level,
    probability_band,
    residual,
    total,
    weight,
)

# PMBOK Guide, 5th edition, figure 11-10: probability .90 in the first row, impact very low to very high.
PRINTED = [
    ["0.05", "0.09", "0.18", "0.36", "0.72"],
    ["0.04", "0.07", "0.14", "0.28", "0.56"],
    ["0.03", "0.05", "0.10", "0.20", "0.40"],
    ["0.02", "0.03", "0.06", "0.12", "0.24"],
    ["0.01", "0.01", "0.02", "0.04", "0.08"],
]
H, M, L = Level.HIGH, Level.MODERATE, Level.LOW
ZONES = [[L, M, H, H, H], [L, M, M, H, H], [L, L, M, H, H], [L, L, M, M, H], [L, L, L, L, M]]

amounts = st.integers(0, 100_000).map(lambda tenths: Decimal(tenths) / 10)
points = st.lists(amounts, min_size=3, max_size=3).map(sorted).map(lambda p: ThreePoint(*p))
risks = st.builds(Risk, st.integers(0, 100), points, points, st.integers(0, 5), st.booleans())
frames = st.builds(Frame, st.none() | st.integers(1, 5000).map(Decimal), st.none() | st.integers(1, 10**7).map(Decimal))


def test_examples() -> None:
    assert doctest.testmod(risk_matrix).failed == 0


def test_the_cells_weigh_what_pmi_prints() -> None:
    for row, probability in zip(PRINTED, reversed(BANDS), strict=True):
        found = [weight(probability, impact).quantize(Decimal("0.01"), ROUND_HALF_UP) for impact in BANDS]
        assert found == [Decimal(value) for value in row]


def test_the_zones_are_pmi_s() -> None:
    assert [[level(p, i) for i in BANDS] for p in reversed(BANDS)] == ZONES


def test_impact_scales_of_table_11_1() -> None:
    shares = [Decimal(s) for s in ("0.005", "0.049", "0.05", "0.10", "0.101", "0.20", "0.201")]
    assert [delay_band(s) for s in shares] == [1, 2, 3, 3, 4, 4, 5]
    shares = [Decimal(s) for s in ("0.009", "0.099", "0.10", "0.20", "0.201", "0.40", "0.401")]
    assert [cost_band(s) for s in shares] == [1, 2, 3, 3, 4, 4, 5]


def test_what_cannot_be_placed_is_not_rated() -> None:
    delay = Risk(50, days=ThreePoint(Decimal(1), Decimal(2), Decimal(3)))
    assert impact_band(Risk(50), Frame(Decimal(100), Decimal(1000))) is None
    assert impact_band(delay, Frame(None, Decimal(1000))) is None
    assert impact_band(delay, Frame(Decimal(100), None)) == 2


def test_the_response_changes_what_it_says_and_nothing_else() -> None:
    three = ThreePoint(Decimal(3), Decimal(6), Decimal(9))
    assert residual(Risk(50, days=three)) is None
    after = residual(Risk(50, days=three, cost=three, response=Response(probability=10)))
    assert (after.days, after.cost) == (Decimal("0.6"), Decimal("0.6"))  # type: ignore[union-attr]
    after = residual(Risk(50, days=three, cost=three, response=Response(days=Decimal(1), cost=Decimal(0))))
    assert (after.days, after.cost) == (Decimal("0.5"), 0)  # type: ignore[union-attr]


@pytest.mark.parametrize("wrong", [{"probability": 101}, {"probability": -1}, {"probability": 5, "client": 6}])
def test_what_is_no_probability_or_step_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="is not a"):
        Risk(**wrong)


@given(risks, frames)
def test_an_opportunity_is_a_threat_with_the_other_sign(risk: Risk, frame: Frame) -> None:
    other = Risk(risk.probability, risk.days, risk.cost, risk.client, not risk.opportunity)
    assert expected(other).days == -expected(risk).days
    assert expected(other).cost == -expected(risk).cost
    assert impact_band(other, frame) == impact_band(risk, frame)
    assert exposure(other, frame) == exposure(risk, frame)
    assert min(exposure(risk, frame)) >= 0


@given(risks, frames, st.integers(0, 100))
def test_more_probable_never_ranks_lower(risk: Risk, frame: Frame, percent: int) -> None:
    other = Risk(percent, risk.days, risk.cost, risk.client, risk.opportunity)
    low, high = sorted((risk, other), key=lambda r: r.probability)
    assert exposure(low, frame) <= exposure(high, frame)
    assert probability_band(low.probability) <= probability_band(high.probability)


@given(st.lists(risks))
def test_the_sum_is_that_of_its_parts(register: list[Risk]) -> None:
    values = [expected(r) for r in register]
    assert total(values).days == sum(v.days for v in values)
    assert total(values).cost == sum(v.cost for v in values)
