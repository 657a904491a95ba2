"""The RFM grid: how many clients have which scores, and what they bring."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, QuerySet, Sum

from accord.engines.customers.rfm import DEFINITIONS, Segment, segment_of
from accord.insight.models import ClientFigure


@dataclass(slots=True)
class RfmSum:
    """Clients of one field or group with their sums."""

    clients: int = 0
    revenue_so_far: Decimal = Decimal(0)
    margin_year: Decimal = Decimal(0)
    lifetime_value: Decimal = Decimal(0)

    def add(self, other: RfmSum) -> None:
        self.clients += other.clients
        self.revenue_so_far += other.revenue_so_far
        self.margin_year += other.margin_year
        self.lifetime_value += other.lifetime_value


@dataclass(frozen=True, slots=True)
class RfmGrid:
    """``fields`` by (recency, frequency), ``groups`` by the name that the scores give; all groups are in it."""

    fields: dict[tuple[int, int], RfmSum]
    groups: dict[Segment, RfmSum]

    @property
    def clients(self) -> int:
        return sum(each.clients for each in self.groups.values())


def rfm(rows: QuerySet[ClientFigure]) -> RfmGrid:
    """Add up ``rows`` by their scores: one query, with at most 25 answers."""
    sums = (
        rows.exclude(recency=None)
        .order_by()
        .values_list("recency", "frequency")
        .annotate(Count("pk"), Sum("revenue_so_far"), Sum("margin_year"), Sum("lifetime_value"))
    )
    fields: dict[tuple[int, int], RfmSum] = {}
    groups = {segment: RfmSum() for segment in DEFINITIONS}
    for recency, frequency, clients, *amounts in sums:
        found = RfmSum(clients, *(amount or Decimal(0) for amount in amounts))
        fields[recency, frequency] = found
        groups[segment_of(recency, frequency)].add(found)
    return RfmGrid(fields, groups)
