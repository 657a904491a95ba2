"""Writing what a schedule computed of 1,500 tasks, beside other ways to write many rows.

    python benchmarks/update_rows.py [--tasks 1500] [--runs 15]

On SQLite, or on PostgreSQL where DATABASE_URL names a database that may be filled. ``core/bulk.update_rows`` writes the
columns that a reschedule writes, each run in a transaction of its own with other values; beside it Django's
``bulk_update``, and one UPDATE run for each row (``executemany``), asked in turns so that a busy machine slows all
alike. The text of the statement does not depend on the rows, so that the server may keep it prepared. Printed are the
medians, the ratios and how many statements are sent. Exit code 1 where ``update_rows`` is not the quickest on
PostgreSQL, sends more than one statement there, or takes more than 250 ms.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from plan_gesture import ACCORD, make_plan

MOST_MS = 250.0


def each_row(tasks: list[Any], names: list[str]) -> None:
    from django.db import connection

    fields = [tasks[0]._meta.get_field(name) for name in names]
    columns = ", ".join(f'"{field.column}" = %s' for field in fields)
    values = [[*(f.get_db_prep_save(getattr(t, f.attname), connection) for f in fields), t.pk] for t in tasks]
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE {tasks[0]._meta.db_table} SET {columns} WHERE id = %s", values)


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--tasks", type=int, default=1500)
    options.add_argument("--runs", type=int, default=15)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="accord-update-") as home:
        os.environ.update(
            ACCORD_HOME=home, ACCORD_ENV="development", ACCORD_LOG_LEVEL="ERROR",
            DJANGO_SETTINGS_MODULE="accord.config.settings",
        )  # fmt: skip
        subprocess.run([*ACCORD, "migrate"], check=True, stdout=subprocess.DEVNULL)
        import django

        django.setup()
        from django.db import connection, transaction
        from django.test.utils import CaptureQueriesContext

        from accord.core.bulk import update_rows
        from accord.people.models import User
        from accord.projects.actions.schedule import COMPUTED
        from accord.projects.models import Task

        user, _ = User.objects.get_or_create(
            email="pm@big.test", defaults={"name": "P. M.", "roles": ["administrator"]}
        )
        project = make_plan(chosen.tasks, user)
        tasks = list(Task.objects.filter(project=project))
        names = [*COMPUTED, "updated_at"]
        ways: dict[str, Callable[[], Any]] = {
            "update_rows": lambda: update_rows(tasks, names),
            "executemany": lambda: each_row(tasks, names),
            "bulk_update": lambda: Task.objects.bulk_update(tasks, names, batch_size=500),
        }
        taken: dict[str, list[float]] = {name: [] for name in ways}
        for run in range(chosen.runs + 2):
            for name, write in ways.items():
                if name == "bulk_update" and run > 3:
                    continue
                for task in tasks:
                    task.start += timedelta(minutes=1)
                begun = time.perf_counter()
                with transaction.atomic():
                    write()
                if run >= 2 or name == "bulk_update":
                    taken[name].append(1000 * (time.perf_counter() - begun))
        with CaptureQueriesContext(connection) as caught:
            update_rows(tasks, names)
        sent = len(caught.captured_queries)
        middle = {name: statistics.median(times) for name, times in taken.items()}
        print(f"{connection.vendor}, {len(tasks):,} rows of {len(names)} columns, load {os.getloadavg()[0]:.1f}")
        for name, ms in middle.items():
            print(f"{name:12} median {ms:6.0f} ms, quickest {min(taken[name]):6.0f} ms   "
                  f"ratio {ms / middle['update_rows']:.1f}")  # fmt: skip
        print(f"update_rows sends {sent} statement{'s' if sent != 1 else ''}")
        missed = middle["update_rows"] > MOST_MS or (
            connection.vendor == "postgresql" and (sent != 1 or middle["update_rows"] > min(middle.values()))
        )
    print("bar missed" if missed else "all bars met")
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
