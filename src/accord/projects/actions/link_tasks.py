"""Saying which work makes a deliverable."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext

from accord.core.access import Permission, require
from accord.projects.actions.edit_plan import Step, edit_plan
from accord.projects.models import Deliverable, Project, Task


@transaction.atomic
def link_tasks(*, deliverable: Deliverable, tasks: Iterable[Task], by: Any) -> Step | None:
    """Make ``tasks`` those that name ``deliverable``, and no others; one edit on the plan, which can be undone.

    A summary brings all that is below it. A task that names another deliverable changes over. Nothing is done, and
    ``None`` returned, where they are attached already. Raises ``ValidationError`` for a task of another project.
    """
    require(by, Permission.CHANGE, deliverable)
    project = Project.objects.select_for_update().get(pk=deliverable.project_id)
    chosen = {task.pk for task in tasks}
    present = {task.pk: task for task in Task.objects.filter(project=project)}
    if missing := chosen - set(present):
        raise ValidationError(
            {"tasks": gettext("Task %(missing)s isn't in this project's plan.") % {"missing": min(missing)}}
        )
    changes: list[dict[str, Any]] = []
    for task in present.values():
        is_chosen = task.pk in chosen
        if is_chosen == (task.deliverable_id == deliverable.pk):
            continue
        fields = {"deliverable": deliverable.pk if is_chosen else None}
        changes.append({"op": "update_task", "id": task.pk, "version": task.version, "fields": fields})
    return edit_plan(plan=project.plan, by=by, changes=changes) if changes else None
