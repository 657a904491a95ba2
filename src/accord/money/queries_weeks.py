"""A week of hours as a grid: rows of what they are for, a cell for each day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db.models import QuerySet

from accord.money.models import TimeEntry, Timesheet, WorkType
from accord.money.models.timesheet import locked_until
from accord.money.queries_targets import targets_of
from accord.money.suggestions import Suggestion, suggest
from accord.people.models import Person
from accord.projects.models import Project, Task
from accord.projects.queries_capacity import planned_by_day

Status = Timesheet.Status
DAY = timedelta(days=1)


class RowKey(NamedTuple):
    """What a row is for, by primary keys. ``code`` is how addresses and pages write it: ``12-34-0``."""

    project: int | None = None
    task: int | None = None
    work_type: int | None = None

    @property
    def code(self) -> str:
        return "-".join(str(key or 0) for key in self)


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


@dataclass(slots=True)
class WeekRow:
    key: RowKey
    cells: list[WeekCell]
    project: Project | None = None
    task: Task | None = None
    work_type: WorkType | None = None

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
    week.groups = _grouped(_rows(cells, known, reader))
    return week


def key_of(entry: TimeEntry) -> RowKey:
    return RowKey(entry.project_id, entry.task_id, entry.work_type_id)


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
    planned = planned_by_day(week.sheet.person, week.days, today)
    projects = dict(Task.objects.filter(pk__in=planned).values_list("pk", "project"))
    habits: dict[date, dict[RowKey, int]] = defaultdict(lambda: defaultdict(int))
    for entry in _entries(week.sheet.person, week.days[0] - 7 * DAY, week.days[-1] - 7 * DAY):
        if entry.task is not None and entry.task.percent_complete >= 100:
            continue
        habits[entry.day + 7 * DAY][key_of(entry)] += entry.minutes
    for day in open_days:
        place = week.days.index(day)
        on_plan = {RowKey(projects[task], task): minutes[place] for task, minutes in planned.items() if minutes[place]}
        free = {row: left for row, left in on_plan.items() if row not in cells or not cells[row][day].minutes}
        usual = {row: left for row, left in habits[day].items() if row not in cells or not cells[row][day].minutes}
        usual = {row: left for row, left in usual.items() if row not in on_plan}
        for row, found in suggest(week.targets[day] - week.logged[day], free, usual).items():
            cells[row][day].suggested = found


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
