"""Keys and links end: none without a last day, none beyond the longest time that its kind may last."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from accord.accounts.actions.share_with_client import share_with_client
from accord.accounts.models import Account, Affiliation, ClientLink, Contact
from accord.core.expiry import check_expiry
from accord.core.tokens import digest
from accord.correspondence.models import CalendarFeed
from accord.people.actions.make_key import make_key
from accord.people.models import ApiToken, Role, User
from accord.sales.models import Quote
from tests.factories import browser_of
from tests.web.confirmed import confirmed

pytestmark = pytest.mark.django_db


def in_days(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


@pytest.fixture
def user() -> User:
    return User.objects.create_user("am@firm.test", "a-long-password", name="Am", roles=[Role.ACCOUNT_MANAGER])


@pytest.fixture
def place(user: User) -> Affiliation:
    account = Account.objects.create(name="Brewery", owner=user)
    return Affiliation.objects.create(account=account, contact=Contact.objects.create(name="Conny"))


def test_the_bounds() -> None:
    assert check_expiry(in_days(0), 30) == in_days(0)
    assert check_expiry(in_days(30), 30) == in_days(30)
    for day in (None, in_days(-1), in_days(31)):
        with pytest.raises(ValidationError):
            check_expiry(day, 30)


@pytest.mark.parametrize("days", [None, -1, 366, 2_000_000])
def test_no_key_without_an_end(user: User, days: int | None) -> None:
    day = None if days is None else in_days(days)
    with pytest.raises(ValidationError):
        make_key(user=user, name="clock", expires_on=day, by=user)
    client = browser_of(user)
    answer = client.post("/profile/keys/new", {"name": "clock", "expires_on": day or ""})
    assert answer.status_code == 422
    assert not ApiToken.objects.exists()


def test_the_form_suggests_an_end_and_takes_the_longest(user: User) -> None:
    client = confirmed(Client(), user)
    assert f'value="{in_days(90)}"' in client.get("/profile/keys/new").content.decode()
    assert client.post("/profile/keys/new", {"name": "clock", "expires_on": in_days(365)}).status_code == 200
    assert ApiToken.objects.get().expires_on == in_days(365)


@pytest.mark.parametrize("days", [-1, 366])
def test_no_client_link_beyond_a_year(user: User, place: Affiliation, days: int) -> None:
    with pytest.raises(ValidationError):
        share_with_client(account=place.account, contact=place.contact, by=user, expires_on=in_days(days))
    client = browser_of(user)
    answer = client.post(f"/affiliations/{place.pk}/links/new", {"expires_on": in_days(days)})
    assert answer.status_code == 422
    assert not ClientLink.objects.exists()


def test_a_calendar_s_address_ends_after_a_year(user: User) -> None:
    client = browser_of(user)
    client.post("/profile/calendar-feed")
    feed = CalendarFeed.objects.get()
    assert feed.expires_on == in_days(365)
    CalendarFeed.objects.update(hash=digest("secret"))
    assert CalendarFeed.of_secret("secret") is not None
    CalendarFeed.objects.update(expires_on=in_days(-1))
    assert CalendarFeed.of_secret("secret") is None


def test_a_quote_s_address_ends_a_year_after_it_was_sent(user: User, place: Affiliation) -> None:
    sent: dict[str, Any] = {"hash": digest("secret"), "status": Quote.Status.SENT}
    Quote.objects.create(account=place.account, number="Q-1", title="Beer", sent_at=timezone.now(), **sent)
    assert Quote.of_secret("secret") is not None
    Quote.objects.update(sent_at=timezone.now() - timedelta(days=366))
    assert Quote.of_secret("secret") is None
