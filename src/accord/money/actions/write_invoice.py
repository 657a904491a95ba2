"""An invoice and its lines, kept together so that the total is their exact sum."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext

from accord.core import editing
from accord.core.access import Permission, require
from accord.core.events import record_event
from accord.core.money import rounded
from accord.money.actions.settle_invoices import settle_credit_notes
from accord.money.events import InvoiceEvent
from accord.money.models import Invoice, InvoiceLine


def line_amount(quantity: Decimal, unit_price: Decimal, currency: str) -> Decimal:
    """Quantity × unit price in ``currency``, rounded once."""
    return rounded(quantity * unit_price, currency)


@transaction.atomic
def write_invoice(*, invoice: Invoice, lines: list[InvoiceLine], by: Any) -> Invoice:
    """Create ``invoice`` with ``lines`` (unsaved); its total is their sum."""
    _check_number(invoice, invoice.number)
    invoice.total = _amounts(lines, invoice.currency)
    editing.create(invoice, by=by, event=InvoiceEvent.CREATED, action="write_invoice")
    _store(invoice, lines)
    settle_credit_notes(Invoice.objects.filter(pk=invoice.pk))
    return invoice


@transaction.atomic
def rewrite_invoice(*, invoice: Invoice, version: int, lines: list[InvoiceLine], by: Any, **values: Any) -> Invoice:
    """Replace the lines and ``values`` of an invoice that is still at ``version``."""
    stored = Invoice.objects.select_for_update().get(pk=invoice.pk)
    require(by, Permission.CHANGE, stored)
    if "number" in values and values["number"] != stored.number:
        _check_number(stored, values["number"])
    before = [_shown(line) for line in stored.lines.all()]
    after = [_shown(line) for line in lines]
    currency = values.get("currency", stored.currency)
    changed: Invoice = editing.change(stored, by=by, version=version, total=_amounts(lines, currency), **values)
    if before != after:
        changed.lines.all().delete()
        _store(changed, lines)
        record_event(
            by=by, kind=InvoiceEvent.LINES_CHANGED, subject=changed, before={"lines": before}, after={"lines": after}
        )
    settle_credit_notes(Invoice.objects.filter(pk=changed.pk))
    return changed


def _check_number(invoice: Invoice, number: str) -> None:
    if Invoice.objects.filter(number=number, source="").exclude(pk=invoice.pk).exists():
        raise ValidationError({"number": gettext("Invoice %(number)s already exists.") % {"number": number}})


def _amounts(lines: list[InvoiceLine], currency: str) -> Decimal:
    for position, line in enumerate(lines, 1):
        line.position = position
        line.amount = line_amount(line.quantity, line.unit_price, currency)
    return sum((line.amount for line in lines), Decimal(0))


def _store(invoice: Invoice, lines: list[InvoiceLine]) -> None:
    for line in lines:
        line.pk = None
        line.invoice = invoice
    InvoiceLine.objects.bulk_create(lines, batch_size=200)


def _shown(line: InvoiceLine) -> list[str]:
    quantity, price = line.quantity.normalize(), line.unit_price.normalize()
    return [line.code, line.description, f"{quantity:f}", f"{price:f}"]
