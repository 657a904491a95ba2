"""A form that is sent twice makes one record, over every route that makes something.

``test_once_together.py`` sends the two at the same moment.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accord.accounts.models import Account
from accord.people.jobs import forget_submissions
from accord.people.models import FormSubmission
from accord.success.models import SurveyInvitation
from accord.web.shell.once import FIELD, new_token
from accord.web.shell.views.forms import CreatePage
from tests.factories import browser_of
from tests.web.confirmed import confirmed
from tests.web.forms_as_browser import completed, sent_by
from tests.web.routes import ROUTES
from tests.web.test_hidden_values import view_of
from tests.web.test_permissions import address
from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]  # tokens are rows like others

Shared = tuple[World, dict[str, Any]]

# The forms that make something and stand on another page: the route of that page.
ELSEWHERE = {
    "quote-versions": "quote",
    "staffing-request-proposal": "staffing-request",
}  # fmt: skip
OTHERS = {"project-baseline", "handover", "agreement-renewal", "project-template-new"} & set(ROUTES)
NEEDS_OWED = {"reimbursement-new"}  # its form is there where somebody is owed: tests/money/test_expenses.py
MAKING = sorted(
    {name for name in ROUTES if name.endswith("-new") and not name.startswith("api:") and name not in NEEDS_OWED}
    | {name for name, route in ROUTES.items() if route.form and issubclass(view_of(name), CreatePage)}
    | (set(ELSEWHERE) & set(ROUTES))
    | OTHERS
)
ONE_EACH = {"status-report-new": "status_report", "status-schedule-new": "status_schedule"}
# What a form needs beside something in each field that must be filled in.
MORE: dict[str, dict[str, Any]] = {
    "account-escalation-step-new": {"percent": "80"},
    "escalation-step-new": {"percent": "80"},
    "account-service-level-new": {"first_response_hours": "4", "severity": "3"},
    "service-level-new": {"first_response_hours": "4", "severity": "3"},
    "allocation-new": {"starts_on": "2027-01-04", "ends_on": "2027-01-08"},
    "custom-field-new": {"key": "once"},
    "exchange-rate-new": {"currency": "CHF"},
    "health-override-new": {"health": "40"},
    "import-new": {"kind": "accounts", "source_name": "old"},
    "invoice-new": {"number": "N-1", "lines-0-description": "Work", "lines-0-unit_price": "100"},
    "billing-milestone-new": {"bill_on": "2027-01-04"},
    "expense-new": {"amount": "10"},
    "own-expense-new": {"amount": "10", "paid_by": "card"},
    "tax-rate-new": {"percent": "19"},
    "project-time-new": {"hours": "2"},
    "time-new": {"hours": "2"},
    "quote-line-new": {"description": "Advice", "unit_price": "100"},
    "repeated-task-new": {"count": "3"},
    "mailbox-new": {"active": []},  # … so that no server is asked
    "calendar-source-new": {"active": []},
    "resource-new": {"name": "Tester"},
    "staffing-request-new": {"starts_on": "2027-01-04", "ends_on": "2027-01-08"},
    "stage-new": {"key": "once"},
    "stakeholder-new": {"name": "Neighbours"},
}


def counts() -> Counter[str]:
    """How many rows each table of the product has."""
    tables = [model._meta.db_table for model in apps.get_models() if model.__module__.startswith("accord.")]
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(f"(SELECT count(*) FROM {table})" for table in tables))
        return Counter(dict(zip(tables, cursor.fetchone(), strict=True)))


def what_to_send(client: Client, name: str, url: str, side: Any, shared: dict[str, Any]) -> dict[str, Any]:
    if name == "staffing-request-proposal":  # its page has a form for each candidate, and nobody is free
        return {FIELD: new_token(), "person": side.person.pk}
    page_url = url
    if name == "quote-versions":
        page_url = reverse("quote", args=[side.sent_quote.pk])
    elif name in ELSEWHERE:
        page_url = address(ELSEWHERE[name], ROUTES[ELSEWHERE[name]], side, shared)
    page = client.get(page_url)
    assert page.status_code == 200, page.status_code
    sent: dict[str, Any] = sent_by(page.content.decode(), url)
    form = (page.context or {}).get("form")
    if form is not None:
        sent = completed(form, sent, f"Once {name}")
    if name == "import-new":
        sent["file"] = SimpleUploadedFile("clients.csv", b"Name\nOnce Ltd\n")
    if name == "file-version-new":
        sent["file"] = SimpleUploadedFile("notes.txt", b"Once more")
    if name == "time-new":
        sent["project"] = side.project.pk
    if name == "comment-new":
        sent["body"] = "Look at this."
    return sent | MORE.get(name, {})


def client_for(firm: World, name: str) -> Client:
    client = Client()
    allowed = ROUTES[name].allowed
    if name in ("time-new", "timer-new"):  # hours are of somebody who is a person of the firm
        return confirmed(client, firm.users["member"])
    who = firm.users["administrator" if "administrator" in allowed else "account_manager"]
    return confirmed(client, who)


@pytest.mark.parametrize("name", MAKING)
def test_a_double_post_makes_one_record(name: str, world: Shared) -> None:
    firm, shared = world
    route = ROUTES[name]
    client = client_for(firm, name)
    url = address(name, route, firm.ours, shared)
    with transaction.atomic():
        SurveyInvitation.objects.all().delete()  # they may be asked again
        if name in ONE_EACH:  # a project has one of these at a time
            row = firm.ours.things[ONE_EACH[name]]
            type(row).objects.filter(pk=row.pk).delete()
        sent = what_to_send(client, name, url, firm.ours, shared)
        assert sent.get(FIELD), "the form carries a token"
        if hasattr(sent.get("file"), "seek"):
            sent["file"].seek(0)
        before = counts()
        first = client.post(url, sent)
        errors = first.context["form"].errors if first.status_code == 422 else ""
        assert first.status_code in {200, 302}, (first.status_code, errors, sent)
        after = counts()
        made = after - before
        assert set(made) - {"core_event", "people_formsubmission"}, "it made something"
        if hasattr(sent.get("file"), "seek"):
            sent["file"].seek(0)
        again = client.post(url, sent)
        assert counts() == after, "and no more the second time"
        assert again.status_code == 302
        if first.status_code == 302:
            assert again["Location"] == first["Location"]
        if name == "merge-new":
            return  # there is nothing left to merge
        # A form that was opened anew is another action: done, or refused in words.
        other = what_to_send(client, name, url, firm.ours, shared)
        assert other[FIELD] != sent[FIELD]
        assert client.post(url, other).status_code in {200, 302, 422}
        transaction.set_rollback(True)


def test_the_same_form_with_other_values_is_another_action(world: Shared) -> None:
    """Somebody goes back and makes a second one of it: that is no double post."""
    client = client_for(world[0], "account-new")
    url = reverse("account-new")
    sent = what_to_send(client, "account-new", url, world[0].ours, world[1])
    assert client.post(url, sent | {"name": "First Ltd"}).status_code == 302
    assert client.post(url, sent | {"name": "Second Ltd"}).status_code == 302
    assert Account.objects.filter(name__in=["First Ltd", "Second Ltd"]).count() == 2


def test_a_form_that_was_refused_may_be_sent_again(world: Shared) -> None:
    client = client_for(world[0], "account-new")
    url = reverse("account-new")
    sent = what_to_send(client, "account-new", url, world[0].ours, world[1]) | {"name": "Third Ltd"}
    assert client.post(url, sent | {"status": "nonsense"}).status_code == 422
    assert client.post(url, sent).status_code == 302
    assert Account.objects.filter(name="Third Ltd").count() == 1


def test_a_token_is_of_one_person_and_one_form(world: Shared) -> None:
    firm, shared = world
    url = reverse("account-new")
    sent = what_to_send(client_for(firm, "account-new"), "account-new", url, firm.ours, shared)
    sent |= {"name": "Fourth Ltd", "owner": ""}
    for role in ("administrator", "account_manager"):
        client = browser_of(firm.users[role])
        assert client.post(url, sent).status_code == 302
    assert Account.objects.filter(name="Fourth Ltd").count() == 2
    assert FormSubmission.objects.filter(user=firm.administrator, url__contains="/accounts/").exists()


def test_programs_that_send_no_token_may_repeat_themselves(world: Shared) -> None:
    client = client_for(world[0], "account-new")
    for _ in range(2):
        form = {"name": "Fifth Ltd", "status": "prospect", "currency": "EUR", "save_anyway": "on"}
        assert client.post(reverse("account-new"), form).status_code == 302
    assert Account.objects.filter(name="Fifth Ltd").count() == 2


def test_in_the_drawer_it_leads_by_htmx(world: Shared) -> None:
    client = client_for(world[0], "account-new")
    url = reverse("account-new")
    sent = what_to_send(client, "account-new", url, world[0].ours, world[1]) | {"name": "Sixth Ltd"}
    drawer = {"HX-Request": "true", "HX-Target": "drawer-body"}
    answers = [client.post(url, sent, headers=drawer) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [204, 204]
    assert answers[0]["HX-Redirect"] == answers[1]["HX-Redirect"]


def test_submissions_are_forgotten_after_two_days(world: Shared) -> None:
    user = world[0].administrator
    FormSubmission.objects.all().delete()
    now = timezone.now()
    for hours in (1, 47, 49):
        FormSubmission.objects.create(user=user, key=str(hours), url="/", at=now - timedelta(hours=hours))
    assert forget_submissions.func() == 1
    assert set(FormSubmission.objects.values_list("key", flat=True)) == {"1", "47"}
