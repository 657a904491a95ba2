"""Fitting a firm's two hazards to its past, and scoring them on it by rolling back in time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from accord.engines.customers import contract_clients as contracts
from accord.engines.customers import project_clients as projects
from accord.engines.customers.backtest import Score, score
from accord.engines.customers.client_history import (
    FirmHistory,
    as_known,
    contract_base_rate,
    lapse_base_rate,
    lapsed_within,
    quiet_after,
    quiet_base_rate,
)
from accord.engines.customers.client_values import DISCOUNT_RATE, HORIZON
from accord.engines.customers.likelihood import LogNormalPrior, NotEnoughData
from accord.engines.customers.mbg_nbd import MbgNbd, fit_mbg_nbd
from accord.engines.customers.monthly_hazard import HazardFit
from accord.engines.customers.project_clients import ProjectClients
from accord.engines.customers.purchase_summary import summary_of
from accord.engines.customers.signals import WEIGHTS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

DAYS_PER_MONTH = 365.25 / 12


@dataclass(frozen=True, slots=True)
class Settings:
    """What a firm decides: horizon of values in months, discount rate and indexation a year, weights of the signals."""

    horizon: int = HORIZON
    discount_rate: float = DISCOUNT_RATE
    indexation: float = 0.02
    weights: tuple[float, ...] = tuple(WEIGHTS.tolist())


DEFAULTS = Settings()


def rhythm_model(clients: ProjectClients, today: int) -> MbgNbd:
    """MBG/NBD on the decisions of all clients so far, with a prior that lets twenty clients be enough."""
    state = projects.rhythm(clients, today)
    seen = clients.first <= today
    age = (today - clients.first + 0.5)[seen]
    repeats = state.repeats[seen]
    recency = np.minimum((state.last - clients.first)[seen], age).astype(np.float64)
    rate = (repeats.sum() + projects.PRIOR_ORDERS) / (age.sum() + projects.PRIOR_ORDERS / 0.1)
    prior = LogNormalPrior(
        (float(np.log(1.5)), float(np.log(1.5 / rate)), float(np.log(0.4)), float(np.log(3.0))), (1.0,) * 4
    )
    fitted = fit_mbg_nbd(summary_of(repeats, recency, age, unit_days=DAYS_PER_MONTH), prior)
    return MbgNbd(1.5, 1.5 / rate, 0.4, 3.0, unit_days=DAYS_PER_MONTH) if isinstance(fitted, NotEnoughData) else fitted


def fit_leaving(history: FirmHistory, settings: Settings) -> HazardFit:
    """The hazard of losing a contract."""
    half = history.contracts
    prior = contracts.contract_prior(np.array(settings.weights))
    return contracts.fit_contracts(
        half.clients, history.origins, half.signals[: len(history.origins)], history.today, history.segments, prior
    )


def fit_ordering(history: FirmHistory, model: MbgNbd, settings: Settings) -> HazardFit:
    """The hazard of an order."""
    half, origins = history.projects, history.origins
    prior = projects.order_prior(np.array(settings.weights))
    return projects.fit_orders(
        half.clients,
        model,
        origins,
        half.signals[: len(origins)],
        half.contact_age[: len(origins)],
        history.today,
        history.segments,
        prior,
    )


def backtest(history: FirmHistory, settings: Settings = DEFAULTS, most_origins: int = 8) -> tuple[Score, Score, Score]:
    """Roll back to origins a year or more ago, fit on what was known then, and score what came: contracts lost within
    twelve months, no new order within the headline's months, clients lapsed within twelve months.

    Origins are as far apart as makes at most ``most_origins``. Nothing later than an origin enters its forecast:
    signals were frozen then, later losses are hidden, orders and work are cut off.
    """
    usable = [s for s in history.origins if s + 12 <= history.today and sum(o <= s - 3 for o in history.origins) >= 2]
    step = -(-len(usable) // most_origins) if usable else 1
    found: tuple[list[list[Floats]], ...] = ([], [], [])
    for s in usable[::-1][::step]:
        then = as_known(history, s)
        found[0].append(_contract_outcomes(history, then, settings))
        quiet, lapsed = _project_outcomes(history, then, settings)
        found[1].append(quiet)
        found[2].append(lapsed)
    scores = []
    for parts in found:
        columns = [np.concatenate(column) for column in zip(*parts, strict=True)] if parts else [np.zeros(0)] * 4
        scores.append(score(*columns))
    return scores[0], scores[1], scores[2]


def _contract_outcomes(history: FirmHistory, then: FirmHistory, settings: Settings) -> list[Floats]:
    s, half = then.today, then.contracts
    fit = fit_leaving(then, settings)
    rows = np.flatnonzero(half.clients.active(s))
    chance = contracts.leaving_chance(half.clients.taken(rows), fit, s)(half.signals[-1, rows] @ fit.coefficients)
    happened = (history.contracts.clients.lost[rows] <= s + 12).astype(np.float64)
    base = contract_base_rate(half.clients, then.origins, s)
    return [happened, chance, np.full(len(rows), base), np.full(len(rows), float(s))]


def _project_outcomes(history: FirmHistory, then: FirmHistory, settings: Settings) -> tuple[list[Floats], list[Floats]]:
    s, half = then.today, then.projects
    buyers, whole = half.clients, history.projects.clients
    model = rhythm_model(buyers, s)
    fit = fit_ordering(then, model, settings)
    state = projects.rhythm(buyers, s)
    rows = np.flatnonzero(state.active)
    path = projects.quiet_path(buyers, model, state, buyers.running_until[-1], half.contact_age[-1], rows)
    chance = projects.order_chance(path, fit)
    index = half.signals[-1, rows] @ fit.coefficients
    quiet, known = (column[rows] for column in quiet_after(whole, s, history.today))
    day = np.full(len(rows), float(s))

    def outcomes(happened: Bools, forecast: Floats, base: float, counted: Bools) -> list[Floats]:
        columns = [happened.astype(np.float64), forecast, np.full(len(rows), base), day]
        return [column[counted] for column in columns]

    return (
        outcomes(
            quiet,
            chance.no_order(index, np.maximum(12, state.window[rows])),
            quiet_base_rate(buyers, then.origins, s),
            known,
        ),
        outcomes(
            lapsed_within(whole, s, 12)[rows],
            chance.lapsed(index),
            lapse_base_rate(buyers, then.origins, s),
            np.ones(len(rows), bool),
        ),
    )
