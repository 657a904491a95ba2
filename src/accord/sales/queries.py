"""What can be asked about opportunities and agreements."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from accord.accounts.models import Account
from accord.core.search.queries import search
from accord.sales.models import Agreement, Opportunity
from accord.sales.models.agreement import RENEWED, RENEWS_BY_NATURE


def renewals_due(user: Any, today: date, days: int = 120) -> QuerySet[Agreement]:
    """Signed agreements that renew by nature, end within ``days``, and that nothing signed follows."""
    rows = Agreement.objects.visible_to(user).filter(
        RENEWS_BY_NATURE,
        account__archived_at=None,
        status=Agreement.Status.SIGNED,
        ends_on__gte=today,
        ends_on__lte=today + timedelta(days=days),
    )
    return without_renewed(rows).select_related("account").order_by("ends_on")


def without_renewed(agreements: QuerySet[Agreement]) -> QuerySet[Agreement]:
    """Those of ``agreements`` that nothing signed follows. What was followed is looked up once, not for each row."""
    return agreements.exclude(pk__in=Agreement.objects.order_by().filter(RENEWED).values("pk"))


def running_retainers(day: date) -> QuerySet[Agreement]:
    """Signed retainers and subscriptions that run on ``day``, also those that have renewed automatically since."""
    kinds = (Agreement.Kind.RETAINER, Agreement.Kind.SUBSCRIPTION)
    rows = Agreement.objects.filter(kind__in=kinds, status=Agreement.Status.SIGNED, starts_on__lte=day)
    return rows.filter(Q(ends_on=None) | Q(ends_on__gte=day) | Q(renews_automatically=True))


def open_opportunities(user: Any) -> QuerySet[Opportunity]:
    """Opportunities that are neither won nor lost."""
    rows = Opportunity.objects.visible_to(user).filter(account__archived_at=None)
    return rows.exclude(stage__in=Opportunity.CLOSED).select_related("account")


def matching_opportunities(rows: QuerySet[Opportunity], values: dict[str, Any], user: Any) -> QuerySet[Opportunity]:
    """Those of ``rows`` that a filter asks for: ``q``, ``stage`` (its key, or all) and ``owner`` (me or nobody).

    Without a stage it's the open ones.
    """
    if q := values.get("q"):
        rows = rows.filter(search(Opportunity, q) | search(Account, q, "account"))
    stage = values.get("stage", "")
    if not stage:
        rows = rows.exclude(stage__in=Opportunity.CLOSED)
    elif stage != "all":
        rows = rows.filter(stage=stage)
    if values.get("owner") == "me":
        return rows.filter(owner=user)
    return rows.filter(owner=None) if values.get("owner") == "nobody" else rows
