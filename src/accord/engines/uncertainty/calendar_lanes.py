"""Simulation of a whole plan: the passes of scheduling, run anew for the durations of each iteration.

Calendars, constraints, progress, people's hours and levelling delays count exactly as in `scheduling`, whose steps
these are. One iteration at a time, so it is slower than `lanes`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from accord.engines.calendars.tables import Tables, index
from accord.engines.compiled import compiled
from accord.engines.planning import passes
from accord.engines.planning.network import Network
from accord.engines.uncertainty.lanes import Results
from accord.engines.uncertainty.quantile_tables import Doubles
from accord.engines.uncertainty.random_numbers import LANES
from accord.engines.uncertainty.sampling import Minutes, Places, Sampler, draw_block, scratch_for

Ints = NDArray[np.int64]
_FAR = (1 << 31) - 1  # minutes from the start that a 32-bit number holds: four thousand years


class PlanLanes(NamedTuple):
    """A plan as `calendar_sweep` reads it; places are those of the network, leaves those of the sampler."""

    tables: Tables
    net: Network
    work: passes.Work
    calendar: int  # the project's
    start: int  # minute
    finish_by: int  # the finish of a plan scheduled from it, or passes.NONE
    held_finish: int  # the last finish of a summary set by hand, or passes.NONE
    each_end: bool  # late dates count from each end of the network
    waits: bool  # something is scheduled as late as possible
    driving_bounds: NDArray[np.int64]  # [place, 8] of the work, without the dates that hold only its late ones
    driving_progress: NDArray[np.int64]  # [place, 5] of the work, nothing as late as possible
    planned: Ints  # [leaf] minutes that the spans of the work are for
    done: NDArray[np.uint8]  # [leaf]
    percent_link: Places  # links whose lag is a share of their predecessor's duration
    percent_leaf: Places  # their predecessors
    percent_share: Doubles
    percent_duration: Ints  # what the predecessors take in the plan


def calendar_sweep(
    sampler: Sampler, plan: PlanLanes, first: int, last: int, results: Results, moments: Ints, critical: Ints
) -> None:
    """Draw and schedule the blocks ``first`` up to ``last``.

    ``results.finish`` is in working minutes of the project's calendar from its start, ``moments`` [iteration] the same
    as minutes; ``results.finishes`` [leaf, iteration] are minutes from the start.
    """
    leaves, iterations = len(plan.planned), len(results.finish)
    scratch = scratch_for(sampler)
    durations = np.empty((leaves, LANES), np.int32)
    cost, struck = np.empty(LANES), np.empty((len(sampler.risk), LANES), np.uint8)
    net = plan.net._replace(lag=plan.net.lag.copy())
    work = plan.work._replace(span_minutes=plan.work.span_minutes.copy())
    for block in range(first, last):
        draw_block(sampler, scratch, block, 0, leaves, durations, cost, struck)
        base = block * LANES
        lanes = min(LANES, iterations - base)
        schedule_block(plan, net, work, durations, base, lanes, results.finish, moments, results.finishes, critical)
        results.cost[base : base + lanes] = cost[:lanes]
        results.struck[:, base : base + lanes] = struck[:, :lanes]


@compiled
def schedule_block(
    plan: PlanLanes,
    net: Network,
    work: passes.Work,
    durations: Minutes,
    base: int,
    lanes: int,
    finish: Ints,
    moments: Ints,
    finishes: Minutes,
    critical: Ints,
) -> None:
    """Schedule ``lanes`` iterations of a block from ``base``, writing to lags of ``net`` and spans of ``work``."""
    leaves = len(plan.planned)
    origin = index(plan.tables, plan.calendar, plan.start)
    for lane in range(lanes):
        iteration = base + lane
        _put(plan, durations, lane, work, net)
        dates, total = _schedule(plan, net, work)
        last = passes.NONE
        for place in range(len(net.order)):
            leaf = net.order[place]
            if leaf >= leaves:
                continue
            end = dates[place, passes.FINISH]
            last = max(last, end)
            if total[place] <= 0 and not plan.done[leaf]:
                critical[leaf] += 1
            if finishes.shape[1] > 0:
                finishes[leaf, iteration] = min(max(end - plan.start, -_FAR), _FAR)
        moments[iteration] = last
        finish[iteration] = index(plan.tables, plan.calendar, last) - origin


@compiled
def _put(plan: PlanLanes, durations: Minutes, lane: int, work: passes.Work, net: Network) -> None:
    """Set the spans and percent lags to one iteration's durations."""
    leaves = len(plan.planned)
    for place in range(len(net.order)):
        leaf = net.order[place]
        if leaf >= leaves:
            continue
        planned, drawn = plan.planned[leaf], np.int64(durations[leaf, lane])
        span, end = work.first_span[place], work.first_span[place + 1]
        if end - span == 1:
            # The pauses of split work are in its span, and stay.
            work.span_minutes[span] = max(0, plan.work.span_minutes[span] + drawn - planned)
        elif planned > 0:
            for at in range(span, end):
                work.span_minutes[at] = np.int64(np.rint(plan.work.span_minutes[at] * (drawn / planned)))
    for number in range(len(plan.percent_link)):
        leaf = plan.percent_leaf[number]
        duration = plan.percent_duration[number] + durations[leaf, lane] - plan.planned[leaf]
        net.lag[plan.percent_link[number]] = np.int64(np.rint(duration * plan.percent_share[number]))


@compiled
def _schedule(plan: PlanLanes, net: Network, work: passes.Work) -> tuple[Ints, Ints]:
    """Planned dates [place, end], by the steps of `scheduling.schedule`, and how far each place is from driving them.

    The latter is the total float [place] to the finish of this very iteration, by logic alone: a deadline, a date that
    work has to keep, the end of another path or a task put as late as possible makes nothing drive the finish.
    """
    tables, start = plan.tables, plan.start
    nothing = np.empty((0, 2), np.int64)
    early = passes.forward(tables, net, work, start)
    finish = passes.NONE
    for place in range(len(net.order)):
        finish = max(finish, early[place, passes.FINISH])
    driving = _with(work, plan.driving_bounds, plan.driving_progress)
    total, _ = passes.floats(tables, net, driving, early, passes.backward(tables, net, driving, finish, nothing))
    if not plan.waits:
        return early, total
    if plan.finish_by != passes.NONE:
        late = passes.backward(tables, net, work, plan.finish_by, nothing)
    else:
        finish = max(finish, plan.held_finish)
        late = passes.backward(tables, net, work, finish, early if plan.each_end else nothing)
    # As late as possible: planned at its late dates, and its successors wait for it there.
    bounds = work.bounds.copy()
    for place in range(len(net.order)):
        if work.progress[place, passes.MODE] & passes.LATE:
            held = max(bounds[place, passes.START_FROM], late[place, passes.START])
            bounds[place, passes.START_FROM] = held
    return passes.forward(tables, net, _with(work, bounds, work.progress), start), total


@compiled
def _with(work: passes.Work, bounds: Ints, progress: Ints) -> passes.Work:
    return passes.Work(
        work.calendar,
        work.lag_calendar,
        work.first_span,
        work.span_calendar,
        work.span_delay,
        work.span_minutes,
        bounds,
        progress,
    )
