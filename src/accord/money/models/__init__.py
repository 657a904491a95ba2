from accord.money.models.billing import BillingDetails, BillingMilestone, InvoiceSeries
from accord.money.models.expense import Expense
from accord.money.models.expense_category import ExpenseCategory, ExpenseKind, ExpenseRate
from accord.money.models.invoice import Invoice, InvoiceDocument, InvoiceLine, Unit
from accord.money.models.payment import Payment
from accord.money.models.rate_card import RateCard
from accord.money.models.reimbursement import Reimbursement
from accord.money.models.tax_rate import TaxRate
from accord.money.models.time_entry import TimeEntry
from accord.money.models.timer import Timer
from accord.money.models.timesheet import PeriodLock, Timesheet
from accord.money.models.work_type import WorkType

__all__ = [
    "BillingDetails",
    "BillingMilestone",
    "Expense",
    "ExpenseCategory",
    "ExpenseKind",
    "ExpenseRate",
    "Invoice",
    "InvoiceDocument",
    "InvoiceLine",
    "InvoiceSeries",
    "Payment",
    "PeriodLock",
    "RateCard",
    "Reimbursement",
    "TaxRate",
    "TimeEntry",
    "Timer",
    "Timesheet",
    "Unit",
    "WorkType",
]
