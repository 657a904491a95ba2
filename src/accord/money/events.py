"""What happens to hours and invoices."""

from __future__ import annotations

from accord.core.event_kinds import EventKind, RecordEvent, Told, told_of_files


class TimeEvent(EventKind):
    LOGGED = "time.logged", "Logged"


class InvoiceEvent(EventKind):
    CREATED = "invoice.created", "Created", Told("money.invoice", "{actor} created invoice {object}", "receipt")
    LINES_CHANGED = "invoice.lines_changed", "Updated"


TOLD = (
    *told_of_files("money.invoice"),
    (
        RecordEvent.CHANGED,
        Told(
            "money.invoice", "{actor} changed the status of invoice {object} from {before} to {after}", "receipt",
            "info", field="status",
        ),
    ),
)  # fmt: skip
