"""The DCMA's 14 points on a plan of known faults: each point fails by a known count, and a clean plan passes all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from itertools import pairwise

import pytest

from accord.engines.planning.plan import (
    Assignment,
    BaselineValues,
    Constraint,
    LagUnit,
    Link,
    LinkType,
    Plan,
    Resource,
    Task,
)
from accord.engines.planning.schedule_quality import ADDED, Assessment, Verdict, assess
from accord.engines.planning.scheduling import schedule
from tests.engines.test_scheduling import DAY, day, plan, task

TEN = range(1, 11)
NOW = datetime(2026, 1, 30, 17)  # four weeks after the start: two tasks of ten days are done
BEGIN, END = 100, 101


def clean() -> Plan:
    """Ten tasks of ten days one after the other between two milestones, the first two done; all agreed and staffed."""
    tasks = (
        Task(BEGIN, "begin", milestone=True, actual_start=day(5), actual_finish=day(5), percent_complete=100),
        *(task(uid, 10) for uid in TEN),
        Task(END, "end", milestone=True),
    )
    order = (BEGIN, *TEN, END)
    links = [Link(before, after) for before, after in pairwise(order)]
    staff = tuple(Assignment(uid, uid, 1, work=10 * DAY) for uid in TEN)
    bare = plan(*tasks, links=links, resources=(Resource(1, "Pat"),), assignments=staff, status_date=NOW)
    return agreed(done(bare, 1, 2))


def done(bare: Plan, *uids: int) -> Plan:
    dates = schedule(bare).tasks
    return change(
        bare, *uids, percent_complete=100,
        actual_start=lambda t: dates[t.uid].start, actual_finish=lambda t: dates[t.uid].finish,
    )  # fmt: skip


def agreed(bare: Plan) -> Plan:
    """The plan as it stands is its baseline."""
    dates = schedule(bare).tasks

    def baseline(task: Task) -> tuple[BaselineValues, ...]:
        row = dates[task.uid]
        return (BaselineValues(0, row.start, row.finish, row.duration, 0, None),)

    return replace(bare, tasks=tuple(replace(t, baselines=baseline(t)) for t in bare.tasks))


def change(bare: Plan, *uids: int, **fields: object) -> Plan:
    """Set fields of some tasks; a function is given the task."""

    def of(task: Task) -> Task:
        given = {name: value(task) if callable(value) else value for name, value in fields.items()}
        return replace(task, **given)  # type: ignore[arg-type]

    return replace(bare, tasks=tuple(of(t) if t.uid in uids else t for t in bare.tasks))


def relink(bare: Plan, *links: Link) -> Plan:
    """Other links between the same pairs."""
    new = {(link.predecessor, link.successor): link for link in links}
    return replace(bare, links=tuple(new.get((x.predecessor, x.successor), x) for x in bare.links))


def unlink(bare: Plan, before: int, after: int) -> Plan:
    return replace(bare, links=tuple(x for x in bare.links if (x.predecessor, x.successor) != (before, after)))


def beside(bare: Plan) -> Plan:
    """One more task of ten days, beside the other eight that are left: 70 days of float."""
    more = replace(task(11, 10), baselines=(BaselineValues(0, day(30, 17), datetime(2026, 2, 13, 17), 4800, 0, None),))
    return replace(
        bare,
        tasks=(*bare.tasks[:-1], more, bare.tasks[-1]),
        links=(*bare.links, Link(2, 11), Link(11, END)),
        assignments=(*bare.assignments, Assignment(11, 11, 1, work=10 * DAY)),
    )


def assessed(of: Plan) -> Assessment:
    return assess(of, schedule(of), NOW)


def test_a_clean_plan_passes_all_fourteen() -> None:
    found = assessed(clean())
    assert [point.number for point in found.points] == list(range(1, 15))
    assert {point.key: (point.verdict, point.tasks) for point in found.points} == {
        point.key: (Verdict.PASSED, ()) for point in found.points
    }
    counted = {point.key: (point.numerator, point.denominator) for point in found.points}
    assert counted == {
        "logic": (0, 8), "leads": (0, 9), "lags": (0, 9), "relationships": (9, 9), "constraints": (0, 8),
        "high-float": (0, 8), "negative-float": (0, 8), "high-duration": (0, 8), "dates": (0, 10),
        "resources": (0, 8), "missed": (0, 2), "critical-path-test": (ADDED, ADDED), "cpli": (80, 80), "bei": (2, 2),
    }  # fmt: skip


# The point, the fault, what it counts and of how many, and the tasks it names.
FAULTS: dict[str, tuple[str, Callable[[Plan], Plan], float, float, tuple[int, ...]]] = {
    "a link is missing": ("logic", lambda p: unlink(p, 4, 5), 2, 8, (4, 5)),
    "a lead": ("leads", lambda p: relink(p, Link(4, 5, lag=-DAY)), 1, 9, (5,)),
    "a lag": ("lags", lambda p: relink(p, Link(4, 5, lag=DAY)), 1, 9, (5,)),
    "a lag in percent": ("lags", lambda p: relink(p, Link(6, 7, lag=50, unit=LagUnit.PERCENT)), 1, 9, (7,)),
    "other relations": (
        "relationships",
        lambda p: relink(p, Link(4, 5, LinkType.SS), Link(6, 7, LinkType.FF)),
        7,
        9,
        (5, 7),
    ),
    "a hard constraint": (
        "constraints",
        lambda p: change(
            p, 6, constraint=Constraint.START_NO_LATER_THAN, constraint_date=lambda t: t.baselines[0].start
        ),
        1,
        8,
        (6,),
    ),
    "much float": ("high-float", beside, 1, 9, (11,)),
    "a deadline missed": (
        "negative-float",
        lambda p: change(p, 10, deadline=datetime(2026, 5, 1, 17)),
        8,
        8,
        (3, 4, 5, 6, 7, 8, 9, 10),
    ),
    "a long task": ("high-duration", lambda p: change(p, 7, duration=45 * DAY), 1, 8, (7,)),
    "done tomorrow": ("dates", lambda p: change(p, 2, actual_finish=datetime(2026, 2, 2, 12)), 1, 10, (2,)),
    "not begun yesterday": (
        "dates", lambda p: change(p, 2, percent_complete=0, actual_start=None, actual_finish=None), 1, 10, (2,)
    ),
    "nobody": (
        "resources",
        lambda p: replace(p, assignments=tuple(a for a in p.assignments if a.task not in (5, 6))),
        2,
        8,
        (5, 6),
    ),
    "done late": (
        "missed",
        lambda p: change(p, 1, baselines=(BaselineValues(0, day(5), day(14, 17), 8 * DAY, 0, None),)),
        1,
        2,
        (1,),
    ),
    "due and not done": ("missed", lambda p: change(p, 2, percent_complete=90, actual_finish=None), 1, 2, (2,)),
    "a date that breaks the path": (
        "critical-path-test",
        lambda p: change(p, 9, constraint=Constraint.MUST_START_ON, constraint_date=lambda t: t.baselines[0].start),
        580,
        600,
        (3,),
    ),
    "later than agreed": ("cpli", lambda p: change(p, 8, duration=20 * DAY), 80, 90, (3, 4, 5, 6, 7, 8, 9, 10, END)),
    "less done than agreed": ("bei", lambda p: change(p, 2, percent_complete=90, actual_finish=None), 1, 2, (2,)),
    "work in no baseline": ("bei", lambda p: change(beside(p), 11, baselines=()), 2, 3, (11,)),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_each_point_fails_by_the_count_of_its_fault(fault: str) -> None:
    key, break_, numerator, denominator, uids = FAULTS[fault]
    point = assessed(break_(clean()))[key]
    assert point.verdict is Verdict.FAILED
    assert (point.numerator, point.denominator, point.tasks) == (pytest.approx(numerator), denominator, uids)
    assert point.figure == pytest.approx(numerator / denominator)


def test_thresholds_are_met_by_what_equals_them() -> None:
    """44 days of float or duration are not high, and one task of twenty is five percent."""
    assert assessed(change(clean(), 7, duration=44 * DAY))["high-duration"].numerator == 0
    twenty = plan(*(task(uid) for uid in range(1, 21)), links=[Link(uid, uid + 1) for uid in range(1, 20)])
    one = change(twenty, 20, constraint=Constraint.MUST_FINISH_ON, constraint_date=datetime(2026, 1, 30, 17))
    assert assess(one, schedule(one), day(5)).points[4].figure == 0.05
    assert assess(one, schedule(one), day(5))["constraints"].verdict is Verdict.PASSED


def test_a_finding_says_what_to_look_at() -> None:
    faulty = relink(clean(), Link(4, 5, LinkType.SS, lag=-DAY), Link(6, 7, lag=2880, unit=LagUnit.ELAPSED))
    found = assessed(unlink(faulty, 8, 9))
    notes = {(f.uid, f.note) for point in found.points for f in point.findings}
    assert {
        (5, "SS-1 d after “task 4”"), (7, "FS+2 elapsed days after “task 6”"), (8, "no successor"),
        (9, "no predecessor"),
    } <= notes  # fmt: skip


def test_links_of_a_summary_are_logic_of_what_is_below() -> None:
    parts = plan(
        task(1), Task(2, "phase"), task(3, parent=2), task(4, parent=2), task(5), links=[Link(1, 2), Link(2, 5)]
    )
    assert assess(parts, schedule(parts), day(5))["logic"].tasks == (1, 5)


@pytest.mark.parametrize("hours", ["people of different hours", "begun work", "by hand", "many paths"])
def test_the_critical_path_test_lengthens_work_of_every_kind(hours: str) -> None:
    whole = clean()
    if hours == "people of different hours":
        people = (Resource(1, "Pat"), Resource(2, "Kim", calendar=3))
        more = (*whole.assignments, Assignment(50, 3, 2, work=100))
        whole = replace(whole, resources=people, assignments=more)
    elif hours == "begun work":
        whole = change(
            whole, 3, actual_start=lambda t: t.baselines[0].start, actual_duration=480, remaining_duration=9 * DAY,
            percent_complete=10,
        )  # fmt: skip
    elif hours == "by hand":
        whole = change(
            whole, 3, manual=True, start=lambda t: t.baselines[0].start, finish=lambda t: t.baselines[0].finish
        )
    else:
        whole = replace(beside(whole), multiple_critical_paths=True)
        whole = unlink(whole, 11, END)
    assert assessed(whole)["critical-path-test"].verdict is Verdict.PASSED


def test_nothing_critical_is_a_broken_path() -> None:
    """What was done in the far future holds the finish; the work that is left does not."""
    far = datetime(2027, 1, 4, 17)
    late = change(clean(), END, percent_complete=100, actual_start=far, actual_finish=far)
    point = assessed(late)["critical-path-test"]
    assert (point.verdict, point.figure) == (Verdict.FAILED, 0)
    assert point.reason == "no unfinished task is critical"
    assert len(point.tasks) == 8


def test_without_a_baseline_nobody_is_reassured() -> None:
    found = assessed(change(clean(), *TEN, BEGIN, END, baselines=()))
    for key in ("missed", "cpli", "bei"):
        point = found[key]
        expected = (Verdict.NOT_APPLICABLE, None, "the plan has no baseline")
        assert (point.verdict, point.figure, point.reason) == expected
    assert found.count(Verdict.PASSED) == 11


def test_the_baseline_measured_against_is_the_one_that_the_plan_names() -> None:
    other = replace(clean(), earned_value_baseline=1)
    assert assessed(other)["bei"].reason == "the plan has no baseline"


def test_an_empty_and_a_finished_plan_have_nothing_to_measure() -> None:
    empty = plan()
    assert {p.verdict for p in assess(empty, schedule(empty), NOW).points} == {Verdict.NOT_APPLICABLE}
    whole = done(clean(), *TEN, END)
    found = assess(whole, schedule(whole), datetime(2026, 12, 31, 17))
    measured = {p.key: p.verdict for p in found.points if p.verdict is not Verdict.NOT_APPLICABLE}
    assert measured == {"dates": Verdict.PASSED, "missed": Verdict.PASSED, "bei": Verdict.PASSED}
    assert found["critical-path-test"].reason == found["cpli"].reason == "all work is done"


def test_a_finish_in_the_past_has_no_length() -> None:
    stale = clean()
    point = assess(stale, schedule(stale), datetime(2026, 12, 31, 17))["cpli"]
    assert point.reason == "the finish of the plan lies before the status date"


def test_a_plan_from_its_finish_cannot_be_lengthened() -> None:
    backward = replace(clean(), schedule_from_finish=True, finish=datetime(2026, 6, 1, 17))
    assert assessed(backward)["critical-path-test"].reason.startswith("the plan is scheduled backwards from its finish")
