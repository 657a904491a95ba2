"""Tasks of all projects that somebody sees. The page, its board and calendar, its files and the API ask here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet

from accord.accounts.models import Account
from accord.core.search.queries import search
from accord.projects.lanes import Lane, in_lane
from accord.projects.models import Assignment, Project, Task
from accord.projects.queries_late import Late, measured_at_each, those_late, with_lateness

ME, NOBODY, ANYONE = "me", "nobody", "anyone"
OPEN, ALL, ANY_LATE = "open", "all", "late"


def tasks_across(user: Any, today: date) -> QuerySet[Task]:
    """The active tasks of the projects that ``user`` sees and that nobody has archived, with how each is late.

    Summaries are not among them: they only add up their tasks.
    """
    projects = Project.objects.visible_to(user).filter(archived_at=None)
    tasks = Task.objects.filter(project__in=projects.values("pk"), active=True).exclude(kind=Task.Kind.SUMMARY)
    return with_lateness(tasks.select_related("project__account"), measured_at_each(today))


def matching_tasks(tasks: QuerySet[Task], values: dict[str, Any], user: Any) -> QuerySet[Task]:
    """Those of :func:`tasks_across` that a filter asks for; without a status the unfinished ones.

    ``values``: ``q``, ``person`` (a person's key, me, nobody or anyone), ``project``, ``account``, ``status`` (a lane,
    open or all), ``due_from``, ``due_to``, ``late`` (a way of being late, or any: late), ``critical``.
    """
    if q := values.get("q"):
        tasks = tasks.filter(search(Task, q) | search(Project, q, "project") | search(Account, q, "project__account"))
    tasks = _of_person(tasks, str(values.get("person") or ANYONE), user)
    if project := values.get("project"):
        tasks = tasks.filter(project=project)
    if account := values.get("account"):
        tasks = tasks.filter(project__account=account)
    status = values.get("status") or OPEN
    if status == OPEN:
        tasks = tasks.exclude(in_lane(Lane.DONE))
    elif status != ALL:
        tasks = tasks.filter(in_lane(Lane(status)))
    tasks = _due(tasks, values.get("due_from"), values.get("due_to"))
    if late := values.get("late"):
        tasks = those_late(tasks, None if late == ANY_LATE else Late(late))
    return tasks.filter(critical=True) if values.get("critical") else tasks


def _of_person(tasks: QuerySet[Task], person: str, user: Any) -> QuerySet[Task]:
    if person == ANYONE:
        return tasks
    assigned = Assignment.objects.exclude(resource=None)
    if person == NOBODY:
        return tasks.exclude(pk__in=assigned.values("task"))
    wanted = {"resource__person__user": user} if person == ME else {"resource__person": person}
    return tasks.filter(pk__in=assigned.filter(**wanted).values("task"))


def _due(tasks: QuerySet[Task], first: date | None, last: date | None) -> QuerySet[Task]:
    """By the day on which a task finishes; its end at midnight is the end of the day before."""
    if first is not None:
        tasks = tasks.filter(finish__gt=datetime.combine(first, time.min))
    return tasks if last is None else tasks.filter(finish__lte=datetime.combine(last, time.min) + timedelta(days=1))


def due_day(task: Task) -> date | None:
    """The day on which a task finishes."""
    if task.finish is None:
        return None
    return (task.finish - timedelta(days=1) if task.finish.time() == time.min else task.finish).date()


def assignees(tasks: Iterable[Task]) -> dict[int, list[str]]:
    """The names of who works on each task, by its key. One query."""
    found: dict[int, list[str]] = defaultdict(list)
    rows = Assignment.objects.filter(task__in=[task.pk for task in tasks]).exclude(resource=None).order_by("pk")
    for task, name in rows.values_list("task", "resource__name"):
        found[task].append(name)
    return found
