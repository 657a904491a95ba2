"""What a timeline shows and what only the audit log has; its filters, what it hides, and its export."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accord.accounts.models import Account, AccountMember, Contact, Merge
from accord.core import editing
from accord.core.event_kinds import all_kinds, all_told
from accord.core.events import record_event
from accord.core.models import Event
from accord.people.models import Firm, Role, User
from accord.projects.models import ChangeRequest, Project, Task
from accord.sales.models import Agreement, Opportunity
from accord.web.shell import export
from accord.web.shell.export import harmless
from accord.web.shell.site_map import pages_of
from accord.web.shell.views import audit
from tests.factories import browser_of

pytestmark = pytest.mark.django_db

FORMULA = '=HYPERLINK("http://evil.test","x")'


class Case:
    """A client with a project; its account manager, a member of both teams, and another client beside it."""

    def __init__(self) -> None:
        self.boss = User.objects.create_user("b@firm.test", "x", name="Berta Boss", roles=[Role.ADMINISTRATOR])
        self.owner = User.objects.create_user("o@firm.test", "x", name="Otto Owner", roles=[Role.ACCOUNT_MANAGER])
        self.member = User.objects.create_user("m@firm.test", "x", name="Mia Member", roles=[Role.MEMBER])
        self.account = Account.objects.create(name="Brewery", owner=self.owner)
        AccountMember.objects.create(account=self.account, user=self.member)
        self.project = Project.objects.create(account=self.account, name="Webshop", start=datetime(2026, 1, 5, 8))
        self.project.members.create(user=self.member)
        self.other = Account.objects.create(name="Kanarienvogel", owner=self.boss)
        record_event(
            by=self.boss, kind="record.changed", subject=self.other, before={"city": ""}, after={"city": "Canary"}
        )

    def get(self, user: User, url: str) -> Any:
        client = browser_of(user)
        return client.get(url)

    def text(self, user: User, url: str) -> str:
        answer = self.get(user, url)
        assert answer.status_code == 200, url
        return str(answer.content.decode()).replace("\N{NO-BREAK SPACE}", " ")

    def log(self, user: User, query: str = "") -> str:
        return self.text(user, f"/accounts/{self.account.pk}/audit-log{query}").split('id="list"')[1]

    def rows(self, user: User, query: str = "", of: str = "") -> list[dict[str, str]]:
        answer = self.get(user, f"{of or f'/accounts/{self.account.pk}/audit-log'}/csv{query}")
        assert answer.status_code == 200
        assert answer["Content-Disposition"].startswith("attachment")
        return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


@pytest.fixture
def case() -> Case:
    return Case()


def edit(case: Case, **values: Any) -> None:
    case.account.refresh_from_db()
    editing.change(case.account, by=case.owner, version=case.account.version, **values)


def test_a_timeline_shows_what_people_did_and_the_audit_log_every_edit(case: Case) -> None:
    edit(case, city="Hameln")
    edit(case, status="former", lost_on=date(2026, 3, 1))
    told = "Otto Owner changed the status of Brewery from Prospect to Former client"
    text = case.text(case.owner, f"/accounts/{case.account.pk}/timeline").split('class="timeline"')[1]
    assert told in text
    assert "Hameln" not in text.split('class="record-side"')[0]
    assert told not in case.text(case.owner, f"/accounts/{case.account.pk}/"), "the overview shows conversations"
    log = case.log(case.owner)
    assert "Hameln" in log
    assert re.search(r"City:</span>\s+empty → Hameln", log)
    assert re.search(r"Status:</span>\s+Prospect → Former client", log)
    assert re.search(r"Churned on:</span>\s+empty → 1 Mar 2026", log)
    assert f"{timezone.localtime(Event.objects.latest('pk').at):%H:%M}" in log


def test_the_timelines_of_a_project_its_agreement_and_opportunity(case: Case) -> None:
    editing.change(case.project, by=case.boss, version=case.project.version, code="WS", status="active")
    record_event(by=case.boss, kind="plan.edited", subject=case.project, after={"edit": "indent rows"})
    Task.objects.create(
        project=case.project, uid=1, name="Go-live", kind="milestone", percent_complete=100,
        actual_finish=datetime(2026, 3, 2, 16),
    )  # fmt: skip
    for url in (f"/projects/{case.project.pk}/", f"/accounts/{case.account.pk}/timeline?kind=project"):
        text = case.text(case.owner, url)
        assert "Berta Boss changed the status of Webshop from Planned to Active" in text, url
        assert "Milestone “Go-live” reached" in text, url
        assert "indent rows" not in text, url
    log = case.text(case.owner, f"/projects/{case.project.pk}/audit-log")
    assert "Edited plan" in log
    assert "indent rows" in log
    assert re.search(r"Code:</span>\s+empty → WS", log)

    agreement = editing.create(
        Agreement(account=case.account, title="Support", starts_on=date(2026, 1, 1), status="draft"), by=case.owner
    )
    editing.change(agreement, by=case.owner, version=1, title="Support plus", status="signed")
    text = case.text(case.owner, f"/agreements/{agreement.pk}/")
    assert "Otto Owner created agreement “Support”" in text
    assert "changed the status of Support plus from Draft to Signed" in text
    assert f"/audit-log?record=sales.agreement:{agreement.pk}" in text
    assert "Title:" not in text
    assert re.search(r"Title:</span>\s+Support → Support plus", case.log(case.owner))

    row = editing.create(Opportunity(account=case.account, name="Mobile app", amount=Decimal(5000)), by=case.owner)
    editing.change(row, by=case.owner, version=1, stage="proposal", amount=Decimal(6000))
    text = case.text(case.owner, f"/opportunities/{row.pk}/")
    assert re.search(r"Otto Owner moved Mobile app from \w+ to Proposal", text)
    assert "→" not in text.split('class="timeline"')[1]


def test_every_kind_of_event_is_recorded_and_told_of_records_that_exist() -> None:
    used: set[str] = set()
    for path in Path("src/accord").rglob("*.py"):
        if path.name in ("events.py", "event_kinds.py") or "demo" in path.parts:
            continue
        used |= set(re.findall(r"\b([A-Z]\w+Event\.[A-Z_]+)\b", path.read_text()))
    kinds = {f"{type(kind).__name__}.{kind.name}" for kind in all_kinds().values()}
    assert len(kinds) > 70
    assert kinds - used == {"RecordEvent.CREATED", "RecordEvent.CHANGED", "RecordEvent.DELETED"} - used
    assert all(re.fullmatch(r"[a-z_]+\.[a-z_]+", code) for code in all_kinds())
    for kind, told in all_told():
        model = apps.get_model(told.subject)
        assert told.field == "" or model._meta.get_field(told.field), f"{kind} of {told.subject}"


FILTERS: list[tuple[str, Callable[[Case], str], set[str]]] = [
    ("all", lambda case: "", {"Hameln", "Celle", "Bonn"}),
    ("person", lambda case: f"?person={case.owner.pk}", {"Hameln"}),
    ("automatic", lambda case: "?person=accord", {"Bonn"}),
    ("type", lambda case: "?type=accounts.contact", {"Bonn"}),
    ("action", lambda case: "?action=Updated+by+import", {"Celle"}),
    ("from", lambda case: "?since=2026-02-02", {"Hameln", "Celle"}),
    ("to", lambda case: "?until=2026-02-02", {"Celle", "Bonn"}),
    ("far", lambda case: "?since=0001-01-01&until=9999-12-31", {"Hameln", "Celle", "Bonn"}),
    ("record", lambda case: f"?record=accounts.account:{case.account.pk}", {"Hameln", "Celle"}),
    ("another record", lambda case: "?record=accounts.account:987654", set()),
    ("odd record", lambda case: "?record=1;2", set()),
    ("wrong order", lambda case: "?since=2026-05-02&until=2026-05-01", set()),
    ("unknown person", lambda case: "?person=x", set()),
]


@pytest.mark.parametrize(("query", "found"), [f[1:] for f in FILTERS], ids=[f[0] for f in FILTERS])
def test_filters_of_the_page_and_of_the_export(case: Case, query: Callable[[Case], str], found: set[str]) -> None:
    contact = Contact.objects.create(name="Conny")
    made = [
        record_event(by=case.owner, kind="record.changed", subject=case.account, after={"city": "Hameln"}),
        record_event(by=case.boss, kind="record.updated_by_import", subject=case.account, after={"city": "Celle"}),
        record_event(by=None, kind="record.changed", subject=contact, root=case.account, after={"name": "Bonn"}),
    ]
    for event, day in zip(made, (3, 2, 1), strict=True):
        Event.objects.filter(pk=event.pk).update(at=datetime(2026, 2, day, 12, tzinfo=UTC))
    text = case.log(case.boss, query(case))
    assert {word for word in ("Hameln", "Celle", "Bonn") if word in text} == found
    assert {row["After"] for row in case.rows(case.boss, query(case))} == found
    if len(found) == 3:
        assert text.index("Hameln") < text.index("Celle") < text.index("Bonn"), "newest first"


def test_from_one_record_to_all(case: Case) -> None:
    edit(case, city="Hameln")
    text = case.log(case.owner, f"?record=accounts.account:{case.account.pk}&action=Updated")
    assert f'href="/accounts/{case.account.pk}/audit-log?action=Updated">Show all events' in text
    assert "Show all events" not in case.log(case.owner)


def test_the_end_of_a_period_before_its_start_is_said(case: Case) -> None:
    page = case.text(case.owner, f"/accounts/{case.account.pk}/audit-log?since=2026-05-02&until=2026-05-01")
    assert "The end date can’t be before the start date." in page.replace("&#x27;", "’")


def test_a_member_sees_no_amounts_in_page_and_export(case: Case) -> None:
    edit(case, annual_revenue=Decimal("4711"), city="Hameln")
    editing.create(Agreement(account=case.account, title="Secret deal", starts_on=date(2026, 1, 1)), by=case.owner)
    change = ChangeRequest(project=case.project, title="More", number=1, price=Decimal("4711"))
    editing.create(change, by=case.boss)
    record_event(
        by=case.boss, kind="plan.edited", subject=case.project,
        before={"tasks": {"1": {"name": "Build", "cost": "1", "percent_complete": "0"}}},
        after={"tasks": {"1": {"name": "Build", "cost": "4711", "percent_complete": "50"}}},
    )  # fmt: skip
    merge = Merge.objects.create(kind="account", kept=case.account.pk, gone=9, gone_name="Old", undo={})
    values: dict[str, Any] = {"annual_revenue": Decimal("4711"), "street": "Main street"}
    record_event(by=case.owner, kind="record.merged", subject=merge, root=case.account, after=values)
    for root in (f"/accounts/{case.account.pk}/audit-log", f"/projects/{case.project.pk}/audit-log"):
        for of in (root, f"{root}/csv"):
            assert "4711" in case.text(case.boss, of), of
            text = case.text(case.member, of)
            assert "4711" not in text, of
            assert "Secret deal" not in text, of
    assert "Hameln" in case.log(case.member)
    assert "Main street" in case.log(case.member)
    rows = case.rows(case.member, of=f"/projects/{case.project.pk}/audit-log")
    told = [(row["Field"], row["Before"], row["After"]) for row in rows if "Build" in row["Field"]]
    assert told == [("Build: Percent complete", "0", "50")]
    assert b"4711" not in b"".join(sheet_texts(case.get(case.member, f"{root}/xlsx").content))


def sheet_texts(content: bytes) -> Iterator[bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        for name in book.namelist():
            yield book.read(name)


def test_another_client_is_in_no_log_but_the_firm_s(case: Case) -> None:
    """Neither its own events nor its name where ours name it."""
    record_event(
        by=case.owner,
        kind="record.changed",
        subject=case.account,
        before={"parent": None},
        after={"parent": case.other},
    )
    opportunity = Opportunity.objects.create(account=case.account, name="App")
    hidden = Project.objects.create(account=case.account, name="Kanarienvogel 2", start=datetime(2026, 1, 5, 8))
    record_event(by=case.boss, kind="opportunity.handed_over", subject=opportunity, after={"project": hidden})
    seeing = User.objects.create_user("p@firm.test", "x", name="Other", roles=[Role.PROJECT_MANAGER])
    AccountMember.objects.create(account=case.account, user=seeing)
    for user in (seeing, case.member):
        for of in ("audit-log", "audit-log/csv", "timeline"):
            text = case.text(user, f"/accounts/{case.account.pk}/{of}")
            assert "Kanarienvogel" not in text, (user, of)
            assert "Canary" not in text, (user, of)
        assert "(not visible to you)" in case.log(user)
        for of in ("", "/csv", "/xlsx"):
            assert case.get(user, f"/accounts/{case.other.pk}/audit-log{of}").status_code == 404
            assert case.get(user, f"/settings/audit-log{of}").status_code == 403
    assert "Kanarienvogel" in case.log(case.boss)


def test_an_event_about_a_record_that_one_cannot_see_keeps_its_name(case: Case) -> None:
    hidden = Project.objects.create(account=case.account, name="Nachtigall", start=datetime(2026, 1, 5, 8))
    record_event(by=case.boss, kind="record.changed", subject=hidden, root=case.account, after={"code": "NG"})
    rows = case.rows(case.member)
    assert [(row["Record"], row["After"]) for row in rows] == [("(not visible to you)", "")]
    assert "Nachtigall" not in case.log(case.member)
    assert case.rows(case.boss)[0]["Record"] == "Nachtigall"


def test_secrets_are_in_no_log(case: Case) -> None:
    """Also not those of events that were recorded before their fields were declared secret."""
    event = record_event(by=case.boss, kind="record.changed", subject=case.member, after={"name": "Mia"})
    Event.objects.filter(pk=event.pk).update(after={"name": "Mia", "password": "pbkdf2$secret"})
    for of in ("", "/csv"):
        text = case.text(case.boss, f"/settings/audit-log{of}")
        assert "Mia" in text
        assert "pbkdf2$secret" not in text


def test_the_export_holds_no_formula(case: Case) -> None:
    Account.objects.filter(pk=case.account.pk).update(name=FORMULA)
    case.account.refresh_from_db()
    editing.change(case.account, by=case.owner, version=case.account.version, city="-1+1", street="-12.5")
    page = case.log(case.owner)
    assert "=HYPERLINK(&quot;" in page
    rows = {row["Field"]: row for row in case.rows(case.owner)}
    assert rows["City"]["Record"] == f"'{FORMULA}"
    assert rows["City"]["After"] == "'-1+1"
    assert rows["Street address"]["After"] == "-12.5"
    answer = case.get(case.owner, f"/accounts/{case.account.pk}/audit-log/xlsx")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "HYPERLINK" in sheet
    assert "<f>" not in sheet
    assert "<hyperlink" not in sheet
    assert set(re.findall(r' t="(\w+)"', sheet)) == {"inlineStr"}
    assert case.get(case.owner, f"/accounts/{case.account.pk}/audit-log/exe").status_code == 404


@pytest.mark.parametrize(
    "text", ["=1", "+1+1", "@SUM(A1)", "-cmd", "\t=1", " =1", "\r=1", "\n=1", "＝1", "|calc", "%0A=1"]
)
def test_what_spreadsheets_would_compute_is_made_harmless(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-12.5", "+7", "1,234.50", "Hello", "", "a=b", "–"])
def test_what_they_would_not_stays_as_it_is(text: str) -> None:
    assert harmless(text) == text


def test_pages_and_a_full_log_take_as_many_queries_as_a_short_one(case: Case) -> None:
    def asked(url: str) -> int:
        client = browser_of(case.member)
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    def more(count: int) -> None:
        for n in range(count):
            parent = Account.objects.create(name=f"Holding {n}")
            record_event(
                by=case.owner, kind="record.changed", subject=case.account, before={}, after={"parent": parent}
            )

    Firm.current()  # made on first use, which the first page of all would pay for
    urls = [f"/accounts/{case.account.pk}/audit-log", f"/accounts/{case.account.pk}/audit-log/csv"]
    more(2)
    few = [asked(url) for url in urls]
    more(118)
    assert [asked(url) for url in urls] == few
    log = case.log(case.member)
    assert log.count('role="rowheader"') == 50
    assert "1–50 of 120 events" in log
    assert case.log(case.member, "?page=3").count('role="rowheader"') == 20
    assert len(case.rows(case.member)) == 120


def test_too_many_events_are_refused_with_words(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "MOST_EXPORTED", 2)
    for n in range(3):
        edit(case, city=f"City {n}")
    answer = case.get(case.owner, f"/accounts/{case.account.pk}/audit-log/csv")
    assert answer.status_code == 422
    assert "export 3 events at once. Choose a period with at most 2." in answer.content.decode()
    monkeypatch.setattr(audit, "MOST_EXPORTED", 50)
    monkeypatch.setattr(export, "MOST_ROWS", 2)
    assert case.get(case.owner, f"/accounts/{case.account.pk}/audit-log/csv").status_code == 200
    answer = case.get(case.owner, f"/accounts/{case.account.pk}/audit-log/xlsx")
    assert answer.status_code == 422
    assert "a sheet is full. Choose a shorter period or export CSV." in answer.content.decode()


def test_the_firm_s_log_has_everything_and_is_for_administrators(case: Case) -> None:
    edit(case, city="Hameln")
    event = record_event(by=case.boss, kind="user.invited", subject=case.member, after={"email": case.member.email})
    Event.objects.filter(pk=event.pk).update(at=timezone.now() - timedelta(days=400))
    text = case.text(case.boss, "/settings/audit-log")
    for word in ("Hameln", "Canary", "Invited", "Mia Member"):
        assert word in text
    assert "Hameln" not in case.text(case.boss, "/settings/audit-log?action=Invited").split('id="list"')[1]
    assert "/settings/audit-log" in case.text(case.boss, "/settings/")
    assert "Audit log" in {page["label"] for page in pages_of(case.boss)}
    assert "Audit log" not in {page["label"] for page in pages_of(case.owner)}
