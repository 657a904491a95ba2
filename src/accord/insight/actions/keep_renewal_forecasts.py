"""Keeping the chance of each renewal ahead, and scoring those that are decided."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from accord.insight.models import RenewalForecast
from accord.sales.models import Agreement
from accord.sales.models.agreement import AHEAD, RENEWED, RENEWS_BY_NATURE


@transaction.atomic
def keep_renewal_forecasts(*, today: date) -> int:
    """Keep what is said today of every renewal due; returns how many chances were new or had changed.

    A term that was followed by a signed one was renewed; one that is over and was not followed by then was not, unless
    it renews automatically and nobody has ended it: that says nothing.
    """
    _decide(today)
    ahead = Agreement.objects.filter(RENEWS_BY_NATURE, status=Agreement.Status.SIGNED, ends_on__gt=today)
    ahead = ahead.filter(ends_on__lte=today + AHEAD).exclude(RENEWED)
    newest: dict[int, RenewalForecast] = {}
    for row in RenewalForecast.objects.filter(agreement__in=ahead).order_by("day"):
        newest[row.agreement_id] = row
    said = [RenewalForecast(agreement=each, day=today, chance=each.renewal_chance / 100) for each in ahead]
    changed = [row for row in said if _differs(row, newest.get(row.agreement_id))]
    RenewalForecast.objects.filter(day=today, agreement__in=[row.agreement_id for row in changed]).delete()
    RenewalForecast.objects.bulk_create(changed)
    return len(changed)


def _differs(row: RenewalForecast, kept: RenewalForecast | None) -> bool:
    return kept is None or kept.chance != row.chance


def _decide(today: date) -> None:
    rows = RenewalForecast.objects.all()
    renewed = Agreement.objects.filter(RENEWED).values("pk")
    rows.filter(agreement__in=renewed).update(renewed=True)
    ended = Agreement.objects.filter(status=Agreement.Status.ENDED) | Agreement.objects.filter(
        renews_automatically=False
    )
    over = ended.filter(ends_on__lt=today).exclude(pk__in=renewed).values("pk")
    rows.filter(agreement__in=over).update(renewed=False)
