"""What happens to requests, of clients and inside the firm."""

from __future__ import annotations

from accord.core.event_kinds import EventKind, Told, told_of_files

_REQUEST, _ICON = "support.request", "headset"


class RequestEvent(EventKind):
    """Requests stand on the account's timeline themselves; what happened to them, on their own page."""

    REPORTED = (
        "request.reported", "Recorded", Told(_REQUEST, "{actor} recorded {object}", _ICON, on_account=False),
    )  # fmt: skip
    RESPONDED = (
        "request.responded", "Answered",
        Told(_REQUEST, "{actor} sent the first response to {object}", _ICON, on_account=False),
    )  # fmt: skip
    WAITING = (
        "request.waiting", "Set to waiting for client",
        Told(_REQUEST, "{actor} set {object} to waiting for client", _ICON, on_account=False),
    )  # fmt: skip
    RESUMED = "request.resumed", "Resumed", Told(_REQUEST, "{actor} resumed {object}", _ICON, on_account=False)
    RESOLVED = (
        "request.resolved", "Resolved",
        Told(_REQUEST, "{actor} resolved {object}", _ICON, "good", quoted="solution", on_account=False),
    )  # fmt: skip
    CLOSED = "request.closed", "Closed", Told(_REQUEST, "{actor} closed {object}", _ICON, on_account=False)
    REOPENED = (
        "request.reopened", "Reopened", Told(_REQUEST, "{actor} reopened {object}", _ICON, "warn", on_account=False),
    )  # fmt: skip
    ESCALATED = (
        "request.escalated", "Escalated",
        Told(
            _REQUEST, "{actor} escalated {object} ({percent}% of the resolution time used)", _ICON, "warn",
            on_account=False,
        ),
    )  # fmt: skip


class InternalRequestEvent(EventKind):
    CREATED = (
        "internal_request.created", "Requested",
        Told("support.internalrequest", "{actor} asked a colleague for “{object}”", "flag"),
    )  # fmt: skip
    ANSWERED = (
        "internal_request.answered", "Answered",
        Told("support.internalrequest", "{actor} answered “{object}”", "flag", quoted="answer"),
    )  # fmt: skip


TOLD = told_of_files("support.request")
