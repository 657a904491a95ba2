"""Recurring tasks: a summary with one task for each time."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from accord.engines.calendars.recurrence import DayOff, Every, Recurrence
from accord.people.models import Calendar, Role, User
from accord.projects.actions.edit_plan import undo_step
from accord.projects.actions.repeat_task import repeat_task
from accord.projects.actions.schedule import schedule
from accord.projects.models import Assignment, PlanEdit, Project, Resource, Task
from accord.projects.outline import outline
from accord.projects.plan_changes import Invalid
from tests.factories import create_project

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 3, 2, 9)


@pytest.fixture
def project(manager: User) -> Project:
    """The third Monday is a holiday."""
    closed = [{"start": "2026-03-16", "finish": "2026-03-16", "intervals": [], "name": "Holiday"}]
    calendar = Calendar.objects.create(name="Five days", exceptions=closed)
    project = create_project(manager=manager, calendar=calendar)
    Task.objects.create(project=project, uid=1, name="Build", order=1024, duration_minutes=20 * 420)
    schedule(plan=project.plan, by=None)
    return project


def rule(**values: Any) -> Recurrence:
    given: dict[str, Any] = {"first": date(2026, 3, 2), "at": time(10), "weekdays": (0,), "count": 4}
    return Recurrence(Every.WEEKS, **(given | values))


def times(project: Project) -> list[datetime | None]:
    return [t.start for t in Task.objects.filter(project=project, parent__name="Status meeting").order_by("order")]


def meet(project: Project, by: User, rule: Recurrence, **values: Any) -> Any:
    return repeat_task(project=project, name="Status meeting", rule=rule, duration_minutes=60, by=by, **values)


def test_every_meeting_is_a_task_on_its_day(project: Project, manager: User) -> None:
    pat = Resource.objects.create(project=project, uid=1, name="Pat")
    meet(project, manager, rule(), resources=[pat])
    assert [(row.wbs, row.task.name) for row in outline(Task.objects.filter(project=project))][1:] == [
        ("2", "Status meeting"),
        ("2.1", "Status meeting 1"),
        ("2.2", "Status meeting 2"),
        ("2.3", "Status meeting 3"),
        ("2.4", "Status meeting 4"),
    ]
    days = [2, 9, 17, 23]  # the 16th is a holiday: moved
    assert times(project) == [datetime(2026, 3, day, 10) for day in days]
    assert Task.objects.get(name="Status meeting").kind == "summary"
    assert Task.objects.get(name="Status meeting 3").constraint == "SNET"
    assert Assignment.objects.filter(resource=pat, work_minutes=60).count() == 4


def test_a_day_off_may_be_left_out(project: Project, manager: User) -> None:
    meet(project, manager, rule(day_off=DayOff.LEAVE_OUT))
    assert times(project) == [datetime(2026, 3, day, 10) for day in (2, 9, 23)]


def test_one_undo_takes_all_of_it_back(project: Project, manager: User) -> None:
    meet(project, manager, rule())
    assert PlanEdit.objects.get().label == "add “Status meeting”"
    undo_step(plan=project.plan, by=manager)
    assert [task.name for task in Task.objects.filter(project=project)] == ["Build"]


def test_it_stands_below_the_summary_that_was_named(project: Project, manager: User) -> None:
    above = Task.objects.create(project=project, uid=9, name="Management", order=4096)
    meet(project, manager, rule(), parent=above)
    assert Task.objects.get(name="Status meeting").parent == above


@pytest.mark.parametrize(
    ("field", "values"),
    [("weekdays", {"weekdays": ()}), ("first", {"first": date(2026, 2, 2)}), ("count", {"count": 501})],
)
def test_a_rhythm_that_cannot_be_names_its_field(
    project: Project, manager: User, field: str, values: dict[str, Any]
) -> None:
    with pytest.raises(Invalid) as refused:
        meet(project, manager, rule(**values))
    assert refused.value.field == field
    assert Task.objects.count() == 1


def test_only_who_may_change_the_plan(project: Project) -> None:
    stranger = User.objects.create(email="s@firm.test", name="Sam", roles=[Role.PROJECT_MANAGER])
    with pytest.raises(PermissionDenied):
        meet(project, stranger, rule())
