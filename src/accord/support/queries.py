"""What can be asked about clients' requests: which are open, which are late, how well targets are met."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Coalesce

from accord.accounts.models import Account, Contact
from accord.core.search.queries import search
from accord.support.models import EscalationStep, Request, ServiceLevel

YEAR = timedelta(days=365)


def late(now: datetime) -> Q:
    """Open requests whose answer or solution is overdue. What waits for the client is not late."""
    unanswered = Q(responded_at=None, first_response_due__lt=now)
    unsolved = Q(resolution_due__lt=now) & ~Q(status=Request.Status.WAITING)
    return ~Q(status__in=Request.OVER) & (unanswered | unsolved)


@dataclass(frozen=True, slots=True)
class ServiceRecord:
    """How targets of a year were met: counts of requests with a target, and of those in time."""

    answered: int
    answered_in_time: int
    solved: int
    solved_in_time: int
    open: int
    late: int


def service_record(requests: QuerySet[Request], now: datetime) -> ServiceRecord:
    """Of ``requests`` that came in within a year; those still open count once their time is over. One query."""
    year = Q(reported_at__gte=now - YEAR)
    heard = Coalesce("responded_at", "resolved_at")
    answer_due = year & Q(first_response_due__isnull=False) & (Q(heard__isnull=False) | Q(first_response_due__lt=now))
    solve_due = (
        year
        & Q(resolution_due__isnull=False)
        & (Q(resolved_at__isnull=False) | (Q(resolution_due__lt=now) & late(now)))
    )
    return ServiceRecord(
        **requests.annotate(heard=heard).aggregate(
            answered=Count("pk", filter=answer_due),
            answered_in_time=Count("pk", filter=answer_due & Q(heard__lte=F("first_response_due"))),
            solved=Count("pk", filter=solve_due),
            solved_in_time=Count("pk", filter=solve_due & Q(resolved_at__lte=F("resolution_due"))),
            open=Count("pk", filter=~Q(status__in=Request.OVER)),
            late=Count("pk", filter=late(now)),
        )
    )


def levels_of(account: Any) -> tuple[list[ServiceLevel], list[EscalationStep]]:
    """What applies to a client (``None``: the firm's usual): own levels where there are some, else the usual ones."""
    ours = Q(account=None) if account is None else Q(account=None) | Q(account=account)
    by_severity: dict[int, ServiceLevel] = {}
    for level in ServiceLevel.objects.filter(ours).order_by(F("account").asc(nulls_first=True)):
        by_severity[level.severity] = level
    steps = list(EscalationStep.objects.filter(ours).select_related("user"))
    own = [step for step in steps if step.account_id is not None]
    return sorted(by_severity.values(), key=lambda level: -level.severity), own or steps


def matching_requests(rows: QuerySet[Request], values: dict[str, Any], user: Any, now: datetime) -> QuerySet[Request]:
    """Those of ``rows`` that a filter asks for; without a status the unresolved ones.

    ``values``: ``q``, ``status`` (or all), ``kind``, ``severity``, ``topic``, ``owner`` (me or nobody), ``due`` (late).
    """
    if q := values.get("q"):
        wanted = search(Request, q) | search(Contact, q, "contact")
        number = q.upper().removeprefix("Q-")
        rows = rows.filter(wanted | search(Account, q, "account") | Q(pk=int(number) if number.isdecimal() else 0))
    status = values.get("status", "")
    if not status:
        rows = rows.exclude(status__in=Request.OVER)
    elif status != "all":
        rows = rows.filter(status=status)
    for name in ("kind", "severity", "topic"):
        if values.get(name):
            rows = rows.filter(**{name: values[name]})
    if values.get("owner") == "me":
        rows = rows.filter(owner=user)
    elif values.get("owner") == "nobody":
        rows = rows.filter(owner=None)
    return rows.filter(late(now)) if values.get("due") == "late" else rows
