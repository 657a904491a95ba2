"""MS Project XML (MSPDI), as MS Project, ProjectLibre and MPXJ write it, read into a :class:`Plan`.

One pass over the file, nothing computed: durations, links, constraints and progress become the plan;
what MS Project computed from them goes to ``Task.stored``. The file's units are undone here once for
all: durations are ISO 8601, lags and slack tenths of minutes, money hundredths, rates per hour.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from accord.engines.calendars import CalendarSpec, compile_calendars
from accord.engines.plan import Link, Plan, Resource, Task
from accord.exchange.errors import PlanFileError, Problems
from accord.exchange.mspdi.calendars import STANDARD, Allowance, check_calendars, read_calendar
from accord.exchange.mspdi.document import Node, decompressed, parse, refuse, too_large
from accord.exchange.mspdi.fields import Record
from accord.exchange.mspdi.limits import MAX_BYTES, MAX_PROBLEMS
from accord.exchange.mspdi.links import check_links
from accord.exchange.mspdi.resources import (
    AssignmentRow,
    check_assignments,
    other_rate_tables,
    read_assignment,
    read_resource,
    with_spread,
)
from accord.exchange.mspdi.splits import with_segments
from accord.exchange.mspdi.tasks import Outline, read_task

__all__ = ["PlanFileError", "read_plan"]

_CURRENCIES = {"€": "EUR", "£": "GBP"}


def read_plan(source: Path | bytes, file: str = "") -> Plan:
    """The plan in an MS Project XML file, plain or gzipped. Problems name ``file``, by default the path's last part.

    Blank rows (``IsNull``) are skipped, the project summary (UID 0) is kept where the file has it.
    Whatever was left out or assumed is told in ``Plan.remarks``.

    Raises :class:`PlanFileError` with every problem found (the first hundred), and ``OSError`` when a
    path cannot be read. No plan comes out of a file with a problem.

    >>> plan = read_plan(Path("plan.xml"))                                              # doctest: +SKIP
    >>> [(task.uid, task.name, task.duration) for task in plan.tasks][:2]               # doctest: +SKIP
    [(0, 'Software Development', 45960), (1, 'Scope', 1680)]
    """
    if isinstance(source, Path):
        file = file or source.name
        if source.stat().st_size > MAX_BYTES:
            raise too_large(file)
        source = source.read_bytes()
    return _Reader(file).read(decompressed(source, file))


class _Reader:
    """Gathers the records of one file and puts the plan together."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems = Problems(file)
        self.outline = Outline()
        self.allowance = Allowance()
        self.calendars: list[CalendarSpec] = []
        self.tasks: list[Task] = []
        self.links: list[Link] = []
        self.blank: set[int] = set()
        self.resources: list[Resource] = []
        self.assignments: list[AssignmentRow] = []
        self.remarks: list[str] = []
        self.rate_tables = 0
        self.cross_project = 0

    def read(self, data: bytes) -> Plan:
        project = Record(parse(data, self.consume, self.file), self.problems)
        self._check_unique("calendar", ((calendar.uid, calendar.name) for calendar in self.calendars))
        self._check_unique("task", ((task.uid, task.name) for task in self.tasks))
        self._check_unique("resource", ((resource.uid, resource.name) for resource in self.resources))
        self._check_unique("assignment", ((row.assignment.uid, "") for row in self.assignments))
        self._check_calendars_used()
        check_calendars(self.calendars, self.problems)
        tasks = {task.uid for task in self.tasks}
        assignments = check_assignments(
            self.assignments, tasks, self.blank, {resource.uid for resource in self.resources}, self.problems
        )
        if not self.problems.total:  # the outline must be sound before links can be followed through it
            check_links(self.tasks, self.links, self.problems)
        plan = self._plan(project, assignments)
        self.problems.raise_if_any(PlanFileError)
        if plan is None:
            raise refuse("holds no tasks and no start date", "Export a project that has tasks.", file=self.file)
        return plan

    def consume(self, node: Node) -> None:
        """Take one record as the parser closes it; a file that is nothing but problems is not read to its end."""
        if self.problems.total > MAX_PROBLEMS:
            self.problems.raise_if_any(PlanFileError)
        if node.tag == "Calendar":
            calendar = read_calendar(node, self.problems, self.allowance)
            if calendar:
                self.calendars.append(calendar)
        elif node.tag == "Task":
            self._consume_task(node)
        elif node.tag == "Resource":
            self.rate_tables += other_rate_tables(node)
            resource = read_resource(node, self.problems)
            if resource:
                self.resources.append(resource)
        else:
            assignment = read_assignment(node, self.problems)
            if assignment:
                self.assignments.append(assignment)

    def _consume_task(self, node: Node) -> None:
        found = read_task(node, self.problems, self.outline)
        if found is None:
            uid = Record(node, Problems()).integer("UID")
            if uid is not None:
                self.blank.add(uid)
            return
        task, links = found
        self.tasks.append(task)
        self.links += dict.fromkeys(links)  # the same link written twice is one link
        self.cross_project += len(node.all("PredecessorLink")) - len(links)

    def _check_unique(self, noun: str, records: Iterable[tuple[int, str]]) -> None:
        seen: set[int] = set()
        for uid, name in records:
            if uid in seen:
                remedy = f"Give every {noun} its own number."
                self.problems.add(f"two {noun}s have the same UID", remedy, uid=uid, field="UID", value=name)
            seen.add(uid)

    def _check_calendars_used(self) -> None:
        known = {calendar.uid for calendar in self.calendars}
        users = [("task", task.uid, task.calendar) for task in self.tasks]
        users += [("resource", resource.uid, resource.calendar) for resource in self.resources]
        for noun, uid, calendar in users:
            if calendar is not None and calendar not in known:
                self.problems.add(
                    f"the {noun}'s calendar is not in the file",
                    "Choose a calendar that the file holds.",
                    uid=uid,
                    field="CalendarUID",
                    value=str(calendar),
                )

    def _project_calendar(self, project: Record) -> int:
        uid = project.integer("CalendarUID")
        known = [calendar.uid for calendar in self.calendars]
        if uid is not None and known:
            if uid not in known:
                project.wrong("CalendarUID", "the project's calendar is not in the file", "Choose another calendar.")
            return uid
        if known:
            self.remarks.append(f"The file names no project calendar; {self.calendars[0].name} is taken.")
            return known[0]
        self.calendars.append(replace(STANDARD, uid=uid if uid and uid > 0 else STANDARD.uid))
        self.remarks.append("The file has no calendar; Monday to Friday, 08:00 to 12:00 and 13:00 to 17:00, is taken.")
        return self.calendars[0].uid

    def _plan(self, project: Record, assignments: list[AssignmentRow]) -> Plan | None:
        calendar = self._project_calendar(project)
        starts = [task.start for task in self.tasks if task.start]
        start = project.moment("StartDate") or min(starts, default=None)
        if start is None:
            return None
        self._remark_on_what_is_left_out()
        symbol = project.text("CurrencySymbol")
        return Plan(
            name=project.text("Title") or self._root_name() or project.text("Name").removesuffix(".xml"),
            start=start,
            finish=project.moment("FinishDate"),
            schedule_from_finish=not project.flag("ScheduleFromStart", True),
            calendar=calendar,
            calendars=tuple(self.calendars),
            tasks=tuple(self._tasks_over_time(assignments, calendar)),
            links=tuple(self.links),
            resources=tuple(self.resources),
            assignments=tuple(row.assignment for row in assignments),
            status_date=project.moment("StatusDate"),
            current_date=project.moment("CurrentDate"),
            currency=project.text("CurrencyCode") or _CURRENCIES.get(symbol, ""),
            minutes_per_day=project.count("MinutesPerDay", 480, low=1, high=1440),
            minutes_per_week=project.count("MinutesPerWeek", 2400, low=1, high=10080),
            days_per_month=project.count("DaysPerMonth", 20, low=1, high=31),
            critical_slack_limit=project.count("CriticalSlackLimit") * project.count("MinutesPerDay", 480),
            honor_constraints=project.flag("HonorConstraints", True),
            multiple_critical_paths=project.flag("MultipleCriticalPaths"),
            splits_in_progress_tasks=project.flag("SplitsInProgressTasks", True),
            earned_value_baseline=project.count("BaselineForEarnedValue", low=0, high=10),
            remarks=tuple(self.remarks),
        )

    def _tasks_over_time(self, assignments: list[AssignmentRow], calendar: int) -> list[Task]:
        tasks = with_spread(self.tasks, assignments)
        rows = [(row.assignment, row.work) for row in assignments if row.work]
        if self.problems.total or not rows:
            return tasks
        return with_segments(tasks, rows, self.resources, compile_calendars(tuple(self.calendars)), calendar)

    def _root_name(self) -> str:
        return self.tasks[0].name if self.tasks and self.tasks[0].outline_level == 0 else ""

    def _remark_on_what_is_left_out(self) -> None:
        if self.rate_tables:
            self.remarks.append(f"{self.rate_tables} resource(s) have cost rate tables B to E; only table A is taken.")
        if self.cross_project:
            self.remarks.append(f"{self.cross_project} link(s) to tasks of other project files are left out.")
