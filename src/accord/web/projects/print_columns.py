"""What the cells of a printed plan say: the columns of the Gantt page, under the same names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any

from django.utils.translation import gettext

from accord.core.dates import day_text
from accord.engines.planning.plan import LagUnit
from accord.projects.fields import FIELDS, Kind, TaskField
from accord.projects.models import Deliverable, Link, Project
from accord.projects.outline import Row
from accord.projects.queries import LoadedPlan, owner_names


@dataclass(frozen=True, slots=True)
class Texts:
    """The plan as the cells look it up."""

    project: Project
    numbers: dict[int, int]
    people: dict[int, str]
    waits_for: dict[int, list[Link]]
    names: dict[str, dict[int, str]]  # of what a field chooses from, by the list it is called in the table


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its label, its width in millimetres, and what a row says in it."""

    label: str
    width: float
    text: Callable[[Row, Texts], str]
    right: bool = False


def texts_of(project: Project, loaded: LoadedPlan) -> Texts:
    """Everything that is written in cells; two queries more than the plan."""
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
        {
            "calendars": {c.pk: c.name for c in loaded.calendars},
            "people": owner_names(loaded.tasks),
            "deliverables": dict(Deliverable.objects.filter(project=project).values_list("pk", "name")),
        },
    )


def short_day(moment: datetime | None) -> str:
    """``Mon 2 Mar 2026``."""
    return f"{moment:%a} {day_text(moment)}" if moment else ""


def length(value: float, per_day: int) -> str:
    """Minutes as the Gantt shows them: days in quarters, else hours, else minutes."""
    size = abs(value)
    if size == 0 or size >= per_day or size * 4 % per_day == 0:
        return f"{round(value / per_day, 2):g} d"
    return f"{round(value / 60, 2):g} h" if size >= 60 else gettext("%(value)s min") % {"value": value}


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


def _type(row: Row, texts: Texts) -> str:
    return gettext("Summary") if row.has_children else str(row.task.get_kind_display())


def _effort(row: Row, texts: Texts) -> str:
    return "" if row.has_children else str(row.task.get_effort_display())


def _work(row: Row, texts: Texts) -> str:
    return f"{row.task.work_minutes / 60:g} h" if row.task.work_minutes else ""


# What is worked out, or said otherwise than its kind is.
OWN: dict[str, Callable[[Row, Texts], str]] = {
    "number": lambda row, texts: str(texts.numbers[row.task.pk]),
    "wbs": lambda row, texts: row.wbs,
    "predecessors": _predecessors,
    "resources": lambda row, texts: texts.people.get(row.task.pk, ""),
    "kind": _type,
    "effort": _effort,
    "work_minutes": _work,
}


def _text_of(each: TaskField) -> Callable[[Row, Texts], str]:
    """What a row says in the column of a field."""
    if each.name in OWN:
        return OWN[each.name]
    value = attrgetter(each.attribute)
    if each.kind is Kind.MINUTES:
        return lambda row, texts: _span(value(row.task), row, texts)
    if each.kind is Kind.MOMENT:
        return lambda row, texts: short_day(value(row.task))
    if each.kind is Kind.CHOICE:
        return lambda row, texts: str(getattr(row.task, f"get_{each.name}_display")())
    if each.kind is Kind.RECORD:
        return lambda row, texts: texts.names[each.source].get(value(row.task), "")
    if each.kind is Kind.PERCENT:
        return lambda row, texts: f"{value(row.task):.0f} %"
    return lambda row, texts: str(value(row.task))


COLUMNS: dict[str, Column] = {
    each.column.name: Column(each.column.label, each.column.paper, _text_of(each), each.column.right)
    for each in FIELDS
    if each.column is not None and each.column.paper is not None
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
