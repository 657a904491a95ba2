"""Typing in a cell of the week grid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext

from accord.core import editing
from accord.core.durations import clock
from accord.money.actions.log_time import change_time, log_time
from accord.money.models import TimeEntry, WorkType
from accord.money.models.timesheet import hold_time
from accord.people.models import Person
from accord.projects.models import Project, Task


@dataclass(frozen=True, slots=True)
class CellRow:
    """What the hours of a row are for."""

    project: Project | None = None
    task: Task | None = None
    work_type: WorkType | None = None


@transaction.atomic
def save_cell(
    *,
    person: Person,
    row: CellRow,
    day: date,
    by: Any,
    minutes: int | None = None,
    note: str | None = None,
    was: int | None = None,
) -> TimeEntry | None:
    """Let the entries of ``person`` for ``row`` on ``day`` add up to ``minutes``: log, change or remove the one.

    ``minutes=None`` and ``note=None`` leave what is stored. ``was`` are the minutes that the writer saw: raises
    ``Conflict`` where others are stored now, unless those are what they want. Where several entries make up the cell,
    raises ``ValidationError``: they are changed one by one.
    """
    hold_time(person.pk)
    found = list(TimeEntry.objects.filter(person=person, day=day, project=row.project, task=row.task,
                                          work_type=row.work_type).select_related("project"))  # fmt: skip
    stored = sum(entry.minutes for entry in found)
    wanted = stored if minutes is None else minutes
    entry = found[0] if found else TimeEntry(person=person, day=day, project=row.project, task=row.task,
                                             work_type=row.work_type, billable=is_billable(row))  # fmt: skip
    if was is not None and stored not in (was, wanted):
        difference = editing.Difference(gettext("hours"), clock(wanted), clock(stored))
        raise editing.Conflict(entry, [difference])
    if wanted == stored and (note is None or not found or note == entry.note):
        return found[0] if found else None
    if len(found) > 1:
        text = gettext("%(count)s entries make up this cell. Open it to edit them.")
        raise ValidationError(text % {"count": len(found)})
    if not wanted:
        editing.remove(entry, by=by)
        return None
    entry.minutes = wanted
    entry.note = entry.note if note is None else note
    entry.person = person
    entry.full_clean()
    if not found:
        return log_time(entry=entry, by=by)
    return change_time(entry=entry, by=by, version=entry.version, minutes=wanted, note=entry.note)


def is_billable(row: CellRow) -> bool:
    """Whether hours of the row start as billable."""
    return row.project is not None and (row.work_type is None or row.work_type.billable)
