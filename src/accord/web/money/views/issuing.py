"""An invoice on its way: issued, downloaded, paid, cancelled."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from accord.core.access import Permission, can, require
from accord.core.fetch import fetch
from accord.core.models import Record
from accord.core.texts import gettext_lazy
from accord.money.actions.cancel_invoice import cancel_invoice
from accord.money.actions.issue_invoice import issue_invoice
from accord.money.actions.record_payment import remove_payment
from accord.money.electronic_invoice import electronic_invoice
from accord.money.invoice_check import missing
from accord.money.invoice_pdf import invoice_pdf
from accord.money.models import BillingDetails, Invoice, InvoiceDocument, Payment
from accord.web.money.forms_billing import CancellationForm, PaymentForm
from accord.web.shell.parts import Action
from accord.web.shell.views.forms import CreatePage, FormPage, RemovePage, go


def issuing_actions(invoice: Invoice, user: Any, problems: list[str]) -> list[Action]:
    """What can be done with the invoice now, the likeliest last."""

    def action(label: str, route: str, icon: str, **more: Any) -> Action:
        return Action(label, reverse(route, args=[invoice.pk]), icon=icon, **more)

    if invoice.issued_at is None:
        return _draft_actions(invoice, user, problems, action)
    files = [action("PDF", "invoice-pdf", "printer"), action("XML", "invoice-xml", "file-code")]
    if not can(user, Permission.APPROVE, invoice):
        return files
    if invoice.kind == Invoice.Kind.INVOICE and not invoice.credit_notes.exists() and not invoice.payments.exists():
        files.append(action(gettext("Cancel"), "invoice-cancellation", "arrow-back-up", drawer=True))
    return files


def _draft_actions(invoice: Invoice, user: Any, problems: list[str], action: Any) -> list[Action]:
    if not can(user, Permission.CHANGE, invoice):
        return []
    found = [
        action(gettext("Edit"), "invoice-edit", "pencil", key="e"),
        action(gettext("Delete"), "invoice-removal", "trash", danger=True, drawer=True),
    ]
    if not invoice.number and invoice.status == Invoice.Status.DRAFT:
        found.append(action(gettext("Preview"), "invoice-pdf", "printer"))
        if not problems:
            found.append(action(gettext("Issue"), "invoice-issue", "circle-check", method="post", primary=True))
    return found


def problems_of(invoice: Invoice, lines: list[Any]) -> list[str]:
    """What keeps a draft from being issued; nothing for what was issued, here or elsewhere."""
    if invoice.issued_at is not None or invoice.number or invoice.status != Invoice.Status.DRAFT:
        return []
    return missing(invoice, lines, electronic_invoice(invoice, lines, BillingDetails.of(invoice.account)))


@require_POST
def issue(request: HttpRequest, pk: int) -> HttpResponse:
    row = fetch(Invoice, request.user, "account", pk=pk)
    require(request.user, Permission.APPROVE, row)
    try:
        issued = issue_invoice(
            invoice=row, version=row.version, by=request.user, now=timezone.now(), today=timezone.localdate()
        )
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, gettext("Invoice %(number)s issued.") % {"number": issued.number})
    return go(request, reverse("invoice", args=[pk]))


@require_safe
def pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The document as the client gets it; of a draft, how it would look."""
    row = fetch(Invoice, request.user, "account", "project", "settles", pk=pk)
    if row.issued_at is not None:
        document = InvoiceDocument.objects.get(invoice=row)
        return _file(bytes(document.pdf), "application/pdf", f"{row.number}.pdf")
    if row.number or row.status != Invoice.Status.DRAFT:
        raise Http404  # issued elsewhere: whoever did has its document
    lines = list(row.lines.all())
    drawn = invoice_pdf(row, lines, electronic_invoice(row, lines, BillingDetails.of(row.account)))
    return _file(drawn, "application/pdf", "draft.pdf")


@require_safe
def xml(request: HttpRequest, pk: int) -> HttpResponse:
    row = fetch(Invoice, request.user, "account", pk=pk)
    document = InvoiceDocument.objects.filter(invoice=row).first()
    if document is None:
        raise Http404
    return _file(document.xml.encode(), "application/xml", f"{row.number}.xml")


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    safe = "".join(c if c.isalnum() or c in "-._" else "-" for c in name)
    headers = {"Content-Disposition": f'attachment; filename="{safe}"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content, content_type=kind, headers=headers)


class InvoiceCancellation(FormPage):
    """Issues a credit note over all of an invoice."""

    model, form_class = Invoice, CancellationForm
    submit_label, saved_message = gettext_lazy("Issue credit note"), gettext_lazy("Credit note issued.")

    def record(self) -> Record:
        row = fetch(Invoice, self.request.user, "account", pk=self.kwargs["pk"])
        require(self.request.user, Permission.APPROVE, row)
        return row

    def title(self, record: Any) -> str:
        return gettext("Cancel invoice %(number)s") % {"number": record.number}

    def save(self, form: Any) -> Record:
        return cancel_invoice(
            invoice=form.instance, version=form.cleaned_data["version"], reason=form.cleaned_data["reason"],
            by=self.request.user, now=timezone.now(), today=timezone.localdate(),
        )  # fmt: skip


class PaymentNew(CreatePage):
    model, form_class = Payment, PaymentForm
    submit_label, saved_message = gettext_lazy("Record payment"), gettext_lazy("Payment recorded.")
    new_title = gettext_lazy("Record payment")

    def blank(self) -> Record:
        invoice = fetch(Invoice, self.request.user, "account", pk=self.kwargs["invoice"])
        return Payment(invoice=invoice, paid_on=timezone.localdate())

    def after(self, record: Any) -> str:
        return reverse("invoice", args=[record.invoice_id])


class PaymentRemove(RemovePage):
    model = Payment
    consequence = gettext_lazy("The invoice is open again by this amount.")

    def after(self, record: Any) -> str:
        return reverse("invoice", args=[record.invoice_id])

    def remove(self, record: Any) -> None:
        remove_payment(payment=record, by=self.request.user)
