"""Keeping a project's earned value as of a day."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from accord.insight.actions.score_forecasts import score_forecasts
from accord.insight.models import ProjectMeasure
from accord.insight.queries import ProjectValue, last_event, measurement, project_value
from accord.projects.models import Project


@transaction.atomic
def measure_project(*, project: Project, day: date, value: ProjectValue | None = None) -> ProjectMeasure:
    """Measure ``project`` and keep the result as the one of ``day``, replacing an earlier one of that day.

    A project that is closed or on hold is measured as of the day it stopped. A measurement is no edit of anybody's, so
    it takes no user and writes no event.
    """
    if project.is_stopped and project.stopped_on is not None:
        day = min(day, project.stopped_on)
    seen = last_event(project.pk)  # first: what comes while it is measured may be missing from it
    measure = measurement(project, value or project_value(project, None, day), day)
    measure.seen_event = seen
    ProjectMeasure.objects.filter(project=project, latest=True).exclude(day=day).update(latest=False)
    known = ProjectMeasure.objects.filter(project=project, day=day).values_list("pk", flat=True).first()
    measure.pk = known
    measure.save(force_insert=known is None, force_update=known is not None)
    if project.status == Project.Status.CLOSED:
        score_forecasts(project=project)
    return measure
