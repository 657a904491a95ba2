"""Writing the audit trail."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import models

from accord.core.event_kinds import EventKind
from accord.core.models import Event
from accord.core.references import reference
from accord.core.secret_links import without_links, without_links_deep
from accord.core.subscribers import announce


def plain(value: Any) -> Any:
    """``value`` as JSON can hold it: records by name and id, money and dates as text."""
    if isinstance(value, models.Model):
        return {"id": value.pk, "name": str(value)}
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"  # never 1.11E+3, which is what str() makes of a normalised 1110
    if isinstance(value, models.QuerySet | list | tuple | set):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return str(value)


def event(
    *,
    by: Any,
    kind: EventKind,
    subject: models.Model,
    root: models.Model | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> Event:
    """Build (not save) the event of one action; ``by=None`` is Accord itself.

    What the subject's model declares ``unaudited`` is left out here, for every caller, and so is every secret address.
    """
    return Event(
        actor_id=getattr(by, "pk", None),
        actor_name=str(by) if by is not None else "",
        kind=str(kind),
        subject_name=without_links(str(subject))[:300],
        **reference(subject, root).columns,
        before=_told(subject, before),
        after=_told(subject, after),
    )


def _told(subject: models.Model, values: dict[str, Any] | None) -> dict[str, Any]:
    unaudited: frozenset[str] = getattr(subject, "unaudited", frozenset())
    told = {name: value for name, value in (values or {}).items() if name not in unaudited}
    return dict(without_links_deep(plain(told)))


def record_event(**kwargs: Any) -> Event:
    """Save the event of one action. Call it in the transaction of the action itself."""
    entry = event(**kwargs)
    entry.save(force_insert=True)
    announce([entry])
    return entry


def record_events(entries: list[Event], batch_size: int) -> None:
    """Save the events of many actions, in the transaction of these."""
    Event.objects.bulk_create(entries, batch_size=batch_size)
    announce(entries)
