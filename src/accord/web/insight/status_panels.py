"""The cards of a status report's page: each figure leads to what it was computed from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext

from accord.core.texts import gettext_lazy
from accord.insight.models import StatusReport
from accord.insight.status_parts import FigurePart, LightPart, ReportParts, RowPart, texts_of
from accord.web.shell.list_parts import Column
from accord.web.shell.record_page import Panel
from accord.web.shell.views.lists import Cell, Row

PARTS = "insight/parts/status_report.html"
CHANGED = gettext_lazy("Changed")
# The page behind a figure that follows from the plan alone.
PLAN_PAGES = {"progress": "project-plan", "finish": "project-plan", "baseline_finish": "project-baselines",
              "promised_finish": "project", "spi_t": "project-plan"}  # fmt: skip

Address = Callable[[int | None], str]


def panels_of(report: StatusReport, parts: ReportParts) -> list[Panel]:
    """The cards in the order in which a report is read; tables that are empty say so."""
    project = report.project_id

    def task(pk: int | None) -> str:
        return f"{reverse('project-plan', args=[project])}#task-{pk}/open" if pk else ""

    def entry(route: str) -> Address:
        return lambda pk: reverse(route, args=[pk]) if pk else ""

    sums, cost, price = [gettext("Variance")], gettext("Expected cost"), gettext("Price")
    package = gettext("Work package")
    money = [
        _table(gettext("Causes of the budget variance"), [package, *sums], parts.cost_causes, task,
               gettext("No budget variance.") if "cv" in parts.known else gettext("Not known: see Figures.")),
        _table(gettext("Causes of the schedule variance"), [package, *sums], parts.schedule_causes, task,
               gettext("No schedule variance.") if "sv" in parts.known else gettext("Not known: see Figures.")),
    ] if parts.money else []  # fmt: skip
    return [
        _lights(parts.lights, has_last=report.previous is not None),
        *_texts(report),
        _figures(report, parts),
        *money,
        _table(gettext("Work furthest behind the baseline"), [package, gettext("Delay"), gettext("Path")],
               parts.slipped, task, gettext("No unfinished work is behind the baseline.")),
        _table(gettext("Milestones"),
               [gettext("Milestone"), gettext("Baseline"), gettext("Last report"), gettext("Forecast"),
                gettext("Variance")], parts.milestones, task, gettext("No milestones.")),
        _table(gettext("Open risks"),
               [gettext("Risk"), gettext("Severity"), gettext("Probability"), gettext("Expected delay"),
                *([cost] if parts.money else []), gettext("Owner"), gettext("Since last report")],
               parts.risks, entry("risk"), gettext("No open risks.")),
        *([_table(gettext("Risks no longer open"), [gettext("Risk"), gettext("Status")], parts.gone_risks,
                  entry("risk"), "")] if parts.gone_risks else []),
        _table(gettext("Change requests"),
               [gettext("Change request"), gettext("Status"), gettext("Effect on finish"),
                *([price] if parts.money else [])],
               parts.changes, entry("change"), gettext("No change requests since the last report.")),
    ]  # fmt: skip


def _lights(lights: Sequence[LightPart], *, has_last: bool) -> Panel:
    columns = [Column(gettext("Area")), Column(gettext("Light")), Column(gettext("Why"))]
    if has_last:
        columns.append(Column(gettext("Last report")))
    return _rows(gettext("Traffic lights"), columns, [_light(part, has_last=has_last) for part in lights], "")


def _light(part: LightPart, *, has_last: bool) -> Row:
    reason = gettext("Set by the project manager: %(reason)s") % {"reason": part.reason} if part.reason else ""
    colour = Cell(str(part.colour.label), tone=part.tone, badge=True)
    cells = [Cell(str(part.area.label)), colour, Cell(part.sentence, sub=reason)]
    if has_last:
        before = "" if part.before is None else str(part.before.label)
        cells.append(Cell(before or None, sub=str(CHANGED) if part.is_changed else ""))
    return Row(0, "", cells)


def _texts(report: StatusReport) -> list[Panel]:
    """What a person wrote, beside the same of the last report."""
    last = report.previous
    before = [text for _, text in texts_of(last)] if last is not None else ["", "", ""]
    return [
        Panel(title, f"{PARTS}#texts", {"text": text, "before": then, "last": last})
        for (title, text), then in zip(texts_of(report), before, strict=True)
    ]


def _figures(report: StatusReport, parts: ReportParts) -> Panel:
    columns = [Column(gettext("Figure")), Column(gettext("This report"), numeric=True)]
    if report.previous is not None:
        columns.append(Column(gettext("Last report"), numeric=True))
    rows = [_figure(report, part) for part in parts.figures]
    notes = {"notes": parts.missing, "as_of": parts.as_of}
    return _rows(gettext("Figures"), columns, rows, "", **notes)


def _figure(report: StatusReport, part: FigurePart) -> Row:
    """Its definition stands below its name, which leads to the rows behind it."""
    sub = str(CHANGED) if part.is_changed else ""
    cells = [
        Cell(part.label, sub=part.definition),
        Cell(part.value or gettext("Not known"), numeric=True, tone="info" if part.is_changed else "", sub=sub),
    ]
    if report.previous is not None:
        cells.append(Cell(part.before, numeric=True))
    return Row(0, _source(report, part.name), cells)


def _source(report: StatusReport, name: str) -> str:
    if name in PLAN_PAGES:
        return reverse(PLAN_PAGES[name], args=[report.project_id])
    return f"{reverse('project-number', args=[report.project_id, name])}?as_of={report.as_of.isoformat()}"


def _table(title: str, labels: list[str], rows: Sequence[RowPart], address: Address, empty: str) -> Panel:
    columns = [Column(label, numeric=at == 1 and len(labels) == 2 and bool(empty)) for at, label in enumerate(labels)]
    return _rows(title, columns, [_row(row, columns, address) for row in rows], empty)


def _row(row: RowPart, columns: Sequence[Column], address: Address) -> Row:
    """The last cell is marked where the row differs from the last report."""
    last = len(columns) - 1
    cells = [
        Cell(
            value or None,
            numeric=column.numeric,
            tone=row.tone if at == row.tone_at else "",
            sub=str(CHANGED) if row.is_changed and at == last else "",
        )
        for at, (value, column) in enumerate(zip(row.cells, columns, strict=True))
    ]
    return Row(row.pk or 0, address(row.pk), cells)


def _rows(title: str, columns: list[Column], rows: list[Row], empty: str, **more: Any) -> Panel:
    values = {"columns": columns, "rows": rows, "caption": title, "empty_text": empty, "notes": [], "as_of": ""}
    return Panel(title, f"{PARTS}#rows", values | more)
