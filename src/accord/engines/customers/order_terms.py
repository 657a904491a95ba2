"""What the hazard of an order stands on besides the signals: its terms, and what is expected of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import logit

from accord.engines.customers.mbg_nbd import MbgNbd
from accord.engines.customers.monthly_hazard import HazardPrior
from accord.engines.customers.signals import WEIGHT_SDS, WEIGHTS

Floats = NDArray[np.float64]

TERMS = 7  # intercept, rhythm, running work, overdue, silence, overdue × no contact, nothing heard


def order_prior(weights: Floats = WEIGHTS) -> HazardPrior:
    """MBG/NBD as it is, moved a little by silence, and by signals against the odds of leaving."""
    return HazardPrior(
        base_mean=np.array([0.0, 1.0, 0.0, 0.0, 0.0, -0.15, -0.6]),
        base_sd=np.array([0.3, 0.2, 0.2, 0.15, 0.15, 0.15, 0.3]),
        score=(-0.35, 0.15),
        weights=weights,
        weight_sds=WEIGHT_SDS,
        departure_share=0.5,
    )


def unheard(contact_age: Floats, since_last: Floats) -> Floats:
    """How long nothing was heard of a client, neither a contact nor an order: what says that it has silently gone.

    1 after four months, 2 from eight on. Unlike a signal it does not fade (who has gone stays away); an order ends it.
    """
    return np.minimum(np.minimum(contact_age, since_last), 8.0) / 4


def order_terms(
    model: MbgNbd,
    repeats: Floats,
    since_first: Floats,
    since_last: Floats,
    silence: Floats,
    running: Floats,
    rate: Floats,
    contact_age: Floats,
    nothing_heard: Floats,
) -> Floats:
    """Base terms [..., term] of the order hazard in a month that begins ``since_first`` months after the first
    decision, ``since_last`` after the last one and ``silence`` after running work or a decision. ``nothing_heard`` is
    :func:`unheard`, 0 once an order came."""
    age = since_first - 0.5
    next_month = model.probability_of_purchase_next(1.0, repeats, np.minimum(since_first - since_last, age), age)
    overdue = np.log1p(np.maximum(rate * since_last - 1, 0))
    one = np.ones(np.broadcast_shapes(next_month.shape, overdue.shape))
    return np.stack(
        [
            one,
            one * logit(np.clip(next_month, 1e-9, 1 - 1e-9)),
            one * running,
            one * overdue,
            one * (np.log1p(np.maximum(silence, 0)) - 1),
            one * overdue * np.log1p(contact_age),
            one * nothing_heard,
        ],
        axis=-1,
    )
