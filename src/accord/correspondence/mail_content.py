"""The words and attachments of a mail, part by part (RFC 2045 to 2049, 2646, 3676).

Of *alternative* parts one is taken, the plain one if it says anything; the parts of any other *multipart* stand one
after the other. A mail inside of the mail is an attachment, and an invitation is its title and time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import Message
from typing import Any

from accord.correspondence.charsets import decoded
from accord.correspondence.mail_encodings import payload_of
from accord.correspondence.mail_headers import header_of, words_of
from accord.correspondence.mail_html import LONGEST_HTML, text_of_html
from accord.correspondence.mail_invitations import text_of_invitation

LONGEST = 100_000  # characters of a mail's text that are kept
MOST_ATTACHMENTS = 50
MOST_FILES = 20  # attachments of a mail that are kept with what is in them
_DEEPEST = 50  # parts in parts
_MOST_PARTS = 1_000
_MAILS = frozenset({"message/rfc822", "message/global", "message/news", "message/partial"})
# Text for programs: not what somebody wrote. The last two are further forms of what HTML and plain text say.
_DATA = frozenset({
    "text/vcard", "text/x-vcard", "text/directory", "text/csv", "text/tab-separated-values", "text/rfc822-headers",
    "text/rtf", "text/xml", "text/css", "text/javascript",
})  # fmt: skip
_FULLER = 4  # times as many letters: it says more than the other
_OTHER_FORMS = frozenset({"text/x-amp-html", "text/watch-html"})


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """An attachment with what is in it."""

    name: str
    data: bytes


@dataclass(slots=True)
class _Content:
    largest: int = 0  # bytes of an attachment that is kept
    texts: list[str] = field(default_factory=list)
    attachments: list[str] = field(default_factory=list)
    files: list[AttachedFile] = field(default_factory=list)
    left: int = _MOST_PARTS

    def attach(self, name: str, part: Message) -> None:
        """Note an attachment, and keep it if it is small enough and not one too many."""
        self.attachments.append(name)
        if not self.largest or len(self.files) >= MOST_FILES:
            return
        data = _bytes_of(part)
        if 0 < len(data) <= self.largest:
            self.files.append(AttachedFile(name, data))


def content_of(message: Message, *, largest: int = 0) -> tuple[str, tuple[str, ...], tuple[AttachedFile, ...]]:
    """The text of the mail, the names of its attachments, and those of them that have up to ``largest`` bytes."""
    content = _Content(largest)
    _read(message, content, 0)
    text = "\n\n".join(text for text in content.texts if text)
    return text[:LONGEST], tuple(content.attachments[:MOST_ATTACHMENTS]), tuple(content.files)


def _read(part: Message, content: _Content, depth: int) -> None:
    content.left -= 1
    if depth > _DEEPEST or content.left < 0:
        return
    kind = part.get_content_type()
    if kind in _MAILS:
        content.attach(_attached_mail(part), part)
    elif kind == "message/external-body":
        content.attachments.append(_file_name(part) or kind)
    elif kind.startswith("multipart/") and not part.is_multipart():
        _read(_with_its_parts(part, kind), content, depth + 1)
    elif part.is_multipart():
        parts = [inner for inner in part.get_payload() if isinstance(inner, Message)]
        if kind == "multipart/alternative":
            _read_best(parts, content, depth)
        else:
            for inner in parts:
                _read(inner, content, depth + 1)
    else:
        _read_leaf(part, kind, content)


def _with_its_parts(part: Message, kind: str) -> Message:
    """A mail whose boundary is not the one that it names: the first line that looks like one is; else it is text."""
    body = payload_of(part)
    first = next((line.rstrip() for line in body[:10_000].splitlines() if line.strip()), b"")
    mark = first.removeprefix(b"--")
    if mark and mark != first and b'"' not in mark and len(mark) <= 70:
        head = b'Content-Type: %b; boundary="%b"\n\n' % (kind.encode("ascii", "replace"), mark)
        found = message_from_bytes(head + body, policy=policy.compat32)
        if found.is_multipart():
            return found
    return message_from_bytes(b"Content-Type: text/plain\n\n" + body, policy=policy.compat32)


def _read_best(parts: list[Message], content: _Content, depth: int) -> None:
    """One of several that say the same: the first with text, plain before HTML. Attachments among them all count.

    A plain part that says a small piece of the other only points to it ("Your program can't show HTML").
    """
    found: list[tuple[int, list[str]]] = []
    for part in parts:
        inner = _Content(content.largest, files=content.files, left=content.left)
        _read(part, inner, depth + 1)
        content.left = inner.left
        content.attachments += inner.attachments
        if any(inner.texts):
            rank = {"text/plain": 0, "text/calendar": 2}.get(part.get_content_type(), 1)
            found.append((rank, inner.texts))
    if found:
        best = min(found, key=lambda each: each[0])[1]
        rich = next((texts for rank, texts in found if rank == 1), best)
        content.texts += rich if _letters(best) * _FULLER < _letters(rich) else best


def _letters(texts: list[str]) -> int:
    return sum(len(text) for text in texts)


def _read_leaf(part: Message, kind: str, content: _Content) -> None:
    name = _file_name(part)
    if kind in _OTHER_FORMS and not name:
        return
    is_attachment = _disposition(part) == "attachment" or (bool(name) and kind != "text/calendar") or kind in _DATA
    if is_attachment or not kind.startswith("text/"):
        content.attach(name or kind, part)
        return
    text = _decoded(part, kind)
    if kind == "text/html":
        content.texts.append(_clean(text_of_html(text)))
    elif kind == "text/calendar":
        invitation = text_of_invitation(text)
        if invitation:
            content.texts.append(_clean(invitation))
        else:
            content.attach(name or kind, part)
    else:
        content.texts.append(_clean(_unflowed(part, text)))


def _decoded(part: Message, kind: str) -> str:
    raw = payload_of(part)
    label = part.get_content_charset() or ""
    if kind == "text/html":
        raw = raw[: LONGEST_HTML * 4]
        label = label or _charset_in(raw[:1024])
    return decoded(raw, label)


def _charset_in(head: bytes) -> str:
    """What an HTML text says of its own character set near its beginning."""
    _, found, rest = head.lower().partition(b"charset")
    if not found:
        return ""
    rest = rest.lstrip()
    if not rest.startswith(b"="):
        return ""
    named = rest[1:].lstrip(b" \t\r\n\"'")
    ends = next((place for place, byte in enumerate(named) if byte in b" \t\r\n\"';/>"), len(named))
    return named[:ends].decode("ascii", "ignore")


def _unflowed(part: Message, text: str) -> str:
    """Lines that the sender's program broke, made one again (RFC 3676)."""
    if str(_parameter(part, "format")).lower() != "flowed":
        return text
    delsp = str(_parameter(part, "delsp")).lower() == "yes"
    lines: list[str] = []
    open_depth: int | None = None  # of the quotation whose last line goes on
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        words = line[depth:].removeprefix(" ")
        flows = words.endswith(" ") and words != "-- "
        ended = words[:-1] if flows and delsp else words
        if open_depth == depth and words != "-- ":
            lines[-1] += ended
        else:
            lines.append(f"{'>' * depth} {ended}" if depth else ended)
        open_depth = depth if flows else None
    return "\n".join(lines)


def _parameter(part: Message, name: str) -> Any:
    try:
        return part.get_param(name) or ""
    except Exception:  # the standard library fails on some malformed headers in ways of its own
        return ""


def _disposition(part: Message) -> str:
    try:
        return part.get_content_disposition() or ""
    except Exception:
        return ""


def _file_name(part: Message) -> str:
    try:
        return words_of(part.get_filename() or "")[:200]
    except Exception:
        return "attachment"


def _bytes_of(part: Message) -> bytes:
    """What is in an attachment; nothing where it cannot be told."""
    try:
        if not part.is_multipart():
            return payload_of(part)
        inner = part.get_payload()
        return inner[0].as_bytes() if isinstance(inner, list) and isinstance(inner[0], Message) else b""
    except Exception:  # the standard library fails on some malformed mails in ways of its own
        return b""


def _attached_mail(part: Message) -> str:
    inner = part.get_payload()
    mail = inner[0] if isinstance(inner, list) and inner else None
    subject = header_of(mail, "Subject") if isinstance(mail, Message) else ""
    return (f"Mail: {subject}" if subject else _file_name(part) or "Mail")[:200]


def _clean(text: str) -> str:
    """Without what a database or a page stumbles over, and without the blanks that end its lines."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = "".join(c for c in text if c in "\n\t" or (c >= " " and not 0xD800 <= ord(c) <= 0xDFFF))
    return "\n".join(line.rstrip() for line in text.split("\n")).strip()
