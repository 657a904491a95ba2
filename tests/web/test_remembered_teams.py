"""Whose teams somebody is on is read once for a page, and anew for every action."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accord.accounts.models import Account, AccountMember, Affiliation
from accord.core.access import Permission, can, note_member, remember_teams
from accord.people.models import User
from accord.projects.models import Project, ProjectMember
from tests.factories import browser_of
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm(world: tuple[World, dict[str, Any]]) -> World:
    return world[0]


def test_a_page_with_many_accounts_asks_for_the_teams_once(firm: World) -> None:
    """A contact with places at many accounts: each place asks whether the reader may edit its account."""
    member, contact = firm.ours.users["account_manager"], firm.ours.contact
    client, url = browser_of(member), reverse("contact", args=[contact.pk])
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        assert client.get(url).status_code == 200
    for n in range(8):
        account = Account.objects.create(name=f"Firm {n}")
        Affiliation.objects.create(account=account, contact=contact)
        AccountMember.objects.create(account=account, user=firm.ours.users["member"])
    with CaptureQueriesContext(connection) as many:
        assert client.get(url).status_code == 200
    assert len(many) <= len(few)
    asked = [query["sql"] for query in many.captured_queries if 'FROM "accounts_accountmember"' in query["sql"][:120]]
    assert len(asked) <= 1


def test_only_a_remembering_user_answers_from_memory(firm: World) -> None:
    """The memory is of one request: a user fetched anew, and one of a request that writes, ask the database."""
    leader = firm.ours.users["project_manager"]
    Project.objects.filter(pk=firm.ours.project.pk).update(manager=None)
    project, account = Project.objects.get(pk=firm.ours.project.pk), firm.ours.account
    AccountMember.objects.get_or_create(account=account, user=leader)
    ProjectMember.objects.get_or_create(project=project, user=leader)
    reading, writing = User.objects.get(pk=leader.pk), User.objects.get(pk=leader.pk)
    remember_teams(reading)
    for user in (reading, writing):
        assert can(user, Permission.CHANGE, project)
        assert can(user, Permission.VIEW_MONEY, account)
        assert not can(user, Permission.VIEW, firm.theirs.account)
        assert not can(user, Permission.VIEW, firm.theirs.project)
    note_member(writing, AccountMember, firm.theirs.account.pk, is_on=True)
    assert not can(writing, Permission.VIEW, firm.theirs.account), "nothing is noted where nothing is remembered"
    AccountMember.objects.filter(user=leader).delete()
    ProjectMember.objects.filter(user=leader).delete()
    assert can(reading, Permission.VIEW, account), "as it was when the page began"
    assert not can(writing, Permission.VIEW, account)
    assert not can(writing, Permission.CHANGE, project)


def test_who_leaves_a_team_loses_the_page_and_the_permission_at_once(firm: World) -> None:
    manager = firm.ours.users["account_manager"]
    account = Account.objects.create(name="Left soon", owner=firm.administrator)
    place = AccountMember.objects.create(account=account, user=manager)
    client = browser_of(manager)
    page, edit = reverse("account", args=[account.pk]), reverse("account-edit", args=[account.pk])
    assert edit in client.get(page).content.decode()
    place.delete()
    assert client.get(page).status_code == 404
    assert client.post(edit, {"name": "Mine"}).status_code == 404
    place = AccountMember.objects.create(account=account, user=manager)
    assert client.get(page).status_code == 200
    User.objects.filter(pk=manager.pk).update(roles=["member"])
    assert edit not in client.get(page).content.decode(), "a role is not remembered either"
    assert client.post(edit, {"name": "Mine"}).status_code == 403
