"""Renewals: only what renews, valued by its term, with totals; what is won is not weighed any more."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from accord.accounts.models import Account
from accord.people.models import Role, User
from accord.rates.models import ExchangeRate
from accord.sales.models import Agreement, Opportunity
from accord.sales.queries import renewals_due
from tests.factories import browser_of

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()


@pytest.fixture
def account() -> Account:
    return Account.objects.create(name="Client")


def agreement(account: Account, title: str, kind: str, **more: object) -> Agreement:
    values = {"starts_on": TODAY - timedelta(days=300), "ends_on": TODAY + timedelta(days=40), "value": Decimal(100)}
    return Agreement.objects.create(account=account, title=title, kind=kind, **(values | more))


def test_one_off_work_is_not_renewed(account: Account) -> None:
    boss = User.objects.create(email="b@firm.test", name="Boss", roles=[Role.ADMINISTRATOR])
    shop = agreement(account, "Shop", "fixed_price")
    frame = agreement(account, "Frame contract", "time_and_material", renews_automatically=True)
    care = agreement(account, "Care", "retainer")
    assert set(renewals_due(boss, TODAY)) == {frame, care}
    assert not shop.is_renewable(TODAY)
    client = browser_of(boss)
    page = client.get("/renewals/").content.decode()
    assert "Care" in page and "Frame contract" in page and ">Shop<" not in page


def test_a_retainer_is_worth_its_term(account: Account) -> None:
    row = Agreement(
        account=account, title="Care", kind="retainer", value=Decimal("1000"), uplift_percent=Decimal(5),
        starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31), renewal_status="likely",
    )  # fmt: skip
    assert (row.term_value, row.renewal_value, row.renewal_forecast) == (12_000, 12_600, 9_450)
    assert row.renewed().value == 1_050  # a month, as it is agreed
    row.ends_on = None
    assert row.term_value == 12_000
    row.kind = "subscription"
    assert row.term_value == 1_000


def test_renewals_are_added_up_in_one_currency(account: Account) -> None:
    ExchangeRate.objects.create(currency="GBP", starts_on=date(2020, 1, 1), rate=Decimal("1.20"))
    agreement(account, "Euros", "subscription", renewal_status="sure")
    agreement(account, "Pounds", "subscription", currency="GBP", renewal_status="sure")
    agreement(account, "Francs", "subscription", currency="CHF", renewal_status="sure")
    agreement(account, "Unpriced", "subscription", value=None)
    client = browser_of(User.objects.create(email="b@firm.test", name="Boss", roles=[Role.ADMINISTRATOR]))
    term, forecast = client.get("/renewals/").context["numbers"]
    assert (term.value, forecast.value) == ("€220.00", "€209.00")
    assert "3 of 4 agreements have a value" in term.caption
    assert "CHF\N{NO-BREAK SPACE}100.00" in term.caption
    (only,) = {n.value for n in client.get("/renewals/?q=Euros").context["numbers"][:1]}
    assert only == "€100.00"


def test_what_is_decided_is_not_weighted(account: Account) -> None:
    open_ = Opportunity(account=account, name="Shop", amount=Decimal(1000), probability=30, stage="proposal")
    assert open_.weighted == 300
    for stage in Opportunity.CLOSED:
        assert (
            Opportunity(account=account, name="x", amount=Decimal(1000), probability=100, stage=stage).weighted is None
        )


def test_terms_of_a_chain_come_back_to_the_day_that_was_agreed(account: Account) -> None:
    first = Agreement.objects.create(
        account=account, title="Care", kind="retainer", status="signed", starts_on=date(2025, 12, 31),
        ends_on=date(2026, 1, 30), notice_on=date(2025, 12, 31),
    )  # fmt: skip
    ends = []
    row = first
    for _ in range(3):
        row = row.renewed()
        row.status = "signed"
        row.save()
        ends.append(row.ends_on)
    assert ends == [date(2026, 2, 28), date(2026, 3, 30), date(2026, 4, 30)]
