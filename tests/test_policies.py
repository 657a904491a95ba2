"""One policy for each model: what it filters and what it says of one record agree, for everybody, whatever is asked."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.utils import timezone

from accord.accounts.models import Account, AccountMember, ClientLink
from accord.core.access import ClientContact, Permission, can, may_create
from accord.core.models import Record
from accord.core.models.record import Guarded
from accord.core.rules import nobody
from accord.people.models import Role, User
from accord.projects.models import Project, ProjectMember, Task
from accord.success.models import Goal, PlannedAction, Strategy
from tests.world import World, make_shared, make_world

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

SOURCE = Path(__file__).parents[1] / "src" / "accord"
SHARED = {"accounts.account", "projects.project", "projects.task", "success.goal", "success.plannedaction",
          "success.strategy"}  # fmt: skip


def guarded() -> list[Any]:
    return [model for model in apps.get_models() if issubclass(model, Guarded)]


def test_every_record_says_who_may_see_it() -> None:
    assert len(guarded()) > 70
    assert [m._meta.label_lower for m in guarded() if m.policy.view is nobody] == []


def test_who_may_see_what_is_said_nowhere_but_in_the_policy() -> None:
    own = [
        f"{path.relative_to(SOURCE)}: {node.name}"
        for path in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef) and node.name in ("visible_rows", "allows")
    ]
    assert sorted(own) == [
        "core/models/record.py: allows",
        "core/models/record.py: visible_rows",
        "core/policy.py: allows",
    ]


@pytest.fixture(scope="module")
def firm(django_db_setup: Any, django_db_blocker: Any) -> Iterator[tuple[World, dict[str, User]]]:
    """The small firm, and for each role somebody in each place at its first client, fitting or not."""
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        world = make_world()
        make_shared()
        users = dict(world.users) | {f"their {name}": user for name, user in world.theirs.users.items()}
        account, project = world.ours.things["account"], world.ours.things["project"]
        for role in Role.values:
            for place in ("account", "project", "both"):
                user = User.objects.create(email=f"{role}.{place}@odd.test", name=f"{role} {place}", roles=[role])
                if place != "project":
                    AccountMember.objects.create(account=account, user=user)
                if place != "account":
                    ProjectMember.objects.create(project=project, user=user)
                users[f"{role} in {place}"] = user
        for role in Role.values:  # owners and managers, whatever their role
            user = User.objects.create(email=f"{role}.owner@odd.test", name=f"{role} owner", roles=[role])
            owned = Account.objects.create(name=f"Owned by {role}", owner=user)
            start = project.start
            Project.objects.create(account=owned, name="Theirs", manager=None, start=start)
            Project.objects.create(account=world.theirs.things["account"], name="Led", manager=user, start=start)
            users[f"{role} as owner"] = user
        yield world, users
        transaction.set_rollback(True)


@pytest.mark.parametrize("permission", [permission for permission in Permission if permission is not Permission.CREATE])
def test_a_list_shows_what_a_page_shows(firm: tuple[World, dict[str, User]], permission: Permission) -> None:
    """For every model with rows: the filter of a permission leaves exactly the rows of which the yes or no says yes."""
    _, users = firm
    wrong, seen = [], 0
    for model in guarded():
        if permission is Permission.ARCHIVE and not hasattr(model, "archived_at"):
            continue
        rows = list(model._base_manager.all()[:30])
        for name, user in users.items():
            kept = set(
                model._base_manager.filter(model.policy.filter(user, permission, model)).values_list("pk", flat=True)
            )
            for row in rows:
                seen += 1
                if (row.pk in kept) != row.allows(user, permission):
                    wrong.append((model._meta.label, row.pk, name, "filter" if row.pk in kept else "yes or no"))
    assert seen > 500
    assert wrong == []


def test_a_client_s_person_sees_what_is_shared_and_nothing_else(firm: tuple[World, dict[str, User]]) -> None:
    world, _ = firm
    ours, theirs = world.ours.things["account"], world.theirs.things["account"]
    client = ClientContact(ours.pk)
    for shared in (Goal, Strategy, PlannedAction):
        shared._base_manager.filter(account__in=[ours, theirs]).update(shared=True)
    shown = {m._meta.label_lower: list(m._base_manager.filter(m.visible_rows(client))) for m in guarded()}
    assert {label for label, rows in shown.items() if rows} == SHARED
    for label, rows in shown.items():
        for row in rows:
            assert row.root == ours or row.root.account == ours, (label, row)
            assert row.allows(client, Permission.VIEW)
    assert all(task.kind == Task.Kind.MILESTONE for task in shown["projects.task"])
    for model in guarded():
        if issubclass(model, Record):
            for row in model._base_manager.all()[:10]:
                assert not any(
                    can(client, permission, row) for permission in Permission if permission is not Permission.VIEW
                ), row
            assert not may_create(client, model)
    Goal._base_manager.filter(account=ours).update(shared=False)
    assert not Goal.objects.visible_to(client).exists()
    Project.objects.filter(account=ours).update(archived_at=timezone.now())
    assert not Task.objects.visible_to(client).exists()
    Project.objects.filter(account=ours).update(archived_at=None)
    link = ClientLink(account=ours, expires_on=timezone.localdate() + timedelta(days=1))
    assert link.actor == client


def test_what_may_be_created_is_asked_without_a_record(firm: tuple[World, dict[str, User]]) -> None:
    world, _ = firm
    ours, theirs = world.ours.things["account"], world.theirs.things["account"]
    manager, leader, member = (world.ours.users[n] for n in ("account_manager", "project_manager", "member"))
    assert may_create(manager, Project)  # there are accounts for which they may
    assert may_create(manager, Project, account=ours)
    assert not may_create(manager, Project, account=theirs)
    assert may_create(leader, Project, account=ours)
    assert not may_create(member, Project)
    assert not may_create(None, Project)  # the system has no need to ask
    ours.archived_at = timezone.now()
    assert not may_create(world.administrator, Project, account=ours)
    ours.archived_at = None
    unmanned = [
        f"{path.relative_to(SOURCE)}:{node.lineno}"
        for path in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and any(isinstance(a, ast.Attribute) and a.attr == "CREATE" for a in node.args)
        and any(isinstance(a, ast.Call) for a in node.args)
    ]
    assert unmanned == []  # no record is made up to ask about it


def test_what_can_be_asked_for_a_person_has_a_policy() -> None:
    asked = [m for m in apps.get_models() if hasattr(getattr(m, "objects", None), "visible_to")]
    assert [m._meta.label for m in asked if not issubclass(m, Guarded)] == []
