"""Updating the client figures: one at a time, seen, cancelled, interrupted, and taken up again."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accord.core.jobs.worker import Worker
from accord.core.models import Event, JobLease
from accord.engines.customers.client_fits import Stage
from accord.exchange.jobs import refresh_customer_figures
from accord.insight import jobs
from accord.insight.actions import start_figures_update as updating
from accord.insight.actions.start_figures_update import cancel_figures_update, perform, start_figures_update
from accord.insight.models import ClientFigures, FiguresUpdate
from accord.money.models import Invoice
from accord.people.models import User
from accord.sales.models import Agreement
from tests.factories import browser_of, create_account, create_user

pytestmark = pytest.mark.django_db
Status = FiguresUpdate.Status
BUTTON = "Update client figures</button>"


@pytest.fixture
def ada() -> User:
    return create_user("Ada", "administrator")


@pytest.fixture
def client_of_ours() -> None:
    """One client under contract."""
    account = create_account("Quast AG", status="client", client_since=date(2025, 1, 1))
    Agreement.objects.create(
        account=account, kind="retainer", title="Support", starts_on=date(2025, 1, 1), value=Decimal(1000)
    )
    Invoice.objects.create(
        account=account, number="1", issued_on=date(2026, 1, 1), status="paid", paid_on=date(2026, 1, 9), total=1000
    )


@pytest.fixture(autouse=True)
def no_past(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first update gives the figures a past as well, by a job of its own (tests/insight/test_health.py)."""
    monkeypatch.setattr(jobs, "rebuild_history", lambda: 0)


@pytest.fixture(autouse=True)
def one_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker closes its connection between jobs, and here that would be the test's own."""
    monkeypatch.setattr("accord.core.jobs.worker.close_old_connections", lambda: None)


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(updating, "is_small", lambda: False)


def work() -> None:
    """What a worker does with all that is ready."""
    worker = Worker()
    while worker.step():
        pass


def ready() -> list[str]:
    return [result.task_path.rsplit(".", 1)[1] for result in DBTaskResult.objects.ready()]


def test_a_small_firm_does_not_wait_for_a_worker(ada: User, client_of_ours: None) -> None:
    update = start_figures_update(by=ada)
    assert (update.status, update.by, update.error) == (Status.DONE, ada, "")
    assert update.result == ClientFigures.objects.get() and update.result.customers == 1
    assert Event.objects.filter(kind="figures.updated", actor_id=ada.pk).count() == 1
    assert ready() == ["give_figures_a_past"] and not JobLease.objects.exists()


def test_one_row_too_many_makes_a_firm_large(monkeypatch: pytest.MonkeyPatch, client_of_ours: None) -> None:
    monkeypatch.setattr(updating, "AT_ONCE", {Invoice: 1})
    assert updating.is_small()
    Invoice.objects.create(account=create_account("Other"), number="2", issued_on=date(2026, 1, 1))
    assert not updating.is_small()


def test_a_large_firm_has_it_done_by_a_worker_and_a_second_start_joins(
    ada: User, client_of_ours: None, large: None
) -> None:
    update = start_figures_update(by=ada)
    assert update.status == Status.WAITING and not ClientFigures.objects.exists()
    assert start_figures_update(by=create_user("Abel", "administrator")) == update
    jobs.analyse.call()
    assert ready() == ["run_figures_update"] and FiguresUpdate.objects.count() == 1
    work()
    update.refresh_from_db()
    assert update.status == Status.DONE and update.result == ClientFigures.objects.get()
    assert Event.objects.filter(kind="figures.updated", actor_id=ada.pk).count() == 1


def test_the_daily_job_leaves_it_to_a_job_of_its_own(client_of_ours: None) -> None:
    pk = jobs.analyse.call()
    assert FiguresUpdate.objects.get(pk=pk).status == Status.WAITING
    work()
    assert ClientFigures.objects.count() == 1
    Invoice.objects.all().delete()
    assert jobs.analyse.call() == 0


def test_invoices_that_come_while_it_runs_are_in_the_next_one(client_of_ours: None, large: None) -> None:
    update = start_figures_update(by=None)
    refresh_customer_figures.call()
    update.refresh_from_db()
    assert not update.again, "it has not begun to read"
    FiguresUpdate.objects.update(status=Status.RUNNING)
    refresh_customer_figures.call()
    update.refresh_from_db()
    assert update.again
    FiguresUpdate.objects.update(status=Status.WAITING)  # as if it had been taken from a worker that died

    def invoices_come(stage: Stage, done: int, total: int) -> None:
        if stage == Stage.SAVING:
            refresh_customer_figures.call()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(updating, "_reporter", lambda update: invoices_come)
        perform(update)
    follower = FiguresUpdate.objects.get(status=Status.WAITING)
    assert follower.pk != update.pk
    work()
    assert ClientFigures.objects.count() == 2 and not FiguresUpdate.objects.filter(status__in=FiguresUpdate.BUSY)


def test_only_who_may_change_the_firm_starts_or_stops_it(ada: User, client_of_ours: None, large: None) -> None:
    fin = create_user("Fin", "finance")
    with pytest.raises(PermissionDenied):
        start_figures_update(by=fin)
    update = start_figures_update(by=ada)
    with pytest.raises(PermissionDenied):
        cancel_figures_update(update=update, by=fin)
    assert not Event.objects.filter(kind="figures.updated").exists()


def test_it_says_what_it_is_at_and_stops_when_asked_to(
    ada: User, client_of_ours: None, large: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(updating, "_EVERY_SECONDS", 0)
    start_figures_update(by=ada)
    work()
    before = ClientFigures.objects.get()
    update = start_figures_update(by=ada)
    seen: list[tuple[str, int, int]] = []
    real = updating._reporter(update)

    def watch(stage: Stage, done: int, total: int) -> None:
        real(stage, done, total)
        kept = FiguresUpdate.objects.get(pk=update.pk)
        seen.append((kept.stage, kept.done, kept.total))
        if stage == Stage.FORECASTING and done == total:
            assert cancel_figures_update(update=kept, by=ada)

    monkeypatch.setattr(updating, "_reporter", lambda update: watch)
    perform(update)
    assert [stage for stage, _, _ in seen][:2] == ["reading", "fitting"]
    assert ("forecasting", 0, 1) in seen and ("forecasting", 1, 1) in seen
    update.refresh_from_db()
    assert update.status == Status.CANCELLED and update.done_at is not None
    assert ClientFigures.objects.get() == before, "the figures are those of the last complete update"
    assert not cancel_figures_update(update=update, by=ada)


def test_one_whose_worker_died_is_done_by_another_and_given_up_says_so(
    client_of_ours: None, large: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    update = start_figures_update(by=None)
    FiguresUpdate.objects.update(status=Status.RUNNING, stage="forecasting", done=3, total=4)
    jobs.run_figures_update.func.interrupted(update.pk, given_up="")  # type: ignore[attr-defined]
    update.refresh_from_db()
    assert (update.status, update.stage, update.done) == (Status.WAITING, "reading", 0)
    jobs.run_figures_update.func.interrupted(update.pk, given_up="It ended three times.")  # type: ignore[attr-defined]
    update.refresh_from_db()
    assert (update.status, update.error) == (
        Status.FAILED, "It ended three times. Update the client figures again.",
    )  # fmt: skip
    work()
    assert not ClientFigures.objects.exists(), "nobody waits for it any more"


def test_a_failure_is_shown_and_the_next_start_begins_anew(
    ada: User, client_of_ours: None, large: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_: object) -> None:
        raise ZeroDivisionError

    update = start_figures_update(by=ada)
    with monkeypatch.context() as patch:
        patch.setattr(updating, "update_client_figures", broken)
        work()
    update.refresh_from_db()
    assert update.status == Status.FAILED and "unexpected error" in update.error
    assert "updated because of an unexpected error" in browser_of(ada).get(reverse("numbers")).content.decode()
    assert start_figures_update(by=ada) != update


def test_a_database_that_is_away_for_a_moment_does_not_end_it(
    client_of_ours: None, large: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(**_: object) -> None:
        raise OperationalError

    update = start_figures_update(by=None)
    with monkeypatch.context() as patch:
        patch.setattr(updating, "update_client_figures", away)
        Worker().step()
    update.refresh_from_db()
    assert update.status == Status.WAITING
    DBTaskResult.objects.update(run_after=timezone.now())
    work()
    update.refresh_from_db()
    assert update.status == Status.DONE


def test_the_page_shows_how_far_it_is_and_leads_back(ada: User, client_of_ours: None, large: None) -> None:
    browser, other = browser_of(ada), browser_of(create_user("Fin", "finance"))
    assert browser.post(reverse("customer-analyses")).status_code == 302
    page = browser.get(reverse("numbers")).content.decode()
    assert "Update in progress" in page and "Started by Ada" in page and "No worker is running" in page
    assert reverse("figures-cancellation") in page and BUTTON not in page
    FiguresUpdate.objects.update(status=Status.RUNNING, stage="forecasting", done=3000, total=10_000)
    bar = other.get(reverse("figures-progress")).content.decode()
    assert "Forecasting 3,000 of 10,000 clients" in " ".join(bar.split()) and "30%" in bar
    assert reverse("figures-cancellation") not in other.get(reverse("numbers")).content.decode()
    FiguresUpdate.objects.update(status=Status.WAITING)
    work()
    over = browser.get(reverse("figures-progress"), headers={"HX-Request": "true"})
    assert over.headers["HX-Redirect"] == reverse("numbers")
    page = browser.get(reverse("numbers")).content.decode()
    assert "Figures updated for 1 client" in page and "Update in progress" not in page


def test_cancelling_by_the_button(ada: User, client_of_ours: None, large: None) -> None:
    browser = browser_of(ada)
    browser.post(reverse("customer-analyses"))
    page = browser.post(reverse("figures-cancellation"), follow=True).content.decode()
    assert "The update was cancelled." in page and BUTTON in page
    work()
    assert not ClientFigures.objects.exists()


def test_old_updates_are_forgotten_and_their_figures_stay(
    client_of_ours: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(updating, "MOST_SAVED", 2)
    for _ in range(3):
        start_figures_update(by=None)
    assert FiguresUpdate.objects.count() == 2 and ClientFigures.objects.count() == 3


def test_accounts_deleted_while_it_runs_are_left_out(client_of_ours: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def delete(stage: Stage, done: int, total: int) -> None:
        if stage == Stage.SAVING:
            Agreement.objects.all().delete()
            Invoice.objects.all().delete()
            create_account("Other").__class__.objects.filter(name="Quast AG").delete()

    monkeypatch.setattr(updating, "_reporter", lambda update: delete)
    update = start_figures_update(by=None)
    assert update.status == Status.DONE and update.result is not None and update.result.rows.count() == 0
