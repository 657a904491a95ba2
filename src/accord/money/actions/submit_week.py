"""Handing a week of hours in for approval, and taking it back."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from accord.core import editing
from accord.core.access import Permission, require
from accord.money.events import TimesheetEvent
from accord.money.models import Timesheet
from accord.money.models.timesheet import hold_time
from accord.people.models import Person

Status = Timesheet.Status


@transaction.atomic
def submit_week(*, person: Person, day: date, by: Any) -> Timesheet:
    """Submit the week of ``person`` with ``day`` in it. From then on its hours can't change.

    Raises ``ValidationError`` where it is submitted already or hasn't begun. Hours below the target are no obstacle:
    whoever approves is told of them.
    """
    hold_time(person.pk)
    sheet = Timesheet.of(person, day)
    require(by, Permission.CHANGE, sheet)
    if sheet.status != Status.DRAFT:
        text = gettext("This week is already %(status)s.")
        raise ValidationError(text % {"status": sheet.get_status_display().lower()})
    if sheet.week > timezone.localdate():
        raise ValidationError(gettext("This week hasn't started. Submit it when its hours are logged."))
    values = {"status": Status.SUBMITTED, "submitted_at": timezone.now(), "reason": ""}
    return store(sheet, by=by, event=TimesheetEvent.SUBMITTED, **values)


@transaction.atomic
def withdraw_week(*, sheet: Timesheet, by: Any) -> Timesheet:
    """Take a submitted week back to change it. Raises ``ValidationError`` once it is decided on."""
    hold_time(sheet.person_id)
    stored = Timesheet.objects.select_related("person").get(pk=sheet.pk)
    require(by, Permission.CHANGE, stored)
    if stored.status != Status.SUBMITTED:
        raise ValidationError(gettext("Only a submitted week can be withdrawn."))
    return store(stored, by=by, event=TimesheetEvent.WITHDRAWN, status=Status.DRAFT, submitted_at=None)


def store(sheet: Timesheet, *, by: Any, event: TimesheetEvent, **values: Any) -> Timesheet:
    """Write ``values`` of a week whose permission was asked for and whose person is held, stored before or not."""
    if sheet.pk is not None:
        stored: Timesheet = editing.change(sheet, by=None, told_by=by, version=sheet.version, event=event, **values)
        return stored
    for name, value in values.items():
        setattr(sheet, name, value)
    return editing.create(sheet, by=None, acting_user=by, event=event)
