"""The firm itself: people, sign-ins, teams, working time, absences and rates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from django.contrib.auth.hashers import make_password

from accord.core.models import Event, SecurityEvent
from accord.core.money import round_half_up
from accord.demo.letterhead import LETTERHEAD, draw_logo
from accord.demo.roster import OPERATIONS, PARTNERS, ROSTER, SHOWN, Colleague
from accord.demo.working_time import make_calendars
from accord.demo.world import YEARS, Employee, World, moment
from accord.engines.calendars.working_time import compile_calendars
from accord.people.actions.invite_user import invite_user
from accord.people.actions.set_logo import set_logo
from accord.people.events import UserEvent
from accord.people.models import Firm, JobRole, Person, Role, Team, User
from accord.rates.models import ExchangeRate

FIRM = "Northlight Partners"
DOMAIN = "northlight.example"
PASSWORD = "accord-demo-2026"
COST = {1: 31, 2: 38, 3: 47, 4: 59, 5: 74}
PRICE = {1: 82, 2: 96, 3: 118, 4: 142, 5: 168}
GRADES = {1: "Associate", 2: "Consultant", 3: "Senior consultant", 4: "Principal consultant", 5: "Director"}
FREELANCE = Decimal("1.45")


@dataclass(frozen=True, slots=True)
class SignIn:
    """A way into the demo: the role it shows, whose it is, and how to get in."""

    role: str
    name: str
    email: str
    password: str


def make_people(world: World) -> None:
    """Fill ``world.hands`` and store everybody with sign-ins, calendars and rates."""
    firm = Firm.current()
    assert firm.calendar is not None
    calendars = make_calendars(world, firm.calendar)
    firm.name, firm.currency, firm.time_zone = FIRM, "EUR", "Europe/Berlin"
    for name, value in LETTERHEAD.items():
        setattr(firm, name, value)
    firm.full_clean()
    firm.save()
    set_logo(firm=firm, data=draw_logo(), by=None)
    firm.refresh_from_db()
    compiled = compile_calendars(tuple(c.spec() for c in calendars.values()))
    world.calendar, world.working = firm.calendar, compiled[firm.calendar.pk]
    world.calendars = {c.pk: c for c in calendars.values()}
    world.site = calendars["site"].pk
    teams = {name: Team.objects.create(name=name) for name in dict.fromkeys(c.team for c in ROSTER)}
    roles = {level: JobRole.objects.create(name=name) for level, name in GRADES.items()}
    users = {
        c.mailbox: invite_user(
            email=f"{c.mailbox}@{DOMAIN}", name=c.name, roles=list(c.roles), time_zone=_zone(c), by=None
        )
        for c in ROSTER
        if c.roles
    }
    _date_users(world)
    for colleague in ROSTER:
        chance = world.rng("person", colleague.mailbox)
        calendar = calendars[colleague.calendar]
        joined = _first_of_month(world.back(colleague.years * 365.25))
        person = Person(
            name=colleague.name,
            email=f"{colleague.mailbox}@{DOMAIN}",
            title=colleague.title,
            job_role=roles[colleague.level],
            team=teams[colleague.team],
            user=users.get(colleague.mailbox),
            calendar=None if colleague.calendar == "berlin" else calendar,
            joined_on=joined,
        )
        world.hands.append(
            Employee(
                person=person,
                user=users.get(colleague.mailbox),
                skills=tuple(colleague.skills.split()),
                working=compiled[calendar.pk],
                calendar=person.calendar,
                rates=_rates(world, colleague, joined, chance),
                absent=_absences(world, chance),
            )
        )
    Person.objects.bulk_create(h.person for h in world.hands)
    _exchange_rates(world)


def _date_users(world: World) -> None:
    """All with one password, whose hash is slow by intent, and with an account since the books begin."""
    User.objects.update(password=make_password(PASSWORD))
    since = moment(world.opening, 480)
    Event.objects.filter(subject_type="people.user", kind=UserEvent.INVITED).update(at=since)
    SecurityEvent.objects.filter(kind=SecurityEvent.Kind.USER_CREATED).update(at=since)


def sign_ins(world: World) -> list[SignIn]:
    """One for each role."""
    shown = [(role, world.hand(mailbox)) for role, mailbox in SHOWN.items()]
    return [SignIn(Role(role).label, h.person.name, h.person.email, PASSWORD) for role, h in shown]


def _zone(colleague: Colleague) -> str:
    return {"wroclaw": "Europe/Warsaw", "leeds": "Europe/London"}.get(colleague.calendar, "Europe/Berlin")


def _first_of_month(day: date) -> date:
    return day.replace(day=1)


def _rates(world: World, colleague: Colleague, joined: date, chance: Random) -> list[tuple[date, Decimal, Decimal]]:
    """Rates from the first day on, with a rise each January."""
    first = max(joined, date(world.opening.year - 1, 1, 1))
    cost, price = Decimal(COST[colleague.level]), Decimal(PRICE[colleague.level])
    if not colleague.roles:
        cost *= FREELANCE
    cost *= Decimal(chance.randint(94, 106)) / 100
    # The levels are today's; each year back was a little less.
    years = range(first.year, world.today.year + 1)
    rises = {year: Decimal(chance.randint(22, 41)) / 1000 for year in years}
    rows = []
    for year in reversed(years):
        starts = first if year == first.year else date(year, 1, 1)
        rows.append((starts, round_half_up(cost * 2, 0) / 2, round_half_up(price, 0)))
        cost, price = cost / (1 + rises[year]), price / (1 + rises[year])
    return [row for row in reversed(rows) if row[0] <= world.today]


def _absences(world: World, chance: Random) -> set[date]:
    """Summer, Christmas, a spring week, long weekends and a few days of illness in each year."""
    days: set[date] = set()

    def away(first: date, length: int) -> None:
        days.update(first + timedelta(days=n) for n in range(length))

    for year in range(world.today.year - YEARS - 1, world.today.year + 1):
        away(date(year, 7, 1) + timedelta(days=chance.randint(0, 50)), chance.choice((14, 16, 21)))
        away(date(year, 12, 27), chance.choice((2, 5, 9)))
        away(date(year, 2, 1) + timedelta(days=chance.randint(0, 90)), 7)
        for _ in range(chance.randint(2, 5)):
            away(date(year, 1, 1) + timedelta(days=chance.randint(0, 364)), 1)
        away(date(year, 1, 1) + timedelta(days=chance.randint(0, 364)), chance.choice((1, 2, 3, 5)))
    return days


def _exchange_rates(world: World) -> None:
    """A rate on the first of each month for every currency that clients are billed in."""
    rows = []
    for currency, start in (("GBP", 1.155), ("USD", 0.915), ("CHF", 1.045)):
        chance = world.rng("exchange", currency)
        value, day = start, _first_of_month(world.back((YEARS + 1) * 365.25))
        world.euros[currency] = []
        while day <= world.today:
            rate = Decimal(str(round(value, 4)))
            rows.append(ExchangeRate(currency=currency, starts_on=day, rate=rate))
            world.euros[currency].append((day, rate))
            value += chance.gauss(0, 0.008) + (start - value) * 0.08
            day = _first_of_month(day + timedelta(days=32))
    ExchangeRate.objects.bulk_create(rows)


def delivery_hands(world: World) -> list[Employee]:
    """Those whose hours are sold."""
    assert all(h.person.team is not None for h in world.hands)
    return [h for h in world.hands if h.person.team.name not in (PARTNERS, OPERATIONS)]  # type: ignore[union-attr]
