"""Charts as Vega-Lite specifications, each with its table."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from accord.engines.plan_value import last_day
from accord.insight.models import ProjectMeasure
from accord.projects.models import Project
from accord.web.shell.chart_axes import date_axis
from accord.web.shell.templatetags.shell import as_of, day, money
from accord.web.shell.views.lists import Cell, Row


def value_curve(project: Project, measure: ProjectMeasure) -> dict[str, Any] | None:
    """The S-curve: planned value by week, earned value and actual cost as measured. Without baseline ``None``."""
    if len(measure.curve) < 3:
        return None
    now = measure.status_date
    points: list[tuple[Any, str, Decimal]] = [
        (datetime.fromisoformat(moment), "Planned value", Decimal(planned)) for moment, planned in measure.curve
    ]
    history = project.measures.filter(status_date__lt=now).values_list("status_date", "ev", "ac")
    for moment, ev, ac in [*history, (now, measure.ev, measure.ac)]:
        points += [(moment, name, v) for name, v in (("Earned value", ev), ("Actual cost", ac)) if v is not None]
    order = ["Planned value", "Earned value", "Actual cost"]
    points.sort(key=lambda p: (order.index(p[1]), p[0]))
    spec = {
        "data": {"values": [{"when": m.isoformat(), "what": label, "amount": float(v)} for m, label, v in points]},
        "height": 240,
        "encoding": {
            "x": {"field": "when", "type": "temporal", "title": None, "axis": date_axis(m for m, _, _ in points)},
            "y": {"field": "amount", "type": "quantitative", "title": project.currency, "axis": {"format": "~s"}},
            "color": {"field": "what", "type": "nominal", "title": None, "sort": order},
        },
        "layer": [
            {"mark": {"type": "line", "interpolate": "monotone", "strokeWidth": 2}},
            {
                "mark": {"type": "point", "filled": True, "size": 70},
                "transform": [{"filter": "datum.what != 'Planned value'"}],
            },
            {
                "mark": {"type": "rule", "strokeDash": [4, 4]},
                "data": {"values": [{"when": now.isoformat()}]},
                "encoding": {"x": {"field": "when", "type": "temporal"}, "y": None, "color": None},
            },
        ],
    }
    return {
        "id": "value-curve",
        "title": "Planned value, earned value and actual cost",
        "text": f"As of {as_of(now)}, {measure.status_source}.",
        "spec": spec,
        "table": {
            "columns": [{"label": "Day"}, {"label": "Figure"}, {"label": "Amount", "numeric": True}],
            "rows": [
                Row(0, "", [Cell(day(last_day(m))), Cell(label), Cell(money(v, project.currency), numeric=True)])
                for m, label, v in points
            ],
        },
    }
