"""Entries of a timeline: interactions, comments and events in one order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.apps import apps
from django.db.models import DateField, DateTimeField, Field
from django.template.defaultfilters import linebreaks_filter
from django.urls import reverse
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from accord.accounts.models import Interaction, MailMessage
from accord.accounts.queries_mail import texts_for
from accord.conversations.models import Comment
from accord.core.models import Event
from accord.core.money_fields import money_fields_of_type
from accord.core.seen import sees_key
from accord.web.shell.addresses import address_of
from accord.web.shell.templatetags.shell import day, moment
from accord.web.shell.text import markdown

ICONS = {"meeting": "users-group", "call": "phone", "mail": "mail", "note": "note"}
FIRST_WORDS = 400
HOLDS_PRICES = "This email holds prices. You don't have permission to see them."
HIDDEN = {"version", "source", "external id"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the timeline; ``body_html`` is safe already."""

    at: datetime
    kind: str
    icon: str
    title: str
    body_html: SafeString | str = ""
    by: str = ""
    url: str = ""
    tone: str = "neutral"
    drawer: bool = False


def _of_interaction(row: Interaction, url: str) -> Entry:
    kind = row.Kind(row.kind).label
    if row.kind in (Interaction.Kind.MAIL, Interaction.Kind.CALL):
        kind += " from the client" if row.direction == Interaction.Direction.IN else " from us"
    body = row.body
    if row.next_step:
        due = f" (by {day(row.next_step_on)})" if row.next_step_on else ""
        mark = "done" if row.next_step_done_at else "next"
        body += f"\n\n**{mark.title()}:** {row.next_step}{due}"
    return Entry(row.at, kind, ICONS[row.kind], row.subject, markdown(body), str(row.by or ""), url, "accent", True)


def _of_mail(row: MailMessage, url: str, text: str) -> Entry:
    """A mail from a mailbox or written here: its first words, as they were typed."""
    interaction = row.interaction
    kind = "Mail from the client" if interaction.direction == Interaction.Direction.IN else "Mail from us"
    if row.sender_unverified:
        kind = "Email · Sender not verified"
    words = interaction.body or text
    if not words and row.text:
        words = HOLDS_PRICES if row.holds_prices else "Only those whose mailbox it lies in may read it."
    state = "" if row.state in (row.State.RECEIVED, row.State.SENT) else f" ({row.get_state_display().lower()})"
    tone = "bad" if row.state == row.State.FAILED else "warn" if row.sender_unverified else "accent"
    who = row.sender if interaction.direction == Interaction.Direction.IN else str(interaction.by or row.sender)
    shown = linebreaks_filter(Truncator(words).chars(FIRST_WORDS))
    return Entry(interaction.at, kind + state, "mail", interaction.subject, shown, who, url, tone)


def of_talks(rows: Iterable[Interaction], user: Any) -> list[Entry]:
    """Conversations with a client as ``user`` may read them; ``mail`` and ``account`` are joined already."""
    talks = list(rows)
    priced = [row.mail for row in talks if hasattr(row, "mail") and row.mail.holds_prices]
    for message in priced:
        message.account = message.interaction.account
    texts = texts_for(user, priced) if priced else {}
    return [_of_talk(row, texts) for row in talks]


def _of_talk(row: Interaction, texts: dict[int, str]) -> Entry:
    """One of them, leading to its form, or to the mail's page."""
    if hasattr(row, "mail"):
        return _of_mail(row.mail, reverse("mail", args=[row.mail.pk]), texts.get(row.mail.pk, ""))
    return _of_interaction(row, reverse("interaction-edit", args=[row.pk]))


def of_comment(row: Comment) -> Entry:
    return Entry(
        row.created_at, "Comment", "message-circle", "Comment", markdown(row.body), str(row.author), tone="info"
    )


def of_event(row: Event, user: Any, *, money: bool = True) -> Entry:
    """One audit event, with what it changed in words, as far as ``user`` may know them.

    Without ``money``, what it says of amounts is skipped; records that they may not see are not named.
    """
    kind, fields = _about(row.subject_type)
    title = f"{row.verb.capitalize()} {row.subject_name}"
    changes = [c for c in row.changes if c["field"] not in HIDDEN and row.before]
    if not money:
        hidden = money_fields_of_type(row.subject_type)
        changes = [c for c in changes if hidden is not None and c["field"].replace(" ", "_") not in hidden]
    lines = [_line(fields.get(c["field"]), c, user) for c in changes[:4] if _is_short(c)]
    return Entry(
        row.at,
        kind,
        "history",
        title,
        markdown("\n".join(lines)),
        row.actor_name or "Accord",
        address_of(row.subject_type, row.subject_id) if row.verb != "deleted" else "",
    )


@cache
def _about(subject_type: str) -> tuple[str, dict[str, Field[Any, Any]]]:
    """What a kind of record is called, and its fields by the name that events give them."""
    try:
        about = apps.get_model(subject_type)._meta
    except (LookupError, ValueError):  # of a version that had other records
        return subject_type.split(".")[-1].capitalize(), {}
    return str(about.verbose_name).capitalize(), {field.name.replace("_", " "): field for field in about.fields}


def _line(field: Field[Any, Any] | None, change: dict[str, Any], user: Any) -> str:
    label = field.verbose_name if field is not None else change["field"]
    return f"- {label}: {_words(field, change['before'], user)} → {_words(field, change['after'], user)}"


def _is_short(change: dict[str, Any]) -> bool:
    return all(not isinstance(change[side], list) and len(str(change[side])) < 120 for side in ("before", "after"))


def _words(field: Field[Any, Any] | None, value: Any, user: Any) -> str:
    """A value that an event keeps as JSON, as the pages write it."""
    if isinstance(value, dict):
        model: Any = field.related_model if field is not None else None
        if isinstance(model, type) and not sees_key(user, model, value.get("id")):
            return "(not visible to you)"
        return str(value.get("name", ""))
    if value in (None, ""):
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(field, DateField) and isinstance(value, str):
        return moment(parse_datetime(value)) if isinstance(field, DateTimeField) else day(parse_date(value))
    return str(dict(field.flatchoices).get(value, value)) if field is not None else str(value)
