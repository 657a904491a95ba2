"""Clients under contract: whether they give notice, and what they will have paid by then.

A running retainer or subscription is lost on the day on which notice is given or a renewal is declined. An agreement
for a term can only be lost in its decision month (the last before its notice date), a rolling one in any month. Billing
never enters: a client who is billed monthly, yearly or twice is the same client.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import logit

from accord.engines.customers.monthly_hazard import (
    MONTHS_AHEAD,
    NEVER,
    HazardFit,
    HazardPrior,
    HazardRows,
    fading,
    fit_hazard,
    month_share,
    sample_rows,
)
from accord.engines.customers.signals import WEIGHT_SDS, WEIGHTS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

YEAR_EFFECT = 0.2
ROLLING, TERM = 0, 1


@dataclass(frozen=True, slots=True, eq=False)
class ContractClients:
    """Clients with a contract over months 0 … today. Arrays [client] unless said.

    ``kind`` is :data:`ROLLING` or :data:`TERM`; ``since`` the month in which the contract began (negative: before month
    0); ``lost`` the month in which notice was given or a renewal declined (`NEVER`: it runs); ``decision`` [client,
    month] says in which months it may be lost, future ones included.
    """

    kind: Ints
    segment: Ints
    since: Ints
    lost: Ints
    decision: Bools

    def __len__(self) -> int:
        return len(self.kind)

    def taken(self, rows: Ints) -> ContractClients:
        """Those of ``rows``."""
        return ContractClients(
            self.kind[rows], self.segment[rows], self.since[rows], self.lost[rows], self.decision[rows]
        )

    def active(self, origin: int) -> Bools:
        """Whether the contract runs at the end of month ``origin``, and nobody has said that it will not."""
        return (self.since <= origin) & (self.lost > origin)


def contract_prior(weights: Floats = WEIGHTS) -> HazardPrior:
    """Rolling contracts are lost at 1.5 % a month, terms at 15 % in their decision month, give or take."""
    return HazardPrior(
        base_mean=np.array([logit(0.015), logit(0.15)]),
        base_sd=np.array([0.6, 0.6]),
        score=(0.55, 0.25),
        weights=weights,
        weight_sds=WEIGHT_SDS,
    )


def contract_rows(
    clients: ContractClients, origins: list[int], signals: Floats, today: int, most_rows: int | None = None
) -> HazardRows:
    """What was known at ``origins`` (``signals`` [origin, client, signal]) and happened in the year after each.

    The last month observed is ``today``. Each row weighs the distance of origins over twelve months, so that a real
    month counts once. Where there are more than ``most_rows``, a weighted sample stands for all.
    """
    at, row = np.nonzero(np.array([clients.active(s) for s in origins]).reshape(len(origins), len(clients)))
    day = np.array(origins, dtype=np.int64)[at]
    soon = (clients.lost[row] <= np.minimum(day + MONTHS_AHEAD, today)) if len(row) else np.zeros(0, bool)
    kept, counts_for = sample_rows(soon, len(row) if most_rows is None else most_rows, seed=1)
    at, row, day = at[kept], row[kept], day[kept]
    months = day[:, None] + np.arange(1, 1 + MONTHS_AHEAD)
    lost = clients.lost[row, None]
    may = columns(clients.decision[row], months) | (months == lost)
    weight = month_share(origins) * counts_for[:, None] * (may & (months <= today) & (months <= lost))
    return HazardRows(
        kinds(clients.kind[row], MONTHS_AHEAD),
        clients.segment[row],
        signals[at, row],
        weight,
        (months == lost).astype(np.float64),
    )


def columns(table: Bools, months: Ints) -> Bools:
    """The ``months`` [month] or [client, month] of a table [client, month]; False beyond its end."""
    months = np.broadcast_to(months, (len(table), months.shape[-1]))
    inside = months < table.shape[1]
    found: Bools = np.take_along_axis(table, np.where(inside, months, 0), axis=1) & inside
    return found


def kinds(kind: Ints, months: int) -> Floats:
    """Base terms [client, month, term]: an intercept for each kind."""
    return np.repeat(np.eye(2)[kind][:, None, :], months, axis=1)


def fit_contracts(
    clients: ContractClients,
    origins: list[int],
    signals: Floats,
    today: int,
    segments: int,
    prior: HazardPrior | None = None,
    most_rows: int = 40_000,
) -> HazardFit:
    """The hazard of losing a contract, from the firm's own past and the prior."""
    rows = contract_rows(clients, origins, signals, today, most_rows)
    return fit_hazard(rows, contract_prior() if prior is None else prior, segments)


@dataclass(frozen=True, slots=True, eq=False)
class LeavingChance:
    """P(lost within so many months) as a function of the index η = β·x; all else about the clients is fixed.

    ``structural`` [client, month] are log-odds without signals, ``may`` [client, month] whether the month counts.
    """

    structural: Floats
    may: Bools

    def __call__(self, index: Floats, months: int = MONTHS_AHEAD) -> Floats:
        """1 − Π_j (1 − h_j) [client] for ``index`` [client]; ``index`` may have further axes.

        >>> rolling = LeavingChance(np.full((1, 12), logit(0.015)), np.ones((1, 12), bool))
        >>> rolling(np.zeros(1)).round(6).tolist()
        [0.165868]
        """
        extra = (1,) * (index.ndim - 1)
        survival = np.zeros(np.broadcast_shapes(index.shape, (len(self.structural), *extra)))
        for j, faded in enumerate(fading(months)):
            eta = self.structural[:, j].reshape(-1, *extra) + faded * index
            survival -= self.may[:, j].reshape(-1, *extra) * np.logaddexp(0.0, eta)
        result: Floats = -np.expm1(survival)
        return result


def leaving_chance(clients: ContractClients, fit: HazardFit, origin: int, months: int = MONTHS_AHEAD) -> LeavingChance:
    """The chance of the clients of ``clients`` from the end of month ``origin`` on."""
    ahead = np.arange(origin + 1, origin + 1 + months)
    return LeavingChance(fit.structural(kinds(clients.kind, months), clients.segment), columns(clients.decision, ahead))


def drawn_chances(
    clients: ContractClients, fit: HazardFit, signals: Floats, origin: int, months: int, draws: Floats, years: Floats
) -> Floats:
    """Chance [client, draw] for each of the posterior's ``draws`` and year effects ``years`` [draw]."""
    ahead = np.arange(origin + 1, origin + 1 + months)
    may = columns(clients.decision, ahead)
    structural = fit.structural(kinds(clients.kind, 1), clients.segment, draws)[:, 0] + years
    index = signals @ fit.coefficients_of(draws).T
    survival = np.zeros(index.shape)
    for j, faded in enumerate(fading(months)):
        survival -= may[:, j, None] * np.logaddexp(0.0, structural + faded * index)
    result: Floats = -np.expm1(survival)
    return result


@dataclass(frozen=True, slots=True, eq=False)
class ContractTerms:
    """What a contract pays. Arrays [client]: ``fee`` a month; ``paid_after`` how many months after the one in which it
    is lost are still paid (the notice period; 0: that month is the last one, −1: it is not paid itself); ``ends`` how
    many months from today are still paid where notice has been given (`NEVER` where not)."""

    fee: Floats
    paid_after: Ints
    ends: Ints


def contract_value(
    decision: Bools,
    hazards: Floats,
    terms: ContractTerms,
    margin: Floats,
    discount_rate: float = 0.10,
    indexation: float = 0.0,
) -> Floats:
    """Expected margin of the months ahead, discounted to today [client].

    Σ_j fee · (1 + indexation)^(j/12) · margin · P(paid in month j) · (1 + d)^(−j/12), for ``decision`` and ``hazards``
    [client, month].

    >>> decision = np.ones((1, 36), bool)
    >>> terms = ContractTerms(np.array([3000.0]), np.array([-1]), np.array([NEVER]))
    >>> contract_value(decision, np.full((1, 36), 0.015), terms, np.array([0.4])).round(2).tolist()
    [29015.27]
    >>> decision = np.zeros((1, 36), bool)
    >>> decision[0, [3, 15, 27]] = True
    >>> terms = ContractTerms(np.array([3000.0]), np.array([2]), np.array([NEVER]))
    >>> contract_value(decision, np.full((1, 36), 0.2), terms, np.array([0.4])).round(2).tolist()
    [27853.04]
    """
    months = decision.shape[1]
    lost = np.where(decision, hazards, 0.0)
    alive = np.cumprod(1 - lost, axis=1)
    paid = _delayed(alive, terms.paid_after)
    known = np.arange(1, months + 1)[None, :] <= terms.ends[:, None]
    paid = np.where(terms.ends[:, None] < NEVER, known, paid)
    j = np.arange(1, months + 1)
    factor = (1 + indexation) ** (j / 12) * (1 + discount_rate) ** (-j / 12)
    result: Floats = margin * terms.fee * (paid * factor).sum(axis=1)
    return result


def _delayed(alive: Floats, after: Ints) -> Floats:
    """P(paid in month j) = P(not lost by month j − 1 − after): the notice period is still paid."""
    months = alive.shape[1]
    at = np.arange(months)[None, :] - 1 - after[:, None]
    result: Floats = np.where(at >= 0, np.take_along_axis(alive, np.clip(at, 0, months - 1), axis=1), 1.0)
    return result
