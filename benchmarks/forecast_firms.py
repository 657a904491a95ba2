"""Firms whose truth is known, on the networks of 80 real projects: what the forecasts are measured on.

A project is one of the networks with at least 12 tasks (Batselier and Vanhoucke). Its truth: every task takes its
planned duration × the project's factor × its own spread (log sd .45); the project's factor is the firm's habit × log
sd .2. Cost follows the duration in part (what is paid by the hour) and has a factor of its own. The plan is not
rescheduled on the way: what a forecast sees at a moment is which tasks are done, how much of those that run, and what
they cost.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LEAST_TASKS = 12
LENGTH = 100_000.0  # the planned length of every network, so that one unit is right for all
TASK_SD = 0.45
HABIT_MEAN, HABIT_SD, PROJECT_SD = 0.10, 0.15, 0.20  # logs: of a firm, and of one of its projects
BY_THE_HOUR = 0.35  # how far the cost of a task follows its duration, in logs
COST_HABIT_SD, COST_PROJECT_SD, COST_TASK_SD = 0.03, 0.05, 0.15
MOMENTS = (1 / 12, 3 / 12, 5 / 12, 7 / 12, 9 / 12, 11 / 12)  # of the actual time: two in every third


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """Tasks in an order in which predecessors come first; ``before`` names those of each task by place."""

    durations: Floats
    costs: Floats
    before: tuple[tuple[int, ...], ...]

    def finishes(self, durations: Floats) -> tuple[Floats, Floats]:
        """When each task starts and finishes, each as soon as it may."""
        starts, ends = np.zeros(len(durations)), np.zeros(len(durations))
        for place, (own, earlier) in enumerate(zip(durations.tolist(), self.before, strict=True)):
            starts[place] = max((ends[each] for each in earlier), default=0.0)
            ends[place] = starts[place] + own
        return starts, ends


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """A project with how it went: of each task start and finish, as planned and in fact, and the actual cost."""

    network: Network
    planned: tuple[Floats, Floats]
    actual: tuple[Floats, Floats]
    costs: Floats

    @property
    def planned_duration(self) -> float:
        return float(self.planned[1].max())

    @property
    def duration(self) -> float:
        return float(self.actual[1].max())

    @property
    def cost(self) -> float:
        return float(self.costs.sum())

    def done(self, moment: float) -> Floats:
        """The share of each task that is done at a moment."""
        return share_done(self.actual, moment)


def share_done(times: tuple[Floats, Floats], moment: float) -> Floats:
    """Of tasks from ``times[0]`` to ``times[1]``; what takes no time is done when it starts."""
    starts, ends = times
    length = ends - starts
    running = np.clip((moment - starts) / np.where(length > 0, length, 1.0), 0.0, 1.0)
    return np.where(length > 0, running, (moment >= starts) & (moment > 0)).astype(np.float64)


def networks(folder: Path) -> list[Network]:
    """Those of the folder with at least 12 tasks, by name."""
    found = [_network(json.loads(path.read_text())) for path in sorted(folder.glob("C*.json"))]
    return [each for each in found if len(each.durations) >= LEAST_TASKS]


def _network(row: dict[str, list[dict[str, float]]]) -> Network:
    tasks = {int(task["id"]): task for task in row["tasks"]}
    earlier: dict[int, list[int]] = {uid: [] for uid in tasks}
    for first, second in row["edges_fs"]:
        earlier[second].append(first)  # type: ignore[index]
    order = _sorted(earlier)
    place = {uid: number for number, uid in enumerate(order)}
    durations = np.array([float(tasks[uid]["duration"]) for uid in order])
    costs = np.array([float(tasks[uid]["cost"]) for uid in order])
    costs = costs if costs.sum() > 0 else durations
    before = tuple(tuple(place[each] for each in earlier[uid]) for uid in order)
    raw = Network(durations, costs, before)
    scale = LENGTH / float(raw.finishes(durations)[1].max())
    return Network(np.round(durations * scale), costs / costs.sum(), before)


def _sorted(earlier: dict[int, list[int]]) -> list[int]:
    order: list[int] = []
    left = dict(earlier)
    known: set[int] = set()
    while left:
        free = [uid for uid, before in left.items() if known.issuperset(before)]
        if not free:
            raise ValueError("the links form a circle")
        order += free
        known.update(free)
        left = {uid: before for uid, before in left.items() if uid not in known}
    return order


def firms(known: Sequence[Network], count: int, projects: int, seed: int) -> Iterator[list[Truth]]:
    """Each with its projects in the order in which they close."""
    random = np.random.default_rng(seed)
    for _ in range(count):
        habit = random.normal(HABIT_MEAN, HABIT_SD)
        cost_habit = random.normal(0.0, COST_HABIT_SD)
        chosen = random.integers(0, len(known), projects)
        yield [_truth(known[each], habit, cost_habit, random) for each in chosen]


def _truth(network: Network, habit: float, cost_habit: float, random: np.random.Generator) -> Truth:
    tasks = len(network.durations)
    factor = habit + random.normal(0.0, PROJECT_SD)
    logs = factor + random.normal(0.0, TASK_SD, tasks)
    own = cost_habit + random.normal(0.0, COST_PROJECT_SD) + random.normal(0.0, COST_TASK_SD, tasks)
    costs = network.costs * np.exp(BY_THE_HOUR * logs + own)
    planned = network.finishes(network.durations)
    return Truth(network, planned, network.finishes(network.durations * np.exp(logs)), costs)
