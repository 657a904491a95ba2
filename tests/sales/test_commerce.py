"""Quotes to the client's word, own stages, the forecast and its history, renewals, white space, hand-over."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accord.accounts.actions.merge_records import merge_records
from accord.accounts.models import Account, AccountMember, Affiliation, Contact
from accord.conversations.models import Notification
from accord.core import editing
from accord.insight.queries_commerce import forecast_of, keep_forecast, white_space, win_rate
from accord.money.models import Invoice, TimeEntry
from accord.money.queries_agreements import use_of
from accord.people.models import Person, Role, User
from accord.projects.actions.hand_over import hand_over
from accord.projects.models import CharterItem, Deliverable, Objective, Project, Stakeholder
from accord.rates.models import ExchangeRate
from accord.sales.actions.quote_work import create_quote_link, decide_quote, new_version, save_line, write_quote
from accord.sales.actions.renew_agreement import renew_agreement
from accord.sales.models import (
    Agreement,
    ForecastDay,
    NegotiationEntry,
    Opportunity,
    OpportunityStage,
    Quote,
    QuoteLine,
    Service,
)
from accord.sales.queries import renewals_due
from accord.sales.quote_pdf import quote_pdf
from accord.success.models import Goal
from tests.factories import browser_of, create_expense

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
NOW = timezone.now()


@pytest.fixture
def account(owner: User) -> Account:
    found: Account = Account.objects.create(name="Brewery", owner=owner, status="client", segment="Food")
    return found


@pytest.fixture
def chance(account: Account) -> Opportunity:
    found: Opportunity = Opportunity.objects.create(
        account=account, name="New shop", stage="proposal", amount=Decimal(1000), service="Shops", expected_on=TODAY
    )
    return found


def quote_of(chance: Opportunity, by: User, **values: Any) -> Quote:
    quote = write_quote(
        quote=Quote(account=chance.account, opportunity=chance, title="Shop", **values), by=by, today=TODAY
    )
    service, _ = Service.objects.get_or_create(name="Design", defaults={"price": Decimal("900"), "unit": "day"})
    save_line(line=QuoteLine(quote=quote, service=service, quantity=Decimal("2.5"), discount=Decimal(10)), by=by)
    save_line(line=QuoteLine(quote=quote, description="Photos", unit_price=Decimal("99.99"), optional=True), by=by)
    return quote


def decide(quote: Quote, *, accept: bool = True) -> Quote:
    return decide_quote(quote=quote, accept=accept, name="Conny", note="", now=NOW)


def test_lines_take_from_the_catalogue_what_is_left_empty_and_keep_it(chance: Opportunity, owner: User) -> None:
    quote = quote_of(chance, owner, tax_percent=Decimal(19))
    line = quote.lines.order_by("order")[0]
    assert (line.description, line.unit, line.unit_price, line.amount) == (
        "Design", "day", Decimal(900), Decimal("2025.00")
    )  # fmt: skip
    Service.objects.update(price=Decimal(1), name="Other")
    quote = Quote.objects.get(pk=quote.pk)
    assert (quote.net, quote.tax, quote.total) == (Decimal("2025.00"), Decimal("384.75"), Decimal("2409.75"))


def test_numbers_follow_each_other_and_versions_share_one(chance: Opportunity, owner: User) -> None:
    first, second = quote_of(chance, owner), quote_of(chance, owner)
    assert [q.key for q in (first, second)] == [f"Q{TODAY.year}-1 v1", f"Q{TODAY.year}-2 v1"]
    create_quote_link(quote=first, by=owner, now=NOW)
    newer = new_version(quote=Quote.objects.get(pk=first.pk), by=owner)
    assert newer.key == f"Q{TODAY.year}-1 v2"
    assert [line.amount for line in newer.lines.all()] == [line.amount for line in first.lines.all()]
    with pytest.raises(ValidationError, match="already a draft"):
        new_version(quote=Quote.objects.get(pk=first.pk), by=owner)
    assert Quote.objects.get(pk=first.pk).status == "issued"  # it stands until the new one is sent
    create_quote_link(quote=newer, by=owner, now=NOW)
    assert Quote.objects.get(pk=first.pk).status == "replaced"


def test_what_was_sent_is_not_changed_any_more(chance: Opportunity, owner: User) -> None:
    empty = write_quote(quote=Quote(account=chance.account, title="x"), by=owner, today=TODAY)
    with pytest.raises(ValidationError, match="at least one line"):
        create_quote_link(quote=empty, by=owner, now=NOW)
    quote = quote_of(chance, owner)
    create_quote_link(quote=quote, by=owner, now=NOW)
    sent = Quote.objects.get(pk=quote.pk)
    with pytest.raises(PermissionDenied):
        editing.change(sent, by=owner, version=sent.version, title="Cheaper")
    with pytest.raises(PermissionDenied):
        editing.change(sent.lines.first(), by=owner, version=1, quantity=Decimal(9))
    with pytest.raises(PermissionDenied):
        create_quote_link(quote=sent, by=owner, now=NOW)


def test_the_client_accepts_by_the_link_without_signing_in_and_the_order_is_won(
    chance: Opportunity, owner: User
) -> None:
    secret = create_quote_link(quote=quote_of(chance, owner), by=owner, now=NOW)
    client, url = Client(), reverse("quote-answer", args=[secret])
    page = client.get(url)
    assert page.status_code == 200
    assert page["Referrer-Policy"] == "strict-origin"
    assert "2,025.00" in page.content.decode()
    quote = Quote.objects.get()
    assert (quote.status, quote.seen_at is not None) == ("issued", True)
    word = {"name": "Conny", "decision": "accept"}
    assert client.post(url, word).status_code == 422  # without saying that one may
    assert client.post(url, word | {"agreed": "on", "name": ""}).status_code == 422
    assert client.post(url, word | {"agreed": "on"}).status_code == 302
    quote.refresh_from_db()
    chance.refresh_from_db()
    assert (quote.status, quote.decided_by) == ("accepted", "Conny")
    assert (chance.stage, chance.amount, chance.closed_on) == ("won", Decimal("2025.00"), timezone.now().date())
    assert f"Conny accepted {quote.key}" in Notification.objects.get().text
    assert client.post(url, word | {"agreed": "on"}).status_code == 422
    pdf = client.get(reverse("quote-answer-pdf", args=[secret]))
    assert pdf.content.startswith(b"%PDF")


def test_declined_expired_replaced_and_touched_quotes_are_not_accepted(chance: Opportunity, owner: User) -> None:
    quote = quote_of(chance, owner)
    secret = create_quote_link(quote=quote, by=owner, now=NOW)
    Quote.objects.update(valid_until=TODAY - timedelta(days=1))
    with pytest.raises(ValidationError, match="has expired"):
        decide(quote)
    Quote.objects.update(valid_until=None)
    QuoteLine.objects.filter(optional=False).update(unit_price=1)
    with pytest.raises(ValidationError, match="has changed since"):
        decide(quote)
    QuoteLine.objects.filter(optional=False).update(unit_price=900)
    declined = decide(quote, accept=False)
    assert declined.status == "declined"
    chance.refresh_from_db()
    assert chance.stage == "proposal"
    create_quote_link(quote=new_version(quote=declined, by=owner), by=owner, now=NOW)
    assert Quote.of_secret(secret) is not None  # what they declined may still be read
    assert Quote.of_secret("invented") is None


def test_a_quote_is_printed_whatever_stands_in_it(chance: Opportunity, owner: User) -> None:
    words = '#panic("x") $x^2$ *bold* <label> @ref \\ "quoted" 漢字\n\nSecond paragraph'
    quote = quote_of(chance, owner, intro=words, terms=words, valid_until=TODAY)
    QuoteLine.objects.filter(optional=True).update(description=f"{words}\nrest")
    assert quote_pdf(quote).startswith(b"%PDF")


def test_a_firm_s_own_stage_counts_in_the_forecast_and_bad_ones_are_refused(account: Account, owner: User) -> None:
    OpportunityStage.objects.create(key="pilot", name="Pilot", chance=60, order=25)
    row = Opportunity(account=account, name="x", stage="pilot", amount=Decimal(1000))
    row.full_clean()
    assert (row.chance, row.weighted, row.stage_name) == (60, Decimal("600.00"), "Pilot")
    with pytest.raises(ValidationError, match=r"Unknown stage. Use one of: prospecting, engaging, pilot"):
        Opportunity(account=account, name="x", stage="nonsense").full_clean()
    with pytest.raises(ValidationError, match="probability of 100%"):
        OpportunityStage(key="won", name="Got it", chance=90).clean()
    won = OpportunityStage.objects.get(key="won")
    boss = User.objects.create(email="b@firm.test", name="Boss", roles=[Role.ADMINISTRATOR])
    with pytest.raises(PermissionDenied):
        editing.remove(won, by=boss)


def test_the_forecast_sums_by_month_in_the_firm_s_currency_and_remembers(account: Account, owner: User) -> None:
    boss = User.objects.create(email="b@firm.test", name="Boss", roles=[Role.ADMINISTRATOR])
    ExchangeRate.objects.create(currency="GBP", starts_on=date(2020, 1, 1), rate=Decimal("1.20"))
    month = (TODAY.replace(day=1) + timedelta(days=40)).replace(day=1)
    for stage, amount, currency, on in (
        ("proposal", 1000, "EUR", month), ("negotiation", 100, "GBP", month), ("proposal", 50, "JPY", month),
        ("engaging", 400, "EUR", TODAY - timedelta(days=90)), ("won", 9999, "EUR", month),
        ("proposal", 10, "EUR", None),
    ):  # fmt: skip
        Opportunity.objects.create(
            account=account, name="x", stage=stage, amount=amount, currency=currency, expected_on=on, closed_on=TODAY
        )
    found = {m.month: m for m in forecast_of(boss, TODAY)}
    assert found[TODAY.replace(day=1)].weighted == 100  # overdue: expected now
    assert (found[month].amount, found[month].weighted) == (Decimal(1120), Decimal(590))
    assert (found[month].opportunities, found[month].unconverted) == (3, 1)
    assert found[None].weighted == 5
    assert found[month].before is None
    assert keep_forecast(TODAY) == keep_forecast(TODAY) == 2
    ForecastDay.objects.update(on=TODAY - timedelta(days=31))
    Opportunity.objects.filter(currency="GBP").delete()
    assert {m.month: m.before for m in forecast_of(boss, TODAY)}[month] == Decimal(590)


def test_why_we_win_and_lose(account: Account, owner: User) -> None:
    for stage, reason, ago in (
        ("won", "Price", 10), ("lost", "price ", 20), ("lost", "Price", 30), ("lost", "", 40), ("won", "Old", 500),
    ):  # fmt: skip
        Opportunity.objects.create(
            account=account, name="x", stage=stage, reason=reason, closed_on=TODAY - timedelta(days=ago)
        )
    found = win_rate(owner, TODAY)
    assert (found.won, found.lost, found.rate) == (1, 3, 0.25)
    assert [(r.text, r.won, r.lost) for r in found.reasons] == [
        ("Price", 1, 1),
        ("price", 0, 1),
        ("No reason recorded", 0, 1),
    ]


def test_white_space_suggests_what_most_similar_clients_buy(account: Account, owner: User) -> None:
    def client(name: str, segment: str, *services: str, **values: Any) -> Account:
        made = Account.objects.create(name=name, status="client", segment=segment, **values)
        for service in services:
            Opportunity.objects.create(account=made, name="x", stage="won", service=service, closed_on=TODAY)
        return made

    for n in range(3):
        client(f"Dairy {n}", "food", "Hosting", "Audit" if n else "audit ")
    client("Mill", "Food", "hosting")
    client("Bank", "Finance", "Trading")
    Project.objects.create(
        account=account, name="x", service="Training", status="active", start=datetime(2026, 3, 2, 9)
    )
    Project.objects.create(account=account, name="Idea", service="Audit", start=datetime(2026, 3, 2, 9))
    Opportunity.objects.create(account=account, name="open", stage="proposal", service="Hosting")
    found = white_space(owner)
    (buyer,) = found.buyers  # only those one sees
    assert found.services == ["Training"]
    assert (buyer.account, buyer.services) == (account, {"Training"})
    assert [(s.service, s.share, s.similar) for s in buyer.suggestions] == [("Hosting", 1.0, 4), ("Audit", 0.75, 4)]


def test_a_renewal_forecasts_with_uplift_and_renewal_status() -> None:
    row = Agreement(value=Decimal(1000), uplift_percent=Decimal("3.5"), renewal_status="at_risk", starts_on=TODAY)
    assert (row.renewal_value, row.renewal_chance, row.renewal_forecast) == (Decimal(1035), 35, Decimal("362.25"))
    with pytest.raises(ValidationError, match="Enter a cap"):
        Agreement(kind="capped", starts_on=TODAY).clean()
    with pytest.raises(ValidationError, match="Rollover applies to retainers only"):
        Agreement(kind="fixed_price", rollover_months=2, starts_on=TODAY).clean()


def worked(agreement: Agreement, owner: User, *days: tuple[date, int]) -> Project:
    """A project under ``agreement`` with hours booked at 60 an hour, in minutes by day."""
    project = Project.objects.create(
        account=agreement.account, name="Care", agreement=agreement, manager=owner, start=datetime(2026, 1, 1, 9)
    )
    person = Person.objects.create(name="Willi Worker")
    for day, minutes in days:
        TimeEntry.objects.create(project=project, person=person, day=day, minutes=minutes, bill_rate=60)
    return project


def test_a_retainer_tells_its_hours_by_month(account: Account, owner: User) -> None:
    row = Agreement.objects.create(
        account=account, title="Care", kind="retainer", value=900, hours=10, rollover_months=1,
        starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31),
    )  # fmt: skip
    days = [(date(2026, 1, 9), 240), (date(2026, 2, 9), 900), (date(2026, 3, 9), 720), (date(2027, 1, 5), 600)]
    project = worked(row, owner, *days)
    TimeEntry.objects.filter(day=date(2026, 3, 9)).update(minutes=660)
    TimeEntry.objects.create(
        project=project, person=Person.objects.get(), day=date(2026, 3, 10), minutes=60, billable=False
    )
    Invoice.objects.create(account=account, project=project, number="1", status="sent", issued_on=TODAY, total=900)
    Invoice.objects.create(account=account, project=project, number="2", status="draft", issued_on=TODAY, total=900)
    Invoice.objects.create(
        account=account, project=project, number="3", status="paid", issued_on=TODAY, total=900, currency="CHF"
    )
    use = use_of(row, None, max(TODAY, date(2027, 2, 1)))
    assert (use.minutes, use.worked, use.invoiced, use.invoices, use.elsewhere) == (2400, 2400, 900, 1, 1)
    shown = [(m.carried / 60, m.used / 60, m.over, m.left / 60) for m in use.months[:3]]
    assert shown == [(0, 4, 0, 6), (6, 15, 0, 1), (1, 11, 0, 0)]
    assert len(use.months) == 12  # none after the end
    client = browser_of(owner)
    page = client.get(reverse("agreement", args=[row.pk])).content.decode()
    assert "15.0 of 16.0" in page
    assert "1 invoice in other currencies is not included" in page
    whole = client.get(f"/api/accounts/{account.pk}/agreements/{row.pk}").json()
    assert whole["use"]["months"][1]["used"] == "900"


def test_a_cap_is_told_before_it_is_broken(account: Account, owner: User) -> None:
    row = Agreement.objects.create(
        account=account, title="Help", kind="capped", cap=1000, starts_on=TODAY - timedelta(days=9)
    )
    project = worked(row, owner, (TODAY, 840))
    create_expense(project, 50, day=TODAY, billable=True)
    create_expense(project, 99, day=TODAY)
    client = browser_of(owner)
    shown = client.get(reverse("agreement", args=[row.pk]))
    assert shown.context["share"] == {"percent": 89, "tone": "warn", "words": "Used of cap"}
    TimeEntry.objects.create(project=project, person=Person.objects.get(), day=TODAY, minutes=180, bill_rate=60)
    assert client.get(reverse("agreement", args=[row.pk])).context["share"]["tone"] == "bad"


def test_a_project_is_done_under_an_agreement_of_its_client_in_its_currency(account: Account, owner: User) -> None:
    other = Account.objects.create(name="Dairy", owner=owner)
    project = Project(account=account, name="Care", manager=owner, start=datetime(2026, 1, 1, 9))
    project.agreement = Agreement(account=other, title="Theirs", starts_on=TODAY)
    with pytest.raises(ValidationError, match="another account"):
        project.clean()
    project.agreement = Agreement(account=account, title="Ours", starts_on=TODAY, currency="CHF")
    with pytest.raises(ValidationError, match="The agreement is in CHF and the project in EUR"):
        project.clean()
    project.agreement.currency = "EUR"
    project.clean()


def test_an_agreement_is_renewed_with_its_uplift_and_leaves_the_board(account: Account, owner: User) -> None:
    ends = TODAY + timedelta(days=30)
    row = Agreement.objects.create(
        account=account, title="Care", kind="subscription", value=1000, uplift_percent=5, renews_automatically=True,
        starts_on=ends - timedelta(days=364), ends_on=ends, notice_on=ends - timedelta(days=14),
    )  # fmt: skip
    client = browser_of(owner)
    assert list(renewals_due(owner, TODAY)) == [row]
    url = reverse("agreement-renewal", args=[row.pk])
    form = client.get(url).context["form"]
    typed = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    assert (typed["value"], typed["starts_on"], typed["status"]) == (1050, ends + timedelta(days=1), "draft")
    answer = client.post(url, typed)
    again = Agreement.objects.get(predecessor=row)
    assert answer["Location"] == reverse("agreement", args=[again.pk])
    assert again.ends_on is not None
    assert abs((again.ends_on - again.starts_on).days - 364) <= 1
    assert again.notice_on == again.ends_on - timedelta(days=14)  # agreed in days, so it stays in days
    assert list(renewals_due(owner, TODAY)) == [row]  # as long as it is a draft
    Agreement.objects.filter(pk=again.pk).update(status="signed")
    assert not renewals_due(owner, TODAY).exists()
    assert row not in client.get(reverse("renewals")).context["page"].object_list
    twice = client.post(url, typed)
    assert "already exists, from" in twice.content.decode()
    assert Agreement.objects.filter(predecessor=row).count() == 1
    ended = Agreement.objects.create(
        account=account, title="Audit", kind="fixed", starts_on=TODAY - timedelta(days=900),
        ends_on=TODAY - timedelta(days=600), status="signed",
    )  # fmt: skip
    with pytest.raises(ValidationError, match="can't be renewed"):
        renew_agreement(following=ended.renewed(), today=TODAY, by=owner)
    forever = Agreement.objects.create(account=account, title="Always", starts_on=TODAY, renews_automatically=True)
    refused = client.get(reverse("agreement-renewal", args=[forever.pk]))
    assert refused.status_code == 404


def test_each_term_counts_its_own_days_whichever_of_them_the_project_hangs_on(account: Account, owner: User) -> None:
    first = Agreement.objects.create(
        account=account, title="2025", kind="retainer", hours=10, starts_on=date(2025, 1, 1), ends_on=date(2025, 12, 31)
    )
    project = worked(first, owner, (date(2025, 12, 30), 60), (date(2026, 1, 2), 120), (date(2027, 1, 8), 240))
    for number, on in (("1", date(2024, 12, 20)), ("2", date(2025, 12, 31)), ("3", date(2026, 1, 5))):
        Invoice.objects.create(account=account, project=project, number=number, status="sent", issued_on=on, total=100)
    today = date(2027, 2, 1)
    assert (use_of(first, None, today).minutes, use_of(first, None, today).invoiced) == (420, 300)
    second = first.renewed()
    second.status = "signed"
    second.save()
    for under in (first, second):
        Project.objects.update(agreement=under)
        assert (use_of(first, None, today).minutes, use_of(first, None, today).invoiced) == (60, 200)
        assert (use_of(second, None, today).minutes, use_of(second, None, today).invoiced) == (360, 100)
    assert len(use_of(second, None, today).months) == 12
    second.renews_automatically = True
    assert len(use_of(second, None, today).months) == 14
    first.currency = "CHF"
    Project.objects.update(agreement=first)
    with pytest.raises(ValidationError, match="projects in another currency"):
        first.clean()


def test_members_of_the_team_who_deliver_read_no_prices_in_the_timeline(account: Account, owner: User) -> None:
    member = User.objects.create(email="m@firm.test", name="Mia", roles=[Role.MEMBER])
    AccountMember.objects.create(account=account, user=member)
    quote = write_quote(quote=Quote(account=account, title="Secret offer"), by=owner, today=TODAY)
    save_line(line=QuoteLine(quote=quote, description="Secret days", quantity=1, unit_price=4711), by=owner)
    agreement = Agreement(account=account, title="Secret deal", starts_on=TODAY)
    editing.create(agreement, by=owner)
    for user, sees in ((owner, True), (member, False)):
        client = browser_of(user)
        body = client.get(reverse("account-timeline", args=[account.pk])).content.decode()
        assert ("Secret" in body) == sees, user
        overview = client.get(reverse("account", args=[account.pk])).content.decode()
        assert "Secret" not in overview, "it shows conversations"


def test_a_parent_company_is_named_only_to_who_sees_it(account: Account, owner: User) -> None:
    Account.objects.filter(pk=account.pk).update(parent=Account.objects.create(name="Hidden Holding"))
    boss = User.objects.create(email="b@firm.test", name="Boss", roles=[Role.ADMINISTRATOR])
    for user, sees in ((boss, True), (owner, False)):
        client = browser_of(user)
        for url in (reverse("account", args=[account.pk]), f"/api/accounts/{account.pk}", "/api/accounts"):
            assert (b"Hidden Holding" in client.get(f"{url}?q=Brewery").content) == sees, (user, url)


def test_the_renewal_board_looks_120_days_ahead(account: Account, owner: User) -> None:
    for title, days, values in (
        ("Soon", 100, {}), ("Later", 200, {}), ("Notice soon", 300, {"notice_on": TODAY + timedelta(days=20)}),
        ("Draft", 50, {"status": "draft"}), ("Over", -5, {}),
    ):  # fmt: skip
        Agreement.objects.create(
            account=account, title=title, kind="retainer", starts_on=date(2020, 1, 1),
            ends_on=TODAY + timedelta(days=days), value=100, **values,
        )  # fmt: skip
    client = browser_of(owner)
    page = client.get(reverse("renewals")).content.decode()
    assert ("Soon" in page, "Notice soon" in page) == (True, True)
    for name in ("Later", "Draft", "Over"):
        assert f">{name}<" not in page
    assert ">Later<" in client.get(reverse("renewals") + "?within=365").content.decode()


def test_a_won_order_becomes_a_project_that_knows_what_was_agreed(chance: Opportunity, owner: User) -> None:
    account = chance.account
    quote = quote_of(chance, owner, terms="Paid in\nthree parts")
    create_quote_link(quote=quote, by=owner, now=NOW)
    NegotiationEntry.objects.create(
        account=account, opportunity=chance, asked="A discount", given="Go-live in May", in_return="A reference",
        on=date(2026, 3, 1),
    )  # fmt: skip
    NegotiationEntry.objects.create(account=account, opportunity=chance, asked="A free year")
    Goal.objects.create(account=account, title="More orders", baseline=10, target=20, unit="%")
    conny = Contact.objects.create(name="Conny")
    Affiliation.objects.create(account=account, contact=conny, buying_role="sponsor", influence=3, sentiment=2)
    with pytest.raises(ValidationError, match="Only a won opportunity"):
        hand_over(opportunity=chance, manager=None, start=datetime(2026, 12, 1, 8), by=owner)
    decide(Quote.objects.get(pk=quote.pk))
    chance.refresh_from_db()
    client = browser_of(owner)
    page = client.get(reverse("opportunity", args=[chance.pk])).content.decode()
    assert "Start project" in page
    leader = User.objects.create(email="p@firm.test", name="Paul", roles=[Role.PROJECT_MANAGER])
    made = client.post(
        reverse("handover", args=[chance.pk]), {"manager": leader.pk, "start": "2026-12-01", "version": chance.version}
    )
    project = Project.objects.get()
    assert made["Location"] == reverse("project-charter", args=[project.pk])
    assert (project.name, project.service, project.manager) == ("New shop", "Shops", leader)
    assert [d.name for d in Deliverable.objects.filter(project=project)] == ["Design"]
    items = {(i.kind, i.text) for i in CharterItem.objects.filter(project=project)}
    assert ("constraint", "Promised on 1 Mar 2026: Go-live in May in return for A reference") in items
    assert ("constraint", "Terms: Paid in three parts") in items
    assert any(kind == "out" and text.startswith("Photos") for kind, text in items)
    who = Stakeholder.objects.get(project=project)
    assert (who.contact, who.influence, who.engagement) == (conny, 3, "supports")
    assert Objective.objects.get(project=project).target == "20 %"
    with pytest.raises(ValidationError, match="already has a project"):
        hand_over(opportunity=chance, manager=None, start=datetime(2026, 12, 1, 8), by=owner)


def test_two_clients_with_quotes_can_be_made_one(chance: Opportunity, owner: User) -> None:
    other = Account.objects.create(name="Brewery Ltd", owner=owner)
    quote = quote_of(chance, owner)
    merge_records(kept=other, gone=chance.account, take=set(), by=owner)
    assert Quote.objects.get(pk=quote.pk).account == other


def test_by_the_page_from_an_empty_catalogue_to_the_link(account: Account, owner: User) -> None:
    client = browser_of(owner)
    assert b"No services yet" in client.get(reverse("services")).content
    entry = {"name": "Audit", "unit": "day", "price": "1200", "currency": "EUR", "active": "on"}
    client.post(reverse("service-new"), entry)
    new = reverse("quote-new", args=[account.pk])
    assert client.post(new, {"title": "", "currency": "EUR", "tax_percent": "19"}).status_code == 422
    made = client.post(new, {"title": "Audit", "currency": "EUR", "tax_percent": "19"})
    quote = Quote.objects.get()
    assert made["Location"] == reverse("quote", args=[quote.pk])
    line = reverse("quote-line-new", args=[quote.pk])
    assert (
        "Choose a service or enter a description"
        in client.post(line, {"quantity": "1", "discount": "0"}).content.decode()
    )
    service = Service.objects.get()
    client.post(line, {"service": service.pk, "quantity": "3", "discount": "0"})
    page = client.get(reverse("quote", args=[quote.pk])).content.decode()
    assert "4,284.00" in page
    link = client.post(reverse("quote-sending", args=[quote.pk])).content.decode()
    assert "/quote/" in link
    assert client.get(reverse("quote-pdf", args=[quote.pk])).content.startswith(b"%PDF")
    again = client.post(reverse("quote-sending", args=[quote.pk]))
    assert again.status_code == 403
