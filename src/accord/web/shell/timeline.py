"""Entries of a timeline: interactions, comments and events in one order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import QuerySet
from django.template.defaultfilters import linebreaks_filter
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext

from accord.accounts.models import Interaction
from accord.conversations.models import Comment
from accord.core.event_kinds import RecordEvent, Told, label_of
from accord.core.models import Event
from accord.core.texts import gettext_lazy
from accord.correspondence.models import MailMessage
from accord.correspondence.queries import texts_for
from accord.projects.models import Task
from accord.web.shell.addresses import address_of, task_page
from accord.web.shell.event_changes import EMPTY, EventReader
from accord.web.shell.event_kinds import events_shown, kinds_of, record_name, told_of
from accord.web.shell.page_files import NO_FILES, Files, PageFiles
from accord.web.shell.templatetags.shell import day
from accord.web.shell.text import markdown

ICONS = {"meeting": "users-group", "call": "phone", "mail": "mail", "note": "note"}
FIRST_WORDS = 400
HOLDS_PRICES = gettext_lazy("This email holds prices. You don't have permission to see them.")


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
    files: Files = NO_FILES


def _of_interaction(row: Interaction, url: str) -> Entry:
    kind = row.Kind(row.kind).label
    if row.kind in (Interaction.Kind.MAIL, Interaction.Kind.CALL):
        incoming = row.direction == Interaction.Direction.IN
        kind = (gettext("%(kind)s (incoming)") if incoming else gettext("%(kind)s (outgoing)")) % {"kind": kind}
    body = row.body
    if row.next_step:
        step = row.next_step
        if row.due_on:
            step = gettext("%(step)s (by %(date)s)") % {"step": step, "date": day(row.due_on)}
        mark = gettext("**Done:** %(step)s") if row.done_at else gettext("**Next:** %(step)s")
        body = f"{body}\n\n{mark % {'step': step}}"
    return Entry(row.at, kind, ICONS[row.kind], row.subject, markdown(body), str(row.by or ""), url, "accent", True)


def _of_mail(row: MailMessage, url: str, text: str) -> Entry:
    """A mail from a mailbox or written here: its first words, as they were typed."""
    interaction = row.interaction
    kind = gettext("Email received") if interaction.direction == Interaction.Direction.IN else gettext("Email sent")
    if row.sender_unverified:
        kind = gettext("Email · Sender not verified")
    words = interaction.body or text
    if not words and row.text:
        words = HOLDS_PRICES if row.holds_prices else gettext("Only the owner of the mailbox can read this email.")
    state = "" if row.state in (row.State.RECEIVED, row.State.SENT) else f" ({row.get_state_display().lower()})"
    tone = "bad" if row.state == row.State.FAILED else "warn" if row.sender_unverified else "accent"
    who = row.sender if interaction.direction == Interaction.Direction.IN else str(interaction.by or row.sender)
    shown = linebreaks_filter(Truncator(words).chars(FIRST_WORDS))
    return Entry(interaction.at, kind + state, "mail", interaction.subject, shown, who, url, tone)


def of_talks(rows: Iterable[Interaction], user: Any, files: PageFiles) -> list[Entry]:
    """Conversations with a client as ``user`` may read them; ``mail`` and ``account`` are joined already.

    ``files`` are those of the page on which they stand.
    """
    talks = list(rows)
    priced = [row.mail for row in talks if hasattr(row, "mail") and row.mail.holds_prices]
    for message in priced:
        message.account = message.interaction.account
    texts = texts_for(user, priced) if priced else {}
    return [replace(_of_talk(row, texts), files=files.of(row, *_mail_of(row))) for row in talks]


def _mail_of(row: Interaction) -> list[MailMessage]:
    return [row.mail] if hasattr(row, "mail") else []


def _of_talk(row: Interaction, texts: dict[int, str]) -> Entry:
    """One of them, leading to its form, or to the mail's page."""
    if hasattr(row, "mail"):
        return _of_mail(row.mail, reverse("mail", args=[row.mail.pk]), texts.get(row.mail.pk, ""))
    return _of_interaction(row, reverse("interaction-edit", args=[row.pk]))


def of_comment(row: Comment, files: PageFiles) -> Entry:
    return Entry(
        row.created_at,
        gettext("Comment"),
        "message-circle",
        gettext("Comment"),
        markdown(row.body),
        str(row.author),
        tone="info",
        files=files.of(row),
    )


def of_events(rows: Iterable[Event], user: Any, *, money: bool = True) -> list[Entry]:
    """Events that timelines tell, each as a sentence.

    All others, and those about records that the reader may not see, are left to the audit log.
    """
    reader = EventReader(rows, user, money=money)
    return [
        _of_event(row, told, reader)
        for row in reader.events
        if (told := told_of(row.subject_type, row.kind, row.after)) is not None and not reader.hides(row)
    ]


def of_changes(rows: Iterable[Event]) -> list[Entry]:
    """Any events, each in a line without its fields: for administrators, who see all records."""
    return [
        Entry(
            row.at,
            record_name(row.subject_type),
            "history",
            f"{label_of(row.kind)}: {row.subject_name}",
            by=row.actor_name or "Accord",
            url=address_of(row.subject_type, row.subject_id) if row.kind != RecordEvent.DELETED else "",
        )
        for row in rows
    ]


def record_entries(record: models.Model, user: Any, *, money: bool = True, limit: int = 30) -> list[Entry]:
    """What happened to one record, as its own page shows it."""
    label = record._meta.label_lower
    events = Event.objects.filter(events_shown(kinds_of(label)), subject_type=label, subject_id=record.pk)
    return of_events(events.order_by("-at")[:limit], user, money=money)


def of_milestones(tasks: QuerySet[Task], limit: int, *, with_project: bool = True) -> list[Entry]:
    """Milestones that were reached, out of ``tasks``, at the time that the plan says."""
    reached = tasks.filter(kind=Task.Kind.MILESTONE, active=True, percent_complete=100, actual_finish__isnull=False)
    return [
        Entry(
            timezone.make_aware(task.actual_finish),
            gettext("Milestone · %(project)s") % {"project": task.project} if with_project else gettext("Milestone"),
            "flag",
            gettext("Milestone “%(task)s” reached") % {"task": task.name},
            url=task_page(task.project, task),
            tone="good",
        )
        for task in reached.select_related("project")
        .only("name", "actual_finish", "project__name")
        .order_by("-actual_finish")[:limit]
        if task.actual_finish is not None
    ]


def _of_event(row: Event, told: Told, reader: EventReader) -> Entry:
    """Actor first, past tense."""
    values = {name: reader.value(row, name, before=True) for name in row.before if name not in row.after}
    values |= {name: reader.value(row, name) for name in row.after}
    values |= {"actor": row.actor_name or "Accord", "object": row.subject_name}
    if told.field:
        values |= {"before": reader.value(row, told.field, before=True) or EMPTY, "after": values[told.field] or EMPTY}
    quoted = values.get(told.quoted, "")
    return Entry(
        row.at,
        record_name(row.subject_type),
        told.icon,
        told.sentence.format_map(_Values(values)),
        markdown(quoted) if quoted and quoted != EMPTY else "",
        url=address_of(row.subject_type, row.subject_id),
        tone=told.tone,
    )


class _Values(dict[str, str]):
    """An older event may lack what the sentence names: it says so rather than fail."""

    def __missing__(self, key: str) -> str:
        return "someone" if key == "by" else "–"
