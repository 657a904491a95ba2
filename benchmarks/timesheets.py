"""Server time of the week grid, a project's hours and the approvals with many time entries.

    python benchmarks/timesheets.py [--entries 200000] [--runs 30]

Makes a firm of its own in a database of its own: SQLite in a folder that is removed afterwards, or, where
``DATABASE_URL`` names one, a PostgreSQL database that has to be empty. Two hundred people log six entries on each
working day back from today, on two hundred projects with ten tasks each, until there are ``--entries``; all weeks but
the last are approved, the last waits for approval. Each page is asked for through Django's whole stack after a warm-up;
its queries, median and 95th percentile are printed. Exit code 1 where the 95th percentile of a page is over 500 ms.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

PEOPLE, PROJECTS, TASKS, A_DAY = 200, 200, 10, 6
MOST_MS = 500
CHUNK = 10_000


def open_empty(home: str) -> None:
    """Point Django at a new database."""
    os.environ.update(ACCORD_HOME=home, ACCORD_ENV="development", ACCORD_LOG_LEVEL="ERROR",
                      DJANGO_SETTINGS_MODULE="accord.config.settings")  # fmt: skip
    from accord.cli.installation import gather_static_files, open_installation

    open_installation()
    gather_static_files()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def fill(count: int) -> dict[str, Any]:
    """A firm with ``count`` time entries; returns who looks at what."""
    from django.utils import timezone

    from accord.accounts.models import Account
    from accord.money.models import TimeEntry
    from accord.people.models import Firm, Person, Role, User
    from accord.projects.models import Project, Task

    Firm.current()
    users = [User(email=f"u{n}@bench.test", name=f"Person {n}", roles=[Role.MEMBER]) for n in range(PEOPLE)]
    users[0].roles = [Role.ADMINISTRATOR]
    User.objects.bulk_create(users)
    people = Person.objects.bulk_create([Person(name=user.name, user=user) for user in users])
    account = Account.objects.create(name="Client", owner=users[0])
    now = timezone.now().replace(tzinfo=None)
    projects = [Project(account=account, name=f"Project {n}", manager=users[0], start=now, status="active")
                for n in range(PROJECTS)]  # fmt: skip
    Project.objects.bulk_create(projects)
    Task.objects.bulk_create([Task(project=project, uid=n, name=f"Task {n}", order=n)
                              for project in projects for n in range(TASKS)])  # fmt: skip
    tasks = list(Task.objects.order_by("pk").values_list("pk", "project"))
    mondays: set[date] = set()
    rows: list[TimeEntry] = []
    for n in range(count):
        day = working_day(timezone.localdate(), n // (PEOPLE * A_DAY))
        task, project = tasks[(n * 7 + n // PEOPLE) % len(tasks)]
        rows.append(TimeEntry(project_id=project, task_id=task, person=people[n % PEOPLE], day=day, minutes=80))
        mondays.add(day - timedelta(days=day.weekday()))
        if len(rows) == CHUNK:
            TimeEntry.objects.bulk_create(rows)
            rows = []
    TimeEntry.objects.bulk_create(rows)
    submit(people, sorted(mondays))
    return {"user": users[0], "member": users[1], "project": projects[0]}


def working_day(today: date, back: int) -> date:
    """The day that lies ``back`` working days before the last Friday."""
    friday = today - timedelta(days=today.weekday() + 3)
    return friday - timedelta(weeks=back // 5, days=back % 5)


def submit(people: list[Any], mondays: list[date]) -> None:
    from accord.money.models import Timesheet

    Timesheet.objects.bulk_create(
        [
            Timesheet(person=person, week=monday, ends_on=monday + timedelta(days=6),
                      status="submitted" if monday == mondays[-1] else "approved")
            for monday in mondays for person in people
        ], batch_size=CHUNK,
    )  # fmt: skip


def measure(name: str, ask: Callable[[], Any], runs: int) -> bool:
    """Print a line on one page; returns whether it is within the bar."""
    from django.db import connection

    queries: list[str] = []
    assert ask().status_code == 200, name
    with connection.execute_wrapper(partial(note, queries)):
        ask()
    walls = []
    for _ in range(runs):
        start = time.perf_counter()
        ask()
        walls.append(1000 * (time.perf_counter() - start))
    slow = statistics.quantiles(walls, n=20)[-1]
    over = slow > MOST_MS
    print(f"{name:16} {len(queries):8} {statistics.median(walls):7.0f} ms {slow:7.0f} ms{'  over' if over else ''}")
    return not over


def note(queries: list[str], execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
    """Remember a query and let it pass."""
    queries.append(sql)
    return execute(sql, parameters, many, context)


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--entries", type=int, default=200_000)
    options.add_argument("--runs", type=int, default=30)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as home:
        open_empty(home)
        from django.db import connection
        from django.test import Client
        from django.urls import reverse

        from accord.money.models import TimeEntry

        if TimeEntry.objects.exists():
            raise SystemExit("The database has time entries already. Name an empty one in DATABASE_URL.")
        start = time.perf_counter()
        firm = fill(chosen.entries)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        print(f"{connection.vendor}: {chosen.entries:,} entries made in {time.perf_counter() - start:.0f} s")
        print(f"{'page':16} {'queries':>8} {'median':>10} {'95 %':>10}")
        own, leading = Client(SERVER_NAME="127.0.0.1"), Client(SERVER_NAME="127.0.0.1")
        own.force_login(firm["member"])
        leading.force_login(firm["user"])
        last = working_day(date.today(), 0)
        pages = {
            "week": lambda: own.get(f"{reverse('time')}?week={last}"),
            "approvals": lambda: leading.get(reverse("time-approvals")),
            "project's hours": lambda: leading.get(reverse("project-money", args=[firm["project"].pk])),
        }
        met = [measure(name, ask, chosen.runs) for name, ask in pages.items()]
        print(f"bar: at most {MOST_MS} ms at the 95th percentile: {'met' if all(met) else 'missed'}")
    return 0 if all(met) else 1


if __name__ == "__main__":
    raise SystemExit(main())
