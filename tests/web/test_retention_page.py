"""Reports, Retention: what it shows to whom, what its figures lead to, and its files."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accord.accounts.models import Account, Interaction
from accord.insight.actions.update_client_figures import update_client_figures
from accord.people.models import Firm, Role, User
from accord.sales.models import Agreement
from tests.factories import browser_of

pytestmark = pytest.mark.django_db

TODAY = date(2026, 6, 30)
URL = "/numbers/retention/"


def make_clients(count: int, lost: int) -> list[Account]:
    """Contract clients, some of whom left in the last twelve months."""
    accounts = []
    for n in range(count):
        gone = n < lost
        left = {"status": "former", "lost_on": date(2026, 2, 28), "lost_reason": "price" if n else ""} if gone else {}
        account = Account.objects.create(
            name=f"=Client {n}", segment="Retail" if n % 2 else "Health", **({"status": "client"} | left)
        )
        Agreement.objects.create(
            account=account, title="Care", kind="retainer", service="Care", value=Decimal(1000),
            starts_on=date(2023, 1 + n % 12, 1), ends_on=date(2026, 2, 28) if gone else None,
            status="ended" if gone else "signed",
        )  # fmt: skip
        accounts.append(account)
    Interaction.objects.create(account=accounts[-1], subject="Call", at=datetime(2026, 6, 30, 9, tzinfo=UTC))
    return accounts


def user(role: Role) -> User:
    made: User = User.objects.create(email=f"{role}@firm.example", name=str(role), roles=[role], password="!")
    return made


@pytest.fixture
def finance() -> Client:
    return browser_of(user(Role.FINANCE))


def text_of(browser: Client, url: str) -> str:
    """The page, with plain spaces."""
    answer = browser.get(url)
    assert answer.status_code == 200, url
    return answer.content.decode().replace("\N{NO-BREAK SPACE}", " ")


def cells(page: str, block: str) -> list[list[str]]:
    """The rows of a block's table as texts."""
    part = re.search(rf'<section class="card[^"]*" id="{block}">(.*?)</section>', page, re.DOTALL)
    assert part is not None, block
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", part[1], re.DOTALL)
    written = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in rows]
    return [[" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in row] for row in written[1:]]


def test_counts_intervals_and_definitions_stand_beside_each_figure(finance: Client) -> None:
    make_clients(24, 4)
    update_client_figures(as_of=TODAY, by=None)
    page = text_of(finance, URL + "?clients=contracts")
    assert "4 of 24 clients lost, 30 Jun 2025 to 30 Jun 2026 (95% interval 7–36%)" in page
    assert "4 of 24 contracts lost" in page
    for text in (
        "Contracts lost ÷ contracts running at the start",
        "lost on the day after the last paid day",
        "fees of running contracts × 12",
    ):
        assert text in page
    halves = {row[0]: row[1:] for row in cells(page, "halves")}
    assert halves["Contract clients"][:5] == ["24", "4", "16.7% 7–36%", "24", "4"]
    assert halves["Project clients"][:3] == ["0", "0", "–"]
    bridge = {row[0]: row[1:] for row in cells(page, "bridge")}
    assert bridge["Lost"] == ["4", "−€48,000.00"]
    assert bridge["End, 30 Jun 2026"] == ["20", "€240,000.00"]
    reasons = {row[0]: row[1:3] for row in cells(page, "reasons")}
    assert reasons == {
        "Price or budget": ["3", "€36,000.00"],
        "Not recorded": ["1", "€12,000.00"],
        "Total": ["4", "€48,000.00"],
    }
    cohorts = cells(page, "cohorts")
    assert cohorts == [["2023", "24", "100% 24 of 24", "100% 24 of 24", "100% 24 of 24", "83% 20 of 24"]]
    groups = {row[0]: row[1:4] for row in cells(page, "groups")}
    assert groups == {"Health": ["12", "2", "16.7% 5–45%"], "Retail": ["12", "2", "16.7% 5–45%"]}
    assert "Kaplan-Meier" in page


def test_reports_and_the_page_say_the_same(finance: Client) -> None:
    make_clients(24, 4)
    update_client_figures(as_of=TODAY, by=None)
    figure = "4 of 24 clients lost, 30 Jun 2025 to 30 Jun 2026 (95% interval 7–36%)"
    for url in ("/numbers/", "/numbers/churn-rate", URL):
        assert figure in text_of(finance, url), url


def test_too_few_clients_have_counts_and_no_rate(finance: Client) -> None:
    make_clients(8, 2)
    update_client_figures(as_of=TODAY, by=None)
    page = finance.get(URL).content.decode()
    assert "Only 8 clients at the start of the period: at least 10 are needed." in page
    assert "Only 8 contracts at the start of the period" in page
    [row, *_] = cells(page, "halves")
    assert row[:4] == ["All clients", "8", "2", "– Too few"]
    assert "25.0%" not in page


def test_every_figure_opens_its_rows_and_only_those_that_are_visible() -> None:
    accounts = make_clients(24, 4)
    update_client_figures(as_of=TODAY, by=None)
    manager = user(Role.ACCOUNT_MANAGER)
    Account.objects.filter(pk__in=[accounts[0].pk, accounts[9].pk]).update(owner=manager)
    browser, all_seeing = browser_of(manager), browser_of(user(Role.FINANCE))
    page = all_seeing.get(URL).content.decode()
    links = {href.replace("&amp;", "&") for href in re.findall(r'href="(/numbers/retention/c[^"]+)"', page)}
    assert len(links) > 20
    for link in links:
        assert all_seeing.get(link).status_code == 200, link
        assert browser.get(link).status_code == 200, link
    lost = f"{URL}clients?which=lost"
    assert all_seeing.get(lost).content.decode().count("=Client") >= 4
    seen = browser.get(lost).content.decode()
    assert "=Client 0" in seen
    assert "=Client 1<" not in seen
    assert "3 more aren&#x27;t visible to you." in seen
    contracts = browser.get(f"{URL}contracts?which=start").content.decode()
    assert "22 more aren&#x27;t visible to you." in contracts
    priced = all_seeing.get(f"{URL}clients?which=lost&reason=price").content.decode()
    assert "=Client 1" in priced
    assert "=Client 0" not in priced
    assert "=Client 0" in all_seeing.get(f"{URL}clients?which=lost&reason=-").content.decode()
    cohort = all_seeing.get(f"{URL}clients?cohort=2023-01-01&at=2026-06-30").content.decode()
    assert "=Client 0" not in cohort
    assert "=Client 9" in cohort


def test_filters_stay_in_the_address_of_every_link(finance: Client) -> None:
    make_clients(24, 4)
    update_client_figures(as_of=TODAY, by=None)
    page = text_of(finance, URL + "?clients=contracts&segment=Health&until=2026-03-31&by=owner")
    for href in re.findall(r'href="(/numbers/retention/[^"]+\?[^"]+)"', page):
        asked = parse_qs(urlsplit(href.replace("&amp;", "&")).query)
        assert asked["segment"] == ["Health"], href
        assert asked["by"] == ["owner"], href
    assert "31 Mar 2025 to 31 Mar 2026" in page
    explicit = text_of(finance, URL + "?until=2026-06-30&by=segment&cohorts=year&clients=all")
    assert "field-error" not in explicit
    assert finance.get(URL + "?segment=Nonsense&until=x&owner=٣&by=1&cohorts=&clients=x").status_code == 200


def test_each_table_is_a_file_without_formulas(finance: Client) -> None:
    make_clients(24, 4)
    Account.objects.update(segment="=HYPERLINK(1)")
    update_client_figures(as_of=TODAY, by=None)
    page = finance.get(URL).content.decode()
    exports = {href.replace("&amp;", "&") for href in re.findall(r'href="([^"]+export=csv[^"]*)"', page)}
    assert len(exports) >= 8
    for href in exports:
        answer = finance.get(href)
        assert answer["Content-Type"].startswith("text/csv")
        rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert len(rows) > 1, href
        assert all(len(row) == len(rows[0]) for row in rows)
        assert not [cell for row in rows for cell in row if cell.startswith(("=", "@"))]
    groups = finance.get(URL + "?table=groups&export=csv").content.decode("utf-8-sig")
    assert "'=HYPERLINK(1)" in groups
    clients = finance.get(f"{URL}clients?which=lost&export=csv").content.decode("utf-8-sig")
    assert clients.count("'=Client") == 4
    assert finance.get(URL + "?table=nothing&export=csv").status_code == 404
    assert finance.get(URL + "?table=groups&export=exe").status_code == 404


def test_queries_do_not_grow_with_clients(finance: Client) -> None:
    urls = (URL, URL + "?clients=contracts&by=owner", f"{URL}clients?which=start", f"{URL}contracts?which=start")
    counts = []
    for more in (12, 40):
        make_clients(more, 3)
        update_client_figures(as_of=TODAY, by=None)
        found = []
        for url in urls:
            finance.get(url)
            with CaptureQueriesContext(connection) as queries:
                assert finance.get(url).status_code == 200
            found.append(len(queries))
        counts.append(found)
    assert counts[0] == counts[1]


def test_without_a_run_it_says_what_to_do() -> None:
    page = browser_of(user(Role.FINANCE)).get(URL).content.decode()
    assert "No retention figures yet" in page
    assert "Update client figures" not in page
    page = browser_of(user(Role.ADMINISTRATOR)).get(URL).content.decode()
    assert "Update client figures" in page
    Account.objects.create(name="Only")
    update_client_figures(as_of=TODAY, by=None)
    page = browser_of(User.objects.get(roles=[Role.FINANCE])).get(URL).content.decode()
    assert "There were none yet" in page


def test_members_are_refused_the_page_its_files_and_its_lists() -> None:
    make_clients(12, 1)
    update_client_figures(as_of=TODAY, by=None)
    browser = browser_of(user(Role.MEMBER))
    for path in ("", "?table=bridge&export=csv", "clients?which=lost", "contracts?which=lost"):
        assert browser.get(URL + path).status_code == 403, path


def test_the_setting_is_said_on_the_page_and_checked(finance: Client) -> None:
    make_clients(12, 1)
    update_client_figures(as_of=TODAY, by=None)
    assert "at least 9 and at most 24 months" in finance.get(URL + "?clients=projects").content.decode()
    Firm.objects.update(shortest_silence=12, longest_silence=12)
    assert "12 months have passed without a new order" in finance.get(URL + "?clients=projects").content.decode()
    administrator = browser_of(user(Role.ADMINISTRATOR))
    firm = Firm.current()
    page = administrator.get("/settings/firm").content.decode()
    assert "longest silence before a client is lost" in page.casefold()
    form = {
        "version": firm.version, "name": "Firm", "currency": "EUR", "time_zone": "UTC", "sponsor_silence": 60,
        "value_horizon_months": 36, "discount_percent": "10", "fee_increase_percent": "2", "shortest_silence": 18,
        "longest_silence": 12,
    }  # fmt: skip
    if firm.calendar_id:
        form["calendar"] = firm.calendar_id
    answer = administrator.post("/settings/firm", form)
    assert answer.status_code == 422
    assert "The longest silence can&#x27;t be less than the shortest." in answer.content.decode()
    assert administrator.post("/settings/firm", form | {"longest_silence": 20}).status_code == 302
    assert Firm.current().silence_limits == (18, 20)
