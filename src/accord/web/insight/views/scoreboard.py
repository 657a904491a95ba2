"""Reports → Scoreboard: which forecast has been right."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from accord.engines.money.forecasts import STAGES
from accord.insight.forecasts import METHODS, MIX, QUANTILES, Quantity
from accord.insight.models import ForecastScore
from accord.insight.queries_calibration import Calibration, RenewalRecord, firm_calibration, renewal_record
from accord.insight.queries_scoreboard import Record, Standing, firm_records, scored_projects
from accord.web.shell.cells.forecasts import (
    NAMES,
    STAGES_TEXT,
    bias_text,
    held_cell,
    name_cell,
    percent_cell,
)
from accord.web.shell.list_parts import Cell, Column
from accord.web.shell.numbers import Number
from accord.web.shell.parts import Crumb, Empty
from accord.web.shell.templatetags.shell import day, percent
from accord.web.shell.views.lists import Row

PROJECTS = 50  # on one page
Stage = ForecastScore.Stage


@require_safe
def scoreboard(request: HttpRequest) -> HttpResponse:
    """The record of each method by stage, and the closed projects that it comes from."""
    user: Any = request.user
    records = firm_records(user)
    page = Paginator(scored_projects(user), PROJECTS).get_page(request.GET.get("page"))
    context = {
        "crumbs": [Crumb(gettext("Reports"), reverse("numbers")), Crumb(gettext("Scoreboard"))],
        "numbers": [_number(quantity, found[STAGES.index("middle")]) for quantity, found in records.items()],
        "tables": [_table(quantity, found) for quantity, found in records.items()],
        "stages_text": STAGES_TEXT,
        "held": _held(firm_calibration(user)),
        "renewals": _renewals(renewal_record(user)),
        "page": page,
        **_projects(list(page.object_list)),
        "empty": Empty(
            gettext("No scored projects yet"),
            gettext("When a project with a baseline is completed and closed, its forecasts are scored here."),
            icon="target",
        ),
    }
    return render(request, "insight/scoreboard.html", context)


def _number(quantity: str, record: Record) -> Number:
    """How wrong the firm's own forecast has been half way."""
    label = {"duration": gettext("Finish, half way"), "cost": gettext("Cost, half way")}[quantity]
    mix = record.rows[0]
    if mix.error is None:
        return Number(label, missing=gettext("No closed project has been forecast half way yet."), tone="unknown")
    caption = gettext("mean error; %(close)s of %(projects)s within 10%%") % {
        "close": mix.close,
        "projects": mix.projects,
    }
    return Number(label, percent(mix.error), caption)


def _table(quantity: str, records: list[Record]) -> dict[str, Any]:
    """Methods by stages: the mean error with its bias, and how much the method counts."""
    rows = [
        Row(place, "", [name_cell(row), *(_error(record.rows[place], record.stage) for record in records)])
        for place, row in enumerate(records[0].rows)
    ]
    stages = [
        gettext("%(stage)s (n = %(n)s)") % {"stage": Stage(record.stage).label, "n": record.projects}
        for record in records
    ]
    columns = [Column(gettext("Method")), *(Column(stage, numeric=True) for stage in stages)]
    return {"title": Quantity(quantity).label, "columns": columns, "rows": rows}


def _error(row: Standing, stage: str) -> Cell:
    """A method's error at a stage: the firm's own, or what is published where it has none."""
    counts = "" if row.counts is None else gettext("counts %(share)s") % {"share": percent(row.counts, 0)}
    if row.error is None:
        if row.method is None:
            return Cell(None, numeric=True)
        known = gettext("published %(error)s") % {"error": percent(row.method.published_at(stage))}
        return Cell(None, numeric=True, sub=f"{known} · {counts}")
    bias = gettext("bias %(bias)s") % {"bias": bias_text(row.bias or 0)}
    return percent_cell(row.error, sub=f"{bias} · {counts}" if counts else bias)


def _held(rows: list[Calibration]) -> dict[str, Any]:
    """P50 and P80 by stages: how often they held. None before a closed project."""
    if not any(row.projects for row in rows):
        return {}
    stages = [Column(Stage(at).label, numeric=True) for at in STAGES]
    found = [
        Row(0, "", [Cell(NAMES[method]), *(held_cell(row) for row in rows if row.method == method)])
        for method in QUANTILES
    ]
    return {"columns": [Column(gettext("Quantile")), *stages], "rows": found}


def _renewals(record: RenewalRecord) -> str:
    """What the chances of renewal were worth, in words."""
    if record.brier is None or record.base_brier is None:
        return gettext(
            "No term with a kept chance has ended yet. The chance that each renewal has 30 days before its end is "
            "compared with what became of it."
        )
    known = {
        "renewed": record.renewed,
        "renewals": record.renewals,
        "brier": f"{record.brier:.3f}",
        "base": f"{record.base_brier:.3f}",
    }
    text = gettext(
        "%(renewed)s of %(renewals)s were renewed. Brier score of the chances 30 days before the end: %(brier)s; of "
        "saying the same share for all: %(base)s. Lower is better."
    )
    if record.low is None or record.high is None:
        return text % known
    gain = gettext("Gain %(gain)s (95%% interval %(low)s to %(high)s).") % {
        "gain": _signed(record.gain or 0.0),
        "low": _signed(record.low),
        "high": _signed(record.high),
    }
    return f"{text % known} {gain}"


def _signed(score: float) -> str:
    return f"{score:+.3f}".replace("-", "−")


def _projects(projects: list[Any]) -> dict[str, Any]:
    """The closed projects with the error of the firm's own forecast at each stage."""
    known: dict[int, dict[tuple[str, str], float]] = defaultdict(dict)
    for score in ForecastScore.objects.filter(project__in=[project.pk for project in projects], method=MIX):
        known[score.project_id][score.quantity, score.stage] = score.error
    columns = [Column(gettext("Project")), Column(gettext("Closed"))]
    columns += [
        Column(
            gettext("%(quantity)s, %(stage)s") % {"quantity": Quantity(q).label, "stage": Stage(at).label.lower()},
            numeric=True,
        )
        for q in METHODS
        for at in STAGES
    ]
    rows = [
        Row(
            project.pk,
            reverse("project", args=[project.pk]),
            [
                Cell(project.name, sub=str(project.account)),
                Cell(day(project.stopped_on)),
                *(percent_cell(known[project.pk].get((q, at))) for q in METHODS for at in STAGES),
            ],
        )
        for project in projects
    ]
    return {"columns": columns, "rows": rows}
