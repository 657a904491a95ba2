"""The baselines of a project with who took them."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count

from accord.core.models import Event
from accord.projects.events import BaselineEvent
from accord.projects.models import Baseline, Project


@dataclass(frozen=True, slots=True)
class BaselineSummary:
    """A baseline, how many tasks it holds, and by whom it was taken where the trail says so."""

    baseline: Baseline
    tasks: int
    by: str


def baselines_of(project: Project) -> list[BaselineSummary]:
    """Number 0 first, then the newest; in two queries."""
    taken = {
        event.after.get("id"): event.actor_name or "Accord"
        for event in Event.objects.about(project).filter(kind=BaselineEvent.TAKEN)
    }
    rows = Baseline.objects.filter(project=project).annotate(task_count=Count("rows"))
    ordered = sorted(rows, key=lambda b: (b.number != 0, -b.taken_at.timestamp(), b.number))
    return [BaselineSummary(b, b.task_count, taken.get(b.pk, "")) for b in ordered]
