"""Starting a project: the one way in for forms, the API, won opportunities, imports, templates and the demo firm."""

from __future__ import annotations

from datetime import time
from typing import Any

from django.db import transaction

from accord.core import editing
from accord.engines.calendars.working_time import compile_calendars
from accord.people.models import Firm
from accord.projects.actions.copy_plan import start_from
from accord.projects.actions.name_manager import check_manager, welcome_manager
from accord.projects.actions.staff_project import join_project
from accord.projects.models import Project
from accord.projects.queries import calendars_of

MORNING = time(9)  # at which a project starts where only its day was chosen


@transaction.atomic
def start_project(*, project: Project, by: Any, content: dict[str, Any] | None = None) -> Project:
    """Create ``project``; its manager and its creator can see it, and its manager the client, from the start.

    ``content`` is the plan to begin with (``copy_plan.content_for`` gives it). A day in an empty plan is as long as
    the project's calendar makes it: a task of one day that begins in the morning ends in the evening. Raises
    ``ValidationError`` for a manager who can't manage projects.
    """
    check_manager(project.manager)
    project.minutes_per_day = default_day(project)
    editing.create(project, by=by, action="start_project")
    if by is not None and not (by.sees_everything or project.manager_id == by.pk):
        join_project(project=project, user=by, by=by)
    welcome_manager(project=project, by=by)
    if content:
        start_from(content=content, project=project, by=by)
    return project


def default_day(project: Project) -> int:
    """The working minutes of a day in the project's calendar, which is the firm's unless it has one of its own."""
    calendar = project.calendar_id or Firm.current().calendar_id
    assert calendar is not None
    return compile_calendars(tuple(row.spec() for row in calendars_of(project)))[calendar].default_day
