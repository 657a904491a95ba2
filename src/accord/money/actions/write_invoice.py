"""An invoice and its lines, kept together so that the totals are their exact sums."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
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
from accord.money.models import Invoice, InvoiceLine, TaxRate

# What a person edits of a line; what it bills is said by whoever drafted it.
EDITED = ("code", "description", "quantity", "unit", "unit_price", "discount_percent", "tax_name")
_STORED = (*EDITED, "position", "amount", "tax_category", "tax_percent", "tax_reason")


def line_amount(
    quantity: Decimal, unit_price: Decimal, currency: str, discount_percent: Decimal = Decimal(0)
) -> Decimal:
    """Quantity × unit price less the discount, in ``currency``, rounded once."""
    return rounded(quantity * unit_price * (100 - discount_percent) / 100, currency)


@transaction.atomic
def write_invoice(*, invoice: Invoice, lines: list[InvoiceLine], by: Any) -> Invoice:
    """Create ``invoice`` with ``lines`` (unsaved); its totals are their sums."""
    _check_number(invoice, invoice.number)
    set_amounts(invoice, lines)
    editing.create(invoice, by=by, event=InvoiceEvent.CREATED, action="write_invoice")
    _store(invoice, lines)
    settle_credit_notes(Invoice.objects.filter(pk=invoice.pk))
    return invoice


@transaction.atomic
def rewrite_invoice(*, invoice: Invoice, version: int, lines: list[InvoiceLine], by: Any, **values: Any) -> Invoice:
    """Store ``values`` and ``lines`` of an invoice that is still at ``version``.

    Lines that the invoice has already keep what they bill; those that are not among ``lines`` are deleted, and what
    they billed can be billed again.
    """
    stored = Invoice.objects.select_for_update().get(pk=invoice.pk)
    require(by, Permission.CHANGE, stored)
    if "number" in values and values["number"] != stored.number:
        _check_number(stored, values["number"])
    before = [_shown(line) for line in stored.lines.all()]
    edited = Invoice(
        **{name: values.get(name, getattr(stored, name)) for name in ("currency", "issued_on", "delivered_until")}
    )
    set_amounts(edited, lines)
    after = [_shown(line) for line in lines]
    changed: Invoice = editing.change(stored, by=by, version=version, total=edited.total, tax=edited.tax, **values)
    if before != after:
        changed.lines.exclude(pk__in=[line.pk for line in lines if line.pk]).delete()
        _store(changed, lines)
        record_event(
            by=by, kind=InvoiceEvent.LINES_CHANGED, subject=changed, before={"lines": before}, after={"lines": after}
        )
    settle_credit_notes(Invoice.objects.filter(pk=changed.pk))
    return changed


def set_amounts(invoice: Invoice, lines: list[InvoiceLine]) -> None:
    """Amounts and taxes of ``lines``, by the rates in force when the service ended, and the totals of ``invoice``.

    The tax is rounded once for all lines of one category and rate, as EN 16931 wants it. Raises ``ValidationError``
    for a tax that has no rate on that day.
    """
    day = invoice.delivered_until or invoice.issued_on
    rates = {rate.name: rate for rate in TaxRate.in_force(day)} if any(line.tax_name for line in lines) else {}
    groups: dict[tuple[str, Decimal], Decimal] = defaultdict(Decimal)
    for position, line in enumerate(lines, 1):
        line.position = position
        line.amount = line_amount(line.quantity, line.unit_price, invoice.currency, line.discount_percent)
        _set_tax(line, rates, day)
        groups[line.tax_category, line.tax_percent] += line.amount
    invoice.total = sum((line.amount for line in lines), Decimal(0))
    invoice.tax = sum(
        (rounded(net * percent / 100, invoice.currency) for (_, percent), net in groups.items()), Decimal(0)
    )


def _set_tax(line: InvoiceLine, rates: dict[str, TaxRate], day: date) -> None:
    if not line.tax_name:
        line.tax_category, line.tax_percent, line.tax_reason = "", Decimal(0), ""
        return
    rate = rates.get(line.tax_name)
    if rate is None:
        raise ValidationError(
            gettext("Line %(position)s: “%(tax)s” has no rate on %(day)s. Add it under Settings, Tax rates.")
            % {"position": line.position, "tax": line.tax_name, "day": day}
        )
    line.tax_category, line.tax_percent, line.tax_reason = rate.category, rate.percent, rate.reason


def _check_number(invoice: Invoice, number: str) -> None:
    if number and Invoice.objects.filter(number=number, source="").exclude(pk=invoice.pk).exists():
        raise ValidationError({"number": gettext("Invoice %(number)s already exists.") % {"number": number}})


def _store(invoice: Invoice, lines: list[InvoiceLine]) -> None:
    for line in lines:
        line.invoice = invoice
    InvoiceLine.objects.bulk_create([line for line in lines if line.pk is None], batch_size=200)
    InvoiceLine.objects.bulk_update([line for line in lines if line.pk is not None], _STORED, batch_size=200)


def _shown(line: InvoiceLine) -> list[str]:
    quantity, price = line.quantity.normalize(), line.unit_price.normalize()
    discount = f"{line.discount_percent.normalize():f}" if line.discount_percent else ""
    return [line.code, line.description, f"{quantity:f}", f"{price:f}", discount, line.tax_name]
