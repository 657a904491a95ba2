"""Two people on one plan: what one saves, the other's page learns."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accord.projects.actions.take_baseline import take_baseline
from tests.factories import browser_of
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def client_of(world: tuple[World, dict[str, Any]]) -> Any:
    def of(role: str) -> Client:
        return browser_of(world[0].users[role])

    return of


def ask(client: Client, url: str, since: str) -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"{url}/changes", {"since": since}).json()
    return found


def save(client: Client, url: str, *changes: dict[str, Any]) -> dict[str, Any]:
    answer = client.post(f"{url}/changes", {"changes": list(changes)}, content_type="application/json")
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def test_a_page_learns_what_another_saved(world: tuple[World, dict[str, Any]], client_of: Any) -> None:
    side = world[0].ours
    url = f"/api/projects/{side.project.pk}/plan"
    mine, other = client_of("project_manager"), client_of("administrator")
    plan = mine.get(url).json()
    assert ask(mine, url, plan["at"]) == {"at": plan["at"]}

    rows = {task["id"]: task for task in plan["tasks"]}
    row = rows[side.task.pk]
    change = {"op": "update_task", "id": row["id"], "version": row["version"], "fields": {"duration_minutes": 1920}}
    answer = save(other, url, change)
    assert answer["at_before"] == plan["at"]
    news = ask(mine, url, plan["at"])
    assert news["at"] == answer["at"]
    assert news["by"] == [world[0].administrator.name]
    changed = {task["id"] for task in news["tasks"]}
    assert {side.task.pk, side.second.pk} <= changed
    assert ask(mine, url, news["at"]) == {"at": news["at"]}


def test_what_is_gone_is_missing_from_the_ids(world: tuple[World, dict[str, Any]], client_of: Any) -> None:
    side = world[0].ours
    url = f"/api/projects/{side.project.pk}/plan"
    mine, other = client_of("project_manager"), client_of("administrator")
    made = save(
        other,
        url,
        {"op": "create_task", "temp_id": "t", "parent": None, "after": None, "fields": {"name": "Short-lived"}},
    )
    pk = made["created"]["t"]
    plan = mine.get(url).json()
    version = next(task["version"] for task in plan["tasks"] if task["id"] == pk)
    save(other, url, {"op": "delete_task", "id": pk, "version": version})
    news = ask(mine, url, plan["at"])
    assert pk not in news["task_ids"]
    other.post(f"{url}/undo", {}, content_type="application/json")
    assert pk in ask(mine, url, news["at"])["task_ids"]


def test_a_baseline_shows_everywhere(world: tuple[World, dict[str, Any]], client_of: Any) -> None:
    side = world[0].ours
    url = f"/api/projects/{side.project.pk}/plan"
    mine = client_of("project_manager")
    plan = mine.get(url).json()
    take_baseline(project=side.project, by=None)
    assert len(ask(mine, url, plan["at"])["tasks"]) == len(plan["tasks"])


def test_since_without_a_zone_is_refused(world: tuple[World, dict[str, Any]], client_of: Any) -> None:
    answer = client_of("project_manager").get(
        f"/api/projects/{world[0].ours.project.pk}/plan/changes", {"since": "2026-01-01T00:00:00"}
    )
    assert answer.status_code == 422
    assert answer.json()["field"] == "since"
