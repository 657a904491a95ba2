"""What can be asked about money."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F, QuerySet, Sum

from accord.money.models import ExchangeRate, Expense, Invoice, Rate, TimeEntry
from accord.people.models import Person
from accord.projects.models import Project

CENT = Decimal("0.01")
COUNTED = (Invoice.Status.SENT, Invoice.Status.PAID)


@dataclass(frozen=True, slots=True)
class Converter:
    """Turns amounts into one currency by the rate in force on a day."""

    currency: str
    days: dict[str, list[date]] = field(default_factory=dict)
    rates: dict[str, list[Decimal]] = field(default_factory=dict)

    def rate(self, currency: str, day: date) -> Decimal | None:
        """What one unit of ``currency`` is worth on ``day``; ``None`` where nobody has said."""
        if currency == self.currency:
            return Decimal(1)
        place = bisect_right(self.days.get(currency, []), day) - 1
        return self.rates[currency][place] if place >= 0 else None

    def convert(self, amount: Decimal, currency: str, day: date) -> Decimal | None:
        """``amount`` in this converter's currency, to the cent."""
        rate = self.rate(currency, day)
        return None if rate is None else (amount * rate).quantize(CENT)


def converter_to(currency: str) -> Converter:
    """A converter with every rate that is stored (rates are given in the firm's currency)."""
    days: dict[str, list[date]] = defaultdict(list)
    rates: dict[str, list[Decimal]] = defaultdict(list)
    for row in ExchangeRate.objects.order_by("currency", "starts_on"):
        days[row.currency].append(row.starts_on)
        rates[row.currency].append(row.rate)
    return Converter(currency, dict(days), dict(rates))


def rate_of(person: Person, day: date) -> Rate | None:
    """The rates in force for ``person`` on ``day``."""
    return Rate.objects.filter(person=person, starts_on__lte=day).order_by("-starts_on").first()


@dataclass(frozen=True, slots=True)
class ActualCost:
    """Cost booked in Accord on one project: hours at cost rate and expenses, in the project's currency."""

    hours_cost: Decimal
    minutes: int
    expenses: Decimal
    by_task: dict[int | None, Decimal]

    @property
    def total(self) -> Decimal:
        return self.hours_cost + self.expenses


def actual_cost(project: Project, until: date | None = None) -> ActualCost:
    """What was booked on ``project`` up to and including ``until``, with the part of each task (``None``: no task).

    Two queries. A group of entries at one rate is summed in minutes first and rounded once, per task.
    """
    day: dict[str, Any] = {"day__lte": until} if until else {}
    by_task: dict[int | None, Decimal] = defaultdict(Decimal)
    minutes, hours_cost, spent = 0, Decimal(0), Decimal(0)
    groups = (
        TimeEntry.objects.filter(project=project, **day)
        .order_by()
        .values("task", "cost_rate")
        .annotate(total=Sum("minutes"))
    )
    for group in groups:
        cost = (group["cost_rate"] * group["total"] / 60).quantize(CENT)
        by_task[group["task"]] += cost
        hours_cost += cost
        minutes += group["total"]
    for group in Expense.objects.filter(project=project, **day).order_by().values("task").annotate(total=Sum("amount")):
        by_task[group["task"]] += group["total"]
        spent += group["total"]
    return ActualCost(hours_cost, minutes, spent, dict(by_task))


def counted_invoices() -> QuerySet[Invoice]:
    """Invoices that went out: drafts and void ones say nothing about a client."""
    return Invoice.objects.filter(status__in=COUNTED)


def overdue_invoices(user: Any, today: date) -> QuerySet[Invoice]:
    """Sent, due, not paid."""
    return (
        Invoice.objects.visible_to(user)
        .filter(status=Invoice.Status.SENT, due_on__lt=today)
        .select_related("account")
        .order_by("due_on")
    )


def billable_value(project: Project) -> Decimal:
    """Price of billable hours on the project at the rates they were booked with, whether invoiced or not."""
    total = TimeEntry.objects.filter(project=project, billable=True).aggregate(
        value=Sum(F("bill_rate") * F("minutes") / Decimal(60))
    )["value"]
    return (total or Decimal(0)).quantize(CENT)


def invoiced(project: Project) -> Decimal:
    """Sum of the project's invoices that went out, in their own currency (one per project)."""
    total = Invoice.objects.filter(project=project, status__in=COUNTED).aggregate(total=Sum("total"))["total"]
    return total or Decimal(0)
