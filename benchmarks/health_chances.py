"""Chances of leaving on simulated firms, beside peers and the oracle: Brier, AUC, calibration, skill."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from health_oracle import delivery_caused, oracle_chances
from health_peers import contract_peers, invoice_model, project_peers
from health_records import Records, history_of, records_at
from health_simulator import Firm, simulate_firm
from numpy.typing import NDArray
from scipy.special import expit, logit
from scipy.stats import rankdata

from accord.engines.customers import contract_clients as contracts
from accord.engines.customers import project_clients as projects
from accord.engines.customers.client_forecast import Forecast, forecast_clients
from accord.engines.customers.client_outcomes import clients_lapsed
from accord.engines.customers.monthly_hazard import HazardFit
from accord.engines.customers.project_clients import ProjectClients, Rhythm
from accord.engines.customers.signals import as_promised

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

ORIGINS = (30, 39, 48)
QUESTIONS = ("contract", "lapsed", "quiet")
TITLES = {
    "contract": "contract lost in 12 months",
    "lapsed": "project client lapsed in 12 months",
    "quiet": "no order in max(12, W) months",
}
MODELS = (
    "base rate",
    "last contact",
    "1 − P(alive), invoices",
    "MBG on decisions",
    "plain logistic",
    "boosted trees",
    "expectation alone",
    "engine",
    "engine, as shown",
    "oracle",
    "oracle, most of taste too",
)
_RESAMPLES = 2_000


@dataclass(slots=True)
class Answers:
    """Outcomes and forecasts of one question, a block for each firm and origin."""

    outcomes: list[Floats] = field(default_factory=list)
    forecasts: list[dict[str, Floats]] = field(default_factory=list)

    def add(self, happened: Bools, forecasts: dict[str, Floats]) -> None:
        if len(happened):
            self.outcomes.append(happened.astype(np.float64))
            self.forecasts.append(forecasts)

    @property
    def models(self) -> list[str]:
        return [model for model in MODELS if self.forecasts and all(model in block for block in self.forecasts)]

    @property
    def happened(self) -> Floats:
        return np.concatenate(self.outcomes)

    def forecast(self, model: str) -> Floats:
        return np.concatenate([block[model] for block in self.forecasts])

    def brier(self, model: str) -> float:
        return float(((self.happened - self.forecast(model)) ** 2).mean())

    def skill(self, model: str) -> tuple[float, float, float]:
        """1 − Brier / the base rate's, with the interval from 5 to 95 % over firm × origin."""
        ours = np.array([((y - f[model]) ** 2).sum() for y, f in zip(self.outcomes, self.forecasts, strict=True)])
        base = np.array([((y - f["base rate"]) ** 2).sum() for y, f in zip(self.outcomes, self.forecasts, strict=True)])
        picked = np.random.default_rng(1).integers(0, len(ours), (_RESAMPLES, len(ours)))
        low, high = np.quantile(1 - ours[picked].sum(axis=1) / base[picked].sum(axis=1), [0.05, 0.95])
        return float(1 - ours.sum() / base.sum()), float(low), float(high)


@dataclass(slots=True)
class Findings:
    """What one size of firm gave: answers by question, and what was noted on the way."""

    answers: dict[str, Answers] = field(default_factory=lambda: {question: Answers() for question in QUESTIONS})
    unranked: dict[str, list[bool]] = field(default_factory=lambda: {"contract": [], "project": []})
    off: float = 0.0  # by how much contributions do not add up, at most
    delivery: list[tuple[Floats, Floats]] = field(default_factory=list)  # shown, true


def measure(clients: int, firms: int, strength: float, peers: bool = True, oracle: bool = False) -> Findings:
    """Forecast at each origin of each firm with the product's call, and see what came."""
    found = Findings()
    for seed in range(firms):
        firm = simulate_firm(clients, seed, strength)
        for month in ORIGINS:
            records = records_at(firm, month)
            forecast = forecast_clients(history_of(firm, records))
            gone = invoice_model(firm, month)[0] if peers else np.full(firm.clients, np.nan)
            contract_answers(found, firm, records, forecast, gone, peers, oracle)
            project_answers(found, firm, records, forecast, gone, peers)
            for half in (forecast.contracts, forecast.projects):
                away = half.typical + half.rhythm + half.contributions.sum(axis=1) - half.chance
                points = 70 + half.health_rhythm + half.health_points.sum(axis=1) - half.health
                found.off = max(found.off, float(np.abs(away).max(initial=0)), float(np.abs(points).max(initial=0)))
    return found


def expectation(fit: HazardFit) -> Floats:
    """β of the experts' prior: what is said before any data."""
    return fit.prior.score[0] * fit.prior.weights


def prior_of(fit: HazardFit) -> Floats:
    """The prior's mean as parameters of the hazard."""
    prior = fit.prior
    return np.concatenate([prior.base_mean, np.zeros(fit.segments), [prior.score[0]], np.zeros(len(prior.weights))])


def contract_answers(
    found: Findings, firm: Firm, records: Records, forecast: Forecast, gone: Floats, peers: bool, oracle: bool
) -> None:
    month, half, judged = records.month, forecast.contracts, forecast.contract_fit
    mine = records.contract_rows[half.rows]
    signals = records.contract_signals[-1, half.rows]
    clients = records.contracts.taken(half.rows)
    chance = contracts.leaving_chance(clients, judged.fit, month)
    ahead = np.arange(month + 1, month + 13)
    unlearnt = contracts.LeavingChance(
        judged.fit.structural(contracts.kinds(clients.kind, 12), clients.segment, prior_of(judged.fit)),
        contracts.columns(clients.decision, ahead),
    )
    base = judged.base_rate
    forecasts = {
        "base rate": np.full(len(mine), base),
        "expectation alone": unlearnt(signals @ expectation(judged.fit)),
        "engine": chance(signals @ judged.fit.coefficients),
        "engine, as shown": half.chance,
    }
    if peers:
        forecasts |= contract_peers(records, base)
        forecasts["1 − P(alive), invoices"] = np.where(np.isnan(gone[mine]), base, gone[mine])
    if oracle:
        forecasts["oracle"], forecasts["oracle, most of taste too"] = oracle_chances(firm, mine, month)
    found.answers["contract"].add(firm.left[mine] <= month + 12, forecasts)
    if judged.score.enough:
        found.unranked["contract"].append(not judged.ranks)
    if len(mine):
        without = chance(as_promised(signals) @ judged.fit.coefficients)
        found.delivery.append((forecasts["engine"] - without, delivery_caused(firm, mine, month)))


def project_answers(
    found: Findings, firm: Firm, records: Records, forecast: Forecast, gone: Floats, peers: bool
) -> None:
    month, half, judged = records.month, forecast.projects, forecast.project_fit
    buyers, rows = records.projects, half.rows
    mine, state = records.project_rows[rows], projects.rhythm(buyers, month)
    planned, age = buyers.running_until[-1], records.contact_age[-1]
    path = projects.quiet_path(buyers, forecast.model, state, planned, age, rows)
    signals = records.project_signals[-1, rows]
    window = np.maximum(12, state.window[rows])
    learnt, unlearnt = (projects.order_chance(path, judged.fit, p) for p in (None, prior_of(judged.fit)))
    index, guess = signals @ judged.fit.coefficients, signals @ expectation(judged.fit)
    bases = judged.lapse_rate, judged.base_rate
    asked: list[dict[str, Floats]] = project_peers(records, forecast.model, bases) if peers else [{}, {}]
    asked[0] |= {
        "expectation alone": unlearnt.lapsed(guess),
        "engine": learnt.lapsed(index),
        "engine, as shown": half.lapse,
    }
    asked[1] |= {
        "expectation alone": unlearnt.no_order(guess, window),
        "engine": learnt.no_order(index, window),
        "engine, as shown": half.quiet,
    }
    for question, forecasts, base in zip(QUESTIONS[1:], asked, bases, strict=True):
        forecasts["base rate"] = np.full(len(rows), base)
        if peers:
            forecasts["1 − P(alive), invoices"] = np.where(np.isnan(gone[mine]), base, gone[mine])
        happened = what_came(firm, records, state, question)[rows]
        found.answers[question].add(happened, forecasts)
    if judged.score.enough:
        found.unranked["project"].append(not judged.ranks)


def what_came(firm: Firm, records: Records, state: Rhythm, question: str) -> Bools:
    """Whether each project client lapsed within twelve months, or did not order in the longer of these and W."""
    everybody, before = records.project_rows, records.projects
    whole = ProjectClients(
        before.segment,
        firm.orders[everybody] > 0,
        firm.running[everybody],
        before.first,
        before.closed,
        before.running_until,
    )
    if question == "lapsed":
        return clients_lapsed(whole, [state.origin]).left[0]
    ahead = np.arange(whole.ordered.shape[1]) - state.origin
    within = (ahead > 0) & (ahead <= np.maximum(12, state.window)[:, None])
    return ~(whole.ordered & within).any(axis=1)


def auc(happened: Floats, forecast: Floats) -> float:
    ranks, ones = rankdata(forecast), happened.sum()
    return float((ranks[happened > 0].sum() - ones * (ones + 1) / 2) / (ones * (len(happened) - ones)))


def slope(happened: Floats, forecast: Floats) -> float:
    """Of the logistic regression of what happened on the forecast's log-odds; nan where the forecasts do not differ."""
    x = logit(np.clip(forecast, 1e-3, 1 - 1e-3))
    if np.ptp(x) < 1e-9:
        return float("nan")
    design, theta = np.stack([np.ones_like(x), x], axis=1), np.zeros(2)
    for _ in range(50):
        fitted = expit(design @ theta)
        bend = design.T @ (design * (fitted * (1 - fitted))[:, None])
        theta = theta + np.linalg.solve(bend, design.T @ (happened - fitted))
    return float(theta[1])
