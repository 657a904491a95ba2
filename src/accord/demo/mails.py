"""Emails of the last months as a mailbox would have brought them, in conversations."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from accord.accounts.models import Interaction
from accord.correspondence.models import Mailbox, MailboxSync, MailCopy, MailMessage
from accord.demo.world import World

RECENT = timedelta(days=120)


def make_mails(world: World) -> None:
    """One account manager's mailbox (switched off: there is no server) and the emails found in it."""
    hand = world.hand("leonie.achterberg")
    assert hand.user is not None
    box = Mailbox(
        owner=hand.user, address=hand.user.email, imap_host="imap.northlight.example", user_name=hand.user.email,
        smtp_host="smtp.northlight.example", active=False, since=world.back(365), read_at=timezone.now(),
    )  # fmt: skip
    box.password = "not a real one"
    box.save()
    rows = Interaction.objects.filter(kind="mail", by=hand.user, at__gte=timezone.now() - RECENT).prefetch_related(
        "contacts"
    )
    threads: dict[tuple[int, str], MailMessage] = {}
    for number, row in enumerate(rows.order_by("at", "pk")):
        people = [contact.email for contact in row.contacts.all() if contact.email]
        if not people:
            continue
        subject = row.subject.removeprefix("Re: ")
        first = threads.get((row.account_id, subject))
        message_id = f"<{number}.{row.pk}@northlight.example>"
        incoming = row.direction == Interaction.Direction.IN
        message = MailMessage.objects.create(
            account=row.account, interaction=row, message_id=message_id, digest=MailMessage.digest_of(message_id),
            thread=first.thread if first else MailMessage.digest_of(message_id),
            references=first.message_id if first else "", sender=people[0] if incoming else box.address,
            recipients=[box.address] if incoming else people,
            state=MailMessage.State.RECEIVED if incoming else MailMessage.State.SENT,
        )  # fmt: skip
        threads.setdefault((row.account_id, subject), message)
        MailCopy.objects.create(message=message, mailbox=box)
    kept = MailCopy.objects.filter(mailbox=box).count()
    now = timezone.now()
    for days, seen, found in ((2, 41, 3), (1, 37, 0), (0, 612, kept)):
        MailboxSync.objects.create(mailbox=box, at=now - timedelta(days=days), seen=seen, known=found, kept=found)
