"""What each method forecasts for a project, beside how right it has been: a table for the finish, one for the cost."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext

from accord.insight.forecasts import Quantity, started
from accord.insight.models import ProjectMeasure
from accord.insight.queries import WEEK
from accord.insight.queries_scoreboard import ProjectForecast, Standing, project_forecasts
from accord.projects.models import Project
from accord.web.shell.cells.forecasts import close_cell, name_cell, percent_cell, ranked, record_text
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
        "text": record_text(forecast.record),
        "columns": [Column(label, numeric=i > 0) for i, label in enumerate(labels)],
        "rows": rows,
    }


def _record(row: Standing) -> list[Cell]:
    return [percent_cell(row.error), percent_cell(row.bias, signed=True), close_cell(row)]


def _shown(quantity: str, value: float, measure: ProjectMeasure, currency: str) -> str:
    """A cost in thousands, a duration as the day on which it ends."""
    start = started(measure)
    if quantity == Quantity.COST or start is None:
        return money_short(value, currency)
    return day((start + WEEK * value).date())
