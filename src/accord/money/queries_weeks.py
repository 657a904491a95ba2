"""A week of hours as a grid: rows of what they are for, a cell for each day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet, Sum

from accord.money.models import TimeEntry, Timesheet, WorkType
from accord.money.models.timesheet import locked_until
from accord.money.queries_evidence import RowKey, evidence_of, key_of
from accord.money.queries_targets import targets_of
from accord.money.suggestions import Suggestion, suggest
from accord.people.models import Person
from accord.projects.models import Assignment, Project, Task

Status = Timesheet.Status
DAY = timedelta(days=1)


OTHERS = RowKey(-1, -1, -1)  # hours on projects that the reader may not see


@dataclass(slots=True)
class WeekCell:
    """The entries of one row and day: ``first`` is the key of one of them, the note that of the only one.

    ``suggested`` is not logged.
    """

    day: date
    first: int | None = None
    minutes: int = 0
    entries: int = 0
    note: str = ""
    suggested: Suggestion | None = None


@dataclass(frozen=True, slots=True)
class Usage:
    """Minutes that everybody logged on a task, and those that the plan has for it."""

    logged: int
    planned: int


@dataclass(slots=True)
class WeekRow:
    key: RowKey
    cells: list[WeekCell]
    project: Project | None = None
    task: Task | None = None
    work_type: WorkType | None = None
    used: Usage | None = None

    @property
    def name(self) -> str:
        """The task; where there is none, the type of work or the project itself."""
        return str(self.task or self.work_type or self.project or "")

    @property
    def minutes(self) -> int:
        return sum(cell.minutes for cell in self.cells)


@dataclass(slots=True)
class WeekGroup:
    """The rows of one project; those of none have no project, and what the reader may not see is ``hidden``."""

    project: Project | None
    rows: list[WeekRow]
    hidden: bool = False


@dataclass(slots=True)
class Week:
    """One person's week, with the minutes ``logged`` and the ``targets`` of each day."""

    sheet: Timesheet
    days: list[date]
    groups: list[WeekGroup]
    targets: dict[date, int]
    locked_until: date | None
    logged: dict[date, int] = field(default_factory=dict)

    @property
    def minutes(self) -> int:
        return sum(self.logged.values())

    @property
    def target(self) -> int:
        return sum(self.targets.values())

    @property
    def rows(self) -> list[WeekRow]:
        return [row for group in self.groups for row in group.rows]

    def is_closed(self, day: date) -> bool:
        return self.sheet.status != Status.DRAFT or (self.locked_until is not None and day <= self.locked_until)


def days_of(sheet: Timesheet) -> list[date]:
    return [sheet.week + n * DAY for n in range(7)]


def week_of(sheet: Timesheet, reader: Any, today: date, *, suggesting: bool = False) -> Week:
    """The week of ``sheet`` as ``reader`` may see it: hours on projects they don't see are one row without a name.

    ``suggesting``: with what may have been worked on until ``today``, by the plan and by the week before.
    """
    days = days_of(sheet)
    entries = list(_entries(sheet.person, days[0], days[-1]))
    seen = _seen(entries, sheet, reader)
    cells: dict[RowKey, dict[date, WeekCell]] = defaultdict(lambda: {day: WeekCell(day) for day in days})
    for entry in entries:
        key = key_of(entry) if entry.pk in seen else OTHERS
        cell = cells[key][entry.day]
        cell.minutes += entry.minutes
        cell.entries += 1
        cell.first = cell.first or entry.pk
        cell.note = entry.note if cell.entries == 1 and key is not OTHERS else ""
    for keys in sheet.rows if _is_own(sheet, reader) else []:
        cells[RowKey(*keys)]  # makes the row
    targets = targets_of([sheet.person], days[0], days[-1])[sheet.person_id]
    logged = {day: sum(row[day].minutes for row in cells.values()) for day in days}
    until = locked_until()
    week = Week(sheet, days, [], targets, until, logged)
    if suggesting:
        _suggest(week, cells, today)
    known = {key_of(entry): entry for entry in entries if entry.pk in seen}
    rows = _rows(cells, known, reader)
    _count_used(rows)
    week.groups = _grouped(rows)
    return week


def _entries(person: Person, first: date, last: date) -> QuerySet[TimeEntry]:
    rows = TimeEntry.objects.filter(person=person, day__range=(first, last)).order_by("day", "pk")
    return rows.select_related("project__account", "task", "work_type")


def _seen(entries: Sequence[TimeEntry], sheet: Timesheet, reader: Any) -> set[int]:
    if _is_own(sheet, reader) or not entries:
        return {entry.pk for entry in entries}
    keys = [entry.pk for entry in entries]
    return set(TimeEntry.objects.visible_to(reader).filter(pk__in=keys).values_list("pk", flat=True))


def _is_own(sheet: Timesheet, reader: Any) -> bool:
    return bool(sheet.person.user_id == reader.pk)


def _suggest(week: Week, cells: dict[RowKey, dict[date, WeekCell]], today: date) -> None:
    """Put suggestions into the empty cells of the days up to ``today`` that are below their target."""
    open_days = [
        day for day in week.days if day <= today and week.targets[day] > week.logged[day] and not week.is_closed(day)
    ]
    if not open_days:
        return
    person = week.sheet.person
    evidence = evidence_of(person, week.days, today, _entries(person, week.days[0] - 7 * DAY, week.days[-1] - 7 * DAY))
    for day in open_days:
        filled = {row for row, by_day in cells.items() if by_day[day].minutes}
        planned, usual, meetings = (_without(filled, each[day]) for each in evidence)
        for row, found in suggest(week.targets[day] - week.logged[day], planned, usual, meetings).items():
            cells[row][day].suggested = found


def _without(filled: set[RowKey], found: dict[RowKey, Any]) -> dict[RowKey, Any]:
    return {row: value for row, value in found.items() if row not in filled}


def _rows(cells: dict[RowKey, dict[date, WeekCell]], known: dict[RowKey, TimeEntry], reader: Any) -> list[WeekRow]:
    """Rows with the records that their keys name; without hours only those whose records are there to log time on."""
    missing = [key for key in cells if key not in known and key is not OTHERS]
    projects = _by_key(Project.objects.visible_to(reader).select_related("account"), (key.project for key in missing))
    tasks = _by_key(Task.objects.all(), (key.task for key in missing))
    types = _by_key(WorkType.objects.all(), (key.work_type for key in missing))
    rows = []
    for key, by_day in cells.items():
        row = WeekRow(key, list(by_day.values()))
        if (entry := known.get(key)) is not None:
            row.project, row.task, row.work_type = entry.project, entry.task, entry.work_type
        elif key is not OTHERS:
            row.project, row.task = projects.get(key.project), tasks.get(key.task)
            row.work_type = types.get(key.work_type)
            if [row.project is None, row.task is None, row.work_type is None] != [part is None for part in key]:
                continue
        rows.append(row)
    return rows


def _count_used(rows: list[WeekRow]) -> None:
    """Hours of the rows' tasks beside those planned: two queries, however many rows."""
    tasks = {row.key.task for row in rows if row.task is not None}
    if not tasks:
        return
    of_tasks = {"task__in": tasks}
    logged = dict(TimeEntry.objects.filter(**of_tasks).order_by().values_list("task").annotate(Sum("minutes")))
    planned = dict(Assignment.objects.filter(**of_tasks).order_by().values_list("task").annotate(Sum("work_minutes")))
    for row in rows:
        if row.task is not None and planned.get(row.key.task):
            row.used = Usage(logged.get(row.key.task, 0), planned[row.key.task])


def _by_key(rows: QuerySet[Any], keys: Iterable[int | None]) -> dict[int | None, Any]:
    wanted = {key for key in keys if key}
    return {row.pk: row for row in rows.filter(pk__in=wanted)} if wanted else {}


def _grouped(rows: list[WeekRow]) -> list[WeekGroup]:
    """By project, in the order of their names; then what is on no project, then what the reader may not see."""
    groups: dict[tuple[int, str, int], WeekGroup] = {}
    for row in sorted(rows, key=lambda row: (row.task is None, row.name.lower())):
        hidden = row.key is OTHERS
        place = (2 if hidden else 0 if row.project else 1, str(row.project or "").lower(), row.key.project or 0)
        groups.setdefault(place, WeekGroup(row.project, [], hidden)).rows.append(row)
    return [group for _, group in sorted(groups.items())]
