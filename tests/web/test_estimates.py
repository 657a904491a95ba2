"""Estimates are shown in thousands: cents would promise what no forecast knows. Files and the API have them exactly."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from accord.accounts.models import Account
from accord.insight.models import ClientFigure, ClientFigures
from accord.people.models import Role, User
from accord.support.models import Request, Topic
from tests.factories import browser_of, create_user

pytestmark = pytest.mark.django_db

VALUE = Decimal("133456.78")
PAGES = [
    "numbers",
    "accounts",
    "explore-segments",
    "explore-groups",
    "explore-rfm",
    "explore-scatter",
    "explore-changes",
    "topics",
]


@pytest.fixture
def boss() -> User:
    return create_user("Ada Boss", Role.ADMINISTRATOR)


@pytest.fixture
def client_account(boss: User) -> Account:
    """A client whose lifetime value went up from nothing, in a group of companies, asking for something."""
    account = Account.objects.create(name="Ash", status="client", segment="Retail", owner=boss)
    Account.objects.create(name="Ash South", status="client", parent=account)
    topic = Topic.objects.create(name="Exports")
    Request.objects.create(account=account, title="Export", topic=topic)
    for day in (date(2026, 5, 30), date(2026, 6, 30)):
        run = ClientFigures.objects.create(
            as_of=day, currency="EUR", discount_rate=Decimal("0.1"), customers=1, valued=1, total_value=VALUE,
            total_low=Decimal("100765.43"), total_high=Decimal("170987.65"),
        )  # fmt: skip
        ClientFigure.objects.create(
            analysis=run, account=account, health=70, lifetime_value=VALUE if day.month == 6 else 1, value_spread=1000,
            value_low=Decimal("100765.43"), value_high=Decimal("170987.65"), chance=0.1, recency=5, frequency=5,
            kind="projects", margin_year=900, margin_so_far=900, first_decision_on=date(2024, 5, 1),
        )  # fmt: skip
    return account


def assert_rounded(page: str) -> None:
    assert "€133k" in page
    for exact in ("133,45", "100,76", "170,98"):
        assert exact not in page


@pytest.mark.parametrize("route", PAGES)
def test_pages_show_thousands(route: str, client_account: Account, boss: User) -> None:
    assert_rounded(browser_of(boss).get(reverse(route)).content.decode())


@pytest.mark.parametrize("route", ["account", "account-group", "account-health"])
def test_so_do_the_pages_of_an_account(route: str, client_account: Account, boss: User) -> None:
    assert_rounded(browser_of(boss).get(reverse(route, args=[client_account.pk])).content.decode())


def test_the_figure_s_own_page_shows_thousands_with_its_interval(client_account: Account, boss: User) -> None:
    page = browser_of(boss).get(reverse("firm-number", args=["lifetime-value"])).content.decode()
    assert_rounded(page)
    assert "80% likely from €101k to €171k" in page


@pytest.mark.parametrize("route", ["accounts", "explore-segments", "explore-groups", "topics"])
def test_files_have_the_exact_figure(route: str, client_account: Account, boss: User) -> None:
    text = browser_of(boss).get(f"{reverse(route)}?export=csv").content.decode()
    assert "133456.78" in text
    assert "€133k" not in text


def test_the_api_has_the_exact_figure(client_account: Account, boss: User) -> None:
    row = browser_of(boss).get("/api/numbers/customers").json()["items"][0]
    assert (row["lifetime_value"], row["value_low"]) == ("133456.78", "100765.43")
