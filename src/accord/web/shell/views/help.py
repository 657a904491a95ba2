"""The guides inside the product."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from accord.web.shell.guide import guide, guides
from accord.web.shell.parts import Crumb


@require_safe
def help_index(request: HttpRequest) -> HttpResponse:
    """All guides with their sections."""
    return render(request, "shell/help.html", {"guides": guides(), "crumbs": [Crumb(gettext("Help"))]})


@require_safe
def help_guide(request: HttpRequest, name: str) -> HttpResponse:
    """One guide; an anchor opens one of its sections."""
    found = guide(name)
    if found is None:
        raise Http404(gettext("This guide doesn't exist."))
    crumbs = [Crumb(gettext("Help"), reverse("help")), Crumb(found.title)]
    return render(request, "shell/help_guide.html", {"guide": found, "crumbs": crumbs})
