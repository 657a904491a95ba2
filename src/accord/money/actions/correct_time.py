"""Correcting hours of an approved week."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext

from accord.core import editing
from accord.core.access import Permission, archived_sentence, require
from accord.core.dates import day_text
from accord.core.durations import clock
from accord.core.events import record_event
from accord.money.events import TimeEvent, TimesheetEvent
from accord.money.models import TimeEntry, Timesheet
from accord.money.models.timesheet import hold_time


@transaction.atomic
def correct_time(*, entry: TimeEntry, by: Any, version: int, minutes: int, reason: str) -> TimeEntry | None:
    """Let ``entry`` of an approved week be ``minutes`` long; 0 removes it. The week stays approved.

    The events of the entry and of its week keep the old value, the new one and the ``reason``. Raises
    ``PermissionDenied`` for who doesn't approve the week, ``ValidationError`` where it isn't approved or is locked.
    """
    hold_time(entry.person_id)
    sheet = Timesheet.of(entry.person, entry.day)
    require(by, Permission.APPROVE, sheet)
    if entry.project is not None and entry.is_frozen:
        raise PermissionDenied(archived_sentence(entry.project, gettext("correct time")))
    if not reason.strip():
        raise ValidationError({"reason": gettext("Enter a reason.")})
    if sheet.status not in (Timesheet.Status.APPROVED, Timesheet.Status.LOCKED):
        raise ValidationError(gettext("This week isn't approved. Edit the entry instead."))
    old, what = entry.minutes, str(entry.task or entry.project or entry.work_type)
    if TimeEntry.objects.values_list("minutes", flat=True).get(pk=entry.pk) == minutes:
        raise ValidationError({"hours": gettext("Enter other hours than before.")})
    kept: TimeEntry | None = None
    if minutes:
        kept = _changed(entry, minutes, version, by)
    else:
        editing.remove(entry, by=None, acting_user=by, version=version, action="correct_time")
    told = {"entry": f"{what}, {day_text(entry.day)}", "old": clock(old), "new": clock(minutes)}
    record_event(by=by, kind=TimesheetEvent.CORRECTED, subject=sheet, after=told | {"reason": reason.strip()})
    return kept


def _changed(entry: TimeEntry, minutes: int, version: int, by: Any) -> TimeEntry:
    entry.minutes = minutes
    entry.full_clean()
    corrected: TimeEntry = editing.change(
        entry, by=None, told_by=by, version=version, event=TimeEvent.CORRECTED, action="correct_time",
        minutes=minutes,
    )  # fmt: skip
    return corrected
