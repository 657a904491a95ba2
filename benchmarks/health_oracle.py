"""What could be known at best: the simulator's own states carried forward, and what would be had delivery been kept.

The oracle sees every state of a contract client (relationship, delivery, sponsor, contact, firm and segment) and not
its taste. A better one still knows what staying so far says of it: the posterior over a grid of tastes given every
decision that the client has survived.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmarks.health_simulator import NOISE_SD, TASTE_SD, Firm, reasons

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

PATHS = 200
_TASTES, _TASTE_WEIGHTS = np.polynomial.hermite_e.hermegauss(21)
_BASE_TERM, _BASE_ROLLING = -2.6, -5.1


def oracle_chances(firm: Firm, clients: Ints, origin: int, seed: int = 5) -> tuple[Floats, Floats]:
    """P(lost within twelve months) [client] of the contract ``clients`` who are there at the end of ``origin``.

    (Every present state known and nothing of the client's taste but that of those who are still there; the same, and
    what the client's own past decisions say of its taste.)
    """
    tastes = TASTE_SD * _TASTES
    may = firm.decision_months(0, origin + 1)[clients]
    known = firm.log_odds[clients, : origin + 1] - firm.taste[clients, None]
    survived = np.where(may[..., None], -np.logaddexp(0, known[..., None] + tastes), 0).sum(axis=1)
    own = _TASTE_WEIGHTS * np.exp(survived)
    own /= own.sum(axis=1, keepdims=True)
    kind, shared = firm.term[clients], np.empty_like(own)
    for each in np.unique(kind):
        shared[kind == each] = own[kind == each].mean(axis=0)
    eta, _ = futures(firm, clients, origin, seed)
    due = firm.decision_months(origin + 1, 12)[clients]
    leaves = np.stack(
        [1 - np.exp(np.where(due[:, None, :], -np.logaddexp(0, eta + t), 0).sum(axis=2)).mean(axis=1) for t in tastes],
        axis=1,
    )
    return (shared * leaves).sum(axis=1), (own * leaves).sum(axis=1)


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
