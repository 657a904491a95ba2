"""How reliable lifetime values were: forecast again from what was known on a past day, beside what has come since."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from accord.engines.customers.client_fits import DEFAULTS, Settings
from accord.engines.customers.client_forecast import forecast_at
from accord.engines.customers.client_history import FirmHistory

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SPANS = (24, 12)  # months, the longest first
FEWEST_CLIENTS = 10
_BEFORE = 12  # months of history that a forecast needs


@dataclass(frozen=True, slots=True)
class ValueScore:
    """Values of ``months`` forecast at month ``origin`` for ``clients``, discounted to that month, beside what came.

    ``low`` to ``high`` is the interval (80 %) of the total; ``held`` counts clients whose own interval held. ``error``
    is the mean absolute error of a client's median, ``plain_error`` that of "the same as the twelve months before".
    """

    origin: int
    months: int
    clients: int
    forecast: float
    low: float
    high: float
    actual: float
    held: int
    error: float
    plain_error: float


def value_score(
    history: FirmHistory, contract_of: Ints, project_of: Ints, margin: Floats, settings: Settings = DEFAULTS
) -> ValueScore | None:
    """Score the values that were forecast two years ago, or one; None where there is too little past.

    ``margin`` [client, month] is what each client brought; ``contract_of`` and ``project_of`` are the clients that the
    halves of ``history`` number. Values of a client in both halves add up.
    """
    for months in SPANS:
        origin = history.today - months
        if origin in history.origins and origin >= _BEFORE:
            return _scored(history, contract_of, project_of, margin, replace(settings, horizon=months), origin)
    return None


def _scored(
    history: FirmHistory, contract_of: Ints, project_of: Ints, margin: Floats, settings: Settings, origin: int
) -> ValueScore | None:
    first, second = forecast_at(history, origin, settings)
    places = np.concatenate([contract_of[first.rows], project_of[second.rows]])
    clients, at = np.unique(places, return_inverse=True)
    if len(clients) < FEWEST_CLIENTS:
        return None
    count = min(first.paths.shape[1], second.paths.shape[1]) if len(first.rows) and len(second.rows) else None
    paths = [half.paths[:, :count] for half in (first, second) if len(half.rows)]
    values = np.zeros((len(clients), paths[0].shape[1]))
    np.add.at(values, at, np.concatenate(paths))
    discount = (1 + settings.discount_rate) ** (-np.arange(1, settings.horizon + 1) / 12)
    actual = margin[clients, origin + 1 : origin + 1 + settings.horizon] @ discount
    same = margin[clients, origin - 11 : origin + 1].sum(axis=1) * discount.sum() / 12
    low, median, high = np.quantile(values, [0.1, 0.5, 0.9], axis=1)
    total = values.sum(axis=0)
    below, above = np.quantile(total, [0.1, 0.9])
    return ValueScore(
        origin,
        settings.horizon,
        len(clients),
        float(total.mean()),
        float(below),
        float(above),
        float(actual.sum()),
        int(((low <= actual) & (actual <= high)).sum()),
        float(np.abs(median - actual).mean()),
        float(np.abs(same - actual).mean()),
    )
