"""One levelling: the genetic search in a thread of its own beside CP-SAT, which take each other's plans and bounds."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import numpy as np

from accord.engines.levelling_arrays import LATEST_START, Arrays, Places, arrays_of, horizon_of
from accord.engines.levelling_bounds import check_dates, lower_bound, tightened
from accord.engines.levelling_genetic import Populations
from accord.engines.levelling_model import Listener, Model, solver
from accord.engines.levelling_polish import polished
from accord.engines.levelling_problem import Levelled, LevellingError, NoRoomError, Problem, Progress
from accord.engines.levelling_search import in_order

Plan = tuple[Places, Places]

PURE = 3_000_000  # placements of activities until the search takes plans from the solver: till then it repeats exactly
_FIRST = 400_000  # placements before the solver is asked at all
_CHUNK = 60_000  # placements between two looks at the other side
_TICK = 0.05  # seconds between two looks at the clock


class Run:
    """The state that both sides share, under one lock."""

    def __init__(
        self,
        problem: Problem,
        *,
        seconds: float,
        seed: int,
        workers: int,
        watch: Callable[[Progress], bool] | None,
    ) -> None:
        self.began = time.perf_counter()
        self.until = self.began + seconds
        self.seed, self.workers, self.watch = seed, max(1, workers), watch
        self.horizon = horizon_of(problem) if problem.horizon is None else problem.horizon
        arrays = arrays_of(problem, self.horizon)
        check_dates(arrays)
        self.arrays: Arrays = tightened(arrays)
        check_dates(self.arrays)
        self.lower = lower_bound(self.arrays)
        self.populations = Populations(self.arrays, seed)
        self.changed = threading.Condition()
        self.stop = False
        self.plan: Plan | None = None
        self.makespan = self.horizon + 1
        self.own: Plan | None = None  # the plan of the search alone, in its first placements
        self.own_makespan = self.horizon + 1
        self.offers: list[Places] = []
        self.history: list[Progress] = []
        self.impossible = False
        self.error: BaseException | None = None
        self.solving: object | None = None

    def answer(self) -> Levelled:
        if not self.arrays.activities:
            return Levelled({}, {}, 0, 0)
        count = len(self.arrays.activities)
        self.populations.sow()
        self._note()
        while self.makespan > self.lower and self.populations.built * count < _FIRST and self._has_time():
            self._breed()
        if self.makespan > self.lower and self._has_time():
            self._side_by_side()
        return self._result()

    # Both sides

    def _side_by_side(self) -> None:
        threads = [
            threading.Thread(target=self._guarded, args=(side,), daemon=True) for side in (self._search, self._solve)
        ]
        for thread in threads:
            thread.start()
        try:
            with self.changed:
                while not self._over():
                    self.changed.wait(_TICK)
                    if self.watch is not None and self.makespan <= self.horizon and not self.watch(self._progress()):
                        break
        finally:
            self._halt()
            for thread in threads:
                thread.join()
        if self.error is not None:
            raise self.error

    def _guarded(self, side: Callable[[], None]) -> None:
        try:
            side()
        except BaseException as error:
            self.error = error
        with self.changed:
            self.changed.notify_all()

    def _over(self) -> bool:
        closed = self.makespan <= self.lower or self.impossible
        return closed or self.error is not None or not self._has_time()

    def _has_time(self) -> bool:
        return time.perf_counter() < self.until

    def _halt(self) -> None:
        with self.changed:
            self.stop = True
            solving = self.solving
        if solving is not None:
            solving.stop_search()  # type: ignore[attr-defined]

    def _progress(self) -> Progress:
        return Progress(time.perf_counter() - self.began, self.makespan, self.lower)

    def _take(self, starts: Places, finishes: Places, makespan: int) -> bool:
        """Keep a plan if it is shorter than what there is."""
        with self.changed:
            if makespan >= self.makespan:
                return False
            self.makespan, self.plan = makespan, (starts.copy(), finishes.copy())
            self.history.append(self._progress())
            self.changed.notify_all()
            return True

    def _raise_bound(self, bound: int) -> None:
        with self.changed:
            if bound > self.lower:
                self.lower = min(bound, self.makespan)
                self.history.append(self._progress())
                self.changed.notify_all()

    # The search

    def _breed(self) -> None:
        self.populations.run(max(20, _CHUNK // len(self.arrays.activities)))
        self._note()

    def _note(self) -> None:
        value = self.populations.value
        if value > self.horizon:
            return
        starts, finishes = self.populations.best
        self._take(starts, finishes, value)
        if value < self.own_makespan and self._pure():
            self.own_makespan, self.own = value, (starts.copy(), finishes.copy())

    def _pure(self) -> bool:
        return self.populations.built * len(self.arrays.activities) < PURE

    def _search(self) -> None:
        while not self.stop:
            self._breed()
            if not self._pure() and self.offers:
                with self.changed:
                    offers, self.offers = self.offers, []
                for starts in offers:
                    self.populations.offer(starts)
                self._note()

    # The solver

    def _solve(self) -> None:
        rounds = 0
        while not self.stop:
            upper = min(self.makespan - 1, self.horizon)
            if upper < self.lower:
                self._raise_bound(self.makespan)
                return
            hint = None if self.plan is None else self.plan[0]
            model = Model(self.arrays, self.lower, upper, hint)
            if not model.possible:
                self._refuted(upper)
                return
            self._ask(model, upper, rounds)
            rounds += 1

    def _ask(self, model: Model, upper: int, rounds: int) -> None:
        from ortools.sat.python import cp_model

        solving = solver(self.until - time.perf_counter(), self.seed + rounds, max(1, self.workers - 1))
        solving.best_bound_callback = lambda bound: self._raise_bound(int(np.ceil(bound - 1e-6)))
        with self.changed:
            if self.stop:
                return
            self.solving = solving
        status = solving.solve(model.model, Listener(model, self._found))
        self.solving = None
        if status == cp_model.INFEASIBLE:
            self._refuted(upper)
        elif status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            self._raise_bound(int(np.ceil(solving.best_objective_bound - 1e-6)))
        elif status == cp_model.MODEL_INVALID:
            raise LevellingError("the numbers of this problem are too large to be levelled")

    def _refuted(self, upper: int) -> None:
        """No plan is as short as ``upper``."""
        if self.makespan > self.horizon and upper >= self.horizon:
            self.impossible = True
        self._raise_bound(upper + 1)

    def _found(self, starts: Places) -> None:
        made = self._regenerated(starts)
        if made is not None and self._take(*made):
            with self.changed:
                self.offers.append(starts)

    def _regenerated(self, starts: Places) -> tuple[Places, Places, int] | None:
        found, finishes = np.zeros_like(starts), np.zeros_like(starts)
        order = np.argsort(starts, kind="stable").astype(np.int32)
        value = in_order(self.arrays.work, order, 0, found, finishes, np.empty_like(order))
        return (found, finishes, int(value)) if value <= self.horizon else None

    # The end

    def _result(self) -> Levelled:
        if self.plan is None:
            self._refuse()
        count = len(self.arrays.activities)
        while self.makespan <= self.lower and self.own_makespan > self.makespan and self._pure():
            # Proved by the solver first: the search on its own way makes the plan repeatable.
            self._breed()
        plan = self.own if self.own is not None and self.own_makespan == self.makespan else self.plan
        assert plan is not None
        starts, finishes = polished(self.arrays, plan, self.makespan)
        uids = [activity.uid for activity in self.arrays.activities]
        given = sorted(range(count), key=uids.__getitem__)
        self.history.append(self._progress())
        return Levelled(
            {uids[place]: int(starts[place]) for place in given},
            {uids[place]: int(finishes[place]) for place in given},
            self.makespan,
            self.lower,
            tuple(self.history),
            self.populations.built,
        )

    def _refuse(self) -> None:
        """No plan: name the activity that came too late in the best that the search found."""
        starts = self.populations.best[0]
        late = starts - self.arrays.work.rows[:-1, LATEST_START]
        if self.populations.value < (1 << 40) and late.max(initial=0) > 0:
            place = int(late.argmax())
            activity, by = self.arrays.activities[place], int(starts[place] - late[place])
            sure = "cannot" if self.impossible else "could not in the time given"
            message = f"activity {activity.uid} {sure} start by {by}"
            raise LevellingError(f"{message} without using more than there is", activity.uid)
        raise NoRoomError(f"no plan fits into {self.horizon} periods")
