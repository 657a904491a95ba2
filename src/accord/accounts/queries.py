"""What can be asked about accounts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from accord.accounts.models import Account, Agreement, Interaction, Opportunity
from accord.accounts.models.agreement import RENEWED, RENEWS_BY_NATURE


def with_last_contact(accounts: QuerySet[Account]) -> QuerySet[Account]:
    """``accounts`` with ``last_contact``: when the latest interaction took place."""
    # The first by the index, and not the greatest of all: PostgreSQL would read every conversation for that.
    latest = Interaction.objects.filter(account=OuterRef("pk")).order_by("-at")
    return accounts.annotate(last_contact=Subquery(latest.values("at")[:1]))


def open_next_steps(user: Any) -> QuerySet[Interaction]:
    """Next steps that are not done yet, the most urgent first."""
    return (
        Interaction.objects.visible_to(user)
        .filter(account__archived_at=None)
        .filter(next_step_done_at=None, next_step__gt="")  # not `exclude`: the index is read from "" on
        .select_related("account", "by")
        .order_by("next_step_on", "-at")
    )


def renewals_due(user: Any, today: date, days: int = 120) -> QuerySet[Agreement]:
    """Signed agreements that renew by nature, end within ``days``, and that nothing signed follows."""
    return (
        Agreement.objects.visible_to(user)
        .filter(
            RENEWS_BY_NATURE,
            account__archived_at=None,
            status=Agreement.Status.SIGNED,
            ends_on__gte=today,
            ends_on__lte=today + timedelta(days=days),
        )
        .exclude(RENEWED)
        .select_related("account")
        .order_by("ends_on")
    )


def running_retainers(day: date) -> QuerySet[Agreement]:
    """Signed retainers and subscriptions that run on ``day``, also those that have renewed automatically since."""
    kinds = (Agreement.Kind.RETAINER, Agreement.Kind.SUBSCRIPTION)
    rows = Agreement.objects.filter(kind__in=kinds, status=Agreement.Status.SIGNED, starts_on__lte=day)
    return rows.filter(Q(ends_on=None) | Q(ends_on__gte=day) | Q(renews=True))


def open_opportunities(user: Any) -> QuerySet[Opportunity]:
    """Opportunities that are neither won nor lost."""
    rows = Opportunity.objects.visible_to(user).filter(account__archived_at=None)
    return rows.exclude(stage__in=Opportunity.CLOSED).select_related("account")
