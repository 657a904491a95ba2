"""Booking hours."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from accord.core import editing
from accord.core.money import rounded
from accord.money.events import TimeEvent
from accord.money.models import TimeEntry
from accord.people.models import Firm
from accord.rates.queries import converter_to, rate_of


def log_time(*, entry: TimeEntry, by: Any) -> TimeEntry:
    """Save a new ``entry`` with the rates in force on its day, in the project's currency (the firm's without one)."""
    price(entry)
    return editing.create(entry, by=by, event=TimeEvent.LOGGED, action="log_time")


def change_time(*, entry: TimeEntry, by: Any, version: int, **values: Any) -> TimeEntry:
    """Store ``values`` if ``entry`` is still at ``version``, with the rates in force on its day."""
    for name, value in values.items():
        setattr(entry, name, value)
    price(entry)
    rates = {"cost_rate": entry.cost_rate, "bill_rate": entry.bill_rate}
    changed: TimeEntry = editing.change(entry, by=by, version=version, action="change_time", **values, **rates)
    return changed


def price(entry: TimeEntry) -> None:
    """Copy the person's rates of that day into ``entry``. Raises ``ValidationError`` where a currency has no rate."""
    rate = rate_of(entry.person, None, entry.day)
    if rate is None:
        entry.cost_rate = entry.bill_rate = Decimal(0)
        return
    firm = Firm.current()
    worth = _worth(firm.currency, entry)
    if worth is None:
        raise ValidationError(
            {
                "day": gettext(
                    "No exchange rate from %(currency)s to %(project_currency)s for %(day)s. Add one under Money."
                )
                % {"currency": firm.currency, "project_currency": entry.currency, "day": entry.day}
            }
        )
    entry.cost_rate = rounded(rate.cost * worth, entry.currency)
    entry.bill_rate = rounded(rate.bill * worth, entry.currency)


def _worth(currency: str, entry: TimeEntry) -> Decimal | None:
    """One unit of the firm's ``currency`` in that of the entry, on the day of ``entry``; None without a rate."""
    if currency == entry.currency:
        return Decimal(1)  # no rates to read
    return converter_to(entry.currency, currency).rate(currency, entry.day)
