"""The test suite of XRechnung: every file is read whole, is valid, and is written valid; both syntaxes say the same."""

from __future__ import annotations

import os
from dataclasses import replace
from decimal import Decimal as D
from pathlib import Path
from typing import Any

import pytest

from accord.engines.invoices.document import ElectronicInvoice, Item, Line
from accord.engines.invoices.rules import broken
from accord.engines.invoices.validation import check_xml
from accord.engines.invoices.xml_file import read_xml, write_xml

SHARED = Path(os.environ.get("ACCORD_SHARED_DATA", Path(__file__).parents[4] / "shared" / "data"))
FILES = sorted((SHARED / "07_einvoice" / "xrechnung_testsuite").glob("*.xml"))
PAIRS = [
    (path, other) for path in FILES if path.name.endswith("_ubl.xml")
    if (other := path.with_name(path.name.replace("_ubl.xml", "_uncefact.xml"))).exists()
]  # fmt: skip
# What a file says without a term of EN 16931: the network of a card, a reason beside the tax of a line.
BEYOND = ("CardAccount/NetworkID", "SpecifiedLineTradeSettlement/ApplicableTradeTax/ExemptionReason")
absent = pytest.mark.skipif(not FILES, reason="the shared data are not on this machine")


@absent
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_is_valid_and_is_written_again_valid(path: Path) -> None:
    reading, verdict = check_xml(path.read_bytes())
    assert verdict.is_valid, [found for found in verdict.findings if found.is_error]
    assert not [each for each in reading.unread if not each.place.endswith(BEYOND)]
    for syntax in ("ubl", "cii"):
        writing = write_xml(reading.invoice, syntax)
        again, verdict = check_xml(writing.xml)
        assert verdict.is_valid, (syntax, [found for found in verdict.findings if found.is_error])
        assert not again.unread
        if syntax == "cii" and writing.unwritten:
            assert {each.place.split(".")[-1] for each in writing.unwritten} <= {"sub_lines", "third_party_payments"}
        else:
            assert again.invoice == reading.invoice, syntax


def figures(invoice: ElectronicInvoice) -> dict[str, Any]:
    """Every figure of the invoice; an amount that is absent is one of zero, and a price without quantity is for one."""
    totals = {name: getattr(invoice.totals, name) or D(0) for name in invoice.totals.__dataclass_fields__}
    return {
        "currency": (invoice.currency, invoice.tax_currency),
        "days": (invoice.issued_on, invoice.due_on, invoice.tax_point_on, invoice.period),
        "totals": totals,
        "tax": [replace(row, exemption_reason="") for row in invoice.tax_breakdown],
        "allowances and charges": invoice.allowance_charges,
        "lines": [
            replace(
                line, item=Item(), price=line.price and replace(line.price, base_quantity=of_one(line), base_unit="")
            )
            for line in invoice.lines
        ],
    }


def of_one(line: Line) -> D:
    return line.price.base_quantity or D(1)


@absent
@pytest.mark.parametrize(("ubl", "cii"), PAIRS, ids=lambda path: path.stem)
def test_both_syntaxes_of_an_invoice_have_equal_figures(ubl: Path, cii: Path) -> None:
    assert figures(read_xml(ubl.read_bytes()).invoice) == figures(read_xml(cii.read_bytes()).invoice)


@absent
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_with_one_total_changed_is_refused(path: Path) -> None:
    invoice = read_xml(path.read_bytes()).invoice
    for name in ("lines", "allowances", "charges", "net", "tax", "gross", "prepaid", "rounding", "payable"):
        amount = (getattr(invoice.totals, name) or D(0)) + D("0.01")
        changed = replace(invoice, totals=replace(invoice.totals, **{name: amount}))
        assert any(found.is_error and found.rule.startswith(("BR-CO-1", "BR-DEX-09")) for found in broken(changed)), (
            name
        )


@absent
def test_the_suite_is_there() -> None:
    assert len(FILES) >= 53 and len(PAIRS) >= 24
