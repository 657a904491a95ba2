"""Closing time up to a day: what was invoiced or handed to the bookkeeping doesn't change afterwards."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import F

from accord.core import editing
from accord.money.events import PeriodEvent
from accord.money.models import PeriodLock, Timesheet
from accord.money.models.timesheet import locked_until

Status = Timesheet.Status


@transaction.atomic
def lock_period(*, lock: PeriodLock, by: Any) -> PeriodLock:
    """Close all time up to ``lock.until``; an earlier day than before opens what comes after it again.

    Approved weeks that lie wholly within it become locked. Hours of weeks that nobody approved are closed as they are.
    """
    before = locked_until()
    event = PeriodEvent.UNLOCKED if before is not None and lock.until < before else PeriodEvent.LOCKED
    stored = editing.create(lock, by=by, event=event, action="lock_period")
    closed = Timesheet.objects.filter(status=Status.APPROVED, ends_on__lte=stored.until)
    opened = Timesheet.objects.filter(status=Status.LOCKED, ends_on__gt=stored.until)
    closed.update(status=Status.LOCKED, version=F("version") + 1)
    opened.update(status=Status.APPROVED, version=F("version") + 1)
    return stored
