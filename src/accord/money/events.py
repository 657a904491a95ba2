"""What happens to hours, weeks of hours, expenses and invoices."""

from __future__ import annotations

from accord.core.event_kinds import EventKind, RecordEvent, Told, told_of_files
from accord.core.texts import gettext_lazy

_WEEK = "money.timesheet"
_EXPENSE = "money.expense"


class TimeEvent(EventKind):
    LOGGED = "time.logged", gettext_lazy("Logged")
    CORRECTED = "time.corrected", gettext_lazy("Corrected")
    REPRICED = "time.repriced", gettext_lazy("Repriced")


class TimesheetEvent(EventKind):
    ROWS_ADDED = "timesheet.rows_added", gettext_lazy("Added rows")
    SUBMITTED = (
        "timesheet.submitted",
        gettext_lazy("Submitted"),
        Told(_WEEK, gettext_lazy("{actor} submitted the week"), "send"),
    )
    WITHDRAWN = (
        "timesheet.withdrawn",
        gettext_lazy("Withdrew"),
        Told(_WEEK, gettext_lazy("{actor} withdrew the week"), "arrow-back-up"),
    )
    APPROVED = (
        "timesheet.approved",
        gettext_lazy("Approved"),
        Told(_WEEK, gettext_lazy("{actor} approved the week"), "circle-check", "good"),
    )
    RETURNED = (
        "timesheet.returned",
        gettext_lazy("Returned"),
        Told(_WEEK, gettext_lazy("{actor} returned the week"), "arrow-back-up", "bad", quoted="reason"),
    )
    CORRECTED = (
        "timesheet.corrected",
        gettext_lazy("Corrected"),
        Told(_WEEK, gettext_lazy("{actor} corrected {entry} from {old} to {new}"), "pencil", quoted="reason"),
    )
    REMINDED = "timesheet.reminded", gettext_lazy("Sent reminder")


class TimerEvent(EventKind):
    STARTED = "timer.started", gettext_lazy("Started timer")


class PeriodEvent(EventKind):
    LOCKED = "time.locked", gettext_lazy("Locked")
    UNLOCKED = "time.unlocked", gettext_lazy("Unlocked")


class ExpenseEvent(EventKind):
    CREATED = (
        "expense.created",
        gettext_lazy("Created"),
        Told(_EXPENSE, gettext_lazy("{actor} entered expense {object}"), "receipt"),
    )
    SUBMITTED = (
        "expense.submitted",
        gettext_lazy("Submitted"),
        Told(_EXPENSE, gettext_lazy("{actor} submitted expense {object}"), "send"),
    )
    WITHDRAWN = (
        "expense.withdrawn",
        gettext_lazy("Withdrew"),
        Told(_EXPENSE, gettext_lazy("{actor} withdrew expense {object}"), "arrow-back-up"),
    )
    APPROVED = (
        "expense.approved",
        gettext_lazy("Approved"),
        Told(_EXPENSE, gettext_lazy("{actor} approved expense {object}"), "circle-check", "good"),
    )
    RETURNED = (
        "expense.returned",
        gettext_lazy("Returned"),
        Told(_EXPENSE, gettext_lazy("{actor} returned expense {object}"), "arrow-back-up", "bad", quoted="reason"),
    )
    REIMBURSED = (
        "expense.reimbursed",
        gettext_lazy("Reimbursed"),
        Told(_EXPENSE, gettext_lazy("{actor} reimbursed expense {object}"), "receipt", "good"),
    )
    REIMBURSEMENT_UNDONE = (
        "expense.reimbursement_undone",
        gettext_lazy("Undid reimbursement"),
        Told(_EXPENSE, gettext_lazy("{actor} undid the reimbursement of expense {object}"), "arrow-back-up"),
    )


class ReimbursementEvent(EventKind):
    CREATED = "reimbursement.created", gettext_lazy("Reimbursed")
    UNDONE = "reimbursement.undone", gettext_lazy("Undid reimbursement")


class InvoiceEvent(EventKind):
    CREATED = (
        "invoice.created",
        gettext_lazy("Created"),
        Told("money.invoice", gettext_lazy("{actor} created invoice {object}"), "receipt"),
    )
    LINES_CHANGED = "invoice.lines_changed", gettext_lazy("Updated")
    ISSUED = (
        "invoice.issued",
        gettext_lazy("Issued"),
        Told("money.invoice", gettext_lazy("{actor} issued invoice {object}"), "receipt", "success"),
    )
    CANCELLED = (
        "invoice.cancelled",
        gettext_lazy("Cancelled"),
        Told("money.invoice", gettext_lazy("{actor} cancelled invoice {object}"), "receipt", "warning"),
    )
    PAYMENT_RECORDED = "invoice.payment_recorded", gettext_lazy("Payment recorded")


TOLD = (
    *told_of_files("money.invoice"),
    *told_of_files(_EXPENSE),
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
