"""What can be asked about money."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Case, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from accord.accounts.models import Account
from accord.core.access import Permission, require
from accord.core.fields import MoneyField
from accord.core.money import Money, rounded
from accord.core.search.queries import search
from accord.money.models import Invoice, Payment, TimeEntry
from accord.money.queries_expenses import counted_expenses
from accord.projects.models import Project
from accord.rates.queries import Conversion, sum_in

COUNTED = (Invoice.Status.SENT, Invoice.Status.PAID)


def invoiced(invoices: Iterable[Invoice], currency: str) -> Conversion:
    """What those of ``invoices`` that went out add up to in ``currency``, each at the rate of the day it was issued."""
    return sum_in(currency, ((i.money, i.issued_on) for i in invoices if i.status in COUNTED))


@dataclass(frozen=True, slots=True)
class ActualCost:
    """Cost booked in Accord on one project: hours at cost rate and approved expenses, in the project's currency.

    ``billable_value`` is the price of the billable hours at the rates they were booked with, invoiced or not.
    ``unpriced`` are the minutes of people who had no hourly rate on the day: they count without cost.
    """

    hours_cost: Decimal
    minutes: int
    expenses: Decimal
    billable_value: Decimal
    by_task: dict[int | None, Decimal]
    minutes_by_task: dict[int, int] = field(default_factory=dict)
    unpriced: int = 0

    @property
    def total(self) -> Decimal:
        return self.hours_cost + self.expenses


def actual_cost(project: Project, user: Any, until: date | None = None) -> ActualCost:
    """What was booked on ``project`` up to and including ``until``, with the part of each task (``None``: no task).

    Two queries. The entries of a task at one rate are summed in minutes first and rounded once.
    """
    require(user, Permission.VIEW_MONEY, project)
    day: dict[str, Any] = {"day__lte": until} if until else {}
    minutes: dict[tuple[int | None, Decimal], int] = defaultdict(int)
    worked: dict[int, int] = defaultdict(int)
    price = Decimal(0)
    entries = TimeEntry.objects.filter(project=project, **day).order_by()
    for row in entries.values("task", "cost_rate", "bill_rate", "billable").annotate(total=Sum("minutes")):
        minutes[row["task"], row["cost_rate"]] += row["total"]
        if row["task"] is not None:
            worked[row["task"]] += row["total"]
        if row["billable"]:
            price += row["bill_rate"] * row["total"] / 60
    by_task: dict[int | None, Decimal] = defaultdict(Decimal)
    for (task, rate), total in minutes.items():
        by_task[task] += rounded(rate * total / 60, project.currency)
    hours_cost, spent = sum(by_task.values(), Decimal(0)), Decimal(0)
    for row in counted_expenses().filter(project=project, **day).order_by().values("task").annotate(total=Sum("cost")):
        by_task[row["task"]] += row["total"]
        spent += row["total"]
    value = rounded(price, project.currency)
    unpriced = sum(total for (_, rate), total in minutes.items() if not rate)
    return ActualCost(hours_cost, sum(minutes.values()), spent, value, dict(by_task), dict(worked), unpriced)


def minutes_by_task(project: Project) -> dict[int, int]:
    """Minutes booked on each task of ``project``, in one query."""
    booked = TimeEntry.objects.filter(project=project).exclude(task=None).order_by()
    return dict(booked.values("task").annotate(total=Sum("minutes")).values_list("task", "total"))


def counted_invoices(user: Any) -> QuerySet[Invoice]:
    """Invoices that went out, of those ``user`` may see: drafts and void ones say nothing about a client."""
    rows = Invoice.objects.all() if user is None else Invoice.objects.visible_to(user)
    return rows.filter(status__in=COUNTED)


def _left() -> Any:
    """Of a row of invoices: what the client pays, less credit notes that settle it and payments."""
    notes = Invoice.objects.filter(settles=OuterRef("pk"), status__in=COUNTED).order_by()
    credited = notes.values("settles").annotate(sum=Sum(F("total") + F("tax"))).values("sum")
    paid = Payment.objects.filter(invoice=OuterRef("pk")).order_by().values("invoice").annotate(sum=Sum("amount"))
    nothing = Value(Decimal(0))
    return (
        F("total")
        + F("tax")
        + Coalesce(Subquery(credited), nothing, output_field=MoneyField())
        - Coalesce(Subquery(paid.values("sum")), nothing, output_field=MoneyField())
    )


def with_outstanding(invoices: QuerySet[Invoice]) -> QuerySet[Invoice]:
    """``invoices`` with ``outstanding``: gross total less credit notes that settle it and payments; 0 once paid."""
    paid = When(status=Invoice.Status.PAID, then=Value(Decimal(0)))
    return invoices.annotate(outstanding=Case(paid, default=_left(), output_field=MoneyField()))


def left_of(invoice: Invoice) -> Money:
    """What is left of ``invoice`` by its credit notes and payments alone, whatever its status says."""
    rows = Invoice._base_manager.filter(pk=invoice.pk).annotate(left=ExpressionWrapper(_left(), MoneyField()))
    return Money(rows.values_list("left", flat=True).get(), invoice.currency)


def is_overdue(today: date) -> Q:
    """Of rows :func:`with_outstanding`: an invoice that was sent, is due, and is neither paid nor settled."""
    # A sum of floating-point numbers, as SQLite adds them, may miss zero by a hair.
    left = Q(outstanding__gte=Decimal("0.001"))
    return left & Q(kind=Invoice.Kind.INVOICE, status=Invoice.Status.SENT, due_on__lt=today)


def overdue_invoices(user: Any, today: date) -> QuerySet[Invoice]:
    """Sent, due, neither paid nor settled; with what is ``outstanding`` of each."""
    return (
        with_outstanding(Invoice.objects.visible_to(user))
        .filter(is_overdue(today), account__archived_at=None)
        .select_related("account")
        .order_by("due_on")
    )


def matching_invoices(rows: QuerySet[Invoice], values: dict[str, Any], today: date) -> QuerySet[Invoice]:
    """Those of ``rows`` that a filter asks for: ``q``, ``account`` (its key) and ``status`` (or overdue)."""
    if q := values.get("q"):
        rows = rows.filter(search(Invoice, q) | search(Account, q, "account"))
    if (account := values.get("account")) is not None:
        rows = rows.filter(account=account)
    if values.get("status") == "overdue":
        return with_outstanding(rows).filter(is_overdue(today))
    return rows.filter(status=values["status"]) if values.get("status") else rows
