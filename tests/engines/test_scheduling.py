"""Scheduling a plan: constraints, summaries, calendars, people, manual and inactive tasks, float."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from accord.engines.calendars.working_time import CalendarSpec, Day, ExceptionSpec, WeekSpec
from accord.engines.planning.plan import (
    Assignment,
    Constraint,
    LagUnit,
    Link,
    LinkType,
    Plan,
    Resource,
    ResourceKind,
    Task,
)
from accord.engines.planning.scheduling import Schedule, ScheduleError, schedule

OFFICE: Day = ((480, 720), (780, 1020))
MORNING, EVENING = ((0, 180), (240, 480)), ((1380, 1440),)
STANDARD = CalendarSpec(1, "Standard", WeekSpec((OFFICE,) * 5 + ((), ())))
NIGHT = CalendarSpec(2, "Night shift", WeekSpec((EVENING, *((MORNING + EVENING),) * 4, MORNING, ())))
CLOCK = CalendarSpec(3, "24 hours", WeekSpec((((0, 1440),),) * 7))
WEDNESDAYS_OFF = CalendarSpec(4, "Wednesdays off", WeekSpec((None, None, (), None, None, None, None)), base=1)
NO_FIFTH = CalendarSpec(
    5, "A holiday", WeekSpec((None,) * 7), base=1, exceptions=(ExceptionSpec(date(2026, 1, 5), date(2026, 1, 5)),)
)
CALENDARS = (STANDARD, NIGHT, CLOCK, WEDNESDAYS_OFF, NO_FIFTH)
MONDAY = datetime(2026, 1, 5, 8)
DAY = 480


def day(number: int, hour: int = 8) -> datetime:
    """The moment on the given day of January 2026; the 5th is a Monday."""
    return datetime(2026, 1, number, hour)


def task(uid: int, days: float = 1, **more: Any) -> Task:
    return Task(uid, f"task {uid}", duration=round(days * DAY), **more)


def plan(*tasks: Task, links: Sequence[Link] = (), **more: Any) -> Plan:
    return Plan("plan", more.pop("start", MONDAY), 1, CALENDARS, tasks, tuple(links), **more)


def dates(found: Schedule, uid: int) -> tuple[datetime, datetime]:
    return found.tasks[uid].start, found.tasks[uid].finish


class TestConstraints:
    """A follows B-free at Monday; the constrained task lasts two days and would run on Monday and Tuesday."""

    @pytest.mark.parametrize(
        ("constraint", "moment", "start"),
        [
            (Constraint.ASAP, None, day(5)),
            (Constraint.START_NO_EARLIER_THAN, day(7), day(7)),
            (Constraint.START_NO_EARLIER_THAN, day(10), day(12)),  # a Saturday
            (Constraint.START_NO_EARLIER_THAN, day(1), day(1)),  # before the project's start
            (Constraint.FINISH_NO_EARLIER_THAN, day(8, 17), day(7)),
            (Constraint.FINISH_NO_EARLIER_THAN, day(5, 17), day(2)),
            (Constraint.MUST_START_ON, day(8), day(8)),
            (Constraint.MUST_FINISH_ON, day(9, 17), day(8)),
            (Constraint.START_NO_LATER_THAN, day(7), day(5)),
            (Constraint.FINISH_NO_LATER_THAN, day(7, 17), day(5)),
        ],
    )
    def test_where_the_task_goes(self, constraint: Constraint, moment: datetime | None, start: datetime) -> None:
        found = schedule(plan(task(1, 2, constraint=constraint, constraint_date=moment)))
        assert found.tasks[1].start == found.tasks[1].early_start == start

    @pytest.mark.parametrize(
        ("constraint", "moment", "honoured"),
        [
            (Constraint.START_NO_LATER_THAN, day(6), day(6)),
            (Constraint.FINISH_NO_LATER_THAN, day(6, 17), day(6)),
            (Constraint.MUST_START_ON, day(6), day(6)),
            (Constraint.MUST_FINISH_ON, day(6, 17), day(6)),
        ],
    )
    def test_against_the_links(self, constraint: Constraint, moment: datetime, honoured: datetime) -> None:
        """Three days of a predecessor end on Wednesday; the constraint wants its task on Tuesday."""
        late = plan(task(1, 3), task(2, 1, constraint=constraint, constraint_date=moment), links=[Link(1, 2)])
        found = schedule(late)
        assert found.tasks[2].start == honoured
        assert found.tasks[1].total_float == -2 * DAY, "the predecessor must finish on Monday"
        assert found.tasks[1].free_float == 0
        assert found.tasks[1].critical
        soft = schedule(replace(late, honor_constraints=False))
        assert soft.tasks[2].start == day(8)
        assert soft.tasks[2].total_float == -2 * DAY

    def test_a_deadline_moves_the_late_dates_and_nothing_else(self) -> None:
        found = schedule(plan(task(1, 3, deadline=day(6, 17)), task(2, 5)))
        assert dates(found, 1) == (day(5), day(7, 17))
        assert found.tasks[1].late_finish == day(6, 17)
        assert found.tasks[1].total_float == -DAY
        assert found.tasks[2].total_float == 0

    def test_as_late_as_possible_takes_the_float_and_keeps_the_finish(self) -> None:
        late = task(2, 1, constraint=Constraint.ALAP)
        found = schedule(plan(task(1, 5), late, task(3, 1), task(4, 1), links=[Link(2, 3), Link(3, 4)]))
        assert found.finish == day(9, 17)
        assert dates(found, 2) == (day(7), day(7, 17))
        assert found.tasks[2].early_start == day(5)
        assert found.tasks[2].total_float == 0
        assert dates(found, 3) == (day(8), day(8, 17))

    def test_a_constraint_on_a_summary_holds_its_tasks(self) -> None:
        summary = task(1, 0, constraint=Constraint.START_NO_EARLIER_THAN, constraint_date=day(7))
        found = schedule(plan(summary, task(2, parent=1), task(3, parent=1), links=[Link(2, 3)]))
        assert dates(found, 1) == (day(7), day(8, 17))


class TestSummaries:
    def test_they_span_what_is_below_them(self) -> None:
        tree = plan(
            task(0),
            task(1, parent=0),
            task(2, 2, parent=1),
            task(3, 1, parent=1),
            task(4, 6, parent=0),
            links=[Link(2, 3)],
        )
        found = schedule(tree)
        assert list(found.tasks) == [0, 1, 2, 3, 4]
        assert dates(found, 1) == (day(5), day(7, 17))
        assert found.tasks[1].duration == 3 * DAY
        assert found.tasks[1].total_float == found.tasks[1].free_float == 3 * DAY
        assert not found.tasks[1].critical
        assert dates(found, 0) == (day(5), day(12, 17))
        assert found.tasks[0].critical

    def test_a_link_from_a_summary_waits_for_its_last_task(self) -> None:
        tree = plan(
            task(1), task(2, 2, parent=1), task(3, 4, parent=1), task(4), task(5, 9), links=[Link(1, 4, lag=DAY)]
        )
        found = schedule(tree)
        assert dates(found, 4) == (day(12), day(12, 17))
        assert found.tasks[3].total_float == 3 * DAY
        assert found.tasks[2].total_float == 5 * DAY
        assert found.tasks[3].free_float == 3 * DAY, "nothing is linked to the task itself"
        assert found.tasks[1].free_float == 0, "but to its summary"

    def test_a_link_to_a_summary_holds_every_task_below(self) -> None:
        tree = plan(task(1, 2), task(2), task(3, parent=2), task(4, parent=2), task(5, parent=4), links=[Link(1, 2)])
        found = schedule(tree)
        assert {found.tasks[uid].start for uid in (2, 3, 4, 5)} == {day(7)}

    def test_a_link_between_summaries(self) -> None:
        tree = plan(
            task(1), task(2, parent=1), task(3, 3, parent=1), task(4), task(5, parent=4), task(6, parent=4),
            links=[Link(1, 4)],
        )  # fmt: skip
        found = schedule(tree)
        assert dates(found, 4) == (day(8), day(8, 17))
        assert found.tasks[2].total_float == 2 * DAY
        assert found.tasks[3].critical

    def test_a_gate_rests_where_the_night_shift_ends(self) -> None:
        """The summary's last task ends at 03:00, in no office's hours: a clock-round successor starts just then."""
        tree = plan(
            task(1), task(2, 4 / 8, parent=1, calendar=2), task(3, 1, parent=1), task(4, calendar=3),
            links=[Link(1, 4)],
        )  # fmt: skip
        assert schedule(tree).tasks[4].start == day(6, 3)

    def test_the_start_of_a_summary_is_that_of_its_first_task(self) -> None:
        tree = plan(
            task(1), task(2, parent=1), task(3, parent=1), task(4), links=[Link(2, 3), Link(1, 4, LinkType.SS, DAY)]
        )
        assert schedule(tree).tasks[4].start == day(6)

    def test_the_finish_of_a_summary_is_that_of_its_last_task(self) -> None:
        tree = plan(task(1, 4), task(2), task(3, parent=2), task(4, 2, parent=2), links=[Link(1, 2, LinkType.FF)])
        found = schedule(tree)
        assert dates(found, 4) == (day(7), day(8, 17))
        assert dates(found, 3) == (day(5), day(5, 17))
        assert found.tasks[2].finish == day(8, 17)

    def test_one_set_by_hand_keeps_its_dates(self) -> None:
        summary = task(1, 9, manual=True, start=day(5), finish=day(16, 17))
        found = schedule(plan(summary, task(2, parent=1)))
        assert dates(found, 1) == (day(5), day(16, 17))
        assert dates(found, 2) == (day(5), day(5, 17))


class TestWhatIsNotAutomatic:
    def test_a_manual_task_stays_and_holds_its_successors(self) -> None:
        by_hand = task(2, 2, manual=True, start=day(6), finish=day(7, 17))
        found = schedule(plan(task(1, 5), by_hand, task(3), links=[Link(1, 2), Link(2, 3)]))
        assert dates(found, 2) == (day(6), day(7, 17))
        assert dates(found, 3) == (day(8), day(8, 17))

    def test_a_manual_task_without_dates_starts_with_the_project(self) -> None:
        assert dates(schedule(plan(task(1, 2, manual=True))), 1) == (MONDAY, day(6, 17))

    def test_inactive_tasks_are_left_out_with_their_links(self) -> None:
        found = schedule(plan(task(1), task(2, 9, active=False), task(3), links=[Link(1, 2), Link(2, 3)]))
        assert list(found.tasks) == [1, 3]
        assert found.finish == day(5, 17)

    def test_a_summary_of_inactive_tasks_has_no_dates(self) -> None:
        found = schedule(plan(task(1), task(2, parent=1, active=False), task(3), links=[Link(1, 3)]))
        assert list(found.tasks) == [3]

    def test_levelling_delay_moves_the_plan_and_its_early_dates(self) -> None:
        found = schedule(plan(task(1, levelling_delay=2 * 1440), task(2), links=[Link(1, 2)]))
        assert dates(found, 1) == (day(7), day(7, 17))
        assert dates(found, 2) == (day(8), day(8, 17))
        assert found.tasks[1].early_start == day(7)
        assert (found.tasks[1].total_float, found.tasks[1].critical) == (0, True)


class TestCalendars:
    def test_the_task_calendar(self) -> None:
        assert dates(schedule(plan(task(1, 3, calendar=4))), 1) == (day(5), day(8, 17))

    def test_elapsed_time_runs_through_the_weekend(self) -> None:
        elapsed = Task(1, "concrete hardens", duration=5 * 1440, elapsed=True)
        found = schedule(plan(elapsed, task(2), links=[Link(1, 2)]))
        assert dates(found, 1) == (MONDAY, day(10, 8))
        assert dates(found, 2) == (day(12), day(12, 17))

    def test_elapsed_lag_and_percent_lag(self) -> None:
        links = [Link(1, 2, lag=3 * 1440, unit=LagUnit.ELAPSED), Link(1, 3, lag=-50, unit=LagUnit.PERCENT)]
        found = schedule(plan(task(1, 4), task(2), task(3), links=links))
        assert found.tasks[2].start == day(12)
        assert found.tasks[3].start == day(7)

    def test_free_float_counts_in_the_task_s_own_calendar(self) -> None:
        found = schedule(plan(task(1, 1, calendar=4), task(2, 5), task(3), links=[Link(1, 3), Link(2, 3)]))
        assert found.tasks[1].free_float == found.tasks[1].total_float == 3 * DAY


class TestPeople:
    def test_the_task_works_when_its_one_resource_does(self) -> None:
        night = Resource(1, "watch", calendar=2)
        found = schedule(plan(task(1), resources=(night,), assignments=(Assignment(1, 1, 1, work=DAY),)))
        assert dates(found, 1) == (day(5, 23), day(6, 8))

    def test_with_a_task_calendar_both_must_work_unless_told_otherwise(self) -> None:
        people = {
            "resources": (Resource(1, "a", calendar=5),),
            "assignments": (Assignment(1, 1, 1, work=2 * DAY),),
        }
        assert dates(schedule(plan(task(1, 2, calendar=4), **people)), 1) == (day(6), day(8, 17))
        alone = task(1, 2, calendar=4, ignore_resource_calendars=True)
        assert dates(schedule(plan(alone, **people)), 1) == (day(5), day(6, 17))

    def test_people_of_different_hours_each_do_their_work(self) -> None:
        """Three office days and three nights: from Monday morning to the end of the third night."""
        found = schedule(
            plan(
                task(1, 6),
                resources=(Resource(1, "day"), Resource(2, "night", calendar=2)),
                assignments=(Assignment(1, 1, 1, work=3 * DAY), Assignment(2, 1, 2, work=3 * DAY)),
            )
        )
        assert dates(found, 1) == (day(5), day(8, 8))
        assert found.tasks[1].critical

    def test_units_delay_and_contour_stretch_an_assignment(self) -> None:
        def finish(**more: Any) -> datetime:
            own = Assignment(2, 1, 2, **more)
            resources = (Resource(1, "day"), Resource(2, "clock", calendar=3))
            both = plan(task(1, 9), resources=resources, assignments=(Assignment(1, 1, 1, work=60), own))
            return schedule(both).tasks[1].finish

        assert finish(work=1440) == MONDAY + timedelta(days=1)
        assert finish(work=1440, units=0.5) == MONDAY + timedelta(days=2)
        assert finish(work=1440, delay=600) == MONDAY + timedelta(days=1, hours=10)
        assert finish(work=1440, contour=6) == MONDAY + timedelta(days=2), "a bell works at half its peak on average"

    def test_material_and_cost_do_not_set_the_time(self) -> None:
        cement = Resource(1, "cement", kind=ResourceKind.MATERIAL, calendar=2)
        found = schedule(plan(task(1), resources=(cement,), assignments=(Assignment(1, 1, 1, work=9 * DAY),)))
        assert dates(found, 1) == (MONDAY, day(5, 17))


class TestProject:
    def test_from_the_finish_everything_is_as_late_as_it_can_be(self) -> None:
        late = {"constraint": Constraint.ALAP}
        backwards = plan(
            task(1, 2, **late), task(2, 1, **late), task(3, 4, **late),
            links=[Link(1, 2)], schedule_from_finish=True, finish=day(16, 17), start=day(16),
        )  # fmt: skip
        found = schedule(backwards)
        assert (found.start, found.finish) == (day(13), day(16, 17))
        assert dates(found, 1) == (day(14), day(15, 17))
        assert dates(found, 2) == (day(16), day(16, 17))
        with pytest.raises(ScheduleError, match="has no finish date"):
            schedule(replace(backwards, finish=None))

    def test_several_critical_paths(self) -> None:
        two = plan(task(1, 5), task(2, 2), task(3, 1), links=[Link(2, 3)])
        assert [row.critical for row in schedule(two).tasks.values()] == [True, False, False]
        several = schedule(replace(two, multiple_critical_paths=True))
        assert [row.critical for row in several.tasks.values()] == [True, True, True]

    def test_critical_means_a_float_up_to_the_limit(self) -> None:
        two = plan(task(1, 5), task(2, 4), task(3, 3), critical_slack_limit=DAY)
        assert [row.critical for row in schedule(two).tasks.values()] == [True, True, False]

    def test_an_empty_plan(self) -> None:
        assert schedule(plan()) == Schedule(MONDAY, MONDAY, {})

    @pytest.mark.parametrize(
        ("broken", "words", "uid"),
        [
            (plan(task(1), task(1)), "uid 1", 1),
            (plan(task(1, parent=7)), "task 7", 1),
            (plan(task(1, parent=2), task(2)), "before it", 1),
            (plan(task(1), links=[Link(1, 1)]), "itself", 1),
            (plan(task(1), links=[Link(8, 1)]), "task 8", 8),
            (plan(task(1), task(2), links=[Link(1, 2), Link(2, 1)]), "circular dependency", 1),
            (plan(task(1), task(2, parent=1), links=[Link(1, 2)]), "own summary", 2),
            (
                plan(
                    task(1), task(2, parent=1), task(3, parent=1), task(4), task(5, parent=4), task(6, parent=4),
                    links=[Link(1, 4), Link(6, 2)],
                ),
                "circular dependency",
                None,
            ),
            (plan(task(3, constraint=Constraint.MUST_START_ON)), "without a date", 3),
            (plan(task(3, -1)), "negative", 3),
            (plan(task(3, calendar=77)), "calendar 77", 3),
            (plan(task(3, actual_start=day(6), actual_finish=day(5))), "before it started", 3),
            (plan(task(1, 10_000_000)), "years 1 to 9999", None),
            (replace(plan(task(1)), calendar=9), "calendar 9", None),
            (replace(plan(task(1)), calendars=(CalendarSpec(1, "X", WeekSpec(((),) * 7)),)), "no working time", None),
            (plan(task(1), task(2), links=[Link(1, 2, lag=float("nan"))]), "lag of task 2 is nan", 2),
            (plan(task(1), task(2), links=[Link(1, 2, lag=1e300)]), "lag of task 2", 2),
            (
                plan(
                    task(1, calendar=2), resources=(Resource(1, "a"),), assignments=(Assignment(1, 1, 1),)
                ),
                "never work at the same time",
                1,
            ),
        ],
    )  # fmt: skip
    def test_what_contradicts_itself_is_refused_with_a_task(self, broken: Plan, words: str, uid: int | None) -> None:
        with pytest.raises(ScheduleError, match=words) as caught:
            schedule(broken)
        if uid is not None:
            assert caught.value.uid == uid
