"""Invoices of every kind that a firm writes, complete and valid; tests change them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal as D

from accord.engines.invoices.document import (
    XRECHNUNG,
    Address,
    AllowanceCharge,
    Attachment,
    Contact,
    CreditTransfer,
    Delivery,
    ElectronicInvoice,
    Identifier,
    Item,
    ItemAttribute,
    Line,
    Note,
    Party,
    PaymentCard,
    PaymentMeans,
    Period,
    PrecedingInvoice,
    Price,
    Totals,
)
from accord.engines.invoices.totals import Exemption, with_totals

SELLER = Party(
    name="Accord Consulting GmbH",
    trading_name="Accord",
    legal_registration=Identifier("HRB 12345"),
    vat_number="DE123456789",
    tax_number="123/456/789",
    legal_information="Managing director: Ana Kos",
    electronic_address=Identifier("billing@accord.example", "EM"),
    address=Address("Hauptstr. 1", city="Berlin", post_code="10115", country="DE"),
    contact=Contact("Ana Kos", "+49 30 123456", "ana@accord.example"),
)
BUYER = Party(
    name="Brandt AG",
    identifiers=(Identifier("K-4711"),),
    vat_number="DE987654321",
    electronic_address=Identifier("invoices@brandt.example", "EM"),
    address=Address("Am Hafen 3", "Tor 2", "Haus B", "Hamburg", "20457", "Hamburg", "DE"),
    contact=Contact("Ben Brandt", "+49 40 7654321", "ben@brandt.example"),
)
FRENCH = replace(
    BUYER,
    name="Chevalier SARL",
    vat_number="FR12345678901",
    address=Address("Rue 1", city="Lyon", post_code="69001", country="FR"),
)
SWISS = replace(
    BUYER, name="Durrer AG", vat_number="", address=Address("Gasse 1", city="Bern", post_code="3011", country="CH")
)
TRANSFER = PaymentMeans("58", "SEPA", CreditTransfer("DE75512108001245126199", "Accord Consulting GmbH", "SOLADEST600"))


def line(number: int, quantity: str, net: str, rate: str | None = "19", category: str = "S", **fields) -> Line:
    fields = {"item": Item(name=f"Work package {number}"), "price": Price(net=D(net)), "unit": "HUR", **fields}
    return Line(
        id=str(number),
        quantity=D(quantity),
        tax_category=category,
        tax_rate=None if rate is None else D(rate),
        **fields,
    )


def invoice(*lines: Line, exemptions=None, tax_currency_rate=None, **fields) -> ElectronicInvoice:
    begun = ElectronicInvoice(
        number="2026-0042",
        issued_on=date(2026, 12, 1),
        due_on=date(2026, 12, 15),
        currency="EUR",
        seller=SELLER,
        buyer=BUYER,
        period=Period(date(2026, 11, 1), date(2026, 11, 30)),
        payment_means=(TRANSFER,),
        payment_reference="2026-0042",
        payment_terms="14 days net",
        buyer_reference="04011000-12345-34",
        lines=tuple(lines),
    )
    return with_totals(replace(begun, **fields), exemptions=exemptions, tax_currency_rate=tax_currency_rate)


def several_rates() -> ElectronicInvoice:
    return invoice(
        line(1, "12.5", "95"), line(2, "3", "49.95", "7"), line(3, "1", "10", "0", "Z"), line(4, "7", "33.33")
    )


def reverse_charge() -> ElectronicInvoice:
    return invoice(line(1, "40", "120", "0", "AE"), buyer=FRENCH)


def discounts() -> ElectronicInvoice:
    off = AllowanceCharge(amount=D("20"), base=D("200"), percentage=D("10"), reason="Volume discount", reason_code="95")
    on = AllowanceCharge(is_charge=True, amount=D("5.55"), reason="Express", reason_code="ADW")
    whole = (
        AllowanceCharge(
            amount=D("33.33"),
            base=D("333.30"),
            percentage=D("10"),
            tax_category="S",
            tax_rate=D("19"),
            reason="Loyalty",
            reason_code="95",
        ),
        AllowanceCharge(amount=D("1.01"), tax_category="S", tax_rate=D("7"), reason="Loyalty"),
        AllowanceCharge(
            is_charge=True, amount=D("9.90"), tax_category="S", tax_rate=D("19"), reason="Freight", reason_code="FC"
        ),
    )
    gross = Price(net=D("90"), discount=D("10"), gross=D("100"))
    return invoice(
        line(1, "2", "100", allowance_charges=(off, on)),
        line(2, "3", "90", price=gross),
        line(3, "1", "20", "7"),
        allowance_charges=whole,
    )


def credit_note() -> ElectronicInvoice:
    return invoice(
        line(1, "2", "95"),
        type_code="381",
        number="2026-C7",
        project_reference="P-12",
        order_reference="4500012",
        preceding_invoices=(PrecedingInvoice("2026-0031", date(2026, 10, 30)),),
    )


def foreign_currency() -> ElectronicInvoice:
    return invoice(line(1, "10", "150.25"), currency="USD", tax_currency="EUR", tax_currency_rate=D("0.9134"))


def rounding() -> ElectronicInvoice:
    lines = (line(n, "0.333", "9.995") for n in range(1, 8))
    return invoice(*lines, line(8, "1", "0.005"), totals=Totals(rounding=D("-0.01")))


def exempt() -> ElectronicInvoice:
    why = {"E": Exemption("Exempt under § 4 no. 21 UStG", "VATEX-EU-132-1I")}
    return invoice(line(1, "8", "80", "0", "E"), line(2, "1", "30"), exemptions=why)


def intra_community() -> ElectronicInvoice:
    delivery = Delivery(recipient="Chevalier SARL", delivered_on=date(2026, 11, 20), address=FRENCH.address)
    return invoice(line(1, "4", "25.50", "0", "K", unit="C62"), buyer=FRENCH, delivery=delivery)


def prepaid() -> ElectronicInvoice:
    return invoice(line(1, "100", "95"), totals=Totals(prepaid=D("5000")))


def base_quantities() -> ElectronicInvoice:
    hundred = Price(net=D("4.99"), base_quantity=D("100"), base_unit="C62")
    return invoice(
        line(1, "1250", "4.99", price=hundred, unit="C62"), line(2, "0", "95"), line(3, "-2", "30"), line(4, "3", "95")
    )


def export() -> ElectronicInvoice:
    return invoice(line(1, "5", "200", "0", "G"), buyer=SWISS)


def not_subject() -> ElectronicInvoice:
    seller = replace(SELLER, vat_number="", tax_number="")
    return invoice(line(1, "5", "200", None, "O"), seller=seller, buyer=SWISS)


def canary_islands() -> ElectronicInvoice:
    return invoice(line(1, "5", "200", "7", "L"), line(2, "1", "50", "3", "L"))


def direct_debit() -> ElectronicInvoice:
    means = PaymentMeans("59", debited_account="DE75512108001245126199")
    return invoice(
        line(1, "1", "950"),
        profile=XRECHNUNG,
        payment_means=(means,),
        mandate_reference="M-1",
        creditor_identifier="DE98ZZZ09999999999",
        payment_terms="",
    )


def everything() -> ElectronicInvoice:
    """As many terms as one invoice can have."""
    item = Item(
        "Consulting",
        "Requirements",
        "A-1",
        "B-2",
        Identifier("4012345000009", "0160"),
        (Identifier("72220000", "STI", "19.05.01"), Identifier("81111500", "TST")),
        "DE",
        (ItemAttribute("Level", "Senior"), ItemAttribute("Site", "Hamburg")),
    )
    detailed = line(
        1,
        "30",
        "158.125",
        item=item,
        note="On site",
        object=Identifier("OBJ-1", "ABZ"),
        order_line="10",
        accounting_reference="4711",
        period=Period(date(2026, 11, 1), date(2026, 11, 15)),
    )
    return invoice(
        detailed,
        profile=XRECHNUNG,
        tax_point_code="35",
        project_reference="P-12",
        contract_reference="C-7",
        order_reference="4500012",
        sales_order_reference="SO-1",
        receiving_advice="RA-1",
        despatch_advice="DA-1",
        tender_reference="LOT-3",
        invoiced_object=Identifier("METER-1", "AVE"),
        accounting_reference="K-100",
        payment_terms="#SKONTO#TAGE=7#PROZENT=2.00#\n#SKONTO#TAGE=14#PROZENT=1.00#BASISBETRAG=100.00#",
        notes=(Note("Thank you.", "AAI"), Note("No subject.")),
        preceding_invoices=(PrecedingInvoice("2026-0031", date(2026, 10, 30)), PrecedingInvoice("2026-0032")),
        payee=Party(name="Factor Bank", identifiers=(Identifier("F-1"),), legal_registration=Identifier("HRB 9")),
        tax_representative=Party(
            name="Tax Office Ltd",
            vat_number="DE111111111",
            address=Address("Ring 5", city="Bonn", post_code="53111", country="DE"),
        ),
        delivery=Delivery("Brandt AG, gate 4", Identifier("L-4"), date(2026, 11, 28), BUYER.address),
        payment_means=(TRANSFER, PaymentMeans("58", credit_transfer=CreditTransfer("DE02120300000000202051"))),
        attachments=(
            Attachment(
                "TS-11", "Timesheet", content=b"%PDF-1.7 \x00\xff", mime_type="application/pdf", file_name="t.pdf"
            ),
            Attachment("TERMS", "Terms", "https://accord.example/terms"),
        ),
    )


def card() -> ElectronicInvoice:
    means = PaymentMeans("48", card=PaymentCard("1234", "Ben Brandt"))
    return invoice(line(1, "1", "95"), payment_means=(means,), due_on=None, totals=Totals(prepaid=D("113.05")))


CASES = {
    case.__name__: case()
    for case in (
        several_rates,
        reverse_charge,
        discounts,
        credit_note,
        foreign_currency,
        rounding,
        exempt,
        intra_community,
        prepaid,
        base_quantities,
        export,
        not_subject,
        canary_islands,
        direct_debit,
        everything,
        card,
    )
}
