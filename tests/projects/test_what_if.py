"""What-if plans: trials that nobody meets, until they are adopted as one edit."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from accord.conversations.models import Notification
from accord.core.models import Event
from accord.core.search.among import matching_among
from accord.core.search.queries import search
from accord.core.search.schema import install
from accord.people.models import Person, Role, User
from accord.projects.actions.edit_plan import edit_plan, redo_step, undo_step
from accord.projects.actions.take_baseline import take_baseline
from accord.projects.actions.what_if import adopt_what_if, discard_what_if, start_what_if
from accord.projects.models import Assignment, Link, Plan, PlanEdit, Project, ProjectMember, Resource, Task
from accord.projects.plan_changes import Invalid
from accord.projects.plan_comparison import ChangeKind
from accord.projects.queries import load_plan
from accord.projects.queries_what_if import clashes, compared, trial, what_ifs
from tests.projects.planning import edit_task, task, task_of, update

pytestmark = pytest.mark.django_db


@pytest.fixture
def staffed(project: Project, manager: User) -> Project:
    ana = Person.objects.create(name="Ana")
    resource = Resource.objects.create(project=project, uid=1, name="Ana", person=ana)
    for name in ("Design", "Build"):
        Assignment.objects.create(
            project=project, uid=task(project, name).uid, task=task(project, name), resource=resource, work_minutes=420
        )
    return project


@pytest.fixture
def what_if(staffed: Project, manager: User) -> Plan:
    return start_what_if(project=staffed, by=manager, name="Two designers")


def test_a_copy_has_the_same_dates_and_nobody_meets_its_rows(what_if: Plan, project: Project, manager: User) -> None:
    def spans(plan: Plan) -> list[tuple[Any, ...]]:
        rows = load_plan(plan).tasks
        return [(t.uid, t.name, t.start, t.finish, t.work_minutes) for t in rows]

    assert spans(what_if) == spans(project.plan)
    assert what_ifs(project) == [what_if]
    assert what_if.finish == datetime(2026, 3, 4, 17)
    for model, count in ((Task, 3), (Link, 2), (Assignment, 2), (Resource, 1)):
        assert model.objects.count() == count
        assert model.all_objects.filter(plan=what_if).count() == count
        assert not model.objects.visible_to(manager).filter(plan=what_if).exists()
    assert project.tasks.count() == 3
    person = Person.objects.get(name="Ana")
    assert person.resources.count() == 1


def test_an_edit_moves_the_copy_and_leaves_the_plan_and_its_history_alone(
    what_if: Plan, project: Project, manager: User
) -> None:
    events = Event.objects.count()
    step = edit_task(what_if, manager, "Design", fields={"duration_minutes": 4 * 420})
    assert task_of(what_if, "Launch").finish == datetime(2026, 3, 6, 17)
    assert Plan.objects.get(pk=what_if.pk).finish == datetime(2026, 3, 6, 17)
    assert task(project, "Launch").finish == datetime(2026, 3, 4, 17)
    assert Project.objects.get(pk=project.pk).finish == datetime(2026, 3, 4, 17)
    assert (Event.objects.count(), PlanEdit.objects.count()) == (events, 0)
    assert PlanEdit.all_objects.get(plan=what_if) == step.step
    undo_step(plan=what_if, by=manager)
    assert task_of(what_if, "Launch").finish == datetime(2026, 3, 4, 17)
    redo_step(plan=what_if, by=manager)
    assert task_of(what_if, "Launch").finish == datetime(2026, 3, 6, 17)
    with pytest.raises(Invalid, match="Nothing to undo"):
        undo_step(plan=project.plan, by=manager)


def test_both_plans_side_by_side(what_if: Plan, project: Project, manager: User) -> None:
    edit_task(what_if, manager, "Build", fields={"duration_minutes": 3 * 420})
    edit_plan(plan=what_if, by=manager, changes=[{"op": "create_task", "fields": {"name": "Pilot"}, "after": "last"}])
    edit_plan(
        plan=project.plan, by=manager, changes=[{"op": "create_task", "fields": {"name": "Party"}, "after": "last"}]
    )
    found = {row.task.name: (row.fate, row.later) for row in compared(what_if).rows}
    assert found == {
        "Build": (ChangeKind.CHANGED, 2 * 420),
        "Launch": (ChangeKind.CHANGED, 2 * 420),
        "Pilot": (ChangeKind.NEW, None),
        "Party": (ChangeKind.DROPPED, None),
    }


def test_what_was_agreed_holds_for_the_copies(project: Project, manager: User) -> None:
    take_baseline(project=project, by=manager, name="Signed")
    what_if = start_what_if(project=Project.objects.get(pk=project.pk), by=manager, name="Later")
    agreed = {t.uid: t.baselines[0].finish for t in load_plan(what_if).plan.tasks}
    assert agreed == {t.uid: t.baselines[0].finish for t in load_plan(project.plan).plan.tasks}


def test_adoption_is_one_edit_with_all_that_was_tried_and_can_be_undone(
    what_if: Plan, project: Project, manager: User
) -> None:
    beth = Person.objects.create(name="Beth", user=User.objects.create(email="b@firm.test", name="Beth"))
    admin = User.objects.create(email="a@firm.test", name="Ada", roles=[Role.ADMINISTRATOR])

    def state(plan: Plan) -> list[Any]:
        tasks = Task.all_objects.filter(plan=plan, deleted_at=None)
        rows = tasks.order_by("name").values_list("name", "duration_minutes", "start", "finish", "parent__name")
        links = Link.all_objects.filter(plan=plan).values_list("predecessor__name", "successor__name", "type", "lag")
        work = Assignment.all_objects.filter(plan=plan).values_list("task__name", "resource__name", "units")
        return [*rows, *sorted(links), *sorted(work)]

    before = state(project.plan)
    design, build, launch = (task_of(what_if, name) for name in ("Design", "Build", "Launch"))
    link = Link.all_objects.get(plan=what_if, predecessor=build)
    edit_plan(
        plan=what_if, by=admin,
        changes=[
            {"op": "update_task", "id": design.pk, "version": design.version, "fields": {"duration_minutes": 420}},
            {
                "op": "create_task", "temp_id": "t1", "after": build.pk,
                "fields": {"name": "Test", "duration_minutes": 840},
            },
            {"op": "create_link", "source": build.pk, "target": "t1", "type": "FS"},
            {"op": "create_link", "source": "t1", "target": launch.pk, "type": "FS"},
            {"op": "delete_link", "id": link.pk},
            {"op": "create_resource", "temp_id": "r1", "name": "Beth", "person": beth.pk},
            {"op": "assign", "id": "t1", "assignments": [{"resource": "r1", "units": 1}]},
            {"op": "assign", "id": build.pk, "assignments": []},
        ],
    )  # fmt: skip
    wanted = state(what_if)
    assert not ProjectMember.objects.filter(user=beth.user).exists(), "a trial lets nobody in"
    adopt_what_if(plan=what_if, by=admin)
    assert state(project.plan) == wanted
    assert ProjectMember.objects.filter(project=project, user=beth.user).exists()
    assert Notification.objects.filter(user=beth.user).exists()
    assert Event.objects.filter(kind="plan.what_if_adopted").get().after == {"what_if": "Two designers"}
    with pytest.raises(Invalid, match="has been adopted"):
        edit_task(what_if, manager, "Design", fields={"name": "No"})
    undo_step(plan=project.plan, by=admin)
    assert state(project.plan) == before


def test_what_others_changed_since_stays_and_clashes_are_named(what_if: Plan, project: Project, manager: User) -> None:
    edit_task(what_if, manager, "Design", fields={"duration_minutes": 1680, "name": "Sketch"})
    edit_task(what_if, manager, "Sketch", fields={"deadline": "2026-04-01T17:00"})
    update(project, manager, "Design", duration_minutes=1260)
    update(project, manager, "Build", percent_complete=50)
    update(project, manager, "Build", priority=700)
    assert [(c.task, c.field) for c in clashes(trial(what_if))] == [("Design", "duration")]
    adopt_what_if(plan=what_if, by=manager)
    sketch, build = task(project, "Sketch"), task(project, "Build")
    assert (sketch.duration_minutes, sketch.deadline) == (1680, datetime(2026, 4, 1, 17))
    assert (build.percent_complete, build.priority) == (50, 700)


def test_a_task_deleted_here_and_changed_there_is_named(what_if: Plan, project: Project, manager: User) -> None:
    edit_task(what_if, manager, "Build", "delete_task")
    assert clashes(trial(what_if)) == []
    update(project, manager, "Build", percent_complete=40)
    assert [(c.task, c.field) for c in clashes(trial(what_if))] == [
        ("Build", "deleted here, changed in the current plan")
    ]  # fmt: skip
    adopt_what_if(plan=what_if, by=manager)
    assert not Task.objects.filter(project=project, name="Build").exists()


def test_progress_is_nothing_that_can_be_tried(what_if: Plan, project: Project, manager: User) -> None:
    edit_task(what_if, manager, "Design", fields={"percent_complete": 100})
    assert trial(what_if).is_empty
    with pytest.raises(ValidationError, match="changes nothing yet"):
        adopt_what_if(plan=what_if, by=manager)
    assert task(project, "Design").percent_complete == 0


def test_what_was_taken_back_is_not_adopted(what_if: Plan, project: Project, manager: User) -> None:
    edit_task(what_if, manager, "Design", fields={"duration_minutes": 1680})
    edit_task(what_if, manager, "Build", fields={"duration_minutes": 840})
    undo_step(plan=what_if, by=manager)
    adopt_what_if(plan=what_if, by=manager)
    assert (task(project, "Design").duration_minutes, task(project, "Build").duration_minutes) == (1680, 420)


def test_a_discarded_trial_leaves_nothing(what_if: Plan, project: Project, manager: User) -> None:
    edit_task(what_if, manager, "Design", fields={"duration_minutes": 2000})
    discard_what_if(plan=what_if, by=manager)
    assert not Task.all_objects.exclude(plan=project.plan).exists()
    assert not PlanEdit.all_objects.exists()
    assert task(project, "Design").duration_minutes == 840
    with pytest.raises(ValidationError, match="current plan"):
        discard_what_if(plan=project.plan, by=manager)


def test_who_may_not_change_the_project_tries_nothing(what_if: Plan, project: Project) -> None:
    member = User.objects.create(email="m@firm.test", name="Mo", roles=[Role.MEMBER])
    ProjectMember.objects.create(project=project, user=member)
    assert list(Plan.objects.visible_to(member).filter(kind="what_if")) == [what_if]
    for act in (
        lambda: start_what_if(project=project, by=member, name="Mine"),
        lambda: edit_task(what_if, member, "Design", fields={"name": "X"}),
        lambda: adopt_what_if(plan=what_if, by=member),
        lambda: discard_what_if(plan=what_if, by=member),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_a_what_if_needs_a_name(project: Project, manager: User) -> None:
    with pytest.raises(ValidationError) as refused:
        start_what_if(project=project, by=manager, name="")
    assert refused.value.message_dict == {"name": ["Enter what this what-if tries out."]}


def indexed(*tasks: Task) -> set[int]:
    """Those of ``tasks`` that the search index holds, whoever may find them."""
    found = Task.all_objects.filter(search(Task, "kettle"), pk__in=[each.pk for each in tasks])
    return set(found.values_list("pk", flat=True))


def test_the_search_index_holds_only_tasks_that_can_be_found(what_if: Plan, project: Project, manager: User) -> None:
    update(project, manager, "Build", name="Build the kettle")
    edit_task(what_if, manager, "Build", fields={"name": "Buy a kettle"})
    edit_plan(plan=what_if, by=manager, changes=[{"op": "create_task", "fields": {"name": "Clean the kettle"}}])
    own, bought, new = (
        task(project, "Build the kettle"),
        task_of(what_if, "Buy a kettle"),
        task_of(what_if, "Clean the kettle"),
    )
    assert indexed(own, bought, new) == {own.pk}
    install(connection)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM search_version")
    install(connection)  # built anew from the rows
    assert indexed(own, bought, new) == {own.pk}
    adopt_what_if(plan=what_if, by=manager)
    clean = task(project, "Clean the kettle")
    assert indexed(own, bought, new, clean) == {own.pk, clean.pk}
    assert set(matching_among(Task.objects.filter(project=project), "kettle")) == {own, clean}
    undo_step(plan=project.plan, by=manager)
    assert indexed(own, bought, new, clean) == {own.pk}, "undone, the new task is deleted and kept for redoing it"
    redo_step(plan=project.plan, by=manager)
    assert indexed(own, clean) == {own.pk, clean.pk}
    discard_what_if(plan=what_if, by=manager)
    assert indexed(own, clean) == {own.pk, clean.pk}
