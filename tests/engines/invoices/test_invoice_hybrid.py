"""A PDF/A-3 by Typst carries its invoice, and gives it back to the byte."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest

from accord.engines.invoices.document import XRECHNUNG
from accord.engines.invoices.errors import InvoiceFileError
from accord.engines.invoices.hybrid import attach, extract, is_pdf, xml_of
from accord.engines.invoices.rules import Severity
from accord.engines.invoices.schematron import RulesFailed
from accord.engines.invoices.validation import KOSIT, RulesMissing, check_xml
from accord.engines.invoices.xml_file import read_xml, write_xml
from tests.engines.invoices.cases import several_rates

# One rule of KoSIT's kind: it only looks like Schematron compiled to XSLT.
RULES = """<xsl:stylesheet version="2.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
  xmlns:svrl="http://purl.oclc.org/dsdl/svrl"
  xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
  <xsl:template match="/"><svrl:schematron-output><xsl:for-each select="/*/cbc:BuyerReference">
    <svrl:failed-assert id="BR-DE-99" flag="warning"
      location="/*:Invoice[namespace-uri()='x'][1]/cbc:BuyerReference[1]">
      <svrl:text>[BR-DE-99] Found <xsl:value-of select="."/></svrl:text></svrl:failed-assert>
  </xsl:for-each></svrl:schematron-output></xsl:template></xsl:stylesheet>"""


@pytest.fixture(scope="module")
def page() -> bytes:
    import typst

    return typst.compile(b'#set document(title: "Invoice")\n= Invoice', pdf_standards="a-3b")


def test_a_pdf_gives_its_invoice_back(page: bytes) -> None:
    xml = write_xml(several_rates()).xml
    made = attach(page, xml, language="de-DE", title="Invoice 2026-0042", author="Accord Consulting GmbH")
    assert is_pdf(made)
    assert extract(made) == xml_of(made) == xml
    assert read_xml(extract(made)).invoice == several_rates()


def test_the_pdf_says_that_it_is_factur_x(page: bytes) -> None:
    from pypdf import PdfReader

    root = PdfReader(BytesIO(attach(page, write_xml(several_rates()).xml))).root_object
    metadata = root["/Metadata"].get_data()
    for said in (b"<pdfaid:part>3", b"EN 16931</fx:ConformanceLevel>", b"factur-x.xml</fx:DocumentFileName>"):
        assert said in metadata
    assert root["/AF"][0].get_object()["/AFRelationship"] == "/Alternative"
    assert root["/OutputIntents"]


def test_only_a_pdf_a_3_takes_an_invoice_of_its_profile(page: bytes) -> None:
    import typst

    xml = write_xml(several_rates()).xml
    with pytest.raises(InvoiceFileError, match=r"no PDF/A-3"):
        attach(typst.compile(b"= Invoice"), xml)
    with pytest.raises(InvoiceFileError, match="CII of the profile EN 16931"):
        attach(page, write_xml(several_rates(), "ubl").xml)
    with pytest.raises(InvoiceFileError, match="XRechnung is sent as XML"):
        attach(page, write_xml(replace(several_rates(), profile=XRECHNUNG)).xml)


def test_a_pdf_without_an_invoice_is_refused(page: bytes) -> None:
    with pytest.raises(InvoiceFileError, match=r"no electronic invoice attached; factur-x\.xml"):
        extract(page)
    with pytest.raises(InvoiceFileError, match="can't be read"):
        extract(page[:400])


def test_an_attachment_of_another_name_is_found(page: bytes) -> None:
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(BytesIO(page)))
    writer.add_attachment("order.xml", b"<order/>")
    writer.add_attachment("Rechnung.XML", write_xml(several_rates(), "ubl").xml)
    made = BytesIO()
    writer.write(made)
    assert read_xml(extract(made.getvalue())).invoice == several_rates()


def test_rules_in_a_folder_are_applied(tmp_path: Path) -> None:
    xml = write_xml(several_rates(), "ubl").xml
    with pytest.raises(RulesMissing, match="holds no rules for UBL"):
        check_xml(xml, rules=tmp_path)
    (tmp_path / "schematron").mkdir()
    (tmp_path / "schematron" / "XRechnung-UBL-validation.xsl").write_text(RULES)
    _, verdict = check_xml(xml, rules=tmp_path)
    (found,) = [found for found in verdict.findings if found.source == KOSIT]
    assert (found.rule, found.severity, found.text, found.place) == (
        "BR-DE-99", Severity.WARNING, "Found 04011000-12345-34", "Invoice/BuyerReference",
    )  # fmt: skip
    assert verdict.is_valid and KOSIT in verdict.sources


def test_rules_that_cannot_be_run_are_no_valid_invoice(tmp_path: Path) -> None:
    """The package's own check passes where it can't run; ours never says valid then."""
    (tmp_path / "XRechnung-UBL-validation.xsl").write_text("<xsl:broken/>")
    with pytest.raises(RulesFailed, match="can't be applied"):
        check_xml(write_xml(several_rates(), "ubl").xml, rules=tmp_path)


def test_checks_run_in_several_threads() -> None:
    from concurrent.futures import ThreadPoolExecutor

    xml = write_xml(several_rates(), "ubl").xml
    with ThreadPoolExecutor(4) as pool:
        assert all(verdict.is_valid for _, verdict in pool.map(check_xml, [xml] * 12))


def test_reading_and_writing_load_neither_saxon_nor_factur_x() -> None:
    program = (
        "import sys, accord.engines.invoices.hybrid, accord.engines.invoices.validation, accord.cli.main\n"
        "print([name for name in ('saxonche', 'facturx', 'pypdf') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
