"""Levelling plans: scheduled again with its delays a plan has the dates that were found; nobody has too much to do."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from math import inf
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from accord.engines.calendars.working_time import compile_calendars, datetime_of, minute_of
from accord.engines.levelling.levelling import LevellingError
from accord.engines.levelling.plan_levelling import LevelledPlan, level_plan, level_plans
from accord.engines.planning.plan import (
    Assignment,
    Availability,
    Constraint,
    LagUnit,
    Link,
    LinkType,
    Plan,
    Resource,
    ResourceKind,
    Task,
)
from accord.engines.planning.scheduling import ScheduleError, schedule
from tests.engines.test_scheduling import CALENDARS, DAY, MONDAY, day, plan, task

ANNA, BEN = Resource(1, "Anna", email="anna@example.com"), Resource(2, "Ben", calendar=4)
TEAM = Resource(3, "Team", max_units=3.0)
PEOPLE = (ANNA, BEN, TEAM, Resource(4, "Paper", kind=ResourceKind.MATERIAL))


def work(*rows: tuple[int, int] | tuple[int, int, float]) -> tuple[Assignment, ...]:
    """Assignments from (task, resource, units)."""
    return tuple(
        Assignment(number, row[0], row[1], units=row[2] if len(row) > 2 else 1.0) for number, row in enumerate(rows, 1)
    )


def busy(given: Plan, found: LevelledPlan) -> dict[tuple[str, int], float]:
    """Units by person and quarter of an hour of everything not yet done, from the dates of the schedule alone."""
    calendars = compile_calendars(given.calendars)
    use: dict[tuple[str, int], float] = defaultdict(float)
    people = {resource.uid: resource for resource in given.resources if resource.kind is ResourceKind.WORK}
    tasks = {row.uid: row for row in given.tasks}
    summaries = {row.parent for row in given.tasks}
    for one in given.assignments:
        person = people.get(one.resource or 0)
        row = tasks[one.task]
        if person is None or row.uid in summaries or row.actual_finish is not None or row.elapsed or not row.duration:
            continue
        dates = found.after.tasks[one.task]
        calendar = calendars[person.calendar or given.calendar]
        own = calendars[row.calendar or given.calendar]
        # What is done of begun work holds nobody any more, and who is done with his part of shared work is free,
        # though others with other calendars are still at theirs.
        start = minute_of(dates.start)
        done = row.duration * row.percent_complete / 100
        left = one.work * (1 - row.percent_complete / 100) / one.units if one.work else inf
        for minute in range(start, minute_of(dates.finish), 15):
            works = calendar.index(minute + 15) - calendar.index(minute) == 15
            if own.index(minute) - own.index(start) < done or left <= 0 or not works:
                continue
            if row.calendar is None or own.index(minute + 15) - own.index(minute) == 15:
                use[person.email or person.name, minute] += one.units
                left -= 15
    return use


def overloads(given: Plan, found: LevelledPlan) -> list[tuple[str, datetime]]:
    most = {resource.email or resource.name: resource.max_units for resource in given.resources}
    used = busy(given, found).items()
    return sorted((name, datetime_of(minute)) for (name, minute), units in used if units > most[name] + 1e-9)


def test_two_tasks_of_one_person_follow_each_other() -> None:
    given = plan(task(1, 2), task(2, 1, priority=900), resources=PEOPLE, assignments=work((1, 1), (2, 1)))
    found = level_plan(given, seconds=2)
    assert found.starts == {1: day(6), 2: day(5)}
    assert found.delays == {1: 1440, 2: 0}
    assert found.moved == (1,)
    assert (found.before.finish, found.after.finish) == (day(6, 17), day(7, 17))
    assert (found.makespan, found.lower_bound, found.optimal, found.period_minutes) == (3, 3, True, DAY)
    assert found.bound == day(7, 17)
    assert found.gap == 0


def test_a_delay_is_elapsed_time_over_the_weekend() -> None:
    given = plan(task(1, 5, priority=900), task(2, 1), resources=PEOPLE, assignments=work((1, 1), (2, 1)))
    found = level_plan(given, seconds=2)
    assert found.delays[2] == 7 * 1440
    assert found.starts[2] == day(12)


def test_what_follows_is_not_delayed_itself() -> None:
    """Task 1 and what follows it take three days, so that task 2 waits, and task 3 with it."""
    people = work((1, 1), (2, 1))
    given = plan(
        task(1), task(2), task(3), task(4, 2), links=[Link(2, 3), Link(1, 4)], resources=PEOPLE, assignments=people
    )
    found = level_plan(given, seconds=2)
    assert found.delays == {1: 0, 2: 1440, 3: 0, 4: 0}
    assert set(found.moved) == {2, 3}


def test_who_is_done_with_shared_work_is_free() -> None:
    """Ben rests on Wednesday, so that task 1 lasts until Thursday; Anna has done her three days of it on Wednesday."""
    people = [replace(row, work=3 * DAY if row.task == 1 else 60) for row in work((1, 1), (1, 2), (2, 1))]
    given = plan(
        replace(task(1, 3), priority=900), Task(2, "task 2", duration=60), resources=PEOPLE, assignments=people
    )
    found = level_plan(given, seconds=2)
    assert found.after.tasks[1].finish == day(8, 17)
    assert found.starts[2] == day(8)
    assert overloads(given, found) == []


def test_units_share_a_person() -> None:
    given = plan(
        task(1, 2), task(2, 2), task(3, 2), resources=PEOPLE, assignments=work((1, 1, 0.5), (2, 1, 0.5), (3, 1, 0.25))
    )
    found = level_plan(given, seconds=2)
    assert found.after.finish == day(8, 17)
    assert overloads(given, found) == []


def test_people_of_different_hours_are_held_in_their_own() -> None:
    """Ben has Wednesdays off: his two days over Wednesday end on Thursday; Anna's end on Wednesday."""
    later = {"constraint": Constraint.START_NO_EARLIER_THAN, "constraint_date": day(6)}
    rows = (task(1, 2, work=960, **later), task(2, work=480), task(3, work=480))
    people = [replace(row, work=rows[row.task - 1].work) for row in work((1, 1), (1, 2), (2, 1), (3, 2))]
    given = plan(*rows, resources=PEOPLE, assignments=tuple(people))
    found = level_plan(given, seconds=2)
    assert overloads(given, found) == []
    assert found.after.tasks[1].finish == day(8, 17)
    assert found.optimal


@pytest.mark.parametrize(
    "kept",
    [
        {"priority": 1000},
        {"manual": True, "start": day(6), "finish": day(7, 17)},
        {"actual_start": day(6), "percent_complete": 50, "remaining_duration": DAY},
        {"actual_start": day(6), "actual_finish": day(7, 17), "percent_complete": 100},
        {"constraint": Constraint.MUST_START_ON, "constraint_date": day(6)},
    ],
)
def test_what_is_held_does_not_move(kept: dict[str, Any]) -> None:
    given = plan(task(1, 2, **kept), task(2, 3), task(3, 1), resources=PEOPLE, assignments=work((1, 1), (2, 1), (3, 1)))
    before = schedule(given).tasks[1]
    found = level_plan(given, seconds=2)
    assert (found.after.tasks[1].start, found.after.tasks[1].finish) == (before.start, before.finish)
    assert 1 not in found.moved
    assert overloads(given, found) == []


def test_a_hard_latest_start_is_kept_and_a_deadline_is_a_wish() -> None:
    latest = {"constraint": Constraint.START_NO_LATER_THAN, "constraint_date": day(5)}
    people: dict[str, Any] = {"resources": PEOPLE, "assignments": work((1, 1), (2, 1))}
    given = plan(task(1, 2, deadline=day(6, 17)), task(2, 1, **latest), **people)
    found = level_plan(given, seconds=2)
    assert found.starts == {1: day(6), 2: day(5)}
    with pytest.raises(LevellingError, match=r"task [12]") as refused:
        level_plan(plan(task(1, 2, **latest), task(2, 1, **latest), **people), seconds=1)
    assert refused.value.uid in (1, 2)


def test_more_than_there_is_of_somebody_is_refused_in_words() -> None:
    given = plan(task(1, 2), resources=PEOPLE, assignments=work((1, 1, 1.5)))
    with pytest.raises(
        LevellingError, match=r"task 1 \(task 1\) needs 150% of Anna, but only 100% is available"
    ) as refused:
        level_plan(given, seconds=1)
    assert refused.value.uid == 1


def test_a_plan_from_its_finish_is_refused() -> None:
    with pytest.raises(LevellingError, match="from its finish"):
        level_plan(plan(task(1), finish=day(9, 17), schedule_from_finish=True), seconds=1)


def test_as_late_as_possible_is_settled() -> None:
    late = task(1, constraint=Constraint.ALAP)
    given = plan(late, task(2, 2), task(3, 2), resources=PEOPLE, assignments=work((1, 2), (2, 1), (3, 1)))
    found = level_plan(given, seconds=2)
    assert found.remarks == ()
    assert found.after.finish == day(8, 17)
    assert found.after.tasks[1].finish == day(8, 17)


def test_summaries_are_left_out_and_their_links_count() -> None:
    given = plan(
        task(1), task(2, 1, parent=1), task(3, 1, parent=1), task(4, 1), links=[Link(1, 4)],
        resources=PEOPLE, assignments=work((2, 1), (3, 1), (4, 1)),
    )  # fmt: skip
    found = level_plan(given, seconds=2)
    assert set(found.starts) == {2, 3, 4}
    assert found.starts[4] == day(7)


def test_plans_share_people_by_mail_or_name() -> None:
    one = plan(task(1, 2), resources=PEOPLE, assignments=work((1, 1)))
    other = plan(task(1, 3), resources=(Resource(9, "A. Smith", email="Anna@Example.com"),), assignments=work((1, 9)))
    together = level_plans([one, other], seconds=2)
    assert {found.makespan for found in together} == {5}
    starts = sorted(found.starts[1] for found in together)
    assert starts in ([day(5), day(7)], [day(5), day(8)])
    apart = level_plans([one, other], seconds=2, key=lambda resource: resource.name)
    assert {found.makespan for found in apart} == {3}


def test_a_long_plan_is_levelled_in_coarser_steps() -> None:
    rows = [Task(uid, f"task {uid}", duration=7 * DAY + uid) for uid in range(1, 60)]
    given = plan(*rows, resources=PEOPLE, assignments=work(*((row.uid, 1) for row in rows)))
    found = level_plan(given, seconds=1)
    assert found.period_minutes > 1
    assert "rounds durations up" in found.remarks[0]
    starts = sorted((dates.start, dates.finish) for dates in found.after.tasks.values())
    assert all(before[1] <= after[0] for before, after in pairwise(starts))


moments = st.integers(-3 * 96, 15 * 96).map(lambda quarter: MONDAY + timedelta(minutes=15 * quarter))


@st.composite
def any_plans(draw: st.DrawFn) -> Plan:
    tasks: list[Task] = []
    count = draw(st.integers(1, 7))
    for uid in range(1, count + 1):
        parents = [row.uid for row in tasks if row.uid <= 2]
        kind = draw(st.sampled_from(["free"] * 6 + ["begun", "done", "manual", "must", "priority"]))
        start = draw(moments)
        more: dict[str, Any] = {}
        if kind in ("begun", "done"):
            more = {"actual_start": start, "percent_complete": 50}
        if kind == "done":
            more = {"actual_start": start, "actual_finish": start + timedelta(days=1)}
        if kind == "manual":
            more = {"manual": True, "start": start}
        if kind == "must":
            more = {"constraint": draw(st.sampled_from([*Constraint])), "constraint_date": draw(moments)}
        if kind == "priority":
            more = {"priority": 1000}
        tasks.append(
            Task(
                uid,
                f"task {uid}",
                parent=draw(st.none() | st.sampled_from(parents)) if parents else None,
                duration=draw(st.sampled_from([0, 60, 240, 480, 960])),
                elapsed=draw(st.sampled_from([False] * 7 + [True])),
                calendar=draw(st.sampled_from([None, None, None, 2, 4])),
                # What is begun or of the highest priority would keep its delay.
                levelling_delay=draw(st.sampled_from([0, 0, 480])) if kind == "free" else 0,
                **more,
            )
        )
    uids = st.integers(1, count)
    pairs = [(min(pair), max(pair)) for pair in draw(st.lists(st.tuples(uids, uids), max_size=6)) if len(set(pair)) > 1]
    links = tuple(
        Link(
            before, after, draw(st.sampled_from(LinkType)), draw(st.sampled_from([0, 0, 60, -60, 480])),
            draw(st.sampled_from([LagUnit.WORKING] * 3 + [LagUnit.ELAPSED])),
        )
        for before, after in dict.fromkeys(pairs)
    )  # fmt: skip
    rows = draw(st.lists(st.tuples(uids, st.integers(1, 3)), max_size=8, unique=True))
    assignments = tuple(replace(row, work=int(tasks[row.task - 1].duration)) for row in work(*rows))
    return Plan("any", MONDAY, 1, CALENDARS, tuple(tasks), links, PEOPLE, assignments)


@given(any_plans())
@settings(max_examples=60, deadline=None)
def test_scheduled_again_any_plan_has_the_dates_that_were_found(given_: Plan) -> None:
    try:
        # Held is what stands where it would without the delays that are made anew.
        before = schedule(replace(given_, tasks=tuple(replace(row, levelling_delay=0) for row in given_.tasks)))
        found = level_plan(given_, seconds=0.3)
    except (LevellingError, ScheduleError):
        assume(False)
    again = schedule(found.plan)
    assert again == found.after
    held = set(found.held)
    parents = {row.parent for row in given_.tasks}
    if not found.remarks:
        for row in given_.tasks:
            if row.uid in held and row.constraint is not Constraint.ALAP and row.uid not in parents:
                assert again.tasks[row.uid].start == before.tasks[row.uid].start
        assert [late for late in overloads(given_, found) if not _held_alone(given_, found, late)] == []


def _held_alone(given_: Plan, found: LevelledPlan, late: tuple[str, datetime]) -> bool:
    """Whether what cannot move is too much by itself."""
    held = set(found.held)
    only = replace(given_, assignments=tuple(row for row in given_.assignments if row.task in held))
    return late in overloads(only, found)


class TestAvailability:
    """Anna does two tasks of five days; she is there until 11 January and again from the 19th."""

    AWAY = replace(
        ANNA, availability=(Availability(None, date(2026, 1, 11), 1.0), Availability(date(2026, 1, 19), None, 1.0))
    )

    def level(self, *people: Resource, **more: Any) -> LevelledPlan:
        given = plan(task(1, 5), task(2, 5, **more), resources=people, assignments=work((1, 1), (2, 1)))
        return level_plan(given, seconds=2)

    def test_work_waits_until_somebody_is_there(self) -> None:
        found = self.level(self.AWAY)
        assert sorted(found.starts.values()) == [day(5), day(19)]
        assert found.optimal and found.after.finish == day(23, 17)

    def test_half_of_somebody_is_too_little(self) -> None:
        half = replace(self.AWAY.availability[1], starts=date(2026, 1, 12), ends=date(2026, 1, 25), units=0.5)
        whole = replace(self.AWAY.availability[1], starts=date(2026, 1, 26))
        found = self.level(replace(ANNA, availability=(self.AWAY.availability[0], half, whole)))
        assert sorted(found.starts.values()) == [day(5), day(26)]

    def test_twice_somebody_for_a_week(self) -> None:
        both = replace(ANNA, availability=(Availability(None, date(2026, 1, 9), 2.0), Availability(None, None, 1.0)))
        assert set(self.level(both).starts.values()) == {day(5)}

    def test_periods_that_cut_a_week(self) -> None:
        found = self.level(replace(ANNA, availability=(Availability(date(2026, 1, 7), None, 1.0),)))
        assert sorted(found.starts.values()) == [day(7), day(14)]

    def test_nobody_after_the_last_period(self) -> None:
        gone = replace(ANNA, availability=(Availability(None, date(2026, 1, 9), 1.0),))
        with pytest.raises(LevellingError):
            self.level(gone)


def test_a_plan_that_begins_before_its_start_is_levelled_from_there() -> None:
    early = task(1, 3, constraint=Constraint.START_NO_EARLIER_THAN, constraint_date=datetime(2025, 12, 29, 8))
    given = plan(
        early, task(2, 2), task(3, 1), links=[Link(1, 2)], resources=(ANNA,), assignments=work((1, 1), (2, 1), (3, 1))
    )
    found = level_plan(given, seconds=2)
    assert found.starts[1] == datetime(2025, 12, 29, 8)
    assert found.starts[2] == datetime(2026, 1, 1, 8)
    assert found.starts[3] == day(5)
    assert schedule(found.plan).tasks == found.after.tasks


def test_a_link_to_the_finish_in_a_plan_that_begins_early() -> None:
    early = task(1, 3, constraint=Constraint.START_NO_EARLIER_THAN, constraint_date=datetime(2025, 12, 29, 8))
    given = plan(early, task(2, 4), task(3, 1), links=[Link(1, 2, LinkType.FF)], assignments=work((2, 1), (3, 1)))
    found = level_plan(replace(given, resources=(ANNA,)), seconds=2)
    assert {found.starts[2], found.starts[3]} in ({day(5), day(9)}, {day(6), day(5)})
    assert all(0 <= delay < 14 * 1440 for delay in found.delays.values())


def test_levelled_work_is_critical_where_it_ends_the_plan() -> None:
    given = plan(task(1, 5), task(2, 5), resources=(ANNA,), assignments=work((1, 1), (2, 1)))
    rows = sorted(level_plan(given, seconds=2).after.tasks.values(), key=lambda row: row.start)
    assert [(row.early_start, row.total_float, row.critical) for row in rows] == [
        (day(5), 5 * DAY, False),
        (day(12), 0, True),
    ]
