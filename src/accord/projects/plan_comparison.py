"""Two states of a plan side by side: what moved, what is new, what was dropped."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from accord.engines.calendars.working_time import WorkCalendar
from accord.projects.models import Baseline, BaselineTask, Task
from accord.projects.outline import Row, outline


@dataclass(frozen=True, slots=True)
class Values:
    """What is compared of a task: plan times, minutes, and cost in the project's currency."""

    start: datetime | None
    finish: datetime | None
    duration: int
    work: int
    cost: Decimal

    @classmethod
    def of_task(cls, task: Task) -> Values:
        return cls(task.start, task.finish, task.duration_minutes, task.work_minutes, task.cost)

    @classmethod
    def of_baseline(cls, row: BaselineTask) -> Values:
        return cls(row.start, row.finish, row.duration_minutes or 0, row.work_minutes or 0, row.cost or Decimal(0))


State = Mapping[int, Values]  # by the task's primary key


class ChangeKind(StrEnum):
    SAME = "same"
    CHANGED = "changed"
    NEW = "new"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Difference:
    """One task in both states; ``later`` is by how many working minutes its finish moved (negative: earlier)."""

    row: Row
    fate: ChangeKind
    before: Values | None
    after: Values | None
    later: int | None

    @property
    def task(self) -> Task:
        return self.row.task


@dataclass(frozen=True, slots=True)
class Totals:
    """The sums over all tasks that are no summaries, and the span of the plan."""

    start: datetime | None
    finish: datetime | None
    work: int
    cost: Decimal


@dataclass(frozen=True, slots=True)
class Comparison:
    """``rows`` are the tasks that differ with the summaries above them, in outline order."""

    rows: list[Difference]
    before: Totals
    after: Totals
    later: int | None  # working minutes by which the finish of the plan moved

    def count(self, *fates: ChangeKind) -> int:
        return sum(row.fate in fates and not row.row.has_children for row in self.rows)


def state_of(tasks: Iterable[Task]) -> dict[int, Values]:
    """The plan as it stands in ``tasks``; those put aside and the inactive are not in it."""
    return {task.pk: Values.of_task(task) for task in tasks if task.deleted_at is None and task.active}


def state_of_baseline(baseline: Baseline) -> dict[int, Values]:
    """The plan as ``baseline`` kept it."""
    return {row.task_id: Values.of_baseline(row) for row in BaselineTask.objects.filter(baseline=baseline)}


def compare(
    tasks: Iterable[Task], before: State, after: State, calendar: WorkCalendar, *, later_than: int | None = None
) -> Comparison:
    """Compare two states of a plan. ``tasks`` are all of it, those put aside too.

    With ``later_than`` only tasks whose finish moved by more than so many working minutes are kept.
    """
    rows = outline(task for task in tasks if task.pk in before or task.pk in after)
    found = [_difference(row, before, after, calendar) for row in rows]
    kept = _with_summaries(found, lambda each: _is_wanted(each, later_than))
    one, other = _totals(rows, before), _totals(rows, after)
    return Comparison(kept, one, other, _moved(one.finish, other.finish, calendar))


def _difference(row: Row, before: State, after: State, calendar: WorkCalendar) -> Difference:
    then, now = before.get(row.task.pk), after.get(row.task.pk)
    if then is None or now is None:
        return Difference(row, ChangeKind.NEW if then is None else ChangeKind.DROPPED, then, now, None)
    fate = ChangeKind.SAME if then == now else ChangeKind.CHANGED
    return Difference(row, fate, then, now, _moved(then.finish, now.finish, calendar))


def _moved(then: datetime | None, now: datetime | None, calendar: WorkCalendar) -> int | None:
    """Working minutes from ``then`` to ``now``."""
    return None if then is None or now is None else calendar.between(then, now)


def _is_wanted(each: Difference, later_than: int | None) -> bool:
    if later_than is None:
        return each.fate is not ChangeKind.SAME
    return each.later is not None and each.later > later_than


def _with_summaries(found: list[Difference], wanted: Callable[[Difference], bool]) -> list[Difference]:
    """What is wanted, and the summaries that lead to it."""
    kept: list[Difference] = []
    level = 0
    for each in reversed(found):
        if wanted(each) or (each.row.has_children and each.row.level < level):
            kept.append(each)
            level = each.row.level
        else:
            level = min(level, each.row.level)
    return kept[::-1]


def _totals(rows: list[Row], state: State) -> Totals:
    leaves = [state[row.task.pk] for row in rows if not row.has_children and row.task.pk in state]
    return Totals(
        min((v.start for v in leaves if v.start is not None), default=None),
        max((v.finish for v in leaves if v.finish is not None), default=None),
        sum(v.work for v in leaves),
        sum((v.cost for v in leaves), Decimal(0)),
    )
