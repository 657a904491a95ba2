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
from accord.insight.actions.update_client_figures import update_client_figures
from accord.insight.models import ClientFigure, ClientFigures
from accord.money.models import Invoice
from accord.people.models import Role, User
from accord.projects.models import Project
from accord.sales.models import Agreement

TODAY = date(2026, 6, 30)


def invoice(account: Account, day: date, amount: int, project: Project | None = None) -> None:
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


def test_what_invoices_cannot_tell_is_withheld_with_its_reason(clients: dict[str, Account]) -> None:
    analysis = update_client_figures(as_of=TODAY, by=None)
    rows = {row.account.name: row for row in ClientFigure.objects.select_related("account")}
    for name, reason in (
        ("Retained", "retainer"),
        ("Once", "Only 1 purchase decision:"),
        ("One Project", "Only 1 purchase decision:"),
        ("Former", "former client"),
    ):
        row = rows[name]
        assert reason in row.withheld
        assert (row.probability_alive, row.lifetime_value, row.expected_spend) == (None, None, None)
    valued = [row for row in rows.values() if row.lifetime_value is not None]
    assert valued
    assert all(row.decisions >= 3 and not row.withheld for row in valued)
    assert analysis.total_value == sum(row.lifetime_value for row in valued)
    assert analysis.valued == len(valued) < analysis.customers


def test_billing_in_halves_makes_no_decisions(clients: dict[str, Account]) -> None:
    """Two invoices a few days apart are one decision; so are all those of one project."""
    update_client_figures(as_of=TODAY, by=None)
    before = dict(ClientFigure.objects.values_list("account", "decisions"))
    for row in list(Invoice.objects.all()):
        Invoice.objects.filter(pk=row.pk).update(total=row.total / 2)
        invoice(row.account, row.issued_on + timedelta(days=3), int(row.total / 2), row.project)
    analysis = update_client_figures(as_of=TODAY + timedelta(days=3), by=None)
    after = dict(ClientFigure.objects.filter(analysis=analysis).values_list("account", "decisions"))
    assert after == before


def test_pages_give_reasons_counts_and_intervals_but_no_green_churn(
    clients: dict[str, Account], client: Client
) -> None:
    analysis = update_client_figures(as_of=TODAY, by=None)
    client.force_login(User.objects.create(email="ada@firm.example", name="Ada", roles=[Role.FINANCE], password="!"))
    # The account shows what it was invoiced instead; the page behind the figure says why it is not known.
    page = client.get(f"/accounts/{clients['retained'].pk}/").content.decode()
    assert "Revenue" in page
    for name in ("churn-rate", "lifetime-value"):
        assert (
            "bills automatically" in client.get(f"/accounts/{clients['retained'].pk}/numbers/{name}").content.decode()
        )
    churn = analysis.churn
    numbers = client.get("/numbers/").content.decode()
    assert f"{churn['clients_lost']} of {churn['clients_at_start']} clients lost" in numbers
    assert numbers.count("95% interval") == 3
    assert f"{analysis.valued} of {analysis.customers} clients valued" in numbers
    regular = ClientFigure.objects.filter(probability_alive__gt=0.8).first()
    assert regular is not None
    page = client.get(f"/accounts/{regular.account_id}/numbers/churn-rate").content.decode()
    assert f"from {regular.decisions} purchase decisions" in page
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
