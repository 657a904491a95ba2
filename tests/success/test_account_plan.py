"""The account plan: goals follow what serves them, and the client sees what is shared."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from accord.accounts.models import Account
from accord.people.models import User
from accord.projects.actions.link_goal_work import link_goal_work
from accord.projects.models import Acceptance, Deliverable, GoalSupport, Project, Task
from accord.projects.queries_goals import GoalProgress, progress_of
from accord.success.models import Goal, Need, PlannedAction, Strategy

pytestmark = pytest.mark.django_db


@pytest.fixture
def project(account: Account) -> Project:
    found: Project = Project.objects.create(account=account, name="Filter", start=datetime(2026, 3, 2, 9))
    return found


def goal_of(account: Account, **values: Any) -> Goal:
    found: Goal = Goal.objects.create(account=account, title="Less haze", **values)
    return found


def milestone(project: Project, uid: int, percent: int, finish: datetime) -> Task:
    return Task.objects.create(
        project=project, uid=uid, name=f"M{uid}", kind="milestone", duration_minutes=0, percent_complete=percent,
        start=finish, finish=finish,
    )  # fmt: skip


def progress(goal: Goal) -> GoalProgress:
    return progress_of([goal])[0]


def test_a_goal_that_nothing_serves_is_not_at_nought(account: Account) -> None:
    found = progress(goal_of(account))
    assert (found.share, found.measured, found.expected, found.late) == (None, None, None, False)


def test_a_goal_follows_milestones_deliverables_and_projects(account: Account, project: Project, owner: User) -> None:
    goal = goal_of(account, due_on=date(2026, 6, 1))
    done = milestone(project, 1, 100, datetime(2026, 4, 1, 17))
    late = milestone(project, 2, 0, datetime(2026, 6, 2, 17))
    result = Deliverable.objects.create(project=project, name="Filter")
    for what in (f"task:{done.pk}", f"task:{late.pk}", f"deliverable:{result.pk}"):
        link_goal_work(goal=goal, what=what, evidence="", by=owner)
    found = progress(goal)
    assert found.share == pytest.approx(1 / 3)
    assert (found.expected, found.late) == (date(2026, 6, 2), True)
    Acceptance.objects.create(project=project, deliverable=result, verdict="rejected", given_on=date(2026, 5, 1))
    assert progress(goal).share == pytest.approx(1 / 3)
    Acceptance.objects.create(project=project, deliverable=result, verdict="accepted", given_on=date(2026, 5, 2))
    assert progress(goal).share == pytest.approx(2 / 3)
    Task.objects.filter(pk=late.pk).update(percent_complete=100)
    found = progress(goal)
    assert (found.share, found.expected, found.late) == (1, None, False)


def test_a_whole_project_counts_by_its_work(account: Account, project: Project, owner: User) -> None:
    goal = goal_of(account)
    above = Task.objects.create(project=project, uid=1, name="All", duration_minutes=9000, percent_complete=1)
    for uid, length, percent in ((2, 300, 100), (3, 100, 0)):
        Task.objects.create(
            project=project, uid=uid, name="x", parent=above, duration_minutes=length, percent_complete=percent
        )
    link_goal_work(goal=goal, what=f"project:{project.pk}", evidence="It is clear", by=owner)
    assert progress(goal).share == pytest.approx(0.75)


def test_measured_progress_may_go_backwards() -> None:
    goal = Goal(baseline=Decimal(50), target=Decimal(20), current=Decimal(35))
    assert goal.measured_progress == Decimal("0.5")
    goal.current = Decimal(56)
    assert goal.measured_progress == Decimal("-0.2")
    goal.target = None
    assert goal.measured_progress is None


def test_what_belongs_to_another_client_cannot_serve(account: Account, owner: User) -> None:
    other = Account.objects.create(name="Other", owner=owner)
    strange = Project.objects.create(account=other, name="Strange", start=datetime(2026, 3, 2, 9), manager=owner)
    with pytest.raises(ValidationError, match="another account"):
        link_goal_work(goal=goal_of(account), what=f"project:{strange.pk}", evidence="", by=owner)


def test_from_the_first_need_to_an_action_done(account: Account, project: Project, owner: User, client: Client) -> None:
    client.force_login(owner)
    page = reverse("account-plan", args=[account.pk])
    assert "Add need" in client.get(page).content.decode()
    client.post(reverse("need-new", args=[account.pk]), {"title": "Clear beer", "weight": 3, "status": "open"})
    need = Need.objects.get()
    wrong = client.post(
        reverse("goal-new", args=[account.pk]),
        {"title": "Less haze", "need": need.pk, "baseline": 5, "target": 5, "status": "open"},
    )
    assert wrong.status_code == 422
    values = {"title": "Less haze", "need": need.pk, "baseline": 5, "target": 1, "measure": "Haze", "status": "open"}
    client.post(reverse("goal-new", args=[account.pk]), values)
    goal = Goal.objects.get()
    form = client.get(reverse("goal-support-new", args=[goal.pk])).content.decode()
    assert f"project:{project.pk}" in form
    answer = client.post(
        reverse("goal-support-new", args=[goal.pk]), {"what": f"project:{project.pk}", "evidence": "Tasted"}
    )
    assert answer["Location"] == page
    assert GoalSupport.objects.get().evidence == "Tasted"
    client.post(reverse("strategy-new", args=[account.pk]), {"title": "Filter", "goal": goal.pk, "status": "active"})
    client.post(
        reverse("planned-action-new", args=[account.pk]),
        {"title": "Buy a filter", "strategy": Strategy.objects.get().pk, "owner": owner.pk, "due_on": "2026-01-05"},
    )
    client.post(reverse("swot-note-new", args=[account.pk]), {"quadrant": "threat", "text": "Cheaper filters"})
    shown = client.get(page).content.decode()
    for words in ("Clear beer", "Less haze", "Tasted", "Filter", "was due", "Cheaper filters"):
        assert words in shown
    done = reverse("planned-action-completion", args=[PlannedAction.objects.get().pk])
    client.post(done)
    assert PlannedAction.objects.get().done_at is not None
    client.post(done)
    assert PlannedAction.objects.get().done_at is None
