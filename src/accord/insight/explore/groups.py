"""Lifetime value by group: past and future, with count, median and an interval of the sum."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db.models import F, FloatField, QuerySet, Sum

from accord.engines.customers.group_values import GroupValue, common_spread, group_values
from accord.insight.models import ClientFigure, ClientFigures


class GroupBy(StrEnum):
    SEGMENT = "segment"
    COHORT = "cohort"
    SERVICE = "service"
    SOURCE = "source"
    MANAGER = "manager"


COLUMNS = {
    GroupBy.SEGMENT: "account__segment",
    GroupBy.COHORT: "first_decision_on",
    GroupBy.SERVICE: "services",
    GroupBy.SOURCE: "account__lead_source",
    GroupBy.MANAGER: "account__owner",
}


@dataclass(frozen=True, slots=True)
class Group:
    """One group. ``key`` is what the account has, empty where it has nothing; ``past`` is the margin so far."""

    key: Any
    label: str
    value: GroupValue
    past: Decimal
    year: Decimal
    clients: int


def groups(rows: QuerySet[ClientFigure], analysis: ClientFigures, by: GroupBy) -> list[Group]:
    """The clients of ``rows`` by group, the most valuable first. A client counts with each service it has bought.

    ``clients`` are all, the value is over those of whom it is known. Two queries.
    """
    columns = (COLUMNS[by], "lifetime_value", "value_spread", "margin_so_far", "margin_year", "account__owner__name")
    names: dict[Hashable, str] = {}
    keys: list[Hashable] = []
    members: list[tuple[Any, ...]] = []
    for found, *amounts, manager in rows.values_list(*columns):
        for key, label in _keys(by, found, manager):
            names.setdefault(key, label)
            keys.append(key)
            members.append(tuple(amounts))
    known = [place for place, row in enumerate(members) if row[0] is not None]
    sums = group_values(
        [keys[place] for place in known],
        [float(members[place][0]) for place in known],
        [float(members[place][1] or 0) for place in known],
        _common(analysis),
    )
    by_key = {each.group: each for each in sums}
    totals: dict[Hashable, list[Any]] = {}
    for key, row in zip(keys, members, strict=True):
        total = totals.setdefault(key, [Decimal(0), Decimal(0), 0])
        total[0] += row[2] or 0
        total[1] += row[3] or 0
        total[2] += 1
    none = [GroupValue(key, 0, 0.0, 0.0, 0.0, 0.0) for key in totals if key not in by_key]
    return [Group(each.group, names[each.group], each, *totals[each.group]) for each in [*sums, *none]]


def _keys(by: GroupBy, found: Any, manager: str | None) -> list[tuple[Hashable, str]]:
    if by == GroupBy.SERVICE:
        return [(name, name) for name in found] or [("", "")]
    if by == GroupBy.COHORT:
        return [(found.year, str(found.year))]
    if by == GroupBy.MANAGER:
        return [(found or "", manager or "")]
    name = " ".join((found or "").split())
    return [(name.casefold(), name)]


def _common(analysis: ClientFigures) -> float:
    """The spread that all clients share, relative to value; nothing where the total's interval is not known."""
    if analysis.total_value is None or analysis.total_low is None or analysis.total_high is None:
        return 0.0
    squares = Sum(F("value_spread") * F("value_spread"), output_field=FloatField())
    own = analysis.rows.exclude(lifetime_value=None).aggregate(own=squares)["own"]
    total, low, high = float(analysis.total_value), float(analysis.total_low), float(analysis.total_high)
    return common_spread(total, low, high, own or 0.0)
