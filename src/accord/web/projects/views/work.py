"""The Work tab of a project: its tasks as a list, and its people."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.core.paginator import Paginator
from django.db.models import OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from accord.core.search.queries import search
from accord.core.texts import gettext_lazy
from accord.projects.models import Assignment, Project, ProjectMember, Resource, Task
from accord.projects.outline import Row as OutlineRow
from accord.projects.outline import outline
from accord.projects.queries_late import Late, late_tasks, measured_at, ways_late, with_lateness
from accord.web.projects.forms import WorkFilter
from accord.web.projects.page import project_page
from accord.web.projects.plan_views import task_views
from accord.web.projects.team import team_context
from accord.web.shell.list_parts import Column
from accord.web.shell.parts import Empty
from accord.web.shell.templatetags.shell import day, hours
from accord.web.shell.views.lists import Cell, Row

COLUMNS = [
    Column(gettext_lazy("Task")),
    Column(gettext_lazy("Assignees")),
    Column(gettext_lazy("Start"), hide_small=True),
    Column(gettext_lazy("Finish")),
    Column(gettext_lazy("Work"), numeric=True, hide_small=True),
    Column(gettext_lazy("Progress")),
]


@require_safe
def work(request: HttpRequest, pk: int) -> HttpResponse:
    """The tasks as a list with who works on them, and the people of the project.

    The outline is made of the places of all tasks; everything else is read for the rows of one page only.
    """
    page = project_page(request, pk, "project-work")
    project = page.project
    form = WorkFilter(request.GET or None)
    values = form.cleaned_data if form.is_valid() else {}
    tasks = Task.objects.filter(project=project)
    rows = outline(tasks.only("parent", "order", "wbs_code").order_by())
    if any(values.values()):
        found = set(_matching(tasks, values, project, request.user).values_list("pk", flat=True))
        rows = [row for row in rows if row.task.pk in found and not (values["show"] and row.has_children)]
    part = Paginator(rows, 100).get_page(request.GET.get("page"))
    work = Assignment.objects.filter(resource=OuterRef("pk"), project=project).order_by().values("resource")
    planned = Coalesce(Subquery(work.annotate(work=Sum("work_minutes")).values("work")), Value(0))
    resources = list(Resource.objects.filter(project=project).select_related("person").annotate(planned=planned))
    context = {
        "filter_form": form,
        "columns": COLUMNS,
        "rows": _rows(project, part.object_list, may_change=page.may_change),
        "page": part,
        "noun": "tasks",
        "resources": [{"row": r, "planned": r.planned} for r in resources],
        "members": list(ProjectMember.objects.filter(project=project).select_related("user")),
        "empty": Empty(
            gettext("No matching tasks") if any(values.values()) else gettext("No tasks yet"),
            gettext("Try other filters or clear them.")
            if any(values.values())
            else gettext("Add tasks on the Plan tab."),
        ),
        **team_context(project, (r.person for r in resources), timezone.localdate()),
    }
    return render(request, "projects/work.html", page.context | context | task_views(pk, "project-work"))


def _matching(tasks: QuerySet[Task], values: dict[str, Any], project: Project, user: Any) -> QuerySet[Task]:
    if values.get("q"):
        tasks = tasks.filter(search(Task, values["q"]))
    show = values.get("show", "")
    if show == "late" or show in list(Late):
        how = None if show == "late" else Late(show)
        tasks = late_tasks(tasks, measured_at(project, timezone.localdate()), how)
    elif show == "mine":
        tasks = tasks.filter(assignments__resource__person__user=user).distinct()
    elif show == "open":
        tasks = tasks.filter(percent_complete__lt=100)
    elif show == "critical":
        tasks = tasks.filter(critical=True)
    return tasks.order_by()


def _rows(project: Project, shown: Any, *, may_change: bool) -> list[Row]:
    """The rows of one page, with what they show; three queries."""
    keys = [row.task.pk for row in shown]
    tasks = Task.objects.filter(pk__in=keys)
    known = with_lateness(tasks, measured_at(project, timezone.localdate())).in_bulk()
    assigned: dict[int, list[Assignment]] = {}
    for a in Assignment.objects.filter(task__in=keys).exclude(resource=None).select_related("resource").order_by("pk"):
        assigned.setdefault(a.task_id, []).append(a)
    full = [replace(row, task=known[row.task.pk]) for row in shown if row.task.pk in known]
    return [_row(row, assigned.get(row.task.pk, []), may_change=may_change) for row in full]


def _row(row: OutlineRow, assigned: list[Assignment], *, may_change: bool) -> Row:
    task = row.task
    names = ", ".join(
        f"{a.resource.name}{'' if a.units == 1 else f' {a.units:.0%}'}" for a in assigned if a.resource is not None
    )
    late = [] if row.has_children else ways_late(task)
    indent = "\N{EM SPACE}" * (row.level - 1)
    cells = [
        Cell(
            f"{indent}{row.wbs}  {task.name}",
            url=reverse("task-edit", args=[task.pk])
            if may_change and not row.has_children
            else f"{reverse('comment-new')}?subject=projects.task:{task.pk}",
            drawer=True,
            badge=False,
        ),
        Cell(names or None),
        Cell(day(task.start) if task.start else None),
        Cell(
            day(task.finish) if task.finish else None,
            tone="bad" if late else "",
            sub=" · ".join(how.label for how in late),
        ),
        Cell(hours(task.work_minutes) if task.work_minutes else None, numeric=True),
        Cell(task.name, progress=task.percent_complete),
    ]
    return Row(task.pk, "", cells)
