"""The page behind each figure of a project."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from accord.core.access import Permission, require
from accord.core.fetch import fetch
from accord.core.texts import gettext_lazy, translated
from accord.insight.queries import ProjectValue, valued
from accord.projects.models import Project
from accord.web.projects.forms import AsOfForm
from accord.web.projects.numbers import project_numbers
from accord.web.shell.cells.measures import signed
from accord.web.shell.definitions import DEFINITIONS
from accord.web.shell.list_parts import Column
from accord.web.shell.parts import Crumb, Empty, Fact
from accord.web.shell.templatetags.shell import as_of, money
from accord.web.shell.views.lists import Cell, Row

NAMES = [
    "budget-variance",
    "schedule-variance",
    "cost-performance",
    "schedule-performance",
    "planned-value",
    "earned-value",
    "actual-cost",
    "estimate-at-completion",
]


@require_safe
def number(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Definition, totals and the row of every task."""
    project = fetch(Project, request.user, "account", pk=pk)
    require(request.user, Permission.VIEW_MONEY, project)
    if name not in NAMES:
        raise Http404(gettext("This page doesn't exist, or you don't have access to it."))
    form = AsOfForm(request.GET)
    day = form.cleaned_data["as_of"] if form.is_valid() else None
    with valued(project, request.user, timezone.localdate(), day) as value:
        context = _context(request, project, name, value)
    return render(request, "shell/number.html", context | {"as_of_form": form})


def _context(request: HttpRequest, project: Project, name: str, value: ProjectValue) -> dict[str, Any]:
    part = Paginator([*value.rows, *([None] if value.not_on_a_task else [])], TASKS).get_page(request.GET.get("page"))
    card = project_numbers(project, value.total)[NAMES.index(name)]
    return {
        "number": card,
        "subtitle": project.name,
        "as_of": f"{as_of(value.status_date)}, {translated(value.status_source)}",
        "definition": DEFINITIONS[name],
        "inputs": _inputs(project, value),
        "missing": [translated(reason) for reason in value.total.missing],
        "rows_title": gettext("Tasks"),
        "columns": [Column(label, numeric=i > 0) for i, label in enumerate(COLUMNS)],
        "rows": [_row(project, row) if row else _on_no_task(project, value) for row in part.object_list],
        "page": part,
        "empty": Empty(
            gettext("No costed tasks"), gettext("Assign people with rates, or enter a fixed cost for tasks.")
        ),
        "crumbs": [
            Crumb(gettext("Projects"), reverse("projects")),
            Crumb(project.name, reverse("project", args=[project.pk])),
            Crumb(card.label),
        ],
    }


TASKS = 100  # on one page
COLUMNS = [
    gettext_lazy("Task"),
    gettext_lazy("Progress"),
    gettext_lazy("Budget"),
    gettext_lazy("Planned value"),
    gettext_lazy("Earned value"),
    gettext_lazy("Actual cost"),
    gettext_lazy("Cost variance"),
    gettext_lazy("Schedule variance"),
]


def _inputs(project: Project, value: ProjectValue) -> list[Fact]:
    total = value.total

    def amount(figure: Decimal | None) -> str | None:
        return None if figure is None else money(figure, project.currency)

    def plain(figure: Decimal | None) -> str | None:
        return None if figure is None else f"{figure:.4f}"

    schedule = value.value.schedule
    rows = [
        (gettext("Budget at completion (BAC)"), amount(total.bac)),
        (gettext("Planned value (PV)"), amount(total.pv)),
        (gettext("Earned value (EV)"), amount(total.ev)),
        (gettext("Actual cost (AC)"), amount(total.ac)),
        (gettext("Cost performance index (CPI)"), plain(total.cpi)),
        (gettext("Schedule performance index (SPI)"), plain(total.spi)),
        (gettext("Estimate at completion (EAC)"), amount(total.eac)),
        (gettext("Estimate to complete (ETC)"), amount(total.etc)),
        (gettext("Variance at completion (VAC)"), amount(total.vac)),
        (gettext("To-complete performance index (TCPI)"), plain(total.tcpi)),
        (
            gettext("Earned schedule"),
            gettext("%(earned)s of %(actual_time)s weeks")
            % {"earned": f"{schedule.earned:.1f}", "actual_time": f"{schedule.actual_time:.1f}"}
            if schedule
            else None,
        ),
        (gettext("SPI(t), time-based"), plain(schedule.spi_t) if schedule else None),
    ]
    return [Fact(label, shown) for label, shown in rows]


def _row(project: Project, row: Any) -> Row:
    currency = project.currency
    amounts = [Cell(None if v is None else money(v, currency), numeric=True) for v in (row.bac, row.pv, row.ev, row.ac)]
    progress = Cell(f"{row.percent_complete:.0f}%", numeric=True)
    return Row(row.uid, "", [Cell(row.name), progress, *amounts, signed(row.cv, currency), signed(row.sv, currency)])


def _on_no_task(project: Project, value: ProjectValue) -> Row:
    spent = Cell(money(value.not_on_a_task, project.currency), numeric=True)
    return Row(
        0, "", [Cell(gettext("Logged without a task")), *(Cell("") for _ in range(4)), spent, Cell(""), Cell("")]
    )
