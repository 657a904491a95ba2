"""Tasks of all projects that one sees."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema

from accord.api.answers import many, page_of, row_of
from accord.api.pages import Paging, page, values
from accord.projects.lanes import lane_of
from accord.projects.models import Task
from accord.projects.queries_late import ways_late
from accord.projects.queries_tasks import matching_tasks, tasks_across

router = Router(tags=["tasks"])
TASK = (
    "version", "project", "name", "kind", "start", "finish", "deadline", "percent_complete", "waiting_for", "critical",
    "custom",
)  # fmt: skip
TASK_OUT = row_of(
    "TaskOut", Task, TASK, status=Literal["to-do", "doing", "waiting", "done"],
    late=many(Literal["slipped", "past_deadline", "behind"]),
)  # fmt: skip


class TaskQuery(Schema):
    """The filters of the Tasks page. ``person`` is a person's id, ``me``, ``nobody`` or ``anyone``."""

    q: str = ""
    person: int | Literal["me", "nobody", "anyone"] = "anyone"
    project: int | None = None
    account: int | None = None
    status: Literal["open", "all", "to-do", "doing", "waiting", "done"] = "open"
    due_from: date | None = None
    due_to: date | None = None
    late: Literal["", "late", "slipped", "past_deadline", "behind"] = ""
    critical: bool = False


@router.get("", response=page_of(TASK_OUT))
def tasks(request: HttpRequest, paging: Query[Paging], asked: Query[TaskQuery]) -> dict[str, Any]:
    """The unfinished ones, first those due first; ``status`` asks for others, ``late`` for those that are late."""
    rows = matching_tasks(tasks_across(request.user, timezone.localdate()), asked.dict(), request.user)

    def shape(task: Task) -> dict[str, Any]:
        status = lane_of(task)
        late = [] if task.percent_complete >= 100 else [how.value for how in ways_late(task)]
        return values(task, *TASK, user=request.user) | {"status": status.value, "late": late}

    return page(rows.order_by(F("finish").asc(nulls_last=True), "pk"), paging, shape, user=request.user)
