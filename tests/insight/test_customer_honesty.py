"""Figures of clients that survive a question: nothing is said that invoices cannot tell, and counts stand beside."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

import numpy as np
import pytest
from django.test import Client

from accord.accounts.models import Account
from accord.engines.customers.gamma_gamma import fit_gamma_gamma
from accord.engines.customers.intervals import ratio_of_sums, wilson
from accord.engines.customers.likelihood import NotEnoughData
from accord.engines.customers.purchase_summary import summary_of
from accord.engines.customers.signals import SIGNALS
from accord.insight.actions.update_client_figures import update_client_figures
from accord.insight.models import ClientFigure, ClientFigures
from accord.insight.reasons import components_of, strongest
from accord.money.models import Invoice
from accord.people.models import Firm, Role, User
from accord.projects.models import Project
from accord.sales.models import Agreement

TODAY = date(2026, 6, 30)


def invoice(account: Account, day: date, amount: int | Decimal, project: Project | None = None) -> None:
    Invoice.objects.create(
        account=account, project=project, number=f"{account.pk}-{Invoice.objects.count()}", issued_on=day,
        status=Invoice.Status.PAID, total=Decimal(amount),
    )  # fmt: skip


@pytest.fixture
def clients(db: None) -> dict[str, Account]:
    """Sixteen clients with a rhythm, and four of whom invoices say less than they seem to."""
    chance = Random(5)
    found = {}
    for number in range(16):
        account = found[f"regular {number}"] = Account.objects.create(name=f"Regular {number}")
        day, level = date(2024, 1, 10) + timedelta(days=number), chance.gammavariate(2, 900)
        while day < TODAY:
            invoice(account, day, max(1, round(chance.gammavariate(4, level / 4))))
            day += timedelta(days=round(20 + chance.expovariate(1 / 90)))
            if chance.random() < 0.12:
                break
    for name in ("retained", "once", "one project", "former"):
        found[name] = Account.objects.create(name=name.title())
    for month in range(24):
        invoice(found["retained"], date(2024 + (month + 6) // 12, (month + 6) % 12 + 1, 1), 3000)
        invoice(found["former"], date(2024 + month // 12, month % 12 + 1, 20), 800)
    Agreement.objects.create(
        account=found["retained"], title="Support", kind=Agreement.Kind.RETAINER, starts_on=date(2024, 7, 1),
        ends_on=date(2025, 6, 30), renews_automatically=True, value=Decimal(3000),
    )  # fmt: skip
    invoice(found["once"], date(2026, 1, 5), 37_890)
    job = Project.objects.create(account=found["one project"], name="Shop", start=datetime(2025, 1, 6, 9))
    for month in range(1, 13):
        invoice(found["one project"], date(2025, month, 28), 4000, job)
    Account.objects.filter(name="Former").update(status=Account.Status.FORMER)
    return found


def figures(as_of: date = TODAY) -> dict[str, ClientFigure]:
    analysis = update_client_figures(as_of=as_of, by=None)
    return {row.account.name: row for row in analysis.rows.select_related("account", "analysis")}


def test_a_retainer_is_judged_by_its_contract_and_one_order_ranks_nobody(clients: dict[str, Account]) -> None:
    rows = figures()
    retained, once, former = rows["Retained"], rows["Once"], rows["Former"]
    assert retained.kind == "contract"
    assert retained.lifetime_value is not None
    assert 30_000 < retained.lifetime_value < 36 * 3000
    # Six notice dates a term ahead at 15 % each: a client who may leave is not shown as one who never does.
    assert retained.chance is not None
    assert 0.05 < retained.chance < 0.3
    assert (former.state, former.chance, former.lifetime_value) == ("former", None, None)
    assert former.withheld == "This is a former client."
    values = sorted((row.lifetime_value for row in rows.values() if row.lifetime_value is not None), reverse=True)
    assert once.decisions == 1
    assert once.lifetime_value is not None
    orders = max(row.decisions for row in rows.values())
    assert once.lifetime_value < 37_890 * orders / 4  # one order is no proof that more of its size will come
    analysis = retained.analysis
    assert analysis.total_value == sum(values)
    assert analysis.valued == len(values) < analysis.customers


def test_health_is_the_churn_risk_on_another_scale_and_its_points_add_up(clients: dict[str, Account]) -> None:
    rows = [row for row in figures().values() if row.state == "active"]
    assert len(rows) > 10
    by_risk = sorted(rows, key=lambda row: row.chance or 0)
    assert [row.health for row in by_risk] == sorted((row.health for row in rows), reverse=True)
    for row in rows:
        assert row.health is not None and row.chance is not None
        assert 70 + sum(each["points"] for each in row.contributions) == pytest.approx(row.health, abs=1e-9)
        assert row.chance_low is not None and row.chance_high is not None
        assert row.chance_low <= row.chance <= row.chance_high
        assert row.chance_90 is not None and row.chance_180 is not None
        assert row.chance_90 <= row.chance_180 <= row.chance
        assert sum(components_of(row).values()) == pytest.approx(row.health - 70, abs=1e-9)
        assert strongest(row)


def test_how_things_are_billed_changes_nothing(clients: dict[str, Account]) -> None:
    """Every invoice in two halves, three days apart; a retainer billed by the quarter: not one cent, not one chance."""
    before = figures()
    for row in list(Invoice.objects.exclude(account=clients["retained"])):
        half = row.total / 2
        Invoice.objects.filter(pk=row.pk).update(total=half)
        invoice(row.account, row.issued_on, int(half) if half == int(half) else half, row.project)
    bills = list(Invoice.objects.filter(account=clients["retained"]).order_by("issued_on"))
    for quarter in range(0, len(bills), 3):
        *others, last = bills[quarter : quarter + 3]
        Invoice.objects.filter(pk=last.pk).update(total=last.total * (1 + len(others)))
        Invoice.objects.filter(pk__in=[other.pk for other in others]).delete()
    after = figures()
    for name, row in before.items():
        assert after[name].decisions == row.decisions, name
        if name != "Retained":  # when it was paid moves its margin within a year, and with it the value of the margin
            assert after[name].lifetime_value == row.lifetime_value, name
        assert after[name].chance == pytest.approx(row.chance, abs=0.02) if row.chance else after[name].chance is None


def test_the_firm_s_own_weights_change_what_a_signal_says(clients: dict[str, Account], client: Client) -> None:
    def points(rows: dict[str, ClientFigure]) -> float:
        said = (each for row in rows.values() for each in row.contributions)
        return float(sum(abs(each["points"]) for each in said if each["signal"] == "tenure"))

    before = points(figures())
    client.force_login(User.objects.create(email="a@firm.example", name="A", roles=[Role.ADMINISTRATOR], password="!"))
    page = client.get("/numbers/weights").content.decode()
    assert "Standard weight: −0.15." in page or "Standard weight: -0.15." in page
    values = {signal.name: signal.weight for signal in SIGNALS} | {"tenure": -1.5}
    form = values | {"version": Firm.current().version}
    assert client.post("/numbers/weights", form | {"tenure": 7}).status_code == 422
    assert client.post("/numbers/weights", form).status_code == 302
    assert Firm.current().signal_weights == {"tenure": -1.5}
    after = points(figures())
    assert after > 3 * before > 0


def test_pages_give_reasons_counts_and_intervals_but_no_green_churn(
    clients: dict[str, Account], client: Client
) -> None:
    rows = figures()
    analysis = rows["Retained"].analysis
    client.force_login(User.objects.create(email="ada@firm.example", name="Ada", roles=[Role.FINANCE], password="!"))
    page = client.get(f"/accounts/{clients['retained'].pk}/").content.decode()
    assert f"{rows['Retained'].chance:.1%}" in page
    for name in ("health", "numbers/churn-rate"):
        page = client.get(f"/accounts/{clients['retained'].pk}/{name}").content.decode()
        assert "The contract can be ended by" in page
        assert "Mostly expectation: there is 1 client" in page
    assert "former client" in client.get(f"/accounts/{clients['former'].pk}/numbers/lifetime-value").content.decode()
    churn = analysis.churn
    numbers = client.get("/numbers/").content.decode()
    assert f"{churn['clients_lost']} of {churn['clients_at_start']} clients lost" in numbers
    assert numbers.count("95% interval") == 3
    assert "80% likely from" in numbers
    assert f"{analysis.valued} of {analysis.customers} clients valued" in numbers
    regular = ClientFigure.objects.filter(chance__lt=0.2).exclude(account=clients["retained"]).first()
    assert regular is not None
    page = client.get(f"/accounts/{regular.account_id}/numbers/churn-rate").content.decode()
    assert "80% likely from" in page
    assert "tone-good" not in page


def test_a_gamma_gamma_at_its_boundary_is_refused() -> None:
    """Amounts without any level of their own by client: all the spread lies within clients, and q runs away."""
    source = np.random.default_rng(4)
    frequency = source.integers(2, 9, 80).astype(float)
    mean = np.array([source.uniform(50, 900, int(n)).mean() for n in frequency])
    found = fit_gamma_gamma(summary_of(frequency, frequency, frequency + 1, mean))
    assert isinstance(found, NotEnoughData)
    assert "boundary" in found.reason


def test_intervals_against_a_recomputation() -> None:
    """Wilson's limits solve (p − k/n)² = z² p(1 − p)/n; the bootstrap covers the ratio and shrinks with n."""
    for part, n in ((0, 12), (3, 40), (20, 20)):
        found = wilson(part, n)
        assert found is not None
        for limit in (found.low, found.high):
            if 0 < limit < 1:
                assert (limit - part / n) ** 2 == pytest.approx(1.959963985**2 * limit * (1 - limit) / n)
    assert wilson(0, 0) is None
    wholes = [100.0, 50.0, 80.0, 20.0, 60.0, 90.0]
    parts = [100.0, 20.0, 80.0, 0.0, 60.0, 45.0]
    few, many = ratio_of_sums(parts, wholes), ratio_of_sums(parts * 20, wholes * 20)
    assert few is not None and many is not None
    ratio = sum(parts) / sum(wholes)
    assert few.low < ratio < few.high
    assert (many.high - many.low) < (few.high - few.low) / 3
    # The usual linear approximation of a ratio estimator's error, which shares no code with drawing.
    n = 120
    error = (sum((p - ratio * w) ** 2 for p, w in zip(parts * 20, wholes * 20, strict=True)) / (n - 1) / n) ** 0.5
    spread = 2 * 1.96 * error / (sum(wholes) / 6)
    assert many.high - many.low == pytest.approx(spread, rel=0.08)
    assert ratio_of_sums([1.0], [1.0]) is None


def test_runs_keep_their_own_counts(clients: dict[str, Account]) -> None:
    update_client_figures(as_of=TODAY, by=None)
    update_client_figures(as_of=TODAY, by=None)
    assert len(set(ClientFigures.objects.values_list("valued", flat=True))) == 1
