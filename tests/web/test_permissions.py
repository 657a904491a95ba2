"""Routes × roles × {own, another client's, nonexistent}: who gets in, and that a refusal gives nothing away."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from tests.factories import browser_of
from tests.web.routes import OTHERS, ROUTES, Route
from tests.world import CANARY, Side, World

pytestmark = pytest.mark.django_db

MISSING = 987654321
# Whoever is refused is refused alike on every database; what those who get in are answered differs in its SQL.
# One who sees everything and one who sees a part meet the same statements as all the others.
ASKED_ON_BOTH = {"administrator", "account_manager"}
ONE_DATABASE = os.environ.get("ACCORD_ONLY_DATABASE") == "1"


def resolver_names() -> Iterator[str]:
    """The name of every route that the resolver knows, with its namespace."""

    def walk(patterns: Any, namespace: str) -> Iterator[str]:
        for pattern in patterns:
            if hasattr(pattern, "url_patterns"):
                yield from walk(pattern.url_patterns, pattern.namespace or namespace)
            elif pattern.name:
                yield f"{namespace}:{pattern.name}" if namespace else pattern.name

    yield from walk(get_resolver().url_patterns, "")


def test_every_route_is_declared() -> None:
    names = {name for name in resolver_names() if not name.startswith(OTHERS)}
    assert names == set(ROUTES)


def address(name: str, route: Route, side: Side | None, shared: dict[str, Any]) -> str:
    """The route's address for one side's target; without a side, for something that does not exist."""
    arguments: dict[str, Any] = dict(route.extra)
    for keyword, thing in route.target.items():
        if thing == "secret":
            arguments[keyword] = side.secret if side else "no-such-secret"
        elif side is None:
            arguments[keyword] = MISSING
        elif thing.startswith("shared:"):
            arguments[keyword] = shared[thing.removeprefix("shared:")].pk
        elif thing == "user":
            arguments[keyword] = side.users["member"].pk
        else:
            arguments[keyword] = side.things[thing].pk
    url, query = reverse(name, kwargs=arguments), dict(route.query)
    if route.about:
        label, thing = route.about.split(":")
        query["subject"] = f"{label}:{side.things[thing].pk if side else MISSING}"
    return f"{url}?{urlencode(query)}" if query else url


class Written(Exception):
    """A refused request tried to write."""


def no_writes(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    verb = sql.lstrip().split(" ", 1)[0].upper()
    if verb in {"INSERT", "UPDATE", "DELETE", "REPLACE"} and "django_session" not in sql:
        raise Written(sql)
    return execute(sql, params, many, context)


def ask(client: Client, route: Route, url: str, method: str) -> Any:
    with transaction.atomic():
        try:
            if method == "GET":
                return _whole(client.get(url))
            return (
                client.post(url, data=json.dumps(route.body), content_type="application/json")
                if "/api/" in url
                else client.post(url)
            )
        finally:
            transaction.set_rollback(True)


def _whole(response: Any) -> Any:
    """A file comes in pieces: joined, it is looked at as any other answer."""
    if not response.streaming:
        return response
    whole = HttpResponse(b"".join(response.streaming_content), status=response.status_code)
    for name, value in response.items():
        whole[name] = value
    return whole


def methods(route: Route) -> list[str]:
    return ["POST"] if route.post else ["GET", "POST"] if route.form else ["GET"]


# Whoever keeps people keeps all of them, whichever client they work for.
OF_ALL_PEOPLE = {"person", "people", "api:people", "api:absences", "api:create_absence"}


@pytest.mark.parametrize("name", sorted(ROUTES))
def test_who_gets_in(name: str, world: tuple[World, dict[str, Any]]) -> None:
    firm, shared = world
    route = ROUTES[name]
    url = address(name, route, firm.ours, shared)
    for role, user in firm.users.items():
        if ONE_DATABASE and role not in ASKED_ON_BOTH:
            continue
        client = browser_of(user)
        for method in methods(route):
            if route.public or role in route.allowed:
                response = ask(client, route, url, method)
                assert response.status_code in {200, 201, 204, 302, 400, 404 if route.public else 200, 422}, (
                    role,
                    method,
                )
                if not (user.sees_everything or name in OF_ALL_PEOPLE):
                    assert CANARY.encode() not in response.content, (role, method)
            elif ONE_DATABASE:
                continue
            else:
                with connection.execute_wrapper(no_writes):
                    response = ask(client, route, url, method)
                assert response.status_code in {403, 404}, (role, method, response.status_code)
                assert CANARY.encode() not in response.content
            assert "no-store" in response["Cache-Control"], (role, method)


# These belong to the firm and to no client: test_who_gets_in says who may use them.
OF_THE_FIRM = {
    "person", "rate", "user", "absence", "person_skill", "shared:calendar", "shared:exchange_rate", "shared:template",
    "shared:work_type", "shared:job_role",
    "shared:expense_category", "shared:expense_rate", "shared:reimbursement",
    "shared:skill", "shared:topic", "shared:survey", "shared:note_template", "shared:stage",
    "shared:tax_rate", "shared:service", "shared:playbook", "shared:playbook_step",
    "shared:custom_field", "shared:tag", "shared:saved_view",
}  # fmt: skip
OF_A_CLIENT = sorted(
    n for n, r in ROUTES.items() if (r.target or r.about) and not r.public and not OF_THE_FIRM & set(r.target.values())
)


@pytest.mark.one_database
@pytest.mark.parametrize("name", OF_A_CLIENT)
def test_another_client_s_does_not_exist(name: str, world: tuple[World, dict[str, Any]]) -> None:
    """Those who do not belong to the other side get, for theirs and for nothing at all, the same answer."""
    firm, shared = world
    route = ROUTES[name]
    theirs, nothing = address(name, route, firm.theirs, shared), address(name, route, None, shared)
    for role in ("account_manager", "project_manager", "member", "stranger"):
        client = browser_of(firm.users[role])
        for method in methods(route):
            with connection.execute_wrapper(no_writes):
                refused, absent = ask(client, route, theirs, method), ask(client, route, nothing, method)
            assert (refused.status_code, absent.status_code) == (404, 404), (role, method)
            assert CANARY.encode() not in refused.content
            assert _plain(refused) == _plain(absent), (role, method)


def _plain(response: Any) -> bytes:
    """The body without what differs in every answer: the nonce, the form token and the address itself."""
    body = response.content
    body = re.sub(rb'nonce="[^"]*"|name="csrfmiddlewaretoken" value="[^"]*"', b"", body)
    return re.sub(rb"/\d+", b"/N", body)


@pytest.mark.one_database
@pytest.mark.parametrize("name", sorted(n for n, r in ROUTES.items() if not r.public))
def test_strangers_are_sent_to_sign_in(name: str, world: tuple[World, dict[str, Any]]) -> None:
    firm, shared = world
    route = ROUTES[name]
    url = address(name, route, firm.ours, shared)
    with connection.execute_wrapper(no_writes):
        response = ask(Client(), route, url, methods(route)[-1])
    if name.startswith("api:"):
        assert response.status_code == 401
    else:
        assert response.status_code == 302
        assert response["Location"].startswith("/sign-in/login/")


def test_a_person_who_was_switched_off_is_out_at_once(world: tuple[World, dict[str, Any]]) -> None:
    firm, _ = world
    user = firm.ours.users["account_manager"]
    client = browser_of(user)
    url = reverse("account", args=[firm.ours.account.pk])
    assert client.get(url).status_code == 200
    type(user).objects.filter(pk=user.pk).update(is_active=False)
    try:
        assert client.get(url).status_code == 302
        key = {"HTTP_AUTHORIZATION": "Bearer key-Ours"}
        assert Client().get("/api/people/me", **key).status_code == 401  # type: ignore[arg-type]
    finally:
        type(user).objects.filter(pk=user.pk).update(is_active=True)


def test_lists_and_search_show_only_ours(world: tuple[World, dict[str, Any]]) -> None:
    firm, _ = world
    for role, user in firm.ours.users.items():
        client = browser_of(user)
        for url in (
            "/",
            "/accounts/",
            "/projects/",
            "/money/",
            "/money/invoices",
            f"/palette?q={CANARY}",
            "/api/accounts",
        ):
            answer = client.get(url).content.decode()
            assert CANARY not in answer, (role, url)


def test_a_link_taken_back_is_refused(world: tuple[World, dict[str, Any]]) -> None:
    firm, _ = world
    link = firm.ours.client_link
    url = reverse("client", args=["secret-Ours"])
    answer = Client().get(url)
    assert answer.status_code == 200
    assert CANARY not in answer.content.decode()
    assert answer["Referrer-Policy"] == "strict-origin"
    type(link).objects.filter(pk=link.pk).update(revoked_at=timezone.now())
    assert Client().get(url).status_code == 404
    type(link).objects.filter(pk=link.pk).update(revoked_at=None)
    type(firm.ours.affiliation).objects.filter(contact=link.contact).update(until=timezone.localdate())
    assert Client().get(url).status_code == 404, "they are not at the client any more"
    type(firm.ours.affiliation).objects.filter(contact=link.contact).update(until=None)
