"""What the stages of the demo firm hand to each other while it is made."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.db import connection, models

from accord.engines.calendars.working_time import WorkCalendar
from accord.engines.planning.plan import BaselineValues, Plan

if TYPE_CHECKING:
    from accord.accounts.models import Account, Affiliation
    from accord.demo.briefs import ClientBrief, JobBrief
    from accord.people.models import Calendar, Person, User
    from accord.projects.models import Project

BERLIN = ZoneInfo("Europe/Berlin")
YEARS = 4
CENT = Decimal("0.01")


@dataclass(eq=False)
class Employee:
    """Somebody of the firm, with what they can do and when they are there."""

    person: Person
    user: User | None
    skills: tuple[str, ...]
    working: WorkCalendar
    calendar: Calendar | None
    rates: list[tuple[date, Decimal, Decimal]]  # from a day on: cost and price per hour, oldest first
    absent: set[date] = field(default_factory=set)
    there: dict[date, int] = field(default_factory=dict)  # day → minutes at work, as far as asked
    planned: dict[int, int] = field(default_factory=lambda: defaultdict(int))  # ISO week number → minutes promised
    booked: dict[date, int] = field(default_factory=lambda: defaultdict(int))  # day → minutes worked

    @property
    def joined(self) -> date:
        assert self.person.joined_on is not None
        return self.person.joined_on

    def rate(self, day: date) -> tuple[Decimal, Decimal]:
        """Cost and price of an hour on ``day``."""
        known = [row for row in self.rates if row[0] <= day] or self.rates[:1]
        return known[-1][1], known[-1][2]

    def works(self, day: date) -> int:
        """Minutes this person is there on ``day``."""
        known = self.there.get(day)
        if known is None:
            usual = self.working.days(day.toordinal(), day.toordinal() + 1)[0]
            away = day in self.absent or day < self.joined
            known = self.there[day] = 0 if away else sum(finish - start for start, finish in usual)
        return known


@dataclass(eq=False)
class Client:
    """An account with its people on both sides."""

    brief: ClientBrief
    account: Account
    owner: Employee
    affiliations: list[Affiliation] = field(default_factory=list)
    jobs: list[Job] = field(default_factory=list)

    @property
    def since(self) -> date:
        assert self.account.client_since is not None
        return self.account.client_since


@dataclass(frozen=True, slots=True)
class Progress:
    """What really happened to one task, up to yesterday evening."""

    start: datetime
    finish: datetime  # when it was done, or will be at the pace so far
    minutes: int  # its real length
    share: float  # 0 to 1: how much of it is done

    @property
    def done(self) -> bool:
        return self.share >= 1


@dataclass(eq=False)
class Job:
    """A project: what was agreed and what came of it."""

    brief: JobBrief
    client: Client
    manager: Employee
    start: date
    code: str = ""
    crew: dict[str, list[Employee]] = field(default_factory=dict)
    agreed: Plan | None = None  # the plan as it was agreed, dates computed
    progress: dict[int, Progress] = field(default_factory=dict)
    added: frozenset[int] = frozenset()  # tasks that came after the agreement
    baseline: dict[int, BaselineValues] = field(default_factory=dict)
    until: datetime = datetime.min  # what is known ends here: yesterday evening, or when the project was put on hold
    who: dict[int, Employee] = field(default_factory=dict)  # resource uid → person
    booked: list[tuple[int, int, date, int]] = field(default_factory=list)  # task, resource, day, minutes
    price: Decimal = Decimal(0)  # what the client pays for all of it, in the firm's currency
    current: Plan | None = None  # the plan as it is stored
    project: Project | None = None
    task_ids: dict[int, int] = field(default_factory=dict)

    @property
    def plan(self) -> Plan:
        assert self.agreed is not None
        return self.agreed

    @property
    def row(self) -> Project:
        assert self.project is not None
        return self.project

    @property
    def ended(self) -> date:
        """The day of the last work, real or expected."""
        return max((p.finish for p in self.progress.values()), default=datetime.combine(self.start, time())).date()

    def worked(self) -> dict[tuple[int, int], int]:
        """Minutes booked by task and resource."""
        sums: dict[tuple[int, int], int] = defaultdict(int)
        for task, resource, _, minutes in self.booked:
            sums[task, resource] += minutes
        return sums


@dataclass
class World:
    """The firm in the making."""

    seed: int
    today: date
    scale: float
    echo: Callable[[str], Any]
    hands: list[Employee] = field(default_factory=list)
    clients: list[Client] = field(default_factory=list)
    jobs: list[Job] = field(default_factory=list)
    calendar: Calendar | None = None  # the firm's own
    calendars: dict[int, Calendar] = field(default_factory=dict)
    site: int = 0  # the calendar of work on site
    working: WorkCalendar | None = None
    euros: dict[str, list[tuple[date, Decimal]]] = field(
        default_factory=dict
    )  # currency → what a unit was worth, from a day on

    def rng(self, *key: object) -> Random:
        """A stream of chance of its own for each purpose, so that a change in one place leaves the others alone."""
        return Random(":".join(map(str, (self.seed, *key))))

    def back(self, days: float) -> date:
        """The day so many days ago (negative: ahead)."""
        return self.today - timedelta(days=round(days))

    @property
    def now(self) -> datetime:
        """What is known of the world ends yesterday evening."""
        return datetime.combine(self.today, time())

    @property
    def opening(self) -> date:
        """The first day of the four years that are told."""
        return self.back(YEARS * 365.25)

    def hand(self, email: str) -> Employee:
        """The person whose address starts with ``email``."""
        return next(h for h in self.hands if h.person.email.startswith(email + "@"))

    def client(self, key: str) -> Client:
        return next(c for c in self.clients if c.brief.key == key)

    def job(self, key: str) -> Job:
        return next(j for j in self.jobs if j.brief.key == key)

    def in_euros(self, amount: Decimal, currency: str, day: date) -> Decimal:
        """``amount`` in the firm's currency."""
        return amount if currency == "EUR" else amount * self._rate(currency, day)

    def from_euros(self, amount: Decimal, currency: str, day: date) -> Decimal:
        """An amount of the firm's currency in the client's."""
        return amount if currency == "EUR" else amount / self._rate(currency, day)

    def _rate(self, currency: str, day: date) -> Decimal:
        rows = self.euros[currency]
        return [rate for starts, rate in rows if starts <= day][-1]


def moment(day: date, minute: int) -> datetime:
    """A moment on the firm's clock as the database keeps it."""
    return datetime.combine(day, time(minute // 60, minute % 60), BERLIN)


def working_days(hand: Employee, first: date, last: date) -> list[date]:
    """The days from ``first`` to ``last`` on which ``hand`` is there."""
    span = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [day for day in span if hand.works(day)]


def insert(rows: Sequence[models.Model]) -> None:
    """Insert many rows of one model that know all their columns, times of creation included.

    Several times faster than ``bulk_create``, which prepares every value anew; nobody needs the keys of these rows.
    """
    if not rows:
        return
    columns = [f for f in rows[0]._meta.concrete_fields if not f.primary_key]
    names, marks = ", ".join(f'"{f.column}"' for f in columns), ", ".join(["%s"] * len(columns))
    ready = [_prepared(f, [getattr(row, f.attname) for row in rows]) for f in columns]
    with connection.cursor() as cursor:
        cursor.executemany(
            f'INSERT INTO "{rows[0]._meta.db_table}" ({names}) VALUES ({marks})',
            list(zip(*ready, strict=True)),
        )


def _prepared(column: Any, values: list[Any]) -> list[Any]:
    """``values`` as the database driver takes them, each distinct one prepared once."""
    if column.get_internal_type() == "JSONField":
        return [column.get_db_prep_save(value, connection) for value in values]
    ready = {value: column.get_db_prep_save(value, connection) for value in set(values)}
    return [ready[value] for value in values]


@contextmanager
def back_dated(*fields: tuple[type[models.Model], str]) -> Iterator[None]:
    """Let rows bear the moment they tell of instead of the moment they are written.

    The columns fill themselves with the clock otherwise; a generated past needs a past of its own.
    """
    columns: list[Any] = [model._meta.get_field(name) for model, name in fields]
    before = [(column, column.auto_now, column.auto_now_add) for column in columns]
    try:
        for column in columns:
            column.auto_now = column.auto_now_add = False
        yield
    finally:
        for column, auto_now, auto_now_add in before:
            column.auto_now, column.auto_now_add = auto_now, auto_now_add
