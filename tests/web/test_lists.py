"""What every list can do: files of what is shown, columns, sums, kept views."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse

from accord.accounts.models import Account, CustomField
from accord.people.models import Role, SavedView, User
from accord.sales.models import Opportunity
from accord.web.shell import list_export
from accord.web.shell.views import lists as list_page
from accord.web.shell.views.lists import ListPage
from accord.web.shell.views.saved_views import is_list
from tests.factories import browser_of
from tests.web.routes import ROUTES
from tests.web.test_permissions import address
from tests.world import World

pytestmark = pytest.mark.django_db


def list_routes() -> list[str]:
    names = (name for name in get_resolver().reverse_dict if isinstance(name, str))
    return sorted(name for name in names if name in ROUTES and is_list(name))


def lines(response: Any) -> list[list[str]]:
    text = response.content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def sheet(response: Any) -> Any:
    return openpyxl.load_workbook(io.BytesIO(response.content)).active


def opportunity(account: Account, name: str, amount: int | None, currency: str = "EUR", **more: Any) -> Opportunity:
    made: Opportunity = Opportunity.objects.create(
        account=account, name=name, amount=amount, currency=currency, **({"stage": "proposal"} | more)
    )
    return made


def test_a_file_holds_what_the_list_shows(account: Account, signed_in: Client) -> None:
    opportunity(account, "Second", 2000, expected_on=date(2027, 2, 1))
    opportunity(account, "First", 1000, expected_on=date(2027, 1, 1), probability=40)
    opportunity(account, "Lost", 9, stage="lost", closed_on=date(2026, 1, 1))
    url = reverse("opportunities") + "?sort=-amount&columns=amount-net,close-date,probability&export="
    found = lines(signed_in.get(url + "csv"))
    head = ["Opportunity", "Account and service", "Amount, net", "Amount, net (currency)", "Close date", "Probability"]
    assert found[0] == head
    assert [row[:5] for row in found[1:]] == [
        ["Second", "Brewery", "2000.00", "EUR", "2027-02-01"],
        ["First", "Brewery", "1000.00", "EUR", "2027-01-01"],
    ]
    response = signed_in.get(url + "xlsx")
    assert "attachment" in response["Content-Disposition"]
    assert response["X-Content-Type-Options"] == "nosniff"
    cells = list(sheet(response).iter_rows(min_row=2))
    assert [cell.data_type for cell in cells[1]] == ["s", "s", "n", "s", "d", "n"]
    assert cells[1][2].value == 1000
    assert cells[1][4].value.date() == date(2027, 1, 1)
    assert cells[1][5].value == 0.4
    assert [cell.value for cell in cells[2]][:4] == ["Total", None, 3000, "EUR"]


def test_text_that_looks_like_a_formula_stays_text(account: Account, signed_in: Client) -> None:
    for name in ("=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", "-2+3", '=HYPERLINK("http://x")'):
        opportunity(account, name, 1)
    url = reverse("opportunities") + "?export="
    cells = [row[0] for row in sheet(signed_in.get(url + "xlsx")).iter_rows(min_row=2, max_row=6)]
    assert {cell.data_type for cell in cells} == {"s"}
    assert not any(cell.hyperlink for cell in cells)
    assert all(row[0].startswith("'") for row in lines(signed_in.get(url + "csv"))[1:])


def test_sums_match_the_filter_and_never_mix_currencies(account: Account, signed_in: Client) -> None:
    for n in range(60):  # more than a page
        opportunity(account, f"Chance {n}", 10)
    opportunity(account, "Abroad", 5, "USD")
    opportunity(account, "Unknown", None)
    opportunity(account, "Won", 10**6, stage="won", closed_on=date(2026, 1, 1))
    page = signed_in.get(reverse("opportunities"))
    assert [line[0].value for line in page.context["footers"]] == ["Total in EUR", "Total in USD"]
    assert [line[2].raw for line in page.context["footers"]] == [Decimal(600), Decimal(5)]
    assert page.context["page"].paginator.count == 62
    only = signed_in.get(reverse("opportunities") + "?q=Abroad")
    assert [(line[0].value, line[2].raw) for line in only.context["footers"]] == [("Total", Decimal(5))]
    none = signed_in.get(reverse("opportunities") + "?columns=stage")
    assert none.context["footers"] == []  # what is not shown is not added up
    assert len(lines(signed_in.get(reverse("opportunities") + "?export=csv"))) == 63


def test_a_file_has_only_what_its_reader_may_see(account: Account, owner: User, client: Client) -> None:
    opportunity(account, "Secret", 1)
    Opportunity.objects.create(account=Account.objects.create(name="Elsewhere"), name="Foreign", amount=7)
    client.force_login(owner)
    assert [row[0] for row in lines(client.get(reverse("opportunities") + "?export=csv"))[1:]] == ["Secret"]
    client.force_login(User.objects.create(email="m@firm.test", name="Mem", roles=[Role.MEMBER]))
    assert client.get(reverse("opportunities") + "?export=csv").status_code == 403
    assert lines(client.get(reverse("accounts") + "?export=csv"))[1:] == []


def test_too_much_for_a_file_is_refused_with_the_remedy(
    account: Account, signed_in: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_page, "MOST", 2)
    for n in range(3):
        opportunity(account, f"Chance {n}", 10)
    response = signed_in.get(reverse("opportunities") + "?q=Chance&export=csv", follow=True)
    assert response.redirect_chain[0][0] == reverse("opportunities") + "?q=Chance"
    assert "a file holds 2 rows. Filter the list and export again." in response.content.decode()
    assert signed_in.get(reverse("opportunities") + "?export=pdf").status_code == 404


def test_files_take_few_queries_however_many_rows(
    account: Account, signed_in: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def asked(route: str) -> int:
        signed_in.get(reverse(route) + "?export=csv")
        with CaptureQueriesContext(connection) as queries:
            assert signed_in.get(reverse(route) + "?export=csv").status_code == 200
        return len(queries)

    for n in range(2):
        opportunity(account, f"A{n}", n)
    few = asked("opportunities"), asked("accounts")
    for n in range(200):
        opportunity(account, f"B{n}", n)
        Account.objects.create(name=f"C{n}", owner=account.owner)
    assert (asked("opportunities"), asked("accounts")) == few
    monkeypatch.setattr(list_export, "PART", 50)  # parts change nothing but the number of queries
    assert len(lines(signed_in.get(reverse("opportunities") + "?export=csv"))) == 203


def test_columns_are_chosen_and_ordered_in_the_address(account: Account, signed_in: Client) -> None:
    opportunity(account, "Chance", 10, opened_on=date(2026, 3, 1))
    url = reverse("opportunities")

    def labels(query: str) -> list[str]:
        return [column.label for column in signed_in.get(url + query).context["columns"]]

    usual = ["Opportunity", "Stage", "Amount, net", "Weighted", "Owner", "Close date"]
    assert labels("") == usual
    assert labels("?columns=owner,stage,opened") == ["Opportunity", "Owner", "Stage", "Opened"]
    assert labels("?columns=opportunity&columns=stage&columns=owner") == ["Opportunity", "Stage", "Owner"]
    assert labels("?columns=stage,unheard-of,stage") == ["Opportunity", "Stage"]
    assert labels("?columns=unheard-of") == usual
    page = signed_in.get(url + "?columns=owner,stage&q=Ch").content.decode()
    assert 'name="columns" value="owner,stage"' in page  # the filter keeps the columns


def test_a_kept_view_keeps_the_columns_in_their_order(signed_in: Client, owner: User) -> None:
    new = reverse("saved-view-new") + "?of=invoices&query=columns%3Dtotal%252Cclient%26status%3Dpaid%26export%3Dcsv"
    assert signed_in.post(new, {"name": "Paid"}).status_code == 302
    assert SavedView.objects.get().query == "columns=total%2Cclient&status=paid"
    page = signed_in.get(reverse("invoices") + "?status=paid&columns=total,client")
    assert [view["active"] for view in page.context["saved_views"]] == [True]
    other = signed_in.get(reverse("invoices") + "?status=paid&columns=client,total")
    assert [view["active"] for view in other.context["saved_views"]] == [False]


def test_figures_sort_by_what_one_may_see(account: Account, signed_in: Client, owner: User) -> None:
    for column in ("health", "lifetime_value", "churn_risk", "last_contact"):
        assert signed_in.get(reverse("accounts") + f"?sort=-{column}").context["rows"]
    for column in ("progress", "cv", "sv", "cpi", "spi"):
        assert signed_in.get(reverse("projects") + f"?sort={column}").status_code == 200


@pytest.mark.parametrize("route", list_routes())
def test_every_list_exports_its_numbers_as_numbers(world: tuple[World, dict[str, Any]], route: str) -> None:
    """With every column there is: what is numeric on the page is a number in the file, or empty."""
    firm, shared = world
    client = browser_of(firm.administrator)
    url = address(route, ROUTES[route], firm.ours, shared)
    page: type[ListPage] = client.get(url).resolver_match.func.view_class  # type: ignore[union-attr]
    keys = ",".join(column.key for column in page.columns)
    joined = f"{url}{'&' if '?' in url else '?'}columns={keys}"
    shown = client.get(joined)
    assert [column.label for column in shown.context["columns"]] == [column.label for column in page.columns]
    response = client.get(f"{joined}&export=xlsx")
    assert response.status_code == 200
    rows = list(sheet(response).iter_rows())
    header = [cell.value for cell in rows[0]]
    for column in page.columns:
        if not (column.numeric or column.money or column.percent) or column.action:
            continue
        place = header.index(column.label)
        for row in rows[1:]:
            assert row[place].value is None or row[place].data_type == "n" or row[place].value in WORDS, column
    assert not any(cell.data_type == "f" for row in rows for cell in row)
    assert len(lines(client.get(f"{joined}&export=csv"))) - 1 == shown.context["page"].paginator.count


WORDS = {"Not estimated", "–"}


@pytest.fixture
def pipeline(account: Account, owner: User) -> Account:
    other = Account.objects.create(name="Dairy", owner=owner, status="client")
    opportunity(account, "Big", 3000, stage="proposal", owner=owner)
    opportunity(other, "Small", 1000, stage="proposal")
    opportunity(account, "Foreign", 500, "USD", stage="negotiation")
    opportunity(other, "Unknown", None, stage="prospecting")
    return account


def grouped(page: Any) -> list[tuple[str, int, list[str]]]:
    """The groups that a page shows, each with its count and the names of its rows; a closed one has none."""
    return [
        (each.group.label, each.group.count, [row.cells[0].value for row in each.rows])
        for each in page.context["row_groups"]
    ]


def test_rows_are_grouped_with_a_count_and_a_sum_for_each_group(pipeline: Account, signed_in: Client) -> None:
    page = signed_in.get(reverse("opportunities") + "?group=stage&sort=amount")
    assert grouped(page) == [
        ("Prospecting", 1, ["Unknown"]), ("Proposal", 2, ["Small", "Big"]), ("Negotiation", 1, ["Foreign"]),
    ]  # fmt: skip
    sums = [each.cells[2].value for each in page.context["row_groups"]]
    assert [text.replace("\N{NO-BREAK SPACE}", " ") for text in sums] == ["–", "€4,000.00", "$500.00"]
    by_owner = signed_in.get(reverse("opportunities") + "?group=owner&sort=name")
    assert grouped(by_owner) == [("Olga Owner", 1, ["Big"]), ("Unassigned", 3, ["Foreign", "Small", "Unknown"])]
    by_account = signed_in.get(reverse("opportunities") + "?group=account&sort=name")
    assert next(each.cells[2].value for each in by_account.context["row_groups"]).count("\n") == 1  # two currencies
    filtered = signed_in.get(reverse("opportunities") + "?group=stage&owner=me")
    assert grouped(filtered) == [("Proposal", 1, ["Big"])]
    assert signed_in.get(reverse("opportunities") + "?group=nothing").context["row_groups"] == []


def test_a_closed_group_keeps_its_line_and_its_place_on_every_page(
    pipeline: Account, signed_in: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = reverse("opportunities") + "?group=stage&sort=amount"
    page = signed_in.get(url + "&closed=proposal")
    assert grouped(page) == [("Prospecting", 1, ["Unknown"]), ("Proposal", 2, []), ("Negotiation", 1, ["Foreign"])]
    assert "2 in collapsed groups" in page.content.decode()
    toggles = [each.url for each in page.context["row_groups"]]
    assert toggles[1] == "?group=stage&sort=amount" and "closed=negotiation" in toggles[2]
    every = url + "&closed=proposal&closed=prospecting&closed=negotiation"
    assert [rows for _, _, rows in grouped(signed_in.get(every))] == [[], [], []]
    monkeypatch.setattr(ListPage, "page_size", 1)
    pages = [grouped(signed_in.get(url + f"&closed=prospecting&page={number}")) for number in (1, 2, 3)]
    assert [[label for label, _, _ in found] for found in pages] == [
        ["Prospecting", "Proposal"], ["Proposal"], ["Negotiation"],
    ]  # fmt: skip


def test_a_file_of_a_grouped_list_names_the_groups_and_a_workbook_sums_them(
    pipeline: Account, signed_in: Client
) -> None:
    url = reverse("opportunities") + "?group=stage&sort=amount&columns=opportunity,amount-net&closed=proposal&export="
    found = lines(signed_in.get(url + "csv"))
    assert [row[:2] for row in found] == [
        ["Stage", "Opportunity"], ["Prospecting", "Unknown"], ["Proposal", "Small"], ["Proposal", "Big"],
        ["Negotiation", "Foreign"],
    ]  # fmt: skip
    rows = [[cell.value for cell in row] for row in sheet(signed_in.get(url + "xlsx")).iter_rows()]
    assert rows[5:8] == [
        ["Prospecting", 1, None, None, None], ["Proposal", 2, None, 4000, "EUR"], ["Negotiation", 1, None, 500, "USD"],
    ]  # fmt: skip
    assert [row[1] for row in rows[8:]] == ["Total in EUR", "Total in USD"]


def test_a_view_keeps_the_groups_but_not_which_are_closed(pipeline: Account, signed_in: Client) -> None:
    page = signed_in.get(reverse("opportunities") + "?group=stage&closed=proposal")
    assert "query=group%3Dstage&" in page.context["save_view_url"] + "&"
    assert '<input type="hidden" name="group" value="stage">' in page.content.decode()


def test_custom_choices_group_and_custom_numbers_are_summed(account: Account, signed_in: Client) -> None:
    on = CustomField.On.OPPORTUNITY
    CustomField.objects.create(on=on, key="mode", label="Mode", kind="choice", choices="Remote\nOn site")
    CustomField.objects.create(on=on, key="legal", label="Legal", kind="yes_no")
    CustomField.objects.create(on=on, key="seats", label="Seats", kind="number")
    for name, custom in (
        ("A", {"mode": "On site", "seats": "2.5", "legal": True}), ("B", {"mode": "Remote", "seats": "4"}),
        ("C", {"mode": "Remote", "seats": "3"}), ("D", {}),
    ):  # fmt: skip
        opportunity(account, name, None, custom=custom)
    query = "?group=custom_mode&sort=name&columns=custom_seats&custom_mode="
    page = signed_in.get(reverse("opportunities") + query)
    assert grouped(page) == [("Remote", 2, ["B", "C"]), ("On site", 1, ["A"]), ("Not set", 1, ["D"])]
    assert [each.cells[1].value for each in page.context["row_groups"]] == ["7", "2.5", "–"]
    assert page.context["footers"][0][1].value == "9.5"
    only = signed_in.get(reverse("opportunities") + "?group=custom_mode&custom_mode=Remote&sort=custom_mode")
    assert grouped(only) == [("Remote", 2, ["B", "C"])]
    yes_no = signed_in.get(reverse("opportunities") + "?group=custom_legal&sort=name")
    assert [label for label, _, _ in grouped(yes_no)] == ["Yes", "Not set"]


def test_groups_take_one_query_more_however_many_they_are(pipeline: Account, signed_in: Client) -> None:
    def queries(url: str) -> int:
        signed_in.get(url)
        with CaptureQueriesContext(connection) as found:
            signed_in.get(url)
        return len(found)

    url = reverse("opportunities")
    plain = queries(url)
    assert queries(url + "?group=owner") == plain + 1
    assert queries(url + "?group=stage&closed=proposal") == plain + 1


@pytest.mark.parametrize("route", list_routes())
def test_every_list_can_be_grouped_by_all_that_it_offers(route: str, world: tuple[World, dict[str, Any]]) -> None:
    firm, shared = world
    client = browser_of(firm.administrator)
    url = address(route, ROUTES[route], firm.ours, shared)
    for by in client.get(url).context["groupings"]:
        page = client.get(url, {"group": by.name, "status": "all", "stage": "all"})
        assert page.context["grouping"].name == by.name
        counts = sum(each.group.count for each in page.context["row_groups"])
        assert counts == page.context["page"].paginator.count, by.name
