"""The status date, actual dates, pauses, and people who are away."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from accord.people.models import Absence, Person, User
from accord.projects.actions.edit_plan import edit_plan, undo_step
from accord.projects.actions.schedule import schedule
from accord.projects.actions.staff_project import add_person
from accord.projects.models import Project, Task
from accord.projects.plan_changes import Invalid
from tests.projects.planning import edit, task, update

pytestmark = pytest.mark.django_db

DAY = 420


def test_unfinished_work_moves_past_the_status_date(project: Project, manager: User) -> None:
    edit(project, manager, "move_unfinished", to="2026-03-09T09:00")
    assert task(project, "Design").start == datetime(2026, 3, 9, 9)
    assert task(project, "Launch").finish == datetime(2026, 3, 11, 17)
    undo_step(plan=project.plan, by=manager)
    assert task(project, "Design").start == datetime(2026, 3, 2, 9)


def test_begun_work_resumes_there_and_what_is_done_stays(project: Project, manager: User) -> None:
    update(project, manager, "Design", percent_complete=50)
    edit(project, manager, "move_unfinished", to="2026-03-09T09:00")
    design = task(project, "Design")
    assert (design.start, design.stop) == (datetime(2026, 3, 2, 9), datetime(2026, 3, 2, 17))
    assert (design.resume, design.finish) == (datetime(2026, 3, 9, 9), datetime(2026, 3, 9, 17))
    assert design.percent_complete == 50


def test_finished_promised_and_manual_tasks_stay(project: Project, manager: User) -> None:
    update(project, manager, "Design", percent_complete=100)
    update(project, manager, "Build", constraint="MSO", constraint_date="2026-03-04T09:00")
    with pytest.raises(Invalid, match="No unfinished work before"):
        edit_plan(plan=project.plan, by=manager, changes=[{"op": "move_unfinished", "to": "2026-03-04T12:00"}])
    assert task(project, "Build").start == datetime(2026, 3, 4, 9)


def test_a_pause_moves_the_rest_and_what_waits_for_it(project: Project, manager: User) -> None:
    edit(project, manager, "split_task", "Design", at="2026-03-02T17:00", resume="2026-03-05T09:00")
    assert task(project, "Design").finish == datetime(2026, 3, 5, 17)
    assert task(project, "Build").start == datetime(2026, 3, 6, 9)
    edit(project, manager, "join_split", "Design")
    assert task(project, "Design").finish == datetime(2026, 3, 3, 17)


def test_a_pause_outside_the_task_is_refused(project: Project, manager: User) -> None:
    with pytest.raises(Invalid, match="between its start and finish"):
        edit(project, manager, "split_task", "Design", at="2026-04-02T17:00", resume="2026-04-05T09:00")


def test_actual_dates_make_the_duration(project: Project, manager: User) -> None:
    update(project, manager, "Design", actual_start="2026-03-03T09:00", actual_finish="2026-03-06T17:00")
    design = task(project, "Design")
    assert (design.duration_minutes, design.percent_complete) == (4 * DAY, 100)
    assert task(project, "Build").start == datetime(2026, 3, 9, 9)


def test_what_remains_makes_the_percentage(project: Project, manager: User) -> None:
    update(project, manager, "Design", percent_complete=50)
    update(project, manager, "Design", remaining_duration=3 * DAY)
    design = task(project, "Design")
    assert (design.duration_minutes, design.percent_complete) == (4 * DAY, 25)
    assert design.finish == datetime(2026, 3, 5, 17)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"optimistic_minutes": 9 * DAY}, "optimistic_minutes"),
        ({"pessimistic_minutes": DAY}, "pessimistic_minutes"),
        ({"remaining_duration": DAY}, "remaining_duration"),
        ({"actual_finish": "2026-03-01T09:00"}, "actual_finish"),
        ({"calendar": 987654}, "calendar"),
        ({"deliverable": 987654}, "deliverable"),
        ({"effort": "magic"}, "effort"),
        ({"priority": 1001}, "priority"),
        ({"estimate_group": "x" * 61}, "estimate_group"),
    ],
)
def test_odd_values_are_refused_by_field(
    project: Project, manager: User, fields: dict[str, object], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        update(project, manager, "Design", **fields)
    assert refused.value.field == field
    assert Task.objects.get(project=project, name="Design").version == task(project, "Design").version == 1


def test_the_plan_waits_for_people_who_are_away(project: Project, manager: User) -> None:
    person = Person.objects.create(name="Ann", share=50)
    resource = add_person(project=project, person=person, by=manager)
    assert resource.max_units == 0.5
    edit(project, manager, "assign", "Design", assignments=[{"resource": resource.pk, "units": 1}])
    assert task(project, "Design").finish == datetime(2026, 3, 3, 17)
    Absence.objects.create(person=person, starts_on=date(2026, 3, 3), ends_on=date(2026, 3, 4))
    schedule(plan=project.plan, by=manager)
    assert task(project, "Design").finish == datetime(2026, 3, 5, 17)
