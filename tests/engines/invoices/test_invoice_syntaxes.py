"""UBL and CII say the same: what is written is read again equal, and what a syntax can't say is named."""

from __future__ import annotations

from dataclasses import fields, replace
from decimal import Decimal as D
from typing import Any

import pytest

from accord.engines.invoices import document
from accord.engines.invoices.cii import CII
from accord.engines.invoices.document import XRECHNUNG_EXTENSION, ThirdPartyPayment
from accord.engines.invoices.errors import InvoiceFileError
from accord.engines.invoices.mapping import Constant, Group
from accord.engines.invoices.ubl import UBL_CREDIT_NOTE, UBL_INVOICE
from accord.engines.invoices.validation import check_xml
from accord.engines.invoices.xml_file import MOST_BYTES, read_xml, write_xml
from tests.engines.invoices.cases import CASES, line, several_rates

BOMB = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">]><x>&d;</x>"""
FETCH = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'
DTD = b'<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd"><x/>'


@pytest.mark.parametrize("syntax", ["ubl", "cii"])
@pytest.mark.parametrize("name", CASES)
def test_what_is_written_is_read_again(name: str, syntax: str) -> None:
    writing = write_xml(CASES[name], syntax)
    assert not writing.unwritten
    reading = read_xml(writing.xml)
    assert reading.invoice == CASES[name]
    assert not reading.unread


@pytest.mark.parametrize("name", CASES)
def test_one_syntax_becomes_the_other_and_back(name: str) -> None:
    as_ubl = write_xml(CASES[name], "ubl").xml
    as_cii = write_xml(read_xml(as_ubl).invoice, "cii").xml
    assert write_xml(read_xml(as_cii).invoice, "ubl").xml == as_ubl


def terms(cls: type, entries: tuple[Any, ...]) -> set[str]:
    """Every field that the entries reach, as ``seller.address.city``."""
    found = set()
    for entry in entries:
        if isinstance(entry, Group):
            inner = terms(entry.cls, entry.entries)
            found |= {f"{entry.field}.{name}" for name in inner} or {entry.field}
        elif not isinstance(entry, Constant):
            assert entry.field in {field.name for field in fields(cls)}, entry
            found.add(entry.field)
    return found


@pytest.mark.parametrize("syntax", [UBL_INVOICE, UBL_CREDIT_NOTE, CII], ids=lambda each: each.name)
def test_every_term_has_a_place_in_each_syntax(syntax: Any) -> None:
    reached = terms(document.ElectronicInvoice, syntax.entries)
    expected = {field.name for field in fields(document.ElectronicInvoice)}
    named = {name.split(".")[0] for name in reached}
    assert expected - named == ({"third_party_payments"} if syntax is CII else set())
    for group, cls in (("lines", document.Line), ("lines.item", document.Item), ("lines.price", document.Price),
                       ("seller", document.Party), ("delivery", document.Delivery), ("totals", document.Totals),
                       ("tax_breakdown", document.TaxBreakdown), ("attachments", document.Attachment)):  # fmt: skip
        parts = {name[len(group) + 1 :].split(".")[0] for name in reached if name.startswith(f"{group}.")}
        missing = {field.name for field in fields(cls)} - parts
        assert missing == ({"sub_lines"} if (syntax, group) == (CII, "lines") else set()), group


def test_a_credit_note_is_one_in_ubl() -> None:
    writing = write_xml(CASES["credit_note"], "ubl")
    assert writing.syntax == "UBL CreditNote"
    assert b"<cbc:CreditedQuantity" in writing.xml and b"<cac:CreditNoteLine>" in writing.xml


def extension() -> document.ElectronicInvoice:
    whole = several_rates()
    lowest = replace(line(111, "1", "1187.50"), net_amount=D("1187.50"), price=None)
    below = replace(line(11, "12.5", "95"), net_amount=D("1187.50"), sub_lines=(lowest,))
    lines = (replace(whole.lines[0], sub_lines=(below,)), *whole.lines[1:])
    payment = ThirdPartyPayment("Tax of visitors", D("12.50"), "Collected for the town")
    payable = whole.totals.payable + D("12.50")
    return replace(
        whole, profile=XRECHNUNG_EXTENSION, lines=lines, third_party_payments=(payment,),
        totals=replace(whole.totals, payable=payable),
    )  # fmt: skip


def test_the_extension_of_xrechnung_is_kept_in_ubl_and_named_in_cii() -> None:
    invoice = extension()
    writing = write_xml(invoice, "ubl")
    assert read_xml(writing.xml).invoice == invoice
    assert check_xml(writing.xml)[1].is_valid
    assert {each.place for each in write_xml(invoice, "cii").unwritten} == {
        "lines[1].sub_lines",
        "third_party_payments",
    }
    wrong = replace(invoice, totals=replace(invoice.totals, payable=invoice.totals.gross))
    assert "BR-DEX-09" in {found.rule for found in check_xml(write_xml(wrong, "ubl").xml)[1].findings if found.is_error}


def test_a_payment_reference_without_payment_means_is_named() -> None:
    writing = write_xml(replace(several_rates(), payment_means=()), "ubl")
    assert [(each.place, each.value) for each in writing.unwritten] == [("payment_reference", "2026-0042")]


def test_what_no_term_holds_is_named() -> None:
    xml = write_xml(several_rates(), "ubl").xml
    xml = xml.replace(b"<cbc:DocumentCurrencyCode>", b"<cbc:UUID>77</cbc:UUID><cbc:DocumentCurrencyCode>")
    xml = xml.replace(b'<cbc:PriceAmount currencyID="EUR">49.95', b'<cbc:PriceAmount currencyID="USD">49.95')
    found = read_xml(xml).unread
    assert [(each.place, each.value) for each in found] == [
        ("Invoice/UUID", "77"),
        ("Invoice/InvoiceLine[2]/Price/PriceAmount/@currencyID", "USD"),
    ]
    assert xml.splitlines()[found[0].line - 1].strip().startswith(b"<cbc:UUID>")


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        (
            b"1187.50</cbc:Line",
            b"1187,50</cbc:Line",
            r"Line \d+, Invoice/InvoiceLine\[1\]/LineExtensionAmount: isn't a number",
        ),
        (b"2026-12-01", b"01.12.2026", r"Line \d+, Invoice/IssueDate: isn't a date"),
        (b"95</cbc:PriceAmount", b"1e999999</cbc:PriceAmount", "isn't a number"),
        (b"2026-12-15", b"2026-02-30", "DueDate: isn't a date"),
    ],
)
def test_a_wrong_value_is_refused_with_its_element_and_line(before: bytes, after: bytes, reason: str) -> None:
    xml = write_xml(several_rates(), "ubl").xml
    assert before in xml
    with pytest.raises(InvoiceFileError, match=reason) as refused:
        read_xml(xml.replace(before, after, 1))
    assert after.split(b"<")[0] in xml.replace(before, after, 1).splitlines()[refused.value.line - 1]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"not XML", "no well-formed XML"),
        (b"<order/>", "its first element is order"),
        (b"<a>" * 100 + b"</a>" * 100, "too many elements or levels"),
        (b"<a>" + b"<b/>" * 400_000 + b"</a>", "too many elements or levels"),
        (b"<a>" + b" " * MOST_BYTES + b"</a>", "larger than 30 MB"),
        (BOMB, "document type"),
        (FETCH, "document type"),
        (DTD, "document type"),
        (DTD.decode().encode("utf-16"), "document type"),
    ],
    ids=["empty", "text", "other", "deep", "wide", "large", "bomb", "fetch", "dtd", "utf16"],
)
def test_what_is_no_invoice_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(InvoiceFileError, match=reason):
        read_xml(data)
