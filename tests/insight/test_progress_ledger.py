"""Progress is a ledger: who reported what, as of when, so that any past day can be measured again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accord.insight.queries import project_value
from accord.people.models import ApiToken, Role, User
from accord.projects.actions.edit_plan import edit_plan, redo_step, undo_step
from accord.projects.actions.schedule import schedule
from accord.projects.actions.store_plan import store_plan
from accord.projects.actions.take_baseline import take_baseline
from accord.projects.fields import PROGRESS
from accord.projects.models import ProgressEntry, Project, Task
from accord.projects.queries import load_plan
from tests.factories import create_project

pytestmark = pytest.mark.django_db

MARCH = datetime(2026, 3, 2, 9)
TODAY = date(2026, 4, 30)


@pytest.fixture
def manager() -> User:
    return User.objects.create(email="pia@firm.test", name="Pia", roles=[Role.PROJECT_MANAGER])


@pytest.fixture
def project(manager: User) -> Project:
    """Design (ten days from 2 March, €1,000) and Build (€3,000) beside it, under a summary, with a baseline."""
    project = create_project(start=MARCH, manager=manager)
    phase = Task.objects.create(project=project, uid=3, name="Phase", order=1, kind="summary")
    for uid, name, cost in ((1, "Design", 1000), (2, "Build", 3000)):
        Task.objects.create(
            project=project, uid=uid, name=name, parent=phase, order=uid, duration_minutes=10 * 420,
            fixed_cost=Decimal(cost), cost=Decimal(cost),
        )  # fmt: skip
    schedule(plan=project.plan, by=None)
    take_baseline(project=project, by=None)
    Task.objects.filter(project=project).update(created_at=MARCH.replace(tzinfo=UTC))
    return project


def report(project: Project, by: User, name: str, percent: int, as_of: datetime | None = None) -> None:
    task = Task.objects.get(project=project, name=name)
    change = {"op": "update_task", "id": task.pk, "version": task.version, "fields": {"percent_complete": percent}}
    edit_plan(plan=project.plan, by=by, changes=[change], as_of=as_of)


def earned(project: Project, day: date) -> Decimal | None:
    return project_value(project, None, TODAY, as_of=day).total.ev


def test_the_ledger_has_the_columns_of_a_task() -> None:
    for name in PROGRESS:
        own, task = ProgressEntry._meta.get_field(name), Task._meta.get_field(name)
        assert (type(own), own.null) == (type(task), task.null), name  # type: ignore[union-attr]


def test_earned_value_of_any_past_day_is_what_was_reported_by_then(project: Project, manager: User) -> None:
    report(project, manager, "Design", 50, datetime(2026, 3, 6, 17))
    report(project, manager, "Build", 20, datetime(2026, 3, 10, 17))
    report(project, manager, "Design", 100, datetime(2026, 3, 13, 17))
    by_hand = {1: 0, 5: 0, 6: 500, 9: 500, 10: 500 + 600, 12: 1100, 13: 1000 + 600, 31: 1600}
    assert {day: earned(project, date(2026, 3, day)) for day in by_hand} == by_hand
    assert project_value(project, None, TODAY).total.ev == 1600
    value = project_value(project, None, TODAY, as_of=date(2026, 3, 6))
    assert "status date" not in " ".join(value.total.missing)  # progress and question fit
    assert value.total.pv == 2000  # five of ten days of both
    assert value.status_date == datetime(2026, 3, 7)


def test_a_late_report_changes_the_past_and_keeps_what_was_said_then(project: Project, manager: User) -> None:
    report(project, manager, "Design", 80, datetime(2026, 3, 20, 17))
    report(project, manager, "Design", 40, datetime(2026, 3, 10, 17))  # found in a note, entered afterwards
    entries = ProgressEntry.objects.order_by("pk")
    assert [(e.as_of.day, e.percent_complete, e.by) for e in entries] == [(20, 80, manager), (10, 40, manager)]
    assert (earned(project, date(2026, 3, 12)), earned(project, date(2026, 3, 20))) == (400, 800)


def test_only_progress_is_reported_and_of_no_summary(project: Project, manager: User) -> None:
    task = Task.objects.get(name="Design")
    rename = {"op": "update_task", "id": task.pk, "version": task.version, "fields": {"name": "Drawing"}}
    edit_plan(plan=project.plan, by=manager, changes=[rename])
    assert not ProgressEntry.objects.exists()
    Project.objects.filter(pk=project.pk).update(status_date=datetime(2026, 3, 4, 17))
    report(project, manager, "Build", 10)
    entry = ProgressEntry.objects.get()
    assert (entry.task.name, entry.as_of) == ("Build", datetime(2026, 3, 4, 17))  # the status date, where none is given
    assert Task.objects.get(name="Phase").percent_complete > 0  # follows from its tasks


def test_undone_progress_is_undone_as_of_the_same_day(project: Project, manager: User) -> None:
    report(project, manager, "Design", 50, datetime(2026, 3, 6, 17))
    undo_step(plan=project.plan, by=manager)
    assert [e.as_of.day for e in ProgressEntry.objects.all()] == [6, 6]
    assert (earned(project, date(2026, 3, 6)), earned(project, TODAY)) == (0, 0)
    redo_step(plan=project.plan, by=manager)
    assert (earned(project, date(2026, 3, 5)), earned(project, date(2026, 3, 6))) == (0, 500)


def test_an_import_reports_what_changed_as_of_the_file_s_status_date(project: Project, manager: User) -> None:
    report(project, manager, "Design", 50, datetime(2026, 3, 6, 17))
    plan = load_plan(project.plan).plan
    tasks = [replace(t, percent_complete=60.0) if t.name == "Build" else t for t in plan.tasks]
    later = replace(plan, tasks=tuple(tasks), status_date=datetime(2026, 3, 20, 17))
    store_plan(project=project, plan=later, by=manager)
    entry = ProgressEntry.objects.get(task__name="Build")
    assert (entry.as_of, entry.percent_complete) == (later.status_date, 60)
    assert ProgressEntry.objects.filter(task__name="Design").count() == 1
    store_plan(project=project, plan=later, by=manager)
    assert ProgressEntry.objects.count() == 2  # the same file again reports nothing


def test_what_was_first_reported_later_is_known_by_its_actual_dates_or_not_at_all(project: Project) -> None:
    """A plan comes from a file with work that was done long before."""
    plan = load_plan(project.plan).plan
    Task.objects.filter(project=project).update(created_at=datetime(2026, 3, 20, 16, tzinfo=UTC))
    done = {
        "percent_complete": 100.0,
        "actual_start": datetime(2026, 3, 3, 9),
        "actual_finish": datetime(2026, 3, 9, 17),
    }
    begun = {"percent_complete": 40.0, "actual_start": datetime(2026, 3, 11, 9)}
    tasks = [replace(t, **(done if t.name == "Design" else begun if t.name == "Build" else {})) for t in plan.tasks]
    store_plan(project=project, by=None, plan=replace(plan, tasks=tuple(tasks), status_date=datetime(2026, 3, 20, 17)))
    assert (earned(project, date(2026, 3, 2)), earned(project, date(2026, 3, 10))) == (0, 1000)
    total = project_value(project, None, TODAY, as_of=date(2026, 3, 5)).total
    assert (total.ev, total.cv, total.sv) == (None, None, None)
    assert total.missing[-1] == "The progress of “Design” was first reported after this date."
    assert earned(project, date(2026, 3, 15)) is None  # Build was under way
    assert earned(project, date(2026, 3, 20)) == 1000 + 1200


def test_the_newest_entry_is_what_the_task_says(project: Project, manager: User) -> None:
    report(project, manager, "Design", 50, datetime(2026, 3, 6, 17))
    report(project, manager, "Design", 100, datetime(2026, 3, 9, 17))
    task, entry = Task.objects.get(name="Design"), ProgressEntry.objects.last()
    assert entry is not None
    assert {n: getattr(task, n) for n in PROGRESS} == {n: getattr(entry, n) for n in PROGRESS}


def test_programs_and_pages_measure_a_past_day(project: Project, manager: User) -> None:
    key = "accord_test_key_for_the_ledger_0001"
    ApiToken.objects.create(user=manager, name="k", hash=ApiToken.digest(key))
    bearer: dict[str, Any] = {"headers": {"Authorization": f"Bearer {key}"}}
    task, url = Task.objects.get(name="Design"), f"/api/projects/{project.pk}"
    change = {"op": "update_task", "id": task.pk, "version": task.version, "fields": {"percent_complete": 50}}
    client = Client()
    body = {"changes": [change], "as_of": "2999-01-01T00:00:00"}
    refused = client.post(f"{url}/plan/changes", body, content_type="application/json", **bearer)
    assert refused.status_code == 422
    assert "as_of" in refused.content.decode()
    body["as_of"] = "2026-03-06T17:00:00"
    assert client.post(f"{url}/plan/changes", body, content_type="application/json", **bearer).status_code == 200
    for day, value in (("2026-03-05", "0.00"), ("2026-03-06", "500.00")):
        assert client.get(f"{url}/earned-value?as_of={day}", **bearer).json()["ev"] == value
    assert client.get(f"{url}/earned-value?as_of=2999-01-01", **bearer).status_code == 422
    client.force_login(manager)
    page = reverse("project-number", args=[project.pk, "earned-value"])
    assert "€500.00" in client.get(f"{page}?as_of=2026-03-06").content.decode()
    then = client.get(f"{page}?as_of=2026-03-05").content.decode().replace("\N{NO-BREAK SPACE}", " ")
    assert "€500.00" not in then
    assert "As of 5 Mar 2026" in then
    assert "isn&#x27;t in the future" in client.get(f"{page}?as_of=2999-01-01").content.decode()
    editor = client.get(reverse("task-edit", args=[task.pk])).content.decode()
    assert "Progress history" in editor
    assert "50% complete" in editor
