"""Choosing which agreement the plan is measured against, and forgetting one."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext

from accord.core import editing
from accord.core.access import Permission, require
from accord.core.events import record_event
from accord.projects.events import BaselineEvent
from accord.projects.models import Baseline, Plan, Project


@transaction.atomic
def select_baseline(*, baseline: Baseline, by: Any) -> Baseline:
    """Measure progress against ``baseline``: it becomes number 0 and the one that was takes its number."""
    require(by, Permission.CHANGE, baseline)
    project = Project.objects.select_for_update().get(pk=baseline.project_id)
    baseline = Baseline.objects.get(pk=baseline.pk)
    if baseline.number == 0:
        return baseline
    earlier = Baseline.objects.filter(project=project, number=0).first()
    own = baseline.number
    if earlier is not None:
        # Through a number that nobody has: two of a plan never share one, not even for a moment.
        highest = Baseline.objects.filter(project=project).aggregate(top=Max("number"))["top"]
        _number(earlier, highest + 1)
    _number(baseline, 0)
    if earlier is not None:
        _number(earlier, own)
    Plan.objects.current_of(project.pk).touch()
    record_event(
        by=by,
        kind=BaselineEvent.SELECTED,
        subject=baseline,
        before={"baseline": str(earlier) if earlier else None},
        after={"baseline": str(baseline), "id": baseline.pk},
    )
    return baseline


def _number(baseline: Baseline, number: int) -> None:
    baseline.number = number
    baseline.version += 1
    baseline.save(update_fields=["number", "version", "updated_at"])


@transaction.atomic
def remove_baseline(*, baseline: Baseline, by: Any) -> None:
    """Forget ``baseline``; not the one that progress is measured against (``ValidationError``)."""
    require(by, Permission.DELETE, baseline)
    stored = Baseline.objects.select_for_update().get(pk=baseline.pk)
    if stored.number == 0:
        raise ValidationError(
            gettext("“%(stored)s” is the current baseline. Choose another current baseline before you delete it.")
            % {"stored": stored}
        )
    editing.remove(stored, by=by)
    Plan.objects.current_of(stored.project_id).touch()
