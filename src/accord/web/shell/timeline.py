"""Entries of a timeline: interactions, comments and events in one order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.template.defaultfilters import linebreaks
from django.utils.text import Truncator

from accord.accounts.models import Interaction, MailMessage
from accord.conversations.models import Comment
from accord.core.models import Event
from accord.web.shell.addresses import address_of
from accord.web.shell.templatetags.shell import day
from accord.web.shell.text import markdown

ICONS = {"meeting": "users-group", "call": "phone", "mail": "mail", "note": "note"}
FIRST_WORDS = 400
HIDDEN = {"version", "source", "external id"}
ABOUT_MONEY = {"cost", "rate", "amount", "price"}  # words in the names of fields that hold money


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the timeline; ``body_html`` is safe already."""

    at: datetime
    kind: str
    icon: str
    title: str
    body_html: Any = ""
    by: str = ""
    url: str = ""
    tone: str = "neutral"
    drawer: bool = False


def of_interaction(row: Interaction, url: str) -> Entry:
    kind = row.Kind(row.kind).label
    if row.kind in (Interaction.Kind.MAIL, Interaction.Kind.CALL):
        kind += " from the client" if row.direction == Interaction.Direction.IN else " from us"
    body = row.body
    if row.next_step:
        due = f" (by {day(row.next_step_on)})" if row.next_step_on else ""
        mark = "done" if row.next_step_done_at else "next"
        body += f"\n\n**{mark.title()}:** {row.next_step}{due}"
    return Entry(row.at, kind, ICONS[row.kind], row.subject, markdown(body), str(row.by or ""), url, "accent", True)


def of_mail(row: MailMessage, url: str) -> Entry:
    """A mail from a mailbox or written here: its first words, as they were typed."""
    interaction = row.interaction
    kind = "Mail from the client" if interaction.direction == Interaction.Direction.IN else "Mail from us"
    words = interaction.body or ("Only those whose mailbox it lies in may read it." if row.text else "")
    state = "" if row.state in (row.State.RECEIVED, row.State.SENT) else f" ({row.get_state_display().lower()})"
    tone = "bad" if row.state == row.State.FAILED else "accent"
    who = row.sender if interaction.direction == Interaction.Direction.IN else str(interaction.by or row.sender)
    shown = linebreaks(Truncator(words).chars(FIRST_WORDS), autoescape=True)
    return Entry(interaction.at, kind + state, "mail", interaction.subject, shown, who, url, tone)


def of_comment(row: Comment) -> Entry:
    return Entry(
        row.created_at, "Comment", "message-circle", "Comment", markdown(row.body), str(row.author), tone="info"
    )


def of_event(row: Event, *, money: bool = True) -> Entry:
    """One audit event, with what it changed in words; without ``money``, what it says of amounts is left out."""
    kind = row.subject_type.split(".")[-1]
    title = f"{row.verb.capitalize()} {row.subject_name}"
    changes = [c for c in row.changes if c["field"] not in HIDDEN and row.before]
    if not money:
        changes = [c for c in changes if not ABOUT_MONEY & set(c["field"].split())]
    lines = [f"- {c['field']}: {_words(c['before'])} → {_words(c['after'])}" for c in changes[:4] if _is_short(c)]
    return Entry(
        row.at,
        kind.capitalize(),
        "history",
        title,
        markdown("\n".join(lines)),
        row.actor_name or "Accord",
        address_of(row.subject_type, row.subject_id) if row.verb != "deleted" else "",
    )


def _is_short(change: dict[str, Any]) -> bool:
    return all(not isinstance(change[side], list) and len(str(change[side])) < 120 for side in ("before", "after"))


def _words(value: Any) -> str:
    if isinstance(value, dict):
        return str(value.get("name", ""))
    return "nothing" if value in (None, "") else str(value)
