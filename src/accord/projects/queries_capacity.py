"""Who has how much time, and what takes it: plans, allocations and absences across all projects.

Load counts in numbers for everybody; which project it comes from is told only where the reader may see the project
(:func:`names_of`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet, Subquery

from accord.engines.calendars.working_time import WorkCalendar, compile_calendars
from accord.engines.planning.capacity import Available, CapacityAllocation, Cell, Work, Worker, load, split, spread
from accord.people.models import Absence, Calendar, Firm, JobRole, Person
from accord.projects.models import Allocation, Assignment, Project, Resource, Task

WEEK = timedelta(weeks=1)
DAY = timedelta(days=1)
COLUMNS = (
    "pk", "project_id", "task_id", "task__name", "task__start", "task__finish", "task__percent_complete", "start",
    "finish", "work_minutes", "actual_work_minutes", "remaining_work_minutes", "resource__person_id",
    "resource__job_role_id",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One task's part of somebody's week. ``task`` and ``project`` are primary keys."""

    task: int
    name: str
    project: int
    minutes: int
    start: datetime
    finish: datetime


@dataclass(frozen=True, slots=True)
class Overbooked:
    """A person of a project with the weeks in which they are promised more than they have."""

    person: Person
    weeks: list[tuple[date, int | None]]  # Monday and load in per cent; None where they are not there at all


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def weeks_from(monday: date, count: int) -> list[date]:
    """The edges of ``count`` weeks."""
    return [monday + n * WEEK for n in range(count + 1)]


def weeks_between(first: date, last: date) -> list[date]:
    """The edges of the weeks of a period, cut to its two days (both included)."""
    end = last + timedelta(days=1)
    edges = [first]
    while (following := monday_of(edges[-1]) + WEEK) < end:
        edges.append(following)
    return [*edges, end]


def load_of(people: Sequence[Person], edges: Sequence[date], today: date) -> dict[int, tuple[Cell, ...]]:
    """The cells of each person (by primary key) for the periods between ``edges``: six queries, however many."""
    workers = workers_of(people, edges)
    works = [part for row in _assignments(people, edges) for part in _works(row, today)]
    return load(workers, works, _bookings(people, edges), edges)


def demand_of_roles(edges: Sequence[date], today: date) -> dict[JobRole, list[int]]:
    """Minutes that plans ask of job roles that no one fills yet, between the ``edges``: in the firm's working time.

    Four queries; roles without demand are left out.
    """
    rows = list(_planned(edges).filter(resource__person=None).exclude(resource__job_role=None).values(*COLUMNS))
    if not rows:
        return {}
    calendars, usual = _calendars([])
    demand: dict[int, list[int]] = defaultdict(lambda: [0] * (len(edges) - 1))
    role_of = {row["pk"]: row["resource__job_role_id"] for row in rows}
    for role in set(role_of.values()):
        works = [part for row in rows if row["resource__job_role_id"] == role for part in _works(row, today)]
        for pk, minutes in spread(Worker(role, calendars[usual]), works, edges).items():
            demand[role_of[pk]] = [a + b for a, b in zip(demand[role_of[pk]], minutes, strict=True)]
    named = JobRole.objects.in_bulk(list(demand))
    found = sorted(((named[pk], minutes) for pk, minutes in demand.items()), key=lambda each: each[0].name)
    return {role: minutes for role, minutes in found if any(minutes)}


def week_of(person: Person, monday: date, today: date) -> tuple[Cell, list[Line]]:
    """The week of ``monday`` as :func:`load_of` has it, and the tasks that take the time, the largest first."""
    edges = [monday, monday + WEEK]
    (worker,) = workers_of([person], edges)
    rows = {row["pk"]: row for row in _assignments([person], edges)}
    works = [part for row in rows.values() for part in _works(row, today)]
    (cell,) = load([worker], works, _bookings([person], edges), edges)[person.pk]
    minutes = spread(worker, works, edges)
    lines = [
        Line(
            row["task_id"],
            row["task__name"],
            row["project_id"],
            minutes[pk][0],
            row["task__start"],
            row["task__finish"],
        )
        for pk, row in rows.items()
        if minutes.get(pk, [0])[0]
    ]
    return cell, sorted(lines, key=lambda line: (-line.minutes, line.name))


def planned_by_day(person: Person, days: Sequence[date], today: date) -> dict[int, list[int]]:
    """Minutes of each task (by primary key) that the plans have for ``person`` on each of the ``days`` in a row."""
    edges = [*days, days[-1] + DAY]
    rows = {row["pk"]: row for row in _assignments([person], edges)}
    (worker,) = workers_of([person], edges)
    planned: dict[int, list[int]] = {}
    for pk, minutes in spread(worker, [part for row in rows.values() for part in _works(row, today)], edges).items():
        so_far = planned.get(rows[pk]["task_id"], [0] * len(days))
        planned[rows[pk]["task_id"]] = [a + b for a, b in zip(so_far, minutes, strict=True)]
    return planned


def overbooked_on(project: Project, people: Sequence[Person], today: date, count: int = 13) -> list[Overbooked]:
    """Who of ``people`` is over-allocated in which of the next weeks, as far as ``project`` has a part in it."""
    edges = weeks_from(monday_of(today), count)
    cells = load_of(people, edges, today)
    found = []
    for person in people:
        weeks = [
            (edge, cell.percent)
            for edge, cell in zip(edges, cells[person.pk], strict=False)
            if cell.over and project.pk in cell.parts and cell.parts[project.pk].committed
        ]
        if weeks:
            found.append(Overbooked(person, weeks))
    return found


def names_of(projects: Iterable[int], user: Any) -> dict[int, str]:
    """The names of those of ``projects`` that ``user`` may see, with their clients: many are called "Support"."""
    rows = Project.objects.visible_to(user).filter(pk__in=set(projects))
    return {pk: called(name, client) for pk, name, client in rows.values_list("pk", "name", "account__name")}


def called(project: str, client: str) -> str:
    return f"{project}, {client}"


def workers_of(people: Sequence[Person], edges: Sequence[date]) -> list[Worker]:
    """``people`` with their calendars and absences, as the engine takes them."""
    calendars, usual = _calendars(people)
    away: dict[int, list[tuple[date, date]]] = defaultdict(list)
    absences = Absence.objects.filter(person__in=[person.pk for person in people])
    for pk, first, last in absences.values_list("person_id", "starts_on", "ends_on"):
        away[pk].append((first, last))
    available = _availability(people)
    return [
        Worker(
            key=person.pk,
            calendar=calendars[person.calendar_id or usual],
            share=person.share,
            absences=tuple(away[person.pk]),
            joined=person.joined_on,
            left=person.left_on,
            availability=available.get(person.pk, ()),
        )
        for person in people
    ]


def _availability(people: Sequence[Person]) -> dict[int, tuple[Available, ...]]:
    """Periods of availability by person, as far as the plans know them: what all plans together may count on.

    A person whom some plan has without periods is there as usual.
    """
    rows = Resource.objects.filter(_counts(), kind="work", person__in=[person.pk for person in people])
    by_person: dict[int | None, list[list[dict[str, Any]]]] = defaultdict(list)
    for pk, periods in rows.values_list("person_id", "availability"):
        by_person[pk].append(periods)
    return {pk: _together(plans) for pk, plans in by_person.items() if pk is not None and all(plans)}


def _together(plans: list[list[dict[str, Any]]]) -> tuple[Available, ...]:
    """The periods of one person in several plans, cut where one of them begins or ends, their units added."""
    periods = [
        (
            date.fromisoformat(row["starts"]) if row["starts"] else date.min,
            date.fromisoformat(row["ends"]) if row["ends"] else date.max,
            round(row["units"] * 100),
        )
        for plan in plans
        for row in plan
    ]
    edges = sorted({first for first, _, _ in periods} | {last + DAY for _, last, _ in periods if last < date.max})
    found = []
    for place, first in enumerate(edges):
        last = edges[place + 1] - DAY if place + 1 < len(edges) else date.max
        units = sum(percent for start, end, percent in periods if start <= first and last <= end)
        if units:
            found.append(Available(first if first > date.min else None, last if last < date.max else None, units))
    return tuple(found)


def _calendars(people: Sequence[Person]) -> tuple[dict[int, WorkCalendar], int]:
    """Every calendar that somebody may work by, and which one is the firm's."""
    firms = Firm.objects.order_by("pk").values("calendar")[:1]
    own = {person.calendar_id for person in people if person.calendar_id}
    found = Calendar.objects.filter(Q(shared=True) | Q(pk__in=own) | Q(pk=Subquery(firms)))
    rows = {row.pk: row for row in found.annotate(of_the_firm=Subquery(firms))}
    usual = next((row.of_the_firm for row in rows.values()), None)
    if usual is None:  # nobody has set the firm up yet
        calendar: Any = Firm.current().calendar
        rows[calendar.pk], usual = calendar, calendar.pk
    while missing := {row.base_id for row in rows.values() if row.base_id} - rows.keys():
        rows |= {row.pk: row for row in Calendar.objects.filter(pk__in=missing)}
    return compile_calendars(tuple(row.spec() for row in rows.values())), usual


def _assignments(people: Sequence[Person], edges: Sequence[date]) -> list[dict[str, Any]]:
    """Work on tasks that touch the time between the edges, in projects that are worked on."""
    return list(_planned(edges).filter(resource__person__in=[person.pk for person in people]).values(*COLUMNS))


def _planned(edges: Sequence[date]) -> QuerySet[Assignment]:
    begin, end = datetime.combine(edges[0], time()), datetime.combine(edges[-1], time())
    return Assignment.objects.filter(
        _counts("task__percent_complete"),
        resource__kind="work",
        task__active=True,
        task__deleted_at=None,
        task__start__lt=end,
        task__finish__gte=begin,
    ).exclude(task__kind=Task.Kind.SUMMARY)


def _counts(done: str = "") -> Q:
    """Whose demand counts: planned and running projects; of closed ones what was really done."""
    worked = Q(project__status__in=(Project.Status.PLANNED, Project.Status.ACTIVE))
    if done:
        worked |= Q(project__status=Project.Status.CLOSED, **{done: 100})
    return worked & Q(project__archived_at=None)


def _works(row: dict[str, Any], today: date) -> list[Work]:
    """The work of one assignment: what is done before today, what remains from today on."""
    start, finish = row["task__start"], row["task__finish"]
    own = row["start"], row["finish"]
    # An assignment has dates of its own only where a plan file gave them; a reschedule since may have left them behind.
    if own[0] and own[1] and start <= own[0] <= own[1] <= finish:
        start, finish = own
    actual, remaining = row["actual_work_minutes"], row["remaining_work_minutes"]
    minutes = max(row["work_minutes"], actual) if remaining is None else actual + remaining
    done = actual or round(minutes * float(row["task__percent_complete"]) / 100)
    if row["task__percent_complete"] >= 100:
        done = minutes
    worker = row["resource__person_id"] or row["resource__job_role_id"]
    work = Work(row["pk"], worker, row["project_id"], start, finish, minutes)
    return split(work, done, datetime.combine(today, time())) if finish >= start else []


def _bookings(people: Sequence[Person], edges: Sequence[date]) -> list[CapacityAllocation]:
    rows = Allocation.objects.filter(
        _counts(),
        person__in=[person.pk for person in people],
        starts_on__lt=edges[-1],
        ends_on__gte=edges[0],
    )
    names = ("person_id", "project_id", "starts_on", "ends_on", "share", "confirmed")
    return [CapacityAllocation(*row) for row in rows.values_list(*names)]
