"""The health engine on records that no simulator made: telco, ravenstack, CDNOW and the UCI online retail invoices.

Read from the shared data (ACCORD_SHARED_DATA, by default ../shared/data beside the repository).
"""

from __future__ import annotations

import csv
import gzip
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
from health_chances import auc
from health_peers import HAS_SCIKIT, boosted_trees, learnt, plain_logistic
from numpy.typing import NDArray

from accord.engines.customers import contract_clients as contracts
from accord.engines.customers import project_clients as projects
from accord.engines.customers.backtest import Score
from accord.engines.customers.client_backtest import backtest
from accord.engines.customers.client_fits import DEFAULTS, fit_ordering, rhythm_model
from accord.engines.customers.client_history import ContractHistory, FirmHistory, ProjectHistory
from accord.engines.customers.column_health import fit_columns
from accord.engines.customers.monthly_hazard import NEVER
from accord.engines.customers.signals import SIGNALS, Observed, signal_values

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

SHARED = Path(os.environ.get("ACCORD_SHARED_DATA", Path(__file__).resolve().parents[1] / ".." / "shared" / "data"))
TELCO = SHARED / "03_crm_churn" / "telco_churn" / "Telco-Customer-Churn.csv"
RAVENSTACK = SHARED / "03_crm_churn" / "ravenstack"
CDNOW = SHARED / "02_customers" / "cdnow" / "CDNOW_sample.txt"
RETAIL = SHARED / "02_customers" / "uci_online_retail" / "online_retail_2010-12_2011-08.csv.gz"
FOLDS = 5


def telco() -> tuple[Floats, Bools]:
    """Columns and who left: numbers (total charges as logarithms), and one for each answer but the first of a question.

    "No internet service" to a question about an extra is a "No".
    """
    with TELCO.open(newline="") as file:
        rows = list(csv.DictReader(file))
    columns = [[float(row[name]) for row in rows] for name in ("SeniorCitizen", "tenure", "MonthlyCharges")]
    columns.append([float(np.log1p(float(row["TotalCharges"].strip() or 0))) for row in rows])
    others = {"SeniorCitizen", "tenure", "MonthlyCharges", "TotalCharges", "customerID", "Churn"}
    for name in sorted(set(rows[0]) - others):
        answers = ["No" if row[name].startswith("No ") else row[name] for row in rows]
        columns += [[float(answer == one) for answer in answers] for one in sorted(set(answers))[1:]]
    return np.array(columns).T, np.array([row["Churn"] == "Yes" for row in rows])


def hazard_of_columns(past: Floats, happened: Bools, now: Floats) -> Floats:
    """The engine's fitter on any columns."""
    fit = fit_columns(past, happened)
    return fit.chance(fit.index(now).sum(axis=1))


@dataclass(frozen=True, slots=True)
class Telco:
    """AUC and Brier by model, over five folds; AUC by number of rows trained on and model."""

    folds: dict[str, tuple[float, float]]
    small: dict[int, dict[str, float]]


def telco_figures(repeats: int = 20) -> Telco:
    columns, left = telco()
    fold = np.arange(len(left)) % FOLDS
    models = {"engine": hazard_of_columns}
    if HAS_SCIKIT:
        rate = float(left.mean())
        models["plain logistic"] = lambda past, happened, now: learnt(plain_logistic(), past, happened, now, rate)
        models["boosted trees"] = lambda past, happened, now: learnt(boosted_trees(), past, happened, now, rate)
    folds, small = {}, {}
    for name, model in models.items():
        chance = np.empty(len(left))
        for each in range(FOLDS):
            test = fold == each
            chance[test] = model(columns[~test], left[~test], columns[test])
        folds[name] = auc(left.astype(float), chance), float(((left - chance) ** 2).mean())
    draw = np.random.default_rng(1)
    for rows in (60, 200, 1_000):
        areas: dict[str, list[float]] = {name: [] for name in models}
        for _ in range(repeats):
            train = np.zeros(len(left), bool)
            train[draw.choice(len(left), rows, replace=False)] = True
            for name, model in models.items():
                areas[name].append(auc(left[~train].astype(float), model(columns[train], left[train], columns[~train])))
        small[rows] = {name: float(np.mean(found)) for name, found in areas.items()}
    return Telco(folds, small)


def _month(text: str) -> int:
    """Months since January 2023."""
    day = datetime.strptime(text[:10], "%d-%m-%Y")
    return (day.year - 2023) * 12 + day.month - 1


def no_projects(today: int, origins: int) -> ProjectHistory:
    """The other half of a firm that has none."""
    none, table = np.zeros(0, np.int64), np.zeros((0, today + 1))
    return ProjectHistory(
        projects.ProjectClients(
            none, table.astype(bool), table.astype(bool), none, none, np.zeros((origins + 1, 0), np.int64)
        ),
        np.zeros((origins + 1, 0, len(SIGNALS))),
        np.zeros((origins + 1, 0)),
        none,
        none,
        np.zeros(0),
        table,
        table,
    )


def no_contracts(today: int, origins: int) -> ContractHistory:
    none, table = np.zeros(0, np.int64), np.zeros((0, today + 1))
    return ContractHistory(
        contracts.ContractClients(none, none, none, none, table.astype(bool)),
        np.zeros((origins + 1, 0, len(SIGNALS))),
        contracts.ContractTerms(np.zeros(0), none, none),
        table,
        table,
    )


def ravenstack_score() -> Score:
    """The product's own backtest of a subscription business whose records say nothing about who leaves.

    An account is lost in the month of its first churn event. Tickets give answers, lateness (a first response above the
    median) and contact; usage stands for revenue.
    """

    def table(name: str) -> list[dict[str, str]]:
        with (RAVENSTACK / f"ravenstack_{name}.csv").open(newline="") as file:
            return list(csv.DictReader(file))

    accounts = table("accounts")
    place = {row["account_id"]: n for n, row in enumerate(accounts)}
    n, today = len(accounts), 23
    since = np.array([_month(row["signup_date"]) for row in accounts])
    lost = np.full(n, NEVER)
    for row in table("churn_events"):
        if row["account_id"] in place:
            at = place[row["account_id"]]
            lost[at] = min(lost[at], max(_month(row["churn_date"]), since[at] + 1))
    asked, late, usage = (np.zeros((n, today + 1)) for _ in range(3))
    answer = np.full((n, today + 1), np.nan)
    tickets = [row for row in table("supports_ticket") if row["account_id"] in place]
    usual = float(np.median([float(row["first_response_time_minutes"]) for row in tickets]))
    for row in tickets:
        spot = place[row["account_id"]], min(_month(row["submitted_at"]), today)
        asked[spot] += 1
        late[spot] += float(row["first_response_time_minutes"]) > usual
        if row["satisfaction_score"]:
            answer[spot] = 2 * float(row["satisfaction_score"])
    owner = {row["subscription_id"]: row["account_id"] for row in table("subscriptions")}
    for row in table("feature_usage"):
        account = owner.get(row["subscription_id"])
        if account in place:
            usage[place[account], min(_month(row["usage_date"]), today)] += float(row["usage_count"])
    origins = list(range(2, today - 2, 3))
    signals = np.stack([_ravenstack_signals(asked, late, usage, answer, since, m) for m in [*origins, today]])
    alone = contracts.ContractClients(
        np.zeros(n, np.int64), np.zeros(n, np.int64), since, lost, np.ones((n, today + 40), bool)
    )
    terms = contracts.ContractTerms(np.ones(n), np.zeros(n, np.int64), np.full(n, NEVER))
    held = ContractHistory(alone, signals, terms, usage, usage)
    return backtest(FirmHistory(today, origins, 1, held, no_projects(today, len(origins)))).lost[12]


def _ravenstack_signals(asked: Floats, late: Floats, usage: Floats, answer: Floats, since: Ints, at: int) -> Floats:
    upto = asked[:, : at + 1] > 0
    silent = np.where(upto.any(axis=1), np.argmax(upto[:, ::-1], axis=1), at - since)
    answers = ~np.isnan(answer[:, : at + 1])
    age = np.argmax(answers[:, ::-1], axis=1)
    half_year, year, before = slice(max(at - 5, 0), at + 1), slice(max(at - 11, 0), at + 1), slice(0, max(at - 11, 0))
    unknown, none = np.full(len(since), np.nan), np.zeros(len(since))
    known = Observed(
        contact_age=np.maximum(silent, 0).astype(float),
        sponsor_gone=none,
        answer=np.where(answers.any(axis=1), answer[np.arange(len(since)), at - age], np.nan),
        answer_age=age.astype(float),
        requests=asked[:, half_year].sum(axis=1),
        late_requests=late[:, half_year].sum(axis=1),
        schedule=unknown,
        cost=unknown,
        late_milestones=none,
        broken_promises=none,
        work_ran=none,
        overdue_days=unknown,
        revenue=usage[:, year].sum(axis=1),
        revenue_before=usage[:, before].sum(axis=1),
        tenure=np.maximum(at - since, 0).astype(float),
    )
    return signal_values(known, max(float(np.median(usage.sum(axis=1))), 1.0))


def cdnow_orders() -> Bools:
    """[customer, month] of 1997-01 to 1998-06: whether there was a decision (a day with an order)."""
    rows = np.loadtxt(CDNOW, usecols=(1, 2), dtype=np.int64)
    customer = np.unique(rows[:, 0], return_inverse=True)[1]
    ordered = np.zeros((customer.max() + 1, 18), bool)
    ordered[customer, (rows[:, 1] // 10_000 - 1997) * 12 + rows[:, 1] // 100 % 100 - 1] = True
    return ordered


def retail_orders() -> Bools:
    """[customer, month] of 2010-12 to 2011-08, cancellations and rows without a customer left aside."""
    found = set()
    with gzip.open(RETAIL, "rt", newline="") as file:
        for row in csv.DictReader(file):
            if row["CustomerID"] and not row["InvoiceNo"].startswith("C"):
                year, month = int(row["InvoiceDate"][:4]), int(row["InvoiceDate"][5:7])
                found.add((row["CustomerID"], (year - 2010) * 12 + month - 12))
    names = {name: n for n, name in enumerate(sorted({name for name, _ in found}))}
    ordered = np.zeros((len(names), 9), bool)
    for name, month in found:
        ordered[names[name], month] = True
    return ordered


def quiet_briers(ordered: Bools, today: int) -> dict[str, float]:
    """Brier of "no order from the day after month ``today`` to the end", by model; the engine without any signal."""
    bought = ordered[:, : today + 1].any(axis=1)
    past, ahead = ordered[bought, : today + 1], ordered[bought, today + 1 :]
    n, months = ahead.shape
    origins = sorted(range(today - 3, 0, -3))
    never = np.full(n, NEVER)
    clients = projects.ProjectClients(
        np.zeros(n, np.int64),
        past,
        np.zeros_like(past),
        np.argmax(past, axis=1),
        never,
        np.full((len(origins) + 1, n), -1),
    )
    client, month = np.nonzero(past)
    blank = np.zeros((n, today + 1))
    history = FirmHistory(
        today,
        origins,
        1,
        no_contracts(today, len(origins)),
        ProjectHistory(
            clients,
            np.zeros((len(origins) + 1, n, len(SIGNALS))),
            np.zeros((len(origins) + 1, n)),
            client,
            month,
            np.ones(len(client)),
            blank,
            blank,
        ),
    )
    model = rhythm_model(clients, today)
    fit = fit_ordering(history, model, DEFAULTS)
    state, rows = projects.rhythm(clients, today), np.arange(n)
    path = projects.quiet_path(clients, model, state, clients.running_until[-1], np.zeros(n), rows)
    ours = projects.order_chance(path, fit).no_order(np.zeros(n), np.full(n, months))
    age = today - state.first + 0.5
    theirs = 1 - model.probability_of_purchase_next(
        float(months), state.repeats, np.minimum(state.last - state.first, age).astype(float), age
    )
    quiet = ~ahead.any(axis=1)
    return {
        "base rate": float(quiet.mean() * (1 - quiet.mean())),
        "MBG on decisions": float(((quiet - theirs) ** 2).mean()),
        "engine": float(((quiet - ours) ** 2).mean()),
    }
