"""Letting people know that they were assigned to tasks, or are not any more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext

from accord.conversations.actions.notify import LONGEST, notify
from accord.conversations.models import NoticeKind, Notification
from accord.core.access import Permission, can
from accord.people.models import User
from accord.projects.models import Project, Resource, Task

_NAMED = 3


def notify_assigned(
    *,
    project: Project,
    by: Any,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    tasks: Mapping[int, Task],
) -> int:
    """One notice to each person whom an edit assigned to tasks or took off them; returns how many.

    ``before`` and ``after`` are the edit's rows of assignments (`plan_rows.PlanRows.save`). Who did it is told nothing,
    nor who can't see the project. Whoever is taken off tasks before they have read that they were assigned to just
    these never hears of either.
    """
    added, removed = _changes(before, after)
    if not added and not removed:
        return 0
    users = _users({resource for _, resource in {*added, *removed}}, by)
    count = 0
    for resource, user in users.items():
        if not can(user, Permission.VIEW, project):
            continue
        new = [tasks[task] for task, own in added if own == resource and tasks[task].deleted_at is None]
        old = [tasks[task] for task, own in removed if own == resource]
        if new:
            count += notify(
                [user],
                _text(by, new, project, assigned=True),
                kind=NoticeKind.ASSIGNMENT,
                about=new[0],
                by=by,
            )
        if old and not _forget_unread(user, by, old, project):
            count += notify(
                [user],
                _text(by, old, project, assigned=False),
                kind=NoticeKind.ASSIGNMENT,
                about=old[0],
                by=by,
            )
    return count


Pairs = dict[tuple[int, int], None]


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Pairs, Pairs]:
    """Task and resource of the assignments that came and of those that went, in the order of the edit."""
    came: Pairs = {}
    went: Pairs = {}
    for key, old in before.items():
        new = after.get(key)
        for values, into in ((old, went), (new, came)):
            if values is not None and values["resource_id"] is not None:
                into[values["task_id"], values["resource_id"]] = None
    return {pair: None for pair in came if pair not in went}, {pair: None for pair in went if pair not in came}


def _users(resources: set[int], by: Any) -> dict[int, User]:
    rows = Resource.objects.filter(pk__in=resources, person__user__is_active=True).select_related("person__user")
    found: dict[int, User] = {}
    for row in rows:
        user = row.person.user if row.person is not None else None
        if user is not None and user != by:
            found[row.pk] = user
    return found


def _text(by: Any, tasks: list[Task], project: Project, *, assigned: bool) -> str:
    """Who assigned which tasks; what is too long is cut off the tasks, never off the project."""
    if by is None:
        said = gettext("You were assigned %(what)s") if assigned else gettext("You were unassigned from %(what)s")
    else:
        said = gettext("%(by)s assigned you %(what)s") if assigned else gettext("%(by)s unassigned you from %(what)s")
    what = tasks[0].name
    if len(tasks) > 1:
        names = ", ".join(task.name[:60] for task in tasks[:_NAMED])
        if len(tasks) > _NAMED:
            names = gettext("%(names)s and %(count)s more") % {"names": names, "count": f"{len(tasks) - _NAMED:,}"}
        what = gettext("%(count)s tasks: %(names)s") % {"count": f"{len(tasks):,}", "names": names}
    end = f" ({project})"
    room = LONGEST - len(end) - len(said % {"by": by, "what": ""})
    return said % {"by": by, "what": what[:room]} + end


def _forget_unread(user: User, by: Any, tasks: list[Task], project: Project) -> bool:
    """Take back the notice of these tasks that nobody has read or been mailed; whether there was one."""
    text = _text(by, tasks, project, assigned=True)
    notices = Notification.objects.filter(user=user, read_at=None, mailed_at=None, text=text)
    return bool(notices.filter(subject_type=Task._meta.label_lower, subject_id=tasks[0].pk).delete()[0])
