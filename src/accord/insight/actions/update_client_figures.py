"""Fitting the customer models to the firm's invoices and keeping what they say of each client."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction

from accord.accounts.models import Account
from accord.core.access import Permission, require
from accord.core.events import record_event
from accord.core.money import Money, rounded
from accord.engines.customers.purchase_decisions import Order, count_decisions
from accord.engines.customers.retention import Purchase, Retention, activity_churn, retention_intervals
from accord.insight.events import FiguresEvent
from accord.insight.models import ClientFigure, ClientFigures
from accord.money.queries import counted_invoices
from accord.people.models import Firm
from accord.rates.queries import converter_to
from accord.sales.queries import running_retainers

HORIZON_MONTHS = 36
FEWEST_DECISIONS = 3  # below it a history shows no rhythm
FEWEST_CLIENTS = 10  # below it one client more or less makes the rate: as of the other models of retention
RATES = ("logo_churn", "gross_revenue_retention", "net_revenue_retention")
DISCOUNT_RATE = Decimal("0.10")


@dataclass(frozen=True, slots=True)
class Window:
    """Two consecutive spans of ``months`` that a retention figure compares."""

    start: date
    boundary: date
    end: date
    months: int


@transaction.atomic
def update_client_figures(*, as_of: date, by: Any) -> ClientFigures:
    """Fit BG/NBD and Gamma-Gamma to all counted invoices up to ``as_of`` and store every client's figures.

    Observation ends at the last invoice: data of an imported past is read as of its own end, not as silence since.
    Invoices in a currency without exchange rate are left out and counted in ``excluded``. Where there is too little to
    fit, the run is kept with its reason and the figures stay unknown.
    """
    firm = Firm.current()
    if by is not None:
        require(by, Permission.CHANGE, firm)
    purchases, excluded, decisions = _purchases(as_of, firm.currency)
    ends = min(as_of, max((p.day for p in purchases), default=as_of))
    analysis = ClientFigures(
        as_of=ends,
        currency=firm.currency,
        horizon_months=HORIZON_MONTHS,
        discount_rate=DISCOUNT_RATE,
        excluded=dict(excluded),
    )
    rows = _values(analysis, purchases, ends)
    _withhold(analysis, rows, decisions, as_of)
    retention = _retention(analysis, purchases, ends)
    if retention is not None:
        for movement in retention.rows:
            row = rows.get(movement.client) or _unvalued(movement.client)
            rows[movement.client] = row
            row.revenue_before, row.revenue_now = movement.start, movement.end
            row.movement = movement.movement.value
    analysis.save(force_insert=True)
    for row in rows.values():
        row.analysis = analysis
    ClientFigure.objects.bulk_create(rows.values(), batch_size=300)
    record_event(by=by, kind=FiguresEvent.UPDATED, subject=firm, after={"customers": analysis.customers, "as_of": ends})
    return analysis


def _purchases(as_of: date, currency: str) -> tuple[list[Purchase], Counter[str], Counter[int]]:
    """The counted invoices in ``currency``, how many could not be converted, and each client's purchase decisions."""
    exchange = converter_to(currency, currency)
    purchases: list[Purchase] = []
    excluded: Counter[str] = Counter()
    orders: list[Order] = []
    rows = counted_invoices(None).filter(issued_on__lte=as_of).order_by("issued_on", "pk")
    fields = ("account", "project", "issued_on", "currency", "total")
    for account, project, day, own, total in rows.values_list(*fields).iterator(5000):
        if total > 0:
            orders.append(Order(account, project, day))
        converted = exchange.convert(Money(total, own), day)
        if converted is None:
            excluded[own] += 1
        else:
            purchases.append(Purchase(account, day, converted.amount))
    return purchases, excluded, count_decisions(orders)


def _values(analysis: ClientFigures, purchases: list[Purchase], ends: date) -> dict[Any, ClientFigure]:
    """Fit the models; fills ``analysis`` and returns an unsaved row per client."""
    import pyarrow as pa

    from accord.engines.customers.lifetime_value import NotEnoughData, purchase_summary, value_customers

    if not purchases:
        analysis.reason = "No invoices yet."
        return {}
    summary = purchase_summary(
        pa.table(
            {
                "customer": pa.array([p.client for p in purchases], pa.int64()),
                "date": pa.array([p.day for p in purchases], pa.date32()),
                "amount": pa.array([p.amount for p in purchases], pa.decimal128(18, 2)),
            }
        ),
        ends=ends,
    )
    analysis.customers = len(summary)
    result = value_customers(summary, HORIZON_MONTHS, float(DISCOUNT_RATE))
    rows = {
        int(client): ClientFigure(
            account_id=int(client),
            repeat_purchases=int(summary.frequency[i]),
            last_purchase_age=float(summary.recency[i] * summary.unit_days),
            age=float(summary.age[i] * summary.unit_days),
            mean_spend=None if summary.mean_spend is None else _money(summary.mean_spend[i], analysis.currency),
        )
        for i, client in enumerate(summary.customers)
    }
    if isinstance(result, NotEnoughData):
        analysis.reason = _sentence(result.reason)
        return rows
    fit = result.purchases
    analysis.model = {
        "purchases": {
            "model": "BG/NBD",
            "params": {"r": fit.r, "alpha": fit.alpha, "a": fit.a, "b": fit.b},
            "log_likelihood": fit.log_likelihood,
            "unit_days": fit.unit_days,
        }
    }
    if isinstance(result.spend, NotEnoughData):
        analysis.reason = _sentence(result.spend.reason)
    else:
        spend = result.spend
        analysis.model["spend"] = {
            "model": "Gamma-Gamma",
            "params": {"p": spend.p, "q": spend.q, "gamma": spend.gamma},
            "log_likelihood": spend.log_likelihood,
        }
    currency = analysis.currency
    for i, row in enumerate(rows.values()):
        row.probability_alive = float(result.probability_alive[i])
        row.expected_purchases = float(result.expected_purchases[i])
        row.expected_spend = None if result.expected_spend is None else _money(result.expected_spend[i], currency)
        row.lifetime_value = None if result.value is None else _money(result.value[i], currency)
    return rows


def _withhold(analysis: ClientFigures, rows: dict[Any, ClientFigure], decisions: Counter[int], as_of: date) -> None:
    """Take back what invoices cannot tell, with the reason, and add up what is left.

    A retainer bills by itself, so that invoices go on until the client has left; a few orders show no rhythm; and who
    has left is worth nothing more.
    """
    former = set(Account.objects.filter(pk__in=rows, status=Account.Status.FORMER).values_list("pk", flat=True))
    retained = set(running_retainers(as_of).filter(account__in=rows).values_list("account", flat=True))
    for account, row in rows.items():
        row.decisions = decisions[account]
        if account in former:
            row.withheld = "This is a former client."
        elif account in retained:
            row.withheld = (
                "An active retainer or subscription bills automatically, so invoices don't show who is leaving."
            )
        elif row.decisions < FEWEST_DECISIONS:
            row.withheld = (
                f"Only {row.decisions} purchase decision{'' if row.decisions == 1 else 's'}: "
                f"at least {FEWEST_DECISIONS} are needed."
            )
        if row.withheld:
            row.probability_alive = row.expected_purchases = row.expected_spend = row.lifetime_value = None
    known = [row.lifetime_value for row in rows.values() if row.lifetime_value is not None]
    analysis.valued, analysis.total_value = len(known), sum(known, Decimal(0)) if known else None


def _retention(analysis: ClientFigures, purchases: list[Purchase], ends: date) -> Retention | None:
    """Compare the last window with the one before it: a year each where there is history for two, else a quarter."""
    window = _window(min((p.day for p in purchases), default=ends), ends)
    if window is None:
        analysis.churn = {"reason": "Churn rate compares two periods and needs at least six months of invoices."}
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
            "reason": f"Only {found.clients_at_start} {noun} at the start of the period: "
            f"at least {FEWEST_CLIENTS} are needed.",
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


def _unvalued(client: Any) -> ClientFigure:
    return ClientFigure(account_id=client, repeat_purchases=0, last_purchase_age=0, age=0)


def _money(value: float, currency: str) -> Decimal | None:
    """Rounded; unknown where the model has no answer: Gamma-Gamma has none for some who bought once."""
    if not math.isfinite(value):
        return None
    return rounded(Decimal(repr(float(value))), currency)


def _sentence(reason: str) -> str:
    """A reason of the engines, which they give as part of a sentence, to stand by itself."""
    return f"{reason[:1].upper()}{reason[1:]}."
