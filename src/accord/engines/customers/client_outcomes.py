"""What became of clients after past days: the firm's own rates, and what the forecasts are scored by."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from accord.engines.customers import project_clients as projects
from accord.engines.customers.contract_clients import ContractClients
from accord.engines.customers.project_clients import ProjectClients

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

EVENTS_BEFORE, CLIENTS_BEFORE = 1, 8  # what is thought before any outcome: one in eight leaves
CONTACT_CLASSES = np.log1p([1.0, 3.0, 6.0]) - 0.35  # months since the last contact, as the signal has them


@dataclass(frozen=True, slots=True, eq=False)
class Outcomes:
    """Arrays [origin, client]: who was a client at each of the months ``origins``, who of them had left by ``known``,
    the month from which on this can be told.
    """

    origins: Ints
    active: Bools
    left: Bools
    known: Ints

    def counted(self, today: int) -> Bools:
        """Which outcomes can be told at the end of month ``today``."""
        return np.asarray(self.active & (self.known <= today))

    def base_rate(self, today: int) -> float:
        """The share that left, over all outcomes that can be told by ``today``; 1 in 8 of none."""
        seen = self.counted(today)
        return float(((self.left & seen).sum() + EVENTS_BEFORE) / (seen.sum() + CLIENTS_BEFORE))

    def by_last_contact(self, today: int, contact: Floats, now: Floats) -> Floats:
        """The share that left among those who had been heard of as recently as each of ``now`` [client].

        ``contact`` [origin, client] and ``now`` are the signal of the last contact. In classes up to 1, 3, 6 and more
        months, each drawn towards the base rate: the plain forecast that any better one has to beat.
        """
        seen, base = self.counted(today), self.base_rate(today)
        past = np.searchsorted(CONTACT_CLASSES, contact[seen])
        events = np.bincount(past, self.left[seen], minlength=len(CONTACT_CLASSES) + 1)
        clients = np.bincount(past, minlength=len(CONTACT_CLASSES) + 1)
        rates = (events + base * CLIENTS_BEFORE) / (clients + CLIENTS_BEFORE)
        found: Floats = rates[np.searchsorted(CONTACT_CLASSES, now)]
        return found


def contracts_lost(clients: ContractClients, origins: list[int], months: int = 12) -> Outcomes:
    """Contracts lost within ``months`` of each origin."""
    at = np.array(origins, np.int64)[:, None]
    shape = (len(origins), len(clients))
    active = np.stack([clients.active(origin) for origin in origins]) if origins else np.zeros(shape, bool)
    return Outcomes(at[:, 0], active, clients.lost[None, :] <= at + months, np.broadcast_to(at + months, shape))


def clients_lapsed(clients: ProjectClients, origins: list[int], months: int = 12) -> Outcomes:
    """Clients whose silence reached their window (as of the origin) within ``months`` of it, or who were closed."""
    states = [projects.rhythm(clients, origin) for origin in origins]
    busy = clients.ordered | clients.running
    last = busy.shape[1] - 1
    left = np.zeros((len(origins), len(clients)), bool)
    for row, state in enumerate(states):
        quiet = state.quiet_since.copy()
        for month in range(state.origin + 1, min(state.origin + months, last) + 1):
            quiet = np.where(busy[:, month], month, quiet)
            left[row] |= month - quiet >= state.window
        left[row] |= clients.closed <= state.origin + months
    return _outcomes(states, left, np.full(left.shape, months), clients)


def no_new_orders(clients: ProjectClients, origins: list[int]) -> Outcomes:
    """Clients without an order within the longer of twelve months and their window."""
    states = [projects.rhythm(clients, origin) for origin in origins]
    months = np.array([np.maximum(12, state.window) for state in states]).reshape(len(origins), len(clients))
    ahead = np.arange(clients.ordered.shape[1])[None, :]
    left = np.zeros(months.shape, bool)
    for row, state in enumerate(states):
        within = (ahead > state.origin) & (ahead <= state.origin + months[row, :, None])
        left[row] = ~np.any(clients.ordered & within, axis=1)
    return _outcomes(states, left, months, clients)


def _outcomes(states: list[projects.Rhythm], left: Bools, months: Ints, clients: ProjectClients) -> Outcomes:
    at = np.array([state.origin for state in states], np.int64)
    active = np.stack([state.active for state in states]) if states else np.zeros((0, len(clients)), bool)
    return Outcomes(at, active, left, at[:, None] + months)
