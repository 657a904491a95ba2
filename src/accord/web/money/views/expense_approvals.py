"""Deciding on submitted expenses, below the weeks that wait for approval."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST

from accord.core.editing import Conflict
from accord.money.actions.decide_expense import approve_expenses
from accord.money.models import Expense
from accord.money.queries_expenses import expenses_to_approve, without_receipt
from accord.web.money.chosen import chosen_versions
from accord.web.money.expense_page import how_calculated
from accord.web.shell.once import go, only_once
from accord.web.shell.templatetags.shell import day

MOST = 100


def waiting_expenses(user: Any) -> dict[str, Any]:
    """What the card of expenses shows; those that lack no receipt are chosen already. Three queries."""
    rows = expenses_to_approve(user)
    found = list(rows[: MOST + 1])
    lacking = without_receipt(found)
    shown = [{"expense": each, "lacks_receipt": each.pk in lacking, "details": _details(each)} for each in found[:MOST]]
    return {"expense_rows": shown, "expenses_are_cut": len(found) > MOST}


def _details(expense: Expense) -> list[str]:
    """Who, when, where and for what, as far as it is known."""
    known = [expense.person, day(expense.day), expense.project, expense.category, how_calculated(expense)]
    return [str(part) for part in known if part]


@require_POST
def approval_of_expenses(request: HttpRequest) -> HttpResponse:
    """Approve the chosen expenses, named as ``key.version``."""
    versions = chosen_versions(request.POST.getlist("expense"))
    known = Expense.objects.visible_to(request.user).filter(pk__in=versions).count()
    url = reverse("time-approvals")
    if not versions or known != len(versions):
        messages.error(request, gettext("Choose at least one expense."))
        return go(request, url)
    try:
        with only_once(request) as done:
            count = len(approve_expenses(versions=versions, by=request.user))
            done.url = url
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    except Conflict:
        messages.error(request, gettext("An expense was changed meanwhile. None was approved."))
    else:
        said = ngettext("1 expense approved.", "%(count)s expenses approved.", count)
        messages.success(request, said % {"count": count})
    return go(request, url)
