"""What an agreement has been used for: hours worked under it, and what was invoiced."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum

from accord.core.access import Permission, require
from accord.core.money import rounded
from accord.engines.customers.retainer import Month, months
from accord.money.models import TimeEntry
from accord.money.queries import counted_invoices
from accord.money.queries_expenses import counted_expenses
from accord.sales.models import Agreement

MINUTES = 60  # in an hour


@dataclass(frozen=True, slots=True)
class AgreementUse:
    """Amounts in the agreement's currency.

    ``worked`` is the price of billable hours and of approved expenses, with their mark-up, at the rates they were
    booked with; ``minutes`` are those hours. ``invoiced`` is what went out for the projects under it, credit notes
    taken off; ``elsewhere`` counts invoices in other currencies, which are in no sum. ``months`` are those of a
    retainer that grants hours.
    All of it lies on the days of ``span``, and on projects of ``agreements``: all terms of the same, by their keys.
    """

    agreements: list[int]
    span: tuple[date, date]
    minutes: int
    worked: Decimal
    invoiced: Decimal
    invoices: int
    elsewhere: int
    months: list[Month]

    @property
    def to_invoice(self) -> Decimal:
        """Worked and not invoiced yet; less than none where more was invoiced than worked."""
        return self.worked - self.invoiced


@dataclass(frozen=True, slots=True)
class _Chain:
    """An agreement among those that it follows and that follow it; the days between ``first`` and ``last`` are its own.

    Without a ``first`` they begin whenever, without a ``last`` they go on.
    """

    agreements: list[int]
    first: date | None
    last: date | None


def use_of(agreement: Agreement, user: Any, today: date) -> AgreementUse:
    """What was booked and invoiced under ``agreement`` up to ``today``. Four queries.

    A project stays with one agreement when that is renewed, so the projects of all its terms count, each term with its
    own days: from its start, if it follows another, to the day before the next signed one starts. Where none follows,
    what comes after the end counts, too: the last invoice, and work that took longer.
    """
    require(user, Permission.VIEW, agreement)
    chain = _chain(agreement)
    under: dict[str, Any] = {"project__agreement__in": chain.agreements}
    span = (chain.first or date.min, min(today, chain.last) if chain.last else today)
    worked, by_day = Decimal(0), defaultdict[date, int](int)
    entries = TimeEntry.objects.filter(**under, billable=True, day__range=span).order_by()
    for row in entries.values("day", "bill_rate").annotate(minutes=Sum("minutes")):
        worked += row["bill_rate"] * row["minutes"] / MINUTES
        by_day[row["day"]] += row["minutes"]
    expenses = counted_expenses().filter(**under, billable=True, day__range=span)
    worked += expenses.aggregate(total=Sum("billable_amount"))["total"] or 0
    own = Q(currency=agreement.currency)
    sums = counted_invoices(None).filter(**under, issued_on__range=span).aggregate(
        total=Sum("total", filter=own), own=Count("pk", filter=own), other=Count("pk", filter=~own)
    )  # fmt: skip
    found: list[Month] = []
    grants = agreement.kind == Agreement.Kind.RETAINER and agreement.status != Agreement.Status.DRAFT
    if grants and agreement.hours is not None:
        ends = None if agreement.renews_automatically and chain.last is None else agreement.ends_on
        minutes = agreement.hours * MINUTES
        found = months(agreement.starts_on, today, minutes, agreement.rollover_months, by_day, ends)
    return AgreementUse(
        agreements=chain.agreements,
        span=span,
        minutes=sum(by_day.values()),
        worked=rounded(worked, agreement.currency),
        invoiced=sums["total"] or Decimal(0),
        invoices=sums["own"],
        elsewhere=sums["other"],
        months=found,
    )


def _chain(agreement: Agreement) -> _Chain:
    rows = Agreement.objects.filter(account=agreement.account_id).exclude(status=Agreement.Status.DRAFT)
    after: dict[int | None, list[tuple[int, date]]] = defaultdict(list)
    before: dict[int, int | None] = {}
    for pk, predecessor, starts in rows.order_by("pk").values_list("pk", "predecessor", "starts_on"):
        after[predecessor].append((pk, starts))
        before[pk] = predecessor
    oldest = agreement.predecessor_id or agreement.pk
    while (earlier := before.get(oldest)) in before:
        oldest = earlier  # type: ignore[assignment]
    found = [oldest]
    for pk in found:  # grows while it is gone through
        found += [later for later, _ in after[pk] if later not in found]
    followers = [starts for _, starts in after[agreement.pk]]
    last = min(followers) - timedelta(days=1) if followers else None
    return _Chain(found, agreement.starts_on if agreement.predecessor_id else None, last)
