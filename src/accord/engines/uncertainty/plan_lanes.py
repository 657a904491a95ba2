"""A plan's network as the two simulations read it: `lanes` where it is plain, `calendar_lanes` always."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from accord.engines.calendars.working_time import minute_of
from accord.engines.planning import passes
from accord.engines.planning.critical_path import tables_from
from accord.engines.planning.network import ELAPSED_LAG, FROM_START, TO_FINISH, kind_of
from accord.engines.planning.plan import LagUnit, Plan
from accord.engines.planning.plan_network import PlanNetwork
from accord.engines.planning.plan_outline import ScheduleError
from accord.engines.texts import gettext_lazy
from accord.engines.uncertainty import lanes
from accord.engines.uncertainty.calendar_lanes import PlanLanes
from accord.engines.uncertainty.plan_uncertainty import Drawn
from accord.engines.uncertainty.sampling_bounds import least_of, most_of

Ints = NDArray[np.int64]
_REACH = 1 << 30  # minutes that plain sweeps may add up to


def calendar_lanes_of(plan: Plan, network: PlanNetwork, drawn: Drawn, not_before: datetime | None = None) -> PlanLanes:
    """The plan for `calendar_sweep`; work that is not done goes on at ``not_before`` at the earliest."""
    net, work = network.network, network.work
    if not_before is not None:
        work = _put_off(network, minute_of(not_before))
    start = minute_of(plan.start)
    tables = tables_from(network.calendars, start)
    finish_by = passes.NONE
    if plan.schedule_from_finish:
        if plan.finish is None:
            raise ScheduleError(gettext_lazy("the project is scheduled from its finish but has no finish date"))
        finish_by = minute_of(plan.finish)
        start = int(passes.backward(tables, net, work, finish_by, np.empty((0, 2), np.int64))[:, passes.START].min())
    percent = _percent_lags(plan, network)
    return PlanLanes(
        tables=tables,
        net=net,
        work=work,
        calendar=network.calendar_numbers[plan.calendar],
        start=start,
        finish_by=finish_by,
        held_finish=max(network.manual_finishes, default=passes.NONE),
        each_end=plan.multiple_critical_paths and not plan.schedule_from_finish,
        waits=bool((work.progress[:, passes.MODE] & passes.LATE).any()),
        driving_bounds=_driving(work.bounds),
        driving_progress=_as_soon(work.progress),
        planned=np.array(drawn.planned, np.int64),
        done=np.array([task.actual_finish is not None for task in network.leaves], np.uint8),
        percent_link=np.array([row.link for row in percent], np.int32),
        percent_leaf=np.array([row.leaf for row in percent], np.int32),
        percent_share=np.array([row.share for row in percent], np.float64),
        percent_duration=np.array([row.duration for row in percent], np.int64),
    )


def _driving(bounds: Ints) -> Ints:
    """Bounds in which no date but those honoured against the links holds how late anything may be."""
    free = bounds.copy()
    free[:, [passes.LATE_START_BY, passes.LATE_FINISH_BY]] = passes.EVER
    return free


def _as_soon(progress: Ints) -> Ints:
    soon = progress.copy()
    soon[:, passes.MODE] &= ~passes.LATE
    return soon


def _put_off(network: PlanNetwork, moment: int) -> passes.Work:
    bounds, progress = network.work.bounds.copy(), network.work.progress.copy()
    leaf = network.network.order < len(network.leaves)
    started = progress[:, passes.STARTED] != passes.NONE
    ended = progress[:, passes.FINISHED] != passes.NONE
    fresh, begun = leaf & ~started, leaf & started & ~ended
    bounds[fresh, passes.START_FROM] = np.maximum(bounds[fresh, passes.START_FROM], moment)
    progress[begun, passes.RESUMES] = np.maximum(progress[begun, passes.RESUMES], moment)
    return network.work._replace(bounds=bounds, progress=progress)


class _Percent(NamedTuple):
    link: int
    leaf: int
    share: float
    duration: int


def _percent_lags(plan: Plan, network: PlanNetwork) -> list[_Percent]:
    """The links whose lag is a share of what a leaf takes."""
    places = {task.uid: place for place, task in enumerate(network.leaves)}
    shares: dict[tuple[int, int, int], float] = {}
    for link in plan.links:
        if link.unit in (LagUnit.PERCENT, LagUnit.ELAPSED_PERCENT) and link.lag and link.predecessor in places:
            for leaf in _leaves_below(network, places, link.successor):
                shares[places[link.predecessor], leaf, kind_of(link)] = link.lag / 100
    if not shares:
        return []
    net = network.network
    successors = net.order[np.repeat(np.arange(len(net.order)), np.diff(net.first))]
    columns = zip(net.order[net.predecessor].tolist(), successors.tolist(), net.kind.tolist(), strict=True)
    found = []
    for place, between in enumerate(columns):
        duration = network.leaves[between[0]].duration if between in shares else 0
        # Of two links between the same tasks, the lag tells which is the one in percent.
        if between in shares and net.lag[place] == round(duration * shares[between]):
            found.append(_Percent(place, between[0], shares[between], duration))
    return found


def _leaves_below(network: PlanNetwork, places: Mapping[int, int], uid: int) -> list[int]:
    if uid in places:
        return [places[uid]]
    return [leaf for child in network.children.get(uid, ()) for leaf in _leaves_below(network, places, child.uid)]


def plain_lanes_of(plan: Plan, network: PlanNetwork, drawn: Drawn) -> lanes.LaneNetwork | None:
    """The plan for `lanes.sweep`, or None where it needs more than one working time and the links between tasks."""
    net, work = network.network, network.work
    leaf = net.order < len(network.leaves)
    own = network.calendar_numbers[plan.calendar]
    plain = (
        not plan.schedule_from_finish
        and not any(task.manual for task in plan.tasks)
        and not plan.multiple_critical_paths
        and (work.bounds == np.array(passes.FREE)).all()
        and (work.progress[leaf] == np.array(passes.UNTOUCHED)).all()
        and len(work.span_minutes) == len(net.order)
        and (work.span_calendar[leaf] == own).all()
        and (work.lag_calendar[leaf] == own).all()
        and (work.calendar[leaf] == own).all()
        and not work.span_delay.any()
        and (work.span_minutes[leaf] == np.array(drawn.planned)[net.order[leaf]]).all()
        and not (net.lag[(net.kind & ELAPSED_LAG) > 0]).any()
        and not _percent_lags(plan, network)
        and _finishes_end_work(network, drawn)
        and most_of(drawn.sampler).sum() + np.abs(net.lag).sum() < _REACH
    )
    if not plain:
        return None
    nothing = np.full(len(net.order), lanes.NONE, np.int32)
    return lanes.lane_network(
        net,
        net.lag.astype(np.int32),
        np.zeros(len(net.kind), np.float32),
        nothing,
        nothing,
        np.zeros(len(net.order), np.int32),
    )


def _finishes_end_work(network: PlanNetwork, drawn: Drawn) -> bool:
    """Whether everything finishes where work ends, so that the working minute tells its moment.

    What takes no time and follows a start, or a lead, rests where work begins: on Monday morning, not on Friday
    evening. So does a finish that such a link moves.
    """
    net = network.network
    idle = np.zeros(len(net.order), bool)
    idle[: len(network.leaves)] = least_of(drawn.sampler) < 1
    moved = np.repeat(idle[net.order], np.diff(net.first)) | ((net.kind & TO_FINISH) > 0)
    return not (moved & (((net.kind & FROM_START) > 0) | (net.lag < 0))).any()
