"""One way in for accounts: by page, API and import their creator sees them, and who keeps them is checked and told."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accord.accounts.actions.merge_records import merge_records, undo_merge
from accord.accounts.models import Account, AccountMember, Affiliation, Contact
from accord.conversations.models import Notification
from accord.core import editing
from accord.core.references import page_of
from accord.core.subscribers import unit_of_work
from accord.exchange.actions.undo import undo
from accord.people.models import Firm, Role, User
from accord.projects.models import Project, ProjectMember
from tests.exchange.importing import bring, uploads, user
from tests.factories import browser_of

__all__ = ["uploads"]


@pytest.fixture
def opener(db: None, uploads: Any) -> User:
    Firm.current()
    return user(Role.ACCOUNT_MANAGER, name="Olga Owner")


@pytest.fixture
def keeper(opener: User) -> User:
    return user(Role.ACCOUNT_MANAGER, name="Kim Keeper")


def by_page(by: User, keeper: User) -> None:
    values = {"name": "Brewery", "status": "client", "currency": "EUR", "owner": keeper.pk, "tag_names": ""}
    browser_of(by).post(reverse("account-new"), values)


def by_import(by: User, keeper: User) -> Any:
    return bring("accounts", f"Name,Account manager\nBrewery,{keeper.email}\n", by)


@pytest.mark.parametrize("way", [by_page, by_import])
def test_whoever_opens_an_account_for_a_colleague_sees_it(opener: User, keeper: User, way: Any) -> None:
    run = way(opener, keeper)
    account = Account.objects.get()
    assert account.owner == keeper
    assert Account.objects.visible_to(opener).exists()
    [notice] = Notification.objects.all()
    assert (notice.user, page_of(notice)) == (keeper, reverse("account", args=[account.pk]))
    assert notice.text == "Olga Owner assigned you as account manager of Brewery"
    if run is not None:
        undo(run=run, by=opener, now=True)
        assert not Account.objects.exists()


def test_an_import_of_many_accounts_tells_each_account_manager_once(opener: User, keeper: User) -> None:
    lines = "\n".join(f"Client {n},{keeper.email}" for n in range(3))
    bring("accounts", f"Name,Account manager\n{lines}\n", opener)
    assert [n.text for n in Notification.objects.all()] == ["Olga Owner assigned you as account manager of 3 accounts"]
    bring("accounts", f"Name,Account manager\n{lines}\n", opener)
    assert Notification.objects.count() == 1, "nothing new, nothing to tell"


def change_by_page(client: Client, account: Account, to: User) -> None:
    values = {"name": account.name, "status": "client", "currency": "EUR", "owner": to.pk, "tag_names": ""}
    client.post(reverse("account-edit", args=[account.pk]), values | {"version": account.version})


def change_by_api(client: Client, account: Account, to: User) -> None:
    body = json.dumps({"version": account.version, "owner": to.pk})
    client.patch(f"/api/accounts/{account.pk}", body, content_type="application/json")


def change_in_bulk(client: Client, account: Account, to: User) -> None:
    client.post(reverse("accounts-bulk"), {"ids": account.pk, "apply": "1", "owner": to.pk})


def change_by_import(client: Client, account: Account, to: User) -> None:
    boss = User.objects.get(name="Ada")
    bring("accounts", f"Name,Account manager\n{account.name},{to.email}\n", boss)


CHANGES = [change_by_page, change_by_api, change_in_bulk, change_by_import]


@pytest.mark.parametrize("way", CHANGES)
def test_whichever_way_an_account_manager_is_named_the_same_follows(opener: User, keeper: User, way: Any) -> None:
    boss, member = user(Role.ADMINISTRATOR, name="Ada"), user(Role.MEMBER, name="Mo")
    account = Account.objects.create(name="Brewery", owner=opener, status="client")
    way(browser_of(boss), account, member)
    assert Account.objects.get().owner == opener, "who can't keep accounts is refused"
    way(browser_of(boss), account, keeper)
    assert Account.objects.get().owner == keeper
    assert [n.text for n in Notification.objects.all()] == ["Ada assigned you as account manager of Brewery"]
    assert not Account.objects.visible_to(opener).exists(), "who hands over and has nothing to do there is out"


@pytest.mark.parametrize("way", CHANGES)
@pytest.mark.parametrize("works_as", ["manager", "member"])
def test_who_hands_over_and_works_there_goes_on_seeing_the_client(
    opener: User, keeper: User, way: Any, works_as: str
) -> None:
    boss = user(Role.ADMINISTRATOR, name="Ada")
    account = Account.objects.create(name="Brewery", owner=opener, status="client")
    project = Project.objects.create(account=account, name="Shop", start="2026-03-02 09:00")
    if works_as == "manager":
        Project.objects.update(manager=opener)
    else:
        ProjectMember.objects.create(project=project, user=opener)
    with unit_of_work():
        way(browser_of(boss), account, keeper)
    assert Account.objects.get().owner == keeper
    assert Account.objects.visible_to(opener).exists()


def test_both_account_managers_see_what_was_merged(opener: User, keeper: User) -> None:
    kept = Account.objects.create(name="Brewery", owner=opener)
    other = Account.objects.create(name="Brewery Ltd", owner=keeper)
    merge = merge_records(kept=kept, gone=other, take=set(), by=None)
    assert Account.objects.visible_to(keeper).filter(pk=kept.pk).exists()
    undo_merge(merge=merge, by=None)
    assert not AccountMember.objects.exists()
    assert set(Account.objects.visible_to(keeper)) == {other}


def test_a_known_contact_is_confirmed_like_a_new_one(opener: User) -> None:
    account = Account.objects.create(name="Brewery", owner=opener)
    other = Account.objects.create(name="Bakery", owner=opener)
    conny = Contact.objects.create(name="Conny")
    Affiliation.objects.create(account=other, contact=conny)
    url = reverse("known-contact-new", args=[account.pk])
    browser_of(opener).post(url, {"contact": conny.pk, "title": "Buyer", "buying_role": ""})
    place = Affiliation.objects.get(account=account)
    assert (place.title, place.confirmed_on is not None) == ("Buyer", True)


def test_there_is_no_other_way(opener: User, keeper: User) -> None:
    with pytest.raises(TypeError, match="is created by open_account"):
        editing.create(Account(name="Brewery"), by=None)
    account = Account.objects.create(name="Brewery", owner=opener)
    with pytest.raises(TypeError, match=r"Account\.owner is changed by change_account"):
        editing.change(account, by=None, version=account.version, owner=keeper)
