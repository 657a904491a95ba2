"""Critical path: Accord's compiled passes beside networkx, in one process, after a warm-up.

    python benchmarks/critical_path.py [--json] [--sizes 1000 10000 100000] [--runs 5]

Each network has three links per task, all four types, lags on a fifth of them. Both sides start from the same raw
arrays and do the same work: build the graph, sort it topologically, forward pass, backward pass, total and free
float. networkx builds a DiGraph and the passes are plain Python over it, in plain minutes. Accord is timed twice: in
the same plain minutes (and its results are compared with networkx's, number for number), and with every task in one of
four working calendars with holidays, which networkx is spared. The exit code is 1 if the 100,000-task run with
calendars is not at least 50 times faster than networkx without.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date
from typing import Any

import networkx
import numpy as np

from accord.engines.calendars.working_time import MINUTES_PER_DAY, WorkCalendar
from accord.engines.planning.critical_path import solve
from accord.engines.planning.network import KINDS

START = date(2026, 1, 5).toordinal() * MINUTES_PER_DAY + 480
BAR = 50


def raw_network(tasks: int, seed: int = 1) -> dict[str, Any]:
    """Random precedence arrays: each task follows three earlier ones in a hidden order."""
    rng = np.random.default_rng(seed)
    links = 3 * tasks
    successor = rng.integers(1, tasks, links)
    predecessor = np.maximum(0, successor - 1 - rng.exponential(tasks / 25, links).astype(np.int64))
    pairs = np.unique(np.stack([predecessor, successor], axis=1), axis=0)  # a DiGraph holds one link per pair
    hidden = rng.permutation(tasks)
    links = len(pairs)
    return {
        "duration": rng.integers(60, 4800, tasks),
        "predecessor": hidden[pairs[:, 0]],
        "successor": hidden[pairs[:, 1]],
        "kind": rng.choice([0, 0, 0, 0, 0, 0, KINDS["FF"], KINDS["SS"], KINDS["SF"]], links).astype(np.int8),
        "lag": np.where(rng.random(links) < 0.2, rng.integers(-480, 960, links), 0),
        "calendar": rng.integers(0, 4, tasks),
    }


def calendars() -> tuple[WorkCalendar, ...]:
    """An office, a night shift, a six-day week and a round-the-clock one, with ten holidays a year for twelve years."""
    office, night, nothing = ((480, 720), (780, 1020)), ((0, 180), (240, 480), (1380, 1440)), ()
    holidays = {
        date(year, month, day).toordinal(): nothing
        for year in range(2026, 2038)
        for month, day in [(1, 1), (1, 6), (4, 3), (4, 6), (5, 1), (5, 14), (8, 15), (10, 3), (12, 25), (12, 26)]
    }
    return (
        WorkCalendar((office,) * 5 + (nothing,) * 2, holidays, "office"),
        WorkCalendar((night,) * 5 + (nothing,) * 2, holidays, "night"),
        WorkCalendar((((420, 720), (750, 960)),) * 6 + (nothing,), holidays, "six days"),
        WorkCalendar.around_the_clock(),
    )


def with_networkx(raw: dict[str, Any]) -> tuple[dict[int, int], ...]:
    """The passes as one writes them over a networkx graph."""
    graph = networkx.DiGraph()
    graph.add_nodes_from(range(len(raw["duration"])))
    graph.add_edges_from(
        (p, s, {"kind": k, "lag": lag})
        for p, s, k, lag in zip(
            raw["predecessor"].tolist(),
            raw["successor"].tolist(),
            raw["kind"].tolist(),
            raw["lag"].tolist(),
            strict=True,
        )
    )
    duration = raw["duration"].tolist()
    order = list(networkx.topological_sort(graph))
    early: dict[int, int] = {}
    for task in order:
        start = START
        for before, link in graph.pred[task].items():
            anchor = early[before] + (0 if link["kind"] & 2 else duration[before]) + link["lag"]
            start = max(start, anchor - duration[task] if link["kind"] & 1 else anchor)
        early[task] = start
    end = max(early[task] + duration[task] for task in order)
    late: dict[int, int] = {}
    free: dict[int, int] = {}
    for task in reversed(order):
        finish, gap = end, end
        for after, link in graph.succ[task].items():
            shift = (duration[after] if link["kind"] & 1 else 0) - link["lag"]
            own = duration[task] if link["kind"] & 2 else 0
            finish = min(finish, late[after] + shift + own)
            gap = min(gap, early[after] + shift - early[task] - duration[task] + own)
        late[task] = finish - duration[task]
        free[task] = max(0, min(gap, late[task] - early[task]))
    total = {task: late[task] - early[task] for task in order}
    return early, late, total, free


def median_seconds(works: list[Callable[[], object]], runs: int) -> list[float]:
    """Median time of each, asked in turns, so that a busy machine slows them alike."""
    times: list[list[float]] = [[] for _ in works]
    for _ in range(runs):
        for work, own in zip(works, times, strict=True):
            begun = time.perf_counter()
            work()
            own.append(time.perf_counter() - begun)
    return [statistics.median(own) for own in times]


def measure(tasks: int, runs: int) -> dict[str, float]:
    raw = raw_network(tasks)
    plain = {key: value for key, value in raw.items() if key != "calendar"}
    around_the_clock, four = (WorkCalendar.around_the_clock(),), calendars()
    ours = solve(**plain, calendars=around_the_clock, start=START)
    theirs = with_networkx(raw)
    for name, mine in zip(("early start", "late start", "total float", "free float"), theirs, strict=True):
        column = {"early start": 0, "late start": 2, "total float": 4, "free float": 5}[name]
        assert [mine[task] for task in range(tasks)] == ours[column].tolist(), f"{name} differs"
    solve(**raw, calendars=four, start=START)
    slow, fast, working = median_seconds(
        [
            lambda: with_networkx(raw),
            lambda: solve(**plain, calendars=around_the_clock, start=START),
            lambda: solve(**raw, calendars=four, start=START),
        ],
        runs,
    )
    return {
        "tasks": tasks,
        "links": len(raw["predecessor"]),
        "networkx_ms": slow * 1000,
        "accord_plain_ms": fast * 1000,
        "accord_calendars_ms": working * 1000,
        "ratio_plain": slow / fast,
        "ratio_calendars": slow / working,
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    results = [measure(tasks, options.runs) for tasks in options.sizes]
    if options.json:
        print(json.dumps(results, indent=2))
    else:
        print(f"{'tasks':>8} {'links':>8} {'networkx':>12} {'Accord':>22} {'Accord, 4 calendars':>26}")
        for row in results:
            print(
                f"{row['tasks']:8,} {row['links']:8,} {row['networkx_ms']:9.1f} ms"
                f" {row['accord_plain_ms']:9.2f} ms {row['ratio_plain']:7.1f}x"
                f" {row['accord_calendars_ms']:13.2f} ms {row['ratio_calendars']:7.1f}x"
            )
    large = [row for row in results if row["tasks"] >= 100_000]
    return int(any(row["ratio_calendars"] < BAR for row in large))


if __name__ == "__main__":
    sys.exit(main())
