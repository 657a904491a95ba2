"""Monte Carlo simulation of a network: when it finishes, what it costs, and what decides that.

Every iteration draws a duration for each activity (`three_point`, `sampling`), lets risks strike, and computes the
critical path (`lanes`). All moments are working minutes from the project's start, in one working time; whole plans
with calendars, constraints and progress go through `plan_simulation`, which gives dates.

Of each activity, over all iterations (R. M. van Slyke, Monte Carlo Methods and the PERT Problem, Operations Research
11, 1963; T. M. Williams, Criticality in Stochastic Networks, JORS 43, 1992; M. Vanhoucke, Using activity sensitivity
and network topology information to monitor project time performance, Omega 38, 2010)::

    criticality   CI = share of iterations with total float ≤ 0
    cruciality    CRI = Spearman's rank correlation of its duration and the project's finish
    sensitivity   SSI = CI × σ(its duration) / σ(project's finish), the schedule sensitivity index

The same seed gives the same figures whatever the number of threads.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from accord.engines.parallel import in_parts
from accord.engines.planning.network import CycleError, arrange, kind_of
from accord.engines.planning.plan import LagUnit, Link
from accord.engines.uncertainty import lanes
from accord.engines.uncertainty.outcome import Outcome, place_of
from accord.engines.uncertainty.random_numbers import LANES
from accord.engines.uncertainty.sampling import Risk, Sampler, make_sampler
from accord.engines.uncertainty.sampling_bounds import most_of
from accord.engines.uncertainty.sensitivity import RiskEffect, at_places, correlate, rank, risk_effects
from accord.engines.uncertainty.three_point import Estimate

__all__ = ["Activity", "Figures", "Group", "Outcome", "Risk", "Simulation", "UncertainNetwork", "simulate"]

Ints = NDArray[np.int64]

MOST_ITERATIONS = 1_000_000
_REACH = 1 << 30  # minutes that moments may reach either way: two thousand years


@dataclass(frozen=True, slots=True)
class Activity:
    """``duration`` in working minutes; of begun work (``started``) the remainder, of finished work unused.

    ``started``, ``finished`` and ``resumes`` are working minutes from the project's start, negative before it. The rest
    of begun work goes on at ``resumes`` (by default the later of its start and the project's), or when its predecessors
    allow. Cost is ``fixed_cost`` and ``cost_per_minute`` of the duration drawn.
    """

    uid: int
    duration: Estimate
    group: str | None = None
    fixed_cost: float = 0.0
    cost_per_minute: float = 0.0
    started: int | None = None
    finished: int | None = None
    resumes: int | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Activities with a common cause: any two of them correlate by ``rho`` (0 to 1) in their normal scores."""

    name: str
    rho: float

    def __post_init__(self) -> None:
        if not 0 <= self.rho <= 1:
            raise ValueError(f"group {self.name}: the correlation {self.rho:g} is not from 0 to 1")


@dataclass(frozen=True, slots=True)
class UncertainNetwork:
    """Activities, links of all four types (lags in working minutes, or percent of the duration drawn), what
    activities have in common, and risks.
    """

    activities: tuple[Activity, ...]
    links: tuple[Link, ...] = ()
    groups: tuple[Group, ...] = ()
    risks: tuple[Risk, ...] = ()


@dataclass(frozen=True, slots=True)
class Figures:
    """What the simulation tells of one activity; ``p50`` and ``p80`` are its finish in minutes from the start.

    Cruciality is None where it has no meaning: a duration that never varies, or a project that finishes always alike.
    The last three and ``sensitivity`` are None where only criticality was asked for.
    """

    uid: int
    criticality: float
    cruciality: float | None = None
    sensitivity: float | None = None
    p50: int | None = None
    p80: int | None = None


@dataclass(frozen=True, slots=True)
class Simulation:
    """``finish`` in working minutes from the start, ``cost`` in the unit of the costs given."""

    iterations: int
    seed: int
    finish: Outcome
    cost: Outcome
    activities: tuple[Figures, ...]
    risks: tuple[RiskEffect, ...] = ()


def simulate(
    network: UncertainNetwork,
    *,
    iterations: int = 10_000,
    seed: int = 0,
    threads: int | None = None,
    by_activity: bool = True,
) -> Simulation:
    """Simulate a network; without ``by_activity``, criticality is all that is told of each activity.

    Memory is about 4 bytes per activity and iteration with ``by_activity``, and small without. Raises `CycleError`;
    `ValueError` for a uid given twice, an unknown uid or group, a negative duration, or durations beyond all reason.

    >>> from accord.engines.uncertainty.three_point import Shape
    >>> paint = Activity(1, Estimate(60, 120, 300, Shape.TRIANGULAR))
    >>> wait = Activity(2, Estimate.fixed(150))
    >>> found = simulate(UncertainNetwork((paint, wait)), iterations=20_000, seed=1)
    >>> round(found.finish.probability(150), 1), found.finish.percentile(0)  # F(150) = 1 - 150² / (240 × 180) = .479
    (0.5, 150)
    >>> [round(row.criticality, 1) for row in found.activities]
    [0.5, 0.5]
    """
    check_iterations(iterations)
    places, struck = _places(network)
    net = _lane_network(network, places)
    sampler = _sampler(network, struck, seed)
    _check_reach(sampler, net)
    results = make_results(len(network.activities), len(network.risks), iterations, by_activity)

    def sweep(first: int, last: int) -> Ints:
        critical = np.zeros(len(network.activities), np.int64)
        lanes.sweep(sampler, net, 0, first, last, results, critical)
        return critical

    critical = sum(in_parts(sweep, -(-iterations // LANES), threads), np.zeros(len(network.activities), np.int64))
    figures = figures_of([activity.uid for activity in network.activities], sampler, results, critical, threads)
    effects = risk_effects([risk.uid for risk in network.risks], results)
    return Simulation(iterations, seed, Outcome(results.finish), Outcome(results.cost), figures, effects)


def check_iterations(iterations: int) -> None:
    if not 1 <= iterations <= MOST_ITERATIONS:
        raise ValueError(f"{iterations} iterations are not between 1 and {MOST_ITERATIONS:,}")


def make_results(activities: int, risks: int, iterations: int, by_activity: bool) -> lanes.Results:
    return lanes.Results(
        np.zeros(iterations, np.int64),
        np.zeros(iterations, np.float64),
        np.zeros((risks, iterations), np.uint8),
        np.zeros((activities, iterations if by_activity else 0), np.int32),
    )


def figures_of(
    uids: Sequence[int], sampler: Sampler, results: lanes.Results, critical: Ints, threads: int | None
) -> tuple[Figures, ...]:
    """The figures of every activity, as far as the results go."""
    iterations = len(results.finish)
    if not results.finishes.shape[1]:
        return tuple(Figures(uid, count / iterations) for uid, count in zip(uids, critical.tolist(), strict=True))
    ranks = rank(results.finish)
    spread = float(results.finish.std())
    places = [place_of(percent, iterations) for percent in (50, 80)]

    def measure(first: int, last: int) -> list[Figures]:
        cruciality, deviation = correlate(sampler, ranks, first, last)
        finishes = at_places(results.finishes[first:last], places).tolist()
        rows = zip(uids[first:last], critical[first:last], cruciality, deviation, finishes, strict=True)
        return [
            Figures(
                uid,
                float(count / iterations),
                None if math.isnan(correlation) else float(correlation),
                float(count / iterations * own / spread) if spread > 0 else None,
                *percentiles,
            )
            for uid, count, correlation, own, percentiles in rows
        ]

    return tuple(chain.from_iterable(in_parts(measure, len(uids), threads)))


def _places(network: UncertainNetwork) -> tuple[dict[int, int], list[list[int]]]:
    """Activities by uid, and what each risk can still strike."""
    places = {activity.uid: place for place, activity in enumerate(network.activities)}
    if len(places) < len(network.activities):
        raise ValueError("two activities have the same uid")
    names = {group.name for group in network.groups}
    for activity in network.activities:
        if activity.group is not None and activity.group not in names:
            raise ValueError(f"activity {activity.uid} is in group {activity.group!r}, which does not exist")
        if activity.duration.most_likely < 0 or (activity.duration.optimistic < 0 and not activity.duration.certain):
            raise ValueError(f"activity {activity.uid} has a negative duration")
        if activity.finished is not None and activity.finished < (activity.started or activity.finished):
            raise ValueError(f"activity {activity.uid} finished before it started")
    for uid in chain.from_iterable((link.predecessor, link.successor) for link in network.links):
        if uid not in places:
            raise ValueError(f"a link names activity {uid}, which does not exist")
    if len({risk.uid for risk in network.risks}) < len(network.risks):
        raise ValueError("two risks have the same uid")
    struck = []
    for risk in network.risks:
        for uid in risk.strikes:
            if uid not in places:
                raise ValueError(f"risk {risk.uid} affects activity {uid}, which does not exist")
        struck.append([places[uid] for uid in risk.strikes if network.activities[places[uid]].finished is None])
    return places, struck


def _lane_network(network: UncertainNetwork, places: Mapping[int, int]) -> lanes.LaneNetwork:
    activities, links = network.activities, network.links
    percent = [link.unit in (LagUnit.PERCENT, LagUnit.ELAPSED_PERCENT) for link in links]
    lag = [0 if by_share else round(link.lag) for link, by_share in zip(links, percent, strict=True)]
    try:
        net = arrange(
            len(activities),
            np.array([places[link.predecessor] for link in links], np.int64),
            np.array([places[link.successor] for link in links], np.int64),
            np.array([kind_of(link) for link in links], np.int8),
            np.array(lag, np.int64),
        )
    except CycleError as cycle:
        raise CycleError([activities[place].uid for place in cycle.uids]) from None
    in_order = [activities[place] for place in net.order]
    resumes = [max(0, row.started or 0) if row.resumes is None else row.resumes for row in in_order]
    share = np.array([link.lag / 100 if by else 0 for link, by in zip(links, percent, strict=True)], np.float32)
    return lanes.lane_network(
        net,
        _narrow(net.lag.tolist()),
        share[net.given],
        _narrow([_begun(row) for row in in_order]),
        _narrow([lanes.NONE if row.finished is None else row.finished for row in in_order]),
        _narrow(resumes),
    )


def _begun(row: Activity) -> int:
    if row.started is not None:
        return row.started
    return lanes.NONE if row.finished is None else row.finished


def _sampler(network: UncertainNetwork, struck: Sequence[Sequence[int]], seed: int) -> Sampler:
    rows = network.activities
    numbers = {group.name: number for number, group in enumerate(network.groups)}
    # A risk whose activities are all done can strike no more.
    idle = [bool(risk.strikes) and not places for risk, places in zip(network.risks, struck, strict=True)]
    risks = [replace(risk, probability=0.0) if off else risk for risk, off in zip(network.risks, idle, strict=True)]
    return make_sampler(
        seed=seed,
        uids=[row.uid for row in rows],
        durations=[
            row.duration if row.finished is None else Estimate.fixed(row.finished - _begun(row)) for row in rows
        ],
        groups=[-1 if row.group is None or row.finished is not None else numbers[row.group] for row in rows],
        rho=[group.rho for group in network.groups],
        risks=risks,
        struck=struck,
        rates=[row.cost_per_minute for row in rows],
        cost=math.fsum(row.fixed_cost for row in rows),
    )


def _narrow(values: Sequence[int]) -> NDArray[np.int32]:
    if any(not -_REACH <= value <= _REACH for value in values):
        raise ValueError(f"a moment or lag lies more than {_REACH:,} minutes from the project's start")
    return np.array(values, np.int32)


def _check_reach(sampler: Sampler, net: lanes.LaneNetwork) -> None:
    """Refuse what 32 bits cannot add up: every moment is at most the sum of all there is."""
    durations = float(most_of(sampler).sum())
    lags = float(np.abs(net.lag.astype(np.float64)).sum()) + float(np.abs(net.share).sum()) * durations
    known = [net.started, net.finished, net.resumes]
    moments = max((float(np.abs(row[row != lanes.NONE]).max(initial=0)) for row in known), default=0.0)
    if durations + lags + moments > _REACH:
        raise ValueError(f"the durations, lags and risks together reach beyond {_REACH:,} minutes")
