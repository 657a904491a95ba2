"""A write that is sent twice with the same ``Idempotency-Key`` happens once."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accord.accounts.models import Account, Contact
from accord.api import door
from accord.core.jobs import forget_old_traces
from accord.core.models import Event, StoredAnswer
from accord.people.models import ApiToken, Role, User
from accord.support.models import Request
from tests.factories import browser_of

KEY = {"HTTP_AUTHORIZATION": "Bearer accord_am"}


@pytest.fixture
def user(db: None) -> User:
    user = User.objects.create_user("am@firm.test", "x", name="Am", roles=[Role.ADMINISTRATOR])
    ApiToken.objects.create(user=user, name="clock", hash=ApiToken.digest("accord_am"))
    return user


def send(url: str, body: Any, key: str | None = "a-1", method: str = "post", client: Client | None = None) -> Any:
    headers: dict[str, str] = {} if key is None else {"HTTP_IDEMPOTENCY_KEY": key}
    send = getattr(client or Client(), method)
    return send(url, json.dumps(body), content_type="application/json", **headers, **({} if client else KEY))


def test_the_second_gets_the_first_s_answer(user: User) -> None:
    first = send("/api/accounts", {"name": "Brewery"})
    second = send("/api/accounts", {"name": "Brewery"})
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert "Idempotent-Replayed" not in first
    assert second["Idempotent-Replayed"] == "true"
    assert second["Content-Type"] == first["Content-Type"]
    assert Account.objects.count() == 1
    assert Event.objects.filter(kind="record.created").count() == 1


def test_every_kind_of_write_takes_it(user: User) -> None:
    """POST, PATCH and DELETE of several rooms: it is the door's, not a route's."""
    account = Account.objects.create(name="Brewery", owner=user)
    url = f"/api/accounts/{account.pk}"
    for name, (path, body, model) in {
        "contact": (f"{url}/contacts", {"name": "Conny"}, Contact),
        "request": (f"{url}/requests", {"title": "Help"}, Request),
    }.items():
        answers = [send(path, body, key=name) for _ in range(3)]
        assert [a.status_code for a in answers] == [201] * 3, name
        assert model.objects.count() == 1, name
    changes = [send(url, {"version": 1, "city": "Kiel"}, key="p", method="patch") for _ in range(2)]
    assert [a.status_code for a in changes] == [200, 200], "the second would be a conflict by itself"
    account.refresh_from_db()
    assert account.version == 2


def test_the_same_key_for_something_else_is_refused(user: User) -> None:
    send("/api/accounts", {"name": "Brewery"})
    other = send("/api/accounts", {"name": "Dairy"})
    assert (other.status_code, other.json()["error"]) == (422, "key reused")
    account = Account.objects.get()
    assert send(f"/api/accounts/{account.pk}/contacts", {"name": "Brewery"}).status_code == 422
    assert Account.objects.count() == 1


def test_keys_are_each_user_s_own(user: User) -> None:
    send("/api/accounts", {"name": "Brewery"})
    other = User.objects.create_user("b@firm.test", "x", name="B", roles=[Role.ADMINISTRATOR])
    client = browser_of(other)
    made = send("/api/accounts", {"name": "Brewery"}, client=client)
    assert made.status_code == 201
    assert "Idempotent-Replayed" not in made
    assert Account.objects.count() == 2


def test_without_a_key_nothing_is_stored(user: User) -> None:
    for _ in range(2):
        send("/api/accounts", {"name": "Brewery"}, key=None)
    assert Account.objects.count() == 2
    assert not StoredAnswer.objects.exists()


def test_a_refusal_is_not_stored_so_that_it_can_be_put_right(user: User) -> None:
    assert send("/api/accounts", {"name": ""}).status_code == 422
    assert not StoredAnswer.objects.exists()
    assert send("/api/accounts", {"name": "Brewery"}).status_code == 201


def test_a_stranger_gets_no_answer_by_a_known_key(user: User) -> None:
    send("/api/accounts", {"name": "Brewery"})
    answer = Client().post(
        "/api/accounts", json.dumps({"name": "Brewery"}), content_type="application/json", HTTP_IDEMPOTENCY_KEY="a-1"
    )
    assert answer.status_code == 401
    forged = Client(enforce_csrf_checks=True)
    forged.force_login(user)
    assert send("/api/accounts", {"name": "Brewery"}, client=forged).status_code in {401, 403}


@pytest.mark.parametrize("key", ["", "x" * 201, "é"])
def test_a_key_that_is_none_is_refused(user: User, key: str) -> None:
    assert send("/api/accounts", {"name": "Brewery"}, key=key).status_code == 422
    assert not Account.objects.exists()


def test_what_is_in_progress_is_a_conflict(user: User) -> None:
    send("/api/accounts", {"name": "Brewery"})
    StoredAnswer.objects.update(status=None)
    answer = send("/api/accounts", {"name": "Brewery"})
    assert (answer.status_code, answer.json()["error"]) == (409, "in progress")
    assert answer["Retry-After"] == "1"


def test_a_request_that_died_can_be_sent_again(user: User) -> None:
    send("/api/accounts", {"name": "Brewery"})
    Account.objects.all().delete()
    StoredAnswer.objects.update(status=None, claimed_at=timezone.now() - door.AT_WORK - timedelta(seconds=1))
    assert send("/api/accounts", {"name": "Brewery"}).status_code == 201
    assert Account.objects.count() == 1


def test_a_request_that_was_taken_for_dead_writes_nothing(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """The claim was taken over while the action was done: its whole transaction is undone."""
    create = Account.full_clean

    def taken_over(self: Account, *args: Any, **kwargs: Any) -> None:
        StoredAnswer.objects.update(claim="another")
        create(self, *args, **kwargs)

    monkeypatch.setattr(Account, "full_clean", taken_over)
    answer = send("/api/accounts", {"name": "Brewery"})
    assert answer.status_code == 409
    assert not Account.objects.exists()


def test_answers_are_kept_for_a_day(user: User) -> None:
    send("/api/accounts", {"name": "Brewery"})
    StoredAnswer.objects.update(claimed_at=timezone.now() - timedelta(hours=23))
    assert forget_old_traces.call() == 0
    StoredAnswer.objects.update(claimed_at=timezone.now() - timedelta(hours=25))
    assert send("/api/accounts", {"name": "Brewery"}).status_code == 201
    assert Account.objects.count() == 2, "it is a new request by now"
    StoredAnswer.objects.update(claimed_at=timezone.now() - timedelta(hours=25))
    assert forget_old_traces.call() == 1
