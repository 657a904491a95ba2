"""Real files of clients: a small CRM whole, the first lines of a large ledger."""

from __future__ import annotations

import gzip
import itertools
from decimal import Decimal
from pathlib import Path

from django.db.models import Sum

from accord.accounts.models import Account
from accord.exchange.actions.undo import undo
from accord.exchange.models import Import
from accord.money.models import Invoice, InvoiceLine
from accord.people.models import User
from accord.sales.models import Opportunity
from tests.exchange.importing import administrator, bring, fingerprint, uploads

__all__ = ["administrator", "uploads"]


def test_maven_crm(administrator: User, shared_data: Path) -> None:
    folder = shared_data / "03_crm_churn" / "maven_crm"
    accounts = bring("accounts", (folder / "accounts.csv").read_bytes(), administrator, source="maven")
    assert (accounts.status, accounts.report["create"]) == (Import.Status.DONE, 85)
    assert Account.objects.exclude(parent=None).count() == 15
    head = b"".join(itertools.islice((folder / "sales_pipeline.csv").open("rb"), 801))
    deals = bring("opportunities", head, administrator, source="maven", valid_rows_only=True)
    without = sum(1 for line in head.decode().splitlines()[1:] if not line.split(",")[3])
    assert deals.report["left_out"] == without
    assert Opportunity.objects.count() == 800 - without


def test_the_first_lines_of_online_retail(administrator: User, shared_data: Path) -> None:
    path = shared_data / "02_customers" / "uci_online_retail" / "online_retail_2010-12_2011-08.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        head = "".join(itertools.islice(stream, 3001))
    rows = [line.split(",") for line in head.splitlines()[1:]]
    before = fingerprint(counters=False)
    run = bring("invoices", head, administrator, currency="GBP", create_accounts=True, valid_rows_only=True)
    assert run.report["left_out"] == sum(not row[-2] for row in rows)
    assert Invoice.objects.count() == len({row[0] for row in rows if row[-2]})
    total = sum((Decimal(row[-5]) * Decimal(row[-3]) for row in rows if row[-2]), Decimal(0))
    assert InvoiceLine.objects.aggregate(sum=Sum("amount"))["sum"] == total.quantize(Decimal("0.01"))
    assert Invoice.objects.aggregate(sum=Sum("total"))["sum"] == total.quantize(Decimal("0.01"))
    undo(run=run, by=administrator, now=True)
    assert fingerprint(counters=False) == before
