"""A plan as a network of work: what `scheduling` hands to the passes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from accord.engines import passes
from accord.engines.calendars import WorkCalendar
from accord.engines.network import CycleError, Network, arrange
from accord.engines.plan import Plan, Task
from accord.engines.plan_links import PlanLinks
from accord.engines.plan_outline import Outline, PlanCycleError
from accord.engines.plan_work import AROUND_THE_CLOCK, PlanWork

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class PlanNetwork:
    """The work of a plan: its leaves, in the numbering of ``network`` before the gates."""

    calendars: tuple[WorkCalendar, ...]
    calendar_numbers: Mapping[int, int]
    children: Mapping[int, Sequence[Task]]
    leaves: tuple[Task, ...]
    network: Network
    work: passes.Work
    deferred: bool  # some links wait for `build` to be given dates


def build(plan: Plan, dates: Mapping[int, tuple[int, int]] | None = None) -> PlanNetwork:
    """Compile outline, calendars, work and links; `ScheduleError` where the plan contradicts itself.

    ``dates`` are start and finish of the leaves by uid as far as known (see `PlanLinks`).
    """
    outline = Outline(plan)
    of = PlanWork(plan, outline)
    links = PlanLinks(plan, outline, dates)
    leaves, gates = outline.leaves, len(links.gates)
    count = len(leaves) + gates
    lag_calendar = [of.calendar_of(task) for task in leaves]
    calendar = [AROUND_THE_CLOCK if task.elapsed else own for task, own in zip(leaves, lag_calendar, strict=True)]
    bounds = np.tile(np.array(passes.FREE, np.int64), (count, 1))
    progress = np.tile(np.array(passes.UNTOUCHED, np.int64), (count, 1))
    progress[len(leaves) :, passes.MODE] = passes.GATE
    for place, task in enumerate(leaves):
        if (touched := of.take(task)) is not None:
            progress[place] = touched
        if (held := of.bounds(task)) is not None:
            bounds[place] = held
    try:
        network = arrange(count, *links.columns)
    except CycleError as cycle:
        summaries = {place: uid for uid, place in links.gates.items()}
        uids = [summaries[place] if place in summaries else leaves[place].uid for place in cycle.uids]
        raise PlanCycleError(str(CycleError(uids)), *uids) from None
    order = network.order
    everywhere, nothing = [AROUND_THE_CLOCK] * gates, [0] * gates
    spans = np.array(of.span_count + [1] * gates, np.int64)
    first = _running(spans[order])
    # The spans of the task at each place, wherever they were taken.
    moved = np.repeat(_running(spans)[order] - first[:-1], spans[order]) + np.arange(first[-1])
    packed = passes.Work(
        calendar=np.array(calendar + everywhere, np.int64)[order],
        lag_calendar=np.array(lag_calendar + everywhere, np.int64)[order],
        first_span=first,
        span_calendar=np.array(of.span_calendar + everywhere, np.int64)[moved],
        span_delay=np.array(of.span_delay + nothing, np.int64)[moved],
        span_minutes=np.array(of.span_minutes + nothing, np.int64)[moved],
        bounds=bounds[order],
        progress=progress[order],
    )
    return PlanNetwork(
        tuple(of.calendars), of.calendar_numbers, outline.children, leaves, network, packed, links.deferred
    )


def _running(counts: Ints) -> Ints:
    """Where each row begins, and where the last ends."""
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)])
