"""A firm that can issue invoices, for the tests of billing."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from accord.accounts.models import Account
from accord.money.actions.issue_invoice import issue_invoice
from accord.money.actions.write_invoice import write_invoice
from accord.money.models import BillingDetails, Invoice, InvoiceLine, TaxRate
from accord.people.models import Firm

TODAY = date(2026, 11, 30)
NOW = datetime(2026, 11, 30, 10, tzinfo=ZoneInfo("Europe/Berlin"))


def set_up_billing(**firm: Any) -> None:
    """The firm's letterhead and three taxes."""
    given = {
        "name": "Northlight", "legal_name": "Northlight Partners GmbH", "street": "Am Wall 1", "postcode": "28195",
        "city": "Bremen", "country": "Germany", "vat_id": "DE136695976", "iban": "DE89370400440532013000",
        "phone": "+49 421 1", "email": "billing@northlight.example", "billing_from": date(2026, 1, 1),
    }  # fmt: skip
    Firm.objects.filter(pk=Firm.current().pk).update(**given | firm)
    for name, category, percent, day, reason in (
        ("Standard rate", "S", 19, date(2021, 1, 1), ""),
        ("Standard rate", "S", 16, date(2020, 7, 1), ""),
        ("Reduced rate", "S", 7, date(2021, 1, 1), ""),
        ("Reverse charge", "AE", 0, date(2021, 1, 1), "Reverse charge: the recipient owes the tax."),
    ):
        TaxRate.objects.create(name=name, category=category, percent=percent, starts_on=day, reason=reason)


def create_client(name: str = "Stadtwerke", **details: Any) -> Account:
    account = Account.objects.create(
        name=name, status="client", street="Langer Weg 2", postcode="10115", city="Berlin", country="Germany"
    )
    if details:
        BillingDetails.objects.create(account=account, **details)
    return account


def line(price: str, quantity: str = "1", tax: str = "Standard rate", **more: Any) -> InvoiceLine:
    return InvoiceLine(
        description="Consulting", quantity=Decimal(quantity), unit_price=Decimal(price), tax_name=tax, **more
    )


def draft(account: Account, *lines: InvoiceLine, **more: Any) -> Invoice:
    invoice = Invoice(account=account, issued_on=more.pop("issued_on", TODAY), **more)
    return write_invoice(invoice=invoice, lines=list(lines) or [line("100.00")], by=None)


def issue(invoice: Invoice, by: Any = None, today: date = TODAY) -> Invoice:
    return issue_invoice(invoice=invoice, version=invoice.version, by=by, now=NOW, today=today)
