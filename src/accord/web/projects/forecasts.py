"""What each method forecasts for a project, beside how right it has been: a table for the finish, one for the cost."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext, ngettext

from accord.insight.forecasts import Quantity, started
from accord.insight.models import ProjectMeasure
from accord.insight.plan_forecasts import moment_of
from accord.insight.queries import WEEK
from accord.insight.queries_calibration import Calibration
from accord.insight.queries_scoreboard import ProjectForecast, Standing, project_forecasts
from accord.projects.models import Project
from accord.web.shell.cells.forecasts import close_cell, interval_text, name_cell, percent_cell, ranked, record_text
from accord.web.shell.list_parts import Cell, Column
from accord.web.shell.templatetags.shell import day, money_short
from accord.web.shell.views.lists import Row


def forecast_tables(project: Project, user: Any, measure: ProjectMeasure) -> list[dict[str, Any]]:
    """Each with ``title``, ``text``, ``columns`` and ``rows``; none where nothing can be forecast."""
    return [_table(each, measure, project.currency) for each in project_forecasts(project, user, measure) if each.said]


def _table(forecast: ProjectForecast, measure: ProjectMeasure, currency: str) -> dict[str, Any]:
    quantity = forecast.record.quantity
    labels = [gettext("Estimate"), gettext("Now"), gettext("Error"), gettext("Bias"), gettext("Within 10%")]
    rows = []
    for row in ranked(forecast.record):
        value = forecast.mix if row.method is None else forecast.said.get(row.key)
        shown = None if value is None else _shown(quantity, value, measure, currency)
        rows.append(Row(0, "", [name_cell(row), Cell(shown, numeric=True), *_record(row)]))
    return {
        "title": Quantity(quantity).label,
        "text": " ".join(filter(None, [record_text(forecast.record), _range_text(forecast, measure)])),
        "columns": [Column(label, numeric=i > 0) for i, label in enumerate(labels)],
        "rows": rows,
    }


def _range_text(forecast: ProjectForecast, measure: ProjectMeasure) -> str:
    """By when the project is finished in half and in four of five cases, and how often such days were kept."""
    plan = forecast.plan
    half, most = (None, None) if plan is None else (moment_of(measure, plan.p50), moment_of(measure, plan.p80))
    if plan is None or half is None or most is None:
        return ""
    text = gettext("Finished by %(half)s with a chance of 50%%, by %(most)s with a chance of 80%%.") % {
        "half": day(half.date()),
        "most": day(most.date()),
    }
    return " ".join([text, _ground_text(plan.projects), _held_text(forecast.p80)])


def _ground_text(projects: int) -> str:
    """Whose experience the chances rest on."""
    if not projects:
        return gettext("These chances rest on 174 public projects, because none has been completed here yet.")
    return ngettext(
        "These chances rest on %(count)s project completed here and on 174 public ones.",
        "These chances rest on %(count)s projects completed here and on 174 public ones.",
        projects,
    ) % {"count": projects}


def _held_text(row: Calibration) -> str:
    """What such a P80 was worth so far."""
    if row.low is None or row.high is None:
        return gettext("No such P80 has been put to the test here yet.")
    return ngettext(
        "P80 held in %(held)s of %(projects)s closed project at this stage (%(interval)s).",
        "P80 held in %(held)s of %(projects)s closed projects at this stage (%(interval)s).",
        row.projects,
    ) % {"held": row.held, "projects": row.projects, "interval": interval_text(row.low, row.high)}


def _record(row: Standing) -> list[Cell]:
    return [percent_cell(row.error), percent_cell(row.bias, signed=True), close_cell(row)]


def _shown(quantity: str, value: float, measure: ProjectMeasure, currency: str) -> str:
    """A cost in thousands, a duration as the day on which it ends."""
    start = started(measure)
    if quantity == Quantity.COST or start is None:
        return money_short(value, currency)
    return day((start + WEEK * value).date())
