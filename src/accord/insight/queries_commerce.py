"""The forecast of orders, why we win and lose, and who buys what: commerce across clients."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext

from accord.accounts.models import Account
from accord.core.money import rounded
from accord.insight.history.services import services_bought
from accord.people.models import Firm
from accord.rates.queries import converter_to
from accord.sales.models import ForecastDay, Opportunity
from accord.sales.models.opportunity import chance_of
from accord.sales.queries import open_opportunities

YEAR = timedelta(days=365)


@dataclass(slots=True)
class Month:
    """Open opportunities expected to close in one month (``None``: no day is named), in the firm's currency."""

    month: date | None
    opportunities: int = 0
    amount: Decimal = Decimal(0)
    weighted: Decimal = Decimal(0)
    unconverted: int = 0
    before: Decimal | None = None  # the weighted forecast of this month thirty days ago


def _forecast(opportunities: QuerySet[Opportunity], today: date) -> list[Month]:
    """Amounts by the month of their expected close; what is overdue counts in this month.

    The database sums what shares month, currency and chance, so that 10,000 opportunities are a few hundred rows.
    """
    currency = Firm.current().currency
    rates = converter_to(currency, currency)
    months: dict[date | None, Month] = {}
    alike = ("closes", "currency", "stage", "probability")
    sums = opportunities.order_by().annotate(closes=TruncMonth("expected_on")).values_list(*alike)
    for closes, of, stage, probability, n, named, amount in sums.annotate(Count("pk"), Count("amount"), Sum("amount")):
        month = None if closes is None else max(closes, today.replace(day=1))
        found = months.setdefault(month, Month(month))
        found.opportunities += n
        rate = rates.rate(of, today)
        if rate is None:
            found.unconverted += named
        elif amount is not None:
            found.amount += rounded(amount * rate, currency)
            found.weighted += rounded(amount * rate * chance_of(stage, probability) / 100, currency)
    return sorted(months.values(), key=lambda m: (m.month is None, m.month or today))


def forecast_of(user: Any, today: date) -> list[Month]:
    """The forecast of what ``user`` sees; for who sees all, beside what it was thirty days ago."""
    months = _forecast(open_opportunities(user), today)
    if user.sees_everything:
        last = ForecastDay.objects.filter(on__lte=today - timedelta(days=30)).order_by("-on").values("on")[:1]
        then = dict(ForecastDay.objects.filter(on__in=last).values_list("month", "weighted"))
        for month in months:
            if month.month is not None and then:
                month.before = then.get(month.month, Decimal(0))
    return months


def keep_forecast(today: date) -> int:
    """Keep the firm's forecast as of ``today``; returns of how many months. Doing it again on one day changes it."""
    rows = Opportunity.objects.exclude(stage__in=Opportunity.CLOSED).filter(account__archived_at=None)
    months = [m for m in _forecast(rows, today) if m.month is not None]
    ForecastDay.objects.filter(on=today).delete()
    ForecastDay.objects.bulk_create(
        ForecastDay(
            on=today, month=m.month, opportunities=m.opportunities, amount=m.amount, weighted=m.weighted,
            unconverted=m.unconverted,
        )
        for m in months
        if m.month is not None
    )  # fmt: skip
    return len(months)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why opportunities of a year were won or lost, the commonest first."""

    text: str
    won: int
    lost: int


@dataclass(frozen=True, slots=True)
class WinRate:
    """``rate`` is won / (won + lost) of a year; None where nothing was decided."""

    won: int
    lost: int
    rate: float | None
    reasons: list[Reason]


def win_rate(user: Any, today: date, most: int = 8) -> WinRate:
    """What was decided within a year, and why."""
    rows = Opportunity.objects.visible_to(user).filter(account__archived_at=None)
    rows = rows.filter(stage__in=Opportunity.CLOSED, closed_on__gt=today - YEAR)
    won: Counter[str] = Counter()
    lost: Counter[str] = Counter()
    for stage, reason in rows.values_list("stage", "reason"):
        (won if stage == Opportunity.Stage.WON else lost)[
            " ".join(reason.split()) or gettext("No reason recorded")
        ] += 1
    texts = sorted({*won, *lost}, key=lambda text: (text == "No reason recorded", -(won[text] + lost[text]), text))
    total = won.total() + lost.total()
    return WinRate(
        won.total(),
        lost.total(),
        won.total() / total if total else None,
        [Reason(text, won[text], lost[text]) for text in texts[:most]],
    )


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A service that a client does not buy, and the share of similar clients that do."""

    service: str
    share: float
    similar: int


@dataclass(slots=True)
class Buyer:
    """What one client buys: services by name, and those that similar clients buy beside."""

    account: Account
    services: set[str] = field(default_factory=set)
    suggestions: list[Suggestion] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class WhiteSpace:
    """Who buys what. ``services`` are all that anybody buys, the commonest first."""

    services: list[str]
    buyers: list[Buyer]


def white_space(user: Any, fewest: int = 3, most: int = 3) -> WhiteSpace:
    """Services × clients, in eight queries; with what at least ``fewest`` clients of the same segment suggest.

    Similar are clients of the same segment; those without one are compared with all others without one. Similarity is
    computed over all clients; only those that ``user`` may see are shown, and nothing of others but the share.
    """
    accounts = list(Account.objects.filter(status=Account.Status.CLIENT, archived_at=None).select_related("owner"))
    ever = services_bought(date.max)  # what begins later is ordered, too
    bought = defaultdict(set, {pk: set(found) for pk, found in ever.items()})
    segments: dict[str, list[Account]] = defaultdict(list)
    for account in accounts:
        segments[account.segment.casefold()].append(account)
    seen = set(Account.objects.visible_to(user).values_list("pk", flat=True))
    buyers = [
        Buyer(
            account,
            bought[account.pk],
            _suggest(account, segments[account.segment.casefold()], bought, fewest)[:most],
        )
        for account in accounts
        if account.pk in seen
    ]
    counts = Counter(service for buyer in buyers for service in buyer.services)
    order = sorted(counts, key=lambda name: (-counts[name], name))
    return WhiteSpace(order, sorted(buyers, key=lambda b: b.account.name))


def _suggest(account: Account, similar: list[Account], bought: dict[int, set[str]], fewest: int) -> list[Suggestion]:
    others = [other for other in similar if other.pk != account.pk and bought[other.pk]]
    counts = Counter(name for other in others for name in bought[other.pk] if name not in bought[account.pk])
    found = [Suggestion(name, n / len(others), len(others)) for name, n in counts.items() if n >= fewest]
    return sorted(found, key=lambda s: (-s.share, s.service))
