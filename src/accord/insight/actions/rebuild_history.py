"""A past for the figures: what they would have said at each month's end before the first run."""

from __future__ import annotations

from datetime import date, timedelta

from accord.insight.actions.update_client_figures import update_client_figures
from accord.insight.models import ClientFigures

MONTHS = 12


def rebuild_history(*, months: int = MONTHS) -> int:
    """Calculate the figures of the last ``months`` months' ends before the first run; returns how many.

    Each from nothing later than its day, so that health has a history and movements from the first day on. Days
    before the firm's first order say nothing and are left out.
    """
    first = ClientFigures.objects.filter(rebuilt=False).order_by("as_of").first()
    if first is None:
        return 0
    found = 0
    done = set(ClientFigures.objects.filter(rebuilt=True).values_list("as_of", flat=True))
    for day in month_ends(first.as_of, months):
        if day in done:  # by a run of this that was interrupted
            continue
        run = update_client_figures(as_of=day, by=None, rebuilt=True)
        if run.reason:
            run.delete()
            break
        found += 1
    return found


def month_ends(before: date, count: int) -> list[date]:
    """The last days of the ``count`` months before that of ``before``, the newest first.

    >>> [day.isoformat() for day in month_ends(date(2026, 3, 31), 2)]
    ['2026-02-28', '2026-01-31']
    """
    days, day = [], before
    for _ in range(count):
        day = day.replace(day=1) - timedelta(days=1)
        days.append(day)
    return days
