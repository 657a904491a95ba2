"""Fitting a firm's two hazards to its past."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from accord.engines.customers import contract_clients as contracts
from accord.engines.customers import project_clients as projects
from accord.engines.customers.client_history import FirmHistory
from accord.engines.customers.client_values import DISCOUNT_RATE, HORIZON
from accord.engines.customers.likelihood import LogNormalPrior, NotEnoughData
from accord.engines.customers.mbg_nbd import MbgNbd, fit_mbg_nbd
from accord.engines.customers.monthly_hazard import HazardFit
from accord.engines.customers.order_terms import order_prior
from accord.engines.customers.project_clients import ProjectClients
from accord.engines.customers.purchase_summary import summary_of
from accord.engines.customers.signals import WEIGHTS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

DAYS_PER_MONTH = 365.25 / 12


class Stage(StrEnum):
    """What a long forecast is at, with the reading before it and the saving after it."""

    READING = "reading"
    FITTING = "fitting"
    FORECASTING = "forecasting"
    SAVING = "saving"


Watch = Callable[[Stage, int, int], None]  # what it is at, and how much of how much is done


def unwatched(stage: Stage, done: int, total: int) -> None:
    """Nobody asks."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a firm decides: horizon of values in months, discount rate and indexation a year, weights of the signals,
    and after how many months of silence (at least, at most) a project client counts as lost."""

    horizon: int = HORIZON
    discount_rate: float = DISCOUNT_RATE
    indexation: float = 0.02
    weights: tuple[float, ...] = tuple(WEIGHTS.tolist())
    windows: tuple[int, int] = (projects.SHORTEST_WINDOW, projects.LONGEST_WINDOW)


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


def order_outlook(history: FirmHistory, model: MbgNbd) -> tuple[projects.Rhythm, Ints, projects.QuietPath]:
    """Where those who order projects stand today: the rhythm of all, the active ones, and the months ahead of these
    without an order. What is forecast and what is scored begin here alike."""
    half = history.projects
    state = projects.rhythm(half.clients, history.today)
    rows = np.flatnonzero(state.active)
    planned, age = half.clients.running_until[-1], half.contact_age[-1]
    return state, rows, projects.quiet_path(half.clients, model, state, planned, age, rows)


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
    prior = order_prior(np.array(settings.weights))
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
