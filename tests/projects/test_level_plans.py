"""Levelling stored plans: proposals, what they count, accepting and taking back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from accord.people.models import Person, User
from accord.projects.actions.accept_levelling import accept_levelling
from accord.projects.actions.edit_plan import undo_step
from accord.projects.actions.level_plans import level_plans, stop_levelling
from accord.projects.levelling_result import Result
from accord.projects.models import Levelling, Project, Resource, Task
from accord.projects.plan_rows import Invalid
from tests.projects.planning import DAY, crowded, task, update

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 3, 2, 9)


def level(project: Project, by: User, *others: Project) -> Levelling:
    found = level_plans(levelling=Levelling(plan=project.plan, seconds=2), others=others, by=by, now=True)
    assert found.status == Levelling.Status.DONE, found.error
    return found


def starts(project: Project) -> list[datetime]:
    return sorted(Task.objects.filter(project=project).values_list("start", flat=True))


THREE_DAYS = [datetime(2026, 3, day, 9) for day in (2, 3, 4)]


def test_a_proposal_changes_nothing_until_it_is_accepted(shop: Project, manager: User) -> None:
    found = level(shop, manager)
    result = Result(found)
    assert starts(shop) == [MONDAY] * 3
    assert (result.finish_before, result.finish_after) == (datetime(2026, 3, 2, 17), datetime(2026, 3, 4, 17))
    assert result.optimal
    assert result.gap == 0
    assert sum(moved.moves for moved in result.parts[0].tasks) == 2


def test_accepted_it_is_one_gesture_that_undo_takes_back(shop: Project, manager: User) -> None:
    found = level(shop, manager)
    accept_levelling(levelling=found, by=manager)
    assert starts(shop) == THREE_DAYS
    with pytest.raises(Invalid, match="no levelling proposal"):
        accept_levelling(levelling=Levelling.objects.get(pk=found.pk), by=manager)
    undo_step(plan=shop.plan, by=manager)
    assert starts(shop) == [MONDAY] * 3


def test_what_was_changed_meanwhile_is_not_overwritten(shop: Project, manager: User) -> None:
    found = level(shop, manager)
    update(shop, manager, "Shop 1", duration_minutes=2 * DAY)
    with pytest.raises(Invalid, match="changed since"):
        accept_levelling(levelling=found, by=manager)
    assert starts(shop) == [MONDAY] * 3


def test_work_elsewhere_counts_and_stays(shop: Project, manager: User, ann: Person) -> None:
    other = crowded("Portal", manager, ann, 1)
    accept_levelling(levelling=level(shop, manager), by=manager)
    assert starts(other) == [MONDAY]
    assert starts(shop) == [datetime(2026, 3, day, 9) for day in (3, 4, 5)]


def test_two_projects_are_levelled_together(shop: Project, manager: User, ann: Person) -> None:
    other = crowded("Portal", manager, ann, 2)
    found = level(shop, manager, other)
    assert Result(found).finish_after == datetime(2026, 3, 6, 17)
    assert accept_levelling(levelling=found, by=manager) >= 1
    days = sorted(starts(shop) + starts(other))
    assert days == [datetime(2026, 3, day, 9) for day in (2, 3, 4, 5, 6)]


def test_started_work_and_highest_priority_stay(shop: Project, manager: User) -> None:
    update(shop, manager, "Shop 3", percent_complete=50)
    accept_levelling(levelling=level(shop, manager), by=manager)
    assert task(shop, "Shop 3").start == MONDAY


def test_one_at_a_time_and_stopped_before_it_began(shop: Project, manager: User) -> None:
    waiting = level_plans(levelling=Levelling(plan=shop.plan), others=[], by=manager)
    with pytest.raises(Invalid, match="already running for this plan"):
        level_plans(levelling=Levelling(plan=shop.plan), others=[], by=manager)
    assert stop_levelling(levelling=waiting, by=manager)
    assert Levelling.objects.get(pk=waiting.pk).status == Levelling.Status.CANCELLED


def test_an_impossible_plan_says_why(shop: Project, manager: User) -> None:
    resource = Resource.objects.get(project=shop)
    Resource.objects.filter(pk=resource.pk).update(max_units=0.5)
    found: Any = level_plans(levelling=Levelling(plan=shop.plan, seconds=1), others=[], by=manager, now=True)
    assert found.status == Levelling.Status.FAILED
    assert "Shop" in found.error


def test_what_levelling_put_last_is_critical_in_the_app(manager: User, ann: Person) -> None:
    plan = crowded("Two", manager, ann, 2)
    accept_levelling(levelling=level(plan, manager), by=manager)
    first, second = Task.objects.filter(project=plan).order_by("start")
    assert (second.early_start, second.total_float_minutes, second.critical) == (second.start, 0, True)
    assert (first.total_float_minutes, first.critical) == (DAY, False)
    plan.refresh_from_db()
    assert plan.finish == second.finish
