"""What can be asked about levelling."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet

from accord.people.models import Role
from accord.projects.models import Levelling, Project, Resource

RUNNING = (Project.Status.PLANNED, Project.Status.ACTIVE)


def sharing_people(projects: Sequence[Project]) -> QuerySet[Project]:
    """Other projects in work, or planned, in which people of these projects work as well."""
    persons = Resource.objects.filter(project__in=projects, person__isnull=False, assignments__isnull=False)
    shared = Resource.objects.filter(person__in=persons.values("person"), assignments__isnull=False)
    found: QuerySet[Project] = Project.objects.filter(
        pk__in=shared.values("project"), status__in=RUNNING, archived_at=None, schedule_from_finish=False
    )
    return found.exclude(pk__in=[project.pk for project in projects]).order_by("name", "pk")


def to_level_with(project: Project, user: Any) -> QuerySet[Project]:
    """Those of them whose plans ``user`` may change: `Project.permits`, as a filter."""
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
