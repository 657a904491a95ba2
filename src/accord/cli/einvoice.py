"""``accord einvoice``: electronic invoices by EN 16931, read, checked and converted without a database."""

from __future__ import annotations

from accord.cli.lazy import Lazy, LazyGroup
from accord.cli.texts import gettext

COMMANDS: dict[str, Lazy] = {
    "read": Lazy("accord.cli.einvoice_file:read", gettext("Show an invoice: parties, lines, VAT and totals.")),
    "check": Lazy("accord.cli.einvoice_file:check", gettext("Check an invoice by EN 16931 and XRechnung.")),
    "convert": Lazy("accord.cli.einvoice_file:convert", gettext("Convert an invoice to UBL or CII.")),
}

einvoice = LazyGroup("einvoice", COMMANDS, help=gettext("Read, check and convert electronic invoices."))
