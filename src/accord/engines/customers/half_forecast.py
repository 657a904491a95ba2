"""What is forecast of the clients of one half, contracts or orders, as one set of arrays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from accord.engines.customers.client_health import TYPICAL_HEALTH, health_of, health_slope

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

PORTION = 250  # clients whose draws are held at once: 20 MB


@dataclass(frozen=True, slots=True, eq=False)
class HalfForecast:
    """What is forecast of the active clients of one half. ``rows`` are their places in the history. Arrays [client].

    ``chance`` is that of leaving within twelve months, with the interval ``low`` to ``high`` that holds it four times
    in five; ``within`` [client, horizon] the same for 3, 6 and 12 months. For a contract it is the chance of losing it.
    A project client has left when no order comes for ``months`` (the longer of twelve and its own window): ``quiet`` is
    the chance of that, and ``chance`` the yearly one that makes it up over these months, 1 − (1 − quiet)^(12 / months),
    so that clients with long and short windows can be compared. ``lapse`` is the chance to be counted as lost within
    twelve months. ``contributions`` [client, signal] in chance add up, with ``rhythm`` (what kind, segment, rhythm and
    silence make), to ``chance`` less ``typical``; ``health_points`` and ``health_rhythm`` the same in points of
    ``health``. ``as_promised`` is ``chance`` had nothing been delivered worse than promised. ``value`` is the
    discounted margin of the horizon, with its interval and ``paths``.
    """

    rows: Ints
    months: Ints
    chance: Floats
    low: Floats
    high: Floats
    within: Floats
    quiet: Floats
    lapse: Floats
    typical: float
    contributions: Floats
    rhythm: Floats
    as_promised: Floats
    health: Floats
    health_points: Floats
    health_rhythm: Floats
    value: Floats
    value_low: Floats
    value_high: Floats
    value_median: Floats
    paths: Floats


def half_of(
    rows: Ints,
    months: Ints,
    within: Floats,
    spread: tuple[Floats, Floats],
    quiet: Floats,
    lapse: Floats,
    base: Floats,
    parts: Floats,
    kept: Floats,
    paths: Floats,
) -> HalfForecast:
    empty, chance = np.zeros(0), within[:, -1]
    low, high = spread
    value_low, median, value_high = np.quantile(paths, [0.1, 0.5, 0.9], axis=1) if len(rows) else (empty, empty, empty)
    return HalfForecast(
        rows=rows,
        months=months,
        chance=chance,
        low=np.minimum(low, chance),
        high=np.maximum(high, chance),
        within=within,
        quiet=quiet,
        lapse=lapse,
        typical=0.0,
        contributions=parts,
        rhythm=base,
        as_promised=kept,
        health=empty,
        health_points=parts,
        health_rhythm=base,
        value=paths.mean(axis=1) if len(rows) else empty,
        value_low=value_low,
        value_high=value_high,
        value_median=median,
        paths=paths,
    )


def eight_of_ten(draws: Callable[[slice], Floats], clients: int) -> tuple[Floats, Floats]:
    """Between what the chances [client, draw] of each client lie four times in five, a portion of them at a time."""
    low, high = np.zeros(clients), np.zeros(clients)
    for first in range(0, clients, PORTION):
        part = slice(first, first + PORTION)
        low[part], high[part] = np.quantile(draws(part), [0.1, 0.9], axis=1)
    return low, high


def with_health(half: HalfForecast, typical: float) -> HalfForecast:
    """Health, and the contributions in its points: of the rhythm from the typical client to this one's typical signals,
    then of the signals from there."""
    chance, base = half.chance, half.rhythm
    health, start = health_of(chance, typical), health_of(base, typical)
    way = chance - base
    near = np.abs(way) < 1e-6
    slope = np.where(near, health_slope(chance - way / 2, typical), (health - start) / np.where(near, 1.0, way))
    return replace(
        half,
        typical=typical,
        rhythm=base - typical,
        health=health,
        health_points=half.contributions * slope[:, None],
        health_rhythm=start - 100 * TYPICAL_HEALTH,
    )
