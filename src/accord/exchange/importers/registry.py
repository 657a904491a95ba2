"""Which importer reads which kind of file."""

from __future__ import annotations

from accord.exchange.importers.accounts import AccountImporter
from accord.exchange.importers.contacts import ContactImporter
from accord.exchange.importers.exchange_rates import ExchangeRateImporter
from accord.exchange.importers.invoices import InvoiceImporter
from accord.exchange.importers.opportunities import OpportunityImporter
from accord.exchange.importers.tables import TableImporter

TABLES: dict[str, TableImporter] = {
    importer.kind: importer
    for importer in (
        AccountImporter(),
        ContactImporter(),
        OpportunityImporter(),
        InvoiceImporter(),
        ExchangeRateImporter(),
    )
}
