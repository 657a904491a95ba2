"""The days on which clients ordered work: decisions, not invoices.

An order leaves several traces: a quote accepted, an opportunity won, an agreement signed, a project started, invoices.
A trace of another kind within two months, or of the same project, is the same order and only adds what it knows of the
amount. An approved change makes its order larger: changes come in bursts while work runs, and say nothing about whether
there will be a next order. Invoices without a project count where nothing else tells of a client's orders: one order as
long as each follows the one before within two weeks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Set
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Min, Sum
from django.db.models.functions import Coalesce

from accord.core.money import Money
from accord.insight.history.contracts import contract_accounts, contract_projects
from accord.money.queries import counted_invoices
from accord.projects.models import ChangeRequest, Project
from accord.rates.queries import Converter
from accord.sales.models import Agreement, Opportunity, Quote
from accord.sales.models.agreement import RENEWS_BY_NATURE

SAME_ORDER = timedelta(days=60)
GAP = timedelta(days=14)  # invoices further apart are two orders
CHUNK = 5000


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
    retained, under_contract = contract_projects(), contract_accounts()
    by_account: dict[int, list[Decision]] = defaultdict(list)
    for source in (_orders(as_of, exchange), _projects(as_of, retained), _billed_projects(as_of, exchange, retained)):
        for trace in source:
            by_account[trace.account].append(trace)
    told = under_contract | {pk for pk, found in by_account.items() if any(each.trace != "invoice" for each in found)}
    for trace in _billed_alone(as_of, exchange, told):
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
    accepted = Quote.objects.filter(status=Quote.Status.ACCEPTED).prefetch_related("lines")
    for quote in accepted.iterator(chunk_size=CHUNK):
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


def _billed_projects(as_of: date, exchange: Converter, retained: frozenset[int]) -> Iterator[Decision]:
    """One order for all invoices of a project, from the first on; unknown where one has no exchange rate."""
    rows = counted_invoices(None).filter(issued_on__lte=as_of, total__gt=0, project__isnull=False).order_by()
    own = rows.filter(currency=exchange.currency).values_list("project", "account")
    found = {
        (project, account): _Bills(first, first, total)
        for project, account, first, total in own.annotate(first=Min("issued_on"), sum=Sum("total")).iterator(CHUNK)
    }
    foreign = rows.exclude(currency=exchange.currency).values_list("project", "account", "issued_on", "currency")
    for project, account, day, currency, total in foreign.annotate(sum=Sum("total")).iterator(CHUNK):
        amount = exchange.convert(Money(total, currency), day)
        found.setdefault((project, account), _Bills(day, day)).add(day, None if amount is None else amount.amount)
    for (project, account), bills in sorted(found.items(), key=lambda each: (each[1].first, each[0])):
        if project not in retained:
            yield Decision(account, bills.first, bills.total, "invoice", project)


def _billed_alone(as_of: date, exchange: Converter, told: Set[int]) -> Iterator[Decision]:
    """Invoices without a project, of clients of whom nothing else tells: one order as long as each follows soon."""
    rows = counted_invoices(None).filter(issued_on__lte=as_of, total__gt=0, project=None)
    sums = rows.order_by("account", "issued_on", "currency").values_list("account", "issued_on", "currency")
    order: _Bills | None = None
    of = 0
    for account, day, currency, total in sums.annotate(sum=Sum("total")).iterator(CHUNK):
        if account in told:
            continue
        amount = exchange.convert(Money(total, currency), day)
        if order is not None and (account != of or day - order.last > GAP):
            yield Decision(of, order.first, order.total, "invoice")
            order = None
        order, of = order or _Bills(day, day), account
        order.add(day, None if amount is None else amount.amount)
    if order is not None:
        yield Decision(of, order.first, order.total, "invoice")


@dataclass(slots=True)
class _Bills:
    """Invoices taken for one order."""

    first: date
    last: date
    total: Decimal | None = Decimal(0)

    def add(self, day: date, amount: Decimal | None) -> None:
        self.first, self.last = min(self.first, day), max(self.last, day)
        self.total = None if amount is None or self.total is None else self.total + amount
