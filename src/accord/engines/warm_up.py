"""Compiling the engines' loops before anybody waits for them: ``python -m accord.engines.warm_up``.

After an installation or an upgrade the first schedule, simulation, levelling and forecast of clients compile what they
run, half a minute in all; a small plan and a small firm sent through them do it ahead. Later processes load what is
kept (`compiled`).
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from threading import Thread
from time import monotonic, sleep

from accord.engines.calendars.working_time import CalendarSpec, WeekSpec
from accord.engines.compiled import cache_directory
from accord.engines.levelling.plan_levelling import level_plan
from accord.engines.planning.plan import Assignment, Link, LinkType, Plan, Resource, Task
from accord.engines.planning.scheduling import schedule
from accord.engines.uncertainty.plan_simulation import Risk, Spread, Uncertainty, simulate_plan
from accord.engines.uncertainty.three_point import Estimate, Shape

_DAY, _START = 480, datetime(2026, 1, 5, 8)


def warm_up() -> bool:
    """Compile everything unless that is known to be done; False where nothing had to be, or nothing can be kept."""
    # Processes that serve load this module for the plan alone.
    from accord.engines.customers.client_forecast import forecast_clients
    from accord.engines.customers.small_firm import small_firm

    kept = cache_directory()
    if kept is None or (kept / "complete").exists():
        return False
    plan = small_plan()
    schedule(plan)
    for not_before in (None, plan.start + timedelta(days=1)):
        simulate_plan(plan, _doubts(plan), iterations=100, not_before=not_before)
    level_plan(plan, seconds=1)
    forecast_clients(small_firm())
    (kept / "complete").touch()
    return True


def load_scheduling(wait_seconds: float = 60) -> None:
    """Have this process load what schedules a plan, so that nobody's first edit waits for it (half a second).

    Where nothing is compiled yet, as after an upgrade, the process starts without it: a thread gives another process
    ``wait_seconds`` to compile, then loads what there is.
    """
    kept = cache_directory()

    def is_compiled() -> bool:
        return kept is not None and any((kept / mark).exists() for mark in ("complete", "scheduling"))

    def wait_and_load() -> None:
        until = monotonic() + wait_seconds
        while kept is not None and not is_compiled() and monotonic() < until:
            sleep(0.5)
        schedule(small_plan())
        if kept is not None:
            (kept / "scheduling").touch()

    if is_compiled():
        schedule(small_plan())
    else:
        Thread(target=wait_and_load, name="warm-up", daemon=True).start()


def small_plan() -> Plan:
    """A dozen tasks of five people in two calendars, with each kind of link: all loops are met."""
    week = WeekSpec((((480, 720), (780, 1020)),) * 5 + ((), ()))
    part_time = WeekSpec((((480, 720),),) * 4 + ((), (), ()))
    calendars = (CalendarSpec(1, "Standard", week), CalendarSpec(2, "Part time", part_time))
    tasks = tuple(
        Task(uid, f"task {uid}", duration=_DAY * (1 + uid % 3), calendar=2 if uid == 12 else None)
        for uid in range(1, 13)
    )
    links = tuple(Link(uid, uid + 3, kind, lag=60) for uid, kind in zip(range(1, 9), [*LinkType] * 2, strict=True))
    people = tuple(Resource(uid, f"person {uid}") for uid in range(1, 6))
    work = tuple(Assignment(task.uid, task.uid, 1 + task.uid % 5, work=task.duration) for task in tasks)
    return Plan("small", _START, 1, calendars, tasks, links, people, work)


def _doubts(plan: Plan) -> Uncertainty:
    shapes = (Shape.TRIANGULAR, Shape.PERT, Shape.LOGNORMAL)
    estimates = {
        task.uid: Estimate(task.duration * 0.8, task.duration, task.duration * 1.5, shape)
        for task, shape in zip(plan.tasks, shapes, strict=False)
    }
    risk = Risk(1, 0.3, Estimate(0, _DAY, 2 * _DAY), Estimate.fixed(100), strikes=(1, 2))
    return Uncertainty(estimates, Spread(-0.1, 0.3), {1: "team", 2: "team"}, risks=(risk,))


if __name__ == "__main__":
    os.nice(10)  # pages and jobs come first
    warm_up()
