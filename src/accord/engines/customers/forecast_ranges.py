"""Ranges around forecasts of purchases and their value: what the parameters leave open, and what chance does.

Each draw takes one set of parameters for all customers (their logarithms are normal around the estimate) and then plays
every customer's future: whether it is still one, how fast it buys, when it leaves, what it spends. A single customer's
range is mostly chance; that of the total is mostly the parameters, which err for all customers together.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from accord.engines.customers.bg_nbd import BgNbd
from accord.engines.customers.gamma_gamma import GammaGamma
from accord.engines.customers.likelihood import drawn_parameters
from accord.engines.customers.mbg_nbd import MbgNbd
from accord.engines.customers.pareto_nbd import ParetoNbd
from accord.engines.customers.purchase_models import PurchaseModel, parameters_of
from accord.engines.customers.purchase_summary import PurchaseSummary

Floats = NDArray[np.float64]

CONFIDENCE = 0.8
_SEED = 1  # the same data give the same ranges
_MOST_DRAWS, _FEWEST_DRAWS, _CELLS = 1_000, 100, 2_000_000  # customers × draws


@dataclass(frozen=True, slots=True, eq=False)
class Ranges:
    """Ends of the ranges of ``confidence``; the arrays run parallel to the summary's customers.

    Values are ``None`` where spend is not modelled. ``draws`` is on how many futures they rest.
    """

    confidence: float
    draws: int
    purchases: tuple[Floats, Floats]
    total_purchases: tuple[float, float]
    customers_alive: tuple[float, float]
    value: tuple[Floats, Floats] | None
    total_value: tuple[float, float] | None


def forecast_ranges(
    model: PurchaseModel,
    summary: PurchaseSummary,
    horizon: float,
    spend: GammaGamma | None = None,
    present_value: Floats | None = None,
    confidence: float = CONFIDENCE,
    most_draws: int = _MOST_DRAWS,
) -> Ranges | None:
    """Ranges of each customer's purchases within ``horizon`` (in the model's units) and of their value.

    ``present_value`` is what one unit of currency spent within the horizon is worth today for each customer (margin and
    discount; 1 by default): the time of a purchase within the horizon is not drawn, its mean discount is used.
    ``None`` where the parameters are not determined by the data: any range would then be made up.
    """
    if model.log_covariance is None or (spend is not None and spend.log_covariance is None):
        return None
    random = np.random.default_rng(_SEED)
    n = len(summary)
    draws = min(int(np.clip(_CELLS // max(n, 1), _FEWEST_DRAWS, _MOST_DRAWS)), most_draws)
    sets = drawn_parameters(tuple(parameters_of(model).values()), model.log_covariance, draws, random)
    bought, alive = np.empty((draws, n)), np.empty(draws)
    for draw, values in enumerate(sets):
        drawn = replace(model, **dict(zip(parameters_of(model), values.tolist(), strict=True)))
        bought[draw], alive[draw] = played(drawn, summary, horizon, random)
    tails = [(1 - confidence) / 2, (1 + confidence) / 2]
    value = total_value = None
    if spend is not None and spend.log_covariance is not None and summary.mean_spend is not None:
        worth = np.ones(n) if present_value is None else present_value
        prices = drawn_parameters((spend.p, spend.q, spend.gamma), spend.log_covariance, draws, random)
        spent = np.empty((draws, n))
        for draw, (p, q, gamma) in enumerate(prices):
            spent[draw] = worth * _spent(p, q, gamma, summary, bought[draw], random)
        value, total_value = _ends(spent, tails), _ends_of_total(spent, tails)
    return Ranges(
        confidence,
        draws,
        _ends(bought, tails),
        _ends_of_total(bought, tails),
        (float(np.quantile(alive, tails[0])), float(np.quantile(alive, tails[1]))),
        value,
        total_value,
    )


def played(
    model: PurchaseModel, summary: PurchaseSummary, horizon: float, random: np.random.Generator
) -> tuple[Floats, float]:
    """One future of each customer: purchases within ``horizon``; and how many were alive at its start."""
    x, T, n = summary.frequency, summary.age, len(summary)
    alive = random.random(n) < model.probability_alive(x, summary.recency, T)
    rate = random.gamma(model.r + x) / (model.alpha + T)
    if isinstance(model, ParetoNbd):
        dying = np.maximum(random.gamma(model.s, size=n) / (model.beta + T), 1e-300)
        bought = random.poisson(rate * np.minimum(random.exponential(size=n) / dying, horizon)).astype(np.float64)
    else:
        assert isinstance(model, BgNbd | MbgNbd)
        first = 1 if isinstance(model, MbgNbd) else 0
        leave = np.clip(random.beta(model.a, model.b + x + first), 1e-12, 1.0)
        # The purchase after which the customer leaves is its last; without leaving purchases are Poisson.
        bought = np.minimum(random.poisson(rate * horizon), random.geometric(leave)).astype(np.float64)
    return np.where(alive, bought, 0.0), float(alive.sum())


def _spent(
    p: float, q: float, gamma: float, summary: PurchaseSummary, bought: Floats, random: np.random.Generator
) -> Floats:
    """Spend on so many purchases: the customer's own scale given what it spent before, then their sum."""
    assert summary.mean_spend is not None
    x, mean = summary.frequency, summary.mean_spend
    known = np.where(mean > 0, x, 0.0)
    scale = np.maximum(random.gamma(p * known + q), 1e-300) / (gamma + known * mean)
    spent: Floats = np.where(bought > 0, random.gamma(np.maximum(p * bought, 1e-9)) / scale, 0.0)
    return spent


def _ends(drawn: Floats, tails: list[float]) -> tuple[Floats, Floats]:
    low, high = np.quantile(drawn, tails, axis=0)
    return low, high


def _ends_of_total(drawn: Floats, tails: list[float]) -> tuple[float, float]:
    low, high = np.quantile(drawn.sum(axis=1), tails)
    return float(low), float(high)
