"""Who stayed, who left and what it was worth: churn, gross and net revenue retention, cohorts.

Every figure is a sum over clients, and every client's row says what it did, so that a number can be opened down to
the names behind it. Money is ``Decimal`` and sums are exact; a ratio whose denominator is zero is ``None`` (unknown),
never zero.

Source of the definitions: the SaaS metrics standards in common use (gross and net revenue retention as reported by
listed subscription firms); windows for firms without contracts follow the "active in a period" rule of recency.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from accord.engines.customers.intervals import Interval, ratio_of_sums, wilson
from accord.engines.texts import TextError, gettext_lazy, gettext_noop

ZERO = Decimal(0)

DEFINITIONS = {
    "logo_churn": gettext_lazy("Logo churn: clients lost in the period / clients at its start"),
    "gross_revenue_retention": gettext_lazy(
        "Gross revenue retention (GRR): (start - churn - contraction) / start, at most 100 %"
    ),
    "net_revenue_retention": gettext_lazy(
        "Net revenue retention (NRR): (start - churn - contraction + expansion) / start; existing clients only"
    ),
}


class Movement(StrEnum):
    """What a client did between the start and the end of a period."""

    KEPT = gettext_noop("kept")
    EXPANDED = gettext_noop("expanded")
    CONTRACTED = gettext_noop("contracted")
    LOST = gettext_noop("lost")
    NEW = gettext_noop("new")
    WON_BACK = gettext_noop("won back")


@dataclass(frozen=True, slots=True)
class ClientRevenue:
    """A client's recurring revenue at the start and at the end of a period, in one currency and per one unit of time.

    ``before`` says that it was a client at some time before the start: it tells a client won back from a new one.
    ``here`` says whether it was a client at the start and at the end, where that is known from something else than
    revenue: who pays nothing just then may be one. Revenue of a day on which it was none does not count.
    """

    client: Hashable
    start: Decimal
    end: Decimal
    before: bool = False
    here: tuple[bool, bool] | None = None


@dataclass(frozen=True, slots=True)
class ClientMovement:
    """One row behind the figures. ``change`` is end − start."""

    client: Hashable
    start: Decimal
    end: Decimal
    movement: Movement

    @property
    def change(self) -> Decimal:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Retention:
    """The revenue bridge of a period: start − churned − contraction + expansion + new + won_back = end.

    ``rows`` are those who were clients at the start or the end, in the order given.
    """

    rows: tuple[ClientMovement, ...]
    start_revenue: Decimal
    churned: Decimal
    contraction: Decimal
    expansion: Decimal
    new: Decimal
    won_back: Decimal
    end_revenue: Decimal

    def clients(self, *movements: Movement) -> tuple[ClientMovement, ...]:
        """The rows with one of these movements."""
        return tuple(row for row in self.rows if row.movement in movements)

    @property
    def clients_at_start(self) -> int:
        return len(self.rows) - len(self.clients(Movement.NEW, Movement.WON_BACK))

    @property
    def clients_at_end(self) -> int:
        return len(self.rows) - self.clients_lost

    @property
    def clients_lost(self) -> int:
        return len(self.clients(Movement.LOST))

    @property
    def logo_churn(self) -> Decimal | None:
        """Clients lost / clients at the start."""
        return _share(Decimal(self.clients_lost), Decimal(self.clients_at_start))

    @property
    def gross_revenue_retention(self) -> Decimal | None:
        """(start − churned − contraction) / start: from 0 to 1, since nobody keeps more than there was."""
        return _share(self.start_revenue - self.churned - self.contraction, self.start_revenue)

    @property
    def net_revenue_retention(self) -> Decimal | None:
        """(start − churned − contraction + expansion) / start, clients of the start only; may exceed 1."""
        return _share(self.start_revenue - self.churned - self.contraction + self.expansion, self.start_revenue)


def retention_intervals(found: Retention, confidence: float = 0.95) -> dict[str, Interval | None]:
    """How far logo churn, GRR and NRR may lie from what these clients show, by name; ``None`` for too few clients.

    Churn is a share of clients (Wilson); the others are ratios of sums over clients (bootstrap).
    """
    rows = [row for row in found.rows if row.movement not in (Movement.NEW, Movement.WON_BACK)]
    start = [float(row.start) for row in rows]
    kept = [float(min(row.start, row.end)) for row in rows]
    return {
        "logo_churn": wilson(found.clients_lost, len(rows), confidence),
        "gross_revenue_retention": ratio_of_sums(kept, start, confidence),
        "net_revenue_retention": ratio_of_sums([float(row.end) for row in rows], start, confidence),
    }


def measure_retention(clients: Iterable[ClientRevenue]) -> Retention:
    """Classify each client's movement and add up the bridge.

    Who was a client at neither end is left out. Raises ``ValueError`` for a revenue below zero or not finite,
    or for a client given twice.

    >>> rows = [ClientRevenue(name, Decimal(start), Decimal(end)) for name, start, end in
    ...         [("Ash", 100, 100), ("Birch", 100, 60), ("Cedar", 100, 0), ("Dogwood", 100, 150), ("Elm", 0, 80)]]
    >>> found = measure_retention(rows)
    >>> [row.movement.value for row in found.rows]
    ['kept', 'contracted', 'lost', 'expanded', 'new']
    >>> str(found.logo_churn), str(found.gross_revenue_retention), str(found.net_revenue_retention)
    ('0.25', '0.65', '0.775')
    """
    rows: list[ClientMovement] = []
    seen: set[Hashable] = set()
    totals = dict.fromkeys(Movement, ZERO)
    for row in clients:
        if row.client in seen:
            raise TextError(gettext_lazy("client %(client)s is given twice", client=row.client))
        seen.add(row.client)
        if not (row.start.is_finite() and row.end.is_finite() and row.start >= 0 and row.end >= 0):
            raise TextError(
                gettext_lazy("client %(client)s has a revenue that is below zero or not finite", client=row.client)
            )
        was, is_now = row.here if row.here is not None else (row.start > 0, row.end > 0)
        if was or is_now:
            start, end = row.start if was else ZERO, row.end if is_now else ZERO
            movement = _movement(start, end, was, is_now, row.before)
            rows.append(ClientMovement(row.client, start, end, movement))
            totals[movement] += abs(end - start)
    return Retention(
        rows=tuple(rows),
        start_revenue=sum((row.start for row in rows), ZERO),
        churned=totals[Movement.LOST],
        contraction=totals[Movement.CONTRACTED],
        expansion=totals[Movement.EXPANDED],
        new=totals[Movement.NEW],
        won_back=totals[Movement.WON_BACK],
        end_revenue=sum((row.end for row in rows), ZERO),
    )


def _movement(start: Decimal, end: Decimal, was: bool, is_now: bool, before: bool) -> Movement:
    if not was:
        return Movement.WON_BACK if before else Movement.NEW
    if not is_now:
        return Movement.LOST
    if end == start:
        return Movement.KEPT
    return Movement.EXPANDED if end > start else Movement.CONTRACTED


def _share(part: Decimal, whole: Decimal) -> Decimal | None:
    return part / whole if whole else None


@dataclass(frozen=True, slots=True)
class Purchase:
    """What a client bought on a day; an invoice or a payment. Credit notes are negative."""

    client: Hashable
    day: date
    amount: Decimal


def activity_churn(purchases: Iterable[Purchase], *, start: date, boundary: date, end: date) -> Retention:
    """Retention of a firm without contracts: a client is active in a window if it bought in it.

    Two consecutive windows, [start, boundary) and [boundary, end), stand for the start and the end of a period; a
    client's revenue in each is the sum of its purchases, and it is active where that is above zero (a window with
    nothing but returned goods counts as none). A client active in the second window only is won back if it bought
    before ``start``, and new otherwise. To count visits rather than money give every purchase the amount 1.
    Raises ``ValueError`` unless start < boundary < end.

    >>> bought = [Purchase("Ash", date(2025, 3, 1), Decimal(50)), Purchase("Ash", date(2026, 2, 1), Decimal(70)),
    ...           Purchase("Birch", date(2025, 8, 1), Decimal(30)), Purchase("Cedar", date(2026, 5, 1), Decimal(10))]
    >>> found = activity_churn(bought, start=date(2025, 1, 1), boundary=date(2026, 1, 1), end=date(2027, 1, 1))
    >>> {row.client: row.movement.value for row in found.rows}, str(found.logo_churn)
    ({'Ash': 'expanded', 'Birch': 'lost', 'Cedar': 'new'}, '0.5')
    """
    if not start < boundary < end:
        raise TextError(gettext_lazy("the windows need start < boundary < end"))
    earlier: dict[Hashable, Decimal] = defaultdict(Decimal)
    first: dict[Hashable, Decimal] = defaultdict(Decimal)
    second: dict[Hashable, Decimal] = defaultdict(Decimal)
    for purchase in purchases:
        if purchase.day < end:
            window = earlier if purchase.day < start else first if purchase.day < boundary else second
            window[purchase.client] += purchase.amount
    return measure_retention(
        ClientRevenue(
            client,
            start=max(first.get(client, ZERO), ZERO),
            end=max(second.get(client, ZERO), ZERO),
            before=earlier.get(client, ZERO) > 0,
        )
        for client in dict.fromkeys([*first, *second])
    )


@dataclass(frozen=True, slots=True)
class Subscription:
    """A recurring agreement: ``revenue`` per unit of time (say month) from ``starts`` until the day before ``ends``."""

    client: Hashable
    starts: date
    ends: date | None
    revenue: Decimal

    def runs_on(self, day: date) -> bool:
        return self.starts <= day and (self.ends is None or day < self.ends)


def subscription_retention(subscriptions: Iterable[Subscription], *, start: date, end: date) -> Retention:
    """Retention between two days from the subscriptions in force on each; a client's are added up.

    A client counts while it pays: a free trial (revenue 0) makes nobody a client. Raises ``ValueError`` unless
    start < end, or for a subscription that ends before it starts.

    >>> monthly = [Subscription("Ash", date(2025, 1, 1), None, Decimal(100)),
    ...            Subscription("Birch", date(2025, 1, 1), date(2025, 9, 1), Decimal(50))]
    >>> found = subscription_retention(monthly, start=date(2025, 6, 1), end=date(2026, 6, 1))
    >>> str(found.logo_churn), str(round(found.net_revenue_retention, 4))
    ('0.5', '0.6667')
    """
    if not start < end:
        raise TextError(gettext_lazy("the period needs start < end"))
    at_start: dict[Hashable, Decimal] = defaultdict(Decimal)
    at_end: dict[Hashable, Decimal] = defaultdict(Decimal)
    before: set[Hashable] = set()
    for subscription in subscriptions:
        if subscription.ends is not None and subscription.ends < subscription.starts:
            raise TextError(
                gettext_lazy("a subscription of client %(client)s ends before it starts", client=subscription.client)
            )
        if subscription.runs_on(start):
            at_start[subscription.client] += subscription.revenue
        if subscription.runs_on(end):
            at_end[subscription.client] += subscription.revenue
        if subscription.starts < start and subscription.revenue > 0:
            before.add(subscription.client)
    return measure_retention(
        ClientRevenue(client, at_start.get(client, ZERO), at_end.get(client, ZERO), client in before)
        for client in dict.fromkeys([*at_start, *at_end])
    )


class Period(StrEnum):
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"

    @property
    def months(self) -> int:
        return {Period.MONTH: 1, Period.QUARTER: 3, Period.YEAR: 12}[self]

    def number(self, day: date) -> int:
        """Consecutive number of the period that holds ``day``."""
        return (day.year * 12 + day.month - 1) // self.months

    def first_day(self, number: int) -> date:
        year, month = divmod(number * self.months, 12)
        return date(year, month + 1, 1)


@dataclass(frozen=True, slots=True)
class Cohort:
    """Clients whose first purchase fell in the period that begins on ``starts``.

    ``active[k]`` of its ``size`` clients bought in the k-th period after (k = 0 is their first), for ``revenue[k]``.
    """

    starts: date
    size: int
    active: tuple[int, ...]
    revenue: tuple[Decimal, ...]

    @property
    def shares(self) -> tuple[Decimal, ...]:
        return tuple(Decimal(count) / self.size for count in self.active)


def cohorts_of_counts(counts: Iterable[tuple[int | None, int, int, Decimal]], period: Period) -> tuple[Cohort, ...]:
    """Cohorts from rows that were counted elsewhere: ``cohort, number, active, revenue``, as of `cohort_expression`.

    >>> counts = [(24312, 24312, 2, Decimal(40)), (24312, 24313, 1, Decimal(20)), (24313, 24313, 1, Decimal(40))]
    >>> [(cohort.starts.isoformat(), cohort.size, cohort.active) for cohort in cohorts_of_counts(counts, Period.MONTH)]
    [('2026-01-01', 2, (2, 1)), ('2026-02-01', 1, (1,))]
    """
    found: dict[int, dict[int, tuple[int, Decimal]]] = defaultdict(dict)
    last = 0
    for cohort, number, active, revenue in counts:
        last = max(last, number)
        if cohort is not None:
            found[cohort][number] = active, revenue
    return tuple(
        Cohort(
            starts=period.first_day(cohort),
            size=parts[cohort][0],  # all of them bought in their first period
            active=tuple(parts.get(k, (0, ZERO))[0] for k in range(cohort, last + 1)),
            revenue=tuple(parts.get(k, (0, ZERO))[1] for k in range(cohort, last + 1)),
        )
        for cohort, parts in sorted(found.items())
    )


def cohort_table(purchases: Iterable[Purchase], period: Period = Period.MONTH) -> tuple[Cohort, ...]:
    """Clients by the period of their first purchase, followed to the last period in the data.

    A client is active in a period if it has any purchase above zero in it; revenue is the net of all its rows.

    >>> bought = [Purchase("Ash", date(2026, 1, 5), Decimal(10)), Purchase("Ash", date(2026, 2, 5), Decimal(20)),
    ...           Purchase("Birch", date(2026, 1, 9), Decimal(30)), Purchase("Cedar", date(2026, 2, 2), Decimal(40))]
    >>> [(cohort.starts.isoformat(), cohort.size, cohort.active) for cohort in cohort_table(bought)]
    [('2026-01-01', 2, (2, 1)), ('2026-02-01', 1, (1,))]
    """
    revenue: dict[Hashable, dict[int, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    active: dict[Hashable, set[int]] = defaultdict(set)
    for purchase in purchases:
        number = period.number(purchase.day)
        revenue[purchase.client][number] += purchase.amount
        if purchase.amount > 0:
            active[purchase.client].add(number)
    if not active:
        return ()
    last = max(max(numbers) for numbers in revenue.values())
    members: dict[int, list[Hashable]] = defaultdict(list)
    for client, numbers in active.items():
        members[min(numbers)].append(client)
    return tuple(
        Cohort(
            starts=period.first_day(number),
            size=len(clients),
            active=tuple(sum(k in active[client] for client in clients) for k in range(number, last + 1)),
            revenue=tuple(
                sum((revenue[client].get(k, ZERO) for client in clients), ZERO) for k in range(number, last + 1)
            ),
        )
        for number, clients in sorted(members.items())
    )
