"""A firm just large enough to meet all loops of the forecast of clients."""

from __future__ import annotations

import numpy as np

from accord.engines.customers.client_history import ContractHistory, FirmHistory, ProjectHistory
from accord.engines.customers.contract_clients import ContractClients, ContractTerms
from accord.engines.customers.monthly_hazard import NEVER
from accord.engines.customers.project_clients import ProjectClients
from accord.engines.customers.signals import SIGNALS


def small_firm(months: int = 36) -> FirmHistory:
    """A few clients under contract and by project, over so many months: all loops of their forecast are met."""
    count, today = 4, months - 1
    origins = list(range(2, today - 2, 3))
    client, month = np.arange(count), np.arange(months)
    signals = np.zeros((len(origins) + 1, count, len(SIGNALS)))
    decision = np.ones((count, months + 60), bool)
    lost = np.where(client == 0, 20, NEVER)
    money = np.ones((count, months)) * 1000.0
    held = ContractClients(client % 2, np.zeros(count, np.int64), np.zeros(count, np.int64), lost, decision)
    terms = ContractTerms(np.full(count, 1000.0), np.ones(count, np.int64), np.full(count, NEVER))
    ordered = (month[None, :] - client[:, None]) % 9 == 0
    first = ordered.argmax(axis=1)
    until = np.full((len(origins) + 1, count), -1)
    buyers = ProjectClients(np.zeros(count, np.int64), ordered, ordered, first, np.full(count, NEVER), until)
    by, when = np.nonzero(ordered)
    orders = ProjectHistory(
        buyers, signals, signals[..., 0], by, when, np.full(len(by), 5000.0), money * ordered, money * ordered / 3
    )
    return FirmHistory(today, origins, 1, ContractHistory(held, signals, terms, money, money / 3), orders)
