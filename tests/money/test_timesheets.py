"""A week of hours goes from draft to locked, and from the moment it is submitted nothing changes it unseen."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from accord.conversations.models import Notification
from accord.core import editing
from accord.core.access import Permission, can
from accord.core.models import Event
from accord.money.actions.correct_time import correct_time
from accord.money.actions.decide_week import approve_weeks, return_week
from accord.money.actions.lock_period import lock_period
from accord.money.actions.log_time import change_time, log_time
from accord.money.actions.remind_missing import remind_missing
from accord.money.actions.save_cell import CellRow, save_cell
from accord.money.actions.submit_week import submit_week, withdraw_week
from accord.money.models import PeriodLock, TimeEntry, Timesheet, WorkType
from accord.people.models import Absence, Firm, Person, Role, User
from accord.projects.models import Project, ProjectMember, Task
from tests.factories import browser_of, create_project, create_user

pytestmark = pytest.mark.django_db

MONDAY = date(2026, 3, 2)
Status = Timesheet.Status


class Office:
    """Kim works on a project that Pat manages; Ada is the administrator, Fin does the books, Max is a colleague."""

    def __init__(self) -> None:
        Firm.current()
        self.kim_user, self.pat, self.max = (
            create_user("Kim", Role.MEMBER),
            create_user("Pat", Role.PROJECT_MANAGER),
            create_user("Max", Role.MEMBER),
        )
        self.ada, self.fin = create_user("Ada", Role.ADMINISTRATOR), create_user("Fin", Role.FINANCE)
        self.kim = Person.objects.create(name="Kim", user=self.kim_user)
        self.project = create_project(manager=self.pat, status=Project.Status.ACTIVE)
        ProjectMember.objects.create(project=self.project, user=self.kim_user)
        self.task = Task.objects.create(project=self.project, uid=1, name="Build", order=1)
        self.row = CellRow(self.project, self.task)

    def log(self, minutes: int = 480, day: date = MONDAY, **more: Any) -> TimeEntry:
        entry = save_cell(person=self.kim, row=self.row, day=day, minutes=minutes, by=self.kim_user, **more)
        assert entry is not None
        return entry

    def submit(self, day: date = MONDAY) -> Timesheet:
        return submit_week(person=self.kim, day=day, by=self.kim_user)

    def approve(self, sheet: Timesheet) -> Timesheet:
        (approved,) = approve_weeks(versions={sheet.pk: sheet.version}, by=self.pat)
        return approved


@pytest.fixture
def office(db: None) -> Office:
    return Office()


def test_a_cell_is_logged_changed_and_emptied(office: Office) -> None:
    entry = office.log(450, note="Stairs")
    assert (entry.minutes, entry.note, entry.task, entry.billable) == (450, "Stairs", office.task, True)
    assert office.log(480).pk == entry.pk
    entry.refresh_from_db()
    assert (entry.minutes, entry.note) == (480, "Stairs")
    assert save_cell(person=office.kim, row=office.row, day=MONDAY, minutes=0, by=office.kim_user) is None
    assert not TimeEntry.objects.exists()
    kinds = Event.objects.filter(subject_type="money.timeentry").order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["time.logged", "record.changed", "record.deleted"]


def test_a_note_is_written_without_the_hours(office: Office) -> None:
    office.log(60)
    save_cell(person=office.kim, row=office.row, day=MONDAY, note="Roof", by=office.kim_user)
    assert TimeEntry.objects.values_list("minutes", "note").get() == (60, "Roof")


def test_what_somebody_else_typed_meanwhile_is_not_overwritten(office: Office) -> None:
    office.log(60)
    with pytest.raises(editing.Conflict) as conflict:
        office.log(120, was=0)
    assert [(d.yours, d.theirs) for d in conflict.value.differences] == [("2:00", "1:00")]
    assert office.log(60, was=0).minutes == 60  # sent twice, as after a lost answer


def test_several_entries_of_a_cell_are_changed_one_by_one(office: Office) -> None:
    for note in ("Morning", "Evening"):
        log_time(entry=TimeEntry(project=office.project, task=office.task, person=office.kim, day=MONDAY, minutes=60,
                                 note=note), by=office.kim_user)  # fmt: skip
    with pytest.raises(ValidationError, match="2 entries make up this cell"):
        office.log(150)
    assert TimeEntry.objects.count() == 2


def test_a_day_has_24_hours_and_none_is_to_come(office: Office) -> None:
    office.log(20 * 60)
    other = Task.objects.create(project=office.project, uid=2, name="Paint", order=2)
    with pytest.raises(ValidationError, match="20:00 h are already logged"):
        save_cell(person=office.kim, row=CellRow(office.project, other), day=MONDAY, minutes=300, by=office.kim_user)
    with pytest.raises(ValidationError, match="can't be in the future"):
        office.log(60, day=date.today() + timedelta(days=3))


def test_work_of_the_firm_itself_has_a_type_and_no_project(office: Office) -> None:
    meeting = WorkType.objects.create(name="Team meeting", internal=True)
    row = CellRow(work_type=meeting)
    entry = save_cell(person=office.kim, row=row, day=MONDAY, minutes=60, by=office.kim_user)
    assert entry is not None
    assert (entry.project, entry.billable, entry.root) == (None, False, office.kim)
    travel = WorkType.objects.create(name="Travel", billable=False)
    with pytest.raises(ValidationError, match="Choose a project"):
        save_cell(person=office.kim, row=CellRow(work_type=travel), day=MONDAY, minutes=60, by=office.kim_user)
    on_site = CellRow(office.project, office.task, travel)
    way = save_cell(person=office.kim, row=on_site, day=MONDAY, minutes=60, by=office.kim_user)
    assert way is not None and not way.billable
    visible = {who: TimeEntry.objects.visible_to(getattr(office, who)).filter(pk=entry.pk).exists()
               for who in ("kim_user", "ada", "fin", "pat", "max")}  # fmt: skip
    assert visible == {"kim_user": True, "ada": True, "fin": True, "pat": False, "max": False}


def test_a_week_is_submitted_approved_and_locked(office: Office) -> None:
    office.log()
    sheet = office.submit()
    assert (sheet.status, sheet.week, sheet.ends_on) == (Status.SUBMITTED, MONDAY, MONDAY + timedelta(days=6))
    with pytest.raises(ValidationError, match="already submitted"):
        office.submit()
    approved = office.approve(sheet)
    assert (approved.status, approved.decided_by) == (Status.APPROVED, office.pat)
    lock_period(lock=PeriodLock(until=date(2026, 3, 31)), by=office.fin)
    approved.refresh_from_db()
    assert approved.status == Status.LOCKED
    lock_period(lock=PeriodLock(until=date(2026, 2, 28)), by=office.fin)
    approved.refresh_from_db()
    assert approved.status == Status.APPROVED
    kinds = set(Event.objects.values_list("kind", flat=True))
    assert {"timesheet.submitted", "timesheet.approved", "time.locked", "time.unlocked"} <= kinds


def test_a_submitted_week_can_be_withdrawn_and_an_approved_one_cannot(office: Office) -> None:
    office.log()
    sheet = withdraw_week(sheet=office.submit(), by=office.kim_user)
    assert sheet.status == Status.DRAFT
    office.log(420)
    approved = office.approve(office.submit())
    with pytest.raises(ValidationError, match="Only a submitted week"):
        withdraw_week(sheet=approved, by=office.kim_user)


def test_a_returned_week_names_its_reason_and_tells_its_person(office: Office) -> None:
    office.log()
    sheet = office.submit()
    with pytest.raises(ValidationError, match="Enter a reason"):
        return_week(sheet=sheet, by=office.pat, version=sheet.version, reason=" ")
    returned = return_week(sheet=sheet, by=office.pat, version=sheet.version, reason="Split the release work")
    assert (returned.status, returned.is_returned) == (Status.DRAFT, True)
    notice = Notification.objects.get(user=office.kim_user)
    assert notice.text == "Pat returned your week of 2 Mar 2026: Split the release work"
    assert office.log(60).minutes == 60
    assert office.submit().reason == ""


def test_who_approves(office: Office) -> None:
    office.log()
    sheet = office.submit()
    able = {
        who: can(getattr(office, who), Permission.APPROVE, sheet) for who in ("kim_user", "pat", "ada", "fin", "max")
    }
    assert able == {"kim_user": False, "pat": True, "ada": True, "fin": False, "max": False}
    seen = {who: Timesheet.objects.visible_to(getattr(office, who)).exists() for who in able}
    assert seen == {"kim_user": True, "pat": True, "ada": True, "fin": True, "max": False}
    for who in (office.kim_user, office.fin, office.max):
        with pytest.raises(PermissionDenied):
            approve_weeks(versions={sheet.pk: sheet.version}, by=who)


def test_nobody_approves_their_own_week_by_leading_the_project(office: Office) -> None:
    pat = Person.objects.create(name="Pat", user=office.pat)
    save_cell(person=pat, row=office.row, day=MONDAY, minutes=60, by=office.pat)
    sheet = submit_week(person=pat, day=MONDAY, by=office.pat)
    with pytest.raises(PermissionDenied):
        approve_weeks(versions={sheet.pk: sheet.version}, by=office.pat)
    assert office.pat.pk != office.ada.pk
    (approved,) = approve_weeks(versions={sheet.pk: sheet.version}, by=office.ada)
    assert approved.status == Status.APPROVED


def test_weeks_are_approved_all_or_none(office: Office) -> None:
    office.log()
    office.log(day=MONDAY + timedelta(days=7))
    first, second = office.submit(), office.submit(MONDAY + timedelta(days=7))
    withdraw_week(sheet=second, by=office.kim_user)
    with pytest.raises(editing.Conflict):
        approve_weeks(versions={first.pk: first.version, second.pk: second.version}, by=office.pat)
    first.refresh_from_db()
    assert first.status == Status.SUBMITTED


def closed(office: Office, state: str) -> TimeEntry:
    """An entry whose week is submitted, approved or locked."""
    entry = office.log()
    sheet = office.submit()
    if state != Status.SUBMITTED:
        office.approve(sheet)
    if state == Status.LOCKED:
        lock_period(lock=PeriodLock(until=MONDAY + timedelta(days=6)), by=office.fin)
    return entry


def by_cell(office: Office, entry: TimeEntry, client: Client) -> None:
    for minutes in (0, 60):
        with pytest.raises(ValidationError):
            save_cell(person=office.kim, row=office.row, day=MONDAY, minutes=minutes, by=None)
    with pytest.raises(ValidationError):
        save_cell(person=office.kim, row=CellRow(office.project), day=MONDAY, minutes=5, by=None)


def by_action(office: Office, entry: TimeEntry, client: Client) -> None:
    new = TimeEntry(project=office.project, person=office.kim, day=MONDAY + timedelta(days=1), minutes=5)
    with pytest.raises(ValidationError):
        log_time(entry=new, by=None)
    with pytest.raises(ValidationError):
        change_time(entry=entry, by=None, version=entry.version, day=MONDAY + timedelta(days=14))
    elsewhere = TimeEntry.objects.create(project=office.project, person=office.kim, day=date(2026, 4, 20), minutes=5)
    with pytest.raises(ValidationError):  # nor is anything moved into it
        change_time(entry=elsewhere, by=None, version=elsewhere.version, day=MONDAY)
    elsewhere.delete()


def by_plain_edit(office: Office, entry: TimeEntry, client: Client) -> None:
    for values in ({"minutes": 5}, {"note": "Other"}, {"billable": False}, {"task": None}):
        with pytest.raises(ValidationError):
            editing.change(entry, by=None, version=entry.version, **values)
    with pytest.raises(ValidationError):
        editing.remove(entry, by=None)


def by_page(office: Office, entry: TimeEntry, client: Client) -> None:
    form = {"version": entry.version, "person": office.kim.pk, "day": "2026-03-02", "hours": "1"}
    assert client.post(reverse("time-edit", args=[entry.pk]), form).status_code in (403, 422)
    client.post(reverse("time-removal", args=[entry.pk]), {"version": entry.version})
    new = form | {"project": office.project.pk, "day": "2026-03-03"}
    assert client.post(reverse("time-new"), new).status_code == 422
    on_project = form | {"day": "2026-03-03"}
    assert client.post(reverse("project-time-new", args=[office.project.pk]), on_project).status_code == 422


def by_api(office: Office, entry: TimeEntry, client: Client) -> None:
    cell = {"project": office.project.pk, "task": office.task.pk, "day": "2026-03-02", "person": office.kim.pk}
    for minutes in (0, 60):
        answer = client.post("/api/money/time/cells", json.dumps(cell | {"minutes": minutes}), "application/json")
        assert answer.status_code == 422, answer.content
    new = {"project": office.project.pk, "person": office.kim.pk, "day": "2026-03-03", "minutes": 60}
    assert client.post("/api/money/time", json.dumps(new), "application/json").status_code == 422


@pytest.mark.parametrize("state", [Status.SUBMITTED, Status.APPROVED, Status.LOCKED])
@pytest.mark.parametrize("way", [by_cell, by_action, by_plain_edit, by_page, by_api])
@pytest.mark.parametrize("who", ["kim_user", "ada"])
def test_nothing_changes_a_week_that_is_handed_in(office: Office, state: str, way: Any, who: str) -> None:
    entry = closed(office, state)
    before = list(TimeEntry.objects.values())
    way(office, entry, browser_of(getattr(office, who)))
    assert list(TimeEntry.objects.values()) == before


def test_a_locked_period_closes_weeks_that_nobody_approved(office: Office) -> None:
    office.log()
    lock_period(lock=PeriodLock(until=MONDAY + timedelta(days=2)), by=office.fin)
    with pytest.raises(ValidationError, match="Time is locked until 4 Mar 2026"):
        office.log(60)
    assert office.log(60, day=MONDAY + timedelta(days=3)).minutes == 60  # Thursday of the same week is open
    with pytest.raises(PermissionDenied):
        lock_period(lock=PeriodLock(until=date(2026, 3, 31)), by=office.pat)


def test_a_correction_keeps_the_old_value_and_its_reason(office: Office) -> None:
    entry = closed(office, Status.APPROVED)
    with pytest.raises(PermissionDenied):
        correct_time(entry=entry, by=office.kim_user, version=entry.version, minutes=60, reason="Typo")
    with pytest.raises(ValidationError, match="Enter a reason"):
        correct_time(entry=entry, by=office.pat, version=entry.version, minutes=60, reason="")
    corrected = correct_time(entry=entry, by=office.pat, version=entry.version, minutes=420, reason="Lunch")
    assert corrected is not None and corrected.minutes == 420
    assert Timesheet.objects.get().status == Status.APPROVED
    of_week = Event.objects.get(kind="timesheet.corrected")
    assert of_week.after == {"entry": "Build, 2 Mar 2026", "old": "8:00", "new": "7:00", "reason": "Lunch"}
    of_entry = Event.objects.get(kind="time.corrected")
    assert (of_entry.before["minutes"], of_entry.after["minutes"]) == (480, 420)
    gone = correct_time(entry=corrected, by=office.ada, version=corrected.version, minutes=0, reason="Other client")
    assert gone is None and not TimeEntry.objects.exists()


@pytest.mark.parametrize("state", [Status.SUBMITTED, Status.LOCKED])
def test_only_what_is_approved_and_not_locked_is_corrected(office: Office, state: str) -> None:
    entry = closed(office, state)
    with pytest.raises(ValidationError):
        correct_time(entry=entry, by=office.ada, version=entry.version, minutes=60, reason="Typo")
    assert TimeEntry.objects.get().minutes == 480


def test_who_has_not_submitted_last_week_is_reminded_once(office: Office) -> None:
    office.log()
    today = MONDAY + timedelta(days=14)  # of the week before that, nobody was asked to submit anything
    assert remind_missing(today=today) == 0  # nobody here uses timesheets yet
    office.submit()
    away = Person.objects.create(name="Away", user=office.max)
    Absence.objects.create(person=away, starts_on=MONDAY, ends_on=MONDAY + timedelta(days=20))
    Person.objects.create(name="Freelancer without a sign-in")
    assert (remind_missing(today=today), remind_missing(today=today)) == (1, 0)
    notice = Notification.objects.get()
    assert (notice.user, notice.text) == (office.kim_user, "Submit your timesheet for the week of 9 Mar 2026")
    assert remind_missing(today=MONDAY + timedelta(days=7)) == 0  # that one is submitted


def test_imported_and_late_rows_of_people_stay_theirs(office: Office) -> None:
    """Hours of others on one's project are seen; those of projects that one doesn't manage are not."""
    foreign = create_project("Secret", manager=office.ada)
    office.log()
    TimeEntry.objects.create(project=foreign, person=office.kim, day=MONDAY, minutes=60)
    sheet = office.submit()
    from accord.money.queries_weeks import week_of

    week = week_of(sheet, office.pat, MONDAY)
    assert [(str(g.project), g.hidden, sum(r.minutes for r in g.rows)) for g in week.groups] == [
        ("Shop", False, 480), ("None", True, 60),
    ]  # fmt: skip
    assert week.minutes == 540
    mine = week_of(sheet, office.kim_user, MONDAY)
    assert [str(g.project) for g in mine.groups] == ["Secret", "Shop"]


def test_the_target_follows_calendar_share_and_absences(office: Office) -> None:
    from accord.money.queries_targets import overtime, targets_of

    Person.objects.filter(pk=office.kim.pk).update(share=50, joined_on=date(2026, 3, 3))
    Absence.objects.create(person=office.kim, starts_on=date(2026, 3, 5), ends_on=date(2026, 3, 5))
    kim = Person.objects.get(pk=office.kim.pk)
    targets = targets_of([kim], MONDAY, MONDAY + timedelta(days=6))[kim.pk]
    assert [targets[MONDAY + timedelta(days=n)] for n in range(7)] == [0, 210, 210, 0, 210, 0, 0]
    assert overtime(kim, MONDAY) is None
    office.log(300, day=date(2026, 3, 3))
    assert overtime(kim, MONDAY) is None  # nothing is submitted yet
    office.submit()
    office.log(60, day=date(2026, 3, 9))  # of a week that is still being typed
    found = overtime(kim, date(2026, 3, 9))
    assert found is not None
    assert (found.minutes, found.since, found.until) == (300 - 630, MONDAY, date(2026, 3, 8))
    Firm.objects.update(overtime_from=date(2026, 3, 4))
    assert (found := overtime(kim, MONDAY)) and (found.minutes, found.since) == (-420, date(2026, 3, 4))
    Firm.objects.update(overtime_from=date(2026, 3, 9))
    assert overtime(kim, date(2026, 3, 9)) is None


def test_suggestions_come_from_the_plan_and_from_last_week(office: Office) -> None:
    from accord.money.queries_weeks import week_of
    from accord.money.suggestions import Evidence
    from accord.projects.models import Assignment, Resource

    meeting = WorkType.objects.create(name="Team meeting", internal=True)
    save_cell(person=office.kim, row=CellRow(work_type=meeting), day=MONDAY, minutes=60, by=office.kim_user)
    Task.objects.filter(pk=office.task.pk).update(
        start=datetime(2026, 3, 9, 9), finish=datetime(2026, 3, 10, 17), duration_minutes=960
    )
    builder = Resource.objects.create(project=office.project, uid=1, name="Kim", person=office.kim)
    Assignment.objects.create(project=office.project, uid=1, task=office.task, resource=builder, work_minutes=720)
    sheet = Timesheet.of(office.kim, date(2026, 3, 9))
    week = week_of(sheet, office.kim_user, date(2026, 3, 9), suggesting=True)
    found = {row.name: row.cells[0].suggested for row in week.rows}
    assert {name: (s.minutes, s.evidence) for name, s in found.items() if s} == {
        "Build": (360, Evidence.PLANNED), "Team meeting": (60, Evidence.LAST_WEEK),
    }  # fmt: skip
    assert [cell.suggested for row in week.rows for cell in row.cells[1:]] == [None] * 12  # not of days to come
    assert not TimeEntry.objects.filter(day__gte=date(2026, 3, 9)).exists()
    assert isinstance(office.kim_user, User)
