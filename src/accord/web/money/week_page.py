"""What the page of a week shows beside its hours: the week's name, its way to approval, the weeks before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext

from accord.core.access import Permission, can
from accord.core.dates import MONTHS
from accord.core.durations import clock
from accord.money.actions.run_timer import LONGEST, minutes_run, running_timer
from accord.money.models import TimeEntry, Timer, Timesheet
from accord.money.queries_weeks import Week, WeekCell, WeekGroup, WeekRow
from accord.money.suggestions import Evidence
from accord.money.week_checks import Check, Finding
from accord.people.models import Person
from accord.web.shell.parts import Action, Badge
from accord.web.shell.templatetags.shell import day, moment

Status = Timesheet.Status
TONES = {Status.DRAFT: "warn", Status.SUBMITTED: "info", Status.APPROVED: "good", Status.LOCKED: "neutral"}
EVIDENCE_ICONS = {Evidence.PLANNED: "calendar-stats", Evidence.LAST_WEEK: "repeat", Evidence.MEETING: "calendar-event"}
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True, slots=True)
class DayColumn:
    """One day of the grid. ``tone`` compares what is logged with the target once the day is over."""

    day: date
    label: str
    logged: int
    target: int
    suggested: int
    is_today: bool
    is_rest: bool
    is_future: bool
    is_closed: bool
    tone: str


@dataclass(frozen=True, slots=True)
class Step:
    """A rung of the ladder from draft to locked."""

    label: str
    note: str = ""
    state: str = ""  # done, now, or neither


@dataclass(frozen=True, slots=True)
class Offer:
    """One suggestion: ``minutes`` for the row with this ``code`` on ``day``, and why."""

    name: str
    why: str
    icon: str
    minutes: int
    code: str
    day: date


@dataclass(frozen=True, slots=True)
class TimerBar:
    """The running timer: ``minutes`` so far, ``since`` in seconds since 1970, and whether it was ``forgotten``."""

    timer: Timer
    minutes: int
    since: int
    forgotten: bool


@dataclass(frozen=True, slots=True)
class WeekException:
    badge: Badge
    text: str


def title_of(sheet: Timesheet) -> str:
    """``Week 48, 23 – 29 November 2026``, in the short form of dates everywhere else."""
    first, last = sheet.week, sheet.ends_on
    start = f"{first.day}" if first.month == last.month else f"{first.day} {MONTHS[first.month - 1]}"
    span = f"{start} – {last.day} {MONTHS[last.month - 1]} {last.year}"
    return gettext("Week %(number)s, %(span)s") % {"number": first.isocalendar().week, "span": span}


def columns_of(week: Week, today: date) -> list[DayColumn]:
    found = []
    for place, each in enumerate(week.days):
        logged, target = week.logged[each], week.targets[each]
        tone = "" if not logged or each > today else "good" if logged >= target else "warn"
        suggested = sum(row.cells[place].suggested.minutes for row in week.rows if row.cells[place].suggested)
        found.append(
            DayColumn(each, WEEKDAYS[place], logged, target, suggested, each == today, not target, each > today,
                      week.is_closed(each), tone)
        )  # fmt: skip
    return found


def badge_of(sheet: Timesheet, locked_until: date | None = None) -> Badge:
    """The state of the week; one in a locked period is locked, whatever was done with it."""
    if locked_until is not None and sheet.ends_on <= locked_until:
        return Badge(str(Status.LOCKED.label), TONES[Status.LOCKED])
    if sheet.is_returned:
        return Badge(gettext("Returned"), "bad")
    return Badge(sheet.get_status_display(), TONES[Status(sheet.status)])


def steps_of(sheet: Timesheet, locked_until: date | None) -> list[Step]:
    """Draft, submitted, approved, locked: what is done, where the week is, and what comes."""
    order = list(Status)
    at = order.index(Status(sheet.status))
    notes = {
        Status.DRAFT: gettext("Returned: %(reason)s") % {"reason": sheet.reason} if sheet.is_returned else "",
        Status.SUBMITTED: moment(sheet.submitted_at) if sheet.submitted_at and at >= 1 else "",
        Status.APPROVED: gettext("by %(name)s, %(at)s") % {"name": sheet.decided_by, "at": moment(sheet.decided_at)}
        if sheet.decided_at and at >= 2
        else gettext("by the project manager or an administrator"),
        Status.LOCKED: gettext("until %(day)s") % {"day": day(locked_until)}
        if locked_until and at == 3
        else gettext("when finance closes the period"),
    }
    return [
        Step(str(status.label), notes[status], "now" if place == at else "done" if place < at else "")
        for place, status in enumerate(order)
    ]


def exceptions_of(findings: list[Finding]) -> list[WeekException]:
    """What to look at before the week is approved, in words."""
    said = []
    long_days = [finding for finding in findings if finding.check is Check.LONG_DAY]
    for finding in findings:
        hours = f"{clock(finding.minutes)} h"
        if finding.check is Check.SHORT:
            text = gettext("%(hours)s below target") % {"hours": hours}
            said.append(WeekException(Badge(gettext("Short"), "warn"), text))
        elif finding.check is Check.CLOSED_TASK:
            text = gettext("%(hours)s on closed tasks") % {"hours": hours}
            said.append(WeekException(Badge(gettext("Check"), "bad"), text))
    if long_days:
        text = ", ".join(f"{WEEKDAYS[each.day.weekday()]} {clock(each.minutes)} h" for each in long_days if each.day)
        said.append(WeekException(Badge(gettext("Over 10 h"), "warn"), text))
    return said


def _weekday(value: date | None) -> str:
    return f"{WEEKDAYS[value.weekday()]} {value.day} {MONTHS[value.month - 1]}" if value else ""


def evidence_of(cell: WeekCell) -> str:
    """Why the cell's hours are suggested."""
    if cell.suggested is None:
        return ""
    if cell.suggested.evidence is Evidence.MEETING:
        return gettext("in your calendar: %(subject)s") % {"subject": cell.suggested.about}
    return gettext("planned") if cell.suggested.evidence is Evidence.PLANNED else gettext("as last week")


def offers_of(week: Week) -> list[Offer]:
    """The suggestions of the week by day, as the card beside the grid lists them."""
    found = [
        Offer(row.name, f"{_weekday(cell.day)}, {evidence_of(cell)}", EVIDENCE_ICONS[cell.suggested.evidence],
              cell.suggested.minutes, row.key.code, cell.day)
        for row in week.rows for cell in row.cells if cell.suggested is not None
    ]  # fmt: skip
    return sorted(found, key=lambda offer: offer.day)


def timer_bar(person: Person, now: datetime) -> TimerBar | None:
    """The timer of ``person``, where one runs."""
    timer = running_timer(person)
    if timer is None:
        return None
    ran = minutes_run(timer, now)
    return TimerBar(timer, ran, int(timer.started_at.timestamp()), ran > LONGEST)


def cell_label(group: WeekGroup, row: WeekRow, cell: WeekCell) -> str:
    """What a screen reader calls the cell."""
    where = gettext("%(row)s, %(project)s") % {"row": row.name, "project": group.project} if group.project else row.name
    return gettext("%(row)s, %(weekday)s") % {"row": where, "weekday": _weekday(cell.day)}


def row_note(row: WeekRow) -> str:
    """Below the name of a row: its type of work where the task heads it, how far the task is, and its hours."""
    parts = [str(row.work_type)] if row.work_type and row.task else []
    if row.task is not None and row.task.percent_complete:
        done = row.task.percent_complete >= 100
        percent = gettext("%(percent)s%% done") % {"percent": round(row.task.percent_complete)}
        parts.append(gettext("done") if done else percent)
    if row.used is not None:
        values = {"logged": clock(row.used.logged), "planned": clock(row.used.planned)}
        parts.append(gettext("%(logged)s of %(planned)s h") % values)
    if row.project is None and row.work_type is not None:
        parts.append(gettext("not billable"))
    return " · ".join(parts)


def earlier_weeks(sheet: Timesheet, locked_until: date | None, count: int = 4) -> list[dict[str, Any]]:
    """The weeks before with their hours and states; two queries."""
    first = sheet.week - timedelta(weeks=count)
    span = (first, sheet.week - timedelta(days=1))
    rows = TimeEntry.objects.filter(person=sheet.person, day__range=span).values_list("day", "minutes")
    minutes: dict[date, int] = {}
    for each, logged in rows.order_by():
        monday = each - timedelta(days=each.weekday())
        minutes[monday] = minutes.get(monday, 0) + logged
    sheets = {each.week: each for each in Timesheet.objects.filter(person=sheet.person, week__range=span)}
    found = []
    for monday in sorted(minutes.keys() | sheets.keys(), reverse=True):
        each = sheets.get(monday) or Timesheet(person=sheet.person, week=monday, ends_on=monday + timedelta(days=6))
        found.append({"title": gettext("Week %(number)s") % {"number": monday.isocalendar().week},
                      "from": monday, "until": each.ends_on, "minutes": minutes.get(monday, 0),
                      "badge": badge_of(each, locked_until), "reason": each.reason if each.is_returned else "",
                      "url": address_of_week(each)})  # fmt: skip
    return found


def address_of_week(sheet: Timesheet) -> str:
    return reverse("timesheet", args=[sheet.pk]) if sheet.pk else f"{reverse('time')}?week={sheet.week}"


def decisions(sheet: Timesheet, user: Any) -> list[Action]:
    """What whoever approves the week can do with it."""
    if sheet.pk is None or sheet.status not in (Status.SUBMITTED, Status.APPROVED):
        return []
    if not can(user, Permission.APPROVE, sheet):
        return []
    back = Action(gettext("Return"), reverse("timesheet-return", args=[sheet.pk]), "arrow-back-up", drawer=True)
    if sheet.status == Status.APPROVED:
        return [back]
    return [back, Action(gettext("Approve"), reverse("timesheet-approval", args=[sheet.pk]), "check", primary=True,
                         method="post")]  # fmt: skip


def shortfall(week: Week, today: date, suggested: int) -> str:
    """What the page says above the grid: the days that are over and have less than their target."""
    short = [each for each in week.days if each < today and week.logged[each] < week.targets[each]]
    if week.sheet.status != Status.DRAFT or not short:
        return ""
    values = {"hours": clock(sum(week.targets[each] - week.logged[each] for each in short)),
              "days": ", ".join(_weekday(each) for each in short)}  # fmt: skip
    if suggested:
        return gettext("%(hours)s h are missing on %(days)s. Accept the suggestions or enter the hours.") % values
    return gettext("%(hours)s h are missing on %(days)s.") % values
