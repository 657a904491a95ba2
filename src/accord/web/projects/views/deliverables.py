"""A deliverable: what it takes to make it, and what the client said of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accord.core.access import Permission, can, may_create, require
from accord.core.fetch import fetch
from accord.core.models import Record
from accord.core.texts import gettext_lazy
from accord.money.queries import actual_cost, minutes_by_task
from accord.projects.models import Acceptance, Deliverable, Project, Responsibility, Task
from accord.projects.outline import Row as OutlineRow
from accord.projects.outline import outline
from accord.projects.plan_changes import Invalid
from accord.projects.queries_charter import TRACED, Traced, deliverable_of_each, traced_deliverables
from accord.projects.queries_late import measured_at, ways_late, with_lateness
from accord.web.projects import forms_charter as forms
from accord.web.projects.charter import VERDICT_TONES, lateness, state_cell
from accord.web.projects.views.charter import CharterPages
from accord.web.shell.comments import talk_about
from accord.web.shell.list_parts import Column
from accord.web.shell.numbers import Number
from accord.web.shell.parts import Action, Badge, Crumb, Empty, Fact
from accord.web.shell.templatetags.shell import day, hours, money
from accord.web.shell.views.forms import CreatePage, go
from accord.web.shell.views.lists import Cell, Row


@require_safe
def deliverable(request: HttpRequest, pk: int) -> HttpResponse:
    """The work that makes it, summed up; acceptance criteria; the client's words."""
    row = fetch(Deliverable, request.user, "project__account", "project__manager", pk=pk)
    project, today = row.project, timezone.localdate()
    rated = with_lateness(Task.objects.filter(project=project), measured_at(project, today))
    tasks = list(rated.only(*TRACED, "order", "version", "wbs_code"))
    siblings = traced_deliverables(project, tasks)
    place = next(i for i, t in enumerate(siblings) if t.deliverable.pk == pk)
    traced = siblings[place]
    sees_money = can(request.user, Permission.VIEW_MONEY, project)
    may_change = can(request.user, Permission.CHANGE, project)
    may_record = may_change or may_create(request.user, Acceptance, project=project, deliverable=row)
    actual = actual_cost(project, request.user) if sees_money else None
    booked = actual.minutes_by_task if actual else minutes_by_task(project)
    spent = actual.by_task if actual else {}
    badge = state_cell(traced)
    responsible = Responsibility.objects.filter(deliverable=row).select_related(
        "stakeholder__contact", "stakeholder__person"
    )
    context = {
        "record_title": row.name,
        "talk": talk_about(row, request.user),
        "record_subtitle": gettext("Deliverable of %(project)s") % {"project": project},
        "badges": [Badge(badge.value, badge.tone)],
        "deliverable": row,
        "project": project,
        "may_change": may_change,
        "may_record": may_record,
        "facts": _facts(row, traced, today),
        "numbers": _numbers(traced, today, booked, spent, project, sees_money=sees_money),
        "actions": _actions(pk, may_change=may_change, may_record=may_record),
        "crumbs": [
            Crumb(gettext("Projects"), reverse("projects")),
            Crumb(project.name, reverse("project", args=[project.pk])),
            Crumb(gettext("Charter"), reverse("project-charter", args=[project.pk])),
            Crumb(row.name),
        ],
        "previous_url": reverse("deliverable", args=[siblings[place - 1].deliverable.pk]) if place else "",
        "next_url": reverse("deliverable", args=[siblings[place + 1].deliverable.pk])
        if place + 1 < len(siblings)
        else "",
        "columns": [
            Column(gettext("Task")),
            Column(gettext("Finish")),
            Column(gettext("Hours"), numeric=True),
            *([Column(gettext("Cost"), numeric=True)] if sees_money else []),
            Column(gettext("Progress")),
        ],
        "rows": _rows(traced, tasks, booked, spent, sees_money=sees_money, may_change=may_change),
        "words": [
            {"word": word, "tone": VERDICT_TONES[Acceptance.Verdict(word.verdict)]}
            for word in traced.deliverable.acceptances.all()
        ],
        "responsible": sorted(responsible, key=lambda r: "RACI".index(r.letter)),
        "empty": Empty(
            gettext("No linked tasks yet"),
            gettext("Link plan tasks to calculate hours, progress and finish.")
            if may_change
            else gettext("The project manager hasn't linked any tasks yet."),
        ),
    }
    return render(request, "projects/deliverable.html", context)


def _actions(pk: int, *, may_change: bool, may_record: bool) -> list[Action]:
    actions: list[Action] = []
    if may_change:
        actions += [
            Action.edit(reverse("deliverable-edit", args=[pk])),
            Action(gettext("Link tasks"), reverse("deliverable-tasks", args=[pk]), icon="list-tree", drawer=True),
        ]
    if may_record:
        url = reverse("acceptance-new", args=[pk])
        actions.append(Action(gettext("Record acceptance"), url, icon="checklist", drawer=True, primary=True, key="a"))
    return actions


def _facts(row: Deliverable, traced: Traced, today: date) -> list[Fact]:
    words, tone = lateness(traced, today)
    return [
        Fact(gettext("Project"), row.project, url=reverse("project", args=[row.project_id])),
        Fact(gettext("Client"), row.project.account, url=reverse("account", args=[row.project.account_id])),
        Fact(gettext("Due date"), day(row.due_on) if row.due_on else None, missing=gettext("Not set")),
        Fact(gettext("Delivered on"), day(row.delivered_on) if row.delivered_on else None, missing=gettext("Not yet")),
        Fact(gettext("Variance to due date"), words or None, tone=tone, missing=gettext("Not set")),
    ]


def _numbers(
    traced: Traced,
    today: date,
    booked: dict[int, int],
    spent: dict[int | None, Decimal],
    project: Project,
    *,
    sees_money: bool,
) -> list[Number]:
    none = "" if traced.attached else gettext("No linked tasks.")
    count = len(traced.leaves)
    words, tone = lateness(traced, today)
    minutes = sum(booked.get(task.pk, 0) for task in traced.leaves)
    numbers = [
        Number(
            gettext("Progress"),
            value=f"{traced.progress:.0f}%" if traced.progress is not None else "",
            caption=ngettext(
                "of %(count)s task, weighted by duration", "of %(count)s tasks, weighted by duration", count
            )
            % {"count": count},
            missing=none or ("" if traced.progress is not None else gettext("All its tasks are inactive.")),
        ),
        Number(
            gettext("Finish"),
            value=day(traced.finish) if traced.finish else "",
            caption=words,
            tone=tone or "neutral",
            missing=none or ("" if traced.finish else gettext("The plan hasn't been scheduled yet.")),
        ),
        Number(
            gettext("Hours"),
            value=hours(minutes),
            caption=gettext("logged of %(work_minutes)s planned") % {"work_minutes": hours(traced.work_minutes)},
            missing=none,
        ),
    ]
    if sees_money:
        cost = sum((spent.get(task.pk, Decimal(0)) for task in traced.leaves), Decimal(0))
        caption = gettext("spent of %(cost)s planned") % {"cost": money(traced.cost, project.currency)}
        numbers.append(Number(gettext("Cost"), value=money(cost, project.currency), caption=caption, missing=none))
    return numbers


def _rows(
    traced: Traced,
    tasks: list[Task],
    booked: dict[int, int],
    spent: dict[int | None, Decimal],
    *,
    sees_money: bool,
    may_change: bool,
) -> list[Row]:
    """The attached work as a tree; summaries show the sums of what is below them."""
    project = traced.deliverable.project
    own = {pk for pk, made in deliverable_of_each(tasks).items() if made == traced.deliverable.pk}
    rows = outline(task for task in tasks if task.pk in own)
    wbs = {row.task.pk: row.wbs for row in outline(tasks)}
    minutes = _summed(rows, booked)
    costs = _summed(rows, spent)
    shown = []
    for row in rows:
        task = row.task
        late = [] if row.has_children else ways_late(task)
        indent = "\N{EM SPACE}" * (row.level - 1)
        edit = reverse("task-edit", args=[task.pk]) if may_change and not row.has_children else ""
        cells = [
            Cell(f"{indent}{wbs[task.pk]}  {task.name}", url=edit, drawer=True),
            Cell(
                day(task.finish) if task.finish else None,
                tone="bad" if late else "",
                sub=" · ".join(how.label for how in late),
            ),
            Cell(
                hours(minutes[task.pk]) if task.work_minutes or minutes[task.pk] else None,
                numeric=True,
                sub=gettext("of %(work_minutes)s") % {"work_minutes": hours(task.work_minutes)}
                if task.work_minutes
                else "",
            ),
        ]
        if sees_money:
            cost = costs[task.pk]
            cells.append(Cell(money(cost, project.currency) if cost else None, numeric=True))
        cells.append(Cell(task.name, progress=task.percent_complete))
        shown.append(Row(task.pk, "", cells))
    return shown


def _summed(rows: list[OutlineRow], figures: Mapping[Any, Any]) -> dict[int, Any]:
    """``figures`` of each task and of all below it."""
    sums: dict[int, Any] = {row.task.pk: figures.get(row.task.pk, 0) for row in rows}
    for row in reversed(rows):
        if row.task.parent_id in sums:
            sums[row.task.parent_id] += sums[row.task.pk]
    return sums


class DeliverablePages(CharterPages):
    route, model, form_class = "deliverable", Deliverable, forms.DeliverableForm
    consequence = gettext_lazy("Its tasks are kept in the plan. Its row in the RACI matrix is deleted.")

    def blank(self) -> Record:
        last = (
            Deliverable.objects.filter(project=self.project).order_by("-order").values_list("order", flat=True).first()
        )
        return Deliverable(project=self.project, order=(last or 0) + 1024)


class AcceptanceNew(CreatePage):
    model, form_class = Acceptance, forms.AcceptanceForm
    submit_label, saved_message, new_title = (
        gettext_lazy("Record"),
        gettext_lazy("Acceptance recorded."),
        gettext_lazy("Record acceptance"),
    )

    def blank(self) -> Record:
        row = fetch(Deliverable, self.request.user, "project__account", pk=self.kwargs["deliverable"])
        return Acceptance(project=row.project, deliverable=row, given_on=timezone.localdate())

    def context(self, record: Record, form: Any) -> dict[str, Any]:
        return super().context(record, form) | {"subtitle": str(record.deliverable)}

    def after(self, record: Any) -> str:
        return reverse("deliverable", args=[record.deliverable_id])


@require_http_methods(["GET", "POST"])
def tasks(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose which tasks and summaries make the deliverable."""
    row = fetch(Deliverable, request.user, "project__account", pk=pk)
    require(request.user, Permission.CHANGE, row)
    form = forms.DeliverableTasksForm(row, request.POST or None)
    back = reverse("deliverable", args=[pk])
    if request.method == "POST" and form.is_valid():
        try:
            form.save(request.user)
            messages.success(request, gettext("Linked tasks saved. You can undo this in the plan."))
            return go(request, back)
        except Invalid as error:
            form.add_error(None, ValidationError(error.message))
    context = {
        "title": gettext("Linked tasks"),
        "subtitle": row.name,
        "form": form,
        "cancel_url": back,
        "form_url": request.get_full_path(),
    }
    return render(request, "shell/form.html", context, status=422 if request.method == "POST" else 200)
