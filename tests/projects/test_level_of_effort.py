"""Level of effort in the app: a task type that follows the work it supports, through edits, imports and copies."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest

from accord.engines.money.plan_value import of_plan
from accord.engines.planning import plan as engine
from accord.people.models import User
from accord.projects.actions.copy_plan import start_from
from accord.projects.actions.edit_plan import undo_step
from accord.projects.actions.schedule import schedule
from accord.projects.actions.store_plan import store_plan
from accord.projects.actions.take_baseline import take_baseline
from accord.projects.models import Project, Task
from accord.projects.plan_changes import Invalid
from accord.projects.plan_content import content_of
from accord.projects.queries import load_plan
from accord.projects.queries_late import late_by_task
from tests.projects.planning import edit, task, update

pytestmark = pytest.mark.django_db


@pytest.fixture
def steered(project: Project, manager: User) -> Project:
    """The small plan with project management beside it."""
    Task.objects.create(project=project, uid=9, name="Steering", order=512, duration_minutes=420)
    update(project, manager, "Steering", kind="effort")
    return project


def span(project: Project, called: str) -> tuple[datetime, datetime]:
    row = task(project, called)
    assert row.start is not None and row.finish is not None
    return row.start, row.finish


def test_it_lasts_as_long_as_the_work(steered: Project, manager: User) -> None:
    assert span(steered, "Steering") == (span(steered, "Design")[0], span(steered, "Build")[1])
    assert task(steered, "Steering").duration_minutes == 3 * 420
    update(steered, manager, "Build", duration_minutes=3 * 420)
    assert span(steered, "Steering")[1] == span(steered, "Build")[1]
    assert task(steered, "Steering").duration_minutes == 5 * 420
    assert not task(steered, "Steering").critical


def test_links_say_what_it_supports(steered: Project, manager: User) -> None:
    build, steering = task(steered, "Build").pk, task(steered, "Steering").pk
    edit(steered, manager, "create_link", source=build, target=steering)
    assert span(steered, "Steering") == span(steered, "Build")
    # It waits for nothing and holds nothing up, so a link back makes no circle.
    edit(steered, manager, "create_link", source=steering, target=build, type="FF")
    assert span(steered, "Steering") == span(steered, "Build")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("start", "2026-03-10T09:00"),
        ("finish", "2026-03-30T09:00"),
        ("duration_minutes", 420),
        ("constraint", "SNET"),
        ("optimistic_minutes", 60),
        ("manual", True),
    ],
)
def test_its_dates_cannot_be_set(steered: Project, manager: User, field: str, value: object) -> None:
    before = span(steered, "Steering")
    more = {"constraint_date": "2026-03-10T09:00"} if field == "constraint" else {}
    with pytest.raises(Invalid, match="takes its dates from the work it supports"):
        update(steered, manager, "Steering", **{field: value}, **more)
    assert span(steered, "Steering") == before


def test_becoming_one_drops_what_was_decided_about_dates(project: Project, manager: User) -> None:
    update(project, manager, "Build", start="2026-03-20T09:00", priority=700)
    update(project, manager, "Build", kind="effort")
    row = task(project, "Build")
    assert (row.constraint, row.constraint_date, row.priority) == ("ASAP", None, 700)
    update(project, manager, "Build", kind="task", duration_minutes=420)
    assert task(project, "Build").kind == Task.Kind.TASK


def test_it_is_earned_as_planned_and_counts_in_no_progress(steered: Project, manager: User) -> None:
    Task.objects.filter(project=steered, name="Steering").update(fixed_cost=Decimal(900))
    schedule(plan=steered.plan, by=None)
    take_baseline(project=steered, by=manager)
    plan = load_plan(steered.plan).plan
    found = of_plan(plan, datetime(2026, 3, 3, 17))
    row = next(row for row in found.rows if row.name == "Steering")
    assert row.pv == row.ev == Decimal(600)  # two of three days


def test_moving_unfinished_work_leaves_it(steered: Project, manager: User) -> None:
    edit(steered, manager, "move_unfinished", to="2026-03-09T09:00")
    assert task(steered, "Steering").constraint == "ASAP"
    assert span(steered, "Steering")[0] == span(steered, "Design")[0]


def test_a_file_imported_again_keeps_it(steered: Project, manager: User) -> None:
    plan = load_plan(steered.plan).plan
    plain = replace(plan, tasks=tuple(replace(row, level_of_effort=False) for row in plan.tasks))
    store_plan(project=steered, plan=plain, by=manager)
    assert task(steered, "Steering").kind == Task.Kind.LEVEL_OF_EFFORT
    assert task(steered, "Design").kind == Task.Kind.TASK


def test_a_copy_has_it_too(steered: Project, manager: User) -> None:
    target = Project.objects.create(
        account=steered.account, name="Again", start=datetime(2026, 6, 1, 9), manager=manager
    )
    start_from(project=target, content=content_of(steered), by=manager)
    assert task(target, "Steering").kind == Task.Kind.LEVEL_OF_EFFORT
    assert span(target, "Steering") == (span(target, "Design")[0], span(target, "Build")[1])


def test_undo_brings_the_type_back(steered: Project, manager: User) -> None:
    update(steered, manager, "Steering", kind="milestone")
    undo_step(plan=steered.plan, by=manager)
    assert task(steered, "Steering").kind == Task.Kind.LEVEL_OF_EFFORT


def test_what_files_say_of_resources_and_overtime_survives_storing(project: Project, manager: User) -> None:
    plan = load_plan(project.plan).plan
    ada = engine.Resource(
        1,
        "Ada",
        availability=(
            engine.Availability(None, date(2026, 3, 6), 1.0),
            engine.Availability(date(2026, 3, 16), None, 0.5),
        ),
        accrual=engine.Accrual.END,
    )
    work = engine.Assignment(1, 1, 1, work=840, overtime=120, actual_overtime=60)
    tasks = (replace(plan.tasks[0], fixed_cost_accrual=engine.Accrual.START), *plan.tasks[1:])
    store_plan(project=project, plan=replace(plan, tasks=tasks, resources=(ada,), assignments=(work,)), by=manager)
    again = load_plan(project.plan).plan
    assert again.resources[0].availability == ada.availability
    assert again.resources[0].accrual is engine.Accrual.END
    assert (again.assignments[0].overtime, again.assignments[0].actual_overtime) == (120, 60)
    assert again.tasks[0].fixed_cost_accrual is engine.Accrual.START


def test_it_is_never_late_by_itself(steered: Project) -> None:
    late = late_by_task(steered, date(2026, 12, 1))
    assert task(steered, "Design").pk in late and task(steered, "Steering").pk not in late
