"""A small plan that the tests of this room share."""

from __future__ import annotations

from datetime import datetime

import pytest

from accord.accounts.models import Account
from accord.people.models import Role, User
from accord.projects.actions.schedule import schedule
from accord.projects.models import Link, Project, Task

MONDAY = datetime(2026, 3, 2, 9)


@pytest.fixture
def manager() -> User:
    return User.objects.create(email="p@firm.test", name="Pia", roles=[Role.PROJECT_MANAGER])


@pytest.fixture
def project(manager: User) -> Project:
    """Design (2 days) → Build (1 day) → Launch, on a 9 to 17 week."""
    account = Account.objects.create(name="Client")
    project = Project.objects.create(account=account, name="Shop", start=MONDAY, manager=manager)
    design = Task.objects.create(project=project, uid=1, name="Design", order=1024, duration_minutes=2 * 420)
    build = Task.objects.create(project=project, uid=2, name="Build", order=2048, duration_minutes=420)
    launch = Task.objects.create(
        project=project, uid=3, name="Launch", order=3072, kind="milestone", duration_minutes=0
    )
    Link.objects.create(project=project, predecessor=design, successor=build)
    Link.objects.create(project=project, predecessor=build, successor=launch)
    schedule(plan=project.plan, by=None)
    return project
