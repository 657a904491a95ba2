"""Forecasting the firm's clients and keeping what is said of each."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accord.accounts.models import Account, Interaction
from accord.core.access import Permission, require
from accord.core.events import record_event
from accord.engines.customers.client_fits import Stage, Watch, unwatched
from accord.engines.customers.client_history import with_windows
from accord.insight.actions.forecast_rows import forecast_rows
from accord.insight.actions.retention_figures import keep_retention
from accord.insight.events import FiguresEvent
from accord.insight.history.days import end_of
from accord.insight.history.firm import read_firm
from accord.insight.models import ClientFigure, ClientFigures, FirmRetention
from accord.insight.overrides import apply_override, overrides_on
from accord.money.models import TimeEntry
from accord.money.queries import counted_invoices
from accord.people.models import Firm
from accord.rates.queries import converter_to
from accord.sales.models import Agreement, Opportunity

QUIET = timedelta(days=31)


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
    records = read_firm(as_of, exchange)
    if records is not None:
        records = replace(records, history=with_windows(records.history, firm.silence_limits))
    rows = forecast_rows(analysis, records, exchange, firm, watch)
    # Of a rebuilt run nobody asks for it: today's has the retention of all earlier months.
    retention = None if rebuilt else keep_retention(analysis, rows, records, exchange, firm.silence_limits)
    watch(Stage.SAVING, 0, 0)
    _save(analysis, rows, retention, firm, by)
    return analysis


@transaction.atomic
def _save(
    analysis: ClientFigures, rows: dict[int, ClientFigure], retention: FirmRetention | None, firm: Firm, by: Any
) -> None:
    """Keep the run with the rows of the accounts that are still there."""
    analysis.save(force_insert=True)
    if not analysis.rebuilt:
        FirmRetention.objects.all().delete()
    if retention is not None:
        retention.analysis = analysis
        retention.save(force_insert=True)
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
