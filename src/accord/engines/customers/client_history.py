"""A firm's past as the forecast of its clients reads it: monthly, each thing as it was known at the time."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

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
    known_history = FirmHistory(
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
                buyers.windows,
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
    known_history.projects.clients.rhythms.update((at, found) for at, found in buyers.rhythms.items() if at <= origin)
    return known_history


def with_windows(history: FirmHistory, windows: tuple[int, int]) -> FirmHistory:
    """The history of a firm that counts project clients as lost after between ``windows`` months."""
    if history.projects.clients.windows == windows:
        return history
    clients = replace(history.projects.clients, windows=windows)
    return replace(history, projects=replace(history.projects, clients=clients))
