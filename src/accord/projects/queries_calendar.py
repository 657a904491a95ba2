"""A month of a project, or of tasks across projects: what finishes, which dates are to be kept, and who is away."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet

from accord.people.models import Absence, Person
from accord.projects.models import Project, Task
from accord.projects.queries_late import measured_at, with_lateness


@dataclass(slots=True)
class Day:
    """One day with its tasks; ``away`` are the people of the team who are not there."""

    date: date
    finishes: list[Task] = field(default_factory=list)
    milestones: list[Task] = field(default_factory=list)
    deadlines: list[Task] = field(default_factory=list)
    away: list[Person] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.finishes or self.milestones or self.deadlines or self.away)


def weeks_of(project: Project, month: date, today: date) -> list[list[Day]]:
    """The weeks, Monday to Sunday, that have a day of ``month``; in two queries."""
    begin, end = span_of(month)
    leaves = Task.objects.filter(project=project, active=True).exclude(kind=Task.Kind.SUMMARY)
    weeks = task_weeks(in_span(with_lateness(leaves, measured_at(project, today)), month), month)
    days = {day.date: day for week in weeks for day in week}
    team = Person.objects.filter(resources__project=project)
    absences = Absence.objects.filter(person__in=team, starts_on__lte=end, ends_on__gte=begin).select_related("person")
    away: dict[date, dict[int, Person]] = defaultdict(dict)
    for absence in absences:
        for number in range((min(absence.ends_on, end) - max(absence.starts_on, begin)).days + 1):
            away[max(absence.starts_on, begin) + timedelta(days=number)][absence.person_id] = absence.person
    for when, people in away.items():
        days[when].away = sorted(people.values(), key=lambda person: person.name)
    return weeks


def span_of(month: date) -> tuple[date, date]:
    """The Monday and the Sunday between which ``month`` is shown."""
    first = month.replace(day=1)
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    return first - timedelta(days=first.weekday()), last + timedelta(days=6 - last.weekday())


def in_span(tasks: QuerySet[Task], month: date) -> QuerySet[Task]:
    """Those that finish, or are due, on a day that ``month`` shows, in the order of their finish."""
    begin, end = span_of(month)
    span = (datetime.combine(begin, time()), datetime.combine(end + timedelta(days=2), time()))
    within = Q(finish__gte=span[0], finish__lt=span[1]) | Q(deadline__gte=span[0], deadline__lt=span[1])
    return tasks.filter(within).order_by("finish", "order", "pk")


def task_weeks(tasks: Iterable[Task], month: date) -> list[list[Day]]:
    """The weeks of ``month`` with these tasks. One that finishes at midnight belongs to the day before."""
    begin, end = span_of(month)
    days = {
        begin + timedelta(days=number): Day(begin + timedelta(days=number)) for number in range((end - begin).days + 1)
    }
    for task in tasks:
        if (on := _day(task.finish)) in days:
            held = days[on].milestones if task.kind == Task.Kind.MILESTONE else days[on].finishes
            held.append(task)
        if (on := _day(task.deadline)) in days:
            days[on].deadlines.append(task)
    rows = list(days.values())
    return [rows[number : number + 7] for number in range(0, len(rows), 7)]


def _day(moment: datetime | None) -> date:
    if moment is None:
        return date.min
    return (moment - timedelta(days=1) if moment.time() == time() else moment).date()
