"""Entering an expense and editing it, with the rates of its day."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext

from accord.core import editing
from accord.core.access import Permission, require
from accord.core.dates import day_text
from accord.core.files.actions import save_files
from accord.core.files.contents import Stored
from accord.core.money import Money, round_half_up
from accord.money.events import ExpenseEvent
from accord.money.expense_amounts import amounts_of, contained_tax, mileage, per_diem
from accord.money.models import Expense, ExpenseCategory, ExpenseKind, ExpenseRate
from accord.money.models.expense_checks import why_day_closed
from accord.people.models import Firm
from accord.rates.queries import Converter, converter_to

RATE_DIGITS = 10  # of a stored exchange rate
PRICED = ("kind", "currency", "amount", "tax", "tax_deductible", "quantity", "breakfasts", "lunches", "dinners",
          "rate", "exchange_rate", "cost", "billable_amount", "paid_by", "needs_receipt")  # fmt: skip


@transaction.atomic
def add_expense(
    *,
    expense: Expense,
    by: Any,
    stored: Sequence[Stored] = (),
    billable: bool | None = None,
    markup_percent: Decimal | None = None,
    tax_deductible: bool | None = None,
) -> Expense:
    """Save a new draft ``expense``, with receipts ``stored`` a moment ago; what isn't said is as its category says.

    Raises ``ValidationError`` where its currency or category has no rate on its day, or its day is closed.
    """
    category = expense.category or ExpenseCategory()
    expense.billable = category.billable if billable is None else billable
    expense.markup_percent = category.markup_percent if markup_percent is None else markup_percent
    expense.tax_deductible = category.tax_deductible if tax_deductible is None else tax_deductible
    price(expense)
    added = editing.create(expense, by=by, event=ExpenseEvent.CREATED, action="add_expense")
    save_files(subject=added, stored=stored, by=by)
    return added


@transaction.atomic
def change_expense(*, expense: Expense, by: Any, version: int, **values: Any) -> Expense:
    """Store ``values`` if ``expense`` is still at ``version``, with the rates of its day."""
    for name, value in values.items():
        setattr(expense, name, value)
    require(by, Permission.CHANGE, expense)  # also as it is to be: nobody hands their expense to someone else
    if closed := why_day_closed(expense):
        raise ValidationError({"day": closed})
    price(expense)
    priced = {name: getattr(expense, name) for name in PRICED}
    changed: Expense = editing.change(expense, by=by, version=version, action="change_expense", **values | priced)
    return changed


def price(expense: Expense) -> None:
    """Calculate the amounts of ``expense``: tax, cost in the project's currency, what is billed."""
    expense.kind = expense.category.kind if expense.category is not None else ExpenseKind.ORDINARY
    if expense.kind == ExpenseKind.ORDINARY:
        _price_receipt(expense)
    else:
        _price_allowance(expense)
    firm, project = Firm.current().currency, expense.project.currency
    rates = None if expense.currency == firm == project else converter_to(project, firm)
    worth = _rate(rates, expense) if rates is not None else Decimal(1)
    expense.exchange_rate = worth
    found = amounts_of(
        expense.paid, Money(expense.tax or Decimal(0), expense.currency), is_deductible=expense.tax_deductible,
        rate=worth, currency=project, markup=expense.markup_percent if expense.billable else None,
    )  # fmt: skip
    expense.cost, expense.billable_amount = found.cost.amount, found.billable.amount
    expense.needs_receipt = _needs_receipt(expense, firm)


def _price_receipt(expense: Expense) -> None:
    expense.amount = expense.amount or Decimal(0)
    expense.rate = expense.quantity = None
    expense.breakfasts = expense.lunches = expense.dinners = 0
    if expense.tax is None:
        percent = expense.category.tax_percent if expense.category is not None else Decimal(0)
        expense.tax = contained_tax(expense.paid, percent).amount


def _price_allowance(expense: Expense) -> None:
    """Mileage or per diem: the firm's own rate of the day, without tax, paid by the person."""
    assert expense.category is not None
    rows = ExpenseRate.objects.filter(category=expense.category, starts_on__lte=expense.day).order_by("-starts_on")
    row = rows.first()
    if row is None:
        text = gettext("%(category)s has no rate on %(day)s. Ask finance to add one.")
        raise ValidationError({"category": text % {"category": expense.category, "day": day_text(expense.day)}})
    expense.currency, expense.rate = Firm.current().currency, row.rate
    rate, quantity = Money(row.rate, expense.currency), expense.quantity or Decimal(0)
    if expense.kind == ExpenseKind.MILEAGE:
        expense.breakfasts = expense.lunches = expense.dinners = 0
        expense.amount = mileage(quantity, rate).amount
    else:
        expense.amount = per_diem(quantity, rate, expense.meals, expense.category.meal_percents).amount
    expense.tax, expense.paid_by = Decimal(0), Expense.PaidBy.OWN


def _rate(rates: Converter, expense: Expense) -> Decimal:
    worth = rates.rate(expense.currency, expense.day)
    if worth is None:
        text = gettext("No exchange rate from %(currency)s to %(project_currency)s for %(day)s. Add one under Money.")
        values = {"currency": expense.currency, "project_currency": rates.currency, "day": day_text(expense.day)}
        raise ValidationError({"currency": text % values})
    return round_half_up(worth, RATE_DIGITS)


def _needs_receipt(expense: Expense, firm: str) -> bool:
    """Whether its category wants a receipt for such an amount; one that can't be compared needs it."""
    limit = expense.category.receipt_from if expense.category is not None else None
    if limit is None or expense.kind != ExpenseKind.ORDINARY:
        return False
    if expense.currency == firm:
        return bool(abs(expense.amount) >= limit)
    paid = converter_to(firm, firm).convert(expense.paid, expense.day)
    return paid is None or bool(abs(paid.amount) >= limit)
