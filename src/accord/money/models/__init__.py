from accord.money.models.expense import Expense
from accord.money.models.expense_category import ExpenseCategory, ExpenseKind, ExpenseRate
from accord.money.models.invoice import Invoice, InvoiceLine
from accord.money.models.rate_card import RateCard
from accord.money.models.reimbursement import Reimbursement
from accord.money.models.time_entry import TimeEntry
from accord.money.models.timer import Timer
from accord.money.models.timesheet import PeriodLock, Timesheet
from accord.money.models.work_type import WorkType

__all__ = [
    "Expense",
    "ExpenseCategory",
    "ExpenseKind",
    "ExpenseRate",
    "Invoice",
    "InvoiceLine",
    "PeriodLock",
    "RateCard",
    "Reimbursement",
    "TimeEntry",
    "Timer",
    "Timesheet",
    "WorkType",
]
