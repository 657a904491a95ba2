"""What-ifs as pages and in the API."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accord.projects.actions.edit_plan import edit_plan
from accord.projects.models import Plan, Project, Task
from tests.world import make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def ours() -> tuple[Client, Project]:
    world = make_world()
    project = world.ours.things["project"]
    Plan.objects.filter(kind="what_if").delete()
    client = Client()
    client.force_login(world.users["project_manager"])
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
    assert "Adopted" in client.get(reverse("project-what-ifs", args=[project.pk])).content.decode()
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
