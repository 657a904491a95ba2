"""Storing emails that were read: each once, with their clients' timelines, threads and attachments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from typing import Any

from accord.accounts.models import Interaction
from accord.accounts.queries_addresses import known_addresses
from accord.core.files.actions import save_files
from accord.core.files.contents import Stored
from accord.core.issued_secrets import without_issued_secrets
from accord.core.secret_links import holds_quote
from accord.correspondence.actions.show_mails import show_as_wished
from accord.correspondence.mail_origin import Origin, colleagues_by_address, origin_of
from accord.correspondence.mail_parsing import ParsedMail
from accord.correspondence.mail_threads import tie_threads
from accord.correspondence.models import Mailbox, MailCopy, MailMessage, SkippedMail


@dataclass(slots=True)
class SyncStats:
    """What a reading came to: mails seen, kept anew, with people we know (kept earlier ones among them), unreadable.

    ``slow`` of the unreadable ones reached the limits of the child that reads them.
    """

    seen: int = 0
    kept: int = 0
    known: int = 0
    slow: int = 0
    failed: list[SkippedMail] = dataclass_field(default_factory=list)


def store_mails(
    mailbox: Mailbox,
    mails: Sequence[ParsedMail],
    tally: SyncStats,
    in_sent_folder: bool = False,
    stored: Sequence[Sequence[Stored]] = (),
) -> None:
    """Keep mails that were not kept before, and note of all that they lie in this mailbox. Call it in a transaction.

    ``stored`` are the attachments of each mail.
    """
    # Our own links come back in answers that quote them, and in the folder of sent mails.
    clean = iter(without_issued_secrets([text for mail in mails for text in (mail.subject, mail.text)]))
    mails = [replace(mail, subject=next(clean), text=next(clean)) for mail in mails]
    known = known_addresses({address for mail in mails for address in mail.addresses}, mailbox.owner)
    colleagues = colleagues_by_address() if mails else {}
    with_prices = _threads_with_prices(mails)
    there = _there({MailMessage.digest_of(mail.message_id) for mail in mails})
    pending: dict[tuple[int, str], tuple[ParsedMail, Interaction, MailMessage, set[int]]] = {}
    copies: dict[int, MailMessage] = {}
    files: dict[tuple[int, str], Sequence[Stored]] = {}
    for mail, attached in zip(mails, stored or [()] * len(mails), strict=True):
        digest = MailMessage.digest_of(mail.message_id)
        by_account: dict[int, set[int]] = defaultdict(set)
        for address in mail.addresses:
            for contact, account in known.get(address, ()):
                by_account[account].add(contact)
        tally.known += bool(by_account)
        sent = [row for (_, each), row in there.items() if each == digest and row.state != MailMessage.State.RECEIVED]
        origin = origin_of(
            mail, mailbox, colleagues, known,
            is_from_outbox=any(_says(row, mail) for row in sent), in_sent_folder=in_sent_folder,
        )  # fmt: skip
        for account, contacts in by_account.items():
            if (account, digest) in there:
                message = there[account, digest]
                if _says(message, mail):
                    copies[message.pk] = message
                    _believe(message, origin)
            elif (account, digest) not in pending:
                pending[account, digest] = (*_rows(mailbox, mail, account, origin, with_prices), contacts)
                files[account, digest] = attached
            elif origin.verified:
                _, interaction, message, _ = pending[account, digest]
                _set_origin(interaction, message, origin, mailbox)
    tie_threads([(mail, message) for mail, _, message, _ in pending.values()])
    _hide_prices(pending.values())
    _write(mailbox, pending, list(copies.values()))
    for key, (_, _, message, _) in pending.items():
        if files[key]:
            save_files(subject=message, stored=files[key], by=None)
    tally.kept += len({digest for _, digest in pending})


def _believe(message: MailMessage, origin: Origin) -> None:
    """A copy that proves who wrote the mail, from the author's own sent folder, settles the matter."""
    if not message.sender_unverified or not origin.verified:
        return
    message.sender_unverified = False
    MailMessage.objects.filter(pk=message.pk).update(sender_unverified=False)
    if origin.author is not None:
        Interaction.objects.filter(pk=message.interaction_id).update(
            direction=Interaction.Direction.OUT, by=origin.author
        )


def _there(digests: set[str]) -> dict[tuple[int, str], MailMessage]:
    rows = MailMessage.objects.filter(digest__in=digests).select_related("interaction")
    return {(row.account_id, row.digest): row for row in rows}


def _threads_with_prices(mails: Sequence[ParsedMail]) -> set[str]:
    """Conversations about a quote: what answers it may name its prices too."""
    threads = {MailMessage.digest_of(mail.root) for mail in mails}
    kept = MailMessage.objects.filter(thread__in=threads, holds_prices=True).values_list("thread", flat=True)
    return set(kept) | {MailMessage.digest_of(mail.root) for mail in mails if holds_quote(mail.text)}


def _hide_prices(pending: Iterable[tuple[ParsedMail, Interaction, MailMessage, set[int]]]) -> None:
    """Once threads are tied: an answer without the full list of references belongs to a conversation on prices too."""
    rows = [(interaction, message) for _, interaction, message, _ in pending]
    threads = {message.thread for _, message in rows}
    kept = MailMessage.objects.filter(thread__in=threads, holds_prices=True).values_list("thread", flat=True)
    hidden = set(kept) | {message.thread for _, message in rows if message.holds_prices}
    for interaction, message in rows:
        if message.thread in hidden and not message.holds_prices:
            message.holds_prices = True
            message.text = message.text or interaction.body
            interaction.body = ""


def _says(message: MailMessage, mail: ParsedMail) -> bool:
    """Whether it is the same mail, and not another that only bears its Message-ID.

    A copy lets its owner read the mail, and makes it as open as their mailbox: who knows no more than the Message-ID of
    a private mail, which every answer to it tells, must not get at it by a mail of their own making.
    """
    kept = message.interaction.body or message.text
    return message.sender == mail.sender and kept.split() == mail.text.split()


def _rows(
    mailbox: Mailbox, mail: ParsedMail, account: int, origin: Origin, with_prices: set[str]
) -> tuple[ParsedMail, Interaction, MailMessage]:
    holds_prices = MailMessage.digest_of(mail.root) in with_prices
    is_open = mailbox.privacy == Mailbox.Privacy.OPEN and not holds_prices
    interaction = Interaction(
        account_id=account, kind=Interaction.Kind.MAIL, at=mail.sent_at, subject=mail.subject[:200],
        body=mail.text if is_open else "", hidden=mailbox.privacy == Mailbox.Privacy.PRIVATE,
    )  # fmt: skip
    message = MailMessage(
        account_id=account, interaction=interaction, message_id=mail.message_id,
        digest=MailMessage.digest_of(mail.message_id), holds_prices=holds_prices,
        references=" ".join(mail.references), sender=mail.sender, recipients=list(mail.recipients),
        attachments=list(mail.attachments), text="" if is_open else mail.text,
    )  # fmt: skip
    _set_origin(interaction, message, origin, mailbox)
    return mail, interaction, message


def _set_origin(interaction: Interaction, message: MailMessage, origin: Origin, mailbox: Mailbox) -> None:
    """A mail that only claims to be a colleague's is nobody's of ours."""
    interaction.direction = Interaction.Direction.OUT if origin.author else Interaction.Direction.IN
    is_claimed = origin.claims_colleague and not origin.verified
    interaction.by = None if is_claimed else origin.author or mailbox.owner
    message.sender_unverified = not origin.verified


def _write(mailbox: Mailbox, pending: dict[Any, Any], there: list[MailMessage]) -> None:
    rows = list(pending.values())
    Interaction.objects.bulk_create(interaction for _, interaction, _, _ in rows)
    through = Interaction.contacts.through
    through.objects.bulk_create(
        through(interaction_id=interaction.pk, contact_id=contact)
        for _, interaction, _, contacts in rows
        for contact in sorted(contacts)
    )
    for _, interaction, message, _ in rows:
        message.interaction = interaction
    MailMessage.objects.bulk_create(message for _, _, message, _ in rows)
    messages = [*(message for _, _, message, _ in rows), *there]
    MailCopy.objects.bulk_create(
        (MailCopy(message=message, mailbox=mailbox) for message in messages), ignore_conflicts=True
    )
    show_as_wished(there)
