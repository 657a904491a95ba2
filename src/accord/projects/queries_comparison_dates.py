"""What can be laid beside a plan, task by task: a baseline, or the plan that levelling proposes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext

from accord.core.dates import day_text
from accord.projects.levelling_result import Result
from accord.projects.models import Baseline, BaselineTask, Levelling, Plan
from accord.projects.queries_levelling import latest
from accord.projects.queries_what_if import current_dates

Dates = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to lay beside the plan; ``key`` names it in addresses."""

    key: str
    label: str


def choices(plan: Plan) -> list[Choice]:
    """The agreed baseline, set or not, others by number, and a proposal that is not accepted. Two queries.

    A what-if has the current plan beside it, and no baseline but the agreed one.
    """
    found = {} if plan.is_current else {"current": gettext("Current plan")}
    found["baseline-0"] = gettext("The agreed baseline")
    for baseline in Baseline.objects.filter(project=plan.project_id) if plan.is_current else ():
        if baseline.number or baseline.name:
            found[f"baseline-{baseline.number}"] = str(baseline)
    proposal = latest(plan)
    if proposal is not None and proposal.is_open:
        assert proposal.done_at is not None
        on = timezone.localtime(proposal.done_at)
        found[f"levelling-{proposal.pk}"] = gettext("Levelled, %(on)s") % {"on": day_text(on)}
    return [Choice(key, label) for key, label in found.items()]


def beside(plan: Plan, key: str) -> Mapping[int, Dates] | None:
    """Start and finish of every task that has them there; None where the plan has nothing to choose by that key."""
    if key not in {choice.key for choice in choices(plan)}:
        return None
    if key == "current":
        return current_dates(plan)
    kind, _, number = key.partition("-")
    if kind == "baseline":
        copy_of = plan.copy_of("tasks")
        rows = BaselineTask.objects.filter(baseline__project=plan.project_id, baseline__number=number)
        dates = rows.values_list("task", "start", "finish")
        return {copy_of.get(task, task): (start, finish) for task, start, finish in dates if start and finish}
    parts = Result(Levelling.objects.get(pk=number)).parts
    moved = [task for part in parts if part.plan == plan.pk for task in part.tasks if task.moves]
    return {task.pk: (task.start, task.finish) for task in moved}
