"""Approving weeks of hours, and returning them with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from accord.conversations.actions.notify import notify
from accord.conversations.models import NoticeKind
from accord.core import editing
from accord.core.access import Permission, require
from accord.core.dates import day_text
from accord.money.events import TimesheetEvent
from accord.money.models import Timesheet
from accord.money.models.timesheet import hold_time

Status = Timesheet.Status


@transaction.atomic
def approve_weeks(*, versions: Mapping[int, int], by: Any) -> list[Timesheet]:
    """Approve the submitted weeks with these keys, all or none, each if it is still at the version given.

    Raises ``PermissionDenied`` where ``by`` approves none of somebody's weeks, ``ValidationError`` where one isn't
    submitted (any more), ``Conflict`` where one was changed since it was read.
    """
    found = Timesheet.objects.filter(pk__in=versions).select_related("person").order_by("person", "week")
    return [_approve(sheet, versions[sheet.pk], by) for sheet in found]


def _approve(sheet: Timesheet, version: int, by: Any) -> Timesheet:
    stored = _held(sheet, by, version, (Status.SUBMITTED,), gettext("%(sheet)s isn't submitted."))
    approved: Timesheet = editing.change(
        stored, by=None, told_by=by, version=version, event=TimesheetEvent.APPROVED, status=Status.APPROVED,
        decided_by=by, decided_at=timezone.now(), reason="",
    )  # fmt: skip
    return approved


@transaction.atomic
def return_week(*, sheet: Timesheet, by: Any, version: int, reason: str) -> Timesheet:
    """Give a submitted or approved week back to its person, who is notified of the ``reason``."""
    if not reason.strip():
        raise ValidationError({"reason": gettext("Enter a reason.")})
    refusal = gettext("%(sheet)s isn't submitted or approved.")
    stored = _held(sheet, by, version, (Status.SUBMITTED, Status.APPROVED), refusal)
    returned: Timesheet = editing.change(
        stored, by=None, told_by=by, version=version, event=TimesheetEvent.RETURNED, status=Status.DRAFT,
        decided_by=by, decided_at=timezone.now(), reason=reason.strip(),
    )  # fmt: skip
    values = {"by": by or "Accord", "week": day_text(sheet.week), "reason": returned.reason}
    text = gettext("%(by)s returned your week of %(week)s: %(reason)s") % values
    notify([stored.person.user], text, kind=NoticeKind.SYSTEM, about=returned, by=by)
    return returned


def _held(sheet: Timesheet, by: Any, version: int, among: tuple[str, ...], refusal: str) -> Timesheet:
    """The week as it is now, if ``by`` approves it and it is in one of these states."""
    hold_time(sheet.person_id)
    stored: Timesheet = Timesheet.objects.select_related("person__user").get(pk=sheet.pk)
    require(by, Permission.APPROVE, stored)
    if stored.version == version and stored.status not in among:
        raise ValidationError(refusal % {"sheet": stored})
    return stored
