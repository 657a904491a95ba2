"""What somebody may have worked on: their part of the plans, meetings in their calendar, the week before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from django.utils import timezone

from accord.accounts.models import Interaction
from accord.correspondence.models import CalendarMeeting
from accord.money.models import TimeEntry
from accord.money.suggestions import Evidence, Suggestion
from accord.people.models import Person
from accord.projects.models import Project, Task
from accord.projects.queries_capacity import planned_by_day

WEEK = timedelta(weeks=1)
MEETING = 30  # minutes: what a meeting is taken for, as its length is not kept


class RowKey(NamedTuple):
    """What a row is for, by primary keys. ``code`` is how addresses and pages write it: ``12-34-0``."""

    project: int | None = None
    task: int | None = None
    work_type: int | None = None

    @property
    def code(self) -> str:
        return "-".join(str(key or 0) for key in self)


class Found(NamedTuple):
    """By day and row: minutes that the plans have, minutes of the same day a week before, and meetings."""

    planned: dict[date, dict[RowKey, int]]
    usual: dict[date, dict[RowKey, int]]
    meetings: dict[date, dict[RowKey, Suggestion]]


def key_of(entry: TimeEntry) -> RowKey:
    return RowKey(entry.project_id, entry.task_id, entry.work_type_id)


def evidence_of(person: Person, days: Sequence[date], today: date, before: Iterable[TimeEntry]) -> Found:
    """What may fill the ``days`` in a row up to ``today``; ``before`` are the entries of the week before."""
    rows = [entry for entry in before if entry.task is None or entry.task.percent_complete < 100]
    return Found(_planned(person, days, today), _usual(rows), _meetings(person, days, today))


def _planned(person: Person, days: Sequence[date], today: date) -> dict[date, dict[RowKey, int]]:
    by_task = planned_by_day(person, days, today)
    projects = dict(Task.objects.filter(pk__in=by_task).values_list("pk", "project"))
    found: dict[date, dict[RowKey, int]] = defaultdict(dict)
    for task, minutes in by_task.items():
        for day, part in zip(days, minutes, strict=True):
            if part and task in projects:
                found[day][RowKey(projects[task], task)] = part
    return found


def _usual(before: Iterable[TimeEntry]) -> dict[date, dict[RowKey, int]]:
    found: dict[date, dict[RowKey, int]] = defaultdict(lambda: defaultdict(int))
    for entry in before:
        found[entry.day + WEEK][key_of(entry)] += entry.minutes
    return found


def _meetings(person: Person, days: Sequence[date], today: date) -> dict[date, dict[RowKey, Suggestion]]:
    """Meetings with clients in the person's own calendars, on the project of the client that they worked on last."""
    found: dict[date, dict[RowKey, Suggestion]] = defaultdict(dict)
    if person.user_id is None:
        return found
    first, after = (
        timezone.make_aware(datetime.combine(day, time())) for day in (days[0], days[-1] + timedelta(days=1))
    )
    rows = list(
        CalendarMeeting.objects.filter(
            source_calendar__owner=person.user_id, interaction__kind=Interaction.Kind.MEETING,
            interaction__at__gte=first, interaction__at__lt=after,
        ).order_by("interaction__at").values_list("account_id", "interaction__at", "interaction__subject")
    )  # fmt: skip
    projects = _projects_of(person, {account for account, _, _ in rows}, days) if rows else {}
    for account, at, subject in rows:
        day = timezone.localdate(at)
        if account in projects and day <= today:
            before = found[day].get(row := RowKey(projects[account]))
            minutes = MEETING + (before.minutes if before else 0)
            about = f"{before.about}, {subject}" if before else subject
            found[day][row] = Suggestion(minutes, Evidence.MEETING, about)
    return found


def _projects_of(person: Person, accounts: set[int], days: Sequence[date]) -> dict[int, int]:
    """By client, the project on which the person logged time last, in the eight weeks before."""
    recent = TimeEntry.objects.filter(person=person, day__range=(days[0] - 8 * WEEK, days[-1]))
    rows = recent.filter(project__account__in=accounts, project__status=Project.Status.ACTIVE)
    return dict(rows.order_by("day", "pk").values_list("project__account", "project"))
