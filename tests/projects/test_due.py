"""What is due for whom: one query, the same rows that plain loops over the records find."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accord.accounts.models import Account, Interaction
from accord.people.models import Person
from accord.projects.models import Assignment, ChangeRequest, Issue, Project, Resource, Risk, Task
from accord.projects.queries_due import DueItem, due_items, due_list, due_models, kinds
from accord.success.models import PlannedAction, PlaybookRunStep
from accord.support.models import InternalRequest, Request
from tests.world import World

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 20, 9, tzinfo=UTC)
TODAY, LIMIT = NOW.date(), NOW.date() + timedelta(days=14)


@pytest.fixture
def firm(firm: World) -> World:
    for side in (firm.ours, firm.theirs):
        member = side.users["member"]
        side.issue.__class__.objects.filter(pk=side.issue.pk).update(due_on=date(2026, 5, 22), owner=member)
        Risk.objects.filter(pk=side.risk.pk).update(due_on=date(2026, 5, 1), owner=member)
        Request.objects.filter(account=side.account).update(owner=member)
        Project.objects.filter(pk=side.project.pk).update(status="active")
        PlannedAction.objects.filter(account=side.account).update(owner=member, due_on=date(2026, 6, 3))
        Task.objects.filter(pk=side.second.pk).update(milestone_owner=side.person)
        InternalRequest.objects.filter(account=side.account).update(owner=member)
        side.person.user = member
        side.person.save()
    return firm


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
        if task.milestone_owner is not None:
            people.add(task.milestone_owner.user_id)
        if user.pk in people and task.percent_complete < 100 and task.active and begins and task.project_id in mine:
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
    for action in PlannedAction.objects.all():
        is_soon = action.due_on is None or action.due_on <= LIMIT
        if action.owner_id == user.pk and action.done_at is None and is_soon and action.account_id in clients:
            found.add(("planned action", action.pk))
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
    assert seen == set(kinds()) and len(seen) == 9


def test_a_day_ends_where_the_reader_is(firm: World) -> None:
    member = firm.ours.users["member"]
    Request.objects.filter(account=firm.ours.account).update(resolution_due=datetime(2026, 5, 20, 23, 30, tzinfo=UTC))
    for zone, days in (("UTC", [date(2026, 5, 20)]), ("Europe/Berlin", [])):
        rows = due_list(member, NOW.astimezone(ZoneInfo(zone)), TODAY)
        assert [item.due_on for item in (DueItem(*row) for row in rows) if item.kind == "request"] == days, zone


def test_what_is_due_for_everyone_names_who_has_to_do_it_and_nothing_unseen(firm: World) -> None:
    ours = firm.ours
    until = date(2026, 6, 30)
    for user in (*ours.users.values(), firm.administrator, firm.stranger):
        found = [DueItem(*row) for row in due_list(user, NOW, until, everyone=True)]
        for item in found:
            model = next(m for m in due_models() if m.due_item and m.due_item.kind == item.kind)
            assert model.objects.visible_to(user).filter(pk=item.pk).exists()
        mine = {(item.kind, item.pk) for item in (DueItem(*row) for row in due_list(user, NOW, until))}
        assert mine <= {(item.kind, item.pk) for item in found}
    assert not found  # a stranger's
    member = ours.users["member"]
    items = [DueItem(*row) for row in due_list(firm.administrator, NOW, until, everyone=True)]
    issue = next(item for item in items if (item.kind, item.pk) == ("issue", ours.issue.pk))
    assert (issue.owner_pk, issue.owner, issue.due_on) == (member.pk, member.name, date(2026, 5, 22))
    days = [item.due_on for item in items]
    assert days == sorted(days, key=lambda day: day or date.max)


def test_a_task_of_two_people_is_due_for_each_and_once_for_who_works_on_it_twice(firm: World) -> None:
    task, project = firm.ours.second, firm.ours.project
    other = Person.objects.create(name="Other", user=firm.ours.users["account_manager"])
    Task.objects.filter(pk=task.pk).update(milestone_owner=None, percent_complete=0, start=NOW.replace(tzinfo=None))
    task.assignments.all().delete()
    for number, person in enumerate((firm.ours.person, firm.ours.person, other)):
        resource = Resource.objects.create(project=project, uid=900 + number, name=f"R{number}", person=person)
        Assignment.objects.create(project=project, uid=900 + number, task=task, resource=resource)
    mine = [item.pk for item in due_items(firm.ours.users["member"], NOW, most=1000)["task"]]
    assert mine.count(task.pk) == 1
    rows = [DueItem(*row) for row in due_list(firm.administrator, NOW, date(2030, 1, 1), everyone=True)]
    whose = [item.owner_pk for item in rows if (item.kind, item.pk) == ("task", task.pk)]
    assert set(whose) == {firm.ours.users["member"].pk, other.user_id}


# Models with a due date that nobody of the firm has to do something by, and why.
NOT_DUE_ITEMS = {
    "money.Invoice": "the client pays; overdue invoices have lists of their own",
    "projects.Deliverable": "the tasks that make it name it, and are due",
    "projects.Objective": "an outcome, reached by the project as a whole",
    "success.Goal": "an outcome of the client, reached by the planned actions, which are due",
}


def test_every_model_with_a_due_date_is_asked_or_says_why_not() -> None:
    dated = {
        model._meta.label
        for model in apps.get_models()
        if any(field.name in {"due_on", "due_at", "resolution_due"} for field in model._meta.get_fields())
    }
    asked = {model._meta.label for model in due_models()}
    assert dated - asked == set(NOT_DUE_ITEMS)
    assert asked - dated == {"projects.Task"}  # a plan's dates are called as in every plan: start and finish


def test_due_items_name_their_columns_alike() -> None:
    """Those that do not have a reason in docs/decisions/0032-one-due-item.md."""
    other = {"due": set(), "owner": set()}
    for model in due_models():
        fields = model.due_item
        if fields.due != "due_on":
            other["due"].add(fields.kind)
        if fields.owners[0] != "owner":
            other["owner"].add(fields.kind)
    assert other == {"due": {"task", "request"}, "owner": {"task", "next step"}}
    assert len(kinds()) == len(due_models())


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


def test_an_inactive_task_is_due_for_nobody(firm: World) -> None:
    member, now = firm.ours.users["member"], NOW
    mine = firm.ours.second.pk
    assert mine in {item.pk for item in due_items(member, now, most=50)["task"]}
    Task.objects.filter(pk=mine).update(active=False)
    assert mine not in {item.pk for item in due_items(member, now, most=50)["task"]}
    rows = (DueItem(*row) for row in due_list(member, now, LIMIT, everyone=True))
    assert ("task", mine) not in {(item.kind, item.pk) for item in rows}
