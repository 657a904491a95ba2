from accord.correspondence.models.calendar_source import CalendarFeed, CalendarMeeting, CalendarSource
from accord.correspondence.models.mailbox import (
    Mailbox,
    MailboxSync,
    MailCopy,
    MailFolder,
    MailMessage,
    Security,
    SkippedMail,
)

__all__ = [
    "CalendarFeed",
    "CalendarMeeting",
    "CalendarSource",
    "MailCopy",
    "MailFolder",
    "MailMessage",
    "Mailbox",
    "MailboxSync",
    "Security",
    "SkippedMail",
]
