"""What the health engine is measured beside: last contact, today's model of invoices, MBG/NBD, logistic, trees.

Each peer sees what a firm has recorded by the origin and nothing later. Logistic regression and boosted trees are
scikit-learn's with its usual settings (the logistic one without a penalty), on the same signals and on what the rhythm
of orders says; they learn from the firm's own origins whose outcome was known by then.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from health_records import Records
from health_simulator import Firm
from numpy.typing import NDArray

from accord.engines.customers import contract_clients as contracts
from accord.engines.customers import project_clients as projects
from accord.engines.customers.bg_nbd import fit_bg_nbd
from accord.engines.customers.client_fits import DAYS_PER_MONTH
from accord.engines.customers.client_outcomes import clients_lapsed, no_new_orders
from accord.engines.customers.gamma_gamma import GammaGamma, fit_gamma_gamma
from accord.engines.customers.lifetime_value import lifetime_value
from accord.engines.customers.likelihood import NotEnoughData
from accord.engines.customers.mbg_nbd import MbgNbd
from accord.engines.customers.project_clients import ProjectClients, Rhythm
from accord.engines.customers.purchase_summary import summary_of

try:
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.linear_model import LogisticRegression
except ImportError:
    LogisticRegression = HistGradientBoostingClassifier = None

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

FEWEST_OF_EACH = 2
HAS_SCIKIT = LogisticRegression is not None


def learnt(model: Any, past: Floats, happened: Bools, now: Floats, otherwise: float) -> Floats:
    """What a classifier says of ``now`` having seen ``past``; ``otherwise`` where there was hardly anything to see."""
    if min(int(happened.sum()), int((~happened).sum())) < FEWEST_OF_EACH or not len(now):
        return np.full(len(now), otherwise)
    middle, spread = past.mean(axis=0), np.maximum(past.std(axis=0), 1e-9)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a separable past of twenty clients does not converge, which is the point
        model.fit((past - middle) / spread, happened)
        chance: Floats = model.predict_proba((now - middle) / spread)[:, 1]
    return chance


def plain_logistic() -> Any:
    return LogisticRegression(C=np.inf, max_iter=500)


def boosted_trees() -> Any:
    return HistGradientBoostingClassifier(max_iter=100, learning_rate=0.05, max_leaf_nodes=15, random_state=1)


def learners(past: Floats, happened: Bools, now: Floats, contact_column: int, base: float) -> dict[str, Floats]:
    """Last contact, plain logistic and boosted trees, where scikit-learn is there."""
    if not HAS_SCIKIT:
        return {}
    contact = slice(contact_column, contact_column + 1)
    return {
        "last contact": learnt(plain_logistic(), past[:, contact], happened, now[:, contact], base),
        "plain logistic": learnt(plain_logistic(), past, happened, now, base),
        "boosted trees": learnt(boosted_trees(), past, happened, now, base),
    }


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Clients at one origin as a classifier sees them: ``columns`` [row, feature] of the clients ``rows``."""

    rows: Ints
    columns: Floats


def contract_table(records: Records, at: int, origin: int) -> Table:
    clients = records.contracts
    rows = np.flatnonzero(clients.active(origin))
    ahead = contracts.columns(clients.decision[rows], np.arange(origin + 1, origin + 13))
    first = np.where(ahead.any(axis=1), np.argmax(ahead, axis=1) + 1.0, 13.0)
    own = np.stack([clients.kind[rows], clients.segment[rows], first * (clients.kind[rows] == contracts.TERM)], axis=1)
    return Table(rows, np.concatenate([records.contract_signals[at, rows], own], axis=1))


def project_table(records: Records, at: int, state: Rhythm) -> Table:
    clients, origin = records.projects, state.origin
    rows = np.flatnonzero(state.active)
    own = [
        state.repeats,
        state.rate,
        state.window,
        state.silence,
        state.rate * state.silence,
        origin - state.last,
        origin - state.first,
        np.maximum(clients.running_until[at] - origin, 0),
        clients.segment,
    ]
    return Table(rows, np.concatenate([records.project_signals[at, rows], np.stack(own, axis=1)[rows]], axis=1))


def contract_peers(records: Records, base: float) -> dict[str, Floats]:
    """Chances of losing a contract within twelve months, of the clients active at the records' month."""
    past = [
        (contract_table(records, at, origin), origin)
        for at, origin in enumerate(records.origins)
        if origin + 12 <= records.month
    ]
    now = contract_table(records, -1, records.month)
    happened = np.concatenate([np.zeros(0, bool), *(records.contracts.lost[t.rows] <= s + 12 for t, s in past)])
    seen = np.concatenate([np.zeros((0, now.columns.shape[1])), *(table.columns for table, _ in past)])
    return learners(seen, happened, now.columns, 0, base)


def project_peers(records: Records, model: MbgNbd, bases: tuple[float, float]) -> list[dict[str, Floats]]:
    """Chances of [lapsing within twelve months, no order within the longer of twelve months and the window]."""
    clients, month = records.projects, records.month
    seen: list[list[tuple[Floats, Bools]]] = [[], []]
    for at, origin in enumerate(records.origins):
        if origin + 12 > month:
            continue
        table = project_table(records, at, projects.rhythm(clients, origin))
        silent = no_new_orders(clients, [origin])
        quiet, known = silent.left[0][table.rows], (silent.known[0] <= month)[table.rows]
        lapsed = clients_lapsed(clients, [origin]).left[0][table.rows]
        seen[0].append((table.columns, lapsed))
        seen[1].append((table.columns[known], quiet[known]))
    state = projects.rhythm(clients, month)
    now = project_table(records, -1, state)
    found = []
    for pairs, base in zip(seen, bases, strict=True):
        past = np.concatenate([np.zeros((0, now.columns.shape[1])), *(columns for columns, _ in pairs)])
        happened = np.concatenate([np.zeros(0, bool), *(outcome for _, outcome in pairs)])
        found.append(learners(past, happened, now.columns, 0, base))
    lapsed_by_mbg, quiet_by_mbg = mbg_chances(clients, model, state, now.rows)
    found[0]["MBG on decisions"], found[1]["MBG on decisions"] = lapsed_by_mbg, quiet_by_mbg
    return found


def mbg_chances(clients: ProjectClients, model: MbgNbd, state: Rhythm, rows: Ints) -> tuple[Floats, Floats]:
    """What MBG/NBD alone says of lapsing within twelve months, and of no order within the longer of 12 and W."""
    age = (state.origin - state.first[rows]) + 0.5
    recency = np.minimum((state.last - state.first)[rows], age)
    ends = np.maximum(state.quiet_since[rows], clients.running_until[-1, rows])
    due = np.maximum(ends + state.window[rows] - state.origin, 1)

    def none_within(months: Ints) -> Floats:
        return 1 - model.probability_of_purchase_next(months.astype(float), state.repeats[rows], recency, age)

    lapsed = np.where(due <= 12, none_within(np.minimum(due, 12)), 0.0)
    return lapsed, none_within(np.maximum(12, state.window[rows]))


@dataclass(frozen=True, slots=True, eq=False)
class Invoices:
    """A firm's past as invoices, which is what the model before this one read: ``client``, ``at`` (months, with
    fractions), ``amount``; monthly fees, and each order in two to four parts a month apart."""

    client: Ints
    at: Floats
    amount: Floats


def invoices_of(firm: Firm, month: int, seed: int = 1) -> Invoices:
    draw = np.random.default_rng(seed)
    client, due = np.nonzero(firm.revenue * firm.contract[:, None])
    fees = Invoices(client, due + 0.5, firm.revenue[client, due])
    client, ordered = np.nonzero(firm.revenue * ~firm.contract[:, None])
    parts = draw.integers(2, 5, len(client))
    part = np.arange(parts.sum()) - np.repeat(np.cumsum(parts) - parts, parts)
    at = np.repeat(ordered + draw.random(len(client)), parts) + part
    amount = np.repeat(firm.revenue[client, ordered] / parts, parts)
    everything = [np.concatenate(pair) for pair in ((fees.client, np.repeat(client, parts)), (fees.at, at))]
    amounts = np.concatenate([fees.amount, amount])
    known = everything[1] < month + 1
    return Invoices(everything[0][known], everything[1][known], amounts[known])


def invoice_model(firm: Firm, month: int, margin: float = 1.0, months: int = 36) -> tuple[Floats, Floats]:
    """(1 − P(alive), lifetime value) [client] by BG/NBD and Gamma-Gamma on invoices; nan where not to be had."""
    invoices = invoices_of(firm, month)
    n = np.bincount(invoices.client, minlength=firm.clients)
    first, last = np.full(firm.clients, np.inf), np.full(firm.clients, -np.inf)
    np.minimum.at(first, invoices.client, invoices.at)
    np.maximum.at(last, invoices.client, invoices.at)
    rows = np.flatnonzero(n > 0)
    x = n[rows] - 1.0
    total = np.bincount(invoices.client, invoices.amount, minlength=firm.clients)[rows]
    mean = np.where(x > 0, total / n[rows], 0)
    summary = summary_of(x, (last - first)[rows], (month + 1 - first)[rows], mean, unit_days=DAYS_PER_MONTH)
    gone, value = np.full(firm.clients, np.nan), np.full(firm.clients, np.nan)
    model = fit_bg_nbd(summary)
    if isinstance(model, NotEnoughData):
        return gone, value
    gone[rows] = 1 - model.probability_alive(summary.frequency, summary.recency, summary.age)
    spend = fit_gamma_gamma(summary)
    if isinstance(spend, GammaGamma):
        value[rows] = margin * lifetime_value(model, spend, summary, months, 0.10)
    return gone, value
