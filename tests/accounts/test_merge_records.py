"""Records that are there twice: found, made one, and taken apart exactly as they were."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.core import serializers
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.test import Client
from django.urls import reverse

from accord.accounts.actions.merge_records import default_choice, differing, mark_distinct, merge_records, undo_merge
from accord.accounts.models import Account, AccountMember, Affiliation, Contact, Interaction, Merge, Relationship
from accord.accounts.queries_duplicates import digits_of, duplicate_accounts, duplicate_contacts, words_of
from accord.conversations.models import Comment
from accord.core.models import Event
from accord.people.models import Role, User
from accord.projects.models import Project

pytestmark = pytest.mark.django_db

# What a merge and its undoing write themselves.
OWN = {"accounts.merge", "core.event"}


def everything() -> dict[str, Any]:
    """Every row of the rooms that know accounts and contacts."""
    found = {}
    for model in all_models():
        rows = model._base_manager.order_by("pk")
        # Not as JSON, which would round the times.
        found[model._meta.label_lower] = serializers.serialize("python", rows)
    return found


def all_models() -> list[type[models.Model]]:
    rooms = ("accounts", "conversations", "projects", "money", "insight")
    return [
        model
        for room in rooms
        for model in apps.get_app_config(room).get_models(include_auto_created=True)
        if model._meta.label_lower not in OWN
    ]


@pytest.fixture
def boss(db: Any) -> User:
    user: User = User.objects.create(email="boss@firm.test", name="Boss", roles=[Role.ADMINISTRATOR])
    return user


@pytest.fixture
def twins(boss: User) -> tuple[Account, Account]:
    """Two records of one brewery, both with a history, a team and people who are partly the same."""
    one = Account.objects.create(name="Brewery Example", city="Bremen")
    two = Account.objects.create(name="Brewery Example GmbH", website="https://brewery.example", city="Bremen")
    ann = Contact.objects.create(name="Ann", email="ann@brewery.example")
    bob = Contact.objects.create(name="Bob", email="bob@brewery.example")
    first = Affiliation.objects.create(account=one, contact=ann, title="Brewer")
    second = Affiliation.objects.create(account=two, contact=ann, title="Head brewer")
    below = Affiliation.objects.create(account=two, contact=bob, reports_to=second)
    Relationship.objects.create(affiliation=second, user=boss)
    for account in (one, two):
        AccountMember.objects.create(account=account, user=boss)
        Project.objects.create(account=account, name=f"Cellar of {account}", start="2026-03-02T09:00:00")
        talk = Interaction.objects.create(account=account, subject=f"Talk with {account}")
        talk.contacts.set([ann, bob])
        Comment.objects.create(subject_type="accounts.account", subject_id=account.pk, body="Good", author=boss)
    assert first.pk and below.pk
    return one, two


def test_everything_hangs_on_the_one_that_stays(twins: tuple[Account, Account], boss: User) -> None:
    one, two = twins
    assert default_choice(one, two) == {"website"}
    merge_records(kept=one, gone=two, take={"website", "name"}, by=boss)
    assert Account.objects.get().name == "Brewery Example GmbH"
    assert Account.objects.get().website == "https://brewery.example"
    assert Interaction.objects.filter(account=one).count() == Project.objects.filter(account=one).count() == 2
    assert AccountMember.objects.get().account == one
    ann = Affiliation.objects.get(contact__name="Ann")
    assert (ann.title, ann.account) == ("Brewer", one)
    assert Affiliation.objects.get(contact__name="Bob").reports_to == ann
    assert Relationship.objects.get().affiliation == ann
    assert Comment.objects.filter(subject_type="accounts.account", subject_id=one.pk).count() == 2
    assert Event.objects.about(one).filter(kind="record.merged").count() == 1


def test_taken_apart_all_is_as_it_was(twins: tuple[Account, Account], boss: User) -> None:
    one, two = twins
    before = everything()
    made = merge_records(kept=one, gone=two, take={"website"}, by=boss)
    assert everything() != before
    undo_merge(merge=made, by=boss)
    after = everything()
    # The record that was edited and restored counts both as edits.
    kept = Account.objects.get(pk=one.pk)
    assert kept.version == one.version + 2
    Account.objects.filter(pk=one.pk).update(version=one.version, updated_at=one.updated_at)
    after = everything()
    assert {name for name in before if before[name] != after[name]} == set()
    with pytest.raises(ValidationError, match="already"):
        undo_merge(merge=made, by=boss)


def test_what_came_later_stays(twins: tuple[Account, Account], boss: User) -> None:
    one, two = twins
    made = merge_records(kept=one, gone=two, take={"website"}, by=boss)
    later = Interaction.objects.create(account=one, subject="After the merge")
    Account.objects.filter(pk=one.pk).update(website="https://new.example")
    Interaction.objects.filter(subject=f"Talk with {two}").delete()
    undo_merge(merge=made, by=boss)
    later.refresh_from_db()
    assert later.account_id == one.pk
    assert Account.objects.get(pk=one.pk).website == "https://new.example"
    assert Account.objects.get(pk=two.pk).name == "Brewery Example GmbH"


def test_a_company_never_stands_below_itself(boss: User) -> None:
    top = Account.objects.create(name="Holding")
    middle = Account.objects.create(name="Middle", parent=top)
    bottom = Account.objects.create(name="Bottom", parent=middle)
    made = merge_records(kept=bottom, gone=middle, take=set(), by=boss)
    assert Account.objects.get(pk=bottom.pk).parent == top
    undo_merge(merge=made, by=boss)
    assert Account.objects.get(pk=bottom.pk).parent_id == middle.pk


def test_contacts_too(twins: tuple[Account, Account], boss: User) -> None:
    ann = Contact.objects.get(name="Ann")
    again = Contact.objects.create(name="Ann B.", phone="+49 421 555 0199", email="ann@brewery.example")
    Affiliation.objects.create(account=twins[0], contact=again, title="Brewmaster")
    Interaction.objects.first().contacts.add(again)  # type: ignore[union-attr]
    before = everything()
    made = merge_records(kept=ann, gone=again, take={"phone"}, by=boss)
    assert Contact.objects.get(name="Ann").phone == "+49 421 555 0199"
    assert not Contact.objects.filter(pk=again.pk).exists()
    undo_merge(merge=made, by=boss)
    Contact.objects.filter(pk=ann.pk).update(version=ann.version, updated_at=ann.updated_at)
    assert everything() == before


def test_a_merge_into_what_was_merged_is_undone_from_the_last(twins: tuple[Account, Account], boss: User) -> None:
    one, two = twins
    third = Account.objects.create(name="Example Brewery")
    inner = merge_records(kept=one, gone=two, take=set(), by=boss)
    outer = merge_records(kept=third, gone=one, take=set(), by=boss)
    with pytest.raises(ValidationError, match="first"):
        undo_merge(merge=inner, by=boss)
    undo_merge(merge=outer, by=boss)
    undo_merge(merge=inner, by=boss)
    assert Account.objects.count() == 3
    assert Interaction.objects.filter(account=two).count() == 1


def test_only_who_keeps_the_clients_may(twins: tuple[Account, Account]) -> None:
    one, two = twins
    member = User.objects.create(email="m@firm.test", name="M", roles=[Role.MEMBER])
    manager = User.objects.create(email="a@firm.test", name="A", roles=[Role.ACCOUNT_MANAGER])
    AccountMember.objects.create(account=one, user=manager)
    for user in (member, manager):  # the manager keeps one of the two only
        with pytest.raises(PermissionDenied):
            merge_records(kept=one, gone=two, take=set(), by=user)
    assert not Merge.objects.exists()


def test_pairs_are_found_and_forgotten(twins: tuple[Account, Account], boss: User) -> None:
    Account.objects.create(name="Brewery Exampel", phone="0421/5550199")
    Account.objects.create(name="Something else", phone="+49 421 5550199")
    reasons = {tuple(pair.reasons) for pair in duplicate_accounts(boss)}
    assert reasons == {("the same name",), ("a similar name",), ("the same phone number",)}
    best = duplicate_accounts(boss)[0]
    assert (best.first, best.second, best.alike) == (twins[0].pk, twins[1].pk, 1.0)
    mark_distinct(first=twins[1], second=twins[0], by=boss)
    assert (best.first, best.second) not in {(pair.first, pair.second) for pair in duplicate_accounts(boss)}
    Contact.objects.create(name="A. Nn", email="Ann@Brewery.example")
    assert [pair.reasons for pair in duplicate_contacts(boss)] == [("the same email address",)]


def test_words_and_digits() -> None:
    assert words_of("Übergröße & Söhne GmbH & Co. KG") == words_of("Ubergroße Sohne") == ("ubergrosse", "sohne")
    assert words_of("株式会社") == ("株式会社",)
    assert digits_of("+49 (0)421 555-0199") == digits_of("0421 5550199")
    assert digits_of("12") == ""
    assert differing(Account(name="A"), Account(name="B")) == ["name"]


@pytest.mark.parametrize(
    ("one", "other", "is_pair"),
    [
        ("ООО Ромашка", "ООО Ромашка", True),
        ("ООО «Ромашка»", "Ромашка", True),
        ("Ромашка Ltd", "Берёзка Ltd", False),
        ("東京 AG", "大阪 AG", False),
        ("東京 AG", "京東 AG", False),
        ("株式会社東京", "東京 株式会社", True),
        ("Müller Bau", "Mueller Bau", True),
        ("Müller Bau", "Muller Bau GmbH", True),
        ("Ørsted", "Oersted", True),
        ("Größe Öl AG", "Groesse Oel", True),
        ("Bauer", "Baur", False),
        ("Ελλάς ΑΕ", "Κρήτη ΑΕ", False),
    ],
)
def test_names_of_every_script_are_compared_by_all_their_letters(
    one: str, other: str, is_pair: bool, boss: User
) -> None:
    first, second = Account.objects.create(name=one), Account.objects.create(name=other)
    pairs = [(pair.first, pair.second, pair.reasons) for pair in duplicate_accounts(boss)]
    assert pairs == ([(first.pk, second.pk, ("the same name",))] if is_pair else [])


def test_contacts_are_compared_by_either_spelling(boss: User) -> None:
    account = Account.objects.create(name="Client")
    for name in ("Jörg Weiß", "Joerg Weiss", "Юрий Белов", "Анна Белова"):
        Affiliation.objects.create(account=account, contact=Contact.objects.create(name=name))
    found = [pair.reasons for pair in duplicate_contacts(boss)]
    assert found == [("the same name at the same account",)]


def test_both_are_shown_side_by_side_and_merged_on_the_page(
    twins: tuple[Account, Account], boss: User, client: Client
) -> None:
    one, two = twins
    Account.objects.filter(pk=one.pk).update(employees=1234, tier="A", client_since="2026-01-31")
    client.force_login(boss)
    url = reverse("merge-new", args=["account", one.pk, two.pk])
    page = client.get(url).content.decode()
    assert all(words in page for words in ("1,234", "A – key client", "31\xa0Jan\xa02026", "(empty)"))
    answer = client.post(url, {"keep": "second", "value-name": "first", "value-employees": "first"})
    assert answer.status_code == 302
    kept = Account.objects.get()
    assert (kept.pk, kept.name, kept.employees, kept.tier) == (two.pk, one.name, 1234, "")
    assert client.post(reverse("merge-undo", args=[Merge.objects.get().pk])).status_code == 302
    assert Account.objects.count() == 2


def test_the_parent_of_a_twin_is_not_named_to_who_does_not_see_it(
    twins: tuple[Account, Account], client: Client
) -> None:
    one, two = twins
    manager = User.objects.create(email="mia@firm.test", name="Mia", roles=[Role.ACCOUNT_MANAGER])
    hidden = Account.objects.create(name="Secret Holding", owner=User.objects.create(email="x@firm.test", name="X"))
    Account.objects.filter(pk__in=(one.pk, two.pk)).update(owner=manager)
    Account.objects.filter(pk=one.pk).update(parent=hidden)
    client.force_login(manager)
    page = client.get(reverse("merge-new", args=["account", one.pk, two.pk])).content.decode()
    assert "An account you can&#x27;t see" in page
    assert "Secret Holding" not in page
