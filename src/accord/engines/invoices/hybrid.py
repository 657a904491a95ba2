"""A PDF that carries its invoice as XML (Factur-X, ZUGFeRD): PDF/A-3 with the CII file attached.

``factur-x`` and ``pypdf`` are imported with the first PDF: they take most of a second.
"""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

from accord.engines.invoices.document import EN16931
from accord.engines.invoices.errors import InvoiceFileError
from accord.engines.invoices.xml_file import MOST_BYTES, read_xml
from accord.engines.texts import gettext_lazy

MOST_PDF_BYTES = 60 * 1024 * 1024
# What the XML is called by the standards, the usual name first: Factur-X and ZUGFeRD 2, XRechnung, ZUGFeRD 2.0 and 1.
NAMES = ("factur-x.xml", "xrechnung.xml", "zugferd-invoice.xml")
_PART = re.compile(rb"pdfaid:part(?:>|=[\"'])\s*3\b")


def is_pdf(data: bytes) -> bool:
    """Whether the file is a PDF by its first bytes."""
    return b"%PDF-" in data[:1024]


def attach(pdf: bytes, xml: bytes, *, language: str = "en", title: str = "", author: str = "") -> bytes:
    """``pdf`` (PDF/A-3, as Typst writes it with ``pdf_standards="a-3b"``) with the invoice ``xml`` attached.

    ``language`` is that of the page (``de-DE``); ``title`` and ``author`` are its metadata. The invoice must be CII of
    the profile EN 16931, which the PDF declares. Raises :class:`InvoiceFileError` for another PDF or XML.
    """
    reading = read_xml(xml)
    if reading.syntax != "CII" or reading.invoice.profile != EN16931:
        raise InvoiceFileError(
            gettext_lazy(
                "A PDF carries an invoice in CII of the profile EN 16931; this one is %(syntax)s of %(profile)s. "
                "An XRechnung is sent as XML.",
                syntax=reading.syntax,
                profile=reading.invoice.profile or "?",
            )
        )
    _refuse_other_pdf(pdf)
    from facturx import generate_from_binary

    number = reading.invoice.number
    metadata = {"title": title or number, "author": author, "subject": number, "keywords": "Factur-X, ZUGFeRD"}
    made: bytes = generate_from_binary(
        pdf, xml, flavor="factur-x", level="en16931", check_xsd=False, pdf_metadata=metadata, lang=language,
        afrelationship="alternative",
    )  # fmt: skip
    return made


def _refuse_other_pdf(pdf: bytes) -> None:
    from pypdf import PdfReader

    try:
        metadata: Any = PdfReader(BytesIO(pdf)).root_object.get("/Metadata")
        found = b"" if metadata is None else metadata.get_object().get_data()
    except Exception as error:  # a broken file makes pypdf raise errors of every kind
        raise _unreadable(error) from None
    if not _PART.search(found):
        raise InvoiceFileError(gettext_lazy("The PDF is no PDF/A-3; an invoice can only be attached to one."))


def _unreadable(error: Exception) -> InvoiceFileError:
    return InvoiceFileError(gettext_lazy("The PDF can't be read (%(reason)s).", reason=str(error)[:100]))


def extract(pdf: bytes) -> bytes:
    """The XML of the invoice that is attached to ``pdf``.

    Raises :class:`InvoiceFileError` for a PDF that can't be read, and for one without an invoice.
    """
    if len(pdf) > MOST_PDF_BYTES:
        raise InvoiceFileError(gettext_lazy("The PDF is larger than %(most)s MB.", most=MOST_PDF_BYTES // 1024**2))
    found = _attachments(pdf)
    for name in NAMES:
        if name in found:
            return found[name]
    for content in found.values():
        if _is_invoice(content):
            return content
    raise InvoiceFileError(
        gettext_lazy("The PDF has no electronic invoice attached; %(name)s is expected.", name=NAMES[0])
    )


def _attachments(pdf: bytes) -> dict[str, bytes]:
    """The attached XML files by their names in small letters."""
    from pypdf import PdfReader

    found: dict[str, bytes] = {}
    try:
        for file in PdfReader(BytesIO(pdf)).attachment_list:
            name = file.name.lower()
            if name.endswith(".xml") and name not in found:
                found[name] = bytes(file.content)[: MOST_BYTES + 1]
    except Exception as error:  # a broken file makes pypdf raise errors of every kind
        raise _unreadable(error) from None
    return found


def _is_invoice(content: bytes) -> bool:
    try:
        read_xml(content)
    except InvoiceFileError:
        return False
    return True


def xml_of(data: bytes) -> bytes:
    """The XML of an invoice that came as XML or within a PDF."""
    return extract(data) if is_pdf(data) else data
