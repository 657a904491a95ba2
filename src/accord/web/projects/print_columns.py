"""What the cells of a printed plan say: the columns of the Gantt page, under the same names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accord.core.dates import day_text
from accord.engines.plan import LagUnit
from accord.projects.models import Deliverable, Link, Project, Task
from accord.projects.outline import Row
from accord.projects.queries import LoadedPlan


@dataclass(frozen=True, slots=True)
class Texts:
    """The plan as the cells look it up."""

    project: Project
    numbers: dict[int, int]
    people: dict[int, str]
    waits_for: dict[int, list[Link]]
    deliverables: dict[int, str]
    calendars: dict[int, str]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its label, its width in millimetres, and what a row says in it."""

    label: str
    width: float
    text: Callable[[Row, Texts], str]
    right: bool = False


def texts_of(project: Project, loaded: LoadedPlan) -> Texts:
    """Everything that is written in cells; one query more than the plan."""
    people: dict[int, list[str]] = defaultdict(list)
    for a in loaded.assignments:
        resource = loaded.resources.get(a.resource_id) if a.resource_id else None
        if resource is not None:
            people[a.task_id].append(resource.name if a.units == 1 else f"{resource.name} {a.units:.0%}")
    waits: dict[int, list[Link]] = defaultdict(list)
    for link in loaded.links:
        waits[link.successor_id].append(link)
    return Texts(
        project,
        {row.task.pk: place for place, row in enumerate(loaded.rows, 1)},
        {pk: ", ".join(names) for pk, names in people.items()},
        waits,
        dict(Deliverable.objects.filter(project=project).values_list("pk", "name")),
        {c.pk: c.name for c in loaded.calendars},
    )


def short_day(moment: datetime | None) -> str:
    """``Mon 2 Mar 2026``."""
    return f"{moment:%a} {day_text(moment)}" if moment else ""


def length(value: float, per_day: int) -> str:
    """Minutes as the Gantt shows them: days in quarters, else hours, else minutes."""
    size = abs(value)
    if size == 0 or size >= per_day or size * 4 % per_day == 0:
        return f"{round(value / per_day, 2):g} d"
    return f"{round(value / 60, 2):g} h" if size >= 60 else f"{value} min"


def _span(value: int | None, row: Row, texts: Texts) -> str:
    if value is None:
        return ""
    return length(value, 1440 if row.task.elapsed else texts.project.minutes_per_day)


def _predecessors(row: Row, texts: Texts) -> str:
    links = sorted(texts.waits_for.get(row.task.pk, ()), key=lambda link: texts.numbers[link.predecessor_id])
    return ", ".join(f"{texts.numbers[link.predecessor_id]}{_kind(link, texts)}" for link in links)


def _kind(link: Link, texts: Texts) -> str:
    if link.type == "FS" and not link.lag:
        return ""
    if not link.lag:
        return str(link.type)
    sign, size = ("+", link.lag) if link.lag > 0 else ("−", -link.lag)
    if link.lag_unit in (LagUnit.PERCENT, LagUnit.ELAPSED_PERCENT):
        return f"{link.type}{sign}{size:g}%"
    per_day = 1440 if link.lag_unit == LagUnit.ELAPSED else texts.project.minutes_per_day
    return f"{link.type}{sign}{length(size, per_day)}"


def _own(name: str) -> Callable[[Row, Texts], str]:
    return lambda row, texts: _span(getattr(row.task, name), row, texts)


def _date(name: str) -> Callable[[Row, Texts], str]:
    return lambda row, texts: short_day(getattr(row.task, name))


def _choice(name: str) -> Callable[[Row, Texts], str]:
    return lambda row, texts: str(getattr(row.task, f"get_{name}_display")())


def _of(task: Task, names: dict[int, str], key: int | None) -> str:
    return names.get(key, "") if key else ""


COLUMNS: dict[str, Column] = {
    "number": Column("#", 8, lambda row, texts: str(texts.numbers[row.task.pk]), right=True),
    "wbs": Column("WBS", 13, lambda row, texts: row.wbs),
    "name": Column("Task name", 58, lambda row, texts: row.task.name),
    "duration": Column("Duration", 15, _own("duration_minutes"), right=True),
    "start": Column("Start", 22, _date("start")),
    "finish": Column("Finish", 22, _date("finish")),
    "predecessors": Column("Predecessors", 22, _predecessors),
    "resources": Column("Resources", 38, lambda row, texts: texts.people.get(row.task.pk, "")),
    "complete": Column("% done", 13, lambda row, texts: f"{row.task.percent_complete:.0f} %", right=True),
    "float": Column("Total float", 16, _own("total_float_minutes"), right=True),
    "work": Column(
        "Work", 14, lambda row, texts: f"{row.task.work_minutes / 60:g} h" if row.task.work_minutes else "", True
    ),
    "type": Column("Type", 24, lambda row, texts: "Summary" if row.has_children else row.task.get_kind_display()),
    "effort": Column("Task type", 20, lambda row, texts: "" if row.has_children else _choice("effort")(row, texts)),
    "constraint": Column("Constraint", 30, _choice("constraint")),
    "constraint_date": Column("Constraint date", 22, _date("constraint_date")),
    "deadline": Column("Deadline", 22, _date("deadline")),
    "priority": Column("Priority", 13, lambda row, texts: str(row.task.priority), right=True),
    "calendar": Column("Calendar", 24, lambda row, texts: _of(row.task, texts.calendars, row.task.calendar_id)),
    "actual_start": Column("Started", 22, _date("actual_start")),
    "actual_finish": Column("Finished", 22, _date("actual_finish")),
    "remaining": Column("Remaining", 16, _own("remaining_duration"), right=True),
    "best": Column("Optimistic", 14, _own("optimistic_minutes"), right=True),
    "worst": Column("Pessimistic", 14, _own("pessimistic_minutes"), right=True),
    "deliverable": Column(
        "Deliverable", 34, lambda row, texts: _of(row.task, texts.deliverables, row.task.deliverable_id)
    ),
    "waiting": Column("Waiting for", 34, lambda row, texts: row.task.waiting_for),
}
NO_BREAK = "\N{NO-BREAK SPACE}"  # a cell is one line
USUAL = ("number", "name", "duration", "start", "finish")


def cut(text: str, width: float, size: float) -> str:
    """``text`` as far as it fits into ``width`` millimetres at ``size`` points, for letters of middling width."""
    most = max(1, int(width / (size * 0.352778 * 0.56)))
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def as_data(row: Row, columns: list[tuple[str, Column, float]], texts: Texts, size: float) -> list[dict[str, Any]]:
    """The cells of one row, cut to their columns."""
    cells = []
    for name, column, width in columns:
        indent = (row.level - 1) * 2.4 if name == "name" else 0.0
        text = cut(column.text(row, texts), width - 2 - indent, size)
        cells.append({"text": text.replace(" ", NO_BREAK), "indent": indent})
    return cells
