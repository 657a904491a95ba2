"""Looking for somebody for a project."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext

from accord.core import editing
from accord.core.access import Permission, require
from accord.core.event_kinds import RecordEvent
from accord.core.events import record_event
from accord.people.models import Person, Skill
from accord.projects.events import StaffingEvent
from accord.projects.models import Allocation, NeededSkill, StaffingRequest

Needs = Sequence[tuple[Skill, int]]


@transaction.atomic
def request_staff(*, request: StaffingRequest, needs: Needs, by: Any) -> StaffingRequest:
    """Ask for somebody with the skills ``needs`` (each with its least level)."""
    request.asked_by = by
    made = editing.create(request, by=by, event=StaffingEvent.REQUESTED)
    _store(made, needs)
    return made


@transaction.atomic
def change_request(*, request: StaffingRequest, version: int, needs: Needs, by: Any, **values: Any) -> StaffingRequest:
    """Change an open request and the skills it asks for. ``ValidationError`` when it is filled or withdrawn."""
    require(by, Permission.CHANGE, request)
    _require_open(request)
    before = _text(request)
    changed = editing.change(request, by=by, version=version, **values)
    if set(needs) != {(need.skill, need.level) for need in request.needs.select_related("skill")}:
        request.needs.all().delete()
        _store(changed, needs)
        StaffingRequest.objects.filter(pk=changed.pk).update(version=F("version") + 1, updated_at=timezone.now())
        record_event(
            by=by,
            kind=RecordEvent.CHANGED,
            subject=changed,
            before={"skills": before},
            after={"skills": _text(changed)},
        )
        changed.refresh_from_db()
    return changed


@transaction.atomic
def propose(*, request: StaffingRequest, person: Person, by: Any, today: date) -> Allocation:
    """Fill an open request with a tentative allocation of ``person`` for its period, from today on at the earliest.

    ``ValidationError`` when it is filled or withdrawn already, when its period is over, or when they have left.
    """
    require(by, Permission.CHANGE, request)
    # Written first: of two people who propose at once, the second one finds the request taken.
    taken = StaffingRequest.objects.filter(pk=request.pk, status=StaffingRequest.Status.OPEN).update(
        version=F("version") + 1, updated_at=timezone.now(), status=StaffingRequest.Status.FILLED
    )
    if not taken:
        _require_open(StaffingRequest.objects.get(pk=request.pk))
    first = max(request.starts_on, today)
    if request.ends_on < first:
        raise ValidationError(gettext("The requested period has passed. Change the dates first."))
    if person.left_on is not None and person.left_on < first:
        raise ValidationError(gettext("%(person)s is no longer with the firm.") % {"person": person})
    allocation = editing.create(
        Allocation(
            project=request.project,
            person=person,
            starts_on=first,
            ends_on=request.ends_on,
            share=request.share,
            note=request.role,
        ),
        by=by,
        event=StaffingEvent.PROPOSED,
    )
    StaffingRequest.objects.filter(pk=request.pk).update(allocation=allocation)
    record_event(by=by, kind=StaffingEvent.FILLED, subject=request, after={"person": person})
    return allocation


@transaction.atomic
def withdraw_request(*, request: StaffingRequest, by: Any) -> StaffingRequest:
    """Stop looking. ``ValidationError`` when it is filled or withdrawn already."""
    require(by, Permission.CHANGE, request)
    _require_open(request)
    status = StaffingRequest.Status.WITHDRAWN
    return editing.change(request, by=by, version=request.version, event=StaffingEvent.WITHDRAWN, status=status)


def _require_open(request: StaffingRequest) -> None:
    if request.status != StaffingRequest.Status.OPEN:
        raise ValidationError(
            gettext("This request is already %(status)s.") % {"status": request.get_status_display().lower()}
        )


def _store(request: StaffingRequest, needs: Needs) -> None:
    NeededSkill.objects.bulk_create(
        NeededSkill(project=request.project, request=request, skill=skill, level=level) for skill, level in needs
    )


def _text(request: StaffingRequest) -> str:
    return ", ".join(str(need) for need in request.needs.select_related("skill"))
