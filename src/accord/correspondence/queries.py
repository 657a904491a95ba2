"""Who may read what an email says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from accord.core.access import Permission, can
from accord.core.models import Record
from accord.correspondence.models import Mailbox, MailCopy, MailMessage


def texts_for(user: Any, messages: Sequence[MailMessage]) -> dict[int, str]:
    """The text of each of ``messages`` by its key, empty where ``user`` may not read it.

    Beside what everyone who sees the client reads: people read what lies in their own mailbox and what they wrote
    here, and an email that holds prices is read by those who see the client's prices, unless it is private.
    """
    found = {row.pk: row.interaction.body for row in messages}
    closed = [row for row in messages if not row.interaction.body and row.text]
    if not closed:
        return found
    own: set[int] = set()
    openness: dict[int, list[str]] = {}
    copies = MailCopy.objects.filter(message__in=[row.pk for row in closed])
    for message, owner, privacy in copies.values_list("message_id", "mailbox__owner_id", "mailbox__privacy"):
        openness.setdefault(message, []).append(privacy)
        if owner == user.pk:
            own.add(message)
    for row in closed:
        is_author = row.state != MailMessage.State.RECEIVED and row.interaction.by_id == user.pk
        is_open = Mailbox.Privacy.OPEN in openness.get(row.pk, [Mailbox.Privacy.OPEN])
        sees = row.holds_prices and is_open and can(user, Permission.VIEW_MONEY, row.account)
        if row.pk in own or is_author or sees:
            found[row.pk] = row.text
    return found


def newest_about(record: Record) -> MailMessage | None:
    """The newest email that brings ``record`` to the client. Whoever sees the record may see how it fares."""
    rows = MailMessage.objects.filter(about_type=record._meta.label_lower, about_id=record.pk)
    return rows.order_by("-pk").first()
