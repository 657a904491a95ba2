"""What is laid beside a plan: baselines and an open proposal of levelling."""

from __future__ import annotations

from datetime import datetime

import pytest

from accord.people.models import Person, User
from accord.projects.actions.accept_levelling import accept_levelling
from accord.projects.actions.take_baseline import take_baseline
from accord.projects.models import Project, Task
from accord.projects.queries_comparison_dates import beside, choices
from tests.factories import MONDAY
from tests.projects.planning import DAY, crowded, update
from tests.projects.test_level_plans import THREE_DAYS, level

pytestmark = pytest.mark.django_db


def keys(project: Project) -> list[str]:
    return [choice.key for choice in choices(project.plan)]


def test_a_baseline_keeps_the_dates_it_was_taken_with(shop: Project, manager: User) -> None:
    assert keys(shop) == ["baseline-0"]
    assert beside(shop.plan, "baseline-0") == {}
    take_baseline(project=shop, by=manager, name="Before the change")
    update(shop, manager, "Shop 1", duration_minutes=2 * DAY)
    take_baseline(project=shop, by=manager)
    assert [choice.label for choice in choices(shop.plan)] == ["Baseline", "Before the change"]
    found = beside(shop.plan, "baseline-1")
    assert found is not None
    assert set(found.values()) == {(MONDAY, datetime(2026, 3, 2, 17))}
    assert set(found) == set(Task.objects.filter(project=shop).values_list("pk", flat=True))


def test_a_proposal_lies_beside_the_plan_until_it_is_accepted(shop: Project, manager: User) -> None:
    proposal = level(shop, manager)
    key = f"levelling-{proposal.pk}"
    assert keys(shop) == ["baseline-0", key]
    found = beside(shop.plan, key)
    assert found is not None
    assert sorted(start for start, _ in found.values()) == THREE_DAYS[1:]
    accept_levelling(levelling=proposal, by=manager)
    assert keys(shop) == ["baseline-0"]
    assert beside(shop.plan, key) is None


@pytest.mark.parametrize("key", ["", "baseline", "baseline-7", "baseline-x", "levelling-1", "levelling--1", "plan-0"])
def test_what_is_not_there_is_nothing(shop: Project, key: str) -> None:
    assert beside(shop.plan, key) is None


def test_another_projects_proposal_is_not_shown(shop: Project, manager: User) -> None:
    other = crowded("Portal", manager, Person.objects.create(name="Bo"), 2)
    assert beside(other.plan, f"levelling-{level(shop, manager).pk}") is None
