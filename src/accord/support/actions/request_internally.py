"""Speaking for the client inside the firm: asking a colleague for something, and what became of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext

from accord.conversations.actions.notify import notify
from accord.conversations.models import NoticeKind
from accord.core import editing
from accord.support.events import InternalRequestEvent
from accord.support.models import InternalRequest


@transaction.atomic
def request_internally(*, item: InternalRequest, by: Any) -> InternalRequest:
    """Save what is asked and tell whom it is asked of."""
    item.asked_by = by
    editing.create(item, by=by, event=InternalRequestEvent.CREATED)
    notify(
        [item.owner],
        gettext("%(by)s requested for %(account)s: %(item)s") % {"by": by, "account": item.account, "item": item.title},
        kind=NoticeKind.ASSIGNMENT,
        about=item,
        by=by,
    )
    return item


@transaction.atomic
def answer_internal_request(
    *, item: InternalRequest, by: Any, version: int, status: str, answer: str, at: datetime
) -> InternalRequest:
    """Say what becomes of it, and tell who asked. Raises ``ValidationError`` for a refusal without a reason."""
    if status == InternalRequest.Status.ASKED:
        raise ValidationError({"status": gettext("Choose an outcome.")})
    if status != InternalRequest.Status.GRANTED and not answer.strip():
        raise ValidationError({"answer": gettext("Enter a reason you can give the client.")})
    changed: InternalRequest = editing.change(
        item, by=by, version=version, event=InternalRequestEvent.ANSWERED, status=status, answer=answer, done_at=at
    )
    words = changed.get_status_display().lower()
    notify(
        [changed.asked_by],
        f"{changed.title} ({changed.account}): {words}",
        kind=NoticeKind.SYSTEM,
        about=changed,
        by=by,
    )
    return changed
