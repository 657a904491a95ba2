"""Segments: saved conditions that filter every list, with the rights of who looks."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from accord.accounts.models import Account, Affiliation, Contact, CustomField, Tag
from accord.insight.actions.update_client_figures import update_client_figures
from accord.insight.models import ClientFigure, ClientFigures
from accord.insight.queries_segments import PAGE, in_segment, segments_of
from accord.money.models import Invoice
from accord.people.models import Role, SavedView, User
from accord.projects.models import Project
from accord.sales.models import Opportunity
from tests.factories import browser_of, create_project, create_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss() -> User:
    return create_user("Ada Boss", Role.ADMINISTRATOR)


@pytest.fixture
def clients(boss: User) -> dict[str, Account]:
    """Four clients whose figures differ, two of them of the same owner."""
    run = ClientFigures.objects.create(as_of=date(2026, 6, 30), currency="EUR", discount_rate=Decimal("0.1"))
    found = {}
    for name, health, value, risk, scores, services, owner in (
        ("Ash", 82.0, 90_000, 0.1, (5, 5), ["Audit", "Grün & Co"], boss),
        ("Birch", 41.0, 60_000, 0.4, (1, 5), ["Audit"], boss),
        ("Cedar", 38.0, 5_000, 0.45, (1, 1), [], None),
        ("Dogwood", None, None, None, (None, None), [], None),
    ):  # fmt: skip
        account = Account.objects.create(
            name=name, status="client", segment="Retail" if name < "C" else "Public", owner=owner,
            lead_source="Referral" if name == "Ash" else "",
        )  # fmt: skip
        found[name] = account
        ClientFigure.objects.create(
            analysis=run, account=account, health=health, lifetime_value=value, chance=risk, recency=scores[0],
            frequency=scores[1], services=services, kind="projects", margin_year=value,
            first_decision_on=date(2024, 5, 1), last_decision_on=date(2026, 1, 1) if name < "C" else date(2025, 1, 1),
        )  # fmt: skip
    return found


def segment(owner: User, name: str, shared: bool = False, **conditions: Any) -> SavedView:
    made: SavedView = SavedView.objects.create(
        owner=owner, page=PAGE, name=name, shared=shared, query=urlencode(sorted(conditions.items()))
    )
    return made


def names(user: User, asked: Any) -> set[str]:
    return {row.name for row in in_segment(Account.objects.visible_to(user), str(asked), user, "pk")}


CONDITIONS: list[tuple[dict[str, Any], set[str]]] = [
    ({"health_to": 50}, {"Birch", "Cedar"}),
    ({"health_to": 50, "value_from": 50_000}, {"Birch"}),
    ({"risk_from": 40}, {"Birch", "Cedar"}),
    ({"risk_from": 41, "risk_to": 45}, {"Cedar"}),
    ({"rfm": "cannot_lose"}, {"Birch"}),
    ({"recency": 5, "frequency": 5}, {"Ash"}),
    ({"service": "Audit"}, {"Ash", "Birch"}),
    ({"service": "Grün & Co"}, {"Ash"}),
    ({"service": "Aud"}, set()),
    ({"segment": "Retail"}, {"Ash", "Birch"}),
    ({"lead_source": "-"}, {"Birch", "Cedar", "Dogwood"}),
    ({"last_to": "2025-12-31"}, {"Cedar", "Dogwood"}),
    ({"margin_from": 60000, "margin_to": 60000}, {"Birch"}),
    ({"kind": "contract"}, set()),
    ({"whose": "me"}, {"Ash", "Birch"}),
    ({"q": "birch"}, {"Birch"}),
]


@pytest.mark.parametrize(("conditions", "expected"), CONDITIONS)
def test_a_segment_is_what_its_page_shows(
    conditions: dict[str, Any], expected: set[str], clients: dict[str, Account], boss: User
) -> None:
    """The builder, the segment on a list and over the API: one set."""
    made, browser = segment(boss, "Mine", **conditions), browser_of(boss)
    page = browser.get(f"{reverse(PAGE)}?{made.query}")
    assert not page.context["filter_form"].errors
    assert {row.cells[0].value for row in page.context["rows"]} == expected
    assert names(boss, made.pk) == expected
    listed = browser.get(f"{reverse('accounts')}?segment={made.pk}")
    assert {row.cells[0].value for row in listed.context["rows"]} == expected
    answer = browser.get(f"/api/accounts?segment={made.pk}").json()
    assert {item["name"] for item in answer["items"]} == expected


def test_tags_and_custom_fields_are_conditions_too(clients: dict[str, Account], boss: User) -> None:
    tag = Tag.objects.create(name="Key")
    clients["Ash"].tags.add(tag)
    CustomField.objects.create(on="account", key="seats", label="Seats", kind="number")
    CustomField.objects.create(on="account", key="plan", label="Plan", kind="choice", choices="Basic\nFull")
    Account.objects.filter(name="Birch").update(custom={"seats": 40, "plan": "Full"})
    Account.objects.filter(name="Cedar").update(custom={"seats": 4, "plan": "Full"})
    assert names(boss, segment(boss, "tagged", tag=tag.pk).pk) == {"Ash"}
    assert names(boss, segment(boss, "large", **{"custom_seats-from": 10}).pk) == {"Birch"}
    assert names(boss, segment(boss, "full", custom_plan="Full", health_to=40).pk) == {"Cedar"}
    gone = segment(boss, "gone", tag=999)
    assert names(boss, gone.pk) == set(), "what can't be read finds nobody, not everybody"
    assert names(boss, segment(boss, "odd", health_to="much").pk) == set()


def test_a_shared_segment_shows_nobody_more_than_before(clients: dict[str, Account], boss: User) -> None:
    """An account manager sees their own clients; one without money sees neither figures nor who has them."""
    manager, member = create_user("Mia Manager"), create_user("Max Member", Role.MEMBER)
    Account.objects.filter(name="Birch").update(owner=manager)
    Account.objects.filter(name="Cedar").first().members.create(user=member)  # type: ignore[union-attr]
    figures = segment(boss, "Endangered", shared=True, health_to=50)
    plain = segment(boss, "Public clients", shared=True, segment="Public")
    private = segment(boss, "Private", segment="Retail")
    assert names(boss, figures.pk) == {"Birch", "Cedar"}
    assert names(manager, figures.pk) == {"Birch"}
    assert [row.name for row in segments_of(manager)] == ["Endangered", "Public clients"]
    assert [row.name for row in segments_of(member)] == ["Public clients"], "none that asks for figures"
    assert names(member, plain.pk) == {"Cedar"}
    assert names(member, figures.pk) == set(), "its id is no segment for who may not use it"
    assert names(manager, private.pk) == set()
    browser = browser_of(member)
    assert browser.get(f"/api/accounts?segment={figures.pk}").json()["items"] == []
    assert browser.get(f"{reverse('accounts')}?segment={figures.pk}").context["filter_form"].errors
    assert browser.get(reverse(PAGE)).status_code == 403
    assert [item["name"] for item in browser.get("/api/numbers/segments").json()["items"]] == ["Public clients"]


def test_me_in_a_shared_segment_is_who_looks(clients: dict[str, Account], boss: User) -> None:
    other = create_user("Olaf Other", Role.ADMINISTRATOR)
    Account.objects.filter(name="Cedar").update(owner=other)
    mine = segment(boss, "My clients", shared=True, whose="me")
    assert (names(boss, mine.pk), names(other, mine.pk)) == ({"Ash", "Birch"}, {"Cedar"})


def test_every_list_of_clients_work_is_filtered(clients: dict[str, Account], boss: User) -> None:
    made, browser = segment(boss, "Endangered", health_to=50, value_from=10_000), browser_of(boss)
    for account in clients.values():
        contact = Contact.objects.create(name=f"Person at {account.name}")
        Affiliation.objects.create(account=account, contact=contact)
        Opportunity.objects.create(account=account, name=f"Sale to {account.name}", stage="proposal")
        create_project(f"Work for {account.name}", account=account)
        Invoice.objects.create(account=account, number=account.name, issued_on=date(2026, 1, 1), status="sent", total=1)
    for route, shown in (
        ("contacts", "Person at Birch"), ("opportunities", "Sale to Birch"), ("projects", "Work for Birch"),
        ("invoices", "Birch"),
    ):  # fmt: skip
        page = browser.get(f"{reverse(route)}?segment={made.pk}")
        assert [str(row.cells[0].value) for row in page.context["rows"]] == [shown], route
    for address in ("/api/projects", "/api/money/invoices", "/api/numbers/customers"):
        answer = browser.get(f"{address}?segment={made.pk}").json()
        assert answer["count"] == 1, address
    assert Project.objects.count() == 4


@pytest.mark.parametrize(
    "route", ["explore-rfm", "explore-cohorts", "explore-concentration", "explore-scatter", "explore-groups"]
)
def test_explore_is_filtered_by_segment(route: str, clients: dict[str, Account], boss: User) -> None:
    made = segment(boss, "Endangered", health_to=50)
    page = browser_of(boss).get(f"{reverse(route)}?segment={made.pk}")
    assert page.status_code == 200
    text = page.content.decode()
    assert "Ash" not in text.split('id="list"')[1]
    if route in ("explore-concentration", "explore-scatter"):
        assert {row.cells[0].value for row in page.context["rows"]} == {"Birch", "Cedar"}


def test_saving_makes_a_segment(clients: dict[str, Account], boss: User) -> None:
    browser = browser_of(boss)
    page = browser.get(f"{reverse(PAGE)}?health_to=50")
    assert "Save as segment" in page.content.decode()
    assert "2 accounts meet the conditions" in page.content.decode()
    form = browser.get(page.context["save_view_url"])
    assert "Save segment" in form.content.decode()
    told = browser.post(page.context["save_view_url"], {"name": "Endangered", "shared": "on"}, follow=True)
    assert "Segment saved." in told.content.decode()
    made = SavedView.objects.get()
    assert (made.page, made.query, made.shared) == (PAGE, "health_to=50", True)
    listed = browser.get(reverse("accounts")).content.decode()
    assert f'value="{made.pk}"' in listed
    assert "Saved segments" in listed
    deleted = browser.post(reverse("saved-view-removal", args=[made.pk]), follow=True)
    assert "Segment deleted." in deleted.content.decode()
    assert not SavedView.objects.exists()


def test_files_of_explore_hold_no_formulas(clients: dict[str, Account], boss: User, client: Client) -> None:
    Account.objects.filter(name="Ash").update(name="=1+1", segment="@cmd")
    browser = browser_of(boss)
    for route in ("explore-concentration", "explore-scatter", "explore-groups"):
        text = browser.get(f"{reverse(route)}?export=csv").content.decode("utf-8-sig")
        cells = [cell for line in text.splitlines()[1:] for cell in line.split(",")]
        assert cells
        assert not [cell for cell in cells if cell[:1] in "=@+"], route
        assert browser.get(f"{reverse(route)}?export=xlsx").status_code == 200
        assert browser.get(f"{reverse(route)}?export=exe").status_code == 404
    assert "'=1+1" in browser.get(f"{reverse('explore-concentration')}?export=csv").content.decode("utf-8-sig")


PAGES = (
    "explore", "explore-rfm", "explore-cohorts", "explore-concentration", "explore-scatter", "explore-groups",
    "explore-changes", "explore-next", "explore-segments",
)  # fmt: skip


@pytest.mark.parametrize("route", PAGES)
def test_an_empty_firm_is_told_what_belongs_here(route: str, boss: User) -> None:
    browser = browser_of(boss)
    page = browser.get(reverse(route))
    assert page.status_code == 200
    text = page.content.decode()
    assert "No accounts yet" in text if route == "explore-segments" else "No client figures yet" in text
    update_client_figures(as_of=date(2026, 6, 30), by=None)
    again = browser.get(reverse(route))
    assert again.status_code == 200
    assert "chart-host" not in again.content.decode()


@pytest.mark.parametrize("query", ["segment=999", "kind=x", "whose=0", "measure=x", "by=x", "period=x", "health_to=x"])
def test_an_unknown_filter_shows_nothing_and_no_fault(query: str, clients: dict[str, Account], boss: User) -> None:
    browser = browser_of(boss)
    for route in PAGES[1:]:
        page = browser.get(f"{reverse(route)}?{query}")
        assert page.status_code == 200, route
        name = query.partition("=")[0]
        if name in page.context["filter_form"].fields:
            assert page.context["filter_form"].errors, route
            assert not page.context.get("rows"), route
