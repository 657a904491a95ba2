"""An issued invoice is taken back by a credit note for all of it: nothing that a client got is changed or deleted."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext

from accord.core.access import Permission, require
from accord.core.editing import Conflict
from accord.core.events import record_event
from accord.money.actions.issue_invoice import issue_invoice
from accord.money.actions.write_invoice import EDITED, write_invoice
from accord.money.events import InvoiceEvent
from accord.money.models import Expense, Invoice, InvoiceLine, TimeEntry


@transaction.atomic
def cancel_invoice(*, invoice: Invoice, version: int, reason: str, by: Any, now: datetime, today: date) -> Invoice:
    """Issue a credit note over all of ``invoice`` and let what it billed be billed again. Returns the credit note.

    Raises ``ValidationError`` for what was not issued, was cancelled before or was paid in part: a payment is taken
    back first.
    """
    stored = Invoice.objects.select_for_update(of=("self",)).select_related("account", "project").get(pk=invoice.pk)
    require(by, Permission.APPROVE, stored)
    if stored.version != version:
        raise Conflict(stored, [])
    _check(stored)
    note = Invoice(
        account=stored.account, project=stored.project, kind=Invoice.Kind.CREDIT_NOTE, currency=stored.currency,
        issued_on=today, settles=stored, delivered_from=stored.delivered_from,
        delivered_until=stored.delivered_until or stored.issued_on, purchase_order=stored.purchase_order, note=reason,
    )  # fmt: skip
    lines = [_reversed(line) for line in stored.lines.all()]
    write_invoice(invoice=note, lines=lines, by=by)
    issued = issue_invoice(invoice=note, version=note.version, by=by, now=now, today=today)
    _release(stored)
    record_event(by=by, kind=InvoiceEvent.CANCELLED, subject=stored, after={"reason": reason, "number": issued.number})
    return issued


def _check(invoice: Invoice) -> None:
    if invoice.issued_at is None or invoice.kind != Invoice.Kind.INVOICE:
        raise ValidationError(gettext("Only invoices that Accord issued can be cancelled."))
    if invoice.credit_notes.exists():
        raise ValidationError(gettext("A credit note settles %(invoice)s already.") % {"invoice": invoice})
    if invoice.payments.exists():
        raise ValidationError(gettext("Remove the payments for %(invoice)s first.") % {"invoice": invoice})


def _reversed(line: InvoiceLine) -> InvoiceLine:
    copy = InvoiceLine(**{name: getattr(line, name) for name in EDITED})
    copy.quantity = -line.quantity
    copy.period_from, copy.period_until = line.period_from, line.period_until
    return copy


def _release(invoice: Invoice) -> None:
    """What the invoice billed stands on no invoice any more; what the invoice says stays."""
    lines = InvoiceLine.objects.filter(invoice=invoice)
    TimeEntry.objects.filter(invoice_line__in=lines).update(invoice_line=None)
    Expense.objects.filter(invoice_line__in=lines).update(invoice_line=None)
    lines.update(agreement=None, milestone=None)
