from accord.money.models.expense import Expense
from accord.money.models.invoice import Invoice, InvoiceLine
from accord.money.models.time_entry import TimeEntry

__all__ = ["Expense", "Invoice", "InvoiceLine", "TimeEntry"]
