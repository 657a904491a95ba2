"""What clients bring in 36 months on simulated firms: forecast beside last year's margin and today's invoice model."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from health_peers import invoice_model
from health_records import history_of, records_at
from health_simulator import Firm, simulate_firm
from numpy.typing import NDArray

from accord.engines.customers.client_forecast import forecast_clients
from accord.engines.customers.client_values import DISCOUNT_RATE, HORIZON

Floats = NDArray[np.float64]

ORIGINS = (36, 48)
COLUMNS = ("actual", "expected", "median", "low", "high", "last_year", "invoices", "contract", "one_order")


@dataclass(slots=True)
class Values:
    """Columns of :data:`COLUMNS` [client] of all firms and origins, and for each firm and origin its totals: (actual,
    forecast, low, high, last year's, invoices)."""

    clients: dict[str, Floats]
    totals: Floats

    def where(self, mask: Floats) -> Values:
        return Values({name: column[mask > 0] for name, column in self.clients.items()}, self.totals)

    def error(self, forecast: str) -> float:
        """Mean absolute error."""
        return float(np.abs(self.clients[forecast] - self.clients["actual"]).mean())

    def ratio(self, forecast: str) -> float:
        """Forecast ÷ actual, all clients together."""
        return float(self.clients[forecast].sum() / self.clients["actual"].sum())

    @property
    def holds(self) -> float:
        """The share of clients whose 80 % interval held."""
        low, high, actual = (self.clients[name] for name in ("low", "high", "actual"))
        return float(((actual >= low - 1e-9) & (actual <= high + 1e-9)).mean())

    def total_error(self, column: int) -> float:
        """Mean relative error of the firm's total: column 1 ours, 4 last year's, 5 invoices."""
        return float(np.nanmean(np.abs(self.totals[:, column] / self.totals[:, 0] - 1)))

    @property
    def total_holds(self) -> tuple[int, int]:
        actual, low, high = self.totals[:, 0], self.totals[:, 2], self.totals[:, 3]
        return int(((actual >= low) & (actual <= high)).sum()), len(actual)


@dataclass(slots=True)
class _Parts:
    columns: dict[str, list[Floats]] = field(default_factory=lambda: {name: [] for name in COLUMNS})


def measure(clients: int, firms: int, strength: float) -> Values:
    """Forecast values at each origin of each firm with the product's call, and see what came."""
    parts = _Parts()
    simulated = (simulate_firm(clients, seed, strength) for seed in range(firms))
    totals = [_one(firm, month, parts) for firm in simulated for month in ORIGINS]
    return Values({name: np.concatenate(column) for name, column in parts.columns.items()}, np.array(totals))


def _one(firm: Firm, month: int, parts: _Parts) -> tuple[float, ...]:
    records = records_at(firm, month)
    forecast = forecast_clients(history_of(firm, records))
    rows = [records.contract_rows[forecast.contracts.rows], records.project_rows[forecast.projects.rows]]
    every = np.concatenate(rows)
    halves = (forecast.contracts, forecast.projects)
    discount = (1 + DISCOUNT_RATE) ** (-np.arange(1, HORIZON + 1) / 12)
    actual = firm.margin[every, month + 1 : month + 1 + HORIZON] @ discount
    last_year = firm.margin[every, month - 11 : month + 1].sum(axis=1) * discount.sum() / 12
    kept = firm.margin[:, : month + 1].sum() / firm.revenue[:, : month + 1].sum()
    invoices = invoice_model(firm, month, float(kept))[1][every]
    found = {
        "actual": actual,
        "expected": np.concatenate([half.value for half in halves]),
        "median": np.concatenate([half.value_median for half in halves]),
        "low": np.concatenate([half.value_low for half in halves]),
        "high": np.concatenate([half.value_high for half in halves]),
        "last_year": last_year,
        "invoices": invoices,
        "contract": firm.contract[every].astype(float),
        "one_order": (~firm.contract[every] & (firm.orders[every, : month + 1].sum(axis=1) == 1)).astype(float),
    }
    # Where Gamma-Gamma can't be fitted the old page shows no value; last year's stands in.
    found["invoices"] = np.where(np.isnan(invoices), last_year, invoices)
    for name, column in found.items():
        parts.columns[name].append(column)
    mean, low, high = forecast.total
    return float(actual.sum()), mean, low, high, float(last_year.sum()), float(found["invoices"].sum())
