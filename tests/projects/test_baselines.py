"""Baselines: choosing one, forgetting one, comparing two, and the plan as it was at any moment."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accord.core import editing
from accord.core.models import Event
from accord.people.models import Role, User
from accord.projects.actions.edit_plan import redo_step, undo_step
from accord.projects.actions.schedule import schedule
from accord.projects.actions.select_baseline import remove_baseline, select_baseline
from accord.projects.actions.take_baseline import take_baseline
from accord.projects.models import Baseline, Project, Task
from accord.projects.plan_comparison import ChangeKind, Comparison, compare, state_of, state_of_baseline
from accord.projects.plan_history import changes_since
from accord.projects.plan_hours import PlanHours
from tests.projects.planning import edit, task, update

pytestmark = pytest.mark.django_db
DAY = 420  # minutes of a working day, 9 to 17 with an hour's break


def numbers(project: Project) -> dict[str, int]:
    return {b.name: b.number for b in Baseline.objects.filter(project=project)}


def test_the_chosen_baseline_changes_places_with_the_one_before(project: Project, manager: User) -> None:
    signed = take_baseline(project=project, by=manager, name="Signed")
    take_baseline(project=project, by=manager, name="Change 1")
    take_baseline(project=project, by=manager, name="Change 2")
    assert numbers(project) == {"Signed": 1, "Change 1": 2, "Change 2": 0}
    before = project.plan.changed_at
    select_baseline(baseline=signed, by=manager)
    assert numbers(project) == {"Signed": 0, "Change 1": 2, "Change 2": 1}
    assert Project.objects.get(pk=project.pk).plan.changed_at > before
    event = Event.objects.about(project).latest("pk")
    assert (event.kind, event.before, event.after["baseline"]) == (
        "baseline.selected", {"baseline": "Change 2"}, "Signed",
    )  # fmt: skip
    select_baseline(baseline=Baseline.objects.get(pk=signed.pk), by=manager)
    assert Event.objects.about(project).latest("pk") == event, "choosing it again is no action"


def test_the_baseline_in_use_cannot_be_forgotten(project: Project, manager: User) -> None:
    old = take_baseline(project=project, by=manager, name="Old")
    new = take_baseline(project=project, by=manager, name="New")
    with pytest.raises(ValidationError, match="“New” is the current baseline"):
        remove_baseline(baseline=new, by=manager)
    remove_baseline(baseline=old, by=manager)
    assert numbers(project) == {"New": 0}
    assert Event.objects.about(project).latest("pk").kind == "record.deleted"


def test_only_who_may_change_the_plan_chooses(project: Project, manager: User) -> None:
    baseline = take_baseline(project=project, by=manager)
    other = User.objects.create(email="m@firm.test", name="Mo", roles=[Role.MEMBER])
    for action in (select_baseline, remove_baseline):
        with pytest.raises(PermissionDenied):
            action(baseline=baseline, by=other)


def compared(project: Project, before: Baseline, **more: Any) -> Comparison:
    tasks = list(Task.all_objects.filter(project=project))
    calendar = PlanHours(project).of_calendar(None)
    return compare(tasks, state_of_baseline(before), state_of(tasks), calendar, **more)


def test_a_comparison_tells_what_moved_what_is_new_and_what_was_dropped(project: Project, manager: User) -> None:
    agreed = take_baseline(project=project, by=manager)
    update(project, manager, "Design", duration_minutes=3 * DAY)
    edit(project, manager, "delete_task", "Launch")
    edit(project, manager, "create_task", temp_id="x", parent=None, after="last", fields={"name": "Party"})
    found = compared(project, agreed)
    assert {row.task.name: (row.fate, row.later) for row in found.rows} == {
        "Design": (ChangeKind.CHANGED, DAY), "Build": (ChangeKind.CHANGED, DAY), "Launch": (ChangeKind.DROPPED, None),
        "Party": (ChangeKind.NEW, None),
    }  # fmt: skip
    assert found.later == DAY
    assert [row.task.name for row in compared(project, agreed, later_than=DAY - 1).rows] == ["Design", "Build"]
    assert compared(project, agreed, later_than=DAY).rows == []


def test_summaries_lead_to_what_differs_below_them(project: Project, manager: User) -> None:
    """Only work changed: the summary's own values do too, but the phase beside it stays out."""
    for name, child in (("Phase", "Build"), ("Other", "Launch")):
        made = edit(project, manager, "create_task", temp_id="x", parent=None, after="last", fields={"name": name})
        edit(project, manager, "move_task", child, parent=made.created["x"], after=None)
    agreed = take_baseline(project=project, by=manager)
    Task.objects.filter(name="Build").update(fixed_cost=Decimal(500))
    schedule(plan=project.plan, by=manager)
    found = compared(project, agreed)
    assert [(row.task.name, row.row.level) for row in found.rows] == [("Phase", 1), ("Build", 2)]
    assert (found.before.cost, found.after.cost) == (0, 500), "summaries are not counted twice"


def finishes(project: Project) -> dict[str, datetime | None]:
    return {t.name: t.finish for t in Task.objects.filter(project=project)}


def test_the_plan_as_it_was_has_the_dates_of_all_that_followed(project: Project, manager: User) -> None:
    """Only Design is touched; Build and Launch follow. All three are told from the one edit."""
    before, since = finishes(project), timezone.now()
    update(project, manager, "Design", duration_minutes=4 * DAY)
    found = changes_since(project, since)
    assert [event.after["edit"] for event in found.events] == ["change “Design”"]
    assert {row.task.name: (row.before.finish, row.later) for row in found.comparison.rows if row.before} == {
        name: (finish, 2 * DAY) for name, finish in before.items()
    }
    assert found.why == "" and found.comparison.later == 2 * DAY


def test_links_new_tasks_deleted_tasks_and_a_new_start_are_taken_back(project: Project, manager: User) -> None:
    before, since = finishes(project), timezone.now()
    edit(project, manager, "create_link", source=task(project, "Design").pk, target=task(project, "Launch").pk)
    edit(project, manager, "create_task", temp_id="x", parent=None, after="last", fields={"name": "Party"})
    edit(project, manager, "create_link", source=task(project, "Launch").pk, target=task(project, "Party").pk)
    edit(project, manager, "delete_task", "Build")
    fresh = Project.objects.get(pk=project.pk)
    editing.change(fresh, by=manager, version=fresh.version, start=project.start + timedelta(days=7))
    schedule(plan=Project.objects.get(pk=project.pk).plan, by=manager)
    found = changes_since(Project.objects.get(pk=project.pk), since)
    then = {row.task.name: row.before.finish for row in found.comparison.rows if row.before}
    assert then == before
    assert {row.task.name: row.fate for row in found.comparison.rows} == {
        "Design": ChangeKind.CHANGED, "Build": ChangeKind.DROPPED, "Launch": ChangeKind.CHANGED,
        "Party": ChangeKind.NEW,
    }  # fmt: skip


def test_what_was_undone_has_no_effect_and_what_was_redone_has(project: Project, manager: User) -> None:
    update(project, manager, "Design", duration_minutes=3 * DAY)
    since = timezone.now()
    undo_step(plan=project.plan, by=manager)
    assert changes_since(project, since).comparison.later == -DAY
    redo_step(plan=project.plan, by=manager)
    found = changes_since(project, since)
    assert (found.comparison.rows, len(found.events)) == ([], 2)


def test_the_trail_ends_where_the_plan_was_replaced(project: Project, manager: User) -> None:
    since = timezone.now()
    update(project, manager, "Design", duration_minutes=3 * DAY)
    event = Event.objects.about(project).latest("pk")
    Event.objects.filter(pk=event.pk).update(kind="plan.imported", before={})
    update(project, manager, "Build", duration_minutes=3 * DAY)
    found = changes_since(project, since)
    assert found.since == event.at and "imported plan" in found.why
    assert {row.task.name for row in found.comparison.rows} == {"Build", "Launch"}


def test_since_a_baseline_the_baseline_itself_is_compared(project: Project, manager: User) -> None:
    agreed = take_baseline(project=project, by=manager)
    update(project, manager, "Build", duration_minutes=2 * DAY)
    found = changes_since(project, agreed.taken_at, agreed)
    assert {row.task.name: row.later for row in found.comparison.rows} == {"Build": DAY, "Launch": DAY}
    assert [event.kind for event in found.events] == ["plan.edited", "baseline.taken"]
