"""Taking a levelled plan as the plan."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from accord.core.access import Permission, require
from accord.projects.actions.edit_plan import edit_plan
from accord.projects.levelling_result import Result
from accord.projects.models import Levelling, Plan, Project
from accord.projects.plan_rows import Invalid


@transaction.atomic
def accept_levelling(*, levelling: Levelling, by: Any) -> int:
    """Delay the tasks as proposed: in each plan one edit that can be undone. Returns how many plans changed.

    Raises `Invalid` when a plan was changed since it was levelled, and nothing is written: the proposal no longer fits.
    """
    require(by, Permission.CHANGE, levelling)
    if levelling.status != Levelling.Status.DONE or levelling.accepted_at is not None:
        raise Invalid(gettext("There is no levelling proposal to accept."))
    result = Result(levelling)
    list(Project.objects.select_for_update().filter(pk__in=[part.project for part in result.parts]).order_by("pk"))
    plans = Plan.objects.select_related("project").in_bulk([part.plan for part in result.parts])
    for part in result.parts:
        plan = plans.get(part.plan)
        if plan is None or plan.changed_at != part.changed_at:
            name = gettext("A project") if plan is None else plan.name or plan.project.name
            raise Invalid(gettext("%(name)s has changed since it was levelled. Level it again.") % {"name": name})
        require(by, Permission.CHANGE, plan)
    changed = 0
    for part in result.parts:
        delays = [[task.pk, task.delay] for task in part.tasks]
        if delays:
            edit_plan(plan=plans[part.plan], by=by, changes=[{"op": "level_tasks", "delays": delays}])
            changed += 1
    Levelling.objects.filter(pk=levelling.pk).update(accepted_at=timezone.now())
    return changed
