"""Days as numbers, worked out in the database: what is added up there is added up by month, not row by row."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Func, IntegerField
from django.utils import timezone


def end_of(day: date) -> datetime:
    """The moment at which ``day`` is over, where the firm is. A column compared with it can use its index."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))


class DayNumber(Func):
    """The ordinal of a date, as `date.toordinal` gives it."""

    output_field = IntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        return self.as_sql(
            compiler, connection, template="CAST(julianday(%(expressions)s) - 1721424.5 AS INTEGER)", **more
        )

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        return self.as_sql(compiler, connection, template="(%(expressions)s - DATE '0001-01-01' + 1)", **more)


class MonthsBefore(Func):
    """How many whole months of the analysis (:class:`~accord.insight.history.months.Months`) a date lies before the one
    it ends with: a month has 487/16 days, so whole numbers give the same as `Months.index`. For dates up to ``as_of``.
    """

    output_field = IntegerField()
    template = "((%(as_of)s - %(expressions)s) * 16 / 487)"

    def __init__(self, expression: Any, as_of: date) -> None:
        super().__init__(DayNumber(expression), as_of=as_of.toordinal())
