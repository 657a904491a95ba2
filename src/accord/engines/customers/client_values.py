"""What clients will bring, month by month: many possible futures of each, and their discounted margin.

Every path takes one draw of the fitted parameters (shared by all clients of the firm, so that the firm's total is as
unsure as it really is), a good or bad year, the client's own size of order and margin, and then chance. The lifetime
value is the mean of the paths; the interval is read off them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from accord.engines.compiled import compiled
from accord.engines.customers.contract_clients import ContractTerms
from accord.engines.customers.mbg_nbd import MbgNbd
from accord.engines.customers.monthly_hazard import NEVER, HazardFit, fading
from accord.engines.customers.order_terms import TERMS, unheard
from accord.engines.customers.project_clients import YEAR_EFFECT
from accord.engines.parallel import Progress, in_parts

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

DISCOUNT_RATE = 0.10
HORIZON = 36
DEPARTURE_MEAN, DEPARTURE_SHAPE, DEPARTURE_WEIGHT = 0.01, 2.0, 1 / 3
_MOST_STEPS = 150_000_000  # client-months simulated: a firm of two thousand gets its thousand paths
_INDEX_SD = 0.02  # how far indexation of fees may be off


def paths_for(clients: int, months: int = HORIZON, wanted: int = 1_000) -> int:
    """How many paths a client gets: ``wanted``, fewer (never below 100) where there are very many clients."""
    return max(100, min(wanted, _MOST_STEPS // max(clients * months, 1)))


@dataclass(frozen=True, slots=True, eq=False)
class Margins:
    """The margin rate that clients will have over the horizon: mean and variance. Arrays [client]."""

    mean: Floats
    variance: Floats


@dataclass(frozen=True, slots=True, eq=False)
class OrderSizes:
    """The logarithm of a client's orders: mean and variance of its own mean [client], and their scatter σ² about it."""

    mean: Floats
    variance: Floats
    within: float


@dataclass(frozen=True, slots=True, eq=False)
class OrderState:
    """Where project clients stand at the origin. Arrays [client]; months counted back (``planned``: ahead) from it."""

    segment: Ints
    repeats: Floats
    since_first: Floats
    since_last: Floats
    silence: Floats
    planned: Floats
    rate: Floats
    contact_age: Floats


def order_values(
    state: OrderState,
    model: MbgNbd,
    fit: HazardFit,
    signals: Floats,
    sizes: OrderSizes,
    margins: Margins,
    draws: Floats,
    years: Floats,
    departure: Floats,
    months: int = HORIZON,
    paths: int = 1_000,
    work_months: float = 3.0,
    discount_rate: float = DISCOUNT_RATE,
    seed: int = 1,
    progress: Progress | None = None,
) -> tuple[Floats, Floats]:
    """Discounted margin of ``months`` [client, path], and the orders expected in each month [client, month].

    ``draws`` [draw, parameter], ``years`` [draw, year], ``departure`` [draw] (a monthly chance of silently leaving,
    from the second month on, which MBG/NBD does not know once somebody buys often). Path p takes draw p modulo their
    number.
    """
    clients = len(state.repeats)
    values, orders = np.zeros((clients, paths)), np.zeros((clients, months))
    index = np.ascontiguousarray(signals @ fit.coefficients_of(draws).T)
    structural = np.ascontiguousarray(draws[:, : TERMS + fit.segments])
    parameters = np.array([model.r, model.alpha, model.a, model.b])
    discount = (1 + discount_rate) ** (-np.arange(1, months + 1) / 12)

    def part(first: int, last: int) -> None:
        _order_paths(
            first,
            last,
            np.uint64(seed),
            state.segment,
            state.repeats,
            state.since_first,
            state.since_last,
            state.silence,
            state.planned,
            state.rate,
            np.log1p(state.contact_age),
            unheard(state.contact_age, state.since_last),
            index,
            structural,
            years,
            departure,
            parameters,
            fading(months),
            discount,
            sizes.mean,
            np.sqrt(sizes.variance),
            np.sqrt(sizes.within),
            margins.mean,
            np.sqrt(margins.variance),
            work_months,
            values,
            orders,
        )

    if clients:
        in_parts(part, clients, None, progress)
    return values, orders / paths


@compiled
def _word(state: np.uint64) -> np.uint64:
    """SplitMix64 (G. Steele, D. Lea, C. Flood, 2014): a random word of a counter."""
    z = state
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@compiled
def _uniform(state: np.uint64) -> float:
    return (float(_word(state) >> np.uint64(11)) + 0.5) / 9007199254740992.0


@compiled
def _normal(state: np.uint64, step: np.uint64) -> float:
    """Box and Muller's method, one of the pair."""
    return float(np.sqrt(-2.0 * np.log(_uniform(state + step))) * np.cos(2.0 * np.pi * _uniform(state + step + step)))


@compiled
def _order_paths(
    first: int,
    last: int,
    seed: np.uint64,
    segment: Ints,
    repeats: Floats,
    since_first: Floats,
    since_last: Floats,
    silence: Floats,
    planned: Floats,
    rate: Floats,
    log_contact: Floats,
    nothing_heard: Floats,
    index: Floats,
    structural: Floats,
    years: Floats,
    departure: Floats,
    model: Floats,
    fade: Floats,
    discount: Floats,
    size: Floats,
    size_sd: Floats,
    scatter: float,
    margin: Floats,
    margin_sd: Floats,
    work_months: float,
    values: Floats,
    orders: Floats,
) -> None:
    step = np.uint64(0x9E3779B97F4A7C15)
    paths, months, draws = values.shape[1], len(fade), len(structural)
    r, alpha, a, b = model[0], model[1], model[2], model[3]
    for client in range(first, last):
        for path in range(paths):
            draw = path % draws
            theta = structural[draw]
            own = theta[7 + segment[client]]
            at = _word(_word(seed + np.uint64(client) * step) + np.uint64(path) * step)
            mean = size[client] + size_sd[client] * _normal(at, step)
            rate_of_margin = margin[client] + margin_sd[client] * _normal(at + step * np.uint64(2), step)
            at += step * np.uint64(4)
            x = repeats[client]
            last_order, quiet_from, runs_until = -since_last[client], -silence[client], planned[client]
            total = 0.0
            for j in range(1, months + 1):
                at += step
                if j > 1 and _uniform(at) < departure[draw]:
                    break
                age = since_first[client] + j - 0.5
                since = j - last_order
                t_x = min(age + 0.5 - since, age)
                odds = np.log((alpha + age) / (alpha + t_x)) * (r + x) + np.log(a / (b + x))
                some = -np.expm1(-(r + x) * np.log1p(1.0 / (alpha + age))) / (1.0 + np.exp(odds))
                some = min(max(some, 1e-9), 1.0 - 1e-9)
                quiet = max(j - 1 - max(quiet_from, min(runs_until, j - 1.0)), 0.0)
                overdue = np.log1p(max(rate[client] * since - 1.0, 0.0))
                eta = theta[0] + theta[1] * np.log(some / (1.0 - some)) + theta[3] * overdue + own
                eta += theta[4] * (np.log1p(quiet) - 1.0) + theta[5] * overdue * log_contact[client]
                if x == repeats[client]:
                    eta += theta[6] * nothing_heard[client]
                if j <= runs_until:
                    eta += theta[2]
                eta += fade[j - 1] * index[client, draw] + years[draw, (j - 1) // 12]
                at += step
                if _uniform(at) * (1.0 + np.exp(-eta)) < 1.0:
                    at += step
                    amount = np.exp(mean + scatter * _normal(at, step))
                    at += step * np.uint64(2)
                    total += amount * discount[j - 1]
                    orders[client, j - 1] += 1.0
                    x += 1.0
                    last_order = j
                    quiet_from = j
                    runs_until = max(runs_until, j + work_months)
            values[client, path] = total * rate_of_margin


def departures(actual: float, forecast: Floats, draws: int, seed: int) -> Floats:
    """Draws of the monthly chance d of silently leaving, from a back-cast [draw].

    ``forecast`` are the orders expected in each month after an origin in the past, all clients together, and ``actual``
    those that came. F(d) = Σ_j f_j (1 − d)^(j−1); the posterior on a grid is Poisson(actual; F(d))^w · Gamma(2, mean
    .01). w is at most 1/3, because the orders of a client are not independent, and falls with their number, because two
    years are good or bad for all clients together: a variance of 3/actual and of the year effects in the logarithm.
    Without a forecast it is the prior.
    """
    grid = np.linspace(0.0001, 0.06, 600)
    log_density = (DEPARTURE_SHAPE - 1) * np.log(grid) - DEPARTURE_SHAPE * grid / DEPARTURE_MEAN
    if len(forecast) and forecast.sum() > 0:
        expected = (forecast[None, :] * (1 - grid[:, None]) ** np.arange(len(forecast))).sum(axis=1)
        years = max(len(forecast) / 12, 1.0)
        weight = 1 / (1 / DEPARTURE_WEIGHT + actual * YEAR_EFFECT**2 / years)
        log_density = log_density + weight * (actual * np.log(expected) - expected)
    density = np.exp(log_density - log_density.max())
    cumulative = np.cumsum(density) / density.sum()
    return np.interp(np.random.default_rng(seed).random(draws), cumulative, grid)


def contract_values(
    may: Bools,
    structural: Floats,
    index: Floats,
    terms: ContractTerms,
    margins: Margins,
    years: Floats,
    indexation: float = 0.02,
    paths: int = 1_000,
    discount_rate: float = DISCOUNT_RATE,
    seed: int = 2,
) -> Floats:
    """Discounted margin [client, path] of contracts.

    ``may`` [client, month] says when one may be lost, ``structural`` [client, draw] its log-odds without signals,
    ``index`` [client, draw] what the signals add in the first month, ``years`` [draw, year] the year effects.
    """
    clients, months = may.shape
    values = np.zeros((clients, paths))
    discount = (1 + discount_rate) ** (-np.arange(1, months + 1) / 12)

    def part(first: int, last: int) -> None:
        _contract_paths(
            first,
            last,
            np.uint64(seed),
            may,
            structural,
            index,
            years,
            fading(months),
            discount,
            terms.fee,
            terms.paid_after,
            np.where(terms.ends < NEVER, terms.ends, -1),
            margins.mean,
            np.sqrt(margins.variance),
            indexation,
            values,
        )

    if clients:
        in_parts(part, clients, None)
    return values


@compiled
def _contract_paths(
    first: int,
    last: int,
    seed: np.uint64,
    may: Bools,
    structural: Floats,
    index: Floats,
    years: Floats,
    fade: Floats,
    discount: Floats,
    fee: Floats,
    paid_after: Ints,
    ends: Ints,
    margin: Floats,
    margin_sd: Floats,
    indexation: float,
    values: Floats,
) -> None:
    step = np.uint64(0x9E3779B97F4A7C15)
    paths, months, draws = values.shape[1], may.shape[1], structural.shape[1]
    for client in range(first, last):
        for path in range(paths):
            draw = path % draws
            at = _word(_word(seed + np.uint64(client) * step) + np.uint64(path) * step)
            rate = margin[client] + margin_sd[client] * _normal(at, step)
            growth = np.log1p(indexation + _INDEX_SD * _normal(at + step * np.uint64(2), step)) / 12.0
            at += step * np.uint64(4)
            paid_until = ends[client] if ends[client] >= 0 else months
            if ends[client] < 0:
                for j in range(1, months + 1):
                    if not may[client, j - 1]:
                        continue
                    eta = structural[client, draw] + years[draw, (j - 1) // 12] + fade[j - 1] * index[client, draw]
                    at += step
                    if _uniform(at) * (1.0 + np.exp(-eta)) < 1.0:
                        paid_until = min(j + paid_after[client], months)
                        break
            total = 0.0
            for j in range(1, paid_until + 1):
                total += np.exp(growth * j) * discount[j - 1]
            values[client, path] = total * fee[client] * rate
