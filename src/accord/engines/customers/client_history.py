"""A firm's past as the forecast of its clients reads it: monthly, each thing as it was known at the time."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from accord.engines.customers import project_clients as projects
from accord.engines.customers.contract_clients import ContractClients, ContractTerms
from accord.engines.customers.monthly_hazard import NEVER
from accord.engines.customers.project_clients import ProjectClients

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class ContractHistory:
    """Clients under contract: ``signals`` [origin and today, client, signal]; money is [client, month]."""

    clients: ContractClients
    signals: Floats
    terms: ContractTerms
    revenue: Floats
    margin: Floats


@dataclass(frozen=True, slots=True, eq=False)
class ProjectHistory:
    """Clients who order projects: as :class:`ContractHistory`; ``contact_age`` [origin and today, client] in months;
    each order is (``order_client``, ``order_month``, ``order_amount``)."""

    clients: ProjectClients
    signals: Floats
    contact_age: Floats
    order_client: Ints
    order_month: Ints
    order_amount: Floats
    revenue: Floats
    margin: Floats
    work_months: float = 3.0


@dataclass(frozen=True, slots=True, eq=False)
class FirmHistory:
    """A firm over months 0 … ``today`` (the last whole month), with the ``origins`` at which signals are known."""

    today: int
    origins: list[int]
    segments: int
    contracts: ContractHistory
    projects: ProjectHistory


def as_known(history: FirmHistory, origin: int) -> FirmHistory:
    """The history as it was known at the end of month ``origin``, one of its origins."""
    origins = [o for o in history.origins if o < origin]
    upto = slice(0, len(origins) + 1)
    held, ordering = history.contracts, history.projects
    never = NEVER
    clients = held.clients
    known = ContractClients(
        clients.kind,
        clients.segment,
        clients.since,
        np.where(clients.lost <= origin, clients.lost, never),
        clients.decision,
    )
    months = slice(0, origin + 1)
    past = ordering.order_month <= origin
    buyers = ordering.clients
    return FirmHistory(
        origin,
        origins,
        history.segments,
        replace(
            held,
            clients=known,
            signals=held.signals[upto],
            revenue=held.revenue[:, months],
            margin=held.margin[:, months],
        ),
        replace(
            ordering,
            clients=ProjectClients(
                buyers.segment,
                buyers.ordered[:, months],
                buyers.running[:, months],
                buyers.first,
                np.where(buyers.closed <= origin, buyers.closed, never),
                buyers.running_until[upto],
            ),
            signals=ordering.signals[upto],
            contact_age=ordering.contact_age[upto],
            order_client=ordering.order_client[past],
            order_month=ordering.order_month[past],
            order_amount=ordering.order_amount[past],
            revenue=ordering.revenue[:, months],
            margin=ordering.margin[:, months],
        ),
    )


def contract_base_rate(clients: ContractClients, origins: list[int], today: int) -> float:
    """The share of active contracts lost within twelve months over all origins a year ago or more; 1 in 8 of none."""
    return _rate([(clients.active(s), clients.lost <= s + 12) for s in origins if s + 12 <= today])


def lapse_base_rate(clients: ProjectClients, origins: list[int], today: int) -> float:
    """The share of active clients that lapsed within twelve months, likewise."""
    pairs = [(projects.rhythm(clients, s).active, lapsed_within(clients, s, 12)) for s in origins if s + 12 <= today]
    return _rate(pairs)


def quiet_base_rate(clients: ProjectClients, origins: list[int], today: int) -> float:
    """The share of active clients without a new order within the longer of twelve months and their window, likewise."""
    seen = [(projects.rhythm(clients, s).active, *quiet_after(clients, s, today)) for s in origins if s + 12 <= today]
    return _rate([(active & known, quiet) for active, quiet, known in seen])


def _rate(pairs: list[tuple[Bools, Bools]]) -> float:
    active = sum(int(a.sum()) for a, _ in pairs)
    left = sum(int((a & b).sum()) for a, b in pairs)
    return (left + 1) / (active + 8)


def lapsed_within(clients: ProjectClients, origin: int, months: int) -> Bools:
    """Whether each client's silence reached its window (as of ``origin``) within ``months`` after it. For the past."""
    state = projects.rhythm(clients, origin)
    busy = clients.ordered | clients.running
    quiet, lapsed = state.quiet_since.copy(), np.zeros(len(clients), bool)
    for month in range(origin + 1, origin + months + 1):
        quiet = np.where(busy[:, month], month, quiet)
        lapsed |= month - quiet >= state.window
    return lapsed | (clients.closed <= origin + months)


def quiet_after(clients: ProjectClients, origin: int, today: int) -> tuple[Bools, Bools]:
    """(no order within the longer of twelve months and the window, whether that is known by ``today``) [client]."""
    months = np.maximum(12, projects.rhythm(clients, origin).window)
    ahead = np.arange(clients.ordered.shape[1])[None, :] - origin
    within: Bools = (ahead > 0) & (ahead <= months[:, None])
    quiet = ~np.any(clients.ordered & within, axis=1)
    known: Bools = origin + months <= today
    return np.asarray(quiet), known
