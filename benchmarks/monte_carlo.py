"""Monte Carlo simulation: Accord beside vectorised numpy, in one process, after a warm-up.

    python benchmarks/monte_carlo.py [--json] [--iterations 10000] [--tasks 1000] [--runs 7] [--threads N]

Both sides draw the durations, sweep the network forward and backward and count in how many iterations each task has no
float: finish distribution and criticality. The network has three links per task of all four types, lags on a fifth.
numpy holds [task, iteration] arrays of 32-bit floats and sweeps all iterations of a task at once, links of a kind
without intermediate arrays; triangular durations come of its 32-bit uniforms by the closed quantile function (quicker
than its own `triangular`), PERT-beta ones of its own `beta`. Accord starts from estimates and links as dataclasses, and
its threads are those of the machine unless said otherwise; one thread is timed too.

Before timing, numpy sweeps the very durations that Accord drew, and every finish and every count must be equal.
The exit code is 1 if Accord is not at least 8 times as fast for both distributions. The last lines tell what more of
the product costs: figures for every task (cruciality, sensitivity, P50, P80), and a plan scheduled in calendars.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from accord.engines.calendars.working_time import CalendarSpec, WeekSpec
from accord.engines.planning.plan import Constraint, Link, LinkType, Plan, Task
from accord.engines.uncertainty.monte_carlo import Activity, UncertainNetwork, simulate
from accord.engines.uncertainty.plan_simulation import Uncertainty, simulate_plan
from accord.engines.uncertainty.random_numbers import LANES
from accord.engines.uncertainty.sampling import draw_block, make_sampler, scratch_for
from accord.engines.uncertainty.three_point import Estimate, Shape

BAR = 8
SHAPES = (Shape.TRIANGULAR, Shape.PERT)
Floats = NDArray[np.float32]


def network_of(tasks: int, shape: Shape, seed: int = 1) -> UncertainNetwork:
    """Random estimates and links, each task after three earlier ones."""
    rng = np.random.default_rng(seed)
    most_likely = rng.integers(240, 4_800, tasks)
    low = most_likely - (most_likely * rng.uniform(0.05, 0.4, tasks)).astype(int)
    high = most_likely + (most_likely * rng.uniform(0.1, 1.2, tasks)).astype(int)
    activities = tuple(
        Activity(uid, Estimate(*points, shape))
        for uid, points in enumerate(zip(low.tolist(), most_likely.tolist(), high.tolist(), strict=True))
    )
    kinds = [LinkType.FS] * 6 + [LinkType.SS, LinkType.FF, LinkType.SF]
    links = []
    for after in range(1, tasks):
        before = {max(0, after - 1 - int(step)) for step in rng.exponential(tasks / 25, 3)}
        for task in sorted(before):
            lag = int(rng.integers(-480, 960)) if rng.random() < 0.2 else 0
            links.append(Link(task, after, kinds[rng.integers(len(kinds))], lag))
    return UncertainNetwork(activities, tuple(links))


class WithNumpy:
    """The same by vectorised numpy; tasks are numbered in topological order."""

    def __init__(self, network: UncertainNetwork, iterations: int) -> None:
        points = np.array([row.duration.points for row in network.activities], np.float32)
        self.low, self.mode, self.high = points.T[:, :, None]
        self.shape = network.activities[0].duration.shape
        self.iterations = iterations
        self.entering: list[list[tuple[int, LinkType, int]]] = [[] for _ in network.activities]
        for link in network.links:
            self.entering[link.successor].append((link.predecessor, link.type, round(link.lag)))

    def draw(self, rng: np.random.Generator) -> Floats:
        size = (len(self.low), self.iterations)
        width = self.high - self.low
        if self.shape is Shape.TRIANGULAR:
            share = (self.mode - self.low) / width
            chance = rng.random(size, np.float32)
            upper = chance > share
            # Distance to the nearer end, by the closed quantile function.
            np.subtract(1, chance, out=chance, where=upper)
            chance *= np.where(upper, 1 - share, share)
            np.sqrt(chance, out=chance)
            np.subtract(1, chance, out=chance, where=upper)
            durations = chance
        else:
            place = (self.mode - self.low) / width
            durations = rng.beta(1 + 4 * place, 5 - 4 * place, size).astype(np.float32)
        durations *= width
        durations += self.low
        return np.rint(durations, out=durations)

    def sweep(self, durations: Floats) -> tuple[Floats, NDArray[np.int64]]:
        """The finishes of the project and how often each task is critical."""
        tasks = len(durations)
        starts, finishes = np.zeros_like(durations), np.empty_like(durations)
        moved = np.empty(self.iterations, np.float32)
        for task in range(tasks):
            start = starts[task]
            for before, kind, lag in self.entering[task]:
                ends = starts if kind in (LinkType.SS, LinkType.SF) else finishes
                source = ends[before]
                if lag:
                    source = np.add(source, lag, out=moved)
                if kind in (LinkType.FF, LinkType.SF):
                    source = np.subtract(source, durations[task], out=moved)
                np.maximum(start, source, out=start)
            np.add(start, durations[task], out=finishes[task])
        finish = finishes.max(axis=0)
        latest = np.broadcast_to(finish, durations.shape).copy()
        critical = np.empty(tasks, np.int64)
        begin = np.empty(self.iterations, np.float32)
        for task in range(tasks - 1, -1, -1):
            late = latest[task]
            critical[task] = np.count_nonzero(late <= finishes[task])
            np.subtract(late, durations[task], out=begin)
            for before, kind, lag in self.entering[task]:
                source = late if kind in (LinkType.FF, LinkType.SF) else begin
                if lag:
                    source = np.subtract(source, lag, out=moved)
                if kind in (LinkType.SS, LinkType.SF):
                    source = np.add(source, durations[before], out=moved)
                np.minimum(latest[before], source, out=latest[before])
        return finish, critical

    def simulate(self, seed: int) -> tuple[Floats, NDArray[np.int64]]:
        return self.sweep(self.draw(np.random.default_rng(seed)))


def drawn_by_accord(network: UncertainNetwork, iterations: int, seed: int) -> Floats:
    """The durations of `simulate`, [task, iteration]."""
    rows = network.activities
    count = len(rows)
    sampler = make_sampler(
        seed=seed,
        uids=[row.uid for row in rows],
        durations=[row.duration for row in rows],
        groups=[-1] * count,
        rho=[],
        risks=[],
        struck=[],
        rates=[0.0] * count,
        cost=0,
    )
    scratch, block = scratch_for(sampler), np.empty((count, LANES), np.int32)
    durations = np.empty((count, -(-iterations // LANES) * LANES), np.float32)
    for number in range(durations.shape[1] // LANES):
        draw_block(sampler, scratch, number, 0, count, block, np.empty(LANES), np.empty((0, LANES), np.uint8))
        durations[:, number * LANES : (number + 1) * LANES] = block
    return durations[:, :iterations].copy()


def plan_of(network: UncertainNetwork) -> tuple[Plan, Uncertainty]:
    """The network as a plan with two calendars and constraints, which the passes of scheduling must sweep."""
    office, early = ((480, 720), (780, 1020)), ((360, 840),)
    calendars = tuple(
        CalendarSpec(uid, "", WeekSpec((hours,) * 5 + ((), ()))) for uid, hours in enumerate((office, early), start=1)
    )
    start = datetime(2026, 1, 5, 8)
    tasks = [
        Task(row.uid, "", duration=round(row.duration.most_likely), calendar=1 + row.uid % 2)
        for row in network.activities
    ]
    tasks[10] = replace(tasks[10], constraint=Constraint.START_NO_EARLIER_THAN, constraint_date=datetime(2026, 3, 2, 8))
    estimates = {row.uid: row.duration for row in network.activities}
    return Plan("", start, 1, calendars, tuple(tasks), network.links), Uncertainty(estimates)


def in_turns(works: list[Callable[[], object]], runs: int) -> list[float]:
    """Median seconds of each, asked in turns, so that a busy machine slows them alike."""
    times: list[list[float]] = [[] for _ in works]
    for _ in range(runs):
        for work, own in zip(works, times, strict=True):
            begun = time.perf_counter()
            work()
            own.append(time.perf_counter() - begun)
    return [statistics.median(own) for own in times]


def allocated(work: Callable[[], object]) -> float:
    """The most megabytes that numpy and Python held at once."""
    tracemalloc.start()
    work()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1e6


def measure(shape: Shape, options: argparse.Namespace) -> dict[str, Any]:
    network = network_of(options.tasks, shape)
    theirs = WithNumpy(network, options.iterations)

    def ours(threads: int | None = options.threads, by_activity: bool = False) -> Any:
        return simulate(network, iterations=options.iterations, seed=1, threads=threads, by_activity=by_activity)

    finish, critical = theirs.sweep(drawn_by_accord(network, options.iterations, 1))
    found = ours()
    assert (found.finish.samples == finish).all(), "the finishes differ"
    counts = [round(row.criticality * options.iterations) for row in found.activities]
    assert counts == critical.tolist(), "the criticality differs"
    theirs.simulate(1)
    ours(1)
    ours(by_activity=True)
    slow, quick, one, full = in_turns(
        [lambda: theirs.simulate(1), ours, lambda: ours(1), lambda: ours(by_activity=True)], options.runs
    )
    return {
        "shape": str(shape),
        "links": len(network.links),
        "numpy_ms": slow * 1000,
        "accord_ms": quick * 1000,
        "accord_one_thread_ms": one * 1000,
        "accord_figures_ms": full * 1000,
        "ratio": slow / quick,
        "ratio_one_thread": slow / one,
        "numpy_mb": allocated(lambda: theirs.simulate(1)),
        "accord_mb": allocated(ours),
        "accord_figures_mb": allocated(lambda: ours(by_activity=True)),
    }


def measure_plan(options: argparse.Namespace) -> float:
    plan, uncertainty = plan_of(network_of(options.tasks, Shape.PERT))
    run = lambda: simulate_plan(plan, uncertainty, iterations=options.iterations, threads=options.threads)  # noqa: E731
    run()
    return in_turns([run], 3)[0] * 1000


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--iterations", type=int, default=10_000)
    parser.add_argument("--tasks", type=int, default=1_000)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--threads", type=int, default=None)
    options = parser.parse_args()
    load = os.getloadavg()[0]
    results = [measure(shape, options) for shape in SHAPES]
    plan_ms = measure_plan(options)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    document = {"load": load, "networks": results, "plan_in_calendars_ms": plan_ms, "peak_mb": peak, "bar": BAR}
    if options.json:
        print(json.dumps(document, indent=2))
    else:
        print(
            f"{options.iterations:,} iterations of {options.tasks:,} tasks, {os.cpu_count()} cores at load {load:.1f}"
        )
        print(f"{'':12} {'numpy':>11} {'Accord':>11} {'ratio':>7} {'one thread':>12} {'ratio':>7} {'with figures':>13}")
        for row in results:
            print(
                f"{row['shape']:12} {row['numpy_ms']:8.1f} ms {row['accord_ms']:8.1f} ms {row['ratio']:6.1f}x"
                f" {row['accord_one_thread_ms']:9.1f} ms {row['ratio_one_thread']:6.1f}x"
                f" {row['accord_figures_ms']:10.1f} ms"
            )
            print(
                f"{'  memory':12} {row['numpy_mb']:8.1f} MB {row['accord_mb']:8.1f} MB {'':28}"
                f" {row['accord_figures_mb']:10.1f} MB"
            )
        print(
            f"A plan of as many tasks in two calendars, with figures: {plan_ms:.0f} ms."
            f" Peak of the process {peak:.0f} MB."
        )
    return int(any(row["ratio"] < BAR for row in results))


if __name__ == "__main__":
    sys.exit(main())
