"""What insight does after events; see ``config/subscribers.py``."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone

from accord.core.models import Event
from accord.insight.actions.measure_project import measure_project
from accord.insight.jobs import measure_changed_project
from accord.insight.overrides import refresh_overrides
from accord.insight.queries import valued
from accord.projects.models import Project, Task

# Unfinished business of a page: larger plans, and several at once, are measured by a job.
MEASURED_AT_ONCE = 1000  # tasks
# Nobody looks at the plan while hours and expenses are entered, and often there are many in a row.
BY_JOB = frozenset({"money.timeentry", "money.expense"})


def refresh_project_figures(events: Sequence[Event]) -> None:
    """Measure the projects of ``events`` anew: at once, or by a job where nobody waits for it or it takes longer."""
    projects = sorted({event.root_id for event in events if event.root_id is not None})
    kinds = {event.subject_type for event in events}
    for pk in projects:
        if len(projects) > 1 or kinds <= BY_JOB or Task.objects.filter(project=pk).count() > MEASURED_AT_ONCE:
            measure_changed_project.enqueue(pk)
        elif (project := Project.objects.filter(pk=pk).first()) is not None:
            _measure(project)


def apply_health_overrides(events: Sequence[Event]) -> None:
    """What is set by hand counts at once, and what is taken back no longer."""
    refresh_overrides({event.root_id for event in events if event.root_id is not None}, timezone.localdate())


def _measure(project: Project) -> None:
    today = timezone.localdate()
    with valued(project, None, today) as value:
        measure_project(project=project, day=today, value=value)
