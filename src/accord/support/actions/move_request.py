"""Moving a request to another status: each way by the action that has its rules."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext

from accord.core.editing import Conflict
from accord.support.actions.handle_request import (
    close_request,
    reopen_request,
    respond_to_request,
    resume_request,
    wait_for_client,
)
from accord.support.models import Request

Status = Request.Status


def needs_resolution(request: Request, status: str) -> bool:
    """Whether somebody must say first how the request was resolved."""
    return status == Status.RESOLVED and request.status not in Request.OVER


@transaction.atomic
def move_request(*, request: Request, status: str, by: Any, version: int, at: datetime) -> Request:
    """Put ``request``, if it is still at ``version``, into ``status``.

    Raises ``Conflict``, and ``ValidationError`` with the reason where that way does not exist.
    """
    if request.version != version:
        raise Conflict(request, [])
    if status not in Status.values:
        raise ValidationError(gettext("Choose one of the statuses."))
    if status == request.status:
        raise ValidationError(
            gettext("%(request)s is already %(status)s.")
            % {"request": request.key, "status": request.get_status_display().lower()}
        )
    if status == Status.NEW:
        raise ValidationError(gettext("A request that has been worked on can't be new again."))
    if status == Status.WAITING:
        if request.status in Request.OVER:
            raise ValidationError(gettext("Reopen the request first."))
        return wait_for_client(request=request, by=by, at=at)
    if status == Status.CLOSED:
        if request.status != Status.RESOLVED:
            raise ValidationError(gettext("Resolve the request first."))
        return close_request(request=request, by=by)
    if status == Status.RESOLVED:
        raise ValidationError(
            gettext("Enter the resolution.") if needs_resolution(request, status) else gettext("Reopen it first.")
        )
    if request.status in Request.OVER:
        return reopen_request(request=request, by=by, at=at)
    if request.status == Status.WAITING:
        return resume_request(request=request, by=by, at=at)
    if request.responded_at is not None:
        raise ValidationError(gettext("It can't be moved to in progress."))
    return respond_to_request(request=request, by=by, at=at)
