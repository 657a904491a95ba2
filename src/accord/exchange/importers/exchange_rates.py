"""Exchange rates from the European Central Bank's file, or a table of one's own."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Min

from accord.accounts.models import Account
from accord.engines.texts import gettext_lazy as _
from accord.exchange.ecb import PLACES
from accord.exchange.importers.fields import Field, FieldType
from accord.exchange.importers.run import Row, Run
from accord.exchange.importers.tables import OUTCOMES, Batch, Seen, TableImporter, batches, firm_currency
from accord.money.models import Invoice, RateCard, TimeEntry
from accord.projects.models import Project
from accord.rates.models import ExchangeRate
from accord.sales.models import Agreement, Opportunity

_HAVE_CURRENCY = (Account, Agreement, ExchangeRate, Invoice, Opportunity, Project, RateCard)
_DATED = ((TimeEntry, "day"), (Invoice, "issued_on"), (Agreement, "starts_on"))
_BEFORE = timedelta(days=14)  # so that the first day has a rate, though it was a holiday


def currencies_in_use() -> list[str]:
    """Those that any record has, other than the firm's."""
    columns = (model._base_manager.order_by().values_list("currency", flat=True) for model in _HAVE_CURRENCY)
    return sorted({code for column in columns for code in column.distinct()} - {firm_currency(), ""})


def needed_since(today: date) -> date:
    """The first day that an amount may have to be converted on: rates from before would never be asked for."""
    days = [model._base_manager.aggregate(first=Min(name))["first"] for model, name in _DATED]
    return min([day for day in days if day], default=today - timedelta(days=365)) - _BEFORE


class ExchangeRateImporter(TableImporter):
    kind = "exchange_rates"
    title = _("Exchange rates")
    text = _("The European Central Bank's reference rates (ZIP, CSV or XML), for the currencies that you use.")
    fields = (
        Field("starts_on", _("Date"), FieldType.DATE, ("day", "valid from"), required=True),
        Field("currency", _("Currency"), FieldType.CURRENCY, ("currency code", "code"), required=True),
        Field(
            "rate",
            _("Rate"),
            FieldType.NUMBER,
            ("exchange rate", "value"),
            required=True,
            digits=22,
            places=PLACES,
            help=_("Value of one unit in the firm's currency."),
        ),
    )

    def run(self, run: Run) -> None:
        own, seen = firm_currency(), Seen()
        stored = {(rate.currency, rate.starts_on): rate for rate in ExchangeRate.objects.all()}
        for rows in batches(run.rows()):
            batch = Batch(run)
            for row in rows:
                self._place(run, row, batch, own, seen, stored)
            batch.write()

    def _place(self, run: Run, row: Row, batch: Batch, own: str, seen: Seen, stored: dict[Any, ExchangeRate]) -> None:
        code, day, rate = row.get("currency"), row.get("starts_on"), row.get("rate")
        if code == own:
            run.refuse(row, "currency", _("is the firm's own currency"), _("Remove the row."), code)
            return
        if rate <= Decimal(0):
            run.refuse(row, "rate", _("isn't a positive number"), _("Correct the row."), str(rate))
            return
        if not seen.take(run, row, f"{code} {day}", "starts_on"):
            return
        values = {"currency": code, "starts_on": day, "rate": rate}
        placed = batch.place(row, stored.get((code, day)), ExchangeRate(), values, "starts_on")
        if placed:
            outcome = {_("Outcome"): OUTCOMES[placed[1]]}
            run.ledger.show(outcome | {_("Date"): day, _("Currency"): code, _("Rate"): f"{rate.normalize():f}"})
