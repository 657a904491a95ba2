"""The tab of an account's page with its projects."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from accord.core.access import may_create
from accord.insight.queries import latest_measures
from accord.projects.models import Project
from accord.web.accounts.page import account_page, table_tab
from accord.web.shell.cells.projects import PROJECT_COLUMNS, project_row
from accord.web.shell.parts import Empty


@require_safe
def projects(request: HttpRequest, pk: int) -> HttpResponse:
    page = account_page(request, pk, "account-projects")
    found = (
        Project.objects.visible_to(request.user)
        .filter(account=page.account, archived_at=None)
        .select_related("manager", "account")
    )
    measures = {m.project_id: m for m in latest_measures(found, request.user)}
    rows = [project_row(p, measures.get(p.pk), with_client=False) for p in found.order_by("-start")]
    user: Any = request.user
    return table_tab(
        request,
        page.context,
        title=gettext("Projects"),
        columns=[c.label for c in PROJECT_COLUMNS],
        numeric={c.label for c in PROJECT_COLUMNS if c.numeric},
        rows=rows,
        new=("account-project-new", gettext("New project"))
        if may_create(user, Project, account=page.account)
        else None,
        empty=Empty(gettext("No projects yet"), gettext("Start a project, or import a plan from Microsoft Project.")),
    )
