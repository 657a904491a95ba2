"""Who was a client when, and for how much a year: the past that a firm's retention is computed from.

A :class:`ClientPast` says of each client and of each of some days whether it was one and what it was worth a year. What
makes somebody a client is decided before: a running contract, or orders at its own rhythm
(:mod:`~accord.engines.customers.project_clients`). From it follow the movements between any two of its days, cohorts by
the time of the first order, and how long clients stay. :class:`ContractPast` has the contracts themselves.

Money is in whole minor units (cents), so that sums are exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from accord.engines.customers.retention import ClientRevenue, Period, Retention, measure_retention
from accord.engines.customers.terms import add_months

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]

DAYS_PER_MONTH = 365.25 / 12
OPEN = 4_000_000  # the ordinal of a day after all days: of what has no end


def months_before(day: date, months: int = 12) -> date:
    """The day with which a period of ``months`` starts that ends on ``day``: from the end of a month, the end of one.

    >>> months_before(date(2025, 2, 28)), months_before(date(2026, 6, 15), 3)
    (datetime.date(2024, 2, 29), datetime.date(2026, 3, 15))
    """
    return add_months(day, -months, 31 if ends_month(day) else None)


def ends_month(day: date) -> bool:
    return (day + timedelta(days=1)).day == 1


@dataclass(frozen=True, slots=True, eq=False)
class ClientPast:
    """``here`` [client, day]: whether it was a client at the end of each of ``days`` (ordinals, ascending); ``revenue``
    [client, day] its yearly revenue in cents, 0 where it was none; ``since`` [client] the day of its first order."""

    days: Ints
    clients: Ints
    since: Ints
    here: Bools
    revenue: Ints

    def __len__(self) -> int:
        return len(self.clients)

    def taken(self, rows: Ints | Bools) -> ClientPast:
        """The past of these clients alone."""
        return ClientPast(self.days, self.clients[rows], self.since[rows], self.here[rows], self.revenue[rows])

    def at(self, day: date) -> int:
        """The place of ``day`` among the days. Raises ``ValueError`` for another day."""
        place = int(np.searchsorted(self.days, day.toordinal()))
        if place == len(self.days) or self.days[place] != day.toordinal():
            raise ValueError(f"nothing is known of {day.isoformat()}")
        return place


def joined(one: ClientPast, other: ClientPast) -> ClientPast:
    """Both pasts as one: a client by either is a client, and its revenue is the sum."""
    if not np.array_equal(one.days, other.days):
        raise ValueError("the pasts are of different days")
    clients = np.union1d(one.clients, other.clients)
    since = np.full(len(clients), OPEN, np.int64)
    here = np.zeros((len(clients), len(one.days)), bool)
    revenue = np.zeros(here.shape, np.int64)
    for past in (one, other):
        rows = np.searchsorted(clients, past.clients)
        since[rows] = np.minimum(since[rows], past.since)
        here[rows] |= past.here
        revenue[rows] += past.revenue
    return ClientPast(one.days, clients, since, here, revenue)


def retention_between(past: ClientPast, start: date, end: date) -> Retention:
    """The movements from ``start`` to ``end``, two of the days. Who left and came back in between has not left."""
    first, last = past.at(start), past.at(end)
    if not first < last:
        raise ValueError("the period needs start < end")
    before = past.here[:, :first].any(axis=1) | (past.since < past.days[first])
    return measure_retention(
        ClientRevenue(
            int(past.clients[row]),
            Decimal(int(past.revenue[row, first])) / 100,
            Decimal(int(past.revenue[row, last])) / 100,
            bool(before[row]),
            (bool(past.here[row, first]), bool(past.here[row, last])),
        )
        for row in np.flatnonzero(past.here[:, first] | past.here[:, last])
    )


@dataclass(frozen=True, slots=True)
class PastCohort:
    """Clients whose first order fell in the period that begins on ``starts``: their places, and, at the end of each
    period from then on (``ends``; the last is today), how many are here and their yearly revenue."""

    starts: date
    rows: tuple[int, ...]
    ends: tuple[date, ...]
    here: tuple[int, ...]
    revenue: tuple[Decimal, ...]

    @property
    def size(self) -> int:
        return len(self.rows)

    def share(self, k: int) -> Decimal:
        return Decimal(self.here[k]) / self.size

    def revenue_share(self, k: int, base: int) -> Decimal | None:
        """Yearly revenue at the end of the k-th period over that of the ``base``-th; unknown before it or of none."""
        if not base <= k < len(self.revenue) or not self.revenue[base]:
            return None
        return self.revenue[k] / self.revenue[base]


def past_cohorts(past: ClientPast, period: Period) -> tuple[PastCohort, ...]:
    """Cohorts by the period of the first order, oldest first; those that began before the days that are known are not
    among them. The days must hold each period's last one and end with today."""
    if not len(past) or not len(past.days):
        return ()
    today = date.fromordinal(int(past.days[-1]))
    numbers = np.array([period.number(date.fromordinal(int(day))) for day in past.since], np.int64)
    found = []
    for number in np.unique(numbers):
        ends = [period.first_day(k + 1) - timedelta(days=1) for k in range(int(number), period.number(today) + 1)]
        ends = [min(end, today) for end in ends]
        if not ends or ends[0].toordinal() < past.days[0]:
            continue
        rows = np.flatnonzero(numbers == number)
        places = [past.at(end) for end in ends]
        found.append(
            PastCohort(
                period.first_day(int(number)),
                tuple(int(row) for row in rows),
                tuple(ends),
                tuple(int(past.here[rows, place].sum()) for place in places),
                tuple(Decimal(int(past.revenue[rows, place].sum())) / 100 for place in places),
            )
        )
    return tuple(found)


def tenures(past: ClientPast) -> tuple[Floats, Bools]:
    """(months from the first order until a client first counted as lost, or until today; whether it did) [client].

    Lost is known by the first of the days on which a client is none after one on which it was. Who came back was lost
    all the same. Whom no day knows as a client says nothing and is left out.
    """
    seen: Bools = np.any(past.here, axis=1)
    past = past.taken(seen)
    if not len(past):
        return np.zeros(0), np.zeros(0, bool)
    was = np.logical_or.accumulate(past.here, axis=1)
    gone = was & ~past.here
    left: Bools = np.any(gone, axis=1)
    until = np.where(left, past.days[np.argmax(gone, axis=1)], past.days[-1])
    return np.maximum(until - past.since, 0) / DAYS_PER_MONTH, left


@dataclass(frozen=True, slots=True, eq=False)
class ContractPast:
    """Contracts, each from its first term to the end of the last that followed it. Arrays [contract].

    ``ends`` is the first day on which it no longer runs (`OPEN` while it does); ``yearly`` what its last term pays a
    year, in cents; ``keys`` names the last agreement, ``services`` numbers what it is for.
    """

    clients: Ints
    keys: Ints
    services: Ints
    starts: Ints
    ends: Ints
    yearly: Ints

    def __len__(self) -> int:
        return len(self.clients)

    def taken(self, rows: Ints | Bools) -> ContractPast:
        return ContractPast(*(getattr(self, name)[rows] for name in self.__slots__))

    def runs_on(self, day: date) -> Bools:
        found: Bools = (self.starts <= day.toordinal()) & (self.ends > day.toordinal())
        return found

    def lost_between(self, start: date, end: date) -> tuple[Ints, Ints]:
        """(places of the contracts that run on ``start``, and of those among them that no longer do on ``end``)."""
        ran = self.runs_on(start)
        return np.flatnonzero(ran), np.flatnonzero(ran & (self.ends <= end.toordinal()))

    def tenures(self, today: date) -> tuple[Floats, Bools]:
        """(months from the start to the end, or to today; whether it ended) [contract]."""
        left = self.ends <= today.toordinal()
        until = np.where(left, self.ends, today.toordinal())
        return np.maximum(until - self.starts, 0) / DAYS_PER_MONTH, left
