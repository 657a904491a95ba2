"""Whether an account or a project of the same name exists, asked while the name is typed."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accord.accounts.models import Account
from accord.projects.models import Project
from accord.web.shell.doubles import double_of


@require_safe
def account_names(request: HttpRequest) -> HttpResponse:
    """The account of the same name that one may see, as a note beside the field; empty without one."""
    return _note(request, double_of(Account, request.user, request.GET.get("name", ""), _number(request, "except")))


@require_safe
def project_names(request: HttpRequest) -> HttpResponse:
    """The same for a project, among those of the client that the form has chosen."""
    found = None
    if account := _number(request, "account"):
        name = request.GET.get("name", "")
        found = double_of(Project, request.user, name, _number(request, "except"), account=account)
    return _note(request, found)


def _note(request: HttpRequest, found: Any) -> HttpResponse:
    return render(request, "shell/parts/double.html", {"double": found})


def _number(request: HttpRequest, name: str) -> int:
    text = request.GET.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 19 else 0
