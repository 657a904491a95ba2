"""What-if plans: those of a project, one in the Gantt and beside the current plan, and what becomes of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from accord.core.access import Permission, require
from accord.core.models import Record
from accord.core.texts import gettext_lazy
from accord.projects.actions.what_if import adopt_what_if, discard_what_if
from accord.projects.models import Plan
from accord.projects.plan_hours import PlanHours
from accord.projects.plan_rows import Invalid
from accord.projects.queries_comparison_dates import choices
from accord.projects.queries_late import Late
from accord.projects.queries_simulation import likely_finishes
from accord.projects.queries_what_if import clashes, compared, trial, what_ifs
from accord.web.projects.comparison import comparison_table
from accord.web.projects.forms_plan import NewWhatIfForm, WhatIfForm
from accord.web.projects.page import project_page
from accord.web.projects.plan_views import editor_groups, plan_views
from accord.web.projects.uncertainty import likely_table
from accord.web.projects.views.edits import ProjectFormPage
from accord.web.projects.what_if_page import WHAT_IFS, finish_of, what_if_of, what_if_page
from accord.web.shell.templatetags.shell import ago
from accord.web.shell.views.forms import CreatePage, EditPage, ModelPage, RemovePage, go
from accord.web.shell.views.lists import Cell, Column, Row

COLUMNS = [
    Column(label)
    for label in ("What-if", gettext_lazy("Forecast finish"), gettext_lazy("Created"), gettext_lazy("Status"))
]


@require_safe
def what_ifs_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The what-ifs of a project, the newest first."""
    page = project_page(request, pk, "project-plan")
    hours = PlanHours(page.project).of_calendar(None)
    rows = [_row(plan, finish_of(page.project, plan, hours)) for plan in what_ifs(page.project)]
    context = plan_views(pk, "project-what-ifs") | {"columns": COLUMNS, "rows": rows}
    return render(request, "projects/what_ifs.html", page.context | context)


def _row(plan: Plan, finish: dict[str, str]) -> Row:
    state = format_html(gettext("Adopted {}"), ago(plan.adopted_at)) if plan.adopted_at else gettext("Open")
    cells = [
        Cell(plan.name, url=f"{reverse('what-if', args=[plan.pk])}?beside=current", sub=plan.purpose),
        Cell(finish["value"] or None, tone=finish["tone"], sub=finish["moved"]),
        Cell(ago(plan.created_at), sub=str(plan.by) if plan.by else ""),
        Cell(state, badge=True, tone="good" if plan.adopted_at else "info"),
    ]
    return Row(plan.pk, "", cells)


@require_safe
def what_if(request: HttpRequest, pk: int) -> HttpResponse:
    """The what-if in the Gantt, edited like the current plan."""
    page, plan, context = what_if_page(request, pk, "what-if")
    context |= {
        "plan_url": f"/api/what-ifs/{plan.pk}/plan",
        "can_edit": context["may_edit"],
        "beside": choices(plan),
        "late_ways": list(Late),
        "editor_groups": editor_groups(),
    }
    return render(request, "projects/plan.html", page.context | context)


@require_safe
def comparison(request: HttpRequest, pk: int) -> HttpResponse:
    """The what-if beside the current plan, task by task."""
    page, plan, context = what_if_page(request, pk, "what-if-comparison")
    found, number = compared(plan), request.GET.get("page")
    context["table"] = comparison_table(page.project, found, number, sees_money=page.sees_money)
    context["sides"] = {"first": gettext("the current plan"), "second": plan.name}
    context["clashes"] = [] if plan.adopted_at else clashes(trial(plan))
    context["likely"] = likely_table(plan, likely_finishes(plan))
    return render(request, "projects/what_if_comparison.html", page.context | context)


@require_http_methods(["GET", "POST"])
def adoption(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks, then makes what was tried the current plan."""
    plan = what_if_of(request, pk)
    require(request.user, Permission.CHANGE, plan)
    if request.method == "GET":
        return _ask_to_adopt(request, plan, [f"{each.task}: {each.field}" for each in clashes(trial(plan))[:8]])
    try:
        adopt_what_if(plan=plan, by=request.user)
    except ValidationError as refused:
        return _ask_to_adopt(request, plan, refused.messages, status=422)
    except Invalid as refused:
        return _ask_to_adopt(request, plan, [refused.message], status=422)
    messages.success(request, gettext("“%(plan)s” adopted. You can undo this in the plan.") % {"plan": plan.name})
    return go(request, reverse("project-plan", args=[plan.project_id]))


def _ask_to_adopt(request: HttpRequest, plan: Plan, notes: list[str], status: int = 200) -> HttpResponse:
    """``notes`` are what was changed in both plans or, with another ``status``, why it can't be adopted."""
    text = gettext(
        "The changes made in this what-if are applied to the current plan as one edit. Progress and other people's "
        "changes since the copy was made are kept."
    )
    if notes and status == 200:
        text = gettext("%(text)s These were changed in both plans, and the what-if applies:") % {"text": text}
    context = {
        "title": gettext("Adopt “%(plan)s”?") % {"plan": plan.name},
        "text": text,
        "consequences": notes,
        "submit_label": gettext("Adopt"),
        "danger": False,
        "cancel_url": reverse("what-if", args=[plan.pk]),
        "form_url": request.get_full_path(),
    }
    return render(request, "shell/confirm.html", context, status=status)


class WhatIfPage(ModelPage):
    model, kind = Plan, "what-if"

    def rows(self) -> QuerySet[Any]:
        return WHAT_IFS.all()


class WhatIfNew(WhatIfPage, ProjectFormPage, CreatePage):
    form_class, tab = NewWhatIfForm, "project-what-ifs"
    submit_label = gettext_lazy("Create what-if")
    saved_message = gettext_lazy("What-if created. The current plan doesn't change until you adopt it.")

    def blank(self) -> Record:
        current = self.project.plan
        return Plan(project=self.project, kind=Plan.Kind.WHAT_IF, copied_at=current.changed_at)

    def after(self, record: Record) -> str:
        if record.pk is None:
            return super().after(record)
        return f"{reverse('what-if', args=[record.pk])}?beside=current"


class WhatIfEdit(WhatIfPage, EditPage):
    form_class, related = WhatIfForm, ("project__account",)
    removal = "what-if-removal"

    def title(self, record: Record) -> str:
        return gettext("Edit what-if")

    def after(self, record: Record) -> str:
        return reverse("what-if", args=[record.pk])


class WhatIfRemove(WhatIfPage, RemovePage):
    consequence = gettext_lazy("The copy and everything tried on it are deleted. The current plan is not affected.")

    def after(self, record: Record) -> str:
        return reverse("project-what-ifs", args=[record.project_id])  # type: ignore[attr-defined]

    def remove(self, record: Record) -> None:
        assert isinstance(record, Plan)
        discard_what_if(plan=record, by=self.request.user)
