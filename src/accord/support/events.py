"""What happens to requests, of clients and inside the firm."""

from __future__ import annotations

from accord.core.event_kinds import EventKind, Told, told_of_files
from accord.core.texts import gettext_lazy

_REQUEST, _ICON = "support.request", "headset"


class RequestEvent(EventKind):
    """Requests stand on the account's timeline themselves; what happened to them, on their own page."""

    REPORTED = (
        "request.reported",
        gettext_lazy("Recorded"),
        Told(_REQUEST, gettext_lazy("{actor} recorded {object}"), _ICON, on_account=False),
    )
    RESPONDED = (
        "request.responded",
        gettext_lazy("Answered"),
        Told(_REQUEST, gettext_lazy("{actor} sent the first response to {object}"), _ICON, on_account=False),
    )
    WAITING = (
        "request.waiting",
        gettext_lazy("Set to waiting for client"),
        Told(_REQUEST, gettext_lazy("{actor} set {object} to waiting for client"), _ICON, on_account=False),
    )
    RESUMED = (
        "request.resumed",
        gettext_lazy("Resumed"),
        Told(_REQUEST, gettext_lazy("{actor} resumed {object}"), _ICON, on_account=False),
    )
    RESOLVED = (
        "request.resolved",
        gettext_lazy("Resolved"),
        Told(_REQUEST, gettext_lazy("{actor} resolved {object}"), _ICON, "good", quoted="solution", on_account=False),
    )
    CLOSED = (
        "request.closed",
        gettext_lazy("Closed"),
        Told(_REQUEST, gettext_lazy("{actor} closed {object}"), _ICON, on_account=False),
    )
    REOPENED = (
        "request.reopened",
        gettext_lazy("Reopened"),
        Told(_REQUEST, gettext_lazy("{actor} reopened {object}"), _ICON, "warn", on_account=False),
    )
    ESCALATED = (
        "request.escalated",
        gettext_lazy("Escalated"),
        Told(
            _REQUEST,
            gettext_lazy("{actor} escalated {object} ({percent}% of the resolution time used)"),
            _ICON,
            "warn",
            on_account=False,
        ),
    )


class InternalRequestEvent(EventKind):
    CREATED = (
        "internal_request.created",
        gettext_lazy("Requested"),
        Told("support.internalrequest", gettext_lazy("{actor} asked a colleague for “{object}”"), "flag"),
    )
    ANSWERED = (
        "internal_request.answered",
        gettext_lazy("Answered"),
        Told("support.internalrequest", gettext_lazy("{actor} answered “{object}”"), "flag", quoted="answer"),
    )


TOLD = told_of_files("support.request")
