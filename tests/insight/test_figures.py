"""The figures of projects and clients from rows that a hand can check."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from accord.accounts.models import Account
from accord.insight.actions.measure_project import measure_project
from accord.insight.actions.update_client_figures import update_client_figures
from accord.insight.jobs import measure_changed_project
from accord.insight.models import ProjectMeasure
from accord.insight.queries import current_measure, project_value
from accord.money.models import Invoice, TimeEntry
from accord.people.models import Firm, Person
from accord.projects.actions.schedule import schedule
from accord.projects.actions.take_baseline import take_baseline
from accord.projects.models import Baseline, Plan, Project, Task
from accord.rates.models import ExchangeRate
from tests.factories import create_expense, create_project

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 3, 2, 9)


@pytest.fixture
def project() -> Project:
    """Two tasks of two days (14 h) in a row, each to cost 1,400."""
    project = create_project(status="active")
    for uid in (1, 2):
        Task.objects.create(
            project=project, uid=uid, name=f"Task {uid}", order=uid, duration_minutes=840, fixed_cost=Decimal(1400),
            constraint="SNET", constraint_date=MONDAY + timedelta(days=2 * (uid - 1)),
        )  # fmt: skip
    schedule(plan=project.plan, by=None)
    return project


def test_variances_follow_from_baseline_progress_and_bookings(project: Project) -> None:
    take_baseline(project=project, by=None)
    first = project.tasks.get(uid=1)
    Task.objects.filter(pk=first.pk).update(percent_complete=50, actual_start=MONDAY)
    person = Person.objects.create(name="Pat")
    TimeEntry.objects.create(
        project=project, task=first, person=person, day=date(2026, 3, 2), minutes=420, cost_rate=Decimal(100)
    )
    create_expense(project, "150.00", day=date(2026, 3, 3))
    total = project_value(project, None, date(2026, 3, 3)).total
    assert (total.bac, total.pv, total.ev, total.ac) == (Decimal(2800), Decimal(1400), Decimal(700), Decimal(850))
    assert (total.cv, total.sv) == (Decimal(-150), Decimal(-700))
    later = project_value(project, None, date(2026, 3, 5)).total
    assert later.pv == Decimal(2800)


def test_without_baseline_or_cost_the_figures_are_unknown(project: Project) -> None:
    measure = measure_project(project=project, day=date(2026, 3, 3))
    assert (measure.pv, measure.ev, measure.cv, measure.sv, measure.cpi) == (None, None, None, None, None)
    assert "no baseline" in measure.missing


def test_an_edit_makes_the_kept_measurement_stale(project: Project) -> None:
    today = date(2026, 3, 3)
    kept = measure_project(project=project, day=today)
    assert current_measure(project, None, today).pk == kept.pk
    project.save()
    assert current_measure(project, None, today).pk is None
    assert measure_project(project=project, day=today).pk == kept.pk
    assert measure_project(project=project, day=today + timedelta(days=1)).pk != kept.pk
    assert ProjectMeasure.objects.filter(latest=True).count() == 1


def test_page_and_job_agree_on_what_is_behind(project: Project) -> None:
    """One rule: otherwise the job thinks it done, and every page computes the figures anew."""
    today = timezone.localdate()
    measure_project(project=project, day=today)
    assert not measure_changed_project.func(project.pk)
    changes = {
        "the project": lambda: Project.objects.filter(pk=project.pk).update(updated_at=timezone.now()),
        "its plan": Plan.objects.current_of(project.pk).touch,
    }
    for change, make in changes.items():
        make()
        project.refresh_from_db()
        assert current_measure(project, None, today).pk is None, change
        assert measure_changed_project.func(project.pk), change
        assert current_measure(project, None, today).pk is not None, change
        assert not measure_changed_project.func(project.pk), change


def test_an_earlier_baseline_is_kept(project: Project) -> None:
    first = take_baseline(project=project, by=None, name="Signed")
    take_baseline(project=project, by=None, name="Change 1")
    assert dict(Baseline.objects.values_list("name", "number")) == {"Signed": 1, "Change 1": 0}
    assert Baseline.objects.get(pk=first.pk).rows.count() == 2


def _invoice(account: Account, day: date, amount: int = 100, currency: str = "EUR") -> None:
    Invoice.objects.create(
        account=account, number=f"{account.pk}-{day}", issued_on=day, status="sent", total=amount, currency=currency
    )


def test_churn_compares_two_years_of_invoices() -> None:
    stays, leaves, comes = (Account.objects.create(name=name) for name in ("Stays", "Leaves", "Comes"))
    _invoice(stays, date(2023, 12, 15))
    for month in range(1, 13):
        _invoice(stays, date(2024, month, 10))
        _invoice(stays, date(2025, month, 10), 150)
        _invoice(leaves, date(2024, month, 12))
        _invoice(comes, date(2025, month, 14))
    Invoice.objects.create(account=leaves, number="draft", issued_on=date(2025, 6, 1), status="draft", total=999)
    few = update_client_figures(as_of=date(2025, 12, 14), by=None)
    assert (few.churn["clients_at_start"], few.churn["clients_lost"], few.churn["logo_churn"]) == (2, 1, None)
    assert few.churn["reason"] == "Only 2 clients at the start of the period: at least 10 are needed."
    for number in range(8):
        account = Account.objects.create(name=f"Same {number}")
        _invoice(account, date(2024, 5, 10 + number))
        _invoice(account, date(2025, 5, 10 + number))
    analysis = update_client_figures(as_of=date(2025, 12, 14), by=None)
    assert (analysis.churn["clients_at_start"], analysis.churn["clients_lost"]) == (10, 1)
    assert Decimal(analysis.churn["logo_churn"]) == Decimal("0.1")
    assert "reason" not in analysis.churn
    assert {row.account.name: row.movement for row in few.rows.select_related("account")} == {
        "Stays": "expanded", "Leaves": "lost", "Comes": "new",
    }  # fmt: skip


def test_amounts_are_converted_and_what_cannot_be_is_counted() -> None:
    Firm.current()
    account = Account.objects.create(name="Client")
    ExchangeRate.objects.create(currency="GBP", starts_on=date(2025, 1, 1), rate=Decimal("1.20"))
    _invoice(account, date(2025, 2, 1), 100, "GBP")
    _invoice(account, date(2025, 3, 1), 100, "CHF")
    analysis = update_client_figures(as_of=date(2025, 12, 31), by=None)
    assert analysis.excluded == {"CHF": 1}
    assert (analysis.customers, analysis.as_of) == (1, date(2025, 3, 1))  # the past that was imported ends there
    assert analysis.model["projects"]["mostly_expectation"]
