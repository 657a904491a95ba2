"""A plan as a network of work: what `scheduling` hands to the passes.

Only leaf tasks that are active become work. A link on a summary task applies to what is below it: its successors wait
for the last of its leaves (a *gate*, work without duration that rests anywhere), every leaf waits for its predecessors.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from accord.engines import passes
from accord.engines.calendars import CalendarError, WorkCalendar, compile_calendars, minute_of
from accord.engines.network import ELAPSED_LAG, KINDS, CycleError, Network, arrange
from accord.engines.passes import (
    FINISH_BY,
    FINISH_FROM,
    FIXED,
    GATE,
    LATE,
    LATE_FINISH_BY,
    LATE_FINISH_FROM,
    LATE_START_BY,
    LATE_START_FROM,
    NONE,
    START_BY,
    START_FROM,
    UNMOVED,
)
from accord.engines.plan import Assignment, Constraint, LagUnit, Link, LinkType, Plan, Resource, ResourceKind, Task

Ints = NDArray[np.int64]

# Average share of the peak that a work contour keeps up over its whole length, by number: flat, back loaded, front
# loaded, double peak, early peak, late peak, bell, turtle (Microsoft, "Work contour" field). 8 is drawn by hand.
_CONTOUR = (1.0, 0.6, 0.6, 0.5, 0.5, 0.5, 0.5, 0.7)
_AROUND_THE_CLOCK = 0


class ScheduleError(ValueError):
    """A plan that cannot be scheduled; ``uid`` is the task to look at (the first of ``uids``), if it is one."""

    def __init__(self, message: str, *uids: int) -> None:
        self.uid = uids[0] if uids else None
        self.uids = uids
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class PlanNetwork:
    """The work of a plan. ``leaves`` come first in the numbering of ``network``; gates follow."""

    calendars: tuple[WorkCalendar, ...]
    calendar_numbers: Mapping[int, int]
    children: Mapping[int, Sequence[Task]]
    leaves: tuple[Task, ...]
    network: Network
    work: passes.Work
    deferred: bool  # links that hang on the first or last leaf of a summary wait for `build` with dates


def build(plan: Plan, dates: Mapping[int, tuple[int, int]] | None = None) -> PlanNetwork:
    """Compile calendars, leaves and links; `ScheduleError` where the plan contradicts itself.

    ``dates`` are start and finish of the leaves by uid as far as known: which leaf of a summary is the first and
    which the last decides where its start-to-start, start-to-finish and finish-to-finish links go.
    """
    return _Builder(plan, dates).build()


class _Builder:
    def __init__(self, plan: Plan, dates: Mapping[int, tuple[int, int]] | None) -> None:
        self.plan = plan
        self.dates = dates
        self.deferred = False
        self.by_uid = {task.uid: task for task in plan.tasks}
        if len(self.by_uid) < len(plan.tasks):
            raise ScheduleError("two tasks have the same uid", *_repeated(task.uid for task in plan.tasks))
        self.children: dict[int, list[Task]] = defaultdict(list)
        for task in plan.tasks:
            if task.parent is not None:
                if task.parent not in self.by_uid:
                    raise ScheduleError(
                        f"task {task.uid} lies under task {task.parent}, which does not exist", task.uid
                    )
                self.children[task.parent].append(task)
        self._check_outline()
        self.leaves = tuple(task for task in plan.tasks if task.uid not in self.children and task.active)
        self.place = {task.uid: place for place, task in enumerate(self.leaves)}
        self._calendars()
        self.resources = {resource.uid: resource for resource in plan.resources}
        self.assignments: dict[int, list[Assignment]] = defaultdict(list)
        for assignment in plan.assignments:
            self.assignments[assignment.task].append(assignment)

    def _check_outline(self) -> None:
        """Parents come before their children: the outline is a forest, and one backward sweep rolls it up."""
        seen: set[int] = set()
        for task in self.plan.tasks:
            if task.parent is not None and task.parent not in seen:
                raise ScheduleError(f"task {task.uid} comes before its summary task {task.parent}", task.uid)
            seen.add(task.uid)

    # Calendars

    def _calendars(self) -> None:
        try:
            compiled = compile_calendars(self.plan.calendars)
        except CalendarError as error:
            raise ScheduleError(str(error)) from error
        if self.plan.calendar not in compiled:
            raise ScheduleError(f"the project's calendar {self.plan.calendar} does not exist")
        self.calendars: list[WorkCalendar] = []
        self.numbers: dict[WorkCalendar, int] = {}
        self._number(WorkCalendar.around_the_clock())
        self.calendar_numbers = {uid: self._number(calendar) for uid, calendar in compiled.items()}
        self.shared: dict[tuple[int, int], int] = {}

    def _number(self, calendar: WorkCalendar) -> int:
        number = self.numbers.setdefault(calendar, len(self.numbers))
        if number == len(self.calendars):
            self.calendars.append(calendar)
        return number

    def _calendar_of(self, task: Task) -> int:
        uid = self.plan.calendar if task.calendar is None else task.calendar
        if uid not in self.calendar_numbers:
            raise ScheduleError(f"task {task.uid} works in calendar {uid}, which does not exist", task.uid)
        return self.calendar_numbers[uid]

    def _calendar_of_assignment(self, task: Task, resource: Resource) -> int:
        """The resource's time; with a task calendar, the time both share."""
        uid = self.plan.calendar if resource.calendar is None else resource.calendar
        if uid not in self.calendar_numbers:
            raise ScheduleError(f"resource {resource.uid} works in calendar {uid}, which does not exist", task.uid)
        own = self.calendar_numbers[uid]
        if task.calendar is None:
            return own
        of_task = self._calendar_of(task)
        if own == of_task:
            return own
        pair = (of_task, own)
        if pair not in self.shared:
            try:
                self.shared[pair] = self._number(self.calendars[of_task].intersect(self.calendars[own]))
            except CalendarError as error:
                raise ScheduleError(
                    f"task {task.uid} and resource {resource.uid} never work at the same time: {error}", task.uid
                ) from error
        return self.shared[pair]

    # Work

    def build(self) -> PlanNetwork:
        links = self._links()
        count = len(self.leaves) + len(self.gates)
        calendar, lag_calendar = np.zeros((2, count), np.int64)
        bounds = np.tile(np.array(passes.FREE, np.int64), (count, 1))
        progress = np.tile(np.array(passes.UNTOUCHED, np.int64), (count, 1))
        progress[len(self.leaves) :, passes.MODE] = GATE
        spans: list[list[tuple[int, int, int]]] = []
        for place, task in enumerate(self.leaves):
            lag_calendar[place] = self._calendar_of(task)
            calendar[place] = _AROUND_THE_CLOCK if task.elapsed else lag_calendar[place]
            bounds[place] = self._bounds(task)
            own, progress[place] = self._work(task)
            spans.append(own)
        spans += [[(_AROUND_THE_CLOCK, 0, 0)]] * len(self.gates)
        try:
            network = arrange(count, *links)
        except CycleError as cycle:
            raise self._cycle(cycle) from None
        order = network.order
        first = np.zeros(count + 1, np.int64)
        np.cumsum([len(spans[place]) for place in order.tolist()], out=first[1:])
        flat = np.array([span for place in order.tolist() for span in spans[place]], np.int64).reshape(-1, 3)
        work = passes.Work(
            calendar[order],
            lag_calendar[order],
            first,
            flat[:, 0].copy(),
            flat[:, 1].copy(),
            flat[:, 2].copy(),
            bounds[order],
            progress[order],
        )
        return PlanNetwork(
            tuple(self.calendars), self.calendar_numbers, self.children, self.leaves, network, work, self.deferred
        )

    def _bounds(self, task: Task) -> list[int]:
        bounds = list(passes.FREE)
        honoured = self.plan.honor_constraints
        for above in self._with_summaries(task):
            if above.constraint_date is not None:
                _constrain(bounds, above.constraint, minute_of(above.constraint_date), honoured)
            elif above.constraint not in (Constraint.ASAP, Constraint.ALAP):
                raise ScheduleError(f"task {above.uid} has a constraint {above.constraint} without a date", above.uid)
        if task.deadline is not None:
            bounds[LATE_FINISH_BY] = min(bounds[LATE_FINISH_BY], minute_of(task.deadline))
        if task.actual_start is not None:
            # Begun: when it could or should have begun no longer matters.
            for column in (START_FROM, START_BY, LATE_START_BY, LATE_START_FROM):
                bounds[column] = passes.FREE[column]
        return bounds

    def _with_summaries(self, task: Task) -> Iterable[Task]:
        at: Task | None = task
        while at is not None:
            yield at
            at = None if at.parent is None else self.by_uid[at.parent]

    def _work(self, task: Task) -> tuple[list[tuple[int, int, int]], list[int]]:
        """Spans still to work, and the row of progress."""
        progress = list(passes.UNTOUCHED)
        if task.duration < 0:
            raise ScheduleError(f"task {task.uid} has a negative duration", task.uid)
        calendar, others = self._span_calendars(task)
        plain = [(calendar, 0, task.duration)]
        if task.actual_finish is not None:
            finish = minute_of(task.actual_finish)
            start = finish if task.actual_start is None else minute_of(task.actual_start)
            if finish < start:
                raise ScheduleError(f"task {task.uid} finished before it started", task.uid)
            progress[: passes.RESUMES] = [start, finish]
            return plain, progress
        if task.manual:
            progress[passes.MODE] = FIXED
            start = minute_of(task.actual_start or task.start or self.plan.start)
            progress[passes.STARTED] = start
            finish = self._after(calendar, start, task.duration) if task.finish is None else minute_of(task.finish)
            progress[passes.FINISHED] = max(start, finish)
            return plain, progress
        if task.constraint is Constraint.ALAP:
            progress[passes.MODE] |= LATE
        if task.actual_start is None:
            progress[passes.DELAY] = task.levelling_delay
            if others:
                return others, progress
            return [(calendar, 0, task.duration + self._pauses(task, calendar, NONE))], progress
        if not self.plan.splits_in_progress_tasks:
            progress[passes.MODE] |= UNMOVED
        start = minute_of(task.actual_start)
        remaining = _remaining(task)
        done = task.duration - remaining
        resumes = self._after(calendar, start, done) if task.resume is None else max(start, minute_of(task.resume))
        progress[passes.STARTED], progress[passes.RESUMES] = start, resumes
        if others and remaining:
            return others, progress
        # Minutes are rounded on their way here: where the parts meet within one, they make the whole.
        worked = self._between(calendar, start, resumes)
        if abs(worked - done) == 1 and not others:
            remaining = max(0, task.duration - worked)
        return [(calendar, 0, remaining + self._pauses(task, calendar, resumes))], progress

    def _span_calendars(self, task: Task) -> tuple[int, list[tuple[int, int, int]]]:
        """The calendar all of the task's work is done in; or a span per assignment where they differ."""
        if task.elapsed:
            return _AROUND_THE_CLOCK, []
        calendar = self._calendar_of(task)
        if task.calendar is not None and task.ignore_resource_calendars:
            return calendar, []
        pairs = [
            (assignment, self._calendar_of_assignment(task, resource))
            for assignment in self.assignments.get(task.uid, ())
            if (resource := self._worker(assignment)) is not None
        ]
        if not pairs:
            return calendar, []
        own = {number for _, number in pairs}
        if len(own) == 1:
            return own.pop(), []
        spans = [(number, assignment.delay, _minutes(assignment, task)) for assignment, number in pairs]
        if not any(minutes for _, _, minutes in spans):
            return calendar, []
        return calendar, spans

    def _worker(self, assignment: Assignment) -> Resource | None:
        resource = None if assignment.resource is None else self.resources.get(assignment.resource)
        return resource if resource is not None and resource.kind is ResourceKind.WORK else None

    def _pauses(self, task: Task, calendar: int, after: int) -> int:
        """Working minutes of the pauses of a split task that begin after a moment."""
        total = 0
        for one, other in zip(task.segments, task.segments[1:], strict=False):
            pause = (minute_of(one.finish), minute_of(other.start))
            if pause[0] >= after:
                total += max(0, self._between(calendar, *pause))
        return total

    def _between(self, calendar: int, start: int, finish: int) -> int:
        own = self.calendars[calendar]
        return own.index(finish) - own.index(start)

    def _after(self, calendar: int, start: int, minutes: int) -> int:
        own = self.calendars[calendar]
        return own.finish_at(own.index(start) + minutes) if minutes else start

    # Links

    def _links(self) -> tuple[Ints, Ints, NDArray[np.int8], Ints]:
        self.gates: dict[int, int] = {}
        rows: list[tuple[int, int, int, int]] = []
        for link in self.plan.links:
            for uid in (link.predecessor, link.successor):
                if uid not in self.by_uid:
                    raise ScheduleError(f"a link names task {uid}, which does not exist", uid)
            self._check_relation(link)
            before = self._sources(link, rows)
            kind, lag = _kind(link), self._lag(link)
            rows += [(source, target, kind, lag) for target in self._targets(link) for source in before]
        table = np.array(rows, np.int64).reshape(-1, 4)
        return table[:, 0].copy(), table[:, 1].copy(), table[:, 2].astype(np.int8), table[:, 3].copy()

    def _check_relation(self, link: Link) -> None:
        if link.predecessor == link.successor:
            raise ScheduleError(f"task {link.successor} is linked to itself", link.successor)
        for inner, outer in ((link.successor, link.predecessor), (link.predecessor, link.successor)):
            if outer in self.children and any(task.uid == outer for task in self._with_summaries(self.by_uid[inner])):
                raise ScheduleError(f"task {inner} is linked to its own summary task {outer}", inner, outer)

    def _sources(self, link: Link, rows: list[tuple[int, int, int, int]]) -> list[int]:
        """Where a link comes from: the task; of a summary, a gate after all of its leaves, or its first leaf."""
        uid = link.predecessor
        leaves = self._leaves_below(uid)
        if len(leaves) <= 1:
            return leaves
        if link.type in (LinkType.SS, LinkType.SF):
            return self._outermost(leaves, 0)
        if uid not in self.gates:
            self.gates[uid] = len(self.leaves) + len(self.gates)
            rows += [(leaf, self.gates[uid], KINDS["FS"], 0) for leaf in leaves]
        return [self.gates[uid]]

    def _targets(self, link: Link) -> list[int]:
        """What a link moves: the task; of a summary, every leaf, or for its finish the last."""
        leaves = self._leaves_below(link.successor)
        if link.type in (LinkType.FF, LinkType.SF) and len(leaves) > 1:
            return self._outermost(leaves, 1)
        return leaves

    def _outermost(self, leaves: list[int], end: int) -> list[int]:
        """The first to start (0) or the last to finish (1), once that is known."""
        if self.dates is None:
            self.deferred = True
            return []
        moments = [(self.dates[self.leaves[leaf].uid][end], leaf) for leaf in leaves]
        return [(max(moments) if end else min(moments))[1]]

    def _leaves_below(self, uid: int) -> list[int]:
        leaves, open_ = [], [uid]
        while open_:
            at = open_.pop()
            if at in self.place:
                leaves.append(self.place[at])
            open_ += [child.uid for child in reversed(self.children.get(at, ()))]
        return leaves

    def _lag(self, link: Link) -> int:
        if link.unit in (LagUnit.PERCENT, LagUnit.ELAPSED_PERCENT):
            return round(self.by_uid[link.predecessor].duration * link.lag / 100)
        return round(link.lag)

    def _cycle(self, cycle: CycleError) -> ScheduleError:
        gates = {place: uid for uid, place in self.gates.items()}
        uids = [gates[place] if place in gates else self.leaves[place].uid for place in cycle.uids]
        return ScheduleError(str(CycleError(uids)), *uids)


def _constrain(bounds: list[int], constraint: Constraint, moment: int, honoured: bool) -> None:
    """Tighten the bounds of a task; what is honoured holds even against the links."""

    def at_least(column: int) -> None:
        bounds[column] = max(bounds[column], moment)

    def at_most(column: int) -> None:
        bounds[column] = min(bounds[column], moment)

    match constraint:
        case Constraint.START_NO_EARLIER_THAN:
            at_least(START_FROM)
        case Constraint.FINISH_NO_EARLIER_THAN:
            at_least(FINISH_FROM)
        case Constraint.START_NO_LATER_THAN:
            at_most(LATE_START_BY)
            if honoured:
                at_most(START_BY)
        case Constraint.FINISH_NO_LATER_THAN:
            at_most(LATE_FINISH_BY)
            if honoured:
                at_most(FINISH_BY)
        case Constraint.MUST_START_ON:
            at_least(START_FROM)
            at_most(LATE_START_BY)
            if honoured:
                at_most(START_BY)
                at_least(LATE_START_FROM)
        case Constraint.MUST_FINISH_ON:
            at_least(FINISH_FROM)
            at_most(LATE_FINISH_BY)
            if honoured:
                at_most(FINISH_BY)
                at_least(LATE_FINISH_FROM)
        case _:
            pass


def _remaining(task: Task) -> int:
    if task.remaining_duration is not None:
        return max(0, task.remaining_duration)
    if task.actual_duration is not None:
        return max(0, task.duration - task.actual_duration)
    return round(task.duration * (1 - min(100.0, max(0.0, task.percent_complete)) / 100))


def _minutes(assignment: Assignment, task: Task) -> int:
    """Working minutes an assignment still takes: its remaining work at its units and the mean of its contour."""
    work = assignment.work - assignment.actual_work if task.actual_start is not None else assignment.work
    if task.actual_start is not None and assignment.remaining_work is not None:
        work = assignment.remaining_work
    pace = assignment.units * (_CONTOUR[assignment.contour] if assignment.contour < len(_CONTOUR) else 1.0)
    return round(max(0, work) / pace) if pace > 0 else 0


def _kind(link: Link) -> int:
    elapsed = link.unit in (LagUnit.ELAPSED, LagUnit.ELAPSED_PERCENT)
    return KINDS[link.type] | (ELAPSED_LAG if elapsed else 0)


def _repeated(uids: Iterable[int]) -> list[int]:
    seen: set[int] = set()
    return [uid for uid in uids if uid in seen or seen.add(uid)]  # type: ignore[func-returns-value]
