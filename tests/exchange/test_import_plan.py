"""Project plans: a new project, the same again, a changed one, and the way back."""

from __future__ import annotations

from typing import Any

import pytest

from accord.accounts.models import Account
from accord.core.models import Event
from accord.exchange.actions.undo import CannotUndo, undo
from accord.exchange.models import Import
from accord.insight.models import ProjectMeasure
from accord.people.models import Calendar, Role, User
from accord.projects.models import Assignment, Link, Project, Resource, Task
from accord.projects.outline import outline
from tests.exchange.importing import administrator, bring, fingerprint, problem, uploads, user

__all__ = ["administrator", "uploads"]


@pytest.fixture
def plan(document: Any, make_task: Any) -> Any:
    """Three tasks, a link, a resource at work; ``changes`` go into the second task."""

    def build(*, extra: bool = False, **changes: Any) -> bytes:
        second = make_task(2, PredecessorLink={"PredecessorUID": 1, "Type": 1}, **changes)
        tasks = [make_task(1), second, make_task(3)] + ([make_task(4)] if extra else [])
        resources = [{"UID": 1, "Name": "Ann", "Type": 1, "MaxUnits": 1, "StandardRate": 50}]
        assignments = [{"UID": 1, "TaskUID": 1, "ResourceUID": 1, "Units": 1, "Work": "PT8H0M0S"}]
        built: bytes = document(tasks, resources=resources, assignments=assignments, Title="New shop")
        return built

    return build


def test_a_plan_becomes_a_project(administrator: User, plan: Any) -> None:
    run = bring("plan", plan(), administrator, new_account="Alpha")
    project = Project.objects.get()
    assert (run.status, run.report["create"]) == (Import.Status.DONE, 3)
    assert (project.name, project.account.name, project.source, project.external_id) == (
        "New shop",
        "Alpha",
        "test",
        "New shop",
    )
    assert (project.tasks.count(), Link.objects.count(), Resource.objects.count(), Assignment.objects.count()) == (
        3,
        1,
        1,
        1,
    )
    assert ProjectMeasure.objects.filter(project=project).count() == 1
    assert list(Event.objects.filter(root_type="projects.project").order_by("pk").values_list("kind", flat=True)) == [
        "record.created",
        "plan.imported",
    ]


def test_a_dry_run_writes_nothing(administrator: User, plan: Any) -> None:
    before = fingerprint()
    run = bring("plan", plan(), administrator, new_account="Alpha", write=False)
    assert run.report["created"] == {
        "projects": 1,
        "accounts": 1,
        "tasks": 3,
        "links": 1,
        "resources": 1,
        "assignments": 1,
    }
    assert fingerprint() == before
    bring("plan", plan(), administrator, new_account="Alpha")
    before = fingerprint()
    run = bring("plan", plan(Name="Other", extra=True), administrator, write=False)
    assert (run.report["create"], run.report["update"], run.report["skip"]) == (1, 1, 2)
    assert fingerprint() == before


def test_the_same_plan_twice_changes_nothing(administrator: User, plan: Any) -> None:
    bring("plan", plan(), administrator, new_account="Alpha")
    before = fingerprint()
    run = bring("plan", plan(), administrator)
    assert (run.status, run.report["skip"], run.report["update"]) == (Import.Status.DONE, 3, 0)
    assert fingerprint() == before


def test_undo_of_a_new_project_leaves_nothing(administrator: User, plan: Any) -> None:
    before = fingerprint(counters=False)
    run = bring("plan", plan(), administrator, new_account="Alpha")
    undo(run=run, by=administrator, now=True)
    assert fingerprint(counters=False) == before
    assert not Calendar.objects.filter(shared=False).exists()


def test_undo_of_a_changed_plan_restores_it(administrator: User, plan: Any) -> None:
    first = bring("plan", plan(), administrator, new_account="Alpha")
    before = fingerprint(counters=False)
    made_at = sorted(Task.all_objects.values_list("name", "created_at"))
    second = bring("plan", plan(Name="Other", Duration="PT16H0M0S", extra=True), administrator)
    assert set(Task.objects.values_list("name", flat=True)) == {"Task 1", "Other", "Task 3", "Task 4"}
    undo(run=second, by=administrator, now=True)
    ProjectMeasure.objects.all().delete()
    measured = fingerprint(counters=False)
    assert set(Task.all_objects.values_list("name", flat=True)) == {"Task 1", "Task 2", "Task 3"}
    assert sorted(Task.all_objects.values_list("name", "created_at")) == made_at
    undo(run=first, by=administrator, now=True)
    assert not Project.objects.exists()
    assert measured != before  # by the measure only, which is computed and was deleted above


def test_undo_is_refused_once_somebody_has_worked_on_the_plan(administrator: User, plan: Any) -> None:
    run = bring("plan", plan(), administrator, new_account="Alpha")
    task = Task.objects.get(uid=1)
    task.version += 1
    task.save()
    with pytest.raises(CannotUndo, match="plan of New shop has been changed since"):
        undo(run=run, by=administrator, now=True)
    assert Project.objects.exists()


def test_amounts_keep_their_currency(administrator: User, document: Any, make_task: Any) -> None:
    rate = {"UID": 7, "Name": "Ada", "Type": 1, "StandardRate": 100, "StandardRateFormat": 2}
    Account.objects.create(name="Case AG", currency="EUR")

    def bring_plan(currency: str, **more: Any) -> Import:
        tasks = [make_task(1)]
        data = (
            document(tasks, resources=[rate], CurrencyCode=currency) if currency else document(tasks, resources=[rate])
        )
        return bring("plan", data, administrator, account=Account.objects.get().pk, **more)

    run = bring_plan("USD")
    assert "Amounts are in USD, the file's currency. The client's is EUR." in str(run.report)
    project = Project.objects.get()
    assert (project.currency, project.resources.get(uid=7).rate) == ("USD", 100)
    before = fingerprint()
    refused = bring_plan("EUR")
    assert problem(refused)["message"] == "is in another currency than the project, which is in USD"
    assert fingerprint() == before
    assert "names no currency" in str(bring_plan("", source="other").report)
    assert Project.objects.get(source="other").currency == "EUR"


def test_a_plan_may_be_kept_apart(administrator: User, plan: Any) -> None:
    bring("plan", plan(), administrator, new_account="Alpha")
    bring("plan", plan(), administrator, new_account="Beta", separate=True)
    assert Project.objects.count() == 2


def test_a_project_manager_chooses_among_visible_clients(uploads: Any, db: None, plan: Any) -> None:
    manager = user(Role.PROJECT_MANAGER, name="Pia")
    hidden = Account.objects.create(name="Hidden")
    for options in ({"account": hidden.pk}, {"account": 10**6}):
        assert problem(bring("plan", plan(), manager, **options))["message"] == "is a client you can't see"
    assert problem(bring("plan", plan(), manager, new_account="Alpha"))["message"].startswith("needs a new account")
    hidden.members.create(user=manager)
    run = bring("plan", plan(), manager, account=hidden.pk)
    assert (run.status, Project.objects.get().manager) == (Import.Status.DONE, manager)


def test_own_codes_links_and_custom_fields_reach_the_plan(administrator: User, document: Any, make_task: Any) -> None:
    custom = {"FieldID": 1, "FieldName": "Text1", "Alias": "Cost centre"}
    data = document(
        [
            make_task(1, Name="Phase", WBS="ACME.01"),
            make_task(
                2,
                Name="Dig",
                OutlineLevel=2,
                WBS="ACME.01.A",
                HyperlinkAddress="https://example.com/spec",
                ExtendedAttribute={"FieldID": 1, "Value": "CC-77"},
            ),
            make_task(3, Name="Pour", OutlineLevel=2, WBS="ACME.01.2"),
            make_task(4, Name="Paint", WBS="2"),
        ],
        ExtendedAttributes={"ExtendedAttribute": custom},
    )
    run = bring("plan", data, administrator, new_account="Alpha")
    rows = outline(Task.objects.all())
    assert [row.wbs for row in rows] == ["ACME.01", "ACME.01.A", "ACME.01.2", "2"]
    assert [row.task.wbs_code for row in rows] == ["ACME.01", "ACME.01.A", "", ""]
    assert rows[1].task.hyperlink == "https://example.com/spec"
    assert rows[1].task.notes == "Custom fields:\nCost centre: CC-77"
    assert "Custom fields are kept in the notes of their tasks: Cost centre (1 task)." in run.report["notes"]
    bring("plan", data, administrator)
    assert [row.wbs for row in outline(Task.objects.all())] == ["ACME.01", "ACME.01.A", "ACME.01.2", "2"]
