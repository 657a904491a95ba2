"""A status report on paper, set by Typst. Texts reach the template as data and are never read as markup."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone
from django.utils.translation import gettext

from accord.core.dates import day_text, moment_text
from accord.insight.models import StatusReport
from accord.insight.status_parts import FigurePart, LightPart, ReportParts, RowPart, texts_of
from accord.people.letterhead import letterhead
from accord.people.models import Firm

TEMPLATE = Path(__file__).parent / "typst" / "status_report.typ"


def status_pdf(report: StatusReport, parts: ReportParts, firm: Firm) -> bytes:
    """``report`` as a PDF, with what ``parts`` holds for its reader."""
    import typst  # here: a library of 30 MB that few pages need

    data = json.dumps(_data(report, parts, firm), cls=DjangoJSONEncoder)
    found: bytes = typst.compile(TEMPLATE.read_bytes(), sys_inputs={"data": data})
    return found


def _data(report: StatusReport, parts: ReportParts, firm: Firm) -> dict[str, Any]:
    project, last = report.project, report.previous
    return letterhead(firm) | {
        "title": str(report),
        "project": project.name,
        "client": project.account.name,
        "mark": gettext("DRAFT") if report.is_draft else "",
        "head": [
            [gettext("Status date"), parts.as_of],
            [gettext("Project manager"), project.manager.name if project.manager is not None else "–"],
            [gettext("Published"), _published(report)],
            [gettext("Last report"), gettext("None") if last is None else f"{last}, {day_text(last.as_of)}"],
        ],
        "page": gettext("Page"),
        "texts": [{"title": title, "text": text} for title, text in texts_of(report) if text],
        "lights": {"title": gettext("Traffic lights"), "rows": [_light(part) for part in parts.lights]},
        "tables": [table for table in tables_of(parts) if table["rows"]],
        "note": gettext("Bold: changed since the last report.") if last is not None else "",
    }


def _published(report: StatusReport) -> str:
    if report.published_at is None:
        return gettext("Not yet")
    when = moment_text(timezone.localtime(report.published_at))
    return f"{when}, {report.published_by.name}" if report.published_by is not None else when


def _light(part: LightPart) -> dict[str, Any]:
    before = ""
    if part.before is not None:
        before = gettext("Last report: %(colour)s") % {"colour": str(part.before.label).lower()}
    return {
        "colour": part.colour.value,
        "area": str(part.area.label),
        "label": str(part.colour.label),
        "sentence": part.sentence,
        "reason": gettext("Set by the project manager: %(reason)s") % {"reason": part.reason} if part.reason else "",
        "before": before,
        "changed": part.is_changed,
    }


def tables_of(parts: ReportParts) -> list[dict[str, Any]]:
    """The tables of the document in their order, each with its columns, how many of them are texts on the left, and
    their shares of the width (0: as wide as what is in it)."""
    money = parts.money
    cost, price = ([gettext("Expected cost")], [gettext("Price")]) if money else ([], [])
    task = gettext("Work package")
    return [
        {
            "title": gettext("Figures"),
            "columns": [gettext("Figure"), gettext("Definition"), gettext("Last report"), gettext("This report")],
            "left": 2,
            "widths": [0, 1, 0, 0],
            "rows": [_figure(part) for part in parts.figures],
        },
        _table(gettext("Causes of the budget variance"), [task, gettext("Variance")], 1, parts.cost_causes),
        _table(gettext("Causes of the schedule variance"), [task, gettext("Variance")], 1, parts.schedule_causes),
        _table(gettext("Work furthest behind the baseline"), [task, gettext("Delay"), ""], 1, parts.slipped),
        _table(
            gettext("Milestones"),
            [gettext("Milestone"), gettext("Baseline"), gettext("Last report"), gettext("Forecast"),
             gettext("Variance")],
            1, parts.milestones,
        ),
        _table(
            gettext("Open risks"),
            [gettext("Risk"), gettext("Severity"), gettext("Probability"), gettext("Expected delay"), *cost,
             gettext("Owner"), gettext("Since last report")],
            2, parts.risks, [3, 1.2, 1.2, 1.1, *([1.5] if money else []), 1.5, 1.3],
        ),
        _table(gettext("Risks no longer open"), [gettext("Risk"), gettext("Status")], 2, parts.gone_risks),
        _table(
            gettext("Change requests"),
            [gettext("Change request"), gettext("Status"), gettext("Effect on finish"), *price], 2, parts.changes,
        ),
    ]  # fmt: skip


def _figure(part: FigurePart) -> dict[str, Any]:
    cells = [part.label, part.definition, part.before or "–", part.value or gettext("Not known")]
    return {"cells": cells, "changed": part.is_changed}


def _table(
    title: str, columns: list[str], left: int, rows: list[RowPart], widths: list[float] | None = None
) -> dict[str, Any]:
    """``left`` columns are texts, the others stand on the right."""
    shares = widths or [1, *(0 for _ in columns[1:])]
    cells = [{"cells": list(row.cells), "changed": row.is_changed} for row in rows]
    return {"title": title, "columns": columns, "left": left, "widths": shares, "rows": cells}
