"""Who is responsible for a milestone: set in an edit, undone, shown and printed (of files: tests/exchange)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from accord.people.models import Person, Role, User
from accord.projects.actions.edit_plan import redo_step, undo_step
from accord.projects.models import Project
from accord.projects.plan_content import content_of
from accord.projects.plan_rows import Invalid
from accord.projects.queries import load_plan
from accord.web.projects.print_plan import Wish, layout
from tests.factories import browser_of
from tests.projects.planning import edit, task, update

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann() -> Person:
    return Person.objects.create(name="Ann Berg", email="ann@firm.test")


def test_a_milestone_has_an_owner_until_undone(project: Project, manager: User, ann: Person) -> None:
    update(project, manager, "Launch", milestone_owner=ann.pk)
    assert task(project, "Launch").milestone_owner == ann
    undo_step(plan=project.plan, by=manager)
    assert task(project, "Launch").milestone_owner is None
    redo_step(plan=project.plan, by=manager)
    assert task(project, "Launch").milestone_owner == ann
    update(project, manager, "Launch", milestone_owner=None)
    assert task(project, "Launch").milestone_owner is None


def test_only_milestones_have_one(project: Project, manager: User, ann: Person) -> None:
    with pytest.raises(Invalid, match="only a milestone has an owner") as refused:
        update(project, manager, "Design", milestone_owner=ann.pk)
    assert refused.value.field == "milestone_owner"
    update(project, manager, "Launch", milestone_owner=ann.pk)
    update(project, manager, "Launch", duration_minutes=420)  # a milestone that gets a length is work
    assert (task(project, "Launch").kind, task(project, "Launch").milestone_owner) == ("task", None)
    undo_step(plan=project.plan, by=manager)
    assert task(project, "Launch").milestone_owner == ann


@pytest.mark.parametrize("value", [10**9, True, "1", 1.5, []])
def test_an_owner_is_a_person_of_the_firm(project: Project, manager: User, value: Any) -> None:
    with pytest.raises(Invalid, match="doesn't exist or has left"):
        update(project, manager, "Launch", milestone_owner=value)


def test_someone_who_has_left_is_refused(project: Project, manager: User, ann: Person) -> None:
    Person.objects.filter(pk=ann.pk).update(left_on=date(2026, 1, 1))
    with pytest.raises(Invalid, match="has left the firm"):
        update(project, manager, "Launch", milestone_owner=ann.pk)


def test_a_new_row_may_come_with_its_owner(project: Project, manager: User, ann: Person) -> None:
    fields = {"name": "Handover", "kind": "milestone", "milestone_owner": ann.pk}
    edit(project, manager, "create_task", temp_id="new", parent=None, after="last", fields=fields)
    assert task(project, "Handover").milestone_owner == ann


def test_the_api_and_the_print_name_the_owner(project: Project, manager: User, ann: Person) -> None:
    client = browser_of(manager)
    assert client.get(f"/api/projects/{project.pk}/plan").json()["people"] == []
    launch = task(project, "Launch")
    change = {
        "op": "update_task",
        "id": launch.pk,
        "version": launch.version,
        "fields": {"milestone_owner": ann.pk},
    }
    answer = client.post(
        f"/api/projects/{project.pk}/plan/changes", {"changes": [change]}, content_type="application/json"
    ).json()
    assert answer["people"] == [{"id": ann.pk, "name": "Ann Berg"}]
    plan = client.get(f"/api/projects/{project.pk}/plan").json()
    owners = {row["name"]: row["milestone_owner"] for row in plan["tasks"]}
    assert owners == {"Design": None, "Build": None, "Launch": ann.pk}
    assert plan["people"] == [{"id": ann.pk, "name": "Ann Berg"}]
    project.refresh_from_db()
    printed = layout(project, load_plan(project.plan), Wish(columns=("owner",)), today=date(2026, 3, 2))
    texts = [[cell["text"] for cell in cells] for page in printed["pages"] for cells in page["cells"]]
    assert [cells[-1] for cells in texts] == ["", "", "Ann\N{NO-BREAK SPACE}Berg"]


def test_a_plan_that_begins_with_this_one_leaves_people_out(project: Project, manager: User, ann: Person) -> None:
    update(project, manager, "Launch", milestone_owner=ann.pk)
    assert "Ann" not in str(content_of(project)) and "milestone_owner" not in str(content_of(project))


def test_who_may_not_change_the_plan_sets_no_owner(project: Project, ann: Person) -> None:
    other = User.objects.create(email="m@firm.test", name="Max", roles=[Role.MEMBER])
    client = browser_of(other)
    launch = task(project, "Launch")
    change = {"op": "update_task", "id": launch.pk, "version": 1, "fields": {"milestone_owner": ann.pk}}
    url = f"/api/projects/{project.pk}/plan/changes"
    assert client.post(url, {"changes": [change]}, content_type="application/json").status_code in (403, 404)
    assert task(project, "Launch").milestone_owner is None
