"""A change of the project is approved or declined, carried out, or taken up again."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from accord.conversations.actions.notify import notify
from accord.conversations.models import NoticeKind
from accord.core import editing
from accord.core.access import Permission, require
from accord.projects.events import ChangeEvent
from accord.projects.models import ChangeRequest

Status = ChangeRequest.Status


@transaction.atomic
def decide_change(
    *,
    change: ChangeRequest,
    by: Any,
    version: int,
    status: str,
    answer: str = "",
    decided_by: str = "",
) -> ChangeRequest:
    """Approve or decline ``change``; who proposed and who owns it are told. ``decided_by`` is ``by`` if nobody else.

    Raises ``PermissionDenied`` for who does not lead the project, ``ValidationError`` when it is decided already or
    declined without a reason.
    """
    require(by, Permission.CHANGE, change.project)
    if status not in (Status.APPROVED, Status.DECLINED):
        raise ValidationError({"status": gettext("Choose approved or rejected.")})
    if status == Status.DECLINED and not answer.strip():
        raise ValidationError({"answer": gettext("Enter a reason for the rejection.")})
    stored = ChangeRequest.objects.get(pk=change.pk)
    if stored.version == version and stored.status != Status.PROPOSED:
        raise ValidationError(
            gettext("%(change)s is already decided: %(status)s.")
            % {"change": change.key, "status": stored.get_status_display().lower()}
        )
    decided = editing.change(
        change,
        by=by,
        version=version,
        event=ChangeEvent.APPROVED if status == Status.APPROVED else ChangeEvent.REJECTED,
        status=status,
        answer=answer.strip(),
        decided_by=decided_by.strip() or str(by or ""),
        decided_on=timezone.localdate(),
    )
    said = (
        gettext("%(by)s has approved %(change)s %(title)s (%(project)s)")
        if decided.status == Status.APPROVED
        else gettext("%(by)s has rejected %(change)s %(title)s (%(project)s)")
    )
    text = said % {"by": by or "Accord", "change": decided.key, "title": decided.title, "project": decided.project}
    notify([decided.raised_by, decided.owner], text, kind=NoticeKind.SYSTEM, about=decided, by=by)
    return decided


@transaction.atomic
def finish_change(*, change: ChangeRequest, by: Any) -> ChangeRequest:
    """What was approved is in the plan and done. Raises ``ValidationError`` when it is not approved."""
    require(by, Permission.CHANGE, change.project)
    if change.status != Status.APPROVED:
        raise ValidationError(
            gettext("%(change)s is %(status)s, not approved.")
            % {"change": change.key, "status": change.get_status_display().lower()}
        )
    return editing.change(
        change,
        by=by,
        version=change.version,
        event=ChangeEvent.IMPLEMENTED,
        status=Status.DONE,
        implemented_on=timezone.localdate(),
    )


@transaction.atomic
def resume_change(*, change: ChangeRequest, by: Any) -> ChangeRequest:
    """What was thought done is still to be done. Raises ``ValidationError`` when it is not done."""
    return _back(change, by, {Status.DONE}, {"status": Status.APPROVED, "implemented_on": None})


@transaction.atomic
def reopen_change(*, change: ChangeRequest, by: Any) -> ChangeRequest:
    """What was decided is to be decided again; the answer is kept. Raises ``ValidationError`` when it is not decided,
    or done already.
    """
    return _back(change, by, {Status.APPROVED, Status.DECLINED}, {"status": Status.PROPOSED, "decided_on": None})


def _back(change: ChangeRequest, by: Any, was: set[Status], values: dict[str, Any]) -> ChangeRequest:
    require(by, Permission.CHANGE, change.project)
    if change.status not in was:
        raise ValidationError(
            gettext("%(change)s is %(status)s.") % {"change": change.key, "status": change.get_status_display().lower()}
        )
    return editing.change(change, by=by, version=change.version, event=ChangeEvent.REOPENED, **values)
