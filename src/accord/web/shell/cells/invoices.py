"""The status of an invoice as a badge."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext

from accord.money.models import Invoice
from accord.web.shell.views.lists import Cell

INVOICE_TONES = {
    Invoice.Status.PAID: "good",
    Invoice.Status.SENT: "info",
    Invoice.Status.DRAFT: "neutral",
    Invoice.Status.VOID: "neutral",
}


def numbered(invoice: Invoice) -> Cell:
    """Its number, with the type of what is no invoice; a draft has no number yet."""
    kind = invoice.get_kind_display() if invoice.kind == Invoice.Kind.CREDIT_NOTE else ""
    return Cell(invoice.number or gettext("Draft"), sub=kind)


def invoice_status(invoice: Any, today: Any) -> Cell:
    """The status of an invoice :func:`with_outstanding` as a badge.

    Sent is overdue after its due day, and settled once credit notes leave nothing to pay; so is such a credit note.
    """
    if invoice.status == Invoice.Status.SENT:
        if invoice.settles_id or (invoice.kind == Invoice.Kind.INVOICE and invoice.outstanding <= 0 < invoice.total):
            return Cell(gettext("Settled"), badge=True, tone="neutral")
        if invoice.kind == Invoice.Kind.INVOICE and invoice.due_on and invoice.due_on < today:
            return Cell(gettext("Overdue"), badge=True, tone="bad")
        if invoice.issued_at is not None:  # whether somebody sent it, Accord doesn't know
            return Cell(gettext("Issued"), badge=True, tone="info")
    return Cell(invoice.get_status_display(), badge=True, tone=INVOICE_TONES[Invoice.Status(invoice.status)])
