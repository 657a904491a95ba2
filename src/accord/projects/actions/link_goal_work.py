"""Saying what of a project serves a client's goal."""

from __future__ import annotations

from typing import Any

from accord.core import editing
from accord.core.fetch import fetch
from accord.projects.events import WorkEvent
from accord.projects.models import Deliverable, GoalSupport, Project, Task
from accord.success.models import Goal

KINDS: dict[str, Any] = {"project": Project, "task": Task, "deliverable": Deliverable}


def link_goal_work(*, goal: Goal, what: str, evidence: str, by: Any) -> GoalSupport:
    """``what`` is ``project:3``, ``task:7`` (a milestone) or ``deliverable:2``, of a project that ``by`` may see.

    Raises ``Http404`` for what is not there, ``ValidationError`` for a project of another client.
    """
    kind, _, pk = what.partition(":")
    found = fetch(KINDS[kind], by, pk=int(pk))
    project = found if isinstance(found, Project) else found.project
    support = GoalSupport(goal=goal, project=project, evidence=evidence)
    if not isinstance(found, Project):
        setattr(support, kind, found)
    support.clean()
    return editing.create(support, by=by, event=WorkEvent.LINKED_TO_GOAL)
