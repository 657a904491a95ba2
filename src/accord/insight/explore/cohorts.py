"""Cohorts: what clients who first ordered in the same year or quarter have brought since."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any

from django.db.models import QuerySet

from accord.engines.customers.cohort_values import CohortValues, cohort_values
from accord.engines.customers.retention import Period
from accord.insight.models import ClientFigure


class Measure(StrEnum):
    """What is measured of a cohort, by its place in a client's quarters."""

    ORDERS = "orders"
    REVENUE = "revenue"
    MARGIN = "margin"

    @property
    def place(self) -> int:
        return list(Measure).index(self)


MOST = 12  # periods since the first order that are shown


def cohorts(rows: QuerySet[ClientFigure], period: Period) -> list[CohortValues]:
    """Clients by the calendar year or quarter of their first order, over years or quarters since it. One query."""
    found: Any = rows.exclude(first_decision_on=None).order_by("first_decision_on", "pk")
    firsts, histories = [], []
    for first, quarters in found.values_list("first_decision_on", "quarters"):
        firsts.append(period.first_day(period.number(first)))
        histories.append(quarters)
    join = period.months // Period.QUARTER.months
    return cohort_values(firsts, histories, join=join, most=MOST)


def cohort_name(starts: date, period: Period) -> str:
    """As tables and charts write it: “2024” or “Q3 2024”."""
    if period == Period.YEAR:
        return str(starts.year)
    return f"Q{(starts.month + 2) // 3} {starts.year}"
