"""The electronic invoice of EN 16931-1, without syntax: what UBL and CII both say.

Every business term of the standard has one place here; its number (BT-1 …, groups BG-1 …) stands beside it. What an
invoice doesn't have is empty (``""``, ``None``, ``()``), so that an incomplete one can be held, checked and completed.
Amounts are ``Decimal`` in the invoice's currency, shares are percent (``Decimal(19)`` is 19 %), days are dates.

Terms numbered BT-DEX and BG-DEX are those of the XRechnung extension; only UBL can say them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

EN16931 = "urn:cen.eu:en16931:2017"
XRECHNUNG = "urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0"
XRECHNUNG_EXTENSION = f"{XRECHNUNG}#conformant#urn:xeinkauf.de:kosit:extension:xrechnung_3.0"
BILLING_PROCESS = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"

INVOICE, CREDIT_NOTE, CORRECTED_INVOICE = "380", "381", "384"
# UNTDID 1001: what UBL sends as a CreditNote.
CREDIT_NOTE_CODES = frozenset({"81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "532"})

STANDARD, ZERO_RATED, EXEMPT, REVERSE_CHARGE = "S", "Z", "E", "AE"
INTRA_COMMUNITY, EXPORT, NOT_SUBJECT, CANARY_ISLANDS, CEUTA_MELILLA = "K", "G", "O", "L", "M"


@dataclass(frozen=True, slots=True)
class Identifier:
    """An identifier with the scheme (or code list) that it is from, where that is named."""

    value: str
    scheme: str = ""
    version: str = ""  # of the list, for classifications only (BT-158-2)


@dataclass(frozen=True, slots=True)
class Note:
    """BG-1: a note on the invoice."""

    text: str = ""  # BT-22
    subject_code: str = ""  # BT-21, UNTDID 4451


@dataclass(frozen=True, slots=True)
class PrecedingInvoice:
    """BG-3: an invoice that this one corrects or refers to."""

    number: str = ""  # BT-25
    issued_on: date | None = None  # BT-26


@dataclass(frozen=True, slots=True)
class Period:
    """BG-14 of the invoice, BG-26 of a line: the days that are invoiced."""

    starts_on: date | None = None  # BT-73, BT-134
    ends_on: date | None = None  # BT-74, BT-135


@dataclass(frozen=True, slots=True)
class Address:
    """BG-5, BG-8, BG-12, BG-15: of the seller, the buyer, the tax representative, the place of delivery."""

    line1: str = ""  # BT-35, BT-50, BT-64, BT-75
    line2: str = ""  # BT-36, BT-51, BT-65, BT-76
    line3: str = ""  # BT-162, BT-163, BT-164, BT-165
    city: str = ""  # BT-37, BT-52, BT-66, BT-77
    post_code: str = ""  # BT-38, BT-53, BT-67, BT-78
    region: str = ""  # BT-39, BT-54, BT-68, BT-79
    country: str = ""  # BT-40, BT-55, BT-69, BT-80; ISO 3166-1 alpha-2


@dataclass(frozen=True, slots=True)
class Contact:
    """BG-6, BG-9: whom to ask at the seller, at the buyer."""

    name: str = ""  # BT-41, BT-56
    phone: str = ""  # BT-42, BT-57
    email: str = ""  # BT-43, BT-58


@dataclass(frozen=True, slots=True)
class Party:
    """BG-4 seller, BG-7 buyer, BG-10 payee, BG-11 tax representative of the seller.

    A buyer and a payee have at most one identifier and no tax registration beside the VAT number; a payee has a name,
    an identifier and a legal registration; a tax representative a name, a VAT number and an address.
    """

    name: str = ""  # BT-27, BT-44, BT-59, BT-62
    trading_name: str = ""  # BT-28, BT-45
    identifiers: tuple[Identifier, ...] = ()  # BT-29, BT-46, BT-60
    legal_registration: Identifier | None = None  # BT-30, BT-47, BT-61
    vat_number: str = ""  # BT-31, BT-48, BT-63
    tax_number: str = ""  # BT-32
    legal_information: str = ""  # BT-33
    electronic_address: Identifier | None = None  # BT-34, BT-49; the scheme is of the EAS list: EM is an email address
    address: Address | None = None
    contact: Contact | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """BG-13: where and when goods or services were delivered."""

    recipient: str = ""  # BT-70
    location: Identifier | None = None  # BT-71
    delivered_on: date | None = None  # BT-72
    address: Address | None = None  # BG-15


@dataclass(frozen=True, slots=True)
class CreditTransfer:
    """BG-17: the account to pay to."""

    account: str = ""  # BT-84, an IBAN for SEPA
    account_name: str = ""  # BT-85
    bank: str = ""  # BT-86, BIC


@dataclass(frozen=True, slots=True)
class PaymentCard:
    """BG-18: the card that was paid with."""

    number: str = ""  # BT-87, at most the first six and last four digits
    holder: str = ""  # BT-88


@dataclass(frozen=True, slots=True)
class PaymentMeans:
    """BG-16: one way to pay; of several accounts, each is one."""

    code: str = ""  # BT-81, UNTDID 4461: 58 SEPA credit transfer, 30 credit transfer, 59 SEPA direct debit, 48 card
    text: str = ""  # BT-82
    credit_transfer: CreditTransfer | None = None  # BG-17
    card: PaymentCard | None = None  # BG-18
    debited_account: str = ""  # BT-91, of BG-19 direct debit


@dataclass(frozen=True, slots=True)
class AllowanceCharge:
    """BG-20 and BG-21 of the invoice, BG-27 and BG-28 of a line: what is taken off or put on.

    A line's has no tax of its own: that of the line counts.
    """

    is_charge: bool = False
    amount: Decimal | None = None  # BT-92, BT-99, BT-136, BT-141: before tax, never negative by its nature
    base: Decimal | None = None  # BT-93, BT-100, BT-137, BT-142
    percentage: Decimal | None = None  # BT-94, BT-101, BT-138, BT-143
    tax_category: str = ""  # BT-95, BT-102
    tax_rate: Decimal | None = None  # BT-96, BT-103
    reason: str = ""  # BT-97, BT-104, BT-139, BT-144
    reason_code: str = ""  # BT-98, BT-105, BT-140, BT-145; UNTDID 5189 for allowances, 7161 for charges


@dataclass(frozen=True, slots=True)
class Totals:
    """BG-22: the totals of the invoice."""

    lines: Decimal | None = None  # BT-106: sum of the lines' net amounts
    allowances: Decimal | None = None  # BT-107
    charges: Decimal | None = None  # BT-108
    net: Decimal | None = None  # BT-109: without tax
    tax: Decimal | None = None  # BT-110
    tax_in_tax_currency: Decimal | None = None  # BT-111
    gross: Decimal | None = None  # BT-112: with tax
    prepaid: Decimal | None = None  # BT-113
    rounding: Decimal | None = None  # BT-114
    payable: Decimal | None = None  # BT-115


@dataclass(frozen=True, slots=True)
class TaxBreakdown:
    """BG-23: one category and rate of tax."""

    category: str = ""  # BT-118, UNCL 5305: S, Z, E, AE, K, G, O, L, M
    rate: Decimal | None = None  # BT-119
    taxable: Decimal | None = None  # BT-116
    tax: Decimal | None = None  # BT-117
    exemption_reason: str = ""  # BT-120
    exemption_code: str = ""  # BT-121, VATEX


@dataclass(frozen=True, slots=True)
class Attachment:
    """BG-24: a document that supports the invoice, within it or at an address."""

    reference: str = ""  # BT-122
    description: str = ""  # BT-123
    location: str = ""  # BT-124
    content: bytes | None = None  # BT-125
    mime_type: str = ""  # BT-125-1
    file_name: str = ""  # BT-125-2


@dataclass(frozen=True, slots=True)
class Price:
    """BG-29: ``net`` is the price of ``base_quantity`` units, and the gross price less the discount."""

    net: Decimal | None = None  # BT-146
    discount: Decimal | None = None  # BT-147
    gross: Decimal | None = None  # BT-148
    base_quantity: Decimal | None = None  # BT-149; one unit where it is not given
    base_unit: str = ""  # BT-150


@dataclass(frozen=True, slots=True)
class ItemAttribute:
    """BG-32."""

    name: str = ""  # BT-160
    value: str = ""  # BT-161


@dataclass(frozen=True, slots=True)
class Item:
    """BG-31: what is invoiced."""

    name: str = ""  # BT-153
    description: str = ""  # BT-154
    seller_id: str = ""  # BT-155
    buyer_id: str = ""  # BT-156
    standard_id: Identifier | None = None  # BT-157
    classifications: tuple[Identifier, ...] = ()  # BT-158
    country_of_origin: str = ""  # BT-159
    attributes: tuple[ItemAttribute, ...] = ()  # BG-32


@dataclass(frozen=True, slots=True)
class Line:
    """BG-25: a line. ``sub_lines`` explain it (BG-DEX-01); their amounts are part of the line's, never added to it."""

    id: str = ""  # BT-126
    note: str = ""  # BT-127
    object: Identifier | None = None  # BT-128
    quantity: Decimal | None = None  # BT-129
    unit: str = ""  # BT-130, UN/ECE Recommendation 20 and 21: HUR hour, DAY day, C62 one, MON month
    net_amount: Decimal | None = None  # BT-131
    order_line: str = ""  # BT-132
    accounting_reference: str = ""  # BT-133
    period: Period | None = None  # BG-26
    allowance_charges: tuple[AllowanceCharge, ...] = ()  # BG-27, BG-28
    price: Price | None = None  # BG-29
    tax_category: str = ""  # BT-151
    tax_rate: Decimal | None = None  # BT-152
    item: Item = Item()  # BG-31
    sub_lines: tuple[Line, ...] = ()  # BG-DEX-01


@dataclass(frozen=True, slots=True)
class ThirdPartyPayment:
    """BG-DEX-09: an amount collected for someone else, on top of the amount due."""

    kind: str = ""  # BT-DEX-001
    amount: Decimal | None = None  # BT-DEX-002
    description: str = ""  # BT-DEX-003


@dataclass(frozen=True, slots=True)
class ElectronicInvoice:
    """An invoice or a credit note, with all terms of EN 16931.

    A credit note has positive amounts and says by its type that they are owed to the buyer.
    """

    number: str = ""  # BT-1
    issued_on: date | None = None  # BT-2
    type_code: str = INVOICE  # BT-3, UNTDID 1001
    currency: str = ""  # BT-5, ISO 4217
    tax_currency: str = ""  # BT-6
    tax_point_on: date | None = None  # BT-7
    tax_point_code: str = ""  # BT-8, UNTDID 2005: 3 date of issue, 35 delivery, 432 payment
    due_on: date | None = None  # BT-9
    buyer_reference: str = ""  # BT-10, the routing id (Leitweg-ID) of a German authority
    project_reference: str = ""  # BT-11
    contract_reference: str = ""  # BT-12
    order_reference: str = ""  # BT-13
    sales_order_reference: str = ""  # BT-14
    receiving_advice: str = ""  # BT-15
    despatch_advice: str = ""  # BT-16
    tender_reference: str = ""  # BT-17
    invoiced_object: Identifier | None = None  # BT-18
    accounting_reference: str = ""  # BT-19, of the buyer
    payment_terms: str = ""  # BT-20
    notes: tuple[Note, ...] = ()  # BG-1
    process: str = BILLING_PROCESS  # BT-23
    profile: str = EN16931  # BT-24
    preceding_invoices: tuple[PrecedingInvoice, ...] = ()  # BG-3
    seller: Party = Party()  # BG-4
    buyer: Party = Party()  # BG-7
    payee: Party | None = None  # BG-10, where it is not the seller
    tax_representative: Party | None = None  # BG-11
    delivery: Delivery | None = None  # BG-13
    period: Period | None = None  # BG-14
    payment_means: tuple[PaymentMeans, ...] = ()  # BG-16
    payment_reference: str = ""  # BT-83, what the payer quotes
    mandate_reference: str = ""  # BT-89, of direct debit
    creditor_identifier: str = ""  # BT-90, of direct debit
    allowance_charges: tuple[AllowanceCharge, ...] = ()  # BG-20, BG-21
    totals: Totals = Totals()  # BG-22
    tax_breakdown: tuple[TaxBreakdown, ...] = ()  # BG-23
    attachments: tuple[Attachment, ...] = ()  # BG-24
    lines: tuple[Line, ...] = ()  # BG-25
    third_party_payments: tuple[ThirdPartyPayment, ...] = ()  # BG-DEX-09

    @property
    def is_credit_note(self) -> bool:
        """Whether the amounts are owed to the buyer."""
        return self.type_code in CREDIT_NOTE_CODES

    @property
    def is_xrechnung(self) -> bool:
        """Whether the national rules of XRechnung apply."""
        return ":xrechnung_" in self.profile


def allowances(of: ElectronicInvoice | Line) -> tuple[AllowanceCharge, ...]:
    """What is taken off the invoice or the line."""
    return tuple(entry for entry in of.allowance_charges if not entry.is_charge)


def charges(of: ElectronicInvoice | Line) -> tuple[AllowanceCharge, ...]:
    """What is put on the invoice or the line."""
    return tuple(entry for entry in of.allowance_charges if entry.is_charge)
