"""When and why a client left: by form, API, import and for several at once, with one rule for all."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accord.accounts.models import Account
from accord.core import editing
from accord.core.models import Event
from accord.people.models import User
from accord.sales.models import Agreement
from tests.exchange.importing import bring
from tests.factories import browser_of
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def ours(world: tuple[World, dict[str, Any]]) -> Account:
    Account.objects.filter(pk=world[0].ours.account.pk).update(status="client")
    account: Account = Account.objects.get(pk=world[0].ours.account.pk)
    return account


@pytest.fixture
def administrator(world: tuple[World, dict[str, Any]]) -> User:
    return world[0].administrator


@pytest.fixture
def client(administrator: User) -> Client:
    return browser_of(administrator)


def test_a_client_is_marked_as_former_with_the_reason_asked_for(client: Client, ours: Account) -> None:
    url = reverse("account-former", args=[ours.pk])
    assert reverse("account-former", args=[ours.pk]) in client.get(reverse("account", args=[ours.pk])).content.decode()
    page = client.get(url).content.decode()
    assert f'value="{timezone.localdate():%Y-%m-%d}"' in page
    for label in ("Reason for leaving", "Competitor", "Note on leaving"):
        assert label in page
    form = {"version": ours.version, "lost_on": "2026-03-01", "lost_reason": "competitor", "lost_to": "Rival GmbH"}
    assert client.post(url, form | {"lost_reason": "boredom"}).status_code == 422
    assert client.post(url, form | {"lost_note": "Cheaper."}).status_code == 302
    ours.refresh_from_db()
    assert (ours.status, ours.lost_on, ours.lost_reason) == ("former", date(2026, 3, 1), "competitor")
    event = Event.objects.filter(subject_type="accounts.account", subject_id=ours.pk).latest("pk")
    assert event.after["lost_reason"] == "competitor"
    assert event.after["lost_to"] == "Rival GmbH"
    page = client.get(reverse("account", args=[ours.pk])).content.decode()
    assert "Competitor" in page
    assert "Rival GmbH" in page
    assert "Mark as former client" not in page


def test_reason_and_day_can_wait(client: Client, ours: Account) -> None:
    form = {"version": ours.version, "lost_on": "", "lost_reason": ""}
    assert client.post(reverse("account-former", args=[ours.pk]), form).status_code == 302
    ours.refresh_from_db()
    assert (ours.status, ours.lost_on, ours.lost_reason) == ("former", timezone.localdate(), "")
    assert "Not set" in client.get(reverse("account", args=[ours.pk])).content.decode()


def test_who_returns_has_not_left(ours: Account) -> None:
    left = editing.change(ours, by=None, version=ours.version, status="former", lost_reason="price", lost_to="Rival")
    assert left.lost_on == timezone.localdate()
    back = editing.change(left, by=None, version=left.version, status="client")
    assert (back.lost_on, back.lost_reason, back.lost_to, back.lost_note) == (None, "", "", "")
    event = Event.objects.filter(subject_type="accounts.account", subject_id=ours.pk).latest("pk")
    assert event.before["lost_reason"] == "price"  # the history keeps it


def test_the_api_takes_and_gives_the_reason(client: Client, ours: Account) -> None:
    url = f"/api/accounts/{ours.pk}"
    body = {"version": ours.version, "status": "former", "lost_reason": "insourced", "lost_note": "Own team."}
    answer = client.patch(url, json.dumps(body), content_type="application/json")
    assert answer.status_code == 200, answer.content
    found = answer.json()
    assert (found["lost_reason"], found["lost_note"], found["lost_to"]) == ("insourced", "Own team.", "")
    assert found["lost_on"] == timezone.localdate().isoformat()
    wrong = {"version": found["version"], "lost_reason": "whatever"}
    assert client.patch(url, json.dumps(wrong), content_type="application/json").status_code == 422


def test_an_import_brings_day_and_reason(administrator: User) -> None:
    data = (
        "name,status,churned on,churn reason,competitor,churn note\n"
        "Alpha,former,2025-04-30,Too expensive,Rival GmbH,Half the price\n"
        "Beta,former,2025-05-31,acquired,,\n"
        "Gamma,client,,,,\n"
        "Delta,former,,no idea,,\n"
    )
    run = bring("accounts", data, administrator)
    assert (run.report["create"], run.report["warned"]) == (4, 1)
    assert run.report["unknown"] == {"lost_reason": [["no idea", 1]]}
    rows = {row.name: row for row in Account.objects.filter(name__in=("Alpha", "Beta", "Gamma", "Delta"))}
    alpha, beta = rows["Alpha"], rows["Beta"]
    assert (alpha.lost_on, alpha.lost_reason, alpha.lost_to) == (date(2025, 4, 30), "price", "Rival GmbH")
    assert alpha.lost_note == "Half the price"
    assert (beta.lost_reason, rows["Gamma"].lost_reason, rows["Delta"].lost_reason) == ("insolvency_merger", "", "")
    assert rows["Delta"].lost_on is None  # when a client of the past left is not known; it was not today


def test_several_clients_at_once(client: Client, ours: Account) -> None:
    more = Account.objects.create(name="More", status="client")
    form = {"ids": [ours.pk, more.pk], "apply": "1", "status": "former", "lost_reason": "project_ended"}
    assert client.post(reverse("accounts-bulk"), form).status_code == 302
    for account in (ours, more):
        account.refresh_from_db()
        assert (account.status, account.lost_reason) == ("former", "project_ended")
        assert account.lost_on == timezone.localdate()


def test_an_agreement_says_why_it_ended(client: Client, ours: Account) -> None:
    today = timezone.localdate()
    row = Agreement.objects.create(
        account=ours, title="Care", kind="retainer", starts_on=today - timedelta(days=300), ends_on=today
    )
    url = reverse("agreement-edit", args=[row.pk])
    assert "Reason for ending" in client.get(url).content.decode()
    form = {
        "version": row.version, "title": "Care", "kind": "retainer", "status": "ended", "currency": "EUR",
        "starts_on": row.starts_on.isoformat(), "ends_on": row.ends_on.isoformat(), "rollover_months": 0,
        "end_reason": "service_quality", "end_note": "Slow answers.",
    }  # fmt: skip
    assert client.post(url, form).status_code == 302
    row.refresh_from_db()
    assert (row.status, row.end_reason, row.end_note) == ("ended", "service_quality", "Slow answers.")
