"""Transactions in this process's memory reduced to one row per customer: into customers by counting, then by day.

The rule is that of :func:`~accord.engines.customers.purchase_expressions.summary_expression`, which runs where a
database is. A general group-by hashes every row; here a customer's number is its place, and a file in order of time
needs no sorting at all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from accord.engines.compiled import compiled

if TYPE_CHECKING:
    import pyarrow as pa

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Columns = tuple[Integers, Integers, Integers, Floats, Floats]

# A range of customer numbers up to so many times the rows is counted without looking them up first.
_SPARSE = 4


def grouped(
    table: pa.Table, customer: str, day: str, amount: str | None, last_day: int | None
) -> tuple[NDArray[Any], Columns] | None:
    """Customers in order, with frequency, first and last day (since 1970), spend, and spend on the first day.

    ``None`` where this way is not exact or not faster: amounts that are decimals or not finite, no rows.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    types = {name: table.schema.field(name).type for name in (customer, day)}
    if not (pa.types.is_date(types[day]) or pa.types.is_timestamp(types[day])) or not table.num_rows:
        return None
    if amount is not None and pa.types.is_decimal(table.schema.field(amount).type):
        return None
    names = [name for name in (customer, day, amount) if name is not None]
    rows = table.select(names)
    if any(rows.column(name).null_count for name in names):
        rows = rows.drop_null()
    days = rows.column(day).cast(pa.date32()).combine_chunks().cast(pa.int32()).to_numpy()
    if amount is None:
        money = np.ones(len(days))
    else:
        money = rows.column(amount).cast(pa.float64()).to_numpy().astype(np.float64, copy=False)
        if not np.isfinite(money).all():
            return None
    if last_day is not None:
        early = days <= last_day
        rows, days, money = rows.filter(pa.array(early)), days[early], money[early]
    if not len(days):
        return None
    codes, values, order = _codes(rows.column(customer), pc)
    found = _by_customer(codes, len(values), np.ascontiguousarray(days, dtype=np.int64), money)
    bought = order[found[0][order] >= 0]
    frequency, first, last, spend, first_spend = found
    return values[bought], (frequency[bought], first[bought], last[bought], spend[bought], first_spend[bought])


def _codes(column: pa.ChunkedArray, pc: Any) -> tuple[Integers, NDArray[Any], NDArray[np.intp]]:
    """Each row's customer as a number from 0, the customers by number, and the order of the numbers by customer."""
    import pyarrow as pa

    if pa.types.is_integer(column.type):
        numbers = column.to_numpy().astype(np.int64, copy=False)
        low, high = int(numbers.min()), int(numbers.max())
        if high - low < _SPARSE * len(numbers):
            values = np.arange(low, high + 1)
            return numbers - low, values, np.arange(len(values))
    encoded = pc.dictionary_encode(column).combine_chunks()
    values = encoded.dictionary.to_numpy(zero_copy_only=False)
    return encoded.indices.to_numpy().astype(np.int64), values, np.argsort(values, kind="stable")


@compiled
def _by_customer(codes: Integers, customers: int, days: Integers, money: Floats) -> Columns:
    """One row per code; frequency −1 for who has no purchase. Each customer's rows are put together, in file order."""
    begin = np.zeros(customers + 1, dtype=np.int64)
    for row in range(len(codes)):
        begin[codes[row] + 1] += 1
    for customer in range(customers):
        begin[customer + 1] += begin[customer]
    place = begin[:-1].copy()
    day, amount = np.empty(len(codes), dtype=np.int64), np.empty(len(codes))
    for row in range(len(codes)):
        at = place[codes[row]]
        place[codes[row]] = at + 1
        day[at] = days[row]
        amount[at] = money[row]
    frequency = np.full(customers, -1, dtype=np.int64)
    first, last = np.zeros(customers, dtype=np.int64), np.zeros(customers, dtype=np.int64)
    spend, first_spend = np.zeros(customers), np.zeros(customers)
    for customer in range(customers):
        low, high = begin[customer], begin[customer + 1]
        for row in range(low + 1, high):
            if day[row] < day[row - 1]:
                order = np.argsort(day[low:high], kind="mergesort")
                day[low:high] = day[low:high][order]
                amount[low:high] = amount[low:high][order]
                break
        row = low
        while row < high:
            today, net, least = day[row], 0.0, amount[row]
            while row < high and day[row] == today:
                net += amount[row]
                least = min(least, amount[row])
                row += 1
            if net > 0 or least >= 0:
                frequency[customer] += 1
                if frequency[customer] == 0:
                    first[customer] = today
                    first_spend[customer] = net
                last[customer] = today
                spend[customer] += net
    return frequency, first, last, spend, first_spend
