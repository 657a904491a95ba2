"""Whoever is named for something is told, whichever way they were named, and hears nothing of their own actions."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from accord.conversations.models import Notification
from accord.conversations.reactions import ASSIGNED
from accord.core import editing
from accord.core.subscribers import unit_of_work
from accord.people.models import Person, User
from accord.projects.actions.allocate import allocate
from accord.projects.actions.set_raci import set_raci
from accord.projects.models import Allocation, Stakeholder
from accord.sales.models import Opportunity
from accord.success.models import Goal
from tests.factories import browser_of
from tests.world import Side, World, make_world

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def side() -> Side:
    world: World = make_world()
    Notification.objects.all().delete()
    return world.ours


def told(user: User) -> list[str]:
    rows = Notification.objects.filter(user=user).order_by("pk")
    assert set(rows.values_list("kind", flat=True)) <= {"assignment"}
    return list(rows.values_list("text", flat=True))


RECORDS = {
    "sales.agreement": ("agreement", "agreement"),
    "sales.opportunity": ("opportunity", "opportunity"),
    "success.goal": ("goal", "goal"),
    "success.plannedaction": ("planned_action", "action"),
    "success.playbookrunstep": ("playbook_run_step", "playbook step"),
    "success.strategy": ("strategy", "strategy"),
    "support.internalrequest": ("internal_request", "internal request"),
}


@pytest.mark.parametrize("label", sorted(RECORDS))
def test_who_becomes_the_owner_is_told_once(side: Side, label: str) -> None:
    name, noun = RECORDS[label]
    record: Any = side.things[name]
    manager, leader = side.users["account_manager"], side.users["project_manager"]
    field = ASSIGNED[label]
    before = side.users["member"] if label == "support.internalrequest" else None
    type(record)._base_manager.filter(pk=record.pk).update(**{field: before})
    record.refresh_from_db()
    with unit_of_work():
        changed = editing.change(record, by=manager, version=record.version, **{field: leader})
    (text,) = told(leader)
    assert text.startswith(f"{manager} assigned you the {noun} “{record}”")
    with unit_of_work():
        editing.change(changed, by=manager, version=changed.version, **{field: manager})
    assert told(manager) == [], "nobody hears of what they did themselves"
    assert len(told(leader)) == 1


def test_the_form_tells_as_the_action_does(side: Side) -> None:
    manager, leader = side.users["account_manager"], side.users["project_manager"]
    client = browser_of(manager)
    form = {"title": "Grow", "status": "open", "owner": leader.pk}
    answer = client.post(reverse("goal-new", args=[side.account.pk]), form)
    assert answer.status_code == 302, answer.context["form"].errors
    assert told(leader) == [f"{manager} assigned you the goal “Grow” ({side.account})"]
    notice = Notification.objects.get(user=leader)
    assert notice.subject_id == Goal.objects.get(title="Grow").pk


def test_many_at_once_are_one_notice(side: Side) -> None:
    manager, leader = side.users["account_manager"], side.users["project_manager"]
    with unit_of_work():
        for n in range(3):
            editing.create(Opportunity(account=side.account, name=f"Chance {n}", owner=leader), by=manager)
    assert told(leader) == [f"{manager} assigned you 3 opportunities"]


def test_nobody_hears_of_what_they_may_not_see(side: Side) -> None:
    member, manager = side.users["member"], side.users["account_manager"]
    opportunity = side.opportunity  # amounts are not for members
    assert not opportunity.allows(member, "view")
    with unit_of_work():
        editing.change(opportunity, by=manager, version=opportunity.version, owner=member)
    assert told(member) == []


def test_an_allocation_and_a_raci_role_reach_the_person(side: Side) -> None:
    leader, member = side.users["project_manager"], side.users["member"]
    person = Person.objects.filter(user=member).first() or Person.objects.create(name="Them", user=member)
    wanted = Allocation(
        project=side.project, person=person, starts_on=date(2027, 1, 4), ends_on=date(2027, 1, 8), share=50
    )
    with unit_of_work():
        allocate(allocation=wanted, by=leader)
    assert told(member) == [f"{leader} assigned you to {side.project} (50%)"]
    who = Stakeholder.objects.create(project=side.project, person=person)
    set_raci(deliverable=side.deliverable, stakeholder=who, letter="R", by=leader)
    set_raci(deliverable=side.deliverable, stakeholder=who, letter="I", by=leader)
    assert told(member)[1:] == [f"{leader} made you responsible for {side.deliverable} ({side.project})"]
