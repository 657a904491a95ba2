"""Whether each client stays, why, and what it will bring: the forecast behind health, churn risk and lifetime value.

The one call is :func:`forecast_clients`. It fits the two hazards of a firm to its own past and the experts' prior
(:mod:`~accord.engines.customers.contract_clients`, :mod:`~accord.engines.customers.project_clients`), asks them about
every active client, and scores them on the firm's past (:mod:`~accord.engines.customers.client_fits`) before anything
is ranked.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from accord.engines.customers import contract_clients as contracts
from accord.engines.customers import project_clients as projects
from accord.engines.customers.client_fit_quality import HalfFit, judged
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
from accord.engines.customers.client_health import contributions
from accord.engines.customers.client_history import FirmHistory, ProjectHistory, as_known, with_windows
from accord.engines.customers.client_values import (
    Margins,
    OrderSizes,
    OrderState,
    contract_values,
    departures,
    order_values,
    paths_for,
)
from accord.engines.customers.contract_clients import ContractTerms
from accord.engines.customers.half_forecast import HalfForecast, eight_of_ten, half_of, with_health
from accord.engines.customers.mbg_nbd import MbgNbd
from accord.engines.customers.monthly_hazard import HazardFit
from accord.engines.customers.order_values import fit_shrunk, moments, yearly_margins
from accord.engines.customers.signals import as_promised
from accord.engines.parallel import Progress

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

VERSION = "health-1"
HORIZONS = np.array([3, 6, 12])  # months: 90, 180 and 365 days
DRAWS = 400
BACKCAST = 24


@dataclass(frozen=True, slots=True, eq=False)
class Forecast:
    """The forecast of a firm. ``typical`` is the chance of its typical client, ``total`` the value of all with its
    interval (80 %)."""

    contracts: HalfForecast
    projects: HalfForecast
    contract_fit: HalfFit
    project_fit: HalfFit
    model: MbgNbd
    departure: float
    typical: float
    total: tuple[float, float, float]


def forecast_clients(
    history: FirmHistory, settings: Settings = DEFAULTS, draws: int = DRAWS, seed: int = 1, watch: Watch = unwatched
) -> Forecast:
    """Fit, score and forecast. Without any past the answer is the prior's, and says so.

    ``watch`` is told how many of the past origins are scored, then how many clients are forecast; what it raises ends
    the work.
    """
    history = with_windows(history, settings.windows)
    model = rhythm_model(history.projects.clients, history.today)
    leave, order = fit_leaving(history, settings), fit_ordering(history, model, settings)
    shared = np.random.default_rng(seed)
    years = shared.standard_normal((draws, -(-max(settings.horizon, 24) // 12)))
    contract_fit, project_fit = judged(history, settings, leave, order, watch)
    told = _Told(watch, len(history.contracts.clients) + len(history.projects.clients))
    first = _contract_half(history, settings, leave, years * contracts.YEAR_EFFECT, draws, seed)
    told.more(len(history.contracts.clients))
    second, departure = _project_half(history, settings, order, model, years * projects.YEAR_EFFECT, draws, seed, told)
    first, second = _where_judged(first, contract_fit), _where_judged(second, project_fit)
    typical = _typical(first, second)
    first, second = (with_health(half, typical) for half in (first, second))
    count = min(first.paths.shape[1], second.paths.shape[1])
    total = first.paths[:, :count].sum(axis=0) + second.paths[:, :count].sum(axis=0)
    low, high = np.quantile(total, [0.1, 0.9])
    return Forecast(
        first,
        second,
        contract_fit,
        project_fit,
        model,
        departure,
        typical,
        (float(total.mean()), float(low), float(high)),
    )


def forecast_at(
    history: FirmHistory, origin: int, settings: Settings, draws: int = DRAWS, seed: int = 1
) -> tuple[HalfForecast, HalfForecast]:
    """What would have been forecast at the end of month ``origin``, one of the history's origins, for the horizon of
    ``settings``; not judged, and without health.
    """
    then = as_known(history, origin)
    model = rhythm_model(then.projects.clients, origin)
    leave, order = fit_leaving(then, settings), fit_ordering(then, model, settings)
    years = np.random.default_rng(seed).standard_normal((draws, -(-max(settings.horizon, 24) // 12)))
    first = _contract_half(then, settings, leave, years * contracts.YEAR_EFFECT, draws, seed)
    told = _Told(unwatched, 0)
    second, _ = _project_half(then, settings, order, model, years * projects.YEAR_EFFECT, draws, seed, told)
    return first, second


class _Told:
    """Tells how many clients are forecast, over both halves."""

    def __init__(self, watch: Watch, total: int) -> None:
        self.watch, self.total, self.done = watch, total, 0
        self.more(0)

    def more(self, clients: int) -> None:
        self.done += clients
        self.watch(Stage.FORECASTING, self.done, self.total)

    def part(self, clients: int) -> Progress:
        """For work on ``clients`` that says in which of how many parts it is."""
        return lambda part, parts: self.watch(Stage.FORECASTING, self.done + clients * part // parts, self.total)


def _contract_half(
    history: FirmHistory, settings: Settings, fit: HazardFit, years: Floats, draws: int, seed: int
) -> HalfForecast:
    half, today = history.contracts, history.today
    rows = np.flatnonzero(half.clients.active(today))
    clients = half.clients.taken(rows)
    signals = half.signals[-1, rows]
    chance_of = contracts.leaving_chance(clients, fit, today)
    effects = signals * fit.coefficients
    index = effects.sum(axis=1)
    within = np.stack([chance_of(index, months) for months in HORIZONS], axis=1)
    base, parts = contributions(chance_of, effects, _typical_effects(effects))
    drawn = fit.draws(draws, seed)
    spread = eight_of_ten(
        lambda part: contracts.drawn_chances(
            clients.taken(np.arange(len(rows))[part]), fit, signals[part], today, 12, drawn, years[:, 0]
        ),
        len(rows),
    )
    months = np.arange(today + 1, today + 1 + settings.horizon)
    may = contracts.columns(clients.decision, months)
    margin, variance = yearly_margins(half.revenue, half.margin, settings.horizon / 12)
    paths = contract_values(
        may,
        fit.structural(contracts.kinds(clients.kind, 1), clients.segment, drawn)[:, 0],
        signals @ fit.coefficients_of(drawn).T,
        ContractTerms(*(getattr(half.terms, name)[rows] for name in ("fee", "paid_after", "ends"))),
        Margins(margin[rows], variance[rows]),
        years,
        settings.indexation,
        paths_for(len(rows), settings.horizon),
        settings.discount_rate,
        seed,
    )
    chance = within[:, -1]
    kept = chance_of(as_promised(signals) @ fit.coefficients, 12)
    return half_of(rows, np.full(len(rows), 12), within, spread, chance, chance, base, parts, kept, paths)


def _project_half(
    history: FirmHistory,
    settings: Settings,
    fit: HazardFit,
    model: MbgNbd,
    years: Floats,
    draws: int,
    seed: int,
    told: _Told,
) -> tuple[HalfForecast, float]:
    half, today = history.projects, history.today
    state, rows, path = order_outlook(history, model)
    mode = projects.order_chance(path, fit)
    signals = half.signals[-1, rows]
    effects = signals * fit.coefficients
    index = effects.sum(axis=1)
    window = np.maximum(12, state.window[rows])
    share = 12 / window
    base, parts = contributions(
        lambda eta: _yearly(mode.no_order(eta, window), share), effects, _typical_effects(effects)
    )
    drawn = fit.draws(draws, seed)

    def drawn_chances(part: slice) -> Floats:
        many = projects.order_chance(path.part(part), fit, drawn, years[:, 0])
        drawn_index = signals[part] @ fit.coefficients_of(drawn).T
        return _yearly(many.no_order(drawn_index, window[part]), share[part, None])

    spread = eight_of_ten(drawn_chances, len(rows))

    logs = np.log(half.order_amount)
    n, mean, squares = moments(half.order_client, logs, len(half.clients))
    sizes = fit_shrunk(n, mean, squares)
    size, size_variance = sizes.posterior(n, mean)
    margin, margin_variance = yearly_margins(half.revenue, half.margin, settings.horizon / 12)

    def simulate(
        rows: Ints,
        at: int,
        origin: int,
        months: int,
        years: Floats,
        gone: Floats,
        paths: int,
        progress: Progress | None = None,
    ) -> tuple[Floats, Floats]:
        return order_values(
            _order_state(half, origin, at, rows),
            model,
            fit,
            half.signals[at, rows],
            OrderSizes(size[rows], size_variance[rows], sizes.within),
            Margins(margin[rows], margin_variance[rows]),
            drawn,
            years,
            gone,
            months,
            paths,
            half.work_months,
            settings.discount_rate,
            seed,
            progress,
        )

    actual, expected = 0.0, np.zeros(0)
    if today - BACKCAST in history.origins:
        then, at = today - BACKCAST, history.origins.index(today - BACKCAST)
        back = np.flatnonzero(projects.rhythm(half.clients, then).active)
        _, orders = simulate(back, at, then, BACKCAST, np.zeros_like(years), np.zeros(draws), 200)
        expected = orders.sum(axis=0)
        actual = float(half.clients.ordered[back, then + 1 : today + 1].sum())
    gone = departures(actual, expected, draws, seed)
    wanted, progress = paths_for(len(rows), settings.horizon), told.part(len(half.clients))
    paths, _ = simulate(rows, -1, today, settings.horizon, years, gone, wanted, progress)
    quiet = mode.no_order(index, window)
    within = np.stack([_yearly(quiet, months / window) for months in HORIZONS], axis=1)
    kept = _yearly(mode.no_order(as_promised(signals) @ fit.coefficients, window), share)
    found = half_of(rows, window, within, spread, quiet, mode.lapsed(index), base, parts, kept, paths)
    return found, float(gone.mean())


def _typical_effects(effects: Floats) -> Floats:
    """The median of each signal's effect over the active clients [signal]."""
    result: Floats = np.median(effects, axis=0) if len(effects) else np.zeros(effects.shape[1])
    return result


def _yearly(quiet: Floats, share: Floats) -> Floats:
    """The chance of a ``share`` of the window that makes ``quiet`` over all of it."""
    result: Floats = 1 - (1 - quiet) ** share
    return result


def _order_state(half: ProjectHistory, origin: int, at: int, rows: Ints) -> OrderState:
    state = projects.rhythm(half.clients, origin)
    return OrderState(
        half.clients.segment[rows],
        state.repeats[rows],
        (origin - state.first[rows]).astype(np.float64),
        (origin - state.last[rows]).astype(np.float64),
        state.silence[rows].astype(np.float64),
        np.maximum(half.clients.running_until[at, rows] - origin, 0).astype(np.float64),
        state.rate[rows],
        half.contact_age[at, rows],
    )


def _typical(first: HalfForecast, second: HalfForecast) -> float:
    """The chance of the firm's typical client: the median over all active ones, kept away from 0 and 1."""
    chances = np.concatenate([first.chance, second.chance])
    return float(np.clip(np.median(chances), 0.005, 0.8)) if len(chances) else 0.1


def _where_judged(half: HalfForecast, fit: HalfFit) -> HalfForecast:
    """Everybody at the firm's base rate where a figure has not been predicted here: nobody is ranked by it then.

    Leaving and being counted as lost are judged apart, as the one may be predicted and the other not.
    """
    if not fit.ranks:
        quiet = np.full(len(half.rows), fit.base_rate)
        within = np.stack([_yearly(quiet, months / half.months) for months in HORIZONS], axis=1)
        chance = within[:, -1]
        half = replace(
            half,
            chance=chance,
            low=np.minimum(half.low, chance),
            high=np.maximum(half.high, chance),
            within=within,
            quiet=quiet,
            contributions=np.zeros_like(half.contributions),
            rhythm=chance,
            as_promised=chance,
        )
    return half if fit.lapse_score.predicts else replace(half, lapse=np.full(len(half.rows), fit.lapse_rate))
