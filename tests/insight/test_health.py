"""Health set by hand, its history from the first day, and the page that explains it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accord.accounts.models import Account
from accord.core import editing
from accord.core.subscribers import unit_of_work
from accord.engines.customers.signals import SIGNALS
from accord.insight.actions.rebuild_history import month_ends, rebuild_history
from accord.insight.actions.thin_history import thin_history
from accord.insight.actions.update_client_figures import update_client_figures
from accord.insight.jobs import analyse, give_figures_a_past, run_figures_update
from accord.insight.models import ClientFigure, ClientFigures, HealthOverride
from accord.insight.queries import account_analysis, client_figures, figure_before, health_history, latest_analysis
from accord.insight.reasons import reasons_of, strongest
from accord.money.models import Invoice
from accord.people.models import Firm, User
from accord.sales.models import Agreement
from accord.web.accounts.health import EVIDENCE, RHYTHM
from tests.factories import browser_of, create_user

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture
def today() -> date:
    return timezone.localdate()


@pytest.fixture
def admin() -> User:
    return create_user("Ada Admin", "administrator")


@pytest.fixture
def clients(today: date) -> list[Account]:
    """Six retainers of one to six years, each billed a week ago and a month before."""
    found = []
    for number in range(6):
        account = Account.objects.create(name=f"Client {number}", status="client")
        since = today - timedelta(days=365 * (number + 1))
        Agreement.objects.create(
            account=account, kind="retainer", title="Support", starts_on=since, value=Decimal(1000), status="signed"
        )
        for days in (7, 37):
            Invoice.objects.create(
                account=account, number=f"{number}-{days}", issued_on=today - timedelta(days=days), status="paid",
                paid_on=today, total=Decimal(1000),
            )  # fmt: skip
        found.append(account)
    return found


def figure(account: Account) -> ClientFigure:
    row = account_analysis(account, None)
    assert row is not None and row.health is not None and row.chance is not None
    return row


def set_by_hand(account: Account, by: User, health: int, days: int = 30) -> HealthOverride:
    until = timezone.localdate() + timedelta(days=days)
    override = HealthOverride(account=account, health=health, reason="They tender", until=until, set_by=by)
    return editing.create(override, by=by)


def test_health_set_by_hand_counts_at_once_and_moves_the_chance_with_it(
    clients: list[Account], admin: User, today: date
) -> None:
    update_client_figures(as_of=today, by=None)
    before = figure(clients[0])
    with unit_of_work():
        override = set_by_hand(clients[0], admin, 20)
    now = figure(clients[0])
    typical = now.analysis.model["typical"]
    odds = typical / (1 - typical) * 7 / 3 * (100 / 20 - 1)
    assert now.health == 20 and now.chance == pytest.approx(odds / (1 + odds))
    assert now.chance_90 is not None and now.chance_180 is not None and before.chance_90 is not None
    assert 0 < now.chance_90 < now.chance_180 < now.chance
    assert (now.chance_low, now.chance_high) == (None, None), "an opinion has no interval"
    assert now.calculated["health"] == before.health and now.lifetime_value == before.lifetime_value
    assert strongest(now) == "They tender" and figure(clients[1]).override is None
    assert client_figures(None).order_by("health").first().account == clients[0]
    with unit_of_work():
        editing.remove(override, by=admin)
    after = figure(clients[0])
    for name in ("health", "chance", "chance_low", "chance_high", "chance_90", "chance_180", "calculated"):
        assert getattr(after, name) == getattr(before, name), name


def test_a_run_keeps_it_until_its_last_day(clients: list[Account], admin: User, today: date) -> None:
    override = set_by_hand(clients[0], admin, 20)
    HealthOverride.objects.filter(pk=override.pk).update(until=today)
    update_client_figures(as_of=today, by=None)
    assert figure(clients[0]).health == 20
    HealthOverride.objects.filter(pk=override.pk).update(until=today - timedelta(days=1))
    update_client_figures(as_of=today, by=None)
    assert figure(clients[0]).override is None and figure(clients[0]).health != 20


def test_it_is_of_no_use_for_who_gave_notice(clients: list[Account], admin: User, today: date) -> None:
    Agreement.objects.filter(account=clients[0]).update(ends_on=today - timedelta(days=1), status="terminated")
    set_by_hand(clients[0], admin, 90)
    update_client_figures(as_of=today, by=None)
    row = account_analysis(clients[0], None)
    assert row is not None and row.state != "active" and row.health == 0 and row.override is None


@pytest.mark.parametrize(
    ("health", "days", "field"), [(0, 30, "health"), (100, 30, "health"), (50, 400, "until"), (50, -1, "until")]
)
def test_what_cannot_be_set_is_refused(
    clients: list[Account], admin: User, today: date, health: int, days: int, field: str
) -> None:
    page = browser_of(admin).post(
        reverse("health-override-new", args=[clients[0].pk]),
        {"health": health, "reason": "They tender", "until": (today + timedelta(days=days)).isoformat()},
    )
    assert page.status_code == 422 and field in page.context["form"].errors
    assert not HealthOverride.objects.exists()


def test_the_past_is_rebuilt_once_and_never_the_newest(clients: list[Account], today: date) -> None:
    update_client_figures(as_of=today, by=None)
    newest = latest_analysis(None)
    assert rebuild_history() == 12
    assert latest_analysis(None) == newest, "what was calculated later is of earlier days"
    rebuilt = list(ClientFigures.objects.filter(rebuilt=True).values_list("as_of", flat=True))
    assert rebuilt == month_ends(today, 12)
    history = health_history(clients[5], None)
    assert [day for day, _, _ in history] == [*reversed(rebuilt), today]
    assert len(health_history(clients[0], None)) <= 13, "there is nothing before a client's first year"


def test_history_equals_what_a_run_on_that_day_says(clients: list[Account], today: date) -> None:
    update_client_figures(as_of=today, by=None)
    rebuild_history(months=2)
    then = month_ends(today, 1)[0]
    kept = {f.account_id: f.health for f in ClientFigure.objects.filter(analysis__as_of=then)}
    Invoice.objects.filter(issued_on__gt=then).delete()
    again = update_client_figures(as_of=then, by=None)
    assert {f.account_id: f.health for f in again.rows.all()} == kept


def test_the_first_nightly_run_gives_figures_a_past(clients: list[Account]) -> None:
    run_figures_update.func(analyse.func())
    (job,) = DBTaskResult.objects.filter(task_path__endswith="give_figures_a_past")
    give_figures_a_past.func()
    assert ClientFigures.objects.filter(rebuilt=False).count() == 1
    assert ClientFigures.objects.filter(rebuilt=True).count() == 12
    run_figures_update.func(analyse.func())
    assert list(DBTaskResult.objects.filter(task_path__endswith="give_figures_a_past")) == [job]


def test_nothing_recorded_has_no_past(db: None) -> None:
    assert rebuild_history() == 0


def test_the_page_adds_up(clients: list[Account], admin: User, today: date) -> None:
    update_client_figures(as_of=today - timedelta(days=8), by=None)
    update_client_figures(as_of=today, by=None)
    page = browser_of(admin).get(reverse("account-health", args=[clients[2].pk]))
    row = figure(clients[2])
    shown = [float(d.points.replace("−", "-").replace("±", "")) for d in page.context["drivers"]]
    assert sum(shown) == pytest.approx((row.health or 0) - 70, abs=0.3)
    assert sum(reason.points for reason in reasons_of(row, 0.0)) == pytest.approx((row.health or 0) - 70)
    assert page.context["since"] == today - timedelta(days=8)
    assert len(page.context["chart"]["spec"]["data"]["points"]) == 2


def test_evidence_is_one_click_away(clients: list[Account], admin: User) -> None:
    browser = browser_of(admin)
    for route in {*EVIDENCE.values(), *RHYTHM.values()}:
        assert browser.get(reverse(route, args=[clients[0].pk])).status_code == 200, route
    assert set(EVIDENCE) < {signal.name for signal in SIGNALS}


def test_it_is_set_and_taken_back_over_the_api(clients: list[Account], admin: User, today: date) -> None:
    update_client_figures(as_of=today, by=None)
    browser, until = browser_of(admin), (today + timedelta(days=9)).isoformat()
    url = f"/api/numbers/customers/{clients[0].pk}"
    body = {"health": 35, "reason": "They tender", "until": until}
    made = browser.post(f"{url}/health-overrides", body, content_type="application/json")
    assert made.status_code == 201 and made.json()["until"] == until
    row = browser.get(url).json()
    assert row["health"] == 35 and row["calculated"]["health"] != 35 and row["chance_low"] is None
    assert "35" in browser.get(reverse("account", args=[clients[0].pk])).content.decode()
    refused = browser.post(f"{url}/health-overrides", body | {"health": 0}, content_type="application/json")
    assert refused.status_code == 422 and "health" in refused.content.decode()
    assert browser.delete(f"/api/numbers/health-overrides/{made.json()['id']}").status_code == 204
    assert browser.get(url).json()["health"] == row["calculated"]["health"]


def test_past_forecasts_say_how_good_they_were_or_what_is_missing(
    clients: list[Account], admin: User, today: date
) -> None:
    browser = browser_of(admin)
    assert "Not calculated yet" in browser.get("/numbers/forecast-values").content.decode()
    run = update_client_figures(as_of=today, by=None)
    assert "fewer than ten clients" in browser.get("/numbers/forecast-values").content.decode()
    score = {
        "origin": 20, "months": 24, "clients": 12, "forecast": 200_000.0, "low": 150_000.0, "high": 260_000.0,
        "actual": 180_000.0, "held": 10, "error": 3_000.0, "plain_error": 4_000.0, "as_of": "2024-11-30",
    }  # fmt: skip
    ClientFigures.objects.filter(pk=run.pk).update(model=run.model | {"values": score})
    page = browser.get("/numbers/forecast-values").content.decode()
    assert "90%" in page and "€180k of €200k" in page and "10 of 12" in page
    assert "90%" in browser.get("/numbers/").content.decode()


def test_weights_of_one_s_own_are_compared_with_the_standard_ones(
    clients: list[Account], admin: User, today: date
) -> None:
    assert update_client_figures(as_of=today, by=None).model["contracts"]["standard_weights"] is None
    Firm.objects.update(signal_weights={"contact": 2.0})
    run = update_client_figures(as_of=today, by=None)
    half = run.model["contracts"]
    assert half["standard_weights"]["outcomes"] == half["backtest"]["outcomes"]
    for score in (half["backtest"], half["standard_weights"]):
        score["enough"] = True
    half["backtest"]["brier"], half["standard_weights"]["brier"] = 0.1, 0.12
    ClientFigures.objects.filter(pk=run.pk).update(model=run.model)
    page = browser_of(admin).get("/numbers/forecast-contracts").content.decode()
    assert "Your weights are better by 0.0200." in page


def test_old_figures_stay_for_every_day_and_their_reasons_for_every_month(clients: list[Account], today: date) -> None:
    update_client_figures(as_of=today, by=None)
    rebuild_history(months=6)
    run = ClientFigures.objects.get(as_of=month_ends(today, 5)[-1])
    middle = run.as_of - timedelta(days=9)
    update_client_figures(as_of=middle, by=None, rebuilt=True)
    before = health_history(clients[5], None)
    rows = ClientFigure.objects.exclude(contributions=[])
    kept, dropped = rows.exclude(analysis__as_of=middle).count(), rows.filter(analysis__as_of=middle).count()
    assert dropped and thin_history(today=today) == dropped
    assert rows.count() == kept and health_history(clients[5], None) == before
    assert thin_history(today=today) == 0
    row = figure(clients[5])
    found = figure_before(row, today - middle)
    assert found is not None and found.analysis.as_of < middle, "a movement needs the reasons of both days"
