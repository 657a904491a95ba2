"""What can be asked about levelling."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from accord.people.models import Role
from accord.projects.models import Assignment, Levelling, Plan, Project, Resource

RUNNING = (Project.Status.PLANNED, Project.Status.ACTIVE)


def sharing_people(plans: Sequence[Plan]) -> QuerySet[Project]:
    """Other projects, planned or active, in which people of these plans work as well."""
    persons = Resource.all_objects.filter(plan__in=plans, person__isnull=False, assignments__isnull=False)
    shared = Resource.objects.filter(person__in=persons.values("person"), assignments__isnull=False)
    found: QuerySet[Project] = Project.objects.filter(
        pk__in=shared.values("project"), status__in=RUNNING, archived_at=None, schedule_from_finish=False
    )
    return found.exclude(pk__in=[plan.project_id for plan in plans]).order_by("name", "pk")


@dataclass(frozen=True, slots=True)
class OtherProjectWork:
    """Work that somebody has in another project, where it stands now."""

    project: int
    person: int
    start: datetime
    finish: datetime
    units: float


def taken_elsewhere(plans: Sequence[Plan]) -> list[OtherProjectWork]:
    """Unfinished work of these plans' people in other projects, from the first of these projects' starts on."""
    persons = Resource.all_objects.filter(plan__in=plans, person__isnull=False).values("person")
    rows = Assignment.objects.filter(
        project__in=sharing_people(plans),
        resource__person__in=persons,
        task__deleted_at=None,
        task__active=True,
        task__actual_finish=None,
        task__finish__gt=min(plan.project.start for plan in plans),
    )
    columns = ("project", "resource__person", "task__start", "task__finish", "units")
    return [OtherProjectWork(*row) for row in rows.order_by("pk").values_list(*columns)]


def person_key(person: int) -> str:
    """How the engine tells people from each other, whatever each project calls them."""
    return gettext("person %(person)s") % {"person": person}


def to_level_with(plan: Plan, user: Any) -> QuerySet[Project]:
    """Those of them whose plans ``user`` may change: `Project.allows`, as a filter. A what-if is levelled alone."""
    if not plan.is_current:
        return Project.objects.none()
    rows = sharing_people([plan])
    if user.has_role(Role.ADMINISTRATOR):
        return rows
    own = Q(manager=user)
    if user.has_role(Role.PROJECT_MANAGER):
        own |= Q(members__user=user)
    return rows.filter(own).distinct()


def latest(plan: Plan) -> Levelling | None:
    """The newest proposal, or whatever else came of the last attempt."""
    found = Levelling.objects.filter(plan=plan).select_related("by").first()
    if found is not None:
        found.plan = plan
    return found
