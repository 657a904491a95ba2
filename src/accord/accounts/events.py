"""What happens to accounts, contacts and conversations with them."""

from __future__ import annotations

from accord.core.event_kinds import STATUS_CHANGED, EventKind, RecordEvent, Told, told_of_files
from accord.core.texts import gettext_lazy


class InteractionEvent(EventKind):
    LOGGED = "interaction.logged", gettext_lazy("Logged")


class NextStepEvent(EventKind):
    COMPLETED = (
        "next_step.completed",
        gettext_lazy("Completed next step"),
        Told(
            "accounts.interaction",
            gettext_lazy("{actor} completed the next step of “{object}”"),
            "check",
            "good",
            on_account=False,
        ),
    )
    REOPENED = "next_step.reopened", gettext_lazy("Reopened next step")


class ContactEvent(EventKind):
    CONFIRMED = "contact.confirmed", gettext_lazy("Confirmed")


class ClientLinkEvent(EventKind):
    CREATED = (
        "client_link.created",
        gettext_lazy("Created client link"),
        Told("accounts.clientlink", gettext_lazy("{actor} created a client link: {object}"), "link"),
    )
    REVOKED = (
        "client_link.revoked",
        gettext_lazy("Revoked client link"),
        Told("accounts.clientlink", gettext_lazy("{actor} revoked a client link: {object}"), "link"),
    )


TOLD = (
    *told_of_files("accounts.account", "accounts.contact", "accounts.interaction"),
    (RecordEvent.CREATED, Told("accounts.account", gettext_lazy("{actor} created {object}"), "building-community")),
    (RecordEvent.IMPORTED, Told("accounts.account", gettext_lazy("{actor} imported {object}"), "building-community")),
    (RecordEvent.ARCHIVED, Told("accounts.account", gettext_lazy("{actor} archived {object}"), "archive")),
    (RecordEvent.RESTORED, Told("accounts.account", gettext_lazy("{actor} restored {object}"), "archive")),
    (RecordEvent.CHANGED, Told("accounts.account", STATUS_CHANGED, "flag", "info", field="status")),
)
