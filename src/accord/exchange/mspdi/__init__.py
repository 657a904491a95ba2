"""MS Project XML (MSPDI), as MS Project, ProjectLibre and MPXJ write it, read into a :class:`Plan`.

One pass over the file, nothing computed: durations, links, constraints and progress become the plan;
what MS Project computed from them goes to ``Task.stored``. The file's units are undone here once for
all: durations are ISO 8601, lags and slack tenths of minutes, money hundredths, rates per hour.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from accord.engines.calendars.working_time import CalendarSpec, compile_calendars
from accord.engines.planning.plan import Constraint, Link, Plan, Resource, ResourceKind, Task
from accord.engines.texts import Text, gettext_lazy, listed, ngettext_lazy
from accord.exchange.errors import PlanFileError, Problems
from accord.exchange.mspdi.calendars import (
    STANDARD,
    Allowance,
    check_calendar,
    check_span,
    sync_calendar,
    used_with_bases,
    with_known_bases,
)
from accord.exchange.mspdi.custom_fields import Values, names_of, values_of, with_notes
from accord.exchange.mspdi.document import Node, check_kind, decompressed, parse, refuse, too_large
from accord.exchange.mspdi.encoding import readable
from accord.exchange.mspdi.fields import NOUNS, Record
from accord.exchange.mspdi.limits import FIRST_NAME, MAX_BYTES, MAX_PROBLEMS
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
from accord.exchange.mspdi.uids import Renumbered, numbers_for, with_own_uids

__all__ = ["PlanFileError", "read_plan"]

# What a plan has no place for, counted.
_SKIPPED: dict[str, Callable[[int], Text]] = {
    "links": lambda count: ngettext_lazy(
        "Skipped %(count)s link to a task of another project file.",
        "Skipped %(count)s links to tasks of other project files.",
        count,
    ),
    "outline codes": lambda count: ngettext_lazy(
        "Skipped %(count)s outline code of a task.", "Skipped %(count)s outline codes of tasks.", count
    ),
    "rate tables": lambda count: ngettext_lazy(
        "Skipped %(count)s resource's cost rate table B to E.",
        "Skipped %(count)s resources' cost rate tables B to E.",
        count,
    ),
    "resource fields": lambda count: ngettext_lazy(
        "Skipped %(count)s custom field of a resource.", "Skipped %(count)s custom fields of resources.", count
    ),
}
_TWICE = {
    "calendar": (gettext_lazy("two calendars have the same UID"), gettext_lazy("Give each calendar a unique number.")),
    "task": (gettext_lazy("two tasks have the same UID"), gettext_lazy("Give each task a unique number.")),
    "resource": (gettext_lazy("two resources have the same UID"), gettext_lazy("Give each resource a unique number.")),
}
_CURRENCIES = {"€": "EUR", "£": "GBP"}
_SHOWN = 8


def read_plan(source: Path | bytes, file: str = "") -> Plan:
    """The plan in an MS Project XML file, plain or gzipped. Problems name ``file``, by default the path's last part.

    Blank rows (``IsNull``) are skipped, the project summary (UID 0) is kept where the file has it.
    Only what a date depends on can refuse the file; any other value that cannot be read counts as absent. Whatever was
    left out or assumed is told in ``Plan.remarks``.

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
    """Gathers the records of one file and puts the plan together.

    What refuses the file is what a date depends on. Records of which that is not known until all are read (calendars,
    resources) keep their problems in a ledger of their own until then.
    """

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
        self.custom: dict[int, Values] = {}
        self.left_out: Counter[str] = Counter()
        self.held: list[str] = []
        self._waiting: list[tuple[str, int, Problems]] = []

    def read(self, data: bytes) -> Plan:
        check_kind(data, self.file)
        text, remarks = readable(data)
        self.remarks += remarks
        project = Record(parse(text, self.consume, self.file), self.problems)
        self._check_unique("calendar", ((calendar.uid, calendar.name) for calendar in self.calendars))
        self._check_unique("task", ((task.uid, task.name) for task in self.tasks))
        self._check_unique("resource", ((resource.uid, resource.name) for resource in self.resources))
        assignments = check_assignments(self.assignments, self.tasks, self.blank, self.resources, self.problems)
        calendar = self._settle_calendars(project, {row.assignment.resource for row in assignments})
        if not self.problems.total:  # the outline must be sound before links can be followed through it
            check_links(self.tasks, self.links, self.problems)
        plan = self._plan(project, assignments, calendar)
        self.problems.raise_if_any(PlanFileError)
        if plan is None:
            raise self._no_start()
        return plan

    def consume(self, node: Node) -> None:
        """Take one record as the parser closes it; a file that is nothing but problems is not read to its end."""
        if self.problems.total > MAX_PROBLEMS:
            self.problems.raise_if_any(PlanFileError)
        if node.tag == "Calendar":
            ledger = self.problems.apart()
            calendar = sync_calendar(node, ledger, self.allowance)
            if calendar:
                self.calendars.append(calendar)
            self._settle_later("calendar", calendar, ledger)
        elif node.tag == "Task":
            self._consume_task(node)
        elif node.tag == "Resource":
            self._consume_resource(node)
        else:
            assignment = read_assignment(node, self.problems)
            if assignment:
                self.assignments.append(assignment)

    def _consume_task(self, node: Node) -> None:
        found = read_task(node, self.problems, self.outline)
        if found is None:
            uid = Record(node, self.problems.apart()).name("UID")
            if uid is not None:
                self.blank.add(uid)
            return
        task, links = found
        others = sum(Record(part, Problems()).flag("CrossProject") for part in node.all("PredecessorLink"))
        if others:
            self.left_out["links"] += others
            task = self._held(task)
        self.tasks.append(task)
        self.links += dict.fromkeys(links)  # the same link written twice is one link
        if values := values_of(node):
            self.custom[task.uid] = values
        if node.first("OutlineCode"):
            self.left_out["outline codes"] += len(node.all("OutlineCode"))

    def _held(self, task: Task) -> Task:
        """A task that waits for another project's keeps the date at which this one left it."""
        if task.constraint is not Constraint.ASAP or task.manual or task.actual_start or task.start is None:
            return task
        values = {"task": task.name, "uid": task.uid, "date": f"{task.start:%Y-%m-%d %H:%M}"}
        self.held.append(gettext_lazy("“%(task)s” (UID %(uid)s) from %(date)s", **values))
        return replace(task, constraint=Constraint.START_NO_EARLIER_THAN, constraint_date=task.start)

    def _consume_resource(self, node: Node) -> None:
        tables = other_rate_tables(node)
        self.left_out["rate tables"] += tables
        custom = len(node.all("ExtendedAttribute")) + len(node.all("OutlineCode"))
        self.left_out["resource fields"] += custom
        ledger = self.problems.apart()
        resource = read_resource(node, ledger)
        if resource:
            self.resources.append(resource)
        self._settle_later("resource", resource, ledger)

    def _settle_later(self, noun: str, record: CalendarSpec | Resource | None, ledger: Problems) -> None:
        if record is None:  # a record that cannot be named is used by nothing
            self.problems.merge(ledger, refuse=False, record=NOUNS[noun])
        elif ledger.total or ledger.skipped:
            self._waiting.append((noun, record.uid, ledger))

    def _check_unique(self, noun: str, records: Iterable[tuple[int, str]]) -> None:
        seen: set[int] = set()
        for uid, name in records:
            if uid in seen:
                self.problems.add(*_TWICE[noun], uid=uid, field="UID", value=name)
            seen.add(uid)

    def _settle_calendars(self, project: Record, assigned: set[int | None]) -> int:
        """The project's calendar; what depends on an unusable one is a problem, what nothing uses is left out."""
        calendar = self._project_calendar(project)
        self.calendars = with_known_bases(self.calendars, calendar, self.remarks)
        known = {each.uid for each in self.calendars}
        used = {calendar}
        for place, task in enumerate(self.tasks):
            uid = task.calendar
            if uid is not None and uid not in known and FIRST_NAME < uid < 0:
                self.tasks[place] = replace(task, calendar=None)
            elif uid is not None:
                used.add(uid)
                if uid not in known:
                    self._no_calendar(gettext_lazy("the task's calendar is not in the file"), task.uid, uid)
        for place, resource in enumerate(self.resources):
            uid, works = resource.calendar, resource.uid in assigned and resource.kind is ResourceKind.WORK
            if uid is None:
                continue
            if uid in known:
                used |= {uid} if works else set()
            elif works and not FIRST_NAME < uid < 0:
                self._no_calendar(gettext_lazy("the resource's calendar is not in the file"), resource.uid, uid)
            else:
                self.resources[place] = replace(resource, calendar=None)
        return self._weigh(calendar, used_with_bases(self.calendars, used), assigned)

    def _weigh(self, calendar: int, used: set[int], assigned: set[int | None]) -> int:
        """Problems of calendars and resources that something depends on refuse the file; the others are named."""
        unusable: set[int] = set()
        for noun, uid, ledger in self._waiting:
            matters = uid in (used if noun == "calendar" else assigned)
            self.problems.merge(ledger, refuse=matters, record=NOUNS[noun])
            if noun == "calendar" and not matters and ledger.total:
                unusable.add(uid)
        by_uid = {each.uid: each for each in self.calendars}
        span = 0
        for each in self.calendars:
            ledger = self.problems if each.uid in used else self.problems.apart()
            span += check_calendar(each, by_uid, ledger)
            if ledger is not self.problems and ledger.total:
                unusable.add(each.uid)
                self.problems.merge(ledger, refuse=False, record=NOUNS["calendar"])
        check_span(span, self.problems)
        if unusable:
            self.remarks += [
                gettext_lazy(
                    "Calendar “%(name)s” (UID %(uid)s) is skipped: it can't be read, and nothing uses it.",
                    name=each.name,
                    uid=each.uid,
                )
                for each in self.calendars
                if each.uid in unusable
            ]
            self.calendars = [each for each in self.calendars if each.uid not in unusable]
            self.resources = [
                replace(each, calendar=None) if each.calendar in unusable else each for each in self.resources
            ]
        return calendar

    def _usual_day(self, calendar: int) -> int:
        """The minutes of a day in a file that doesn't say: those of its calendar, else those of MS Project."""
        if self.problems.total:  # it is refused, perhaps for its calendars
            return 480
        week = compile_calendars(tuple(self.calendars))[calendar]
        return week.default_day if any(week.week) else 480

    def _no_calendar(self, message: str, uid: int, calendar: int) -> None:
        self.problems.add(
            message,
            gettext_lazy("Choose a calendar that is in the file."),
            uid=uid,
            field="CalendarUID",
            value=str(calendar),
        )

    def _project_calendar(self, project: Record) -> int:
        uid = project.name("CalendarUID")
        known = [calendar.uid for calendar in self.calendars]
        if uid is not None and known:
            if uid not in known:
                project.wrong(
                    "CalendarUID",
                    gettext_lazy("the project's calendar is not in the file"),
                    gettext_lazy("Choose another calendar."),
                )
            return uid
        if known:
            remark = gettext_lazy("The file has no project calendar. %(calendar)s is used.")
            self.remarks.append(remark.with_values(calendar=self.calendars[0].name))
            return known[0]
        self.calendars.append(replace(STANDARD, uid=uid if uid and uid > 0 else STANDARD.uid))
        self.remarks.append(
            gettext_lazy("The file has no calendar. Monday to Friday, 08:00–12:00 and 13:00–17:00, is used.")
        )
        return self.calendars[0].uid

    def _start(self, project: Record) -> datetime | None:
        """The project's start; where the file does not say, the earliest date that its tasks know."""
        start = project.moment("StartDate")
        if start is not None or self.problems.total:
            return start
        dates = [date for task in self.tasks for date in (task.start, task.actual_start, task.constraint_date) if date]
        start = min(dates, default=None)
        if start is not None:
            remark = gettext_lazy("The file names no start date; the earliest of its tasks is used: %(start)s.")
            self.remarks.append(remark.with_values(start=f"{start:%Y-%m-%d %H:%M}"))
        return start

    def _no_start(self) -> PlanFileError:
        if not self.tasks:
            return refuse(
                gettext_lazy("contains no tasks and no start date"),
                gettext_lazy("Export a project that has tasks."),
                file=self.file,
            )
        return refuse(
            gettext_lazy("has no start date, and none of its tasks has a date"),
            gettext_lazy(
                "Enter the project's start date (in MS Project: Project, Project Information) and export it again."
            ),
            file=self.file,
            field="StartDate",
        )

    def _plan(self, project: Record, assignments: list[AssignmentRow], calendar: int) -> Plan | None:
        start = self._start(project)
        if start is None:
            return None
        tasks = self._tasks_over_time(assignments, calendar)
        tasks, custom = with_notes(tasks, self.custom, names_of(project.node))
        free = project.lenient()  # for what touches no date
        from_finish = not project.flag("ScheduleFromStart", True)
        symbol = free.text("CurrencySymbol")
        minutes_per_day = free.count("MinutesPerDay", low=1, high=1440) or self._usual_day(calendar)
        uids = self._new_uids(tasks)
        plan = Plan(
            name=free.text("Title") or self._root_name() or free.text("Name").removesuffix(".xml"),
            start=start,
            finish=(project if from_finish else free).moment("FinishDate"),
            schedule_from_finish=from_finish,
            calendar=uids.calendars.get(calendar, calendar),
            calendars=tuple(map(uids.calendar, self.calendars)),
            tasks=tuple(map(uids.task, tasks)),
            links=tuple(map(uids.link, self.links)),
            resources=tuple(map(uids.resource, self.resources)),
            assignments=tuple(with_own_uids([uids.assignment(row.assignment) for row in assignments])),
            status_date=free.moment("StatusDate"),
            current_date=free.moment("CurrentDate"),
            currency=free.text("CurrencyCode") or _CURRENCIES.get(symbol, ""),
            minutes_per_day=minutes_per_day,
            minutes_per_week=free.count("MinutesPerWeek", 2400, low=1, high=10080),
            days_per_month=free.count("DaysPerMonth", 20, low=1, high=31),
            critical_slack_limit=free.count("CriticalSlackLimit") * minutes_per_day,
            honor_constraints=project.flag("HonorConstraints", True),
            multiple_critical_paths=project.flag("MultipleCriticalPaths"),
            splits_in_progress_tasks=project.flag("SplitsInProgressTasks", True),
            earned_value_baseline=free.count("BaselineForEarnedValue", low=0, high=10),
        )
        return replace(plan, remarks=(*self.remarks, *self._left_out(), *custom, *self.problems.notes()))

    def _new_uids(self, tasks: list[Task]) -> Renumbered:
        zero = [task.uid for task in tasks if task.uid == 0 and task.outline_level > 0]
        return Renumbered(
            numbers_for([task.uid for task in tasks], zero),
            numbers_for([resource.uid for resource in self.resources]),
            numbers_for([calendar.uid for calendar in self.calendars]),
        )

    def _tasks_over_time(self, assignments: list[AssignmentRow], calendar: int) -> list[Task]:
        tasks = with_spread(self.tasks, assignments)
        rows = [(row.assignment, row.work) for row in assignments if row.work]
        if self.problems.total or not rows:
            return tasks
        return with_segments(tasks, rows, self.resources, compile_calendars(tuple(self.calendars)), calendar)

    def _root_name(self) -> str:
        return self.tasks[0].name if self.tasks and self.tasks[0].outline_level == 0 else ""

    def _left_out(self) -> list[str]:
        """What the file holds and a plan does not, counted; and what was done about the links to other projects."""
        found: list[str] = [
            _SKIPPED[kind](count).with_values(count=f"{count:,}") for kind, count in self.left_out.items() if count
        ]
        if self.held:
            remark = gettext_lazy("Their tasks keep their dates as “start no earlier than”: %(tasks)s.")
            found.append(remark.with_values(tasks=listed(self.held[:_SHOWN], more=len(self.held) - _SHOWN)))
        return found
