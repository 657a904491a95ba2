"""Scheduling work that has begun: actual dates, remaining work, splits, and what they leave their neighbours."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from accord.engines.planning.plan import Assignment, Constraint, Link, LinkType, Resource, Segment, Task
from accord.engines.planning.scheduling import schedule
from tests.engines.test_scheduling import DAY, MONDAY, dates, day, plan, task


def begun(uid: int, days: float, start: datetime, done: float, **more: object) -> Task:
    """A task with so many of its days done from its actual start."""
    remaining = round((days - done) * DAY)
    return replace(
        task(uid, days), actual_start=start, actual_duration=round(done * DAY), remaining_duration=remaining, **more
    )


class TestForward:
    def test_begun_work_keeps_its_start_and_works_the_rest(self) -> None:
        found = schedule(plan(task(1, 4), begun(2, 3, day(6), 1), links=[Link(1, 2, LinkType.SS)]))
        assert dates(found, 2) == (day(6), day(8, 17))

    def test_the_rest_goes_on_where_it_resumes(self) -> None:
        paused = begun(1, 3, day(5), 1, stop=day(5, 17), resume=day(8))
        assert dates(schedule(plan(paused)), 1) == (day(5), day(9, 17))

    def test_the_rest_waits_for_a_late_predecessor_unless_work_may_not_be_split(self) -> None:
        late = plan(task(1, 4), begun(2, 2, day(5), 1), links=[Link(1, 2)])
        assert dates(schedule(late), 2) == (day(5), day(9, 17))
        assert dates(schedule(replace(late, splits_in_progress_tasks=False)), 2) == (day(5), day(6, 17))

    def test_percent_complete_stands_in_for_missing_durations(self) -> None:
        half = replace(task(1, 4), actual_start=day(6), percent_complete=50)
        assert dates(schedule(plan(half)), 1) == (day(6), day(9, 17))

    def test_done_work_is_history(self) -> None:
        done = replace(task(2, 9), actual_start=day(1), actual_finish=day(2, 17), percent_complete=100)
        found = schedule(plan(task(1, 2), done, task(3), links=[Link(1, 2), Link(2, 3)]))
        row = found.tasks[2]
        assert dates(found, 2) == (row.early_start, row.early_finish) == (row.late_start, row.late_finish)
        assert (row.total_float, row.free_float, row.critical) == (0, 0, False)
        assert found.tasks[1].total_float == 0, "done work holds nobody"
        assert dates(found, 3) == (MONDAY, day(5, 17))

    def test_constraints_on_the_start_of_begun_work_no_longer_matter(self) -> None:
        held = begun(1, 2, day(5), 1, constraint=Constraint.MUST_START_ON, constraint_date=day(8))
        found = schedule(plan(held, task(2, 5)))
        assert dates(found, 1) == (day(5), day(6, 17))
        assert found.tasks[1].total_float == 3 * DAY

    def test_rounding_of_the_parts_does_not_move_the_whole(self) -> None:
        """Done and remaining 566.4 and 393.6 minutes arrive as 566 and 394, or as 567 and 394."""
        for done, resume in ((566, day(6, 9).replace(minute=26)), (567, day(6, 9).replace(minute=27))):
            part = replace(
                task(1, 2),
                actual_start=day(5),
                actual_duration=done,
                remaining_duration=394,
                stop=resume,
                resume=resume,
            )
            assert dates(schedule(plan(part)), 1) == (day(5), day(6, 17))

    def test_people_of_different_hours_resume_together(self) -> None:
        people = (Resource(1, "day"), Resource(2, "clock", calendar=3))
        work = (
            Assignment(1, 1, 1, work=4 * DAY, actual_work=DAY, remaining_work=3 * DAY),
            Assignment(2, 1, 2, work=1440, actual_work=1440, remaining_work=0),
        )
        found = schedule(plan(begun(1, 4, day(5), 1, resume=day(6)), resources=people, assignments=work))
        assert dates(found, 1) == (day(5), day(8, 17))


class TestSplits:
    def test_the_pause_of_a_split_task_is_kept(self) -> None:
        parts = (Segment(day(5), day(5, 17)), Segment(day(7), day(8, 17)))
        found = schedule(plan(task(1, 3, segments=parts), task(2), links=[Link(1, 2)]))
        assert dates(found, 1) == (day(5), day(8, 17))
        assert found.tasks[2].start == day(9)

    def test_it_moves_with_the_task(self) -> None:
        parts = (Segment(day(5), day(5, 17)), Segment(day(7), day(8, 17)))
        found = schedule(plan(task(1), task(2, 3, segments=parts), links=[Link(1, 2)]))
        assert dates(found, 2) == (day(6), day(9, 17))

    def test_a_pause_already_over_is_not_taken_again(self) -> None:
        parts = (Segment(day(5), day(5, 17)), Segment(day(7), day(8, 17)))
        half = begun(1, 3, day(5), 2, stop=day(7, 17), resume=day(8), segments=parts)
        assert dates(schedule(plan(half)), 1) == (day(5), day(8, 17))


class TestBackward:
    def test_a_predecessor_may_take_what_begun_work_has_left_open(self) -> None:
        """The successor has worked a day: its predecessor may finish until then, a day late."""
        found = schedule(plan(task(1, 1), begun(2, 4, day(6), 1), task(3, 9), links=[Link(1, 2)]))
        assert found.tasks[1].late_finish == day(6, 17)
        assert found.tasks[1].total_float == DAY

    def test_float_of_begun_work_is_that_of_its_finish(self) -> None:
        found = schedule(plan(begun(1, 4, day(5), 1), task(2, 9)))
        assert found.tasks[1].late_start == found.tasks[1].early_start == day(5)
        assert found.tasks[1].late_finish == day(15, 17)
        assert found.tasks[1].total_float == 5 * DAY

    def test_a_begun_milestone_passes_the_late_dates_on(self) -> None:
        passed = replace(task(2, 0), actual_start=day(5, 17), remaining_duration=0, actual_duration=0)
        found = schedule(plan(task(1), passed, task(3), task(4, 5), links=[Link(1, 2), Link(2, 3)]))
        assert found.tasks[1].total_float == 3 * DAY

    def test_a_summary_of_begun_work_counts_from_its_finish(self) -> None:
        found = schedule(plan(task(1), begun(2, 2, day(5), 1, parent=1), task(3, 1, parent=1), task(4, 5)))
        assert found.tasks[1].total_float == 3 * DAY
        assert found.tasks[1].late_finish == day(9, 17)
