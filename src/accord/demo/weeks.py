"""The weeks of hours since the firm began with timesheets: approved and locked, but for the last ones.

Beside the work on projects each week has what fills the time of people: meetings, training, offers, upkeep.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from accord.conversations.actions.notify import notify
from accord.conversations.models import NoticeKind
from accord.core.dates import day_text
from accord.demo.time_sheets import GRAIN
from accord.demo.world import Employee, World, moment
from accord.money.actions.lock_period import lock_period
from accord.money.models import PeriodLock, TimeEntry, Timesheet, WorkType
from accord.money.models.timesheet import WEEK
from accord.people.models import Firm

Status = Timesheet.Status
TYPES = (
    ("Consulting", True, False),
    ("Travel", False, False),
    ("Rework", False, False),
    ("Team meeting", False, True),
    ("Training", False, True),
    ("Offers and sales", False, True),
    ("Internal projects", False, True),
)
BEGAN = 26  # weeks ago
EARLIER = 120  # minutes by which a day is cut at most, after long ones
LATELY = (-45, -30, -15, -15, 0, 0, 0, 0, 15, 15, 30, 45)  # minutes by which days miss what they should be
REASON = "Please split the release work by project, and add a note to Thursday."
MEETING = 30
FILLING, WEIGHTS = ("Internal projects", "Training", "Offers and sales"), (6, 2, 3)
SHORTEST = 30  # minutes that are worth writing down
Weeks = dict[tuple[Employee, date], Counter[Employee]]


def make_weeks(world: World) -> None:
    """Store a timesheet for every week since the beginning in which somebody worked, but for the current one."""
    types = {name: WorkType.objects.create(name=name, billable=billable, internal=internal)
             for name, billable, internal in TYPES}  # fmt: skip
    worked = _worked(world)
    Timesheet.objects.bulk_create([_sheet(world, *each) for each in enumerate(worked.items())], batch_size=1000)
    _fill(world, types)
    _return_one(world)
    open_from = (_monday(world.today) - timedelta(weeks=2)).replace(day=1)
    lock_period(lock=PeriodLock(until=open_from - timedelta(days=1), note="Invoiced"), by=None)
    Firm.objects.update(overtime_from=open_from)  # what was before is paid out


def _worked(world: World) -> Weeks:
    """Who worked in which week, and for how long under which project manager."""
    found: Weeks = defaultdict(Counter)
    monday = _monday(world.today)
    began = monday - timedelta(weeks=BEGAN)
    for job in world.jobs:
        for _, resource, day, minutes in job.booked:
            if began <= day < monday:
                found[job.who[resource], _monday(day)][job.manager] += minutes
    return dict(sorted(found.items(), key=lambda each: (each[0][1], each[0][0].person.pk)))


def _sheet(world: World, number: int, worked: tuple[tuple[Employee, date], Counter[Employee]]) -> Timesheet:
    (hand, monday), managers = worked
    others = [manager for manager, _ in managers.most_common() if manager is not hand]
    decider = others[0].user if others else None
    sheet = Timesheet(person=hand.person, week=monday, ends_on=monday + WEEK)
    is_last = monday == _monday(world.today) - timedelta(weeks=1)
    if is_last and number % 4 == 0:
        return sheet
    sheet.submitted_at = moment(monday + timedelta(days=4), 16 * 60 + number % 60)
    sheet.status = Status.SUBMITTED if is_last else Status.APPROVED
    if not is_last:
        sheet.decided_by, sheet.decided_at = decider, moment(monday + timedelta(days=7), 9 * 60 + number % 90)
    return sheet


def _fill(world: World, types: dict[str, WorkType]) -> None:
    """What people did beside projects: the Monday meeting, and work of the firm on what is left of each day.

    Who worked long on projects goes home earlier on days that allow it.
    """
    rows: list[TimeEntry] = []
    monday = _monday(world.today)
    for hand in world.hands:
        chance, over = world.rng("weeks", hand.person.email), 0
        for day in (monday - timedelta(days=back) for back in range(7 * BEGAN, 0, -1)):
            if not hand.works(day):
                continue
            left = hand.works(day) - hand.booked[day] + chance.choice(LATELY) - min(max(over, 0), EARLIER)
            made = list(_beside(hand, day, left // GRAIN * GRAIN, types, chance))
            over += hand.booked[day] + sum(entry.minutes for entry in made) - hand.works(day)
            rows += made
    TimeEntry.objects.bulk_create(rows, batch_size=1000)


def _beside(hand: Employee, day: date, left: int, types: dict[str, WorkType], chance: Random) -> Iterator[TimeEntry]:
    meeting = MEETING if day.weekday() == 0 and left >= MEETING else 0
    if meeting:
        yield _entry(hand, day, meeting, types["Team meeting"])
    if left - meeting >= SHORTEST:
        yield _entry(hand, day, left - meeting, types[chance.choices(FILLING, WEIGHTS)[0]])


def _entry(hand: Employee, day: date, minutes: int, kind: WorkType) -> TimeEntry:
    at = moment(day, 17 * 60 + 35)
    return TimeEntry(work_type=kind, person=hand.person, day=day, minutes=minutes, billable=False,
                     cost_rate=hand.rate(day)[0], created_at=at, updated_at=at)  # fmt: skip


def _return_one(world: World) -> None:
    week = _monday(world.today) - timedelta(weeks=2)
    hand = next((h for h in world.hands if h.person.email.startswith("tomasz.zielinski@")), world.hands[0])
    rows = Timesheet.objects.filter(week=week, decided_by=hand.user).exclude(person=hand.person)
    sheet = rows.filter(person__user__isnull=False).select_related("person__user", "decided_by").order_by("pk").first()
    if sheet is None:
        return
    Timesheet.objects.filter(pk=sheet.pk).update(status=Status.DRAFT, reason=REASON)
    text = f"{sheet.decided_by} returned your week of {day_text(week)}: {REASON}"
    notify([sheet.person.user], text, kind=NoticeKind.SYSTEM, about=sheet)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
