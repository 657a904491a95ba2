"""Writing something down in a project's register or logs."""

from __future__ import annotations

from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext

from accord.conversations.actions.notify import notify
from accord.conversations.models import NoticeKind
from accord.core import editing
from accord.core.access import Permission
from accord.core.event_kinds import RecordEvent
from accord.core.models import Event
from accord.people.models import User
from accord.projects.models import ChangeRequest, Decision, Issue, Lesson, Project, Risk

AnyEntry = Risk | Issue | ChangeRequest | Decision | Lesson
Entry = TypeVar("Entry", Risk, Issue, ChangeRequest, Decision, Lesson)


@transaction.atomic
def raise_entry(*, entry: Entry, by: Any, many: dict[str, Any] | None = None) -> Entry:
    """Give a new risk, issue, change request, decision or lesson the next number of its project and save it.

    Two people who raise at the same time get two numbers: the project's row is locked meanwhile. The number of an entry
    that was removed is not given again, since people may still speak of it. The owner, if it is somebody else, is told.

    Raises ``ValidationError`` when the owner does not see the project.
    """
    Project.objects.select_for_update().get(pk=entry.project_id)
    check_owner(entry, entry.owner)
    entry.number = _highest(entry) + 1
    entry.raised_by = by
    editing.create(entry, by=by, many=many, event=RecordEvent.CREATED)
    notify_owner(entry, by)
    return entry


@transaction.atomic
def change_entry(*, entry: Entry, by: Any, version: int, **values: Any) -> Entry:
    """Change an entry that is still at ``version``; whoever becomes its owner is told."""
    before = entry.__class__._base_manager.values_list("owner", flat=True).get(pk=entry.pk)
    if values.get("owner") is not None and values["owner"].pk != before:
        check_owner(entry, values["owner"])
    changed = editing.change(entry, by=by, version=version, **values)
    if changed.owner_id != before:
        notify_owner(changed, by)
    return changed


def check_owner(entry: AnyEntry, owner: User | None) -> None:
    """Nobody can deal with what they cannot see."""
    if owner is not None and not (owner.is_active and entry.allows(owner, Permission.VIEW)):
        raise ValidationError(
            {
                "owner": gettext("%(owner)s has no access to this project. Add them as a member first.")
                % {"owner": owner}
            }
        )


def notify_owner(entry: AnyEntry, by: Any) -> None:
    who = gettext("%(by)s assigned you") % {"by": by} if by is not None else gettext("Assigned to you:")
    notify(
        [entry.owner],
        f"{who} {entry.key} {entry.title} ({entry.project})",
        kind=NoticeKind.ASSIGNMENT,
        about=entry,
        by=by,
    )


def _highest(entry: AnyEntry) -> int:
    model = type(entry)
    standing = model._base_manager.filter(project=entry.project_id).aggregate(top=Max("number"))["top"] or 0
    removed = Event.objects.about(entry.project).filter(subject_type=model._meta.label_lower, kind=RecordEvent.DELETED)
    return max([standing, *(number or 0 for number in removed.values_list("before__number", flat=True))])
