"""Our cases are valid by every rule; with one figure changed, the rule that covers it refuses them, as the official."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal as D

import pytest

from accord.engines.invoices.document import XRECHNUNG, AllowanceCharge, ElectronicInvoice, Period, Price, Totals
from accord.engines.invoices.rules import Severity, broken
from accord.engines.invoices.rules_tax import CATEGORIES
from accord.engines.invoices.totals import Exemption, with_totals
from accord.engines.invoices.validation import CEN, FACTURX, check_invoice, check_xml
from accord.engines.invoices.xml_file import write_xml
from tests.engines.invoices.cases import CASES, several_rates

COVERED_BY = {
    "lines": "BR-CO-10", "allowances": "BR-CO-11", "charges": "BR-CO-12", "net": "BR-CO-13", "tax": "BR-CO-14",
    "gross": "BR-CO-15", "prepaid": "BR-CO-16", "rounding": "BR-CO-16", "payable": "BR-CO-16",
}  # fmt: skip


def changed(invoice: ElectronicInvoice, by: D) -> Iterator[tuple[str, str, ElectronicInvoice]]:
    """``invoice`` with one amount after the other changed, the name of the amount and the rule that covers it."""
    for name, rule in COVERED_BY.items():
        amount = (getattr(invoice.totals, name) or D(0)) + by
        yield f"totals.{name}", rule, replace(invoice, totals=replace(invoice.totals, **{name: amount}))
    rules_of = {category.code: category.rules for category in CATEGORIES}
    for number, row in enumerate(invoice.tax_breakdown):
        for name, rule in (("taxable", f"BR-{rules_of[row.category]}-08"), ("tax", "BR-CO-17")):
            rows = list(invoice.tax_breakdown)
            rows[number] = replace(row, **{name: getattr(row, name) + by})
            yield f"tax_breakdown[{number}].{name}", rule, replace(invoice, tax_breakdown=tuple(rows))
    for number, line in enumerate(invoice.lines):
        lines = list(invoice.lines)
        lines[number] = replace(line, net_amount=line.net_amount + by)
        yield f"lines[{number}].net_amount", "BR-CO-10", replace(invoice, lines=tuple(lines))


def errors(invoice: ElectronicInvoice) -> set[str]:
    return {finding.rule for finding in broken(invoice, strict=True) if finding.is_error}


@pytest.mark.parametrize("syntax", ["ubl", "cii"])
@pytest.mark.parametrize("name", CASES)
def test_every_case_is_valid_as_an_xrechnung(name: str, syntax: str) -> None:
    xrechnung = with_totals(
        replace(CASES[name], profile=XRECHNUNG), exemptions={"E": Exemption("Exempt under § 4 no. 21 UStG")}
    )
    _, verdict = check_invoice(xrechnung, syntax)
    assert verdict.is_valid, [found for found in verdict.findings if found.is_error]


def official_errors(invoice: ElectronicInvoice, syntax: str) -> set[str]:
    _, verdict = check_xml(write_xml(invoice, syntax).xml)
    return {found.rule for found in verdict.findings if found.is_error and found.source in (CEN, FACTURX)}


@pytest.mark.parametrize("syntax", ["ubl", "cii"])
@pytest.mark.parametrize("name", CASES)
def test_every_case_is_valid(name: str, syntax: str) -> None:
    _, verdict = check_invoice(CASES[name], syntax)
    assert verdict.is_valid, [found for found in verdict.findings if found.is_error]
    assert not [found for found in verdict.findings if found.severity is not Severity.NOTE and found.source == "Accord"]


@pytest.mark.parametrize("by", ["0.01", "-0.01", "1.00"])
@pytest.mark.parametrize("name", CASES)
def test_each_changed_amount_is_refused_by_the_rule_that_covers_it(name: str, by: str) -> None:
    for place, rule, invoice in changed(CASES[name], D(by)):
        assert rule in errors(invoice), (place, errors(invoice))


@pytest.mark.parametrize("syntax", ["ubl", "cii"])
@pytest.mark.parametrize(
    "name", ["several_rates", "discounts", "exempt", "foreign_currency", "credit_note", "not_subject"]
)
def test_our_rules_find_what_the_official_ones_find(name: str, syntax: str) -> None:
    """They allow less than 1 in VAT and its taxable amounts, where ours are exact, and Factur-X has no BR-CO-17."""
    for place, rule, invoice in changed(CASES[name], D("5.00")):
        official = {found for found in official_errors(invoice, syntax) if found.startswith("BR-")}
        assert official <= errors(invoice), (place, official - errors(invoice))
        assert rule in official or (rule == "BR-CO-17" and "BR-CO-14" in official), (place, official)


def removed() -> Iterator[tuple[str, ElectronicInvoice]]:
    """An invoice without what a rule asks for."""
    whole = several_rates()
    first = whole.lines[0]
    seller, buyer = whole.seller, whole.buyer
    german = replace(whole, profile=XRECHNUNG)
    yield "BR-02", replace(whole, number=" ")
    yield "BR-03", replace(whole, issued_on=None)
    yield "BR-06", replace(whole, seller=replace(seller, name=""))
    yield "BR-07", replace(whole, buyer=replace(buyer, name=""))
    yield "BR-08", replace(whole, seller=replace(seller, address=None))
    yield "BR-11", replace(whole, buyer=replace(buyer, address=replace(buyer.address, country="")))
    yield "BR-16", replace(whole, lines=())
    yield "BR-22", replace(whole, lines=(replace(first, quantity=None), *whole.lines[1:]))
    yield "BR-26", replace(whole, lines=(replace(first, price=None), *whole.lines[1:]))
    yield "BR-27", replace(whole, lines=(replace(first, price=replace(first.price, net=D(-1))), *whole.lines[1:]))
    yield "BR-53", replace(whole, tax_currency="CHF")
    yield "BR-CO-04", replace(whole, lines=(replace(first, tax_category=""), *whole.lines[1:]))
    yield "BR-CO-09", replace(whole, seller=replace(seller, vat_number="12345"))
    yield "BR-CO-25", replace(whole, due_on=None, payment_terms="")
    yield "BR-DEC-09", replace(whole, totals=replace(whole.totals, lines=D("1.005")))
    yield "BR-S-01", replace(whole, tax_breakdown=whole.tax_breakdown[2:])
    yield "BR-S-02", replace(whole, seller=replace(seller, vat_number="", tax_number=""))
    yield "BR-S-05", replace(whole, lines=(replace(first, tax_rate=D(0)), *whole.lines[1:]))
    yield (
        "BR-AE-10",
        replace(
            CASES["reverse_charge"],
            tax_breakdown=(replace(CASES["reverse_charge"].tax_breakdown[0], exemption_reason="", exemption_code=""),),
        ),
    )
    yield (
        "BR-IC-11",
        replace(
            CASES["intra_community"],
            period=None,
            delivery=replace(CASES["intra_community"].delivery, delivered_on=None),
        ),
    )
    yield "BR-O-02", replace(CASES["not_subject"], seller=seller)
    yield "BR-DE-1", replace(german, payment_means=())
    yield "BR-DE-2", replace(german, seller=replace(seller, contact=None))
    yield "BR-DE-3", replace(german, seller=replace(seller, address=replace(seller.address, city="")))
    yield "BR-DE-15", replace(german, buyer_reference="")
    yield "BR-DE-18", replace(german, payment_terms="#SKONTO#TAGE=7#PROZENT=2#")
    yield "BR-DE-23-a", replace(german, payment_means=(replace(german.payment_means[0], credit_transfer=None),))
    periods = replace(first, period=Period(date(2026, 10, 31), date(2026, 12, 1)))
    odd = replace(first, price=Price(D("95"), D("1"), D("95"), D("1"), "DAY"))
    off = AllowanceCharge(amount=D("5"), base=D("100"), percentage=D("4"), reason="Loyalty")
    yield "PEPPOL-EN16931-R001", replace(german, process="")
    yield "PEPPOL-EN16931-R005", replace(german, tax_currency="EUR")
    yield "PEPPOL-EN16931-R010", replace(german, buyer=replace(buyer, electronic_address=None))
    yield "PEPPOL-EN16931-R020", replace(german, seller=replace(seller, electronic_address=None))
    yield "PEPPOL-EN16931-R040", replace(german, allowance_charges=(off,))
    yield "PEPPOL-EN16931-R041", replace(german, allowance_charges=(replace(off, base=None),))
    yield "PEPPOL-EN16931-R042", replace(german, allowance_charges=(replace(off, percentage=None),))
    yield "PEPPOL-EN16931-R046", replace(german, lines=(odd,))
    yield "PEPPOL-EN16931-R061", replace(CASES["direct_debit"], mandate_reference="")
    yield "PEPPOL-EN16931-R110", replace(german, lines=(periods,))
    yield "PEPPOL-EN16931-R111", replace(german, lines=(periods,))
    yield "PEPPOL-EN16931-R120", replace(german, lines=(replace(first, net_amount=D("1187.00")),))
    yield "PEPPOL-EN16931-R121", replace(german, lines=(replace(first, price=Price(D("95"), base_quantity=D(0))),))
    yield "PEPPOL-EN16931-R130", replace(german, lines=(odd,))
    yield "BR-DE-30", replace(CASES["direct_debit"], creditor_identifier="")


@pytest.mark.parametrize(("rule", "invoice"), list(removed()), ids=lambda each: each if isinstance(each, str) else "")
def test_what_a_rule_asks_for_is_missed(rule: str, invoice: ElectronicInvoice) -> None:
    assert rule in errors(invoice)
    if not rule.startswith(("BR-DE-", "PEPPOL")):
        assert not check_xml(write_xml(invoice, "ubl").xml)[1].is_valid


def test_national_rules_are_those_of_xrechnung_only() -> None:
    assert "BR-DE-15" not in errors(replace(several_rates(), buyer_reference=""))


def test_a_cent_by_rounding_each_line_is_a_warning_unless_we_send_it() -> None:
    invoice = several_rates()
    row = invoice.tax_breakdown[0]
    off = replace(invoice, tax_breakdown=(replace(row, tax=row.tax + D("0.01")), *invoice.tax_breakdown[1:]))
    found = {finding.rule: finding.severity for finding in broken(off)}
    assert (found["BR-CO-17"], found["BR-S-09"]) == (Severity.WARNING, Severity.WARNING)
    assert {"BR-CO-17", "BR-S-09"} <= errors(off)


def test_every_total_is_covered() -> None:
    """What is in another currency can't be checked: no rule knows the rate."""
    assert {field.name for field in fields(Totals)} - set(COVERED_BY) == {"tax_in_tax_currency"}
