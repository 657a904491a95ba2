"""Reading a mailbox: what is new in it with people we know becomes part of their client's timeline, once.

Whatever interrupts the reading, nothing is lost and nothing is there twice: each portion is stored in one transaction
with how far the folder was read, and a mail is known by its Message-ID wherever it turns up again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

from accord.accounts.mail_parsing import ParsedMail, addresses_of, parse_mail
from accord.accounts.mail_servers import imap
from accord.accounts.models import (
    Interaction,
    Mailbox,
    MailboxReading,
    MailCopy,
    MailFolder,
    MailMessage,
)
from accord.accounts.queries_people import known_addresses
from accord.core import editing
from accord.core.sealing import Unreadable
from accord.core.secret_links import holds_quote, without_links
from accord.people.models import User

PORTION = 100  # mails in one transaction
AT_ONCE = 10  # mails in the memory
LARGEST = 2_000_000  # bytes of one mail that are read: beyond come attachments, which are not kept
LOG_LINES = 200
HEADERS = b"[HEADER.FIELDS (FROM TO CC)]"


@dataclass(slots=True)
class Tally:
    """What a reading came to: mails seen, kept anew, with people we know (kept earlier ones among them), unreadable."""

    seen: int = 0
    kept: int = 0
    known: int = 0
    passed_over: int = 0


def read_mailbox(*, mailbox: Mailbox, now: datetime) -> MailboxReading:
    """Read what is new and write a line of the mailbox's log, also when it fails; what was read until then is kept."""
    tally, failure = Tally(), ""
    try:
        with imap(mailbox) as client:
            for name in mailbox.folder_names:
                _read_folder(client, mailbox, name, now, tally)
    except (OSError, IMAPClientError, Unreadable) as error:
        failure = words_of(error)
    if tally.passed_over and not failure:
        failure = f"{tally.passed_over} mail(s) could not be read and were passed over."
    Mailbox.objects.filter(pk=mailbox.pk).update(read_at=now, failure=failure)
    line = MailboxReading.objects.create(
        mailbox=mailbox, at=now, seen=tally.seen, kept=tally.kept, known=tally.known, failure=failure
    )
    old = MailboxReading.objects.filter(mailbox=mailbox).values_list("pk", flat=True)[LOG_LINES:]
    MailboxReading.objects.filter(pk__in=list(old)).delete()
    return line


def mailbox_interrupted(pk: int, *, reason: str, now: datetime) -> None:
    """Write in the mailbox's log why the reading did not come to an end; what was read until then is kept."""
    failure = f"{reason} What was read until then is saved. It is read again in a few minutes."[:300]
    if Mailbox.objects.filter(pk=pk).update(read_at=now, failure=failure):
        MailboxReading.objects.create(mailbox_id=pk, at=now, failure=failure)


def words_of(error: Exception) -> str:
    text = str(error)
    if text.startswith(("b'", 'b"')):  # what the server said, as imaplib shows it
        text = text[2:-1]
    return (text or type(error).__name__)[:300]


def _read_folder(client: IMAPClient, mailbox: Mailbox, name: str, now: datetime, tally: Tally) -> None:
    status = client.select_folder(name, readonly=True)
    validity = int(status[b"UIDVALIDITY"])
    folder, _ = MailFolder.objects.get_or_create(mailbox=mailbox, name=name)
    if folder.uid_validity != validity:  # the server counts anew: look at everything again, by Message-ID it stays one
        folder.uid_validity, folder.last_uid = validity, 0
        folder.save(update_fields=["uid_validity", "last_uid"])
    found = client.search(["UID", f"{folder.last_uid + 1}:*", "SINCE", mailbox.since])
    uids = sorted(uid for uid in found if uid > folder.last_uid)  # "n:*" always has the last one
    for first in range(0, len(uids), PORTION):
        portion = uids[first : first + PORTION]
        mails = _fetch(client, mailbox, portion, now, tally)
        tally.seen += len(portion)
        if not _store(mailbox, folder, mails, portion[-1], tally):
            return


def _fetch(client: IMAPClient, mailbox: Mailbox, uids: Sequence[int], now: datetime, tally: Tally) -> list[ParsedMail]:
    """The mails of a portion with somebody we know; of the others only the addresses are looked at."""
    headers = client.fetch(uids, [b"BODY.PEEK" + HEADERS])
    people = {uid: addresses_of(row.get(b"BODY" + HEADERS, b"")) for uid, row in headers.items()}
    known = known_addresses({address for addresses in people.values() for address in addresses}, mailbox.owner)
    wanted = [uid for uid in uids if people.get(uid, frozenset()) & known.keys()]
    mails = []
    for first in range(0, len(wanted), AT_ONCE):
        some = wanted[first : first + AT_ONCE]
        rows = client.fetch(some, [b"INTERNALDATE", f"BODY.PEEK[]<0.{LARGEST}>".encode()])
        for uid in some:
            row = rows.get(uid, {})
            raw = next((value for key, value in row.items() if key.startswith(b"BODY[]")), None)
            if raw is None:  # it was deleted a moment ago
                continue
            received = row.get(b"INTERNALDATE")
            # imapclient gives the local time without a zone.
            try:
                mails.append(parse_mail(raw, received.astimezone(UTC) if isinstance(received, datetime) else now))
            except Exception:  # one mail shall not keep all later ones from being read
                tally.passed_over += 1
    return mails


@transaction.atomic
def _store(mailbox: Mailbox, folder: MailFolder, mails: Sequence[ParsedMail], last: int, tally: Tally) -> bool:
    """Keep a portion and how far the folder was read; False when somebody else read it meanwhile."""
    claimed = MailFolder.objects.filter(pk=folder.pk, last_uid=folder.last_uid, uid_validity=folder.uid_validity)
    if not claimed.update(last_uid=last):
        return False
    folder.last_uid = last
    keep(mailbox, mails, tally)
    return True


def keep(mailbox: Mailbox, mails: Sequence[ParsedMail], tally: Tally) -> None:
    """Keep mails that were not kept before, and note of all that they lie in this mailbox. Call it in a transaction."""
    # Our own links come back in answers that quote them, and in the folder of sent mails.
    mails = [replace(mail, subject=without_links(mail.subject), text=without_links(mail.text)) for mail in mails]
    known = known_addresses({address for mail in mails for address in mail.addresses}, mailbox.owner)
    colleagues = {user.email.lower(): user for user in User.objects.filter(is_active=True)}
    with_prices = _threads_with_prices(mails)
    there = _there({MailMessage.digest_of(mail.message_id) for mail in mails})
    pending: dict[tuple[int, str], tuple[ParsedMail, Interaction, MailMessage, set[int]]] = {}
    copies: dict[int, MailMessage] = {}
    for mail in mails:
        digest = MailMessage.digest_of(mail.message_id)
        by_account: dict[int, set[int]] = defaultdict(set)
        for address in mail.addresses:
            for contact, account in known.get(address, ()):
                by_account[account].add(contact)
        tally.known += bool(by_account)
        for account, contacts in by_account.items():
            if (account, digest) in there:
                message = there[account, digest]
                if _says(message, mail):
                    copies[message.pk] = message
            elif (account, digest) not in pending:
                pending[account, digest] = (
                    *_rows(mailbox, mail, account, colleagues, with_prices),
                    contacts,
                )
    _write(mailbox, pending, list(copies.values()))
    tally.kept += len({digest for _, digest in pending})


def _there(digests: set[str]) -> dict[tuple[int, str], MailMessage]:
    rows = MailMessage.objects.filter(digest__in=digests).select_related("interaction")
    return {(row.account_id, row.digest): row for row in rows}


def _threads_with_prices(mails: Sequence[ParsedMail]) -> set[str]:
    """Conversations about a quote: what answers it may name its prices too."""
    threads = {MailMessage.digest_of(mail.root) for mail in mails}
    kept = MailMessage.objects.filter(thread__in=threads, holds_prices=True).values_list("thread", flat=True)
    return set(kept) | {MailMessage.digest_of(mail.root) for mail in mails if holds_quote(mail.text)}


def _says(message: MailMessage, mail: ParsedMail) -> bool:
    """Whether it is the same mail, and not another that only bears its Message-ID.

    A copy lets its owner read the mail, and makes it as open as their mailbox: who knows no more than the Message-ID of
    a private mail, which every answer to it tells, must not get at it by a mail of their own making.
    """
    kept = message.interaction.body or message.text
    return message.sender == mail.sender and kept.split() == mail.text.split()


def _rows(
    mailbox: Mailbox, mail: ParsedMail, account: int, colleagues: dict[str, User], with_prices: set[str]
) -> tuple[ParsedMail, Interaction, MailMessage]:
    thread = MailMessage.digest_of(mail.root)
    holds_prices = thread in with_prices
    is_open = mailbox.privacy == Mailbox.Privacy.OPEN and not holds_prices
    author = colleagues.get(mail.sender) or (mailbox.owner if mail.sender == mailbox.address.lower() else None)
    interaction = Interaction(
        account_id=account, kind=Interaction.Kind.MAIL, at=mail.sent_at, subject=mail.subject[:200],
        direction=Interaction.Direction.OUT if author else Interaction.Direction.IN,
        body=mail.text if is_open else "", by=author or mailbox.owner,
        hidden=mailbox.privacy == Mailbox.Privacy.PRIVATE,
    )  # fmt: skip
    message = MailMessage(
        account_id=account, interaction=interaction, message_id=mail.message_id,
        digest=MailMessage.digest_of(mail.message_id), thread=thread, holds_prices=holds_prices,
        references=" ".join(mail.references), sender=mail.sender, recipients=list(mail.recipients),
        attachments=list(mail.attachments), text="" if is_open else mail.text,
    )  # fmt: skip
    return mail, interaction, message


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
    MailMessage.objects.filter(pk__in=list(alone.values_list("pk", flat=True))).update(text="")
    left = list(rows.values_list("pk", flat=True))
    editing.remove(mailbox, by=by)
    show_as_wished(MailMessage.objects.filter(pk__in=left).select_related("interaction"))
