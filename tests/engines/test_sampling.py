"""Random numbers by counter, quantile tables and draws: beside published figures, scipy, and themselves."""

from __future__ import annotations

import doctest
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from accord.engines.uncertainty import three_point
from accord.engines.uncertainty.random_numbers import LANES, draw_words, seed_words
from accord.engines.uncertainty.sampling import Risk, Sampler, draw_block, make_sampler, scratch_for
from accord.engines.uncertainty.three_point import Z90, Estimate, Shape

UNCERTAIN = [Shape.TRIANGULAR, Shape.PERT, Shape.LOGNORMAL]


def sampler(estimates: list[Estimate], **more: object) -> Sampler:
    count = len(estimates)
    given: dict[str, object] = {
        "seed": 1,
        "uids": range(count),
        "durations": estimates,
        "groups": [-1] * count,
        "rho": [],
        "risks": [],
        "struck": [],
        "rates": [0] * count,
        "cost": 0,
    }
    return make_sampler(**(given | more))


def drawn(source: Sampler, blocks: int) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Durations [activity, iteration] and cost [iteration]."""
    count = len(source.stream)
    scratch = scratch_for(source)
    durations = np.empty((count, blocks * LANES), np.int32)
    costs = np.empty(blocks * LANES)
    block, cost = np.empty((count, LANES), np.int32), np.empty(LANES)
    for number in range(blocks):
        draw_block(source, scratch, number, 0, count, block, cost, np.empty((len(source.risk), LANES), np.uint8))
        durations[:, number * LANES : (number + 1) * LANES] = block
        costs[number * LANES : (number + 1) * LANES] = cost
    return durations, costs


def words_of(seed: NDArray[np.uint32], block: int, stream: int, kind: int) -> NDArray[np.uint32]:
    words = np.empty((1, LANES), np.uint32)
    draw_words(seed, block, np.array([stream], np.uint32), kind, 0, 1, words)
    return words[0]


def reference(estimate: Estimate) -> stats.rv_continuous:
    """The same distribution in scipy."""
    a, m, b = estimate.points
    if estimate.shape is Shape.TRIANGULAR:
        return stats.triang((m - a) / (b - a), a, b - a)
    if estimate.shape is Shape.PERT:
        return stats.beta(1 + 4 * (m - a) / (b - a), 1 + 4 * (b - m) / (b - a), a, b - a)
    sigma = estimate.log_deviation
    if abs(sigma) < 1e-9:
        return stats.norm(m, (b - m) / Z90)
    assert sigma > 0
    scale = (b - m) / (math.exp(sigma * Z90) - 1)
    return stats.lognorm(sigma, m - scale, scale)


# Philox 4x32-7: counter and key, and what comes of them (known answers of Random123).
KNOWN = [
    (0, 0, 0, 0, (0x5F6FB709, 0x0D893F64, 0x4F121F81, 0x4F730A48)),
]


@pytest.mark.parametrize(("seed", "block", "stream", "kind", "answer"), KNOWN)
def test_known_answers_of_philox(seed: int, block: int, stream: int, kind: int, answer: tuple[int, ...]) -> None:
    assert tuple(words_of(seed_words(seed), block, stream, kind)[:: LANES // 4].tolist()) == answer


def plain_philox(counter: tuple[int, int, int, int], key: tuple[int, int]) -> tuple[int, ...]:
    """The published algorithm word by word."""
    (c0, c1, c2, c3), (k0, k1), low = counter, key, 0xFFFFFFFF
    for _ in range(7):
        one, two = c0 * 0xD2511F53, c2 * 0xCD9E8D57
        c0, c1, c2, c3 = (two >> 32) ^ c1 ^ k0, two & low, (one >> 32) ^ c3 ^ k1, one & low
        k0, k1 = (k0 + 0x9E3779B9) & low, (k1 + 0xBB67AE85) & low
    return c0, c1, c2, c3


def test_the_plain_philox_gives_the_other_known_answers() -> None:
    ones = 0xFFFFFFFF
    assert plain_philox((ones,) * 4, (ones,) * 2) == (0x5207DDC2, 0x45165E59, 0x4D8EE751, 0x8C52F662)
    pi = (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344)
    assert plain_philox(pi, (0xA4093822, 0x299F31D0)) == (0x4DFCCABA, 0x190A87F0, 0xC47362BA, 0xB6B5242A)


@given(st.integers(0, 2**64 - 1), st.integers(0, 1 << 20), st.integers(0, 2**32 - 1), st.integers(0, 9))
def test_lanes_draw_what_the_plain_philox_draws(seed: int, block: int, stream: int, kind: int) -> None:
    words = words_of(seed_words(seed), block, stream, kind)
    for lane in range(16):
        counter = (block * 16 + lane, stream, kind, 0)
        assert tuple(words[lane::16].tolist()) == plain_philox(counter, (seed & 0xFFFFFFFF, seed >> 32))


@pytest.mark.parametrize("seed", [-1, 1 << 64])
def test_a_seed_of_more_than_64_bits_is_refused(seed: int) -> None:
    with pytest.raises(ValueError, match="is not a whole number from 0"):
        seed_words(seed)


def test_the_worked_example() -> None:
    assert doctest.testmod(three_point).failed == 0


@st.composite
def estimates(draw: st.DrawFn) -> Estimate:
    shape = draw(st.sampled_from(UNCERTAIN))
    low = draw(st.integers(0, 10_000))
    width = draw(st.integers(2_000, 40_000))
    # A lognormal must not be too uneven, and is not tried mirrored, which scipy does not have.
    part = draw(st.floats(0.1, 0.5) if shape is Shape.LOGNORMAL else st.floats(0, 1))
    low += width if shape is Shape.LOGNORMAL else 0  # far enough from zero that nothing is cut there
    return Estimate(low, low + part * width, low + width, shape)


@settings(max_examples=40, deadline=None)
@given(estimates(), st.integers(0, 1 << 40))
def test_draws_have_the_distribution_that_scipy_knows(estimate: Estimate, seed: int) -> None:
    blocks = 400
    durations, _ = drawn(sampler([estimate], seed=seed), blocks)
    count = blocks * LANES
    true = reference(estimate)
    assert estimate.mean == pytest.approx(true.mean(), rel=1e-9)
    assert estimate.deviation == pytest.approx(true.std(), rel=1e-6)
    # Five standard errors, and half a minute of rounding.
    assert durations.mean() == pytest.approx(true.mean(), abs=5 * true.std() / math.sqrt(count) + 0.5)
    kurtosis = float(true.stats("k"))
    assert durations.std() == pytest.approx(true.std(), rel=5 * math.sqrt((kurtosis + 2) / (4 * count)) + 1e-3)
    distance = stats.kstest(durations[0] + np.random.default_rng(1).random(count) - 0.5, true.cdf).statistic
    assert distance < 2.3 / math.sqrt(count)  # exceeded by chance once in 20,000


@pytest.mark.parametrize("shape", UNCERTAIN)
@pytest.mark.parametrize("grouped", [False, True])
def test_tables_are_exact_to_a_small_part_of_the_width(shape: Shape, grouped: bool) -> None:
    estimate = Estimate(20_000_000, 24_000_000, 30_000_000, shape)
    if grouped:
        # With ρ = 0 a group's draws are independent, but go by score.
        source = sampler([estimate], groups=[0], rho=[0.0])
    else:
        source = sampler([estimate])
    durations, _ = drawn(source, 300)
    for block in range(300):
        words = words_of(source.seed, block, 0, 1)
        chance = np.clip((words + 0.5) / 2**32, 2.0**-20, 1 - 2.0**-20)
        true = reference(estimate).ppf(chance)
        assert np.abs(durations[0, block * LANES : (block + 1) * LANES] - true).max() < 1e-3 * 10_000_000
        middle = np.abs(chance - 0.5) < 0.49
        assert np.abs(durations[0, block * LANES : (block + 1) * LANES] - true)[middle].max() < 3e-4 * 10_000_000


def test_a_lognormal_has_its_points_as_percentiles_on_either_side() -> None:
    for points in [(3_000, 4_000, 6_000), (23_000, 25_000, 26_000), (23_000, 24_500, 26_000)]:
        estimate = Estimate(*points, Shape.LOGNORMAL)
        durations, _ = drawn(sampler([estimate]), 3_000)
        assert np.percentile(durations, [10, 50, 90]) == pytest.approx(points, rel=0.005)
        assert durations.mean() == pytest.approx(estimate.mean, rel=0.005)
        assert durations.std() == pytest.approx(estimate.deviation, rel=0.01)


@pytest.mark.parametrize("rho", [0.0, 0.3, 0.8, 1.0])
def test_a_group_correlates_in_its_scores_and_keeps_its_distributions(rho: float) -> None:
    pair = [Estimate(1_000, 2_000, 6_000), Estimate(500, 3_000, 3_500, Shape.TRIANGULAR)]
    durations, _ = drawn(sampler(pair, groups=[0, 0], rho=[rho]), 500)
    for own, estimate in zip(durations, pair, strict=True):
        assert stats.kstest(own, reference(estimate).cdf).statistic < 0.015
    # Of a Gaussian copula, Spearman's correlation is 6/π · arcsin(ρ/2) (Kruskal 1958).
    assert stats.spearmanr(*durations).statistic == pytest.approx(6 / math.pi * math.asin(rho / 2), abs=0.025)


def test_what_an_activity_draws_depends_on_its_uid_alone() -> None:
    one, other = Estimate(10, 20, 60), Estimate(100, 200, 600)
    alone, _ = drawn(sampler([one], uids=[7]), 3)
    among, _ = drawn(sampler([other, one, other], uids=[3, 7, 9]), 3)
    assert (among[1] == alone[0]).all()
    assert (among[0] != among[2]).any()


def test_a_risk_strikes_as_often_as_it_says_and_in_full() -> None:
    risk = Risk(5, 0.3, Estimate.fixed(60), Estimate.fixed(1_000), (0, 1))
    durations, cost = drawn(
        sampler([Estimate.fixed(100)] * 3, risks=[risk], struck=[[0, 1]], rates=[2, 0, 1], cost=50), 500
    )
    hit = durations[0] == 160
    assert hit.mean() == pytest.approx(0.3, abs=0.012)
    assert (durations[0] == np.where(hit, 160, 100)).all()
    assert (durations[1] == durations[0]).all() and (durations[2] == 100).all()
    assert (cost == 50 + 2 * durations[0] + 100 + 1_000 * hit).all()


def test_time_and_money_of_a_strike_are_equally_bad_and_durations_end_at_zero() -> None:
    risk = Risk(5, 1, Estimate(-900, -300, 0), Estimate(-900, -300, 0), (0, 1))
    durations, cost = drawn(sampler([Estimate.fixed(5_000), Estimate.fixed(10)], risks=[risk], struck=[[0, 1]]), 50)
    assert durations[0] - 5_000 == pytest.approx(cost, abs=0.6)
    assert durations[1].min() == 0


@pytest.mark.parametrize(
    ("points", "shape", "message"),
    [
        ((2, 1, 3), Shape.PERT, "must increase from optimistic"),
        ((1, math.nan, 3), Shape.TRIANGULAR, "are not all numbers"),
        ((1, 2, math.inf), Shape.TRIANGULAR, "are not all numbers"),
        ((1, 1, 3), Shape.LOGNORMAL, "must differ"),
        ((1, 2, 1_000), Shape.LOGNORMAL, "are too skewed for a lognormal"),
    ],
)
def test_estimates_that_mean_nothing_are_refused(
    points: tuple[float, float, float], shape: Shape, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        Estimate(*points, shape)


@pytest.mark.parametrize("probability", [-0.1, 1.1, math.nan])
def test_a_risk_s_probability_is_one(probability: float) -> None:
    with pytest.raises(ValueError, match="risk 4"):
        Risk(4, probability)


def test_certain_estimates_draw_themselves() -> None:
    durations, _ = drawn(sampler([Estimate(50, 50, 50), Estimate.fixed(3), Estimate(1, 7, 9, Shape.FIXED)]), 2)
    assert durations.tolist() == [[50] * 128, [3] * 128, [7] * 128]
