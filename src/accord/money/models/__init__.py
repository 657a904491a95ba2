from accord.money.models.exchange_rate import ExchangeRate
from accord.money.models.expense import Expense
from accord.money.models.invoice import Invoice, InvoiceLine
from accord.money.models.rate import Rate
from accord.money.models.time_entry import TimeEntry

__all__ = ["ExchangeRate", "Expense", "Invoice", "InvoiceLine", "Rate", "TimeEntry"]
