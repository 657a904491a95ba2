"""How likely a plan's dates are, through pages and API."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accord.projects.actions import simulate_plan as action
from accord.projects.actions.simulate_plan import simulate_plan
from accord.projects.models import PlanEdit, Project, Simulation, Task
from accord.web.projects.durations import minutes_of, written
from tests.factories import browser_of
from tests.world import World

pytestmark = pytest.mark.django_db

ASKED = {"iterations": 500, "seed": 2, "spread_low": 10, "spread_high": 60, "risks": "as_they_are"}


def signed_in(world: tuple[World, dict[str, Any]], role: str) -> Client:
    return browser_of(world[0].users[role])


@pytest.fixture
def client(world: tuple[World, dict[str, Any]]) -> Client:
    return signed_in(world, "project_manager")


@pytest.fixture
def project(world: tuple[World, dict[str, Any]]) -> Project:
    project: Project = world[0].ours.project
    project.refresh_from_db()
    return project


def test_simulate_and_read_the_answer(client: Client, project: Project, world: tuple[World, dict[str, Any]]) -> None:
    url = reverse("project-uncertainty", args=[project.pk])
    Project.objects.filter(pk=project.pk).update(target_finish=datetime(2026, 3, 5, 17))
    answer = client.post(reverse("simulation-new", args=[project.pk]), ASKED)
    assert (answer.status_code, answer["Location"]) == (302, url)
    shown = client.get(url)
    assert "likely to finish by 5\N{NO-BREAK SPACE}Mar\N{NO-BREAK SPACE}2026." in shown.context["summary_sentence"]
    assert "finish-curve" in [chart["id"] for chart in shown.context["charts"]]
    assert "cost-curve" in [chart["id"] for chart in shown.context["charts"]]
    assert not shown.context["changed"]
    assert b"2 of 2 open tasks have no estimate" in shown.content
    plan = client.get(f"/api/projects/{project.pk}/plan").json()
    assert plan["project"]["simulated_at"] == plan["at"]
    assert {row["name"]: row["criticality"] for row in plan["tasks"]}["Design"] == 1
    for sort in ("p80", "-criticality", "nonsense"):
        assert len(client.get(f"{url}?sort={sort}").context["rows"]) == 2
    earlier = Simulation.objects.filter(plan=project.plan).last()
    assert earlier is not None
    assert client.get(f"{url}?simulation={earlier.pk}").context["simulation"] == earlier
    assert client.get(f"{url}?simulation={world[0].theirs.simulation.pk}").status_code == 404
    member = signed_in(world, "member").get(url)
    assert "cost-curve" not in [chart["id"] for chart in member.context["charts"]]
    assert b"P80 cost" not in member.content and b"simulations/new" not in member.content


def test_options_out_of_bounds_are_named(client: Client, project: Project) -> None:
    answer = client.post(reverse("simulation-new", args=[project.pk]), ASKED | {"iterations": 7, "seed": -1})
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"iterations", "seed"}


def test_a_running_one_shows_its_progress_and_can_be_cancelled(
    client: Client, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(action, "AT_ONCE", 0)
    client.post(reverse("simulation-new", args=[project.pk]), ASKED)
    running = Simulation.objects.get(plan=project.plan, status="waiting")
    url = reverse("project-uncertainty", args=[project.pk])
    assert b"Queued" in client.get(url).content
    assert client.get(reverse("simulation-progress", args=[running.pk])).status_code == 200
    again = client.post(reverse("simulation-new", args=[project.pk]), ASKED)
    assert again.status_code == 422 and b"is already running" in again.content
    client.post(reverse("simulation-cancellation", args=[running.pk]))
    running.refresh_from_db()
    assert running.status == "cancelled"
    assert client.get(reverse("simulation-progress", args=[running.pk])).status_code == 302


def table(client: Client, project: Project, **cells: str) -> tuple[str, dict[str, str]]:
    """The address of the estimates and what its form would send, with some cells written over."""
    url = reverse("project-estimates", args=[project.pk])
    data: dict[str, str] = {}
    for row in client.get(url).context["table"].rows:
        key = row.task.pk
        data |= {f"{name}-{key}": text for name, text in row.texts.items()} | {f"version-{key}": row.version}
    return url, data | cells


def test_estimates_are_one_gesture(client: Client, project: Project, world: tuple[World, dict[str, Any]]) -> None:
    design, build = world[0].ours.task.pk, world[0].ours.second.pk
    url, data = table(client, project)
    filled = client.post(url, data | {"fill": "1", "low": "25", "high": "50"})
    assert (filled.status_code, filled.context["filled"]) == (200, 2)
    assert {row.task.pk: row.texts["worst"] for row in filled.context["table"].rows} == {design: "3d", build: "1.5d"}
    assert not Task.objects.exclude(optimistic_minutes=None).exists()
    steps = PlanEdit.objects.filter(project=project).count()
    wanted = {f"best-{design}": "1d", f"likely-{design}": "2.5d", f"worst-{design}": "1w", f"group-{build}": "Brewers"}
    assert client.post(url, data | wanted).status_code == 302
    stored = Task.objects.get(pk=design)
    assert (stored.optimistic_minutes, stored.duration_minutes, stored.pessimistic_minutes) == (480, 1200, 2400)
    assert Task.objects.get(pk=build).estimate_group == "Brewers"
    assert PlanEdit.objects.filter(project=project).count() == steps + 1
    again = client.post(*table(client, project))
    assert again.status_code == 302 and PlanEdit.objects.filter(project=project).count() == steps + 1


def test_estimates_that_cannot_be_are_refused_beside_their_cell(
    client: Client, project: Project, world: tuple[World, dict[str, Any]]
) -> None:
    build = world[0].ours.second.pk
    for cell, text, words in (
        ("best", "soon", "isn't a duration"),
        ("best", "2d", "can't exceed the most likely duration"),
        ("likely", "", "most likely"),
    ):
        answer = client.post(*table(client, project, **{f"{cell}-{build}": text}))
        assert answer.status_code == 422
        errors = {row.task.pk: row.errors for row in answer.context["table"].rows}
        assert words in errors[build][cell], (cell, text)
        assert f'id="{cell}-{build}-error"' in answer.content.decode()
    url, data = table(client, project, **{f"worst-{build}": "3d"})
    Task.objects.filter(pk=build).update(version=99)
    conflict = client.post(url, data)
    assert conflict.status_code == 409 and "Someone else changed “Build”" in conflict.content.decode()
    kept = {row.task.pk: row for row in conflict.context["table"].rows}[build]
    assert (kept.texts["worst"], kept.version) == ("3d", "99")
    assert client.post(url, data | {f"version-{build}": "99"}).status_code == 302


def test_programs_simulate_and_read(client: Client, project: Project, world: tuple[World, dict[str, Any]]) -> None:
    url = f"/api/projects/{project.pk}/simulation"
    made = client.post(url, json.dumps(ASKED | {"not_before": "2026-03-03T09:00:00Z"}), content_type="application/json")
    assert made.status_code == 201, made.content
    found = client.get(url).json()
    assert found["id"] == made.json()["id"] and found["not_before"] == "2026-03-03T09:00:00"
    assert found["finish"]["P10"] <= found["finish"]["P50"] <= found["finish"]["P80"]
    assert {row["name"] for row in found["tasks"]} == {"Phase", "Design", "Build", "Open"}
    assert found["cost"]["P80"] and "cost_mean" in found["risk_effects"][0]
    told = signed_in(world, "member").get(url).json()
    assert "cost" not in told and "planned_cost" not in told and "cost_mean" not in told["risk_effects"][0]
    bad = client.post(url, json.dumps(ASKED | {"risks": "all"}), content_type="application/json")
    assert (bad.status_code, list(bad.json()["fields"])) == (422, ["risks"])
    member = signed_in(world, "member").post(url, json.dumps(ASKED), content_type="application/json")
    assert member.status_code == 403
    empty = Project.objects.create(account=project.account, name="Empty", start=project.start, manager=project.manager)
    assert client.get(f"/api/projects/{empty.pk}/simulation").status_code == 404
    nothing = client.post(f"/api/projects/{empty.pk}/simulation", "{}", content_type="application/json")
    assert (nothing.status_code, "no tasks" in nothing.json()["message"]) == (422, True)
    page = client.get(reverse("project-uncertainty", args=[empty.pk]))
    assert b"No plan to simulate yet" in page.content


def test_before_and_after_a_plan_that_fails(client: Client, project: Project) -> None:
    Simulation.objects.filter(plan=project.plan).delete()
    url = reverse("project-uncertainty", args=[project.pk])
    assert b"How likely are this plan's dates?" in client.get(url).content
    Task.objects.filter(project=project, name="Build").update(constraint="MSO", constraint_date=None)
    simulate_plan(simulation=Simulation(plan=project.plan, iterations=100), by=project.manager)
    assert b"can&#x27;t be simulated" in client.get(url).content


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("3d", 1440),
        ("2", 960),
        ("4h", 240),
        ("90 min", 90),
        ("1w", 2400),
        ("1d 4h", 720),
        ("2,5 days", 1200),
        ("", None),
    ],
)
def test_durations_are_read(text: str, minutes: int | None) -> None:
    assert minutes_of(text, 480) == minutes


def test_durations_are_written_shortly() -> None:
    assert [written(minutes, 480) for minutes in (1440, 720, 240, 90, 20, 0, None)] == [
        "3d", "1.5d", "4h", "1.5h", "20min", "0min", "",
    ]  # fmt: skip
    for text in ("later", "3x", "-2d"):
        with pytest.raises(ValueError, match="isn't a duration"):
            minutes_of(text, 480)
