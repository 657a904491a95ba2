"""When a project is forecast to finish: the one rule behind the date that its page, lists, API and measures show."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.utils import timezone

from accord.core.texts import gettext_lazy
from accord.projects.models import Plan, Project, Task

DEFINITION = gettext_lazy(
    "The planned finish of the last deliverable or milestone with a deadline; in a plan without them, of the last task "
    "that is not level of effort."
)


def forecast_tasks(tasks: Iterable[Task]) -> list[Task]:
    """The tasks whose finish counts, of all ``tasks`` of a plan.

    They are those that make a deliverable and milestones with a deadline (the date promised for them). A plan without
    either is finished with its work: every task that is not level of effort, which only lasts as long as that does.
    """
    active = [task for task in tasks if task.active and task.deleted_at is None]
    promised = [task for task in active if task.deliverable_id is not None or _is_promised(task)]
    return promised or _work(active)


def _is_promised(task: Task) -> bool:
    return task.kind == Task.Kind.MILESTONE and task.deadline is not None


def _work(tasks: Collection[Task]) -> list[Task]:
    leaves = [task for task in tasks if task.kind != Task.Kind.SUMMARY]
    return [task for task in leaves if task.kind != Task.Kind.LEVEL_OF_EFFORT] or leaves


def forecast_finish(tasks: Iterable[Task]) -> datetime | None:
    """When the last of the tasks that count is planned to finish; ``None`` where none of them has a date."""
    return max((task.finish for task in forecast_tasks(tasks) if task.finish is not None), default=None)


def refresh_forecast(project: int) -> datetime | None:
    """Store the forecast finish anew, after what it follows changed beside the plan."""
    finish = forecast_finish(Task.objects.filter(project=project))
    store_finish(Plan.objects.current_of(project).select_related("project").get(), finish)
    return finish


def store_finish(plan: Plan, finish: datetime | None) -> None:
    """Date the end of ``plan``, which looks different now; lists and figures read the current plan's on its project."""
    plan.finish, plan.changed_at = finish, timezone.now()
    Plan.objects.filter(pk=plan.pk).update(finish=finish, changed_at=plan.changed_at)
    if plan.is_current:
        plan.project.finish = finish
        Project.objects.filter(pk=plan.project_id).update(finish=finish)
