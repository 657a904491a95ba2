"""The result of levelling as it is kept, and read again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from accord.core.texts import translated
from accord.projects.models import Levelling, Plan
from accord.projects.queries import LoadedPlan

if TYPE_CHECKING:
    from accord.engines.levelling.plan_levelling import LevelledPlan

Pair = tuple[Plan, LoadedPlan, "LevelledPlan"]


def as_json(pairs: Sequence[Pair], *, counted: int, seconds: float) -> dict[str, Any]:
    """Of all plans together the finish, bound and gap; of each its tasks whose delay changes, or whose dates do."""
    plans = [plan for _, _, plan in pairs]
    first = plans[0]
    return {
        "finish_before": max(plan.before.finish for plan in plans).isoformat(),
        "finish_after": max(plan.after.finish for plan in plans).isoformat(),
        "bound": first.bound.isoformat(),
        "gap": first.gap,
        "optimal": first.optimal,
        "period_minutes": first.period_minutes,
        "remarks": list(first.remarks),
        "counted": counted,
        "seconds": round(seconds, 1),
        "plans": [_plan(*pair) for pair in pairs],
    }


def _plan(plan: Plan, loaded: LoadedPlan, found: LevelledPlan) -> dict[str, Any]:
    rows = {row.task.uid: row.task for row in loaded.rows}
    touched = [uid for uid, delay in found.delays.items() if uid in found.moved or delay != rows[uid].levelling_delay]
    return {
        "project": plan.project_id,
        "plan": plan.pk,
        "changed_at": plan.changed_at.isoformat(),
        "finish_before": found.before.finish.isoformat(),
        "finish_after": found.after.finish.isoformat(),
        "held": len(found.held),
        "tasks": [
            {
                "id": rows[uid].pk,
                "delay": found.delays[uid],
                "before": [found.before.tasks[uid].start.isoformat(), found.before.tasks[uid].finish.isoformat()],
                "after": [found.after.tasks[uid].start.isoformat(), found.after.tasks[uid].finish.isoformat()],
            }
            for uid in touched
        ],
    }


@dataclass(frozen=True, slots=True)
class Moved:
    """A task that levelling delays or brings forward; ``delay`` is its new levelling delay in elapsed minutes."""

    pk: int
    delay: int
    start_before: datetime
    finish_before: datetime
    start: datetime
    finish: datetime

    @property
    def moves(self) -> bool:
        return (self.start, self.finish) != (self.start_before, self.finish_before)


@dataclass(frozen=True, slots=True)
class Part:
    """One plan's share of the proposal."""

    project: int
    plan: int
    changed_at: datetime
    finish_before: datetime
    finish_after: datetime
    held: int
    tasks: tuple[Moved, ...]


class Result:
    """A saved result in its own types."""

    def __init__(self, levelling: Levelling) -> None:
        self.saved: dict[str, Any] = levelling.result

    @property
    def finish_before(self) -> datetime:
        return datetime.fromisoformat(self.saved["finish_before"])

    @property
    def finish_after(self) -> datetime:
        return datetime.fromisoformat(self.saved["finish_after"])

    @property
    def gap(self) -> float:
        return float(self.saved["gap"])

    @property
    def optimal(self) -> bool:
        return bool(self.saved["optimal"])

    @property
    def remarks(self) -> list[str]:
        """What to know of it, in the reader's language."""
        return [translated(remark) for remark in self.saved["remarks"]]

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        return tuple(
            Part(
                row["project"],
                row["plan"],
                datetime.fromisoformat(row["changed_at"]),
                datetime.fromisoformat(row["finish_before"]),
                datetime.fromisoformat(row["finish_after"]),
                row["held"],
                tuple(
                    Moved(task["id"], task["delay"], *map(datetime.fromisoformat, (*task["before"], *task["after"])))
                    for task in row["tasks"]
                ),
            )
            for row in self.saved["plans"]
        )
