"""A draft becomes an invoice: it gets its number and its documents, and changes no more."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import get_language, gettext

from accord.core import editing
from accord.core.access import Permission, require
from accord.core.editing import Conflict
from accord.core.texts import translated
from accord.engines.invoices.hybrid import attach
from accord.engines.invoices.validation import check_invoice
from accord.money.actions.number_invoice import take_number
from accord.money.actions.write_invoice import set_amounts
from accord.money.electronic_invoice import electronic_invoice
from accord.money.events import InvoiceEvent
from accord.money.invoice_check import missing
from accord.money.invoice_pdf import invoice_pdf
from accord.money.models import BillingDetails, Invoice, InvoiceDocument, InvoiceLine


@transaction.atomic
def issue_invoice(*, invoice: Invoice, version: int, by: Any, now: datetime, today: date) -> Invoice:
    """Give the draft its number and store what the client gets, dated ``today``.

    Raises ``ValidationError`` with everything that an invoice must state and this one doesn't: nothing is issued then,
    and no number is used.
    """
    stored = (
        Invoice.objects.select_for_update(of=("self",))
        .select_related("account", "project", "settles")
        .get(pk=invoice.pk)
    )
    require(by, Permission.APPROVE, stored)
    if stored.version != version:
        raise Conflict(stored, [])
    if stored.status != Invoice.Status.DRAFT or stored.issued_at is not None or stored.number:
        raise ValidationError(gettext("Only drafts without a number can be issued."))
    details = BillingDetails.of(stored.account)
    values = _dated(stored, details, today)
    for name, value in values.items():
        setattr(stored, name, value)
    lines = list(stored.lines.all())
    set_amounts(stored, lines)
    stored.number = take_number(kind=stored.kind, day=today)
    document, pdf = _documents(stored, lines, details)
    issued: Invoice = editing.change(
        stored, by=None, told_by=by, version=version, event=InvoiceEvent.ISSUED, **values,
        number=stored.number, total=stored.total, tax=stored.tax, status=Invoice.Status.SENT, issued_at=now,
    )  # fmt: skip
    InvoiceLine.objects.bulk_update(lines, ["amount", "tax_category", "tax_percent", "tax_reason"])
    InvoiceDocument.objects.create(
        invoice=issued, xml=document.decode(), pdf=pdf, digest=hashlib.sha256(pdf).hexdigest()
    )
    return issued


def _dated(invoice: Invoice, details: BillingDetails, today: date) -> dict[str, Any]:
    """What follows from the day of issue."""
    if invoice.kind == Invoice.Kind.CREDIT_NOTE:
        return {"issued_on": today, "due_on": None}
    return {"issued_on": today, "due_on": today + timedelta(days=details.payment_days)}


def _documents(invoice: Invoice, lines: list[InvoiceLine], details: BillingDetails) -> tuple[bytes, bytes]:
    """The XML and the PDF that holds it. Raises ``ValidationError`` with what is missing or breaks a rule."""
    document = electronic_invoice(invoice, lines, details)
    if problems := missing(invoice, lines, document):
        raise ValidationError(problems)
    xml, verdict = check_invoice(document)
    if errors := [finding for finding in verdict.findings if finding.is_error]:
        raise ValidationError([f"{finding.rule}: {translated(finding.text)}" for finding in errors])
    drawn = invoice_pdf(invoice, lines, document)
    if document.is_xrechnung:
        return xml, drawn  # the XML alone is the invoice; the PDF is there to be read
    return xml, attach(drawn, xml, language=get_language() or "en", title=invoice.number, author=document.seller.name)
