"""Capacity and load: sums agree with the work, nothing lies outside a task's dates, figures worked by hand."""

from __future__ import annotations

import doctest
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accord.engines.calendars.working_time import WorkCalendar
from accord.engines.planning import capacity as engine
from accord.engines.planning.capacity import Available, CapacityAllocation, Part, Work, Worker, load, split, spread

DAY = ((540, 720), (780, 1020))  # seven hours
WEEK = WorkCalendar.weekly((DAY,) * 5 + ((), ()))
MONDAY = date(2026, 3, 2)
WEEKS = [MONDAY + timedelta(weeks=n) for n in range(5)]


def work(start: datetime, finish: datetime, minutes: int, project: int = 1, key: int = 1) -> Work:
    return Work(key, 1, project, start, finish, minutes)


def booking(first: date, last: date, share: int, *, project: int = 1, confirmed: bool = True) -> CapacityAllocation:
    return CapacityAllocation(1, project, first, last, share, confirmed)


def test_the_worked_example() -> None:
    assert doctest.testmod(engine).failed == 0


def test_capacity_is_calendar_by_share_less_absences() -> None:
    worker = Worker(1, WEEK, 80, ((date(2026, 3, 4), date(2026, 3, 9)),), joined=date(2026, 3, 3))
    cells = load([worker], [], [], WEEKS)[1]
    # First week: only Tuesday is left; second week: Tuesday to Friday.
    assert [cell.capacity for cell in cells] == [336, 4 * 336, 5 * 336, 5 * 336]
    assert [cell.usual for cell in cells] == [5 * 336] * 4


def test_who_left_has_no_capacity_and_work_is_over_all_the_same() -> None:
    worker = Worker(1, WEEK, left=date(2026, 3, 8))
    first, second, *_ = load([worker], [work(datetime(2026, 3, 9, 9), datetime(2026, 3, 10, 17), 60)], [], WEEKS)[1]
    assert (first.capacity, first.percent, first.over) == (2100, 0, False)
    assert (second.capacity, second.committed, second.percent, second.over) == (0, 60, None, True)


def test_absences_that_overlap_are_counted_once() -> None:
    away = ((date(2026, 3, 3), date(2026, 3, 5)), (date(2026, 3, 4), date(2026, 3, 4)), (date(2026, 3, 5), MONDAY))
    assert load([Worker(1, WEEK, absences=away)], [], [], WEEKS)[1][0].capacity == 2 * 420


def test_work_falls_on_working_time_outside_absences() -> None:
    """Two weeks' task, the first of them away but for Monday: 1 of 6 days' work on Monday."""
    worker = Worker(1, WEEK, absences=((date(2026, 3, 3), date(2026, 3, 6)),))
    task = work(datetime(2026, 3, 2, 9), datetime(2026, 3, 13, 17), 600)
    assert [cell.committed for cell in load([worker], [task], [], WEEKS)[1]] == [100, 500, 0, 0]


def test_work_on_a_weekend_or_at_one_moment_is_not_lost() -> None:
    weekend = work(datetime(2026, 3, 7, 10), datetime(2026, 3, 8, 10), 240)
    moment = work(datetime(2026, 3, 9, 9), datetime(2026, 3, 9, 9), 30)
    assert [cell.committed for cell in load([Worker(1, WEEK)], [weekend, moment], [], WEEKS)[1]] == [240, 30, 0, 0]


def test_a_confirmed_booking_and_its_tasks_are_not_counted_twice() -> None:
    task = work(datetime(2026, 3, 2, 9), datetime(2026, 3, 6, 17), 840)
    half = booking(MONDAY, date(2026, 3, 8), 50)
    cell = load([Worker(1, WEEK)], [task], [half], WEEKS)[1][0]
    assert (cell.parts[1], cell.committed, cell.percent) == (Part(840, 1050, 0), 1050, 50)
    more = work(datetime(2026, 3, 2, 9), datetime(2026, 3, 6, 17), 1680)
    assert load([Worker(1, WEEK)], [more], [half], WEEKS)[1][0].percent == 80


def test_soft_bookings_count_apart_and_only_for_what_they_add() -> None:
    task = work(datetime(2026, 3, 2, 9), datetime(2026, 3, 6, 17), 840)
    tentative = [
        booking(MONDAY, MONDAY + timedelta(days=6), 50, confirmed=False),
        booking(MONDAY, MONDAY, 100, project=2),
    ]
    cell = load([Worker(1, WEEK)], [task], tentative, WEEKS)[1][0]
    assert (cell.committed, cell.tentative) == (840 + 420, 1050 - 840)
    assert (cell.percent, cell.percent_with_tentative, cell.free, cell.free_with_tentative) == (60, 70, 840, 630)


def test_over_begins_where_the_percent_shown_passes_a_hundred() -> None:
    full, over = (work(datetime(2026, 3, 2, 9), datetime(2026, 3, 6, 17), minutes) for minutes in (2105, 2115))
    assert (load([Worker(1, WEEK)], [full], [], WEEKS)[1][0].percent, 100) == (100, 100)
    assert not load([Worker(1, WEEK)], [full], [], WEEKS)[1][0].over
    assert load([Worker(1, WEEK)], [over], [], WEEKS)[1][0].over


def test_people_who_were_not_asked_for_are_left_out() -> None:
    task = work(datetime(2026, 3, 2, 9), datetime(2026, 3, 6, 17), 60)
    assert load([Worker(2, WEEK)], [task], [booking(MONDAY, MONDAY, 10)], WEEKS)[2][0].parts == {}


@pytest.mark.parametrize("edges", [[], [MONDAY], [MONDAY, MONDAY]])
def test_periods_must_increase(edges: list[date]) -> None:
    with pytest.raises(ValueError, match="periods"):
        load([], [], [], edges)


def test_impossible_work_is_refused() -> None:
    with pytest.raises(ValueError, match="work 1"):
        load([Worker(1, WEEK)], [work(datetime(2026, 3, 3), datetime(2026, 3, 2), 60)], [], WEEKS)


dates = st.dates(date(2026, 1, 1), date(2026, 12, 31))
moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)).map(lambda m: m.replace(second=0, microsecond=0))
periods = st.tuples(dates, dates).map(lambda pair: (min(pair), max(pair)))
hours = st.sampled_from([(), DAY, ((0, 1440),), ((600, 601),)])
calendars = st.builds(
    lambda days, odd: WorkCalendar((DAY, *days), {d.toordinal(): h for d, h in odd.items()}),
    st.tuples(*[hours] * 6),
    st.dictionaries(dates, hours, max_size=4),
)
workers = st.builds(
    Worker,
    st.just(1),
    calendars,
    st.integers(5, 100),
    st.lists(periods, max_size=4).map(tuple),
    st.none() | dates,
    st.none() | dates,
)
works = st.builds(
    lambda pair, minutes: work(min(pair), max(pair), minutes), st.tuples(moments, moments), st.integers(0, 200_000)
)
YEAR = [date(2025, 12, 29) + timedelta(weeks=n) for n in range(55)]


@given(workers, works)
def test_the_parts_add_up_to_the_work_and_lie_within_its_dates(worker: Worker, task: Work) -> None:
    row = spread(worker, [task], YEAR)[1]
    assert sum(row) == task.minutes
    for (low, high), minutes in zip(pairwise(YEAR), row, strict=True):
        assert minutes >= 0
        if minutes:
            assert task.start.date() < high and task.finish.date() >= low


@given(workers, works, st.lists(dates, min_size=2, max_size=8, unique=True).map(sorted))
def test_finer_periods_add_up_to_coarser_ones(worker: Worker, task: Work, edges: list[date]) -> None:
    ends = [edges[0], edges[-1]]
    assert sum(spread(worker, [task], edges)[1]) == spread(worker, [task], ends)[1][0]
    fine, coarse = load([worker], [], [], edges)[1], load([worker], [], [], ends)[1]
    assert sum(cell.capacity for cell in fine) == coarse[0].capacity
    assert all(0 <= cell.capacity <= cell.usual + 1 for cell in fine)


@given(
    workers, st.lists(works, max_size=4), st.lists(st.tuples(periods, st.integers(1, 100), st.booleans()), max_size=4)
)
def test_cells_hold_all_work_and_load_is_never_less_than_it(
    worker: Worker, tasks: list[Work], asked: list[tuple[tuple[date, date], int, bool]]
) -> None:
    bookings = [
        booking(*period, share, project=n % 2, confirmed=confirmed)
        for n, (period, share, confirmed) in enumerate(asked)
    ]
    cells = load([worker], tasks, bookings, YEAR)[1]
    assert sum(part.work for cell in cells for part in cell.parts.values()) == sum(task.minutes for task in tasks)
    without = load([worker], tasks, [b for b in bookings if b.confirmed], YEAR)[1]
    assert [cell.committed for cell in cells] == [cell.committed for cell in without]
    for cell in cells:
        assert cell.committed >= sum(part.work for part in cell.parts.values())
        assert cell.tentative >= 0
        assert cell.free_with_tentative <= cell.free <= cell.capacity


@given(works, st.integers(-10, 300_000), moments)
def test_splitting_keeps_work_and_dates(task: Work, done: int, as_of: datetime) -> None:
    parts = split(task, done, as_of)
    assert sum(part.minutes for part in parts) == task.minutes
    assert all(task.start <= part.start <= part.finish <= task.finish for part in parts)


class TestAvailability:
    """Five days of seven hours a week from Monday 2 March; there until the 3rd, then half from the 16th."""

    WORKER = Worker(
        1,
        WEEK,
        80,
        availability=(Available(None, date(2026, 3, 3), 100), Available(date(2026, 3, 16), None, 50)),
    )

    def test_capacity_is_that_of_the_periods_and_never_more_than_the_share(self) -> None:
        cells = load([self.WORKER], [], [], WEEKS)[1]
        assert [cell.capacity for cell in cells] == [2 * 336, 0, 5 * 210, 5 * 210]
        assert [cell.usual for cell in cells] == [5 * 336] * 4

    def test_work_falls_into_the_periods(self) -> None:
        task = work(datetime(2026, 3, 2, 9), datetime(2026, 3, 17, 17), 800)
        assert [cell.committed for cell in load([self.WORKER], [task], [], WEEKS)[1]] == [400, 0, 400, 0]

    def test_a_booking_asks_for_a_share_of_what_is_there(self) -> None:
        half = booking(MONDAY, date(2026, 3, 22), 50)
        assert [cell.committed for cell in load([self.WORKER], [], [half], WEEKS)[1]] == [336, 0, 525, 0]

    def test_a_last_period_that_ends(self) -> None:
        worker = Worker(1, WEEK, availability=(Available(date(2026, 3, 9), date(2026, 3, 10), 100),))
        assert [cell.capacity for cell in load([worker], [], [], WEEKS)[1]] == [0, 840, 0, 0]

    @given(st.integers(0, 100), st.integers(1, 100))
    def test_one_period_without_bounds_is_a_share(self, percent: int, share: int) -> None:
        bounded = Worker(1, WEEK, share, availability=(Available(None, None, percent),))
        plain = Worker(1, WEEK, min(share, percent))
        assert [c.capacity for c in load([bounded], [], [], WEEKS)[1]] == [
            c.capacity for c in load([plain], [], [], WEEKS)[1]
        ]
