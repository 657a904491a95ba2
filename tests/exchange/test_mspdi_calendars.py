"""Calendars of MS Project XML: inheritance, both styles of exceptions, recurrences against a day-by-day reference."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accord.engines.calendars.working_time import ExceptionSpec
from accord.exchange.errors import PlanFileError
from accord.exchange.mspdi import read_plan
from accord.exchange.mspdi.recurrence import Recurrence

OFFICE = ((480, 720), (780, 1020))


def times(*pairs):
    return {"WorkingTimes": {"WorkingTime": [{"FromTime": a, "ToTime": b} for a, b in pairs]}}


def period(first, last):
    return {"TimePeriod": {"FromDate": f"{first}T00:00:00", "ToDate": f"{last}T23:59:00"}}


def calendar_of(document, make_task, standard_calendar, **more):
    """The spec of a calendar based on the standard one."""
    own = {"UID": 5, "Name": "Ana", "IsBaseCalendar": 0, "BaseCalendarUID": 1, **more}
    task = make_task(1, CalendarUID=5)  # what nothing works by refuses nothing
    return read_plan(document([task], calendars=[standard_calendar, own])).calendars[1]


def test_days_left_out_are_inherited_and_days_off_are_not(document, make_task, standard_calendar):
    days = [{"DayType": 6, "DayWorking": 0}, {"DayType": 1, "DayWorking": 1, **times(("10:00:00", "12:00:00"))}]
    spec = calendar_of(document, make_task, standard_calendar, WeekDays={"WeekDay": days})
    assert spec.base == 1
    assert spec.week.days == (None, None, None, None, (), None, ((600, 720),))


def test_base_calendars_say_everything_themselves(document, make_task, standard_calendar):
    plan = read_plan(document([make_task(1)], calendars=[{**standard_calendar, "BaseCalendarUID": 7}]))
    assert plan.calendars[0].base is None
    assert plan.calendars[0].week.days == (OFFICE,) * 5 + ((), ())


def test_shifts_to_midnight_and_padding(document, make_task, standard_calendar):
    shift = {"DayWorking": 1, **times(("23:00:00", "00:00:00"), ("00:00:00", "03:00:00"), ("02:00:00", "07:00:00"))}
    shift["WorkingTimes"]["WorkingTime"].append({})
    day = {"DayType": 2, **shift}
    all_day = {"DayType": 3, "DayWorking": 1, **times(("00:00:00", "00:00:00"))}
    spec = calendar_of(document, make_task, standard_calendar, WeekDays={"WeekDay": [day, all_day]})
    assert spec.week.days[0] == ((0, 420), (1380, 1440))
    assert spec.week.days[1] == ((0, 1440),)


def test_old_style_exceptions_count_only_without_new_ones(document, make_task, standard_calendar):
    old = {"DayType": 0, "DayWorking": 0, **period("2026-01-05", "2026-01-07")}
    spec = calendar_of(document, make_task, standard_calendar, WeekDays={"WeekDay": old})
    assert spec.exceptions == (ExceptionSpec(date(2026, 1, 5), date(2026, 1, 7)),)
    new = {
        "Type": 1,
        "Name": "Fair",
        "DayWorking": 1,
        **period("2026-03-07", "2026-03-08"),
        **times(("09:00:00", "13:00:00")),
    }
    spec = calendar_of(document, make_task, standard_calendar, WeekDays={"WeekDay": old}, Exceptions={"Exception": new})
    assert spec.exceptions == (ExceptionSpec(date(2026, 3, 7), date(2026, 3, 8), ((540, 780),), "Fair"),)


def test_a_recurrence_becomes_dates_and_neighbours_one_stretch(document, make_task, standard_calendar):
    # Every second week on Thursday and Friday
    weekly = {"Type": 6, "Period": 2, "DaysOfWeek": 16 + 32, "DayWorking": 0, **period("2026-01-01", "2026-01-31")}
    spec = calendar_of(document, make_task, standard_calendar, Exceptions={"Exception": weekly})
    assert [(each.start.day, each.finish.day) for each in spec.exceptions] == [(1, 2), (15, 16), (29, 30)]


def test_work_weeks(document, make_task, standard_calendar):
    days = {"WeekDay": [{"DayType": 7, "DayWorking": 1, **times(("08:00:00", "12:00:00"))}]}
    week = {"Name": "Rush", **period("2026-02-01", "2026-02-28"), "WeekDays": days}
    spec = calendar_of(document, make_task, standard_calendar, WorkWeeks={"WorkWeek": week})
    (rush,) = spec.work_weeks
    assert (rush.name, rush.start, rush.finish) == ("Rush", date(2026, 2, 1), date(2026, 2, 28))
    assert rush.week.days == (None,) * 5 + (((480, 720),), None)


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        ({"BaseCalendarUID": 5}, "base calendars form a loop: Ana → Ana"),
        ({"IsBaseCalendar": 1}, "no working time"),
        ({"WeekDays": {"WeekDay": [{"DayType": day, "DayWorking": 0} for day in range(1, 8)]}}, "no working time"),
        ({"WeekDays": {"WeekDay": {"DayType": 2, "DayWorking": 1, **times(("09:00:00", "08:00:00"))}}}, "ends before"),
        ({"WeekDays": {"WeekDay": {"DayType": 2, "DayWorking": 1, **times(("9h", "17:00:00"))}}}, "not a time of day"),
        ({"WeekDays": {"WeekDay": {"DayType": 0, "DayWorking": 0}}}, "field TimePeriod: is missing"),
        ({"Exceptions": {"Exception": {"Type": 1, **period("2026-01-02", "2026-01-01")}}}, "ends before it starts"),
        ({"Exceptions": {"Exception": {"Type": 6, **period("2026-01-01", "2026-02-01")}}}, "has no weekday"),
        (
            {"Exceptions": {"Exception": {"Type": 7, "Period": 2, **period("1900-01-01", "2199-12-31")}}},
            "recurring exceptions exceed",
        ),
        ({"UID": 1}, "two calendars have the same UID"),
    ],
)
def test_unusable_calendars_are_refused_by_name(document, make_task, standard_calendar, broken, message):
    with pytest.raises(PlanFileError) as refused:
        calendar_of(document, make_task, standard_calendar, **broken)
    assert message in str(refused.value)


def test_a_loop_of_bases_names_its_calendars(document, make_task, standard_calendar):
    loop = [
        {"UID": 5, "Name": "Ana", "BaseCalendarUID": 6},
        {"UID": 6, "Name": "Ben", "BaseCalendarUID": 5},
    ]
    with pytest.raises(PlanFileError, match="Ana → Ben → Ana"):
        read_plan(document([make_task(1, CalendarUID=5)], calendars=[standard_calendar, *loop]))


# The reference looks at every day of the span and asks whether it belongs.


def belongs(pattern: Recurrence, day: date) -> bool:
    months = (day.year - pattern.first.year) * 12 + day.month - pattern.first.month
    days = (day - pattern.first).days
    yearly = pattern.kind in (2, 3)
    if pattern.kind in (1, 7):
        return days % pattern.period == 0
    if pattern.kind == 6:
        sunday_before = pattern.first - timedelta(days=pattern.first.isoweekday() % 7)
        week = (day - sunday_before).days // 7
        return week % pattern.period == 0 and bool(pattern.days_of_week >> day.isoweekday() % 7 & 1)
    if (yearly and day.month != pattern.month + 1) or (not yearly and months % pattern.period):
        return False
    if pattern.kind in (2, 4):
        return day.day == pattern.month_day
    kinds = [True, day.isoweekday() <= 5, day.isoweekday() > 5] + [day.isoweekday() % 7 == n for n in range(7)]
    if not kinds[pattern.item]:
        return False
    month = [date(day.year, day.month, 1) + timedelta(days=n) for n in range(31)]
    same = [
        each
        for each in month
        if each.month == day.month
        and [True, each.isoweekday() <= 5, each.isoweekday() > 5, *(each.isoweekday() % 7 == n for n in range(7))][
            pattern.item
        ]
    ]
    return day == (same[-1] if pattern.position == 4 else same[pattern.position])


patterns = st.builds(
    Recurrence,
    kind=st.sampled_from([1, 2, 3, 4, 5, 6, 7]),
    first=st.dates(date(1999, 1, 1), date(2030, 12, 31)),
    last=st.just(date(2030, 12, 31)),
    period=st.integers(1, 9),
    days_of_week=st.integers(1, 127),
    month=st.integers(0, 11),
    month_day=st.integers(1, 31),
    item=st.integers(0, 9),
    position=st.integers(0, 4),
)


@settings(max_examples=80, deadline=None)
@given(patterns, st.integers(0, 900), st.none() | st.integers(0, 12))
def test_recurrences_hold_on_just_the_days_they_describe(pattern, length, occurrences):
    last = min(pattern.first + timedelta(days=length), pattern.last)
    pattern = Recurrence(
        pattern.kind, pattern.first, last, occurrences, pattern.period, pattern.days_of_week, pattern.month,
        pattern.month_day, pattern.item, pattern.position,
    )  # fmt: skip
    span = [pattern.first + timedelta(days=number) for number in range((last - pattern.first).days + 1)]
    expected = [day for day in span if belongs(pattern, day)]
    assert list(pattern.dates()) == (expected if occurrences is None else expected[:occurrences])


def test_weekdays_by_count_skip_weekends():
    every_third = Recurrence(8, date(2026, 1, 5), date(2026, 1, 16), period=3)
    assert [day.day for day in every_third.dates()] == [5, 8, 13, 16]
