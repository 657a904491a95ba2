"""A task that takes place again and again: a summary with one task for each time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from accord.core.access import Permission, require
from accord.core.dates import moment_text
from accord.core.texts import translated
from accord.engines.calendars.recurrence import Recurrence, RecurrenceError, occurrences
from accord.engines.planning.plan import Constraint
from accord.projects.actions.edit_plan import Step, edit_plan
from accord.projects.models import Project, Resource, Task
from accord.projects.plan_changes import Invalid
from accord.projects.plan_hours import PlanHours


@transaction.atomic
def repeat_task(
    *,
    project: Project,
    name: str,
    rule: Recurrence,
    duration_minutes: int,
    by: Any,
    parent: Task | None = None,
    resources: Iterable[Resource] = (),
) -> Step:
    """Plan ``name`` for every occurrence of ``rule``, as one edit that one undo takes back.

    Each occurrence is a task that starts no earlier than its moment, by the project's calendar; all are assigned to
    ``resources`` and stand below a summary called ``name``, itself last below ``parent``. Raises :class:`Invalid`
    naming the field.
    """
    require(by, Permission.CHANGE, project)
    try:
        moments = occurrences(rule, PlanHours(project).of_calendar(None))
    except RecurrenceError as error:
        raise Invalid(translated(error.text), field=error.field) from error
    if moments[0] < project.start:
        raise Invalid(
            gettext("Choose a date on or after the project start, %(start)s.") % {"start": moment_text(project.start)},
            field="first",
        )
    shares = [{"resource": resource.pk, "units": 1} for resource in resources]
    changes: list[dict[str, Any]] = [
        {
            "op": "create_task",
            "temp_id": "series",
            "parent": parent.pk if parent else None,
            "after": "last",
            "fields": {"name": name},
        }
    ]
    for number, moment in enumerate(moments, 1):
        fields = {
            "name": f"{name[:280]} {number}",
            "duration_minutes": duration_minutes,
            "constraint": Constraint.START_NO_EARLIER_THAN.value,
            "constraint_date": moment.isoformat(),
        }
        key = f"time-{number}"
        changes.append({"op": "create_task", "temp_id": key, "parent": "series", "after": "last", "fields": fields})
        if shares:
            changes.append({"op": "assign", "id": key, "assignments": shares})
    return edit_plan(plan=project.plan, by=by, changes=changes)
