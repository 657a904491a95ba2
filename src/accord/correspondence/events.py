"""What happens to emails, mailboxes and calendars."""

from __future__ import annotations

from accord.core.event_kinds import EventKind


class EmailEvent(EventKind):
    QUEUED = "email.queued", "Created"
    SENT = "email.sent", "Sent"
    RESENT = "email.resent", "Resent"


class MailboxEvent(EventKind):
    CONNECTED = "mailbox.connected", "Connected"


class CalendarFeedEvent(EventKind):
    CREATED = "calendar_feed.created", "Created address"
    REPLACED = "calendar_feed.replaced", "Replaced address"
