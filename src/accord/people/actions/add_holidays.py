"""Public holidays in a calendar."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext

from accord.core import editing
from accord.people.events import CalendarEvent
from accord.people.models import Calendar
from accord.people.public_holidays import countries, holidays_of, mark_of, regions

MOST_YEARS = 30


@transaction.atomic
def add_holidays(
    *, calendar: Calendar, country: str, region: str = "", first: int, last: int, by: Any, version: int | None = None
) -> Calendar:
    """Write the public holidays of the years ``first`` to ``last`` into ``calendar`` as days off, with their names.

    A day that the calendar says something about already is left as it is, so that doing it twice changes nothing and
    what people wrote stays. Raises ``ValidationError`` for an unknown country, region or span of years, and
    ``Conflict`` where ``version`` is given and the calendar has changed since.
    """
    if country not in dict(countries()):
        raise ValidationError(
            {"country": gettext("No public holidays available for “%(country)s”.") % {"country": country}}
        )
    if region and region not in dict(regions(country)):
        raise ValidationError({"region": gettext("“%(region)s” isn't a region of this country.") % {"region": region}})
    if not 1900 <= first <= last <= 2100 or last - first >= MOST_YEARS:
        raise ValidationError(
            {"last": gettext("Choose at most %(most_years)s years between 1900 and 2100.") % {"most_years": MOST_YEARS}}
        )
    mark = mark_of(country, region)
    taken = [(date.fromisoformat(e["start"]), date.fromisoformat(e["finish"])) for e in calendar.exceptions]
    new = [
        {"start": day.isoformat(), "finish": day.isoformat(), "intervals": [], "name": name, "source": mark}
        for day, name in holidays_of(country, region, range(first, last + 1)).items()
        if not any(start <= day <= finish for start, finish in taken)
    ]
    # At the end: of exceptions that overlap the first one counts, so their order is kept.
    rows = [*calendar.exceptions, *new]
    stored = calendar.version if version is None else version
    return editing.change(calendar, by=by, version=stored, event=CalendarEvent.HOLIDAYS_ADDED, exceptions=rows)


@transaction.atomic
def remove_holidays(*, calendar: Calendar, mark: str, by: Any, version: int | None = None) -> Calendar:
    """Take the holidays of one place away again; everything else stays."""
    rows = [e for e in calendar.exceptions if e.get("source") != mark]
    stored = calendar.version if version is None else version
    return editing.change(calendar, by=by, version=stored, event=CalendarEvent.HOLIDAYS_REMOVED, exceptions=rows)
