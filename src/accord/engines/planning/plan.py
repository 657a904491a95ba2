"""The plan: what file readers and the database both hand to the scheduling engines.

One set of frozen dataclasses is the joint between floors: ``exchange.mspdi`` reads a
file into a :class:`Plan`, ``projects.queries`` loads a project into one, and
``critical_path``, ``scheduling`` and ``earned_value`` take it from there. A plan holds what
people decided (durations, links, constraints, progress) and, in ``Task.stored``,
what another program computed from it, kept only to be compared.

Units: durations, lags, work and float are whole **minutes**; dates are naive
``datetime`` in the plan's own wall clock; money is ``Decimal`` in ``Plan.currency``;
units of a resource are a share (1.0 is one full resource).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from accord.engines.calendars.working_time import CalendarSpec
from accord.engines.planning.effort import Effort


class LinkType(StrEnum):
    """The four precedence relations (PMI: finish-to-start and so on)."""

    FS = "FS"
    SS = "SS"
    FF = "FF"
    SF = "SF"


class LagUnit(StrEnum):
    """How a lag is counted: working minutes, elapsed minutes, or percent of the predecessor's duration."""

    WORKING = "working"
    ELAPSED = "elapsed"
    PERCENT = "percent"
    ELAPSED_PERCENT = "elapsed_percent"


class Constraint(StrEnum):
    """The eight constraint types."""

    ASAP = "ASAP"
    ALAP = "ALAP"
    MUST_START_ON = "MSO"
    MUST_FINISH_ON = "MFO"
    START_NO_EARLIER_THAN = "SNET"
    START_NO_LATER_THAN = "SNLT"
    FINISH_NO_EARLIER_THAN = "FNET"
    FINISH_NO_LATER_THAN = "FNLT"


class ResourceKind(StrEnum):
    WORK = "work"
    MATERIAL = "material"
    COST = "cost"


class Accrual(StrEnum):
    """When a cost falls due: with the task's start, spread over its duration, or with its finish."""

    START = "start"
    PRORATED = "prorated"
    END = "end"


@dataclass(frozen=True, slots=True)
class Link:
    """``predecessor`` → ``successor``. ``lag`` is minutes, or percent (50.0 is half) where ``unit`` says so.

    A negative lag is a lead.
    """

    predecessor: int
    successor: int
    type: LinkType = LinkType.FS
    lag: float = 0
    unit: LagUnit = LagUnit.WORKING


@dataclass(frozen=True, slots=True)
class Spend:
    """Money that falls due evenly from ``start`` to ``finish``."""

    start: datetime
    finish: datetime
    cost: Decimal


@dataclass(frozen=True, slots=True)
class BaselineValues:
    """One baseline of one task (or of the project's summary task).

    ``spread`` is the cost over time where the file recorded it; empty means evenly over the baseline's working time.
    """

    number: int
    start: datetime | None
    finish: datetime | None
    duration: int | None
    work: int | None
    cost: Decimal | None
    spread: tuple[Spend, ...] = ()


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a split task, or of work spread over time."""

    start: datetime
    finish: datetime
    value: float = 0


@dataclass(frozen=True, slots=True)
class Stored:
    """Results that the file's author (MS Project) computed: for comparison only, never an input."""

    start: datetime | None = None
    finish: datetime | None = None
    early_start: datetime | None = None
    early_finish: datetime | None = None
    late_start: datetime | None = None
    late_finish: datetime | None = None
    total_float: int | None = None
    free_float: int | None = None
    critical: bool | None = None
    bcws: Decimal | None = None
    bcwp: Decimal | None = None
    acwp: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """One row of the plan. A task with children is a summary: its dates, duration and cost are rolled up.

    ``level_of_effort`` is work that supports other work (PMI): it takes its dates from what it is linked to
    (`plan_effort_span`), drives nothing, is never critical, and is earned as planned.
    """

    uid: int
    name: str
    parent: int | None = None
    outline_level: int = 1
    wbs: str = ""
    duration: int = 0
    elapsed: bool = False
    milestone: bool = False
    level_of_effort: bool = False
    effort: Effort = Effort.UNITS
    effort_driven: bool = False
    manual: bool = False
    active: bool = True
    constraint: Constraint = Constraint.ASAP
    constraint_date: datetime | None = None
    deadline: datetime | None = None
    calendar: int | None = None
    ignore_resource_calendars: bool = False
    priority: int = 500
    levelling_delay: int = 0
    # Stored position: the input for manual tasks, and what "today's plan" says for all others.
    start: datetime | None = None
    finish: datetime | None = None
    # Progress
    percent_complete: float = 0
    # Only where earned value is to be measured by physical progress instead of percent of duration.
    physical_percent_complete: float | None = None
    actual_start: datetime | None = None
    actual_finish: datetime | None = None
    actual_duration: int | None = None
    remaining_duration: int | None = None
    stop: datetime | None = None
    resume: datetime | None = None
    segments: tuple[Segment, ...] = ()
    # Work and money
    work: int = 0
    actual_work: int = 0
    cost: Decimal = Decimal(0)
    actual_cost: Decimal | None = None
    fixed_cost: Decimal = Decimal(0)
    fixed_cost_accrual: Accrual = Accrual.PRORATED
    baselines: tuple[BaselineValues, ...] = ()
    notes: str = ""
    hyperlink: str = ""
    # Who is responsible for a milestone, as a plan file names them: by name or e-mail address.
    milestone_owner: str = ""
    stored: Stored = field(default_factory=Stored)


@dataclass(frozen=True, slots=True)
class RateLine:
    """Rates in force from ``starts`` (inclusive; None: from ever) until ``ends`` (exclusive), per hour."""

    starts: date | None
    ends: date | None
    standard: Decimal
    overtime: Decimal = Decimal(0)
    per_use: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Availability:
    """``units`` of a resource there are from ``starts`` to ``ends`` (both inclusive; None: no bound)."""

    starts: date | None
    ends: date | None
    units: float


@dataclass(frozen=True, slots=True)
class Resource:
    """``max_units`` is what there is of it, unless ``availability`` says so by time; then none outside the periods."""

    uid: int
    name: str
    kind: ResourceKind = ResourceKind.WORK
    email: str = ""
    group: str = ""
    max_units: float = 1.0
    calendar: int | None = None
    rates: tuple[RateLine, ...] = ()
    material_label: str = ""
    availability: tuple[Availability, ...] = ()
    accrual: Accrual = Accrual.PRORATED


@dataclass(frozen=True, slots=True)
class Assignment:
    """A resource on a task. ``delay`` (working minutes) moves its start after the task's.

    ``overtime`` is the part of ``work`` that is done beside the working time: it takes none of the duration.
    """

    uid: int
    task: int
    resource: int | None
    units: float = 1.0
    work: int = 0
    actual_work: int = 0
    remaining_work: int | None = None
    cost: Decimal = Decimal(0)
    actual_cost: Decimal | None = None
    delay: int = 0
    start: datetime | None = None
    finish: datetime | None = None
    contour: int = 0
    baseline_cost: Decimal | None = None
    baseline_work: int | None = None
    overtime: int = 0
    actual_overtime: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole project. ``tasks`` are in outline order, each parent before its children."""

    name: str
    start: datetime
    calendar: int
    calendars: tuple[CalendarSpec, ...]
    tasks: tuple[Task, ...]
    links: tuple[Link, ...] = ()
    resources: tuple[Resource, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    finish: datetime | None = None
    schedule_from_finish: bool = False
    status_date: datetime | None = None
    # The day the file was written for: MS Project reports as of it when no status date is set.
    current_date: datetime | None = None
    currency: str = ""
    minutes_per_day: int = 480
    minutes_per_week: int = 2400
    days_per_month: int = 20
    critical_slack_limit: int = 0
    honor_constraints: bool = True
    multiple_critical_paths: bool = False
    splits_in_progress_tasks: bool = True
    # Which baseline (0 to 10) earned value is measured against.
    earned_value_baseline: int = 0
    # What the reader left out or assumed, in words for the user.
    remarks: tuple[str, ...] = ()
