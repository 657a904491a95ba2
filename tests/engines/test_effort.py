"""Work, duration and units: the table of task types, and that nothing is lost in sharing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accord.engines.planning.effort import Effort, Load, Share, staff, with_duration, with_work

TWO = Load(960, {1: Share(1.0, 960), 2: Share(0.5, 480)})
loads = st.builds(
    lambda duration, units: Load(duration, {n: Share(u / 10, round(duration * u / 10)) for n, u in enumerate(units)}),
    st.integers(60, 100_000),
    st.lists(st.integers(1, 20), min_size=1, max_size=5),
)


@pytest.mark.parametrize(
    ("effort", "duration", "units", "work"),
    [
        (Effort.UNITS, 480, 1.0, 480),
        (Effort.DURATION, 480, 1.0, 480),
        (Effort.WORK, 480, 2.0, 960),
    ],
)
def test_duration_changed(effort: Effort, duration: int, units: float, work: int) -> None:
    found = with_duration(TWO, effort, duration)
    assert (found.duration, found.shares[1]) == (duration, Share(units, work))


@pytest.mark.parametrize(
    ("effort", "duration", "first"),
    [
        (Effort.UNITS, 1920, Share(1.0, 1920)),
        (Effort.DURATION, 960, Share(2.0, 1920)),
        (Effort.WORK, 1920, Share(1.0, 1920)),
    ],
)
def test_work_changed(effort: Effort, duration: int, first: Share) -> None:
    found = with_work(TWO, effort, 2880)
    assert (found.duration, found.shares[1]) == (duration, first)


@pytest.mark.parametrize(
    ("effort", "duration", "work"),
    [(Effort.UNITS, 1920, 960), (Effort.DURATION, 960, 480), (Effort.WORK, 1920, 960)],
)
def test_units_changed(effort: Effort, duration: int, work: int) -> None:
    alone = Load(960, {1: Share(1.0, 960)})
    found = staff(alone, effort, {1: 0.5}, effort_driven=False)
    assert (found.duration, found.work) == (duration, work)


def test_somebody_more_brings_work_or_shares_it() -> None:
    alone = Load(960, {1: Share(1.0, 960)})
    both = {1: 1.0, 2: 1.0}
    brings = staff(alone, Effort.UNITS, both, effort_driven=False)
    assert (brings.duration, brings.work) == (960, 1920)
    shares = staff(alone, Effort.UNITS, both, effort_driven=True)
    assert (shares.duration, shares.work) == (480, 960)
    fixed = staff(alone, Effort.DURATION, both, effort_driven=True)
    assert (fixed.duration, fixed.work, fixed.shares[2].units) == (960, 960, 0.5)


def test_nobody_left_keeps_the_duration() -> None:
    assert staff(TWO, Effort.UNITS, {}, effort_driven=True) == Load(960, {})


@given(loads, st.integers(0, 200_000), st.sampled_from(Effort))
def test_work_is_shared_to_the_minute(load: Load, work: int, effort: Effort) -> None:
    assert with_work(load, effort, work).work == work


@given(loads, st.integers(1, 5), st.sampled_from([Effort.UNITS, Effort.WORK]))
def test_effort_driven_keeps_the_work_whoever_comes(load: Load, more: int, effort: Effort) -> None:
    units = {key: share.units for key, share in load.shares.items()} | {100 + n: 1.0 for n in range(more)}
    found = staff(load, effort, units, effort_driven=True)
    assert found.work == load.work
    assert found.duration <= load.duration + 1


@given(loads, st.integers(60, 100_000))
def test_there_and_back(load: Load, duration: int) -> None:
    back = with_duration(with_duration(load, Effort.UNITS, duration), Effort.UNITS, load.duration)
    for key, share in load.shares.items():
        assert abs(back.shares[key].work - share.work) <= 1 + load.duration / duration
