"""Levelling: Accord on PSPLIB beside plain CP-SAT and PyJobShop, and beside MS Project's own levelling.

    python benchmarks/levelling.py [--sets j30 j60 j120] [--seconds 1 5] [--seeds 3] [--all | --quick] [--json]
        [--no-peers]

A fixed sample of 48 instances a set (every k-th in the order of the library), or every one with --all, or 12 with
--quick. All sides have two workers and the same seconds: Accord's are counted from the problem to the answer, those of
the others for the solver alone, whose models are the straightforward ones (an interval for each job, a cumulative
constraint for each resource). PyJobShop lives in an environment of its own, `.venv-pyjobshop`, built here on the first
run from pyjobshop-requirements.txt. Compilation and start-up are outside the clock. Accord answers with each seed, the
others once. Every schedule is checked by `accord.engines.levelling.check`, which shares nothing with the search, and no
bound may exceed the best known makespan.

Bars: mean gap to the best known makespans at 1 s at most 0.00 / 0.60 / 1.95 % (J30 / J60 / J120), at 5 s at most 0.00 /
0.40 / 1.60 %; J30 all proved optimal within 20 s; no fewer proved than plain CP-SAT in the same time; and shorter plans
than MS Project's levelling made of the MPSPLib plans. The exit code is 1 if one is missed.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import gcd
from pathlib import Path
from typing import Any

from ortools.sat.python import cp_model
from peer_environment import build_peer

from accord.engines.levelling.check import faults
from accord.engines.levelling.levelling import Activity, Precedence, Problem, level
from accord.engines.levelling.plan_levelling import level_plan
from accord.exchange.mspdi import read_plan
from accord.exchange.psplib import read_problem

HERE = Path(__file__).resolve().parent
SHARED = Path(os.environ.get("ACCORD_SHARED_DATA", HERE.parent / ".." / "shared" / "data"))
LIBRARY = SHARED / "01_rcpsp"
PLANS = SHARED / "04_project_files" / "mspdi_converted"

WORKERS = 2
BARS = {1: {"j30": 0.0, "j60": 0.60, "j120": 1.95}, 5: {"j30": 0.0, "j60": 0.40, "j120": 1.60}}
PROOFS = {"j30": 20}  # every instance proved within so many seconds
SAMPLE, QUICK = 48, 12


@dataclass(frozen=True)
class Instance:
    """One problem with what the library knows of it."""

    name: str
    problem: Problem
    best: int
    bound: int
    path: int  # critical-path length


@dataclass
class SyncStats:
    """What one side reached on one set."""

    gaps: list[float]
    above_path: list[float]
    proved: int
    seconds: list[float]
    answers: int


def instances(name: str, count: int | None) -> list[Instance]:
    """The sample of a set: every k-th instance in the order of the library, round and round.

    The library's groups change their difficulty in a rhythm of four or five, so k has no factor in common with the
    number of instances: a sample in step with the rhythm would be too hard or too easy.
    """
    with (LIBRARY / f"best_known_{name}.csv").open() as file:
        known = {row["instance"]: row for row in csv.DictReader(file)}
    folder = LIBRARY / f"psplib_{name}"
    files = sorted(
        (file for file in folder.glob("*.sm") if file.name in known),
        key=lambda file: [int(number) for number in re.findall(r"\d+", file.name.removeprefix(name))],
    )
    taken = files
    if count is not None:
        step = next(k for k in range(-(-len(files) // count), len(files)) if gcd(k, len(files)) == 1)
        taken = [files[number * step % len(files)] for number in range(count)]
    return [
        Instance(
            file.name,
            read_problem(file),
            int(known[file.name]["best_ub"]),
            int(known[file.name]["best_lb"]),
            int(known[file.name]["cpm"]),
        )
        for file in taken
    ]


def check(instance: Instance, starts: Mapping[int, int], bound: float) -> int:
    """The makespan of a plan that is found valid; the benchmark ends where it is not."""
    lengths = {activity.uid: activity.duration for activity in instance.problem.activities}
    finishes = {uid: start + lengths[uid] for uid, start in starts.items()}
    wrong = faults(instance.problem, starts, finishes)
    makespan = max(finishes.values())
    if wrong or makespan < instance.bound or bound > instance.best:
        sys.exit(f"{instance.name}: {wrong or f'makespan {makespan} and bound {bound} contradict the library'}")
    return makespan


def accord(instance: Instance, seconds: float, seed: int) -> tuple[int, bool]:
    found = level(instance.problem, seconds=seconds, seed=seed, workers=WORKERS)
    return check(instance, found.starts, found.lower_bound), found.optimal


def plain(instance: Instance, seconds: float, seed: int) -> tuple[int, bool] | None:
    """CP-SAT as its manual would have it: intervals, precedences, cumulatives, minimise the end."""
    problem = instance.problem
    model = cp_model.CpModel()
    horizon = sum(activity.duration for activity in problem.activities)
    starts = {activity.uid: model.new_int_var(0, horizon, "") for activity in problem.activities}
    lengths = {activity.uid: activity.duration for activity in problem.activities}
    spans = {uid: model.new_fixed_size_interval_var(start, lengths[uid], "") for uid, start in starts.items()}
    for link in problem.links:
        model.add(starts[link.successor] >= starts[link.predecessor] + lengths[link.predecessor])
    for resource, capacity in enumerate(problem.capacities):
        users = [activity for activity in problem.activities if activity.demands.get(resource)]
        needs = [activity.demands[resource] for activity in users]
        model.add_cumulative([spans[activity.uid] for activity in users], needs, capacity)
    end = model.new_int_var(0, horizon, "")
    for uid, start in starts.items():
        model.add(end >= start + lengths[uid])
    model.minimize(end)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = WORKERS
    solver.parameters.random_seed = seed
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    found = {uid: solver.value(start) for uid, start in starts.items()}
    return check(instance, found, solver.best_objective_bound), status == cp_model.OPTIMAL


class Peer:
    """PyJobShop in a child process, which measures itself."""

    def __init__(self) -> None:
        command = [str(build_peer("pyjobshop")), str(HERE / "levelling_peer.py")]
        self.child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __call__(self, instance: Instance, seconds: float, seed: int) -> tuple[int, bool] | None:
        problem = instance.problem
        places = {activity.uid: place for place, activity in enumerate(problem.activities)}
        resources = range(len(problem.capacities))
        asked = {
            "durations": [activity.duration for activity in problem.activities],
            "demands": [[activity.demands.get(r, 0) for r in resources] for activity in problem.activities],
            "links": [[places[link.predecessor], places[link.successor]] for link in problem.links],
            "capacities": problem.capacities,
            "seconds": seconds,
            "workers": WORKERS,
        }
        assert self.child.stdin is not None and self.child.stdout is not None
        self.child.stdin.write(json.dumps(asked) + "\n")
        self.child.stdin.flush()
        answer: dict[str, Any] = json.loads(self.child.stdout.readline())
        if answer["starts"] is None:
            return None
        makespan = check(instance, dict(zip(places, answer["starts"], strict=True)), answer["bound"])
        return makespan, answer["bound"] >= makespan

    def close(self) -> None:
        self.child.communicate()


def measure(side: Any, sample: list[Instance], seconds: float, seeds: int, label: str) -> SyncStats:
    """Ask one side for every instance with every seed."""
    tally = SyncStats([], [], 0, [], 0)
    for number, instance in enumerate(sample, 1):
        for seed in range(seeds):
            begun = time.perf_counter()
            answer = side(instance, seconds, seed)
            tally.seconds.append(time.perf_counter() - begun)
            if answer is None:
                # A side without a plan has the worst there is: all jobs one after another.
                answer = sum(activity.duration for activity in instance.problem.activities), False
            makespan, proved = answer
            tally.gaps.append(100 * (makespan / instance.best - 1))
            tally.above_path.append(100 * (makespan / instance.path - 1))
            tally.proved += proved
            tally.answers += 1
        if sys.stderr.isatty():
            print(f"\r\x1b[K{label}: {number} of {len(sample)}", end="", file=sys.stderr, flush=True)
    if sys.stderr.isatty():
        print("\r\x1b[K", end="", file=sys.stderr)
    return tally


def row(what: str, side: str, tally: SyncStats, bar: float | None, least: float | None) -> dict[str, Any]:
    gap = statistics.mean(tally.gaps)
    proved = tally.proved / tally.answers
    kept = (bar is None or round(gap, 2) <= bar) and (least is None or proved >= least - 1e-9)
    return {
        "what": what,
        "side": side,
        "gap": gap,
        "bar": bar,
        "above_critical_path": statistics.mean(tally.above_path),
        "proved": tally.proved,
        "answers": tally.answers,
        "seconds": statistics.mean(tally.seconds),
        "longest": max(tally.seconds),
        "passed": kept,
    }


def on_library(
    chosen: argparse.Namespace, sets: dict[str, list[Instance]], peer: Peer | None
) -> Iterator[dict[str, Any]]:
    for seconds in chosen.seconds:
        for name, sample in sets.items():
            what = f"{name.upper()}, {seconds:g} s"
            least = None
            if peer is not None:
                theirs = measure(plain, sample, seconds, 1, f"{what}, CP-SAT")
                least = theirs.proved / theirs.answers
                yield row(what, "CP-SAT", theirs, None, None)
                yield row(what, "PyJobShop", measure(peer, sample, seconds, 1, f"{what}, PyJobShop"), None, None)
            ours = measure(accord, sample, seconds, chosen.seeds, f"{what}, Accord")
            yield row(what, "Accord", ours, BARS.get(seconds, {}).get(name), least)
    for name, seconds in PROOFS.items():
        if name in sets and seconds > max(chosen.seconds):
            ours = measure(accord, sets[name], seconds, 1, f"{name.upper()} proved")
            yield row(f"{name.upper()}, {seconds:g} s", "Accord", ours, 0.0, 1.0)


def on_plans(seconds: float) -> Iterator[dict[str, Any]]:
    """The MPSPLib plans beside the makespan that MS Project's levelling gave them."""
    with (LIBRARY / "mpsplib" / "heuristic_tms.csv").open() as file:
        theirs = {row["instance"]: int(row["tms_psgs_minslk_msproject"]) for row in csv.DictReader(file)}
    for path in sorted(PLANS.glob("MPSPLib_*.xml*")):
        name = path.name.removeprefix("MPSPLib_").split(".")[0].removesuffix("_LARGE")
        begun = time.perf_counter()
        found = level_plan(read_plan(path), seconds=seconds, workers=WORKERS)
        yield {
            "what": name,
            "makespan": found.makespan,
            "ms_project": theirs[name],
            "lower_bound": found.lower_bound,
            "seconds": time.perf_counter() - begun,
            "passed": found.period_minutes == 480 and found.makespan < theirs[name],
        }


def warm_up() -> None:
    """Compile, or load what was compiled."""
    jobs = tuple(Activity(uid, 1 + uid % 3, {0: 1 + uid % 2}) for uid in range(1, 9))
    level(Problem(jobs, (Precedence(1, 5),), (3,)), seconds=1)


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--sets", nargs="+", choices=("j30", "j60", "j90", "j120"), default=["j30", "j60", "j120"])
    arguments.add_argument("--seconds", nargs="+", type=float, default=[1, 5])
    arguments.add_argument("--seeds", type=int, default=3)
    arguments.add_argument("--all", action="store_true")
    arguments.add_argument("--quick", action="store_true")
    arguments.add_argument("--no-peers", action="store_true")
    arguments.add_argument("--json", action="store_true")
    chosen = arguments.parse_args()
    if not LIBRARY.is_dir():
        print(f"The library is not at {LIBRARY}; ACCORD_SHARED_DATA says where the shared data is.", file=sys.stderr)
        return 2
    count = None if chosen.all else QUICK if chosen.quick else SAMPLE
    sets = {name: instances(name, count) for name in chosen.sets}
    runs = sum(map(len, sets.values())) * (chosen.seeds + (0 if chosen.no_peers else 2))
    most = runs * sum(chosen.seconds) / 60
    print(
        f"{runs} runs of each length, at most {most:.0f} minutes (about half: what is proved ends early).", flush=True
    )
    print(f"Load of the machine: {' '.join(f'{load:.1f}' for load in os.getloadavg())}", flush=True)
    warm_up()
    peer = None if chosen.no_peers else Peer()
    table = []
    for line in on_library(chosen, sets, peer):
        table.append(line)
        if not chosen.json:
            bar = "" if line["bar"] is None else f"<= {line['bar']:.2f}"
            print(
                f"{line['what']:11} {line['side']:10} gap {line['gap']:6.3f} % {bar:8} "
                f"{line['above_critical_path']:7.3f} % above CPM, "
                f"proved {line['proved']:4} of {line['answers']:4}, {line['seconds']:6.3f} s "
                f"(longest {line['longest']:.2f})  {'pass' if line['passed'] else 'FAIL'}",
                flush=True,
            )
    if peer is not None:
        peer.close()
    for line in on_plans(max(chosen.seconds)):
        table.append(line)
        if not chosen.json:
            print(
                f"{line['what']:20} {line['makespan']} days, MS Project {line['ms_project']}, "
                f"bound {line['lower_bound']}, {line['seconds']:.1f} s  {'pass' if line['passed'] else 'FAIL'}",
                flush=True,
            )
    print(f"Load of the machine: {' '.join(f'{load:.1f}' for load in os.getloadavg())}", flush=True)
    if chosen.json:
        print(json.dumps(table, indent=2))
    return 0 if all(line["passed"] for line in table) else 1


if __name__ == "__main__":
    sys.exit(main())
