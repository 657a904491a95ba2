"""What was invoiced, what is outstanding and what is overdue: plain figures that need no model."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import BooleanField, Case, QuerySet, Sum, Value, When

from accord.accounts.models import Account
from accord.core.money import Money
from accord.money.models import Invoice
from accord.money.queries import COUNTED, Conversion, sum_in
from accord.people.models import Role

YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Receivables:
    """Sums in one currency over ``invoices`` that went out; each names the currencies that have no exchange rate."""

    invoices: int
    revenue: Conversion  # issued within the last 12 months
    outstanding: Conversion
    overdue: Conversion


def sees_invoices(user: Any) -> bool:
    """Whether invoices concern ``user`` at all: a block about them is for nobody else."""
    managing = (Role.ADMINISTRATOR, Role.FINANCE, Role.ACCOUNT_MANAGER, Role.PROJECT_MANAGER)
    return user.has_role(*managing) or Account.objects.filter(owner=user, archived_at=None).exists()


def receivables(user: Any, currency: str, today: date, account: Account | None = None) -> Receivables:
    """The figures of all that ``user`` may see, or of one ``account``, in one query and one for exchange rates.

    Credit notes count with their negative totals. What is archived is left out.
    """
    rows = Invoice.objects.visible_to(user).filter(status__in=COUNTED, account__archived_at=None)
    if account is not None:
        rows = rows.filter(account=account)
    late = Case(When(due_on__lt=today, then=Value(True)), default=Value(False), output_field=BooleanField())
    found = list(
        rows.order_by().annotate(late=late).values("currency", "issued_on", "status", "late").annotate(sum=Sum("total"))
    )
    sums = [(Money(row["sum"], row["currency"]), row["issued_on"], row["status"], row["late"]) for row in found]
    is_open = Invoice.Status.SENT
    return Receivables(
        invoices=len(sums),
        revenue=sum_in(currency, ((m, day) for m, day, _, _ in sums if today - YEAR < day <= today)),
        outstanding=sum_in(currency, ((m, day) for m, day, status, _ in sums if status == is_open)),
        overdue=sum_in(currency, ((m, day) for m, day, status, late in sums if status == is_open and late)),
    )


def due_soon(user: Any, today: date, days: int = 14) -> QuerySet[Invoice]:
    """Unpaid invoices that fall due within ``days``."""
    rows = Invoice.objects.visible_to(user).filter(status=Invoice.Status.SENT, account__archived_at=None)
    return rows.filter(due_on__gte=today, due_on__lte=today + timedelta(days=days)).select_related("account")
