"""The ranking of candidates: figures worked by hand, and what holds for any."""

from __future__ import annotations

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accord.engines.planning import staffing as engine
from accord.engines.planning.capacity import Cell, Part
from accord.engines.planning.staffing import Candidate, Need, Ranked, rank

REACT, FRENCH = Need(1, 3), Need(2, 4)


def cell(capacity: int = 2400, committed: int = 0, tentative: int = 0, usual: int = 2400) -> Cell:
    return Cell(usual, capacity, {1: Part(work=committed), 2: Part(unconfirmed=tentative)})


def one(levels: dict[int, int], *cells: Cell, needs: tuple[Need, ...] = (REACT, FRENCH), share: int = 50) -> Ranked:
    return rank([Candidate(1, levels, cells)], needs, share=share)[0]


def test_the_worked_example() -> None:
    assert doctest.testmod(engine).failed == 0


def test_skill_is_the_mean_of_what_is_held_of_what_is_asked_and_names_what_is_missing() -> None:
    found = one({1: 5, 2: 2}, cell())
    assert (found.skill, found.missing, found.surplus) == (0.75, (FRENCH,), 1.0)
    assert one({}, cell()).skill == 0
    assert one({1: 3, 2: 4}, cell()).missing == ()


def test_time_is_the_free_part_of_what_is_asked_week_by_week() -> None:
    # Half of 2400 is asked for: all of it, a quarter of it, nothing of it (away all week).
    found = one({}, cell(), cell(committed=2100), cell(capacity=0), needs=())
    assert found.free == (1.0, 0.25, 0.0)
    assert found.time == pytest.approx(1.25 / 3)


def test_spare_time_in_one_week_does_not_make_up_for_another() -> None:
    assert one({}, cell(), cell(committed=2400), needs=(), share=50).time == 0.5


def test_soft_bookings_are_told_apart_and_do_not_count() -> None:
    found = one({}, cell(tentative=1800), needs=())
    assert (found.time, found.time_if_tentative, found.fit) == (1.0, 0.5, 1.0)


def test_weeks_without_working_time_do_not_count() -> None:
    assert one({}, cell(usual=0, capacity=0), cell(committed=1200), needs=()).time == 1.0
    nowhere = one({}, cell(usual=0, capacity=0), needs=())
    assert (nowhere.time, nowhere.fit, nowhere.free) == (None, 0.0, (None,))


def test_neither_skill_nor_time_stands_in_for_the_other() -> None:
    able, free, both = (
        Candidate(1, {1: 5, 2: 5}, (cell(committed=2400),)),
        Candidate(2, {}, (cell(),)),
        Candidate(3, {1: 2, 2: 2}, (cell(committed=1800),)),
    )
    assert [row.key for row in rank([able, free, both], (REACT, FRENCH), share=50)] == [3, 2, 1]


def test_of_equals_the_less_promised_then_the_less_overqualified_comes_first() -> None:
    teacher, promised, fitting = (
        Candidate(1, {1: 5}, (cell(),)),
        Candidate(2, {1: 3}, (cell(tentative=2000),)),
        Candidate(3, {1: 3}, (cell(),)),
    )
    assert [row.key for row in rank([teacher, promised, fitting], (REACT,), share=50)] == [3, 1, 2]


def test_impossible_questions_are_refused() -> None:
    for share, need in ((0, REACT), (101, REACT), (50, Need(1, 0))):
        with pytest.raises(ValueError, match="1 to 100%"):
            rank([], [need], share=share)


minutes = st.integers(0, 5000)
cells = st.builds(
    lambda usual, away, taken, tentative: cell(max(0, usual - away), taken, tentative, usual), *[minutes] * 4
)
candidates = st.builds(
    Candidate, st.integers(), st.dictionaries(st.sampled_from([1, 2]), st.integers(1, 5)), st.tuples(cells, cells)
)


@given(st.lists(candidates, max_size=6), st.integers(1, 100))
def test_all_are_ranked_and_shares_are_shares(people: list[Candidate], share: int) -> None:
    found = rank(people, (REACT, FRENCH), share=share)
    assert sorted(row.key for row in found) == sorted(person.key for person in people)
    for row in found:
        assert 0 <= row.fit <= row.skill <= 1
        assert (row.time_if_tentative or 0) <= (row.time or 0) <= 1 + 1e-9
        assert (row.skill == 1) == (not row.missing)


@given(candidates, st.integers(1, 100), st.integers(1, 4))
def test_more_skill_and_more_time_never_rank_lower(person: Candidate, share: int, more: int) -> None:
    better = Candidate(
        person.key, {k: min(5, v + more) for k, v in person.levels.items()},
        tuple(Cell(c.usual, c.capacity, {}) for c in person.cells),
    )  # fmt: skip
    before, after = (rank([p], (REACT, FRENCH), share=share)[0].fit for p in (person, better))
    assert after >= before - 1e-9
