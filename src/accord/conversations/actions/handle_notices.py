"""What somebody does with what is in their inbox. It is theirs alone, so no event is recorded."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext

from accord.conversations.models import NoticeSetting, Notification
from accord.conversations.queries import due_now


def mark_read(*, user: Any, notice: Notification, now: datetime) -> None:
    """Whoever has read it keeps the moment when they first did."""
    Notification.objects.visible_to(user).filter(pk=notice.pk, read_at=None).update(read_at=now)


def mark_unread(*, user: Any, notice: Notification) -> None:
    """Unread again, and back if it was put away."""
    Notification.objects.visible_to(user).filter(pk=notice.pk).update(read_at=None, snoozed_until=None)


def mark_all_read(*, user: Any, kind: str = "", now: datetime) -> int:
    """All that is shown now, or that of one kind; what is snoozed stays. Returns how many there were."""
    rows = Notification.objects.visible_to(user).filter(due_now(now), read_at=None)
    return int((rows.filter(kind=kind) if kind else rows).update(read_at=now))


def snooze(*, user: Any, notice: Notification, until: datetime, now: datetime) -> None:
    """Put it away; at ``until`` it is there again, unread. Raises ``ValidationError`` for a moment that has passed."""
    if until <= now:
        raise ValidationError(gettext("Choose a date in the future."))
    Notification.objects.visible_to(user).filter(pk=notice.pk).update(snoozed_until=until, read_at=None)


@transaction.atomic
def set_deliveries(*, user: Any, chosen: Mapping[str, str]) -> None:
    """How ``user`` hears of each kind; an empty choice follows their profile."""
    for kind, delivery in chosen.items():
        rows = NoticeSetting.objects.filter(user=user, kind=kind)
        if delivery:
            rows.update_or_create(
                defaults={"delivery": delivery}, create_defaults={"user": user, "kind": kind, "delivery": delivery}
            )
        else:
            rows.delete()
