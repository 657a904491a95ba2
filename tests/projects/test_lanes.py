"""The board's lanes, and what moving a card means for the plan."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accord.core.editing import Conflict
from accord.people.models import Role, User
from accord.projects.actions.edit_plan import undo_step
from accord.projects.actions.set_task_status import needs, set_task_status
from accord.projects.lanes import Lane, cards_of, in_lanes, lane_of
from accord.projects.models import Project
from accord.projects.plan_rows import Invalid
from tests.projects.planning import task, update

pytestmark = pytest.mark.django_db
WEDNESDAY = datetime(2026, 3, 4, 14)  # Design was planned for Monday and Tuesday


def move(project: Project, by: User, called: str, lane: Lane, now: datetime = WEDNESDAY, **more: Any) -> Any:
    row = task(project, called)
    set_task_status(task=row, lane=lane, by=by, version=row.version, now=now, **more)
    return task(project, called)


def test_doing_begins_today_and_the_plan_follows(project: Project, manager: User) -> None:
    assert lane_of(task(project, "Design")) is Lane.TO_DO
    row = move(project, manager, "Design", Lane.DOING)
    assert (lane_of(row), row.actual_start, row.percent_complete) == (Lane.DOING, datetime(2026, 3, 4, 9), 0)
    assert task(project, "Build").start == datetime(2026, 3, 6, 9)
    undo_step(plan=project.plan, by=manager)
    assert lane_of(task(project, "Design")) is Lane.TO_DO and task(project, "Build").start == datetime(2026, 3, 4, 9)


@pytest.mark.parametrize(
    ("now", "begun"),
    [
        (datetime(2026, 3, 4, 7), datetime(2026, 3, 4, 7)),  # before the hours of the day
        (datetime(2026, 3, 7, 11), datetime(2026, 3, 7, 11)),  # a Saturday
    ],
)
def test_work_out_of_hours_begins_when_it_begins(
    project: Project, manager: User, now: datetime, begun: datetime
) -> None:
    assert move(project, manager, "Design", Lane.DOING, now).actual_start == begun


def test_doing_keeps_what_is_done(project: Project, manager: User) -> None:
    update(project, manager, "Design", percent_complete=40, waiting_for="Texts")
    row = move(project, manager, "Design", Lane.DOING)
    assert (row.percent_complete, row.actual_start, row.waiting_for) == (40, datetime(2026, 3, 2, 9), "")


def test_done_is_finished_now_and_began_as_planned(project: Project, manager: User) -> None:
    row = move(project, manager, "Design", Lane.DONE)
    assert (row.percent_complete, row.actual_start, row.actual_finish) == (100, datetime(2026, 3, 2, 9), WEDNESDAY)
    assert task(project, "Build").start == WEDNESDAY, "what waited for it goes on at once"


def test_done_before_it_was_to_begin_took_as_long_as_planned(project: Project, manager: User) -> None:
    row = move(project, manager, "Build", Lane.DONE, datetime(2026, 3, 3, 17))
    assert (row.actual_start, row.actual_finish, row.duration_minutes) == (
        datetime(2026, 3, 3, 9), datetime(2026, 3, 3, 17), 420,
    )  # fmt: skip


def test_a_milestone_is_done_in_a_moment(project: Project, manager: User) -> None:
    row = move(project, manager, "Launch", Lane.DONE, datetime(2026, 3, 20, 12))
    assert (row.kind, row.duration_minutes, row.actual_start) == ("milestone", 0, datetime(2026, 3, 20, 12))


def test_waiting_says_for_what(project: Project, manager: User) -> None:
    assert needs(task(project, "Design"), Lane.WAITING) == ["waiting_for"]
    with pytest.raises(Invalid) as refused:
        move(project, manager, "Design", Lane.WAITING, waiting_for="  ")
    assert refused.value.field == "waiting_for"
    row = move(project, manager, "Design", Lane.WAITING, waiting_for="the client’s texts")
    assert (lane_of(row), row.waiting_for, row.actual_start) == (Lane.WAITING, "the client’s texts", None)


def test_to_do_forgets_progress_after_asking(project: Project, manager: User) -> None:
    update(project, manager, "Design", percent_complete=40)
    assert needs(task(project, "Design"), Lane.TO_DO) == ["progress"]
    row = move(project, manager, "Design", Lane.TO_DO)
    assert (row.percent_complete, row.actual_start, row.remaining_duration) == (0, None, None)
    assert needs(task(project, "Build"), Lane.TO_DO) == []


@pytest.mark.parametrize(("percent", "lane"), [(Decimal(60), Lane.DOING), (Decimal(0), Lane.DOING)])
def test_what_was_done_goes_on_with_the_share_that_is_said(
    project: Project, manager: User, percent: Decimal, lane: Lane
) -> None:
    move(project, manager, "Design", Lane.DONE)
    assert needs(task(project, "Design"), Lane.DOING) == ["percent"]
    for wrong in (None, Decimal(100)):
        with pytest.raises(Invalid, match="Enter the percent complete"):
            move(project, manager, "Design", Lane.DOING, percent=wrong)
    row = move(project, manager, "Design", Lane.DOING, percent=percent)
    assert (lane_of(row), row.percent_complete, row.actual_finish) == (lane, percent, None)


def test_a_move_needs_the_version_that_was_seen_and_the_right_to_change(project: Project, manager: User) -> None:
    row = task(project, "Design")
    update(project, manager, "Design", name="Draft")
    with pytest.raises(Conflict):
        set_task_status(task=row, lane=Lane.DONE, by=manager, version=row.version, now=WEDNESDAY)
    other = User.objects.create(email="m@firm.test", name="Mo", roles=[Role.MEMBER])
    with pytest.raises(PermissionDenied):
        move(project, other, "Draft", Lane.DONE)
    with pytest.raises(Invalid, match="already in to do"):
        move(project, manager, "Draft", Lane.TO_DO)


def test_lanes_are_in_the_order_of_their_work(project: Project, manager: User) -> None:
    move(project, manager, "Design", Lane.DONE)
    lanes = in_lanes(cards_of(project, timezone.localdate()))
    assert [[card.task.name for card in lanes[lane]] for lane in Lane] == [["Build", "Launch"], [], [], ["Design"]]
