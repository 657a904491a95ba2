"""Deleting an expense category that nothing was spent on."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext

from accord.core import editing
from accord.core.access import Permission, require
from accord.money.models import ExpenseCategory


@transaction.atomic
def remove_category(*, category: ExpenseCategory, by: Any) -> None:
    """Delete ``category`` with its rates. Raises ``ValidationError`` where expenses use it."""
    stored = ExpenseCategory.objects.select_for_update().get(pk=category.pk)
    require(by, Permission.DELETE, stored)
    if stored.expenses.exists():
        text = gettext("Expenses use %(category)s. To stop offering it, clear Active on its form instead.")
        raise ValidationError(text % {"category": stored})
    for rate in stored.rates.all():
        editing.remove(rate, by=by)
    editing.remove(stored, by=by)
