"""What a mail says, read with patience: mails are written by every program there is, and by some people.

What cannot be decoded is replaced, what is missing is empty. Only a mail that is built to break programs (parts in
parts, a thousand deep) raises what the standard library raises.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import getaddresses, parsedate_to_datetime
from html import unescape

LONGEST = 100_000  # characters of a mail's text that are kept
LONGEST_HTML = 500_000
LONGEST_HEADER = 4_000  # characters of one that are parsed: some make the parser slow
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)[^<>]*>|<[!?][^<>]*>")
_MESSAGE_ID = re.compile(r"<[^<>\s]+>")
_BREAKS = {"p", "br", "div", "tr", "li", "h1", "h2", "h3", "h4", "blockquote", "table", "ul", "ol"}
_LEFT_OUT = {"script", "style", "head", "title"}


@dataclass(frozen=True, slots=True)
class ParsedMail:
    """Addresses are lower case. ``message_id`` is made up of the mail itself where it brings none."""

    message_id: str
    references: tuple[str, ...]
    subject: str
    sender: str
    recipients: tuple[str, ...]
    sent_at: datetime
    text: str
    attachments: tuple[str, ...]

    @property
    def addresses(self) -> frozenset[str]:
        return frozenset({self.sender, *self.recipients} - {""})

    @property
    def root(self) -> str:
        """What all mails of one conversation share: the first that they refer to, or the mail itself."""
        return self.references[0] if self.references else self.message_id


def parse_mail(raw: bytes, received_at: datetime) -> ParsedMail:
    """Read ``raw``; ``received_at`` stands in for a date that is missing or absurd."""
    raw = raw.replace(b"\0", b"")
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    text, attachments = _content(message)
    found = _MESSAGE_ID.findall(_header(message, "Message-ID"))
    message_id = found[0] if found else f"<{hashlib.sha256(raw).hexdigest()}@without-message-id>"
    references = _MESSAGE_ID.findall(_header(message, "References")) or _MESSAGE_ID.findall(
        _header(message, "In-Reply-To")
    )
    senders = _addresses(message, "From")
    return ParsedMail(
        message_id=message_id[:998],
        references=tuple(dict.fromkeys(references))[:50],
        subject=_line(_header(message, "Subject")) or "(no subject)",
        sender=senders[0] if senders else "",
        recipients=tuple(dict.fromkeys(_addresses(message, "To", "Cc"))),
        sent_at=_date(message, received_at),
        text=text[:LONGEST],
        attachments=attachments,
    )


def addresses_of(header: bytes) -> frozenset[str]:
    """The addresses in the header fields of a mail, to tell whether it is of interest before it is fetched."""
    message = message_from_bytes(header.replace(b"\0", b""), policy=policy.default)
    assert isinstance(message, EmailMessage)
    return frozenset(_addresses(message, "From", "To", "Cc"))


def _header(message: EmailMessage, name: str) -> str:
    raw = next(iter(_raw(message, name)), "")
    if len(raw) > LONGEST_HEADER:
        return raw[:LONGEST_HEADER]
    try:
        return str(message.get(name, ""))
    except Exception:  # the standard library fails on some malformed headers in ways of its own
        return raw


def _raw(message: EmailMessage, name: str) -> list[str]:
    """The header fields of that name as they came, in letters that can be kept."""
    found = [str(value) for field, value in message.raw_items() if field.lower() == name.lower()]
    return [" ".join(value.splitlines()).encode("utf-8", "replace").decode("utf-8", "replace") for value in found]


def _addresses(message: EmailMessage, *names: str) -> list[str]:
    try:
        found = getaddresses([raw for name in names for raw in _raw(message, name)])
    except RecursionError:  # comments in comments
        return []
    addresses = (address.strip().lower() for _, address in found)
    return [address for address in addresses if "@" in address and len(address) <= 320]


def _date(message: EmailMessage, otherwise: datetime) -> datetime:
    try:
        found = parsedate_to_datetime(_header(message, "Date"))
    except (ValueError, TypeError, OverflowError):
        return otherwise
    found = found if found.tzinfo else found.replace(tzinfo=UTC)
    try:
        found = found.astimezone(UTC)
    except (OverflowError, ValueError):
        return otherwise
    # A clock set wrong would put the mail at the top of the timeline for ever.
    return found if found.year > 1980 and found <= otherwise.replace(year=otherwise.year + 1) else otherwise


def _content(message: EmailMessage) -> tuple[str, tuple[str, ...]]:
    plain, html, attachments = [], [], []
    for part in message.walk():
        if part.is_multipart():
            continue
        name = _file_name(part)
        kind = part.get_content_type()
        if name or part.get_content_disposition() == "attachment" or not kind.startswith("text/"):
            attachments.append(name or kind)
        elif kind == "text/html":
            html.append(_decoded(part))
        else:
            plain.append(_decoded(part))
    text = "\n".join(plain).strip() or text_of_html("\n".join(html))
    return _clean(text), tuple(attachments[:50])


def _file_name(part: EmailMessage) -> str:
    try:
        return _line(part.get_filename() or "")[:200]
    except Exception:
        return "attachment"


def _decoded(part: EmailMessage) -> str:
    payload = part.get_payload(decode=True)
    raw = payload if isinstance(payload, bytes) else str(payload or "").encode("utf-8", "replace")
    try:
        return raw.decode(part.get_content_charset() or "utf-8", "replace")
    except (LookupError, ValueError):  # a character set nobody knows, or one for names of hosts
        return raw.decode("latin-1", "replace")


def text_of_html(html: str) -> str:
    """The words of a mail that has no plain text.

    A mail may be made to cost its reader time. Each step here goes over the text once, whatever is in it; parsers that
    build a tree, or wait for the end of a tag, take minutes for some.
    """
    html = _without_comments(html[:LONGEST_HTML])
    lines, muted, place = [], 0, 0
    for tag in _TAG.finditer(html):
        if not muted:
            lines.append(unescape(re.sub(r"\s+", " ", html[place : tag.start()])))
        place, name = tag.end(), (tag[2] or "").lower()
        if name in _LEFT_OUT:
            muted = max(0, muted - 1) if tag[1] else muted + 1
        elif name in _BREAKS and not muted:
            lines.append("\n")
    if not muted:
        lines.append(unescape(re.sub(r"\s+", " ", html[place:])))
    return re.sub(r"\n\s*\n\s*", "\n\n", "".join(lines)).strip()


def _without_comments(html: str) -> str:
    kept, place = [], 0
    while (begins := html.find("<!--", place)) >= 0:
        kept.append(html[place:begins])
        ends = html.find("-->", begins)
        if ends < 0:
            return "".join(kept)
        place = ends + 3
    return "".join([*kept, html[place:]])


def _clean(text: str) -> str:
    """Without what a database or a page stumbles over."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in text if c in "\n\t" or (c >= " " and not 0xD800 <= ord(c) <= 0xDFFF)).strip()


def _line(text: str) -> str:
    return " ".join(_clean(text).split())


def mailbox_name(name: str, address: str) -> str:
    """``Name <address>`` as a header takes it."""
    user, _, domain = address.partition("@")
    return str(Address(name, user, domain))
