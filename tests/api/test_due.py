"""What is due for whom, over the API."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accord.projects.models import Issue
from tests.factories import browser_of
from tests.world import World

pytestmark = pytest.mark.django_db


def asked(user: Any, query: str = "") -> dict[str, Any]:
    client = browser_of(user)
    answer = client.get(f"/api/due{query}")
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def test_what_is_due_for_me_and_for_everyone(firm: World) -> None:
    side = firm.ours
    member, manager = side.users["member"], side.users["project_manager"]
    today = timezone.localdate()
    side.issue.__class__.objects.filter(pk=side.issue.pk).update(owner=member, due_on=today + timedelta(days=3))
    mine = [row for row in asked(member)["items"] if row["kind"] == "issue"]
    assert mine == [
        {
            "kind": "issue", "id": side.issue.pk, "title": side.issue.title,
            "about": {"type": "project", "id": side.project.pk, "name": side.project.name},
            "due_on": str(today + timedelta(days=3)), "due_at": None,
            "owner": {"id": member.pk, "name": member.name},
        }
    ]  # fmt: skip
    assert mine[0] not in asked(manager)["items"]
    assert mine[0] in asked(manager, "?owner=all&limit=500")["items"]
    assert mine[0] not in asked(member, f"?until={today}")["items"]
    assert asked(firm.stranger, "?owner=all")["items"] == []


def test_pages_follow_one_another_without_another_query_for_each_row(firm: World) -> None:
    side = firm.ours
    member = side.users["member"]
    for number in range(7):
        Issue.objects.create(
            project=side.project, number=500 + number, title=f"Issue {number}", owner=member, due_on=date(2026, 5, 1)
        )
    whole = asked(member, "?limit=500")
    parts, offset = [], 0
    while offset is not None:
        with CaptureQueriesContext(connection) as queries:
            part = asked(member, f"?limit=3&offset={offset}")
        assert len([q for q in queries if "UNION ALL" in q["sql"]]) == 2  # how many there are, and the page
        parts += part["items"]
        offset = part["next_offset"]
    assert parts == whole["items"] and len(parts) == whole["count"] >= 7


@pytest.mark.parametrize("query", ["?owner=nobody", "?until=tomorrow"])
def test_a_question_it_does_not_know_is_refused(query: str, firm: World) -> None:
    client = browser_of(firm.administrator)
    assert client.get(f"/api/due{query}").status_code == 422
