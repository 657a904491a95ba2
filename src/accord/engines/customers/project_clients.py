"""Clients who order projects: whether and when they order again, and when they count as lost.

Nobody tells when such a client leaves. What can be seen are *decisions*: the days on which work was ordered (agreement
signed, quote or change accepted; all orders of a day are one). Each client has a rhythm of its own; silence is judged
against it. Silence runs from the end of running work. The window of a client is W = clip(3 / λ̂, 9, 24) months, with λ̂
the rate of its orders drawn towards the firm's; a silence of W is a *lapsed* client. A firm can set other limits; both
the same make one number of months for all clients.

The monthly chance of an order starts from what MBG/NBD (:mod:`~accord.engines.customers.mbg_nbd`) says of the
decisions alone and is moved by running work, by silence and by signals
(:mod:`~accord.engines.customers.monthly_hazard`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from accord.engines.customers.mbg_nbd import MbgNbd
from accord.engines.customers.monthly_hazard import (
    MONTHS_AHEAD,
    HazardFit,
    HazardPrior,
    HazardRows,
    fading,
    fit_hazard,
    month_share,
    sample_rows,
)
from accord.engines.customers.order_terms import TERMS, order_prior, order_terms, unheard

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

SHORTEST_WINDOW, LONGEST_WINDOW = 9, 24
PRIOR_ORDERS = 2.5
YEAR_EFFECT = 0.08
SILENT_DEPARTURE = 0.005  # a month: MBG/NBD lets hardly any heavy buyer go


@dataclass(frozen=True, slots=True, eq=False)
class ProjectClients:
    """Clients who order projects, over months 0 … today. Arrays [client] unless said.

    ``ordered`` [client, month]: there was a decision; ``running`` [client, month]: work ran; ``first`` the month of the
    first decision; ``closed`` the month in which somebody closed the client by hand (`NEVER` if not); ``running_until``
    [origin, client] the last month in which the work known at that origin was planned to run. ``windows`` are the
    shortest and the longest window in months.
    """

    segment: Ints
    ordered: Bools
    running: Bools
    first: Ints
    closed: Ints
    running_until: Ints
    windows: tuple[int, int] = (SHORTEST_WINDOW, LONGEST_WINDOW)
    # What follows from the months up to one of them is the same however much later it is looked at, so the rhythm of a
    # past month is worked out once, also for backtests (`client_history.as_known` hands it on).
    rhythms: dict[int, Rhythm] = field(default_factory=dict, init=False, repr=False)

    def __len__(self) -> int:
        return len(self.segment)

    @property
    def months(self) -> int:
        """How many months are known."""
        return int(self.ordered.shape[1])


@dataclass(frozen=True, slots=True, eq=False)
class Rhythm:
    """Where clients stand at the end of month ``origin``: what their orders say. Arrays [client].

    ``repeats`` orders after the first; ``last`` the month of the last one; ``quiet_since`` the last month with an order
    or running work; ``rate`` λ̂ a month; ``window`` W in whole months; ``active`` whether the client is one.
    """

    origin: int
    repeats: Floats
    first: Ints
    last: Ints
    quiet_since: Ints
    rate: Floats
    window: Ints
    active: Bools

    @property
    def silence(self) -> Ints:
        """Months without an order or running work."""
        return self.origin - self.quiet_since


def rhythm(clients: ProjectClients, origin: int) -> Rhythm:
    """The rhythm of all clients, from nothing later than month ``origin``.

    λ̂ = (repeat decisions + 2.5) / (months observed, silence counted half, + 2.5 / the firm's mean rate).
    """
    if origin not in clients.rhythms:
        found = _rhythm(clients, origin)
        if origin >= clients.months:  # nothing is known of that month yet: it may still differ
            return found
        clients.rhythms[origin] = found
    return clients.rhythms[origin]


def _rhythm(clients: ProjectClients, origin: int) -> Rhythm:
    seen = clients.first <= origin
    orders = clients.ordered[:, : origin + 1]
    repeats = np.where(seen, orders.sum(axis=1) - 1.0, 0.0)
    last = _last_true(orders)
    quiet_since = np.maximum(last, _last_true(clients.running[:, : origin + 1]))
    observed = np.where(seen, origin - clients.first + 0.5, 0.0)
    silence = np.where(seen, origin - quiet_since, 0)
    firm = (repeats.sum() + PRIOR_ORDERS) / (observed.sum() + PRIOR_ORDERS / 0.1)
    rate = (repeats + PRIOR_ORDERS) / (observed - silence / 2 + PRIOR_ORDERS / firm)
    window = np.clip(np.ceil(3 / rate), *clients.windows).astype(np.int64)
    active = seen & (silence < window) & (clients.closed > origin)
    return Rhythm(origin, repeats, clients.first, last, quiet_since, rate, window, active)


def _last_true(table: Bools) -> Ints:
    """The last column in which each row is true; −1 where none is."""
    width = table.shape[1]
    last = width - 1 - np.argmax(table[:, ::-1], axis=1)
    return np.where(table.any(axis=1), last, -1)


def order_rows(
    clients: ProjectClients,
    model: MbgNbd,
    origins: list[int],
    signals: Floats,
    contact_age: Floats,
    today: int,
    most_rows: int | None = None,
) -> HazardRows:
    """Active clients at ``origins`` and the twelve months after each; ``signals`` [origin, client, signal] and
    ``contact_age`` [origin, client] as known then. The rhythm moves on with what happened; signals are frozen.

    Where there are more than ``most_rows``, a weighted sample stands for all.
    """
    share = month_share(origins)
    states = [rhythm(clients, origin) for origin in origins]
    active = [np.flatnonzero(state.active) for state in states]
    ends = [min(origin + MONTHS_AHEAD, today) + 1 for origin in origins]
    bought = [
        np.any(clients.ordered[rows, origin + 1 : end], axis=1)
        for origin, end, rows in zip(origins, ends, active, strict=True)
    ]
    every: Bools = np.concatenate([np.zeros(0, bool), *bought])
    kept, counts_for = sample_rows(every, len(every) if most_rows is None else most_rows, seed=1)
    first = np.cumsum([0, *(len(rows) for rows in active)])
    edges = np.searchsorted(kept, first)
    parts = []
    for at, state in enumerate(states):
        part = slice(edges[at], edges[at + 1])
        rows = active[at][kept[part] - first[at]]
        parts.append(
            _rows_of(clients, model, state, rows, signals[at], contact_age[at], clients.running_until[at], today)
        )
        parts[-1].weight[:] *= share * counts_for[part, None]
    if not parts:
        empty = np.zeros((0, MONTHS_AHEAD))
        none = np.zeros((0, signals.shape[-1]))
        return HazardRows(np.zeros((0, MONTHS_AHEAD, TERMS)), np.zeros(0, np.int64), none, empty, empty)
    names = ("base", "segment", "signals", "weight", "event")
    return HazardRows(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def _rows_of(
    clients: ProjectClients,
    model: MbgNbd,
    state: Rhythm,
    rows: Ints,
    signals: Floats,
    contact_age: Floats,
    running_until: Ints,
    today: int,
) -> HazardRows:
    """The months after one origin of the clients ``rows``, each with weight 1 where it counts."""
    months = np.arange(state.origin + 1, state.origin + 1 + MONTHS_AHEAD)
    seen = months <= today
    events = np.zeros((len(rows), MONTHS_AHEAD))
    events[:, seen] = clients.ordered[rows][:, months[seen]]
    earlier = np.concatenate([np.zeros((len(rows), 1)), events[:, :-1]], axis=1)
    last = np.maximum.accumulate(np.where(earlier > 0, months - 1, state.last[rows, None]), axis=1)
    planned = running_until[rows, None]
    quiet = np.maximum(np.maximum(state.quiet_since[rows, None], last), np.minimum(planned, months - 1))
    silence = months - 1 - quiet
    heard = unheard(contact_age[rows], (state.origin - state.last[rows]).astype(np.float64))
    base = order_terms(
        model,
        state.repeats[rows, None] + earlier.cumsum(axis=1),
        (months - state.first[rows, None]).astype(np.float64),
        (months - last).astype(np.float64),
        silence.astype(np.float64),
        (months <= planned).astype(np.float64),
        state.rate[rows, None],
        contact_age[rows, None],
        heard[:, None] * (earlier.cumsum(axis=1) == 0),
    )
    alive = np.cumprod(silence < state.window[rows, None], axis=1) > 0
    weight = (seen & alive & (months < clients.closed[rows, None])).astype(np.float64)
    return HazardRows(base, clients.segment[rows], signals[rows], weight, events)


def fit_orders(
    clients: ProjectClients,
    model: MbgNbd,
    origins: list[int],
    signals: Floats,
    contact_age: Floats,
    today: int,
    segments: int,
    prior: HazardPrior | None = None,
    most_rows: int = 40_000,
) -> HazardFit:
    """The hazard of ordering, from the firm's own past and the prior."""
    rows = order_rows(clients, model, origins, signals, contact_age, today, most_rows)
    return fit_hazard(rows, order_prior() if prior is None else prior, segments)


@dataclass(frozen=True, slots=True, eq=False)
class QuietPath:
    """The months ahead of active clients if nobody ordered: base terms, and the month in which each would lapse.

    ``terms`` [client, month, term]; ``lapses_in`` [client] months from the origin; ``after`` [client, first order's
    month, month, term] the same once an order came in one of the first months, for the few whose window is short enough
    to lapse within the horizon all the same.
    """

    segment: Ints
    terms: Floats
    lapses_in: Ints
    window: Ints
    after: Floats

    @property
    def horizon(self) -> int:
        return int(self.terms.shape[1])

    def part(self, inside: slice) -> QuietPath:
        """Some of the clients, without what comes after an order: enough for the chance of none."""
        return QuietPath(
            self.segment[inside],
            self.terms[inside],
            self.lapses_in[inside],
            self.window[inside],
            self.after[inside, :0],
        )


def quiet_path(
    clients: ProjectClients, model: MbgNbd, state: Rhythm, planned: Ints, contact_age: Floats, rows: Ints
) -> QuietPath:
    """The quiet path of the clients ``rows`` from ``state.origin`` on, for the longest window."""
    shortest, longest = clients.windows
    j = np.arange(1, max(longest, MONTHS_AHEAD) + 1)
    months = state.origin + j
    quiet = np.maximum(state.quiet_since[rows, None], np.minimum(planned[rows, None], months - 1))
    terms = order_terms(
        model,
        state.repeats[rows, None],
        (months - state.first[rows, None]).astype(np.float64),
        (months - state.last[rows, None]).astype(np.float64),
        (months - 1 - quiet).astype(np.float64),
        (months <= planned[rows, None]).astype(np.float64),
        state.rate[rows, None],
        contact_age[rows, None],
        unheard(contact_age[rows], (state.origin - state.last[rows]).astype(np.float64))[:, None],
    )
    ends = np.maximum(state.quiet_since[rows], planned[rows])
    lapses_in = np.maximum(ends + state.window[rows] - state.origin, 1)
    first = np.arange(1, max(MONTHS_AHEAD - shortest, 0) + 1)[None, :, None]
    after = order_terms(
        model,
        state.repeats[rows, None, None] + 1,
        (months - state.first[rows, None])[:, None, :].astype(np.float64),
        np.maximum(j[None, None, :] - first, 1).astype(np.float64),
        np.maximum(j[None, None, :] - first - 1, 0).astype(np.float64),
        (months <= planned[rows, None])[:, None, :].astype(np.float64),
        state.rate[rows, None, None],
        contact_age[rows, None, None],
        np.zeros(1),
    )
    return QuietPath(clients.segment[rows], terms, lapses_in, state.window[rows], after)


@dataclass(frozen=True, slots=True, eq=False)
class OrderChance:
    """Chances of an active client as functions of the index η = β·x.

    ``structural`` [client, month] and ``after`` [client, first order's month, month] are log-odds without signals.
    """

    path: QuietPath
    structural: Floats
    after: Floats

    def no_order(self, index: Floats, months: Ints) -> Floats:
        """P(no order within ``months`` [client], at least 1).

        Each month after the first begins with a small chance of having silently gone, whatever the rhythm was.
        """
        stays = 1 - SILENT_DEPARTURE
        silence = np.zeros(np.broadcast_shapes(index.shape, _wide(months, index).shape))
        gone = np.zeros(silence.shape)
        for j, faded in enumerate(fading(self.path.horizon)):
            inside = _wide(j < months, index)
            if j > 0:
                gone += inside * SILENT_DEPARTURE * stays ** (j - 1) * np.exp(silence)
            silence -= inside * np.logaddexp(0.0, _wide(self.structural[:, j], index) + faded * index)
        result: Floats = gone + stays ** (_wide(months, index) - 1.0) * np.exp(silence)
        return result

    def lapsed(self, index: Floats, months: int = MONTHS_AHEAD) -> Floats:
        """P(lapsed by the end of the next ``months`` ≤ 12).

        No order until the silence is a window long; or, where the window ends within the horizon even after a first
        order, one order and then silence.
        """
        due = self.path.lapses_in
        chance = np.where(_wide(due <= months, index), self.no_order(index, np.minimum(due, months)), 0.0)
        fade = fading(self.path.horizon)
        for first in range(1, self.after.shape[1] + 1):
            again = (first + self.path.window <= months) & (first < due)
            if not again.any():
                continue
            ordered = np.exp(self._silence(index, np.full(len(due), first - 1)))
            ordered = ordered * _chance(_wide(self.structural[:, first - 1], index) + fade[first - 1] * index)
            quiet = np.zeros(index.shape)
            for month in range(first + 1, months + 1):
                inside = _wide(month <= first + self.path.window, index)
                eta = _wide(self.after[:, first - 1, month - 1], index) + fade[month - 1] * index
                quiet -= inside * np.logaddexp(0.0, eta)
            chance = chance + np.where(_wide(again, index), ordered * np.exp(quiet), 0.0)
        return chance

    def _silence(self, index: Floats, months: Ints) -> Floats:
        """Logarithm of the chance of no order in the first ``months`` [client]."""
        total = np.zeros(np.broadcast_shapes(index.shape, _wide(months, index).shape))
        for j, faded in enumerate(fading(self.path.horizon)):
            eta = _wide(self.structural[:, j], index) + faded * index
            total -= _wide(j < months, index) * np.logaddexp(0.0, eta)
        return total


def _wide(column: NDArray[Any], index: Floats) -> NDArray[Any]:
    """A column [client] (or [client, draw]) beside an index [client, …]."""
    return column.reshape(column.shape + (1,) * (index.ndim - column.ndim))


def _chance(log_odds: Floats) -> Floats:
    result: Floats = 1 / (1 + np.exp(-log_odds))
    return result


def order_chance(
    path: QuietPath, fit: HazardFit, parameters: Floats | None = None, year: Floats | float = 0.0
) -> OrderChance:
    """The chances for the mode of ``fit``, or for many ``parameters`` [draw, parameter] with their year effects."""
    clients, firsts, horizon, _ = path.after.shape
    structural = fit.structural(path.terms, path.segment, parameters) + year
    flat = path.after.reshape(clients, firsts * horizon, TERMS)
    after = fit.structural(flat, path.segment, parameters) + year
    return OrderChance(path, structural, after.reshape(clients, firsts, horizon, *after.shape[2:]))
