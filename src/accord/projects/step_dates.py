"""What an edit's schedule changed beside what was decided, kept with its step so that undo restores it exactly.

Computing the schedule again gives the same dates only while nothing else counts: a plan that was stored with the dates
of another program, or planned before a calendar or an absence changed, would move by its undo. Values are packed into a
short text: thousands of rows may have moved.
"""

from __future__ import annotations

import json
import zlib
from base64 import b85decode, b85encode
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from accord.projects.actions.schedule import COMPUTED, Rescheduled, computed_of
from accord.projects.models import Task
from accord.projects.plan_rows import DECIDED

_DATES = {"start", "finish", "early_start", "early_finish", "late_start", "late_finish"}
_AMOUNTS = {"cost", "percent_complete"}
# What the rows of a step do not hold of a task that it touched.
_BESIDE = tuple(name for name in COMPUTED if name not in DECIDED)

Values = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class StepDates:
    """Per task what was computed of it before and after the step, and the project's finish."""

    finish: tuple[datetime | None, datetime | None]
    rows: dict[int, tuple[Values, Values]]

    @classmethod
    def of(cls, done: Rescheduled) -> StepDates:
        rows = {task.pk: (done.before[task.pk], computed_of(task)) for task in done.changed}
        return cls((done.finish_before, done.finish_after), rows)

    def packed(self) -> str:
        plain = {"finish": self.finish, "rows": {str(pk): pair for pk, pair in self.rows.items()}}
        return b85encode(zlib.compress(json.dumps(plain, default=_plain, separators=(",", ":")).encode(), 1)).decode()

    @classmethod
    def unpacked(cls, text: str) -> StepDates:
        plain = json.loads(zlib.decompress(b85decode(text)))
        first, last = (datetime.fromisoformat(moment) if moment else None for moment in plain["finish"])
        rows = {int(pk): (_values(pair[0]), _values(pair[1])) for pk, pair in plain["rows"].items()}
        return cls((first, last), rows)

    def stand(self, tasks: dict[int, Task], *, undo: bool) -> bool:
        """Whether every row still is as the step (or its undoing) left it."""
        place = 1 if undo else 0
        return all(
            pk in tasks and (computed_of(tasks[pk]) == pair[place] or tasks[pk].deleted_at is not None)
            for pk, pair in self.rows.items()
        )

    def restore(self, tasks: dict[int, Task], touched: set[int], *, undo: bool) -> list[Task]:
        """Set the rows (in memory) to what they were; of those that the step itself restores, only the rest."""
        restored = []
        for pk, pair in self.rows.items():
            task = tasks[pk]
            if task.deleted_at is not None:
                continue
            values = dict(zip(COMPUTED, pair[0 if undo else 1], strict=True))
            for name in _BESIDE if undo and pk in touched else COMPUTED:
                setattr(task, name, values[name])
            restored.append(task)
        return restored


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _values(row: list[Any]) -> Values:
    return tuple(
        value
        if value is None
        else datetime.fromisoformat(value)
        if name in _DATES
        else Decimal(value)
        if name in _AMOUNTS
        else value
        for name, value in zip(COMPUTED, row, strict=True)
    )
