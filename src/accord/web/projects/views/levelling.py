"""A plan in which nobody has too much to do: the latest proposal, its progress, and what becomes of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from accord.core.access import Permission, require
from accord.core.fetch import fetch
from accord.core.models import Record
from accord.core.texts import gettext_lazy
from accord.projects.actions.accept_levelling import accept_levelling
from accord.projects.actions.level_plans import stop_levelling
from accord.projects.levelling_result import Result
from accord.projects.models import Levelling, Plan
from accord.projects.plan_rows import Invalid
from accord.projects.queries import tasks_of
from accord.projects.queries_levelling import latest
from accord.web.projects.forms_levelling import LevellingForm
from accord.web.projects.levelling import Proposal, may_accept, stale, summary_sentence
from accord.web.projects.page import ProjectPage, project_page
from accord.web.projects.plan_views import plan_url, plan_views
from accord.web.projects.what_if_page import PlanRunNew, what_if_page
from accord.web.shell.views.forms import go

PAGE = 25


@require_safe
def levelling(request: HttpRequest, pk: int) -> HttpResponse:
    """The latest proposal for the current plan."""
    page = project_page(request, pk, "project-plan")
    return _shown(request, page, page.project.plan, plan_views(pk, "project-levelling"))


@require_safe
def what_if_levelling(request: HttpRequest, pk: int) -> HttpResponse:
    """The latest proposal for a what-if."""
    return _shown(request, *what_if_page(request, pk, "what-if-levelling"))


def _shown(request: HttpRequest, page: ProjectPage, plan: Plan, context: dict[str, Any]) -> HttpResponse:
    shown = latest(plan)
    context |= {
        "levelling": shown,
        "has_tasks": tasks_of(plan).exists(),
        "new_url": plan_url(plan, "levelling-new"),
        "gantt_url": plan_url(plan, "project-plan"),
    }
    if shown is not None and shown.status == Levelling.Status.DONE:
        context |= _proposal(request, shown)
    return render(request, "projects/levelling.html", page.context | context)


def _proposal(request: HttpRequest, shown: Levelling) -> dict[str, Any]:
    result = Result(shown)
    keys = [part.plan for part in result.parts]
    plans = Plan.objects.visible_to(request.user).select_related("project__account").in_bulk(keys)
    proposal = Proposal(result, plans)
    part = Paginator(proposal.moves, PAGE).get_page(request.GET.get("page"))
    return {
        "result": result,
        "summary_sentence": summary_sentence(result),
        "stale": stale(result, plans),
        "may_accept": may_accept(result, plans, request.user),
        "chart": proposal.bars(),
        "facts": proposal.facts() if proposal.is_shared else [],
        "held": sum(each.held for _, each in proposal.parts),
        "remarks": result.remarks,
        "columns": proposal.columns,
        "rows": [proposal.row(plan, moved) for plan, moved in part.object_list],
        "page": part,
    }


class LevellingNew(PlanRunNew):
    model, form_class, tab = Levelling, LevellingForm, "project-levelling"
    submit_label = gettext_lazy("Start levelling")
    saved_message = gettext_lazy("Levelling started. The plan doesn't change until you accept a proposal.")

    def title(self, record: Record) -> str:
        return gettext("Level resources")


@require_safe
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the search stands; once it is over, the way back to the page."""
    running = fetch(Levelling, request.user, "plan", rows=Levelling.objects.defer("result"), pk=pk)
    if not running.is_busy:
        return go(request, plan_url(running.plan, "project-levelling"))
    return render(request, "projects/levelling_progress.html", {"levelling": running})


@require_POST
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    """End the search early; the best plan so far is shown."""
    running = fetch(Levelling, request.user, "plan__project__account", pk=pk)
    require(request.user, Permission.CHANGE, running)
    if not stop_levelling(levelling=running, by=request.user):
        messages.info(request, gettext("Levelling had already finished."))
    return go(request, plan_url(running.plan, "project-levelling"))


@require_POST
def acceptance(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept the proposal as one edit of the plan; undo in the Gantt reverses it."""
    found = fetch(Levelling, request.user, "plan__project__account", pk=pk)
    require(request.user, Permission.CHANGE, found)
    try:
        accept_levelling(levelling=found, by=request.user)
    except Invalid as refused:
        messages.error(request, refused.message)
        return go(request, plan_url(found.plan, "project-levelling"))
    messages.success(request, gettext("Levelled plan accepted. You can undo this in the plan."))
    return go(request, plan_url(found.plan, "project-plan"))
