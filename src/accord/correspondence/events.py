"""What happens to emails, mailboxes and calendars."""

from __future__ import annotations

from accord.core.event_kinds import EventKind
from accord.core.texts import gettext_lazy


class EmailEvent(EventKind):
    QUEUED = "email.queued", gettext_lazy("Created")
    SENT = "email.sent", gettext_lazy("Sent")
    RESENT = "email.resent", gettext_lazy("Resent")


class MailboxEvent(EventKind):
    CONNECTED = "mailbox.connected", gettext_lazy("Connected")


class CalendarFeedEvent(EventKind):
    CREATED = "calendar_feed.created", gettext_lazy("Created address")
    REPLACED = "calendar_feed.replaced", gettext_lazy("Replaced address")
