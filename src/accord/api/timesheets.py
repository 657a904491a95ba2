"""Weeks of hours: typing in their cells, handing them in, deciding on them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest
from django.utils.translation import gettext
from ninja import Query, Router, Schema
from pydantic import Field

from accord.api.answers import Day, exactly, many, page_of, row_of
from accord.api.pages import Key, Paging, page, values
from accord.core.access import Permission, require
from accord.core.fetch import fetch
from accord.money.actions.add_rows import add_rows, copy_last_week
from accord.money.actions.correct_time import correct_time
from accord.money.actions.decide_week import approve_weeks, return_week
from accord.money.actions.lock_period import lock_period
from accord.money.actions.save_cell import CellRow, save_cell
from accord.money.actions.submit_week import submit_week, withdraw_week
from accord.money.models import PeriodLock, TimeEntry, Timesheet, WorkType
from accord.money.models.time_entry import DAY
from accord.money.queries_bookable import bookable
from accord.money.queries_evidence import RowKey
from accord.money.queries_weeks import WeekRow
from accord.people.models import Person
from accord.people.queries import person_of
from accord.projects.models import Project, Task

router = Router(tags=["time"])

SHEET = ("version", "person", "week", "status", "submitted_at", "decided_by", "decided_at", "reason")
WORK_TYPE = ("version", "name", "billable", "internal", "active")
LOCK = ("until", "note")
SHEET_OUT = row_of("TimesheetOut", Timesheet, SHEET)
WORK_TYPE_OUT = row_of("WorkTypeOut", WorkType, WORK_TYPE)
LOCK_OUT = row_of("PeriodLockOut", PeriodLock, LOCK)
CELL_OUT = exactly("TimeCellOut", {"day": Day, "minutes": int, "note": str})
CHOICE_OUT = exactly("BookableOut", {"code": str, "project": int | None, "task": int | None, "work_type": int | None,
                                     "name": str, "about": str})  # fmt: skip
CHOICES_OUT = exactly("BookablesOut", {"items": many(CHOICE_OUT)})

Minutes = Annotated[int, Field(ge=0, le=DAY)]
Reason = Annotated[str, Field(max_length=300)]


class RowIn(Schema):
    """What hours are for. ``person`` is who worked; empty for yourself."""

    person: Key | None = None
    project: Key | None = None
    task: Key | None = None
    work_type: Key | None = None


class CellIn(RowIn):
    """``minutes=0`` empties the cell; ``was`` are the minutes that you saw, so that nobody's hours are overwritten."""

    day: date
    minutes: Minutes | None = None
    note: Annotated[str, Field(max_length=300)] | None = None
    was: int | None = None


class WeekIn(Schema):
    """The week with ``day`` in it, of ``person`` or your own."""

    day: date
    person: Key | None = None


class RowsIn(WeekIn):
    rows: list[RowIn] = Field(min_length=1, max_length=60)


class VersionIn(Schema):
    id: Key
    version: int


class ApprovalIn(Schema):
    weeks: list[VersionIn] = Field(min_length=1, max_length=500)


class ReturnIn(Schema):
    version: int
    reason: Reason


class CorrectionIn(Schema):
    version: int
    minutes: Minutes
    reason: Reason


class LockIn(Schema):
    until: date
    note: Annotated[str, Field(max_length=200)] = ""


def person_named(request: HttpRequest, key: int | None) -> Person:
    """The person with this key, or the caller's own."""
    if key is not None:
        return fetch(Person, request.user, pk=key)
    found = person_of(request.user)
    if found is None:
        raise ValidationError(gettext("Your user account isn't linked to a person."))
    return found


def row_in(request: HttpRequest, body: RowIn) -> CellRow:
    """The records that the keys name, as far as the caller sees them."""
    project = fetch(Project, request.user, "account", pk=body.project) if body.project else None
    if body.task and project is None:
        raise Http404
    task = fetch(Task, request.user, pk=body.task, project=project) if body.task else None
    return CellRow(project, task, fetch(WorkType, request.user, pk=body.work_type) if body.work_type else None)


@router.post("/time/cells", response=CELL_OUT)
def save_time_cell(request: HttpRequest, body: CellIn) -> dict[str, Any]:
    """Let the hours of one row and day be as given: they are logged, changed or removed."""
    person = person_named(request, body.person)
    entry = save_cell(
        person=person, row=row_in(request, body), day=body.day, minutes=body.minutes, note=body.note, was=body.was,
        by=request.user,
    )  # fmt: skip
    if entry is None:
        return {"day": body.day.isoformat(), "minutes": 0, "note": ""}
    return {"day": body.day.isoformat(), "minutes": entry.minutes, "note": entry.note}


@router.get("/time/choices", response=CHOICES_OUT)
def choices(request: HttpRequest, q: str = "") -> dict[str, Any]:
    """What you may log time on, by words of its name, project or client: at most 12."""
    return {"items": [_choice(row) for row in bookable(person_named(request, None), request.user, q[:100])]}


def _choice(row: WeekRow) -> dict[str, Any]:
    key: RowKey = row.key
    about = f"{row.project} · {row.project.account}" if row.project is not None else gettext("Not on a project")
    return {"code": key.code, **key._asdict(), "name": row.name, "about": about}


@router.post("/time/{int:pk}/correction", response={200: CELL_OUT})
def create_correction(request: HttpRequest, pk: int, body: CorrectionIn) -> dict[str, Any]:
    """Correct an entry of an approved week; 0 minutes remove it. The history keeps the old value and the reason."""
    entry = fetch(TimeEntry, request.user, "person", "project", pk=pk)
    kept = correct_time(entry=entry, by=request.user, version=body.version, minutes=body.minutes, reason=body.reason)
    return {"day": entry.day.isoformat(), "minutes": kept.minutes if kept else 0, "note": kept.note if kept else ""}


@router.get("/work-types", response=page_of(WORK_TYPE_OUT))
def work_types(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    return page(WorkType.objects.visible_to(request.user), paging, WORK_TYPE, user=request.user)


@router.get("/timesheets", response=page_of(SHEET_OUT))
def timesheets(
    request: HttpRequest, paging: Query[Paging], status: str = "", person: int | None = None, week: date | None = None
) -> dict[str, Any]:
    """Weeks that were submitted or added to; the newest first."""
    rows = Timesheet.objects.visible_to(request.user).select_related("person", "decided_by")
    if status:
        rows = rows.filter(status=status)
    if person is not None:
        rows = rows.filter(person=person)
    if week is not None:
        rows = rows.filter(week=week)
    return page(rows, paging, SHEET, user=request.user)


@router.post("/timesheets/submission", response=SHEET_OUT)
def create_submission(request: HttpRequest, body: WeekIn) -> dict[str, Any]:
    sheet = submit_week(person=person_named(request, body.person), day=body.day, by=request.user)
    return values(sheet, *SHEET, user=request.user)


@router.post("/timesheets/{int:pk}/withdrawal", response=SHEET_OUT)
def create_withdrawal(request: HttpRequest, pk: int) -> dict[str, Any]:
    """Withdraw a submitted week."""
    sheet = withdraw_week(sheet=fetch(Timesheet, request.user, "person", pk=pk), by=request.user)
    return values(sheet, *SHEET, user=request.user)


@router.post("/timesheets/approval", response=exactly("ApprovedOut", {"items": many(SHEET_OUT)}))
def create_approval(request: HttpRequest, body: ApprovalIn) -> dict[str, Any]:
    """Approve submitted weeks, all or none."""
    versions = {week.id: week.version for week in body.weeks}
    if Timesheet.objects.visible_to(request.user).filter(pk__in=versions).count() != len(versions):
        raise Http404
    approved = approve_weeks(versions=versions, by=request.user)
    return {"items": [values(sheet, *SHEET, user=request.user) for sheet in approved]}


@router.post("/timesheets/{int:pk}/return", response=SHEET_OUT)
def create_return(request: HttpRequest, pk: int, body: ReturnIn) -> dict[str, Any]:
    """Return a submitted or approved week to its person, who is notified of the reason."""
    sheet = fetch(Timesheet, request.user, "person", pk=pk)
    returned = return_week(sheet=sheet, by=request.user, version=body.version, reason=body.reason)
    return values(returned, *SHEET, user=request.user)


@router.post("/timesheets/rows", response=SHEET_OUT)
def create_rows(request: HttpRequest, body: RowsIn) -> dict[str, Any]:
    """Add rows to a draft week before they have hours."""
    rows = [row_in(request, row) for row in body.rows]
    sheet = add_rows(person=person_named(request, body.person), day=body.day, rows=rows, by=request.user)
    return values(sheet, *SHEET, user=request.user)


@router.post("/timesheets/rows/copy", response=SHEET_OUT)
def copy_rows(request: HttpRequest, body: WeekIn) -> dict[str, Any]:
    """Add the rows, not the hours, of the last week that has any."""
    sheet = copy_last_week(person=person_named(request, body.person), day=body.day, by=request.user)
    return values(sheet, *SHEET, user=request.user)


@router.get("/period-locks", response=page_of(LOCK_OUT))
def period_locks(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    """Up to which day time is closed: the newest holds."""
    return page(PeriodLock.objects.visible_to(request.user), paging, LOCK, user=request.user)


@router.post("/period-locks", response={201: LOCK_OUT})
def create_period_lock(request: HttpRequest, body: LockIn) -> tuple[int, dict[str, Any]]:
    lock = PeriodLock(until=body.until, note=body.note)
    require(request.user, Permission.CREATE, lock)
    lock.full_clean()
    return 201, values(lock_period(lock=lock, by=request.user), *LOCK, user=request.user)
