"""Handing expenses in for approval, and taking one back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from accord.conversations.actions.notify import notify
from accord.conversations.models import NoticeKind
from accord.core import editing
from accord.core.access import Permission, require
from accord.money.events import ExpenseEvent
from accord.money.models import Expense, ExpenseCategory
from accord.money.queries_expenses import without_receipt

Status = Expense.Status


@transaction.atomic
def submit_expenses(*, versions: Mapping[int, int], by: Any) -> list[Expense]:
    """Submit the drafts with these keys, all or none, each if it is still at the version given.

    Raises ``ValidationError`` where one isn't a draft (any more), lies in a closed period, or lacks a receipt that its
    category insists on. Managers of the projects are notified.
    """
    found = list(
        Expense.objects.filter(pk__in=versions).select_related("project__manager", "category").order_by("day", "pk")
    )
    _refuse_without_receipt(found)
    submitted = [_submit(expense, versions[expense.pk], by) for expense in found]
    _notify_managers(found, submitted, by)
    return submitted


def _submit(expense: Expense, version: int, by: Any) -> Expense:
    require(by, Permission.CHANGE, expense)
    if expense.version == version and not expense.is_open:
        text = gettext("“%(expense)s” is already %(status)s.")
        raise ValidationError(text % {"expense": expense, "status": expense.get_status_display().lower()})
    submitted: Expense = editing.change(
        expense, by=None, told_by=by, version=version, event=ExpenseEvent.SUBMITTED, action="submit_expenses",
        status=Status.SUBMITTED, submitted_by=by, submitted_at=timezone.now(), decided_by=None, decided_at=None,
        reason="",
    )  # fmt: skip
    return submitted


def _refuse_without_receipt(expenses: list[Expense]) -> None:
    missing = without_receipt(expenses)
    for expense in expenses:
        category = expense.category
        if expense.pk in missing and category and category.receipt_rule == ExpenseCategory.ReceiptRule.REFUSE:
            text = gettext("“%(expense)s” needs a receipt: attach it before you submit it.")
            raise ValidationError(text % {"expense": expense})


def _notify_managers(before: list[Expense], submitted: list[Expense], by: Any) -> None:
    """One notice for each manager, about the expense, or the first of several."""
    managers = {expense.pk: expense.project.manager for expense in before}
    counts = Counter(manager for manager in managers.values() if manager is not None)
    for manager, count in counts.items():
        first = next(expense for expense in submitted if managers[expense.pk] == manager)
        text = ngettext("%(by)s submitted an expense: %(first)s", "%(by)s submitted %(count)s expenses", count)
        notify([manager], text % {"by": by or "Accord", "count": count, "first": first},
               kind=NoticeKind.SYSTEM, about=first, by=by)  # fmt: skip


@transaction.atomic
def withdraw_expense(*, expense: Expense, by: Any) -> Expense:
    """Take a submitted expense back to change it. Raises ``ValidationError`` once it is decided on."""
    stored = Expense.objects.select_for_update(of=("self",)).select_related("project").get(pk=expense.pk)
    require(by, Permission.CHANGE, stored)
    if stored.status != Status.SUBMITTED:
        raise ValidationError(gettext("Only a submitted expense can be withdrawn."))
    withdrawn: Expense = editing.change(
        stored, by=None, told_by=by, version=stored.version, event=ExpenseEvent.WITHDRAWN, action="withdraw_expense",
        status=Status.DRAFT, submitted_by=None, submitted_at=None,
    )  # fmt: skip
    return withdrawn
