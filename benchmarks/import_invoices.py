"""How long a large ledger takes: dry run, import, the same again, undo.

    python benchmarks/import_invoices.py [FILE]

FILE is a table of invoice lines (CSV, also gzipped); without it, 320,000 lines are made up with a seed. It runs in an
installation of its own in a temporary folder and prints wall and processor seconds and the peak of memory.
"""

from __future__ import annotations

import csv
import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

LINES = 320_000


def made_up(path: Path) -> Path:
    """Invoices of about twenty lines for 4,000 customers."""
    chance = random.Random(7)
    with path.open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(
            ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country"]
        )
        line = number = 0
        while line < LINES:
            number += 1
            day = date(2024, 1, 1) + timedelta(days=number // 60)
            customer = 10_000 + int(4_000 * chance.random() ** 2)
            for _ in range(min(LINES - line, chance.randint(1, 40))):
                item = chance.randint(1, 3_000)
                price = f"{item % 97 + 1}.{item % 100:02d}"
                writer.writerow(
                    [
                        500_000 + number,
                        f"A{item}",
                        f"Article {item}",
                        chance.randint(1, 48),
                        day,
                        price,
                        customer,
                        "Kenya",
                    ]
                )
                line += 1
    return path


def timed(label: str, work: Callable[[], object]) -> None:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{label:<22} {wall:8.1f} s wall {cpu:8.1f} s processor {peak:8.0f} MB peak")


def main() -> None:
    folder = tempfile.TemporaryDirectory()
    os.environ.update(
        DJANGO_SETTINGS_MODULE="accord.config.settings", ACCORD_ENV="development", ACCORD_HOME=folder.name
    )
    import django

    django.setup()
    from django.core.files import File
    from django.core.management import call_command

    from accord.exchange.actions.check import check
    from accord.exchange.actions.confirm import confirm
    from accord.exchange.actions.undo import undo
    from accord.exchange.actions.upload import upload
    from accord.exchange.models import Import
    from accord.money.models import InvoiceLine

    call_command("migrate", verbosity=0)
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else made_up(Path(folder.name) / "ledger.csv")
    runs: list[Import] = []

    def examine() -> None:
        with path.open("rb") as stream:
            file = File(stream)
            runs.append(
                upload(kind="invoices", file=file, file_name=path.name, source_name="ledger", by=None, now=True)
            )

    def try_it() -> None:
        check(run=runs[-1], mapping=runs[-1].mapping, options={"currency": "GBP"}, by=None, now=True)

    def write() -> None:
        confirm(run=runs[-1], by=None, valid_rows_only=True, now=True)
        assert runs[-1].status == Import.Status.DONE, runs[-1].error

    timed("upload and examine", examine)
    timed("dry run", try_it)
    timed("import", write)
    report = runs[-1].report
    print(f"  {report['rows']:,} lines, {InvoiceLine.objects.count():,} kept, {report['made']}")
    timed("examine again", examine)
    timed("dry run again", try_it)
    timed("import again", write)
    print(f"  {runs[-1].report['create']} new, {runs[-1].report['update']} changed")
    timed("undo", lambda: undo(run=runs[0], by=None, now=True))
    print(f"  {InvoiceLine.objects.count()} lines left")
    folder.cleanup()


if __name__ == "__main__":
    main()
