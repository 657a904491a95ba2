"""What happens to accounts, contacts and conversations with them."""

from __future__ import annotations

from accord.core.event_kinds import STATUS_CHANGED, EventKind, RecordEvent, Told, told_of_files


class InteractionEvent(EventKind):
    LOGGED = "interaction.logged", "Logged"


class NextStepEvent(EventKind):
    COMPLETED = (
        "next_step.completed", "Completed next step",
        Told(
            "accounts.interaction", "{actor} completed the next step of “{object}”", "check", "good", on_account=False
        ),
    )  # fmt: skip
    REOPENED = "next_step.reopened", "Reopened next step"


class ContactEvent(EventKind):
    CONFIRMED = "contact.confirmed", "Confirmed"


class ClientLinkEvent(EventKind):
    CREATED = (
        "client_link.created", "Created client link",
        Told("accounts.clientlink", "{actor} created a client link: {object}", "link"),
    )  # fmt: skip
    REVOKED = (
        "client_link.revoked", "Revoked client link",
        Told("accounts.clientlink", "{actor} revoked a client link: {object}", "link"),
    )  # fmt: skip


TOLD = (
    *told_of_files("accounts.account", "accounts.contact", "accounts.interaction"),
    (RecordEvent.CREATED, Told("accounts.account", "{actor} created {object}", "building-community")),
    (RecordEvent.IMPORTED, Told("accounts.account", "{actor} imported {object}", "building-community")),
    (RecordEvent.ARCHIVED, Told("accounts.account", "{actor} archived {object}", "archive")),
    (RecordEvent.RESTORED, Told("accounts.account", "{actor} restored {object}", "archive")),
    (RecordEvent.CHANGED, Told("accounts.account", STATUS_CHANGED, "flag", "info", field="status")),
)
