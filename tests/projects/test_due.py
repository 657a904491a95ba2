"""What is due for whom: one query, the same rows that plain loops over the records find."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accord.accounts.models import Account, Interaction
from accord.projects.models import ChangeRequest, Issue, Project, Risk, Task
from accord.projects.queries_due import due_items
from accord.success.models import PlaybookRunStep
from accord.support.models import InternalRequest, Request
from tests.world import World, make_shared, make_world

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 20, 9, tzinfo=UTC)
TODAY, LIMIT = NOW.date(), NOW.date() + timedelta(days=14)


@pytest.fixture
def firm() -> World:
    world = make_world()
    make_shared()
    for side in (world.ours, world.theirs):
        member = side.users["member"]
        side.issue.__class__.objects.filter(pk=side.issue.pk).update(due_on=date(2026, 5, 22), owner=member)
        Risk.objects.filter(pk=side.risk.pk).update(due_on=date(2026, 5, 1), owner=member)
        Request.objects.filter(account=side.account).update(owner=member)
        Project.objects.filter(pk=side.project.pk).update(status="active")
        side.person.user = member
        side.person.save()
    return world


def by_hand(user: Any) -> set[tuple[str, int]]:
    """Kind and id of what is due, by loops and the records' own rules."""
    found: set[tuple[str, int]] = set()
    mine = {p.pk for p in Project.objects.visible_to(user)}
    clients = {p.pk for p in Account.objects.visible_to(user)}
    for step in Interaction.objects.all():
        is_open = step.next_step and step.done_at is None and step.account_id in clients
        if is_open and user.pk in (step.by_id, step.account.owner_id):
            found.add(("next step", step.pk))
    for task in Task.objects.all():
        people = {a.resource.person.user_id for a in task.assignments.all() if a.resource.person_id}
        begins = task.start is not None and task.start.date() <= LIMIT
        if user.pk in people and task.percent_complete < 100 and begins and task.project_id in mine:
            found.add(("task", task.pk))
    for issue in Issue.objects.all():
        if issue.owner_id == user.pk and issue.status != "resolved" and (issue.due_on or TODAY) <= LIMIT:
            found.add(("issue", issue.pk))
    for change in ChangeRequest.objects.all():
        leads = user.pk in (change.owner_id, change.project.manager_id)
        if leads and change.status == "proposed" and (change.due_on or TODAY) <= LIMIT and change.project_id in mine:
            found.add(("decision", change.pk))
    for risk in Risk.objects.all():
        if risk.owner_id == user.pk and risk.status == "open" and risk.due_on and risk.due_on <= LIMIT:
            found.add(("risk review", risk.pk))
    for request in Request.objects.all():
        if (
            request.owner_id == user.pk
            and request.status not in ("resolved", "closed")
            and request.account_id in clients
        ):
            found.add(("request", request.pk))
    for item in InternalRequest.objects.all():
        if item.owner_id == user.pk and item.status == "asked":
            found.add(("internal request", item.pk))
    for step in PlaybookRunStep.objects.all():
        if step.owner_id == user.pk and step.done_at is None and step.run.status == "running" and step.due_on <= LIMIT:
            found.add(("playbook step", step.pk))
    return found


def test_one_query_finds_what_loops_find_for_everyone(firm: World) -> None:
    seen = set()
    for name, user in {**firm.ours.users, "administrator": firm.administrator, "stranger": firm.stranger}.items():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            due = due_items(user, NOW, most=1000)
        assert len(queries) == 1
        found = {(kind, item.pk) for kind, items in due.items() for item in items}
        assert found == by_hand(user), name
        seen |= {kind for kind, _ in found}
    assert {"next step", "task", "issue", "decision", "risk review", "request"} <= seen


def test_the_most_urgent_come_first_and_no_more_than_asked(firm: World) -> None:
    member, project = firm.ours.users["member"], firm.ours.project
    for day in (29, 3, 17, 24):
        Issue.objects.create(
            project=project, number=day + 100, title=f"May {day}", owner=member, due_on=date(2026, 5, day)
        )
    titles = [item.title for item in due_items(member, NOW, most=3)["issue"]]
    assert titles == ["May 3", "May 17", "No water"]


def test_an_item_says_what_it_is_about(firm: World) -> None:
    member = firm.ours.users["member"]
    due = due_items(member, NOW)
    issue, request = due["issue"][0], due["request"][0]
    assert (issue.title, issue.about_pk, issue.about) == ("No water", firm.ours.project.pk, firm.ours.project.name)
    assert (issue.due_on, issue.due_at) == (date(2026, 5, 22), None)
    assert (request.due_on, request.about) == (None, firm.ours.account.name)
    assert request.severity in ("Low", "Medium", "High", "Critical")
    leads = due_items(firm.ours.users["project_manager"], NOW)["decision"][0]
    assert leads.state == "decides"
    assert due["decision"][0].state == ""
