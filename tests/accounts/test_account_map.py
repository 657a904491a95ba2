"""Towns are found by what people call them; the map shows the accounts of the list, and says which it cannot."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accord.accounts.models import Account, AccountMember
from accord.accounts.places import find_towns, folded
from accord.people.models import Role, User
from tests.factories import browser_of


def test_names_are_compared_by_their_letters() -> None:
    assert folded("  Łódź ") == "lodz"
    assert folded("St. Gallen") == folded("ST GALLEN") == "st gallen"
    assert folded("Weißenburg") == "weissenburg"
    assert folded("東京") == "東京"


@pytest.mark.parametrize(
    ("city", "country", "north", "east"),
    [
        ("München", "Deutschland", 48.1, 11.6), ("Muenchen", "DE", 48.1, 11.6),
        ("Monaco di Baviera", "Germania", 48.1, 11.6),
        ("D-80331 Munich", "DEU", 48.1, 11.6), ("Wien", "Österreich", 48.2, 16.4), ("Den Haag", "Nederland", 52.1, 4.3),
        ("Milwaukee, WI", "United States", 43.0, -87.9), ("Paris, TX", "USA", 33.7, -95.6), ("Paris", "", 48.9, 2.3),
        ("Biel/Bienne", "Switzerland", 47.1, 7.2), ("København K", "Danmark", 55.7, 12.6),
        ("Dublin 4", "Ireland", 53.3, -6.2),
        ("New York", "United States of America", 40.7, -74.0), ("Kempten (Allgäu)", "Germany", 47.7, 10.3),
    ],
)  # fmt: skip
def test_a_town_is_found_as_people_write_it(city: str, country: str, north: float, east: float) -> None:
    spot = find_towns([(city, country)])[city, country]
    assert (spot.latitude, spot.longitude) == pytest.approx((north, east), abs=0.06)


@pytest.mark.parametrize(
    ("city", "country"),
    [("", "Germany"), ("Nowhere upon Thames", "United Kingdom"), ("Hamburg", "Narnia"), ("Springfield", ""), ("?", "")],
)
def test_what_is_not_known_or_could_be_several_is_not_guessed(city: str, country: str) -> None:
    assert find_towns([(city, country)]) == {}


@pytest.fixture
def client(owner: User) -> Client:
    return browser_of(owner)


def drawn(page: str) -> list[dict[str, Any]]:
    """The points of the chart on the page."""
    found = re.search(r'data-chart="account-map" data-drawing="([^"]*)"', page)
    assert found
    points: list[dict[str, Any]] = json.loads(unescape(found[1]))["data"]["towns"]
    return points


def test_accounts_stand_at_their_towns_however_those_are_spelt(owner: User, client: Client) -> None:
    for name, city, country, status in (
        ("Brewery", "München", "Germany", "client"), ("Dairy", "Munich", "DE", "prospect"),
        ("Mill", "Graz", "Austria", "former"), ("Nameless", "", "", "client"), ("Lost", "Nowhere", "Austria", "client"),
    ):  # fmt: skip
        Account.objects.create(name=name, owner=owner, city=city, country=country, status=status)
    Account.objects.create(name="Elsewhere", city="Berlin", country="Germany")
    url = reverse("accounts") + "?show=map"
    page = client.get(url).content.decode()
    points = drawn(page)
    assert [(p["n"], p["what"]) for p in points] == [(2, "Clients"), (1, "Former clients")]
    assert points[0]["tip"]["Accounts"] == "1 client, 1 prospect"
    assert points[1]["url"] == reverse("account", args=[Account.objects.get(name="Mill").pk])
    assert "Berlin" not in page
    assert "Not on the map" in page
    assert all(f">{name}</a>" in page for name in ("Nameless", "Lost"))
    assert "No city" in page
    filtered = client.get(url + "&status=former&country=Austria").content.decode()
    assert [p["n"] for p in drawn(filtered)] == [1]
    assert "Not on the map" not in filtered
    assert "No matching accounts" in client.get(url + "&q=nothing").content.decode()


def test_the_list_behind_a_town_holds_its_accounts(owner: User, client: Client) -> None:
    for name in ("Brewery", "Dairy"):
        Account.objects.create(name=name, owner=owner, city="Graz", country="Austria", status="client")
    Account.objects.create(name="Mill", owner=owner, city="Linz", country="Austria", status="client")
    (pair, _) = drawn(client.get(reverse("accounts") + "?show=map&status=client").content.decode())
    listed = client.get(pair["url"]).content.decode()
    assert ("Brewery" in listed, "Dairy" in listed, "Mill" in listed) == (True, True, False)
    assert "status=client" in pair["url"]


def test_the_map_asks_no_more_for_more_accounts(owner: User, client: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.get(reverse("accounts") + "?show=map").status_code == 200
        return len(asked)

    towns = [("Graz", "Austria"), ("", ""), ("Nowhere", "Austria"), ("Linz", "Austria"), ("Lyon", "France")]
    Account.objects.bulk_create(Account(name=f"a{n}", owner=owner, city=c, country=k) for n, (c, k) in enumerate(towns))
    queries()  # makes the firm
    queries()  # what is remembered for half a minute is asked for once
    few = min(queries(), queries())  # now and then a session notes its use
    Account.objects.bulk_create(
        Account(name=f"b{n}", owner=owner, city=c, country=k) for n, (c, k) in enumerate(towns * 20)
    )
    assert queries() == few <= 14


def test_only_who_may_change_is_led_to_the_form(owner: User, client: Client) -> None:
    row = Account.objects.create(name="Brewery", owner=owner, city="", country="")
    reader = User.objects.create(email="r@firm.test", name="Rita", roles=[Role.MEMBER])
    AccountMember.objects.create(account=row, user=reader)
    url, edit = reverse("accounts") + "?show=map", reverse("account-edit", args=[row.pk])
    assert edit in client.get(url).content.decode()
    client.force_login(reader)
    page = client.get(url).content.decode()
    assert edit not in page
    assert reverse("account", args=[row.pk]) in page
