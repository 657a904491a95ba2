"""The plan as a PDF."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from accord.core.fetch import fetch
from accord.projects.models import Project
from accord.web.projects.print_columns import COLUMNS, USUAL
from accord.web.projects.print_plan import PAPERS, Wish, print_plan
from accord.web.shell.pdf import pdf_answer


@require_safe
def plan_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """``paper`` (a4, a3), ``columns`` (names with commas), ``without`` (critical, baseline, links), ``wide`` (one)."""
    project = fetch(Project, request.user, "account", "calendar", pk=pk)
    paper = request.GET.get("paper", "a4")
    if paper not in PAPERS:
        return HttpResponseBadRequest(gettext("paper: choose a4 or a3."), content_type="text/plain")
    columns = tuple(name for name in request.GET.get("columns", "").split(",") if name in COLUMNS)
    without = set(request.GET.get("without", "").split(","))
    wish = Wish(
        paper=paper,
        columns=columns or USUAL,
        critical="critical" not in without,
        baseline="baseline" not in without,
        links="links" not in without,
        one_wide=request.GET.get("wide") == "one",
    )
    name = slugify(project.name) or f"project-{pk}"
    return pdf_answer(print_plan(project, wish, today=timezone.localdate()), f"{name}-plan")
