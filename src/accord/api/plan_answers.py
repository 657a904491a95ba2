"""The shapes of the plan's answers, from which the front end's types are made (``frontend/api.d.ts``)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NotRequired

from typing_extensions import TypedDict

from accord.api.answers import EXACT, Day, Moment, Named, WallTime
from accord.projects.fields import FIELDS, Kind, TaskField
from accord.projects.models import Task

TaskType = Literal["task", "summary", "milestone", "effort"]
LinkType = Literal["FS", "SS", "FF", "SF"]
LagUnit = Literal["working", "elapsed", "percent", "elapsed_percent"]
# Minutes after midnight, start and end.
Interval = tuple[int, int]


class Exact(TypedDict):
    __pydantic_config__ = EXACT  # type: ignore[misc]


class PlanException(Exact):
    """Days on which a calendar differs from its week."""

    name: str
    start: Day
    finish: Day
    intervals: list[Interval]


class PlanCalendar(Exact):
    """Seven days, Monday first, and the days that differ."""

    week: list[list[Interval]]
    exceptions: list[PlanException]


class PlanProject(Exact):
    """``simulated_at`` is the state of the plan that ``criticality`` is of: null if it has changed since."""

    id: int
    name: str
    version: int
    start: WallTime
    finish: WallTime | None
    status_date: WallTime | None
    today: WallTime
    currency: str
    minutes_per_day: int
    can_edit: bool
    calendar: PlanCalendar
    simulated_at: Moment | None


class Dates(Exact):
    start: WallTime
    finish: WallTime


class OpenDates(Exact):
    """Null for a task that was not there."""

    start: WallTime | None
    finish: WallTime | None


class TaskResource(Exact):
    id: int
    name: str
    units: int


def _type_of(each: TaskField) -> Any:
    """What a field of the table is in an answer."""
    if each.kind is Kind.CHOICE:
        column: Any = Task._meta.get_field(each.name)
        found: Any = Literal[tuple(value for value, _ in column.choices)]
    else:
        found = _TYPES[each.kind]
    return found | None if each.empty else found


_TYPES: dict[Kind, Any] = {
    Kind.TEXT: str,
    Kind.FLAG: bool,
    Kind.WHOLE: int,
    Kind.MINUTES: int,
    Kind.MOMENT: WallTime,
    Kind.PERCENT: float,
    Kind.RECORD: int,
    Kind.CUSTOM: dict[str, Any],
}

if TYPE_CHECKING:
    TaskRow = dict[str, Any]
else:
    TaskRow = TypedDict(
        "TaskRow",
        {
            "id": int,
            "parent": int | None,
            "order": int,
            "wbs": str,
            "kind": TaskType,
            **{each.name: _type_of(each) for each in FIELDS if each.shown},
            "late": list[str],
            "criticality": float | None,
            "baseline_start": WallTime | None,
            "baseline_finish": WallTime | None,
            "baseline_duration_minutes": int | None,
            "resources": list[TaskResource],
            "segments": list[Dates],
            "version": int,
        },
    )
    TaskRow.__doc__ = """A task as the Gantt shows it: fields of the table (`projects.fields`), and facts.

    ``late`` says how it is late, as of this answer; ``criticality`` is the share of simulated cases in which it was
    critical; ``calendar`` null means the project's; ``segments`` are the parts of a split task, none of whole ones.
    """
    TaskRow.__pydantic_config__ = EXACT


class LinkRow(Exact):
    """``lag`` is minutes, or with a unit of percent a percentage of the predecessor's duration."""

    id: int
    source: int
    target: int
    type: LinkType
    lag: float
    lag_unit: LagUnit


class PlanResource(Exact):
    id: int
    name: str
    kind: str


class UndoState(Exact):
    can_undo: bool
    can_redo: bool
    label: str


class PlanData(Exact):
    """``at`` is when the plan was saved last: ask for later changes with it."""

    at: Moment
    project: PlanProject
    tasks: list[TaskRow]
    links: list[LinkRow]
    resources: list[PlanResource]
    calendars: list[Named]
    deliverables: list[Named]
    people: list[Named]
    undo: UndoState


class MovedTask(Exact):
    id: int
    name: str
    before: OpenDates
    after: OpenDates


class PlanSpan(Exact):
    start: WallTime
    finish: WallTime | None
    version: int


class EditAnswer(Exact):
    """What an edit changed. ``created`` has the id of each ``temp_id``; by ``at_before`` others' edits are noticed."""

    step: int
    at_before: Moment
    at: Moment
    tasks: list[TaskRow]
    people: list[Named]
    links: list[LinkRow]
    deleted_tasks: list[int]
    deleted_links: list[int]
    created: dict[str, int]
    moved: list[MovedTask]
    project: PlanSpan
    finish_before: WallTime | None
    finish_after: WallTime | None
    undo: UndoState


class Difference(Exact):
    record: str
    field: str
    yours: Any
    theirs: Any


class EditConflict(Exact):
    """Someone else saved first: what differs, and the tasks as they are now."""

    error: str
    message: str
    differences: list[Difference]
    tasks: list[TaskRow]


class EditRefusal(Exact):
    """Nothing was saved: ``field`` is what is wrong, ``tasks`` are those of a circle."""

    error: str
    message: str
    field: str | None
    tasks: list[int]


class PlanNews(Exact):
    """What others have saved; nothing but ``at`` where nothing has changed."""

    at: Moment
    by: NotRequired[list[str]]
    tasks: NotRequired[list[TaskRow]]
    people: NotRequired[list[Named]]
    task_ids: NotRequired[list[int]]
    links: NotRequired[list[LinkRow]]
    project: NotRequired[PlanSpan]
    undo: NotRequired[UndoState]


class DatedTask(Exact):
    id: int
    start: WallTime | None
    finish: WallTime | None


class ComparisonDates(Exact):
    tasks: list[DatedTask]


class Finding(Exact):
    task: int
    note: str


class QualityPoint(Exact):
    number: int
    key: str
    name: str
    definition: str
    numerator: float | None
    denominator: float | None
    figure: float | None
    threshold: float | None
    threshold_is: Literal["at least", "at most"]
    verdict: str
    reason: str
    findings: list[Finding]


class PlanQuality(Exact):
    status_date: WallTime
    points: list[QualityPoint]


class BaselineRow(Exact):
    id: int
    version: int
    number: int
    name: str
    taken_at: Moment
    by: str | None
    tasks: int


class TaskValues(Exact):
    """``cost`` is absent for those who may not see money."""

    start: WallTime | None
    finish: WallTime | None
    duration_minutes: int | None
    work_minutes: int | None
    cost: NotRequired[str]


class TaskDifference(Exact):
    id: int
    name: str
    wbs: str
    fate: str
    before: TaskValues | None
    after: TaskValues | None
    later_minutes: int | None


class PlanComparison(Exact):
    finish_before: WallTime | None
    finish_after: WallTime | None
    later_minutes: int | None
    tasks: list[TaskDifference]
