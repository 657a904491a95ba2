"""What is wrong with an expense, and when it can't change any more."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext

from accord.core.dates import day_text
from accord.money.models.expense_category import ExpenseKind
from accord.money.models.timesheet import locked_until
from accord.projects.models import Task

if TYPE_CHECKING:
    from accord.money.models.expense import Expense

MOST_DAYS = 366  # of one per diem
# What moves an expense on its way, and so changes one that is submitted or approved.
STEPS = frozenset({"submit_expenses", "withdraw_expense", "approve_expenses", "return_expense", "reimburse"})
# What changes no figure of a closed period, unless the expense is cost already: that is asked first.
HARMLESS = frozenset({"change_expense", "withdraw_expense", "return_expense"})


def check_expense(expense: Expense) -> None:
    """Raises ``ValidationError`` for what contradicts itself."""
    if expense.category is not None:
        expense.kind = expense.category.kind
    errors: dict[str, Any] = {}
    for check in (_check_task, _check_day, _check_amount, _check_quantity, _check_payer):
        check(expense, errors)
    if errors:
        raise ValidationError(errors)


def _check_task(expense: Expense, errors: dict[str, Any]) -> None:
    task = expense.task
    if task is None or not expense.project_id:
        return
    if task.project_id != expense.project_id:
        errors["task"] = gettext("This task belongs to another project.")
    elif task.kind == Task.Kind.SUMMARY:
        errors["task"] = gettext("Choose a task, not a summary task.")


def _check_day(expense: Expense, errors: dict[str, Any]) -> None:
    if expense.day is None:
        return
    if expense.day > timezone.localdate() + timedelta(days=1):  # it may be tomorrow already where the person is
        errors["day"] = gettext("The date can't be in the future.")
    elif closed := why_day_closed(expense):
        errors["day"] = closed


def why_day_closed(expense: Expense) -> str:
    """Why nothing can be entered on its day; empty where it can."""
    until = locked_until()
    if until is None or expense.day > until:
        return ""
    return gettext("Expenses are locked until %(day)s. Choose a later date, or ask finance to unlock it.") % {
        "day": day_text(until)
    }


def _check_amount(expense: Expense, errors: dict[str, Any]) -> None:
    amount, tax = expense.amount or Decimal(0), expense.tax or Decimal(0)
    if expense.kind != ExpenseKind.ORDINARY:
        return
    if not amount:
        errors["amount"] = gettext("Enter the amount.")
    elif abs(tax) > abs(amount):
        errors["tax"] = gettext("The tax can't be more than the amount that contains it.")
    elif tax and (tax < 0) != (amount < 0):
        errors["tax"] = gettext("Enter the tax with the sign of the amount.")


def _check_quantity(expense: Expense, errors: dict[str, Any]) -> None:
    if expense.kind == ExpenseKind.ORDINARY:
        return
    quantity = expense.quantity or Decimal(0)
    if quantity <= 0:
        errors["quantity"] = (
            gettext("Enter the kilometres.")
            if expense.kind == ExpenseKind.MILEAGE
            else gettext("Enter the days, for example 2 or 0.5.")
        )
    elif expense.kind == ExpenseKind.PER_DIEM and quantity > MOST_DAYS:
        errors["quantity"] = gettext("Enter at most %(days)s days.") % {"days": MOST_DAYS}
    if expense.kind == ExpenseKind.PER_DIEM and any((count or 0) > quantity + 1 for count in expense.meals):
        errors["breakfasts"] = gettext("There can't be more meals of a kind than days.")


def _check_payer(expense: Expense, errors: dict[str, Any]) -> None:
    is_own = expense.paid_by == "own" or expense.kind != ExpenseKind.ORDINARY
    if is_own and expense.person_id is None:
        errors["person"] = gettext("Choose who paid, so that they can be reimbursed.")


def why_expense_closed(expense: Expense, action: str) -> str:
    """Why ``action`` can't store, change or delete the expense as it is; empty where it can."""
    is_step = action in STEPS
    if expense.invoice_line is not None and action != "reimburse":
        return gettext("“%(expense)s” is on invoice %(invoice)s.") % {
            "expense": expense, "invoice": expense.invoice_line.invoice,
        }  # fmt: skip
    if not expense.is_open and not is_step:
        return gettext("“%(expense)s” is %(status)s. Withdraw it or have it returned before you change it.") % {
            "expense": expense, "status": expense.get_status_display().lower(),
        }  # fmt: skip
    if action == "reimburse" or (action in HARMLESS and not expense.counts):
        return ""
    return why_day_closed(expense)
