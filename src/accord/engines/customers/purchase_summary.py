"""Transactions reduced to what the buying models need: how often, until when, observed how long, spending how much.

For each customer, with days on which nothing but a purchase counts (several purchases on one day are one):

- ``frequency`` x: number of repeat purchase days, the first not counted;
- ``recency`` t_x: time from the first purchase to the last (0 for a customer who bought once);
- ``age`` T: time from the first purchase to the end of the observation;
- ``mean_spend`` z: mean spend per *repeat* purchase day (0 where there is none). The first is left out because
  it is what made the customer appear in the data at all (Fader & Hardie 2013, note "The Gamma-Gamma model").

Times are in units of ``unit_days`` days; 7 (weeks) is the custom of the literature.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby, repeat
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from accord.engines.customers.purchase_expressions import in_memory, summary_expression
from accord.engines.texts import Text, TextError, gettext_lazy, gettext_noop

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class PurchaseSummary:
    """One row per customer; all arrays have the same length. Made by :func:`purchase_summary` or :func:`summary_of`."""

    customers: NDArray[Any]
    frequency: Floats
    recency: Floats
    age: Floats
    mean_spend: Floats | None
    unit_days: float = 7.0
    ends: date | None = None

    def __len__(self) -> int:
        return len(self.frequency)

    @property
    def repeaters(self) -> NDArray[np.bool_]:
        """Mask of the customers who bought again after their first day."""
        return self.frequency > 0

    @property
    def frequency_spend_correlation(self) -> float | None:
        """Pearson correlation of frequency and mean spend among repeaters, or ``None`` where it is undefined.

        Gamma-Gamma takes spend to be independent of frequency: beyond about ±0.3 read its answers with care.
        """
        if self.mean_spend is None:
            return None
        x, z = self.frequency[self.repeaters], self.mean_spend[self.repeaters]
        if len(x) < 3 or np.ptp(x) == 0 or np.ptp(z) == 0:
            return None
        return float(np.corrcoef(x, z)[0, 1])


def summary_of(
    frequency: ArrayLike,
    recency: ArrayLike,
    age: ArrayLike,
    mean_spend: ArrayLike | None = None,
    customers: Sequence[Any] | NDArray[Any] | None = None,
    unit_days: float = 7.0,
    ends: date | None = None,
) -> PurchaseSummary:
    """A summary from columns that somebody has computed already; checks that they can be true.

    Raises ``ValueError`` naming the first impossible row: a frequency that is not a whole number from 0, a recency
    outside [0, age], a recency above 0 without a repeat purchase (or 0 with one), a number that is not finite.

    >>> summary_of([2, 0], [30.43, 0], [38.86, 38.86]).repeaters.tolist()
    [True, False]
    """
    x, t_x, age_ = (np.ascontiguousarray(column, dtype=np.float64) for column in (frequency, recency, age))
    z = None if mean_spend is None else np.ascontiguousarray(mean_spend, dtype=np.float64)
    names = np.arange(1, len(x) + 1) if customers is None else np.asarray(customers)
    if any(len(column) != len(x) for column in (t_x, age_, names, *([] if z is None else [z]))):
        raise ValueError("the columns of a purchase summary differ in length")
    if not unit_days > 0:
        raise ValueError("the time unit must be longer than zero days")
    problems = [
        (
            ~(np.isfinite(x) & np.isfinite(t_x) & np.isfinite(age_)),
            gettext_noop("customer %(customer)s has a number that is not finite (%(figures)s)"),
        ),
        (
            (x < 0) | (x != np.floor(x)),
            gettext_noop("customer %(customer)s has a frequency that is not a whole number from 0 (%(figures)s)"),
        ),
        ((t_x < 0) | (t_x > age_), gettext_noop("customer %(customer)s has a recency outside 0 to age (%(figures)s)")),
        (
            (x > 0) != (t_x > 0),
            gettext_noop("customer %(customer)s has a recency that does not fit its frequency (%(figures)s)"),
        ),
    ]
    if z is not None:
        problems.append(
            (~np.isfinite(z), gettext_noop("customer %(customer)s has a mean spend that is not finite (%(figures)s)"))
        )
    for wrong, template in problems:
        if wrong.any():
            row = int(np.argmax(wrong))
            figures = gettext_lazy(
                "frequency %(frequency)g, recency %(recency)g, age %(age)g",
                frequency=x[row],
                recency=t_x[row],
                age=age_[row],
            )
            raise TextError(Text(template, values={"customer": names[row], "figures": figures}))
    return PurchaseSummary(names, x, t_x, age_, z, unit_days, ends)


def purchase_summary(
    transactions: ir.Table | pa.Table | Mapping[str, Sequence[Any]],
    *,
    customer: str = "customer",
    day: str = "date",
    amount: str | None = "amount",
    ends: date | None = None,
    unit_days: float = 7.0,
) -> PurchaseSummary:
    """Reduce transactions to a :class:`PurchaseSummary`, ordered by customer.

    ``transactions`` is an ibis table of any backend (the work is done there), an Arrow table (done here by compiled
    loops, or by DuckDB where amounts are decimals), or a mapping from column name to Python values, for up to some
    hundred thousand rows (done here, without waiting for those libraries to load). All follow the rule of
    :func:`~accord.engines.customers.purchase_expressions.summary_expression`. ``customer``, ``day`` and ``amount``
    name the columns; ``amount=None`` counts purchases only. Rows without customer, date or amount are left out, as are
    rows after ``ends``, the last day of observation (by default the latest purchase day in the data). Amounts may be
    Decimal; their sums are then exact, and only the mean becomes a float.

    >>> found = purchase_summary({
    ...     "customer": ["A", "A", "A", "B"],
    ...     "date": [date(2026, 1, 1), date(2026, 1, 15), date(2026, 1, 29), date(2026, 1, 8)],
    ...     "amount": [10.0, 30.0, 50.0, 20.0]})
    >>> found.frequency.tolist(), found.recency.tolist(), found.age.tolist(), found.mean_spend.tolist()
    ([2.0, 0.0], [4.0, 0.0], [4.0, 3.0], [40.0, 0.0])
    """
    if isinstance(transactions, Mapping):
        amounts = repeat(1) if amount is None else transactions[amount]
        rows = zip(transactions[customer], transactions[day], amounts, strict=amount is not None)
        return _from_rows(rows, ends, unit_days, with_spend=amount is not None)
    import pyarrow as pa

    if isinstance(transactions, pa.Table):
        found = _from_arrow(transactions, customer, day, amount, ends, unit_days)
        if found is not None:
            return found
    import ibis

    table = transactions if isinstance(transactions, ibis.Table) else in_memory(transactions)
    expression = summary_expression(table, customer=customer, day=day, amount=amount, ends=ends)
    return summary_of_arrow(expression.order_by("customer").to_pyarrow(), ends, unit_days)


def _from_arrow(
    transactions: pa.Table, customer: str, day: str, amount: str | None, ends: date | None, unit_days: float
) -> PurchaseSummary | None:
    """By compiled loops over the columns; ``None`` where DuckDB has to do it."""
    from accord.engines.customers.purchase_groups import grouped

    last_day = None if ends is None else int(np.datetime64(ends, "D").astype(np.int64))
    found = grouped(transactions, customer, day, amount, last_day)
    if found is None:
        return None
    names, (frequency, first, last, spend, first_spend) = found
    end = last_day if last_day is not None else int(last.max(initial=0))
    x = frequency.astype(np.float64)
    mean = np.where(x > 0, (spend - first_spend) / np.maximum(x, 1), 0.0)
    return summary_of(
        x,
        (last - first) / unit_days,
        (end - first) / unit_days,
        None if amount is None else mean,
        names,
        unit_days,
        ends or (np.datetime64(end, "D").item() if len(last) else None),
    )


def _from_rows(
    rows: Iterable[tuple[Any, date | None, Any]], ends: date | None, unit_days: float, *, with_spend: bool
) -> PurchaseSummary:
    net: dict[tuple[Any, date], Any] = {}
    with_returns = set()
    for customer, day, amount in rows:
        if customer is None or day is None or amount is None:
            continue
        key = (customer, day.date() if isinstance(day, datetime) else day)
        net[key] = net.get(key, 0) + amount
        if amount < 0:
            with_returns.add(key)
    purchases = sorted(
        key for key, total in net.items() if (total > 0 or key not in with_returns) and (ends is None or key[1] <= ends)
    )
    end = ends or max((day for _, day in purchases), default=None)
    customers, columns = [], []
    for customer, group in groupby(purchases, key=itemgetter(0)):
        first, *repeats = [day for _, day in group]
        spend = float(sum(net[customer, day] for day in repeats)) / len(repeats) if repeats else 0.0
        last = repeats[-1] if repeats else first
        customers.append(customer)
        columns.append((len(repeats), (last - first).days, (end - first).days if end else 0, spend))
    frequency, recency, age, mean = np.array(columns, dtype=np.float64).reshape(-1, 4).T
    names = np.empty(len(customers), dtype=object)
    names[:] = customers
    return summary_of(
        frequency, recency / unit_days, age / unit_days, mean if with_spend else None, names, unit_days, end
    )


def summary_of_arrow(found: pa.Table, ends: date | None = None, unit_days: float = 7.0) -> PurchaseSummary:
    """A summary from the rows that :func:`summary_expression` gives, wherever they were computed."""

    def days(column: str) -> NDArray[np.int64]:
        numbers: NDArray[np.int64] = found.column(column).to_numpy().astype("datetime64[D]").astype(np.int64)
        return numbers

    frequency = found.column("frequency").to_numpy().astype(np.float64)
    first, last = days("first"), days("last")
    end = last.max(initial=0) if ends is None else np.datetime64(ends, "D").astype(np.int64)
    mean_spend = None
    if "spend" in found.column_names:
        spend, first_spend = (found.column(name).cast("float64").to_numpy() for name in ("spend", "first_spend"))
        mean_spend = np.where(frequency > 0, (spend - first_spend) / np.maximum(frequency, 1), 0.0)
    return summary_of(
        frequency,
        (last - first) / unit_days,
        (end - first) / unit_days,
        mean_spend,
        found.column("customer").to_numpy(zero_copy_only=False),
        unit_days,
        end.astype("datetime64[D]").item() if ends or len(last) else None,
    )
