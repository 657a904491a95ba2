"""Giving hours the rates that apply to them now, where nothing has been closed over them yet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accord.core.access import Permission, require
from accord.core.bulk import update_rows
from accord.core.events import event, record_events
from accord.core.money import rounded
from accord.money.events import TimeEvent
from accord.money.models import RateCard, TimeEntry
from accord.money.models.timesheet import locked_until
from accord.money.pricing import Pricing
from accord.money.queries_rates import rate_book
from accord.people.models import Firm

_BATCH = 500


@dataclass(frozen=True, slots=True)
class Repriced:
    """An entry with the rates it would have; its own are still the old ones."""

    entry: TimeEntry
    cost_rate: Decimal
    bill_rate: Decimal

    @property
    def cost_difference(self) -> Decimal:
        """Of the whole entry, in its currency."""
        return self._amount(self.cost_rate) - self._amount(self.entry.cost_rate)

    @property
    def bill_difference(self) -> Decimal:
        """Of the whole entry, in its currency; 0 where it is not billed."""
        if not self.entry.billable:
            return Decimal(0)
        return self._amount(self.bill_rate) - self._amount(self.entry.bill_rate)

    def _amount(self, rate: Decimal) -> Decimal:
        return rounded(rate * self.entry.minutes / 60, self.entry.currency)


@dataclass(frozen=True, slots=True)
class Repricing:
    """What new rates change in a period.

    ``locked`` entries keep theirs, which includes those on an invoice; so do those ``without_exchange_rate``.
    """

    changed: list[Repriced]
    unchanged: int
    locked: int
    without_exchange_rate: int


def repricing(*, first: date, last: date, by: Any) -> Repricing:
    """What :func:`reprice_time` would do: four queries, however many hours there are.

    Raises ``PermissionDenied`` for who doesn't set rates.
    """
    require(by, Permission.CHANGE, RateCard())
    closed = locked_until()
    entries = (
        TimeEntry.objects.filter(day__range=(first, last)).select_related("project", "person").order_by("day", "pk")
    )
    is_open = [entry for entry in entries if entry.invoice_line_id is None and (closed is None or entry.day > closed)]
    pricing = Pricing(rate_book(), Firm.current().currency)
    changed, failed = [], 0
    for entry in is_open:
        try:
            cost, bill = pricing.rates(entry)
        except ValidationError:
            failed += 1
            continue
        if (cost, bill) != (entry.cost_rate, entry.bill_rate):
            changed.append(Repriced(entry, cost, bill))
    unchanged = len(is_open) - len(changed) - failed
    return Repricing(changed, unchanged, len(entries) - len(is_open), failed)


@transaction.atomic
def reprice_time(*, first: date, last: date, by: Any) -> Repricing:
    """Give the open entries from ``first`` to ``last`` the rates that apply to them now; each one's event has both.

    Entries up to the last locked day, and those on an invoice, keep their rates. Raises ``PermissionDenied`` for who
    doesn't set rates.
    """
    found = repricing(first=first, last=last, by=by)
    update_rows(list(_stored(found.changed)), ["cost_rate", "bill_rate", "version", "updated_at"])
    record_events(list(_events(found.changed, by)), _BATCH)
    return found


def _stored(changed: Iterable[Repriced]) -> Iterator[TimeEntry]:
    now = timezone.now()
    for each in changed:
        yield TimeEntry(
            pk=each.entry.pk, cost_rate=each.cost_rate, bill_rate=each.bill_rate, version=each.entry.version + 1,
            updated_at=now,
        )  # fmt: skip


def _events(changed: Iterable[Repriced], by: Any) -> Iterator[Any]:
    for each in changed:
        yield event(
            by=by,
            kind=TimeEvent.REPRICED,
            subject=each.entry,
            before={"cost_rate": each.entry.cost_rate, "bill_rate": each.entry.bill_rate},
            after={"cost_rate": each.cost_rate, "bill_rate": each.bill_rate},
        )
