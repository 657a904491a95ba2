"""The charts of a simulation: the curves of finish and cost, and what decides them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.utils.translation import gettext

from accord.projects.simulation_result import Forecast, Result
from accord.web.shell.chart_axes import date_form
from accord.web.shell.drawing import drawing
from accord.web.shell.list_parts import Column
from accord.web.shell.templatetags.shell import day, money_short, number, percent
from accord.web.shell.views.lists import Cell, Row

MOST_BARS = 12


@dataclass(frozen=True, slots=True)
class Mark:
    """A date or an amount that is marked on a curve, with the chance of keeping it."""

    label: str
    at: Any
    chance: float


def finish_curve(result: Result, promised: datetime | None) -> dict[str, Any]:
    """The chance to be finished by each day."""
    marks = [
        Mark(gettext("Planned"), result.planned_finish.date(), result.chance(result.planned_finish)),
        *([Mark(gettext("Promised"), promised.date(), result.chance(promised))] if promised else []),
        *(Mark(f"P{share}", result.finish(share).date(), result.chance(result.finish(share))) for share in (50, 80)),
    ]
    points = result.curve()
    said = partial(_tip, gettext("Date"), day)
    spec = drawing(
        "finish-curve",
        {
            "points": [{"x": at.isoformat(), "y": share, "tip": said(at, share)} for at, share in points],
            "marks": [_mark(mark, mark.at.isoformat(), said) for mark in marks],
        },
        form=date_form([*(at for at, _ in points), *(mark.at for mark in marks)]),
    )
    shown = [(f"P{share}", result.finish(share).date(), share / 100) for share in (10, 20, 50, 80, 90, 95)]
    rows = [(mark.label, mark.at, mark.chance) for mark in marks[:-2]]
    return {
        "id": "finish-curve",
        "title": gettext("Finish date"),
        "text": gettext("Probability of finishing by each date. The last 0.5% is not drawn."),
        "spec": spec,
        "table": _table(gettext("Finish"), [(label, day(at), share) for label, at, share in [*rows, *shown]]),
    }


def cost_curve(result: Result, currency: str) -> dict[str, Any] | None:
    """The chance to cost no more than each amount; None where the plan records no cost, or it never varies."""
    if result.saved["cost"] is None:
        return None
    quantiles: list[float] = result.saved["cost"]["quantiles"]
    if quantiles[0] == quantiles[-1]:
        return None
    marks = [Mark(f"P{share}", quantiles[share], share / 100) for share in (50, 80)]
    planned = result.planned_cost
    if planned is not None:
        marks.insert(0, Mark(gettext("Planned"), float(planned), result.cost_chance(float(planned)) or 0.0))
    said = partial(_tip, gettext("Cost"), lambda amount: money_short(amount, currency))
    spec = drawing(
        "cost-curve",
        {
            "points": [
                {"x": amount, "y": share / 100, "tip": said(amount, share / 100)}
                for share, amount in enumerate(quantiles)
                if 0 < share < 100
            ],
            "marks": [_mark(mark, mark.at, said) for mark in marks],
        },
        unit=currency,
    )
    shown = [(f"P{share}", quantiles[share], share / 100) for share in (10, 20, 50, 80, 90, 95)]
    rows = [(mark.label, mark.at, mark.chance) for mark in marks[:-2]]
    return {
        "id": "cost-curve",
        "title": gettext("Cost at completion"),
        "text": gettext("Probability of staying within each amount. Hours grow with task duration."),
        "spec": spec,
        "table": _table(
            gettext("Cost"), [(what, money_short(at, currency), share) for what, at, share in [*rows, *shown]]
        ),
    }


def _tip(label: str, write: Callable[[Any], str], at: Any, share: float) -> dict[str, str]:
    return {label: write(at), gettext("Probability"): percent(share, 0)}


def _mark(mark: Mark, at: Any, said: Callable[[Any, float], dict[str, str]]) -> dict[str, Any]:
    return {
        "x": at,
        "y": mark.chance,
        "what": mark.label,
        "tip": {gettext("Mark"): mark.label, **said(mark.at, mark.chance)},
    }


def _table(what: str, rows: Sequence[tuple[str, str, float]]) -> dict[str, Any]:
    return {
        "columns": [Column(gettext("Mark")), Column(what), Column(gettext("Probability"), numeric=True)],
        "rows": [Row(0, "", [Cell(a), Cell(b), Cell(percent(c, 0), numeric=True)]) for a, b, c in rows],
    }


def task_tornado(forecasts: Sequence[Forecast], names: dict[int, str], iterations: int) -> dict[str, Any] | None:
    """The tasks whose durations decide the finish most, by rank correlation; None where none does.

    A correlation that chance alone gives, up to three standard errors, is none.
    """
    known = [(row.task, row.cruciality) for row in forecasts if row.cruciality is not None and row.task in names]
    told = (row for row in known if abs(row[1]) > 3 / math.sqrt(iterations))
    top = sorted(told, key=lambda row: -abs(row[1]))[:MOST_BARS]
    if not top:
        return None
    return {
        "id": "task-tornado",
        "title": gettext("Tasks that drive the finish"),
        "text": gettext("Cruciality index: correlation of a task's duration with the project finish, from 0 to 1."),
        "spec": _bars([(names[task], v) for task, v in top], gettext("Cruciality"), ".2f", lambda v: number(v, 2)),
        "table": {
            "columns": [Column(gettext("Task")), Column(gettext("Cruciality"), numeric=True)],
            "rows": [Row(task, "", [Cell(names[task]), Cell(number(v, 2), numeric=True)]) for task, v in top],
        },
    }


def risk_tornados(result: Result, minutes_per_day: int, currency: str, *, sees_money: bool) -> list[dict[str, Any]]:
    """What it changes if a risk strikes: the finish in working days and, for those who see it, the cost."""
    rows = [row | {"name": f"R-{row['number']} {row['title']}"} for row in result.saved["risks"]]
    struck = [row for row in rows if row["minutes_mean"] is not None]
    charts = []
    measures = [("minutes", "days", gettext("Working days"), gettext("Delay caused by each risk"), minutes_per_day)]
    if sees_money:
        measures.append(("cost", "money", currency, gettext("Cost caused by each risk"), 1))
    for key, name, unit, title, size in measures:
        of = "finish" if key == "minutes" else "cost"
        bars = [
            (row["name"], row[f"{key}_mean"] / size, row[f"{key}_p80"] / size, row["share"])
            for row in struck
            if abs(row[f"{key}_mean"]) > (result.doubt(row["share"], of) if result.saved[of] else 0)
        ]
        bars = sorted(bars, key=lambda bar: -abs(bar[1]))[:MOST_BARS]
        if not bars:
            continue
        said = (lambda v: money_short(v, currency)) if key == "cost" else (lambda v: f"{number(v, 1)} d")
        form = ",.1f" if key == "minutes" else "~s"
        charts.append(
            {
                "id": f"risk-tornado-{name}",
                "title": title,
                "text": gettext(
                    "Mean of runs where the risk occurred minus mean of runs where it didn't. Differences "
                    "within random variation are not shown."
                ),
                "spec": _bars([(bar[0], bar[1]) for bar in bars], unit, form, said, usual=-1),
                "table": {
                    "columns": [
                        Column(gettext("Risk")),
                        Column(gettext("Occurred in"), numeric=True),
                        Column(gettext("Mean"), numeric=True),
                        Column(gettext("At P80"), numeric=True),
                    ],
                    "rows": [
                        Row(
                            0,
                            "",
                            [
                                Cell(label),
                                Cell(percent(share, 0), numeric=True),
                                Cell(said(mean), numeric=True),
                                Cell(said(p80), numeric=True),
                            ],
                        )
                        for label, mean, p80, share in bars
                    ],
                },
            }
        )
    return charts


def _bars(
    bars: Sequence[tuple[str, float]], unit: str, form: str, said: Callable[[float], str], *, usual: float = 1
) -> dict[str, Any]:
    """Bars one below the other, the longest on top; those that go against the sign of ``usual`` have another colour."""
    values = [
        {
            "name": name,
            "value": value,
            "side": "usual" if (value >= 0) == (usual >= 0) else "opposite",
            "tip": {gettext("What"): name, unit: said(value)},
        }
        for name, value in bars
    ]
    return drawing("bars", {"bars": values}, unit=unit, form=form)
