"""A plan in which nobody has too much to do: the latest proposal, its progress, and what becomes of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accord.core.access import Permission, require
from accord.core.fetch import fetch
from accord.core.models import Record
from accord.projects.actions.accept_levelling import accept_levelling
from accord.projects.actions.level_plans import stop_levelling
from accord.projects.levelling_result import Result
from accord.projects.models import Levelling, Project, Task
from accord.projects.plan_rows import Invalid
from accord.projects.queries_levelling import latest
from accord.web.projects.forms_levelling import LevellingForm
from accord.web.projects.levelling import Proposal, may_accept, stale, summary_sentence
from accord.web.projects.page import project_page
from accord.web.projects.plan_views import plan_views
from accord.web.projects.views.edits import ProjectFormPage
from accord.web.shell.views.forms import CreatePage, go

PAGE = 25


@require_safe
def levelling(request: HttpRequest, pk: int) -> HttpResponse:
    """The latest proposal for the plan."""
    page = project_page(request, pk, "project-plan")
    shown = latest(page.project)
    context: dict[str, Any] = plan_views(pk, "project-levelling") | {
        "levelling": shown,
        "has_tasks": Task.objects.filter(project=page.project).exists(),
    }
    if shown is not None and shown.status == Levelling.Status.DONE:
        context |= _proposal(request, shown)
    return render(request, "projects/levelling.html", page.context | context)


def _proposal(request: HttpRequest, shown: Levelling) -> dict[str, Any]:
    result = Result(shown)
    keys = [part.project for part in result.parts]
    projects = Project.objects.visible_to(request.user).select_related("account").in_bulk(keys)
    proposal = Proposal(result, projects)
    part = Paginator(proposal.moves, PAGE).get_page(request.GET.get("page"))
    return {
        "result": result,
        "summary_sentence": summary_sentence(result),
        "stale": stale(result, projects),
        "may_accept": may_accept(result, projects, request.user),
        "chart": proposal.bars(),
        "facts": proposal.facts() if proposal.is_shared else [],
        "held": sum(each.held for _, each in proposal.parts),
        "remarks": result.kept["remarks"],
        "columns": proposal.columns,
        "rows": [proposal.row(project, moved) for project, moved in part.object_list],
        "page": part,
    }


class LevellingNew(ProjectFormPage, CreatePage):
    model, form_class, tab = Levelling, LevellingForm, "project-levelling"
    submit_label = "Start levelling"
    saved_message = "Levelling started. The plan doesn't change until you accept a proposal."

    def title(self, record: Record) -> str:
        return "Level resources"


@require_safe
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the search stands; once it is over, the way back to the page."""
    running = fetch(Levelling, request.user, rows=Levelling.objects.defer("result"), pk=pk)
    if not running.is_busy:
        return go(request, reverse("project-levelling", args=[running.project_id]))
    return render(request, "projects/levelling_progress.html", {"levelling": running})


@require_POST
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    """End the search early; the best plan so far is shown."""
    running = fetch(Levelling, request.user, "project__account", pk=pk)
    require(request.user, Permission.CHANGE, running)
    if not stop_levelling(levelling=running, by=request.user):
        messages.info(request, "Levelling had already finished.")
    return go(request, reverse("project-levelling", args=[running.project_id]))


@require_POST
def acceptance(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the proposal as the plan; undo in the Gantt takes it back."""
    found = fetch(Levelling, request.user, "project__account", pk=pk)
    require(request.user, Permission.CHANGE, found)
    try:
        accept_levelling(levelling=found, by=request.user)
    except Invalid as refused:
        messages.error(request, refused.message)
        return go(request, reverse("project-levelling", args=[found.project_id]))
    messages.success(request, "Levelled plan accepted. You can undo this in the plan.")
    return go(request, reverse("project-plan", args=[found.project_id]))
