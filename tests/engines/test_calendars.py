"""Working time: what a calendar says of a date, and the arithmetic of minutes, against counting minute by minute."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accord.engines.calendars.tables import finish_at, index, start_at, tabulate
from accord.engines.calendars.working_time import (
    CalendarError,
    CalendarSpec,
    Day,
    ExceptionSpec,
    WeekSpec,
    WorkCalendar,
    WorkWeekSpec,
    compile_calendars,
    datetime_of,
    minute_of,
)

OFFICE: Day = ((480, 720), (780, 1020))
STANDARD_WEEK = WeekSpec((OFFICE,) * 5 + ((), ()))
INHERIT = WeekSpec((None,) * 7)
STANDARD = WorkCalendar((OFFICE,) * 5 + ((), ()))
# 23:00 to 08:00 with a pause at 03:00, Monday night to Saturday morning.
EVENING, MORNING = ((1380, 1440),), ((0, 180), (240, 480))
NIGHT = WorkCalendar((EVENING, *((MORNING + EVENING),) * 4, MORNING, ()))


def compiled(*specs: CalendarSpec) -> dict[int, WorkCalendar]:
    return compile_calendars(specs)


class TestDefinition:
    def test_a_day_nobody_defines_is_inherited_and_an_empty_one_is_off(self) -> None:
        fridays_off = WeekSpec((None, None, None, None, (), None, None))
        both = compiled(CalendarSpec(1, "Standard", STANDARD_WEEK), CalendarSpec(2, "Part time", fridays_off, base=1))
        assert both[2].intervals(date(2026, 1, 1)) == OFFICE
        assert not both[2].is_working_day(date(2026, 1, 2))
        assert both[1].is_working_day(date(2026, 1, 2))

    def test_exceptions_of_the_base_hold_over_the_own_week_and_own_exceptions_over_both(self) -> None:
        base = CalendarSpec(1, "Base", STANDARD_WEEK, exceptions=(ExceptionSpec(date(2026, 1, 5), date(2026, 1, 7)),))
        own = CalendarSpec(
            2,
            "Own",
            WeekSpec((((0, 60),), None, None, None, None, None, None)),
            base=1,
            exceptions=(ExceptionSpec(date(2026, 1, 6), date(2026, 1, 6), ((600, 660),)),),
        )
        calendar = compiled(base, own)[2]
        assert calendar.intervals(date(2026, 1, 5)) == ()
        assert calendar.intervals(date(2026, 1, 6)) == ((600, 660),)
        assert calendar.intervals(date(2026, 1, 7)) == ()
        assert calendar.intervals(date(2026, 1, 12)) == ((0, 60),)

    def test_the_first_exception_that_covers_a_date_wins(self) -> None:
        both = (
            ExceptionSpec(date(2026, 1, 5), date(2026, 1, 5), ((0, 60),)),
            ExceptionSpec(date(2026, 1, 1), date(2026, 1, 31)),
        )
        calendar = compiled(CalendarSpec(1, "C", STANDARD_WEEK, exceptions=both))[1]
        assert calendar.minutes_on(date(2026, 1, 5)) == 60
        assert calendar.minutes_on(date(2026, 1, 6)) == 0

    def test_a_work_week_replaces_the_week_for_its_time_and_yields_to_exceptions(self) -> None:
        summer = WorkWeekSpec(date(2026, 7, 1), date(2026, 7, 31), WeekSpec((((420, 840),),) * 5 + (None, None)))
        holiday = ExceptionSpec(date(2026, 7, 14), date(2026, 7, 14))
        calendar = compiled(CalendarSpec(1, "C", STANDARD_WEEK, exceptions=(holiday,), work_weeks=(summer,)))[1]
        assert calendar.intervals(date(2026, 7, 1)) == ((420, 840),)
        assert calendar.intervals(date(2026, 7, 4)) == ()
        assert calendar.intervals(date(2026, 7, 14)) == ()
        assert calendar.intervals(date(2026, 8, 3)) == OFFICE

    def test_the_own_week_of_a_calendar_holds_over_the_work_weeks_of_its_base(self) -> None:
        summer = WorkWeekSpec(date(2026, 7, 1), date(2026, 7, 31), WeekSpec((((420, 840),),) * 7))
        base = CalendarSpec(1, "Base", STANDARD_WEEK, work_weeks=(summer,))
        own = CalendarSpec(2, "Own", WeekSpec((((0, 60),), None, None, None, None, None, None)), base=1)
        calendar = compiled(base, own)[2]
        assert calendar.intervals(date(2026, 7, 6)) == ((0, 60),)
        assert calendar.intervals(date(2026, 7, 7)) == ((420, 840),)

    def test_hours_are_sorted_and_joined(self) -> None:
        day: Day = ((600, 700), (480, 600), (650, 720), (900, 900))
        assert WorkCalendar((day,) * 7).intervals(date(2026, 1, 1)) == ((480, 720),)

    def test_equality_is_equality_of_working_time(self) -> None:
        twins = compiled(CalendarSpec(1, "A", STANDARD_WEEK), CalendarSpec(2, "B", INHERIT, base=1))
        assert twins[1] == twins[2] == STANDARD
        assert hash(twins[1]) == hash(twins[2])
        # An exception that says what the week says anyway is none.
        same = ExceptionSpec(date(2026, 1, 5), date(2026, 1, 5), OFFICE)
        assert compiled(CalendarSpec(1, "A", STANDARD_WEEK, exceptions=(same,)))[1] == STANDARD
        assert twins[1] != NIGHT

    @pytest.mark.parametrize(
        ("specs", "words"),
        [
            ([CalendarSpec(1, "A", INHERIT, base=2), CalendarSpec(2, "B", INHERIT, base=1)], "'A' → 'B' → 'A'"),
            ([CalendarSpec(1, "A", INHERIT, base=1)], "loop"),
            ([CalendarSpec(1, "A", INHERIT, base=9)], "calendar 9, which does not exist"),
            ([CalendarSpec(1, "Empty", INHERIT)], "'Empty' has no working time"),
            ([CalendarSpec(1, "A", STANDARD_WEEK), CalendarSpec(1, "B", STANDARD_WEEK)], "uid 1"),
            ([CalendarSpec(1, "A", WeekSpec((((600, 500),),) * 7))], "minute 600 to 500"),
            ([CalendarSpec(1, "A", WeekSpec((((0, 1441),),) * 7))], "1441"),
            (
                [CalendarSpec(1, "A", STANDARD_WEEK, exceptions=(ExceptionSpec(date(1, 1, 1), date(9999, 12, 31)),))],
                "400 years",
            ),
        ],
    )
    def test_what_cannot_be_is_refused_by_name(self, specs: list[CalendarSpec], words: str) -> None:
        with pytest.raises(CalendarError, match=words):
            compiled(*specs)

    def test_two_calendars_that_share_no_time_cannot_be_joined(self) -> None:
        mornings, evenings = WorkCalendar((((480, 720),),) * 7), WorkCalendar((((1080, 1200),),) * 7)
        with pytest.raises(CalendarError, match="no working time"):
            mornings.intersect(evenings)


class TestConventions:
    def test_work_finishes_at_the_end_of_a_shift_and_starts_at_the_next(self) -> None:
        friday_evening, monday = datetime(2026, 1, 2, 17), datetime(2026, 1, 5, 8)
        assert STANDARD.add(datetime(2026, 1, 2, 8), 480) == friday_evening
        assert STANDARD.next_working(friday_evening) == monday
        assert STANDARD.previous_working(monday) == friday_evening
        assert STANDARD.previous_working(friday_evening) == friday_evening
        assert STANDARD.next_working(datetime(2026, 1, 3, 12)) == monday
        assert STANDARD.subtract(friday_evening, 480) == datetime(2026, 1, 2, 8)
        assert STANDARD.add(friday_evening, 0) == friday_evening

    def test_a_shift_past_midnight(self) -> None:
        monday_night = datetime(2026, 1, 5, 23)
        assert NIGHT.add(monday_night, 480) == datetime(2026, 1, 6, 8)
        assert NIGHT.add(monday_night, 60) == datetime(2026, 1, 6)
        assert NIGHT.add(monday_night, 61) == datetime(2026, 1, 6, 0, 1)
        assert NIGHT.next_working(datetime(2026, 1, 3, 8)) == monday_night

    def test_around_the_clock_counts_every_minute(self) -> None:
        clock = WorkCalendar.around_the_clock()
        start = datetime(2026, 3, 29, 1, 30)
        assert clock.add(start, 100_000) == start + timedelta(minutes=100_000)
        assert clock.next_working(start) == clock.previous_working(start) == start

    def test_far_from_every_exception_the_week_repeats(self) -> None:
        holiday = {date(2026, 1, 6).toordinal(): ()}
        calendar = WorkCalendar((OFFICE,) * 5 + ((), ()), holiday)
        for year in (2, 1900, 2500, 9998):
            monday = datetime.fromordinal(date(year, 6, 1).toordinal() // 7 * 7 + 1) + timedelta(hours=8)
            assert calendar.add(monday, 2400) == monday + timedelta(days=4, hours=9)
        assert calendar.between(datetime(1900, 1, 1), datetime(2500, 1, 1)) == (
            STANDARD.between(datetime(1900, 1, 1), datetime(2500, 1, 1)) - 480
        )

    def test_beyond_the_years_of_dates_is_refused(self) -> None:
        with pytest.raises(CalendarError, match="years 1 to 9999"):
            STANDARD.add(datetime(9999, 12, 1), 480 * 60)

    def test_minutes_and_datetimes_are_inverse(self) -> None:
        moment = datetime(2026, 11, 23, 18, 24)
        assert datetime_of(minute_of(moment)) == moment
        assert minute_of(moment.replace(second=29)) == minute_of(moment)
        assert minute_of(moment.replace(second=30)) == minute_of(moment) + 1


@st.composite
def days(draw: st.DrawFn) -> Day:
    edges = sorted(draw(st.sets(st.integers(0, 1440), min_size=0, max_size=6)))
    return tuple(zip(edges[::2], edges[1::2], strict=False))


FIRST = date(2026, 1, 1).toordinal()


@st.composite
def work_calendars(draw: st.DrawFn) -> WorkCalendar:
    week = draw(st.tuples(*[days()] * 7).filter(any))
    irregular = draw(st.dictionaries(st.integers(FIRST, FIRST + 60), days(), max_size=6))
    return WorkCalendar(week, irregular)


def works_at(calendar: WorkCalendar, minute: int) -> bool:
    rest = minute % 1440
    return any(a <= rest < b for a, b in calendar.intervals(date.fromordinal(minute // 1440)))


near = st.integers(FIRST - 20, FIRST + 80).flatmap(lambda day: st.integers(day * 1440, day * 1440 + 1440))
anywhere = st.one_of(near, st.integers(1440, 3_600_000 * 1440))


class TestArithmetic:
    @settings(max_examples=40, deadline=None)
    @given(work_calendars(), near, st.integers(0, 20_000))
    def test_between_counts_the_working_minutes(self, calendar: WorkCalendar, start: int, length: int) -> None:
        counted = sum(works_at(calendar, minute) for minute in range(start, start + length))
        assert calendar.index(start + length) - calendar.index(start) == counted
        assert calendar.between(datetime_of(start + length), datetime_of(start)) == -counted

    @settings(max_examples=150, deadline=None)
    @given(work_calendars(), anywhere)
    def test_the_inverses_are_the_first_and_the_last_minute_of_an_index(
        self, calendar: WorkCalendar, minute: int
    ) -> None:
        at = calendar.index(minute)
        first, last = calendar.finish_at(at), calendar.start_at(at)
        assert first <= minute <= last
        assert calendar.index(first) == at == calendar.index(last)
        assert calendar.index(first - 1) == at - 1
        assert calendar.index(last + 1) == at + 1

    @settings(max_examples=100, deadline=None)
    @given(work_calendars(), near, st.integers(1, 50_000))
    def test_subtracting_undoes_adding(self, calendar: WorkCalendar, minute: int, length: int) -> None:
        start = calendar.next_working(datetime_of(minute))
        finish = calendar.add(start, length)
        assert calendar.subtract(finish, length) == start
        assert calendar.between(start, finish) == length
        assert calendar.previous_working(finish) == finish

    @settings(max_examples=60, deadline=None)
    @given(work_calendars(), work_calendars(), near)
    def test_the_intersection_works_when_both_do(self, one: WorkCalendar, other: WorkCalendar, minute: int) -> None:
        try:
            both = one.intersect(other)
        except CalendarError:
            return
        for at in range(minute, minute + 3000, 7):
            assert works_at(both, at) == (works_at(one, at) and works_at(other, at))

    @settings(max_examples=60, deadline=None)
    @given(st.lists(work_calendars(), min_size=1, max_size=3), st.integers(0, 400), st.lists(anywhere, min_size=1))
    def test_the_tables_of_the_compiled_loops_say_the_same(
        self, calendars: list[WorkCalendar], days_tabulated: int, minutes: list[int]
    ) -> None:
        tables = tabulate(calendars, FIRST, FIRST + days_tabulated)
        for number, calendar in enumerate(calendars):
            origin = index(tables, number, FIRST * 1440) - calendar.index(FIRST * 1440)
            for minute in minutes:
                at = calendar.index(minute)
                assert index(tables, number, minute) == at + origin
                assert start_at(tables, number, at + origin) == calendar.start_at(at)
                assert finish_at(tables, number, at + origin) == calendar.finish_at(at)


def test_a_day_is_as_long_as_most_working_days_are() -> None:
    short: Day = ((480, 720),)
    assert STANDARD.default_day == 480
    assert WorkCalendar((OFFICE, OFFICE, short, (), (), (), ())).default_day == 480
    assert WorkCalendar((short, short, OFFICE, (), (), (), ())).default_day == 240
    assert WorkCalendar((short, OFFICE, (), (), (), (), ())).default_day == 480
