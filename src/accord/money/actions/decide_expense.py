"""Approving submitted expenses, and returning one with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from accord.conversations.actions.notify import notify
from accord.conversations.models import NoticeKind
from accord.core import editing
from accord.core.access import Permission, require
from accord.money.events import ExpenseEvent
from accord.money.models import Expense

Status = Expense.Status


@transaction.atomic
def approve_expenses(*, versions: Mapping[int, int], by: Any) -> list[Expense]:
    """Approve the submitted expenses with these keys, all or none, each if it is still at the version given.

    From then on they are cost of their projects. Raises ``PermissionDenied`` where ``by`` doesn't decide on one,
    ``ValidationError`` where one isn't submitted (any more) or lies in a closed period, ``Conflict`` where one was
    changed since it was read.
    """
    found = Expense.objects.filter(pk__in=versions).select_related("project__manager", "person").order_by("day", "pk")
    return [_approve(expense, versions[expense.pk], by) for expense in found]


def _approve(expense: Expense, version: int, by: Any) -> Expense:
    _require(expense, by, version, (Status.SUBMITTED,), gettext("“%(expense)s” isn't submitted."))
    approved: Expense = editing.change(
        expense, by=None, told_by=by, version=version, event=ExpenseEvent.APPROVED, action="approve_expenses",
        status=Status.APPROVED, decided_by=by, decided_at=timezone.now(), reason="",
    )  # fmt: skip
    return approved


@transaction.atomic
def return_expense(*, expense: Expense, by: Any, version: int, reason: str) -> Expense:
    """Give a submitted or approved expense back to its person, who is notified of the ``reason``."""
    if not reason.strip():
        raise ValidationError({"reason": gettext("Enter a reason.")})
    stored = Expense.objects.select_related("project__manager", "person__user").get(pk=expense.pk)
    refusal = gettext("“%(expense)s” isn't submitted or approved.")
    _require(stored, by, version, (Status.SUBMITTED, Status.APPROVED), refusal)
    returned: Expense = editing.change(
        stored, by=None, told_by=by, version=version, event=ExpenseEvent.RETURNED, action="return_expense",
        status=Status.RETURNED, decided_by=by, decided_at=timezone.now(), reason=reason.strip(),
    )  # fmt: skip
    values = {"by": by or "Accord", "expense": stored, "reason": returned.reason}
    text = gettext("%(by)s returned your expense %(expense)s: %(reason)s") % values
    payer = stored.person.user if stored.person is not None else None
    notify([payer or stored.submitted_by], text, kind=NoticeKind.SYSTEM, about=returned, by=by)
    return returned


def _require(expense: Expense, by: Any, version: int, among: tuple[str, ...], refusal: str) -> None:
    """That ``by`` decides on the expense and it is in one of these states; a newer version is a ``Conflict`` later."""
    require(by, Permission.APPROVE, expense)
    if expense.version == version and expense.status not in among:
        raise ValidationError(refusal % {"expense": expense})
