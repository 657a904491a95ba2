"""The charter, deliverables, templates and repeated tasks through the pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accord.projects.models import (
    Acceptance,
    CharterItem,
    Deliverable,
    Objective,
    PlanTemplate,
    Project,
    Responsibility,
    Stakeholder,
    Task,
)
from tests.factories import browser_of
from tests.world import CANARY, Side, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def ours(world: tuple[World, dict[str, Any]]) -> Side:
    return world[0].ours


@pytest.fixture
def client(ours: Side) -> Client:
    return browser_of(ours.users["project_manager"])


def charter_text(client: Client, side: Side) -> str:
    return client.get(reverse("project-charter", args=[side.project.pk])).content.decode()


def test_the_charter_shows_all_its_parts(client: Client, ours: Side) -> None:
    page = charter_text(client, ours)
    for text in ("More beer", "litres", "Lemonade", "Kettle", "It boils", "Conny Contact", "Accepted with conditions"):
        assert text in page
    assert "Manage closely" not in page  # some influence, some interest
    assert 'name="letter"' in page  # who may change it sets letters in place
    reader = browser_of(ours.users["member"])
    read = charter_text(reader, ours)
    assert 'name="letter"' not in read
    assert '<abbr class="raci-letter" data-letter="A"' in read
    assert "/new" not in read.split('<article class="card charter"')[1].split("</article>")[0]


def test_an_empty_charter_says_what_to_do(client: Client, ours: Side) -> None:
    empty = Project.objects.create(
        account=ours.account, name="Blank", start=datetime(2026, 3, 2, 9), manager=ours.users["project_manager"]
    )
    page = client.get(reverse("project-charter", args=[empty.pk])).content.decode()
    assert "No charter yet" in page
    assert reverse("objective-new", args=[empty.pk]) in page


def test_parts_are_written_edited_and_a_second_editor_is_told(client: Client, ours: Side) -> None:
    pk = ours.project.pk
    home = reverse("project-charter", args=[pk])
    new = reverse("charter-item-new", args=[pk]) + "?kind=assumption"
    assert client.get(new).context["form"].initial["kind"] == "assumption"
    assert client.post(new, {"kind": "assumption", "text": "Hops are there"})["Location"] == home
    assert CharterItem.objects.filter(project=pk, kind="assumption", text="Hops are there").exists()
    goal = {"name": "Less waste", "measure": "kg", "baseline": "9", "target": "3", "due_on": "2026-12-01"}
    client.post(reverse("objective-new", args=[pk]), goal)
    row = Objective.objects.get(project=pk, name="Less waste")
    edit = reverse("objective-edit", args=[row.pk])
    assert client.post(edit, goal | {"achieved": "5", "version": row.version}).status_code == 302
    late = client.post(edit, goal | {"achieved": "4", "version": row.version})
    assert late.status_code == 409
    assert b"achieved" in late.content
    assert client.post(reverse("objective-removal", args=[row.pk]))["Location"] == home


def test_a_stakeholder_is_one_of_three_and_a_contact_only_of_this_client(
    client: Client, ours: Side, world: tuple[World, dict[str, Any]]
) -> None:
    url = reverse("stakeholder-new", args=[ours.project.pk])
    form = {"influence": 4, "interest": 4, "engagement": "doubts"}
    none = client.post(url, form)
    assert none.status_code == 422
    assert b"Choose one: a client contact, a colleague or a name." in none.content
    stranger = client.post(url, form | {"contact": world[0].theirs.contact.pk})
    assert stranger.status_code == 422
    assert "contact" in stranger.context["form"].errors
    assert client.post(url, form | {"name": "The neighbour"}).status_code == 302
    assert "Manage closely" in charter_text(client, ours)


def test_a_letter_is_set_in_its_cell_and_refused_in_words(client: Client, ours: Side) -> None:
    second = Stakeholder.objects.create(project=ours.project, name="Second")
    url = reverse("responsibility", args=[ours.deliverable.pk, second.pk])
    assert client.post(url, {"letter": "R", "before": ""}).status_code == 200
    twice = client.post(url, {"letter": "A", "before": "R"})
    assert twice.status_code == 422
    assert "Conny Contact is already accountable for “Kettle”" in twice.content.decode()
    assert 'value="R" selected' in twice.content.decode()  # the cell shows what is stored
    stale = client.post(url, {"letter": "I", "before": ""})
    assert stale.status_code == 409
    assert "Someone else changed it" in stale.content.decode()
    assert Responsibility.objects.get(stakeholder=second).letter == "R"
    other = Stakeholder.objects.create(
        project=Project.objects.create(
            account=ours.account, name="Elsewhere", start=ours.project.start, manager=ours.users["project_manager"]
        ),
        name="Elsewhere",
    )
    assert client.post(reverse("responsibility", args=[ours.deliverable.pk, other.pk])).status_code == 404


def test_a_deliverable_is_promised_traced_and_accepted(client: Client, ours: Side) -> None:
    pk = ours.project.pk
    form = {"name": "Brew house", "criteria": "It brews", "due_on": "2026-03-03"}
    made = client.post(reverse("deliverable-new", args=[pk]), form)
    row = Deliverable.objects.get(project=pk, name="Brew house")
    home = reverse("deliverable", args=[row.pk])
    assert made["Location"] == home
    assert b"No linked tasks yet" in client.get(home).content
    choose = reverse("deliverable-tasks", args=[row.pk])
    bad = client.post(choose, {"tasks": [999999]})
    assert (bad.status_code, set(bad.context["form"].errors)) == (422, {"tasks"})
    assert client.post(choose, {"tasks": [ours.second.pk]})["Location"] == home
    assert Task.objects.get(pk=ours.second.pk).deliverable == row
    assert b"Build" in client.get(home).content
    word = reverse("acceptance-new", args=[row.pk])
    today = timezone.localdate().isoformat()
    short = client.post(word, {"verdict": "rejected", "contact": ours.contact.pk, "given_on": today})
    assert (short.status_code, set(short.context["form"].errors)) == (422, {"note"})
    assert client.post(word, {"verdict": "accepted", "contact": ours.contact.pk, "given_on": today}).status_code == 302
    assert Acceptance.objects.get(deliverable=row).recorded_by == ours.users["project_manager"]
    page = client.get(home).content.decode()
    assert "Accepted" in page
    assert "delete_url" not in page and reverse("deliverable-removal", args=[row.pk]) not in page
    assert client.post(reverse("deliverable-removal", args=[row.pk])).status_code == 403
    told = client.get(reverse("project", args=[pk])).content.decode()
    assert "recorded the client’s decision on Brew house" in told


def test_cost_is_shown_only_to_those_who_may_see_it(client: Client, ours: Side) -> None:
    url = reverse("deliverable", args=[ours.deliverable.pk])
    assert "€" in client.get(url).content.decode()
    member = browser_of(ours.users["member"])
    assert "€" not in member.get(url).content.decode()


def test_the_editor_of_a_task_can_name_its_deliverable(client: Client, ours: Side) -> None:
    task = Task.objects.get(pk=ours.task.pk)
    page = client.get(reverse("task-edit", args=[task.pk])).content.decode()
    assert f'data-plan-url="/api/projects/{ours.project.pk}/plan"' in page
    assert 'name="deliverable"' in page and 'name="notes"' in page
    change = {"op": "update_task", "id": task.pk, "version": task.version, "fields": {"deliverable": ours.promised.pk}}
    answer = client.post(
        f"/api/projects/{ours.project.pk}/plan/changes", {"changes": [change]}, content_type="application/json"
    )
    assert answer.status_code == 200
    assert Task.objects.get(pk=task.pk).deliverable == ours.promised


def test_a_project_begins_with_a_template_or_a_project_one_may_see(
    client: Client, ours: Side, world: tuple[World, dict[str, Any]]
) -> None:
    save = reverse("project-template-new", args=[ours.project.pk])
    Task.objects.filter(pk=ours.second.pk).update(name="Build for Ours GmbH")
    warned = client.get(save).content.decode()
    assert "<li>Build for Ours GmbH</li>" in warned
    assert "1 text in the plan mentions the client" in warned
    assert client.post(save, {"name": "Breweries", "description": "Small ones"})["Location"] == reverse("templates")
    assert b"Breweries" in client.get(reverse("templates")).content
    assert client.post(save, {"name": "Breweries"}).status_code == 422
    template = PlanTemplate.objects.get(name="Breweries")
    new = reverse("project-new")
    form = {
        "name": "Second brewery", "account": ours.account.pk, "status": "planned", "currency": "EUR",
        "start": "2026-09-01T09:00", "manager": ours.users["project_manager"].pk,
    }  # fmt: skip
    theirs = client.post(new, form | {"begin_with": f"project:{world[0].theirs.project.pk}"})
    assert (theirs.status_code, set(theirs.context["form"].errors)) == (422, {"begin_with"})
    assert CANARY not in theirs.content.decode()
    assert client.post(new, form | {"begin_with": f"template:{template.pk}"}).status_code == 302
    project = Project.objects.get(name="Second brewery")
    first = Task.objects.filter(project=project).exclude(kind="summary").order_by("start").first()
    assert first is not None and first.start == datetime(2026, 9, 1, 9)
    copied = client.post(new, form | {"name": "Third", "begin_with": f"project:{ours.project.pk}"})
    assert copied.status_code == 302
    assert Task.objects.filter(project__name="Third").count() == 4


def test_a_template_is_renamed_and_removed(client: Client, world: tuple[World, dict[str, Any]]) -> None:
    template = PlanTemplate.objects.create(name="Old name")
    edit = reverse("template-edit", args=[template.pk])
    assert client.post(edit, {"name": "New name", "version": 1}).status_code == 302
    assert client.post(edit, {"name": "Newer name", "version": 1}).status_code == 409
    assert client.post(reverse("template-removal", args=[template.pk]))["Location"] == reverse("templates")
    assert not PlanTemplate.objects.filter(name="New name").exists()


def test_a_repeated_task_is_planned_by_its_form(client: Client, ours: Side) -> None:
    url = reverse("repeated-task-new", args=[ours.project.pk])
    form = {
        "name": "Tasting", "duration_minutes": 30, "every": "weeks", "interval": 2, "weekdays": [3], "at": "15:00",
        "first": "2026-03-02", "count": 3, "day_off": "move",
    }  # fmt: skip
    for field, values in {
        "weekdays": {"weekdays": []},
        "until": {"count": ""},
        "count": {"count": 501},
        "at": {"at": "23:00"},
        "first": {"first": "2020-01-01"},
    }.items():
        refused = client.post(url, form | values)
        assert (refused.status_code, set(refused.context["form"].errors)) == (422, {field}), values
    assert client.post(url, form)["Location"] == reverse("project-plan", args=[ours.project.pk])
    times = Task.objects.filter(project=ours.project, parent__name="Tasting").order_by("order")
    assert [t.start for t in times] == [datetime(2026, 3, day, 15) for day in (5, 19)] + [datetime(2026, 4, 2, 15)]


def test_the_api_tells_charters_and_takes_the_client_s_word(client: Client, ours: Side) -> None:
    told = client.get(f"/api/projects/{ours.project.pk}/charter").json()
    assert told["purpose"] == "More beer."
    kettle = next(d for d in told["deliverables"] if d["name"] == "Kettle")
    assert (kettle["state"], kettle["tasks"]) == ("conditional", [ours.phase.pk])
    assert {"deliverable": ours.deliverable.pk, "stakeholder": ours.stakeholder.pk, "letter": "A"} in told[
        "responsibilities"
    ]
    words = f"/api/deliverables/{ours.promised.pk}/acceptances"
    body = {"contact": ours.contact.pk, "verdict": "conditional"}
    refused = client.post(words, body, content_type="application/json")
    assert (refused.status_code, list(refused.json()["fields"])) == (422, ["note"])
    made = client.post(words, body | {"note": "Shorter"}, content_type="application/json")
    assert (made.status_code, made.json()["verdict"]) == (201, "conditional")
    assert client.get(words).json()["count"] == 1
    url = f"/api/deliverables/{ours.promised.pk}"
    version = client.get(url).json()["version"]
    change = {"version": version, "criteria": "It is short"}
    assert client.patch(url, change, content_type="application/json").json()["criteria"] == "It is short"
    assert client.patch(url, change | {"criteria": "Long"}, content_type="application/json").status_code == 409
    member = browser_of(ours.users["member"])
    assert "cost" not in member.get(url).json()
    assert member.get("/api/templates").json()["count"] == 0
