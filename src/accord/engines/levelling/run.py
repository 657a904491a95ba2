"""One levelling: the genetic search in a thread of its own beside CP-SAT, which take each other's plans and bounds."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import lru_cache

import numpy as np
from ortools.sat.python.cp_model import FEASIBLE, INFEASIBLE, MODEL_INVALID, OPTIMAL, CpSolver

from accord.engines.levelling.arrays import LATEST_START, Arrays, Places, arrays_of, horizon_of
from accord.engines.levelling.bounds import check_dates, lower_bound, tightened
from accord.engines.levelling.constraint_model import Listener, Model, solver
from accord.engines.levelling.genetic import Populations
from accord.engines.levelling.polish import polished
from accord.engines.levelling.problem import (
    Activity,
    Levelled,
    LevellingError,
    NoRoomError,
    Precedence,
    Problem,
    Progress,
)
from accord.engines.levelling.search import in_order
from accord.engines.texts import gettext_lazy, gettext_noop

Plan = tuple[Places, Places]

PURE = 600_000  # placements of activities in which the search takes nothing from the solver: so far it repeats exactly
_FIRST = 150_000  # placements before the solver is asked at all
_CHUNK = 60_000  # placements between two looks at the other side
_TICK = 0.02  # seconds between two looks at the clock
_SLICE = 0.25  # seconds of the solver's first turn at least; each further one is longer by _LONGER
_SHARE = 0.35  # of all the time that the first turn lasts
_LONGER = 1.6
_SECOND = 1 << 20  # between the seeds of the two searches
_WIDE = 0.03  # a gap from which on the solver shares its core with a second search


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
        warm_up()
        self.began = time.perf_counter()
        self.seconds, self.until = seconds, self.began + seconds
        self.seed, self.workers, self.watch = seed, max(1, workers), watch
        self.horizon = horizon_of(problem) if problem.horizon is None else problem.horizon
        arrays = arrays_of(problem, self.horizon)
        check_dates(arrays)
        self.arrays: Arrays = tightened(arrays)
        check_dates(self.arrays)
        self.lower = lower_bound(self.arrays)
        self.populations = Populations(self.arrays, seed, seconds)
        self.second: Populations | None = None
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
        self.solving: CpSolver | None = None
        self.asked = 0  # the makespan that the solver looks for, and since when
        self.asked_at = 0.0
        self.turn = max(_SLICE, _SHARE * seconds)
        self.shortened_at = self.began

    def answer(self) -> Levelled:
        if not self.arrays.activities:
            return Levelled({}, {}, 0, 0)
        count = len(self.arrays.activities)
        self.populations.sow()
        self._note(self.populations)
        while self.makespan > self.lower and self.populations.built * count < _FIRST and self._has_time():
            self._breed(self.populations)
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
                    self._hurry()
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
            solving.stop_search()

    def _hurry(self) -> None:
        """Call the solver off when there is a shorter plan than it knows, or when its core is of better use.

        With a shorter plan its question is easier. Far from an answer, it leaves its core to a second search, as long
        as searching still helps.
        """
        if self.solving is None:
            return
        now = time.perf_counter()
        if self.makespan <= self.asked:
            over = now - self.asked_at > max(_SLICE / 2, (now - self.began) / 5)
        else:
            over = now - self.asked_at > self.turn and self._is_search_better()
        if over:
            self.solving.stop_search()

    def _is_search_better(self) -> bool:
        now = time.perf_counter()
        lively = now - self.shortened_at < (now - self.began) / 2
        return self.workers <= 2 and lively and self._progress().gap > _WIDE

    def _progress(self) -> Progress:
        return Progress(time.perf_counter() - self.began, self.makespan, self.lower)

    def _take(self, starts: Places, finishes: Places, makespan: int) -> bool:
        """Keep a plan if it is shorter than what there is."""
        with self.changed:
            if makespan >= self.makespan:
                return False
            self.makespan, self.plan = makespan, (starts.copy(), finishes.copy())
            self.history.append(self._progress())
            self.shortened_at = time.perf_counter()
            self.changed.notify_all()
            return True

    def _raise_bound(self, bound: int) -> None:
        with self.changed:
            if bound > self.lower:
                self.lower = min(bound, self.makespan)
                self.history.append(self._progress())
                self.changed.notify_all()

    # The search

    def _breed(self, populations: Populations) -> None:
        populations.run(max(20, _CHUNK // len(self.arrays.activities)))
        self._note(populations)

    def _note(self, populations: Populations) -> None:
        value = populations.value
        if value > self.horizon:
            return
        starts, finishes = populations.best
        self._take(starts, finishes, value)
        if populations is self.populations and value < self.own_makespan and self._pure():
            self.own_makespan, self.own = value, (starts.copy(), finishes.copy())

    def _pure(self) -> bool:
        return self.populations.built * len(self.arrays.activities) < PURE

    def _search(self) -> None:
        while not self.stop:
            self._breed(self.populations)
            if not self._pure() and self.offers:
                with self.changed:
                    offers, self.offers = self.offers, []
                for starts in offers:
                    self.populations.offer(starts)
                self._note(self.populations)

    # The solver

    def _solve(self) -> None:
        while not self.stop:
            upper = min(self.makespan - 1, self.horizon)
            if upper < self.lower:
                return
            hint = None if self.plan is None else self.plan[0]
            model = Model(self.arrays, self.lower, upper, hint)
            if not model.possible:
                self._refuted(upper)
                continue
            began = time.perf_counter()
            self._ask(model, upper)
            if self.makespan > upper and self._is_search_better():
                self._search_too(2 * (time.perf_counter() - began))
                self.turn *= _LONGER

    def _ask(self, model: Model, upper: int) -> None:
        """Ask for a plan no longer than ``upper``."""
        with self.changed:
            if self.stop:
                return
            left = self.until - time.perf_counter()
            solving = solver(left, self.seed, max(1, self.workers - 1))
            solving.best_bound_callback = lambda bound: self._raise_bound(int(np.ceil(bound - 1e-6)))
            self.solving, self.asked, self.asked_at = solving, upper, time.perf_counter()
        status = solving.solve(model.model, Listener(model, self._found))
        with self.changed:
            self.solving = None
        if status == INFEASIBLE:
            self._refuted(upper)
        elif status in (OPTIMAL, FEASIBLE):
            self._raise_bound(int(np.ceil(solving.best_objective_bound - 1e-6)))
        elif status == MODEL_INVALID:
            raise LevellingError(gettext_lazy("the numbers of this problem are too large to be levelled"))

    def _search_too(self, seconds: float) -> None:
        """Where the solver is far from an answer, its core is better used by a search with other numbers."""
        if self.second is None:
            self.second = Populations(self.arrays, self.seed + _SECOND, self.seconds)
            self.second.sow()
        until = min(self.until, time.perf_counter() + seconds)
        while not self.stop and time.perf_counter() < until:
            self._breed(self.second)

    def _refuted(self, upper: int) -> None:
        """No plan is as short as ``upper``."""
        if self.makespan > self.horizon and upper >= self.horizon:
            self.impossible = True
        self._raise_bound(upper + 1)

    def _found(self, starts: Places, makespan: int) -> None:
        self.asked = min(self.asked, makespan - 1)
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
        while self.makespan <= self.lower and self.own_makespan > self.makespan and self._pure() and self._has_time():
            # Proved by the solver first: the search on its own way makes the plan repeatable.
            self._breed(self.populations)
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
            self.populations.built + (self.second.built if self.second is not None else 0),
        )

    def _refuse(self) -> None:
        """No plan: name the activity that came too late in the best that the search found."""
        starts = self.populations.best[0]
        late = starts - self.arrays.work.rows[:-1, LATEST_START]
        if self.populations.value < (1 << 40) and late.max(initial=0) > 0:
            place = int(late.argmax())
            activity, by = self.arrays.activities[place], int(starts[place] - late[place])
            if self.impossible:
                template = gettext_noop("%(work)s cannot start by %(by)s without using more than there is")
            else:
                template = gettext_noop(
                    "%(work)s not found in the time given start by %(by)s without using more than there is"
                )
            raise LevellingError.about(activity.uid, template, by=by)
        raise NoRoomError(gettext_lazy("no feasible plan within %(periods)s periods", periods=self.horizon))


@lru_cache(maxsize=1)
def warm_up() -> None:
    """Compile the search, or load it compiled, so that no time of the first levelling is spent on it."""
    arrays = arrays_of(Problem((Activity(1, 1, {0: 1}), Activity(2, 2, {0: 1})), (Precedence(1, 2),), (1,)), 8)
    lower_bound(arrays)
    populations = Populations(arrays, 0, 1.0)
    populations.sow()
    populations.run(1)
    polished(arrays, (populations.best[0], populations.best[1]), populations.value)
