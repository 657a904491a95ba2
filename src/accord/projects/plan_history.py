"""The plan as it was: every edit since then taken back in memory, and the schedule computed anew.

Edits keep the decided values of the rows they touched, not the dates that followed for all others. What followed
is computed again here, with today's calendars and absences.
"""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from accord.core.event_kinds import RecordEvent, label_of
from accord.core.models import Event
from accord.engines.planning.scheduling import schedule as compute
from accord.projects.actions.schedule import apply
from accord.projects.events import BaselineEvent, PlanEvent
from accord.projects.models import Assignment, Baseline, Link, Project, Task
from accord.projects.plan_comparison import Comparison, compare, state_of, state_of_baseline
from accord.projects.plan_hours import PlanHours
from accord.projects.plan_rows import parsed
from accord.projects.queries import LoadedPlan, PlanParts, load_plan

EDITS = (PlanEvent.EDITED, PlanEvent.EDIT_UNDONE, PlanEvent.EDIT_REDONE)
# What replaced the plan without telling each row: nothing before it can be computed.
RESETS = (PlanEvent.IMPORTED, PlanEvent.CREATED)
TOLD = (*EDITS, *RESETS, BaselineEvent.TAKEN, BaselineEvent.SELECTED)


@dataclass(frozen=True, slots=True)
class PlanHistory:
    """What was done to a plan, newest first, and what came of it.

    ``since`` is later than was asked where the trail does not reach back so far; ``why`` then says what is in the way.
    """

    since: datetime
    why: str
    events: list[Event]
    comparison: Comparison


def changes_since(project: Project, since: datetime, baseline: Baseline | None = None) -> PlanHistory:
    """Compare the plan with what it was at ``since``, or with ``baseline``, taken then.

    Raises ``ScheduleError`` where the plan of then cannot be scheduled by today's calendars.
    """
    events = events_since(project, since)
    tasks = list(Task.all_objects.filter(project=project))
    if baseline is not None:
        at, why, before = since, "", state_of_baseline(baseline)
        calendar = PlanHours(project).of_calendar(None)
    else:
        at, why, then = _state_at(project, since, events, tasks)
        before = state_of(then.tasks)
        calendar = PlanHours(project, then.calendars).of_calendar(then.plan.calendar)
    return PlanHistory(at, why, events, compare(tasks, before, state_of(tasks), calendar))


def events_since(project: Project, since: datetime) -> list[Event]:
    """What was done to the plan after ``since``, newest first."""
    dated = Q(kind=RecordEvent.CHANGED, subject_type="projects.project", before__has_key="start")
    forgotten = Q(kind=RecordEvent.DELETED, subject_type="projects.baseline")
    rows = Event.objects.about(project).filter(Q(kind__in=TOLD) | dated | forgotten, at__gt=since)
    return list(rows.order_by("-pk"))


def _state_at(
    project: Project, since: datetime, events: Iterable[Event], now: Iterable[Task]
) -> tuple[datetime, str, LoadedPlan]:
    """The plan at ``since``, or at the first moment after it that can be reached, and why not before.

    It is made of copies of the tasks of ``now``.
    """
    rows: dict[str, dict[int, Any]] = {
        "tasks": {task.pk: copy(task) for task in now},
        "links": {link.pk: link for link in Link.objects.filter(project=project)},
        "assignments": {a.pk: a for a in Assignment.objects.filter(project=project)},
    }
    project, at, why = copy(project), since, ""
    for event in events:
        if event.kind in RESETS or (event.kind in EDITS and not event.before):
            at, why = event.at, f"{event.actor_name or 'Accord'} {label_of(event.kind).lower()} {event.subject_name}"
            break
        _take_back(event, project, rows)
    tasks = [task for task in rows["tasks"].values() if task.deleted_at is None]
    parts = PlanParts(tasks, list(rows["links"].values()), list(rows["assignments"].values()))
    loaded = load_plan(project.plan, parts=parts, baselines=())  # the dates of a plan rest on none
    apply(loaded, compute(loaded.plan))
    return at, why, loaded


MODELS: dict[str, Any] = {"tasks": Task, "links": Link, "assignments": Assignment}


def _take_back(event: Event, project: Project, rows: dict[str, dict[int, Any]]) -> None:
    if event.kind not in EDITS:
        if event.kind == RecordEvent.CHANGED:
            project.start = datetime.fromisoformat(event.before["start"])
        return
    for kind, model in MODELS.items():
        for key, values in event.before.get(kind, {}).items():
            row = rows[kind].get(int(key))
            if values is None:
                rows[kind].pop(int(key), None)  # it was not there before
            elif row is None and model is not Task:
                rows[kind][int(key)] = model(pk=int(key), project=project, **parsed(model, values))
            elif row is not None:
                for name, value in parsed(model, values).items():
                    setattr(row, name, value)
