"""A plan as a network of work: what `scheduling` hands to the passes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from accord.engines.calendars.working_time import WorkCalendar, minute_of
from accord.engines.planning import passes
from accord.engines.planning.network import CycleError, Network, arrange
from accord.engines.planning.plan import Plan, Task
from accord.engines.planning.plan_links import PlanLinks
from accord.engines.planning.plan_outline import Outline, PlanCycleError
from accord.engines.planning.plan_work import AROUND_THE_CLOCK, PlanWork

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
    efforts: tuple[Task, ...] = ()  # level of effort: outside the network
    manual_finishes: tuple[int, ...] = ()  # of manual summaries, in minutes
    places: Mapping[int, int] = field(default_factory=dict)  # of the leaves, by uid


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
    if (of.begins_early or outline.manual_summaries) and not plan.schedule_from_finish:
        _start_early(plan, of, links, bounds, progress)
    try:
        network = arrange(count, *links.columns)
    except CycleError as cycle:
        summaries = {place: uid for uid, place in links.gates.items()}
        uids = [summaries[place] if place in summaries else leaves[place].uid for place in cycle.uids]
        raise PlanCycleError(CycleError(uids).text, uids) from None
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
        tuple(of.calendars),
        of.calendar_numbers,
        outline.children,
        leaves,
        network,
        packed,
        links.deferred,
        outline.efforts,
        tuple(minute_of(finish) for uid in outline.manual_summaries if (finish := outline.tasks[uid].finish)),
        outline.place,
    )


def undelayed(work: passes.Work) -> passes.Work:
    """The same work without levelling delays: which task of a summary is first or last does not change with them."""
    if not work.progress[:, passes.DELAY].any():
        return work
    progress = work.progress.copy()
    progress[:, passes.DELAY] = 0
    return work._replace(progress=progress)


def _start_early(plan: Plan, of: PlanWork, links: PlanLinks, bounds: Ints, progress: Ints) -> None:
    """Set when tasks may start in a plan that has dates before its start, or manual summaries.

    The project's start is where tasks begin that neither a date nor a link says more about, as in MS Project; below a
    manual summary that is the summary's start. A date of their own may lie before it, and what follows such a task
    follows it there. A link to the finish, or a lead, brings nothing before the project's start.
    """
    project_start = minute_of(plan.start)
    _, successors, _, _ = links.columns
    linked = np.zeros(len(bounds), bool)
    linked[successors] = True
    for place, task in enumerate(of.outline.leaves):
        if progress[place, passes.STARTED] != passes.NONE:
            continue
        if not linked[place] and bounds[place, passes.START_FROM] == passes.NONE:
            above = of.manual_start(task)
            start_from = project_start if above is None else above
            if bounds[place, passes.FINISH_FROM] != passes.NONE:
                start_from = min(start_from, of.start_for(place, int(bounds[place, passes.FINISH_FROM])))
            bounds[place, passes.START_FROM] = start_from
        if linked[place] or bounds[place, passes.START_FROM] < project_start:
            progress[place, passes.MODE] |= passes.EARLY
    progress[len(of.outline.leaves) :, passes.MODE] |= passes.EARLY


def _running(counts: Ints) -> Ints:
    """Where each row begins, and where the last ends."""
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)])
