"""The forecast finish of a project: one rule for its page, lists, API and measures."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from accord.engines.planning.plan import Plan
from accord.insight.queries import measurement, project_value
from accord.people.models import User
from accord.projects.actions.link_tasks import link_tasks
from accord.projects.actions.store_plan import store_plan
from accord.projects.actions.take_baseline import take_baseline
from accord.projects.models import Deliverable, Project, Task
from accord.projects.queries import load_plan
from tests.projects.planning import task, update

pytestmark = pytest.mark.django_db


def finish_of(project: Project) -> datetime | None:
    return Project.objects.get(pk=project.pk).finish


def test_without_promises_the_last_task_that_is_not_level_of_effort(project: Project, manager: User) -> None:
    assert finish_of(project) == task(project, "Launch").finish
    Task.objects.create(project=project, uid=9, name="Support", order=9216, duration_minutes=20 * 420)
    update(project, manager, "Support", name="Steering")
    late = finish_of(project)
    assert late == task(project, "Steering").finish
    update(project, manager, "Steering", kind="effort")
    assert finish_of(project) == task(project, "Launch").finish != late


def test_the_last_deliverable_then_a_milestone_with_a_deadline(project: Project, manager: User) -> None:
    site = Deliverable.objects.create(project=project, name="Site")
    link_tasks(deliverable=site, tasks=[task(project, "Design")], by=manager)
    assert finish_of(project) == task(project, "Design").finish
    update(project, manager, "Design", duration_minutes=3 * 420)
    assert finish_of(project) == task(project, "Design").finish
    update(project, manager, "Launch", deadline="2026-03-20T17:00")
    assert finish_of(project) == task(project, "Launch").finish


def test_a_deliverable_that_is_deleted(project: Project, manager: User) -> None:
    site = Deliverable.objects.create(project=project, name="Site")
    link_tasks(deliverable=site, tasks=[task(project, "Design")], by=manager)
    site.delete()
    assert finish_of(project) == task(project, "Launch").finish


def test_an_imported_plan(project: Project, manager: User) -> None:
    update(project, manager, "Launch", deadline="2026-03-20T17:00")
    plan: Plan = load_plan(project.plan).plan
    store_plan(project=project, plan=plan, by=manager)
    assert finish_of(project) == task(project, "Launch").finish


def test_the_measure_compares_the_same_tasks_with_the_baseline(project: Project, manager: User) -> None:
    site = Deliverable.objects.create(project=project, name="Site")
    link_tasks(deliverable=site, tasks=[task(project, "Design")], by=manager)
    agreed = task(project, "Design").finish
    take_baseline(project=project, by=manager)
    update(project, manager, "Build", duration_minutes=10 * 420)
    project.refresh_from_db()
    today = date(2026, 3, 2)
    measure = measurement(project, project_value(project, None, today), today)
    assert (measure.finish, measure.baseline_finish) == (agreed, agreed)
