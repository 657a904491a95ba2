"""Deciding on weeks: exceptions are read, the rest is approved in one step."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST, require_safe

from accord.core.editing import Conflict
from accord.money.actions.decide_week import approve_weeks
from accord.money.models import Timesheet
from accord.money.queries_approvals import to_approve, waiting
from accord.web.money.chosen import chosen_versions
from accord.web.money.views.expense_approvals import waiting_expenses
from accord.web.money.week_page import exceptions_of, title_of
from accord.web.shell.parts import Crumb, Empty
from accord.web.shell.views.forms import go


@require_safe
def approvals(request: HttpRequest) -> HttpResponse:
    """The submitted weeks that the reader decides on; those without exceptions are chosen already."""
    page = Paginator(to_approve(request.user), 50).get_page(request.GET.get("page"))
    rows = [
        {"sheet": each.sheet, "title": title_of(each.sheet), "minutes": each.minutes, "target": each.target,
         "exceptions": exceptions_of(each.findings)}
        for each in waiting(list(page.object_list))
    ]  # fmt: skip
    context = {
        "rows": rows,
        "page": page,
        "noun": gettext("weeks"),
        "chosen": sum(not row["exceptions"] for row in rows),
        "empty": Empty(
            gettext("No weeks to approve"), gettext("Weeks that people submit appear here."), icon="circle-check"
        ),
        "crumbs": [Crumb(gettext("Timesheets"), reverse("time")), Crumb(gettext("Approvals"))],
        **waiting_expenses(request.user),
    }
    return render(request, "money/approvals.html", context)


@require_POST
def approval_of_several(request: HttpRequest) -> HttpResponse:
    """Approve the chosen weeks, named as ``key.version``."""
    versions = chosen_versions(request.POST.getlist("week"))
    known = Timesheet.objects.visible_to(request.user).filter(pk__in=versions).count()
    url = reverse("time-approvals")
    if not versions or known != len(versions):
        messages.error(request, gettext("Choose at least one week."))
        return go(request, url)
    try:
        approved: list[Any] = approve_weeks(versions=versions, by=request.user)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    except Conflict:
        messages.error(request, gettext("A week was changed meanwhile. None was approved."))
    else:
        count = len(approved)
        messages.success(request, ngettext("1 week approved.", "%(count)s weeks approved.", count) % {"count": count})
    return go(request, url)
