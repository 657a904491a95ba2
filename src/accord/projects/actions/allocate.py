"""Promising somebody's time to a project."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F

from accord.core import editing
from accord.core.events import record_event
from accord.projects.actions.staff_project import add_person
from accord.projects.events import AllocationEvent, StaffingEvent
from accord.projects.models import Allocation, StaffingRequest


@transaction.atomic
def allocate(*, allocation: Allocation, by: Any, rate: Decimal | int = 0) -> Allocation:
    """Save a new allocation. Confirmed, it adds the person to the plan, at ``rate``, and lets them see it."""
    made = editing.create(allocation, by=by, event=AllocationEvent.CREATED)
    if made.confirmed:
        add_person(project=made.project, person=made.person, by=by, rate=rate)
    return made


@transaction.atomic
def confirm_allocation(*, allocation: Allocation, by: Any, rate: Decimal | int = 0) -> Allocation:
    """Confirm an allocation, with all that :func:`allocate` does for a confirmed one; such a one stays as it is."""
    confirmed = editing.change(
        allocation, by=by, version=allocation.version, event=AllocationEvent.CONFIRMED, confirmed=True
    )
    add_person(project=confirmed.project, person=confirmed.person, by=by, rate=rate)
    return confirmed


@transaction.atomic
def release(*, allocation: Allocation, by: Any) -> None:
    """Take an allocation back. A staffing request that it filled is open again."""
    request = StaffingRequest.objects.filter(allocation=allocation).first()
    editing.remove(allocation, by=by)
    if request is not None:
        StaffingRequest.objects.filter(pk=request.pk).update(
            version=F("version") + 1, status=StaffingRequest.Status.OPEN
        )
        record_event(by=by, kind=StaffingEvent.REOPENED, subject=request)
