"""Creating and editing through the pages, as a browser does it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accord.accounts.models import Account, Affiliation, Interaction
from accord.conversations.models import Notification
from accord.core.models import Event
from accord.money.models import Invoice, TimeEntry
from accord.projects.models import Project
from tests.factories import browser_of
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(world: tuple[World, dict[str, Any]]) -> Client:
    return browser_of(world[0].administrator)


def test_an_account_is_created_edited_and_a_second_editor_is_told(client: Client) -> None:
    answer = client.post(reverse("account-new"), {"name": "Nova", "status": "prospect", "currency": "EUR"})
    account = Account.objects.get(name="Nova")
    assert answer["Location"] == reverse("account", args=[account.pk])
    url = reverse("account-edit", args=[account.pk])
    form = {"name": "Nova AG", "status": "client", "currency": "EUR", "version": 1}
    assert client.post(url, form).status_code == 302
    late = client.post(url, form | {"name": "Nova SE"})
    assert late.status_code == 409
    assert b"Nova SE" in late.content
    assert b"Nova AG" in late.content
    assert Account.objects.get(pk=account.pk).name == "Nova AG"


def test_a_form_takes_no_field_that_it_does_not_show(client: Client, world: tuple[World, dict[str, Any]]) -> None:
    account = world[0].ours.account
    form = {"name": account.name, "status": "client", "currency": "EUR", "version": account.version}
    client.post(
        reverse("account-edit", args=[account.pk]), form | {"id": 999, "source": "evil", "archived_at": "2020-01-01"}
    )
    account.refresh_from_db()
    assert (account.source, account.archived_at) == ("", None)


def test_wrong_input_is_named_at_its_field(client: Client) -> None:
    answer = client.post(reverse("account-new"), {"name": "", "status": "nonsense", "currency": "euro"})
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"name", "status", "currency"}
    assert not Account.objects.filter(name="").exists()


def test_a_contact_an_interaction_and_its_next_step(client: Client, world: tuple[World, dict[str, Any]]) -> None:
    account = world[0].ours.account
    client.post(
        reverse("contact-new", args=[account.pk]), {"name": "Nina Neu", "title": "CTO", "buying_role": "champion"}
    )
    place = Affiliation.objects.get(contact__name="Nina Neu")
    assert (place.account, place.title) == (account, "CTO")
    form = {"kind": "call", "direction": "in", "at": "2026-06-01T10:00", "subject": "Question", "next_step": "Answer"}
    client.post(reverse("interaction-new", args=[account.pk]), form | {"contacts": [place.contact_id]})
    call = Interaction.objects.get(subject="Question")
    assert list(call.contacts.all()) == [place.contact]
    client.post(reverse("next-step-completion", args=[call.pk]))
    call.refresh_from_db()
    assert call.done_at is not None


def test_scripts_in_text_stay_text(client: Client, world: tuple[World, dict[str, Any]]) -> None:
    account = world[0].ours.account
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)> [x](javascript:alert(1))"
    client.post(f"{reverse('comment-new')}?subject=accounts.account:{account.pk}", {"body": evil})
    page = client.get(reverse("account", args=[account.pk])).content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert 'href="javascript' not in page


def test_a_mention_reaches_those_who_may_see_the_client(client: Client, world: tuple[World, dict[str, Any]]) -> None:
    firm = world[0]
    ours, theirs = firm.ours.users["member"], firm.theirs.users["member"]
    body = f"Please look, @{ours.email} and @{theirs.email}"
    client.post(f"{reverse('comment-new')}?subject=accounts.account:{firm.ours.account.pk}", {"body": body})
    assert Notification.objects.filter(user=ours).exists()
    assert not Notification.objects.filter(user=theirs, text__contains=firm.ours.account.name).exists()


def test_an_invoice_is_the_exact_sum_of_its_lines(client: Client, world: tuple[World, dict[str, Any]]) -> None:
    account = world[0].ours.account
    form = {
        "number": "R-1", "kind": "invoice", "status": "sent", "issued_on": "2026-06-01", "currency": "EUR",
        "lines-TOTAL_FORMS": 2, "lines-INITIAL_FORMS": 0,
        "lines-0-description": "Work", "lines-0-quantity": "3", "lines-0-unit_price": "33.335",
        "lines-0-unit": "HUR", "lines-0-discount_percent": "0", "lines-1-unit": "C62", "lines-1-discount_percent": "0",
        "lines-1-description": "Travel", "lines-1-quantity": "1", "lines-1-unit_price": "0.10",
    }  # fmt: skip
    assert client.post(reverse("invoice-new", args=[account.pk]), form).status_code == 302
    invoice = Invoice.objects.get(number="R-1")
    assert str(invoice.total) == "100.11"
    assert sum(line.amount for line in invoice.lines.all()) == invoice.total
    again = client.post(reverse("invoice-new", args=[account.pk]), form)
    assert again.status_code == 422
    assert b"R-1 already" in again.content


def test_booked_time_takes_the_rate_of_its_day(client: Client, world: tuple[World, dict[str, Any]]) -> None:
    side = world[0].ours
    form = {"person": side.person.pk, "day": "2026-03-05", "hours": "1.5", "task": side.task.pk, "billable": "on"}
    assert client.post(reverse("project-time-new", args=[side.project.pk]), form).status_code == 302
    entry = TimeEntry.objects.get(day="2026-03-05")
    assert (entry.minutes, entry.cost_rate, entry.cost) == (90, 60, 90)
    assert Event.objects.filter(kind="time.logged", subject_id=entry.pk).exists()


def test_a_project_is_started_planned_and_baselined(client: Client, world: tuple[World, dict[str, Any]]) -> None:
    account = world[0].ours.account
    form = {"name": "Shop", "account": account.pk, "status": "active", "start": "2026-09-01T09:00", "currency": "EUR"}
    assert client.post(reverse("project-new"), form).status_code == 302
    project = Project.objects.get(name="Shop")
    body = {
        "changes": [{"op": "create_task", "temp_id": "a", "parent": None, "after": None, "fields": {"name": "Design"}}]
    }
    answer = client.post(f"/api/projects/{project.pk}/plan/changes", body, content_type="application/json")
    assert answer.status_code == 200
    made = answer.json()
    assert made["tasks"][0]["start"] == "2026-09-01T09:00:00"
    assert client.post(reverse("project-baseline", args=[project.pk]), {"name": "Signed"}).status_code == 302
    row = client.get(f"/api/projects/{project.pk}/plan").json()["tasks"][0]
    assert row["baseline_finish"] == row["finish"]
    undone = client.post(f"/api/projects/{project.pk}/plan/undo", content_type="application/json").json()
    assert undone["deleted_tasks"] == [made["created"]["a"]]


def test_the_drawer_gets_a_part_and_a_way_on(client: Client, world: tuple[World, dict[str, Any]]) -> None:
    account = Account.objects.get(pk=world[0].ours.account.pk)
    url = reverse("account-edit", args=[account.pk])
    drawer = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "drawer-body"}
    part = client.get(url, **drawer)  # type: ignore[arg-type]
    assert b"<html" not in part.content
    form = {"name": account.name, "status": "client", "currency": "EUR", "version": account.version, "city": "Bonn"}
    saved = client.post(url, form, **drawer)  # type: ignore[arg-type]
    assert saved["HX-Redirect"] == reverse("account", args=[account.pk])


def test_headers_keep_strangers_out(client: Client) -> None:
    answer = client.get("/")
    policy = answer["Content-Security-Policy"]
    assert "script-src 'self' 'nonce-" in policy
    assert "unsafe-inline'; script" not in policy
    assert "'unsafe-eval'" not in policy
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert Client().get("/up").json()["database"] == "ok"
