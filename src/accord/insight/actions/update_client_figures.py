"""Forecasting the firm's clients and keeping what is said of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext

from accord.accounts.models import Account, Interaction
from accord.core.access import Permission, require
from accord.core.events import record_event
from accord.core.money import Money
from accord.core.texts import gettext_lazy
from accord.engines.customers.client_fits import Stage, Watch, unwatched
from accord.engines.customers.retention import Purchase, Retention, activity_churn, retention_intervals
from accord.insight.actions.forecast_rows import forecast_rows
from accord.insight.events import FiguresEvent
from accord.insight.history.days import end_of
from accord.insight.models import ClientFigure, ClientFigures
from accord.insight.overrides import apply_override, overrides_on
from accord.money.models import TimeEntry
from accord.money.queries import counted_invoices
from accord.people.models import Firm
from accord.rates.queries import Converter, converter_to
from accord.sales.models import Agreement, Opportunity

FEWEST_CLIENTS = 10  # below it one client more or less makes the rate: as of the other models of retention
QUIET = timedelta(days=31)
NOT_A_CLIENT = gettext_lazy("This account is not a client.")
RATES = ("logo_churn", "gross_revenue_retention", "net_revenue_retention")


@dataclass(frozen=True, slots=True)
class Window:
    """Two consecutive spans of ``months`` that a retention figure compares."""

    start: date
    boundary: date
    end: date
    months: int


def update_client_figures(*, as_of: date, by: Any, rebuilt: bool = False, watch: Watch = unwatched) -> ClientFigures:
    """Forecast every client from all records up to ``as_of``, and store it with the firm's retention.

    Records that end more than a month earlier are read as of their end: an imported past is not silence since.
    Amounts in a currency without exchange rate are left out and counted in ``excluded``. Where there is too little, the
    run is kept with its reason and the figures stay unknown.

    Only what is found is written in a transaction: reading and forecasting take minutes in a large firm, in which
    others write. ``watch`` is told of the stages and what it raises ends the work.
    """
    firm = Firm.current()
    if by is not None:
        require(by, Permission.CHANGE, firm)
    if not rebuilt:  # of a day that was seen to the end, as something was recorded later
        as_of = _observed_until(as_of)
    exchange = converter_to(firm.currency, firm.currency)
    analysis = ClientFigures(
        as_of=as_of,
        rebuilt=rebuilt,
        currency=firm.currency,
        horizon_months=firm.value_horizon_months,
        discount_rate=firm.discount_percent / 100,
    )
    watch(Stage.READING, 0, 0)
    rows = forecast_rows(analysis, as_of, exchange, float(firm.fee_increase_percent) / 100, firm.signal_weights, watch)
    purchases = _purchases(as_of, exchange)
    ends = min(as_of, max((p.day for p in purchases), default=as_of))
    retention = _retention(analysis, purchases, ends)
    if retention is not None:
        for movement in retention.rows:
            account = int(str(movement.client))
            row = rows.setdefault(account, ClientFigure(account_id=account, withheld=NOT_A_CLIENT))
            row.revenue_before, row.revenue_now = movement.start, movement.end
            row.movement = movement.movement.value
    watch(Stage.SAVING, 0, 0)
    _save(analysis, rows, firm, by)
    return analysis


@transaction.atomic
def _save(analysis: ClientFigures, rows: dict[int, ClientFigure], firm: Firm, by: Any) -> None:
    """Keep the run with the rows of the accounts that are still there."""
    analysis.save(force_insert=True)
    there = set(Account.objects.values_list("pk", flat=True))
    by_hand = overrides_on(analysis.as_of)
    for row in rows.values():
        row.analysis = analysis
        apply_override(row, by_hand.get(row.account_id), analysis.model.get("typical", 0.0))
    ClientFigure.objects.bulk_create([row for pk, row in rows.items() if pk in there], batch_size=300)
    if not analysis.rebuilt:
        known = {"customers": analysis.customers, "as_of": analysis.as_of}
        record_event(by=by, kind=FiguresEvent.UPDATED, subject=firm, after=known)


def _observed_until(as_of: date) -> date:
    """``as_of``, or the newest day on which anything was recorded where that is more than a month before."""
    last = [
        counted_invoices(None).filter(issued_on__lte=as_of).aggregate(day=Max("issued_on"))["day"],
        TimeEntry.objects.filter(day__lte=as_of).aggregate(day=Max("day"))["day"],
        Opportunity.objects.filter(closed_on__lte=as_of).aggregate(day=Max("closed_on"))["day"],
        Agreement.objects.filter(starts_on__lte=as_of).aggregate(day=Max("starts_on"))["day"],
    ]
    talk = Interaction.objects.filter(at__lt=end_of(as_of)).aggregate(at=Max("at"))["at"]
    days = [*(day for day in last if day), *([timezone.localtime(talk).date()] if talk else [])]
    newest = max(days, default=as_of)
    return newest if as_of - newest > QUIET else as_of


def _purchases(as_of: date, exchange: Converter) -> list[Purchase]:
    """The counted invoices in the firm's currency."""
    rows = counted_invoices(None).filter(issued_on__lte=as_of).order_by("issued_on", "pk")
    found = []
    for account, day, own, total in rows.values_list("account", "issued_on", "currency", "total").iterator(5000):
        converted = exchange.convert(Money(total, own), day)
        if converted is not None:
            found.append(Purchase(account, day, converted.amount))
    return found


def _retention(analysis: ClientFigures, purchases: list[Purchase], ends: date) -> Retention | None:
    """Compare the last window with the one before it: a year each where there is history for two, else a quarter."""
    window = _window(min((p.day for p in purchases), default=ends), ends)
    if window is None:
        analysis.churn = {
            "reason": gettext("Churn rate compares two periods and needs at least six months of invoices.")
        }
        return None
    found = activity_churn(purchases, start=window.start, boundary=window.boundary, end=window.end)
    intervals = retention_intervals(found)
    analysis.churn = {
        "start": window.start.isoformat(),
        "boundary": window.boundary.isoformat(),
        "end": window.end.isoformat(),
        "months": window.months,
        "clients_at_start": found.clients_at_start,
        "clients_at_end": found.clients_at_end,
        "clients_lost": found.clients_lost,
        "intervals": {
            name: None if interval is None else [round(interval.low, 4), round(interval.high, 4)]
            for name, interval in intervals.items()
        },
        **{name: None if (value := getattr(found, name)) is None else str(round(value, 6)) for name in RATES},
        **{
            name: str(getattr(found, name))
            for name in ("start_revenue", "churned", "contraction", "expansion", "new", "won_back", "end_revenue")
        },
    }
    if 0 < found.clients_at_start < FEWEST_CLIENTS:
        noun = "client" if found.clients_at_start == 1 else "clients"
        analysis.churn |= dict.fromkeys(RATES) | {
            "reason": gettext(
                "Only %(clients_at_start)s %(noun)s at the start of the period: at least %(fewest_clients)s are needed."
            )
            % {"clients_at_start": found.clients_at_start, "noun": noun, "fewest_clients": FEWEST_CLIENTS},
            "intervals": dict.fromkeys(RATES),
        }
    return found


def _window(first: date, last: date) -> Window | None:
    end = last + timedelta(days=1)
    for days, months in ((365, 12), (91, 3)):
        boundary = end - timedelta(days=days)
        start = boundary - timedelta(days=days)
        if first <= start + timedelta(days=7):
            return Window(start, boundary, end, months)
    return None
