"""Who works on a project."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Max

from accord.accounts.actions.join_team import join_team
from accord.core import editing
from accord.core.access import Permission, require
from accord.people.models import Person, User
from accord.projects.models import Project, ProjectMember, Resource


@transaction.atomic
def add_member(*, project: Project, user: User, by: Any) -> ProjectMember:
    """Let ``user`` see and work on ``project``. They join the client's team too: who delivers sees whom they serve."""
    require(by, Permission.CHANGE, project)
    return join_project(project=project, user=user, by=by)


@transaction.atomic
def join_project(*, project: Project, user: User, by: Any) -> ProjectMember:
    """What :func:`add_member` does, for an action that has asked for a permission of its own."""
    member = ProjectMember.objects.filter(project=project, user=user).first()
    if member is None:
        member = editing.create(
            ProjectMember(project=project, user=user), by=None, acting_user=by, action="join_project"
        )
    join_team(account=project.account, user=user, by=by)
    return member


@transaction.atomic
def add_person(*, project: Project, person: Person, by: Any, rate: Any = 0) -> Resource:
    """Make ``person`` available to the plan as a resource, and a member if they can sign in."""
    require(by, Permission.CHANGE, project)
    resource: Resource | None = Resource.objects.filter(project=project, person=person).first()
    if resource is None:
        uid = (Resource.objects.filter(project=project).aggregate(top=Max("uid"))["top"] or 0) + 1
        resource = Resource(**project.plan.place, uid=uid, rate=rate, **as_resource(person))
        editing.create(resource, by=by)
    admit_person(project=project, person=person, by=by)
    return resource


def as_resource(person: Person) -> dict[str, Any]:
    """What a plan that counts on ``person`` says of them."""
    return {"name": person.name, "person": person, "email": person.email, "max_units": person.share / 100}


@transaction.atomic
def change_resource(*, resource: Resource, by: Any, version: int, **values: Any) -> Resource:
    """Change a resource that is still at ``version``; a person who is named for it can see the project."""
    before = Resource.objects.values_list("person", flat=True).get(pk=resource.pk)
    changed: Resource = editing.change(resource, by=by, version=version, action="change_resource", **values)
    if changed.person is not None and changed.person_id != before:
        admit_person(project=changed.project, person=changed.person, by=by)
    return changed


def admit_person(*, project: Project, person: Person, by: Any) -> None:
    """Whoever the plan counts on can see the project, if they can sign in; asked for by the action that plans them."""
    if person.user is not None and person.user.is_active:
        join_project(project=project, user=person.user, by=by)
