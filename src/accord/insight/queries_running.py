"""Figures over all active projects, worked out by the database: a firm may have thousands of them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, F, FloatField, Func, Q, QuerySet, Sum, When
from django.db.models.functions import Cast, Coalesce, Least

from accord.core.money import Money
from accord.insight.models import ProjectMeasure
from accord.insight.queries import Variances, measures_of, revealed
from accord.projects.models import Project
from accord.projects.queries_late import measured_at_each
from accord.rates.queries import converter_to

SLIPS = 5  # days behind the baseline from which on a project is in trouble
LOW_INDEX = Decimal("0.9")
_SECOND = 1 / 86_400


class DaysBetween(Func):
    """In a query: how many days the first of two wall-clock times lies after the second."""

    output_field = FloatField()
    arity = 2

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        return self.as_sql(
            compiler, connection, arg_joiner=") - julianday(", template="(julianday(%(expressions)s))", **more
        )

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        return self.as_sql(
            compiler, connection, arg_joiner=" - ", template="(EXTRACT(EPOCH FROM %(expressions)s) / 86400)", **more
        )


def active_projects(user: Any) -> QuerySet[Project]:
    """Active projects that ``user`` may see, without archived ones."""
    return Project.objects.visible_to(user).filter(status=Project.Status.ACTIVE, archived_at=None)


def running(user: Any) -> QuerySet[Any]:
    """The newest measurement of each active project that ``user`` may see, as :func:`measures_of` gives them."""
    return measures_of(active_projects(user), user)


def running_variances(user: Any, currency: str, day: date) -> Variances:
    """Cost and schedule variance over :func:`running`, in ``currency`` at the rates of ``day``."""
    shows, rows = Q(shows=True), running(user)
    unknown = ~shows | Q(cv=None) | Q(sv=None)
    totals = rows.filter(project__currency=currency).aggregate(
        projects=Count("pk"),
        unknown=Count("pk", filter=unknown),
        cost=Sum("cv", filter=shows),
        schedule=Sum("sv", filter=shows),
    )
    sums: dict[str, Decimal | None] = {"cost": totals["cost"], "schedule": totals["schedule"]}
    projects, not_known, unconverted = totals["projects"], totals["unknown"], 0
    foreign = rows.exclude(project__currency=currency).values_list("project__currency", "shows", "cv", "sv")
    exchange = None
    for own, is_shown, cost, schedule in foreign.iterator(5000):
        exchange = exchange or converter_to(currency, currency)
        projects += 1
        if exchange.rate(own, day) is None:
            unconverted += 1
            continue
        not_known += not is_shown or cost is None or schedule is None
        for name, amount in (("cost", cost), ("schedule", schedule)):
            converted = exchange.convert(Money(amount, own), day) if is_shown and amount is not None else None
            if converted is not None:
                sums[name] = (sums[name] or Decimal(0)) + converted.amount
    return Variances(currency, sums["cost"], sums["schedule"], projects, not_known, unconverted)


def largest_variances(user: Any, most: int) -> list[ProjectMeasure]:
    """Of :func:`running` those that are worst beside their budget, by cost or schedule variance."""
    known = running(user).filter(shows=True, cv__isnull=False).exclude(bac=None).exclude(bac=0)
    cost, schedule, budget = (Cast(amount, FloatField()) for amount in ("cv", Coalesce(F("sv"), Decimal(0)), "bac"))
    return revealed(known.annotate(worst=Least(cost, schedule) / budget).order_by("worst", "pk")[:most])


def in_trouble(user: Any, today: date, most: int) -> list[ProjectMeasure]:
    """Of :func:`running` those whose plan is over or slipped, whose promise is missed or whose index is low, the lowest
    SPI and CPI first.
    """
    over = Q(project__finish__lte=measured_at_each(today))
    over &= Q(percent_complete__lt=100) | Q(percent_complete=None)
    low = Q(shows=True) & (Q(cpi__lt=LOW_INDEX) | Q(spi__lt=LOW_INDEX))
    rows = running(user).annotate(slip=DaysBetween("project__finish", "baseline_finish"))
    rows = rows.filter(
        over | Q(project__finish__gt=F("project__target_finish")) | Q(slip__gt=SLIPS + _SECOND / 2) | low
    )
    spi, cpi = (Coalesce(Cast(name, FloatField()), 1.0) for name in ("spi", "cpi"))
    indices = Case(When(Q(shows=True), then=spi + cpi), default=2.0)
    return revealed(rows.annotate(indices=indices).order_by("indices", "pk")[:most])
