"""What can be invoiced: proposed with its reason, drafted once, and free again when the draft or the invoice goes."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accord.accounts.models import Account
from accord.core import editing
from accord.money.actions.cancel_invoice import cancel_invoice
from accord.money.actions.draft_invoice import draft_invoices
from accord.money.models import BillingMilestone, Expense, Invoice, PeriodLock, TimeEntry, Timesheet
from accord.money.queries_billing import to_invoice
from accord.people.models import Firm, Person, Role, User
from accord.projects.models import Acceptance, Deliverable, Project, Task
from accord.sales.models import Agreement
from tests.factories import create_project, create_user
from tests.money.billing import NOW, TODAY, create_client, issue, set_up_billing

pytestmark = pytest.mark.django_db


@pytest.fixture
def finance() -> User:
    set_up_billing()
    return User.objects.create(email="f@firm.test", name="Fin", roles=[Role.FINANCE], password="!")


@pytest.fixture
def account(finance: User) -> Account:
    return create_client()


def project(account: Account, kind: str = "time_and_material", name: str = "Shop", **terms: Any) -> Project:
    agreement = Agreement.objects.create(account=account, title=name, kind=kind, starts_on=date(2026, 1, 1), **terms)
    return create_project(name, account=account, agreement=agreement, status="active")


def hours(on: Project, person: Person, day: date, minutes: int = 60, rate: str = "100", **more: Any) -> TimeEntry:
    return TimeEntry.objects.create(
        project=on, person=person, day=day, minutes=minutes, bill_rate=Decimal(rate), **more
    )


def expense(on: Project, amount: str) -> Expense:
    return Expense.objects.create(
        project=on, day=date(2026, 11, 2), description="Train", amount=Decimal(amount), tax=0, cost=Decimal(amount),
        billable=True, billable_amount=Decimal(amount), status=Expense.Status.APPROVED,
    )  # fmt: skip


@pytest.fixture
def ada(finance: User) -> Person:
    PeriodLock.objects.create(until=date(2026, 10, 31))
    return Person.objects.create(name="Ada Lovelace")


def test_approved_hours_of_past_months_are_proposed(account: Account, ada: Person, finance: User) -> None:
    shop = project(account)
    hours(shop, ada, date(2026, 10, 5), 440)
    hours(shop, ada, date(2026, 10, 6), 60, rate="120")
    hours(shop, ada, date(2026, 11, 4), 60)  # this month is not over
    hours(shop, ada, date(2025, 12, 30), 60)  # billed elsewhere
    hours(shop, ada, date(2026, 10, 7), 60, billable=False)
    (proposal,) = to_invoice(finance, TODAY)
    assert [(line.quantity, line.unit_price) for line in proposal.lines] == [
        (Decimal("7.3333"), Decimal(100)), (Decimal(1), Decimal(120))
    ]  # fmt: skip
    assert proposal.amount.amount == Decimal("853.33")
    (drafted,) = draft_invoices(keys=[proposal.key], by=finance, today=TODAY)
    assert (drafted.total, drafted.project, drafted.delivered_from) == (Decimal("853.33"), shop, date(2026, 10, 5))
    assert to_invoice(finance, TODAY) == []


def test_hours_wait_for_approval(account: Account, finance: User) -> None:
    person, shop = Person.objects.create(name="Bo"), project(account)
    hours(shop, person, date(2026, 10, 5))
    hours(shop, person, date(2026, 10, 12), 90)
    assert to_invoice(finance, TODAY) == []
    Timesheet.objects.create(
        person=person, week=date(2026, 10, 5), ends_on=date(2026, 10, 11), status=Timesheet.Status.APPROVED
    )
    (proposal,) = to_invoice(finance, TODAY)
    assert (proposal.amount.amount, proposal.waiting) == (Decimal("100.00"), 90)


def test_hours_under_a_fixed_price_are_not_billed(account: Account, ada: Person, finance: User) -> None:
    hours(project(account, "fixed_price", value=5000), ada, date(2026, 10, 5))
    assert to_invoice(finance, TODAY) == []


def test_a_cap_is_kept(account: Account, ada: Person, finance: User) -> None:
    shop = project(account, "capped", cap=Decimal(250))
    Invoice.objects.create(
        account=account, project=shop, number="A", status="paid", issued_on=TODAY, total=Decimal(100)
    )
    hours(shop, ada, date(2026, 10, 5), 240)
    (proposal,) = to_invoice(finance, TODAY)
    assert proposal.amount.amount == Decimal("150.00")
    (drafted,) = draft_invoices(keys=[proposal.key], by=finance, today=TODAY)
    assert drafted.total == Decimal("150.00")
    assert issue(drafted, finance).number


def test_a_retainer_is_billed_month_by_month_and_its_last_days_in_part(account: Account, finance: User) -> None:
    Agreement.objects.create(
        account=account, title="Support", kind="retainer", value=Decimal(3000), starts_on=date(2026, 8, 31),
        ends_on=date(2026, 11, 14),
    )  # fmt: skip
    fees = to_invoice(finance, TODAY)
    assert [(each.lines[0].period, each.amount.amount) for each in fees] == [
        ((date(2026, 8, 31), date(2026, 9, 29)), Decimal(3000)),
        ((date(2026, 9, 30), date(2026, 10, 30)), Decimal(3000)),
        ((date(2026, 10, 31), date(2026, 11, 14)), Decimal(1500)),
    ]
    draft_invoices(keys=[fees[0].key], by=finance, today=TODAY)
    assert [each.key for each in to_invoice(finance, TODAY)] == [fees[1].key, fees[2].key]


def test_a_milestone_is_billed_once_it_is_reached(account: Account, finance: User) -> None:
    shop = project(account, "milestones")
    task = Task.objects.create(project=shop, plan=shop.plans.first(), name="Design", uid=1, order=1)
    result = Deliverable.objects.create(project=shop, name="Shop")
    BillingMilestone.objects.create(project=shop, title="Start", amount=Decimal(100), bill_on=date(2026, 11, 30))
    BillingMilestone.objects.create(project=shop, title="Later", amount=Decimal(100), bill_on=date(2026, 12, 1))
    BillingMilestone.objects.create(project=shop, title="Designed", amount=Decimal(200), task=task)
    BillingMilestone.objects.create(project=shop, title="Accepted", amount=Decimal(300), deliverable=result)
    assert [each.lines[0].description for each in to_invoice(finance, TODAY)] == ["Start"]
    Task.objects.filter(pk=task.pk).update(actual_finish=datetime(2026, 11, 2, 17))
    Acceptance.objects.create(project=shop, deliverable=result, verdict="accepted", given_on=date(2026, 11, 3))
    proposals = to_invoice(finance, TODAY)
    assert [each.lines[0].description for each in proposals] == ["Designed", "Accepted", "Start"]
    Acceptance.objects.create(project=shop, deliverable=result, verdict="rejected", given_on=date(2026, 11, 4))
    assert [each.lines[0].description for each in to_invoice(finance, TODAY)] == ["Designed", "Start"]
    (drafted,) = draft_invoices(
        keys=[each.key for each in proposals if "Acc" not in each.lines[0].description], by=finance, today=TODAY
    )
    assert drafted.total == 300
    with pytest.raises(ValidationError, match="is on invoice"):
        editing.remove(BillingMilestone.objects.get(title="Start"), by=finance)


def test_what_is_on_no_invoice_any_more_is_proposed_again(account: Account, ada: Person, finance: User) -> None:
    shop = project(account)
    entry = hours(shop, ada, date(2026, 10, 5))
    expense(shop, "59.90")
    keys = [each.key for each in to_invoice(finance, TODAY)]
    (drafted,) = draft_invoices(keys=keys, by=finance, today=TODAY)
    assert drafted.total == Decimal("159.90")
    with pytest.raises(ValidationError, match="These hours are on invoice"):
        editing.change(
            TimeEntry.objects.get(pk=entry.pk), by=None, told_by=finance, version=1, action="change_time", minutes=1
        )
    editing.remove(drafted, by=finance)
    assert [each.key for each in to_invoice(finance, TODAY)] == keys
    (again,) = draft_invoices(keys=keys, by=finance, today=TODAY)
    issued = issue(again, finance)
    cancel_invoice(invoice=issued, version=issued.version, reason="x", by=finance, now=NOW, today=TODAY)
    assert [each.key for each in to_invoice(finance, TODAY)] == keys


def test_nothing_is_drafted_twice(account: Account, ada: Person, finance: User) -> None:
    hours(project(account), ada, date(2026, 10, 5))
    keys = [each.key for each in to_invoice(finance, TODAY)]
    draft_invoices(keys=keys, by=finance, today=TODAY)
    with pytest.raises(ValidationError, match=r"invoiced meanwhile|Choose what"):
        draft_invoices(keys=keys, by=finance, today=TODAY)
    assert Invoice.objects.count() == 1


def test_one_proposes_what_one_may_invoice(account: Account, ada: Person, finance: User) -> None:
    hours(project(account), ada, date(2026, 10, 5))
    stranger, owner = create_user("Sam"), create_user("Olga", Role.ACCOUNT_MANAGER)
    Account.objects.filter(pk=account.pk).update(owner=owner)
    assert not to_invoice(stranger, TODAY) and len(to_invoice(owner, TODAY)) == 1


def test_nothing_is_proposed_before_the_firm_says_since_when(account: Account, ada: Person, finance: User) -> None:
    hours(project(account), ada, date(2026, 10, 5))
    Firm.objects.update(billing_from=None)
    assert to_invoice(finance, TODAY) == []


def test_queries_do_not_grow_with_what_is_found(finance: User, ada: Person) -> None:
    def counted() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            to_invoice(finance, TODAY)
        return len(asked)

    def add(name: str) -> None:
        account = create_client(name)
        shop = project(account, "capped", name=name, cap=Decimal(1000))
        hours(shop, ada, date(2026, 10, 5))
        expense(shop, "9")
        BillingMilestone.objects.create(project=shop, title="Start", amount=Decimal(100), bill_on=TODAY)
        Agreement.objects.create(account=account, title="S", kind="retainer", value=9, starts_on=date(2026, 10, 1))

    add("A")
    few = counted()
    for name in "BCDE":
        add(name)
    assert len(to_invoice(finance, TODAY)) == 20 and counted() == few
