"""Writing the log of security events."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from accord.core.client_address import origin
from accord.core.models import SecurityEvent, StoredAnswer

Kind = SecurityEvent.Kind


def record_security(
    kind: SecurityEvent.Kind, *, user: Any = None, name: str = "", by: Any = None, **detail: Any
) -> None:
    """Log that ``kind`` happened to the sign-in of ``user`` (or of whoever typed ``name``), done by ``by``.

    The address and the program are those of the request at hand.
    """
    where = origin()
    SecurityEvent.objects.create(
        kind=kind,
        user_id=getattr(user, "pk", None),
        user_name=_clean(str(user) if user is not None else name),
        actor_id=getattr(by, "pk", None),
        actor_name=_clean(str(by) if by is not None else ""),
        address=where.address,
        agent=where.agent,
        detail={key: value for key, value in detail.items() if value not in (None, "")},
    )


def forget_old_security_events() -> int:
    """Delete what is older than ``settings.SECURITY_LOG_DAYS``; returns how many rows."""
    since = timezone.now() - timedelta(days=settings.SECURITY_LOG_DAYS)
    deleted, _ = SecurityEvent.objects.filter(at__lt=since).delete()
    return deleted


def forget_old_answers() -> int:
    """Delete the API's stored answers after a day; returns how many."""
    since = timezone.now() - timedelta(hours=StoredAnswer.KEEPS_HOURS)
    deleted, _ = StoredAnswer.objects.filter(claimed_at__lt=since).delete()
    return deleted


def _clean(text: str) -> str:
    """What a stranger typed, as any database keeps it."""
    return text.replace("\0", " ").encode("utf-8", "replace").decode()[:200]
