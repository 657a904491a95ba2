"""The three ways in which a task, or a project, is late. Every page, filter, chart and API answer asks here.

Only what is unfinished is late; summaries and tasks that are put aside are not tasks in this sense, nor is level of
effort, which only lasts as long as the work it supports and is earned as planned.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from enum import StrEnum

from django.db.models import Case, Exists, Expression, F, OuterRef, Q, QuerySet, Value, When

from accord.core.fields import DayEnd, WallTimeField
from accord.core.texts import gettext_lazy
from accord.projects.models import BaselineTask, Project, Task


class Late(StrEnum):
    """How something is late."""

    SLIPPED = "slipped"
    PAST_DEADLINE = "past_deadline"
    BEHIND = "behind"

    @property
    def label(self) -> str:
        return str(LABELS[self])

    @property
    def definition(self) -> str:
        return DEFINITIONS[self]


FEW = 500
LABELS = {
    Late.SLIPPED: gettext_lazy("Slipped"),
    Late.PAST_DEADLINE: gettext_lazy("Past deadline"),
    Late.BEHIND: gettext_lazy("Behind schedule"),
}
DEFINITIONS = {
    Late.SLIPPED: gettext_lazy("Planned to finish after its finish in the current baseline."),
    Late.PAST_DEADLINE: gettext_lazy("Planned to finish after its deadline or promised date."),
    Late.BEHIND: gettext_lazy("Planned to start or finish before the status date, but has not."),
}


def measured_at(project: Project, today: date) -> datetime:
    """The moment by which planned work should have been done: the stop of a stopped project, its status date, or today.

    A date without a time is the end of that day; today itself is not over yet, so it counts from its beginning.
    """
    if project.is_stopped and project.stopped_on is not None:
        return datetime.combine(project.stopped_on, time.min) + timedelta(days=1)
    if project.status_date is not None:
        ends = project.status_date.time() == time.min
        return project.status_date + timedelta(days=1) if ends else project.status_date
    return datetime.combine(today, time.min)


def measured_at_each(today: date) -> Expression:
    """:func:`measured_at` of a task's project, worked out by the database: for tasks of several projects."""
    stopped = Q(project__status__in=Project.STOPPED, project__stopped_on__isnull=False)
    return Case(
        When(stopped, then=DayEnd(F("project__stopped_on"))),
        When(project__status_date__isnull=False, then=DayEnd(F("project__status_date"))),
        default=Value(datetime.combine(today, time.min), WallTimeField()),
        output_field=WallTimeField(),
    )


def with_lateness(tasks: QuerySet[Task], moment: datetime | Expression) -> QuerySet[Task]:
    """``tasks`` with ``slipped``, ``past_deadline`` and ``behind`` (each a bool), as of ``moment``."""
    counts = Q(active=True, percent_complete__lt=100)
    counts &= ~Q(kind__in=(Task.Kind.SUMMARY, Task.Kind.LEVEL_OF_EFFORT))
    agreed = BaselineTask.objects.filter(baseline__number=0, task=OuterRef("pk"), finish__lt=OuterRef("finish"))
    not_begun = Q(start__lt=moment, percent_complete=0, actual_start=None)
    return tasks.annotate(
        slipped=Q(counts, Exists(agreed)),
        past_deadline=Q(counts, finish__gt=F("deadline"), deadline__isnull=False),
        behind=Q(counts, Q(finish__lte=moment) | not_begun, finish__isnull=False),
    )


def late_tasks(tasks: QuerySet[Task], moment: datetime | Expression, how: Late | None = None) -> QuerySet[Task]:
    """Those of ``tasks`` that are late, in the one way asked for or in any."""
    return those_late(with_lateness(tasks, moment), how)


def those_late(tasks: QuerySet[Task], how: Late | None = None) -> QuerySet[Task]:
    """Those that are late of tasks :func:`with_lateness`."""
    any_way = Q(slipped=True) | Q(past_deadline=True) | Q(behind=True)
    return tasks.filter(any_way if how is None else Q(**{how.value: True}))


def ways_late(task: Task) -> list[Late]:
    """How a task fetched by :func:`with_lateness` is late; empty if it is not."""
    return [how for how in Late if getattr(task, how.value)]


def late_by_task(project: Project, today: date, only: set[int] | None = None) -> dict[int, list[Late]]:
    """The late tasks of ``project`` (or those of ``only``) by key, each with how it is late. One query."""
    rows = Task.objects.filter(project=project)
    if only is not None and len(only) <= FEW:  # a database takes only so many parameters
        rows = rows.filter(pk__in=only)
    found = late_tasks(rows, measured_at(project, today)).order_by()
    return {
        pk: [how for how, holds in zip(Late, facts, strict=True) if holds]
        for pk, *facts in found.values_list("pk", *(how.value for how in Late))
    }


def project_lateness(project: Project, baseline_finish: datetime | None) -> dict[Late, timedelta]:
    """How an unfinished project is late, and by how much: against its baseline, and against its promised finish."""
    if project.status == Project.Status.CLOSED or project.finish is None:
        return {}
    agreed = {Late.SLIPPED: baseline_finish, Late.PAST_DEADLINE: project.target_finish}
    return {how: project.finish - day for how, day in agreed.items() if day is not None and project.finish > day}
