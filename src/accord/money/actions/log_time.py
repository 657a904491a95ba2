"""Logging hours."""

from __future__ import annotations

from typing import Any

from accord.core import editing
from accord.money.events import TimeEvent
from accord.money.models import TimeEntry
from accord.money.models.time_entry import PRICED_BY
from accord.money.pricing import pricing_of


def log_time(*, entry: TimeEntry, by: Any) -> TimeEntry:
    """Save a new ``entry`` with the rates in force on its day, in the project's currency (the firm's without one)."""
    price(entry)
    return editing.create(entry, by=by, event=TimeEvent.LOGGED, action="log_time")


def change_time(*, entry: TimeEntry, by: Any, version: int, **values: Any) -> TimeEntry:
    """Store ``values`` if ``entry`` is still at ``version``.

    Its rates stay those that it was logged with, unless it is for other work now: then those of its day apply.
    """
    for name, value in values.items():
        setattr(entry, name, value)
    rates: dict[str, Any] = {}
    if _is_other_work(entry):
        price(entry)
        rates = {"cost_rate": entry.cost_rate, "bill_rate": entry.bill_rate}
    changed: TimeEntry = editing.change(entry, by=by, version=version, action="change_time", **values, **rates)
    return changed


def _is_other_work(entry: TimeEntry) -> bool:
    names = [TimeEntry._meta.get_field(name).attname for name in PRICED_BY]  # type: ignore[union-attr]
    stored = TimeEntry.objects.filter(pk=entry.pk).values_list(*names).first()
    return stored != tuple(getattr(entry, name) for name in names)


def price(entry: TimeEntry) -> None:
    """Copy the rates of its day into ``entry``. Raises ``ValidationError`` where a currency has no exchange rate."""
    entry.cost_rate, entry.bill_rate = pricing_of([entry]).rates(entry)
