"""The weeks of hours: the past approved and locked, last week handed in by most, one returned with a reason."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta

from accord.conversations.actions.notify import notify
from accord.conversations.models import NoticeKind
from accord.core.dates import day_text
from accord.demo.world import Employee, World, moment
from accord.money.actions.lock_period import lock_period
from accord.money.models import PeriodLock, TimeEntry, Timesheet, WorkType
from accord.money.models.timesheet import WEEK

Status = Timesheet.Status
TYPES = (
    ("Consulting", True, False),
    ("Travel", False, False),
    ("Rework", False, False),
    ("Team meeting", False, True),
    ("Training", False, True),
)
REASON = "Please split the release work by project, and add a note to Thursday."
MEETING = 30
Weeks = dict[tuple[Employee, date], Counter[Employee]]


def make_weeks(world: World) -> None:
    """Store a timesheet for every week in which somebody worked, but for the current one."""
    types = {name: WorkType.objects.create(name=name, billable=billable, internal=internal)
             for name, billable, internal in TYPES}  # fmt: skip
    worked = _worked(world)
    Timesheet.objects.bulk_create([_sheet(world, *each) for each in enumerate(worked.items())], batch_size=1000)
    _meetings(world, worked, types["Team meeting"])
    _return_one(world)
    open_from = (_monday(world.today) - timedelta(weeks=2)).replace(day=1)
    lock_period(lock=PeriodLock(until=open_from - timedelta(days=1), note="Invoiced"), by=None)


def _worked(world: World) -> Weeks:
    """Who worked in which week, and for how long under which project manager."""
    found: Weeks = defaultdict(Counter)
    monday = _monday(world.today)
    for job in world.jobs:
        for _, resource, day, minutes in job.booked:
            if day < monday:
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


def _meetings(world: World, worked: Weeks, kind: WorkType) -> None:
    """Half an hour a week in which the team meets, in the weeks that are not locked."""
    first = _monday(world.today) - timedelta(weeks=4)
    rows = [
        TimeEntry(work_type=kind, person=hand.person, day=monday, minutes=MEETING, billable=False,
                  cost_rate=hand.rate(monday)[0], created_at=moment(monday, 630), updated_at=moment(monday, 630))
        for hand, monday in worked if monday >= first and hand.works(monday)
    ]  # fmt: skip
    TimeEntry.objects.bulk_create(rows, batch_size=1000)


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
