"""The firm's past as :mod:`accord.engines.customers.client_forecast` reads it, from the records of all apps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from accord.accounts.models import Account
from accord.engines.customers.client_history import ContractHistory, FirmHistory, ProjectHistory
from accord.engines.customers.contract_clients import ROLLING, TERM, ContractClients, ContractTerms
from accord.engines.customers.monthly_hazard import NEVER
from accord.engines.customers.project_clients import ProjectClients
from accord.engines.customers.signals import Observed
from accord.insight.history.contracts import Contract, contracts_of
from accord.insight.history.decisions import Decision, decisions_until
from accord.insight.history.money import MonthlyMoney, monthly_money
from accord.insight.history.months import DAYS, Months
from accord.insight.history.services import Bought, services_bought
from accord.insight.history.signals import SignalSources, observed_at, read_sources, values_of
from accord.rates.queries import Converter

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

AHEAD = 61  # months beyond today whose decisions are known: the longest horizon


@dataclass(frozen=True, slots=True, eq=False)
class FirmRecords:
    """The history, and what explains it: ``contract_accounts`` and ``project_accounts`` are the accounts (keys) that
    its two halves number, ``contracts``, ``decisions`` and ``services`` what was read of them, ``known`` what is known
    of each today (by ``places``)."""

    months: Months
    history: FirmHistory
    contract_accounts: list[int]
    project_accounts: list[int]
    accounts: dict[int, Account]
    contracts: dict[int, Contract]
    decisions: dict[int, list[Decision]]
    services: Bought
    money: MonthlyMoney
    places: dict[int, int]
    known: Observed


def read_firm(as_of: date, exchange: Converter) -> FirmRecords | None:
    """Everybody who ordered anything up to ``as_of``; None where nobody has.

    Archived ones too: what they did is part of the past that others are judged by.
    """
    accounts = {account.pk: account for account in Account.objects.order_by("pk")}
    contracts = contracts_of(accounts.values(), as_of, exchange)
    decisions: dict[int, list[Decision]] = {}
    for decision in decisions_until(as_of, exchange):
        if decision.account in accounts:
            decisions.setdefault(decision.account, []).append(decision)
    since = {
        pk: min([c.since for c in (contracts.get(pk),) if c] + [d.day for d in decisions.get(pk, [])[:1]])
        for pk in {*contracts, *decisions}
    }
    if not since:
        return None
    months = Months.since(min(since.values()), as_of)
    known = sorted(since)
    places = {pk: i for i, pk in enumerate(known)}
    money = monthly_money(places, months, exchange)
    sources = read_sources(places, as_of, [months.last_day(month) for month in [*months.origins, months.today]])
    starts = np.array([_since(accounts[pk], since[pk]).toordinal() for pk in known], np.int64)
    signals, ages, known_today = _signals(sources, months, starts, money)
    segments, segment = numbered_segments([accounts[pk] for pk in known])
    under = [pk for pk in known if pk in contracts]
    ordering = [pk for pk in known if pk in decisions]
    history = FirmHistory(
        today=months.today,
        origins=months.origins,
        segments=len(segments),
        contracts=_contract_half(under, contracts, months, places, segment, signals, money),
        projects=_project_half(ordering, decisions, accounts, months, places, segment, signals, ages, money, sources),
    )
    services = services_bought(as_of)
    return FirmRecords(
        months, history, under, ordering, accounts, contracts, decisions, services, money, places, known_today
    )


def _since(account: Account, first: date) -> date:
    """Since when somebody is a client: as recorded, at the latest since the first order."""
    return min(account.client_since or first, first)


def numbered_segments(accounts: list[Account]) -> tuple[tuple[str, ...], Ints]:
    """(names of the segments as first spelled, the number of each account's): one whatever its case; the first has no
    name and is shared by those without one.
    """
    names: dict[str, str] = {"": ""}
    for account in accounts:
        names.setdefault(account.segment.strip().casefold(), account.segment.strip())
    numbers = {key: place for place, key in enumerate(sorted(names))}
    own = np.array([numbers[account.segment.strip().casefold()] for account in accounts], np.int64)
    return tuple(names[key] for key in numbers), own


def _signals(
    sources: SignalSources, months: Months, starts: Ints, money: MonthlyMoney
) -> tuple[Floats, Floats, Observed]:
    """Signals [origin and today, client, signal], months since the last contact [origin and today, client], and what is
    known today."""
    found, ages = [], []
    for month in [*months.origins, months.today]:
        year = money.revenue[:, max(month - 11, 0) : month + 1].sum(axis=1)
        before = money.revenue[:, max(month - 23, 0) : max(month - 11, 0)].sum(axis=1)
        day = months.last_day(month)
        known = observed_at(sources, day, starts, year, before)
        found.append(values_of(known, starts <= day.toordinal()))
        ages.append(np.nan_to_num(known.contact_age))
    return np.stack(found), np.stack(ages), known


def _contract_half(
    under: list[int],
    contracts: dict[int, Contract],
    months: Months,
    places: dict[int, int],
    segment: Ints,
    signals: Floats,
    money: MonthlyMoney,
) -> ContractHistory:
    rows = np.array([places[pk] for pk in under], np.int64)
    found = [contracts[pk] for pk in under]
    decision = np.zeros((len(under), months.count + AHEAD), bool)
    for i, contract in enumerate(found):
        if not contract.fixed_term:
            decision[i] = True
        for day in contract.decisions:
            if 0 <= (month := months.index(day)) < decision.shape[1]:
                decision[i, month] = True
    ends = [_months_left(contract, months.as_of) for contract in found]
    return ContractHistory(
        ContractClients(
            kind=np.array([TERM if c.fixed_term else ROLLING for c in found], np.int64),
            segment=segment[rows],
            since=np.array([months.index(c.since) for c in found], np.int64),
            lost=np.array([NEVER if c.lost_on is None else months.index(c.lost_on) for c in found], np.int64),
            decision=decision,
        ),
        signals[:, rows],
        ContractTerms(
            fee=np.array([float(c.fee or 0) for c in found]),
            paid_after=np.array([c.notice_months for c in found], np.int64),
            ends=np.array(ends, np.int64),
        ),
        money.revenue[rows],
        money.margin[rows],
    )


def _months_left(contract: Contract, as_of: date) -> int:
    """Whole months still paid of a contract that is lost; `NEVER` of one that runs on."""
    if contract.lost_on is None or contract.ends_on is None:
        return NEVER
    return max(round((contract.ends_on - as_of) / timedelta(days=DAYS)), 0)


def _project_half(
    ordering: list[int],
    decisions: dict[int, list[Decision]],
    accounts: dict[int, Account],
    months: Months,
    places: dict[int, int],
    segment: Ints,
    signals: Floats,
    ages: Floats,
    money: MonthlyMoney,
    sources: SignalSources,
) -> ProjectHistory:
    rows = np.array([places[pk] for pk in ordering], np.int64)
    ordered = np.zeros((len(ordering), months.count), bool)
    orders: list[tuple[int, int, float]] = []
    for i, pk in enumerate(ordering):
        for decision in decisions[pk]:
            month = max(months.index(decision.day), 0)
            ordered[i, month] = True
            if decision.amount is not None:
                orders.append((i, month, float(decision.amount)))
    table = np.array(orders, dtype=np.float64).reshape(len(orders), 3)
    running, until, typical = _work(sources, months, rows)
    return ProjectHistory(
        ProjectClients(
            segment=segment[rows],
            ordered=ordered,
            running=running,
            first=np.argmax(ordered, axis=1) if len(ordered) else np.zeros(0, np.int64),
            closed=np.array([_closed(accounts[pk], months) for pk in ordering], np.int64),
            running_until=until,
        ),
        signals[:, rows],
        ages[:, rows],
        table[:, 0].astype(np.int64),
        table[:, 1].astype(np.int64),
        table[:, 2],
        money.revenue[rows],
        money.margin[rows],
        typical,
    )


def _closed(account: Account, months: Months) -> int:
    """The month in which somebody made it a former client; `NEVER` of one that is not."""
    if account.status != Account.Status.FORMER:
        return NEVER
    return months.today if account.lost_on is None else months.index(account.lost_on)


def _work(sources: SignalSources, months: Months, rows: Ints) -> tuple[NDArray[np.bool_], Ints, float]:
    """Where projects ran [client, month], until when the work begun by each origin runs, and how long a project
    takes.
    """
    place = {int(row): i for i, row in enumerate(rows)}
    begin = months.indexes(sources.work.columns[0].astype(np.int64))
    end = months.indexes(np.minimum(sources.work.columns[1], months.as_of.toordinal() + AHEAD * DAYS).astype(np.int64))
    running = np.zeros((len(rows), months.count), bool)
    origins = [*months.origins, months.today]
    until = np.full((len(origins), len(rows)), -1, np.int64)
    for client, first, last, ordered in zip(sources.work.client, begin, end, sources.work.columns[2], strict=True):
        i = place.get(int(client))
        if i is None or last < first or not ordered:  # a retainer's project runs on, whether or not anything is ordered
            continue
        running[i, max(first, 0) : max(min(last, months.today) + 1, 0)] = True
        for at, origin in enumerate(origins):
            if first <= origin:
                until[at, i] = max(until[at, i], last)
    lengths = (end - begin)[end >= begin]
    return running, until, float(np.median(lengths)) if len(lengths) else 3.0
