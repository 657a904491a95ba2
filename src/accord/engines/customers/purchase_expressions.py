"""What the buying models need of transactions, as ibis expressions: one set for every place the rows may lie.

DuckDB (files, the installation's own rows), Spark and ClickHouse do the work themselves; what comes back is one row for
each customer. ``customer``, ``day`` and ``amount`` name columns; ``amount=None`` counts purchases only, ``ends`` is the
last day of observation.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from accord.engines.customers.retention import Period

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa


def in_memory(rows: pa.Table) -> ir.Table:
    """Rows of this process as a table of DuckDB, which reads them where they are."""
    import ibis

    # A private connection: the result never depends on what else the process does with ibis. `register` and
    # not `create_table`, which ibis 12 translates into a DROP VIEW that DuckDB 2 refuses.
    backend = ibis.duckdb.connect()
    backend.con.register("transactions", rows)
    return backend.table("transactions")


def transaction_rows(
    transactions: ir.Table, *, customer: str, day: str, amount: str | None, ends: date | None = None
) -> ir.Table:
    """The rows that count: ``customer, day`` and ``amount``, none of them unknown, up to ``ends``."""
    import ibis

    rows = transactions.select(
        customer=transactions[customer],
        day=transactions[day].cast("date"),
        **({} if amount is None else {"amount": transactions[amount]}),
    )
    rows = rows.drop_null()
    return rows if ends is None else rows.filter(rows.day <= ibis.date(ends.isoformat()))


def summary_expression(
    transactions: ir.Table, *, customer: str, day: str, amount: str | None, ends: date | None = None
) -> ir.Table:
    """``customer, frequency, first, last`` and, with amounts, ``spend, first_spend``.

    One group-by per customer and day, one per customer. A day counts as a purchase if its amounts net to more
    than zero or if none is negative: a cancellation on the same day undoes its order, a later credit note is no
    purchase, and a free order is one, because the customer came.
    """
    rows = transaction_rows(transactions, customer=customer, day=day, amount=amount, ends=ends)
    if amount is None:
        days = rows.distinct()
        spend = {}
    else:
        days = rows.group_by("customer", "day").agg(amount=rows.amount.sum(), least=rows.amount.min())
        days = days.filter((days.amount > 0) | (days.least >= 0))
        spend = {"spend": days.amount.sum(), "first_spend": days.amount.argmin(days.day)}
    return days.group_by("customer").agg(frequency=days.count() - 1, first=days.day.min(), last=days.day.max(), **spend)


def recency_expression(
    transactions: ir.Table, *, customer: str, day: str, amount: str | None, ends: date | None = None
) -> ir.Table:
    """``customer, last, days, spend``: the last day with a purchase above zero, how many such days, and all amounts
    added up. Without amounts, every row is a purchase of 1 on its day.
    """
    rows = transaction_rows(transactions, customer=customer, day=day, amount=amount, ends=ends)
    if amount is None:
        rows = rows.distinct()
        return rows.group_by("customer").agg(last=rows.day.max(), days=rows.count(), spend=rows.count())
    spend = rows.group_by("customer").agg(spend=rows.amount.sum())
    bought = rows.filter(rows.amount > 0).select("customer", "day").distinct()
    days = bought.group_by("customer").agg(last=bought.day.max(), days=bought.count())
    return days.join(spend, "customer").select("customer", "last", "days", "spend")


def purchase_days(
    transactions: ir.Table, *, customer: str, day: str, amount: str | None, ends: date | None = None
) -> ir.Table:
    """``customer, day``: each day once on which a customer bought for more than zero."""
    rows = transaction_rows(transactions, customer=customer, day=day, amount=amount, ends=ends)
    if amount is not None:
        rows = rows.filter(rows.amount > 0)
    return rows.select("customer", "day").distinct()


def cohort_expression(
    transactions: ir.Table, *, customer: str, day: str, amount: str | None, period: Period, ends: date | None = None
) -> ir.Table:
    """``cohort, number, active, revenue``: by the period of clients' first purchase above zero and each period with
    rows of theirs, both numbered as by `Period.number`. Clients who never bought have no cohort (null). Without
    amounts, every row is a purchase of 1.
    """
    import ibis

    rows = transaction_rows(transactions, customer=customer, day=day, amount=amount, ends=ends)
    paid = ibis.literal(1) if amount is None else rows.amount
    number = (rows.day.year().cast("int64") * 12 + rows.day.month() - 1) // period.months
    rows = rows.select("customer", paid=paid, number=number.cast("int64"))
    parts = rows.group_by("customer", "number").agg(paid=rows.paid.sum(), most=rows.paid.max())
    bought = parts.filter(parts.most > 0)
    first = bought.group_by("customer").agg(cohort=bought.number.min())
    parts = parts.left_join(first, "customer")
    return parts.group_by("cohort", "number").agg(active=(parts.most > 0).cast("int64").sum(), revenue=parts.paid.sum())
