"""Figures over all active projects from the database are those of the rows, added up one by one."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from accord.insight.models import ProjectMeasure
from accord.insight.queries import latest_measures, variances
from accord.insight.queries_running import (
    active_projects,
    in_trouble,
    largest_variances,
    running_variances,
)
from accord.people.models import User
from accord.projects.models import Project
from accord.projects.queries_late import Late, measured_at, project_lateness
from accord.rates.models import ExchangeRate
from tests.factories import create_account, create_project, create_user

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 15)
NOON = datetime(2026, 6, 15, 12)


def measured(name: str, *, owner: User | None = None, manager: User | None = None, **values: object) -> Project:
    """An active project with its newest measurement, and an older one that must not count."""
    facts = {key: values.pop(key) for key in ("finish", "target_finish", "status_date", "currency") if key in values}
    project = create_project(
        name, account=create_account(name, owner=owner), manager=manager, status="active",
        start=datetime(2026, 1, 5, 9), **facts,
    )  # fmt: skip
    known: dict[str, object] = {"bac": 1000, "pv": 400, "ev": 400, "ac": 400, "cv": 0, "sv": 0, "cpi": 1, "spi": 1}
    known |= {"percent_complete": 40} | values
    for day, latest in ((TODAY - timedelta(days=30), False), (TODAY, True)):
        row = known if latest else known | {"cv": -999, "cpi": 0, "spi": 0}
        ProjectMeasure.objects.create(project=project, day=day, latest=latest, status_date=NOON, **row)
    return project


def names(rows: list[ProjectMeasure]) -> list[str]:
    return [row.project.name for row in rows]


@pytest.fixture
def projects(db: None) -> tuple[User, User]:
    """An administrator, and a member who manages one project and sees the client of another without its money."""
    admin, member = create_user("Ada", "administrator"), create_user("Mo", "member")
    ExchangeRate.objects.create(currency="USD", rate=Decimal("0.9137"), starts_on=date(2026, 1, 1))
    ahead = datetime(2026, 9, 1, 17)
    measured("On plan", finish=ahead, target_finish=ahead, baseline_finish=ahead)
    measured("Over", finish=datetime(2026, 6, 14, 17), cv=Decimal("-33.33"), sv=10)
    measured("Over but done", finish=datetime(2026, 6, 14, 17), percent_complete=100)
    measured("Over by its own date", finish=datetime(2026, 6, 20, 17), status_date=datetime(2026, 6, 20))
    measured("Promised earlier", finish=ahead, target_finish=ahead - timedelta(days=1), cv=5, sv=-50, bac=5000)
    measured("Slipped", finish=ahead, baseline_finish=ahead - timedelta(days=5, seconds=1))
    measured("Hardly slipped", finish=ahead, baseline_finish=ahead - timedelta(days=5))
    measured("Dear", finish=ahead, cpi=Decimal("0.8999"), cv=Decimal("-111.10"), manager=member)
    measured("Slow", finish=ahead, spi=Decimal("0.5"), sv=Decimal("-200.07"), cv=-1, currency="USD")
    measured("Just good enough", finish=ahead, spi=Decimal("0.9"), cpi=Decimal("0.9"))
    measured("Unknown", finish=ahead, cv=None, sv=None, cpi=None, spi=None, bac=None, percent_complete=None)
    measured("No budget", finish=ahead, bac=0, cv=-5)
    measured("No rate", finish=ahead, currency="CHF", cv=-7, sv=-7)
    Project.objects.filter(name="Just good enough").update(finish=None)
    closed = measured("Closed", finish=ahead, cpi=Decimal("0.1"), cv=-900)
    Project.objects.filter(pk=closed.pk).update(status="closed")
    archived = measured("Archived", finish=ahead, cpi=Decimal("0.1"), cv=-900)
    Project.objects.filter(pk=archived.pk).update(archived_at=datetime(2026, 6, 1))
    return admin, member


def one_by_one(user: User) -> list[str]:
    """In trouble, by the definition, row by row; the lowest indices first."""
    found = []
    for row in latest_measures(active_projects(user), user):
        project, late = row.project, project_lateness(row.project, row.baseline_finish)
        over = project.finish is not None and project.finish <= measured_at(project, TODAY)
        if (
            (over and (row.percent_complete or 0) < 100)
            or Late.PAST_DEADLINE in late
            or late.get(Late.SLIPPED, timedelta(0)) > timedelta(days=5)
            or (row.cpi is not None and row.cpi < Decimal("0.9"))
            or (row.spi is not None and row.spi < Decimal("0.9"))
        ):
            found.append(((1 if row.spi is None else row.spi) + (1 if row.cpi is None else row.cpi), row.pk, project))
    return [project.name for _, _, project in sorted(found, key=lambda each: each[:2])]


def test_in_trouble_is_what_the_rows_say_one_by_one(projects: tuple[User, User]) -> None:
    admin, member = projects
    expected = ["Slow", "Dear", "Over", "Over by its own date", "Promised earlier", "Slipped"]
    assert names(in_trouble(admin, TODAY, 50)) == expected == one_by_one(admin)
    assert names(in_trouble(admin, TODAY, 2)) == ["Slow", "Dear"]
    assert names(in_trouble(member, TODAY, 50)) == one_by_one(member)


def test_variances_add_up_as_the_rows_do(projects: tuple[User, User]) -> None:
    admin, member = projects
    for user in (admin, member):
        assert running_variances(user, "EUR", TODAY) == variances(
            latest_measures(active_projects(user), user), "EUR", TODAY
        )
    found = running_variances(admin, "EUR", TODAY)
    assert (found.projects, found.unconverted, found.unknown) == (13, 1, 1)


def test_the_largest_variances_stand_first_beside_their_budget(projects: tuple[User, User]) -> None:
    admin, _ = projects
    rows = [row for row in latest_measures(active_projects(admin), admin) if row.cv is not None and row.bac]
    expected = sorted(rows, key=lambda m: (min(m.cv or 0, m.sv or 0) / (m.bac or 1), m.pk))
    assert names(largest_variances(admin, 50)) == names(expected)
    assert names(largest_variances(admin, 3)) == ["Slow", "Dear", "Over"]


def test_money_that_one_may_not_see_is_in_no_figure(projects: tuple[User, User]) -> None:
    _, member = projects
    rows = latest_measures(active_projects(member), member)
    assert rows, "the member sees a project"
    hidden = [row for row in rows if not row.shows]  # type: ignore[attr-defined]
    assert all(row.cv is None and row.cpi is None for row in hidden)
    shown = {row.project.name for row in rows if row.shows}  # type: ignore[attr-defined]
    assert set(names(largest_variances(member, 50))) <= shown
