"""The tasks of a project as cards in the lanes of their progress."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accord.core.access import Permission, require
from accord.core.editing import Conflict
from accord.core.fetch import fetch
from accord.core.fields import wall_time
from accord.projects.actions.edit_plan import undo_step
from accord.projects.actions.set_task_status import needs, set_task_status
from accord.projects.lanes import Card, Lane, cards_of, in_lanes, lane_of
from accord.projects.models import PlanEdit, Project, Task
from accord.projects.plan_rows import Invalid
from accord.web.projects.forms_board import BoardFilter, MoveForm
from accord.web.projects.page import project_page
from accord.web.projects.plan_views import task_views
from accord.web.shell.list_board import Move
from accord.web.shell.views.forms import go

MOST = 30  # cards of one lane; the list has them all


@require_safe
def board(request: HttpRequest, pk: int) -> HttpResponse:
    """To do, Doing, Waiting, Done."""
    return _board(request, pk)


def _board(request: HttpRequest, pk: int, status: int = 200) -> HttpResponse:
    page = project_page(request, pk, "project-work")
    today = timezone.localdate()
    cards = cards_of(page.project, today)
    form = BoardFilter(cards, request.GET or None)
    asked = _asked(request)
    lanes = in_lanes(card for card in cards if form.keeps(card, request.user))
    step = PlanEdit.objects.filter(project=page.project, by=request.user, undone=False).first()
    context: dict[str, Any] = task_views(pk, "project-board") | {
        "filter_form": form,
        "is_empty": not cards,
        "lanes": [_lane(lane, lanes[lane], asked) for lane in Lane],
        "undo_label": step.label if step and page.may_change else "",
        "asked": asked,
        "asked_task": _asked_task(request, page.project) if page.may_change else None,
    }
    return render(request, "projects/board.html", page.context | context, status=status)


def _asked(request: HttpRequest) -> str:
    """The filter of the board, without the task that a link has opened once."""
    asked = request.GET.copy()
    asked.pop("task", None)
    return asked.urlencode()


def _asked_task(request: HttpRequest, project: Project) -> Task | None:
    """``?task=12`` opens the editor of a task of this project."""
    key = request.GET.get("task", "")
    return Task.objects.filter(project=project, pk=int(key)).first() if re.fullmatch(r"[0-9]{1,18}", key) else None


def _lane(lane: Lane, cards: list[Card], asked: str) -> dict[str, Any]:
    return {
        "name": lane.value,
        "label": lane.label,
        "count": len(cards),
        "more": max(0, len(cards) - MOST),
        "late": sum(bool(card.late) for card in cards),
        "cards": [
            {
                "card": card,
                "task": card.task,
                "late": " · ".join(how.label for how in card.late),
                "moves": _moves(card, asked),
            }
            for card in cards[:MOST]
        ],
    }


def _moves(card: Card, asked: str) -> list[Move]:
    """Where the card can go."""
    moves = []
    for lane in Lane:
        if lane is not card.lane:
            url, label = _move_url(card, lane, asked), lane.label.lower()
            asks = needs(card.task, lane)
            moves.append(
                Move(lane.value, gettext("Move to %(label)s…") % {"label": label}, asks=url)
                if asks
                else Move(lane.value, label, url=url)
            )
    if card.lane is Lane.WAITING:
        moves.append(Move("", gettext("Change what it's waiting for"), asks=_move_url(card, Lane.WAITING, asked)))
    return moves


def _move_url(card: Card, to: Lane, asked: str) -> str:
    return f"{reverse('task-move', args=[card.task.pk, to.value])}?{asked}"


def _back(request: HttpRequest, pk: int) -> str:
    """The board with the filter that was on it: of the project, or of the tasks across projects."""
    asked = _asked(request)
    if request.GET.get("back") == "tasks":
        query = request.GET.copy()
        query.pop("back")
        return f"{reverse('tasks')}?{query.urlencode()}"
    return reverse("project-board", args=[pk]) + (f"?{asked}" if asked else "")


@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, pk: int, lane: str) -> HttpResponse:
    """Ask what has to be said, then move the task."""
    task = fetch(Task, request.user, "project__account", pk=pk)
    require(request.user, Permission.CHANGE, task)
    if lane not in list(Lane):
        raise Http404(gettext("This page doesn't exist, or you don't have access to it."))
    to = Lane(lane)
    asked = needs(task, to)
    form = MoveForm(task, to, asked, request.POST or None)
    if request.method == "GET":
        return _ask(request, task, to, form)
    if not form.is_valid():
        return _ask(request, task, to, form, status=422)
    try:
        set_task_status(
            task=task,
            lane=to,
            by=request.user,
            version=form.cleaned_data["version"],
            now=wall_time().replace(second=0, microsecond=0),
            waiting_for=form.cleaned_data.get("waiting_for", ""),
            percent=form.cleaned_data.get("percent"),
        )
    except Conflict:
        messages.error(
            request,
            gettext("Someone else changed “%(task)s”. The board now shows the latest state. Try again.")
            % {"task": task},
        )
        if _on_board(request):
            return _board(request, task.project.pk, status=409)
        fresh = fetch(Task, request.user, "project__account", pk=pk)
        return _ask(request, fresh, to, MoveForm(fresh, to, needs(fresh, to)), status=409)
    except Invalid as error:
        form.add_error(error.field if error.field in form.fields else None, ValidationError(error.message))
        return _ask(request, task, to, form, status=422)
    return _done(request, task.project)


def _ask(request: HttpRequest, task: Task, lane: Lane, form: MoveForm, status: int = 200) -> HttpResponse:
    begun = "progress" in needs(task, lane)
    context = {
        "title": gettext("Move to “%(lane)s”") % {"lane": lane.label},
        "subtitle": task.name,
        "form": form,
        "submit_label": gettext("Move to %(lane)s") % {"lane": lane.label.lower()},
        "cancel_url": _back(request, task.project.pk),
        "form_url": request.get_full_path(),
        "loses": task.percent_complete if begun else None,
        "was_done": lane_of(task) is Lane.DONE,
        "changed_meanwhile": status == 409,
    }
    return render(request, "projects/move.html", context, status=status)


@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back my latest edit on this plan, from wherever it was made."""
    project = fetch(Project, request.user, "account", pk=pk)
    require(request.user, Permission.CHANGE, project)
    try:
        undo_step(plan=project.plan, by=request.user)
    except (Conflict, Invalid) as error:
        if isinstance(error, Invalid):
            messages.error(request, error.message)
            return _board(request, pk, status=422)
        messages.error(request, gettext("Can't undo: someone else has changed the task since."))
        return _board(request, pk, status=409)
    return _done(request, project)


def _on_board(request: HttpRequest) -> bool:
    """Whether the board itself asked, and takes the new one in its place."""
    return request.headers.get("HX-Target") == "list"


def _done(request: HttpRequest, project: Project) -> HttpResponse:
    url = _back(request, project.pk)
    return HttpResponseRedirect(url) if _on_board(request) else go(request, url)
