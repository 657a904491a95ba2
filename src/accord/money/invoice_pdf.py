"""An invoice on paper, set by Typst as PDF/A-3. Texts reach the template as data and are never read as markup."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import gettext

from accord.core.dates import day_text
from accord.core.money import Money
from accord.engines.invoices.document import ElectronicInvoice, Party
from accord.money.models import Invoice, InvoiceLine
from accord.people.letterhead import letterhead
from accord.people.models import Firm

TEMPLATE = Path(__file__).parent / "typst" / "invoice.typ"


def invoice_pdf(invoice: Invoice, lines: list[InvoiceLine], document: ElectronicInvoice) -> bytes:
    """``invoice`` as PDF/A-3b; the sums and parties are those of its electronic ``document``."""
    import typst  # here: a library of 30 MB that few pages need

    data = _data(invoice, lines, document)
    found: bytes = typst.compile(
        TEMPLATE.read_bytes(), sys_inputs={"data": json.dumps(data, cls=DjangoJSONEncoder)}, pdf_standards="a-3b"
    )
    return found


def _data(invoice: Invoice, lines: list[InvoiceLine], document: ElectronicInvoice) -> dict[str, Any]:
    firm = Firm.current()
    sign = -1 if document.is_credit_note else 1
    return {
        **letterhead(firm),
        "client": _address_lines(document.buyer, invoice),
        "title": _title(invoice),
        "dated": [invoice.issued_on.year, invoice.issued_on.month, invoice.issued_on.day],
        "mark": "" if invoice.number else gettext("DRAFT"),
        "facts": [[label, value] for label, value in _facts(invoice, document) if value],
        "words": {
            "page": gettext("Page"),
            "columns": [gettext("Item"), gettext("Quantity"), gettext("Unit price"), gettext("Amount, net")],
        },
        "lines": [_line(line, invoice.currency, sign) for line in lines],
        "sums": _sums(document),
        "total": [_total_label(document), _amount(document.totals.payable, document.currency)],
        "reasons": [group.exemption_reason for group in document.tax_breakdown if group.exemption_reason],
        "note": invoice.note,
        "terms": document.payment_terms,
    }


def _title(invoice: Invoice) -> str:
    if invoice.kind == Invoice.Kind.CREDIT_NOTE:
        return gettext("Credit note %(number)s") % {"number": invoice.number}
    return gettext("Invoice %(number)s") % {"number": invoice.number}


def _total_label(document: ElectronicInvoice) -> str:
    return gettext("Credit, gross") if document.is_credit_note else gettext("Total, gross")


def _address_lines(buyer: Party, invoice: Invoice) -> list[str]:
    address = buyer.address
    attention = buyer.contact.name if buyer.contact is not None else ""
    town = f"{address.post_code} {address.city}".strip() if address is not None else ""
    street = address.line1 if address is not None else ""
    country = invoice.account.country
    return [line for line in (buyer.name, attention, street, town, country) if line]


def _facts(invoice: Invoice, document: ElectronicInvoice) -> list[tuple[str, str]]:
    period, buyer = document.period, document.buyer
    served = document.delivery.delivered_on if document.delivery is not None else None
    settled = document.preceding_invoices[0].number if document.preceding_invoices else ""
    return [
        (gettext("Date"), day_text(invoice.issued_on)),
        (gettext("Due"), day_text(document.due_on) if document.due_on else ""),
        (gettext("Service period"), _span(period.starts_on, period.ends_on) if period else ""),
        (gettext("Service date"), day_text(served) if served and not period else ""),
        (gettext("Your order"), document.order_reference),
        (gettext("Your reference"), document.buyer_reference),
        (gettext("Project"), document.project_reference),
        (gettext("Your VAT ID"), buyer.vat_number),
        (gettext("For invoice"), settled),
    ]


def _span(start: Any, end: Any) -> str:
    return f"{day_text(start)} – {day_text(end)}" if end else day_text(start)


def _sums(document: ElectronicInvoice) -> list[list[str]]:
    rows = [[gettext("Net"), _amount(document.totals.net, document.currency)]]
    for group in document.tax_breakdown:
        if group.tax:
            label = gettext("VAT %(rate)s%% on %(taxable)s") % {
                "rate": f"{(group.rate or Decimal(0)).normalize():f}",
                "taxable": _amount(group.taxable, document.currency),
            }
            rows.append([label, _amount(group.tax, document.currency)])
    return rows


def _line(line: InvoiceLine, currency: str, sign: int) -> dict[str, str]:
    quantity = line.quantity * sign
    percent = line.discount_percent
    return {
        "head": line.description or line.code,
        "rest": line.code if line.description else "",
        "quantity": f"{quantity.normalize():f} {line.get_unit_display()}",
        "price": _exact(line.unit_price, currency),
        "discount": gettext("less %(percent)s%%") % {"percent": f"{percent.normalize():f}"} if percent else "",
        "amount": _amount(line.amount * sign, currency),
    }


def _exact(price: Decimal, currency: str) -> str:
    """A price of units with all the digits that it has, four at most: it is not rounded to an amount."""
    shown = price.normalize()
    places = max(2, -int(shown.as_tuple().exponent))
    return f"{shown:,.{places}f} {currency}"


def _amount(amount: Decimal | None, currency: str) -> str:
    return str(Money(amount or Decimal(0), currency))
