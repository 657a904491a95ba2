"""Rules of MS Project that depend on the project's start, manual summaries, levelling, overtime and support work."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from accord.engines.planning.plan import Assignment, Constraint, LagUnit, Link, LinkType, Resource, Task
from accord.engines.planning.scheduling import schedule
from tests.engines.test_scheduling import CALENDARS, DAY, dates, day, plan, task

JANUARY = datetime(2026, 1, 1)


def december(number: int, hour: int = 8) -> datetime:
    return datetime(2025, 12, number, hour)


class TestBeforeTheProjectStart:
    """The project starts on Monday 5 January; constraint dates lie in the week before it."""

    @pytest.mark.parametrize(
        ("constraint", "moment"),
        [
            (Constraint.START_NO_EARLIER_THAN, december(29)),
            (Constraint.FINISH_NO_EARLIER_THAN, day(2, 17)),
            (Constraint.MUST_START_ON, december(29)),
            (Constraint.MUST_FINISH_ON, day(2, 17)),
            (Constraint.START_NO_LATER_THAN, december(29)),
            (Constraint.FINISH_NO_LATER_THAN, day(2, 17)),
        ],
    )
    def test_a_date_before_it_puts_the_task_there(self, constraint: Constraint, moment: datetime) -> None:
        found = schedule(plan(task(1, 5, constraint=constraint, constraint_date=moment), task(2)))
        assert dates(found, 1) == (december(29), day(2, 17))
        assert found.tasks[1].early_start == found.start == december(29)
        assert dates(found, 2) == (day(5), day(5, 17))  # what no date holds begins with the project

    def test_what_follows_an_early_task_follows_it_there(self) -> None:
        early = task(1, 2, constraint=Constraint.START_NO_EARLIER_THAN, constraint_date=december(29))
        links = [Link(1, 2), Link(1, 3, LinkType.SS, DAY)]
        found = schedule(plan(early, task(2), task(3), links=links))
        assert dates(found, 2) == (december(31), december(31, 17))
        assert dates(found, 3) == (december(30), december(30, 17))

    def test_a_link_to_the_finish_brings_nothing_before_it(self) -> None:
        early = task(1, 2, constraint=Constraint.START_NO_EARLIER_THAN, constraint_date=december(29))
        found = schedule(plan(early, task(2, 3), links=[Link(1, 2, LinkType.FF)]))
        assert dates(found, 2) == (day(5), day(7, 17))

    @pytest.mark.parametrize("unit", [LagUnit.WORKING, LagUnit.ELAPSED])
    def test_a_lead_alone_brings_nothing_before_it(self, unit: LagUnit) -> None:
        early = task(3, constraint=Constraint.START_NO_EARLIER_THAN, constraint_date=december(29))
        found = schedule(plan(task(1), task(2), early, links=[Link(1, 2, lag=-10 * DAY, unit=unit)]))
        assert dates(found, 2) == (day(5), day(5, 17))

    def test_work_begun_before_it_takes_its_successors_along(self) -> None:
        begun = task(1, 2, actual_start=december(29), actual_finish=december(30, 17), percent_complete=100)
        found = schedule(plan(begun, task(2), links=[Link(1, 2)]))
        assert dates(found, 2) == (december(31), december(31, 17))

    def test_a_summary_constraint_holds_what_is_below(self) -> None:
        summary = task(1, constraint=Constraint.START_NO_EARLIER_THAN, constraint_date=december(29))
        found = schedule(plan(summary, task(2, 2, parent=1)))
        assert dates(found, 2) == (december(29), december(30, 17))

    def test_a_finish_date_with_people_of_two_calendars(self) -> None:
        held = task(1, 2, constraint=Constraint.FINISH_NO_EARLIER_THAN, constraint_date=day(2, 17))
        people = (Resource(1, "Ada"), Resource(2, "Ben", calendar=4))
        work = tuple(Assignment(n, 1, n, work=2 * DAY) for n in (1, 2))
        found = schedule(replace(plan(held), resources=people, assignments=work))
        assert dates(found, 1) == (day(1), day(2, 17))


class TestManualSummaries:
    def test_tasks_without_links_start_with_their_manual_parent(self) -> None:
        summary = task(1, 5, manual=True, start=datetime(2026, 2, 2, 8), finish=datetime(2026, 2, 6, 17))
        inner = task(2, parent=1)
        rows = (summary, inner, task(3, 2, parent=2), task(4, parent=1), task(5, parent=1))
        held = replace(rows[4], constraint=Constraint.START_NO_EARLIER_THAN, constraint_date=day(12))
        found = schedule(plan(*rows[:4], held, links=[Link(3, 4)]))
        assert dates(found, 3) == (datetime(2026, 2, 2, 8), datetime(2026, 2, 3, 17))
        assert dates(found, 4) == (datetime(2026, 2, 4, 8), datetime(2026, 2, 4, 17))
        assert dates(found, 5) == (day(12), day(12, 17))

    def test_the_summary_lasts_as_long_as_it_was_given(self) -> None:
        summary = task(1, 5, manual=True, start=day(12), finish=day(16, 17))
        found = schedule(plan(summary, task(2, 2, parent=1)))
        assert (found.tasks[1].total_float, found.tasks[2].total_float) == (0, 3 * DAY)

    def test_a_manual_parent_before_the_project(self) -> None:
        summary = task(1, 5, manual=True, start=december(29), finish=day(2, 17))
        found = schedule(plan(summary, task(2, 2, parent=1), task(3)))
        assert dates(found, 2) == (december(29), december(30, 17))
        assert dates(found, 3)[0] == day(5)


class TestManualPlaceholders:
    @pytest.mark.parametrize(
        ("known", "expected"),
        [
            ({"start": day(7)}, (day(7), day(8, 17))),
            ({"finish": day(9, 17)}, (day(8), day(9, 17))),
            ({}, (day(5), day(6, 17))),
        ],
    )
    def test_half_of_the_dates(self, known: dict[str, datetime], expected: tuple[datetime, datetime]) -> None:
        assert dates(schedule(plan(task(1, 2, manual=True, **known))), 1) == expected

    def test_without_a_date_the_links_decide(self) -> None:
        found = schedule(plan(task(1, 3), task(2, 2, manual=True), links=[Link(1, 2)]))
        assert dates(found, 2) == (day(8), day(9, 17))


class TestLevelled:
    """Two tasks of five days of one person; the second waits a week."""

    def test_the_delay_counts_in_early_dates_and_float(self) -> None:
        found = schedule(plan(task(1, 5), task(2, 5, levelling_delay=7 * 1440)))
        second, first = found.tasks[2], found.tasks[1]
        assert (second.start, second.early_start, second.early_finish) == (day(12), day(12), day(16, 17))
        assert (second.total_float, second.critical) == (0, True)
        assert (first.total_float, first.critical) == (5 * DAY, False)


class TestOvertime:
    def test_overtime_takes_none_of_the_duration(self) -> None:
        """Ada and Ben keep different hours, so that the task takes as long as their regular work."""
        people = (Resource(1, "Ada"), Resource(2, "Ben", calendar=4))
        work = (Assignment(1, 1, 1, work=5 * DAY, overtime=3 * DAY), Assignment(2, 1, 2, work=DAY))
        found = schedule(replace(plan(task(1, 5)), resources=people, assignments=work))
        assert dates(found, 1) == (day(5), day(6, 17))

    def test_what_is_left_of_it(self) -> None:
        people = (Resource(1, "Ada"), Resource(2, "Ben", calendar=4))
        left = Assignment(
            1, 1, 1, work=5 * DAY, actual_work=2 * DAY, remaining_work=3 * DAY, overtime=2 * DAY, actual_overtime=DAY
        )
        begun = task(1, 4, actual_start=day(5), percent_complete=25, actual_duration=DAY, remaining_duration=3 * DAY)
        found = schedule(replace(plan(begun), resources=people, assignments=(left, Assignment(2, 1, 2))))
        assert dates(found, 1) == (day(5), day(7, 17))  # a day done, two of the three left in working time


class TestFinishToFinishLead:
    def test_the_finish_is_where_work_ends(self) -> None:
        found = schedule(plan(task(1, 5), task(2, 1), links=[Link(1, 2, LinkType.FF, -DAY)]))
        assert dates(found, 2) == (day(8), day(8, 17))

    def test_in_a_24_by_5_calendar(self) -> None:
        around = replace(CALENDARS[2], week=replace(CALENDARS[2].week, days=(((0, 1440),),) * 5 + ((), ())))
        first = Task(
            1, "a", duration=1440, constraint=Constraint.START_NO_EARLIER_THAN, constraint_date=datetime(2026, 1, 12)
        )
        whole = plan(first, Task(2, "b", duration=1440), links=[Link(1, 2, LinkType.FF, -1440)])
        found = schedule(replace(whole, calendar=3, calendars=(around,)))
        assert dates(found, 2) == (datetime(2026, 1, 9), datetime(2026, 1, 10))


def effort(uid: int, **more: object) -> Task:
    return Task(uid, f"effort {uid}", level_of_effort=True, **more)  # type: ignore[arg-type]


class TestLevelOfEffort:
    def test_it_spans_what_it_is_linked_to(self) -> None:
        links = [Link(1, 2), Link(1, 9, LinkType.SS), Link(2, 9, LinkType.FF)]
        found = schedule(plan(task(1, 3), task(2, 2), task(3, 8), effort(9), links=links))
        row = found.tasks[9]
        assert (row.start, row.finish, row.duration) == (day(5), day(9, 17), 5 * DAY)
        assert not row.critical and row.total_float == 3 * DAY

    def test_it_follows_when_the_work_takes_longer(self) -> None:
        links = [Link(1, 9, LinkType.SS), Link(1, 9, LinkType.FF)]
        assert dates(schedule(plan(task(1, 3), effort(9), links=links)), 9) == (day(5), day(7, 17))
        assert dates(schedule(plan(task(1, 4), effort(9), links=links)), 9) == (day(5), day(8, 17))

    @pytest.mark.parametrize("kind", list(LinkType))
    def test_one_link_is_enough_to_say_what_it_supports(self, kind: LinkType) -> None:
        for link in (Link(1, 9, kind), Link(9, 1, kind)):
            late = task(1, 3, constraint=Constraint.START_NO_EARLIER_THAN, constraint_date=day(7))
            assert dates(schedule(plan(late, task(2, 9), effort(9), links=[link])), 9) == (day(7), day(9, 17))

    def test_links_out_of_it_and_lags(self) -> None:
        links = [Link(9, 1, LinkType.SS, DAY), Link(9, 1, LinkType.FF, -DAY)]
        late = task(1, 3, constraint=Constraint.START_NO_EARLIER_THAN, constraint_date=day(7))
        assert dates(schedule(plan(late, effort(9), links=links)), 9) == (day(6), day(12, 17))

    def test_it_drives_nothing_and_is_never_critical(self) -> None:
        links = [Link(1, 9, LinkType.FF), Link(9, 2)]
        alone = schedule(plan(task(1, 3), task(2, 1)))
        found = schedule(plan(task(1, 3), task(2, 1), effort(9, duration=60 * DAY), links=links))
        assert found.finish == alone.finish
        assert {uid: found.tasks[uid] for uid in (1, 2)} == dict(alone.tasks)
        assert not found.tasks[9].critical

    def test_without_links_it_supports_its_summary_or_the_whole_plan(self) -> None:
        rows = (task(1), task(2, 2, parent=1), effort(8, parent=1), task(3, 4), effort(9))
        found = schedule(plan(*rows))
        assert dates(found, 8) == (day(5), day(6, 17))
        assert dates(found, 9) == (day(5), day(8, 17))
        assert found.tasks[1].finish == day(6, 17)

    def test_a_linked_summary_counts_as_what_is_below_it(self) -> None:
        rows = (task(1), task(2, 2, parent=1), task(3, 5), effort(9))
        links = [Link(1, 9, LinkType.SS), Link(1, 9, LinkType.FF)]
        assert dates(schedule(plan(*rows, links=links)), 9) == (day(5), day(6, 17))

    def test_begun_and_finished_as_recorded(self) -> None:
        done = effort(9, actual_start=day(6), actual_finish=day(7, 12))
        assert dates(schedule(plan(task(1, 5), done)), 9) == (day(6), day(7, 12))

    def test_a_summary_of_nothing_else_is_not_critical(self) -> None:
        found = schedule(plan(task(1, 5), task(2), effort(9, parent=2)))
        assert dates(found, 2) == (day(5), day(9, 17))
        assert not found.tasks[2].critical

    def test_a_plan_of_nothing_else(self) -> None:
        found = schedule(plan(effort(9, duration=2 * DAY)))
        assert dates(found, 9) == (day(5), day(6, 17))

    def test_links_between_two_say_nothing(self) -> None:
        found = schedule(plan(task(1, 2), effort(8), effort(9), links=[Link(8, 9), Link(9, 8)]))
        assert dates(found, 9) == dates(found, 8) == (day(5), day(6, 17))
