"""Who was a client on the last day of each month so far, by contract and by orders: what retention is made of.

A contract client is one while a contract runs: from the start of its first term until the day after the last one paid
for. A project client is one while its silence is shorter than its own window, as it would have been said on that very
day (`accord.engines.customers.project_clients`). Yearly revenue is the fees of running contracts × 12, and what was
invoiced outside contracts in the twelve months up to a day. How invoices are split changes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from django.db.models import Sum
from numpy.typing import NDArray

from accord.accounts.models import Account
from accord.core.money import Money, round_half_up
from accord.engines.customers import project_clients as projects
from accord.engines.customers.client_past import OPEN, ClientPast, ContractPast, months_before
from accord.engines.customers.monthly_hazard import NEVER
from accord.engines.customers.project_clients import ProjectClients
from accord.engines.customers.retention import Period
from accord.insight.history.contracts import contract_accounts, contract_projects, monthly_fee
from accord.insight.history.decisions import Decision
from accord.insight.history.firm import AHEAD
from accord.insight.history.months import DAYS, MOST, Months
from accord.insight.history.services import service_key
from accord.insight.history.signals import periods_of_work
from accord.money.queries import counted_invoices
from accord.rates.queries import Converter
from accord.sales.models import Agreement
from accord.sales.models.agreement import RENEWED, RENEWS_BY_NATURE

Ints = NDArray[np.int64]

FOLLOWS = timedelta(days=60)  # a term that starts so long around the end of one for the same service goes on with it


def known_days(first: date, as_of: date) -> Ints:
    """The last day of each month from the first order on (ten years at most) and today; a year and a quarter before
    today too, so that the newest period can be compared with them."""
    months = Period.MONTH
    numbers = range(max(months.number(first), months.number(as_of) - MOST), months.number(as_of) + 1)
    ends = {months.first_day(number + 1) - timedelta(days=1) for number in numbers}
    days = {min(end, as_of) for end in ends} | {months_before(as_of), months_before(as_of, 3)}
    return np.array(sorted(day.toordinal() for day in days), np.int64)


@dataclass(frozen=True, slots=True)
class _Term:
    """A term of a contract: its agreement, and from when until when (exclusive; None: it runs on) it is paid."""

    row: Agreement
    starts: date
    ends: date | None


def contract_terms(accounts: dict[int, Account], as_of: date) -> list[list[_Term]]:
    """The terms of each contract in turn. A contract goes on with its renewal, or with a term for the same service that
    starts within two months of its end. Two queries."""
    rows = Agreement.objects.filter(RENEWS_BY_NATURE, account__in=accounts, starts_on__lte=as_of)
    rows = rows.exclude(status=Agreement.Status.DRAFT).order_by("account", "starts_on", "pk")
    renewed = set(Agreement.objects.filter(RENEWED, account__in=accounts).values_list("pk", flat=True))
    contracts: list[list[_Term]] = []
    by_account: dict[int, list[list[_Term]]] = defaultdict(list)
    for row in rows:
        term = _term(row, accounts[row.account_id], as_of, is_renewed=row.pk in renewed)
        if term is None:
            continue
        known = by_account[row.account_id]
        before = next((each for each in known if _goes_on(each[-1], term)), None)
        if before is None:
            known.append([term])
            contracts.append(known[-1])
        else:
            before[-1] = _Term(before[-1].row, before[-1].starts, max(term.starts, before[-1].starts))
            before.append(term)
    return contracts


def _term(row: Agreement, account: Account, as_of: date, *, is_renewed: bool) -> _Term | None:
    """The term of ``row``; one that renews automatically runs on unless it is ended, renewed or its client left."""
    runs_on = row.ends_on is None or (row.renews_automatically and not is_renewed)
    ends = None if row.status == Agreement.Status.SIGNED and runs_on else row.ends_on or as_of
    if ends is not None and ends != date.max:
        ends += timedelta(days=1)
    if account.status == Account.Status.FORMER:
        left = account.lost_on + timedelta(days=1) if account.lost_on else as_of
        ends = left if ends is None else min(ends, left)
    return None if ends is not None and ends <= row.starts_on else _Term(row, row.starts_on, ends)


def _goes_on(before: _Term, term: _Term) -> bool:
    if term.row.predecessor_id == before.row.pk:
        return True
    return before.ends is not None and abs(term.starts - before.ends) <= FOLLOWS and _what(before) == _what(term)


def _what(term: _Term) -> str:
    """What a term is for, to find the next one for the same."""
    return service_key(term.row.service) or term.row.kind


def contract_past(
    contracts: Sequence[Sequence[_Term]], days: Ints, as_of: date, exchange: Converter, services: Mapping[str, int]
) -> tuple[ClientPast, ContractPast]:
    """(clients, their contracts). ``services`` numbers each service's key; −1 stands for none.

    Fees of all time are converted at today's rate: a currency that falls is no client that pays less.
    """
    clients = np.array(sorted({terms[0].row.account_id for terms in contracts}), np.int64)
    place = {int(pk): i for i, pk in enumerate(clients)}
    here = np.zeros((len(clients), len(days)), bool)
    revenue = np.zeros(here.shape, np.int64)
    since = np.full(len(clients), OPEN, np.int64)
    table: list[tuple[int, int, int, int, int, int]] = []
    for terms in contracts:
        row = place[terms[0].row.account_id]
        yearly = 0
        for term in terms:
            fee = monthly_fee(term.row, as_of, exchange)
            yearly = 0 if fee is None else int(round_half_up(fee * 1200, 0))
            runs = (days >= term.starts.toordinal()) & (days < _ordinal(term.ends))
            here[row] |= runs
            revenue[row] += runs * yearly
        since[row] = min(since[row], terms[0].starts.toordinal())
        last = terms[-1]
        table.append(
            (
                last.row.account_id,
                last.row.pk,
                services.get(service_key(last.row.service), -1),
                terms[0].starts.toordinal(),
                _ordinal(last.ends),
                yearly,
            )
        )
    columns = np.array(table, np.int64).reshape(len(table), 6).T
    return ClientPast(days, clients, since, here, revenue), ContractPast(*columns)


def _ordinal(day: date | None) -> int:
    return OPEN if day is None else day.toordinal()


def project_past(
    decisions: dict[int, list[Decision]],
    accounts: dict[int, Account],
    days: Ints,
    first: date,
    exchange: Converter,
    windows: tuple[int, int],
) -> ClientPast:
    """Who ordered and had not lapsed on each of ``days``, as the engine says it of that day; ``first`` is the firm's
    first order of any kind. Three queries."""
    clients = np.array(sorted(decisions), np.int64)
    place = {int(pk): i for i, pk in enumerate(clients)}
    orders = np.array([(place[pk], d.day.toordinal()) for pk in decisions for d in decisions[pk]], np.int64)
    orders = orders.reshape(len(orders), 2)
    work = _work(place)
    closed = np.array([_closed(accounts[int(pk)], int(days[-1])) for pk in clients], np.int64)
    here = np.zeros((len(clients), len(days)), bool)
    for at, day in enumerate(days):
        months = Months.since(first, date.fromordinal(int(day)))
        here[:, at] = projects.rhythm(_clients_on(months, orders, work, closed, windows), months.today).active
    invoiced = _invoiced(place, date.fromordinal(int(days[-1])), exchange)
    revenue = _yearly(invoiced, days, len(clients)) * here
    since = np.full(len(clients), OPEN, np.int64)
    np.minimum.at(since, orders[:, 0], orders[:, 1])
    return ClientPast(days, clients, since, here, revenue)


def _closed(account: Account, today: int) -> int:
    if account.status != Account.Status.FORMER:
        return OPEN
    return today if account.lost_on is None else account.lost_on.toordinal()


def _clients_on(months: Months, orders: Ints, work: Ints, closed: Ints, windows: tuple[int, int]) -> ProjectClients:
    """The clients as they were known at the end of ``months``."""
    count, today = len(closed), months.as_of.toordinal()
    ordered = np.zeros((count, months.count), bool)
    past = orders[orders[:, 1] <= today]
    ordered[past[:, 0], np.maximum(months.indexes(past[:, 1]), 0)] = True
    started = work[work[:, 1] <= today]
    begin = np.maximum(months.indexes(started[:, 1]), 0)
    end = months.indexes(np.minimum(started[:, 2], today + int(AHEAD * DAYS)))
    ran = (started[:, 2] >= started[:, 1]) & (end >= 0)
    edges = np.zeros((count, months.count + 1), np.int64)
    np.add.at(edges, (started[ran, 0], begin[ran]), 1)
    np.add.at(edges, (started[ran, 0], np.minimum(end[ran], months.today) + 1), -1)
    left = np.where(closed <= today, months.indexes(np.minimum(closed, today)), NEVER)
    known = ordered.any(axis=1)
    return ProjectClients(
        segment=np.zeros(count, np.int64),
        ordered=ordered,
        running=edges.cumsum(axis=1)[:, :-1] > 0,
        first=np.where(known, np.argmax(ordered, axis=1), NEVER),
        closed=left,
        running_until=np.zeros((1, count), np.int64),
        windows=windows,
    )


def _work(place: dict[int, int]) -> Ints:
    """[(client, first day, last day)] of ordered work; what falls under a contract ends no silence."""
    rows = [
        (place[account], start.toordinal(), end.toordinal())
        for account, start, end, ordered in periods_of_work()
        if ordered and account in place and start is not None and end is not None
    ]
    return np.array(rows, np.int64).reshape(len(rows), 3)


def _invoiced(place: dict[int, int], as_of: date, exchange: Converter) -> Ints:
    """[(client, day, cents)] of what was invoiced outside contracts, in the firm's currency at the rate of the day.

    An invoice that names no project is one outside contracts unless its client ever had one.
    """
    retained, contracted = contract_projects(), contract_accounts()
    bills = counted_invoices(None).filter(issued_on__lte=as_of, account__in=place).order_by()
    found = []
    for account, project, currency, day, total in bills.values_list(
        "account", "project", "currency", "issued_on"
    ).annotate(Sum("total")):
        if project in retained or (project is None and account in contracted):
            continue
        converted = exchange.convert(Money(total, currency), day)
        if converted is not None:
            cents = int(round_half_up(converted.amount * 100, 0))
            found.append((place[account], day.toordinal(), cents))
    return np.array(found, np.int64).reshape(len(found), 3)


def _yearly(invoiced: Ints, days: Ints, clients: int) -> Ints:
    """[client, day]: the sum of the twelve months up to each day, not below 0 (more may be credited than invoiced)."""
    found = np.zeros((clients, len(days)), np.int64)
    for at, day in enumerate(days):
        year_ago = months_before(date.fromordinal(int(day))).toordinal()
        inside = (invoiced[:, 1] > year_ago) & (invoiced[:, 1] <= day)
        np.add.at(found[:, at], invoiced[inside, 0], invoiced[inside, 2])
    return np.maximum(found, 0)
