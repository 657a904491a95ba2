"""What the forecast of clients reads: orders, contracts, what is signed, and nothing later than the day."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest
from django.utils import timezone

from accord.accounts.models import Account, Affiliation, Contact, Interaction
from accord.engines.customers.client_history import as_known
from accord.insight.history.backlog import backlog
from accord.insight.history.contracts import contracts_of
from accord.insight.history.decisions import decisions_until
from accord.insight.history.firm import FirmRecords, read_firm
from accord.insight.history.months import Months
from accord.money.models import Invoice
from accord.projects.models import ChangeRequest, Project
from accord.rates.queries import converter_to
from accord.sales.models import Agreement, Opportunity

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 30)


@pytest.fixture
def account(db: None) -> Account:
    return Account.objects.create(name="Quast AG", status="client", client_since=date(2024, 1, 1))


def agreement(account: Account, kind: str = "retainer", **values: object) -> Agreement:
    defaults: dict[str, object] = {"title": "Support", "starts_on": date(2025, 1, 1), "value": Decimal(1000)}
    return Agreement.objects.create(account=account, kind=kind, **defaults | values)


def bill(account: Account, day: date, total: int, project: Project | None = None) -> Invoice:
    return Invoice.objects.create(
        account=account, project=project, number=f"{account.pk}-{Invoice.objects.count()}", issued_on=day,
        status=Invoice.Status.PAID, paid_on=day, total=Decimal(total),
    )  # fmt: skip


def traces(account: Account) -> list[tuple[date, Decimal | None, str]]:
    return [
        (d.day, d.amount, d.trace)
        for d in decisions_until(TODAY, converter_to("EUR", "EUR"))
        if d.account == account.pk
    ]


def test_one_order_leaves_many_traces_and_is_one_decision(account: Account) -> None:
    won = Opportunity.objects.create(
        account=account, name="Shop", stage="won", closed_on=date(2025, 3, 1), amount=Decimal(40_000)
    )
    signed = agreement(account, "fixed_price", signed_on=date(2025, 3, 20), value=Decimal(42_000))
    project = Project.objects.create(
        account=account, name="Shop", start=datetime(2025, 4, 1, 9), status="active", opportunity=won, agreement=signed
    )
    for month in (4, 5, 6, 7, 8, 9, 10):
        bill(account, date(2025, month, 28), 6000, project)
    assert traces(account) == [(date(2025, 3, 20), Decimal(42_000), "agreement")]
    ChangeRequest.objects.create(
        project=project, number=1, title="More", status="approved", decided_on=date(2025, 8, 1), price=Decimal(5000)
    )
    assert traces(account) == [(date(2025, 3, 20), Decimal(47_000), "agreement")]
    Opportunity.objects.create(account=account, name="Next", stage="won", closed_on=date(2026, 2, 1))
    assert [day for day, _, _ in traces(account)] == [date(2025, 3, 20), date(2026, 2, 1)]
    Opportunity.objects.create(account=account, name="Later", stage="won", closed_on=TODAY + timedelta(days=1))
    assert len(traces(account)) == 2


def test_where_only_invoices_tell_those_close_together_are_one_order(account: Account) -> None:
    for day, total in ((date(2025, 1, 5), 100), (date(2025, 1, 12), 50), (date(2025, 3, 2), 70)):
        bill(account, day, total)
    assert traces(account) == [
        (date(2025, 1, 5), Decimal(150), "invoice"),
        (date(2025, 3, 2), Decimal(70), "invoice"),
    ]
    agreement(account)  # a contract bills by itself
    assert traces(account) == []


def test_a_contract_can_be_lost_on_its_notice_days_and_only_there(account: Account) -> None:
    agreement(account, ends_on=date(2025, 12, 31), notice_on=date(2025, 9, 30), renews_automatically=True)
    (contract,) = contracts_of([account], TODAY, converter_to("EUR", "EUR")).values()
    assert contract.fixed_term
    assert contract.decisions[:3] == (date(2025, 9, 30), date(2026, 9, 30), date(2027, 9, 30))
    assert (contract.lost_on, contract.fee, contract.notice_months) == (None, Decimal(1000), 3)
    records = read(TODAY)
    decision = records.history.contracts.clients.decision[0]
    assert decision.sum() == sum(0 <= records.months.index(day) < len(decision) for day in contract.decisions)


def test_an_open_ended_contract_can_be_lost_in_any_month(account: Account) -> None:
    agreement(account)
    records = read(TODAY)
    assert records.history.contracts.clients.decision.all()
    assert records.history.contracts.clients.kind.tolist() == [0]


def test_what_ended_and_was_not_renewed_is_lost_and_a_successor_keeps_it(account: Account) -> None:
    first = agreement(account, ends_on=date(2025, 12, 31))
    (contract,) = contracts_of([account], TODAY, converter_to("EUR", "EUR")).values()
    assert contract.lost_on == date(2025, 12, 31)
    agreement(account, starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31), predecessor=first, value=Decimal(900))
    (contract,) = contracts_of([account], TODAY, converter_to("EUR", "EUR")).values()
    assert (contract.lost_on, contract.since, contract.fee) == (None, date(2025, 1, 1), Decimal(900))
    Agreement.objects.exclude(pk=first.pk).update(renewal_status="lost")
    (contract,) = contracts_of([account], TODAY, converter_to("EUR", "EUR")).values()
    assert (contract.lost_on, contract.ends_on) == (TODAY, date(2026, 12, 31))


def test_what_is_signed_and_not_invoiced_is_left_to_bill(account: Account) -> None:
    signed = agreement(account, "fixed_price", value=Decimal(10_000), ends_on=date(2026, 12, 31))
    project = Project.objects.create(
        account=account, name="P", start=datetime(2026, 1, 5, 9), status="active", agreement=signed
    )
    bill(account, date(2026, 3, 1), 4000, project)
    assert backlog(TODAY, converter_to("EUR", "EUR")) == {account.pk: Decimal(6000)}
    Project.objects.update(status="closed", stopped_on=TODAY)
    assert backlog(TODAY, converter_to("EUR", "EUR")) == {}


def read(as_of: date) -> FirmRecords:
    records = read_firm(as_of, converter_to("EUR", "EUR"))
    assert records is not None
    return records


def test_months_end_with_the_day(db: None) -> None:
    months = Months.since(TODAY - timedelta(days=400), TODAY)
    assert months.index(TODAY) == months.today == 13
    assert months.index(TODAY + timedelta(days=1)) == months.count
    for month in range(months.count):
        assert months.index(months.last_day(month)) == month
        assert months.index(months.last_day(month) + timedelta(days=1)) == month + 1


def test_a_past_day_is_read_as_it_was_then(account: Account) -> None:
    """Cutting the history at an origin gives what the database of that day would have given."""
    others = [Account.objects.create(name=f"Other {n}", status="client") for n in range(3)]
    for n, each in enumerate([account, *others]):
        for k in range(6):
            day = date(2024, 2, 1) + timedelta(days=120 * k + 11 * n)
            Opportunity.objects.create(
                account=each, name=f"{n}-{k}", stage="won", closed_on=day, amount=Decimal(1000 * (k + 1))
            )
            Interaction.objects.create(account=each, kind="call", at=moment(day + timedelta(days=20)))
    sponsor = Contact.objects.create(name="Conny")
    Affiliation.objects.create(
        account=account, contact=sponsor, buying_role="sponsor", since=date(2024, 1, 1), until=date(2026, 5, 1)
    )
    agreement(others[0], ends_on=date(2026, 5, 31), notice_on=date(2026, 4, 30), renews_automatically=True)
    now = read(TODAY)
    origin = now.months.origins[-2]
    day = now.months.last_day(origin)
    known = as_known(now.history, origin)
    # What came later is taken out of the database, and what was true then is put back.
    Opportunity.objects.filter(closed_on__gt=day).delete()
    Interaction.objects.filter(at__date__gt=day).delete()
    Affiliation.objects.filter(until__gt=day).update(until=None)
    then = read(day)
    keys = [then.contract_accounts, then.project_accounts]
    assert keys == [now.contract_accounts, now.project_accounts]
    shift = known.today - then.history.today
    assert shift >= 0
    for half, other in ((known.contracts, then.history.contracts), (known.projects, then.history.projects)):
        np.testing.assert_allclose(half.signals[-1], other.signals[-1], atol=1e-9)
    # Months are counted back from another day, so that an order on the edge of one may lie in the next.
    mine, theirs = (np.nonzero(half.clients.ordered) for half in (known.projects, then.history.projects))
    np.testing.assert_array_equal(mine[0], theirs[0])
    assert np.abs(mine[1] - shift - theirs[1]).max() <= 1
    assert np.abs(known.projects.clients.first - shift - then.history.projects.clients.first).max() <= 1


def moment(day: date) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day, 12))
