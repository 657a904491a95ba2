"""The people map: who stands where, what is not known, and who has gone silent."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accord.accounts.actions.save_contact import add_contact
from accord.accounts.actions.save_relationships import change_place, confirm_place, notify_of_silence
from accord.accounts.jobs import watch_sponsors
from accord.accounts.models import Account, Affiliation, Contact, Interaction, Relationship
from accord.accounts.queries_people import PeopleMap, org_chart, silent_sponsors
from accord.conversations.models import Notification
from accord.core.references import page_of
from accord.people.models import Role, User

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate


def person(account: Account, name: str, **place: Any) -> Affiliation:
    return Affiliation.objects.create(account=account, contact=Contact.objects.create(name=name), **place)


def talk(account: Account, row: Affiliation, days: int, by: User | None = None) -> None:
    at = timezone.now() - timedelta(days=days)
    Interaction.objects.create(account=account, subject="Talk", at=at, by=by).contacts.add(row.contact)


def drawn(account: Account) -> PeopleMap:
    return org_chart(account, TODAY(), 60)


def test_people_stand_below_whom_they_report_to(account: Account) -> None:
    boss = person(account, "Boss", influence=3)
    aide = person(account, "Aide", reports_to=boss, influence=1)
    person(account, "Clerk", reports_to=aide)
    person(account, "Deputy", reports_to=boss, influence=2)
    person(account, "Gone", reports_to=boss, until=TODAY())
    person(account, "Orphan", reports_to=person(account, "Also gone", until=TODAY()))
    found = drawn(account)
    assert [place.affiliation.contact.name for place in found.roots] == ["Boss", "Orphan"]
    assert [place.affiliation.contact.name for place in found.roots[0].below] == ["Deputy", "Aide"]
    assert [place.affiliation.contact.name for place in found.roots[0].below[1].below] == ["Clerk"]
    assert [row.contact.name for row in found.left] == ["Also gone", "Gone"]


def test_what_is_not_known_is_asked(account: Account, owner: User) -> None:
    assert drawn(account).completeness == 0
    boss = person(account, "Boss", buying_role="sponsor", influence=3, sentiment=1)
    Contact.objects.filter(pk=boss.contact_id).update(email="b@brewery.test")
    Relationship.objects.create(affiliation=boss, user=owner)
    person(account, "Clerk", reports_to=boss)
    asked = {question.text: (question.known, question.of) for question in drawn(account).questions}
    assert asked["A sponsor"] == (1, 1)
    assert asked["A champion"] == (0, 1)
    assert asked["Influence"] == asked["Relationship owner"] == (1, 2)
    assert asked["Reports to"] == (1, 1)
    assert 0 < drawn(account).completeness < 1


def test_ties_are_what_people_say_and_what_they_did(account: Account, owner: User) -> None:
    boss = person(account, "Boss")
    other = User.objects.create(email="t@firm.test", name="Toni", roles=[Role.MEMBER])
    Relationship.objects.create(affiliation=boss, user=owner, strength=3)
    for days in (5, 6, 500):
        talk(account, boss, days, by=other)
    ties = drawn(account).roots[0].ties
    assert [(tie.user, tie.strength, tie.talks) for tie in ties] == [(owner, 3, 0), (other, None, 2)]


def test_nobody_stands_above_themselves_or_at_another_client(account: Account, owner: User) -> None:
    boss = person(account, "Boss")
    clerk = person(account, "Clerk", reports_to=boss)
    with pytest.raises(ValidationError, match="report to themselves"):
        change_place(affiliation=boss, by=owner, reports_to=clerk)
    stranger = person(Account.objects.create(name="Other", owner=owner), "Stranger")
    with pytest.raises(ValidationError, match="doesn't work at this account"):
        change_place(affiliation=clerk, by=owner, reports_to=stranger)
    with pytest.raises(ValidationError, match="doesn't work at this account"):
        add_contact(account=account, by=owner, contact=Contact(name="New"), reports_to=stranger)
    boss.refresh_from_db()
    assert boss.reports_to is None


def test_a_silence_is_told_once_and_again_after_a_word(account: Account, owner: User) -> None:
    boss = person(account, "Boss", buying_role="sponsor")
    person(account, "Clerk", buying_role="user")
    assert not silent_sponsors(owner, TODAY(), 60).exists(), "nothing was ever heard: nothing to have gone silent"
    talk(account, boss, 100)
    assert [row.contact.name for row in silent_sponsors(owner, TODAY(), 60)] == ["Boss"]
    assert watch_sponsors.func() == 1
    assert watch_sponsors.func() == 0
    told = Notification.objects.get(user=owner)
    assert told.text == "No contact with Boss, sponsor at Brewery, for 100 days"
    assert page_of(told) == reverse("account-people", args=[account.pk])
    talk(account, boss, 70)
    assert notify_of_silence(today=TODAY()) == 1
    boss.refresh_from_db()
    confirm_place(affiliation=boss, by=owner, on=TODAY())
    assert not silent_sponsors(owner, TODAY(), 60).exists()
    assert drawn(account).roots[0].is_silent is False


def test_when_a_sponsor_leaves_the_owner_hears_of_it(account: Account, owner: User) -> None:
    boss = person(account, "Boss", buying_role="sponsor")
    chief = User.objects.create(email="c@firm.test", name="Chief", roles=[Role.ADMINISTRATOR])
    change_place(affiliation=boss, by=chief, until=TODAY())
    assert Notification.objects.get(user=owner).text == "Boss, sponsor, left Brewery"
    boss.refresh_from_db()
    change_place(affiliation=boss, by=chief, title="Retired")
    assert Notification.objects.count() == 1


def test_the_form_keeps_the_place_and_the_page_draws_it(account: Account, owner: User, client: Client) -> None:
    client.force_login(owner)
    boss = person(account, "Boss")
    values = {"name": "Ann", "buying_role": "champion", "reports_to": boss.pk, "influence": 2, "sentiment": -1}
    assert client.post(reverse("contact-new", args=[account.pk]), values).status_code == 302
    ann = Affiliation.objects.get(contact__name="Ann")
    assert (ann.reports_to, ann.influence, ann.sentiment, ann.confirmed_on) == (boss, 2, -1, TODAY())
    edit = reverse("contact-edit", args=[boss.pk])
    wrong = client.post(edit, {"name": "Boss", "reports_to": ann.pk, "version": boss.contact.version})
    assert wrong.status_code == 422
    assert "report to themselves" in wrong.content.decode()
    url = reverse("account-people", args=[account.pk])
    shown = client.get(url).content.decode()
    assert "Ann" in shown and "Sceptical" in shown and "Champion" in shown
    assert client.post(reverse("affiliation-confirmation", args=[boss.pk])).status_code == 302
    client.post(reverse("relationship-new", args=[boss.pk]), {"user": owner.pk, "strength": 3})
    assert "trusted adviser" in client.get(url).content.decode()
