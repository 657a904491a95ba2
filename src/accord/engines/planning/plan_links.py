"""The links of a plan as links between leaves.

A link on a summary task applies to what is below it: its successors wait for the last of its leaves (a *gate*, work
without duration that rests anywhere), and every leaf waits for its predecessors. Where the link hangs on the summary's
start, it hangs on the leaf that starts first; where it moves the summary's finish, on the leaf that finishes last.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from accord.engines.planning.network import KINDS, kind_of, lag_of
from accord.engines.planning.plan import Link, LinkType, Plan
from accord.engines.planning.plan_outline import Outline, ScheduleError, minutes_of
from accord.engines.texts import gettext_lazy, gettext_noop

_LAG = gettext_noop("the lag of task %(task)s is %(minutes)s minutes")

Ints = NDArray[np.int64]


class PlanLinks:
    """Columns of links between places; gates have the places after the leaves.

    ``dates`` are start and finish of the leaves by uid as far as known; without them, the links that need to know
    which leaf is the first or the last are left out and ``deferred`` is set.
    """

    def __init__(self, plan: Plan, outline: Outline, dates: Mapping[int, tuple[int, int]] | None) -> None:
        self.outline = outline
        self.dates = dates
        self.deferred = False
        self.gates: dict[int, int] = {}  # place by uid of the summary
        self.columns = self._columns(plan)

    def _columns(self, plan: Plan) -> tuple[Ints, Ints, NDArray[np.int8], Ints]:
        # Columns of numbers, not rows: thousands of small tuples would wake the garbage collector.
        sources: list[int] = []
        targets: list[int] = []
        kinds: list[int] = []
        lags: list[int] = []
        place, tasks = self.outline.place, self.outline.tasks
        for link in plan.links:
            kind, lag = kind_of(link), 0
            if link.lag and link.predecessor in tasks:
                lag = minutes_of(lag_of(link, tasks[link.predecessor].duration), _LAG, link.successor)
            source, target = place.get(link.predecessor), place.get(link.successor)
            if source is not None and target is not None and source != target:
                sources.append(source)
                targets.append(target)
                kinds.append(kind)
                lags.append(lag)
            else:
                self._check_relation(link)
                if self._is_effort(link.predecessor) or self._is_effort(link.successor):
                    continue  # it takes its dates from the other end, which waits for nothing
                pairs = [(before, after) for before in self._sources(link) for after in self._targets(link)]
                sources += [before for before, _ in pairs]
                targets += [after for _, after in pairs]
                kinds += [kind] * len(pairs)
                lags += [lag] * len(pairs)
        for uid, gate in self.gates.items():
            leaves = self.outline.leaves_below(uid)
            sources += leaves
            targets += [gate] * len(leaves)
        waits = len(sources) - len(kinds)
        return (
            np.array(sources, np.int64),
            np.array(targets, np.int64),
            np.array(kinds + [KINDS["FS"]] * waits, np.int8),
            np.array(lags + [0] * waits, np.int64),
        )

    def _is_effort(self, uid: int) -> bool:
        return self.outline.tasks[uid].level_of_effort and uid not in self.outline.children

    def _check_relation(self, link: Link) -> None:
        for uid in (link.predecessor, link.successor):
            if uid not in self.outline.tasks:
                raise ScheduleError(gettext_lazy("a link names task %(task)s, which does not exist", task=uid))
        if link.predecessor == link.successor:
            raise ScheduleError(gettext_lazy("task %(task)s is linked to itself", task=link.successor))
        for inner, outer in ((link.successor, link.predecessor), (link.predecessor, link.successor)):
            if outer in self.outline.children and any(
                task.uid == outer for task in self.outline.with_summaries(self.outline.tasks[inner])
            ):
                raise ScheduleError(
                    gettext_lazy(
                        "task %(task)s is linked to its own summary task %(summary)s", task=inner, summary=outer
                    )
                )

    def _sources(self, link: Link) -> list[int]:
        """Where a link comes from: the task; of a summary, a gate after all of its leaves, or its first leaf."""
        uid = link.predecessor
        leaves = self.outline.leaves_below(uid)
        if len(leaves) <= 1:
            return leaves
        if link.type in (LinkType.SS, LinkType.SF):
            return self._outermost(leaves, 0)
        return [self.gates.setdefault(uid, len(self.outline.leaves) + len(self.gates))]

    def _targets(self, link: Link) -> list[int]:
        """What a link moves: the task; of a summary, every leaf, or for its finish the last."""
        leaves = self.outline.leaves_below(link.successor)
        if link.type in (LinkType.FF, LinkType.SF) and len(leaves) > 1:
            return self._outermost(leaves, 1)
        return leaves

    def _outermost(self, leaves: list[int], end: int) -> list[int]:
        """The first to start (0) or the last to finish (1), once that is known."""
        if self.dates is None:
            self.deferred = True
            return []
        moments = [(self.dates[self.outline.leaves[leaf].uid][end], leaf) for leaf in leaves]
        return [(max(moments) if end else min(moments))[1]]
