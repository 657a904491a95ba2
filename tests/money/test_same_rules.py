"""Hours and invoices follow the same rules by page and by API."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from accord.accounts.models import Account
from accord.core import editing
from accord.money.actions.log_time import log_time
from accord.money.actions.write_invoice import rewrite_invoice, write_invoice
from accord.money.models import Invoice, InvoiceLine, TimeEntry
from accord.people.models import Firm, Person, Role, User
from accord.projects.models import Project, Task
from tests.factories import browser_of, create_rates

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss() -> User:
    Firm.current()
    return User.objects.create(email="ada@firm.test", name="Ada", roles=[Role.ADMINISTRATOR])


@pytest.fixture
def client(boss: User) -> Client:
    return browser_of(boss)


@pytest.fixture
def project(boss: User) -> Project:
    account = Account.objects.create(name="Brewery", owner=boss)
    return Project.objects.create(account=account, name="Shop", start="2026-03-02 09:00", manager=boss)


def invoice(account: Account, number: str, **values: Any) -> Invoice:
    row = Invoice(account=account, number=number, issued_on=date(2026, 3, 1), **values)
    return write_invoice(invoice=row, lines=[InvoiceLine(unit_price=Decimal(100))], by=None)


def posted(client: Client, url: str, body: dict[str, Any]) -> Any:
    return client.post(url, json.dumps(body), content_type="application/json")


def test_a_paid_invoice_says_when_by_page_and_by_api(client: Client, project: Project) -> None:
    body = {"account": project.account_id, "number": "1", "issued_on": "2026-03-01", "status": "paid"}
    body |= {"lines": [{"unit_price": "100"}]}
    assert posted(client, "/api/money/invoices", body).status_code == 422
    assert not Invoice.objects.exists()
    assert posted(client, "/api/money/invoices", body | {"paid_on": "2026-03-20"}).status_code == 201
    assert Invoice.objects.get().paid_on == date(2026, 3, 20)
    with pytest.raises(ValidationError, match="Enter the payment date"):
        Invoice(account=project.account, number="2", issued_on=date(2026, 3, 1), status="paid").full_clean()


def test_a_number_is_used_once_also_when_it_is_changed(project: Project) -> None:
    invoice(project.account, "1")
    second = invoice(project.account, "2")
    lines = [InvoiceLine(unit_price=Decimal(100))]
    with pytest.raises(ValidationError, match="Invoice 1 already exists"):
        rewrite_invoice(invoice=second, version=second.version, lines=lines, by=None, number="1")
    assert sorted(Invoice.objects.values_list("number", flat=True)) == ["1", "2"]
    changed = rewrite_invoice(invoice=second, version=second.version, lines=lines, by=None, number="3")
    assert changed.number == "3"


def test_hours_are_logged_on_tasks_by_page_and_by_api(client: Client, project: Project) -> None:
    phase = Task.objects.create(project=project, uid=1, name="Build", order=1, kind="summary")
    person = Person.objects.create(name="Max")
    body = {"project": project.pk, "task": phase.pk, "person": person.pk, "day": "2026-03-02", "minutes": 60}
    assert posted(client, "/api/money/time", body).status_code == 422
    values = {"person": person.pk, "task": phase.pk, "day": "2026-03-02", "hours": "1"}
    assert client.post(reverse("project-time-new", args=[project.pk]), values).status_code == 422
    assert not TimeEntry.objects.exists()


def test_another_day_has_another_rate(client: Client, project: Project) -> None:
    person = Person.objects.create(name="Max")
    for day, cost in ((date(2026, 1, 1), 50), (date(2026, 6, 1), 60)):
        create_rates(cost, 2 * cost, person=person, starts_on=day)
    entry = log_time(entry=TimeEntry(project=project, person=person, day=date(2026, 3, 2), minutes=60), by=None)
    assert entry.cost_rate == 50
    values = {"person": person.pk, "day": "2026-06-02", "hours": "2", "note": "", "version": entry.version}
    client.post(reverse("time-edit", args=[entry.pk]), values)
    entry.refresh_from_db()
    assert (entry.day, entry.minutes, entry.cost_rate, entry.bill_rate) == (date(2026, 6, 2), 120, 60, 120)
    with pytest.raises(TypeError, match=r"TimeEntry\.day is changed by change_time"):
        editing.change(entry, by=None, version=entry.version, day=date(2026, 3, 2))
    with pytest.raises(TypeError, match="is created by log_time"):
        editing.create(TimeEntry(project=project, person=person, day=date(2026, 3, 2), minutes=60), by=None)
