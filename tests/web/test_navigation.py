"""The navigation, the "+" and what was viewed last: for each role what it may do, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from accord.accounts.models import Account, AccountMember
from accord.accounts.queries import changeable_accounts, reaches_accounts
from accord.core.access import Permission, can
from accord.people.models import Person, Role, User
from accord.web.shell.creations import creations
from accord.web.shell.navigation import beside, entries, navigation
from accord.web.shell.sign_in_backend import WithUnreadNotices
from tests.factories import browser_of
from tests.world import World

pytestmark = pytest.mark.django_db


def person(*roles: Role) -> User:
    name = " ".join(roles)
    return User.objects.create(email=f"{name.replace(' ', '.')}@firm.test", name=name, roles=list(roles), password="!")


def labels(user: User, path: str = "/") -> dict[str, list[str]]:
    return {
        "foot" if group.foot else group.label: [link.label for link in group.links] for group in navigation(user, path)
    }


def opened(user: User, path: str) -> str:
    return next((link.label for group in navigation(user, path) for link in group.links if link.active), "")


def test_an_account_manager_finds_every_list_without_hunting() -> None:
    found = labels(person(Role.ACCOUNT_MANAGER))
    assert found["Clients"] == ["Accounts", "Opportunities", "Renewals", "Requests"]
    assert found["Delivery"][0] == "Projects"
    assert "Timesheets" in found["Delivery"]
    assert found["Firm"] == ["People", "Money", "Reports"]


def test_a_member_sees_fewer_entries_and_no_other_names() -> None:
    member, boss = labels(person(Role.MEMBER)), labels(person(Role.ADMINISTRATOR))
    assert member["Clients"] == ["Accounts", "Requests"]
    assert member["Firm"] == ["People"]
    assert all(set(links) <= set(boss[group]) for group, links in member.items())


def test_each_entry_has_a_key_of_its_own() -> None:
    keys = [entry.key for entry in entries()]
    assert len(keys) == len(set(keys))
    assert "j" not in keys and "g" not in keys


@pytest.mark.parametrize(
    ("path", "entry"),
    [
        ("/", "Home"),
        ("/accounts/7/opportunities", "Accounts"),
        ("/contacts/3/", "Accounts"),
        ("/opportunities/stages", "Opportunities"),
        ("/quotes/1/", "Opportunities"),
        ("/agreements/1/", "Renewals"),
        ("/service-levels/", "Requests"),
        ("/risks/4/", "Projects"),
        ("/time/", "Timesheets"),
        ("/money/exchange-rates", "Money"),
        ("/settings/fields/", "Settings"),
        ("/nowhere", ""),
    ],
)
def test_the_open_entry_is_the_one_that_the_page_belongs_to(path: str, entry: str) -> None:
    assert opened(person(Role.ADMINISTRATOR), path) == entry


def test_sections_are_shown_under_the_open_entry_only() -> None:
    boss = person(Role.ADMINISTRATOR)
    shown = [link for group in navigation(boss, "/topics/") for link in group.links if link.sections]
    assert [link.label for link in shown] == ["Requests"]
    assert [section.label for section in shown[0].sections if section.active] == ["Voice of the customer"]
    assert [tab.label for tab in beside(navigation(boss, "/topics/"))] == [
        "Requests", "Service levels", "Voice of the customer",
    ]  # fmt: skip
    assert beside(navigation(boss, "/requests/1/")) == []


def test_the_plus_offers_only_what_the_person_may_do() -> None:
    boss, stranger = person(Role.ADMINISTRATOR), person(Role.MEMBER)
    account = Account.objects.create(name="Ours", owner=boss)
    assert [action.label for action in creations(boss)] == [
        "New account", "New contact", "New opportunity", "New request", "New project", "Log interaction",
    ]  # fmt: skip
    assert creations(stranger) == []
    AccountMember.objects.create(account=account, user=stranger)
    Person.objects.create(name="Stranger", user=stranger)
    assert [action.label for action in creations(stranger)] == [
        "New request",
        "Log time",
        "New expense",
        "Log interaction",
    ]


def test_the_plus_costs_one_query(django_assert_num_queries: Any) -> None:
    user = person(Role.PROJECT_MANAGER)
    with django_assert_num_queries(1):
        creations(user)


def test_what_one_reaches_comes_with_the_user_of_a_request(
    world: tuple[World, dict[str, Any]], django_assert_num_queries: Any
) -> None:
    """And says what the rules about accounts say, for everybody, also once a side or all of it is archived."""
    firm, _ = world
    users = [*firm.ours.users.values(), *firm.theirs.users.values(), firm.administrator, person(Role.ACCOUNT_MANAGER)]
    for archived in ([], [firm.ours.account.pk], list(Account.objects.values_list("pk", flat=True))):
        Account.objects.filter(pk__in=archived).update(archived_at=timezone.now())
        for user in users:
            there = Account.objects.filter(archived_at=None)
            sees = there.visible_to(user).exists(), changeable_accounts(user).exists()
            fetched = WithUnreadNotices().get_user(user.pk)
            assert fetched is not None
            assert reaches_accounts(fetched) == sees, (user, archived)
            with django_assert_num_queries(0):
                creations(fetched)


def test_what_one_may_change_is_one_query_and_one_rule(world: tuple[World, dict[str, Any]]) -> None:
    firm, _ = world
    for side in (firm.ours, firm.theirs):
        for user in [*side.users.values(), firm.administrator]:
            allowed = {row.pk for row in Account.objects.all() if can(user, Permission.CHANGE, row)}
            assert set(changeable_accounts(user).values_list("pk", flat=True)) == allowed, user


def test_from_anywhere_one_chooses_the_account_first() -> None:
    boss = person(Role.ACCOUNT_MANAGER)
    mine, other = Account.objects.create(name="Mine", owner=boss), Account.objects.create(name="Other firm")
    client = browser_of(boss)
    url = reverse("new-for-account", args=["opportunity"])
    text = client.get(url).content.decode()
    assert "Mine" in text and "Other firm" not in text
    assert client.get(url, {"account": mine.pk})["Location"] == reverse("opportunity-new", args=[mine.pk])
    assert client.get(url, {"account": other.pk}).status_code == 422
    assert client.get(url, {"account": ""}).status_code == 422
    assert client.get(reverse("new-for-account", args=["nonsense"])).status_code == 404
    page = client.get(reverse("account-timeline", args=[mine.pk])).content.decode()
    assert f"{url}?account={mine.pk}" in page


def test_records_viewed_last_have_the_names_of_today_and_hide_what_one_may_no_longer_see() -> None:
    member = person(Role.MEMBER)
    seen, hidden = Account.objects.create(name="Old name"), Account.objects.create(name="Hidden")
    AccountMember.objects.create(account=seen, user=member)
    Account.objects.filter(pk=seen.pk).update(name="New name")
    client = browser_of(member)
    viewed = [f"/accounts/{hidden.pk}/", f"/accounts/{seen.pk}/", "/settings/", "//evil.test/", "/accounts/999/", "x"]
    answer = client.get(reverse("palette"), {"viewed": viewed}).json()
    assert [(item["label"], item["url"]) for item in answer["recent"]] == [("New name", f"/accounts/{seen.pk}/")]
    assert answer["groups"][0]["label"] == "Recently viewed"


def test_an_account_has_seven_tabs_and_a_member_without_amounts_five() -> None:
    boss, member = person(Role.ADMINISTRATOR), person(Role.MEMBER)
    account = Account.objects.create(name="Ours", owner=boss)
    AccountMember.objects.create(account=account, user=member)
    names = ["Overview", "Health", "Conversations", "People", "Delivery", "Commercial", "Account plan"]
    amounts = {"Health", "Commercial"}
    for user, expected in ((boss, names), (member, [name for name in names if name not in amounts])):
        client = browser_of(user)
        context = client.get(reverse("account-people", args=[account.pk])).context
        assert [tab.label for tab in context["tabs"]] == expected
        assert [tab.label for tab in context["tabs"] if tab.active] == ["People"]
        assert [(tab.label, tab.active) for tab in context["sub_tabs"]] == [
            ("Contacts", False), ("Org chart", True), ("Satisfaction", False),
        ]  # fmt: skip
