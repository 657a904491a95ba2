"""Versions, events and permission of plain edits."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from accord.accounts.models import Account
from accord.core import editing
from accord.core.models import Event
from accord.people.models import Role, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(owner: User) -> Account:
    return editing.create(Account(name="Ours", owner=owner), by=owner, action="open_account")


def test_creating_writes_an_event(account: Account, owner: User) -> None:
    event = Event.objects.get(subject_type="accounts.account", subject_id=account.pk)
    assert (event.actor_name, event.kind, event.after["name"]) == ("Olga Owner", "record.created", "Ours")


def test_an_edit_raises_the_version_and_tells_what_changed(account: Account, owner: User) -> None:
    changed = editing.change(account, by=owner, version=1, name="Ours AG", city="Kiel")
    assert (changed.version, changed.name) == (2, "Ours AG")
    event = Event.objects.filter(kind="record.changed").get()
    assert {c["field"]: (c["before"], c["after"]) for c in event.changes} == {
        "name": ("Ours", "Ours AG"),
        "city": ("", "Kiel"),
    }


def test_an_edit_that_changes_nothing_is_none(account: Account, owner: User) -> None:
    assert editing.change(account, by=owner, version=1, name="Ours").version == 1
    assert not Event.objects.filter(kind="record.changed").exists()


def test_of_two_editors_one_wins_and_the_other_sees_the_difference(account: Account, owner: User) -> None:
    editing.change(account, by=owner, version=1, name="First")
    with pytest.raises(editing.Conflict) as lost:
        editing.change(account, by=owner, version=1, name="Second")
    assert [(d.field, d.yours, d.theirs) for d in lost.value.differences] == [("name", "Second", "First")]
    assert Account.objects.get(pk=account.pk).name == "First"


def test_a_thousand_races_lose_none_silently(account: Account, owner: User) -> None:
    """Two editors start from the same version a thousand times: always one winner, one conflict."""
    for round_ in range(1000):
        version = Account.objects.values_list("version", flat=True).get(pk=account.pk)
        first, second = Account.objects.get(pk=account.pk), Account.objects.get(pk=account.pk)
        editing.change(first, by=owner, version=version, city=f"A{round_}")
        with pytest.raises(editing.Conflict):
            editing.change(second, by=owner, version=version, city=f"B{round_}")
    assert Account.objects.get(pk=account.pk).version == 1001


def test_who_may_not_writes_nothing(account: Account) -> None:
    stranger = User.objects.create(email="s@firm.test", name="Sam", roles=[Role.MEMBER])
    events = Event.objects.count()
    with pytest.raises(PermissionDenied):
        editing.change(account, by=stranger, version=1, name="Mine")
    with pytest.raises(PermissionDenied):
        editing.remove(account, by=stranger)
    assert Account.objects.get(pk=account.pk).name == "Ours"
    assert Event.objects.count() == events


def test_what_was_deleted_is_in_its_event(account: Account, owner: User) -> None:
    editing.remove(account, by=owner)
    assert Event.objects.get(kind="record.deleted").before["name"] == "Ours"
