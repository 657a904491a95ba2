"""What can be asked about levelling."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from accord.people.models import Role
from accord.projects.models import Assignment, Levelling, Project, Resource

RUNNING = (Project.Status.PLANNED, Project.Status.ACTIVE)


def sharing_people(projects: Sequence[Project]) -> QuerySet[Project]:
    """Other projects in work, or planned, in which people of these projects work as well."""
    persons = Resource.objects.filter(project__in=projects, person__isnull=False, assignments__isnull=False)
    shared = Resource.objects.filter(person__in=persons.values("person"), assignments__isnull=False)
    found: QuerySet[Project] = Project.objects.filter(
        pk__in=shared.values("project"), status__in=RUNNING, archived_at=None, schedule_from_finish=False
    )
    return found.exclude(pk__in=[project.pk for project in projects]).order_by("name", "pk")


@dataclass(frozen=True, slots=True)
class OtherProjectWork:
    """Work that somebody has in another project, where it stands now."""

    project: int
    person: int
    start: datetime
    finish: datetime
    units: float


def taken_elsewhere(projects: Sequence[Project]) -> list[OtherProjectWork]:
    """Unfinished work of these projects' people in others, from the first of these projects' starts on."""
    persons = Resource.objects.filter(project__in=projects, person__isnull=False).values("person")
    rows = Assignment.objects.filter(
        project__in=sharing_people(projects),
        resource__person__in=persons,
        task__deleted_at=None,
        task__active=True,
        task__actual_finish=None,
        task__finish__gt=min(project.start for project in projects),
    )
    columns = ("project", "resource__person", "task__start", "task__finish", "units")
    return [OtherProjectWork(*row) for row in rows.order_by("pk").values_list(*columns)]


def person_key(person: int) -> str:
    """How the engine tells people from each other, whatever each project calls them."""
    return f"person {person}"


def to_level_with(project: Project, user: Any) -> QuerySet[Project]:
    """Those of them whose plans ``user`` may change: `Project.allows`, as a filter."""
    rows = sharing_people([project])
    if user.has_role(Role.ADMINISTRATOR):
        return rows
    own = Q(manager=user)
    if user.has_role(Role.PROJECT_MANAGER):
        own |= Q(members__user=user)
    return rows.filter(own).distinct()


def latest(project: Project) -> Levelling | None:
    """The newest proposal, or whatever else came of the last attempt."""
    found = Levelling.objects.filter(project=project).select_related("by").first()
    if found is not None:
        found.project = project
    return found
