"""What it takes to manage a project, and what follows from being named."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext

from accord.accounts.actions.join_team import join_team
from accord.conversations.actions.notify import notify
from accord.conversations.models import NoticeKind
from accord.core import editing
from accord.people.models import Role, User
from accord.projects.models import Project

MANAGING = (Role.PROJECT_MANAGER, Role.ADMINISTRATOR)


def can_manage(user: User) -> bool:
    """Whether somebody can be named: those who work here and have the role."""
    return user.is_active and user.has_role(*MANAGING)


def check_manager(user: User | None) -> None:
    """Raise ``ValidationError`` for somebody who can't be named; a project without a manager is fine."""
    if user is not None and not can_manage(user):
        raise ValidationError(
            {
                "manager": gettext(
                    "%(user)s can't manage projects. Choose an active user with the role project manager."
                )
                % {"user": user}
            }
        )


def welcome_manager(*, project: Project, by: Any) -> None:
    """What follows for the manager of ``project``, who was just named: they can see the client, and are notified."""
    manager = project.manager
    if manager is None:
        return
    join_team(account=project.account, user=manager, by=by)
    actor = by if by is not None else "Accord"
    text = gettext("%(actor)s assigned you as project manager of %(project)s (%(account)s)") % {
        "actor": actor,
        "project": project,
        "account": project.account,
    }
    notify([manager], text, kind=NoticeKind.ASSIGNMENT, about=project, by=by)


@transaction.atomic
def change_project(*, project: Project, by: Any, version: int, **values: Any) -> Project:
    """Store ``values`` if ``project`` is still at ``version``, with what follows from another manager or client.

    Raises ``Conflict``, and ``ValidationError`` for a manager who can't manage projects.
    """
    before = Project.objects.values("manager", "account").get(pk=project.pk)
    manager, account = values.get("manager"), values.get("account")
    if manager is not None and manager.pk != before["manager"]:
        check_manager(manager)
    changed: Project = editing.change(project, by=by, version=version, action="change_project", **values)
    if manager is not None and manager.pk != before["manager"]:
        welcome_manager(project=changed, by=by)
    if account is not None and account.pk != before["account"]:
        for user in User.objects.filter(project_memberships__project=changed):
            join_team(account=changed.account, user=user, by=by)
        if changed.manager is not None:
            join_team(account=changed.account, user=changed.manager, by=by)
    return changed
