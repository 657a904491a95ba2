"""The one table of task fields: what each is, and where it appears.

From it derive reading plan files (`exchange.mspdi.tasks`), storing and loading plans (`actions.store_plan`,
`queries`), what can be set and how (`task_edits`), the plan that begins another one (`plan_content`), the rows and the
schema of the API (`api.plan`), the printed plan (`web.projects.print_columns`), the task editor
(`projects/plan/details.html`), and the grid with its types (`frontend/islands/gantt/task_fields.ts`, written by
``python -m accord.web.projects.grid_types``).

Choices, lengths and defaults are those of the column of `models.Task`; rules that touch more than the field itself
are functions of the modules above, under the field's name. How to add a field: CONTRIBUTING, "Add a field to a task".

The table knows no Django: plan files are read in a process without it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from accord.core.texts import gettext_lazy as _
from accord.engines.planning.effort import Effort
from accord.engines.planning.plan import Accrual, Constraint


class Kind(StrEnum):
    """What the values are; how they are written follows from it."""

    TEXT = "text"
    FLAG = "flag"
    WHOLE = "whole"
    MINUTES = "minutes"
    MOMENT = "moment"
    PERCENT = "percent"
    MONEY = "money"
    CHOICE = "choice"
    RECORD = "record"
    PARTS = "parts"
    CUSTOM = "custom"  # the values of the firm's custom fields, by key
    FACT = "fact"  # no column of the task: worked out of the whole plan


class Edit(StrEnum):
    """How people set a field: it is only what it says, or other fields follow (`task_edits.SETTERS`)."""

    PLAIN = "plain"
    RULED = "ruled"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the grid and of the printed plan. ``name`` is kept in people's settings and in addresses."""

    name: str
    label: str
    title: str
    width: int  # pixels in the grid
    paper: float | None  # millimetres in print; None: not printed
    right: bool = False
    shown: bool = False  # until somebody chooses otherwise


@dataclass(frozen=True, slots=True)
class Panel:
    """A field of the task editor; its group is named in :data:`GROUPS`."""

    label: str
    hint: str = ""
    wide: bool = False
    area: bool = False


@dataclass(frozen=True, slots=True)
class TaskField:
    """One field of a task, named as its column of `models.Task` and in the API.

    - ``engine``: its name in `engines.plan.Task`; ``enum``: the type of a choice there; ``loaded``: plans of the
      database bring it to the engines (files always do)
    - ``computed``: its name in `engines.plan.Stored`, for what the schedule works out
    - ``element``: the element of an MS Project file; ``lenient``: it touches no date, so that a fault skips it;
      ``default``: what its absence means; ``custom``: the name of the custom text field it is read from instead
    - ``edit``: who may change the task may set it; ``least`` to ``most``, ``rule``: the limits and their words
    - ``only``: the one kind of row that has it; ``rule`` then says so to who sets it on another
    - ``of_summary``, ``of_effort``: a summary has it from its tasks, level of effort from the work it supports
    - ``source``: the list of the plan that a record is chosen from; ``none``: the words for no record
    - ``progress``: it tells how far the task is; the ledger keeps what it was as of any day
    - ``empty``: it may be without a value; ``shown``: in the rows of the API
    - ``copied``: it goes into plans that begin with this one; ``pasted``: into rows copied in the grid
    """

    name: str
    kind: Kind
    engine: str = ""
    enum: type[StrEnum] | None = None
    loaded: bool = True
    computed: str = ""
    element: str = ""
    lenient: bool = False
    default: int = 0
    custom: str = ""
    edit: Edit | None = None
    least: int = 0
    most: int = 0
    rule: str = ""
    only: str = ""
    of_summary: bool = False
    of_effort: bool = False
    source: str = ""
    none: str = ""
    progress: bool = False
    empty: bool = False
    shown: bool = False
    copied: bool = False
    pasted: bool = False
    column: Column | None = None
    panel: Panel | None = None

    @property
    def attribute(self) -> str:
        """What holds the value in a row of the database: of a record, its key."""
        return f"{self.name}_id" if self.kind is Kind.RECORD else self.name


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that stand together in the task editor; one without a label stands above the others."""

    name: str
    label: str
    fields: tuple[str, ...]
    is_open: bool = False


LONGEST = 100 * 366 * 24 * 60  # minutes

_ESTIMATE = _("an estimate is a whole number of minutes, or nothing.")
_DELAY = _("a delay is a whole number of minutes, zero or more.")
_PRIORITY = _("a priority is a whole number from 0 to 1000; 1000 is never moved by levelling.")
_TEXT, _FLAG, _WHOLE, _MINUTES, _MOMENT = Kind.TEXT, Kind.FLAG, Kind.WHOLE, Kind.MINUTES, Kind.MOMENT
_CHOICE, _RECORD, _FACT = Kind.CHOICE, Kind.RECORD, Kind.FACT
_FLOAT = _("Total float: how long the task can slip without delaying the project")
_LEVELLED = _("Levelling priority, 0 to 1000. Tasks with 1000 are never moved.")
_CRITICALITY = _("Criticality index: share of simulation runs in which the task drives the finish")

# In the order of the grid's columns. As a table: a field is one entry, not a line for each word of it.
# fmt: off
FIELDS: tuple[TaskField, ...] = (
    TaskField("number", _FACT, column=Column("number", "#", _("Row number"), 46, 8, right=True, shown=True)),
    TaskField("wbs", _FACT, column=Column("wbs", "WBS", _("Work breakdown structure code"), 64, 13, shown=True)),
    TaskField(
        "name", _TEXT, engine="name", element="Name", edit=Edit.RULED, shown=True, copied=True, pasted=True,
        column=Column("name", _("Task name"), _("Task name"), 208, 58, shown=True), panel=Panel(_("Name"), wide=True),
    ),
    TaskField(
        "duration_minutes", _MINUTES, engine="duration", element="Duration", edit=Edit.RULED,
        of_summary=True, of_effort=True, shown=True, copied=True,
        column=Column("duration", _("Duration"), _("Duration"), 74, 15, right=True, shown=True),
        panel=Panel(_("Duration")),
    ),
    TaskField(
        "start", _MOMENT, engine="start", element="Start", edit=Edit.RULED, of_summary=True, of_effort=True, shown=True,
        column=Column("start", _("Start"), _("Start"), 112, 22, shown=True), panel=Panel(_("Start")),
    ),
    TaskField(
        "finish", _MOMENT, engine="finish", element="Finish", edit=Edit.RULED, of_summary=True, of_effort=True,
        shown=True, column=Column("finish", _("Finish"), _("Finish"), 112, 22, shown=True), panel=Panel(_("Finish")),
    ),
    TaskField(
        "predecessors", _FACT,
        column=Column("predecessors", _("Predecessors"), _("Predecessors by row number"), 104, 22, shown=True),
    ),
    TaskField("resources", _FACT, column=Column("resources", _("Resources"), _("Resources"), 140, 38, shown=True)),
    TaskField(
        "percent_complete", Kind.PERCENT, engine="percent_complete", element="PercentComplete", edit=Edit.RULED,
        progress=True, of_summary=True, shown=True, panel=Panel(_("Percent complete")),
        column=Column("complete", _("% done"), _("Percent complete"), 66, 13, right=True, shown=True),
    ),
    TaskField(
        "total_float_minutes", _MINUTES, computed="total_float", empty=True, shown=True,
        column=Column("float", _("Total float"), _FLOAT, 88, 16, right=True, shown=True),
    ),
    TaskField("criticality", _FACT, column=Column("criticality", _("Criticality"), _CRITICALITY, 88, None, right=True)),
    TaskField(
        "work_minutes", _MINUTES, engine="work", element="Work", lenient=True, edit=Edit.RULED, shown=True, copied=True,
        column=Column("work", _("Work"), _("Hours of work"), 74, 14, right=True),
        panel=Panel(_("Work"), hint=_("Hours")),
    ),
    TaskField(
        "units", _FACT,
        column=Column("units", _("Units"), _("Units: total allocation of all assignees"), 66, None, right=True),
    ),
    TaskField(
        "effort", _CHOICE, engine="effort", enum=Effort, element="Type", lenient=True, edit=Edit.PLAIN,
        rule=_("choose fixed units, duration or work."), shown=True, copied=True, pasted=True,
        panel=Panel(_("Task type")),
        column=Column("effort", _("Task type"), _("Task type: which of units, duration and work stays fixed"), 112, 20),
    ),
    TaskField(
        "kind", _CHOICE, edit=Edit.RULED, of_summary=True, copied=True, pasted=True, panel=Panel(_("Row type")),
        column=Column("type", _("Type"), _("Type: task, milestone or level of effort"), 112, 24),
    ),
    TaskField(
        "constraint", _CHOICE, engine="constraint", enum=Constraint, element="ConstraintType", edit=Edit.RULED,
        of_effort=True, shown=True, copied=True,
        column=Column("constraint", _("Constraint"), _("Constraint"), 152, 30), panel=Panel(_("Constraint"), wide=True),
    ),
    TaskField(
        "constraint_date", _MOMENT, engine="constraint_date", element="ConstraintDate", edit=Edit.RULED,
        of_effort=True, empty=True, shown=True, panel=Panel(_("Constraint date")),
        column=Column("constraint_date", _("Constraint date"), _("Date of the constraint"), 112, 22),
    ),
    TaskField(
        "deadline", _MOMENT, engine="deadline", element="Deadline", edit=Edit.RULED, empty=True, shown=True,
        column=Column("deadline", _("Deadline"), _("Deadline"), 112, 22), panel=Panel(_("Deadline")),
    ),
    TaskField(
        "priority", _WHOLE, engine="priority", element="Priority", lenient=True, default=500, edit=Edit.PLAIN,
        most=1000, rule=_PRIORITY, shown=True, copied=True, pasted=True,
        panel=Panel(_("Levelling priority"), _("0 to 1000")),
        column=Column("priority", _("Priority"), _LEVELLED, 70, 13, right=True),
    ),
    TaskField(
        "calendar", _RECORD, engine="calendar", element="CalendarUID", edit=Edit.RULED, source="calendars",
        none=_("Project calendar"), empty=True, shown=True, panel=Panel(_("Calendar")),
        column=Column("calendar", _("Calendar"), _("The task's own calendar"), 120, 24),
    ),
    TaskField(
        "actual_start", _MOMENT, engine="actual_start", element="ActualStart", edit=Edit.RULED, of_summary=True,
        progress=True, empty=True, shown=True, panel=Panel(_("Started")),
        column=Column("actual_start", _("Started"), _("Actual start"), 112, 22),
    ),
    TaskField(
        "actual_finish", _MOMENT, engine="actual_finish", element="ActualFinish", edit=Edit.RULED, of_summary=True,
        progress=True, empty=True, shown=True, panel=Panel(_("Finished")),
        column=Column("actual_finish", _("Finished"), _("Actual finish"), 112, 22),
    ),
    TaskField(
        "remaining_duration", _MINUTES, engine="remaining_duration", element="RemainingDuration", edit=Edit.RULED,
        progress=True, of_summary=True, empty=True, shown=True, panel=Panel(_("Remaining")),
        column=Column("remaining", _("Remaining"), _("Remaining duration"), 84, 16, right=True),
    ),
    TaskField(
        "optimistic_minutes", _MINUTES, edit=Edit.PLAIN, most=LONGEST, rule=_ESTIMATE, of_summary=True, of_effort=True,
        empty=True, shown=True, copied=True, panel=Panel(_("Optimistic")),
        column=Column("best", _("Optimistic"), _("Optimistic duration"), 74, 14, right=True),
    ),
    TaskField(
        "pessimistic_minutes", _MINUTES, edit=Edit.PLAIN, most=LONGEST, rule=_ESTIMATE, of_summary=True, of_effort=True,
        empty=True, shown=True, copied=True, panel=Panel(_("Pessimistic")),
        column=Column("worst", _("Pessimistic"), _("Pessimistic duration"), 74, 14, right=True),
    ),
    TaskField(
        "deliverable", _RECORD, edit=Edit.RULED, source="deliverables", none=_("None"), empty=True, shown=True,
        column=Column("deliverable", _("Deliverable"), _("Deliverable"), 140, 34), panel=Panel(_("Deliverable")),
    ),
    TaskField(
        "waiting_for", _TEXT, edit=Edit.PLAIN, shown=True,
        column=Column("waiting", _("Waiting for"), _("What the task is waiting for"), 160, 34),
        panel=Panel(_("Waiting for"), _("What the task is waiting for"), wide=True),
    ),
    TaskField(
        "milestone_owner", _RECORD, engine="milestone_owner", loaded=False, custom="Milestone owner", edit=Edit.PLAIN,
        only="milestone", rule=_("only a milestone has an owner. Assign people to the task instead."), source="people",
        none=_("Unassigned"), empty=True, shown=True, pasted=True, panel=Panel(_("Milestone owner")),
        column=Column("owner", _("Milestone owner"), _("Who is responsible for the milestone"), 140, 34),
    ),
    # Without a column.
    TaskField("wbs_code", _TEXT, edit=Edit.PLAIN, shown=True,
        panel=Panel(_("WBS code"), _("Leave empty to use the outline number."))),
    TaskField("hyperlink", _TEXT, engine="hyperlink", element="HyperlinkAddress", lenient=True, edit=Edit.PLAIN,
        shown=True, panel=Panel(_("Link"), wide=True)),
    TaskField("elapsed", _FLAG, engine="elapsed", element="DurationFormat", edit=Edit.PLAIN, shown=True, copied=True,
        pasted=True),
    TaskField("manual", _FLAG, engine="manual", element="Manual", edit=Edit.RULED, of_effort=True, shown=True,
        copied=True, panel=Panel(_("Schedule manually"), wide=True)),
    TaskField("free_float_minutes", _MINUTES, computed="free_float", empty=True, shown=True),
    TaskField("critical", _FLAG, computed="critical", shown=True),
    TaskField("effort_driven", _FLAG, engine="effort_driven", element="EffortDriven", lenient=True, edit=Edit.PLAIN,
        shown=True, copied=True, pasted=True,
        panel=Panel(_("Effort-driven: adding people shortens the task"), wide=True)),
    TaskField("ignore_resource_calendars", _FLAG, engine="ignore_resource_calendars", element="IgnoreResourceCalendar",
        edit=Edit.PLAIN, shown=True, copied=True),
    TaskField("levelling_delay", _WHOLE, engine="levelling_delay", element="LevelingDelay", edit=Edit.PLAIN,
        most=LONGEST, rule=_DELAY, shown=True),
    TaskField("active", _FLAG, engine="active", element="Active", default=1, edit=Edit.PLAIN, shown=True, copied=True,
        panel=Panel(_("Active task"), wide=True)),
    TaskField("estimate_shape", _CHOICE, edit=Edit.PLAIN, rule=_("choose triangular, pert or lognormal."), shown=True,
        copied=True, pasted=True, panel=Panel(_("Distribution"))),
    TaskField("estimate_group", _TEXT, edit=Edit.PLAIN, shown=True, copied=True, pasted=True,
        panel=Panel(_("Correlation group"))),
    TaskField("custom", Kind.CUSTOM, edit=Edit.RULED, shown=True, copied=True, pasted=True),
    TaskField("notes", _TEXT, engine="notes", loaded=False, element="Notes", lenient=True, edit=Edit.RULED, shown=True,
        copied=True, pasted=True, panel=Panel(_("Notes"), wide=True, area=True)),
    # Of files and the schedule alone.
    TaskField("physical_percent_complete", Kind.PERCENT, progress=True, engine="physical_percent_complete",
        element="PhysicalPercentComplete", lenient=True, empty=True),
    TaskField("actual_duration", _MINUTES, engine="actual_duration",
        element="ActualDuration", empty=True, progress=True),
    TaskField("stop", _MOMENT, progress=True, engine="stop", element="Stop", empty=True),
    TaskField("resume", _MOMENT, progress=True, engine="resume", element="Resume", empty=True),
    TaskField("segments", Kind.PARTS, engine="segments"),
    TaskField("actual_work_minutes", _MINUTES, progress=True, engine="actual_work", element="ActualWork", lenient=True),
    TaskField("cost", Kind.MONEY, engine="cost", element="Cost", lenient=True),
    TaskField("actual_cost", Kind.MONEY, engine="actual_cost", element="ActualCost",
        lenient=True, empty=True, progress=True),
    TaskField("fixed_cost", Kind.MONEY, engine="fixed_cost", element="FixedCost", lenient=True),
    TaskField("fixed_cost_accrual", _CHOICE, engine="fixed_cost_accrual", enum=Accrual, element="FixedCostAccrual",
        lenient=True),
    TaskField("early_start", _MOMENT, computed="early_start", empty=True),
    TaskField("early_finish", _MOMENT, computed="early_finish", empty=True),
    TaskField("late_start", _MOMENT, computed="late_start", empty=True),
    TaskField("late_finish", _MOMENT, computed="late_finish", empty=True),
)
# fmt: on

BY_NAME = {field.name: field for field in FIELDS}
PROGRESS = tuple(field.name for field in FIELDS if field.progress)

GROUPS = (
    Group("", "", ("name", "kind", "milestone_owner", "deliverable")),
    Group(
        "dates",
        _("Dates"),
        ("duration_minutes", "calendar", "start", "finish", "constraint", "constraint_date", "deadline", "manual"),
        is_open=True,
    ),
    Group(
        "progress",
        _("Progress"),
        ("percent_complete", "remaining_duration", "actual_start", "actual_finish", "waiting_for", "active"),
        is_open=True,
    ),
    Group("effort", _("Effort"), ("work_minutes", "effort", "effort_driven", "priority")),
    Group("estimate", _("Estimate"), ("optimistic_minutes", "pessimistic_minutes", "estimate_shape", "estimate_group")),
    Group("notes", _("Notes"), ("notes", "hyperlink", "wbs_code"), is_open=True),
)
