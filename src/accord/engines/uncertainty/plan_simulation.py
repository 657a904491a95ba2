"""Simulation of a plan: when it will be finished and what it will cost, in dates and money.

Each iteration draws durations and risks (`plan_uncertainty`) and schedules the plan anew, with its calendars,
constraints and progress. A plan that needs none of them, in one working time, is swept many iterations at once
(`lanes`); every other by the passes of scheduling themselves (`calendar_lanes`). Both give the same dates, and where
everything goes as planned those of `scheduling.schedule`.

Links on a summary's start or finish hang on the task below it that is first or last in the plan, in every iteration.
A plan scheduled from its finish begins, in every iteration, when the plan does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from accord.engines.calendars.tables import Tables, finish_at, index, start_at
from accord.engines.calendars.working_time import datetime_of, minute_of
from accord.engines.compiled import compiled
from accord.engines.parallel import Progress, in_parts
from accord.engines.planning import passes
from accord.engines.planning.critical_path import tables_from
from accord.engines.planning.plan import Plan
from accord.engines.planning.plan_fit import in_the_past
from accord.engines.planning.plan_network import PlanNetwork, build, undelayed
from accord.engines.planning.plan_outline import ScheduleError
from accord.engines.planning.scheduling import Schedule, schedule
from accord.engines.texts import Text, gettext_lazy
from accord.engines.uncertainty import lanes
from accord.engines.uncertainty.calendar_lanes import PlanLanes, calendar_sweep
from accord.engines.uncertainty.monte_carlo import Figures, check_iterations, figures_of, make_results
from accord.engines.uncertainty.outcome import PERCENTILES, Outcome, place_of
from accord.engines.uncertainty.plan_lanes import calendar_lanes_of, plain_lanes_of
from accord.engines.uncertainty.plan_uncertainty import Spread, Uncertainty, draw_from
from accord.engines.uncertainty.random_numbers import LANES
from accord.engines.uncertainty.sampling import Risk, Sampler
from accord.engines.uncertainty.sensitivity import RiskEffect, at_places, risk_effects

__all__ = ["PlanSimulation", "Risk", "Spread", "TaskForecast", "Uncertainty", "simulate_plan"]

Ints = NDArray[np.int64]
_NEVER = -(1 << 31) + 1
_FIRST, _LAST = minute_of(datetime.min), minute_of(datetime.max)


@dataclass(frozen=True, slots=True)
class TaskForecast:
    """When a task is planned to finish and when it does in half and in four fifths of all cases.

    The indices are those of `monte_carlo.Figures`; a summary has none. Criticality is the share of iterations in which
    the task drives the finish: it lies on a path to it without float, whatever the plan calls critical (for deadlines,
    other ends, a limit of its own). Level of effort follows other work and has no row. ``deadline_met`` is the share
    of iterations that keep the task's deadline; None without one.
    """

    uid: int
    planned: datetime
    p50: datetime
    p80: datetime
    criticality: float | None
    cruciality: float | None
    sensitivity: float | None
    deadline_met: float | None = None


@dataclass(frozen=True, slots=True)
class PlanSimulation:
    """What may become of a plan. Effects of risks are in working minutes of the project's calendar, and in money.

    ``moments`` are the project's finishes as minutes (`calendars.minute_of`), ``working`` the same as working minutes
    from its start. ``cost`` is None where the plan records no cost. ``estimated`` are the tasks with an estimate of
    their own, ``assumed`` those that were given the ``spread``; all others are taken as certain.
    """

    iterations: int
    seed: int
    start: datetime
    planned_finish: datetime
    planned_cost: Decimal | None
    moments: Outcome
    working: Outcome
    cost: Outcome | None
    tasks: Mapping[int, TaskForecast]
    risks: tuple[RiskEffect, ...]
    spread: Spread | None
    estimated: tuple[int, ...]
    assumed: tuple[int, ...]
    remarks: tuple[Text, ...]

    def finish(self, percent: float) -> datetime:
        """The date that is kept in so many percent of all cases."""
        return datetime_of(self.moments.percentile(percent))

    @property
    def finishes(self) -> dict[int, datetime]:
        return {percent: self.finish(percent) for percent in PERCENTILES}

    @property
    def mean_finish(self) -> datetime:
        return datetime_of(round(self.moments.mean))

    def probability(self, by: date | datetime) -> float:
        """The chance to be finished by a moment, or by the end of a day."""
        if not isinstance(by, datetime):
            by = datetime.combine(by, time.min) + timedelta(days=1)
        return self.moments.probability(minute_of(by))


def simulate_plan(
    plan: Plan,
    uncertainty: Uncertainty = Uncertainty(),  # noqa: B008, frozen
    *,
    iterations: int = 10_000,
    seed: int = 0,
    threads: int | None = None,
    not_before: datetime | None = None,
    now: datetime | None = None,
    progress: Progress | None = None,
) -> PlanSimulation:
    """Simulate a plan; the same seed gives the same figures whatever the number of threads.

    Work that is not done goes on at ``not_before`` at the earliest (a status date); without it, where the plan has it:
    a remark then says where that is before ``now``.
    ``progress(done, total)`` is told how far it has got; what it raises ends the simulation.
    Memory is about 4 bytes per task and iteration. Raises `ScheduleError`, with the uid of a task where there is one,
    for a plan that cannot be scheduled, has no tasks, or to which the uncertainty does not fit; `ValueError` for
    iterations or a seed out of bounds.

    >>> from accord.engines.calendars.working_time import CalendarSpec, WeekSpec
    >>> from accord.engines.planning.plan import Link, Task
    >>> week = WeekSpec((((480, 720), (780, 1020)),) * 5 + ((), ()))
    >>> tasks = (Task(1, "draft", duration=960), Task(2, "print", duration=480))
    >>> plan = Plan("brochure", datetime(2026, 1, 5, 8), 1, (CalendarSpec(1, "Standard", week),), tasks, (Link(1, 2),))
    >>> found = simulate_plan(plan, Uncertainty(spread=Spread(-0.1, 0.5)), iterations=5_000)
    >>> f"{found.planned_finish:%a %H:%M}", f"{found.finish(80):%a}", round(found.probability(date(2026, 1, 7)), 1)
    ('Wed 17:00', 'Thu', 0.2)
    """
    check_iterations(iterations)
    planned = schedule(plan)
    if not planned.tasks:
        raise ScheduleError(gettext_lazy("the plan has no tasks to simulate"))
    network = _network(plan)
    drawn = draw_from(plan, network, uncertainty, seed)
    calendars = calendar_lanes_of(plan, network, drawn, not_before)
    plain = plain_lanes_of(plan, network, drawn) if not_before is None else None
    run = _Run(network, drawn.sampler, calendars, plain, iterations, threads, progress)
    figures = figures_of([task.uid for task in network.leaves], drawn.sampler, run.results, run.critical, threads)
    known = drawn.cost is not None
    past: Text | None = None
    if now is not None and (not_before is None or not_before < now):
        past = in_the_past(
            plan, {uid: max(row.start, not_before or row.start) for uid, row in planned.tasks.items()}, now
        )
    return PlanSimulation(
        iterations=iterations,
        seed=seed,
        start=planned.start,
        planned_finish=planned.finish,
        planned_cost=drawn.cost,
        moments=Outcome(run.moments),
        working=Outcome(run.results.finish),
        cost=Outcome(run.results.cost) if known else None,
        tasks=_forecasts(plan, network, planned, figures, run),
        risks=risk_effects([risk.uid for risk in uncertainty.risks], run.results),
        spread=uncertainty.spread if drawn.assumed else None,
        estimated=drawn.estimated,
        assumed=drawn.assumed,
        remarks=(*drawn.remarks, *([past] if past else [])),
    )


def _network(plan: Plan) -> PlanNetwork:
    """The network, with links on summaries hung on the tasks that are first and last as planned."""
    network = build(plan)
    if not network.deferred:
        return network
    # As scheduling does: by the early dates, without the links that wait for them.
    start, net = minute_of(plan.start), network.network
    early = passes.forward(tables_from(network.calendars, start), net, undelayed(network.work), start)[net.rank]
    return build(plan, {task.uid: (s, f) for task, (s, f) in zip(network.leaves, early.tolist(), strict=False)})


class _Run:
    """The sweeps of all iterations, by whichever way fits the plan."""

    def __init__(
        self,
        network: PlanNetwork,
        sampler: Sampler,
        plan: PlanLanes,
        plain: lanes.LaneNetwork | None,
        iterations: int,
        threads: int | None,
        progress: Progress | None = None,
    ) -> None:
        leaves, count = len(network.leaves), len(network.network.order)
        self.plan = plan
        self.plain = plain is not None
        self.origin = int(index(plan.tables, plan.calendar, plan.start))
        results = make_results(count if plain else leaves, len(sampler.risk), iterations, True)
        self.moments = np.zeros(iterations, np.int64)

        def sweep(first: int, last: int) -> Ints:
            critical = np.zeros(count, np.int64)
            if plain is not None:
                lanes.sweep(sampler, plain, 0, first, last, results, critical)
            else:
                calendar_sweep(sampler, plan, first, last, results, self.moments, critical)
            return critical

        parts = in_parts(sweep, -(-iterations // LANES), threads, progress)
        self.critical: Ints = np.sum(parts, axis=0)[:leaves]
        self.results = results._replace(finishes=results.finishes[:leaves])
        if plain is not None:
            self.moments = self.moments_of(results.finish)
        if self.moments.min() < _FIRST or self.moments.max() >= _LAST:
            raise ScheduleError(gettext_lazy("the plan may reach beyond the years 1 to 9999"))

    def moments_of(self, finishes: Ints) -> Ints:
        """Minutes of what the results say of finishes of tasks."""
        if not self.plain:
            return finishes + self.plan.start
        found = np.empty(len(finishes), np.int64)
        _finish_moments(self.plan.tables, self.plan.calendar, self.plan.start, self.origin, finishes, found)
        return found


@compiled
def _finish_moments(tables: Tables, calendar: int, start: int, origin: int, finishes: Ints, moments: Ints) -> None:
    """When so many working minutes from the start have passed."""
    for place in range(len(finishes)):
        if finishes[place] > 0:
            moments[place] = finish_at(tables, calendar, origin + finishes[place])
        elif start == finish_at(tables, calendar, origin):
            moments[place] = start
        else:
            moments[place] = start_at(tables, calendar, origin)


def _forecasts(
    plan: Plan, network: PlanNetwork, planned: Schedule, figures: tuple[Figures, ...], run: _Run
) -> dict[int, TaskForecast]:
    finishes = run.results.finishes
    rows = {task.uid: row for task, row in zip(network.leaves, finishes, strict=True)}
    places = [place_of(percent, finishes.shape[1]) for percent in (50, 80)]
    percentiles = {row.uid: (row.p50 or 0, row.p80 or 0) for row in figures}
    # Children follow their summaries in the plan: backwards, every summary finds its children's rows.
    for task in reversed(plan.tasks):
        below = [rows[child.uid] for child in network.children.get(task.uid, ()) if child.uid in rows]
        if not below:
            continue
        rows[task.uid] = np.maximum.reduce(below) if len(below) > 1 else below[0]
        if task.manual:
            # Set by hand: it keeps its finish, or at least does not finish before it starts.
            held = planned.tasks[task.uid].finish if task.finish is not None else task.start or datetime.min
            least = max(minute_of(held) - run.plan.start, _NEVER)
            rows[task.uid] = (
                np.full(finishes.shape[1], least, np.int32)
                if task.finish is not None
                else np.maximum(rows[task.uid], np.int32(least))
            )
        p50, p80 = at_places(rows[task.uid][None], places)[0].tolist()
        percentiles[task.uid] = (p50, p80)
    in_order = [uid for uid in planned.tasks if uid in percentiles]
    moments = run.moments_of(np.array([percentiles[uid] for uid in in_order], np.int64).reshape(-1)).tolist()
    of_leaf = {row.uid: row for row in figures}
    deadlines = {task.uid: minute_of(task.deadline) for task in plan.tasks if task.deadline is not None}
    forecasts = {}
    for number, uid in enumerate(in_order):
        own, date_ = of_leaf.get(uid), planned.tasks[uid].finish
        p50, p80 = map(datetime_of, moments[2 * number : 2 * number + 2])
        forecasts[uid] = TaskForecast(
            uid,
            date_,
            p50,
            p80,
            own.criticality if own else None,
            own.cruciality if own else None,
            own.sensitivity if own else None,
            float((run.moments_of(rows[uid]) <= deadlines[uid]).mean()) if uid in deadlines else None,
        )
    return forecasts
