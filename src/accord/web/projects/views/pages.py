"""The tabs of a project's page."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from accord.core.access import Permission, may_create, require
from accord.core.fetch import fetch
from accord.core.models import Event
from accord.engines.money.plan_value import last_day
from accord.insight.queries import current_measure
from accord.money.models import BillingMilestone, Expense, Invoice, RateCard, TimeEntry
from accord.money.queries import ActualCost, actual_cost, invoiced, with_outstanding
from accord.money.queries_billing import billing_plan
from accord.money.queries_expenses import awaiting_approval
from accord.money.queries_rates import rates_on
from accord.projects.actions.schedule import schedule
from accord.projects.actions.take_baseline import take_baseline
from accord.projects.models import GoalSupport, Project, ProjectMember, Task
from accord.projects.queries_comparison_dates import choices
from accord.projects.queries_late import Late, measured_at, project_lateness, ways_late, with_lateness
from accord.success.models import Goal
from accord.web.projects.forecasts import forecast_tables
from accord.web.projects.forms import BaselineForm
from accord.web.projects.numbers import figure_notes, project_numbers
from accord.web.projects.page import project_page
from accord.web.projects.plan_views import editor_groups, plan_views
from accord.web.projects.visits import remember_visit
from accord.web.shell.cells.expenses import status_badge
from accord.web.shell.cells.invoices import invoice_status
from accord.web.shell.charts import value_curve
from accord.web.shell.comments import talk_about
from accord.web.shell.event_kinds import events_shown
from accord.web.shell.list_parts import Column
from accord.web.shell.once import only_once
from accord.web.shell.parts import Empty, Fact
from accord.web.shell.templatetags.shell import day, hours, money
from accord.web.shell.timeline import of_events, of_milestones
from accord.web.shell.views.forms import go
from accord.web.shell.views.lists import Cell, Row


@require_safe
def overview(request: HttpRequest, pk: int) -> HttpResponse:
    page = project_page(request, pk, "project")
    project = page.project
    today = timezone.localdate()
    context: dict[str, Any] = {
        "talk": talk_about(project, request.user),
        "entries": _entries(project, request.user, money=page.sees_money),
    }
    context["empty"] = Empty(gettext("No activity yet"), gettext("Add the first task or post a comment."))
    leaves = Task.objects.filter(project=project, active=True).exclude(kind=Task.Kind.SUMMARY)
    leaves = with_lateness(leaves, measured_at(project, today))
    tasks = list(leaves.only("name", "kind", "start", "finish", "percent_complete", "critical", "deadline", "version"))
    measure = current_measure(project, request.user, today)
    context |= _state(project, tasks, measure.baseline_finish)
    context["members"] = list(ProjectMember.objects.filter(project=project).select_related("user")[:12])
    supports = GoalSupport.objects.filter(project=project, goal__in=Goal.objects.visible_to(request.user).values("pk"))
    context["supports"] = list(supports.select_related("goal", "task", "deliverable").order_by("goal", "pk"))
    if page.sees_money:
        context["numbers"] = project_numbers(project, measure.total)
        context["figure_notes"] = figure_notes(measure.total)
        context["chart"] = value_curve(project, measure)
    return render(request, "projects/overview.html", page.context | context)


def _entries(project: Project, user: Any, *, money: bool) -> list[Any]:
    events = Event.objects.about(project).filter(events_shown())
    if not money:
        events = events.without_money()
    entries = of_events(events.order_by("-at")[:12], user, money=money)
    entries += of_milestones(Task.objects.filter(project=project), 12, with_project=False)
    return sorted(entries, key=lambda e: e.at, reverse=True)[:12]


def _state(project: Project, tasks: list[Task], baseline_finish: datetime | None) -> dict[str, Any]:
    """The state of the plan: what is late and how, what comes next, what drives the finish."""
    unfinished = [t for t in tasks if t.percent_complete < 100 and t.finish is not None]
    late = [t for t in unfinished if ways_late(t)]
    milestones = [t for t in unfinished if t.kind == Task.Kind.MILESTONE]
    behind = project_lateness(project, baseline_finish)
    return {
        "task_count": len(tasks),
        "done_count": len(tasks) - len(unfinished),
        "late_tasks": [
            {"task": t, "how": " · ".join(how.label for how in ways_late(t))}
            for t in sorted(late, key=lambda t: (t.finish, t.pk))[:6]
        ],
        "late_count": len(late),
        "late_ways": [{"how": how, "count": n} for how in Late if (n := sum(how in ways_late(t) for t in late))],
        "late_finish": [{"how": how, "days": max(by.days, 1)} for how, by in behind.items()],
        "milestones": sorted(milestones, key=lambda t: (t.finish, t.pk))[:6],
        "critical_tasks": sorted((t for t in unfinished if t.critical), key=lambda t: (t.start or t.finish, t.pk))[:6],
    }


@require_safe
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    page = project_page(request, pk, "project-plan")
    context = plan_views(pk, "project-plan") | {
        "plan_url": f"/api/projects/{pk}/plan",
        "can_edit": page.may_change,
        "beside": choices(page.project.plan),
        "late_ways": list(Late),
        "editor_groups": editor_groups(),
    }
    return remember_visit(request, render(request, "projects/plan.html", page.context | context), pk)


def _unpriced(booked: ActualCost) -> list[str]:
    """What the cost lacks: hours of people who have no rate."""
    if not booked.unpriced:
        return []
    return [
        gettext("%(unpriced)s were logged by people without an hourly rate, so they count without cost.")
        % {"unpriced": hours(booked.unpriced)}
    ]


@require_safe
def money_tab(request: HttpRequest, pk: int) -> HttpResponse:
    """Budget, hours, expenses and invoices of the project."""
    page = project_page(request, pk, "project-money")
    project = page.project
    measure = current_measure(project, request.user, timezone.localdate())
    booked = actual_cost(project, request.user, last_day(measure.status_date))
    entries = TimeEntry.objects.filter(project=project).select_related("person", "task", "project")
    part = Paginator(entries, 25).get_page(request.GET.get("page"))
    invoices = list(with_outstanding(Invoice.objects.visible_to(request.user)).filter(project=project))
    out = invoiced(invoices, project.currency)
    margin = out.total.amount - booked.total
    labour = money(booked.hours_cost, project.currency) if booked.unpriced < max(booked.minutes, 1) else ""
    cards = project_numbers(project, measure.total)
    sets_rates = may_create(request.user, RateCard)
    today = timezone.localdate()
    context = {
        "numbers": cards[:2] + cards[6:],
        "figure_notes": [*figure_notes(measure.total), *_unpriced(booked)],
        "summary": [
            Fact(gettext("Hours logged"), hours(booked.minutes)),
            Fact(gettext("Labour cost"), labour, missing=gettext("Not known")),
            Fact(gettext("Expenses"), money(booked.expenses, project.currency)),
            *_awaiting(project),
            Fact(gettext("Billable value"), money(booked.billable_value, project.currency)),
            Fact(gettext("Invoiced"), money(out.total)),
            *(Fact(gettext("Invoiced, no exchange rate"), money(m)) for m in out.unconverted.values()),
            Fact(gettext("Margin on invoices"), money(margin, project.currency), tone=_tone(margin)),
        ],
        "entry_columns": [
            Column(gettext("Date")),
            Column(gettext("Person")),
            Column(gettext("Task")),
            Column(gettext("Hours"), numeric=True),
            Column(gettext("Cost"), numeric=True),
        ],
        "entry_rows": [
            Row(
                e.pk,
                "",
                [
                    Cell(day(e.day), url=reverse("time-edit", args=[e.pk]), drawer=True),
                    Cell(e.person, sub=e.note),
                    Cell(e.task or None),
                    Cell(hours(e.minutes), numeric=True, sub="" if e.billable else "non-billable"),
                    Cell(
                        money(e.cost, project.currency) if e.cost_rate else None,
                        numeric=True,
                        url=f"{reverse('rate-answer')}?entry={e.pk}" if sets_rates else "",
                    ),
                ],
            )
            for e in part.object_list
        ],
        "page": part,
        "forecasts": forecast_tables(project, request.user, measure),
        "expenses": [(expense, status_badge(expense)) for expense in Expense.objects.filter(project=project)[:50]],
        "may_add_expense": may_create(request.user, Expense, project=project),
        "invoices": [(i, invoice_status(i, today)) for i in invoices[:50]],
        "rates": rates_on(project, request.user),
        "sets_rates": sets_rates,
        "milestones": list(billing_plan(project)),
        "may_bill": may_create(request.user, BillingMilestone, project=project),
        "entries_empty": Empty(gettext("No time logged"), gettext("Log time to track labour cost.")),
    }
    return render(request, "projects/money.html", page.context | context)


def _awaiting(project: Project) -> list[Fact]:
    """The submitted expenses, which are no cost yet."""
    waiting = awaiting_approval(project)
    return [Fact(gettext("Expenses to approve"), money(waiting, project.currency))] if waiting else []


def _tone(value: Decimal) -> str:
    return "bad" if value < 0 else ""


@require_http_methods(["GET", "POST"])
def baseline(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a baseline of the plan as it stands."""
    project = fetch(Project, request.user, pk=pk)
    require(request.user, Permission.CHANGE, project)
    form = BaselineForm(request.POST or None)
    back = reverse("project-plan", args=[pk])
    if request.method == "POST" and form.is_valid():
        with only_once(request) as done:
            if project.finish is None:
                schedule(plan=project.plan, by=request.user)
            take_baseline(project=project, by=request.user, name=form.cleaned_data["name"])
            done.url = back
        messages.success(request, gettext("Baseline taken. The previous baseline is kept."))
        return go(request, back)
    context = {
        "title": gettext("Take baseline"),
        "subtitle": gettext(
            "Saves the dates, work and cost of every task. Variances are then measured against this baseline."
        ),
        "form": form,
        "submit_label": gettext("Take baseline"),
        "cancel_url": back,
        "form_url": request.get_full_path(),
    }
    return render(request, "shell/form.html", context, status=422 if request.method == "POST" else 200)
