"""Scheduling any plan: it answers or refuses, always the same, and what it answers obeys the plan."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from accord.engines.calendars.working_time import CalendarSpec, WeekSpec, compile_calendars
from accord.engines.planning.plan import (
    Assignment,
    Constraint,
    LagUnit,
    Link,
    LinkType,
    Plan,
    Resource,
    Segment,
    Stored,
    Task,
)
from accord.engines.planning.scheduling import Schedule, ScheduleError, schedule
from tests.engines.test_scheduling import CALENDARS, MONDAY

moments = st.integers(-20 * 96, 60 * 96).map(lambda quarter: MONDAY + timedelta(minutes=15 * quarter))
maybe_moment = st.none() | moments
durations = st.sampled_from([0, 60, 240, 480, 1_000, 2_400])
calendars = st.sampled_from([None, 1, 2, 3, 4, 5])


@st.composite
def any_tasks(draw: st.DrawFn) -> tuple[Task, ...]:
    tasks: list[Task] = []
    for uid in range(1, draw(st.integers(1, 9)) + 1):
        parent = draw(st.none() | st.sampled_from([task.uid for task in tasks])) if tasks else None
        tasks.append(
            Task(
                uid,
                f"task {uid}",
                parent=parent,
                duration=draw(durations),
                elapsed=draw(st.booleans()),
                manual=draw(st.sampled_from([False, False, False, True])),
                active=draw(st.sampled_from([True, True, True, False])),
                constraint=draw(st.sampled_from([Constraint.ASAP, *Constraint])),
                constraint_date=draw(moments),
                deadline=draw(maybe_moment),
                calendar=draw(calendars),
                ignore_resource_calendars=draw(st.booleans()),
                levelling_delay=draw(st.sampled_from([0, 0, 480])),
                start=draw(maybe_moment),
                finish=draw(maybe_moment),
                percent_complete=draw(st.sampled_from([0, 0, 50, 100])),
                actual_start=draw(st.none() | maybe_moment),
                actual_finish=draw(st.none() | st.none() | maybe_moment),
                actual_duration=draw(st.none() | durations),
                remaining_duration=draw(st.none() | durations),
                resume=draw(st.none() | maybe_moment),
                segments=tuple(
                    Segment(at, at + timedelta(hours=9)) for at in sorted(draw(st.lists(moments, max_size=2)))
                ),
            )
        )
    return tuple(tasks)


@st.composite
def any_plans(draw: st.DrawFn) -> Plan:
    tasks = draw(any_tasks())
    uids = st.integers(1, len(tasks))
    pairs = draw(st.lists(st.tuples(uids, uids), max_size=10))
    if draw(st.booleans()):
        pairs = [(min(pair), max(pair)) for pair in pairs]
    links = tuple(
        Link(
            before,
            after,
            draw(st.sampled_from(LinkType)),
            draw(st.sampled_from([0, 0, 50, 480, -300])),
            draw(st.sampled_from(LagUnit)),
        )
        for before, after in pairs
    )
    resources = tuple(Resource(uid, "someone", calendar=draw(calendars)) for uid in (1, 2, 3))
    assignments = tuple(
        Assignment(
            number,
            draw(uids),
            draw(st.sampled_from([None, 1, 2, 3, 9])),
            units=draw(st.sampled_from([1.0, 0.5, 2.0, 0.0])),
            work=draw(durations),
            actual_work=draw(durations),
            delay=draw(st.sampled_from([0, 0, 120])),
            contour=draw(st.integers(0, 8)),
        )
        for number in range(draw(st.integers(0, 6)))
    )
    return Plan(
        "any",
        MONDAY,
        1,
        CALENDARS,
        tasks,
        links,
        resources,
        assignments,
        finish=draw(maybe_moment),
        schedule_from_finish=draw(st.sampled_from([False, False, True])),
        honor_constraints=draw(st.booleans()),
        multiple_critical_paths=draw(st.booleans()),
        splits_in_progress_tasks=draw(st.booleans()),
    )


def attempt(plan: Plan) -> Schedule | None:
    try:
        return schedule(plan)
    except ScheduleError:
        return None


class TestAnyPlan:
    @settings(max_examples=120, deadline=None)
    @given(any_plans())
    def test_it_answers_or_refuses(self, plan: Plan) -> None:
        found = attempt(plan)
        if found is None:
            return
        below = {task.parent for task in plan.tasks}
        assert {task.uid for task in plan.tasks if task.active and task.uid not in below} <= found.tasks.keys()
        for uid, row in found.tasks.items():
            assert row.start <= row.finish
            assert row.early_start <= row.early_finish
            assert row.free_float >= 0
            assert row.uid == uid
        if found.tasks:
            leaves = [found.tasks[uid] for uid in found.tasks.keys() - below]
            assert found.start == min(row.start for row in leaves)
            assert found.finish == max(row.finish for row in leaves)

    @settings(max_examples=20, deadline=None)
    @given(any_plans())
    def test_what_a_file_says_was_computed_is_never_read(self, plan: Plan) -> None:
        stored = Stored(early_start=MONDAY, late_finish=datetime(2099, 1, 1), total_float=7, critical=True)
        other = replace(plan, tasks=tuple(replace(task, stored=stored) for task in plan.tasks))
        assert attempt(other) == attempt(plan)


@st.composite
def simple_plans(draw: st.DrawFn) -> Plan:
    """Unbegun tasks and summaries with links that can be kept, in calendars without exceptions."""
    own = st.sampled_from([None, 1, 2, 3, 4])
    tasks = [Task(uid, "", duration=draw(durations), calendar=draw(own)) for uid in range(1, draw(st.integers(3, 10)))]
    pairs = draw(st.lists(st.tuples(st.integers(1, len(tasks)), st.integers(1, len(tasks))), max_size=12))
    links = tuple(
        Link(min(pair), max(pair), draw(st.sampled_from(LinkType)), draw(st.sampled_from([0, 0, 300, -120])))
        for pair in pairs
        if pair[0] != pair[1]
    )
    return Plan("simple", MONDAY, 1, CALENDARS[:4], tuple(tasks), links)


class TestSimplePlans:
    @settings(max_examples=60, deadline=None)
    @given(simple_plans())
    def test_links_are_kept(self, plan: Plan) -> None:
        found = schedule(plan).tasks
        own = compile_calendars(plan.calendars)
        for link in plan.links:
            before, after = found[link.predecessor], found[link.successor]
            calendar = own[plan.tasks[link.successor - 1].calendar or 1]
            anchor = before.start if link.type in (LinkType.SS, LinkType.SF) else before.finish
            moved = after.finish if link.type in (LinkType.FF, LinkType.SF) else after.start
            assert calendar.between(calendar.add(anchor, round(link.lag)), moved) >= 0

    @settings(max_examples=40, deadline=None)
    @given(simple_plans(), st.integers(-200, 2_000))
    def test_a_project_some_weeks_later_is_the_same_project(self, plan: Plan, weeks: int) -> None:
        later = timedelta(weeks=weeks)
        moved = schedule(replace(plan, start=plan.start + later))
        for one, other in zip(schedule(plan).tasks.values(), moved.tasks.values(), strict=True):
            assert other.start - one.start == other.late_finish - one.late_finish == later
            assert (other.total_float, other.free_float) == (one.total_float, one.free_float)

    @settings(max_examples=40, deadline=None)
    @given(simple_plans(), st.data())
    def test_a_summary_around_the_tasks_changes_none_of_them(self, plan: Plan, data: st.DataObject) -> None:
        inside = data.draw(st.sets(st.integers(1, len(plan.tasks))))
        summary = Task(99, "summary")
        wrapped = tuple(replace(task, parent=99) if task.uid in inside else task for task in plan.tasks)
        found = schedule(replace(plan, tasks=(summary, *wrapped) if inside else wrapped)).tasks
        assert {uid: row for uid, row in found.items() if uid != 99} == dict(schedule(plan).tasks)

    @settings(max_examples=60, deadline=None)
    @given(simple_plans())
    def test_putting_tasks_down_where_they_were_planned_changes_nothing(self, plan: Plan) -> None:
        """A plan made manual at its own dates is the same plan."""
        found = schedule(plan)
        manual = tuple(
            replace(task, manual=True, start=found.tasks[task.uid].start, finish=found.tasks[task.uid].finish)
            for task in plan.tasks
        )
        again = schedule(replace(plan, tasks=manual))
        assert (again.start, again.finish) == (found.start, found.finish)
        for uid, row in again.tasks.items():
            assert (row.start, row.finish) == (found.tasks[uid].start, found.tasks[uid].finish)


def test_the_week_of_a_calendar_may_hold_a_single_minute() -> None:
    thin = CalendarSpec(1, "a minute a week", WeekSpec((((720, 721),), (), (), (), (), (), ())))
    found = schedule(Plan("thin", MONDAY, 1, (thin,), (Task(1, "ten weeks", duration=10),)))
    assert found.finish == MONDAY + timedelta(weeks=9, hours=4, minutes=1)
