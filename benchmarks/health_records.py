"""What a simulated firm's records say on a day: the same arrays that the product reads from its database."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from health_simulator import MONTHS, NOTICE, SEGMENTS, Firm
from numpy.typing import NDArray

from accord.engines.customers import contract_clients as contracts
from accord.engines.customers import project_clients as projects
from accord.engines.customers.client_history import ContractHistory, FirmHistory, ProjectHistory
from accord.engines.customers.monthly_hazard import NEVER
from accord.engines.customers.signals import Observed, signal_values

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def _window(table: NDArray, month: int, months: int) -> NDArray:
    return table[:, max(month + 1 - months, 0) : month + 1]


def _log_mean(table: Floats) -> Floats:
    seen = ~np.isnan(table)
    total = np.where(seen, np.log(np.where(seen, table, 1)), 0).sum(axis=1)
    n = seen.sum(axis=1)
    return np.where(n > 0, np.exp(total / np.maximum(n, 1)), np.nan)


def known_at(firm: Firm, month: int) -> Observed:
    """Everything as known at the end of ``month``."""
    upto = firm.contact[:, : month + 1]
    age = np.where(upto.any(axis=1), np.argmax(upto[:, ::-1], axis=1), month - firm.start)
    answers = ~np.isnan(firm.nps[:, : month + 1])
    answered = month - np.argmax(answers[:, ::-1], axis=1)
    some = answers.any(axis=1)
    last = firm.nps[np.arange(firm.clients), np.minimum(answered, month)]
    year, before = _window(firm.revenue, month, 12).sum(axis=1), _window(firm.revenue, month, 24).sum(axis=1)
    return Observed(
        contact_age=np.maximum(age, 0).astype(float),
        sponsor_gone=firm.sponsor_gone[:, month].astype(float),
        answer=np.where(some, last, np.nan),
        answer_age=(month - answered).astype(float),
        requests=_window(firm.requests, month, 6).sum(axis=1).astype(float),
        late_requests=_window(firm.late_requests, month, 6).sum(axis=1).astype(float),
        schedule=_log_mean(_window(firm.spi, month, 3)),
        cost=_log_mean(_window(firm.cpi, month, 3)),
        late_milestones=_window(firm.late_milestones, month, 6).sum(axis=1).astype(float),
        broken_promises=_window(firm.broken, month, 12).sum(axis=1).astype(float),
        work_ran=_window(firm.running, month, 6).any(axis=1).astype(float),
        overdue_days=np.full(firm.clients, np.nan),
        revenue=year,
        revenue_before=before - year,
        tenure=np.maximum(month - firm.start, 0.0),
    )


def signals_at(firm: Firm, month: int) -> Floats:
    known = known_at(firm, month)
    here = firm.start <= month
    typical = float(np.median(known.revenue[here])) if here.any() else 1.0
    return signal_values(known, max(typical, 1.0))


def origins_until(month: int, first: int = 2) -> list[int]:
    """A quarter apart, the last one ``month`` − 3, the earliest with some past."""
    return sorted(range(month - 3, first, -3))


@dataclass(frozen=True, slots=True, eq=False)
class Records:
    """A firm as known at the end of ``month``; ``rows`` say which of the simulator's clients each half holds."""

    month: int
    origins: list[int]
    contract_rows: Ints
    contracts: contracts.ContractClients
    contract_signals: Floats  # [origin and today, client, signal]
    project_rows: Ints
    projects: projects.ProjectClients
    project_signals: Floats
    contact_age: Floats  # [origin and today, client]


def records_at(firm: Firm, month: int) -> Records:
    origins = origins_until(month)
    signals = np.stack([signals_at(firm, m) for m in [*origins, month]])
    contact = np.stack([known_at(firm, m).contact_age for m in [*origins, month]])
    under = np.flatnonzero(firm.contract & (firm.start <= month))
    by_project = np.flatnonzero(~firm.contract & (firm.start <= month))
    left = np.where(firm.left <= month, firm.left, NEVER)
    decision = firm.decision_months(0, MONTHS + 40)
    ordered = firm.orders[by_project, : month + 1] > 0
    running = firm.running[by_project, : month + 1]
    until = np.stack([_planned(firm, m)[by_project] for m in [*origins, month]])
    return Records(
        month,
        origins,
        under,
        contracts.ContractClients(
            kind=firm.term[under].astype(np.int64),
            segment=firm.segment[under],
            since=firm.start[under],
            lost=left[under],
            decision=decision[under],
        ),
        signals[:, under],
        by_project,
        projects.ProjectClients(
            segment=firm.segment[by_project],
            ordered=ordered,
            running=running,
            first=firm.start[by_project],
            closed=np.full(len(by_project), NEVER),
            running_until=until,
        ),
        signals[:, by_project],
        contact[:, by_project],
    )


def history_of(firm: Firm, records: Records) -> FirmHistory:
    """What the product hands to its engine."""
    month, held, ordering = records.month, records.contract_rows, records.project_rows
    months = slice(0, month + 1)
    client, ordered_in = np.nonzero(records.projects.ordered)
    never = np.full(len(held), NEVER)
    terms = contracts.ContractTerms(firm.revenue[held, month], np.where(firm.term[held], NOTICE, 0), never)
    return FirmHistory(
        month,
        records.origins,
        SEGMENTS,
        ContractHistory(
            records.contracts, records.contract_signals, terms, firm.revenue[held, months], firm.margin[held, months]
        ),
        ProjectHistory(
            records.projects,
            records.project_signals,
            records.contact_age,
            client,
            ordered_in,
            firm.revenue[ordering[client], ordered_in],
            firm.revenue[ordering, months],
            firm.margin[ordering, months],
        ),
    )


def _planned(firm: Firm, month: int) -> Ints:
    """The last month in which the work ordered by ``month`` was planned to run; −1 where there was none."""
    return firm.planned_until[:, month]
