"""What happens to hours and invoices."""

from __future__ import annotations

from accord.core.event_kinds import EventKind, RecordEvent, Told, told_of_files
from accord.core.texts import gettext_lazy


class TimeEvent(EventKind):
    LOGGED = "time.logged", gettext_lazy("Logged")


class InvoiceEvent(EventKind):
    CREATED = (
        "invoice.created",
        gettext_lazy("Created"),
        Told("money.invoice", gettext_lazy("{actor} created invoice {object}"), "receipt"),
    )
    LINES_CHANGED = "invoice.lines_changed", gettext_lazy("Updated")


TOLD = (
    *told_of_files("money.invoice"),
    (
        RecordEvent.CHANGED,
        Told(
            "money.invoice",
            gettext_lazy("{actor} changed the status of invoice {object} from {before} to {after}"),
            "receipt",
            "info",
            field="status",
        ),
    ),
)
