"""What an agreement has been used for: hours worked under it, and what was invoiced."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Q, Sum

from accord.accounts.models import Agreement
from accord.engines.retainer import Month, months
from accord.money.models import Expense, TimeEntry
from accord.money.queries import CENT, counted_invoices


@dataclass(frozen=True, slots=True)
class AgreementUse:
    """Amounts in the agreement's currency.

    ``worked`` is the price of billable hours and expenses at the rates they were booked with, ``minutes`` are those
    hours; ``invoiced`` is what went out for the projects under it, credit notes taken off; ``elsewhere`` counts
    invoices in other currencies, which are in no sum. ``months`` are those of a retainer that grants hours.
    """

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


def use_of(agreement: Agreement, today: date) -> AgreementUse:
    """What the projects under ``agreement`` have booked and invoiced in its term up to ``today``. Three queries."""
    last = min(today, agreement.ends_on) if agreement.ends_on else today
    term = {"day__range": (agreement.starts_on, last), "billable": True, "project__agreement": agreement}
    worked, by_day = Decimal(0), defaultdict[date, Decimal](Decimal)
    entries = TimeEntry.objects.filter(**term).order_by().values("day", "bill_rate")
    for row in entries.annotate(minutes=Sum("minutes")):
        worked += row["bill_rate"] * row["minutes"] / 60
        by_day[row["day"]] += row["minutes"]
    worked += Expense.objects.filter(**term).aggregate(total=Sum("amount"))["total"] or 0
    invoices = counted_invoices().filter(project__agreement=agreement, issued_on__lte=today)
    own = Q(currency=agreement.currency)
    sums = invoices.aggregate(
        total=Sum("total", filter=own), own=Count("pk", filter=own), other=Count("pk", filter=~own)
    )
    found: list[Month] = []
    if agreement.kind == Agreement.Kind.RETAINER and agreement.hours is not None:
        hours = {day: minutes / 60 for day, minutes in by_day.items()}
        found = months(
            agreement.starts_on, today, agreement.hours, agreement.rollover_months, hours, agreement.ends_on
        )  # fmt: skip
    return AgreementUse(
        minutes=int(sum(by_day.values())),
        worked=worked.quantize(CENT),
        invoiced=sums["total"] or Decimal(0),
        invoices=sums["own"],
        elsewhere=sums["other"],
        months=found,
    )
