"""The levelling problem as a constraint model for CP-SAT, which proves bounds and completes what the search began.

Work that works always is an interval. Work in a calendar counts in working periods of it, so that its pauses vanish;
a resource whose users share a calendar is counted in the same way. Where they do not, work is cut into its periods, up
to `_MOST_PIECES`; beyond, the resource is left out. The model then allows more than the problem: its bounds hold all
the same, and its plans become plans of the problem when they are generated anew in their order.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from ortools.sat.python import cp_model

from accord.engines.levelling.arrays import (
    ALWAYS,
    BEFORE,
    FINISH,
    FIRST_LINK,
    FIRST_PART,
    FIXED,
    KIND,
    LAG,
    LAG_CALENDAR,
    LATEST_START,
    SIMPLE,
    START,
    Arrays,
    Places,
)
from accord.engines.levelling.problem import Part
from accord.engines.levelling.search import relaxed
from accord.engines.planning.network import FROM_START, TO_FINISH

_MOST_PIECES = 6_000


class Model:
    """The question whether there is a plan with ``lower`` ≤ makespan ≤ ``upper``, and which is the shortest.

    ``possible`` is False where links and dates alone say no.
    """

    def __init__(self, arrays: Arrays, lower: int, upper: int, hint: Places | None = None) -> None:
        self.arrays, self.work = arrays, arrays.work
        self.model = cp_model.CpModel()
        count, horizon = len(arrays.activities), self.work.horizon
        self.heads, finishes = np.zeros(count, np.int32), np.zeros(count, np.int32)
        relaxed(self.work, 0, self.heads, finishes)
        last, first = np.zeros(count, np.int32), np.zeros(count, np.int32)
        relaxed(arrays.mirror, max(0, horizon - upper), first, last)
        self.latest = horizon - last[::-1]
        single = np.diff(self.work.rows[:, FIRST_PART]) == 1
        self.latest = np.where(single, self.latest, upper)
        self.latest = np.minimum(self.latest, np.maximum(self.work.rows[:-1, LATEST_START], -1))
        self.latest = np.where(self.work.rows[:-1, FIXED] > 0, self.heads, self.latest)
        self.possible = bool((self.heads <= self.latest).all()) and lower <= upper
        if not self.possible:
            return
        self.starts: list[Any] = []
        self.finishes: list[Any] = []
        self.parts: list[tuple[int, Part, Any]] = []  # activity, part, start in the working periods of its calendar
        for place in range(count):
            self._add_activity(place, upper)
        self._add_links()
        for resource in range(len(arrays.capacities)):
            self._add_resource(resource)
        self.makespan = self.model.new_int_var(lower, upper, "")
        succeeded = set(self.work.links[self.work.links[:, KIND] == 0, BEFORE].tolist())
        for place in range(count):
            if place not in succeeded or not self.work.listed:
                self.model.add(self.makespan >= self.finishes[place])
        self.model.minimize(self.makespan)
        if hint is not None:
            for place, start in enumerate(self.starts):
                if not isinstance(start, int):
                    self.model.add_hint(start, int(hint[place]))

    def _add_activity(self, place: int, upper: int) -> None:
        work, activity = self.work, self.arrays.activities[place]
        if work.rows[place, FIXED]:
            self.starts.append(int(work.rows[place, START]))
            self.finishes.append(int(work.rows[place, FINISH]))
            return
        low, high = int(self.heads[place]), int(self.latest[place])
        start = self.model.new_int_var(low, high, "")
        self.starts.append(start)
        if work.rows[place, SIMPLE]:
            part = activity.all_parts()[0]
            self.finishes.append(start + part.duration)
            self.parts.append((place, part, start))
            return
        ends = []
        for part in activity.all_parts():
            if not part.duration:
                continue
            if part.calendar is None:
                at: Any = start
                ends.append(at + part.duration)
            else:
                before, period = work.before[part.calendar], work.period[part.calendar]
                index = self.model.new_int_var(0, int(before[-1]), "")
                self.model.add_element(start, before[: high + 1].tolist(), index)
                at = index
                last = self.model.new_int_var(0, work.horizon, "")
                most = int(before[min(upper, work.horizon)])
                self.model.add(at + part.duration <= most)
                self.model.add_element(at + part.duration - 1, period[: most + 1].tolist(), last)
                ends.append(last + 1)
            self.parts.append((place, part, at))
        if not ends:
            self.finishes.append(start)
        elif len(ends) == 1:
            self.finishes.append(ends[0])
        else:
            finish = self.model.new_int_var(0, work.horizon, "")
            self.model.add_max_equality(finish, ends)
            self.finishes.append(finish)

    def _add_links(self) -> None:
        work = self.work
        for place in range(len(self.starts)):
            for link in range(work.rows[place, FIRST_LINK], work.rows[place + 1, FIRST_LINK]):
                p, kind, lag, calendar = work.links[link, [BEFORE, KIND, LAG, LAG_CALENDAR]].tolist()
                if work.rows[p, FIXED] and work.rows[place, FIXED]:
                    continue
                moment = self.starts[p] if kind & FROM_START else self.finishes[p]
                if lag and calendar != ALWAYS:
                    moment = self._shifted(calendar, moment, lag)
                else:
                    moment = moment + lag
                if not kind & TO_FINISH:
                    self.model.add(self.starts[place] >= moment)
                elif work.rows[place, SIMPLE]:
                    self.model.add(self.finishes[place] >= moment)
                # Else a finish may fall into a pause of its calendar: the bound does without this link.

    def _shifted(self, calendar: int, moment: Any, lag: int) -> Any:
        work = self.work
        before, period, horizon = work.before[calendar], work.period[calendar], work.horizon
        at = np.clip(before + lag, 0, horizon)
        table = np.minimum(period[np.maximum(at - 1, 0)] + 1, horizon) if lag > 0 else period[at]
        table = np.where(before + lag < 0, 0, table)
        if isinstance(moment, int):
            return int(table[min(max(moment, 0), horizon)])
        later = self.model.new_int_var(0, horizon, "")
        self.model.add_element(moment, table.tolist(), later)
        return later

    def _add_resource(self, resource: int) -> None:
        free = self.arrays.free[resource]
        users = [
            (place, part, at, part.demands[resource])
            for place, part, at in self.parts
            if part.duration and part.demands.get(resource, 0) > 0
        ]
        if not users or sum(units for *_, units in users) <= int(free.min()):
            return
        calendars = {part.calendar for _, part, _, _ in users}
        if len(calendars) == 1:
            calendar = calendars.pop()
            if calendar is not None:
                periods = self.work.period[calendar]
                free = free[periods[periods < self.work.horizon]]
            spans = [
                (self.model.new_fixed_size_interval_var(at, part.duration, ""), units) for _, part, at, units in users
            ]
        elif sum(part.duration for _, part, _, _ in users) <= _MOST_PIECES:
            spans = [piece for _, part, at, units in users for piece in self._pieces(part, at, units)]
        else:
            return
        capacity = int(free.max())
        for begin, end, level in _steps(free):
            if level < capacity:
                spans.append((self.model.new_fixed_size_interval_var(begin, end - begin, ""), capacity - level))
        self.model.add_cumulative([span for span, _ in spans], [units for _, units in spans], capacity)

    def _pieces(self, part: Part, at: Any, units: int) -> list[tuple[Any, int]]:
        if part.calendar is None:
            return [(self.model.new_fixed_size_interval_var(at, part.duration, ""), units)]
        pieces = []
        period = self.work.period[part.calendar]
        table = period[period < self.work.horizon].tolist()
        for k in range(part.duration):
            moment = self.model.new_int_var(0, self.work.horizon, "")
            self.model.add_element(at + k, table, moment)
            pieces.append((self.model.new_fixed_size_interval_var(moment, 1, ""), units))
        return pieces


def _steps(row: NDArray[np.int64]) -> list[tuple[int, int, int]]:
    """Stretches of equal values: from, to (exclusive), value."""
    edges = [0, *(np.flatnonzero(np.diff(row)) + 1).tolist(), len(row)]
    return [(begin, end, int(row[begin])) for begin, end in pairwise(edges)]


class Listener(cp_model.CpSolverSolutionCallback):
    """Hands on the starts of every plan that the solver finds."""

    def __init__(self, model: Model, found: Callable[[Places, int], None]) -> None:
        super().__init__()
        self.of, self.found = model, found

    def on_solution_callback(self) -> None:
        starts = [start if isinstance(start, int) else self.value(start) for start in self.of.starts]
        self.found(np.array(starts, np.int32), round(self.objective_value))


def solver(seconds: float, seed: int, workers: int) -> cp_model.CpSolver:
    """The solver for a tight horizon, where one worker proves most without linear relaxation."""
    made = cp_model.CpSolver()
    made.parameters.max_time_in_seconds = max(0.001, seconds)
    made.parameters.num_workers = workers
    made.parameters.random_seed = seed % (1 << 31)
    made.parameters.symmetry_level = 0
    if workers == 1:
        made.parameters.linearization_level = 0
    made.parameters.catch_sigint_signal = False  # Ctrl-C is the caller's; the solver would end the process
    return made
