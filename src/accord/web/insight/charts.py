"""Charts as Vega-Lite specifications, each with its table."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from accord.insight.queries import ProjectValue
from accord.projects.models import Project
from accord.web.shell.templatetags.shell import day, money
from accord.web.shell.views.lists import Cell, Row

WEEK = timedelta(weeks=1)


def value_curve(project: Project, value: ProjectValue) -> dict[str, Any]:
    """The S-curve: planned value by week, with earned value and actual cost at the status date."""
    plan = value.value
    start = plan.baseline_start
    assert start is not None  # the caller has looked
    points: list[tuple[Any, str, Decimal]] = [(start, "Planned value", Decimal(0))]
    points += [(start + WEEK * float(time), "Planned value", planned) for time, planned in plan.curve]
    now = value.status_date
    for label, amount in (("Earned value", value.total.ev), ("Actual cost", value.total.ac)):
        if amount is not None:
            points.append((now, label, amount))
    history = project.measures.order_by("day").values_list("status_date", "ev", "ac")
    for moment, ev, ac in history:
        if moment < now:
            points += [(moment, name, v) for name, v in (("Earned value", ev), ("Actual cost", ac)) if v is not None]
    order = ["Planned value", "Earned value", "Actual cost"]
    points.sort(key=lambda p: (order.index(p[1]), p[0]))
    spec = {
        "data": {"values": [{"when": m.isoformat(), "what": label, "amount": float(v)} for m, label, v in points]},
        "height": 240,
        "encoding": {
            "x": {"field": "when", "type": "temporal", "title": None},
            "y": {"field": "amount", "type": "quantitative", "title": project.currency, "axis": {"format": "~s"}},
            "color": {"field": "what", "type": "nominal", "title": None, "sort": order, "legend": {"orient": "top"}},
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
        "title": "Planned, earned and spent",
        "text": f"As of {day(now)}, {value.status_source}.",
        "spec": spec,
        "table": {
            "columns": [{"label": "Day"}, {"label": "Figure"}, {"label": "Amount", "numeric": True}],
            "rows": [
                Row(0, "", [Cell(day(m)), Cell(label), Cell(money(v, project.currency), numeric=True)])
                for m, label, v in points
            ],
        },
    }
