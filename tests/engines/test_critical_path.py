"""The critical path against published networks, against a slow reference, and in its properties."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accord.engines.calendars.working_time import WorkCalendar
from accord.engines.planning.critical_path import (
    Activity,
    ActivityNetwork,
    CriticalPath,
    CycleError,
    Solution,
    analyze,
    solve,
)
from accord.engines.planning.network import FROM_START, KINDS, TO_FINISH
from accord.engines.planning.plan import LagUnit, Link, LinkType

START = datetime(2026, 1, 5, 8)
OFFICE = WorkCalendar((((480, 720), (780, 1020)),) * 5 + ((), ()))


def minutes(path: CriticalPath, moment: datetime) -> int:
    return (moment - path.start) // timedelta(minutes=1)


class TestPublished:
    def test_vanhoucke(self) -> None:
        """Vanhoucke, Integrated Project Management Sourcebook (2014), p. 6: 17 activities."""
        durations = [1, 2, 2, 4, 3, 3, 3, 2, 1, 1, 2, 1, 1, 1, 1, 2, 1]
        links = [(1, 2), (1, 3), (2, 4), (2, 5), (2, 6), (3, 7), (3, 8), (3, 9), (3, 10), (4, 11), (5, 11), (6, 11)]
        links += [(7, 12), (8, 13), (9, 14), (10, 15), *((a, b) for a in range(11, 16) for b in (16, 17))]
        path = analyze(
            ActivityNetwork(
                tuple(Activity(uid, duration) for uid, duration in enumerate(durations, start=1)),
                tuple(Link(a, b) for a, b in links),
            )
        )
        found = path.activities
        assert minutes(path, path.finish) == 11
        assert [minutes(path, a.early_start) for a in found] == [0, 1, 1, 3, 3, 3, 3, 3, 3, 3, 7, 6, 5, 4, 4, 9, 9]
        assert [a.total_float for a in found] == [0, 0, 2, 0, 1, 1, 2, 3, 4, 4, 0, 2, 3, 4, 4, 0, 1]
        assert [a.free_float for a in found] == [0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 2, 3, 4, 4, 0, 1]
        assert [a.uid for a in found if a.critical] == [1, 2, 4, 11, 16]

    def test_hillier_and_lieberman(self) -> None:
        """Reliable Construction at its PERT means: A-B-C-E-F-J-L-N, 44 weeks."""
        durations = dict(zip("ABCDEFGHIJKLMN", (2, 4, 10, 6, 4, 5, 7, 9, 7, 8, 4, 5, 2, 6), strict=True))
        before = {"B": "A", "C": "B", "D": "C", "E": "C", "F": "E", "G": "D", "H": "EG", "I": "C", "J": "FI"}
        before |= {"K": "J", "L": "J", "M": "H", "N": "KL"}
        week = 7 * 24 * 60
        path = analyze(
            ActivityNetwork(
                tuple(Activity(ord(name), weeks * week) for name, weeks in durations.items()),
                tuple(Link(ord(a), ord(b)) for b, names in before.items() for a in names),
            )
        )
        assert minutes(path, path.finish) == 44 * week
        assert "".join(chr(a.uid) for a in path.activities if a.critical) == "ABCEFJLN"


def one_link(kind: LinkType, lag: float = 0, unit: LagUnit = LagUnit.WORKING) -> tuple[datetime, datetime]:
    """Start and finish of the second of two office tasks, of two days and one day, from Monday 08:00."""
    tasks = (Activity(1, 960, 1), Activity(2, 480, 1))
    path = analyze(ActivityNetwork(tasks, (Link(1, 2, kind, lag, unit),), START, {1: OFFICE}))
    return path.activities[1].early_start, path.activities[1].early_finish


class TestLinks:
    @pytest.mark.parametrize(
        ("kind", "lag", "unit", "start", "finish"),
        [
            (LinkType.FS, 0, LagUnit.WORKING, datetime(2026, 1, 7, 8), datetime(2026, 1, 7, 17)),
            (LinkType.FS, 480, LagUnit.WORKING, datetime(2026, 1, 8, 8), datetime(2026, 1, 8, 17)),
            (LinkType.FS, -480, LagUnit.WORKING, datetime(2026, 1, 6, 8), datetime(2026, 1, 6, 17)),
            (LinkType.FS, -50, LagUnit.PERCENT, datetime(2026, 1, 6, 8), datetime(2026, 1, 6, 17)),
            # Tuesday 17:00 and 72 elapsed hours is Friday 17:00: work goes on Monday.
            (LinkType.FS, 72 * 60, LagUnit.ELAPSED, datetime(2026, 1, 12, 8), datetime(2026, 1, 12, 17)),
            (LinkType.SS, 0, LagUnit.WORKING, START, datetime(2026, 1, 5, 17)),
            (LinkType.SS, 240, LagUnit.WORKING, datetime(2026, 1, 5, 13), datetime(2026, 1, 6, 12)),
            (LinkType.FF, 0, LagUnit.WORKING, datetime(2026, 1, 6, 8), datetime(2026, 1, 6, 17)),
            (LinkType.FF, 480, LagUnit.WORKING, datetime(2026, 1, 7, 8), datetime(2026, 1, 7, 17)),
            (LinkType.SF, 0, LagUnit.WORKING, START, datetime(2026, 1, 5, 17)),
            (LinkType.SF, 960, LagUnit.WORKING, datetime(2026, 1, 6, 8), datetime(2026, 1, 6, 17)),
        ],
    )
    def test_each_type_and_lag(
        self, kind: LinkType, lag: float, unit: LagUnit, start: datetime, finish: datetime
    ) -> None:
        assert one_link(kind, lag, unit) == (start, finish)

    def test_a_milestone_stays_where_its_predecessor_finished(self) -> None:
        tasks = (Activity(1, 480, 1), Activity(2, 0, 1), Activity(3, 60, 1))
        path = analyze(ActivityNetwork(tasks, (Link(1, 2), Link(2, 3)), START, {1: OFFICE}))
        assert path.activities[1].early_start == path.activities[1].early_finish == datetime(2026, 1, 5, 17)
        assert path.activities[2].early_start == datetime(2026, 1, 6, 8)
        assert all(activity.critical for activity in path.activities)


class TestRefusals:
    def test_a_cycle_names_its_tasks(self) -> None:
        tasks = tuple(Activity(uid, 1) for uid in range(1, 7))
        links = tuple(Link(a, b) for a, b in [(1, 2), (2, 3), (3, 4), (4, 2), (4, 5), (5, 6)])
        with pytest.raises(CycleError, match=r"→") as caught:
            analyze(ActivityNetwork(tasks, links))
        uids = caught.value.uids
        assert sorted(uids) == [2, 3, 4]
        pairs = {(link.predecessor, link.successor) for link in links}
        assert all(pair in pairs for pair in zip(uids, (*uids[1:], uids[0]), strict=True))

    @pytest.mark.parametrize(
        ("network", "words"),
        [
            (ActivityNetwork((Activity(1, 1), Activity(1, 1))), "same uid"),
            (ActivityNetwork((Activity(1, 1),), (Link(1, 9),)), "activity 9"),
            (ActivityNetwork((Activity(1, -1),)), "negative"),
            (ActivityNetwork((Activity(1, 1, calendar=3),)), "calendar 3"),
            (ActivityNetwork((Activity(1, 1),), (Link(1, 1),)), "circular dependency"),
        ],
    )
    def test_what_cannot_be_is_refused(self, network: ActivityNetwork, words: str) -> None:
        with pytest.raises(ValueError, match=words):
            analyze(network)

    def test_a_link_to_no_task_is_refused_in_arrays_too(self) -> None:
        one = np.zeros(1, np.int64)
        with pytest.raises(IndexError):
            solve(duration=one, predecessor=one, successor=one + 1, calendars=(OFFICE,), start=0)

    def test_nothing_gives_nothing(self) -> None:
        assert analyze(ActivityNetwork((), start=START)) == CriticalPath(START, START, ())


CALENDARS = (
    OFFICE,
    WorkCalendar((((1320, 1440),), *(((0, 360), (1320, 1440)),) * 4, ((0, 360),), ())),
    WorkCalendar((((420, 900),),) * 6 + ((),), {date(2026, 1, day).toordinal(): () for day in (7, 8, 15)}),
    WorkCalendar.around_the_clock(),
)
PROJECT_START = START.toordinal() * 1440 + 480


@st.composite
def networks(draw: st.DrawFn, calendars: int = len(CALENDARS), lags: bool = True) -> dict[str, np.ndarray]:
    count = draw(st.integers(1, 12))
    pairs = [(a, b) for b in range(count) for a in range(b)]
    links = draw(st.lists(st.sampled_from(pairs), max_size=20)) if pairs else []
    names = draw(st.permutations(range(count)))
    size = len(links)

    def array(values: st.SearchStrategy[int], length: int, kind: type = np.int64) -> np.ndarray:
        return np.array(draw(st.lists(values, min_size=length, max_size=length)), kind)

    return {
        "duration": array(st.sampled_from([0, 30, 240, 480, 961, 2400]), count),
        "predecessor": np.array([names[a] for a, _ in links], np.int64),
        "successor": np.array([names[b] for _, b in links], np.int64),
        "kind": array(st.sampled_from(sorted(KINDS.values())), size, np.int8),
        "lag": array(st.sampled_from([0, 0, 60, 480, -120, -700]) if lags else st.just(0), size),
        "calendar": array(st.integers(0, calendars - 1), count),
    }


def found(network: dict[str, np.ndarray]) -> Solution:
    return solve(**network, calendars=CALENDARS, start=PROJECT_START)


def reference(network: dict[str, np.ndarray]) -> list[list[int]]:
    """The definition, by trying again until nothing moves, in the calendars' own arithmetic."""
    count = len(network["duration"])
    own = [CALENDARS[number] for number in network["calendar"]]
    length = network["duration"].tolist()
    links = list(zip(*(network[key].tolist() for key in ("predecessor", "successor", "kind", "lag")), strict=True))

    def shift(calendar: WorkCalendar, moment: int, lag: int) -> int:
        at = calendar.index(moment) + lag
        return moment if lag == 0 else calendar.finish_at(at) if lag > 0 else calendar.start_at(at)

    def led_to(calendar: WorkCalendar, moment: int, kind: int, lag: int) -> int:
        """What the link demands: a lead to a finish ends with working time, and none leads before the project start."""
        if lag < 0:
            at = calendar.index(moment) + lag
            led = calendar.finish_at(at) if kind & TO_FINISH else calendar.start_at(at)
            return max(led, min(moment, PROJECT_START))
        return shift(calendar, moment, lag)

    def rest(calendar: WorkCalendar, moment: int) -> int:
        at = calendar.index(moment)
        return moment if moment in (calendar.start_at(at), calendar.finish_at(at)) else calendar.start_at(at)

    start, finish = [0] * count, [0] * count
    for _ in range(count + 1):
        for task, calendar in enumerate(own):
            begin, end = PROJECT_START, 0
            for before, after, kind, lag in links:
                if after == task:
                    moment = led_to(calendar, start[before] if kind & FROM_START else finish[before], kind, lag)
                    begin, end = (begin, max(end, moment)) if kind & TO_FINISH else (max(begin, moment), end)
            if not length[task]:
                start[task] = finish[task] = rest(calendar, max(begin, end))
                continue
            at = calendar.index(begin)
            start[task], finish[task] = calendar.start_at(at), calendar.finish_at(at + length[task])
            if end > finish[task]:
                start[task] = calendar.start_at(calendar.index(end) - length[task])
                finish[task] = rest(calendar, end)
    project_finish = max(finish)
    late_start, late_finish = [0] * count, [0] * count
    for _ in range(count + 1):
        for task, calendar in enumerate(own):
            begin, end = 1 << 60, project_finish
            for before, after, kind, lag in links:
                if before == task:
                    moment = shift(own[after], late_finish[after] if kind & TO_FINISH else late_start[after], -lag)
                    begin, end = (min(begin, moment), end) if kind & FROM_START else (begin, min(end, moment))
            if not length[task]:
                late_start[task] = late_finish[task] = min(begin, end)
                continue
            at = calendar.index(end) - length[task]
            if begin < 1 << 60:
                at = min(at, calendar.index(begin))
            late_start[task], late_finish[task] = calendar.start_at(at), calendar.finish_at(at + length[task])
    return [start, finish, late_start, late_finish]


class TestProperties:
    @settings(max_examples=150, deadline=None)
    @given(networks())
    def test_the_compiled_passes_are_the_definition(self, network: dict[str, np.ndarray]) -> None:
        assert [column.tolist() for column in found(network)[:4]] == reference(network)

    @settings(max_examples=60, deadline=None)
    @given(networks(calendars=1, lags=False))
    def test_float_is_never_negative_and_free_float_at_most_total(self, network: dict[str, np.ndarray]) -> None:
        solution = found(network)
        assert (solution.total_float >= 0).all()
        assert (solution.free_float >= 0).all()
        assert (solution.free_float <= solution.total_float).all()
        assert (solution.early_start <= solution.early_finish).all()
        assert solution.total_float.min() == 0, "some task is critical"

    @settings(max_examples=60, deadline=None)
    @given(networks(calendars=1, lags=False), st.data())
    def test_float_is_the_room_there_is(self, network: dict[str, np.ndarray], data: st.DataObject) -> None:
        """A task may take its total float longer and the project finishes no later; a minute more and it does."""
        network["kind"][:] = KINDS["FS"]
        before = found(network)
        task = data.draw(st.integers(0, len(network["duration"]) - 1))
        for extra, later in ((before.total_float[task], False), (before.total_float[task] + 1, True)):
            longer = {**network, "duration": network["duration"].copy()}
            longer["duration"][task] += extra
            assert (found(longer).early_finish.max() > before.early_finish.max()) == later
        longer["duration"][task] = network["duration"][task] + before.free_float[task]
        others = np.arange(len(network["duration"])) != task
        moved = OFFICE_INDEX(found(longer).early_start) - OFFICE_INDEX(before.early_start)
        assert not moved[others].any()

    @settings(max_examples=40, deadline=None)
    @given(networks(), st.randoms(use_true_random=False))
    def test_the_order_in_which_links_are_given_does_not_matter(self, network: dict[str, np.ndarray], random) -> None:  # type: ignore[no-untyped-def]
        order = list(range(len(network["lag"])))
        random.shuffle(order)
        mixed = {**network, **{key: network[key][order] for key in ("predecessor", "successor", "kind", "lag")}}
        for one, other in zip(found(network), found(mixed), strict=True):
            assert (one == other).all()


OFFICE_INDEX = np.vectorize(OFFICE.index, otypes=[np.int64])
