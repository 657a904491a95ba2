"""The order of work: a precedence network in compressed rows, renumbered so that predecessors come first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from accord.engines.compiled import compiled
from accord.engines.planning.plan import LagUnit, Link, LinkType
from accord.engines.texts import TextError, gettext_lazy

Ints = NDArray[np.int64]
Places = NDArray[np.int32]  # 32 bits: arranging and sweeping are memory traffic

# The kind of a link says which end of the predecessor it hangs on and which end of the successor it moves.
FROM_START = 2
TO_FINISH = 1
ELAPSED_LAG = 4
KINDS = {"FS": 0, "FF": TO_FINISH, "SS": FROM_START, "SF": FROM_START | TO_FINISH}


class CycleError(TextError):
    """Work that waits for itself; ``uids`` are the tasks of one cycle, each before the next."""

    def __init__(self, uids: Sequence[int]) -> None:
        self.uids = tuple(uids)
        circle = " → ".join(map(str, (*uids, uids[0])))
        super().__init__(gettext_lazy("circular dependency: %(tasks)s", tasks=circle))


# Members of an enumeration are slow to look up and to hash, and every link asks: names of our own are not.
_FS, _SS, _FF, _SF = LinkType.FS, LinkType.SS, LinkType.FF, LinkType.SF
_ELAPSED, _PERCENT, _ELAPSED_PERCENT = LagUnit.ELAPSED, LagUnit.PERCENT, LagUnit.ELAPSED_PERCENT


def kind_of(link: Link) -> int:
    """A link's kind as a number."""
    relation, unit, kind = link.type, link.unit, 0
    if relation is not _FS:
        if relation is _SS or relation is _SF:
            kind |= FROM_START
        if relation is _FF or relation is _SF:
            kind |= TO_FINISH
    return kind | ELAPSED_LAG if unit is _ELAPSED or unit is _ELAPSED_PERCENT else kind


def lag_of(link: Link, duration: int) -> float:
    """A link's lag in minutes, before rounding; percents are of ``duration``, the predecessor's."""
    percent = link.unit is _PERCENT or link.unit is _ELAPSED_PERCENT
    return duration * link.lag / 100 if percent else link.lag


class Network(NamedTuple):
    """Links by successor, in topological numbering: those into task ``i`` are ``first[i]`` up to ``first[i + 1]``."""

    order: Places  # [i] the caller's number of the task at topological place i
    rank: Places  # the inverse
    first: Places  # [i] and one closing entry
    predecessor: Places  # [link] its topological place
    kind: NDArray[np.int8]  # [link]
    lag: Ints  # [link] minutes
    given: Places  # [link] the caller's number of the link


def arrange(count: int, predecessor: Ints, successor: Ints, kind: NDArray[np.int8], lag: Ints) -> Network:
    """Renumber ``count`` tasks topologically and sort their links by successor.

    Time and memory are linear in tasks and links. Raises `CycleError` with task numbers, and `IndexError` for a link
    to a task that does not exist.
    """
    for end in (predecessor, successor):
        if len(end) and not (end.min() >= 0 and end.max() < count):
            raise IndexError("a link names a task that does not exist")
    order, rank, first, sources, given, placed = _arrange(count, predecessor, successor)
    if placed < count:
        cycle = [int(task) for task in _cycle(count, predecessor, successor, rank)]
        at = cycle.index(min(cycle))
        raise CycleError(cycle[at:] + cycle[:at])
    return Network(order, rank, first, sources, kind[given], lag[given], given)


@compiled
def _arrange(count: int, predecessor: Ints, successor: Ints) -> tuple[Any, ...]:
    links = len(predecessor)
    entering = np.zeros(count, np.int32)
    begin = np.zeros(count + 1, np.int32)
    for link in range(links):
        entering[successor[link]] += 1
        begin[predecessor[link] + 1] += 1
    for task in range(count):
        begin[task + 1] += begin[task]
    fill = begin[:-1].copy()
    after = np.empty(links, np.int32)
    number = np.empty(links, np.int32)
    for link in range(links):
        at = fill[predecessor[link]]
        fill[predecessor[link]] = at + 1
        after[at] = successor[link]
        number[at] = link
    # Kahn: take a task when all it waits for are taken.
    order = np.empty(count, np.int32)
    rank = np.full(count, -1, np.int32)
    waiting = entering.copy()
    placed = 0
    for task in range(count):
        if waiting[task] == 0:
            order[placed] = task
            placed += 1
    at = 0
    while at < placed:
        task = order[at]
        rank[task] = at
        for k in range(begin[task], begin[task + 1]):
            waiting[after[k]] -= 1
            if waiting[after[k]] == 0:
                order[placed] = after[k]
                placed += 1
        at += 1
    first = np.zeros(count + 1, np.int32)
    sources = np.empty(links, np.int32)
    given = np.empty(links, np.int32)
    if placed == count:
        for place in range(count):
            task = order[place]
            first[place + 1] = first[place] + entering[task]
            fill[task] = first[place]
        # In the predecessors' order, so that each row reads earlier results from left to right.
        for place in range(count):
            task = order[place]
            for k in range(begin[task], begin[task + 1]):
                at = fill[after[k]]
                fill[after[k]] = at + 1
                sources[at] = place
                given[at] = number[k]
    return order, rank, first, sources, given, placed


@compiled
def _cycle(count: int, predecessor: Ints, successor: Ints, rank: Places) -> Ints:
    """One cycle among the tasks that could not be placed: each of them waits for another of them."""
    before = np.full(count, -1, np.int64)
    at = -1
    for link in range(len(predecessor)):
        if rank[predecessor[link]] < 0 and rank[successor[link]] < 0:
            before[successor[link]] = predecessor[link]
            at = successor[link]
    # Walk back until a task is met again: from there it is a pure cycle, read backwards.
    seen = np.full(count, -1, np.int64)
    path = np.empty(count + 1, np.int64)
    length = 0
    while seen[at] < 0:
        seen[at] = length
        path[length] = at
        length += 1
        at = before[at]
    return path[seen[at] : length][::-1].copy()
