"""Amounts of several currencies: converted at the rate of their day, or named as left out; never added raw."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from accord.accounts.models import Account
from accord.core.money import Money
from accord.money.actions.log_time import price
from accord.money.actions.write_invoice import line_amount
from accord.money.models import Expense, Invoice, TimeEntry
from accord.money.queries import invoiced
from accord.people.models import Firm, Person
from accord.projects.models import Project
from accord.rates.models import ExchangeRate
from accord.rates.queries import converter_to
from accord.sales.models import Opportunity, Quote, QuoteLine
from tests.factories import create_expense, create_rates

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 2)
START = datetime(2026, 3, 2, 9)


@pytest.fixture
def account() -> Account:
    Firm.current()
    ExchangeRate.objects.create(currency="GBP", starts_on=date(2026, 1, 1), rate=Decimal("1.15"))
    ExchangeRate.objects.create(currency="JPY", starts_on=date(2026, 1, 1), rate=Decimal("0.0061"))
    return Account.objects.create(name="Client")


def _invoice(account: Account, project: Project, amount: str, currency: str) -> Invoice:
    return Invoice.objects.create(
        account=account, project=project, number=f"{currency}-{amount}", issued_on=DAY, status=Invoice.Status.SENT,
        total=Decimal(amount), currency=currency,
    )  # fmt: skip


def test_pounds_on_a_project_in_euros_are_converted(account: Account) -> None:
    project = Project.objects.create(account=account, start=START, name="Shop", currency="EUR")
    rows = [_invoice(account, project, "1000.00", "EUR"), _invoice(account, project, "100.00", "GBP")]
    rows.append(_invoice(account, project, "50.00", "CHF"))
    found = invoiced(rows, "EUR")
    assert found.total == Money(Decimal("1115.00"), "EUR")
    assert found.unconverted == {"CHF": Money(Decimal(50), "CHF")}


def test_rates_cross_the_currency_of_the_firm(account: Account) -> None:
    assert converter_to("GBP").convert(Money(Decimal("115"), "EUR"), DAY) == Money(Decimal("100.00"), "GBP")
    assert converter_to("JPY").convert(Money(Decimal("100"), "GBP"), DAY) == Money(Decimal("18852"), "JPY")
    assert converter_to("JPY").convert(Money(Decimal("100"), "CHF"), DAY) is None


def test_hours_are_priced_in_the_digits_of_the_project(account: Account) -> None:
    person = Person.objects.create(name="Pat")
    create_rates(Decimal("50.00"), Decimal("100.00"), person=person, starts_on=DAY)
    project = Project.objects.create(account=account, start=START, name="Shop", currency="JPY")
    entry = TimeEntry(project=project, person=person, day=DAY, minutes=60)
    price(entry)
    assert (entry.cost_rate, entry.bill_rate) == (Decimal(8197), Decimal(16393))


def test_quote_and_invoice_of_one_line_agree(account: Account) -> None:
    for quantity, unit, discount, expected in (
        ("2.5", "0.05", "0", "0.13"),
        ("1", "10.25", "10", "9.23"),
        ("1", "10.50", "95", "0.53"),
    ):
        quote = Quote.objects.create(
            account=account, title="Offer", number="Q", version_number=int(Decimal(expected) * 100)
        )
        line = QuoteLine.objects.create(
            quote=quote,
            description="x",
            quantity=Decimal(quantity),
            unit_price=Decimal(unit),
            discount=Decimal(discount),
        )
        assert line.amount == Decimal(expected)
        net_price = Decimal(unit) * (100 - Decimal(discount)) / 100
        assert line_amount(Decimal(quantity), net_price, "EUR") == line.amount


def test_tax_may_have_three_decimals(account: Account) -> None:
    quote = Quote(account=account, title="Offre", number="Q", tax_percent=Decimal("9.975"), currency="CAD")
    quote.full_clean()
    quote.save()
    QuoteLine.objects.create(quote=quote, description="x", unit_price=Decimal("100.00"))
    quote.refresh_from_db()
    assert (quote.tax, quote.total) == (Decimal("9.98"), Decimal("109.98"))


@pytest.mark.parametrize(
    ("currency", "amount", "message"),
    [
        ("EUR", "1.005", "at most 2 decimal places"),
        ("JPY", "1.50", "JPY has no decimal places"),
        ("KWD", "1.0005", "3 decimal places"),
    ],
)
def test_an_amount_has_no_more_digits_than_its_currency(
    account: Account, currency: str, amount: str, message: str
) -> None:
    row = Opportunity(account=account, name="Shop", currency=currency, amount=Decimal(amount))
    with pytest.raises(ValidationError, match=message):
        row.full_clean()


def test_amounts_come_back_as_they_were_stored(account: Account) -> None:
    for currency, amount in (("EUR", "12.30"), ("KWD", "1.234"), ("JPY", "1200.00")):
        row = Opportunity.objects.create(account=account, name=currency, currency=currency, amount=Decimal(amount))
        assert str(Opportunity.objects.get(pk=row.pk).amount) == amount


def test_the_database_adds_amounts_without_noise(account: Account) -> None:
    project = Project.objects.create(account=account, start=START, name="Shop")
    for _ in range(3):
        create_expense(project, "0.10", day=DAY)
    from django.db.models import Sum

    assert str(Expense.objects.aggregate(sum=Sum("amount"))["sum"]) == "0.30"


def test_recorded_hours_hold_the_currency_of_a_project(account: Account) -> None:
    project = Project.objects.create(account=account, start=START, name="Shop", currency="EUR")
    project.currency = "GBP"
    project.full_clean()
    project.currency = "EUR"
    create_expense(project, "10.00", day=DAY)
    project.currency = "GBP"
    with pytest.raises(ValidationError, match="recorded in EUR"):
        project.full_clean()
