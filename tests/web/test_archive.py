"""Archived accounts and projects: readable, changed by nobody, left out everywhere else; empty ones can be deleted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from accord.accounts.models import Account, Affiliation, Contact, Tag
from accord.core.access import Permission, require, require_create
from accord.core.models import Event
from accord.money.actions.archive import archive, delete_empty, restore, what_keeps
from accord.money.models import Invoice
from accord.people.models import Role, User
from accord.projects.models import Acceptance, Deliverable, Project, Task
from accord.sales.models import Opportunity
from tests.factories import browser_of
from tests.web.routes import ROUTES
from tests.web.test_permissions import OF_A_CLIENT, address, ask, methods
from tests.world import CANARY, World, make_shared, make_world

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.fixture
def account(admin: User) -> Account:
    return Account.objects.create(name="Quast AG", owner=admin, status="client")


def project_of(account: Account, name: str = "Bridge") -> Project:
    return Project.objects.create(account=account, name=name, start=datetime(2026, 3, 2, 9))


@pytest.fixture
def browser(admin: User, client: Client) -> Client:
    client.force_login(admin)
    return client


# Actions


def test_archiving_takes_the_projects_along_and_restoring_brings_those_back(admin: User, account: Account) -> None:
    early, late = project_of(account, "Early"), project_of(account, "Late")
    archive(record=early, by=admin, now=NOW - timedelta(days=9))
    archive(record=account, by=admin, now=NOW)
    late.refresh_from_db()
    assert late.archived_at == NOW
    with pytest.raises(ValidationError, match="already archived"):
        archive(record=account, by=admin, now=NOW)
    with pytest.raises(ValidationError, match="Restore the account"):
        restore(record=late, by=admin)
    restore(record=account, by=admin)
    early.refresh_from_db()
    late.refresh_from_db()
    account.refresh_from_db()
    assert (account.archived_at, late.archived_at) == (None, None)
    assert early.archived_at == NOW - timedelta(days=9)
    verbs = list(Event.objects.filter(subject_name="Late").order_by("pk").values_list("kind", flat=True))
    assert verbs == ["record.archived", "record.restored"]
    assert Event.objects.filter(subject_name="Quast AG", kind="record.archived", actor_id=admin.pk).count() == 1


def test_only_what_is_empty_is_deleted(admin: User, account: Account) -> None:
    account.tags.add(Tag.objects.create(name="vip"))
    contact = Contact.objects.create(name="C")
    place = Affiliation.objects.create(account=account, contact=contact)
    project = project_of(account)
    assert what_keeps(account) == ["1 affiliation", "1 project"]
    with pytest.raises(ValidationError, match="Archive it instead"):
        delete_empty(record=account, by=admin)
    archive(record=project, by=admin, now=NOW)
    delete_empty(record=project, by=admin)  # an archived one, too
    place.delete()
    delete_empty(record=account, by=admin)
    assert not Account.objects.filter(pk=account.pk).exists()
    assert Event.objects.filter(subject_name="Quast AG", kind="record.deleted").exists()


def test_who_may_edit_may_archive_and_nobody_else(admin: User, account: Account) -> None:
    finance = User.objects.create_user("f@firm.test", "x" * 12, name="F", roles=[Role.FINANCE])
    with pytest.raises(PermissionDenied):
        archive(record=account, by=finance, now=NOW)
    archive(record=account, by=admin, now=NOW)
    with pytest.raises(PermissionDenied):
        restore(record=account, by=finance)


def test_nobody_archives_what_is_still_owed(admin: User, account: Account) -> None:
    invoice = Invoice.objects.create(account=account, number="1", issued_on=NOW.date(), status="sent", total=10)
    with pytest.raises(ValidationError, match="an unpaid invoice"):
        archive(record=account, by=admin, now=NOW)
    Invoice.objects.filter(pk=invoice.pk).update(status="paid", paid_on=NOW.date())
    assert archive(record=account, by=admin, now=NOW).archived_at == NOW


def test_api_archives_restores_and_deletes(browser: Client, account: Account) -> None:
    project = project_of(account)
    assert browser.post(f"/api/accounts/{account.pk}/archiving").json()["archived_at"] is not None
    listed = browser.get("/api/projects").json()["items"]
    assert listed == []
    assert [row["id"] for row in browser.get("/api/projects?archived=true").json()["items"]] == [project.pk]
    refused = browser.post(f"/api/accounts/{account.pk}/removal")
    assert refused.status_code == 422
    assert "1 project" in refused.json()["message"]
    assert browser.post(f"/api/accounts/{account.pk}/restoration").json()["archived_at"] is None
    assert browser.post(f"/api/projects/{project.pk}/removal").status_code == 204
    assert browser.post(f"/api/accounts/{account.pk}/removal").status_code == 204


# What is said of it


def test_whoever_adds_to_what_is_archived_reads_that_it_is_and_where_to_restore_it(
    admin: User, account: Account, browser: Client
) -> None:
    project = project_of(account)
    deliverable = Deliverable.objects.create(project=project, name="Pier")
    order = Opportunity.objects.create(account=account, name="Second bridge", stage="won", owner=admin)
    archive(record=account, by=admin, now=NOW)
    for fresh in (account, project, deliverable, order):
        fresh.refresh_from_db()
    of_account = "Quast AG is archived. Restore it on its page before you change it."
    of_project = "Bridge is archived. Restore it on its page before you change it."
    for text, model, known in (
        (of_account, Project, {"account": account}),
        (of_project, Task, {"project": project}),
        (of_project, Acceptance, {"project": project, "deliverable": deliverable}),
    ):
        with pytest.raises(PermissionDenied, match=text):
            require_create(admin, model, **known)
    with pytest.raises(PermissionDenied, match=of_project):  # an edit says the same of what the record is part of
        require(admin, Permission.CHANGE, deliverable)
    answer = browser.post(
        f"/api/deliverables/{deliverable.pk}/acceptances", {"verdict": "accepted", "contact": 1}, "application/json"
    )
    assert (answer.status_code, answer.json()["message"]) == (403, of_project)
    hand_over = browser.get(reverse("handover", args=[order.pk]))
    assert hand_over.status_code == 403
    assert of_account in hand_over.content.decode()


def test_who_may_not_see_what_is_archived_does_not_read_its_name(admin: User, account: Account) -> None:
    member = User.objects.create_user("m@firm.test", "x" * 12, name="M", roles=[Role.MEMBER])
    archive(record=account, by=admin, now=NOW)
    account.refresh_from_db()
    with pytest.raises(PermissionDenied, match="You don't have permission to create this project"):
        require_create(member, Project, account=account)


# Pages


def test_page_of_an_archived_account_is_readable_and_offers_to_restore(browser: Client, account: Account) -> None:
    project = project_of(account)
    browser.post(reverse("account-archiving", args=[account.pk]))
    for url in (reverse("account", args=[account.pk]), reverse("project", args=[project.pk])):
        page = browser.get(url).content.decode()
        assert "Archived on" in page
        assert "Restore" in page
        assert 'data-key="e"' not in page
        assert "comment-box" not in page
    assert "Quast AG" not in browser.get(reverse("accounts")).content.decode()
    assert "Quast AG" in browser.get(reverse("accounts") + "?archived=yes").content.decode()
    assert "Bridge" not in browser.get(reverse("projects")).content.decode()
    assert "Bridge" in browser.get(reverse("projects") + "?archived=yes").content.decode()
    page = browser.post(reverse("account-restoration", args=[account.pk]), follow=True).content.decode()
    assert "Account restored." in page
    assert "Archived on" not in page


def test_removal_page_says_what_keeps_an_account(browser: Client, account: Account) -> None:
    project_of(account)
    url = reverse("account-removal", args=[account.pk])
    page = browser.get(url).content.decode()
    assert "1 project" in page
    assert "Archive account" in page
    assert "Delete account" not in page
    browser.post(url)
    assert Account.objects.filter(pk=account.pk).exists()
    Project.objects.all().delete()
    assert "Delete account" in browser.get(url).content.decode()
    assert browser.post(url).status_code == 302
    assert not Account.objects.filter(pk=account.pk).exists()


def test_finance_changes_no_invoice_of_an_archived_account(admin: User, account: Account) -> None:
    finance = User.objects.create_user("f@firm.test", "x" * 12, name="F", roles=[Role.FINANCE])
    invoice = Invoice.objects.create(
        account=account, number="1", issued_on=NOW.date(), status="paid", paid_on=NOW.date()
    )
    visitor = browser_of(finance)
    for route in ("invoice-edit", "invoice-removal"):
        assert visitor.get(reverse(route, args=[invoice.pk])).status_code == 200
    archive(record=account, by=admin, now=NOW)
    for route in ("invoice-edit", "invoice-removal"):
        assert visitor.get(reverse(route, args=[invoice.pk])).status_code == 403
        assert visitor.post(reverse(route, args=[invoice.pk])).status_code == 403
    assert visitor.get(reverse("invoice", args=[invoice.pk])).status_code == 200


# A double name


def test_double_name_is_asked_about_once(browser: Client, account: Account) -> None:
    note = browser.get(reverse("account-names"), {"name": "  quast ag"}).content.decode()
    assert "An account named" in note
    assert reverse("account", args=[account.pk]) in note
    assert browser.get(reverse("account-names"), {"name": "quast ag", "except": account.pk}).content.strip() == b""
    assert browser.get(reverse("account-names"), {"name": "quast"}).content.strip() == b""
    form = {"name": "QUAST AG", "status": "prospect", "currency": "EUR"}
    answer = browser.post(reverse("account-new"), form)
    assert answer.status_code == 422
    assert "already exists" in answer.content.decode()
    assert 'name="save_anyway"' in answer.content.decode()
    assert browser.post(reverse("account-new"), form | {"save_anyway": "on"}).status_code == 302
    assert Account.objects.filter(name__iexact="quast ag").count() == 2
    # Who edits one of two that are there is not asked about it.
    stored = Account.objects.get(pk=account.pk)
    edit = {"name": "Quast AG", "status": "client", "currency": "EUR", "version": stored.version, "city": "Hameln"}
    assert browser.post(reverse("account-edit", args=[account.pk]), edit).status_code == 302


def test_double_name_of_what_one_may_not_see_is_neither_named_nor_in_the_way(account: Account) -> None:
    other = User.objects.create_user("olga@firm.test", "x" * 12, name="O", roles=[Role.ACCOUNT_MANAGER])
    visitor = browser_of(other)
    assert visitor.get(reverse("account-names"), {"name": "Quast AG"}).content.strip() == b""
    form = {"name": "Quast AG", "status": "prospect", "currency": "EUR"}
    assert visitor.post(reverse("account-new"), form).status_code == 302


def test_double_project_is_asked_about_within_the_client(browser: Client, account: Account, admin: User) -> None:
    project_of(account)
    elsewhere = Account.objects.create(name="Other", owner=admin)
    url = reverse("project-names")
    assert b"A project named" in browser.get(url, {"name": "bridge", "account": account.pk}).content
    assert browser.get(url, {"name": "bridge", "account": elsewhere.pk}).content.strip() == b""
    form = {
        "name": "Bridge",
        "account": account.pk,
        "status": "planned",
        "start": "2026-03-02T09:00",
        "currency": "EUR",
    }
    answer = browser.post(reverse("project-new"), form)
    assert answer.status_code == 422
    assert "already exists" in answer.content.decode()
    assert browser.post(reverse("project-new"), form | {"save_anyway": "on"}).status_code == 302


# Everywhere


@pytest.fixture(scope="module")
def archived(django_db_setup: Any, django_db_blocker: Any) -> Iterator[tuple[World, dict[str, Any]]]:
    """The small firm, whose second client, with a canary in every text, is archived with its projects."""
    with django_db_blocker.unblock(), transaction.atomic():
        world, shared = make_world(), make_shared()
        admin = world.users["administrator"]
        Invoice.objects.filter(account=world.theirs.account).update(status="paid", paid_on=NOW)
        for account in Account.objects.filter(name__contains=CANARY):
            archive(record=account, by=admin, now=NOW)
        for project in Project.objects.filter(account=world.theirs.account):
            assert project.archived_at is not None
        connection.run_on_commit.clear()  # what follows from it is nothing that a test below writes
        yield world, shared
        transaction.set_rollback(True)


# What belongs to the firm and not to its client: the trail of what was done, its people, its imports.
TELL_OF_IT = {"settings", "audit-log", "audit-log-export", "api:absences", "api:create_absence", "imports"}


@pytest.mark.parametrize(
    "name", sorted(n for n, r in ROUTES.items() if not r.target and not r.post and not r.public and n not in TELL_OF_IT)
)
def test_no_list_figure_or_choice_tells_of_what_is_archived(name: str, archived: tuple[World, dict[str, Any]]) -> None:
    world, shared = archived
    client = browser_of(world.users["administrator"])
    answer = client.get(address(name, ROUTES[name], None, shared))
    assert answer.status_code in {200, 302, 404, 405, 422}  # 422: asked without what the address takes
    text = answer.content.decode()
    assert CANARY not in text, text[max(0, text.find(CANARY) - 400) : text.find(CANARY) + 200]


# What may be done to an archived record, and to imports, which are the firm's.
ALLOWED = {
    "account-restoration", "project-restoration", "account-archiving", "project-archiving", "account-removal",
    "project-removal", "import-confirmation", "import-removal", "api:archive_account", "api:restore_account",
    "api:archive_project", "api:restore_project",
    # A week is the person's, whatever they worked for.
    "timesheet-approval", "timesheet-return", "timesheet-withdrawal", "api:create_return", "api:create_withdrawal",
    # Its comments can be read; whoever watches may go on, or stop.
    "comment-new", "watches", "watch-removal",
}  # fmt: skip


@pytest.mark.parametrize("name", [n for n in OF_A_CLIENT if (ROUTES[n].post or ROUTES[n].form) and n not in ALLOWED])
def test_nothing_of_what_is_archived_can_be_changed(name: str, archived: tuple[World, dict[str, Any]]) -> None:
    world, shared = archived
    client = browser_of(world.users["administrator"])
    route = ROUTES[name]
    written: list[str] = []

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        verb = sql.lstrip().split(" ", 1)[0].upper()
        if verb in {"INSERT", "UPDATE", "DELETE", "REPLACE"} and "django_session" not in sql:
            written.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        answer = ask(client, route, address(name, route, world.theirs, shared), "POST")
    assert not written, written[0][:300]
    assert answer.status_code in {302, 403, 404, 405, 409, 422}, answer.status_code
    if route.form:
        with connection.execute_wrapper(watch):
            assert ask(client, route, address(name, route, world.theirs, shared), methods(route)[0]).status_code in {
                403, 404,
            }  # fmt: skip
