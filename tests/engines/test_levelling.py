"""Levelling: every plan is valid, no plan is shorter than the bound, and small ones are the shortest there are."""

from __future__ import annotations

from itertools import pairwise, product

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from accord.engines.levelling.check import faults
from accord.engines.levelling.levelling import (
    Activity,
    LevellingError,
    Part,
    Precedence,
    Problem,
    Progress,
    level,
)
from accord.engines.planning.plan import LinkType

ALTERNATE = (True, True, False)
WEEK = (True,) * 5 + (False,) * 2

calendars = st.sampled_from([None, None, 0, 1])
lags = st.sampled_from([0, 0, 0, 1, 2, -1, -3])


@st.composite
def any_problem(draw: st.DrawFn, most: int = 8, plain: bool = False) -> Problem:
    """Activities in all the ways the engine knows; links only forward, so that there is no circle."""
    steady = st.integers(2, 4)
    changing = st.lists(st.integers(2, 4), min_size=1, max_size=9).map(tuple)
    capacities = tuple(draw(st.lists(steady if plain else steady | changing, min_size=1, max_size=3)))
    demand = st.dictionaries(st.integers(0, len(capacities) - 1), st.integers(0, 2), max_size=2)
    activities = []
    for uid in range(1, draw(st.integers(1, most)) + 1):
        if plain:
            activities.append(Activity(uid, draw(st.integers(0, 4)), draw(demand)))
            continue
        parts = ()
        if draw(st.integers(0, 4)) == 0:
            shares = ({0: draw(st.integers(0, 2))}, {1: 2} if len(capacities) > 1 else {})
            parts = tuple(Part(draw(st.integers(0, 3)), share, draw(calendars)) for share in shares)
        fixed = draw(st.integers(0, 7)) == 0
        activities.append(
            Activity(
                uid,
                draw(st.integers(0, 4)),
                draw(demand),
                draw(calendars),
                release=draw(st.sampled_from([0, 0, 3])),
                finish_from=draw(st.sampled_from([0, 0, 5])),
                deadline=draw(st.sampled_from([None, None, None, 30])),
                priority=draw(st.sampled_from([0, 500, 1000])),
                start=draw(st.integers(0, 6)) if fixed and not parts else None,
                parts=() if fixed else parts,
            )
        )
    uids = st.integers(1, len(activities))
    pairs = [(min(pair), max(pair)) for pair in draw(st.lists(st.tuples(uids, uids), max_size=8)) if len(set(pair)) > 1]
    links = tuple(
        Precedence(before, after)
        if plain
        else Precedence(before, after, draw(st.sampled_from(LinkType)), draw(lags), draw(calendars))
        for before, after in pairs
    )
    return Problem(tuple(activities), links, capacities, (ALTERNATE, WEEK))


@pytest.mark.parametrize("calendar", [None, 0])
def test_no_lag_reaches_back_before_the_first_period(calendar: int | None) -> None:
    activities = (Activity(1, 0, {}), Activity(2, 0, {}, start=0))
    problem = Problem(activities, (Precedence(1, 2, LinkType.FS, 1, calendar),), (2,), (ALTERNATE,))
    with pytest.raises(LevellingError, match=r"activity 1 cannot start before 0, but .*fixed work after it"):
        level(problem, seconds=0.2, seed=0)


@given(any_problem(), st.integers(0, 3))
@settings(max_examples=60, deadline=None)
def test_every_plan_is_valid_and_none_is_shorter_than_the_bound(problem: Problem, seed: int) -> None:
    try:
        found = level(problem, seconds=0.2, seed=seed)
    except LevellingError:
        assume(False)
    assert faults(problem, found.starts, found.finishes) == []
    assert found.makespan == max(found.finishes.values(), default=0)
    assert found.lower_bound <= found.makespan
    assert found.optimal == (found.lower_bound == found.makespan)
    assert found.gap >= 0


def shortest(problem: Problem, horizon: int) -> int:
    """By trying every combination of starts."""
    best = horizon + 1
    lengths = {activity.uid: activity.duration for activity in problem.activities}
    for starts in product(range(horizon), repeat=len(lengths)):
        chosen = dict(zip(lengths, starts, strict=True))
        finishes = {uid: start + lengths[uid] for uid, start in chosen.items()}
        if max(finishes.values()) < best and not faults(problem, chosen, finishes):
            best = max(finishes.values())
    return best


@given(any_problem(most=4, plain=True))
@settings(max_examples=25, deadline=None)
def test_small_problems_are_solved_to_the_optimum(problem: Problem) -> None:
    found = level(problem, seconds=10)
    assert found.optimal
    assert found.makespan == shortest(problem, found.makespan + 1)


@given(any_problem(most=8, plain=True), st.integers(0, 2))
@settings(max_examples=25, deadline=None)
def test_a_proved_plan_repeats_with_its_seed(problem: Problem, seed: int) -> None:
    one, other = (level(problem, seconds=10, seed=seed) for _ in range(2))
    assert one.optimal and other.optimal
    assert (one.starts, one.finishes, one.makespan) == (other.starts, other.finishes, other.makespan)


def test_what_has_priority_comes_first() -> None:
    problem = Problem((Activity(1, 2, {0: 1}, priority=100), Activity(2, 2, {0: 1}, priority=900)), (), (1,))
    assert level(problem, seconds=1).starts == {1: 2, 2: 0}


def test_a_pause_of_the_calendar_holds_nobody() -> None:
    """Work over the weekend: the other one, who works on it, fits into the pause."""
    problem = Problem((Activity(1, 6, {0: 1}, calendar=0, start=0), Activity(2, 2, {0: 1})), (), (1,), (WEEK,))
    found = level(problem, seconds=1)
    assert found.starts == {1: 0, 2: 5}
    assert found.finishes == {1: 8, 2: 7}


def test_fixed_work_may_overload_and_leaves_nothing() -> None:
    fixed = tuple(Activity(uid, 3, {0: 1}, start=1) for uid in (1, 2))
    found = level(Problem((*fixed, Activity(3, 1, {0: 1}), Activity(4, 2, {0: 1})), (), (1,)), seconds=1)
    assert found.starts == {1: 1, 2: 1, 3: 0, 4: 4}


@pytest.mark.parametrize(
    ("problem", "uid", "says"),
    [
        (Problem((Activity(7, 1, {0: 3}),), (), (2,)), 7, "never has more than 2"),
        (Problem((Activity(1, 1), Activity(2, 1)), (Precedence(1, 2), Precedence(2, 1)), ()), 1, "circular dependency"),
        (Problem((Activity(1, 4), Activity(2, 1, latest_start=3)), (Precedence(1, 2),), ()), 2, "must by 3"),
        (
            Problem((Activity(1, 4), Activity(2, 1, start=3)), (Precedence(1, 2),), ()),
            1,
            "deadlines or fixed work after it",
        ),
        (
            Problem(tuple(Activity(uid, 2, {0: 1}, deadline=3) for uid in (1, 2)), (), (1,)),
            None,
            "without using more than there is",
        ),
        (Problem((Activity(1), Activity(1)), (), ()), 1, "two activities"),
        (Problem((Activity(1, 2, calendar=0),), (), (), ((False, False),)), None, "no working period"),
        (Problem((Activity(1, -1),), (), ()), 1, "negative duration"),
        (Problem((Activity(1, parts=(Part(1, {0: 1}), Part(2, {0: 1}))),), (), (2,)), 1, "in two parts"),
        (Problem((Activity(1),), (Precedence(1, 9),), ()), 9, "does not exist"),
    ],
)
def test_what_is_impossible_is_refused_by_name(problem: Problem, uid: int | None, says: str) -> None:
    with pytest.raises(LevellingError, match=says) as refused:
        level(problem, seconds=2)
    assert uid is None or refused.value.uid == uid


def hard(count: int = 60) -> Problem:
    """Work that no quick proof closes: odd lengths, three resources."""
    activities = tuple(
        Activity(uid, 1 + uid * 7 % 10, {0: 1 + uid % 5, 1: uid * 3 % 7, 2: uid * 5 % 6}) for uid in range(1, count + 1)
    )
    links = tuple(Precedence(uid, uid + step) for uid in range(1, count - 9) for step in (3 + uid % 4, 8))
    return Problem(activities, links, (9, 9, 9))


def test_the_watcher_is_told_and_can_cancel() -> None:
    seen: list[Progress] = []

    def watch(progress: Progress) -> bool:
        seen.append(progress)
        return len(seen) < 3

    problem = hard()
    found = level(problem, seconds=60, watch=watch)
    assert len(seen) <= 3
    assert faults(problem, found.starts, found.finishes) == []
    assert found.history[-1].seconds < 30
    assert all(after.makespan <= before.makespan for before, after in pairwise(seen))
    assert all(after.lower_bound >= before.lower_bound for before, after in pairwise(seen))


def test_one_worker_is_enough() -> None:
    problem = hard(20)
    found = level(problem, seconds=0.5, workers=1)
    assert faults(problem, found.starts, found.finishes) == []


def test_a_part_of_no_length_is_no_part() -> None:
    parts = (Part(0, {0: 0}), Part(1, {}, 0))
    late = Activity(2, parts=parts)
    found = level(
        Problem((Activity(1, start=3), late), (Precedence(1, 2, LinkType.FF),), (2,), (ALTERNATE,)), seconds=0.2
    )
    assert found.finishes[2] == 3
    assert Activity(3, 5, {0: 1}, parts=(Part(0, {0: 1}),)).all_parts() == (Part(0),)


@pytest.mark.parametrize("limit", [{"deadline": 1}, {}])
def test_work_of_several_parts_keeps_what_is_fixed_after_it(limit: dict[str, int]) -> None:
    several = Activity(1, parts=(Part(2, {0: 1}), Part(1)), **limit)
    links = () if limit else (Precedence(1, 2),)
    with pytest.raises(LevellingError, match="activity 1 cannot start before 0"):
        level(Problem((several, Activity(2, start=1)), links, (2,)), seconds=0.2)
    on_time = level(Problem((several, Activity(2, start=2)), (Precedence(1, 2),), (2,)), seconds=0.2) if links else None
    assert on_time is None or on_time.finishes[1] == 2


def test_one_part_that_rests_is_enough_to_have_reached_a_moment() -> None:
    several = Activity(2, parts=(Part(1, {0: 1}), Part(1, {}, 0)))
    problem = Problem((Activity(1, start=2), several), (Precedence(1, 2, LinkType.FF, 1),), (2,), (ALTERNATE,))
    found = level(problem, seconds=0.2)
    assert found.finishes[2] == 2
    assert faults(problem, found.starts, found.finishes) == []
    assert faults(problem, found.starts | {2: 0}, found.finishes | {2: 1}) != []
