"""Charts of a project's figures, each with its table."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext

from accord.core.texts import translated
from accord.engines.money.plan_value import last_day
from accord.insight.models import ProjectMeasure
from accord.projects.models import Project
from accord.web.shell.chart_axes import date_form
from accord.web.shell.drawing import drawing
from accord.web.shell.list_parts import Column
from accord.web.shell.templatetags.shell import as_of, day, money
from accord.web.shell.views.lists import Cell, Row


def value_curve(project: Project, measure: ProjectMeasure) -> dict[str, Any] | None:
    """The S-curve: planned value by week, earned value and actual cost as measured. Without baseline ``None``."""
    if len(measure.curve) < 3:
        return None
    now = measure.status_date
    points: list[tuple[Any, str, Decimal]] = [
        (datetime.fromisoformat(moment), gettext("Planned value"), Decimal(planned))
        for moment, planned in measure.curve
    ]
    history = project.measures.filter(status_date__lt=now).values_list("status_date", "ev", "ac")
    for moment, ev, ac in [*history, (now, measure.ev, measure.ac)]:
        points += [
            (moment, name, v)
            for name, v in ((gettext("Earned value"), ev), (gettext("Actual cost"), ac))
            if v is not None
        ]
    order = [gettext("Planned value"), gettext("Earned value"), gettext("Actual cost")]
    points.sort(key=lambda p: (order.index(p[1]), p[0]))
    drawn = [
        {
            "when": m.isoformat(),
            "what": label,
            "amount": float(v),
            "tip": {gettext("Date"): day(last_day(m)), label: money(v, project.currency)},
        }
        for m, label, v in points
    ]
    measured = [point for point in drawn if point["what"] != order[0]]
    spec = drawing(
        "value-curve",
        {"points": drawn, "measured": measured, "now": [{"when": now.isoformat()}]},
        unit=project.currency,
        form=date_form(m for m, _, _ in points),
    )
    return {
        "id": "value-curve",
        "title": gettext("Planned value, earned value and actual cost"),
        "text": gettext("As of %(now)s, %(status_source)s.")
        % {"now": as_of(now), "status_source": translated(measure.status_source)},
        "spec": spec,
        "table": {
            "columns": [Column(gettext("Day")), Column(gettext("Figure")), Column(gettext("Amount"), numeric=True)],
            "rows": [
                Row(0, "", [Cell(day(last_day(m))), Cell(label), Cell(money(v, project.currency), numeric=True)])
                for m, label, v in points
            ],
        },
    }
