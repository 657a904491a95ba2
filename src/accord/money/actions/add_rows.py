"""Lines of a week before they have hours."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext

from accord.core.access import Permission, require
from accord.money.actions.save_cell import CellRow
from accord.money.actions.submit_week import store
from accord.money.events import TimesheetEvent
from accord.money.models import TimeEntry, Timesheet
from accord.money.models.timesheet import hold_time
from accord.people.models import Person

MOST = 60
Keys = list[int | None]


@transaction.atomic
def add_rows(*, person: Person, day: date, rows: Iterable[CellRow], by: Any) -> Timesheet:
    """Add ``rows`` to the week of ``person`` with ``day`` in it; those it has are not added again."""
    keys = [[_pk(row.project), _pk(row.task), _pk(row.work_type)] for row in rows]
    return _add(person, day, keys, by)


@transaction.atomic
def copy_last_week(*, person: Person, day: date, by: Any) -> Timesheet:
    """Add the rows, not the hours, of the last week before that has any."""
    monday = day - timedelta(days=day.weekday())
    earlier = TimeEntry.objects.filter(person=person, day__lt=monday, day__gte=monday - timedelta(weeks=8))
    newest = earlier.order_by("-day").values_list("day", flat=True).first()
    if newest is None:
        raise ValidationError(gettext("No time is logged in the weeks before."))
    start = newest - timedelta(days=newest.weekday())
    found = earlier.filter(day__gte=start).order_by("project", "task").values_list("project", "task", "work_type")
    return _add(person, day, [list(keys) for keys in found.distinct()], by)


def _add(person: Person, day: date, keys: list[Keys], by: Any) -> Timesheet:
    hold_time(person.pk)
    sheet = Timesheet.of(person, day)
    require(by, Permission.CHANGE, sheet)
    if sheet.status != Timesheet.Status.DRAFT:
        raise ValidationError(gettext("Only a draft week takes new rows."))
    rows = [*sheet.rows, *(key for key in keys if key not in sheet.rows)]
    if len(rows) > MOST:
        raise ValidationError(gettext("A week takes at most %(count)s rows.") % {"count": MOST})
    return sheet if rows == sheet.rows else store(sheet, by=by, event=TimesheetEvent.ROWS_ADDED, rows=rows)


def _pk(record: Any) -> int | None:
    return record.pk if record is not None else None
