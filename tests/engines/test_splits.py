"""Split tasks keep their parts and pauses wherever they move."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accord.engines.calendars.working_time import WorkCalendar
from accord.engines.planning.plan import Segment
from accord.engines.planning.splits import placed, split

OFFICE = WorkCalendar.weekly((((540, 720), (780, 1020)),) * 5 + ((), ()))
MONDAY = datetime(2026, 3, 2, 9)


def test_a_pause_moves_what_comes_after_it() -> None:
    finish = OFFICE.add(MONDAY, 4 * 420)
    found = split((), MONDAY, finish, datetime(2026, 3, 3, 17), datetime(2026, 3, 6, 9), OFFICE)
    assert found == (
        Segment(MONDAY, datetime(2026, 3, 3, 17)),
        Segment(datetime(2026, 3, 6, 9), datetime(2026, 3, 9, 17)),
    )


def test_a_second_pause_stands_beside_the_first() -> None:
    once = split((), MONDAY, OFFICE.add(MONDAY, 1680), datetime(2026, 3, 3, 17), datetime(2026, 3, 6, 9), OFFICE)
    twice = split(once, MONDAY, once[-1].finish, datetime(2026, 3, 2, 17), datetime(2026, 3, 4, 9), OFFICE)
    assert [OFFICE.between(s.start, s.finish) for s in twice] == [420, 420, 840]


@pytest.mark.parametrize(
    ("at", "resume"),
    [
        (MONDAY, datetime(2026, 3, 6, 9)),
        (datetime(2026, 4, 1, 9), datetime(2026, 4, 6, 9)),
        (datetime(2026, 3, 3, 12), datetime(2026, 3, 3, 13)),
        (datetime(2026, 3, 3, 12), datetime(2026, 3, 2, 13)),
    ],
)
def test_no_pause_where_there_is_none(at: datetime, resume: datetime) -> None:
    with pytest.raises(ValueError, match=r"only be split|working time"):
        split((), MONDAY, OFFICE.add(MONDAY, 1680), at, resume, OFFICE)


@given(st.integers(1, 1679), st.integers(1, 3000), st.integers(0, 400))
def test_parts_and_pauses_move_whole(at: int, pause: int, days: int) -> None:
    finish = OFFICE.add(MONDAY, 1680)
    begin = OFFICE.add(MONDAY, at)
    found = split((), MONDAY, finish, begin, OFFICE.add(begin, pause), OFFICE)
    moved = placed(found, OFFICE.next_working(MONDAY + timedelta(days=days)), 1680, OFFICE)
    assert [OFFICE.between(s.start, s.finish) for s in moved] == [at, 1680 - at]
    assert OFFICE.between(moved[0].finish, moved[1].start) == pause
