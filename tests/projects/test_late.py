"""Late means three named things, each the same on every page, filter and answer."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from accord.people.models import Role, User
from accord.projects.lanes import cards_of
from accord.projects.models import Baseline, BaselineTask, Project, Task
from accord.projects.queries_late import (
    Late,
    late_by_task,
    late_tasks,
    measured_at,
    measured_at_each,
    project_lateness,
    with_lateness,
)
from tests.factories import create_project

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 10)
NOON = datetime(2026, 3, 10, 12)
DAY = timedelta(days=1)


@pytest.fixture
def project() -> Project:
    return create_project(start=NOON - 20 * DAY, status="active")


def task(project: Project, name: str, start: int, finish: int, *, agreed: int | None = None, **more: object) -> Task:
    """A task whose dates are days from :data:`NOON`."""
    uid = project.tasks.count() + 1
    row = Task.objects.create(
        project=project, uid=uid, order=uid, name=name, start=NOON + start * DAY, finish=NOON + finish * DAY, **more
    )
    if agreed is not None:
        baseline, _ = Baseline.objects.get_or_create(project=project, number=0)
        BaselineTask.objects.create(baseline=baseline, task=row, finish=NOON + agreed * DAY)
    return row


@pytest.fixture
def late(project: Project) -> dict[str, list[Late]]:
    """What is late, by name, as the query says."""
    started = {"percent_complete": Decimal(10), "actual_start": NOON}
    task(project, "on time", 1, 3, agreed=3)
    task(project, "in progress", -2, 3, agreed=4, **started)
    task(project, "slipped", 1, 5, agreed=3)
    task(project, "past deadline", 1, 5, deadline=NOON + 4 * DAY)
    task(project, "not finished", -5, -1, **started)
    task(project, "not started", -1, 2)
    task(project, "everything", -9, -1, agreed=-4, deadline=NOON - 3 * DAY)
    task(project, "done late", -9, -1, agreed=-4, deadline=NOON - 3 * DAY, percent_complete=Decimal(100))
    task(project, "put aside", -9, -1, agreed=-4, active=False)
    task(project, "summary", -9, -1, agreed=-4, kind=Task.Kind.SUMMARY)
    found = late_by_task(project, TODAY)
    return {row.name: found[row.pk] for row in project.tasks.all() if row.pk in found}


def test_each_way_of_being_late(late: dict[str, list[Late]]) -> None:
    assert late == {
        "slipped": [Late.SLIPPED],
        "past deadline": [Late.PAST_DEADLINE],
        "not finished": [Late.BEHIND],
        "not started": [Late.BEHIND],
        "everything": [Late.SLIPPED, Late.PAST_DEADLINE, Late.BEHIND],
    }


def test_pages_filters_board_and_api_agree(project: Project, late: dict[str, list[Late]], client: Client) -> None:
    """The same tasks everywhere: the count of the overview, the lists it leads to, the cards and the chart's rows."""
    # The pages count from the real today; the plan is moved there.
    shift = datetime.combine(timezone.localdate(), NOON.time()) - NOON
    for row in Task.objects.all():
        Task.objects.filter(pk=row.pk).update(
            start=row.start + shift, finish=row.finish + shift, deadline=row.deadline and row.deadline + shift
        )
    for agreed in BaselineTask.objects.all():
        BaselineTask.objects.filter(pk=agreed.pk).update(finish=agreed.finish + shift)
    admin = User.objects.create(email="ada@firm.example", name="Ada", roles=[Role.ADMINISTRATOR], password="!")
    client.force_login(admin)
    today = timezone.localdate()
    assert {c.task.name: c.late for c in cards_of(project, today) if c.late} == late
    rows = client.get(f"/api/projects/{project.pk}/plan").json()["tasks"]
    assert {r["name"]: r["late"] for r in rows if r["late"]} == {n: [str(w) for w in ways] for n, ways in late.items()}
    page = client.get(f"/projects/{project.pk}/").content.decode()
    for how, count in ((Late.SLIPPED, 2), (Late.PAST_DEADLINE, 2), (Late.BEHIND, 3)):
        assert f"{count} {how.label.lower()}" in page
        shown = client.get(f"/projects/{project.pk}/work?show={how}").content.decode()
        for name, ways in late.items():
            assert (f"  {name}" in shown) == (how in ways), (how, name)
        assert "done late" not in shown
        assert "  summary" not in shown
    assert "No late tasks" not in page


def test_a_status_date_or_a_stop_is_the_moment(project: Project) -> None:
    assert measured_at(project, TODAY) == datetime(2026, 3, 10)
    project.status_date = datetime(2026, 3, 5)
    assert measured_at(project, TODAY) == datetime(2026, 3, 6)  # a date without a time is all of that day
    project.status_date = datetime(2026, 3, 5, 17)
    assert measured_at(project, TODAY) == datetime(2026, 3, 5, 17)
    project.status, project.stopped_on = Project.Status.ON_HOLD, date(2026, 3, 2)
    assert measured_at(project, TODAY) == datetime(2026, 3, 3)
    row = task(project, "was to start later", -6, -2)
    moment = measured_at(project, TODAY)
    assert not late_tasks(Task.objects.all(), moment).exists()
    assert with_lateness(Task.objects.filter(pk=row.pk), NOON).get().behind


@pytest.mark.parametrize("status", Project.Status)
@pytest.mark.parametrize("stopped_on", [None, date(2026, 2, 28), date(2025, 12, 31)])
@pytest.mark.parametrize("status_date", [None, *(datetime(2026, *at) for at in ((2, 28), (3, 5, 17), (3, 5, 0, 1)))])
def test_the_database_works_out_the_same_moment(
    project: Project, status: str, stopped_on: date | None, status_date: datetime | None
) -> None:
    Project.objects.filter(pk=project.pk).update(status=status, stopped_on=stopped_on, status_date=status_date)
    project.refresh_from_db()
    row = task(project, "at work", -1, 1)
    moment = measured_at(project, TODAY)
    told = Task.objects.annotate(moment=measured_at_each(TODAY))
    assert told.get(pk=row.pk).moment == moment
    for finish, behind in ((moment, True), (moment + timedelta(minutes=1), False)):  # the border, to the minute
        Task.objects.filter(pk=row.pk).update(start=finish, finish=finish)
        assert with_lateness(Task.objects.all(), measured_at_each(TODAY)).get(pk=row.pk).behind is behind


def test_a_project_is_late_against_its_baseline_and_its_promise(project: Project) -> None:
    project.finish, project.target_finish = NOON, NOON - 3 * DAY
    assert project_lateness(project, NOON - 5 * DAY) == {Late.SLIPPED: 5 * DAY, Late.PAST_DEADLINE: 3 * DAY}
    assert project_lateness(project, NOON) == {Late.PAST_DEADLINE: 3 * DAY}
    project.status = Project.Status.CLOSED
    assert project_lateness(project, NOON - 5 * DAY) == {}
    project.status, project.finish = Project.Status.ACTIVE, None
    assert project_lateness(project, NOON) == {}
