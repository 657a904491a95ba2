"""What can be invoiced, and an invoice on its way: drafted, issued, paid, cancelled."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router, Schema
from pydantic import Field

from accord.api.answers import Amount, Day, exactly, many, row_of
from accord.api.files import BINARY
from accord.api.money import INVOICE, INVOICE_OUT
from accord.api.pages import Key, values
from accord.core.access import Permission, require, require_create
from accord.core.fetch import fetch
from accord.money.actions.cancel_invoice import cancel_invoice
from accord.money.actions.draft_invoice import draft_invoices
from accord.money.actions.issue_invoice import issue_invoice
from accord.money.actions.record_payment import record_payment, remove_payment
from accord.money.models import Invoice, InvoiceDocument, Payment
from accord.money.queries_billing import to_invoice

router = Router(tags=["billing"])

PAYMENT = ("version", "invoice", "paid_on", "amount", "reference")
PAYMENT_OUT = row_of("PaymentOut", Payment, PAYMENT)
PROPOSAL_OUT = exactly(
    "ToInvoiceOut",
    {
        "key": str,
        "kind": str,
        "account": int,
        "project": int | None,
        "amount": Amount,
        "currency": str,
        "why": str,
        "ready_on": Day,
        "waiting_minutes": int,
    },
)
PROPOSALS_OUT = exactly("ToInvoiceListOut", {"items": many(PROPOSAL_OUT)})
DRAFTS_OUT = exactly("DraftsOut", {"items": many(INVOICE_OUT)})


class DraftsIn(Schema):
    """``keys`` as ``GET /to-invoice`` gives them."""

    keys: list[Annotated[str, Field(max_length=100)]] = Field(min_length=1, max_length=1000)


class VersionIn(Schema):
    version: int


class CancellationIn(VersionIn):
    reason: Annotated[str, Field(min_length=1, max_length=500)]


class PaymentIn(Schema):
    paid_on: date
    amount: Decimal
    reference: Annotated[str, Field(max_length=140)] = ""


@router.get("/to-invoice", response=PROPOSALS_OUT)
def invoiceable(request: HttpRequest) -> dict[str, Any]:
    """What you can invoice now; ``amount`` is net."""
    found = [
        {
            "key": each.key,
            "kind": each.kind,
            "account": each.account.pk,
            "project": each.project.pk if each.project is not None else None,
            "amount": str(each.amount.amount),
            "currency": each.currency,
            "why": each.why,
            "ready_on": each.ready_on.isoformat(),
            "waiting_minutes": each.waiting,
        }
        for each in to_invoice(request.user, timezone.localdate())
    ]
    return {"items": found}


@router.post("/invoices/drafts", response={201: DRAFTS_OUT})
def create_drafts(request: HttpRequest, body: DraftsIn) -> tuple[int, dict[str, Any]]:
    """A draft for each client, project and currency among what is chosen."""
    drafts = draft_invoices(keys=body.keys, by=request.user, today=timezone.localdate())
    return 201, {"items": [values(row, *INVOICE, user=request.user) for row in drafts]}


@router.post("/invoices/{int:pk}/issue", response=INVOICE_OUT)
def issue_draft(request: HttpRequest, pk: Key, body: VersionIn) -> dict[str, Any]:
    """Give a draft its number and its documents. It can't be changed after that."""
    row = fetch(Invoice, request.user, "account", pk=pk)
    require(request.user, Permission.APPROVE, row)
    issued = issue_invoice(
        invoice=row, version=body.version, by=request.user, now=timezone.now(), today=timezone.localdate()
    )
    return values(issued, *INVOICE, user=request.user)


@router.post("/invoices/{int:pk}/cancellation", response={201: INVOICE_OUT})
def cancel(request: HttpRequest, pk: Key, body: CancellationIn) -> tuple[int, dict[str, Any]]:
    """Issue a credit note over all of an invoice; the answer is the credit note."""
    row = fetch(Invoice, request.user, "account", pk=pk)
    require(request.user, Permission.APPROVE, row)
    note = cancel_invoice(
        invoice=row, version=body.version, reason=body.reason, by=request.user, now=timezone.now(),
        today=timezone.localdate(),
    )  # fmt: skip
    return 201, values(note, *INVOICE, user=request.user)


@router.get(
    "/invoices/{int:pk}/xml",
    openapi_extra={"responses": {200: {"content": {"application/octet-stream": {"schema": BINARY}}}}},
)
def invoice_xml(request: HttpRequest, pk: Key) -> HttpResponse:
    """The electronic invoice (UN/CEFACT CII) of what Accord issued."""
    row = fetch(Invoice, request.user, "account", pk=pk)
    document = InvoiceDocument.objects.filter(invoice=row).first()
    if document is None:
        raise Http404
    return HttpResponse(document.xml.encode(), content_type="application/xml")


@router.post("/invoices/{int:pk}/payments", response={201: PAYMENT_OUT})
def create_payment(request: HttpRequest, pk: Key, body: PaymentIn) -> tuple[int, dict[str, Any]]:
    """Record what came in; the invoice is paid once nothing is left."""
    row = fetch(Invoice, request.user, "account", pk=pk)
    require_create(request.user, Payment, invoice=row)
    payment = Payment(invoice=row, **body.dict())
    payment.full_clean()
    return 201, values(record_payment(payment=payment, by=request.user), *PAYMENT, user=request.user)


@router.post("/payments/{int:pk}/removal", response={204: None})
def remove_payment_of_invoice(request: HttpRequest, pk: Key) -> tuple[int, None]:
    """Take a payment back: the invoice is open again by its amount."""
    row = fetch(Payment, request.user, "invoice__account", pk=pk)
    require(request.user, Permission.DELETE, row)
    remove_payment(payment=row, by=request.user)
    return 204, None
