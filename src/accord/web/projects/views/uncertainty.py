"""When the project may finish and what it may cost: the latest simulation of its plan."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from accord.core.access import Permission, require
from accord.core.fetch import fetch
from accord.core.models import Record
from accord.core.texts import gettext_lazy
from accord.projects.actions.simulate_plan import cancel_simulation
from accord.projects.estimates import has_estimate, open_tasks
from accord.projects.models import Plan, Simulation, Task
from accord.projects.outline import outline
from accord.projects.queries import tasks_of
from accord.projects.queries_simulation import busy, changed_since, history, last_asked, latest
from accord.projects.simulation_result import Result
from accord.web.projects.forms_uncertainty import SimulationForm
from accord.web.projects.page import ProjectPage, project_page
from accord.web.projects.plan_views import plan_url, plan_views
from accord.web.projects.uncertainty import TaskTable, earlier_row, inputs, numbers, pert_facts, summary_sentence
from accord.web.projects.uncertainty_charts import cost_curve, finish_curve, risk_tornados, task_tornado
from accord.web.projects.what_if_page import PlanRunNew, what_if_page
from accord.web.shell.list_parts import Column
from accord.web.shell.views.forms import go

PAGE = 25


@require_safe
def uncertainty(request: HttpRequest, pk: int) -> HttpResponse:
    """The latest simulation of the current plan, or an earlier one by ``?simulation=``."""
    page = project_page(request, pk, "project-plan")
    return _shown(request, page, page.project.plan, plan_views(pk, "project-uncertainty"))


@require_safe
def what_if_uncertainty(request: HttpRequest, pk: int) -> HttpResponse:
    """The same of a what-if."""
    return _shown(request, *what_if_page(request, pk, "what-if-uncertainty"))


def _shown(request: HttpRequest, page: ProjectPage, plan: Plan, context: dict[str, Any]) -> HttpResponse:
    rows = outline(tasks_of(plan))
    open_ = open_tasks(rows)
    running = busy(plan)
    shown = _asked_for(request, plan) or latest(plan)
    kept = history(plan)
    last = kept[0].simulation if kept else None
    context |= {
        "new_url": plan_url(plan, "simulation-new"),
        "gantt_url": plan_url(plan, "project-plan"),
        "estimates_url": reverse("project-estimates", args=[plan.project_id]) if plan.is_current else "",
        "running": running,
        "simulation": shown,
        "has_tasks": bool(rows),
        "open_count": len(open_),
        "without": sum(not has_estimate(task) for task in open_),
        "failure": last.error if last is not None and last.status == Simulation.Status.FAILED else "",
        "earlier_columns": [
            Column(label) for label in (gettext("Simulated"), gettext("By"), gettext("Started"), "P50", "P80")
        ],
        "earlier_rows": [earlier_row(plan, row, shown) for row in kept],
    }
    if shown is not None:
        context |= _result(request, page, shown, {task.pk: task for task in open_})
    return render(request, "projects/uncertainty.html", page.context | context)


def _asked_for(request: HttpRequest, plan: Plan) -> Simulation | None:
    asked = request.GET.get("simulation", "")
    if not asked:
        return None
    rows = Simulation.objects.filter(plan=plan, status=Simulation.Status.DONE).select_related("by")
    found = rows.filter(pk=asked).first() if asked.isdigit() else None
    if found is None:
        raise Http404(gettext("This page doesn't exist, or you don't have access to it."))
    found.plan = plan
    return found


def _result(request: HttpRequest, page: ProjectPage, shown: Simulation, tasks: dict[int, Task]) -> dict[str, Any]:
    project, money = page.project, page.sees_money
    result = Result(shown)
    forecasts = [row for row in result.forecasts if row.task in tasks]
    names = {key: task.name for key, task in tasks.items()}
    per_day = project.minutes_per_day
    table = TaskTable(shown.plan, forecasts, tasks, request.GET.get("sort", ""))
    charts = [
        finish_curve(result, project.target_finish),
        cost_curve(result, project.currency) if money else None,
        task_tornado(forecasts, names, shown.iterations),
        *risk_tornados(result, per_day, project.currency, sees_money=money),
    ]
    part = Paginator(table.ordered, PAGE).get_page(request.GET.get("page"))
    return {
        "summary_sentence": summary_sentence(result, project),
        "cards": numbers(result, project, sees_money=money),
        "charts": [chart for chart in charts if chart is not None],
        "changed": changed_since(shown),
        "inputs": inputs(result),
        "pert": pert_facts(result, project),
        "remarks": result.remarks,
        "columns": table.columns,
        "rows": [table.row(forecast) for forecast in part.object_list],
        "page": part,
    }


class SimulationNew(PlanRunNew):
    model, form_class, tab = Simulation, SimulationForm, "project-uncertainty"
    submit_label = gettext_lazy("Run simulation")
    saved_message = gettext_lazy("Simulated.")

    def title(self, record: Record) -> str:
        return gettext("Run simulation")

    def blank(self) -> Record:
        """With the options of the last one, so that the two can be compared."""
        last = last_asked(self.plan)
        simulation = Simulation(plan=self.plan)
        self.from_now = last is None or last.not_before is not None
        for name in ("iterations", "seed", "spread_low", "spread_high", "risks"):
            if last is not None:
                setattr(simulation, name, getattr(last, name))
        return simulation

    def form(self, record: Record, data: Any = None, files: Any = None) -> SimulationForm:
        return SimulationForm(data, files, instance=record, user=self.request.user, initial={"from_now": self.from_now})


@require_safe
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The bar of one that is being worked on; once it is over, the way back to the page."""
    simulation = fetch(Simulation, request.user, "plan", rows=Simulation.objects.defer("result"), pk=pk)
    if not simulation.is_busy:
        return go(request, plan_url(simulation.plan, "project-uncertainty"))
    return render(request, "projects/simulation_progress.html", {"running": simulation})


@require_POST
def cancellation(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop it; what was simulated before stays."""
    simulation = fetch(Simulation, request.user, "plan__project__account", pk=pk)
    require(request.user, Permission.CHANGE, simulation)
    if cancel_simulation(simulation=simulation, by=request.user):
        messages.info(request, gettext("The simulation was cancelled."))
    return go(request, plan_url(simulation.plan, "project-uncertainty"))
