"""Paying people back: who gets how much, marking it as done, and taking that back."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST, require_safe

from accord.core.access import Permission, require, require_create
from accord.core.editing import Conflict
from accord.core.fetch import fetch
from accord.money.actions.reimburse import reimburse, undo_reimbursement
from accord.money.models import Expense, Reimbursement
from accord.money.queries_expenses import owed, to_reimburse
from accord.web.money.chosen import chosen_versions
from accord.web.shell.list_export import table_export
from accord.web.shell.list_parts import Cell, Column, Row, amount_cell, date_cell
from accord.web.shell.once import go, only_once
from accord.web.shell.parts import Crumb, Empty
from accord.web.shell.templatetags.shell import money

MOST = 500  # expenses at once
RECENT = 12


@require_safe
def reimbursements(request: HttpRequest) -> HttpResponse:
    """What people are to get back, by person; ``?export=csv`` is the list as a file."""
    require_create(request.user, Reimbursement)
    rows = to_reimburse(request.user)
    if request.GET.get("export") == "csv":
        return table_export(gettext("Reimbursements"), "csv", _columns(), (_line(expense) for expense in rows))
    found = list(rows[: MOST + 1])
    recent = Reimbursement.objects.visible_to(request.user).annotate(count=Count("expenses"))
    context = {
        "people": [{"owed": each, "sums": [money(each_sum) for each_sum in each.sums.values()]}
                   for each in owed(found[:MOST])],
        "is_cut": len(found) > MOST,
        "most": MOST,
        "today": timezone.localdate(),
        "recent": recent.order_by("-paid_on", "-pk")[:RECENT],
        "empty": Empty(gettext("Nothing to reimburse"),
                       gettext("Approved expenses that people paid with own money appear here."), icon="receipt"),
        "crumbs": [Crumb(gettext("Expenses"), reverse("expenses")), Crumb(gettext("Reimbursements"))],
    }  # fmt: skip
    return render(request, "money/reimbursements.html", context)


def _columns() -> list[Column]:
    return [
        Column(gettext("Person")),
        Column(gettext("Date")),
        Column(gettext("Description")),
        Column(gettext("Category")),
        Column(gettext("Project")),
        Column(gettext("Amount"), money=True),
    ]


def _line(expense: Expense) -> Row:
    cells = [
        Cell(expense.person),
        date_cell(expense.day),
        Cell(expense.description),
        Cell(expense.category or None),
        Cell(expense.project),
        amount_cell(expense.amount, expense.currency),
    ]
    return Row(expense.pk, "", cells)


@require_POST
def reimbursement_new(request: HttpRequest) -> HttpResponse:
    """Mark the chosen expenses, named as ``key.version``, as reimbursed."""
    require_create(request.user, Reimbursement)
    versions = chosen_versions(request.POST.getlist("expense"))
    url = reverse("reimbursements")
    try:
        with only_once(request) as done:
            reimburse(versions=versions, paid_on=_day(request.POST.get("paid_on", "")), by=request.user)
            done.url = url
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    except Conflict:
        messages.error(request, gettext("An expense was changed meanwhile. None was marked."))
    else:
        said = ngettext("1 expense reimbursed.", "%(count)s expenses reimbursed.", len(versions))
        messages.success(request, said % {"count": len(versions)})
    return go(request, url)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValidationError(gettext("Enter the date of the reimbursement.")) from error


@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    record: Any = fetch(Reimbursement, request.user, pk=pk)
    require(request.user, Permission.CHANGE, record)
    url = reverse("reimbursements")
    try:
        with only_once(request) as done:
            undo_reimbursement(reimbursement=record, by=request.user)
            done.url = url
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, gettext("Reimbursement undone."))
    return go(request, url)
