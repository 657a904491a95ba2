"""The next number of a series, taken within the transaction that issues: none is lost and none is used twice."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from accord.money.models import Invoice, InvoiceSeries

_PREFIXES = {InvoiceSeries.Kind.INVOICE: "{year}-", InvoiceSeries.Kind.CREDIT_NOTE: "C{year}-"}


def take_number(*, kind: str, day: date) -> str:
    """The number for an invoice or credit note that is issued on ``day``.

    The series' row stays locked until the transaction ends: if that fails, the number was not taken. Numbers that
    invoices recorded by hand have already are passed over.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("A number is taken within the transaction that issues the invoice.")
    series = _locked(kind, day.year)
    while Invoice.objects.filter(number=series.shown(series.next_number), source="").exists():
        series.next_number += 1
    number = series.shown(series.next_number)
    InvoiceSeries.objects.filter(pk=series.pk).update(next_number=series.next_number + 1)
    return number


def _locked(kind: str, year: int) -> InvoiceSeries:
    found: InvoiceSeries | None = (
        InvoiceSeries.objects.select_for_update().filter(kind=kind, year__in=(0, year)).order_by("-year").first()
    )
    if found is not None:
        return found
    InvoiceSeries.objects.bulk_create([series_of(kind, year)], ignore_conflicts=True)  # another may have been faster
    made: InvoiceSeries = InvoiceSeries.objects.select_for_update().get(kind=kind, year=year)
    return made


def series_of(kind: str, year: int) -> InvoiceSeries:
    """The series of a year that has none yet: it goes on as the last one."""
    last = InvoiceSeries.objects.filter(kind=kind, year__lt=year).order_by("-year").first()
    if last is not None:
        return InvoiceSeries(kind=kind, year=year, prefix=last.prefix, digits=last.digits)
    return InvoiceSeries(kind=kind, year=year, prefix=_PREFIXES[InvoiceSeries.Kind(kind)])
