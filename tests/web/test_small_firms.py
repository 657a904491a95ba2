"""Reports of a firm without figures, and of one with two clients: no dead ends, no broken charts, no "1 clients"."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from accord.accounts.models import Account
from accord.insight.actions.update_client_figures import update_client_figures
from accord.people.models import Role, User
from accord.sales.models import Agreement, Opportunity
from tests.factories import browser_of, create_user

pytestmark = pytest.mark.django_db

TODAY = date(2026, 6, 30)


@pytest.fixture
def boss() -> User:
    return create_user("Ada Boss", Role.ADMINISTRATOR)


@pytest.fixture
def two_clients() -> None:
    """One who orders projects that nobody has billed yet, and one under contract."""
    mill, brewery = (Account.objects.create(name=name, status="client", segment=name) for name in ("Mill", "Brewery"))
    for days in (700, 400, 10):
        Opportunity.objects.create(
            account=mill, name="Order", stage="won", closed_on=TODAY - timedelta(days), amount=Decimal(12000)
        )
    Agreement.objects.create(
        account=brewery, title="Care", kind="retainer", status="signed", value=Decimal(900),
        starts_on=TODAY - timedelta(500), ends_on=TODAY + timedelta(230), renews_automatically=True,
    )  # fmt: skip
    update_client_figures(as_of=TODAY, by=None)


@pytest.mark.parametrize("route", ["numbers", "retention", "explore", "explore-rfm", "explore-next"])
def test_without_figures_there_is_one_way_to_calculate_them(route: str, boss: User) -> None:
    page = browser_of(boss).get(reverse(route)).content.decode()
    assert page.count(f'action="{reverse("customer-analyses")}"') == 1
    finance = browser_of(create_user("Fin Ance", Role.FINANCE)).get(reverse(route))
    assert finance.status_code == 200
    assert reverse("customer-analyses") not in finance.content.decode()


def test_without_accounts_segments_lead_to_the_first(boss: User) -> None:
    page = browser_of(boss).get(reverse("explore-segments")).content.decode()
    assert "No accounts yet" in page
    assert f'href="{reverse("account-new")}"' in page.split('id="list"')[1]


@pytest.mark.parametrize("route", ["explore-cohorts", "explore-scatter"])
def test_a_chart_of_nothing_but_zeros_is_not_drawn(route: str, two_clients: None, boss: User) -> None:
    found = browser_of(boss).get(reverse(route))
    assert found.context["rows"]
    assert found.context["chart"] is None


def test_sentences_count_rightly(two_clients: None, boss: User) -> None:
    page = browser_of(boss).get(reverse("explore")).content.decode()
    assert "from 1 client, 80% likely" in page
    assert "No client has a health below 50." in page
