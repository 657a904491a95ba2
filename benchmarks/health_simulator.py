"""Service firms whose truth is known: what the health engine is measured on.

Each client has a relationship R and a delivery quality D that wander (first-order autoregression, monthly, variance 1),
a taste of its own, a sponsor who may leave, and leaves for reasons that follow from them. What a firm records is all
that an engine may see: contacts, sponsors, answers, performance indices, requests, milestones, orders, invoices.
The settings are those of the trial in `shared/health.md`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

MONTHS = 96
NEVER = 10_000
STRONG, WEAK = 1.6, 0.3
SEGMENTS = 2
TASTE_SD, NOISE_SD = 0.6, 0.3
NOTICE = 2  # months that a term contract is paid for after the one in which it was lost


@dataclass(frozen=True, slots=True, eq=False)
class Firm:
    """One simulated firm. Arrays are [client] or [client, month]; money in euros, months counted from the first one.

    ``left`` is the month in which a contract client gave notice or a project client silently went (`NEVER` if not);
    ``log_odds`` are the truth about leaving in each month, ``log_odds_kept`` the same had delivery never been worse
    than promised; ``relationship``, ``delivery``, ``contact_age`` and ``taste`` are what they follow from.
    """

    contract: Bools
    term: Bools
    segment: Ints
    start: Ints
    left: Ints
    fee: Floats
    contact: Bools
    sponsor_gone: Bools
    nps: Floats  # nan where nobody answered
    spi: Floats  # nan where no work ran
    cpi: Floats
    requests: Ints
    late_requests: Ints
    late_milestones: Ints
    broken: Ints
    running: Bools
    planned_until: Ints  # the last month of the work ordered by then
    orders: Ints
    revenue: Floats
    margin: Floats
    log_odds: Floats
    log_odds_kept: Floats
    relationship: Floats
    delivery: Floats
    contact_age: Floats
    taste: Floats  # [client], its own alone
    surroundings: Floats  # [client], of the firm and the segment
    strength: float

    @property
    def clients(self) -> int:
        return len(self.start)

    def decision_months(self, first: int, months: int) -> Bools:
        """[client, month] for ``months`` from ``first``: where a contract may be lost. Rolling ones in any month."""
        month = np.arange(first, first + months)
        tenure = month[None, :] - self.start[:, None]
        due = (tenure > 0) & ((tenure + 3) % 12 == 0)
        return np.where(self.term[:, None], due, tenure > 0) & self.contract[:, None]


def reasons(relationship: Floats, delivery: Floats, sponsor_gone: Bools, contact_age: Floats) -> Floats:
    """Why clients leave: what of the log-odds follows from the state of things, before their strength."""
    return -0.65 * delivery - 0.5 * relationship + 0.9 * sponsor_gone + 0.1 * np.minimum(contact_age, 6) - 0.13


def simulate_firm(clients: int, seed: int, strength: float = STRONG) -> Firm:
    """A firm of ``clients`` over 96 months: 40 % under contract (60 % of these by terms), the rest by projects."""
    draw = np.random.default_rng([seed, clients, round(strength * 100)])
    n = clients
    contract = draw.random(n) < 0.4
    term = contract & (draw.random(n) < 0.6)
    segment = draw.integers(0, SEGMENTS, n)
    start = np.where(draw.random(n) < 0.5, 0, draw.integers(0, 60, n))
    own_taste = draw.normal(0, TASTE_SD, n)
    surroundings = draw.normal(0, 0.4) + np.where(segment == 0, 0.3, -0.3)
    taste = own_taste + surroundings
    rate = draw.gamma(2.5, 0.2 / 2.5, n)
    size = np.log(20_000) + draw.normal(0, 0.8, n)
    own_margin = draw.normal(0.35, 0.12, n)
    fee = np.exp(np.log(3_000) + draw.normal(0, 0.6, n))

    shape = (n, MONTHS)
    boolean = {k: np.zeros(shape, bool) for k in ("contact", "sponsor_gone", "running")}
    counts = {
        k: np.zeros(shape, np.int64) for k in ("requests", "late_requests", "late_milestones", "broken", "orders")
    }
    amounts = {k: np.full(shape, np.nan) for k in ("nps", "spi", "cpi")}
    revenue, margin = np.zeros(shape), np.zeros(shape)
    planned_until = np.full(shape, -1)
    log_odds, kept = np.full(shape, np.nan), np.full(shape, np.nan)
    states = {k: np.zeros(shape) for k in ("relationship", "delivery", "contact_age")}
    left = np.full(n, NEVER)
    R, D = draw.normal(size=n), draw.normal(size=n)
    gone, age, until = np.zeros(n, bool), np.zeros(n), np.full(n, -1)
    for m in range(MONTHS):
        R = 0.95 * R + np.sqrt(1 - 0.95**2) * draw.normal(size=n)
        D = 0.93 * D + np.sqrt(1 - 0.93**2) * draw.normal(size=n)
        here = m >= start
        gone = np.where(gone, draw.random(n) >= 0.12, draw.random(n) < 0.018)
        departed = m > left
        silent = departed & ~contract
        p_contact = 1 / (1 + np.exp(-(0.8 + 0.9 * R)))
        contact = here & (draw.random(n) < np.where(silent, 0.12 * p_contact, p_contact)) & ~(departed & contract)
        age = np.where(contact, 0, age + 1)
        states["relationship"][:, m], states["delivery"][:, m], states["contact_age"][:, m] = R, D, age
        eta = strength * reasons(R, D, gone, age) + taste + draw.normal(0, NOISE_SD, n)
        base = np.where(term, -2.6, np.where(contract, -5.1, -5.2))
        log_odds[:, m] = base + eta
        kept[:, m] = log_odds[:, m] - strength * (-0.65 * np.minimum(D, 0))
        tenure = m - start
        at_risk = here & ~departed & (tenure > 0) & (~term | ((tenure + 3) % 12 == 0))
        leaves = at_risk & (draw.random(n) < 1 / (1 + np.exp(-log_odds[:, m])))
        left = np.where(leaves, m, left)

        lift = np.exp(0.15 * R + 0.15 * D - 0.3 * gone)
        ordered = np.where(here & ~contract & (m < left), (draw.poisson(rate * lift) > 0) | (m == start), False)
        value = np.exp(size + draw.normal(0, 0.6, n))
        length = draw.integers(1, 6, n)
        until = np.where(ordered, np.maximum(until, m + length), until)
        under = contract & here & (m <= np.where(left == NEVER, NEVER, left + np.where(term, NOTICE, 0)))
        working = np.where(contract, under, here & (m <= until))
        counts["orders"][:, m] = ordered
        boolean["contact"][:, m], boolean["sponsor_gone"][:, m] = contact, gone & here
        boolean["running"][:, m] = working
        planned_until[:, m] = until
        years = np.maximum(tenure, 0) // 12
        earned = np.where(under, fee * 1.02**years, 0) + np.where(ordered, value, 0)
        revenue[:, m] = earned
        margin[:, m] = earned * (own_margin + 0.06 * D)
        answers = here & ~departed & (draw.random(n) < 0.07)
        answer = np.clip(np.round(7.8 + 1.2 * R + 0.8 * D + draw.normal(0, 1.2, n)), 0, 10)
        amounts["nps"][:, m] = np.where(answers, answer, np.nan)
        amounts["spi"][:, m] = np.where(working, np.exp(0.12 * D + draw.normal(0, 0.06, n)), np.nan)
        amounts["cpi"][:, m] = np.where(working, np.exp(0.10 * D + draw.normal(0, 0.06, n)), np.nan)
        asked = np.where(here & ~departed, draw.poisson(1.2, n), 0)
        counts["requests"][:, m] = asked
        counts["late_requests"][:, m] = draw.binomial(asked, 1 / (1 + np.exp(1.4 + 0.8 * D)))
        counts["late_milestones"][:, m] = np.where(working, draw.poisson(np.exp(-1.6 - 0.7 * D)), 0)
        counts["broken"][:, m] = working & (draw.random(n) < 1 / (1 + np.exp(2.8 + 0.8 * D)))
    return Firm(
        contract=contract,
        term=term,
        segment=segment,
        start=start,
        left=left,
        fee=fee,
        revenue=revenue,
        margin=margin,
        planned_until=planned_until,
        log_odds=log_odds,
        log_odds_kept=kept,
        taste=own_taste,
        surroundings=surroundings,
        strength=strength,
        **boolean,
        **counts,
        **amounts,
        **states,
    )
