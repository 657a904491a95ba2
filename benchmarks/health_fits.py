"""How long the hazards take to fit, and that a weighted sample of the rows is an unbiased stand-in for all."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from health_records import history_of, records_at
from health_simulator import STRONG, simulate_firm
from numpy.typing import NDArray

from accord.engines.customers import contract_clients as contracts
from accord.engines.customers.client_fits import DEFAULTS, fit_leaving, fit_ordering, rhythm_model
from accord.engines.customers.client_history import FirmHistory
from accord.engines.customers.monthly_hazard import HazardRows, fit_hazard
from accord.engines.customers.project_clients import ProjectClients

Floats = NDArray[np.float64]

MONTH = 48
SAMPLES = 60
_SIMULATED = 5_000


def median_seconds(work: Callable[[], object], runs: int) -> float:
    """Of the processor: the fits use one, and other programs on the machine do not count."""
    work()
    times = []
    for _ in range(runs):
        begun = time.process_time()
        work()
        times.append(time.process_time() - begun)
    return statistics.median(times)


def hazard_seconds(clients: int, runs: int) -> tuple[float, float]:
    """(fit of losing contracts, fit of orders) of one firm, from its history to the posterior."""
    history = large_history(clients)
    model = rhythm_model(history.projects.clients, MONTH)
    return (
        median_seconds(lambda: fit_leaving(history, DEFAULTS), runs),
        median_seconds(lambda: fit_ordering(history, model, DEFAULTS), runs),
    )


def large_history(clients: int) -> FirmHistory:
    """The history of one firm; beyond ``_SIMULATED`` clients the same ones come again, which a fit can't tell."""
    some = min(clients, _SIMULATED)
    firm = simulate_firm(some, 0, STRONG)
    history = history_of(firm, records_at(firm, MONTH))
    times = clients // some
    if times == 1:
        return history
    held, ordering = history.contracts, history.projects
    buyers, n = ordering.clients, len(ordering.clients)
    rows = np.tile(np.arange(n), times)
    return replace(
        history,
        contracts=replace(
            held,
            clients=held.clients.taken(np.tile(np.arange(len(held.clients)), times)),
            signals=np.tile(held.signals, (1, times, 1)),
        ),
        projects=replace(
            ordering,
            clients=ProjectClients(
                buyers.segment[rows],
                buyers.ordered[rows],
                buyers.running[rows],
                buyers.first[rows],
                buyers.closed[rows],
                buyers.running_until[:, rows],
            ),
            signals=ordering.signals[:, rows],
            contact_age=ordering.contact_age[:, rows],
        ),
    )


def contract_rows_of(clients: int) -> HazardRows:
    firm = simulate_firm(clients, 0, STRONG)
    records = records_at(firm, MONTH)
    return contracts.contract_rows(records.contracts, records.origins, records.contract_signals[:-1], MONTH)


def sampling_bias(clients: int = 5_000, rows: int = 6_000, samples: int = SAMPLES) -> tuple[float, float, float]:
    """Fits to many samples beside the fit to all rows: (the largest difference of a mean coefficient, in posterior
    standard deviations; root mean square of the differences of means, in standard errors of these means; that of single
    samples, in posterior standard deviations)."""
    every, prior = contract_rows_of(clients), contracts.contract_prior()
    whole = fit_hazard(every, prior, 2)
    modes = np.array([fit_hazard(every.sample(rows, seed), prior, 2).mode for seed in range(samples)])
    learnt = modes.std(axis=0) > 1e-9  # not those of which nothing is known
    off = (modes.mean(axis=0) - whole.mode)[learnt]
    spread, sd = modes.std(axis=0, ddof=1)[learnt], np.sqrt(np.diag(whole.covariance))[learnt]
    return (
        float(np.abs(off / sd).max()),
        float(np.sqrt(((off / spread) ** 2 * samples).mean())),
        float(np.sqrt(((spread / sd) ** 2).mean())),
    )
