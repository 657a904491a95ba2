"""What an invoice must state before it is issued, said so that the reader knows where to enter it."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext

from accord.core.money import Money
from accord.engines.invoices.document import ElectronicInvoice, Party
from accord.money.models import Invoice, InvoiceLine


def missing(invoice: Invoice, lines: list[InvoiceLine], document: ElectronicInvoice) -> list[str]:
    """Everything that is missing or wrong, in sentences; empty where the invoice can be issued.

    These are the faults that people make. The rules of EN 16931 are asked of the finished document as well, when it is
    issued.
    """
    return [*_of_firm(document), *_of_client(document), *_of_lines(invoice, lines, document)]


def _of_firm(document: ElectronicInvoice) -> Iterator[str]:
    seller = document.seller
    if not _has_address(seller):
        yield gettext("Your firm's street, town and country are missing. Enter them under Settings, Firm.")
    if not seller.vat_number and not seller.tax_number:
        yield gettext("Your firm's VAT ID or tax number is missing. Enter it under Settings, Firm.")
    if not document.payment_means:
        yield gettext("Your firm's IBAN is missing. Enter it under Settings, Firm.")
    contact = seller.contact
    if document.is_xrechnung and not (contact and contact.phone and contact.email):
        yield gettext("XRechnung needs your firm's phone number and email. Enter them under Settings, Firm.")


def _of_client(document: ElectronicInvoice) -> Iterator[str]:
    buyer = document.buyer
    if not _has_address(buyer):
        yield gettext("The client's street, town and country are missing. Enter them in the billing details.")
    if document.is_xrechnung and not document.buyer_reference:
        yield gettext("XRechnung needs the client's Leitweg-ID. Enter it as the buyer reference.")
    if document.is_xrechnung and buyer.electronic_address is None:
        yield gettext("XRechnung needs the client's email for invoices. Enter it in the billing details.")
    if not buyer.vat_number and any(group.category in ("AE", "K") for group in document.tax_breakdown):
        yield gettext("Without tax, the client's VAT ID must be stated. Enter it in the billing details.")


def _of_lines(invoice: Invoice, lines: list[InvoiceLine], document: ElectronicInvoice) -> Iterator[str]:
    if not lines:
        yield gettext("There are no lines.")
    for line in lines:
        if not line.tax_name:
            yield gettext("Line %(position)s has no tax. Choose one.") % {"position": line.position}
        if not (line.description or line.code):
            yield gettext("Line %(position)s has no description.") % {"position": line.position}
    total = document.totals.payable
    if total is not None and Money(total, invoice.currency) != Money(abs(invoice.payable.amount), invoice.currency):
        yield gettext("%(currency)s has more decimal places than an electronic invoice can state.") % {
            "currency": invoice.currency
        }


def _has_address(party: Party) -> bool:
    address = party.address
    return address is not None and bool(address.line1 and address.city and address.country)
