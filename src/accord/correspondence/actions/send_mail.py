"""Writing to clients: the mail is kept first and sent by a job, so that nothing that was sent is unknown here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from email.encoders import encode_base64
from email.message import EmailMessage
from email.mime.base import MIMEBase
from email.utils import format_datetime, make_msgid
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage as FirmMail
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext

from accord.accounts.models import Account, Affiliation, Contact, Interaction
from accord.conversations.actions.notify import notify
from accord.conversations.models import NoticeKind
from accord.core.access import Permission, require, require_create
from accord.core.email import email_is_configured
from accord.core.encryption import Unreadable, decrypt, encrypt
from accord.core.event_kinds import EventKind
from accord.core.events import event, record_event
from accord.core.files.actions import save_files, share_files
from accord.core.files.contents import Stored, storage
from accord.core.files.rules import largest
from accord.core.issued_secrets import without_issued_secrets
from accord.core.models import File, Record
from accord.core.secret_links import holds_quote
from accord.core.texts import gettext_lazy
from accord.correspondence.events import EmailEvent
from accord.correspondence.mail_parsing import mailbox_name
from accord.correspondence.mail_servers import send
from accord.correspondence.models import Mailbox, MailCopy, MailMessage

MOST_TRIES = 5
UNCERTAIN = gettext_lazy(
    "Sending was interrupted, so it may have arrived or not. Ask the recipient before you send it again."
)
State = MailMessage.State


@transaction.atomic
def write_mail(
    *,
    account: Account,
    contacts: Sequence[Contact],
    subject: str,
    text: str,
    by: Any,
    now: datetime,
    mailbox: Mailbox | None = None,
    answers: MailMessage | None = None,
    about: Record | None = None,
    files: Sequence[File] = (),
    stored: Sequence[Stored] = (),
) -> MailMessage:
    """Keep a mail to people at the client, to be sent from ``mailbox`` or, without one, by the firm's server.

    A secret address in ``text`` reaches the client only; here, a label stands in its place.

    ``answers`` is the mail that it replies to, ``about`` the record that it brings to the client. It carries ``files``
    of records, and what was ``stored`` for it a moment ago; both stay with the mail as they were sent. Raises
    ``ValidationError`` for somebody who is not at the client or has no address, and for too many bytes of files.
    """
    if not contacts:
        raise ValidationError({"contacts": gettext("Choose at least one recipient.")})
    here = set(Affiliation.objects.filter(account=account, until=None).values_list("contact", flat=True))
    for contact in contacts:
        if contact.pk not in here:
            raise ValidationError(
                {
                    "contacts": gettext("%(contact)s isn't a contact of %(account)s.")
                    % {"contact": contact, "account": account}
                }
            )
        if not contact.email:
            raise ValidationError(
                {"contacts": gettext("%(contact)s has no email address. Add one first.") % {"contact": contact}}
            )
    if not (mailbox is not None and mailbox.smtp_host) and not email_is_configured():
        raise ValidationError(
            gettext("Email is off, so nothing can be sent. Copy the text into your own email program instead.")
        )
    for file in files:
        require(by, Permission.VIEW, file)
    if sum(file.size for file in files) + sum(each.size for each in stored) > settings.ACCORD_MAX_FILE:
        raise ValidationError(
            gettext("Together, the files of an email can have up to %(largest)s.") % {"largest": largest()}
        )
    privacy = mailbox.privacy if mailbox is not None else Mailbox.Privacy.OPEN
    [clean] = without_issued_secrets([text])
    holds_prices = holds_quote(clean) or (answers is not None and answers.holds_prices)
    is_open = privacy == Mailbox.Privacy.OPEN and not holds_prices
    interaction = Interaction(
        account=account, kind=Interaction.Kind.MAIL, direction=Interaction.Direction.OUT, at=now, by=by,
        subject=" ".join(subject.split())[:200], body=clean if is_open else "",
        hidden=privacy == Mailbox.Privacy.PRIVATE,
    )  # fmt: skip
    require_create(by, Interaction, account=account)
    interaction.save()
    interaction.contacts.set(contacts)
    address = mailbox.address if mailbox is not None else by.email
    message_id = make_msgid(domain=address.partition("@")[2] or "accord")
    references = [] if answers is None else [*answers.references.split(), answers.message_id]
    message = MailMessage.objects.create(
        account=account, interaction=interaction, message_id=message_id, digest=MailMessage.digest_of(message_id),
        thread=answers.thread if answers is not None else MailMessage.digest_of(message_id),
        references=" ".join(references[-50:]), sender=address.lower(),
        recipients=[contact.email.lower() for contact in contacts], text="" if is_open else clean,
        state=State.WAITING, outgoing_from=mailbox, holds_prices=holds_prices,
        sealed_text=encrypt(text) if clean != text else "",
        attachments=[*(file.name for file in files), *(each.name for each in stored)],
        about_type=about._meta.label_lower if about is not None else "", about_id=getattr(about, "pk", None),
    )  # fmt: skip
    share_files(files=files, subject=message, by=by)
    save_files(subject=message, stored=stored, by=by)
    if mailbox is not None:
        MailCopy.objects.create(message=message, mailbox=mailbox)
    _record(message, by, EmailEvent.QUEUED, {"to": ", ".join(message.recipients)})
    return message


def _record(message: MailMessage, by: Any, kind: EventKind, after: dict[str, Any]) -> None:
    """The event; of a private email without its subject and recipients, which not even administrators may read."""
    if not message.interaction.hidden:
        record_event(by=by, kind=kind, subject=message, after=after)
        return
    entry = event(by=by, kind=kind, subject=message)
    entry.subject_name = "Private email"
    entry.save(force_insert=True)


def send_waiting(*, now: datetime, most: int = 200) -> int:
    """Send what waits; returns how many went out.

    A mail is marked before it is handed over, so that nobody gets it twice. After a crash in between,
    :func:`interrupted` has its author decide. A server that refuses is asked again, five times at most.
    """
    rows = MailMessage.objects.filter(state=State.WAITING, tries__lt=MOST_TRIES)
    sent = 0
    for row in rows.select_related("interaction__by", "outgoing_from", "account").order_by("pk")[:most]:
        claimed = MailMessage.objects.filter(pk=row.pk, state=State.WAITING)
        if not claimed.update(state=State.SENDING, tries=F("tries") + 1, failure=""):
            continue
        try:
            _hand_over(row)
        except (OSError, Unreadable) as error:
            _failed(row, error)
            continue
        _sent(row)
        sent += 1
    return sent


@transaction.atomic
def _sent(row: MailMessage) -> None:
    MailMessage.objects.filter(pk=row.pk, state=State.SENDING).update(state=State.SENT, sealed_text="")
    _record(row, row.interaction.by, EmailEvent.SENT, {"about_type": row.about_type, "about_id": row.about_id})


@transaction.atomic
def interrupted() -> None:
    """What was being sent when the process ended may have arrived or not: say so to its author, who can ask."""
    rows = MailMessage.objects.filter(state=State.SENDING).select_related("interaction__by", "account")
    for row in rows:
        if MailMessage.objects.filter(pk=row.pk, state=State.SENDING).update(state=State.FAILED, failure=UNCERTAIN):
            subject = row.interaction.subject
            notify(
                [row.interaction.by],
                gettext("Your email “%(subject)s” to %(account)s may not have been sent")
                % {"subject": subject, "account": row.account},
                kind=NoticeKind.SYSTEM,
            )


def _hand_over(row: MailMessage) -> None:
    author, box = row.interaction.by, row.outgoing_from
    name = author.name if author is not None else ""
    words = decrypt(row.sealed_text) if row.sealed_text else row.text or row.interaction.body
    if box is None or not box.smtp_host:
        # The firm's server may send only as the firm; answers go to the author.
        mail = FirmMail(
            subject=row.interaction.subject, body=words, to=row.recipients, reply_to=[row.sender],
            from_email=settings.DEFAULT_FROM_EMAIL,
            headers={"Message-ID": row.message_id, **_threading(row)},
        )  # fmt: skip
        for name, data, kind in _files_of(row):
            mail.attach(_part(name, data, kind))
        mail.send()
        return
    message = EmailMessage()
    message["From"] = mailbox_name(name, row.sender)
    message["To"] = ", ".join(row.recipients)
    message["Subject"] = row.interaction.subject
    message["Date"] = format_datetime(row.interaction.at)
    message["Message-ID"] = row.message_id
    for header, value in _threading(row).items():
        message[header] = value
    message.set_content(words)
    for name, data, kind in _files_of(row):
        main, _, sub = kind.partition("/")
        message.add_attachment(data, maintype=main, subtype=sub, filename=name)
    send(box, message)


def _files_of(row: MailMessage) -> Iterator[tuple[str, bytes, str]]:
    """Name, content and media type of what it carries. Raises ``OSError`` where a content is missing."""
    for file in File.objects.filter(subject_type=row._meta.label_lower, subject_id=row.pk).order_by("pk"):
        with storage().open(file.stored_as) as content:
            yield file.name, content.read(), file.media_type


def _part(name: str, data: bytes, kind: str) -> MIMEBase:
    """An attachment as it is: Django sends texts as text, with the ends of their lines made alike."""
    part = MIMEBase(*kind.split("/", 1))
    part.set_payload(data)
    encode_base64(part)
    part.add_header("Content-Disposition", "attachment", filename=name if name.isascii() else ("utf-8", "", name))
    return part


def _threading(row: MailMessage) -> dict[str, str]:
    references = row.references.split()
    return {"In-Reply-To": references[-1], "References": " ".join(references)} if references else {}


def _failed(row: MailMessage, error: Exception) -> None:
    told = f"{type(error).__name__}: {error}"[:300]
    is_last = row.tries + 1 >= MOST_TRIES
    state = State.FAILED if is_last else State.WAITING
    MailMessage.objects.filter(pk=row.pk).update(state=state, failure=told)
    if is_last:
        notify(
            [row.interaction.by],
            gettext("Your email “%(subject)s” to %(account)s wasn't delivered")
            % {"subject": row.interaction.subject, "account": row.account},
            kind=NoticeKind.SYSTEM,
        )


def send_again(*, message: MailMessage, by: Any) -> None:
    """Try once more what could not be sent."""
    require(by, Permission.CHANGE, message)
    if message.state != State.FAILED:
        raise ValidationError(gettext("Only failed emails can be sent again."))
    MailMessage.objects.filter(pk=message.pk, state=State.FAILED).update(state=State.WAITING, tries=0, failure="")
    _record(message, by, EmailEvent.RESENT, {})
