"""The three-point estimates of all open tasks in one table."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods

from accord.core.access import Permission, require
from accord.core.editing import Conflict
from accord.projects.actions.edit_plan import edit_plan
from accord.projects.estimates import open_tasks
from accord.projects.models import Project, Task
from accord.projects.outline import outline
from accord.projects.plan_rows import Invalid
from accord.web.projects.forms_uncertainty import COLUMNS, EstimateTable, FillForm
from accord.web.projects.page import project_page
from accord.web.projects.plan_views import plan_views
from accord.web.shell.views.forms import go

PAGE = 200


@require_http_methods(["GET", "HEAD", "POST"])
def estimates(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the table, fill its empty rows, or store it as one edit on the plan."""
    page = project_page(request, pk, "project-plan")
    project = page.project
    require(request.user, Permission.CHANGE, project)
    rows = outline(Task.objects.filter(project=project))
    part = Paginator(open_tasks(rows), PAGE).get_page(request.GET.get("page"))
    data = request.POST if request.method == "POST" else None
    table = EstimateTable(project, list(part.object_list), data)
    fill = FillForm(data if data and "fill" in data else None)
    context: dict[str, Any] = plan_views(pk, "project-uncertainty") | {"problem": "", "status": 200}
    if data is None:
        pass
    elif "fill" in data:
        if fill.is_valid():
            context["filled"] = table.fill(fill.cleaned_data["low"], fill.cleaned_data["high"])
        else:
            context["status"] = 422
    elif _stored(request, project, table, context):
        return go(request, reverse("project-uncertainty", args=[pk]))
    context |= {
        "table": table,
        "fill": fill,
        "page": part,
        "columns": [label for _, _, label in COLUMNS],
        "shapes": Task.Shape.choices,
        "groups": sorted({row.task.estimate_group for row in rows if row.task.estimate_group}),
    }
    return render(request, "projects/estimates.html", page.context | context, status=context["status"])


def _stored(request: HttpRequest, project: Project, table: EstimateTable, context: dict[str, Any]) -> bool:
    """Whether all of it is stored; what stands in the way goes into the rows and the context."""
    changes = table.changes()
    context["status"] = 422
    if table.is_wrong:
        context["problem"] = gettext("Not saved: some durations can't be read. Correct the marked rows.")
        return False
    if not changes:
        messages.info(request, gettext("No changes."))
        return True
    try:
        edit_plan(plan=project.plan, by=request.user, changes=changes)
    except Invalid as error:
        left = table.refuse(error)
        context["problem"] = left or (
            gettext("Not saved: durations must increase from optimistic to pessimistic. Correct the marked rows.")
        )
        return False
    except Conflict as conflict:
        context["status"] = 409
        record: Any = conflict.record
        table.take_on(Task.all_objects.get(pk=record.pk))
        context["problem"] = gettext(
            "Someone else changed “%(record)s”. Your entries are below and not saved yet. Save again to overwrite "
            "theirs."
        ) % {"record": record}
        return False
    count = len(changes)
    messages.success(
        request,
        ngettext("The estimates of %(count)s task are saved.", "The estimates of %(count)s tasks are saved.", count)
        % {"count": count},
    )
    return True
