"""A locked week can't change through any interface: whatever is tried on it, in any order, it stays as it is."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import ProtectedError
from django.test import Client
from django.urls import reverse

from accord.core import editing
from accord.core.models import Event
from accord.money.actions.correct_time import correct_time
from accord.money.actions.decide_week import approve_weeks, return_week
from accord.money.actions.lock_period import lock_period
from accord.money.actions.log_time import change_time, log_time
from accord.money.actions.run_timer import start_timer, stop_timer
from accord.money.actions.save_cell import CellRow, save_cell
from accord.money.actions.submit_week import submit_week, withdraw_week
from accord.money.models import PeriodLock, TimeEntry, Timer, Timesheet, WorkType
from accord.projects.actions.edit_plan import edit_plan
from accord.projects.models import Project, Task
from tests.factories import browser_of, create_project
from tests.money.test_timesheets import MONDAY, Office

pytestmark = pytest.mark.django_db

REFUSALS = (ValidationError, PermissionDenied, editing.Conflict, ProtectedError, TypeError)
OPEN = date(2026, 4, 13)  # a Monday after the lock


class Vault:
    """A locked week of Kim's with hours on a task and of a type of work, and an open week after it."""

    def __init__(self, chance: Random) -> None:
        self.office, self.chance = Office(), chance
        self.meeting = WorkType.objects.create(name="Team meeting", internal=True)
        office = self.office
        office.log(450)
        office.log(60, day=MONDAY + timedelta(days=3))
        save_cell(person=office.kim, row=CellRow(work_type=self.meeting), day=MONDAY, minutes=30, by=office.kim_user)
        self.sheet = office.approve(office.submit())
        self.other = create_project("Other", manager=office.pat, status=Project.Status.ACTIVE)
        office.log(120, day=OPEN)
        lock_period(lock=PeriodLock(until=date(2026, 3, 31)), by=office.fin)
        self.users = [office.kim_user, office.pat, office.ada, office.fin, None]
        self.before = self.content()

    def content(self) -> Any:
        rows = TimeEntry.objects.filter(day__lte=date(2026, 3, 31)).order_by("pk").values()
        return list(rows), list(Timesheet.objects.filter(week=MONDAY).values("status", "rows", "decided_by"))

    @property
    def user(self) -> Any:
        return self.chance.choice(self.users)

    @property
    def browser(self) -> Client:
        return browser_of(self.chance.choice(self.users[:-1]))

    @property
    def locked(self) -> TimeEntry:
        rows = TimeEntry.objects.filter(day__lte=date(2026, 3, 31)).select_related("person", "project")
        return self.chance.choice(list(rows))

    @property
    def opened(self) -> TimeEntry:
        return TimeEntry.objects.filter(day__gte=OPEN).select_related("person", "project")[0]

    @property
    def day(self) -> date:
        return MONDAY + timedelta(days=self.chance.randrange(7))

    def cell(self) -> None:
        row = self.chance.choice([self.office.row, CellRow(self.office.project), CellRow(work_type=self.meeting)])
        minutes = self.chance.choice([0, 1, 90, 480])
        save_cell(person=self.office.kim, row=row, day=self.day, minutes=minutes, by=self.user, note="Changed")

    def new(self) -> None:
        project, person = self.office.project, self.office.kim
        log_time(entry=TimeEntry(project=project, person=person, day=self.day, minutes=5), by=self.user)

    def edit(self) -> None:
        entry = self.locked
        field, value = self.chance.choice([("minutes", 7), ("note", "Other"), ("billable", False), ("cost_rate", 1)])
        if getattr(entry, field) == value:
            value = "Again" if field == "note" else 8
        editing.change(entry, by=self.user, version=entry.version, **{field: value})

    def move_out(self) -> None:
        entry = self.locked
        change_time(entry=entry, by=self.user, version=entry.version, day=OPEN)

    def move_in(self) -> None:
        entry = self.opened
        change_time(entry=entry, by=self.user, version=entry.version, day=self.day)

    def move_project(self) -> None:
        entry = self.locked
        change_time(entry=entry, by=self.user, version=entry.version, project=self.other, task=None)

    def remove(self) -> None:
        editing.remove(self.locked, by=self.user)

    def correct(self) -> None:
        entry = self.locked
        correct_time(entry=entry, by=self.user, version=entry.version, minutes=1, reason="Typo")

    def decide(self) -> None:
        sheet = Timesheet.objects.get(week=MONDAY)
        self.chance.choice([
            lambda: return_week(sheet=sheet, by=self.user, version=sheet.version, reason="Again"),
            lambda: approve_weeks(versions={sheet.pk: sheet.version}, by=self.user),
            lambda: withdraw_week(sheet=sheet, by=self.user),
            lambda: submit_week(person=self.office.kim, day=MONDAY, by=self.user),
        ])()  # fmt: skip

    def timer(self) -> None:
        at = datetime(2026, 3, 4, 9, tzinfo=UTC)
        running = Timer.objects.filter(person=self.office.kim).first()
        if running is None:
            running = Timer.objects.create(person=self.office.kim, project=self.office.project, started_at=at)
        if self.chance.random() < 0.5:
            start_timer(person=self.office.kim, row=self.office.row, by=self.office.kim_user, now=at)
        else:
            stop_timer(timer=running, by=self.office.kim_user, now=at + timedelta(hours=1))

    def delete_task(self) -> None:
        task = Task.objects.filter(pk=self.office.task.pk).first()
        if task is None:
            return
        if self.chance.random() < 0.5:
            editing.remove(task, by=self.office.ada)
        else:
            change = {"op": "delete_task", "id": task.pk, "version": task.version}
            edit_plan(plan=self.office.project.plan, by=self.office.pat, changes=[change])

    def delete_what_it_names(self) -> None:
        record = self.chance.choice([self.office.project, self.meeting, self.office.kim])
        editing.remove(type(record)._base_manager.get(pk=record.pk), by=self.office.ada)

    def pages(self) -> None:
        entry, browser = self.locked, self.browser
        form = {"version": entry.version, "person": entry.person_id, "day": str(self.day), "hours": "1", "note": "x"}
        browser.post(reverse("time-edit", args=[entry.pk]), form)
        browser.post(reverse("time-removal", args=[entry.pk]), {"version": entry.version})
        browser.post(reverse("time-new"), form | {"project": self.office.project.pk})
        browser.post(reverse("project-time-new", args=[self.office.project.pk]), form)
        browser.post(reverse("time-correction", args=[entry.pk]), form | {"reason": "Typo"})
        browser.post(reverse("time-submission"), {"week": str(MONDAY)})
        browser.post(reverse("time-rows"), {"week": str(MONDAY)})
        for name in ("approval", "withdrawal"):
            browser.post(reverse(f"timesheet-{name}", args=[self.sheet.pk]))
        version = Timesheet.objects.get(pk=self.sheet.pk).version
        browser.post(reverse("timesheet-return", args=[self.sheet.pk]), {"version": version, "reason": "Again"})
        browser.post(reverse("time-approval"), {"week": f"{self.sheet.pk}.{version}"})

    def api(self) -> None:
        browser, entry = self.browser, self.locked
        kim, project = self.office.kim.pk, self.office.project.pk
        row = {"person": kim, "project": project, "task": entry.task_id, "day": str(self.day)}
        version = Timesheet.objects.get(pk=self.sheet.pk).version
        for path, body in (
            ("time", row | {"minutes": 5}), ("time/cells", row | {"minutes": self.chance.choice([0, 60])}),
            (f"time/{entry.pk}/correction", {"version": entry.version, "minutes": 1, "reason": "Typo"}),
            ("timesheets/submission", {"day": str(MONDAY), "person": kim}),
            ("timesheets/rows", {"day": str(MONDAY), "person": kim, "rows": [{"project": project}]}),
            ("timesheets/rows/copy", {"day": str(MONDAY), "person": kim}),
            (f"timesheets/{self.sheet.pk}/withdrawal", {}),
            (f"timesheets/{self.sheet.pk}/return", {"version": version, "reason": "Again"}),
            ("timesheets/approval", {"weeks": [{"id": self.sheet.pk, "version": version}]}),
        ):  # fmt: skip
            answer = browser.post(f"/api/money/{path}", json.dumps(body), "application/json")
            assert answer.status_code < 500, (path, answer.status_code, answer.content)
        for method in (browser.patch, browser.put, browser.delete):
            assert method(f"/api/money/time/{entry.pk}", "{}", content_type="application/json").status_code in (
                404,
                405,
            )


WAYS: list[Callable[[Vault], None]] = [
    Vault.cell, Vault.new, Vault.edit, Vault.move_out, Vault.move_in, Vault.move_project, Vault.remove, Vault.correct,
    Vault.decide, Vault.timer, Vault.delete_task, Vault.delete_what_it_names, Vault.pages, Vault.api,
]  # fmt: skip


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_each_way_leaves_a_locked_week_alone(way: Callable[[Vault], None]) -> None:
    vault = Vault(Random(way.__name__))
    for _ in range(3):
        with suppress(*REFUSALS):
            way(vault)
        assert vault.content() == vault.before


@pytest.mark.parametrize("seed", range(3))
def test_no_sequence_of_ways_changes_a_locked_week(seed: int) -> None:
    vault = Vault(Random(seed))
    for way in vault.chance.choices(WAYS, k=25):
        with suppress(*REFUSALS):
            way(vault)
        assert vault.content() == vault.before, way.__name__


def test_the_ways_do_change_a_week_that_is_open() -> None:
    """Else the tests above would be met by doing nothing."""
    vault = Vault(Random(1))
    PeriodLock.objects.all().delete()
    Timesheet.objects.filter(week=MONDAY).update(status=Timesheet.Status.DRAFT)
    vault.users, changing = [vault.office.ada, None], set()
    for way in WAYS:
        before = vault.content()
        try:
            way(vault)
        except (*REFUSALS, AssertionError):
            continue
        if vault.content() != before:
            changing.add(way.__name__)
    assert {"new", "edit", "pages"} <= changing


def test_a_lock_of_many_weeks_is_one_event() -> None:
    office = Office()
    mondays = [MONDAY - timedelta(weeks=n) for n in range(30)]
    approved = {"person": office.kim, "status": Timesheet.Status.APPROVED}
    weeks = [Timesheet(week=monday, ends_on=monday + timedelta(days=6), **approved) for monday in mondays]
    Timesheet.objects.bulk_create(weeks)
    before = Event.objects.count()
    lock_period(lock=PeriodLock(until=date(2026, 3, 31)), by=office.fin)
    assert Timesheet.objects.filter(status=Timesheet.Status.LOCKED).count() == 30
    assert list(Event.objects.order_by("pk").values_list("kind", flat=True)[before:]) == ["time.locked"]
