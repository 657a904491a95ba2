"""When what repeats takes place."""

from __future__ import annotations

import doctest
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accord.engines.calendars import recurrence, working_days
from accord.engines.calendars.recurrence import LAST, MOST, DayOff, Every, Recurrence, RecurrenceError, occurrences
from accord.engines.calendars.working_days import day_after, days_between
from accord.engines.calendars.working_time import WorkCalendar

OFFICE = ((540, 720), (780, 1020))
HOLIDAYS = {date(2026, 12, 25).toordinal(): (), date(2027, 1, 1).toordinal(): ()}
WEEK = WorkCalendar((OFFICE,) * 5 + ((), ()), HOLIDAYS)


def rule(every: Every = Every.WEEKS, **values: Any) -> Recurrence:
    given: dict[str, Any] = {"first": date(2026, 12, 1), "at": time(10), "until": date(2027, 1, 31)}
    return Recurrence(every, **(given | values))


def days(found: list[datetime]) -> list[str]:
    return [f"{moment:%a %d %b}" for moment in found]


def test_the_examples_hold() -> None:
    for module in (recurrence, working_days):
        assert doctest.testmod(module).failed == 0


def test_every_other_week_on_two_days() -> None:
    found = occurrences(rule(interval=2, weekdays=(0, 2), until=None, count=5), WEEK)
    assert days(found) == ["Wed 02 Dec", "Mon 14 Dec", "Wed 16 Dec", "Mon 28 Dec", "Wed 30 Dec"]


def test_a_holiday_is_moved_or_left_out() -> None:
    fridays = rule(weekdays=(4,), first=date(2026, 12, 18), until=date(2027, 1, 8))
    assert days(occurrences(fridays, WEEK)) == ["Fri 18 Dec", "Mon 28 Dec", "Mon 04 Jan", "Fri 08 Jan"]
    left = rule(weekdays=(4,), first=date(2026, 12, 18), until=date(2027, 1, 8), day_off=DayOff.LEAVE_OUT)
    assert days(occurrences(left, WEEK)) == ["Fri 18 Dec", "Fri 08 Jan"]


def test_the_last_day_of_the_month_is_there_in_every_month() -> None:
    everyday = WorkCalendar.weekly((OFFICE,) * 7)
    ends = rule(Every.MONTH_DAY, month_day=31, first=date(2026, 1, 1), until=date(2026, 6, 30))
    assert [f"{m:%m-%d}" for m in occurrences(ends, everyday)] == ["01-31", "02-28", "03-31", "04-30", "05-31", "06-30"]


def test_the_second_and_the_last_weekday_of_a_month() -> None:
    second = rule(Every.MONTH_WEEKDAY, nth=2, weekdays=(1,), until=date(2027, 2, 28))
    assert days(occurrences(second, WEEK)) == ["Tue 08 Dec", "Tue 12 Jan", "Tue 09 Feb"]
    last = rule(Every.MONTH_WEEKDAY, nth=LAST, weekdays=(3,))
    assert days(occurrences(last, WEEK)) == ["Thu 31 Dec", "Thu 28 Jan"]


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("weekdays", {"weekdays": ()}),
        ("weekdays", {"weekdays": (7,)}),
        ("interval", {"interval": 0}),
        ("until", {"until": date(2026, 11, 30)}),
        ("until", {"until": None}),
        ("count", {"until": None, "count": MOST + 1}),
        ("until", {"until": date(2040, 1, 1), "weekdays": (0, 1, 2, 3, 4)}),
        ("until", {"until": date(2026, 12, 6), "weekdays": (6,), "day_off": DayOff.LEAVE_OUT}),
        ("at", {"at": time(22)}),
        ("month_day", {"every": Every.MONTH_DAY, "month_day": 32}),
        ("nth", {"every": Every.MONTH_WEEKDAY, "nth": 5}),
    ],
)
def test_what_cannot_be_names_its_field(field: str, values: dict[str, Any]) -> None:
    every = values.pop("every", Every.WEEKS)
    with pytest.raises(RecurrenceError) as refused:
        occurrences(rule(every, **({"weekdays": (0,)} | values)), WEEK)
    assert refused.value.field == field


@given(
    st.sampled_from(Every),
    st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    st.integers(1, 6),
    st.sets(st.integers(0, 6), min_size=1),
    st.integers(1, 31),
    st.sampled_from((1, 2, 3, 4, LAST)),
    st.integers(1, 60),
)
def test_moved_occurrences_are_ordered_working_and_not_more_than_asked(
    every: Every, first: date, interval: int, weekdays: set[int], month_day: int, nth: int, count: int
) -> None:
    wanted = Recurrence(
        every, first, time(10), interval, tuple(sorted(weekdays)), month_day, nth, until=None, count=count
    )
    found = occurrences(wanted, WEEK)
    assert found == sorted(set(found))
    assert 1 <= len(found) <= count
    assert all(moment.date() >= first and WEEK.is_working_day(moment.date()) for moment in found)


@given(st.dates(date(2025, 1, 1), date(2028, 1, 1)), st.integers(-400, 400))
def test_working_days_there_and_back(start: date, distance: int) -> None:
    day = day_after(WEEK, start, distance)
    assert WEEK.is_working_day(day)
    assert days_between(WEEK, start, day) == distance
    assert day_after(WEEK, start, days_between(WEEK, start, day + timedelta(days=1))) > day
