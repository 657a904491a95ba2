"""A small plan that the tests of this room share."""

from __future__ import annotations

import pytest

from accord.people.models import Person, User
from accord.projects.actions.schedule import schedule
from accord.projects.models import Link, Project, Task
from tests.factories import create_project
from tests.projects.planning import crowded


@pytest.fixture
def project(manager: User) -> Project:
    """Design (2 days) → Build (1 day) → Launch, on a 9 to 17 week."""
    project = create_project(manager=manager)
    design = Task.objects.create(project=project, uid=1, name="Design", order=1024, duration_minutes=2 * 420)
    build = Task.objects.create(project=project, uid=2, name="Build", order=2048, duration_minutes=420)
    launch = Task.objects.create(
        project=project, uid=3, name="Launch", order=3072, kind="milestone", duration_minutes=0
    )
    Link.objects.create(project=project, predecessor=design, successor=build)
    Link.objects.create(project=project, predecessor=build, successor=launch)
    schedule(plan=project.plan, by=None)
    return project


@pytest.fixture
def ann() -> Person:
    return Person.objects.create(name="Ann")


@pytest.fixture
def shop(manager: User, ann: Person) -> Project:
    return crowded("Shop", manager, ann, 3)
