"""Scoring the two hazards on a firm's own past, by rolling back in time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from accord.engines.customers import contract_clients as contracts
from accord.engines.customers import project_clients as projects
from accord.engines.customers.backtest import Score, score
from accord.engines.customers.client_fits import (
    DEFAULTS,
    Settings,
    Stage,
    Watch,
    fit_leaving,
    fit_ordering,
    order_outlook,
    rhythm_model,
    unwatched,
)
from accord.engines.customers.client_history import FirmHistory, as_known, with_windows
from accord.engines.customers.client_outcomes import Outcomes, clients_lapsed, contracts_lost, no_new_orders
from accord.engines.customers.signals import SIGNALS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Columns = list[Floats]

MONTHS = (3, 6, 12)  # 90, 180 and 365 days
YEAR = 12
_CONTACT = [signal.name for signal in SIGNALS].index("contact")


@dataclass(frozen=True, slots=True)
class Backtest:
    """``lost`` and ``lapsed``: contracts lost and clients lapsed within so many months; ``quiet``: no new order within
    the headline's months."""

    lost: dict[int, Score]
    quiet: Score
    lapsed: dict[int, Score]


def backtest(
    history: FirmHistory, settings: Settings = DEFAULTS, watch: Watch = unwatched, most_origins: int = 8
) -> Backtest:
    """Roll back to origins a year or more ago, fit on what was known then, and score what came.

    Origins are as far apart as makes at most ``most_origins``. Nothing later than an origin enters its forecast:
    signals were frozen then, later losses are hidden, orders and work are cut off. ``watch`` is told of each.
    """
    history = with_windows(history, settings.windows)
    origins = history.origins
    held, buyers = history.contracts.clients, history.projects.clients
    lost = {months: contracts_lost(held, origins, months) for months in MONTHS}
    lapsed = {months: clients_lapsed(buyers, origins, months) for months in MONTHS}
    quiet = no_new_orders(buyers, origins)
    found: dict[tuple[str, int], list[Columns]] = {}
    usable = [s for s in origins if s + YEAR <= history.today and sum(o <= s - 3 for o in origins) >= 2]
    step = -(-len(usable) // most_origins) if usable else 1
    chosen = usable[::-1][::step]
    for done, s in enumerate(chosen):
        watch(Stage.FITTING, done, len(chosen))
        then = as_known(history, s)
        rows, chances = _contract_chances(then, settings)
        contact = history.contracts.signals[: len(origins), :, _CONTACT]
        for months in MONTHS:
            columns = _columns(lost[months], s, history.today, rows, chances(months), contact)
            found.setdefault(("lost", months), []).append(columns)
        rows, path, index, window = _order_chances(then, settings)
        contact = history.projects.signals[: len(origins), :, _CONTACT]
        forecast = path.no_order(index, np.maximum(YEAR, window))
        found.setdefault(("quiet", 0), []).append(_columns(quiet, s, history.today, rows, forecast, contact))
        for months in MONTHS:
            columns = _columns(lapsed[months], s, history.today, rows, path.lapsed(index, months), contact)
            found.setdefault(("lapsed", months), []).append(columns)

    def scored(what: str, months: int) -> Score:
        parts = found.get((what, months))
        columns = [np.concatenate(each) for each in zip(*parts, strict=True)] if parts else [np.zeros(0)] * 5
        return score(*columns)

    return Backtest(
        {months: scored("lost", months) for months in MONTHS},
        scored("quiet", 0),
        {months: scored("lapsed", months) for months in MONTHS},
    )


def _columns(outcomes: Outcomes, s: int, today: int, rows: Ints, forecast: Floats, contact: Floats) -> Columns:
    """Of the clients ``rows`` at the origin ``s``: what happened, what was forecast, the base rate known then, the day,
    and what the last contact alone would have said."""
    at = int(np.flatnonzero(outcomes.origins == s)[0])
    known = outcomes.known[at, rows] <= today
    plain = outcomes.by_last_contact(s, contact, contact[at, rows])
    base, day = np.full(len(rows), outcomes.base_rate(s)), np.full(len(rows), float(s))
    columns = [outcomes.left[at, rows].astype(np.float64), forecast, base, day, plain]
    return [column[known] for column in columns]


def _contract_chances(then: FirmHistory, settings: Settings) -> tuple[Ints, Callable[[int], Floats]]:
    s, half = then.today, then.contracts
    fit = fit_leaving(then, settings)
    rows = np.flatnonzero(half.clients.active(s))
    chance = contracts.leaving_chance(half.clients.taken(rows), fit, s)
    index = half.signals[-1, rows] @ fit.coefficients
    return rows, lambda months: chance(index, months)


def _order_chances(then: FirmHistory, settings: Settings) -> tuple[Ints, projects.OrderChance, Floats, Ints]:
    model = rhythm_model(then.projects.clients, then.today)
    fit = fit_ordering(then, model, settings)
    state, rows, path = order_outlook(then, model)
    index = then.projects.signals[-1, rows] @ fit.coefficients
    return rows, projects.order_chance(path, fit), index, state.window[rows]
