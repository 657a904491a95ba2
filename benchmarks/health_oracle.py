"""What could be known at best: the simulator's own states carried forward, and what would be had delivery been kept.

The oracle sees every present state of a contract client (relationship, delivery, sponsor, contact) and nothing of its
taste, which is its own, its firm's and its segment's together. A better one also knows firm and segment, and what
staying so far says of the client's own taste: the posterior over a grid, given every decision that it has survived.
"""

from __future__ import annotations

import numpy as np
from health_simulator import NOISE_SD, TASTE_SD, Firm, reasons
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

PATHS = 200
ALL_TASTE_SD = float(np.sqrt(TASTE_SD**2 + 0.4**2 + 0.3**2))
_TASTES, _TASTE_WEIGHTS = np.polynomial.hermite_e.hermegauss(21)
_BASE_TERM, _BASE_ROLLING = -2.6, -5.1


def oracle_chances(firm: Firm, clients: Ints, origin: int, seed: int = 5) -> tuple[Floats, Floats]:
    """P(lost within twelve months) [client] of the contract ``clients`` who are there at the end of ``origin``: by the
    oracle, and by the one who knows firm, segment and past decisions too."""
    may = firm.decision_months(0, origin + 1)[clients]
    states = firm.log_odds[clients, : origin + 1] - (firm.taste + firm.surroundings)[clients, None]
    eta, _ = futures(firm, clients, origin, seed)
    due = firm.decision_months(origin + 1, 12)[clients]
    around = firm.surroundings[clients]
    found = []
    for scale, known in ((ALL_TASTE_SD, np.zeros(len(clients))), (TASTE_SD, around)):
        tastes = known[:, None] + scale * _TASTES
        survived = np.where(may[..., None], -np.logaddexp(0, states[..., None] + tastes[:, None, :]), 0).sum(axis=1)
        weight = _TASTE_WEIGHTS * np.exp(survived)
        weight /= weight.sum(axis=1, keepdims=True)
        if scale == ALL_TASTE_SD:
            kind = firm.term[clients]
            for each in np.unique(kind):  # those of its kind who are still there, whatever its own past
                weight[kind == each] = weight[kind == each].mean(axis=0)
        leaves = np.empty_like(weight)
        for k, taste in enumerate((tastes - around[:, None]).T):
            odds = eta + taste[:, None, None]
            leaves[:, k] = 1 - np.exp(np.where(due[:, None, :], -np.logaddexp(0, odds), 0).sum(axis=2)).mean(axis=1)
        found.append((weight * leaves).sum(axis=1))
    return found[0], found[1]


def delivery_caused(firm: Firm, clients: Ints, origin: int, seed: int = 5) -> Floats:
    """How much of the true chance within twelve months goes back to delivery that is worse than promised today
    [client], for a client of average taste."""
    due = firm.decision_months(origin + 1, 12)[clients]
    stays = [
        np.exp(np.where(due[:, None, :], -np.logaddexp(0, odds), 0).sum(axis=2)).mean(axis=1)
        for odds in futures(firm, clients, origin, seed)
    ]
    return stays[1] - stays[0]


def futures(firm: Firm, clients: Ints, origin: int, seed: int) -> tuple[Floats, Floats]:
    """Log-odds of leaving without taste in the twelve months after ``origin`` [client, path, month], as the simulator
    would go on; and the same if delivery were not below what was promised at the origin."""
    draw = np.random.default_rng(seed)
    shape = (len(clients), PATHS)
    R, D, age = (
        np.repeat(table[clients, origin, None], PATHS, axis=1)
        for table in (firm.relationship, firm.delivery, firm.contact_age)
    )
    gone = np.repeat(firm.sponsor_gone[clients, origin, None], PATHS, axis=1)
    kept_D = np.maximum(D, 0)
    base = np.where(firm.term[clients], _BASE_TERM, _BASE_ROLLING) + firm.surroundings[clients]
    eta, kept = np.zeros((*shape, 12)), np.zeros((*shape, 12))
    for month in range(12):
        R = 0.95 * R + np.sqrt(1 - 0.95**2) * draw.normal(size=shape)
        news = np.sqrt(1 - 0.93**2) * draw.normal(size=shape)
        D, kept_D = 0.93 * D + news, 0.93 * kept_D + news
        gone = np.where(gone, draw.random(shape) >= 0.12, draw.random(shape) < 0.018)
        age = np.where(draw.random(shape) < 1 / (1 + np.exp(-(0.8 + 0.9 * R))), 0, age + 1)
        noise = base[:, None] + draw.normal(0, NOISE_SD, shape)
        eta[..., month] = noise + firm.strength * reasons(R, D, gone, age)
        kept[..., month] = noise + firm.strength * reasons(R, kept_D, gone, age)
    return eta, kept
