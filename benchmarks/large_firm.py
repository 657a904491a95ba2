"""A large firm for benchmarks: by default 10,000 accounts, 5,000,000 interactions, 300,000 invoices, 1,000,000 hours.

What is many is written as one block and copied within the database, each copy further back in time; the index of the
search is built at the end, in one go, as after an upgrade. The rest follows from seeded chance: clients under
contract, clients who order projects, some who have left, answers to surveys, requests, milestones, measurements.
"""

from __future__ import annotations

import random
import time
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import accumulate
from typing import Any

from relationship import ABOUT, FIRST, LAST, TOWN, TRADE, store, vocabulary

YEARS = 6
PER_ACCOUNT = {"contacts": 3, "projects": 3}
INTERACTIONS, HOURS, INVOICES = 500, 100, 10  # each account, each account, each project


def fill(accounts: int, today: date) -> None:
    """Fill an empty installation; on SQLite or PostgreSQL."""
    from django.db import connection

    from accord.core.search import schema

    with connection.cursor() as cursor:
        # Nothing here needs to outlive a failing disk; a later connection waits for the disk again.
        cursor.execute("PRAGMA synchronous = OFF" if connection.vendor == "sqlite" else "SET synchronous_commit = off")
        schema._remove(connection, cursor)
    firm = _Firm(accounts, today)
    for part in (firm.people, firm.accounts_, firm.talks, firm.agreements, firm.projects, firm.money, firm.answers):
        begun = time.perf_counter()
        part()
        print(f"  {part.__name__.strip('_')} in {time.perf_counter() - begun:.0f} s", flush=True)
    begun = time.perf_counter()
    schema.install(connection)
    print(f"  index of the search in {time.perf_counter() - begun:.0f} s", flush=True)


class _Firm:
    def __init__(self, accounts: int, today: date) -> None:
        self.count, self.today, self.chance = accounts, today, random.Random(7)
        self.first = today - timedelta(days=365 * YEARS)
        self.keys: list[int] = []
        self.project_keys: list[int] = []

    def day(self, least: int = 0, most: int = 365 * YEARS) -> date:
        """So many days ago."""
        return self.today - timedelta(days=self.chance.randint(least, most))

    def moment(self, day: date, hour: int = 10) -> datetime:
        return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)

    def people(self) -> None:
        from accord.people.models import Firm, Person, Role, User

        Firm.current()
        User.objects.create(email="admin@big.test", name="Admin", roles=[Role.ADMINISTRATOR], password="!")
        self.managers = [
            User.objects.create(email=f"m{n}@big.test", name=f"Manager {n}", roles=[Role.ACCOUNT_MANAGER], password="!")
            for n in range(20)
        ]
        self.staff = [Person.objects.create(name=f"Person {n}") for n in range(100)]

    def accounts_(self) -> None:
        from accord.accounts.models import Account, Affiliation, Contact

        chance, managers = self.chance, self.managers

        def company(n: int) -> Account:
            since = self.day(200)
            former = n % 17 == 5
            return Account(
                name=f"{chance.choice(LAST)} {chance.choice(TRADE)} {chance.choice(TOWN)} {n}",
                status="former" if former else "client", tier=chance.choice(["", "A", "B", "C"]),
                segment=chance.choice(["Food", "Public", "Energy", ""]), city=chance.choice(TOWN), country="Germany",
                owner=managers[n % len(managers)], client_since=since,
                lost_on=since + timedelta(days=chance.randint(100, (self.today - since).days)) if former else None,
            )  # fmt: skip

        store(Account, (company(n) for n in range(self.count)))
        Account.objects.update(created_at=self.moment(self.first))  # not today, when the benchmark ran
        self.keys = list(Account.objects.order_by("pk").values_list("pk", flat=True))
        contacts = PER_ACCOUNT["contacts"]
        store(
            Contact,
            (
                Contact(name=f"{chance.choice(FIRST)} {chance.choice(LAST)} {n}", email=f"c{n}@client.test")
                for n in range(contacts * self.count)
            ),
        )

        def part(n: int, pk: int) -> Affiliation:
            since = self.day(300)
            left = since + timedelta(days=chance.randint(30, 900)) if chance.random() < 0.2 else None
            return Affiliation(
                account_id=self.keys[n % self.count], contact_id=pk, title="Manager",
                buying_role="sponsor" if n < self.count else chance.choice(["", "user", "champion"]),
                since=since, until=left if left and left <= self.today else None,
            )  # fmt: skip

        found = list(Contact.objects.order_by("pk").values_list("pk", flat=True))
        store(Affiliation, (part(n, pk) for n, pk in enumerate(found)))

    def talks(self) -> None:
        from accord.accounts.models import Interaction

        chance, (words, weights) = self.chance, vocabulary()
        drawn = list(accumulate(weights))
        most = min(20, INTERACTIONS)
        step = 365 * YEARS * 24 * 60 // (INTERACTIONS // most)  # minutes from one copy to the one before

        def talk(n: int) -> Interaction:
            return Interaction(
                account_id=self.keys[n % self.count],
                kind=chance.choice(["meeting", "call", "mail", "mail", "note"]),
                at=self.moment(self.today) - timedelta(minutes=chance.randint(0, step * 3)),
                subject=f"About the {chance.choice(ABOUT)} {n}",
                body=" ".join(chance.choices(words, cum_weights=drawn, k=6)),
                by=self.managers[(n % self.count) % len(self.managers)],
                next_step="Write back" if n % 50 == 0 else "",
                done_at=self.moment(self.today) if n % 100 == 0 else None,
            )  # fmt: skip

        store(Interaction, (talk(n) for n in range(most * self.count)))
        # The next steps of earlier conversations are done: what is open is of the last months.
        copy_rows(Interaction, most * self.count, INTERACTIONS // most - 1, {"at": step}, {"done_at": "at"})

    def agreements(self) -> None:
        from accord.sales.models import Agreement, Opportunity

        chance = self.chance

        def contract(n: int) -> Agreement:
            starts, lost = self.day(60), chance.random() < 0.15
            term = chance.random() < 0.6
            ends = starts + timedelta(days=364) if term else None
            return Agreement(
                account_id=self.keys[2 * n % self.count], title=f"Support {n}", kind="retainer",
                value=Decimal(chance.randint(500, 6000)), starts_on=starts, signed_on=starts, ends_on=ends,
                notice_on=ends - timedelta(days=60) if ends else None, renews_automatically=term and not lost,
                status="ended" if lost and not term else "signed",
            )  # fmt: skip

        store(Agreement, (contract(n) for n in range(self.count // 2)))
        store(
            Opportunity,
            (
                Opportunity(
                    account_id=self.keys[n % self.count], name=f"{chance.choice(ABOUT)} {n}",
                    amount=Decimal(chance.randint(2_000, 90_000)), closed_on=self.day(20) if n % 4 else None,
                    stage=chance.choice(["won", "won", "lost"]) if n % 4 else "proposal",
                    expected_on=self.today + timedelta(days=n % 300),
                    owner=self.managers[(n % self.count) % len(self.managers)],
                )
                for n in range(4 * self.count)
            ),
        )  # fmt: skip

    def projects(self) -> None:
        from accord.insight.models import ProjectMeasure
        from accord.projects.models import Baseline, Deliverable, Plan, Project, Task
        from accord.projects.models.baseline import BaselineTask

        chance, count = self.chance, PER_ACCOUNT["projects"] * self.count

        def project(n: int) -> Project:
            start, length = self.day(10), chance.randint(60, 300)
            finish = start + timedelta(days=length)
            closed = finish < self.today
            late = chance.choice([0, 0, 0, 14, 40])
            return Project(
                account_id=self.keys[(n * 7 + n // self.count) % self.count], name=f"{chance.choice(ABOUT)} {n}",
                status="closed" if closed else "active", manager=self.managers[n % len(self.managers)],
                start=datetime(start.year, start.month, start.day, 9),
                finish=datetime(finish.year, finish.month, finish.day, 17),
                target_finish=datetime(finish.year, finish.month, finish.day, 17) - timedelta(days=late),
                stopped_on=finish if closed else None,
            )  # fmt: skip

        store(Project, (project(n) for n in range(count)))
        rows = list(Project.objects.order_by("pk").values_list("pk", "start", "finish"))
        self.project_keys = [pk for pk, _, _ in rows]
        changed = self.moment(self.first)
        if not Plan.objects.exists():  # creating a project by its action makes its plan; these are written below it
            store(Plan, (Plan(project_id=pk, kind="current", changed_at=changed) for pk in self.project_keys))
        plans = dict(Plan.objects.values_list("project", "pk"))
        ends = {pk: finish for pk, _, finish in rows}

        def milestone(pk: int, n: int) -> Task:
            at = ends[pk] - timedelta(days=30 * n)
            done = at.date() < self.today
            return Task(
                plan_id=plans[pk], project_id=pk, uid=n + 1, name=f"Milestone {n}", kind="milestone",
                start=at, finish=at, percent_complete=100 if done else 0,
                actual_finish=at + timedelta(days=chance.choice([0, 0, 0, 12])) if done else None,
            )  # fmt: skip

        store(Task, (milestone(pk, n) for pk in self.project_keys for n in range(2)))
        store(Baseline, (Baseline(project_id=pk, number=0, taken_at=changed) for pk in self.project_keys))
        baselines = dict(Baseline.objects.values_list("project", "pk"))
        store(
            BaselineTask,
            (
                BaselineTask(
                    baseline_id=baselines[project], task_id=pk, start=finish, finish=finish, duration_minutes=0
                )
                for pk, project, finish in Task.objects.values_list("pk", "project", "finish").iterator()
            ),
        )
        store(
            Deliverable,
            (
                Deliverable(
                    project_id=pk, name="Report", due_on=ends[pk].date(),
                    delivered_on=ends[pk].date() + timedelta(days=chance.choice([-3, 0, 8]))
                    if ends[pk].date() < self.today else None,
                )
                for pk in self.project_keys
            ),
        )  # fmt: skip

        def measures() -> Any:
            for pk, start, finish in rows:
                days = [start.date() + timedelta(days=30 * n) for n in range(1, 7)]
                days = [day for day in days if day <= self.today and day <= finish.date()] or [start.date()]
                for day in days:
                    planned, earned = chance.randint(9_000, 11_000), chance.randint(8_000, 11_000)
                    yield ProjectMeasure(
                        project_id=pk, day=day, status_date=datetime(day.year, day.month, day.day, 17),
                        latest=day == days[-1], bac=20_000, pv=planned, ev=earned, ac=planned, cv=earned - planned,
                        sv=earned - planned, cpi=round(earned / planned, 4), spi=round(earned / planned, 4),
                        percent_complete=50, finish=finish,
                    )  # fmt: skip

        store(ProjectMeasure, measures())

    def money(self) -> None:
        from accord.money.models import Expense, Invoice, TimeEntry
        from accord.projects.models import Project

        chance = self.chance
        rows = list(Project.objects.order_by("pk").values_list("pk", "account", "start"))

        def invoices() -> Any:
            number = 0
            for pk, account, start in rows:
                for n in range(INVOICES):
                    issued = start.date() + timedelta(days=28 * (n + 1))
                    if issued > self.today:
                        issued = start.date()
                    paid, number = chance.random() < 0.97, number + 1
                    due = issued + timedelta(days=30)
                    yield Invoice(
                        account_id=account, project_id=pk, number=f"{number:07}", issued_on=issued, due_on=due,
                        status="paid" if paid and due < self.today else "sent",
                        paid_on=due + timedelta(days=chance.randint(-5, 30)) if paid and due < self.today else None,
                        total=Decimal(chance.randint(1_000, 500_000)) / 100,
                    )  # fmt: skip

        store(Invoice, invoices())
        block = max(1, HOURS * self.count // 10)

        def hours() -> Any:
            for n in range(block):
                pk, _, start = rows[n % len(rows)]
                yield TimeEntry(
                    project_id=pk, person=self.staff[n % len(self.staff)], day=start.date() + timedelta(days=n % 60),
                    minutes=chance.choice([60, 120, 240, 480]), cost_rate=Decimal(60), bill_rate=Decimal(110),
                    billable=True,
                )  # fmt: skip

        store(TimeEntry, hours())
        copy_rows(TimeEntry, block, 9, {"day": -1})
        store(
            Expense,
            (
                Expense(project_id=pk, day=start.date(), description="Train", amount=Decimal(chance.randint(50, 400)))
                for pk, _, start in rows
            ),
        )

    def answers(self) -> None:
        from accord.success.models import Survey, SurveyAnswer
        from accord.support.models import Request

        chance = self.chance

        def asked(n: int) -> Request:
            at = self.moment(self.day())
            done = n % 10 != 0
            return Request(
                account_id=self.keys[n % self.count], title=f"The {chance.choice(ABOUT)} {n}",
                status="closed" if done else "new", reported_at=at, severity=chance.randint(1, 4),
                owner=self.managers[(n % self.count) % len(self.managers)], resolution_due=at + timedelta(days=9),
                resolved_at=at + timedelta(days=chance.randint(1, 12)) if done else None,
            )  # fmt: skip

        store(Request, (asked(n) for n in range(10 * self.count)))
        survey = Survey.objects.create(name="NPS", kind="nps", question="Would you recommend us?")
        store(
            SurveyAnswer,
            (
                SurveyAnswer(
                    account_id=self.keys[n % self.count], survey=survey, score=chance.randint(3, 10),
                    given_on=self.day(),
                )
                for n in range(3 * self.count)
            ),
        )  # fmt: skip


def copy_rows(model: Any, block: int, copies: int, back: dict[str, int], taken: dict[str, str] | None = None) -> None:
    """Copy the first ``block`` rows within the database, each copy further ``back``: a moment by minutes, a day by days
    (below 0: ahead). ``taken`` are columns that take another one's value.
    """
    from django.db import connection
    from django.db.models import DateTimeField, Min

    first = model.objects.aggregate(first=Min("pk"))["first"]
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    sqlite = connection.vendor == "sqlite"

    def value(field: Any, number: int) -> str:
        name = f'"{(taken or {}).get(field.column, field.column)}"'
        if field.name not in back:
            return name
        minutes = back[field.name] * number
        if isinstance(field, DateTimeField):
            return f"datetime({name}, '{-minutes} minutes')" if sqlite else f"{name} - {minutes} * interval '1 minute'"
        return f"date({name}, '{-minutes} days')" if sqlite else f"{name} - ({minutes})"

    columns, table = ", ".join(f'"{field.column}"' for field in fields), model._meta.db_table
    with connection.cursor() as cursor:
        for number in range(1, copies + 1):
            values = ", ".join(value(field, number) for field in fields)
            cursor.execute(
                f"INSERT INTO {table} ({columns}) SELECT {values} FROM {table} WHERE id BETWEEN %s AND %s",
                [first, first + block - 1],
            )
