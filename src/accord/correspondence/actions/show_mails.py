"""Who sees the mails of a mailbox: as open as the most open one that they lie in, and what its removal leaves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db import transaction

from accord.accounts.models import Interaction
from accord.core import editing
from accord.core.files.actions import remove_files_of
from accord.correspondence.models import Mailbox, MailCopy, MailMessage


def show_as_wished(messages: Iterable[MailMessage]) -> None:
    """Let each mail be as open as the most open mailbox that it lies in, or as our own sending made it."""
    order = {Mailbox.Privacy.OPEN: 0, Mailbox.Privacy.SUBJECT: 1, Mailbox.Privacy.PRIVATE: 2}
    rows = list(messages)
    wishes: dict[int, list[int]] = defaultdict(list)
    copies = MailCopy.objects.filter(message__in=[row.pk for row in rows])
    for pk, privacy in copies.values_list("message_id", "mailbox__privacy"):
        wishes[pk].append(order[Mailbox.Privacy(privacy)])
    for row in rows:
        if not wishes[row.pk]:
            continue
        wish, interaction = min(wishes[row.pk]), row.interaction
        words = interaction.body or row.text
        body, text = (words, "") if wish == 0 and not row.holds_prices else ("", words)
        if (interaction.body, interaction.hidden, row.text) == (body, wish == 2, text):
            continue
        Interaction.objects.filter(pk=interaction.pk).update(body=body, hidden=wish == 2)
        MailMessage.objects.filter(pk=row.pk).update(text=text)


@transaction.atomic
def change_privacy(*, mailbox: Mailbox) -> None:
    """Apply the mailbox's privacy to all mails that lie in it."""
    rows = MailMessage.objects.filter(copies__mailbox=mailbox).select_related("interaction").order_by("pk")
    portion: list[MailMessage] = []
    for row in rows.iterator(chunk_size=500):
        portion.append(row)
        if len(portion) == 500:
            show_as_wished(portion)
            portion = []
    show_as_wished(portion)


@transaction.atomic
def remove_mailbox(*, mailbox: Mailbox, by: Any) -> None:
    """Read it no more. Mails that only its owner saw go with it; of others nobody may read, the subject stays."""
    rows = MailMessage.objects.filter(copies__mailbox=mailbox).select_related("interaction")
    alone = rows.exclude(copies__in=MailCopy.objects.exclude(mailbox=mailbox))
    Interaction.objects.filter(hidden=True, mail__in=list(alone.values_list("pk", flat=True))).delete()
    unread = MailMessage.objects.filter(pk__in=list(alone.values_list("pk", flat=True)))
    remove_files_of(unread if mailbox.privacy != Mailbox.Privacy.OPEN else unread.filter(holds_prices=True))
    unread.update(text="")
    left = list(rows.values_list("pk", flat=True))
    editing.remove(mailbox, by=by)
    show_as_wished(MailMessage.objects.filter(pk__in=left).select_related("interaction"))
