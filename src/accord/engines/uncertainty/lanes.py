"""Critical-path passes over a block of iterations at once, in plain working minutes.

The formulas are those of `passes`; here every number is a row of `LANES`, one for each iteration, so that the compiler
sweeps eight iterations with each instruction; places are unsigned there, because an index that might count from the
end keeps it from doing so. There is one working time for all, no calendar and no constraint:
what those need, `calendar_lanes` sweeps one iteration at a time. Minutes count from the project's start.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from accord.engines.compiled import compiled
from accord.engines.planning.network import FROM_START, TO_FINISH, Network
from accord.engines.uncertainty.quantile_tables import Doubles, Floats
from accord.engines.uncertainty.random_numbers import LANES
from accord.engines.uncertainty.sampling import Minutes, Places, Sampler, draw_block, scratch_for

NONE = -(1 << 30)


class LaneNetwork(NamedTuple):
    """A network in topological order, with links by successor as in `network.Network`."""

    order: Places  # [place] the caller's number of the activity
    first: Places  # [place] and one closing entry
    predecessor: Places  # [link]
    kind: NDArray[np.int8]  # [link]
    lag: Minutes  # [link]
    share: Floats  # [link] of the predecessor's duration, added to the lag
    first_out: Places  # [place] and one closing entry: where its links out begin in the next two
    link_out: Places  # the link
    successor: Places  # its successor
    started: Minutes  # [place] or NONE
    finished: Minutes  # [place] or NONE
    resumes: Minutes  # [place] where begun work goes on


def lane_network(
    net: Network, lag: Minutes, share: Floats, started: Minutes, finished: Minutes, resumes: Minutes
) -> LaneNetwork:
    """Add the links out of each place; the columns are by place and by link of ``net``."""
    successor = np.repeat(np.arange(len(net.order), dtype=np.int32), np.diff(net.first))
    out = np.argsort(net.predecessor, kind="stable").astype(np.int32)
    first_out = np.searchsorted(net.predecessor[out], np.arange(len(net.order) + 1)).astype(np.int32)
    return LaneNetwork(
        net.order,
        net.first,
        net.predecessor,
        net.kind,
        lag,
        share,
        first_out,
        out,
        successor[out],
        started,
        finished,
        resumes,
    )


class Results(NamedTuple):
    """What the sweeps of all blocks fill in, each its own part. Activities are in the caller's order."""

    finish: NDArray[np.int64]  # [iteration]
    cost: Doubles  # [iteration]
    struck: NDArray[np.uint8]  # [risk, iteration]
    finishes: Minutes  # [activity, iteration], or no column where they are not wanted


class LaneDates(NamedTuple):
    """One thread's working memory, [place, LANES] and [LANES]."""

    starts: Minutes
    finishes: Minutes
    latest: Minutes
    moment: Minutes
    finish: Minutes


def sweep(
    sampler: Sampler, net: LaneNetwork, limit: int, first: int, last: int, results: Results, critical: NDArray[np.int64]
) -> None:
    """Draw and sweep the blocks ``first`` up to ``last``; count in ``critical`` [activity] the iterations in which its
    total float is at most ``limit``.
    """
    count, drawn = len(net.order), len(sampler.stream)
    scratch = scratch_for(sampler)
    # What is not drawn (a gate, beyond the sampler's activities) takes no time.
    durations = np.zeros((count, LANES), np.int32)
    cost, struck = np.empty(LANES), np.empty((len(sampler.risk), LANES), np.uint8)
    dates = LaneDates(*(np.empty((count, LANES), np.int32) for _ in range(3)), *np.empty((2, LANES), np.int32))
    iterations = len(results.finish)
    for block in range(first, last):
        draw_block(sampler, scratch, block, 0, drawn, durations, cost, struck)
        base = block * LANES
        lanes = min(LANES, iterations - base)
        sweep_block(net, durations, dates, limit, base, lanes, results.finishes, critical)
        results.finish[base : base + lanes] = dates.finish[:lanes]
        results.cost[base : base + lanes] = cost[:lanes]
        results.struck[:, base : base + lanes] = struck[:, :lanes]


@compiled
def sweep_block(
    net: LaneNetwork,
    durations: Minutes,
    dates: LaneDates,
    limit: int,
    base: int,
    lanes: int,
    finishes: Minutes,
    critical: NDArray[np.int64],
) -> None:
    """Both passes over one block, of which so many ``lanes`` count, from iteration ``base``."""
    _forward(net, durations, dates)
    _backward(net, durations, dates, limit, lanes, critical)
    if finishes.shape[1] > 0:
        for place in range(len(net.order)):
            for lane in range(lanes):
                finishes[net.order[place], base + lane] = dates.finishes[place, lane]


@compiled
def _forward(net: LaneNetwork, durations: Minutes, dates: LaneDates) -> None:
    """Early starts and finishes, and the project's finish."""
    starts, finishes, moment, finish = dates.starts, dates.finishes, dates.moment, dates.finish
    for lane in range(LANES):
        finish[lane] = 0
    for i in range(len(net.order)):
        own = np.uint32(net.order[i])
        begun = net.started[i] != NONE
        if net.finished[i] != NONE:
            for lane in range(LANES):
                starts[i, lane] = net.started[i]
                finishes[i, lane] = net.finished[i]
                finish[lane] = max(finish[lane], net.finished[i])
            continue
        for lane in range(LANES):
            starts[i, lane] = net.resumes[i] if begun else np.int32(0)
        for link in range(net.first[i], net.first[i + 1]):
            kind = net.kind[link]
            if begun and kind & (FROM_START | TO_FINISH) == FROM_START:
                continue
            before = np.uint32(net.predecessor[link])
            ends = starts if kind & FROM_START else finishes
            lag = net.lag[link]
            if net.share[link] != 0:
                _share(net.share[link], durations, net.order[before], moment)
                for lane in range(LANES):
                    moment[lane] = np.int32(moment[lane] + ends[before, lane])
                    if kind & TO_FINISH:
                        moment[lane] = np.int32(moment[lane] - durations[own, lane])
                    starts[i, lane] = max(starts[i, lane], moment[lane])
            elif kind & TO_FINISH:
                for lane in range(LANES):
                    at = np.int32(np.int32(ends[before, lane] + lag) - durations[own, lane])
                    starts[i, lane] = at if at > starts[i, lane] else starts[i, lane]
            else:
                for lane in range(LANES):
                    at = np.int32(ends[before, lane] + lag)
                    starts[i, lane] = at if at > starts[i, lane] else starts[i, lane]
        for lane in range(LANES):
            at = np.int32(starts[i, lane] + durations[own, lane])
            finishes[i, lane] = at
            finish[lane] = at if at > finish[lane] else finish[lane]
        if begun:
            for lane in range(LANES):
                starts[i, lane] = net.started[i]


@compiled
def _share(share: np.float32, durations: Minutes, before: int | np.uint32, moment: Minutes) -> None:
    """A lag that is a share of what its predecessor takes, into ``moment``."""
    for lane in range(LANES):
        moment[lane] = np.int32(np.rint(share * np.float32(durations[before, lane])))


@compiled
def _backward(
    net: LaneNetwork, durations: Minutes, dates: LaneDates, limit: int, lanes: int, critical: NDArray[np.int64]
) -> None:
    """Late finishes, by those of the successors; late starts take the place of the early ones."""
    starts, finishes, latest, moment, finish = dates
    counts = np.zeros(LANES, np.int32)
    for lane in range(lanes):
        counts[lane] = 1
    slack = np.int32(limit)
    for back in range(1, len(net.order) + 1):
        i = np.uint32(len(net.order) - back)
        if net.finished[i] != NONE:
            # Done: history has no float, and holds nobody.
            continue
        own = np.uint32(net.order[i])
        begun = net.started[i] != NONE
        for lane in range(LANES):
            latest[i, lane] = finish[lane]
        for place in range(net.first_out[i], net.first_out[i + 1]):
            link, after = net.link_out[place], np.uint32(net.successor[place])
            kind = net.kind[link]
            if net.finished[after] != NONE or (begun and kind & FROM_START):
                continue
            ends = latest if kind & TO_FINISH else starts
            lag = net.lag[link]
            if net.share[link] != 0:
                _share(net.share[link], durations, own, moment)
                for lane in range(LANES):
                    moment[lane] = np.int32(ends[after, lane] - moment[lane])
                    if kind & FROM_START:
                        moment[lane] = np.int32(moment[lane] + durations[own, lane])
                    latest[i, lane] = min(latest[i, lane], moment[lane])
            elif kind & FROM_START:
                for lane in range(LANES):
                    at = np.int32(np.int32(ends[after, lane] - lag) + durations[own, lane])
                    latest[i, lane] = at if at < latest[i, lane] else latest[i, lane]
            else:
                for lane in range(LANES):
                    at = np.int32(ends[after, lane] - lag)
                    latest[i, lane] = at if at < latest[i, lane] else latest[i, lane]
        total = np.int32(0)
        for lane in range(LANES):
            room = np.int32(latest[i, lane] - finishes[i, lane])
            total = np.int32(total + (counts[lane] if room <= slack else np.int32(0)))
        for lane in range(LANES):
            starts[i, lane] = np.int32(latest[i, lane] - durations[own, lane])
        critical[own] += total
        if begun and net.resumes[i] > net.started[i]:
            # A predecessor may take as long as the work already done leaves open, and no longer.
            for lane in range(LANES):
                starts[i, lane] = min(starts[i, lane], net.resumes[i])
