"""Split tasks: the stretches of work that the timephased rows of the assignments leave between pauses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from accord.engines.calendars.working_time import WorkCalendar
from accord.engines.planning.plan import Assignment, Resource, Segment, Task
from accord.exchange.mspdi.document import Node
from accord.exchange.mspdi.fields import Record
from accord.exchange.mspdi.limits import MAX_WORK

_REMAINING, _ACTUAL = "1", "2"
# Contoured work is written to the second: whole minutes leave gaps of one that are no pause.
_ROUNDING = 1


@dataclass(frozen=True, slots=True)
class WorkRow:
    """Minutes of work of one assignment between two moments, done or still to do."""

    start: datetime
    finish: datetime
    work: int


def work_rows(rows: list[Node], owner: Record) -> tuple[WorkRow, ...]:
    """The rows of scheduled work, actual and remaining, in order of time; those without work show the pauses."""
    found: list[WorkRow] = []
    for node in rows:
        if node.value("Type") not in (_REMAINING, _ACTUAL):
            continue
        row = owner.part(node)
        start, finish = row.moment("Start"), row.moment("Finish")
        if start and finish and start < finish:
            found.append(WorkRow(start, finish, row.minutes("Value", MAX_WORK) or 0))
    return tuple(sorted(found, key=lambda row: (row.start, row.finish)))


def with_segments(
    tasks: Sequence[Task],
    rows: Iterable[tuple[Assignment, tuple[WorkRow, ...]]],
    resources: Iterable[Resource],
    calendars: Mapping[int, WorkCalendar],
    project_calendar: int,
) -> list[Task]:
    """Tasks with their ``segments`` where the work pauses in time in which it could go on.

    Each assignment's rows are joined into stretches by its own working time, so a weekend or a holiday is no
    pause; the task is split where no stretch of any of its assignments reaches.
    """
    calendar_of = {resource.uid: resource.calendar or project_calendar for resource in resources}
    by_uid = {task.uid: task for task in tasks}
    stretches: dict[int, list[Segment]] = defaultdict(list)
    for assignment, work in rows:
        task = by_uid[assignment.task]
        busy = [Segment(row.start, row.finish) for row in work if row.work]
        resource = assignment.resource
        own = calendar_of.get(resource, project_calendar) if resource is not None else project_calendar
        if task.calendar is not None and (task.ignore_resource_calendars or resource is None):
            own = task.calendar
        stretches[task.uid] += _joined(busy, calendars[own])
    segments = {
        uid: joined
        for uid, found in stretches.items()
        if len(joined := _joined(sorted(found, key=_by_start), calendars[by_uid[uid].calendar or project_calendar])) > 1
    }
    return [replace(task, segments=tuple(segments[task.uid])) if task.uid in segments else task for task in tasks]


def _by_start(segment: Segment) -> tuple[datetime, datetime]:
    return segment.start, segment.finish


def _joined(stretches: Iterable[Segment], calendar: WorkCalendar) -> list[Segment]:
    """Stretches in order of time, those joined between which the calendar has no working time to speak of."""
    joined: list[Segment] = []
    for stretch in stretches:
        if joined and calendar.between(joined[-1].finish, stretch.start) <= _ROUNDING:
            last = joined[-1]
            joined[-1] = Segment(last.start, max(last.finish, stretch.finish))
        else:
            joined.append(stretch)
    return joined
