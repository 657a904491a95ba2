"""An electronic invoice as an XML file: UBL or CII in, UBL or CII out.

The file may come from anyone: no document type and no entity is read, nothing is fetched, and size, elements and depth
are bounded. Whoever receives files on a server reads them in the limited child (``accord.exchange.einvoice``).
"""

from __future__ import annotations

from typing import Any, Literal

from lxml import etree

from accord.engines.invoices.cii import CII
from accord.engines.invoices.document import ElectronicInvoice
from accord.engines.invoices.errors import InvoiceFileError
from accord.engines.invoices.mapping import Reading, Syntax, Writing, read, refuse_root, write
from accord.engines.invoices.ubl import UBL_CREDIT_NOTE, UBL_INVOICE
from accord.engines.texts import gettext_lazy

MOST_BYTES = 30 * 1024 * 1024  # attachments are within the file, a third larger than they are
MOST_ELEMENTS = 300_000
MOST_DEPTH = 60
SYNTAXES = {
    f"{{{syntax.namespaces[syntax.root.split(':')[0]]}}}{syntax.root.split(':')[1]}": syntax
    for syntax in (UBL_INVOICE, UBL_CREDIT_NOTE, CII)
}
SyntaxName = Literal["ubl", "cii"]


def read_xml(data: bytes) -> Reading:
    """The invoice in ``data``, and what the file says beyond it.

    Raises :class:`InvoiceFileError`, with the element and the line, for what is no invoice or can't be read as one.
    """
    root = parse(data)
    return read(root, syntax_of(root))


def syntax_of(root: Any) -> Syntax:
    """The syntax of the document below ``root``; refuses what is none."""
    syntax = SYNTAXES.get(root.tag)
    if syntax is None:
        raise refuse_root(root)
    return syntax


def write_xml(invoice: ElectronicInvoice, syntax: SyntaxName = "cii") -> Writing:
    """The invoice in UBL (a CreditNote by its type) or CII, and the terms that the syntax has no place for."""
    if syntax == "cii":
        return write(invoice, CII)
    return write(invoice, UBL_CREDIT_NOTE if invoice.is_credit_note else UBL_INVOICE)


def parse(data: bytes) -> Any:
    """The root element of ``data``, within bounds and without a document type."""
    if len(data) > MOST_BYTES:
        raise InvoiceFileError(
            gettext_lazy("The file is larger than %(most)s MB. Send attachments apart.", most=MOST_BYTES // 1024**2)
        )
    if not data.strip():
        raise InvoiceFileError(gettext_lazy("The file is empty."))
    parser = etree.XMLPullParser(
        events=("start", "end"),
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
        huge_tree=True,  # attachments are longer than libxml2 thinks text should be; the bounds are ours
    )
    try:
        return _within_bounds(parser, data)
    except etree.XMLSyntaxError as error:
        line = error.lineno or 1
        reason = str(error.msg).split(", line")[0]
        raise InvoiceFileError(
            gettext_lazy("Line %(line)s: the file is no well-formed XML (%(reason)s).", line=line, reason=reason), line
        ) from None


def _within_bounds(parser: Any, data: bytes) -> Any:
    root, depth, count = None, 0, 0
    for start in range(0, len(data), 1 << 16):
        parser.feed(data[start : start + (1 << 16)])
        for event, element in parser.read_events():
            root = element if root is None else root
            depth += 1 if event == "start" else -1
            count += event == "start"
            _refuse_bounds(element, depth, count)
    parser.close()
    return root


def _refuse_bounds(element: Any, depth: int, count: int) -> None:
    if count == 1 and depth == 1 and element.getroottree().docinfo.doctype:
        raise InvoiceFileError(gettext_lazy("The file declares a document type (DTD); an invoice has none."))
    if depth > MOST_DEPTH or count > MOST_ELEMENTS:
        raise InvoiceFileError(
            gettext_lazy("Line %(line)s: the file has too many elements or levels.", line=element.sourceline),
            element.sourceline,
        )
