"""NPS, CSAT and CES: definitions, intervals and the edges of small surveys."""

import random
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accord.engines.customers.satisfaction import customer_effort_score, customer_satisfaction, net_promoter_score


def test_nps_by_hand():
    score = net_promoter_score([10] * 50 + [8] * 30 + [3] * 20)
    assert score.value == 30 and score.answers == 100
    assert score.high - score.value == pytest.approx(100 * 1.959964 * sqrt((0.7 - 0.09) / 100), rel=1e-6)


def test_csat_is_wilsons_interval():
    # Newcombe (1998), Statistics in Medicine 17, table I: 81 of 263 gives .2553 to .3662.
    score = customer_satisfaction([5] * 81 + [1] * 182)
    assert (round(score.low, 4), round(score.high, 4)) == (0.2553, 0.3662)
    all_pleased = customer_satisfaction([5] * 20)
    assert all_pleased.value == 1 and all_pleased.high == 1 and 0.83 < all_pleased.low < 0.84


def test_ces_is_the_mean():
    score = customer_effort_score([7, 5, 6, 2])
    assert score.value == 5 and score.low < 5 < score.high <= 7


def test_the_nps_interval_holds_the_truth_about_as_often_as_it_says():
    source = random.Random(4)
    groups = [10] * 45 + [7] * 30 + [2] * 25
    scores = [net_promoter_score(source.choices(groups, k=120)) for _ in range(600)]
    assert 0.92 < sum(score.low <= 20 <= score.high for score in scores) / 600 < 0.98


@pytest.mark.parametrize("measure", [net_promoter_score, customer_satisfaction, customer_effort_score])
def test_no_answers_are_unknown(measure):
    score = measure([])
    assert (score.value, score.low, score.high, score.answers) == (None, None, None, 0)


def test_no_interval_where_none_can_be_had():
    assert net_promoter_score([9, 10]).low is None
    assert customer_effort_score([4]).low is None


@pytest.mark.parametrize(
    ("measure", "answer"),
    [(net_promoter_score, 11), (net_promoter_score, -1), (customer_satisfaction, 0), (customer_satisfaction, 6),
     (customer_effort_score, 0), (customer_effort_score, 8)],
)  # fmt: skip
def test_answers_off_the_scale_are_refused(measure, answer):
    with pytest.raises(ValueError, match=f"answer {answer} is outside"):
        measure([answer])


@given(st.lists(st.integers(0, 10), min_size=1, max_size=60))
def test_nps_stays_in_bounds_and_mirrors(answers):
    score = net_promoter_score(answers)
    assert -100 <= score.value <= 100
    if score.low is not None:
        assert -100 <= score.low <= score.value <= score.high <= 100


@given(st.lists(st.integers(1, 5), min_size=1, max_size=60))
def test_csat_interval_holds_the_share(answers):
    score = customer_satisfaction(answers)
    assert 0 <= score.low <= score.value + 1e-12 and score.value - 1e-12 <= score.high <= 1
