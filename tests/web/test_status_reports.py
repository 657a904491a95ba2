"""Status reports on their pages and in the API: who sees what, what is marked, and what can't be done any more."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accord.insight.models import StatusReport, StatusReportSchedule
from accord.people.models import Firm
from accord.projects.models import ChangeRequest
from tests.factories import browser_of
from tests.world import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm(db: None) -> World:
    return make_world()


@pytest.fixture
def leader(firm: World) -> Client:
    return browser_of(firm.ours.users["project_manager"])


@pytest.fixture
def member(firm: World) -> Client:
    return browser_of(firm.ours.users["member"])


def _text(client: Client, route: str, *args: Any) -> str:
    answer = client.get(reverse(route, args=args))
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_one_click_makes_a_report_and_a_second_draft_is_refused(firm: World, leader: Client) -> None:
    project, draft = firm.ours.things["project"], firm.ours.things["status_report"]
    url = reverse("status-report-new", args=[project.pk])
    answer = leader.post(url, {"as_of": ""})
    assert answer.status_code == 422
    assert "Status report 2 is still a draft. Publish or delete it first." in answer.content.decode()
    leader.post(reverse("status-report-removal", args=[draft.pk]))
    assert not StatusReport.objects.filter(pk=draft.pk).exists()
    answer = leader.post(url, {"as_of": ""})
    made = StatusReport.objects.get(project=project, status="draft")
    assert answer.status_code == 302 and answer["Location"] == reverse("status-report", args=[made.pk])
    assert made.created_by == firm.ours.users["project_manager"]


def test_what_differs_from_the_last_report_is_marked(firm: World, leader: Client) -> None:
    draft = firm.ours.things["status_report"]
    page = _text(leader, "status-report", draft.pk)
    assert "Last report" in page and "All well" in page  # the summary of the last report beside the new one
    ChangeRequest.objects.filter(project=draft.project).update(due_on=date(2026, 3, 1))
    leader.post(
        reverse("status-report-figures", args=[draft.pk]),
        {"version": draft.version, "as_of": draft.as_of.isoformat()},
    )
    page = _text(leader, "status-report", draft.pk)
    assert "Scope is amber: 1 change request past its decision date, amber from 1." in page
    assert "Changed" in page


def test_a_draft_is_edited_published_and_then_fixed(firm: World, leader: Client, member: Client) -> None:
    draft = firm.ours.things["status_report"]
    assert member.get(reverse("status-report", args=[draft.pk])).status_code == 404
    answer = leader.post(
        reverse("status-report-edit", args=[draft.pk]),
        {"version": draft.version, "summary": "Second kettle", "decisions_wanted": "", "next_steps": "- Brew"},
    )
    assert answer.status_code == 302
    publication = reverse("status-report-publication", args=[draft.pk])
    leader.post(f"{publication}?version={draft.version}")  # what somebody had on the screen before the edit
    assert StatusReport.objects.get(pk=draft.pk).is_draft
    leader.post(f"{publication}?version={draft.version + 1}")
    assert not StatusReport.objects.get(pk=draft.pk).is_draft
    assert "Second kettle" in _text(member, "status-report", draft.pk)
    assert leader.get(reverse("status-report-edit", args=[draft.pk])).status_code == 403
    assert leader.get(reverse("status-report-removal", args=[draft.pk])).status_code == 403
    leader.post(reverse("status-report-revision", args=[draft.pk]))
    revision = StatusReport.objects.get(project=draft.project, status="draft")
    assert (revision.number, revision.revision, revision.summary) == (draft.number, 2, "Second kettle")


def test_a_colour_needs_a_reason(firm: World, leader: Client) -> None:
    draft = firm.ours.things["status_report"]
    url = reverse("status-report-lights", args=[draft.pk])
    answer = leader.post(url, {"version": draft.version, "risk_override": "red", "risk_reason": ""})
    assert answer.status_code == 422 and "Enter a reason for the colour." in answer.content.decode()
    answer = leader.post(url, {"version": draft.version, "risk_override": "red", "risk_reason": "A strike is near."})
    assert answer.status_code == 302
    page = _text(leader, "status-report", draft.pk)
    assert "Set by the project manager: A strike is near." in page
    assert "Risk is amber: 1 open high risk, amber from 1." in page  # what the rules say stays beside it


def test_who_sees_no_money_gets_the_report_without_amounts(firm: World, leader: Client, member: Client) -> None:
    report = firm.ours.things["published_report"]
    seen, hidden = _text(leader, "status-report", report.pk), _text(member, "status-report", report.pk)
    assert "The kettle costs 4711 more" in seen and "Budget variance" in seen
    for text in ("4711", "4,711", "Budget variance", "Expected cost", "€", "CPI"):
        assert text not in hidden
    assert "Late kettle" in hidden and "Schedule" in hidden
    answer = member.get(f"/api/status-reports/{report.pk}").json()
    assert answer.keys().isdisjoint({"amounts", "cost_override", "cost_reason"})
    assert [light["area"] for light in answer["lights"]] == ["scope", "schedule", "risk", "client"]
    answer = leader.get(f"/api/status-reports/{report.pk}").json()
    assert answer["amounts"]["currency"] == "EUR"
    cost = next(light for light in answer["lights"] if light["area"] == "cost")
    assert (cost["colour"], cost["reason"]) == ("amber", "The kettle costs 4711 more")


def test_without_a_mail_server_nothing_is_called_sent(firm: World, leader: Client, settings: Any) -> None:
    settings.EMAIL_BACKEND = "accord.core.email.NoEmail"
    report, project = firm.ours.things["published_report"], firm.ours.things["project"]
    for page in (_text(leader, "status-report", report.pk), _text(leader, "project-reports", project.pk)):
        assert "Email is off, so nothing is sent. Download the PDF and send it yourself." in page


def test_recipients_are_chosen_among_those_who_see_the_project(firm: World, leader: Client) -> None:
    schedule = firm.ours.things["status_schedule"]
    url = reverse("status-schedule-edit", args=[schedule.pk])
    form = leader.get(url).context["form"]
    offered = {user.name for user in form.fields["recipients"].queryset}
    assert "Ours Member" in offered and "Sam Stranger" not in offered and "Theirs Member" not in offered
    member = firm.ours.users["member"]
    values = {"version": schedule.version, "rhythm": "monthly", "weekday": 0, "recipients": [member.pk]}
    assert leader.post(url, values).status_code == 302
    schedule = StatusReportSchedule.objects.get(pk=schedule.pk)
    assert (schedule.rhythm, list(schedule.recipients.all())) == ("monthly", [member])
    assert schedule.next_on > timezone.localdate() and schedule.next_on.weekday() == 0 and schedule.next_on.day <= 7


def test_the_firm_sets_its_thresholds(firm: World, leader: Client) -> None:
    admin = browser_of(firm.administrator)
    url = reverse("status-limits")
    values = {name: field.initial for name, field in admin.get(url).context["form"].fields.items()}
    answer = admin.post(url, values | {"cpi_amber": "0.8", "cpi_red": "0.9"})
    assert answer.status_code == 422 and "Red can&#x27;t start above amber." in answer.content.decode()
    answer = admin.post(url, values | {"cpi_amber": "1", "high_risks_red": "1"})
    assert answer.status_code == 302
    limits = Firm.current().status_limits
    assert {name: [Decimal(v) for v in pair] for name, pair in limits.items()} == {
        "cpi": [Decimal(1), Decimal("0.9")],
        "high_risks": [Decimal(1), Decimal(1)],
    }


def test_the_api_makes_edits_and_publishes(firm: World, leader: Client, member: Client) -> None:
    project, draft = firm.ours.things["project"], firm.ours.things["status_report"]
    rows = leader.get(f"/api/projects/{project.pk}/status-reports").json()["items"]
    assert [(row["number"], row["status"]) for row in rows] == [(2, "draft"), (1, "published")]
    assert member.get(f"/api/projects/{project.pk}/status-reports").json()["count"] == 1
    url = f"/api/status-reports/{draft.pk}"

    def send(method: str, path: str, body: dict[str, Any]) -> Any:
        return getattr(leader, method)(path, body, content_type="application/json")

    answer = send("patch", url, {"version": draft.version, "client_override": "red"})
    assert answer.status_code == 422 and answer.json()["fields"] == {
        "client_reason": ["Enter a reason for the colour."]
    }
    answer = send("patch", url, {"version": draft.version, "summary": "By API"})
    assert answer.json()["summary"] == "By API"
    assert send("patch", url, {"version": draft.version, "summary": "Late"}).status_code == 409
    assert send("post", f"{url}/publication", {"version": draft.version}).status_code == 409
    answer = send("post", f"{url}/publication", {"version": draft.version + 1})
    assert answer.json()["status"] == "published"
    assert send("patch", url, {"version": draft.version + 2, "summary": "Too late"}).status_code == 403
    answer = send("post", f"/api/projects/{project.pk}/status-reports", {})
    assert answer.status_code == 201 and answer.json()["previous"]["id"] == draft.pk
    assert send("post", f"/api/projects/{project.pk}/status-reports", {"as_of": "2099-01-01"}).status_code == 422
