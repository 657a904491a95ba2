"""Which services clients have bought: one definition, by orders, for every page."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from accord.accounts.models import Account
from accord.insight.actions.update_client_figures import update_client_figures
from accord.insight.history.services import services_bought
from accord.insight.queries_commerce import white_space
from accord.insight.queries_retention import Selection, firm_retention
from accord.money.models import Invoice
from accord.people.models import User
from accord.projects.models import Project
from accord.sales.models import Agreement, Opportunity, Quote, QuoteLine, Service

TODAY = date(2026, 6, 30)

pytestmark = pytest.mark.django_db


def client(name: str) -> Account:
    return Account.objects.create(name=name, status="client")


def won(account: Account, day: date, service: str = "") -> Opportunity:
    return Opportunity.objects.create(
        account=account, name="Order", stage="won", closed_on=day, service=service, amount=Decimal(1000)
    )


def project(account: Account, service: str, **values: object) -> Project:
    return Project.objects.create(
        **{"account": account, "name": service, "service": service, "start": datetime(2026, 3, 2, 9), **values}
    )


def bill(account: Account, day: date, of: Project | None = None, **values: object) -> None:
    values = {"status": "paid", "total": Decimal(900), **values}
    Invoice.objects.create(account=account, project=of, number=f"I-{Invoice.objects.count()}", issued_on=day, **values)


@pytest.fixture
def account(db: None) -> Account:
    """A client with one order of every kind, and much that is no order."""
    account = client("Buyer")
    won(account, date(2025, 2, 1), "Audit")
    project(account, "Design", opportunity=won(account, date(2025, 3, 1)))  # named by what came of it
    project(account, "Training", status="closed", archived_at=datetime(2026, 5, 1, tzinfo=UTC))
    bill(account, date(2026, 2, 2), project(account, "Hosting"))
    Agreement.objects.create(
        account=account, title="Care", kind="retainer", status="signed", service="Support", starts_on=date(2025, 1, 1)
    )
    quote = Quote.objects.create(
        account=account, title="Q", status="accepted", decided_at=datetime(2025, 4, 1, 12, tzinfo=UTC)
    )
    for name, optional in (("Workshop", False), ("Travel", True)):
        service = Service.objects.create(name=name, price=Decimal(900), unit="day")
        QuoteLine.objects.create(quote=quote, service=service, optional=optional, quantity=1, unit_price=900)

    Opportunity.objects.create(account=account, name="Open", stage="proposal", service="Open opportunity")
    project(account, "Planned only")
    bill(account, date(2026, 2, 2), project(account, "Drafted invoice"), status="draft")
    Agreement.objects.create(
        account=account, title="D", kind="retainer", status="draft", service="Draft", starts_on=date(2025, 1, 1)
    )
    won(account, date(2026, 7, 9), "Later")
    return account


def test_orders_name_services_from_the_day_they_were_given(account: Account) -> None:
    assert services_bought(TODAY) == {
        account.pk: {
            "Audit": date(2025, 2, 1),
            "Design": date(2025, 3, 1),
            "Training": date(2026, 3, 2),
            "Hosting": date(2026, 2, 2),
            "Support": date(2025, 1, 1),
            "Workshop": date(2025, 4, 1),
        }
    }
    assert "Later" in services_bought(date.max)[account.pk]


def test_invoices_alone_name_no_service(db: None) -> None:
    account = client("Billed")
    bill(account, date(2026, 2, 2))
    assert services_bought(TODAY) == {}


def test_spellings_are_one_service_under_the_commonest(db: None) -> None:
    first, second, third = client("A"), client("B"), client("C")
    for buyer, name in ((first, "data  audit"), (second, "Data audit"), (third, "Data Audit "), (third, "Data audit")):
        won(buyer, date(2025, 2, 1), name)
    assert {name for found in services_bought(TODAY).values() for name in found} == {"Data audit"}


def test_every_page_counts_by_the_same_notion(account: Account, owner: User) -> None:
    """What Explore keeps of each client, what Retention groups by, and white space."""
    Account.objects.update(owner=owner)
    other = client("Other")
    won(other, TODAY, " Audit ")  # observed until today
    Opportunity.objects.filter(closed_on__gt=TODAY).delete()  # white space alone looks ahead
    run = update_client_figures(as_of=TODAY, by=None)
    kept = {row.account_id: set(row.services) for row in run.rows.all()}
    assert kept[account.pk] == {"Audit", "Design", "Training", "Hosting", "Support", "Workshop"}

    view = firm_retention(None, Selection(half="contracts", by="service"))
    assert view is not None
    past = view.past
    grouped: dict[int, set[str]] = {}
    for pk, number in past.bought.tolist():
        grouped.setdefault(pk, set()).add(past.services[number])
    assert grouped == kept
    assert [past.services[number] for number in past.terms.services] == ["Support"]

    shown = {buyer.account.pk: buyer.services for buyer in white_space(owner).buyers}
    assert shown == {pk: services for pk, services in kept.items() if pk in shown}
    assert account.pk in shown
