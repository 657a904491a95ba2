"""Money that came in: part payments, and the invoice that is paid once nothing is left."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext

from accord.core import editing
from accord.core.money import Money
from accord.money.events import InvoiceEvent
from accord.money.models import Invoice, Payment
from accord.money.queries import left_of


@transaction.atomic
def record_payment(*, payment: Payment, by: Any) -> Payment:
    """Store a new ``payment``. Raises ``ValidationError`` for more than is outstanding and for what nobody owes."""
    invoice = _locked(payment.invoice_id)
    if invoice.status != Invoice.Status.SENT or invoice.kind != Invoice.Kind.INVOICE:
        raise ValidationError(gettext("%(invoice)s isn't waiting for a payment.") % {"invoice": invoice})
    left = left_of(invoice)
    if Money(payment.amount, invoice.currency) > left:
        raise ValidationError({"amount": gettext("Only %(left)s is outstanding. Enter that or less.") % {"left": left}})
    payment.invoice = invoice
    editing.create(payment, by=by, event=InvoiceEvent.PAYMENT_RECORDED, action="record_payment")
    _settle(invoice, by=by)
    return payment


@transaction.atomic
def remove_payment(*, payment: Payment, by: Any, version: int | None = None) -> None:
    """Take ``payment`` back: the invoice waits for it again."""
    invoice = _locked(payment.invoice_id)
    editing.remove(payment, by=by, version=version)
    _settle(invoice, by=by)


def _settle(invoice: Invoice, *, by: Any) -> None:
    """The status follows from what is left: paid on the day of the last payment, or open."""
    is_paid = not left_of(invoice)
    last = invoice.payments.order_by("-paid_on").values_list("paid_on", flat=True).first()
    if is_paid and last is not None and invoice.status == Invoice.Status.SENT:
        editing.change(invoice, by=None, told_by=by, version=invoice.version, status=Invoice.Status.PAID, paid_on=last)
    elif not is_paid and invoice.status == Invoice.Status.PAID:
        editing.change(invoice, by=None, told_by=by, version=invoice.version, status=Invoice.Status.SENT, paid_on=None)


def _locked(pk: int) -> Invoice:
    """The invoice, held until the transaction ends: of two payments at once, the second sees the first."""
    rows: Any = Invoice.objects.select_for_update(of=("self",)).select_related("account")
    invoice: Invoice = rows.get(pk=pk)
    return invoice
