"""One way in for user accounts: by page, set-up, command and demo the same checks, and the same follows."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.hashers import is_password_usable
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from accord.cli import admin
from accord.cli.lazy import BadInput
from accord.core import editing
from accord.core.models import Event, SecurityEvent
from accord.people.actions.invite_user import change_user, invite_user
from accord.people.models import Person, Role, User
from accord.people.set_up_link import new_set_up_token
from tests.web.confirmed import confirmed

pytestmark = pytest.mark.django_db
GIVEN = " Pia.Park@Firm.TEST "
STORED = "pia.park@firm.test"


def by_page() -> None:
    boss = invite_user(email="ada@firm.test", name="Ada", roles=[Role.ADMINISTRATOR.value], by=None)
    client = confirmed(Client(), boss)
    values = {"name": "Pia Park", "email": GIVEN, "roles": ["member"], "time_zone": "UTC"}
    done = client.post(reverse("user-new"), values)
    assert done.status_code in (302, 422), done.status_code


def by_set_up() -> None:
    values = {
        "name": "Pia Park", "email": GIVEN, "password": "correct-horse-battery", "again": "correct-horse-battery",
        "firm_name": "Ours", "time_zone": "UTC", "currency": "EUR", "days": ["0"], "hours": "09:00-17:00",
    }  # fmt: skip
    Client().post(reverse("set-up", args=[new_set_up_token()]), values)


def by_command() -> None:
    admin._make(GIVEN, "Pia Park", ["member"], "correct-horse-battery")


WAYS = [by_page, by_set_up, by_command]


@pytest.mark.parametrize("way", WAYS)
def test_whichever_way_the_same_follows(way: Any) -> None:
    person = Person.objects.create(name="Pia Park", email="PIA.park@firm.test")
    way()
    made = User.objects.get(email=STORED)
    person.refresh_from_db()
    assert (made.name, person.user) == ("Pia Park", made), "the colleague of that address can log time"
    invited = Event.objects.get(subject_type="people.user", verb="invited", subject_id=made.pk)
    assert invited.after["email"] == STORED
    assert SecurityEvent.objects.filter(kind="user_created", user_id=made.pk).count() == 1
    change = Event.objects.get(subject_type="people.person", verb="changed")
    assert change.after["user"]["id"] == made.pk


@pytest.mark.parametrize("way", WAYS)
def test_whichever_way_an_address_is_given_once(way: Any) -> None:
    invite_user(email="PIA.PARK@firm.test", name="Pia", roles=[Role.MEMBER.value], by=None)
    if way is by_command:
        with pytest.raises(BadInput, match="already exists"):
            way()
    else:
        way()
    assert User.objects.filter(email__iexact=STORED).count() == 1


def test_a_weak_password_is_refused_by_the_action_itself() -> None:
    with pytest.raises(ValidationError) as refused:
        invite_user(email=STORED, name="Pia", roles=[Role.MEMBER.value], by=None, password="password")
    assert list(refused.value.message_dict) == ["password"]
    assert not User.objects.exists()
    with pytest.raises(BadInput):
        admin._make(STORED, "Pia", ["member"], "password")


def test_of_two_colleagues_with_one_address_none_is_chosen() -> None:
    for name in ("Pia", "Paul"):
        Person.objects.create(name=name, email=STORED)
    user = invite_user(email=STORED, name="Pia", roles=[Role.MEMBER.value], by=None)
    assert not Person.objects.filter(user=user).exists()
    assert not is_password_usable(user.password)


def test_an_edit_keeps_the_same_rules() -> None:
    boss = invite_user(email="ada@firm.test", name="Ada", roles=[Role.ADMINISTRATOR.value], by=None)
    other = invite_user(email=STORED, name="Pia", roles=[Role.MEMBER.value], by=None)
    with pytest.raises(ValidationError, match="already exists"):
        change_user(user=other, by=boss, version=other.version, email="ADA@firm.test")
    for values in ({"roles": ["member"]}, {"is_active": False}):
        with pytest.raises(ValidationError, match="your own administrator role"):
            change_user(user=boss, by=boss, version=boss.version, **values)
    assert change_user(user=other, by=boss, version=other.version, email="NEW@firm.test").email == "new@firm.test"


def test_there_is_no_other_way() -> None:
    with pytest.raises(TypeError, match="is created by invite_user"):
        editing.create(User(email=STORED, name="Pia", roles=["member"]), by=None)
    user = invite_user(email=STORED, name="Pia", roles=[Role.MEMBER.value], by=None)
    with pytest.raises(TypeError, match=r"User\.roles is changed by change_user"):
        editing.change(user, by=None, version=user.version, roles=["administrator"])
