"""What is signed and not yet invoiced: orders of fixed work that will still be billed."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal

from django.db.models import Sum

from accord.core.money import Money
from accord.money.queries import counted_invoices
from accord.projects.models import Project
from accord.rates.queries import Converter
from accord.sales.models import Agreement
from accord.sales.models.agreement import RENEWS_BY_NATURE


def backlog(as_of: date, exchange: Converter) -> dict[int, Decimal]:
    """By account, in the firm's currency: signed values less what was invoiced on their projects. Three queries.

    An agreement whose projects are all closed has nothing left, whatever its value was.
    """
    agreements = Agreement.objects.exclude(RENEWS_BY_NATURE).filter(status=Agreement.Status.SIGNED, value__gt=0)
    projects: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for agreement, pk, status in Project.objects.filter(agreement__in=agreements).values_list(
        "agreement", "pk", "status"
    ):
        projects[agreement].append((pk, status))
    bills = counted_invoices(None).filter(project__agreement__in=agreements, issued_on__lte=as_of).order_by()
    billed = dict(bills.values_list("project__agreement").annotate(Sum("total")))
    found: dict[int, Decimal] = defaultdict(Decimal)
    for pk, account, value, currency, ends_on in agreements.values_list(
        "pk", "account", "value", "currency", "ends_on"
    ):
        mine = projects[pk]
        if (mine and all(status == Project.Status.CLOSED for _, status in mine)) or (
            not mine and ends_on is not None and ends_on < as_of
        ):
            continue
        left = exchange.convert(Money(max(value - billed.get(pk, Decimal(0)), Decimal(0)), currency), as_of)
        if left is not None:
            found[account] += left.amount
    return dict(found)
