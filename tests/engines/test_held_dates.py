"""Holding a plan at dates that its rules would not give it."""

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from accord.engines.calendars.working_time import CalendarSpec, WeekSpec
from accord.engines.planning.held_dates import comparable, differences, hold_dates
from accord.engines.planning.plan import Constraint, Link, LinkType, Plan, Task
from accord.engines.planning.scheduling import schedule

WEEK = WeekSpec((((480, 720), (780, 1020)),) * 5 + ((), ()))
MONDAY = datetime(2026, 1, 5, 8)


def plan_of(tasks: list[Task], links: list[Link]) -> Plan:
    return Plan("wall", MONDAY, 1, (CalendarSpec(1, "Standard", WEEK),), tuple(tasks), tuple(links))


def at(uid: int, day: int, **more: object) -> Task:
    start = datetime(2026, 1, day, 8)
    return Task(uid, f"task {uid}", duration=480, start=start, finish=start.replace(hour=17), **more)  # type: ignore[arg-type]


def test_only_the_first_of_a_chain_is_held():
    plan = plan_of([at(uid, day) for uid, day in ((1, 12), (2, 13), (3, 14))], [Link(1, 2), Link(2, 3)])
    found = differences(plan, schedule(plan))
    assert [(each.uid, each.follows) for each in found] == [(1, False), (2, True), (3, True)]
    held = hold_dates(plan)
    assert (held.no_earlier, held.manual, held.different) == ((1,), (), ())


def test_what_waits_through_its_summary_follows():
    tasks = [at(1, 12), Task(2, "phase"), at(3, 13, parent=2, outline_level=2)]
    plan = plan_of(tasks, [Link(1, 2)])
    assert [(each.uid, each.follows) for each in differences(plan, schedule(plan))] == [(1, False), (3, True)]
    assert hold_dates(plan).no_earlier == (1,)


def test_a_date_before_its_links_is_set_by_hand():
    plan = plan_of([at(1, 5), at(2, 5)], [Link(1, 2)])
    held = hold_dates(plan)
    assert (held.no_earlier, held.manual) == ((), (2,))
    assert not differences(held.plan, schedule(held.plan))


def test_ended_work_stays_where_it_was():
    ended = at(1, 12, actual_start=MONDAY, actual_finish=datetime(2026, 1, 5, 17), percent_complete=100)
    held = hold_dates(plan_of([ended], []))
    assert (held.no_earlier, held.manual, held.different) == ((), (), (1,))


def test_other_constraints_are_not_overwritten():
    late = at(1, 12, constraint=Constraint.START_NO_LATER_THAN, constraint_date=datetime(2026, 1, 20, 8))
    held = hold_dates(plan_of([late], []))
    assert held.manual == (1,) and held.plan.tasks[0].constraint is Constraint.START_NO_LATER_THAN


moments = st.integers(0, 60).map(lambda day: MONDAY + timedelta(days=day))


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.tuples(moments, st.integers(0, 5), st.booleans()), min_size=1, max_size=12),
    st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11), st.sampled_from(LinkType)), max_size=14),
)
def test_every_plan_keeps_its_dates(rows, pairs):
    tasks = [
        Task(
            uid,
            str(uid),
            duration=480 * days,
            start=start,
            finish=start + timedelta(days=days),
            actual_start=start if begun else None,
        )
        for uid, (start, days, begun) in enumerate(rows)
    ]
    count = len(tasks)
    links = [Link(min(a, b) % count, max(a, b) % count, kind) for a, b, kind in pairs]
    links = [link for link in links if link.predecessor < link.successor]
    plan = plan_of(tasks, links)
    held = hold_dates(plan)
    assert not held.different
    found = schedule(held.plan)
    assert all(found.tasks[task.uid].start == task.start for task in tasks)
    assert all(found.tasks[task.uid].finish == task.finish for task in tasks)
    untouched = {task.uid for task in tasks} - {*held.no_earlier, *held.manual}
    before = {task.uid: task for task in tasks}
    assert all(held.plan.tasks[uid] == before[uid] for uid in untouched)
    assert comparable(plan) == count
    assert hold_dates(held.plan).plan == held.plan
    assert replace(plan, tasks=held.plan.tasks) == held.plan
