"""Accord beside Redmine on one PostgreSQL: 200 projects, 20,000 tasks, 200,000 time entries.

    DATABASE_URL=postgres://… python benchmarks/beside_redmine.py [--runs 30]
        [--redmine http://127.0.0.1:8139 --redmine-database postgres://…]

DATABASE_URL names a database that may be filled; Redmine's has Redmine's tables and its default data, and is filled
with the same projects, tasks and hours where it has no project yet. One project has 2,000 tasks, the others share the
rest. Both are served by one process of their own web server, and are asked in turns over HTTP as a signed-in
administrator, so that a busy machine slows both alike: a project's work list of 2,000 tasks, 100 rows to a page; the
first page (in Redmine: my page, which lists what waits for me); and logging an hour by the form. Printed are the
medians, what the server itself used of the processor, the ratios, and how many statements Accord sends. Exit code 1
where Accord is slower than Redmine, or logging an hour takes more than 15 statements. Without a Redmine, Accord alone
is measured. How to get one is told in ``benchmarks/README.md``.
"""

from __future__ import annotations

import argparse
import http.cookiejar
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from plan_gesture import Served, children, make_plan
from relationship import store

PROJECTS, LARGE, SMALL, ENTRIES, PEOPLE, CLIENTS = 200, 2_000, 90, 200_000, 40, 20
MOST_STATEMENTS = 15
TICK = os.sysconf("SC_CLK_TCK")


def open_accord(home: Path) -> None:
    os.environ.update(
        ACCORD_HOME=str(home), ACCORD_ENV="development", ACCORD_LOG_LEVEL="ERROR",
        DJANGO_SETTINGS_MODULE="accord.config.settings",
    )  # fmt: skip
    if not os.environ.get("DATABASE_URL", "").startswith("postgres"):
        raise SystemExit("DATABASE_URL must name a PostgreSQL database that may be filled.")
    from accord.cli.installation import gather_static_files, migrate, open_installation

    open_installation()
    migrate()
    gather_static_files()
    from django.db import connection

    from accord.money.models import TimeEntry

    if not TimeEntry.objects.exists():
        begun = time.perf_counter()
        make()
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        print(f"Accord filled in {time.perf_counter() - begun:.0f} s", flush=True)


def sizes() -> list[int]:
    """Tasks of each project: 2,000 of the first and 90 of each other, 19,910 in all."""
    return [LARGE] + [SMALL] * (PROJECTS - 1)


def make() -> None:
    """Fill an empty database: plans with baselines, people who work on them, rates, and ten days of hours a task."""
    from accord.accounts.models import Account
    from accord.insight.actions.measure_project import measure_project
    from accord.people.models import Firm, Person, Role, User
    from accord.projects.models import Project, ProjectMember, Resource
    from accord.rates.models import Rate

    Firm.current()
    admin = User.objects.create(email="admin@big.test", name="Admin", roles=[Role.ADMINISTRATOR], password="!")
    managers = [
        User.objects.create(email=f"pm{n}@big.test", name=f"Manager {n}", roles=[Role.PROJECT_MANAGER], password="!")
        for n in range(10)
    ]
    people = [
        Person.objects.create(
            name=f"Person {n}",
            user=admin if n == 0 else User.objects.create(email=f"p{n}@big.test", name=f"Person {n}", password="!"),
        )
        for n in range(PEOPLE)
    ]
    for person in people:
        Rate.objects.create(person=person, starts_on=date(2020, 1, 1), cost=60, bill=110)
    accounts = [
        Account.objects.create(name=f"Client {n}", status="client", owner=managers[n % 10]) for n in range(CLIENTS)
    ]
    large = make_plan(LARGE, managers[0])
    Project.objects.filter(pk=large).update(account=accounts[0], name="Project 0")
    for resource in Resource.objects.filter(project=large):
        Resource.objects.filter(pk=resource.pk).update(person=people[resource.uid % PEOPLE])
    small = make_plan(SMALL, managers[1])
    Project.objects.filter(pk=small).update(account=accounts[1], name="Project 1")
    for resource in Resource.objects.filter(project=small):
        Resource.objects.filter(pk=resource.pk).update(person=people[resource.uid % PEOPLE])
    copy_project(small, PROJECTS - 2, accounts, managers)
    for project in Project.objects.order_by("pk"):
        store(ProjectMember, (ProjectMember(project=project, user=p.user) for p in people[project.pk % 4 :: 4]))
    Account.objects.exclude(pk__in=[a.pk for a in accounts]).delete()
    book(people)
    for project in Project.objects.all():
        measure_project(project=project, day=date.today())


def book(people: list[Any]) -> None:
    """Hours of everybody on every task in turns, made within the database."""
    from django.db import connection

    from accord.money.models import TimeEntry

    given: dict[str, str] = {
        "project_id": "task.project_id", "task_id": "task.id", "minutes": "30 + 15 * (n %% 20)",
        "person_id": "(%s::bigint[])[1 + n %% %s]", "day": "current_date - 250 + n %% 240",
        "note": "'Worked on it, part ' || n %% 7", "cost_rate": "60", "bill_rate": "110",
        "created_at": "now()", "updated_at": "now()",
    }  # fmt: skip
    fields = [field for field in TimeEntry._meta.concrete_fields if not field.primary_key]
    rest = [field for field in fields if field.column not in given]
    names = [*given, *(field.column for field in rest)]
    blank = TimeEntry()
    values = [field.get_db_prep_save(getattr(blank, field.attname), connection) for field in rest]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {TimeEntry._meta.db_table} ({', '.join(names)}) "
            f"SELECT {', '.join([*given.values(), *('%s' for _ in rest)])} "
            f"FROM generate_series(0, {ENTRIES - 1}) AS n JOIN (SELECT id, project_id, "
            "row_number() OVER (ORDER BY id) - 1 AS place FROM projects_task WHERE kind <> 'summary') AS task "
            "ON task.place = n %% (SELECT count(*) FROM projects_task WHERE kind <> 'summary')",
            [[person.pk for person in people], len(people), *values],
        )


def copy_project(pk: int, copies: int, accounts: list[Any], managers: list[Any]) -> None:
    """Copy the newest project with its tasks and people, within the database: to schedule each would take an hour."""
    from django.db import connection

    from accord.projects.models import Assignment, Project, Resource, Task

    further = 100_000  # between the keys of a row and of its copy
    shifted = f"{{}} + k * {further}"
    told = {
        Project: {
            "id": "id + k", "name": "'Project ' || k + 1", "account_id": "(%s::bigint[])[1 + k %% %s]",
            "manager_id": "(%s::bigint[])[1 + k %% %s]",
        },
        Resource: {},
        Task: {"parent_id": shifted.format("parent_id")},
        Assignment: {"task_id": shifted.format("task_id"), "resource_id": shifted.format("resource_id")},
    }  # fmt: skip
    given = [value for rows in (accounts, managers) for value in ([row.pk for row in rows], len(rows))]
    with connection.cursor() as cursor:
        for model, values in told.items():
            table = model._meta.db_table
            if model is not Project:
                values |= {"id": shifted.format("id"), "project_id": "project_id + k"}
            columns = [field.column for field in model._meta.concrete_fields]
            chosen = ", ".join(values.get(column, f'"{column}"') for column in columns)
            of = "id" if model is Project else "project_id"
            quoted = ", ".join(f'"{column}"' for column in columns)
            cursor.execute(
                f"INSERT INTO {table} ({quoted}) SELECT {chosen} FROM {table}, generate_series(1, %s) AS k "
                f"WHERE {of} = %s",
                [*(given if model is Project else []), copies, pk],
            )
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")


def fill_redmine(database: str) -> None:
    """The same sizes in Redmine's tables: its own way to make them, one by one, would take hours."""
    import psycopg

    with psycopg.connect(database) as connection:
        ask = connection.execute
        if ask("SELECT count(*) FROM projects").fetchone()[0]:  # type: ignore[index]
            return
        ask("UPDATE users SET must_change_passwd = false, mail_notification = 'none' WHERE login = 'admin'")
        ask("UPDATE settings SET value = 'none' WHERE name = 'mail_notification'")
        ask(
            "INSERT INTO users (login, firstname, lastname, status, type, mail_notification, language, created_on,"
            " updated_on) SELECT 'p' || n, 'Person', n::text, 1, 'User', 'none', 'en', now(), now()"
            f" FROM generate_series(1, {PEOPLE - 1}) n"
        )
        people = [row[0] for row in ask("SELECT id FROM users WHERE login <> '' ORDER BY id")]
        role = ask("SELECT id FROM roles WHERE builtin = 0 ORDER BY position LIMIT 1").fetchone()[0]  # type: ignore[index]
        tracker = ask("SELECT id FROM trackers ORDER BY position LIMIT 1").fetchone()[0]  # type: ignore[index]
        status = ask("SELECT id FROM issue_statuses ORDER BY position LIMIT 1").fetchone()[0]  # type: ignore[index]
        enumeration = "SELECT id FROM enumerations WHERE type = %s ORDER BY is_default DESC, position LIMIT 1"
        priority = ask(enumeration, ["IssuePriority"]).fetchone()[0]  # type: ignore[index]
        activity = ask(enumeration, ["TimeEntryActivity"]).fetchone()[0]  # type: ignore[index]
        issue, hour = 0, 0
        with connection.cursor() as cursor:
            for n, size in enumerate(sizes(), 1):
                ask(
                    "INSERT INTO projects (id, name, is_public, identifier, status, lft, rgt, created_on, updated_on)"
                    " VALUES (%s, %s, false, %s, 1, %s, %s, now(), now())",
                    [n, f"Project {n}", f"project-{n}", 2 * n - 1, 2 * n],
                )
                ask("INSERT INTO projects_trackers SELECT %s, id FROM trackers", [n])
                for module in ("issue_tracking", "time_tracking", "gantt", "calendar"):
                    ask("INSERT INTO enabled_modules (project_id, name) VALUES (%s, %s)", [n, module])
                for person in {people[0], *people[n % 4 :: 4]}:
                    member = ask(
                        "INSERT INTO members (user_id, project_id, created_on) VALUES (%s, %s, now()) RETURNING id",
                        [person, n],
                    ).fetchone()[0]  # type: ignore[index]
                    ask("INSERT INTO member_roles (member_id, role_id) VALUES (%s, %s)", [member, role])
                with cursor.copy(
                    "COPY issues (id, tracker_id, project_id, subject, description, status_id, assigned_to_id,"
                    " priority_id, author_id, created_on, updated_on, start_date, due_date, done_ratio,"
                    " estimated_hours, root_id, parent_id, lft, rgt) FROM STDIN"
                ) as copy:
                    for row in _issues(issue, n, size, tracker, status, priority, people):
                        copy.write_row(row)
                issue += size
            first = date.today() - timedelta(days=250)
            projects = [n for n, size in enumerate(sizes(), 1) for _ in range(size)]
            with cursor.copy(
                "COPY time_entries (project_id, user_id, author_id, issue_id, hours, comments, activity_id, spent_on,"
                " tyear, tmonth, tweek, created_on, updated_on) FROM STDIN"
            ) as copy:
                for hour, of in enumerate(islice(cycle(range(sum(sizes()))), ENTRIES)):
                    day, person = first + timedelta(days=hour % 240), people[hour % PEOPLE]
                    copy.write_row(
                        (projects[of], person, person, of + 1, 0.5 + 0.25 * (hour % 20), f"Worked, part {hour % 7}",
                         activity, day, day.year, day.month, day.isocalendar().week, day, day)
                    )  # fmt: skip
            for table in ("projects", "issues"):
                ask(f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))")  # type: ignore[call-overload]
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("ANALYZE")
    print("Redmine filled", flush=True)


def _issues(
    before: int, project: int, size: int, tracker: int, status: int, priority: int, people: list[int]
) -> Iterator[tuple[Any, ...]]:
    """Branches of 25 issues below a parent, as in Accord's plan."""
    today = date(2026, 3, 2)
    at = 0
    while at < size:
        length = min(26, size - at)
        root = before + at + 1
        for n in range(length):
            key = root + n
            start = today + timedelta(days=(at + n) % 200)
            yield (
                key, tracker, project, f"Task {at + n}", "", status, people[key % PEOPLE], priority, people[0], today,
                today, start, start + timedelta(days=3), 0, 8.0, root, root if n else None, 2 * n if n else 1,
                2 * n + 1 if n else 2 * length,
            )  # fmt: skip
        at += length


class Asked:
    """A signed-in way to a served program, with what its server has used of the processor."""

    def __init__(self, address: str, pid: int, cookies: dict[str, str] | None = None) -> None:
        self.address, self.pid = address, pid
        jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar), _Stay())
        self.headers = {"Referer": address, "Origin": address}
        if cookies:
            self.headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())

    def call(self, path: str, form: dict[str, Any] | None = None) -> tuple[int, str]:
        data = None if form is None else urllib.parse.urlencode(form).encode()
        request = urllib.request.Request(self.address + path, data=data, headers=self.headers)
        try:
            with self.opener.open(request, timeout=120) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as answer:
            return answer.code, answer.read().decode()

    def processor(self) -> float:
        total = 0.0
        for pid in [self.pid, *children(self.pid)]:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += (int(fields[11]) + int(fields[12])) / TICK
        return total


class _Stay(urllib.request.HTTPRedirectHandler):
    """The page behind a redirect is none of the deed."""

    def redirect_request(self, *_: Any) -> None:
        return None


def sign_in(address: str, pid: int) -> tuple[Asked, str]:
    """To Redmine as its administrator; returns the token that its forms want."""
    redmine = Asked(address, pid)

    def token(page: str) -> str:
        found = re.search(r'name="csrf-token" content="([^"]+)"', page)
        assert found, "no token"
        return found[1]

    given = {"authenticity_token": token(redmine.call("/login")[1]), "username": "admin", "password": "admin"}
    status, _ = redmine.call("/login", given)
    assert status == 302, "Redmine's administrator could not sign in with the password admin"
    status, page = redmine.call("/time_entries/new")
    assert status == 200, ("Redmine's form for hours", status)
    return redmine, token(page)


def deeds_of_redmine(redmine: Asked, token: str, database: str) -> dict[str, Callable[[int], None]]:
    import psycopg

    with psycopg.connect(database) as connection:
        [activity] = connection.execute(
            "SELECT id FROM enumerations WHERE type = 'TimeEntryActivity' ORDER BY is_default DESC, position LIMIT 1"
        ).fetchone()  # type: ignore[misc]
    every = "set_filter=1&f%5B%5D=status_id&op%5Bstatus_id%5D=*&per_page=100"

    def log(n: int) -> None:
        form = {
            "authenticity_token": token, "time_entry[project_id]": 2 + n % 100, "time_entry[issue_id]": "",
            "time_entry[spent_on]": day_of(n).isoformat(), "time_entry[hours]": "1",
            "time_entry[comments]": f"Measured {n}", "time_entry[activity_id]": activity,
        }  # fmt: skip
        assert redmine.call("/time_entries", form)[0] == 302

    def work(n: int) -> None:
        assert redmine.call(f"/projects/project-1/issues?page={1 + n % 20}&{every}")[0] == 200

    def home(n: int) -> None:
        assert redmine.call("/my/page")[0] == 200

    return {"work list of 2,000 tasks": work, "first page": home, "log an hour": log}


def deeds_of_accord(accord: Asked, token: str, user: Any) -> dict[str, Callable[[int], None]]:
    from django.db.models import Count

    from accord.projects.models import Project

    keys = list(Project.objects.annotate(size=Count("tasks")).order_by("-size", "pk").values_list("pk", flat=True))

    def log(n: int) -> None:
        form = {
            "csrfmiddlewaretoken": token, "project": keys[1 + n % 100], "day": day_of(n).isoformat(), "hours": "1",
            "note": f"Measured {n}", "billable": "on", "person": user.person.pk,
        }  # fmt: skip
        status, page = accord.call("/money/time/new", form)
        assert status == 302, (status, re.findall(r'class="[^"]*error[^"]*"[^>]*>([^<]+)', page))

    def work(n: int) -> None:
        assert accord.call(f"/projects/{keys[0]}/work?page={1 + n % 20}")[0] == 200

    def home(n: int) -> None:
        assert accord.call("/")[0] == 200

    return {"work list of 2,000 tasks": work, "first page": home, "log an hour": log}


def day_of(n: int) -> date:
    """One of the last nine days, which have no hours of the filling: no day may have more than 24."""
    return date.today() - timedelta(days=n % 9)


def statements(user: Any) -> dict[str, list[str]]:
    """What each deed sends to the database, asked in this process; after one that fills what lives as long as it."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(user)
    here = Asked("", os.getpid())

    def call(path: str, form: dict[str, Any] | None = None) -> tuple[int, str]:
        answer = client.get(path) if form is None else client.post(path, form)
        return answer.status_code, answer.content.decode()

    here.call = call  # type: ignore[method-assign]
    found = {}
    for name, deed in deeds_of_accord(here, "", user).items():
        deed(0)
        with CaptureQueriesContext(connection) as caught:
            deed(1)
        found[name] = [query["sql"] for query in caught.captured_queries]
    return found


def measure(asked: Asked, deed: Callable[[int], None], n: int) -> tuple[float, float]:
    used, begun = asked.processor(), time.perf_counter()
    deed(n)
    return 1000 * (time.perf_counter() - begun), 1000 * (asked.processor() - used)


def compare(
    sides: dict[str, tuple[Asked, dict[str, Callable[[int], None]]]], counted: dict[str, list[str]], runs: int
) -> list[str]:
    """Ask all sides in turns, and print; returns what was missed."""
    missed = []
    for name in counted:
        taken: dict[str, list[tuple[float, float]]] = {side: [] for side in sides}
        for n in range(-3, runs):
            for side, (asked, deeds) in sides.items():
                figures = measure(asked, deeds[name], n + 3)
                if n >= 0:
                    taken[side].append(figures)
        walls = {side: statistics.median(wall for wall, _ in rows) for side, rows in taken.items()}
        own = {side: statistics.mean(used for _, used in rows) for side, rows in taken.items()}
        text = "   ".join(f"{side} {walls[side]:4.0f} ms (processor {own[side]:4.0f} ms)" for side in sides)
        if "Redmine" in walls:
            text += f"   ratio {walls['Redmine'] / walls['Accord']:.1f}"
            if walls["Accord"] > walls["Redmine"]:
                missed.append(name)
        print(f"{name:26} {text}   {len(counted[name])} statements", flush=True)
    if len(counted.get("log an hour", [])) > MOST_STATEMENTS:
        missed.append("statements of an hour")
    return missed


def listening(port: int) -> int:
    """The process that serves a port, whatever started it."""
    answer = subprocess.run(["ss", "-Hltnp", f"sport = :{port}"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"pid=(\d+)", answer)
    if found is None:
        raise SystemExit(f"Nothing listens on port {port}.")
    return int(found[1])


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--runs", type=int, default=30)
    options.add_argument("--redmine", default="", help="address of a Redmine that is served by one process")
    options.add_argument("--redmine-database", default="", help="its PostgreSQL database")
    options.add_argument("--only", default="", help="deeds with this in their name")
    options.add_argument("--sql", action="store_true", help="print the statements of each deed")
    chosen = options.parse_args()
    if bool(chosen.redmine) != bool(chosen.redmine_database):
        options.error("--redmine and --redmine-database go together")
    with tempfile.TemporaryDirectory(prefix="accord-beside-") as scratch:
        home = Path(scratch)
        open_accord(home)
        if chosen.redmine:
            fill_redmine(chosen.redmine_database)
        from accord.people.models import User

        user = User.objects.get(email="admin@big.test")
        counted = {name: sent for name, sent in statements(user).items() if chosen.only in name}
        if chosen.sql:
            for name, sent in counted.items():
                print(f"-- {name}", *(sql[:300] for sql in sent), sep="\n")
        served = Served(home, user)
        try:
            accord = Asked(served.address, served.process.pid, served.cookies)
            sides = {"Accord": (accord, deeds_of_accord(accord, served.cookies["csrftoken"], user))}
            if chosen.redmine:
                redmine, token = sign_in(chosen.redmine, listening(int(chosen.redmine.rpartition(":")[2])))
                sides["Redmine"] = (redmine, deeds_of_redmine(redmine, token, chosen.redmine_database))
            print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors", flush=True)
            missed = compare(sides, counted, chosen.runs)
        finally:
            served.stop()
    print(f"missed: {', '.join(missed)}" if missed else "all bars met")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
