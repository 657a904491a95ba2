"""What an invoice says, in the terms of EN 16931: its own rows, the firm, the client's billing details."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext

from accord.accounts.places import country_code
from accord.core.dates import day_text
from accord.core.money import digits, rounded
from accord.engines.invoices import document as terms
from accord.engines.invoices.totals import EXEMPTIONS, Exemption, with_totals
from accord.money.models import BillingDetails, Invoice, InvoiceLine, TaxRate
from accord.people.models import Firm

SEPA_TRANSFER = "58"  # of UNTDID 4461
EMAIL = "EM"  # of the code list of electronic addresses


def electronic_invoice(invoice: Invoice, lines: list[InvoiceLine], details: BillingDetails) -> terms.ElectronicInvoice:
    """``invoice`` as a document without syntax, with its totals.

    A credit note has negative amounts here and positive ones there, where its type says who owes them.
    """
    is_credit_note = invoice.kind == Invoice.Kind.CREDIT_NOTE
    sign = -1 if is_credit_note else 1
    settled, firm = invoice.settles, Firm.current()
    document = terms.ElectronicInvoice(
        number=invoice.number,
        issued_on=invoice.issued_on,
        type_code=terms.CREDIT_NOTE if is_credit_note else terms.INVOICE,
        currency=invoice.currency,
        due_on=None if is_credit_note else invoice.due_on,
        buyer_reference=details.buyer_reference,
        project_reference=invoice.project.code if invoice.project is not None else "",
        order_reference=invoice.purchase_order,
        payment_terms=_payment_terms(invoice),
        notes=(terms.Note(invoice.note),) if invoice.note else (),
        profile=terms.XRECHNUNG if details.format == BillingDetails.Format.XRECHNUNG else terms.EN16931,
        preceding_invoices=(terms.PrecedingInvoice(settled.number, settled.issued_on),) if settled is not None else (),
        seller=_seller(firm),
        buyer=_buyer(details),
        delivery=terms.Delivery(delivered_on=invoice.delivered_until or invoice.issued_on),
        period=_period(invoice),
        payment_means=_payment_means(firm),
        payment_reference=invoice.number,
        lines=tuple(_line(line, invoice.currency, sign) for line in lines),
    )
    reasons = {line.tax_category: _exemption(line) for line in lines if line.tax_reason}
    return with_totals(document, exemptions=reasons, places=min(2, digits(invoice.currency)))


def _exemption(line: InvoiceLine) -> Exemption:
    usual = EXEMPTIONS.get(line.tax_category, Exemption())
    return Exemption(line.tax_reason, usual.code)


def _payment_terms(invoice: Invoice) -> str:
    if invoice.kind == Invoice.Kind.CREDIT_NOTE:
        settled = invoice.settles
        if settled is None:
            return gettext("This amount is credited to you.")
        return gettext("This amount settles invoice %(number)s.") % {"number": settled.number}
    if invoice.due_on is None:
        return ""
    return gettext("Payable without deduction by %(day)s.") % {"day": day_text(invoice.due_on)}


def _period(invoice: Invoice) -> terms.Period | None:
    if invoice.delivered_from is None:
        return None
    return terms.Period(invoice.delivered_from, invoice.delivered_until)


def _seller(firm: Firm) -> terms.Party:
    return terms.Party(
        name=firm.letter_name,
        trading_name=firm.name if firm.legal_name and firm.legal_name != firm.name else "",
        legal_registration=terms.Identifier(firm.register_entry) if firm.register_entry else None,
        vat_number=firm.vat_id.replace(" ", ""),
        tax_number=firm.tax_number,
        legal_information=firm.directors,
        electronic_address=terms.Identifier(firm.email, EMAIL) if firm.email else None,
        address=_address(firm.street, firm.postcode, firm.city, firm.country),
        contact=terms.Contact(firm.letter_name, firm.phone, firm.email),
    )


def _buyer(details: BillingDetails) -> terms.Party:
    account = details.account
    own = bool(details.street or details.city)  # an address is taken whole from one place, never mixed
    place = details if own else account
    return terms.Party(
        name=details.legal_name or account.name,
        trading_name=account.name if details.legal_name and details.legal_name != account.name else "",
        vat_number=details.vat_id.replace(" ", ""),
        electronic_address=terms.Identifier(details.email, EMAIL) if details.email else None,
        address=_address(place.street, place.postcode, place.city, place.country or account.country),
        contact=terms.Contact(details.attention) if details.attention else None,
    )


def _address(street: str, postcode: str, city: str, country: str) -> terms.Address:
    return terms.Address(line1=street, city=city, post_code=postcode, country=country_code(country))


def _payment_means(firm: Firm) -> tuple[terms.PaymentMeans, ...]:
    if not firm.iban:
        return ()
    account = terms.CreditTransfer(firm.iban.replace(" ", ""), firm.letter_name, firm.bic)
    return (terms.PaymentMeans(SEPA_TRANSFER, credit_transfer=account),)


def _line(line: InvoiceLine, currency: str, sign: int) -> terms.Line:
    full = rounded(line.quantity * line.unit_price, currency)
    discount = full - line.amount
    # Where nothing is said of a tax, the seller charges none: the check before issuing asks whether that is so.
    category = line.tax_category or TaxRate.Category.OUT_OF_SCOPE
    # A price is never negative (BR-27): what is taken off has a negative quantity.
    quantity = line.quantity if line.unit_price >= 0 else -line.quantity
    return terms.Line(
        id=str(line.position),
        quantity=quantity * sign,
        unit=line.unit,
        allowance_charges=_discount(discount * sign, full * sign, line.discount_percent),
        price=terms.Price(net=abs(line.unit_price)),
        period=terms.Period(line.period_from, line.period_until) if line.period_from else None,
        tax_category=category,
        tax_rate=None if category == TaxRate.Category.OUT_OF_SCOPE else line.tax_percent,
        item=terms.Item(name=line.description or line.code, seller_id=line.code if line.description else ""),
    )


def _discount(amount: Decimal, base: Decimal, percent: Decimal) -> tuple[terms.AllowanceCharge, ...]:
    if not amount:
        return ()
    entry = terms.AllowanceCharge(
        is_charge=amount < 0, amount=abs(amount), base=abs(base), percentage=percent, reason=gettext("Discount")
    )
    return (entry,)
