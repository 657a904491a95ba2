"""Values that no database can keep or count with: 422 in the API, never an error of the server anywhere."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from tests.web.routes import ROUTES
from tests.web.test_permissions import address
from tests.world import World

pytestmark = pytest.mark.django_db

HUGE = [2**63, -(2**63) - 1, 10**30]
# Whatever pages and routes read from the query, by their names.
READ = [
    "q", "page", "sort", "week", "day", "month", "status", "kind", "within", "show", "by", "since", "first", "second",
    "limit", "offset", "account", "person", "project", "skill", "start", "weeks", "team", "topic", "owner", "whose",
    "simulation", "of", "query", "request", "template", "opportunity", "quadrant", "begin_with", "paper", "columns",
    "from", "until", "contact", "tag", "task", "summary", "assignee", "lane", "deliverable",
]  # fmt: skip


def client_of(world: tuple[World, dict[str, Any]]) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(world[0].administrator)
    return client


@pytest.mark.parametrize("value", [2**63, 10**30, -5, -(10**30)])
def test_a_page_beyond_what_databases_count(world: tuple[World, dict[str, Any]], value: int) -> None:
    """An offset is refused beyond 64 bit, and taken for none before the first row."""
    for url in ("/api/accounts", "/api/projects", "/api/money/time", "/api/people"):
        answer = client_of(world).get(url, {"offset": value})
        assert answer.status_code == (422 if value > 0 else 200), (url, answer.content)
        if value > 0:
            assert "offset" in answer.json()["fields"]
        assert client_of(world).get(url, {"limit": value}).status_code == 200


@pytest.mark.parametrize("body", ['{"name": "a\\u0000b"}', '{"name": "\\ud800"}', '{"name": "x", "tags": ["\\udfff"]}'])
def test_text_that_cannot_be_stored_is_named(world: tuple[World, dict[str, Any]], body: str) -> None:
    answer = client_of(world).post("/api/accounts", body, content_type="application/json")
    assert answer.status_code == 422
    assert list(answer.json()["fields"]) == ["tags.0" if "tags" in body else "name"]


def test_pairs_of_surrogates_and_escapes_are_text(world: tuple[World, dict[str, Any]]) -> None:
    """What JSON spells in halves is one character, and a backslash is one."""
    for name in ("\U0001f37a beer", "C:\\u0000"):
        with transaction.atomic():
            made = client_of(world).post("/api/accounts", json.dumps({"name": name}), content_type="application/json")
            assert made.status_code == 201
            assert made.json()["name"] == name
            transaction.set_rollback(True)


WRITES: dict[str, dict[str, Any]] = {
    "api:create_account": {"name": "x"},
    "api:create_contact": {"name": "x"},
    "api:create_request": {"title": "x"},
    "api:create_opportunity": {"name": "x", "amount": 1},
    "api:create_health_override": {"health": 50, "reason": "x", "until": "2099-01-01"},
    "api:create_project": {"name": "x", "account": 1, "start": "2026-01-05T08:00:00"},
    "api:create_invoice": {"account": 1, "number": "1", "issued_on": "2026-01-05", "lines": [{"unit_price": 1}]},
    "api:create_time_entry": {"project": 1, "person": 1, "day": "2026-01-05", "minutes": 5},
    "api:create_risk": {"title": "x", "cost_low": 1, "days_low": 1, "probability": 5, "tasks": [1]},
    "api:create_simulation": {"iterations": 5, "seed": 1, "spread_low": 1},
    "api:simulate_what_if": {"iterations": 5, "seed": 1, "spread_low": 1},
    "api:level_what_if": {"seconds": 5, "seed": 1},
    "api:create_allocation": {"person": 1, "starts_on": "2026-01-05", "ends_on": "2026-01-06", "share": 5},
    "api:create_absence": {"person": 1, "starts_on": "2026-01-05", "ends_on": "2026-01-06"},
    "api:changes": {"changes": [{"op": "update_task", "id": 1, "version": 1, "fields": {"duration_minutes": 5}}]},
}


@pytest.mark.parametrize("name", sorted(WRITES))
def test_numbers_beyond_measure_are_no_error_of_the_server(name: str, world: tuple[World, dict[str, Any]]) -> None:
    """Each number of a write in turn is made huge; others are as they should be or point at nothing."""
    firm, shared = world
    url = address(name, ROUTES[name], firm.ours, shared)
    for body in bodies(WRITES[name]):
        with transaction.atomic():
            answer = client_of(world).post(url, json.dumps(body), content_type="application/json")
            transaction.set_rollback(True)
        assert answer.status_code in {400, 404, 409, 422}, (body, answer.status_code, answer.content[:300])


def bodies(body: Any) -> list[Any]:
    if isinstance(body, int):
        return [*HUGE, "NaN", "1e400"]
    if isinstance(body, list):
        return [[changed, *body[1:]] for changed in bodies(body[0])] if body else []
    if isinstance(body, dict):
        return [body | {name: changed} for name, value in body.items() for changed in bodies(value)]
    return []


@pytest.mark.parametrize("name", sorted(n for n, r in ROUTES.items() if not r.post))
def test_no_page_fails_over_its_query(name: str, world: tuple[World, dict[str, Any]]) -> None:
    firm, shared = world
    url = address(name, ROUTES[name], firm.ours, shared).split("?")[0]
    client = client_of(world)
    for value in ("a\0b", "9" * 40, "-1", "9999-12-31"):
        with transaction.atomic():
            answer = client.get(url, dict.fromkeys(READ, value) | dict(ROUTES[name].query))
            transaction.set_rollback(True)
        assert answer.status_code < 500, (value[:40], answer.status_code)
        if "\0" in value:
            assert answer.status_code == 422
            assert answer["Content-Type"].startswith("application/json" if "/api/" in url else "text/html")


@pytest.mark.parametrize("name", sorted(n for n, r in ROUTES.items() if r.target and not n.startswith("api:")))
def test_no_address_fails_over_a_huge_key(name: str, world: tuple[World, dict[str, Any]]) -> None:
    _, shared = world
    route = ROUTES[name]
    url = address(name, route, None, shared).replace("987654321", "9" * 30)
    answer = client_of(world).get(url)
    assert answer.status_code in {404, 405}, answer.status_code
