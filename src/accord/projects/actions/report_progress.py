"""Adding to the ledger of progress what an edit or an import said of tasks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from accord.core.dates import moment_text
from accord.core.fields import wall_time
from accord.projects.fields import PROGRESS
from accord.projects.models import NOTHING_YET, PlanEdit, ProgressEntry, Project, Task

Progress = tuple[Any, ...]
# Progress of these follows from that of other tasks, or from the passing of time.
FOLLOWS = (Task.Kind.SUMMARY, Task.Kind.LEVEL_OF_EFFORT)
_NONE: Progress = tuple(NOTHING_YET.values())


def progress_of(task: Task) -> Progress:
    """The values of ``PROGRESS``."""
    return tuple(getattr(task, name) for name in PROGRESS)


def report_progress(
    *,
    project: Project,
    tasks: Iterable[Task],
    before: Mapping[int, Progress],
    by: Any,
    as_of: datetime | None = None,
    step: PlanEdit | None = None,
) -> list[ProgressEntry]:
    """Add an entry for each of ``tasks`` whose progress is not what it was ``before`` (by primary key; absent: new).

    ``as_of`` is the moment that the progress was reached, by default the plan's status date, else now. What a step
    reported and takes back or repeats keeps its moment. No event: the edit or import that calls has its own.
    """
    changed = [task for task in tasks if task.kind not in FOLLOWS and progress_of(task) != before.get(task.pk, _NONE)]
    if not changed:
        return []
    usual = as_of or project.status_date or wall_time().replace(microsecond=0)
    said = {} if step is None else dict(step.progress.order_by("pk").values_list("task", "as_of"))
    return ProgressEntry.objects.bulk_create(
        (
            ProgressEntry(
                project=project,
                task=task,
                as_of=said.get(task.pk, usual),
                by=by,
                step=step,
                **dict(zip(PROGRESS, progress_of(task), strict=True)),
            )
            for task in changed
        ),
        batch_size=500,
    )


def check_as_of(as_of: datetime | None) -> None:
    """Raise ``ValidationError`` for progress of a moment that has not come."""
    if as_of is not None and as_of.date() > wall_time().date():
        raise ValidationError(
            {
                "as_of": gettext("Progress can't be reported as of %(as_of)s: that is in the future.")
                % {"as_of": moment_text(as_of)}
            }
        )
