"""The register and the logs through pages and API, as browsers and programs use them."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accord.conversations.models import Notification
from accord.core.access import Permission
from accord.core.models import Event
from accord.core.references import page_of
from accord.people.models import User
from accord.projects.models import ChangeRequest, Decision, Issue, Lesson, Project, ProjectMember, Risk
from tests.factories import browser_of
from tests.world import World

pytestmark = pytest.mark.django_db

RISK = {
    "title": "Frost", "kind": "threat", "probability": 50, "client_impact": 5, "days_low": 1, "days_likely": 2,
    "days_high": 3, "cost_low": 100, "cost_likely": 200, "cost_high": 300, "event": "it freezes",
}  # fmt: skip


def signed_in(world: tuple[World, dict[str, Any]], role: str) -> Client:
    return browser_of(world[0].users[role])


@pytest.fixture
def client(world: tuple[World, dict[str, Any]]) -> Client:
    return signed_in(world, "project_manager")


@pytest.fixture
def project(world: tuple[World, dict[str, Any]]) -> Project:
    project: Project = world[0].ours.project
    return project


def test_a_risk_is_raised_rated_struck_and_solved(client: Client, project: Project) -> None:
    tab = reverse("project-risks", args=[project.pk])
    assert client.post(reverse("risk-new", args=[project.pk]), RISK)["Location"] == tab
    risk = Risk.objects.get(title="Frost")
    shown = client.get(tab)
    assert b"There is a risk that it freezes." in shown.content
    chosen = client.get(f"{tab}?p=3&i=5&kind=threat")
    assert [row.id for row in chosen.context["rows"]] == [risk.pk]
    assert client.get(f"{tab}?p=1&i=5").context["rows"] == []
    answer = client.post(reverse("risk-strike", args=[risk.pk]))
    issue = Issue.objects.get(risk=risk)
    assert answer["Location"] == reverse("issue", args=[issue.pk])
    assert client.get(answer["Location"]).status_code == 200
    again = client.post(reverse("risk-strike", args=[risk.pk]), follow=True)
    assert b"has already occurred" in again.content
    url = reverse("issue-solution", args=[issue.pk])
    empty = client.post(url, {"version": issue.version, "resolution": ""})
    assert empty.status_code == 422
    assert "resolution" in empty.context["form"].errors
    assert client.post(url, {"version": issue.version, "resolution": "Thawed."}).status_code == 302
    assert client.delete(url).status_code == 302
    issue.refresh_from_db()
    assert (issue.status, issue.resolution) == ("open", "Thawed.")


def test_a_risk_is_closed_and_opened_again(client: Client, project: Project) -> None:
    client.post(reverse("risk-new", args=[project.pk]), RISK)
    risk = Risk.objects.latest("pk")
    url = reverse("risk-closure", args=[risk.pk])
    client.post(url)
    risk.refresh_from_db()
    assert risk.status == "closed"
    shown = client.get(f"{reverse('project-risks', args=[project.pk])}?status=closed")
    assert risk.pk in [row.id for row in shown.context["rows"]]
    client.delete(url)
    risk.refresh_from_db()
    assert risk.status == "open"


def test_wrong_input_is_named_at_its_field(client: Client, project: Project) -> None:
    wrong = RISK | {"probability": 120, "days_likely": 9, "response": "exploit", "owner": 987654}
    answer = client.post(reverse("risk-new", args=[project.pk]), wrong)
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) >= {"probability", "days_likely", "owner"}
    answer = client.post(reverse("risk-new", args=[project.pk]), RISK | {"response": "exploit"})
    assert answer.context["form"].errors["response"] == [
        "Choose a response to a threat: accept, avoid, mitigate, transfer."
    ]


def test_a_second_editor_is_told(client: Client, project: Project) -> None:
    client.post(reverse("risk-new", args=[project.pk]), RISK)
    risk = Risk.objects.latest("pk")
    url = reverse("risk-edit", args=[risk.pk])
    assert client.post(url, RISK | {"title": "Hard frost", "version": 1}).status_code == 302
    late = client.post(url, RISK | {"title": "Black frost", "version": 1})
    assert late.status_code == 409
    assert b"Hard frost" in late.content


def test_members_see_no_amounts_and_cannot_set_them(world: tuple[World, dict[str, Any]], project: Project) -> None:
    member, risk = signed_in(world, "member"), world[0].ours.risk
    pages = [reverse("project-risks", args=[project.pk]), reverse("risk", args=[risk.pk]), reverse("risks")]
    pages += [reverse("risk-edit", args=[risk.pk]), f"/api/projects/{project.pk}/risks"]
    for url in pages:
        body = member.get(url).content.decode()
        assert "4711" not in body, url
        assert "4,711" not in body, url
    before = (risk.cost_low, risk.cost_high)
    member.post(reverse("risk-edit", args=[risk.pk]), RISK | {"version": risk.version, "title": "Colder"})
    risk.refresh_from_db()
    assert risk.title == "Colder"
    assert (risk.cost_low, risk.cost_high) == before
    change = {"version": risk.version, "fields": {"cost_low": "1"}}
    url = f"/api/projects/{project.pk}/risks/{risk.number}"
    assert member.patch(url, json.dumps(change), content_type="application/json").status_code == 422
    signed_in(world, "project_manager").post(
        reverse("risk-edit", args=[risk.pk]), RISK | {"version": risk.version, "cost_high": 4712, "title": "Coldest"}
    )
    assert "Coldest" in member.get(pages[1]).content.decode()
    for url in (pages[1], reverse("project", args=[project.pk]), reverse("project-audit", args=[project.pk])):
        assert not re.search("4,?712", member.get(url).content.decode()), url
    log = reverse("project-audit", args=[project.pk])
    assert re.search("4,?712", signed_in(world, "project_manager").get(log).content.decode())


def test_those_who_may_not_change_see_no_actions_and_are_refused(world: tuple[World, dict[str, Any]]) -> None:
    finance, side = signed_in(world, "finance"), world[0].ours
    assert finance.get(reverse("risk", args=[side.risk.pk])).context["actions"] == []
    for name, row in (("risk-strike", side.risk), ("risk-closure", side.risk), ("issue-solution", side.issue)):
        for method in (finance.post, finance.delete):
            assert method(reverse(name, args=[row.pk])).status_code == 403, name
    for role, status in (("account_manager", 403), ("stranger", 404)):
        url = f"/api/projects/{side.project.pk}/risks/{side.risk.number}"
        body = json.dumps({"version": 1, "fields": {"plan": "Mine"}})
        answer = signed_in(world, role).patch(url, body, content_type="application/json")
        assert answer.status_code == status, role


def test_the_log_takes_issues_decisions_and_lessons(client: Client, project: Project) -> None:
    log = reverse("project-log", args=[project.pk])
    late = timezone.localdate() - timedelta(days=1)
    client.post(
        reverse("issue-new", args=[project.pk]), {"title": "No key", "severity": 3, "status": "open", "due_on": late}
    )
    client.post(
        reverse("decision-new", args=[project.pk]),
        {"title": "Oak", "decision": "Oak it is", "decided_by": "All", "decided_on": "2026-05-01"},
    )
    client.post(
        reverse("lesson-new", args=[project.pk]),
        {"title": "Ask", "kind": "avoid", "happened": "Nobody asked", "advice": "Ask first", "field": "Scope"},
    )
    assert Decision.objects.get(title="Oak").raised_by is not None
    whole = client.get(log).content.decode()
    assert all(words in whole for words in ("No key", "overdue", "Oak it is", "Ask first"))
    only = client.get(f"{log}?kind=decisions").content.decode()
    assert "Oak it is" in only
    assert "No key" not in only
    assert "Ask first" not in client.get(f"{log}?q=oak").content.decode()
    decision = Decision.objects.get(title="Oak")
    assert client.post(reverse("decision-removal", args=[decision.pk])).status_code == 302
    assert not Decision.objects.filter(pk=decision.pk).exists()


def test_a_change_is_asked_for_decided_and_counted(
    client: Client, world: tuple[World, dict[str, Any]], project: Project
) -> None:
    log, typed = reverse("project-log", args=[project.pk]), {"title": "Dark beer", "days": "-2.5", "price": "8,123"}
    wrong = client.post(reverse("change-new", args=[project.pk]), typed)
    assert set(wrong.context["form"].errors) == {"price"}
    client.post(reverse("change-new", args=[project.pk]), typed | {"price": "8123"})
    change = ChangeRequest.objects.get(title="Dark beer")
    assert "-2.5" in client.get(f"{log}?kind=changes").content.decode().replace("\N{MINUS SIGN}", "-")
    assert change.pk in [row.id for row in client.get(f"{reverse('changes')}?q=dark&owner=nobody").context["rows"]]
    url = reverse("change-decision", args=[change.pk])
    assert b"Approved" in client.get(url).content
    refused = client.post(url, {"version": 1, "status": "declined", "decided_by": "Brewer", "answer": ""})
    assert set(refused.context["form"].errors) == {"answer"}
    done = reverse("change-completion", args=[change.pk])
    assert b"is proposed, not approved" in client.post(done, follow=True).content
    ChangeRequest.objects.filter(pk=change.pk).update(version=2)
    late = {"version": 1, "status": "approved", "decided_by": "Brewer", "answer": "Yes"}
    assert "Review it before you decide" in client.post(url, late, follow=True).content.decode()
    client.post(url, {"version": 2, "status": "approved", "decided_by": "Brewer", "answer": "At that price"})
    shown = client.get(reverse("change", args=[change.pk])).content.decode()
    assert all(words in shown for words in ("by Brewer", "At that price", "8,123"))
    assert "8" in client.get(log).context["agreed"]
    client.post(done)
    assert change.pk not in [row.id for row in client.get(f"{log}?kind=changes").context["change_rows"]]
    assert change.pk in [row.id for row in client.get(f"{log}?kind=changes&status=over").context["change_rows"]]
    assert change.pk in [row.id for row in client.get(f"{reverse('changes')}?status=done").context["rows"]]
    client.delete(done)
    client.delete(url)
    change.refresh_from_db()
    assert change.status == "proposed"
    member = signed_in(world, "member")
    pages = [log, reverse("changes"), reverse("change", args=[change.pk])]
    for page in (*pages, f"/api/projects/{project.pk}/change-requests"):
        body = member.get(page).content.decode()
        assert "Dark beer" in body, page
        assert not [amount for amount in ("8,123", "8123", "4,711", "4711") if amount in body], page


def test_lists_across_projects_filter(client: Client, world: tuple[World, dict[str, Any]], project: Project) -> None:
    lesson: Lesson = world[0].ours.lesson
    assert lesson.title in client.get(f"{reverse('lessons')}?q=waited").content.decode()
    assert lesson.title not in client.get(f"{reverse('lessons')}?q=nonsense").content.decode()
    client.post(reverse("risk-new", args=[project.pk]), RISK | {"title": "Over"})
    closed = Risk.objects.get(title="Over")
    client.post(reverse("risk-closure", args=[closed.pk]))
    shown = [row.id for row in client.get(reverse("risks")).context["rows"]]
    assert closed.pk not in shown
    both = client.get(f"{reverse('risks')}?status=all&project={project.pk}&sort=-days_rank").context["rows"]
    assert closed.pk in [row.id for row in both]
    for url in (f"{reverse('issues')}?due=overdue&owner=nobody", f"{reverse('risks')}?review=overdue&owner=me"):
        assert client.get(url).status_code == 200


def test_the_new_owner_and_the_mentioned_hear_of_it(
    client: Client, world: tuple[World, dict[str, Any]], project: Project
) -> None:
    member = world[0].ours.users["member"]
    client.post(
        reverse("issue-new", args=[project.pk]), {"title": "Leak", "severity": 2, "status": "open", "owner": member.pk}
    )
    issue = Issue.objects.get(title="Leak")
    notice = Notification.objects.get(user=member, text__contains="assigned you")
    assert (page_of(notice), issue.key in notice.text) == (reverse("issue", args=[issue.pk]), True)
    home = signed_in(world, "member").get("/")
    assert [row.pk for row in home.context["due"]["issue"]].count(issue.pk) == 1
    client.post(f"{reverse('comment-new')}?subject=projects.issue:{issue.pk}", {"body": f"Look, @{member.email}"})
    assert Notification.objects.filter(user=member, subject_id=notice.subject_id).count() == 2
    assert b"Look, " in client.get(reverse("issue", args=[issue.pk])).content
    assert Event.objects.filter(kind="record.created", subject_id=issue.pk, subject_type="projects.issue").exists()


def test_programs_raise_and_change(client: Client, world: tuple[World, dict[str, Any]], project: Project) -> None:
    def send(method: Any, path: str, **body: Any) -> Any:
        return method(f"/api/projects/{project.pk}/{path}", json.dumps(body), content_type="application/json")

    task = world[0].ours.task
    made = send(client.post, "risks", title="Flood", probability=20, days_high="6", tasks=[task.pk])
    assert made.status_code == 201
    risk = made.json()
    assert (risk["expected_days"], risk["tasks"], risk["status"]) == ("0.4", [task.pk], "open")
    changed = send(client.patch, f"risks/{risk['number']}", version=1, fields={"plan": "Dam", "tasks": []})
    assert (changed.json()["plan"], changed.json()["tasks"], changed.json()["title"]) == ("Dam", [], "Flood")
    assert send(client.patch, f"risks/{risk['number']}", version=1, fields={"plan": "Dike"}).status_code == 409
    for fields in ({"status": "closed"}, {"probability": 101}, {"tasks": [world[0].theirs.task.pk]}):
        answer = send(client.patch, f"risks/{risk['number']}", version=2, fields=fields)
        assert (answer.status_code, list(answer.json()["fields"])) == (422, list(fields)), fields
    stranger = world[0].stranger.pk
    assert send(client.post, "issues", title="Rust", owner=stranger).json()["fields"].keys() == {"owner"}
    assert send(client.post, "decisions", title="Go", decision="We go", decided_by="All").status_code == 201
    assert send(client.post, "lessons", title="Go", happened="We went", advice="Go").status_code == 201
    assert client.get(f"/api/projects/{project.pk}/lessons").json()["count"] >= 2
    change = send(client.post, "change-requests", title="Roof", days="1.5", price="900", tasks=[task.pk]).json()
    assert (change["price"], change["tasks"], change["status"]) == ("900", [task.pk], "proposed")
    one = f"change-requests/{change['number']}"
    assert send(client.patch, one, version=1, fields={"status": "done"}).json()["fields"].keys() == {"status"}
    assert send(client.post, f"{one}/decision", version=1, status="maybe").json()["fields"].keys() == {"status"}
    long = send(client.post, f"{one}/decision", version=1, status="approved", decided_by="x" * 201)
    assert long.status_code == 422
    assert send(client.post, f"{one}/decision", version=1, status="approved").json()["status"] == "approved"
    for method, path, status in (
        (client.post, "completion", "done"),
        (client.delete, "completion", "approved"),
        (client.delete, "decision", "proposed"),
    ):
        assert send(method, f"{one}/{path}").json()["status"] == status
    assert send(client.delete, f"{one}/completion").status_code == 422


def test_amounts_in_lists_are_for_those_who_see_them_in_the_project(world: tuple[World, dict[str, Any]]) -> None:
    side, whole = world[0].ours, world[0]
    strange = User.objects.create(email="am@firm.test", name="Another", roles=["account_manager"])
    ProjectMember.objects.create(project=side.project, user=strange)
    for user in (*whole.users.values(), *whole.theirs.users.values(), strange):
        seen = Project.objects.letting(user, Permission.VIEW_MONEY)
        for project in Project.objects.visible_to(user):
            assert (project in seen) == project.allows(user, Permission.VIEW_MONEY), (user, project)
    browser = browser_of(strange)
    for url in (reverse("changes"), reverse("risks")):
        body = browser.get(url).content.decode()
        assert side.project.name in body
        assert "4.71" not in body, url


def test_an_empty_log_says_what_it_is_for_and_lets_one_begin(client: Client, project: Project) -> None:
    for model in (Issue, ChangeRequest, Decision, Lesson):
        model.objects.filter(project=project).delete()
    shown = client.get(reverse("project-log", args=[project.pk])).content.decode()
    for name in ("issue-new", "change-new", "decision-new", "lesson-new"):
        assert reverse(name, args=[project.pk]) in shown
    assert "No decisions yet" in shown
