"""The firm's retention from who was a client when: figures of a period, month by month, by group, for any selection.

Nothing here asks the database. A run packs a :class:`FirmPast` and keeps it; pages unpack it and compute what their
filters ask for.
"""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from accord.engines.customers.client_past import (
    ClientPast,
    ContractPast,
    ends_month,
    joined,
    months_before,
    retention_between,
)
from accord.engines.customers.intervals import Interval, wilson
from accord.engines.customers.retention import Retention, retention_intervals

Ints = NDArray[np.int64]

FEWEST_CLIENTS = 10  # below it one client more or less makes the rate: as of the other models of retention
SERIES = 24  # months
RATES = ("logo_churn", "gross_revenue_retention", "net_revenue_retention")
BRIDGE = ("start_revenue", "churned", "contraction", "expansion", "new", "won_back", "end_revenue")
HALVES = ("all", "contracts", "projects")
DIMENSIONS = ("segment", "service", "owner")


@dataclass(frozen=True, slots=True, eq=False)
class FirmPast:
    """Both halves of a firm's clients, their contracts, and what they can be grouped by.

    ``accounts`` (ascending) are all clients; ``segment`` and ``owner`` [account] number ``segments`` and the users (0:
    none); ``bought`` are pairs (account, number among ``services``).
    """

    as_of: date
    contracts: ClientPast
    projects: ClientPast
    terms: ContractPast
    accounts: Ints
    segment: Ints
    owner: Ints
    bought: Ints
    segments: tuple[str, ...]
    services: tuple[str, ...]

    def half(self, name: str) -> ClientPast:
        if name == "all":
            return joined(self.contracts, self.projects)
        return self.contracts if name == "contracts" else self.projects

    def selected(self, *, segment: int | None = None, service: int | None = None, owner: int | None = None) -> FirmPast:
        """The clients of a segment, service and account manager (by number); all without any. A contract counts for its
        own service only."""
        keep = np.ones(len(self.accounts), bool)
        if segment is not None:
            keep &= self.segment == segment
        if owner is not None:
            keep &= self.owner == owner
        if service is not None:
            keep &= np.isin(self.accounts, self.bought[self.bought[:, 1] == service, 0])
        if keep.all() and service is None:
            return self
        chosen = self.accounts[keep]
        terms = self.terms.taken(np.isin(self.terms.clients, chosen))
        if service is not None:
            terms = terms.taken(terms.services == service)
        return replace(
            self,
            contracts=self.contracts.taken(np.isin(self.contracts.clients, chosen)),
            projects=self.projects.taken(np.isin(self.projects.clients, chosen)),
            terms=terms,
        )

    def months(self) -> int:
        """How long a period can be: a year where there was a client a year ago, else a quarter; 0 without either."""
        for months in (12, 3):
            start = months_before(self.as_of, months)
            if any(past.here[:, past.at(start)].any() for past in (self.contracts, self.projects)):
                return months
        return 0

    def ends(self) -> list[date]:
        """The days on which a period of twelve months can end, newest first: today and the last days of months."""
        days = [date.fromordinal(int(day)) for day in self.contracts.days]
        known = set(days)
        found = [day for day in days if months_before(day) in known and (day == self.as_of or ends_month(day))]
        return found[::-1]


@dataclass(frozen=True, slots=True)
class PeriodFigures:
    """Retention from ``start`` to ``end`` with its intervals (95 %); contracts where the half has them."""

    start: date
    end: date
    found: Retention
    intervals: dict[str, Interval | None]
    contracts: tuple[int, int] | None = None  # running at the start, lost

    @property
    def enough(self) -> bool:
        return self.found.clients_at_start >= FEWEST_CLIENTS

    @property
    def enough_contracts(self) -> bool:
        return self.contracts is not None and self.contracts[0] >= FEWEST_CLIENTS

    @property
    def contract_churn(self) -> Decimal | None:
        if self.contracts is None or not self.contracts[0]:
            return None
        return Decimal(self.contracts[1]) / self.contracts[0]

    @property
    def contract_interval(self) -> Interval | None:
        return None if self.contracts is None else wilson(self.contracts[1], self.contracts[0])

    def rate(self, name: str) -> Decimal | None:
        value: Decimal | None = self.contract_churn if name == "contract_churn" else getattr(self.found, name)
        return value

    def interval(self, name: str) -> Interval | None:
        return self.contract_interval if name == "contract_churn" else self.intervals[name]


def period_figures(past: FirmPast, half: str, start: date, end: date) -> PeriodFigures:
    """The figures of one half; of all clients too, whose contracts are those of the first."""
    return _figures(past, half, past.half(half), start, end)


def _figures(past: FirmPast, half: str, clients: ClientPast, start: date, end: date) -> PeriodFigures:
    found = retention_between(clients, start, end)
    contracts = None
    if half != "projects":
        ran, lost = past.terms.lost_between(start, end)
        contracts = (len(ran), len(lost))
    shown = found.clients_at_start >= FEWEST_CLIENTS  # intervals cost more than all the rest
    return PeriodFigures(start, end, found, retention_intervals(found) if shown else dict.fromkeys(RATES), contracts)


def series(past: FirmPast, half: str, most: int = SERIES) -> list[PeriodFigures]:
    """The twelve months up to today and to the end of each of the months before it, oldest first."""
    clients = past.half(half)
    found = []
    for end in past.ends()[: most + 1][::-1]:
        start = months_before(end)
        if len(clients) and clients.here[:, clients.at(start)].any():
            found.append(_figures(past, half, clients, start, end))
    return found


def as_json(figures: PeriodFigures) -> dict[str, Any]:
    """Figures as they are kept with a run. Below the fewest clients rates are unknown, and counts are not."""
    found = figures.found
    row: dict[str, Any] = {
        "start": figures.start.isoformat(),
        "end": figures.end.isoformat(),
        "clients_at_start": found.clients_at_start,
        "clients_at_end": found.clients_at_end,
        "clients_lost": found.clients_lost,
        **{name: _rate(figures.rate(name) if figures.enough else None) for name in RATES},
        "intervals": {name: _interval(figures.interval(name) if figures.enough else None) for name in RATES},
        **{name: str(getattr(found, name)) for name in BRIDGE},
    }
    if figures.contracts is not None:
        known = figures.enough_contracts
        row["contracts_at_start"], row["contracts_lost"] = figures.contracts
        row["contract_churn"] = _rate(figures.contract_churn if known else None)
        row["intervals"]["contract_churn"] = _interval(figures.contract_interval if known else None)
    return row


def _rate(value: Decimal | None) -> str | None:
    return None if value is None else str(round(value, 6))


def _interval(interval: Interval | None) -> list[float] | None:
    return None if interval is None else [round(interval.low, 4), round(interval.high, 4)]


def groups(past: FirmPast, dimension: str) -> list[tuple[int, FirmPast]]:
    """The clients of each segment, service or account manager, by its number."""
    if dimension == "service":
        numbers = np.unique(np.concatenate([past.bought[:, 1], past.terms.services]))
        numbers = numbers[numbers >= 0]
    else:
        numbers = np.unique(getattr(past, dimension))
    return [(int(number), past.selected(**{dimension: int(number)})) for number in numbers]


_CLIENT = ("clients", "since", "here", "revenue")
_TERMS = ("clients", "keys", "services", "starts", "ends", "yearly")


def packed(past: FirmPast) -> bytes:
    """``past`` as bytes that hold nothing but numbers and names."""
    arrays: dict[str, Any] = {"days": past.contracts.days}
    for half in ("contracts", "projects"):
        arrays |= {f"{half}_{name}": getattr(getattr(past, half), name) for name in _CLIENT}
    arrays |= {f"terms_{name}": getattr(past.terms, name) for name in _TERMS}
    arrays |= {name: getattr(past, name) for name in ("accounts", "segment", "owner", "bought")}
    names = {"as_of": past.as_of.isoformat(), "segments": past.segments, "services": past.services}
    arrays["names"] = np.frombuffer(json.dumps(names).encode(), np.uint8)
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()


def unpacked(stored: bytes) -> FirmPast:
    with np.load(io.BytesIO(stored), allow_pickle=False) as arrays:
        names = json.loads(arrays["names"].tobytes())
        days = arrays["days"]
        halves = [
            ClientPast(days, *(arrays[f"{half}_{name}"] for name in _CLIENT)) for half in ("contracts", "projects")
        ]
        return FirmPast(
            date.fromisoformat(names["as_of"]),
            halves[0],
            halves[1],
            ContractPast(*(arrays[f"terms_{name}"] for name in _TERMS)),
            accounts=arrays["accounts"],
            segment=arrays["segment"],
            owner=arrays["owner"],
            bought=arrays["bought"],
            segments=tuple(names["segments"]),
            services=tuple(names["services"]),
        )
