"""The days on which clients ordered work: decisions, not invoices.

An order leaves several traces: a quote accepted, an opportunity won, an agreement signed, a project started, invoices.
A trace of another kind within two months, or of the same project, is the same order and only adds what it knows of the
amount. An approved change makes its order larger: changes come in bursts while work runs, and say nothing about whether
there will be a next order. Invoices without a project count where nothing else tells of a client's orders: one order as
long as each follows the one before within two weeks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from django.db.models.functions import Coalesce

from accord.core.money import Money
from accord.money.queries import counted_invoices
from accord.projects.models import ChangeRequest, Project
from accord.rates.queries import Converter
from accord.sales.models import Agreement, Opportunity, Quote
from accord.sales.models.agreement import RENEWS_BY_NATURE

SAME_ORDER = timedelta(days=60)
GAP = timedelta(days=14)  # invoices further apart are two orders


@dataclass(frozen=True, slots=True)
class Decision:
    """A day on which an account ordered work; ``amount`` in the firm's currency where it is known. ``trace`` names what
    told of it, ``project`` the project that was ordered, where that is known."""

    account: int
    day: date
    amount: Decimal | None
    trace: str
    project: int | None = None


# The traces of an order, the surest first.
_RANK = {"agreement": 0, "quote": 1, "opportunity": 2, "project": 3, "invoice": 4, "change": 5}


def decisions_until(as_of: date, exchange: Converter) -> list[Decision]:
    """All decisions up to ``as_of``, by account and day. What an agreement that renews by nature bills is none."""
    retained = frozenset(
        Project.objects.filter(agreement__in=Agreement.objects.filter(RENEWS_BY_NATURE)).values_list("pk", flat=True)
    )
    under_contract = frozenset(Agreement.objects.filter(RENEWS_BY_NATURE).values_list("account", flat=True))
    by_account: dict[int, list[Decision]] = defaultdict(list)
    for trace in (*_orders(as_of, exchange), *_projects(as_of, retained), *_invoices(as_of, exchange, retained)):
        by_account[trace.account].append(trace)
    return [
        each for account in sorted(by_account) for each in _distinct(by_account[account], account in under_contract)
    ]


def _distinct(traces: list[Decision], under_contract: bool) -> list[Decision]:
    """One decision for all traces of an order. Invoices without a project count where nothing but invoices tells."""
    told = under_contract or any(trace.trace != "invoice" for trace in traces)
    found: list[Decision] = []
    for trace in sorted(traces, key=lambda each: (_RANK[each.trace], each.day)):
        if trace.trace == "invoice" and trace.project is None and told:
            continue
        if trace.trace == "change":
            _enlarge(found, trace)
            continue
        same = next((i for i, known in enumerate(found) if _is_same(known, trace)), None)
        if same is None:
            found.append(trace)
        elif found[same].amount is None:
            found[same] = replace(found[same], amount=trace.amount, project=found[same].project or trace.project)
        elif found[same].project is None:
            found[same] = replace(found[same], project=trace.project)
    return sorted(found, key=lambda each: each.day)


def _enlarge(found: list[Decision], change: Decision) -> None:
    """Add an approved change to the newest order before it: more of the same work, and no sign that new work will
    come.
    """
    earlier = [i for i, known in enumerate(found) if known.day <= change.day]
    if not earlier or change.amount is None:
        return
    at = max(earlier, key=lambda i: found[i].day)
    amount = found[at].amount
    if amount is not None:
        found[at] = replace(found[at], amount=amount + change.amount)


def _is_same(known: Decision, trace: Decision) -> bool:
    if known.project is not None and trace.project is not None:
        return known.project == trace.project
    return (abs(known.day - trace.day) <= SAME_ORDER and known.trace != trace.trace) or known.day == trace.day


def _orders(as_of: date, exchange: Converter) -> Iterator[Decision]:
    def decision(
        trace: str, account: int, day: date | None, amount: Decimal | None, currency: str, project: int | None = None
    ) -> Iterator[Decision]:
        if day is not None and day <= as_of:
            converted = None if amount is None else exchange.convert(Money(amount, currency), day)
            known = None if converted is None or converted.amount <= 0 else converted.amount
            yield Decision(account, day, known, trace, project)

    approved = (ChangeRequest.Status.APPROVED, ChangeRequest.Status.DONE)
    changes = ChangeRequest.objects.filter(status__in=approved, price__gt=0)
    for row in changes.values_list("project__account", "decided_on", "price", "project__currency"):
        yield from decision("change", *row)
    agreements = Agreement.objects.exclude(RENEWS_BY_NATURE).exclude(status=Agreement.Status.DRAFT)
    for row in agreements.values_list("account", Coalesce("signed_on", "starts_on"), "value", "currency"):
        yield from decision("agreement", *row)
    for quote in Quote.objects.filter(status=Quote.Status.ACCEPTED).prefetch_related("lines"):
        day = quote.decided_at.date() if quote.decided_at else None
        yield from decision("quote", quote.account_id, day, quote.net, quote.currency)
    won = Opportunity.objects.filter(stage=Opportunity.Stage.WON)
    for row in won.values_list("account", "closed_on", "amount", "currency", "project"):
        yield from decision("opportunity", *row)


def _projects(as_of: date, retained: frozenset[int]) -> Iterator[Decision]:
    """The start of a project under no contract: somebody ordered it, at the latest then."""
    rows = Project.objects.exclude(status=Project.Status.PLANNED).exclude(pk__in=retained)
    for pk, account, start in rows.values_list("pk", "account", "start"):
        if start.date() <= as_of:
            yield Decision(account, start.date(), None, "project", pk)


def _invoices(as_of: date, exchange: Converter, retained: frozenset[int]) -> Iterator[Decision]:
    rows = counted_invoices(None).filter(issued_on__lte=as_of, total__gt=0).order_by("issued_on", "pk")
    columns = ("account", "project", "issued_on", "total", "currency")
    groups: dict[tuple[int, int | None, int], list[tuple[date, Decimal | None]]] = {}
    last: dict[tuple[int, int | None], tuple[date, int]] = {}
    for account, project, day, total, currency in rows.values_list(*columns).iterator(5000):
        if project in retained:
            continue
        before, number = last.get((account, project), (day, 0))
        number += project is None and day - before > GAP
        last[account, project] = day, number
        converted = exchange.convert(Money(total, currency), day)
        groups.setdefault((account, project, number), []).append((day, None if converted is None else converted.amount))
    for (account, project, _), bills in groups.items():
        amounts = [amount for _, amount in bills if amount is not None]
        known = sum(amounts, Decimal(0)) if len(amounts) == len(bills) else None
        yield Decision(account, bills[0][0], known, "invoice", project)
