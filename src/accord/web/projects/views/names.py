"""Whether an account or a project of the same name exists, asked while the name is typed."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accord.projects.models import Project
from accord.web.shell.doubles import double_of, name_note, number_in


@require_safe
def project_names(request: HttpRequest) -> HttpResponse:
    """The same for a project, among those of the client that the form has chosen."""
    found = None
    if account := number_in(request, "account"):
        name = request.GET.get("name", "")
        found = double_of(Project, request.user, name, number_in(request, "except"), account=account)
    return name_note(request, found)
