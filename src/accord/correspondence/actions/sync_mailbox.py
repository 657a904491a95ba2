"""Reading a mailbox: what is new in it with people we know becomes part of their client's timeline, once.

Whatever interrupts the reading, nothing is lost and nothing is there twice: each portion is stored in one transaction
with how far the folder was read, and a mail is known by its Message-ID wherever it turns up again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

from accord.accounts.queries_addresses import known_addresses
from accord.core.encryption import Unreadable
from accord.core.files.contents import Stored, forget, store_bytes
from accord.core.limited_child import LimitedChild, LimitReached, ReaderFailed
from accord.correspondence.actions.skip_mails import failure_text, note_failed
from accord.correspondence.actions.store_mails import SyncStats, store_mails
from accord.correspondence.mail_parsing import ParsedHead, ParsedMail, child
from accord.correspondence.mail_servers import imap
from accord.correspondence.models import Mailbox, MailboxSync, MailFolder, SkippedMail

PORTION = 100  # mails in one transaction
AT_ONCE = 10  # mails in the memory
BYTES_AT_ONCE = 40_000_000  # of mails that are fetched together
LARGEST = 36_000_000  # bytes of one mail that are read: of a longer one the attachments are not kept
SHORT = 2_000_000  # … and of one that asks for too much time or memory
MOST_KEPT = 64_000_000  # bytes of attachments in one portion, which are in the memory until they are stored
LOG_LINES = 200
MOST_SLOW = 5  # mails of one reading that may reach a limit: then the next is waited for
HEADERS = b"[HEADER.FIELDS (FROM TO CC REPLY-TO SUBJECT DATE)]"
SENT_NAMES = frozenset(
    {"sent", "sent items", "sent messages", "sent mail", "gesendet", "gesendete elemente", "gesendete objekte"}
)


@dataclass(slots=True)
class _Portion:
    """Mails of a folder as they were read, up to the UID ``last``; ``tried_again`` were unreadable before."""

    mails: list[ParsedMail]
    failed: list[SkippedMail]
    last: int
    tried_again: list[int]
    in_sent_folder: bool


@dataclass(slots=True)
class _Reader:
    """What the reading of one folder needs."""

    client: IMAPClient
    child: LimitedChild
    mailbox: Mailbox
    folder: MailFolder
    now: datetime
    tally: SyncStats
    in_sent_folder: bool


def sync_mailbox(*, mailbox: Mailbox, now: datetime) -> MailboxSync:
    """Read what is new and write a line of the mailbox's log, also when it fails; what was read until then is kept."""
    tally, failure = SyncStats(), ""
    try:
        with imap(mailbox) as client, child() as parser:
            sent = _sent_folder(client)
            for name in mailbox.folder_names:
                _read_folder(client, parser, mailbox, name, now, tally, sent)
    except (OSError, IMAPClientError, Unreadable) as error:
        failure = message_of(error)
    Mailbox.objects.filter(pk=mailbox.pk).update(read_at=now, failure=failure)
    failure = failure or failure_text(tally.failed)
    line = MailboxSync.objects.create(
        mailbox=mailbox, at=now, seen=tally.seen, kept=tally.kept, known=tally.known, failure=failure
    )
    old = MailboxSync.objects.filter(mailbox=mailbox).values_list("pk", flat=True)[LOG_LINES:]
    MailboxSync.objects.filter(pk__in=list(old)).delete()
    return line


def mailbox_interrupted(pk: int, *, reason: str, now: datetime) -> None:
    """Write in the mailbox's log why the reading did not come to an end; what was read until then is kept."""
    failure = f"{reason} Emails synced so far are saved. The next sync is in a few minutes."[:300]
    if Mailbox.objects.filter(pk=pk).update(read_at=now, failure=failure):
        MailboxSync.objects.create(mailbox_id=pk, at=now, failure=failure)


def message_of(error: Exception) -> str:
    text = str(error)
    if text.startswith(("b'", 'b"')):  # what the server said, as imaplib shows it
        text = text[2:-1]
    return (text or type(error).__name__)[:300]


def _sent_folder(client: IMAPClient) -> frozenset[str]:
    """The names, in small letters, of the folder in which the server keeps what the mailbox's owner sent."""
    try:
        special = client.find_special_folder(b"\\Sent")
    except IMAPClientError:
        special = None
    return SENT_NAMES | ({str(special).lower()} if special else set())


def _read_folder(
    client: IMAPClient,
    parser: LimitedChild,
    mailbox: Mailbox,
    name: str,
    now: datetime,
    tally: SyncStats,
    sent: frozenset[str],
) -> None:
    status = client.select_folder(name, readonly=True)
    validity = int(status[b"UIDVALIDITY"])
    folder, _ = MailFolder.objects.get_or_create(mailbox=mailbox, name=name)
    if folder.uid_validity != validity:  # the server counts anew: look at everything again, by Message-ID it stays one
        folder.uid_validity, folder.last_uid = validity, 0
        folder.save(update_fields=["uid_validity", "last_uid"])
        SkippedMail.objects.filter(mailbox=mailbox, folder=name).exclude(uid_validity=validity).delete()
    reader = _Reader(client, parser, mailbox, folder, now, tally, name.lower() in sent)
    again = SkippedMail.objects.filter(
        mailbox=mailbox, folder=name, uid_validity=validity, uid__lte=folder.last_uid, tries__lt=SkippedMail.MOST_TRIES
    )
    if tried := list(again.order_by("uid").values_list("uid", flat=True)[:PORTION]):
        portion = _fetch(reader, tried)
        portion.tried_again, portion.last = [uid for uid in tried if uid <= portion.last], folder.last_uid
        if not _store(reader, portion):
            return
    found = client.search(["UID", f"{folder.last_uid + 1}:*", "SINCE", mailbox.since])
    uids = sorted(uid for uid in found if uid > folder.last_uid)  # "n:*" always has the last one
    while uids and tally.slow < MOST_SLOW:
        portion = _fetch(reader, uids[:PORTION])
        tally.seen += sum(uid <= portion.last for uid in uids)
        if not _store(reader, portion):
            return
        uids = [uid for uid in uids if uid > portion.last]


def _fetch(reader: _Reader, uids: Sequence[int]) -> _Portion:
    """The mails of a portion with somebody we know; of the others only the addresses are looked at."""
    portion = _Portion([], [], uids[-1], [], reader.in_sent_folder)
    rows = reader.client.fetch(uids, [b"BODY.PEEK" + HEADERS, b"RFC822.SIZE"])
    heads: dict[int, ParsedHead] = {}
    sizes = {uid: int(row.get(b"RFC822.SIZE", LARGEST)) for uid, row in rows.items()}
    for uid in uids:
        if uid in rows:
            head = _read(reader, portion, uid, None, _part(rows[uid], b"BODY[HEADER") or b"", head=True)
            if head is not None:
                heads[uid] = head
        if reader.tally.slow >= MOST_SLOW:  # whoever sends many of them does not hold up the worker for hours
            portion.last = uid
            break
    known = known_addresses({address for head in heads.values() for address in head.addresses}, reader.mailbox.owner)
    wanted = [uid for uid in heads if heads[uid].addresses & known.keys()]
    kept = 0
    for some in _batches(wanted, sizes):
        rows = reader.client.fetch(some, [b"INTERNALDATE", f"BODY.PEEK[]<0.{LARGEST}>".encode()])
        for uid in some:
            row = rows.get(uid, {})
            raw = _part(row, b"BODY[]")
            if raw is None:  # it was deleted a moment ago
                continue
            received = row.get(b"INTERNALDATE")
            # imapclient gives the local time without a zone.
            at = received.astimezone(UTC) if isinstance(received, datetime) else reader.now
            mail = _read_mail(reader, portion, uid, heads[uid], raw, at)
            if mail is not None:
                portion.mails.append(mail)
                kept += sum(len(file.data) for file in mail.files)
            if reader.tally.slow >= MOST_SLOW or kept >= MOST_KEPT:
                portion.last = uid
                portion.failed = [each for each in portion.failed if each.uid <= uid]
                return portion
    return portion


def _batches(wanted: Sequence[int], sizes: dict[int, int]) -> Iterator[list[int]]:
    """Mails that are fetched together: few, and not many bytes of them."""
    some: list[int] = []
    held = 0
    for uid in wanted:
        size = min(sizes.get(uid, LARGEST), LARGEST)
        if some and (len(some) >= AT_ONCE or held + size > BYTES_AT_ONCE):
            yield some
            some, held = [], 0
        some.append(uid)
        held += size
    if some:
        yield some


def _read_mail(
    reader: _Reader, portion: _Portion, uid: int, head: ParsedHead, raw: bytes, at: datetime
) -> ParsedMail | None:
    """The mail with its attachments; of one that is cut off, or asks for too much, what its beginning says."""
    options = {"received_at": at.isoformat()}
    if SHORT < len(raw) < LARGEST:
        try:
            found: ParsedMail = reader.child.read(raw, largest=settings.ACCORD_MAX_FILE, **options)
            return found
        except (LimitReached, ReaderFailed) as error:
            reader.tally.slow += isinstance(error, LimitReached)
            raw = raw[:SHORT]
    largest = settings.ACCORD_MAX_FILE if len(raw) < SHORT else 0
    short: ParsedMail | None = _read(reader, portion, uid, head, raw[:SHORT], largest=largest, **options)
    return short


def _part(row: dict[bytes, Any], name: bytes) -> bytes | None:
    """What the server sent of a mail; it may spell the name of the part in a way of its own."""
    return next((value for key, value in row.items() if key.upper().startswith(name)), None)


def _read(reader: _Reader, portion: _Portion, uid: int, known: ParsedHead | None, raw: bytes, **options: Any) -> Any:
    """What the child makes of it; ``None``, noted with the portion, where it fails: one mail does not keep the rest."""
    try:
        return reader.child.read(raw, **options)
    except (LimitReached, ReaderFailed) as error:
        reader.tally.slow += isinstance(error, LimitReached)
        portion.failed.append(
            SkippedMail(
                mailbox=reader.mailbox, folder=reader.folder.name, uid_validity=reader.folder.uid_validity, uid=uid,
                failed_at=reader.now, reason=str(error)[:300], sent_at=known.sent_at if known else None,
                sender=known.sender if known else "", subject=known.subject if known else "",
            )
        )  # fmt: skip
        return None


def _store(reader: _Reader, portion: _Portion) -> bool:
    """Keep a portion and how far the folder was read; False when somebody else read it meanwhile.

    Attachments are scanned and stored before the transaction, and taken back if no mail is kept with them.
    """
    stored: list[list[Stored]] = []
    try:
        for mail in portion.mails:
            stored.append([])
            for file in mail.files:
                with suppress(ValidationError):  # refused: its name tells that it was there
                    stored[-1].append(store_bytes(file.data, file.name))
        portion.mails = [replace(mail, files=()) for mail in portion.mails]
        return _store_rows(reader, portion, stored)
    finally:
        forget(each.stored_as for some in stored for each in some)


@transaction.atomic
def _store_rows(reader: _Reader, portion: _Portion, stored: list[list[Stored]]) -> bool:
    folder = reader.folder
    claimed = MailFolder.objects.filter(pk=folder.pk, last_uid=folder.last_uid, uid_validity=folder.uid_validity)
    if not claimed.update(last_uid=portion.last):
        return False
    folder.last_uid = portion.last
    store_mails(reader.mailbox, portion.mails, reader.tally, portion.in_sent_folder, stored)
    note_failed(folder, portion.failed, tried=portion.tried_again)
    reader.tally.failed += portion.failed
    return True
