"""Projects that are closed or on hold: measured as of the day they stopped, alike everywhere."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from accord.core import editing
from accord.engines.money.earned_value import measure
from accord.insight.actions.measure_project import measure_project
from accord.insight.jobs import measure_running_projects
from accord.insight.models import ProjectMeasure
from accord.insight.queries import current_measure, project_value
from accord.people.models import Role, User
from accord.projects.actions.schedule import schedule
from accord.projects.actions.start_project import start_project
from accord.projects.actions.take_baseline import take_baseline
from accord.projects.models import Project, Task
from accord.web.shell.templatetags.shell import as_of
from tests.factories import create_expense, create_project

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 3, 2, 9)


@pytest.fixture
def project() -> Project:
    """Two tasks of two days in a row, 1,400 each; the first is done, 1,500 are spent."""
    project = create_project(status="active")
    for uid in (1, 2):
        Task.objects.create(
            project=project, uid=uid, name=f"Task {uid}", order=uid, duration_minutes=840, fixed_cost=Decimal(1400),
            constraint="SNET", constraint_date=MONDAY + timedelta(days=2 * (uid - 1)),
        )  # fmt: skip
    schedule(plan=project.plan, by=None)
    take_baseline(project=project, by=None)
    Task.objects.filter(uid=1).update(percent_complete=100, actual_start=MONDAY)
    create_expense(project, "1500.00", day=date(2026, 3, 3))
    return Project.objects.get()


def test_a_stop_is_dated_and_a_restart_forgets_it(project: Project) -> None:
    held = editing.change(project, by=None, version=project.version, status="on_hold")
    assert held.stopped_on == timezone.localdate()
    dated = editing.change(held, by=None, version=held.version, stopped_on=date(2026, 3, 3))
    assert dated.stopped_on == date(2026, 3, 3)
    closed = editing.change(dated, by=None, version=dated.version, status="closed", stopped_on=date(2026, 3, 4))
    assert closed.stopped_on == date(2026, 3, 4)
    again = editing.change(closed, by=None, version=closed.version, status="active")
    assert again.stopped_on is None
    old = Project(account=project.account, name="Old shop", start=MONDAY, status=Project.Status.CLOSED)
    created = start_project(project=old, by=None)
    assert created.stopped_on == timezone.localdate()


@pytest.mark.parametrize("status", ["closed", "on_hold"])
def test_a_stopped_project_is_measured_as_of_its_stop(project: Project, status: str) -> None:
    """Half of the first two days were planned by the evening of the third; later days add nothing."""
    later = date(2026, 6, 1)
    assert project_value(project, None, later).total.pv == Decimal(2800)
    stopped = editing.change(project, by=None, version=project.version, status=status, stopped_on=date(2026, 3, 3))
    value = project_value(stopped, None, later)
    assert (value.total.pv, value.total.ev, value.total.sv) == (Decimal(1400), Decimal(1400), Decimal(0))
    assert as_of(value.status_date) == "3\N{NO-BREAK SPACE}Mar\N{NO-BREAK SPACE}2026"
    assert "closed" in value.status_source or "on hold" in value.status_source


def test_page_list_and_api_show_the_same(project: Project, client: Client) -> None:
    measure_project(project=project, day=timezone.localdate())
    admin = User.objects.create(email="ada@firm.example", name="Ada", roles=[Role.ADMINISTRATOR], password="!")
    client.force_login(admin)
    closed = {"version": project.version, "status": "closed", "stopped_on": "2026-03-03"}
    answer = client.patch(f"/api/projects/{project.pk}", closed, content_type="application/json")
    assert answer.status_code == 200
    row = ProjectMeasure.objects.get(latest=True)
    fresh = Project.objects.get()
    assert current_measure(fresh, None, timezone.localdate()).pk == row.pk
    figures = client.get(f"/api/projects/{project.pk}/earned-value").json()
    assert (figures["pv"], figures["cv"], figures["eac"]) == (str(row.pv), str(row.cv), str(row.eac))
    assert (figures["tcpi"], figures["etc"], figures["eac"]) == (None, "0.00", "1500.00")
    page = client.get(f"/projects/{project.pk}/numbers/planned-value").content.decode()
    assert "€1,400.00" in page
    assert "3\N{NO-BREAK SPACE}Mar\N{NO-BREAK SPACE}2026, the day the project was closed" in page


def test_the_job_measures_once_what_stopped_since(project: Project) -> None:
    measure_project(project=project, day=date(2026, 3, 10))
    editing.change(project, by=None, version=project.version, status="on_hold", stopped_on=date(2026, 3, 3))
    assert measure_running_projects.func() == 1
    assert ProjectMeasure.objects.get(latest=True).day == date(2026, 3, 3)
    assert measure_running_projects.func() == 0


@pytest.mark.parametrize(
    ("bac", "ev", "ac", "known"),
    [
        (1000, 500, 400, {"tcpi", "tcpi_eac", "eac", "cpi"}),
        (1000, 500, 1200, {"tcpi_eac", "eac", "cpi"}),  # the budget is spent: no efficiency brings it back
        (1000, 1000, 900, {"eac", "cpi"}),  # all is done: nothing is left to be efficient at
        (1000, 500, -50, {"tcpi"}),  # a credit note beyond all cost: no efficiency to go on
        (1000, 500, 0, {"tcpi"}),
    ],
)
def test_forecasts_that_make_no_sense_are_unknown(bac: int, ev: int, ac: int, known: set[str]) -> None:
    found = measure(bac=bac, pv=bac, ev=ev, ac=ac)
    assert {name for name in ("tcpi", "tcpi_eac", "eac", "cpi") if getattr(found, name) is not None} == known
