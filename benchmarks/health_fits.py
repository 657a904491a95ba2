"""How long the hazards take to fit, and that a weighted sample of the rows is an unbiased stand-in for all."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from accord.engines.customers import contract_clients as contracts
from accord.engines.customers.client_fits import DEFAULTS, fit_leaving, fit_ordering, rhythm_model
from accord.engines.customers.monthly_hazard import HazardRows, fit_hazard
from benchmarks.health_records import history_of, records_at
from benchmarks.health_simulator import STRONG, simulate_firm

Floats = NDArray[np.float64]

MONTH = 48
SAMPLES = 60


def median_seconds(work: Callable[[], object], runs: int) -> float:
    work()
    times = []
    for _ in range(runs):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return statistics.median(times)


def hazard_seconds(clients: int, runs: int) -> tuple[float, float]:
    """(fit of losing contracts, fit of orders) of one firm; the rows are there already."""
    firm = simulate_firm(clients, 0, STRONG)
    history = history_of(firm, records_at(firm, MONTH))
    model = rhythm_model(history.projects.clients, MONTH)
    return (
        median_seconds(lambda: fit_leaving(history, DEFAULTS), runs),
        median_seconds(lambda: fit_ordering(history, model, DEFAULTS), runs),
    )


def contract_rows_of(clients: int) -> HazardRows:
    firm = simulate_firm(clients, 0, STRONG)
    records = records_at(firm, MONTH)
    return contracts.contract_rows(records.contracts, records.origins, records.contract_signals[:-1], MONTH)


def large_firm(clients: int) -> HazardRows:
    """Rows of that many contract clients, from firms of a fiftieth: enough to time a fit, quickly made."""
    part = contract_rows_of(clients // 20)
    times = -(-clients // max(int((np.ones(len(part))).sum() / 16), 1))
    repeat = np.tile(np.arange(len(part)), max(times, 1))
    return HazardRows(
        part.base[repeat], part.segment[repeat], part.signals[repeat], part.weight[repeat], part.event[repeat]
    )


def sampling_bias(clients: int = 5_000, rows: int = 6_000, samples: int = SAMPLES) -> tuple[Floats, Floats, Floats]:
    """Coefficients of the fit to all rows; the mean of those of many samples less these, in standard errors of that
    mean; and the spread of samples in posterior standard deviations."""
    every, prior = contract_rows_of(clients), contracts.contract_prior()
    whole = fit_hazard(every, prior, 2)
    modes = np.array([fit_hazard(every.sample(rows, seed), prior, 2).mode for seed in range(samples)])
    off, spread = modes.mean(axis=0) - whole.mode, modes.std(axis=0, ddof=1)
    return whole.mode, off / (spread / np.sqrt(samples)), spread / np.sqrt(np.diag(whole.covariance))
