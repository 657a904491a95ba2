"""What a mail says, read with patience: mails are written by every program there is, and by some people.

What is missing is empty. It is read in a child of limited means (:func:`child`), as a mail may be built to cost its
reader time or memory; only such a mail raises.
"""

from __future__ import annotations

import codecs
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import Message
from email.utils import parsedate_to_datetime

from accord.core.limited_child import LimitedChild, Limits
from accord.correspondence.mail_authentication import Results, results_of
from accord.correspondence.mail_content import AttachedFile, content_of
from accord.correspondence.mail_headers import addresses_in, header_of, raw_headers
from accord.correspondence.mail_html import text_of_html

__all__ = [
    "ParsedHead", "ParsedMail", "addresses_of", "child", "mailbox_name", "parse_head", "parse_mail", "text_of_html",
]  # fmt: skip

LIMITS = Limits(memory=512 * 1024 * 1024, cpu_seconds=10, wall_seconds=30)  # of one mail
MOST_REFERENCES = 50


@dataclass(frozen=True, slots=True)
class ParsedHead:
    """What is looked at of every mail, to tell whether it is of interest before it is fetched."""

    addresses: frozenset[str]
    sender: str
    subject: str
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class ParsedMail:
    """Addresses are in lower case. ``message_id`` is made up of the mail itself where it brings none.

    ``references`` are the mails that it refers to, the one that it answers last. ``results`` are what the servers on
    its way found out about its sender, the latest first.
    """

    message_id: str
    references: tuple[str, ...]
    subject: str
    sender: str
    recipients: tuple[str, ...]
    sent_at: datetime
    text: str
    attachments: tuple[str, ...]
    reply_to: tuple[str, ...] = ()
    senders: int = 1
    results: tuple[Results, ...] = ()
    files: tuple[AttachedFile, ...] = ()

    @property
    def addresses(self) -> frozenset[str]:
        return frozenset({self.sender, *self.recipients, *self.reply_to} - {""})

    @property
    def root(self) -> str:
        """What all mails of one conversation share: the first that they refer to, or the mail itself."""
        return self.references[0] if self.references else self.message_id


def child() -> LimitedChild:
    """A child that reads mails, each in its own time: ``read(raw, received_at=…)`` or ``read(head, head=True)``."""
    modules = {f"accord.correspondence.{name}" for name in ("mail_parsing", "mail_authentication", "mail_content")}
    return LimitedChild("accord.correspondence.mail_parsing:read", data_from=modules, limits=LIMITS)


def read(raw: bytes, *, received_at: str = "", head: bool = False, largest: int = 0) -> ParsedHead | ParsedMail:
    """What the child does."""
    return parse_head(raw) if head else parse_mail(raw, datetime.fromisoformat(received_at), largest=largest)


def parse_mail(raw: bytes, received_at: datetime, *, largest: int = 0) -> ParsedMail:
    """Read ``raw``; ``received_at`` stands in for a date that is missing or absurd.

    Attachments of up to ``largest`` bytes are kept with what is in them.
    """
    raw = raw.replace(b"\0", b"")
    message = _message(raw)
    text, attachments, files = content_of(message, largest=largest)
    found = _message_ids(" ".join(raw_headers(message, "Message-ID")))
    senders = addresses_in(message, "From")
    return ParsedMail(
        message_id=(found[0] if found else f"<{hashlib.sha256(raw).hexdigest()}@without-message-id>")[:998],
        references=_references(message),
        subject=header_of(message, "Subject") or "(no subject)",
        sender=senders[0] if senders else "",
        recipients=tuple(addresses_in(message, "To", "Cc")),
        sent_at=_date(message, received_at) or received_at,
        text=text,
        attachments=attachments,
        files=files,
        reply_to=tuple(addresses_in(message, "Reply-To")),
        senders=len(senders),
        results=results_of(raw_headers(message, "Authentication-Results")),
    )


def parse_head(raw: bytes) -> ParsedHead:
    """The header fields of a mail, to tell whether it is of interest before it is fetched."""
    message = _message(raw.replace(b"\0", b""))
    senders = addresses_in(message, "From")
    return ParsedHead(
        addresses=frozenset(addresses_in(message, "From", "To", "Cc", "Reply-To")),
        sender=senders[0] if senders else "",
        subject=header_of(message, "Subject")[:200],
        sent_at=_date(message, None),
    )


def addresses_of(header: bytes) -> frozenset[str]:
    """The addresses in the header fields of a mail."""
    return parse_head(header).addresses


def _message(raw: bytes) -> Message:
    # The older policy reads parameters that are not in quotation marks though they should be, as all programs do.
    # Blank lines before the first header would end the headers.
    return message_from_bytes(raw.removeprefix(codecs.BOM_UTF8).lstrip(b"\r\n"), policy=policy.compat32)


def _references(message: Message) -> tuple[str, ...]:
    """The beginning of the conversation and its latest mails, where there are more than are kept."""
    found = [
        *_message_ids(" ".join(raw_headers(message, "References", 40_000))),
        *_message_ids(" ".join(raw_headers(message, "In-Reply-To"))[:998])[:1],
    ]
    ids = list(dict.fromkeys(each for each in found if len(each) <= 998))
    return tuple(ids if len(ids) <= MOST_REFERENCES else [ids[0], *ids[1 - MOST_REFERENCES :]])


def _message_ids(text: str) -> list[str]:
    """The ``<…>`` of a header, without blanks in them."""
    found = []
    for piece in text.split("<")[1:]:
        name, ends, _ = piece.partition(">")
        if ends and name and not any(letter.isspace() for letter in name):
            found.append(f"<{name}>")
    return found


def _date(message: Message, latest: datetime | None) -> datetime | None:
    try:
        found = parsedate_to_datetime(header_of(message, "Date")[:200])
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    found = found if found.tzinfo else found.replace(tzinfo=UTC)
    try:
        found = found.astimezone(UTC)
    except (OverflowError, ValueError):
        return None
    # A clock set wrong would put the mail at the top of the timeline for ever.
    is_absurd = latest is not None and found > latest + timedelta(days=366)
    return None if is_absurd or found.year <= 1980 else found


def mailbox_name(name: str, address: str) -> str:
    """``Name <address>`` as a header takes it."""
    user, _, domain = address.partition("@")
    return str(Address(name, user, domain))
