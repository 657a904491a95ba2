"""Expenses: one's own list, the page of one, and its way from draft to approved."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST, require_safe

from accord.core.access import Permission, require
from accord.core.editing import Conflict
from accord.core.fetch import fetch
from accord.core.models import Record
from accord.core.seen import look_up
from accord.core.texts import gettext_lazy
from accord.money.actions.decide_expense import approve_expenses
from accord.money.actions.submit_expenses import submit_expenses, withdraw_expense
from accord.money.models import Expense
from accord.money.queries_expenses import CURRENT, matching_expenses, without_receipt
from accord.people.models import Firm
from accord.people.queries import person_of
from accord.web.money.expense_page import actions_of, expense_row, facts_of, no_receipt
from accord.web.money.forms_expenses import ExpenseFilter, ExpenseForm, ExpenseReturnForm
from accord.web.projects.views.edits import ProjectFormPages
from accord.web.shell.cells.expenses import status_badge
from accord.web.shell.once import only_once
from accord.web.shell.parts import Action, Crumb, Empty
from accord.web.shell.record_page import Mark, RecordPage, files, history, text_panel
from accord.web.shell.views.forms import CreatePage, EditPage, go
from accord.web.shell.views.lists import Column, ListPage, Row

Status = Expense.Status
RELATED = ("project__account", "project__manager", "person__user", "category")


class ExpenseList(ListPage):
    """One's own expenses, or all that one sees."""

    title = gettext_lazy("Expenses")
    noun = "expenses"
    default_sort = "-day"
    filter_class = ExpenseFilter
    columns = [
        Column(gettext_lazy("Description"), "description", second=gettext_lazy("Category")),
        Column(gettext_lazy("Date"), "day"),
        Column(gettext_lazy("Project"), "project__name"),
        Column(gettext_lazy("Person"), "person__name", hide_small=True),
        Column(gettext_lazy("Amount"), money=True, amount="amount"),
        Column(gettext_lazy("Status"), "status", second=gettext_lazy("Receipt")),
    ]

    def rows_of(self, user: Any) -> QuerySet[Expense]:
        rows: QuerySet[Expense] = Expense.objects.visible_to(user).filter(**CURRENT)
        if self.request.GET.get("whose") != "all":
            rows = rows.filter(person__user=user)
        return rows.select_related("project", "person", "category")

    def filtered(self, rows: QuerySet[Expense], values: dict[str, Any]) -> QuerySet[Expense]:
        return matching_expenses(rows, values)

    def prepare(self, records: list[Any]) -> None:
        look_up(self.request.user, records)
        self.lacking = without_receipt(records)

    def row(self, record: Any) -> Row:
        return expense_row(record, lacks_receipt=record.pk in self.lacking)

    def actions(self) -> list[Action]:
        if person_of(self.request.user) is None:
            return []
        new = Action.new(gettext("New expense"), reverse("own-expense-new"))
        drafts = drafts_of(self.request.user).count()
        if not drafts:
            return [new]
        label = ngettext("Submit %(count)s draft", "Submit %(count)s drafts", drafts) % {"count": drafts}
        return [Action(label, reverse("expenses-submission"), "send", method="post"), new]

    def empty(self) -> Empty:
        text = gettext("Photograph the receipt, choose the project and submit. Approved expenses are reimbursed.")
        return Empty(gettext("No expenses yet"), text, icon="receipt", action=self.main_action)


def drafts_of(user: Any) -> QuerySet[Expense]:
    """One's own drafts; what was returned is submitted one by one, once it is put right."""
    return Expense.objects.visible_to(user).filter(person__user=user, status=Status.DRAFT, project__archived_at=None)


@require_safe
def expense(request: HttpRequest, pk: int) -> HttpResponse:
    user: Any = request.user
    record = fetch(Expense, user, *RELATED, "submitted_by", "decided_by", "reimbursement", pk=pk)
    look_up(user, [record])
    badges = [status_badge(record), *([no_receipt()] if without_receipt([record]) else [])]
    panels = [files(), history(text=gettext("Submission, approval and reimbursement appear here."))]
    if record.status == Status.RETURNED:
        panels.insert(0, text_panel(gettext("Reason for the return"), record.reason, missing=gettext("None")))
    page = RecordPage(
        record=record, title=record.description, above=[Crumb(gettext("Expenses"), reverse("expenses"))],
        mark=Mark("expense", icon="receipt"), badges=badges, facts=facts_of(record, user),
        actions=actions_of(record, user), panels=panels, may_change=record.is_open,
    )  # fmt: skip
    return page.response(request)


class OwnExpenseNew(CreatePage):
    """Enter an expense on any project that one works on."""

    model, form_class, back = Expense, ExpenseForm, "expenses"
    submit_label, new_title = gettext_lazy("Save"), gettext_lazy("New expense")

    def record(self) -> Record:
        return Expense(day=timezone.localdate(), paid_by=Expense.PaidBy.OWN, currency=Firm.current().currency)

    def after(self, record: Any) -> str:
        return reverse("expense", args=[record.pk]) if record.pk else reverse("expenses")


class ExpensePages(ProjectFormPages):
    """Expenses of one project."""

    route, model, form_class, tab = "expense", Expense, ExpenseForm, "project-money"
    related, new_label = RELATED, gettext_lazy("Save")

    def blank(self) -> Record:
        own = person_of(self.request.user)
        return Expense(project=self.project, person=own, day=timezone.localdate(), currency=self.project.currency,
                       paid_by=Expense.PaidBy.OWN if own else Expense.PaidBy.CARD)  # fmt: skip

    def above(self, record: Any) -> str:
        if record.project.allows(self.request.user, Permission.VIEW_MONEY):
            return super().above(record)
        return reverse("expenses")

    def record(self) -> Record:
        found: Any = super().record()  # type: ignore[misc]
        if found.pk and not found.is_open:
            text = gettext("This expense is %(status)s. Withdraw it or have it returned before you change it.")
            raise PermissionDenied(text % {"status": found.get_status_display().lower()})
        return found


class ExpenseReturn(EditPage):
    """Return an expense with a reason."""

    model, form_class, related = Expense, ExpenseReturnForm, RELATED
    submit_label, saved_message = gettext_lazy("Return expense"), gettext_lazy("Expense returned.")

    def record(self) -> Record:
        found = fetch(Expense, self.request.user, *self.related, pk=self.kwargs["pk"])
        require(self.request.user, Permission.APPROVE, found)
        return found

    def title(self, record: Any) -> str:
        return gettext("Return “%(expense)s”") % {"expense": record}


def _step(request: HttpRequest, pk: int, permission: Permission, act: Callable[[Any], Any], said: str) -> HttpResponse:
    """Move one expense on, once, and show it."""
    record = fetch(Expense, request.user, *RELATED, pk=pk)
    require(request.user, permission, record)
    url = reverse("expense", args=[pk])
    try:
        with only_once(request) as done:
            act(record)
            done.url = url
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    except Conflict:
        messages.error(request, gettext("The expense was changed meanwhile. Check it and try again."))
    else:
        messages.success(request, said)
    return go(request, url)


@require_POST
def submission(request: HttpRequest, pk: int) -> HttpResponse:
    def submit(record: Any) -> None:
        submit_expenses(versions={pk: record.version}, by=request.user)

    return _step(request, pk, Permission.CHANGE, submit, gettext("Expense submitted."))


@require_POST
def withdrawal(request: HttpRequest, pk: int) -> HttpResponse:
    def withdraw(record: Any) -> None:
        withdraw_expense(expense=record, by=request.user)

    return _step(request, pk, Permission.CHANGE, withdraw, gettext("Expense withdrawn."))


@require_POST
def decision(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve the expense that the page shows."""

    def approve(record: Any) -> None:
        approve_expenses(versions={pk: record.version}, by=request.user)

    return _step(request, pk, Permission.APPROVE, approve, gettext("Expense approved."))


@require_POST
def submission_of_drafts(request: HttpRequest) -> HttpResponse:
    """Submit all of one's own drafts."""
    versions = dict(drafts_of(request.user).order_by().values_list("pk", "version"))
    url = reverse("expenses")
    try:
        with only_once(request) as done:
            count = len(submit_expenses(versions=versions, by=request.user))
            done.url = url
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        return go(request, url)
    said = ngettext("1 expense submitted.", "%(count)s expenses submitted.", count)
    if count:
        messages.success(request, said % {"count": count})
    return go(request, url)
