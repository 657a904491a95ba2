"""What can be asked about money."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from accord.core.access import Deed, require
from accord.core.fields import MoneyField
from accord.core.money import Money, rounded, totals
from accord.money.models import ExchangeRate, Expense, Invoice, Rate, TimeEntry
from accord.people.models import Firm, Person
from accord.projects.models import Project

COUNTED = (Invoice.Status.SENT, Invoice.Status.PAID)


@dataclass(frozen=True, slots=True)
class Converter:
    """Turns amounts into ``currency`` by the rate in force on a day; rates are stored in ``base``."""

    currency: str
    base: str
    days: dict[str, list[date]] = field(default_factory=dict)
    rates: dict[str, list[Decimal]] = field(default_factory=dict)

    def rate(self, currency: str, day: date) -> Decimal | None:
        """The value of one unit of ``currency`` on ``day``; ``None`` where a rate is missing."""
        if currency == self.currency:
            return Decimal(1)
        own, target = self._in_base(currency, day), self._in_base(self.currency, day)
        return own / target if own is not None and target else None

    def _in_base(self, currency: str, day: date) -> Decimal | None:
        if currency == self.base:
            return Decimal(1)
        place = bisect_right(self.days.get(currency, []), day) - 1
        return self.rates[currency][place] if place >= 0 else None

    def convert(self, money: Money, day: date) -> Money | None:
        """``money`` in this converter's currency; ``None`` where a rate is missing."""
        rate = self.rate(money.currency, day)
        return None if rate is None else Money(money.amount * rate, self.currency)


def converter_to(currency: str, base: str = "") -> Converter:
    """A converter to ``currency`` with every rate that is stored. ``base`` is the firm's currency, if it is at hand."""
    days: dict[str, list[date]] = defaultdict(list)
    rates: dict[str, list[Decimal]] = defaultdict(list)
    for row in ExchangeRate.objects.order_by("currency", "starts_on"):
        days[row.currency].append(row.starts_on)
        rates[row.currency].append(row.rate)
    return Converter(currency, base or Firm.current().currency, dict(days), dict(rates))


@dataclass(frozen=True, slots=True)
class Conversion:
    """A sum in one currency; ``unconverted`` are the amounts of currencies that have no rate, which it lacks."""

    total: Money
    unconverted: dict[str, Money]


def sum_in(currency: str, amounts: Iterable[tuple[Money, date]], converter: Converter | None = None) -> Conversion:
    """The sum of ``amounts`` in ``currency``, each converted at the rate of its day (by ``converter``, if at hand)."""
    total, missing = Money(Decimal(0), currency), []
    for money, day in amounts:
        if money.currency == currency:
            total += money
            continue
        converter = converter or converter_to(currency)
        converted = converter.convert(money, day)
        if converted is None:
            missing.append(money)
        else:
            total += converted
    return Conversion(total, totals(missing))


def invoiced(invoices: Iterable[Invoice], currency: str) -> Conversion:
    """What those of ``invoices`` that went out add up to in ``currency``, each at the rate of the day it was issued."""
    return sum_in(currency, ((i.money, i.issued_on) for i in invoices if i.status in COUNTED))


def rate_of(person: Person, user: Any, day: date) -> Rate | None:
    """The rates in force for ``person`` on ``day``; Accord itself (``None``) asks when hours are logged at them."""
    require(user, Deed.VIEW, Rate(person=person))
    return Rate.objects.filter(person=person, starts_on__lte=day).order_by("-starts_on").first()


@dataclass(frozen=True, slots=True)
class ActualCost:
    """Cost booked in Accord on one project: hours at cost rate and expenses, in the project's currency.

    ``billable_value`` is the price of the billable hours at the rates they were booked with, invoiced or not.
    """

    hours_cost: Decimal
    minutes: int
    expenses: Decimal
    billable_value: Decimal
    by_task: dict[int | None, Decimal]

    @property
    def total(self) -> Decimal:
        return self.hours_cost + self.expenses


def actual_cost(project: Project, user: Any, until: date | None = None) -> ActualCost:
    """What was booked on ``project`` up to and including ``until``, with the part of each task (``None``: no task).

    Two queries. The entries of a task at one rate are summed in minutes first and rounded once.
    """
    require(user, Deed.VIEW_MONEY, project)
    day: dict[str, Any] = {"day__lte": until} if until else {}
    minutes: dict[tuple[int | None, Decimal], int] = defaultdict(int)
    price = Decimal(0)
    entries = TimeEntry.objects.filter(project=project, **day).order_by()
    for row in entries.values("task", "cost_rate", "bill_rate", "billable").annotate(total=Sum("minutes")):
        minutes[row["task"], row["cost_rate"]] += row["total"]
        if row["billable"]:
            price += row["bill_rate"] * row["total"] / 60
    by_task: dict[int | None, Decimal] = defaultdict(Decimal)
    for (task, rate), total in minutes.items():
        by_task[task] += rounded(rate * total / 60, project.currency)
    hours_cost, spent = sum(by_task.values(), Decimal(0)), Decimal(0)
    for row in Expense.objects.filter(project=project, **day).order_by().values("task").annotate(total=Sum("amount")):
        by_task[row["task"]] += row["total"]
        spent += row["total"]
    return ActualCost(hours_cost, sum(minutes.values()), spent, rounded(price, project.currency), dict(by_task))


def minutes_by_task(project: Project) -> dict[int, int]:
    """Minutes booked on each task of ``project``, in one query."""
    booked = TimeEntry.objects.filter(project=project).exclude(task=None).order_by()
    return dict(booked.values("task").annotate(total=Sum("minutes")).values_list("task", "total"))


def counted_invoices(user: Any) -> QuerySet[Invoice]:
    """Invoices that went out, of those ``user`` may see: drafts and void ones say nothing about a client."""
    rows = Invoice.objects.all() if user is None else Invoice.objects.visible_to(user)
    return rows.filter(status__in=COUNTED)


def with_outstanding(invoices: QuerySet[Invoice]) -> QuerySet[Invoice]:
    """``invoices`` with ``outstanding``: the total less the credit notes that settle it. Nothing was paid of it yet."""
    notes = Invoice.objects.filter(settles=OuterRef("pk"), status__in=COUNTED).order_by()
    credited = Subquery(notes.values("settles").annotate(sum=Sum("total")).values("sum"))
    return invoices.annotate(outstanding=F("total") + Coalesce(credited, Value(Decimal(0)), output_field=MoneyField()))


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
