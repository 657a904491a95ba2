"""One field of a record in a list: edited in its cell, and moved over the board, by the record's own rules."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accord.accounts.models import Account, AccountMember, CustomField
from accord.core.models import Event
from accord.people.models import Role, User
from accord.projects.models import PlanEdit, Project, ProjectMember, Task
from accord.sales.models import Opportunity
from accord.support.models import Request
from tests.factories import browser_of

pytestmark = pytest.mark.django_db
CELL = {"HTTP_HX_REQUEST": "true"}
BOARD = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "list"}


@pytest.fixture
def portal(account: Account, owner: User) -> Opportunity:
    made: Opportunity = Opportunity.objects.create(
        account=account, name="Portal", stage="proposal", amount=1000, owner=owner
    )
    return made


def field(route: str, record: Any, name: str, query: str = "") -> str:
    return reverse("list-field", args=[route, record.pk, name]) + query


def plan(account: Account, manager: User) -> Project:
    made: Project = Project.objects.create(
        account=account, name="Shop", start=datetime(2026, 3, 2, 9), status="active", manager=manager
    )
    return made


# Cells


def test_a_cell_asks_for_its_field_and_saves_it_by_the_form(portal: Opportunity, signed_in: Client) -> None:
    page = signed_in.get(reverse("opportunities")).content.decode()
    url = field("opportunities", portal, "expected_on")
    assert f'href="{url}?"' in page and "Edit Close date of Portal" in page
    form = signed_in.get(url, **CELL).content.decode()
    assert 'name="expected_on"' in form and 'type="date"' in form and 'name="amount"' not in form
    answer = signed_in.post(url, {"expected_on": "2027-02-01", "version": 1}, **CELL)
    assert answer.status_code == 204 and answer["HX-Trigger"] == "accord:refresh"
    portal.refresh_from_db()
    assert (portal.expected_on, portal.amount, portal.stage, portal.version) == (date(2027, 2, 1), 1000, "proposal", 2)
    told = Event.objects.get(kind="record.changed")
    assert told.after == {"expected_on": "2027-02-01"}


def test_a_cell_says_what_is_wrong_and_writes_nothing(portal: Opportunity, signed_in: Client) -> None:
    for name, value, says in (
        ("expected_on", "soon", "Enter a valid date"),
        ("stage", "nowhere", "Select a valid choice"),
        ("stage", "won", "Enter the date it was won or lost."),
    ):
        answer = signed_in.post(field("opportunities", portal, name), {name: value, "version": 1}, **CELL)
        assert answer.status_code == 422
        assert says in answer.content.decode()
    portal.refresh_from_db()
    assert portal.version == 1


def test_a_cell_that_someone_else_changed_meanwhile_keeps_their_value(portal: Opportunity, signed_in: Client) -> None:
    url = field("opportunities", portal, "reason")
    assert signed_in.post(url, {"reason": "Price", "version": 1}, **CELL).status_code == 204
    late = signed_in.post(url, {"reason": "Time", "version": 1}, **CELL)
    assert late.status_code == 409
    text = late.content.decode()
    assert "Someone else changed Portal" in text and 'value="Price"' in text and 'value="2"' in text
    portal.refresh_from_db()
    assert portal.reason == "Price"
    assert signed_in.post(url, {"reason": "Time"}, **CELL).status_code == 422  # without a version


def test_without_scripts_the_field_is_a_page_and_leads_back(portal: Opportunity, signed_in: Client) -> None:
    url = field("opportunities", portal, "owner", "?stage=all")
    assert "Edit Portal" in signed_in.get(url).content.decode()
    answer = signed_in.post(url, {"owner": "", "version": 1})
    assert (answer.status_code, answer["Location"]) == (302, reverse("opportunities") + "?stage=all")
    portal.refresh_from_db()
    assert portal.owner is None


@pytest.mark.parametrize(
    "path", ["opportunities/{}/version", "opportunities/{}/account", "stages/{}/name", "nothing/{}/stage",
             "opportunities/999/stage", "contacts/{}/name", "opportunities/{}/custom_no"]
)  # fmt: skip
def test_what_a_list_cannot_edit_is_not_found(path: str, portal: Opportunity, signed_in: Client) -> None:
    url = "/lists/" + path.format(portal.pk)
    assert signed_in.get(url).status_code == 404
    assert signed_in.post(url, {"version": 1, "account": 1}).status_code == 404


def test_custom_fields_are_edited_in_cells_by_their_rules(portal: Opportunity, signed_in: Client) -> None:
    on = CustomField.On.OPPORTUNITY
    CustomField.objects.create(on=on, key="seats", label="Seats", kind="number", lowest=1)
    CustomField.objects.create(on=on, key="must", label="Must", kind="text", required=True)  # of another field
    url = field("opportunities", portal, "custom_seats")
    assert signed_in.post(url, {"custom_seats": "0", "version": 1}, **CELL).status_code == 422
    assert signed_in.post(url, {"custom_seats": "12", "version": 1}, **CELL).status_code == 204
    portal.refresh_from_db()
    assert portal.custom == {"seats": "12"}
    page = signed_in.get(reverse("opportunities") + "?columns=custom_seats").content.decode()
    assert f'id="edit-{portal.pk}-custom_seats"' in page


def test_cells_of_accounts_projects_and_tasks(account: Account, owner: User, client: Client) -> None:
    boss = User.objects.create(email="a@firm.test", name="Ada", roles=[Role.ADMINISTRATOR])
    client.force_login(boss)
    account.tags.create(name="Watch")
    post = client.post
    assert post(field("accounts", account, "tier"), {"tier": "A", "version": 1}, **CELL).status_code == 204
    account.refresh_from_db()
    assert account.tier == "A" and account.tags.count() == 1
    project = plan(account, boss)
    assert post(field("projects", project, "status"), {"status": "on_hold", "version": 1}, **CELL).status_code == 204
    project.refresh_from_db()
    assert project.status == "on_hold" and project.stopped_on is not None  # what follows from it
    task = Task.objects.create(project=project, uid=1, name="Design")
    CustomField.objects.create(on="task", key="seats", label="Seats", kind="number")
    url = field("tasks", task, "custom_seats")
    assert post(url, {"custom_seats": "3", "version": 1}, **CELL).status_code == 204
    task.refresh_from_db()
    assert task.custom == {"seats": "3"}
    assert PlanEdit.objects.filter(project=project, by=boss).exists()  # an edit of the plan: it can be undone
    assert post(field("tasks", task, "deadline"), {"deadline": "2026-04-01T17:00", "version": task.version}, **CELL)
    task.refresh_from_db()
    assert task.deadline == datetime(2026, 4, 1, 17)


# Boards


def lanes(page: Any) -> dict[str, tuple[int, list[str]]]:
    return {lane.label: (lane.count, [str(card.title.value) for card in lane.cards]) for lane in page.context["lanes"]}


def test_a_list_is_a_board_by_each_choice_its_records_can_have(
    portal: Opportunity, account: Account, signed_in: Client
) -> None:
    Opportunity.objects.create(account=account, name="Other", stage="negotiation")
    on = CustomField.On.OPPORTUNITY
    CustomField.objects.create(on=on, key="mode", label="Mode", kind="choice", choices="Remote\nOn site")
    url = reverse("opportunities")
    page = signed_in.get(url + "?show=board")
    found = lanes(page)
    assert found["Proposal"] == (1, ["Portal"]) and found["Negotiation"] == (1, ["Other"])
    assert found["Won"] == (0, [])
    assert [each.label for each in page.context["switch"]] == ["Table", "Board by stage", "Board by mode"]
    assert "€1,000.00" in page.content.decode().replace("\N{NO-BREAK SPACE}", "")
    by_mode = signed_in.get(url + "?show=board&by=custom_mode")
    assert lanes(by_mode) == {"Remote": (0, []), "On site": (0, []), "Not set": (2, ["Portal", "Other"])}
    filtered = signed_in.get(url + "?show=board&owner=me")
    assert sum(count for count, _ in lanes(filtered).values()) == 1


def test_a_move_goes_through_the_form_and_shows_the_board_again(portal: Opportunity, signed_in: Client) -> None:
    url = field("opportunities", portal, "stage", "?show=board&by=stage&owner=me")
    answer = signed_in.post(url, {"stage": "negotiation", "version": 1}, follow=True, **BOARD)
    assert lanes(answer)["Negotiation"] == (1, ["Portal"])
    assert "“Portal” moved to Negotiation." in answer.content.decode()
    assert answer.redirect_chain[0][0].endswith("?show=board&by=stage&owner=me")
    portal.refresh_from_db()
    assert (portal.stage, portal.version) == ("negotiation", 2)


def test_a_refused_move_says_why_on_the_board_as_it_is(
    portal: Opportunity, account: Account, signed_in: Client, client: Client
) -> None:
    url = field("opportunities", portal, "stage", "?show=board")
    won = signed_in.post(url, {"stage": "won", "version": 1}, **BOARD)
    assert won.status_code == 422
    assert "Can’t move" in won.content.decode() or "Can&#x27;t move “Portal”: Enter the date it was won" in (
        won.content.decode()
    )
    assert lanes(won)["Proposal"] == (1, ["Portal"])
    Opportunity.objects.filter(pk=portal.pk).update(version=5, stage="negotiation")
    late = signed_in.post(url, {"stage": "prospecting", "version": 1}, **BOARD)
    assert late.status_code == 409 and "Someone else changed Portal" in late.content.decode()
    assert lanes(late)["Negotiation"] == (1, ["Portal"])
    # Somebody who sees it and may not edit it.
    finance = User.objects.create(email="f@firm.test", name="Fin", roles=[Role.FINANCE, Role.PROJECT_MANAGER])
    other = browser_of(finance)
    refused = other.post(url, {"stage": "proposal", "version": 5}, **BOARD)
    assert refused.status_code == 422 and "permission" in refused.content.decode()
    assert other.post(url, {"stage": "proposal", "version": 5}).status_code == 403
    assert not any(card.moves for lane in other.get(reverse("opportunities") + "?show=board").context["lanes"]
                   for card in lane.cards)  # fmt: skip
    portal.refresh_from_db()
    assert portal.stage == "negotiation"


def test_a_card_that_is_won_or_lost_asks_when_and_why(portal: Opportunity, signed_in: Client) -> None:
    page = signed_in.get(reverse("opportunities") + "?show=board&owner=me")
    card = next(card for lane in page.context["lanes"] for card in lane.cards)
    asks = {move.key: move.asks for move in card.moves}
    assert asks["won"] == reverse("opportunity-outcome", args=[portal.pk, "won"]) + "?show=board&owner=me"
    assert asks["negotiation"] == ""
    form = signed_in.get(asks["won"]).content.decode()
    assert f'value="{timezone.localdate():%Y-%m-%d}"' in form and "Mark “Portal” as won" in form
    assert signed_in.post(asks["won"], {"closed_on": "", "version": 1}).status_code == 422
    saved = signed_in.post(asks["won"], {"closed_on": "2026-05-04", "reason": "Price", "version": 1})
    assert saved["Location"] == reverse("opportunities") + "?show=board&owner=me"
    portal.refresh_from_db()
    assert (portal.stage, portal.closed_on, portal.reason) == ("won", date(2026, 5, 4), "Price")
    assert signed_in.get(reverse("opportunity-outcome", args=[portal.pk, "proposal"])).status_code == 404


WAYS = [
    # from, to, what comes of it
    ("new", "in_work", "in_work"), ("new", "waiting", "waiting"), ("in_work", "waiting", "waiting"),
    ("waiting", "in_work", "in_work"), ("resolved", "closed", "closed"), ("resolved", "in_work", "in_work"),
    ("closed", "in_work", "in_work"), ("in_work", "new", "can't be new again"),
    ("new", "closed", "Resolve the request"),
    ("closed", "waiting", "Reopen the request first"), ("closed", "resolved", "Reopen it first"),
    ("new", "resolved", "Enter the resolution"), ("new", "nothing", "one of the statuses"),
    ("new", "new", "is already new"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "outcome"), WAYS)
def test_requests_move_by_the_actions_of_their_statuses(
    before: str, after: str, outcome: str, account: Account, owner: User, signed_in: Client
) -> None:
    now = timezone.now()
    row = Request.objects.create(
        account=account, title="Help", owner=owner, status=before, waiting_since=now if before == "waiting" else None,
        responded_at=None if before == "new" else now, resolved_at=now if before in ("resolved", "closed") else None,
    )  # fmt: skip
    url = field("requests", row, "status", "?show=board&by=status&status=all")
    answer = signed_in.post(url, {"status": after, "version": 1}, follow=True, **BOARD)
    row.refresh_from_db()
    if outcome == after:
        assert row.status == outcome and Event.objects.filter(subject_type="support.request").exists()
    else:
        assert row.status == before and row.version == 1
        assert outcome in answer.content.decode().replace("&#x27;", "'")
    assert signed_in.post(url, {"status": "waiting", "version": 77}, **BOARD).status_code == 409


def test_a_request_that_is_to_be_resolved_asks_how(account: Account, owner: User, signed_in: Client) -> None:
    row = Request.objects.create(account=account, title="Help", owner=owner)
    page = signed_in.get(reverse("requests") + "?show=board&by=status")
    cards = [card for lane in page.context["lanes"] for card in lane.cards]
    asked = {move.key: move.asks for move in cards[0].moves}
    assert asked["resolved"] == reverse("request-solution", args=[row.pk])
    assert asked["waiting"] == ""


def test_tasks_across_projects_are_a_board_by_status(account: Account, client: Client) -> None:
    manager = User.objects.create(email="p@firm.test", name="Pia", roles=[Role.PROJECT_MANAGER])
    client.force_login(manager)
    project = plan(account, manager)
    design = Task.objects.create(project=project, uid=1, name="Design", duration_minutes=480)
    Task.objects.create(project=project, uid=2, name="Build", duration_minutes=480, percent_complete=30)
    url = reverse("tasks")
    page = client.get(url + "?show=board&status=all")
    assert lanes(page) == {
        "To do": (1, ["Design"]), "In progress": (1, ["Build"]), "Waiting": (0, []), "Done": (0, []),
    }  # fmt: skip
    moves = {move.key: move.asks for lane in page.context["lanes"] for card in lane.cards for move in card.moves
             if card.id == design.pk}  # fmt: skip
    assert moves["doing"] == "" and moves["done"] == ""
    assert (
        moves["waiting"].startswith(reverse("task-move", args=[design.pk, "waiting"]))
        and "back=tasks" in (moves["waiting"])
    )
    answer = client.post(
        field("tasks", design, "status", "?show=board&status=all"), {"status": "doing", "version": 1}, follow=True,
        **BOARD,
    )  # fmt: skip
    assert lanes(answer)["In progress"][0] == 2
    design.refresh_from_db()
    assert design.actual_start is not None
    asked = client.post(moves["waiting"], {"waiting_for": "texts", "version": design.version})
    assert asked["Location"] == f"{url}?show=board&status=all"
    design.refresh_from_db()
    assert design.waiting_for == "texts"
    unsaid = client.post(field("tasks", design, "status"), {"status": "to-do", "version": 1}, **BOARD)
    assert unsaid.status_code in (409, 422)


def test_projects_move_by_status_and_members_are_offered_nothing(account: Account, client: Client) -> None:
    manager = User.objects.create(email="p@firm.test", name="Pia", roles=[Role.PROJECT_MANAGER])
    member = User.objects.create(email="m@firm.test", name="Mia", roles=[Role.MEMBER])
    project = plan(account, manager)
    ProjectMember.objects.create(project=project, user=member)
    client.force_login(manager)
    url = field("projects", project, "status", "?show=board")
    assert client.post(url, {"status": "closed", "version": 1}, **BOARD).status_code == 302
    project.refresh_from_db()
    assert project.status == "closed" and project.stopped_on is not None
    other = browser_of(member)
    page = other.get(reverse("projects") + "?show=board")
    assert lanes(page)["Closed"] == (1, ["Shop"]) and not page.context["may_move"]
    assert "cell-edit" not in other.get(reverse("projects")).content.decode()
    assert other.post(url, {"status": "active", "version": 2}).status_code == 403


def test_boards_and_cells_take_no_more_queries_with_more_rows(account: Account, owner: User, signed_in: Client) -> None:
    url = reverse("opportunities")

    def queries(query: str) -> int:
        signed_in.get(url + query)  # what is kept for half a minute is new
        with CaptureQueriesContext(connection) as found:
            signed_in.get(url + query)
        return len(found)

    def make(count: int) -> None:
        for number in range(count):
            other = Account.objects.create(name=f"Client {number} of {count}", owner=owner)
            AccountMember.objects.create(account=other, user=owner)
            for stage in ("proposal", "negotiation", "prospecting"):
                Opportunity.objects.create(account=other, name=f"{stage} {number}", stage=stage, owner=owner)

    make(1)
    asked = ("", "?show=board", "?group=owner")
    signed_in.get(url)
    few = [queries(query) for query in asked]
    make(12)
    assert [queries(query) for query in asked] == few


def test_a_lane_shows_its_first_cards_and_counts_the_rest(
    account: Account, owner: User, signed_in: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("accord.web.shell.list_board.MOST", 2)
    for name in "DBCA":
        Opportunity.objects.create(account=account, name=name, stage="proposal", owner=owner)
    page = signed_in.get(reverse("opportunities") + "?show=board&sort=-name")
    assert lanes(page)["Proposal"] == (4, ["D", "C"])
    assert "2 more in table" in page.content.decode()
