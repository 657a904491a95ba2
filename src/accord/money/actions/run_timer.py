"""Starting, stopping and discarding the timer of a person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from accord.core import editing
from accord.core.access import Permission, require
from accord.core.durations import clock
from accord.money.actions.log_time import change_time, log_time
from accord.money.actions.save_cell import CellRow, is_billable
from accord.money.events import TimerEvent
from accord.money.models import TimeEntry, Timer
from accord.money.models.timesheet import hold_time, why_closed
from accord.people.models import Person

LONGEST = 12 * 60  # minutes: who runs it longer has forgotten it, and says how long it was


@transaction.atomic
def start_timer(*, person: Person, row: CellRow, by: Any, now: datetime, note: str = "") -> Timer:
    """Let the timer of ``person`` run for ``row`` from ``now``. One that runs is stopped, and its time is logged.

    Raises ``ValidationError`` where today is closed, where no time can be logged on the row, or where what runs can't
    be logged.
    """
    hold_time(person.pk)
    day = timezone.localdate(now)
    if reason := why_closed(person.pk, day):
        raise ValidationError(reason)
    _check(person, row, day, by)
    running = running_timer(person)
    if running is not None:
        stop_timer(timer=running, by=by, now=now)
    timer = Timer(person=person, project=row.project, task=row.task, work_type=row.work_type, note=note.strip(),
                  started_at=now)  # fmt: skip
    return editing.create(timer, by=by, event=TimerEvent.STARTED, action="start_timer")


@transaction.atomic
def stop_timer(*, timer: Timer, by: Any, now: datetime, minutes: int | None = None) -> list[TimeEntry]:
    """Log what ``timer`` ran until ``now``, or ``minutes`` instead, and clear it; returns the entry of each day.

    Seconds are rounded up, so that a start and a stop are at least a minute. Raises ``ValidationError`` where it ran
    for more than twelve hours and no ``minutes`` are given, where a day would have more than 24 hours, or where the
    week is closed: the timer is kept then, until it is discarded.
    """
    hold_time(timer.person_id)
    stored = Timer.objects.select_related("person", "project", "task", "work_type").filter(pk=timer.pk).first()
    if stored is None:
        raise ValidationError(gettext("The timer isn't running any more."))
    require(by, Permission.CHANGE, stored)
    ran = minutes_run(stored, now)
    if minutes is None and ran > LONGEST:
        text = gettext("The timer has run for %(hours)s h. Enter how long you worked, or discard it.")
        raise ValidationError({"hours": text % {"hours": clock(ran)}})
    parts = _days(stored.started_at, ran) if minutes is None else [(timezone.localdate(stored.started_at), minutes)]
    entries = [_log(stored, day, part, by) for day, part in parts]
    editing.remove(stored, by=by)
    return entries


def discard_timer(*, timer: Timer, by: Any) -> None:
    """Clear ``timer`` without logging its time."""
    editing.remove(timer, by=by)


def running_timer(person: Person) -> Timer | None:
    rows = Timer.objects.select_related("project__account", "task", "work_type")
    return rows.filter(person=person).first()


def minutes_run(timer: Timer, now: datetime) -> int:
    """Whole minutes since it was started, rounded up."""
    return max(1, -(-int((now - timer.started_at).total_seconds()) // 60))


def _days(start: datetime, minutes: int) -> Iterator[tuple[date, int]]:
    """The minutes of each day: what runs past midnight belongs to the next."""
    local = timezone.localtime(start)
    while minutes > 0:
        midnight = timezone.make_aware(datetime.combine(local.date() + timedelta(days=1), time()))
        until = max(1, int((midnight - local).total_seconds() // 60))
        yield local.date(), min(minutes, until)
        minutes -= until
        local = timezone.localtime(midnight)


def _check(person: Person, row: CellRow, day: date, by: Any) -> None:
    """Refuse now what could not be logged later."""
    entry = _entry(person, row, day, 1)
    entry.full_clean()
    require(by, Permission.CREATE, entry)


def _log(timer: Timer, day: date, minutes: int, by: Any) -> TimeEntry:
    """Add the minutes to the entry of the day that says the same, or make one."""
    row = CellRow(timer.project, timer.task, timer.work_type)
    same = TimeEntry.objects.filter(person=timer.person_id, day=day, project=timer.project_id, task=timer.task_id,
                                    work_type=timer.work_type_id).select_related("project")  # fmt: skip
    found = same.filter(note=timer.note).first() if timer.note else same.first()
    if found is None:
        entry = _entry(timer.person, row, day, minutes, timer.note)
        entry.full_clean()
        return log_time(entry=entry, by=by)
    found.minutes += minutes
    found.person = timer.person
    found.full_clean()
    return change_time(entry=found, by=by, version=found.version, minutes=found.minutes)


def _entry(person: Person, row: CellRow, day: date, minutes: int, note: str = "") -> TimeEntry:
    return TimeEntry(person=person, project=row.project, task=row.task, work_type=row.work_type, day=day,
                     minutes=minutes, note=note, billable=is_billable(row))  # fmt: skip
