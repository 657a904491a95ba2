"""Custom fields of every kind of record: in forms, on pages, in lists and files, in the API and in the history."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accord.accounts.models import Account, CustomField
from accord.core.models import Event
from accord.people.models import Role, User
from accord.projects.actions.copy_plan import content_of, save_template, start_from
from accord.projects.actions.edit_plan import undo_step
from accord.projects.models import Project, Task
from accord.projects.plan_changes import Invalid
from accord.sales.models import Agreement, Opportunity
from accord.support.models import Request
from tests.projects.conftest import project  # noqa: F401
from tests.projects.planning import task, update
from tests.web.forms_as_browser import sent_by

pytestmark = pytest.mark.django_db

ACCOUNT_KINDS = ("opportunity", "agreement", "request", "project")
LISTS = {
    "opportunity": "opportunities", "agreement": "renewals", "request": "requests", "project": "projects",
    "task": "tasks",
}  # fmt: skip


@pytest.fixture
def owner(db: Any) -> User:
    user: User = User.objects.create(email="o@firm.test", name="Olga Owner", roles=[Role.ADMINISTRATOR])
    return user


def fields(on: str) -> None:
    """One of each kind that is read by a rule, for one kind of record."""
    CustomField.objects.create(on=on, key="site", label="Site code", kind="text", pattern=r"[A-Z]{2}\d+", order=1)
    CustomField.objects.create(on=on, key="seats", label="Seats", kind="number", lowest=1, order=2)
    CustomField.objects.create(on=on, key="due", label="Audit on", kind="date", order=3)
    CustomField.objects.create(on=on, key="mode", label="Mode", kind="choice", choices="Remote\nOn site", order=4)
    CustomField.objects.create(on=on, key="legal", label="Legal checked", kind="yes_no", order=5)


VALUES = {"site": "DE7", "seats": "12", "due": "2026-12-28", "mode": "Remote", "legal": True}


def record(kind: str, account: Account, owner: User, name: str, **custom: Any) -> Any:
    today = date.today()
    if kind == "opportunity":
        return Opportunity.objects.create(account=account, name=name, stage="proposal", owner=owner, custom=custom)
    if kind == "agreement":
        return Agreement.objects.create(
            account=account, title=name, kind="retainer", starts_on=date(2024, 1, 1), custom=custom,
            ends_on=today.replace(year=today.year + 1, day=1),
        )  # fmt: skip
    if kind == "request":
        return Request.objects.create(account=account, title=name, owner=owner, custom=custom)
    plan = Project.objects.create(
        account=account, name=name, start="2026-03-02T09:00", status="active", manager=owner,
        custom=custom if kind == "project" else {},
    )  # fmt: skip
    if kind == "project":
        return plan
    return Task.objects.create(project=plan, uid=1, name=name, custom=custom)


@pytest.mark.parametrize("kind", ACCOUNT_KINDS)
def test_a_record_is_created_and_edited_with_its_custom_fields(
    kind: str, account: Account, owner: User, signed_in: Client
) -> None:
    fields(kind)
    row = record(kind, account, owner, "Pilot")
    url = reverse(f"{kind}-edit", args=[row.pk])
    page = signed_in.get(url)
    assert "Custom fields" in page.content.decode()
    sent = sent_by(page.content.decode(), url) | {
        "custom_site": "DE7", "custom_seats": "12", "custom_due": "2026-12-28", "custom_mode": "Remote",
        "custom_legal": "yes",
    }  # fmt: skip
    wrong = signed_in.post(url, sent | {"custom_site": "x", "custom_seats": "0"})
    assert wrong.status_code == 422
    text = wrong.content.decode()
    assert "doesn’t match the pattern" in text or "doesn&#x27;t match the pattern" in text
    assert "must be 1 or more" in text
    assert signed_in.post(url, sent).status_code in (200, 302)
    row.refresh_from_db()
    assert row.custom == VALUES
    shown = signed_in.get(reverse(kind, args=[row.pk])).content.decode()
    assert "Site code" in shown and "DE7" in shown
    assert "28\N{NO-BREAK SPACE}Dec\N{NO-BREAK SPACE}2026" in shown
    log = signed_in.get(reverse("audit-log")).content.decode()
    assert "Site code" in log  # and not its key
    new = signed_in.get(reverse(f"{kind}-new", args=[account.pk] if kind != "project" else []))
    name = {"opportunity": "name", "project": "name", "agreement": "title", "request": "title"}[kind]
    made = sent_by(new.content.decode(), new.request["PATH_INFO"]) | {
        name: "Second",
        "account": account.pk,
        "custom_mode": "On site",
    }
    assert signed_in.post(new.request["PATH_INFO"], made).status_code in (200, 302)
    second = type(row).objects.get(pk__gt=row.pk)
    assert second.custom == {"mode": "On site"}


@pytest.mark.parametrize("kind", LISTS)
def test_lists_show_sort_filter_and_export_custom_fields(
    kind: str, account: Account, owner: User, signed_in: Client
) -> None:
    fields(kind)
    record(kind, account, owner, "Big", **VALUES)
    record(kind, account, owner, "Small", site="FR1", seats="3", mode="On site", legal=False)
    record(kind, account, owner, "Bare")
    url = reverse(LISTS[kind])
    every = "&person=anyone" if kind == "task" else "&within=365" if kind == "agreement" else ""

    def names(query: str) -> list[str]:
        file = signed_in.get(f"{url}?{query}{every}&export=csv").content.decode("utf-8-sig")
        rows = [row[0].rpartition("  ")[2] for row in csv.reader(io.StringIO(file))]
        return rows[1:]

    assert names("sort=custom_seats") == ["Small", "Big", "Bare"]  # as numbers: 3 before 12
    assert names("sort=-custom_seats") == ["Big", "Small", "Bare"]
    assert names("custom_seats-from=10") == ["Big"]
    assert names("custom_due-to=2026-12-31") == ["Big"]
    assert names("custom_mode=On+site") == ["Small"]
    assert names("custom_legal=no") == ["Small"]
    assert names("custom_site=de") == ["Big"]
    file = signed_in.get(f"{url}?columns=custom_seats,custom_due,custom_legal&sort=-custom_seats{every}&export=csv")
    head, first, *_ = csv.reader(io.StringIO(file.content.decode("utf-8-sig")))
    assert head[-3:] == ["Seats", "Audit on", "Legal checked"]
    assert first[-3:] == ["12", "2026-12-28", "Yes"]
    assert "More filters" in signed_in.get(url).content.decode()


def test_the_api_reads_and_writes_custom_fields(account: Account, owner: User, signed_in: Client) -> None:
    for kind in ("opportunity", "request", "project", "agreement", "task"):
        fields(kind)

    def send(method: str, url: str, status: int, **body: Any) -> Any:
        answer = getattr(signed_in, method)(url, json.dumps(body), content_type="application/json")
        assert answer.status_code == status, answer.content
        return answer.json()

    made = send("post", f"/api/accounts/{account.pk}/opportunities", 201, name="A", custom={"seats": 12})
    assert made["custom"] == {"seats": "12"}
    made = send("post", f"/api/accounts/{account.pk}/requests", 201, title="B", custom={"legal": True})
    assert made["custom"] == {"legal": True}
    start = "2026-03-02T09:00:00"
    made = send("post", "/api/projects", 201, account=account.pk, name="C", start=start, custom={"site": "DE1"})
    assert made["custom"] == {"site": "DE1"}
    url = f"/api/projects/{made['id']}"
    changed = send("patch", url, 200, version=made["version"], custom={"mode": "Remote"})
    assert changed["custom"] == {"site": "DE1", "mode": "Remote"}
    refused = send("patch", url, 422, version=changed["version"], custom={"mode": "Moon", "nothing": 1})
    assert "nothing" in str(refused)
    record("agreement", account, owner, "D", **VALUES)
    agreements = signed_in.get(f"/api/accounts/{account.pk}/agreements").json()
    assert agreements["items"][0]["custom"] == VALUES
    record("task", account, owner, "E", **VALUES)
    tasks = signed_in.get("/api/tasks").json()
    assert [row["custom"] for row in tasks["items"] if row["name"] == "E"] == [VALUES]


def test_a_following_term_has_the_custom_fields_of_the_one_that_ends(account: Account, owner: User) -> None:
    ending = record("agreement", account, owner, "Care", **VALUES)
    following = ending.renewed()
    assert following.custom == VALUES
    following.custom["site"] = "FR1"
    assert ending.custom["site"] == "DE7"


def test_a_task_is_edited_by_the_rules_of_its_fields(project: Project, manager: User) -> None:  # noqa: F811
    fields("task")
    update(project, manager, "Design", custom={"seats": 12, "mode": "Remote"})
    update(project, manager, "Design", custom={"mode": None, "legal": "yes"})
    assert task(project, "Design").custom == {"seats": "12", "legal": True}
    undo_step(plan=project.plan, by=manager)
    assert task(project, "Design").custom == {"seats": "12", "mode": "Remote"}
    for given, field, says in (
        ({"seats": 0}, "custom_seats", "Design: Seats must be 1 or more."),
        ({"nothing": 1}, "custom", "isn't a custom field of tasks"),
        ("text", "custom", "by their keys"),
    ):
        with pytest.raises(Invalid) as refused:
            update(project, manager, "Design", custom=given)
        assert refused.value.field == field
        assert says in refused.value.message
    assert task(project, "Design").custom == {"seats": "12", "mode": "Remote"}


def test_a_change_of_a_task_is_told_by_the_label_of_its_field(
    project: Project,  # noqa: F811
    manager: User,
    client: Client,
) -> None:
    fields("task")
    update(project, manager, "Design", custom={"seats": 12})
    client.force_login(manager)
    page = client.get(reverse("project-audit", args=[project.pk])).content.decode()
    assert "Design: Seats" in page


def test_copies_of_a_plan_have_the_custom_fields_of_its_tasks(project: Project, manager: User) -> None:  # noqa: F811
    fields("task")
    update(project, manager, "Design", custom={"seats": 12})
    template = save_template(project=project, name="Usual", description="", by=manager)
    for number, content in enumerate((template.content, content_of(project))):
        other = Project.objects.create(
            account=project.account, name=f"Again {number}", start=project.start, manager=manager
        )
        start_from(content=content, project=other, by=manager)
        assert task(other, "Design").custom == {"seats": "12"}
    older = content_of(project)
    for row in older["tasks"]:
        del row["custom"]  # of a template that was saved before tasks had them
    last = Project.objects.create(account=project.account, name="Last", start=project.start, manager=manager)
    start_from(content=older, project=last, by=manager)
    assert task(last, "Design").custom == {}


def test_the_editor_of_a_task_offers_the_custom_fields(project: Project, manager: User, client: Client) -> None:  # noqa: F811
    fields("task")
    client.force_login(manager)
    for url in (
        reverse("task-edit", args=[task(project, "Design").pk]), reverse("project-plan", args=[project.pk])
    ):  # fmt: skip
        page = client.get(url).content.decode()
        assert 'name="custom_seats"' in page and 'data-custom="mode"' in page
        assert '<option value="On site">On site</option>' in page
    assert Event.objects.count() == 0
