"""What a run keeps of each client, and what Explore makes of it, against plain recomputations."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from statistics import median

import pytest

from accord.accounts.models import Account, Interaction
from accord.engines.customers.retention import Period
from accord.engines.customers.rfm import segment_of
from accord.insight.actions.update_client_figures import update_client_figures
from accord.insight.explore.changes import Move, changes
from accord.insight.explore.clients import explored
from accord.insight.explore.cohorts import Measure, cohorts
from accord.insight.explore.groups import GroupBy, groups
from accord.insight.explore.next_services import next_services, suggested
from accord.insight.explore.rfm import rfm
from accord.insight.models import ClientFigure, ClientFigures
from accord.insight.queries import client_figures
from accord.insight.queries_segments import rfm_segment
from accord.money.models import Expense, Invoice
from accord.people.models import User
from accord.projects.models import Project
from accord.sales.models import Agreement, Opportunity
from tests.factories import create_expense

TODAY = date(2026, 6, 30)
SERVICES = ("Audit", "Support", "Training")

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm(db: None) -> list[Account]:
    """Thirty clients with orders, invoices, expenses and services; a third under a running contract."""
    chance = Random(4)
    accounts = []
    for number in range(30):
        account = Account.objects.create(
            name=f"Client {number:02}", status="client", segment=("Retail", "Public", "")[number % 3],
            lead_source=("Referral", "Tender")[number % 2],
        )  # fmt: skip
        accounts.append(account)
        day = date(2023, 1, 5) + timedelta(days=29 * number)
        place = 0
        while day < TODAY - timedelta(days=chance.randrange(400)):
            amount = Decimal(chance.randrange(4, 40) * 1000)
            Opportunity.objects.create(
                account=account, name=f"Order {place}", stage="won", closed_on=day, amount=amount,
                service=SERVICES[(number + place) % 3],
            )  # fmt: skip
            project = Project.objects.create(
                account=account, name=f"Job {place}", start=datetime(day.year, day.month, 1, 9), status="closed",
                stopped_on=day + timedelta(days=60),
            )  # fmt: skip
            Invoice.objects.create(
                account=account, project=project, number=f"{account.pk}-{place}", issued_on=day + timedelta(days=30),
                status="paid", total=amount,
            )  # fmt: skip
            create_expense(project, amount / 2, day=day + timedelta(days=20))
            day += timedelta(days=chance.randrange(90, 330))
            place += 1
        if number % 3 == 0:
            Agreement.objects.create(
                account=account, title="Care", kind="retainer", status="signed", service="Support", value=Decimal(900),
                starts_on=date(2025, 1, 1), ends_on=date(2025, 12, 31), renews_automatically=True,
            )  # fmt: skip
    noon = datetime.combine(TODAY, time(12), UTC)
    Interaction.objects.create(account=accounts[0], kind="call", subject="Call", at=noon)  # observed until today
    return accounts


@pytest.fixture
def run(firm: list[Account]) -> ClientFigures:
    return update_client_figures(as_of=TODAY, by=None)


def billed(account: int, first: date | None = None, last: date = TODAY) -> Decimal:
    rows = Invoice.objects.filter(account=account, issued_on__lte=last)
    rows = rows.filter(issued_on__gte=first) if first else rows
    return sum((row.total for row in rows), Decimal(0))


def spent(account: int, first: date | None = None) -> Decimal:
    rows = Expense.objects.filter(project__account=account, day__lte=TODAY)
    rows = rows.filter(day__gte=first) if first else rows
    return sum((row.cost for row in rows), Decimal(0))


def test_revenue_and_margin_are_sums_of_the_records(run: ClientFigures) -> None:
    year = TODAY - timedelta(days=365)  # twelve months of 30.4375 days
    for row in run.rows.all():
        assert row.revenue_so_far == billed(row.account_id)
        assert row.margin_so_far == billed(row.account_id) - spent(row.account_id)
        assert row.revenue_year == billed(row.account_id, year)
        assert row.margin_year == billed(row.account_id, year) - spent(row.account_id, year)


def test_scores_follow_orders_not_invoices(run: ClientFigures) -> None:
    rows = {row.account_id: row for row in run.rows.all()}
    contract = {each.account_id for each in Agreement.objects.all()}
    for account, row in rows.items():
        orders = Opportunity.objects.filter(account=account).values_list("closed_on", flat=True)
        days = sorted({*orders, *([date(2025, 1, 1), date(2025, 12, 31)] if account in contract else [])})
        assert row.first_decision_on == days[0]
        group = rfm_segment(row)
        assert group is not None
        assert group == segment_of(row.recency, row.frequency)  # type: ignore[arg-type]
    assert {rows[account].recency for account in contract} == {5}, "under a running contract one orders today"
    before = {row.account_id: (row.recency, row.frequency) for row in rows.values()}
    for invoice in list(Invoice.objects.all()):  # each invoice in two: no score may move
        Invoice.objects.create(
            account=invoice.account, project=invoice.project, number=f"{invoice.number}b", status="paid",
            issued_on=invoice.issued_on, total=invoice.total / 2,
        )  # fmt: skip
        Invoice.objects.filter(pk=invoice.pk).update(total=invoice.total / 2)
    again = update_client_figures(as_of=TODAY, by=None)
    assert {row.account_id: (row.recency, row.frequency) for row in again.rows.all()} == before


def test_the_grid_adds_up_to_its_clients(run: ClientFigures) -> None:
    found = rfm(explored(None, {}))
    rows = list(run.rows.exclude(recency=None))
    assert found.clients == len(rows)
    for (recency, frequency), each in found.fields.items():
        mine = [row for row in rows if (row.recency, row.frequency) == (recency, frequency)]
        assert each.clients == len(mine)
        assert each.lifetime_value == sum(row.lifetime_value or 0 for row in mine)
    assert sum(each.revenue_so_far for each in found.groups.values()) == sum(row.revenue_so_far or 0 for row in rows)


def test_cohorts_by_adding_up_each_clients_own_years(run: ClientFigures) -> None:
    found = {each.cohort: each for each in cohorts(explored(None, {}), Period.YEAR)}
    members: dict[date, list[ClientFigure]] = {}
    for row in run.rows.all():
        members.setdefault(date(row.first_decision_on.year, 1, 1), []).append(row)
    assert found.keys() == members.keys()
    for cohort, rows in members.items():
        sums = [0.0, 0.0]
        counts = [0, 0]
        for row in rows:
            for year in (0, 1):
                quarters = row.quarters[4 * year : 4 * year + 4]
                if len(quarters) == 4:
                    counts[year] += 1
                    sums[year] += sum(each[Measure.REVENUE.place] for each in quarters)
        for year in (0, 1):
            expected = sums[year] / counts[year] if counts[year] else None
            assert found[cohort].mean(year, Measure.REVENUE.place) == (
                None if expected is None else pytest.approx(expected)
            )
    orders = sum(each[0] for row in run.rows.all() for each in row.quarters)
    assert 0.8 * Opportunity.objects.count() < orders <= Opportunity.objects.count() + 2 * Agreement.objects.count()


@pytest.mark.parametrize("by", list(GroupBy))
def test_groups_add_up_to_their_clients(by: GroupBy, run: ClientFigures) -> None:
    rows = list(run.rows.select_related("account"))
    found = groups(explored(None, {}), run, by)
    for each in found:
        mine = [
            row
            for row in rows
            if {
                GroupBy.SEGMENT: row.account.segment == each.label,
                GroupBy.COHORT: str(row.first_decision_on.year) == each.label,
                GroupBy.SERVICE: each.label in row.services,
                GroupBy.SOURCE: row.account.lead_source == each.label,
                GroupBy.MANAGER: row.account.owner_id is None,
            }[by]
        ]
        assert each.clients == len(mine)
        values = [float(row.lifetime_value) for row in mine if row.lifetime_value is not None]
        assert each.value.total == pytest.approx(sum(values))
        assert each.value.middle == pytest.approx(median(values))
        assert each.past == sum(row.margin_so_far for row in mine)
        assert each.value.low <= each.value.total <= each.value.high
    if by != GroupBy.SERVICE:
        assert sum(each.value.total for each in found) == pytest.approx(float(run.total_value or 0))


def test_the_interval_of_everyone_is_that_of_the_firm(run: ClientFigures) -> None:
    (whole,) = groups(explored(None, {}), run, GroupBy.MANAGER)
    assert run.total_low is not None
    assert run.total_high is not None
    width = float(run.total_high - run.total_low)
    assert whole.value.high - whole.value.low == pytest.approx(width, rel=0.05)


def test_changes_add_up_and_say_who_is_new_lost_and_why(run: ClientFigures, firm: list[Account]) -> None:
    assert changes(explored(None, {}), run) is None, "nothing to compare with yet"
    ClientFigures.objects.filter(pk=run.pk).update(as_of=TODAY - timedelta(days=31), model={"version": "older"})
    ClientFigure.objects.filter(analysis=run, account=firm[1]).update(lifetime_value=Decimal(1))
    ClientFigure.objects.filter(analysis=run, account=firm[2]).delete()
    Account.objects.filter(pk=firm[4].pk).update(status="former", lost_on=TODAY)
    now = update_client_figures(as_of=TODAY, by=None)
    found = changes(explored(None, {}), now)
    assert found is not None
    moves = {each.account: each for each in found.moves}
    assert moves[firm[1].pk].move == Move.GROWN
    assert moves[firm[2].pk].move == Move.NEW
    assert (moves[firm[4].pk].move, moves[firm[4].pk].text) == (Move.LOST, "Now a former client")
    assert found.before + sum(found.change(move) for move in Move) == found.after
    current = {row.account_id: row.lifetime_value or Decimal(0) for row in client_figures(None)}
    assert found.after == sum(current[account] for account in moves)
    assert found.models == ("older", str(now.model["version"]))


def test_only_the_newest_run_keeps_quarters(run: ClientFigures) -> None:
    assert run.rows.exclude(quarters=[]).exists()
    again = update_client_figures(as_of=TODAY, by=None)
    assert not run.rows.exclude(quarters=[]).exists()
    assert again.rows.exclude(quarters=[]).exists()


def test_next_services_of_a_client_are_those_that_follow_what_it_has(run: ClientFigures, owner: User) -> None:
    pairs = next_services(run, 24)
    assert pairs
    account = Account.objects.create(name="Newcomer", status="client", owner=owner)
    Opportunity.objects.create(account=account, name="x", stage="won", closed_on=TODAY, amount=1000, service="Audit")
    now = update_client_figures(as_of=TODAY, by=None)
    usable = {
        pair.then: pair
        for pair in next_services(now, 24)
        if pair.first == "Audit" and pair.buyers >= 5 and pair.bought > 1 and pair.base and pair.low > pair.base
    }
    assert {pair.then: pair for pair in suggested(account, owner)} == usable


def test_an_empty_firm_has_no_figures(db: None) -> None:
    now = update_client_figures(as_of=TODAY, by=None)
    assert rfm(explored(None, {})).clients == 0
    assert cohorts(explored(None, {}), Period.YEAR) == []
    assert groups(explored(None, {}), now, GroupBy.SEGMENT) == []
    assert next_services(now, 12) == []
