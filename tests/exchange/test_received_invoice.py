"""An invoice that someone sends is read in the limited child: as XML or within a PDF, with attachments and refusals."""

from __future__ import annotations

from dataclasses import replace

import pytest

from accord.engines.invoices.document import Attachment
from accord.engines.invoices.hybrid import attach
from accord.engines.invoices.xml_file import read_xml, write_xml
from accord.exchange.einvoice import read_received
from accord.exchange.errors import ImportFileError
from tests.engines.invoices.cases import CASES, several_rates


def test_an_invoice_comes_back_equal() -> None:
    xml = write_xml(CASES["everything"], "ubl").xml
    assert read_received(xml) == read_xml(xml)


def test_an_invoice_within_a_pdf_comes_back_equal() -> None:
    import typst

    xml = write_xml(several_rates()).xml
    page = typst.compile(b'#set document(title: "Invoice")\n= Invoice', pdf_standards="a-3b")
    assert read_received(attach(page, xml)) == read_xml(xml)


def test_large_attachments_fit() -> None:
    large = Attachment("A", content=bytes(15_000_000), mime_type="application/pdf", file_name="a.pdf")
    xml = write_xml(replace(several_rates(), attachments=(large,)), "cii").xml
    assert read_received(xml).invoice.attachments == (large,)


def test_a_refusal_names_the_file() -> None:
    with pytest.raises(ImportFileError, match=r"bill\.xml: The file declares a document type"):
        read_received(b'<!DOCTYPE x SYSTEM "http://127.0.0.1/x"><x/>', "bill.xml")
