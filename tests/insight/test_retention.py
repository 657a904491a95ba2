"""The firm's retention against plain loops over the records."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from math import ceil, floor
from random import Random

import pytest
from django.core.exceptions import PermissionDenied

from accord.accounts.models import Account
from accord.engines.customers.intervals import wilson
from accord.engines.customers.retention import Period
from accord.insight.actions.update_client_figures import update_client_figures
from accord.insight.models import ClientFigure, ClientFigures, FirmRetention
from accord.insight.queries_figures import firm_figures
from accord.insight.queries_retention import RetentionView, Selection, firm_retention
from accord.money.models import Invoice
from accord.people.models import Firm, Role, User
from accord.projects.models import Project
from accord.sales.models import Agreement

TODAY = date(2026, 6, 17)
DAYS = 365.25 / 12


def invoice(account: Account, day: date, amount: Decimal | int, project: Project | None = None) -> Invoice:
    return Invoice.objects.create(
        account=account, project=project, number=f"{account.pk}-{Invoice.objects.count()}", issued_on=day,
        status=Invoice.Status.PAID, total=Decimal(amount),
    )  # fmt: skip


@pytest.fixture
def firm(db: None) -> list[Account]:
    """Fourteen clients with contracts, eighteen with projects, two of them with both; some left."""
    chance = Random(11)
    accounts = [
        Account.objects.create(name=f"Client {n}", segment=("Retail", "Health")[n % 2], status=Account.Status.CLIENT)
        for n in range(30)
    ]
    for n, account in enumerate(accounts[:14]):
        starts, fee = date(2023, 1 + n % 12, 1), 1000 + 100 * n
        for term in range(2 if n in (3, 4) else 4):
            ends = starts.replace(year=starts.year + 1) - timedelta(days=1)
            over = ends < TODAY
            Agreement.objects.create(
                account=account, title=f"Support {term}", kind=Agreement.Kind.RETAINER, service="Support",
                status="ended" if over else "signed", starts_on=starts, ends_on=ends, value=Decimal(fee + 50 * term),
            )  # fmt: skip
            starts = ends + timedelta(days=1)
            if starts > TODAY:
                break
    for n, account in enumerate(accounts[12:]):
        day = date(2023, 1, 5) + timedelta(days=11 * n)
        while day < TODAY:
            invoice(account, day, chance.randint(2, 90) * 100)
            if n < 2:  # with contracts: only projects and orders tell of more
                job = Project.objects.create(
                    account=account, name=f"P {day}", start=datetime.combine(day, datetime.min.time()),
                    finish=datetime.combine(day + timedelta(days=40), datetime.min.time()), status="closed",
                    stopped_on=day + timedelta(days=40),
                )  # fmt: skip
                invoice(account, day + timedelta(days=3), 900, job)
            day += timedelta(days=round(40 + chance.expovariate(1 / 90)))
            if chance.random() < 0.15:
                break
    Account.objects.filter(pk=accounts[5].pk).update(status="former", lost_on=date(2026, 2, 10), lost_reason="price")
    Account.objects.filter(pk=accounts[20].pk).update(status="former", lost_on=date(2026, 1, 20))
    return accounts


def run(selection: Selection | None = None) -> RetentionView:
    update_client_figures(as_of=TODAY, by=None)
    view = firm_retention(None, selection or Selection())
    assert view is not None
    return view


def contracts_on(day: date) -> dict[int, Decimal]:
    """By a plain loop: yearly fees of the contracts that run on a day, by account."""
    found: dict[int, Decimal] = {}
    for account in Account.objects.all():
        for row in Agreement.objects.filter(account=account):
            assert row.ends_on is not None and row.value is not None
            left = account.lost_on if account.status == "former" else None
            if row.starts_on <= day <= row.ends_on and (left is None or day <= left):
                found[account.pk] = found.get(account.pk, Decimal(0)) + row.value * 12
    return found


def project_clients_on(day: date, shortest: int = 9, longest: int = 24) -> set[int]:
    """By plain loops: those whose silence is shorter than their window, as of the end of ``day``."""
    under = set(Agreement.objects.values_list("account", flat=True))
    orders: dict[int, set[date]] = {}
    work: dict[int, list[tuple[date, date]]] = {}
    for job in Project.objects.all():
        assert job.stopped_on is not None
        orders.setdefault(job.account_id, set()).add(job.start.date())
        work.setdefault(job.account_id, []).append((job.start.date(), job.stopped_on))
    for bill in Invoice.objects.filter(project=None).exclude(account__in=under):
        known = orders.setdefault(bill.account_id, set())
        if not any(timedelta(0) <= bill.issued_on - other <= timedelta(days=14) for other in known):
            known.add(bill.issued_on)
    first = min(min(min(days) for days in orders.values()), Agreement.objects.earliest("starts_on").starts_on)
    count = min(max(ceil(((day - first).days + 1) / DAYS), 1), 120)

    def month(of: date) -> int:
        return count - 1 - floor((day - of).days / DAYS)

    today, known_clients = count - 1, {}
    for pk, days in orders.items():
        months = sorted({max(month(each), 0) for each in days if each <= day})
        if months:
            busy = [min(month(end), today) for begin, end in work.get(pk, []) if begin <= day]
            known_clients[pk] = (months, max([months[-1], *busy]))
    repeats = {pk: len(months) - 1 for pk, (months, _) in known_clients.items()}
    observed = {pk: today - months[0] + 0.5 for pk, (months, _) in known_clients.items()}
    mean = (sum(repeats.values()) + 2.5) / (sum(observed.values()) + 25)
    found = set()
    for pk, (_, quiet) in known_clients.items():
        silence = today - quiet
        rate = (repeats[pk] + 2.5) / (observed[pk] - silence / 2 + 2.5 / mean)
        window = min(max(ceil(3 / rate), shortest), longest)
        account = Account.objects.get(pk=pk)
        closed = account.status == "former" and account.lost_on is not None and month(account.lost_on) <= today
        if silence < window and not closed:
            found.add(pk)
    return found


def invoiced(pk: int, day: date) -> Decimal:
    """What was invoiced outside contracts in the twelve months up to a day."""
    start = (day + timedelta(days=1)).replace(year=day.year - 1) if (day + timedelta(days=1)).day == 1 else None
    start = start - timedelta(days=1) if start else day.replace(year=day.year - 1)
    if (day + timedelta(days=1)).day == 1 and (day + timedelta(days=1)).month == 1:
        start = date(day.year - 1, 12, 31)
    rows = Invoice.objects.filter(account=pk, issued_on__gt=start, issued_on__lte=day)
    if Agreement.objects.filter(account=pk).exists():
        rows = rows.exclude(project=None)
    return sum((row.total for row in rows), Decimal(0))


def test_contract_figures_are_those_of_a_loop_over_agreements(firm: list[Account]) -> None:
    view = run(Selection(half="contracts"))
    assert len(view.series) == 25
    for row in view.series:
        start, end = date.fromisoformat(row["start"]), date.fromisoformat(row["end"])
        before, after = contracts_on(start), contracts_on(end)
        lost = [pk for pk in before if pk not in after]
        assert (row["clients_at_start"], row["clients_lost"]) == (len(before), len(lost)), end
        assert (row["contracts_at_start"], row["contracts_lost"]) == (len(before), len(lost)), end
        kept = sum(min(before[pk], after.get(pk, Decimal(0))) for pk in before)
        now = sum((after.get(pk, Decimal(0)) for pk in before), Decimal(0))
        whole = sum(before.values())
        assert Decimal(row["start_revenue"]) == whole
        assert Decimal(row["end_revenue"]) == sum(after.values())
        if len(before) >= 10:
            assert float(row["gross_revenue_retention"]) == pytest.approx(float(kept / whole), abs=1e-6)
            assert float(row["net_revenue_retention"]) == pytest.approx(float(now / whole), abs=1e-6)
            interval = wilson(len(lost), len(before))
            assert interval is not None
            assert row["intervals"]["contract_churn"] == [round(interval.low, 4), round(interval.high, 4)]
        else:
            assert row["logo_churn"] is row["gross_revenue_retention"] is None
    newest = view.series[-1]
    assert newest["end"] == TODAY.isoformat()
    assert newest["contracts_lost"] == 1  # the former client; two others left before the period
    assert [loss.reason for loss in view.losses(view.start, view.end)] == ["price"]


def test_project_figures_are_those_of_a_loop_over_orders(firm: list[Account]) -> None:
    view = run(Selection(half="projects"))
    losses = 0
    for row in view.series[-7:]:
        start, end = date.fromisoformat(row["start"]), date.fromisoformat(row["end"])
        before, after = project_clients_on(start), project_clients_on(end)
        assert (row["clients_at_start"], row["clients_at_end"]) == (len(before), len(after)), end
        assert row["clients_lost"] == len(before - after)
        assert Decimal(row["start_revenue"]) == sum((invoiced(pk, start) for pk in before), Decimal(0))
        assert Decimal(row["end_revenue"]) == sum((invoiced(pk, end) for pk in after), Decimal(0))
        kept = sum((min(invoiced(pk, start), invoiced(pk, end)) for pk in before & after), Decimal(0))
        share = kept / Decimal(row["start_revenue"])
        assert float(row["gross_revenue_retention"]) == pytest.approx(float(share), abs=1e-6)
        losses += row["clients_lost"]
    assert losses > 0


def test_all_clients_count_once_and_the_bridge_adds_up(firm: list[Account]) -> None:
    view = run()
    for row in view.series[-5:]:
        start, end = date.fromisoformat(row["start"]), date.fromisoformat(row["end"])
        before = project_clients_on(start) | set(contracts_on(start))
        after = project_clients_on(end) | set(contracts_on(end))
        assert (row["clients_at_start"], row["clients_lost"]) == (len(before), len(before - after))
        parts = {name: Decimal(row[name]) for name in ("churned", "contraction", "expansion", "new", "won_back")}
        change = -parts["churned"] - parts["contraction"] + parts["expansion"] + parts["new"] + parts["won_back"]
        assert Decimal(row["start_revenue"]) + change == Decimal(row["end_revenue"])
    lost = {loss.account for loss in view.losses(view.start, view.end)}
    assert lost == set(view.accounts_in("lost")) == before - after
    churned = sum((loss.yearly for loss in view.losses(view.start, view.end)), Decimal(0))
    assert churned == view.found.churned


def test_the_standing_of_today_is_that_of_the_forecast(firm: list[Account]) -> None:
    """Who counts as lapsed on an account's page is lost on this one, and who has a forecast is not."""
    view = run()
    here = dict(zip(view.clients.clients.tolist(), view.clients.here[:, view.clients.at(TODAY)].tolist(), strict=True))
    rows = ClientFigure.objects.filter(analysis=view.run)
    assert len(rows) == len(here) == 30
    for row in rows:
        assert here[row.account_id] == (row.state in ("active", "notice")), row.account


def test_how_things_are_billed_changes_nothing(firm: list[Account]) -> None:
    before = run(Selection(half="projects")).series
    for row in list(Invoice.objects.all()):
        half = row.total / 2
        Invoice.objects.filter(pk=row.pk).update(total=half)
        invoice(row.account, row.issued_on, half, row.project)
    assert run(Selection(half="projects")).series == before
    contracts = run(Selection(half="contracts")).series
    for n in range(12):  # what a contract bills, or doesn't, never enters
        invoice(firm[0], TODAY - timedelta(days=30 * n), 5000)
    assert run(Selection(half="contracts")).series == contracts


def test_what_counts_as_lost_is_a_setting_of_the_firm(firm: list[Account]) -> None:
    usual = run(Selection(half="projects"))
    Firm.objects.update(shortest_silence=6, longest_silence=6)
    short = run(Selection(half="projects"))
    day = date.fromisoformat(short.series[-1]["end"])
    assert short.series[-1]["clients_at_end"] == len(project_clients_on(day, 6, 6))
    assert short.series[-1]["clients_at_end"] < usual.series[-1]["clients_at_end"]
    Firm.objects.update(shortest_silence=30, longest_silence=30)
    long = run(Selection(half="projects"))
    assert long.series[-1]["clients_at_end"] == len(project_clients_on(day, 30, 30))
    assert long.series[-1]["clients_at_end"] > usual.series[-1]["clients_at_end"]
    lapsed = ClientFigure.objects.filter(analysis=long.run, state="lapsed", kind="")
    assert set(lapsed.values_list("account", flat=True)).isdisjoint(project_clients_on(TODAY, 30, 30))


def test_groups_add_up_and_a_filter_is_its_group(firm: list[Account]) -> None:
    view = run()
    groups = {view.label("segment", row["group"]): row for row in view.groups}
    assert set(groups) == {"Retail", "Health"}
    for name in ("clients_at_start", "clients_lost", "contracts_lost"):
        assert sum(row[name] for row in groups.values()) == view.period()[name]
    retail = run(Selection(segment="retail"))
    assert retail.period() == {k: v for k, v in groups["Retail"].items() if k != "group"}
    assert run(Selection(segment="Nonsense")).period()["clients_at_start"] == 0
    support = run(Selection(half="contracts", by="service"))
    assert [support.label("service", row["group"]) for row in support.groups] == ["Support"]
    assert support.groups[0]["contracts_at_start"] == support.period()["contracts_at_start"]


def test_an_earlier_month_is_what_was_said_then(firm: list[Account]) -> None:
    """A run as of an earlier day says what today's run says of that day: nothing later enters."""
    now = {row["end"]: row for row in run(Selection(half="projects")).series}
    day = date(2026, 2, 28)
    update_client_figures(as_of=day, by=None)
    then = firm_retention(None, Selection(half="projects"))
    assert then is not None
    assert then.series[-1] == now[day.isoformat()]
    assert FirmRetention.objects.count() == 1


def test_cohorts_and_survival_come_from_the_first_order(firm: list[Account]) -> None:
    view = run(Selection(half="contracts", cohorts=Period.QUARTER))
    starts = {
        account.pk: min(row.starts_on for row in Agreement.objects.filter(account=account)) for account in firm[:14]
    }
    for cohort in view.cohorts:
        members = [
            pk for pk, day in starts.items() if Period.QUARTER.number(day) == Period.QUARTER.number(cohort.starts)
        ]
        assert cohort.size == len(members)
        for k, end in enumerate(cohort.ends):
            assert cohort.here[k] == sum(pk in contracts_on(end) for pk in members)
        assert sorted(view.accounts_of(cohort.starts)) == sorted(members)
    assert (view.survival.count, view.survival.lost) == (14, 3)
    assert view.survival.curve is not None


def test_a_renewal_goes_on_and_a_gap_of_two_months_does_not(db: None) -> None:
    account = Account.objects.create(name="One")
    parallel = {"service": "Hosting", "value": Decimal(1200), "kind": "subscription"}

    def agree(starts: date, ends: date | None, **more: object) -> Agreement:
        status = "signed" if ends is None or ends >= TODAY else "ended"
        return Agreement.objects.create(
            account=account, title="T", starts_on=starts, ends_on=ends, status=status, **{**parallel, **more}
        )

    agree(date(2024, 1, 1), date(2024, 12, 31))
    agree(date(2025, 2, 15), date(2025, 8, 31), value=Decimal(2400))  # within two months
    view = run(Selection(half="contracts"))
    terms = view.past.terms
    assert len(terms) == 1
    assert date.fromordinal(int(terms.ends[0])) == date(2025, 9, 1)
    january = view.past.contracts.at(date(2025, 1, 31))
    assert view.past.contracts.here[0, january]
    agree(date(2026, 1, 1), None)  # four months later: another contract, and the client is won back
    view = run(Selection(half="contracts", until=date(2026, 3, 31)))
    assert len(view.past.terms) == 2
    assert (view.period()["contracts_at_start"], view.period()["contracts_lost"]) == (1, 1)
    assert view.accounts_in("lost") == []  # it came back within the period
    view = run(Selection(half="contracts", until=date(2025, 10, 31)))
    assert view.accounts_in("lost") == [account.pk]


def test_who_may_not_see_the_firm_s_figures_is_refused(firm: list[Account]) -> None:
    update_client_figures(as_of=TODAY, by=None)
    member = User.objects.create(email="m@firm.example", name="M", roles=[Role.MEMBER], password="!")
    with pytest.raises(PermissionDenied):
        firm_retention(member, Selection())


def test_names_of_groups_are_shown_to_who_sees_one_of_their_clients(firm: list[Account]) -> None:
    update_client_figures(as_of=TODAY, by=None)
    manager = User.objects.create(email="am@firm.example", name="AM", roles=[Role.ACCOUNT_MANAGER], password="!")
    Account.objects.filter(pk=firm[0].pk).update(owner=manager)
    view = firm_retention(manager, Selection())
    assert view is not None
    assert sorted(view.label("segment", row["group"]) for row in view.groups) == ["", "Retail"]
    assert view.period()["clients_at_start"] == sum(row["clients_at_start"] for row in view.groups)
    hidden = firm_retention(manager, Selection(segment="Health"))
    assert hidden is not None
    assert hidden.period()["clients_at_start"] == 0


def test_the_command_says_what_the_page_says(firm: list[Account]) -> None:
    view = run()
    found = firm_figures(None)
    for half in ("contracts", "projects"):
        row = view.period(half)
        assert found[half]["clients_lost"] == row["clients_lost"]
        value = found[half]["logo_churn"]["value"]
        assert value == (None if row["logo_churn"] is None else float(row["logo_churn"]))
    assert found["contracts"]["contract_churn"]["interval"] == view.period("contracts")["intervals"]["contract_churn"]
    assert "contract_churn" not in found["projects"]
    assert found["logo_churn"]["value"] == float(view.period()["logo_churn"])


def test_without_anything_to_compare_the_reason_is_kept(db: None) -> None:
    assert firm_retention(None, Selection()) is None
    account = Account.objects.create(name="New")
    invoice(account, TODAY - timedelta(days=20), 100)
    update_client_figures(as_of=TODAY, by=None)
    run_ = ClientFigures.objects.get()
    assert "There were none yet" in run_.churn["reason"]
    assert firm_retention(None, Selection()) is None
    assert firm_figures(None)["contracts"]["logo_churn"]["value"] is None
