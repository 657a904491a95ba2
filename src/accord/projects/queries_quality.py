"""How good a project's schedule is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from accord.engines.planning.schedule_quality import Assessment, assess
from accord.engines.planning.scheduling import schedule
from accord.projects.models import Project
from accord.projects.plan_memory import shown


@dataclass(frozen=True, slots=True)
class Quality:
    """The 14 points, and the tasks they name by uid."""

    assessment: Assessment
    tasks: dict[int, NamedTask]


class NamedTask(NamedTuple):
    """What is told of a task that was found."""

    pk: int
    name: str


def quality_of(project: Project, now: datetime) -> Quality:
    """Assess the plan as of its status date, or ``now`` (wall clock) where it has none.

    Raises ``ScheduleError`` where the plan cannot be scheduled.
    """
    with shown(project.plan) as loaded:
        found = assess(loaded.plan, schedule(loaded.plan), project.status_date or now)
        return Quality(found, {task.uid: NamedTask(task.pk, task.name) for task in loaded.tasks})
