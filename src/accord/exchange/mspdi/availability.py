"""The periods in which there is more or less of a resource."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from accord.engines.planning.plan import Availability
from accord.exchange.errors import Problems
from accord.exchange.mspdi.fields import Record

# MS Project writes these where a period has no first or no last day.
_FROM_EVER = date(1984, 1, 1)
_FOR_EVER = date(2049, 12, 31)


def availability_of(resource: Record) -> tuple[Availability, ...]:
    """The rows of a resource's availability table, in order; a single row without bounds says no more than MaxUnits."""
    found: list[Availability] = []
    for part in resource.node.all("AvailabilityPeriods"):
        for node in part.all("AvailabilityPeriod"):
            row = Record(node, Problems(), resource.uid)  # it touches no date of the schedule: never a reason to refuse
            units = row.number("AvailableUnits")
            starts, ends = row.moment("AvailableFrom"), row.moment("AvailableTo")
            if units is None or units < 0 or (starts and ends and ends < starts):
                continue
            found.append(Availability(_first_day(starts), _last_day(ends), float(units)))
    if len(found) == 1 and found[0].starts is None and found[0].ends is None:
        return ()
    return tuple(sorted(found, key=lambda row: row.starts or date.min))


def _first_day(moment: datetime | None) -> date | None:
    return moment.date() if moment is not None and moment.date() > _FROM_EVER else None


def _last_day(moment: datetime | None) -> date | None:
    """A period that ends at midnight ends with the day before."""
    if moment is None or moment.date() >= _FOR_EVER:
        return None
    return (moment - timedelta(days=1)).date() if moment.time() == time.min else moment.date()
