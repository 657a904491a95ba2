"""What-ifs as pages and in the API."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accord.people.models import Person
from accord.projects.actions.edit_plan import edit_plan
from accord.projects.actions.level_plans import perform
from accord.projects.models import Levelling, Plan, Project, Simulation, Task
from tests.factories import browser_of
from tests.projects.planning import crowded
from tests.world import make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def ours() -> tuple[Client, Project]:
    world = make_world()
    project = world.ours.things["project"]
    Plan.objects.filter(kind="what_if").delete()
    client = browser_of(world.users["project_manager"])
    return client, project


def create(client: Client, project: Project, name: str = "Second brewer") -> Plan:
    answer = client.post(reverse("what-if-new", args=[project.pk]), {"name": name, "purpose": "Is it faster?"})
    plan: Plan = Plan.objects.get(kind="what_if", name=name)
    assert answer.status_code == 302 and answer["Location"] == f"/what-ifs/{plan.pk}?beside=current"
    return plan


def change(client: Client, plan: Plan, name: str, **fields: Any) -> Any:
    row = Task.all_objects.get(plan=plan, name=name)
    body = {"changes": [{"op": "update_task", "id": row.pk, "version": row.version, "fields": fields}]}
    answer = client.post(f"/api/what-ifs/{plan.pk}/plan/changes", body, content_type="application/json")
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_from_the_first_idea_to_the_new_plan(ours: tuple[Client, Project]) -> None:
    client, project = ours
    assert "No what-ifs yet" in client.get(reverse("project-what-ifs", args=[project.pk])).content.decode()
    plan = create(client, project)
    assert "Second brewer" in client.get(reverse("project-what-ifs", args=[project.pk])).content.decode()
    page = client.get(reverse("what-if", args=[plan.pk])).content.decode()
    assert f'data-plan-url="/api/what-ifs/{plan.pk}/plan"' in page and "as in the current plan" in page
    before = project.tasks.get(name="Build").duration_minutes
    answer = change(client, plan, "Build", duration_minutes=5 * 480)
    assert answer["project"]["finish"] > client.get(f"/api/projects/{project.pk}/plan").json()["project"]["finish"]
    compared = client.get(reverse("what-if-comparison", args=[plan.pk])).content.decode()
    assert "later" in compared and "From the current plan to Second brewer" in compared
    assert "Adopt “Second brewer”?" in client.get(reverse("what-if-adoption", args=[plan.pk])).content.decode()
    assert project.tasks.get(name="Build").duration_minutes == before
    adopted = client.post(reverse("what-if-adoption", args=[plan.pk]))
    assert adopted["Location"] == reverse("project-plan", args=[project.pk])
    assert project.tasks.get(name="Build").duration_minutes == 5 * 480
    history = client.get(reverse("project-plan-changes", args=[project.pk]), {"since": "week"}).content.decode()
    assert "Adopted “Second brewer”" in history
    again = client.post(reverse("what-if-adoption", args=[plan.pk]))
    assert again.status_code == 422 and "has been adopted already" in again.content.decode()
    listed = client.get(reverse("project-what-ifs", args=[project.pk])).content.decode()
    assert "Adopted <time" in listed
    assert client.get(f"/api/what-ifs/{plan.pk}/plan").json()["project"]["can_edit"] is False


def test_the_api_does_all_that_the_pages_do(ours: tuple[Client, Project]) -> None:
    client, project = ours
    url = f"/api/projects/{project.pk}/what-ifs"
    made = client.post(url, {"name": "Later"}, content_type="application/json")
    assert made.status_code == 201, made.content
    key = made.json()["id"]
    plan = Plan.objects.get(pk=key)
    assert [row["name"] for row in client.get(url).json()] == ["Later"]
    renamed = client.patch(
        f"/api/what-ifs/{key}", {"version": 1, "name": "Much later"}, content_type="application/json"
    )
    assert renamed.json()["name"] == "Much later", renamed.content
    assert (
        client.patch(
            f"/api/what-ifs/{key}", {"version": 1, "name": "Late"}, content_type="application/json"
        ).status_code
        == 409
    )
    change(client, plan, "Build", duration_minutes=2400)
    at = client.get(f"/api/what-ifs/{key}/plan").json()["at"]
    assert client.post(f"/api/what-ifs/{key}/plan/undo").json()["undo"]["can_redo"] is True
    assert client.get(f"/api/what-ifs/{key}/plan/changes", {"since": at}).json()["tasks"]
    client.post(f"/api/what-ifs/{key}/plan/redo")
    found = client.get(f"/api/what-ifs/{key}/comparison").json()
    assert [row["name"] for row in found["tasks"] if row["fate"] == "changed"][-1] == "Build"
    assert found["clashes"] == []
    beside = client.get(f"/api/what-ifs/{key}/plan/beside/current").json()["tasks"]
    assert {row["id"] for row in beside} == set(Task.all_objects.filter(plan=plan).values_list("pk", flat=True))
    assert client.get(f"/api/what-ifs/{key}/plan/beside/other").status_code == 404
    assert client.post(f"/api/what-ifs/{key}/adoption").json()["undo"]["label"] == "adopt “Much later”"
    assert client.delete(f"/api/what-ifs/{key}").status_code == 204
    assert not Plan.objects.filter(pk=key).exists()


def test_a_value_changed_in_both_is_named_before_it_is_adopted(ours: tuple[Client, Project]) -> None:
    client, project = ours
    plan = create(client, project)
    change(client, plan, "Build", duration_minutes=2400)
    row = project.tasks.get(name="Build")
    changed = {"op": "update_task", "id": row.pk, "version": row.version, "fields": {"duration_minutes": 960}}
    edit_plan(plan=project.plan, by=project.manager, changes=[changed])
    asked = client.get(reverse("what-if-adoption", args=[plan.pk])).content.decode()
    assert "Build: duration" in asked and "changed in both plans" in asked


def test_a_what_if_is_called_so_when_it_is_deleted(ours: tuple[Client, Project]) -> None:
    client, project = ours
    plan = create(client, project)
    removal = reverse("what-if-removal", args=[plan.pk])
    assert "Delete what-if “Second brewer”?" in client.get(removal).content.decode()
    assert "What-if deleted." in client.post(removal, follow=True).content.decode()


def test_the_current_plan_is_no_what_if(ours: tuple[Client, Project]) -> None:
    client, project = ours
    key = project.plan.pk
    for name in ("what-if", "what-if-comparison", "what-if-edit", "what-if-adoption", "what-if-removal"):
        assert client.get(reverse(name, args=[key])).status_code == 404, name
    assert client.delete(f"/api/what-ifs/{key}").status_code == 404
    assert client.post(reverse("what-if-removal", args=[key])).status_code == 404
    assert Plan.objects.filter(pk=key).exists()


SETTINGS = {"iterations": 400, "seed": 2, "spread_low": 10, "spread_high": 60, "risks": "as_they_are"}


def test_a_what_if_is_simulated_and_compared(ours: tuple[Client, Project]) -> None:
    client, project = ours
    Project.objects.filter(pk=project.pk).update(target_finish=datetime(2026, 3, 6, 17))
    Simulation.objects.filter(plan=project.plan).delete()
    plan = create(client, project)
    url = reverse("what-if-uncertainty", args=[plan.pk])
    empty = client.get(url).content.decode()
    assert "How likely are this plan's dates?" in empty.replace("&#x27;", "'")
    assert reverse("what-if-simulation-new", args=[plan.pk]) in empty
    assert reverse("project-estimates", args=[project.pk]) not in empty
    form = client.get(reverse("what-if-simulation-new", args=[plan.pk])).content.decode()
    assert "Simulate the current plan with the same settings" in form
    answer = client.post(reverse("what-if-simulation-new", args=[plan.pk]), SETTINGS)
    assert (answer.status_code, answer["Location"]) == (302, url)
    found = Simulation.objects.get(plan=plan)
    page = client.get(url)
    assert page.context["simulation"] == found
    assert f'href="/what-ifs/{plan.pk}#task-' in page.content.decode()
    assert f"{url}?simulation={found.pk}" in page.content.decode()
    assert client.get(f"{url}?simulation={found.pk}").context["simulation"] == found
    other = reverse("project-uncertainty", args=[project.pk])
    assert client.get(f"{other}?simulation={found.pk}").status_code == 404
    beside = client.get(reverse("what-if-comparison", args=[plan.pk])).content.decode()
    assert "Not simulated yet" in beside and "Likely finish" in beside
    body = SETTINGS | {"spread_high": 10}
    made = client.post(f"/api/projects/{project.pk}/simulation", body, content_type="application/json")
    assert made.status_code == 201, made.content
    beside = client.get(reverse("what-if-comparison", args=[plan.pk])).content.decode()
    assert "The two simulations differ in: spread." in beside
    assert "Not simulated yet" not in beside and "Promised" not in beside
    likely = client.get(f"/api/what-ifs/{plan.pk}/comparison").json()["likely_finish"]
    assert likely["what_if"]["simulation"] == found.pk and likely["current"]["p80"] < likely["what_if"]["p80"]
    assert likely["current"]["on_time"] >= likely["what_if"]["on_time"]
    assert likely["different_options"] == ["spread_high"]
    again = client.post(reverse("what-if-simulation-new", args=[plan.pk]), SETTINGS | {"both": "on", "from_now": "on"})
    assert again.status_code == 302
    likely = client.get(f"/api/what-ifs/{plan.pk}/comparison").json()["likely_finish"]
    assert likely["different_options"] == [] and likely["current"]["p80"] == likely["what_if"]["p80"]
    beside = client.get(reverse("what-if-comparison", args=[plan.pk])).content.decode()
    assert "differ in" not in beside and "&lt;time" not in beside
    assert "same settings" not in client.get(reverse("simulation-new", args=[project.pk])).content.decode()


def test_a_what_if_is_levelled_and_the_proposal_accepted(ours: tuple[Client, Project]) -> None:
    client, project = ours
    assert project.manager is not None
    shop = crowded("Shop", project.manager, Person.objects.create(name="Ann"), 3)
    plan = create(client, shop)
    url = reverse("what-if-levelling", args=[plan.pk])
    assert b"Is anyone over-allocated?" in client.get(url).content
    form = client.get(reverse("what-if-levelling-new", args=[plan.pk])).content.decode()
    assert "Search time" in form and "Include projects" not in form
    answer = client.post(reverse("what-if-levelling-new", args=[plan.pk]), {"seconds": 1, "seed": 1})
    assert (answer.status_code, answer["Location"]) == (302, url)
    perform(Levelling.objects.get(plan=plan))
    proposal = client.get(url)
    assert "the finish moves from" in proposal.context["summary_sentence"]
    found = Levelling.objects.get(plan=plan)
    assert f'href="/what-ifs/{plan.pk}?beside=levelling-{found.pk}"' in proposal.content.decode()
    assert len(client.get(f"/api/what-ifs/{plan.pk}/plan/beside/levelling-{found.pk}").json()["tasks"]) == 2
    accepted = client.post(reverse("levelling-acceptance", args=[found.pk]))
    assert accepted["Location"] == reverse("what-if", args=[plan.pk])
    assert Task.all_objects.filter(plan=plan).exclude(levelling_delay=0).count() == 2
    assert not Task.objects.filter(project=shop).exclude(levelling_delay=0).exists()
    assert "Accepted" in client.get(url).content.decode()
    assert client.post(f"/api/what-ifs/{plan.pk}/plan/undo").status_code == 200
    assert not Task.all_objects.filter(plan=plan).exclude(levelling_delay=0).exists()


def test_the_api_simulates_and_levels_a_what_if(ours: tuple[Client, Project]) -> None:
    client, project = ours
    plan = create(client, project)
    url = f"/api/what-ifs/{plan.pk}"
    assert client.get(f"{url}/simulation").status_code == client.get(f"{url}/levelling").status_code == 404
    made = client.post(f"{url}/simulation", SETTINGS, content_type="application/json")
    assert made.status_code == 201, made.content
    key = made.json()["id"]
    assert client.get(f"{url}/simulation").json()["id"] == key
    assert client.get(f"{url}/simulations/{key}").json()["finish"]["P80"]
    own = set(Task.all_objects.filter(plan=plan).values_list("pk", flat=True))
    assert {row["id"] for row in made.json()["tasks"]} == own
    # What was calculated for one plan is not found at the other.
    assert client.get(f"/api/projects/{project.pk}/simulations/{key}").status_code == 404
    current = Simulation.objects.filter(plan=project.plan).latest("pk")
    assert client.get(f"{url}/simulations/{current.pk}").status_code == 404
    assert client.post(f"{url}/simulations/{key}/cancellation").json()["cancelled"] is False
    drawn = client.get(f"{url}/plan").json()
    assert drawn["project"]["simulated_at"] == drawn["at"]
    asked = client.post(f"{url}/levelling", {"seconds": 1}, content_type="application/json")
    assert (asked.status_code, asked.json()["status"]) == (202, "waiting"), asked.content
    key = asked.json()["id"]
    together = client.post(f"{url}/levelling", {"others": [project.pk]}, content_type="application/json")
    assert (together.status_code, "without other projects" in together.json()["message"]) == (422, True)
    assert client.post(f"{url}/levellings/{key}/stop").json() == {"stopping": True}
    assert client.post(f"{url}/levellings/{key}/acceptance").status_code == 422
    assert client.post(f"/api/projects/{project.pk}/levellings/{key}/acceptance").status_code == 404


def test_an_adopted_what_if_offers_no_calculation(ours: tuple[Client, Project]) -> None:
    client, project = ours
    plan = create(client, project)
    change(client, plan, "Build", duration_minutes=2400)
    client.post(reverse("what-if-adoption", args=[plan.pk]))
    for name, new in (("uncertainty", "simulation"), ("levelling", "levelling")):
        page = client.get(reverse(f"what-if-{name}", args=[plan.pk])).content.decode()
        assert reverse(f"what-if-{new}-new", args=[plan.pk]) not in page and "can run" not in page
        refused = client.post(reverse(f"what-if-{new}-new", args=[plan.pk]), SETTINGS | {"seconds": 1})
        assert refused.status_code == 422 and "has been adopted" in refused.content.decode()
