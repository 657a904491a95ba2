"""Marking what people paid as reimbursed, and taking that back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from accord.conversations.actions.notify import notify
from accord.conversations.models import NoticeKind
from accord.core import editing
from accord.core.access import Permission, require
from accord.money.events import ExpenseEvent, ReimbursementEvent
from accord.money.models import Expense, Reimbursement

Status = Expense.Status


@transaction.atomic
def reimburse(*, versions: Mapping[int, int], paid_on: date, by: Any) -> Reimbursement:
    """Mark approved expenses that people paid themselves as reimbursed, all or none, each at the version given.

    Raises ``ValidationError`` where one isn't approved (any more) or was paid by the firm, ``Conflict`` where one was
    changed since it was read. The people are notified.
    """
    run = Reimbursement(paid_on=paid_on)
    require(by, Permission.CREATE, run)
    found = list(Expense.objects.filter(pk__in=versions).select_related("person__user").order_by("day", "pk"))
    if not found or len(found) != len(versions):
        raise ValidationError(gettext("Choose at least one expense."))
    made = editing.create(run, by=by, event=ReimbursementEvent.CREATED, action="reimburse")
    for expense in found:
        _mark(expense, versions[expense.pk], made, by)
    text = gettext("Your expenses were reimbursed")
    payers = [expense.person.user for expense in found if expense.person is not None]
    notify(payers, text, kind=NoticeKind.SYSTEM, about=found[0], by=by)
    return made


def _mark(expense: Expense, version: int, run: Reimbursement, by: Any) -> None:
    is_due = expense.status == Status.APPROVED and expense.paid_by == Expense.PaidBy.OWN
    if expense.version == version and not is_due:
        text = gettext("“%(expense)s” isn't approved, or wasn't paid with own money.")
        raise ValidationError(text % {"expense": expense})
    editing.change(
        expense, by=None, told_by=by, version=version, event=ExpenseEvent.REIMBURSED, action="reimburse",
        status=Status.REIMBURSED, reimbursement=run,
    )  # fmt: skip


@transaction.atomic
def undo_reimbursement(*, reimbursement: Reimbursement, by: Any) -> Reimbursement:
    """Its expenses are approved again and wait for reimbursement."""
    stored = Reimbursement.objects.select_for_update().get(pk=reimbursement.pk)
    require(by, Permission.CHANGE, stored)
    if stored.undone_at is not None:
        raise ValidationError(gettext("This reimbursement is already undone."))
    for expense in Expense.objects.filter(reimbursement=stored).order_by("pk"):
        editing.change(
            expense, by=None, told_by=by, version=expense.version, event=ExpenseEvent.REIMBURSEMENT_UNDONE,
            action="reimburse", status=Status.APPROVED, reimbursement=None,
        )  # fmt: skip
    undone: Reimbursement = editing.change(
        stored, by=None, told_by=by, version=stored.version, event=ReimbursementEvent.UNDONE, undone_at=timezone.now()
    )
    return undone
