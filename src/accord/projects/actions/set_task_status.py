"""Moving a task over the board: one edit of the plan, which can be undone like any other."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from accord.projects.actions.edit_plan import Step, edit_plan
from accord.projects.lanes import Lane, lane_of
from accord.projects.models import Task
from accord.projects.plan_hours import PlanHours
from accord.projects.plan_rows import Invalid


@transaction.atomic
def set_task_status(
    *,
    task: Task,
    lane: Lane,
    by: Any,
    version: int,
    now: datetime,
    waiting_for: str = "",
    percent: Decimal | None = None,
) -> Step:
    """Put ``task`` into ``lane`` as of ``now``, the plan's wall clock.

    To do forgets what was done; doing has an actual start from today on and keeps its percentage; waiting says for
    what; done finished now. What was done and goes on needs ``percent``, how much of it is. Raises :class:`Invalid`
    with the field that is missing, and ``Conflict``.
    """
    fields = _fields(task, lane, now, waiting_for.strip(), percent)
    change = {"op": "update_task", "id": task.pk, "version": version, "fields": fields}
    return edit_plan(plan=task.project.plan, by=by, changes=[change])


def needs(task: Task, lane: Lane) -> list[str]:
    """What somebody must be asked first: ``waiting_for``, ``percent``, or ``progress`` (may it be forgotten?)."""
    if lane is Lane.TO_DO:
        return ["progress"] if task.percent_complete or task.actual_start is not None else []
    asked = ["waiting_for"] if lane is Lane.WAITING else []
    return [*asked, "percent"] if lane_of(task) is Lane.DONE and lane is not Lane.DONE else asked


def _fields(task: Task, lane: Lane, now: datetime, waiting_for: str, percent: Decimal | None) -> dict[str, Any]:
    if lane is lane_of(task) and lane is not Lane.WAITING:
        raise Invalid(
            gettext("“%(task)s” is already in %(lane)s.") % {"task": task.name, "lane": lane.label.lower()},
            field="lane",
            tasks=[task.pk],
        )
    if lane is Lane.TO_DO:
        return {"waiting_for": "", "percent_complete": 0}
    if lane is Lane.DONE:
        begun = _begun_when_done(task, now)
        return {"waiting_for": "", "actual_start": begun.isoformat(), "actual_finish": now.isoformat()}
    if lane is Lane.WAITING and not waiting_for:
        raise Invalid(gettext("Enter what it's waiting for."), field="waiting_for", tasks=[task.pk])
    fields: dict[str, Any] = {"waiting_for": waiting_for if lane is Lane.WAITING else ""}
    if lane_of(task) is Lane.DONE:
        if percent is None or not 0 <= percent < 100:
            raise Invalid(gettext("Enter the percent complete, from 0 to 99."), field="percent", tasks=[task.pk])
        fields["percent_complete"] = str(percent)
    if lane is Lane.DOING and (percent == 0 or task.actual_start is None):
        fields["actual_start"] = (task.actual_start or _today(task, now)).isoformat()
    return fields


def _today(task: Task, now: datetime) -> datetime:
    """When work that is begun now began: with the hours of today, or now where there are none before."""
    opening = PlanHours(task.project).of(task).next_working(now.replace(hour=0, minute=0))
    return min(opening, now)


def _begun_when_done(task: Task, now: datetime) -> datetime:
    """When work that is finished now began: as recorded, else as planned, else as long ago as it was to take."""
    if task.kind == Task.Kind.MILESTONE or not task.duration_minutes:
        return now
    begun: datetime | None = task.actual_start or task.start
    if begun is None or begun >= now:
        begun = PlanHours(task.project).of(task).subtract(now, task.duration_minutes)
    return begun
