"""The account plan: needs, goals and what serves them, strategies, actions, and where we stand."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from accord.conversations.queries import count_comments
from accord.core.access import Permission, require
from accord.core.fetch import fetch
from accord.core.models import Record
from accord.core.texts import gettext_lazy
from accord.projects.models import GoalSupport
from accord.projects.queries_goals import progress_of
from accord.success.actions.complete_action import complete_action
from accord.success.models import Goal, Need, PlannedAction, Playbook, PlaybookRun, PlaybookRunStep, Strategy, SwotNote
from accord.web.accounts.page import account_page
from accord.web.accounts.views.edits import AccountFormPages
from accord.web.shell.views.forms import CreatePage, EditPage, ModelPage, RemovePage, go
from accord.web.success import forms_plan

TAB = "account-plan"


@require_safe
def account_plan(request: HttpRequest, pk: int) -> HttpResponse:
    page = account_page(request, pk, TAB, any_playbook=Exists(Playbook.objects.order_by()))
    account: Any = page.account
    goals = Goal.objects.filter(account=account).select_related("contact", "owner", "need")
    notes: dict[str, list[SwotNote]] = {quadrant: [] for quadrant in SwotNote.Quadrant.values}
    for note in SwotNote.objects.filter(account=account):
        notes[note.quadrant].append(note)
    needs = list(Need.objects.filter(account=account).select_related("contact"))
    actions = PlannedAction.objects.filter(account=account).select_related("strategy", "owner", "contact")
    context: dict[str, Any] = {
        "needs": needs,
        "goals": progress_of(goals, request.user),
        "strategies": list(Strategy.objects.filter(account=account).select_related("goal", "owner")),
        "planned": list(actions.order_by("done_at", "due_on", "pk")),
        "swot": [(quadrant, notes[quadrant.value]) for quadrant in SwotNote.Quadrant],
        "runs": list(
            PlaybookRun.objects.filter(account=account, status=PlaybookRun.Status.RUNNING)
            .select_related("playbook")
            .prefetch_related(Prefetch("steps", PlaybookRunStep.objects.select_related("owner", "template")))
        ),
        "any_playbook": account.any_playbook,
        "today": timezone.localdate(),
        "user_pk": request.user.pk,
    }
    count_comments(context["runs"])
    context["is_blank"] = not (needs or context["goals"] or context["strategies"] or context["planned"])
    return render(request, "success/plan.html", page.context | context)


@require_POST
def completion(request: HttpRequest, pk: int) -> HttpResponse:
    """Tick off a step, or open it again."""
    action = fetch(PlannedAction, request.user, "account", pk=pk)
    require(request.user, Permission.CHANGE, action)
    complete_action(action=action, by=request.user, at=None if action.done_at else timezone.now())
    return go(request, reverse(TAB, args=[action.account_id]))


class PlanPages(AccountFormPages):
    """A part of the account plan; its owner is whoever adds it, to begin with."""

    tab = TAB

    def blank(self) -> Record:
        own = {"owner": self.request.user} if hasattr(self.model, "owner") else {}
        return self.model(account=self.account, **own)

    def above(self, record: Any) -> str:
        return reverse(TAB, args=[record.root.pk])


class NeedPages(PlanPages):
    route, model, form_class = "need", Need, forms_plan.NeedForm
    consequence = gettext_lazy("Goals based on this need are kept.")


class GoalPages(PlanPages):
    route, model, form_class = "goal", Goal, forms_plan.GoalForm
    consequence = gettext_lazy("Its links to contributing work are removed. Projects and strategies are kept.")


class SwotNotePages(PlanPages):
    route, model, form_class = "swot-note", SwotNote, forms_plan.SwotNoteForm
    new_title = gettext_lazy("SWOT entry")

    def blank(self) -> Record:
        quadrant = self.request.GET.get("quadrant", "")
        return SwotNote(account=self.account, quadrant=quadrant if quadrant in SwotNote.Quadrant else "")


class StrategyPages(PlanPages):
    route, model, form_class = "strategy", Strategy, forms_plan.StrategyForm
    consequence = gettext_lazy("Its actions are deleted too.")


class PlannedActionPages(PlanPages):
    route, model, form_class = "planned-action", PlannedAction, forms_plan.PlannedActionForm
    new_title = gettext_lazy("New action")


class GoalSupportPage(ModelPage):
    """What serves a goal is seen on the plan of its client."""

    model = GoalSupport

    def after(self, record: Any) -> str:
        return reverse(TAB, args=[record.goal.account_id])


class SupportNew(GoalSupportPage, CreatePage):
    form_class = forms_plan.GoalSupportForm
    submit_label = gettext_lazy("Save")

    def record(self) -> Record:
        goal = fetch(Goal, self.request.user, "account", pk=self.kwargs["goal"])
        require(self.request.user, Permission.CHANGE, goal)
        return GoalSupport(goal=goal)

    def title(self, record: Record) -> str:
        assert isinstance(record, GoalSupport)
        return gettext("Work contributing to “%(goal)s”") % {"goal": record.goal}


class SupportEdit(GoalSupportPage, EditPage):
    form_class, related = forms_plan.GoalSupportForm, ("goal__account", "project__account")
    removal = "goal-support-removal"


class SupportRemove(GoalSupportPage, RemovePage):
    consequence = gettext_lazy("Only the link is removed. The goal and the project are kept.")
