"""Who works on a project."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Max

from accord.accounts.models import AccountMember
from accord.core import editing
from accord.core.access import Deed, require
from accord.engines.calendars import compile_calendars
from accord.people.models import Firm, Person, User
from accord.projects.actions.copy_plan import start_from
from accord.projects.models import Project, ProjectMember, Resource
from accord.projects.queries import calendars_of


@transaction.atomic
def add_member(*, project: Project, user: User, by: Any) -> ProjectMember:
    """Let ``user`` see and work on ``project``. They join the client's team too: who delivers sees whom they serve."""
    require(by, Deed.CHANGE, project)
    member = ProjectMember.objects.filter(project=project, user=user).first()
    if member is None:
        member = editing.create(ProjectMember(project=project, user=user), by=by)
    AccountMember.objects.get_or_create(account=project.account, user=user)
    return member


@transaction.atomic
def add_person(*, project: Project, person: Person, by: Any, rate: Any = 0) -> Resource:
    """Make ``person`` available to the plan as a resource, and a member if they can sign in."""
    require(by, Deed.CHANGE, project)
    resource = Resource.objects.filter(project=project, person=person).first()
    if resource is None:
        uid = (Resource.objects.filter(project=project).aggregate(top=Max("uid"))["top"] or 0) + 1
        resource = editing.create(
            Resource(
                project=project, uid=uid, name=person.name, person=person, email=person.email, rate=rate,
                max_units=person.share / 100,
            ),
            by=by,
        )  # fmt: skip
    if person.user is not None:
        add_member(project=project, user=person.user, by=by)
    return resource


@transaction.atomic
def start_project(*, project: Project, by: Any, content: dict[str, Any] | None = None) -> Project:
    """Create ``project``; its manager and its maker can see it and its client from the start.

    ``content`` is the plan to begin with (``copy_plan.content_for`` gives it). A day in an empty plan is as long as
    the project's calendar makes it: a task of one day that begins in the morning ends in the evening.
    """
    calendar = project.calendar_id or Firm.current().calendar_id
    assert calendar is not None
    calendars = compile_calendars(tuple(row.spec() for row in calendars_of(project)))
    project.minutes_per_day = calendars[calendar].usual_day
    editing.create(project, by=by)
    for user in {project.manager, by} - {None}:
        if not (user.sees_everything or project.manager_id == user.pk):
            ProjectMember.objects.get_or_create(project=project, user=user)
    if project.manager is not None and project.account.owner_id != project.manager_id:
        AccountMember.objects.get_or_create(account=project.account, user=project.manager)
    if content:
        start_from(content=content, project=project, by=by)
    return project
