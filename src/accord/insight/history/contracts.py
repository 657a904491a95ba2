"""Contracts that run until somebody ends them: since when, what they pay, when they can be lost, and when they were."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from accord.accounts.models import Account
from accord.core.money import Money
from accord.engines.customers.terms import Term, following, months_in, same_notice
from accord.insight.history.months import DAYS
from accord.projects.models import Project
from accord.rates.queries import Converter
from accord.sales.models import Agreement
from accord.sales.models.agreement import RENEWED, RENEWS_BY_NATURE

AHEAD = timedelta(days=int(61 * DAYS))
_MOST_TERMS = 200


@dataclass(frozen=True, slots=True)
class Contract:
    """All that an account has signed that renews by nature, seen as one contract.

    ``decisions`` are the days by which it can be ended (none for an open-ended one: any day is). ``lost_on`` is the day
    of the notice or of the end that nothing followed, ``ends_on`` the last day paid for once it is lost. ``fee`` is a
    month's, in the firm's currency; None where no value or no exchange rate is known.
    """

    account: int
    since: date
    fixed_term: bool
    decisions: tuple[date, ...]
    lost_on: date | None
    ends_on: date | None
    fee: Decimal | None
    notice_months: int


def contract_accounts() -> frozenset[int]:
    """Who ever had an agreement that renews by nature."""
    return frozenset(Agreement.objects.filter(RENEWS_BY_NATURE).values_list("account", flat=True))


def contract_projects() -> frozenset[int]:
    """The projects that run under one: what they bill was not ordered anew."""
    held = Agreement.objects.filter(RENEWS_BY_NATURE)
    return frozenset(Project.objects.filter(agreement__in=held).values_list("pk", flat=True))


def contracts_of(accounts: Iterable[Account], as_of: date, exchange: Converter) -> dict[int, Contract]:
    """The contract of each of ``accounts`` that ever had one, as of a day. One query."""
    known = {account.pk: account for account in accounts}
    rows = Agreement.objects.filter(RENEWS_BY_NATURE, starts_on__lte=as_of)
    rows = rows.exclude(status=Agreement.Status.DRAFT).order_by("starts_on", "pk")
    renewed = set(Agreement.objects.filter(RENEWED).values_list("pk", flat=True))
    signed: dict[int, list[Agreement]] = defaultdict(list)
    for row in rows.iterator(2000):
        if row.account_id in known:
            signed[row.account_id].append(row)
    return {pk: _contract(known[pk], found, renewed, as_of, exchange) for pk, found in signed.items()}


def _contract(
    account: Account, signed: list[Agreement], renewed: set[int], as_of: date, exchange: Converter
) -> Contract:
    running = [row for row in signed if row.pk not in renewed and _runs(row, as_of)]
    current = running or signed[-1:]
    lost_on, ends_on = _lost(account, signed, running, as_of)
    decisions = sorted({day for row in signed for day in _decisions(row, row.pk not in renewed, as_of)})
    fees = [monthly_fee(row, as_of, exchange) for row in current]
    notice = max((_notice_months(row) for row in current), default=0)
    return Contract(
        account=account.pk,
        since=min(row.starts_on for row in signed),
        fixed_term=all(row.ends_on is not None for row in current),
        decisions=tuple(decisions),
        lost_on=lost_on,
        ends_on=ends_on,
        fee=None if any(fee is None for fee in fees) else sum((fee for fee in fees if fee), Decimal(0)),
        notice_months=notice,
    )


def _runs(row: Agreement, day: date) -> bool:
    """Signed, and running on ``day``, also where it has renewed automatically since."""
    ended = row.ends_on is not None and row.ends_on < day and not row.renews_automatically
    return row.status == Agreement.Status.SIGNED and not ended


def _lost(
    account: Account, signed: list[Agreement], running: list[Agreement], as_of: date
) -> tuple[date | None, date | None]:
    """(the day of the loss, the last day paid for); none while another term is possible."""
    if account.status == Account.Status.FORMER or not running:
        ends = [row.ends_on for row in signed if row.ends_on is not None]
        last = min(max(ends, default=as_of), as_of)
        return min(account.lost_on or last, as_of), last
    if all(row.renewal_status == Agreement.RenewalStatus.LOST for row in running):
        ends = [row.ends_on for row in running if row.ends_on is not None]
        return as_of, max(max(ends, default=as_of), as_of)
    return None, None


def _decisions(row: Agreement, open_ended: bool, as_of: date) -> list[date]:
    """The days by which ``row`` is ended or goes on: of this term and, where nothing followed it, of all to come."""
    if row.ends_on is None:
        return []
    days, term, notice = [], Term(row.starts_on, row.ends_on), row.notice_on
    for _ in range(_MOST_TERMS):
        days.append(notice if notice is not None and row.renews_automatically else term.ends)
        if not open_ended or term.ends > as_of + AHEAD or term.ends.year > 9000:
            break
        after = following(term, row.ends_on)
        notice = same_notice(term.ends, notice, after.ends) if notice is not None else None
        term = after
    return days


def monthly_fee(row: Agreement, as_of: date, exchange: Converter) -> Decimal | None:
    """What a month pays, in the currency of ``exchange``."""
    if row.value is None:
        return None
    monthly = row.value
    if row.kind != Agreement.Kind.RETAINER:
        months = Decimal(12) if row.ends_on is None else months_in(Term(row.starts_on, row.ends_on))
        monthly = row.value / max(months, Decimal(1))
    converted = exchange.convert(Money(monthly, row.currency), as_of)
    return None if converted is None else converted.amount


def _notice_months(row: Agreement) -> int:
    """Whole months still paid after the decision."""
    if row.notice_on is None or row.ends_on is None or not row.renews_automatically:
        return 0
    return max(round((row.ends_on - row.notice_on).days / DAYS), 0)
