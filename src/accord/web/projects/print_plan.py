"""The plan on paper: a vector Gantt chart, set by Typst.

All places are computed here, in millimetres; ``typst/plan.typ`` only draws them. Texts reach it as data and are never
read as markup.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import gettext

from accord.engines.calendars.working_time import WorkCalendar, compile_calendars
from accord.engines.planning.splits import placed
from accord.projects.models import Project, Task
from accord.projects.outline import Row
from accord.projects.plan_progress import segments_of
from accord.projects.queries import LoadedPlan, load_plan
from accord.web.projects.print_columns import COLUMNS, USUAL, Column, as_data, short_day, texts_of
from accord.web.shell.templatetags.shell import day

TEMPLATE = Path(__file__).parent / "typst" / "plan.typ"
PAPERS = {"a4": (297.0, 210.0), "a3": (420.0, 297.0)}
MARGIN, HEAD, AXIS, FOOT, ROW, SIZE = 10.0, 15.0, 9.0, 9.0, 5.2, 7.0
LEAST = 0.34  # millimetres a day below which weeks run into each other: then the chart goes on on further pages


@dataclass(frozen=True, slots=True)
class Wish:
    """What the reader wants to see."""

    paper: str = "a4"
    columns: tuple[str, ...] = USUAL
    critical: bool = True
    baseline: bool = True
    links: bool = True
    one_wide: bool = False


def print_plan(project: Project, wish: Wish, *, today: date) -> bytes:
    """The plan of ``project`` as a PDF."""
    import typst  # here: a library of 30 MB that no other page needs

    data = layout(project, load_plan(project.plan), wish, today=today)
    found: bytes = typst.compile(TEMPLATE.read_bytes(), sys_inputs={"data": json.dumps(data, cls=DjangoJSONEncoder)})
    return found


def layout(project: Project, loaded: LoadedPlan, wish: Wish, *, today: date) -> dict[str, Any]:
    """Everything on the pages, with its place in millimetres from the upper left corner of table and chart."""
    width, height = PAPERS[wish.paper]
    columns, table = _columns(wish, width - 2 * MARGIN)
    chart = width - 2 * MARGIN - table
    sheet = _Sheet(loaded, chart, today, one_wide=wish.one_wide)
    texts = texts_of(project, loaded)
    per_page = int((height - 2 * MARGIN - HEAD - FOOT - AXIS) / ROW)
    lines = sheet.lines(project, today)
    pages: list[dict[str, Any]] = []
    for first in range(0, max(1, len(loaded.rows)), per_page):
        rows = loaded.rows[first : first + per_page]
        cells = [as_data(row, columns, texts, SIZE) for row in rows]
        bars = [sheet.bar(row, place, wish, texts.people.get(row.task.pk, "")) for place, row in enumerate(rows)]
        links = list(sheet.links(first, first + len(rows))) if wish.links else []
        summary = [row.has_children for row in rows]
        page = {"cells": cells, "summary": summary, "bars": [bar for bar in bars if bar is not None], "links": links}
        pages.extend(page | {"shift": across * chart} for across in range(sheet.across))
    return {
        "title": project.name,
        "client": str(project.account),
        "span": gettext("%(start)s to %(finish)s") % {"start": day(project.start), "finish": day(project.finish)}
        if project.finish
        else day(project.start),
        "printed": day(today),
        "paper": {"width": width, "height": height, "margin": MARGIN, "head": HEAD, "axis": AXIS, "foot": FOOT},
        "row": ROW,
        "size": SIZE,
        "table": table,
        "chart": chart,
        "columns": [{"label": c.label, "width": w, "right": c.right} for _, c, w in columns],
        "upper": sheet.upper,
        "lower": sheet.lower,
        "rests": sheet.rests(),
        "lines": lines,
        "legend": [*_legend(wish), *(line["kind"] for line in lines)],
        "pages": pages,
    }


def _columns(wish: Wish, room: float) -> tuple[list[tuple[str, Column, float]], float]:
    """The columns with their widths: as they like to be, or narrower together where the chart would lose its room."""
    names = [name for name in COLUMNS if name in wish.columns or name == "name"]
    wanted = sum(COLUMNS[name].width for name in names)
    share = min(1.0, room * 0.6 / wanted)
    return [(name, COLUMNS[name], COLUMNS[name].width * share) for name in names], wanted * share


def _legend(wish: Wish) -> list[str]:
    shown = ["task", "summary", "milestone"]
    return shown + [name for name in ("critical", "baseline") if getattr(wish, name)] + ["deadline"]


class _Sheet:
    """Time as places on the paper."""

    def __init__(self, loaded: LoadedPlan, chart: float, today: date, *, one_wide: bool) -> None:
        self.loaded = loaded
        moments = [m for t in loaded.tasks for m in (t.start, t.finish, t.deadline) if m is not None]
        self.agreed = {
            t.uid: b for t in loaded.plan.tasks for b in t.baselines if b.number == 0 and b.start and b.finish
        }
        moments += [m for b in self.agreed.values() for m in (b.start, b.finish) if m is not None]
        first = min(moments, default=loaded.plan.start).date() - timedelta(days=2)
        last = max(moments, default=loaded.plan.start).date() + timedelta(days=2)
        self.first, self.days = first, max(14, (last - first).days)
        # Names stand beside the bars: the last ones need some room too.
        self.across = 1 if one_wide else max(1, -(-int(self.days * LEAST + 30) // int(chart)))
        self.scale = (self.across * chart - 30) / self.days
        self.width = self.across * chart
        self.calendars: dict[int, WorkCalendar] = compile_calendars(loaded.plan.calendars)
        self.lower, self.upper = _scales(
            first, first + timedelta(days=self.width / self.scale + 1), self.scale, self.at
        )

    def at(self, moment: datetime | date) -> float:
        start = datetime.combine(self.first, datetime.min.time())
        when = moment if isinstance(moment, datetime) else datetime.combine(moment, datetime.min.time())
        return round((when - start).total_seconds() / 86400 * self.scale, 3)

    def bar(self, row: Row, place: int, wish: Wish, people: str) -> dict[str, Any] | None:
        task = row.task
        if task.start is None or task.finish is None:
            return None
        kind = "summary" if row.has_children else "milestone" if task.kind == Task.Kind.MILESTONE else "task"
        left, right = self.at(task.start), self.at(task.finish)
        agreed = self.agreed.get(task.uid) if wish.baseline else None
        return {
            "y": round(place * ROW, 3),
            "kind": kind,
            "left": left,
            "width": max(0.4, round(right - left, 3)),
            "critical": wish.critical and task.critical,
            "done": float(task.percent_complete) / 100,
            "parts": [[self.at(p.start), max(0.3, self.at(p.finish) - self.at(p.start))] for p in self._parts(row)],
            "baseline": [self.at(m) for m in (agreed.start, agreed.finish) if m] if agreed else None,
            "deadline": self.at(task.deadline) if task.deadline else None,
            "late": task.misses_deadline,
            "label": {"task": people, "summary": task.name}.get(kind, f"{task.name} {short_day(task.finish)}"),
        }

    def _parts(self, row: Row) -> tuple[Any, ...]:
        task = row.task
        if row.has_children or not task.segments or task.start is None:
            return ()
        calendar = self.calendars[task.calendar_id or self.loaded.plan.calendar]
        return placed(segments_of(task), task.start, task.duration_minutes, calendar)

    def links(self, first: int, last: int) -> Iterator[dict[str, Any]]:
        """The links that touch the rows from ``first`` to before ``last``; beyond the page they are cut off."""
        place = {row.task.pk: number for number, row in enumerate(self.loaded.rows)}
        tasks = {row.task.pk: row.task for row in self.loaded.rows}
        for link in self.loaded.links:
            ends = place[link.predecessor_id], place[link.successor_id]
            if max(ends) < first or min(ends) >= last:
                continue
            source, target = tasks[link.predecessor_id], tasks[link.successor_id]
            out = source.finish if link.type[0] == "F" else source.start
            into = target.finish if link.type[1] == "F" else target.start
            if out is None or into is None:
                continue
            y = [round((end - first + 0.45) * ROW, 3) for end in ends]
            yield {
                "from": [self.at(out), y[0]],
                "to": [self.at(into), y[1]],
                "leaves": 1 if link.type[0] == "F" else -1,
                "enters": 1 if link.type[1] == "S" else -1,
                "critical": source.critical and target.critical,
            }

    def rests(self) -> list[list[float]]:
        """Days without work, where a day is wide enough to be seen."""
        if self.scale < 0.8:
            return []
        calendar = self.calendars[self.loaded.plan.calendar]
        days = [self.first + timedelta(days=n) for n in range(int(self.width / self.scale) + 1)]
        return [[self.at(d), round(self.scale, 3)] for d in days if not calendar.is_working_day(d)]

    def lines(self, project: Project, today: date) -> list[dict[str, Any]]:
        found = [(gettext("Today"), today, "today")]
        if project.status_date:
            found.append((gettext("Status date"), project.status_date.date(), "status"))
        return [
            {"label": label, "at": self.at(when), "kind": kind}
            for label, when, kind in found
            if self.first <= when and self.at(when) <= self.width
        ]


def _scales(first: date, last: date, scale: float, at: Any) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The two rows of the time scale: days under months, weeks under months, months under years, or quarters."""
    if scale >= 4:
        lower, upper = _ticks(first, last, "day"), _ticks(first, last, "month")
    elif scale >= 1:
        lower, upper = _ticks(first, last, "week"), _ticks(first, last, "month")
    elif scale >= 0.2:
        lower, upper = _ticks(first, last, "month"), _ticks(first, last, "year")
    else:
        lower, upper = _ticks(first, last, "quarter"), _ticks(first, last, "year")
    return [
        [
            {"at": at(max(start, first)), "width": round(at(end) - at(max(start, first)), 3), "label": label}
            for (start, label), (end, _) in pairwise(ticks)
        ]
        for ticks in (lower, upper)
    ]  # type: ignore[return-value]


def _ticks(first: date, last: date, unit: str) -> list[tuple[date, str]]:
    """Where each unit begins, with its label, from the one that holds ``first`` to one after ``last``."""
    found = []
    moment = {
        "day": first,
        "week": first - timedelta(days=first.weekday()),
        "month": first.replace(day=1),
        "quarter": first.replace(day=1, month=first.month - (first.month - 1) % 3),
        "year": first.replace(day=1, month=1),
    }[unit]
    while True:
        found.append((moment, _label(moment, unit)))
        if moment > last:
            return found
        if unit in ("day", "week"):
            moment += timedelta(days=1 if unit == "day" else 7)
        else:
            month = moment.month - 1 + {"month": 1, "quarter": 3, "year": 12}[unit]
            moment = date(moment.year + month // 12, month % 12 + 1, 1)


def _label(moment: date, unit: str) -> str:
    if unit == "day":
        return str(moment.day)
    if unit == "week":
        return f"{moment.day} {moment:%b}"
    if unit == "quarter":
        return f"Q{(moment.month - 1) // 3 + 1}"
    return f"{moment:%Y}" if unit == "year" else f"{moment:%b %Y}"
