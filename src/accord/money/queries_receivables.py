"""What was invoiced, what is outstanding and what is overdue: plain figures that need no model."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from accord.accounts.models import Account
from accord.core.money import Money
from accord.money.models import Invoice
from accord.money.queries import COUNTED, is_overdue, with_outstanding
from accord.people.models import Role
from accord.rates.queries import Conversion, converter_to, sum_in

YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Receivables:
    """Sums in one currency over invoices that went out; each names the currencies that have no exchange rate."""

    has_invoices: bool
    revenue: Conversion  # issued within the last 12 months
    outstanding: Conversion
    overdue: Conversion
    undated: int  # unpaid invoices without a due date: whether they are overdue is not known
    dated: int  # unpaid invoices with one


def sees_invoices(user: Any) -> bool:
    """Whether invoices concern ``user`` at all: a block about them is for nobody else."""
    managing = (Role.ADMINISTRATOR, Role.FINANCE, Role.ACCOUNT_MANAGER, Role.PROJECT_MANAGER)
    return user.has_role(*managing) or Account.objects.filter(owner=user, archived_at=None).exists()


def is_open() -> Q:
    """Of rows ``with_outstanding``: an invoice that is not settled yet, or a credit note that settles nothing."""
    owed = Q(kind=Invoice.Kind.INVOICE, outstanding__gte=Decimal("0.001"))
    return Q(status=Invoice.Status.SENT) & (owed | Q(kind=Invoice.Kind.CREDIT_NOTE, settles=None))


def receivables(user: Any, currency: str, today: date, account: Account | None = None) -> Receivables:
    """The figures of all that ``user`` may see, or of one ``account``, in one query and one for exchange rates.

    Credit notes count with their negative totals. What is archived is left out.
    """
    rows = Invoice.objects.visible_to(user).filter(status__in=COUNTED, account__archived_at=None)
    if account is not None:
        rows = rows.filter(account=account)
    unpaid = is_open() & Q(kind=Invoice.Kind.INVOICE)
    days: list[Any] = list(
        with_outstanding(rows)
        .order_by()
        .values("currency", "issued_on")
        .annotate(
            billed=Sum("total"),
            unpaid=Sum("outstanding", filter=is_open()),
            late=Sum("outstanding", filter=is_overdue(today)),
            undated=Count("pk", filter=unpaid & Q(due_on=None)),
            dated=Count("pk", filter=unpaid & Q(due_on__isnull=False)),
        )
    )

    foreign = any(row["currency"] != currency for row in days)
    converter = converter_to(currency, currency) if foreign else None

    def sums(name: str, since: date = date.min, until: date = date.max) -> Conversion:
        found = ((Money(row[name] or Decimal(0), row["currency"]), row["issued_on"]) for row in days)
        return sum_in(currency, ((money, day) for money, day in found if money and since < day <= until), converter)

    return Receivables(
        has_invoices=bool(days),
        revenue=sums("billed", today - YEAR, today),
        outstanding=sums("unpaid"),
        overdue=sums("late"),
        undated=sum(row["undated"] for row in days),
        dated=sum(row["dated"] for row in days),
    )


def due_soon(user: Any, today: date, days: int = 14) -> QuerySet[Invoice]:
    """Unpaid invoices that fall due within ``days``, with what is ``outstanding`` of each."""
    rows = with_outstanding(Invoice.objects.visible_to(user)).filter(is_open(), account__archived_at=None)
    return rows.filter(due_on__gte=today, due_on__lte=today + timedelta(days=days)).select_related("account")
