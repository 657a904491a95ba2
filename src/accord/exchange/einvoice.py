"""Electronic invoices that others send: read in the limited child, as XML or within a PDF.

The command line reads in its own process. A server calls :func:`read_received`: what it gets back is data, whatever
the file has in it.
"""

from __future__ import annotations

from pathlib import Path

from accord.core.limited_child import Limits
from accord.engines.invoices.errors import InvoiceFileError
from accord.engines.invoices.hybrid import xml_of
from accord.engines.invoices.mapping import Reading
from accord.engines.invoices.xml_file import read_xml
from accord.exchange.child import run_limited
from accord.exchange.errors import ImportFileError, ImportProblem

LIMITS = Limits(memory=512 * 1024 * 1024)  # attachments are in memory as text and as bytes


def read_received(source: Path | bytes, file: str = "") -> Reading:
    """The invoice that someone sent, and what its file says beyond it; ``file`` is how errors call it.

    Raises :class:`ImportFileError` with the reason for a file that is refused.
    """
    found: Reading = run_limited("accord.exchange.einvoice:read_untrusted", source, {"file": file}, LIMITS)
    return found


def read_untrusted(data: bytes, file: str = "") -> Reading:
    """The child's side of :func:`read_received`."""
    try:
        return read_xml(xml_of(data))
    except InvoiceFileError as error:
        raise ImportFileError([ImportProblem(error.text, file=file)]) from None
