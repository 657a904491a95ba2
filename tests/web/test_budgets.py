"""How many queries a page takes: at most its budget, and no more with many rows than with few."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accord.accounts.models import Account, AccountMember, Affiliation, Agreement, Contact, Interaction, Opportunity
from accord.conversations.models import Comment, Notification
from accord.core.events import event
from accord.core.models import Event
from accord.insight.actions.measure_project import measure_project
from accord.money.models import Expense, Invoice, InvoiceLine, TimeEntry
from accord.people.models import Person
from accord.projects.models import Assignment, Project, ProjectMember, Resource, Task
from tests.web.routes import ROUTES
from tests.web.test_permissions import address
from tests.world import Side, World

pytestmark = pytest.mark.django_db

BUDGETS: dict[str, int] = {
    name: most for name, most in json.loads((Path(__file__).parent / "budgets.json").read_text()).items() if name != "_"
}
MORE = 12


def count(client: Client, url: str) -> int:
    client.get(url)  # the first request fills caches that live as long as the process
    with CaptureQueriesContext(
        connection,
    ) as queries:
        response = client.get(url)
    assert response.status_code == 200, url
    return len(queries)


def grow(side: Side, administrator: Any) -> None:
    """Many more rows of everything that a page lists."""
    account, project, today = side.account, side.project, date(2026, 6, 1)
    for n in range(MORE):
        contact = Contact.objects.create(name=f"Contact {n}", email=f"c{n}@ours.test")
        Affiliation.objects.create(account=account, contact=contact, part="user")
        Interaction.objects.create(
            account=account,
            subject=f"Call {n}",
            at=datetime(2026, 5, 1, n, tzinfo=UTC),
            next_step=f"Step {n}",
            by=administrator,
        )
        Opportunity.objects.create(account=account, name=f"Chance {n}", amount=Decimal(n))
        Agreement.objects.create(account=account, title=f"Agreement {n}", starts_on=today)
        invoice = Invoice.objects.create(
            account=account, project=project, number=f"N{n}", issued_on=today, status="sent", total=1
        )
        InvoiceLine.objects.create(invoice=side.invoice, description=f"Line {n}", unit_price=1, amount=1)
        assert invoice.pk
        other = Project.objects.create(
            account=account, name=f"Project {n}", start=project.start, status="active", manager=administrator
        )
        task = Task.objects.create(
            project=project, uid=100 + n, name=f"Task {n}", order=n, start=project.start, finish=project.start
        )
        Task.objects.create(
            project=other, uid=1, name="Milestone", kind="milestone", start=project.start, finish=project.start
        )
        measure_project(project=other, day=today)
        person = Person.objects.create(name=f"Person {n}")
        resource = Resource.objects.create(project=project, uid=100 + n, name=f"Person {n}", person=person)
        Assignment.objects.create(project=project, uid=100 + n, task=task, resource=resource, work_minutes=60)
        TimeEntry.objects.create(project=project, task=task, person=side.person, day=today, minutes=30)
        Expense.objects.create(project=project, day=today, description=f"Train {n}", amount=1)
        Comment.objects.create(subject_type="accounts.account", subject_id=account.pk, body="Hm", author=administrator)
        Notification.objects.create(user=administrator, text="News")
        Account.objects.create(name=f"Account {n}", owner=administrator)
        user = type(administrator).objects.create(email=f"u{n}@firm.test", name=f"User {n}", roles=["member"])
        ProjectMember.objects.create(project=project, user=user)
        AccountMember.objects.create(account=account, user=user)
    Event.objects.bulk_create(event(by=administrator, verb="changed", subject=account) for _ in range(MORE))
    Event.objects.bulk_create(event(by=administrator, verb="changed", subject=project) for _ in range(MORE))


def test_pages_keep_their_budgets_however_many_rows(world: tuple[World, dict[str, Any]]) -> None:
    firm, shared = world
    client = Client()
    client.force_login(firm.administrator)
    urls = {name: address(name, ROUTES[name], firm.ours, shared) for name in BUDGETS}
    few = {name: count(client, url) for name, url in urls.items()}
    over = {name: found for name, found in few.items() if found > BUDGETS[name]}
    assert over == {}
    grow(firm.ours, firm.administrator)
    many = {name: count(client, url) for name, url in urls.items()}
    # A list that was empty before may need the query that fills it; rows beyond that must cost nothing.
    growing = {
        name: (few[name], many[name])
        for name in many
        if many[name] > max(few[name] + 2, 0) or many[name] > BUDGETS[name]
    }
    assert growing == {}


def test_every_page_that_lists_something_has_a_budget() -> None:
    pages = {
        name
        for name, route in ROUTES.items()
        if not (route.form or route.post or route.public or name.startswith("api:")) and name not in {"up"}
    }
    assert pages - set(BUDGETS) <= {"exchange-rates", "import", "import-progress", "import-sample"}
