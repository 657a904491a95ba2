"""One timer runs for each person; stopping it logs the time, and what it can't log it says."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from accord.conversations.models import Notification
from accord.core.models import Event
from accord.core.subscribers import unit_of_work
from accord.money.actions.lock_period import lock_period
from accord.money.actions.run_timer import discard_timer, running_timer, start_timer, stop_timer
from accord.money.actions.save_cell import CellRow, save_cell
from accord.money.actions.submit_week import submit_week
from accord.money.models import PeriodLock, TimeEntry, Timer, WorkType
from accord.people.models import Person, Role
from accord.projects.models import Project, ProjectMember, Task
from tests.factories import browser_of, create_project, create_user

pytestmark = pytest.mark.django_db

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = date(2026, 3, 2)


class Desk:
    """Kim works on a project of Pat's; Ada is the administrator."""

    def __init__(self) -> None:
        self.user, self.pat = create_user("Kim", Role.MEMBER), create_user("Pat", Role.PROJECT_MANAGER)
        self.ada = create_user("Ada", Role.ADMINISTRATOR)
        self.kim = Person.objects.create(name="Kim", user=self.user)
        self.project = create_project(manager=self.pat, status=Project.Status.ACTIVE)
        ProjectMember.objects.create(project=self.project, user=self.user)
        self.task = Task.objects.create(project=self.project, uid=1, name="Build", order=1)
        self.row = CellRow(self.project, self.task)

    def start(self, at: datetime = NINE, row: CellRow | None = None, **more: Any) -> Timer:
        return start_timer(person=self.kim, row=row or self.row, by=self.user, now=at, **more)

    def stop(self, timer: Timer, at: datetime, **more: Any) -> list[TimeEntry]:
        return stop_timer(timer=timer, by=self.user, now=at, **more)


@pytest.fixture
def desk(db: None) -> Desk:
    return Desk()


def test_what_it_ran_becomes_an_entry(desk: Desk) -> None:
    timer = desk.start(note="Stairs")
    (entry,) = desk.stop(timer, NINE + timedelta(minutes=89, seconds=1))
    assert (entry.minutes, entry.day, entry.task, entry.note, entry.billable) == (90, DAY, desk.task, "Stairs", True)
    assert not Timer.objects.exists()
    with pytest.raises(ValidationError, match="isn't running any more"):
        desk.stop(timer, NINE)
    again = desk.start(NINE + timedelta(hours=2), note="Stairs")
    desk.stop(again, NINE + timedelta(hours=2, minutes=30))
    assert TimeEntry.objects.get().minutes == 120  # the same work of the day is one entry
    kinds = list(Event.objects.filter(subject_type="money.timer").order_by("pk").values_list("kind", flat=True))
    assert kinds == ["timer.started", "record.deleted"] * 2


def test_another_start_stops_the_one_that_runs(desk: Desk) -> None:
    meeting = WorkType.objects.create(name="Team meeting", internal=True)
    desk.start()
    desk.start(NINE + timedelta(hours=1), CellRow(work_type=meeting))
    running = running_timer(desk.kim)
    assert running is not None and running.work_type == meeting
    assert Timer.objects.count() == 1
    assert TimeEntry.objects.values_list("task", "minutes").get() == (desk.task.pk, 60)


def test_what_runs_past_midnight_belongs_to_both_days(desk: Desk) -> None:
    timer = desk.start(datetime(2026, 3, 2, 23, 30, tzinfo=UTC))
    entries = desk.stop(timer, datetime(2026, 3, 3, 1, 0, tzinfo=UTC))
    assert [(entry.day, entry.minutes) for entry in entries] == [(DAY, 30), (DAY + timedelta(days=1), 60)]


def test_a_forgotten_one_asks_how_long_it_was(desk: Desk) -> None:
    timer = desk.start()
    with pytest.raises(ValidationError, match="has run for 30:15 h"):
        desk.stop(timer, NINE + timedelta(hours=30, minutes=15))
    assert Timer.objects.exists() and not TimeEntry.objects.exists()
    (entry,) = desk.stop(timer, NINE + timedelta(hours=30), minutes=420)
    assert (entry.day, entry.minutes) == (DAY, 420)


def test_a_day_has_24_hours_for_it_too(desk: Desk) -> None:
    meeting = WorkType.objects.create(name="Team meeting", internal=True)
    save_cell(person=desk.kim, row=CellRow(work_type=meeting), day=DAY, minutes=1400, by=desk.user)
    timer = desk.start()
    with pytest.raises(ValidationError, match="A day has 24 hours"):
        desk.stop(timer, NINE + timedelta(hours=1))
    assert Timer.objects.exists()
    discard_timer(timer=timer, by=desk.user)
    assert not Timer.objects.exists() and TimeEntry.objects.count() == 1


@pytest.mark.parametrize("how", ["submitted", "locked"])
def test_it_changes_no_closed_week(desk: Desk, how: str) -> None:
    timer = desk.start()
    if how == "submitted":
        submit_week(person=desk.kim, day=DAY, by=desk.user)
    else:
        lock_period(lock=PeriodLock(until=DAY), by=None)
    with pytest.raises(ValidationError):
        desk.stop(timer, NINE + timedelta(hours=1))
    with pytest.raises(ValidationError):
        desk.start(NINE + timedelta(hours=1))
    assert not TimeEntry.objects.exists() and Timer.objects.get().pk == timer.pk


def test_it_is_nobody_elses(desk: Desk) -> None:
    timer = desk.start()
    for other in (desk.pat, desk.ada):
        with pytest.raises(PermissionDenied):
            stop_timer(timer=timer, by=other, now=NINE)
        assert browser_of(other).post(reverse("timer-stop", args=[timer.pk])).status_code == 404
    stranger = CellRow(create_project("Secret", manager=desk.ada))
    with pytest.raises(PermissionDenied):
        desk.start(NINE + timedelta(hours=1), stranger)


def test_pages_and_api_start_switch_and_stop_it(desk: Desk) -> None:
    browser = browser_of(desk.user)
    code = f"{desk.project.pk}-{desk.task.pk}-0"
    assert browser.post(reverse("timer-new"), {"row": code, "note": ""}).status_code == 302
    assert "data-timer-since" in browser.get(reverse("time")).content.decode()
    answer = browser.get("/api/money/timer").json()
    assert answer["task"]["id"] == desk.task.pk
    Timer.objects.update(started_at=timezone.now() - timedelta(minutes=1))
    other = browser.post("/api/money/timer", json.dumps({"project": desk.project.pk}), "application/json")
    assert other.status_code == 201, other.content
    assert browser.post("/api/money/timer/stop", "{}", "application/json").status_code == 200
    assert sorted(TimeEntry.objects.values_list("task", flat=True), key=str) == [desk.task.pk, None]
    assert browser.get("/api/money/timer").status_code == 404
    for wrong in ("1-2", "x-y-z", "0-0-0", f"{desk.project.pk}-999999-0"):
        assert browser.post(reverse("timer-new"), {"row": wrong}).status_code == 422


def test_who_approves_is_told_that_a_week_was_submitted(desk: Desk) -> None:
    save_cell(person=desk.kim, row=desk.row, day=DAY, minutes=60, by=desk.user)
    with unit_of_work():
        submit_week(person=desk.kim, day=DAY, by=desk.user)
    notice = Notification.objects.get()
    assert (notice.user, notice.text) == (desk.pat, "Kim submitted the week of 2 Mar 2026 for approval")
    assert notice.subject_type == "money.timesheet"
    with unit_of_work():  # without hours on a project there is no project manager to decide
        submit_week(person=desk.kim, day=DAY + timedelta(days=7), by=desk.user)
    assert Notification.objects.order_by("-pk").values_list("user", flat=True).first() == desk.ada.pk
