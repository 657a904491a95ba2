"""One plan on its way to being levelled: its network, where its work stands, and what of it may move."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from accord.engines.calendars.tables import Tables
from accord.engines.calendars.working_time import WorkCalendar, minute_of
from accord.engines.compiled import compiled
from accord.engines.levelling.problem import MOST_PRIORITY
from accord.engines.planning import passes
from accord.engines.planning.critical_path import tables_from
from accord.engines.planning.network import ELAPSED_LAG, FROM_START, TO_FINISH, Network
from accord.engines.planning.plan import Constraint, Plan, Resource, ResourceKind, Task
from accord.engines.planning.plan_network import PlanNetwork, build, undelayed
from accord.engines.planning.plan_work import AROUND_THE_CLOCK
from accord.engines.planning.scheduling import Schedule, schedule

Ints = NDArray[np.int64]


class Wait(NamedTuple):
    """A link between rows of a member; ``calendar`` counts the lag."""

    before: int
    after: int
    kind: int
    lag: int
    calendar: int


class Member:
    """Rows are those of the network: topological, the leaves of the plan and the gates of linked summaries."""

    def __init__(self, given: Plan) -> None:
        self.plan = replace(given, tasks=tuple(_undelayed(task) for task in given.tasks))
        self.network = _network(self.plan)
        self.net, self.work = self.network.network, self.network.work
        self.start = minute_of(self.plan.start)
        self.tables: Tables = tables_from(self.network.calendars, self.start)
        self.rows = self.net.rank  # by place of the leaf
        self.leaves = self.network.leaves
        self.resources = {resource.uid: resource for resource in self.plan.resources}
        self.needs = self._needs()
        self.dates = np.zeros((len(self.net.order), 2), np.int64)
        self.held: set[int] = set()  # places of the leaves that stay where they are
        self.take_dates(schedule(self.plan))
        self.floors = self._floors()
        self.origin = min(self.start, int(self.dates[:, passes.START].min(initial=self.start)))
        self.held = self._held()

    def _floors(self) -> Ints:
        """Moments before which no row starts: of what is early none, unless a link to its finish moves it."""
        early = (self.work.progress[:, passes.MODE] & passes.EARLY) > 0
        into = np.repeat(np.arange(len(self.net.order)), np.diff(self.net.first))
        early[into[(self.net.kind & TO_FINISH) > 0]] = False
        return np.where(early, passes.NONE, self.start)

    def task(self, row: int) -> Task | None:
        """The task of a row, or None for a gate."""
        place = int(self.net.order[row])
        return self.leaves[place] if place < len(self.leaves) else None

    def calendar(self, number: int) -> WorkCalendar:
        return self.network.calendars[number]

    def is_held(self, row: int) -> bool:
        return int(self.net.order[row]) in self.held

    def take_dates(self, found: Schedule) -> bool:
        """Note where the rows are; whether held ones are elsewhere than before."""
        moved = False
        for row in range(len(self.net.order)):
            task = self.task(row)
            if task is None:
                links = range(int(self.net.first[row]), int(self.net.first[row + 1]))
                waits = [self._wait(row, link) for link in links]
                self.dates[row] = max((self._moment(wait) for wait in waits), default=self.start)
                continue
            dates = found.tasks[task.uid]
            at = minute_of(dates.start), minute_of(dates.finish)
            moved = moved or (self.is_held(row) and tuple(self.dates[row]) != at)
            self.dates[row] = at
        return moved

    def spans(self, row: int) -> Iterator[tuple[int, int, dict[int, float]]]:
        """Calendar, minutes and units by resource of each span of a row."""
        task = self.task(row)
        needs = [] if task is None else self.needs.get(task.uid, [])
        first, end = int(self.work.first_span[row]), int(self.work.first_span[row + 1])
        if end - first == 1 or end - first != len(needs):
            units: dict[int, float] = {}
            for resource, share in needs:
                units[resource] = units.get(resource, 0.0) + share
            longest = max(range(first, end), key=lambda span: int(self.work.span_minutes[span]))
            yield int(self.work.span_calendar[longest]), int(self.work.span_minutes[longest]), units
            return
        for span, (resource, share) in zip(range(first, end), needs, strict=True):
            minutes = int(self.work.span_delay[span] + self.work.span_minutes[span])
            yield int(self.work.span_calendar[span]), minutes, {resource: share}

    def shifted(self, wait: Wait, moment: int) -> int:
        """A moment and the lag of a link later, as the forward pass counts it."""
        if not wait.lag:
            return moment
        if wait.kind & ELAPSED_LAG:
            later = moment + wait.lag
            return later if wait.lag > 0 else max(later, min(moment, self.start))
        calendar = self.calendar(wait.calendar)
        at = calendar.index(moment) + wait.lag
        if wait.lag > 0:
            return calendar.finish_at(at)
        later = calendar.finish_at(at) if wait.kind & TO_FINISH else calendar.start_at(at)
        return max(later, min(moment, self.start))

    def waits(self) -> Iterator[Wait]:
        """The links that count: into what is held, only those that it keeps to."""
        for row in range(len(self.net.order)):
            task = self.task(row)
            deaf = task is not None and (_begun(task) or task.manual)
            for link in range(int(self.net.first[row]), int(self.net.first[row + 1])):
                wait = self._wait(row, link)
                if not deaf and not (self.is_held(row) and self._broken(wait)):
                    yield wait

    def _moment(self, wait: Wait) -> int:
        """What a link demands, as things stand."""
        end = passes.START if wait.kind & FROM_START else passes.FINISH
        return self.shifted(wait, int(self.dates[wait.before, end]))

    def _broken(self, wait: Wait) -> bool:
        moment = self._moment(wait)
        at = int(self.dates[wait.after, passes.FINISH if wait.kind & TO_FINISH else passes.START])
        calendar = self.calendar(int(self.work.calendar[wait.after]))
        return at < moment and calendar.index(at) < calendar.index(moment)

    def _needs(self) -> Mapping[int, list[tuple[int, float]]]:
        """Working resources and units by task, in the order of the assignments."""
        needs: dict[int, list[tuple[int, float]]] = {}
        for assignment in self.plan.assignments:
            resource = self._worker(assignment.resource)
            if resource is not None:
                needs.setdefault(assignment.task, []).append((resource.uid, assignment.units))
        return needs

    def _worker(self, uid: int | None) -> Resource | None:
        resource = None if uid is None else self.resources.get(uid)
        return resource if resource is not None and resource.kind is ResourceKind.WORK else None

    def _held(self) -> set[int]:
        """Places of the leaves that stay where they are."""
        held = {place for place, task in enumerate(self.leaves) if _stays(task)}
        by = self.work.bounds
        for place in range(len(self.leaves)):
            row = int(self.rows[place])
            if min(by[row, passes.START_BY], by[row, passes.FINISH_BY]) < passes.EVER:
                # Dates are honoured against the links where they contradict them.
                links = range(int(self.net.first[row]), int(self.net.first[row + 1]))
                if any(self._broken(self._wait(row, link)) for link in links):
                    held.add(place)
        if self.plan.splits_in_progress_tasks:
            for place, task in enumerate(self.leaves):
                if task.actual_start is not None and task.actual_finish is None:
                    held |= self._awaited(int(self.rows[place]))
        return held

    def _wait(self, row: int, link: int) -> Wait:
        kind = int(self.net.kind[link])
        calendar = AROUND_THE_CLOCK if kind & ELAPSED_LAG else int(self.work.lag_calendar[row])
        return Wait(int(self.net.predecessor[link]), row, kind, int(self.net.lag[link]), calendar)

    def _awaited(self, row: int) -> set[int]:
        """The leaves that the rest of begun work still waits for, through gates."""
        found: set[int] = set()
        for link in range(int(self.net.first[row]), int(self.net.first[row + 1])):
            before = int(self.net.predecessor[link])
            if self.task(before) is None:
                found |= self._awaited(before)
            else:
                found.add(int(self.net.order[before]))
        return found

    def delayed(self, targets: Mapping[int, int]) -> Plan:
        """The plan with delays such that scheduling begins each row at its target minute, or when its links say."""
        bounds = self.work.bounds.copy()
        for row, target in targets.items():
            bounds[row, passes.START_FROM] = max(int(bounds[row, passes.START_FROM]), target)
        for place in self.held:
            if self.leaves[place].constraint is Constraint.ALAP:
                row = int(self.rows[place])
                bounds[row, passes.START_FROM] = max(int(bounds[row, passes.START_FROM]), int(self.dates[row, 0]))
        dates = passes.forward(self.tables, self.net, self.work._replace(bounds=bounds), self.start)
        free = self.work.bounds.copy()
        _driven(self.tables, self.net, self.work, dates, free, self.start)
        earliest = free[:, passes.START_FROM] = np.maximum(free[:, passes.START_FROM], self.floors)
        alone = self.net._replace(first=np.zeros_like(self.net.first))
        natural = passes.forward(self.tables, alone, self.work._replace(bounds=free), self.start)
        delays = {}
        for row, target in targets.items():
            task = self.task(row)
            if task is not None and natural[row, passes.START] < dates[row, passes.START]:
                delays[task.uid] = target - int(earliest[row])
        tasks = (
            replace(task, levelling_delay=delays[task.uid]) if task.uid in delays else task for task in self.plan.tasks
        )
        return replace(self.plan, tasks=tuple(tasks))


def _begun(task: Task) -> bool:
    return task.actual_start is not None or task.actual_finish is not None


def _stays(task: Task) -> bool:
    return _begun(task) or task.manual or task.priority >= MOST_PRIORITY or task.constraint is Constraint.ALAP


def _undelayed(task: Task) -> Task:
    return replace(task, levelling_delay=0) if task.levelling_delay and not _stays(task) else task


def _network(plan: Plan) -> PlanNetwork:
    """As `scheduling` builds it: links that hang on dates hang on the early ones."""
    network = build(plan)
    if not network.deferred:
        return network
    start = minute_of(plan.start)
    work = undelayed(network.work)
    early = passes.forward(tables_from(network.calendars, start), network.network, work, start)[network.network.rank]
    rows = early.tolist()
    return build(plan, {task.uid: (row[0], row[1]) for task, row in zip(network.leaves, rows, strict=False)})


@compiled
def _driven(tables: Tables, net: Network, work: passes.Work, dates: Ints, bounds: Ints, start: int) -> None:
    """Turn the links into bounds: the moments at which they let each row start and finish, given all dates."""
    for row in range(len(net.order)):
        for link in range(net.first[row], net.first[row + 1]):
            kind = net.kind[link]
            moment = dates[net.predecessor[link], passes.START if kind & FROM_START else passes.FINISH]
            if net.lag[link] != 0:
                moment = passes.link_moment(tables, work.lag_calendar[row], moment, net.lag[link], kind, start)
            column = passes.FINISH_FROM if kind & TO_FINISH else passes.START_FROM
            bounds[row, column] = max(bounds[row, column], moment)
