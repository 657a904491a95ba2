"""What pages show of expenses: where one stands, its facts, what can be done with it."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from accord.core.access import Permission, can
from accord.core.seen import seen
from accord.money.models import Expense, ExpenseKind
from accord.money.models.expense_checks import why_day_closed
from accord.web.shell.cells.expenses import TONES
from accord.web.shell.list_parts import Cell, Row, amount_cell, date_cell
from accord.web.shell.parts import Action, Badge, Fact
from accord.web.shell.templatetags.shell import day, moment, money, number, percent

Status = Expense.Status


def no_receipt() -> Badge:
    return Badge(gettext("No receipt"), "bad")


def status_cell(expense: Expense, *, lacks_receipt: bool) -> Cell:
    sub = gettext("No receipt") if lacks_receipt else ""
    return Cell(expense.get_status_display(), badge=True, tone=TONES[Status(expense.status)], sub=sub)


def expense_row(expense: Expense, *, lacks_receipt: bool) -> Row:
    """Date, description, project, person, amount, status; who sees an expense is told what it was for."""
    return Row(
        expense.pk,
        reverse("expense", args=[expense.pk]),
        [
            Cell(expense.description, sub=str(expense.category or "")),
            date_cell(expense.day),
            Cell(expense.project),
            Cell(expense.person or None),
            amount_cell(expense.amount, expense.currency),
            status_cell(expense, lacks_receipt=lacks_receipt),
        ],
    )


def how_calculated(expense: Expense) -> str:
    """The quantity and rate of mileage or a per diem; empty for what has a receipt."""
    if expense.kind == ExpenseKind.ORDINARY or expense.rate is None or expense.quantity is None:
        return ""
    places = 1 if expense.quantity % 1 else 0
    values = {"quantity": number(expense.quantity, places), "rate": money(expense.rate, expense.currency)}
    if expense.kind == ExpenseKind.MILEAGE:
        return gettext("%(quantity)s km × %(rate)s") % values
    text = gettext("%(quantity)s days × %(rate)s") % values
    meals = sum(expense.meals)
    less = ngettext("%(text)s, less 1 meal", "%(text)s, less %(meals)s meals", meals)
    return less % {"text": text, "meals": meals} if meals else text


def facts_of(expense: Expense, user: Any) -> list[Fact]:
    currency, project = expense.currency, seen(user, expense.project)
    facts = [
        Fact(gettext("Project"), str(project or expense.project),
             url=reverse("project", args=[expense.project_id]) if project else ""),
        Fact(gettext("Date"), day(expense.day)),
        Fact(gettext("Person"), str(expense.person or ""), missing=gettext("Not set")),
        Fact(gettext("Category"), str(expense.category or ""), missing=gettext("None")),
        Fact(gettext("Amount"), money(expense.amount, currency)),
        *_parts(expense),
        Fact(gettext("Paid with"), expense.get_paid_by_display()),
        Fact(gettext("Cost"), money(expense.cost, expense.project.currency), hint=_cost_hint(expense)),
    ]  # fmt: skip
    if expense.sees_billing(user):
        facts.append(_billing(expense))
    return facts + _way(expense)


def _parts(expense: Expense) -> list[Fact]:
    """What the amount consists of: net and tax, or quantity and rate."""
    if how := how_calculated(expense):
        return [Fact(gettext("Calculation"), how)]
    tax = money(expense.tax or 0, expense.currency)
    return [Fact(gettext("Tax"), tax), Fact(gettext("Net"), money(expense.net))]


def _cost_hint(expense: Expense) -> str:
    parts = [gettext("net, as the tax is deductible") if expense.tax_deductible else gettext("with tax")]
    if expense.currency != expense.project.currency:
        rate = number(expense.exchange_rate.normalize(), 4)
        parts.append(gettext("at %(rate)s on %(day)s") % {"rate": rate, "day": day(expense.day)})
    return ", ".join(parts)


def _billing(expense: Expense) -> Fact:
    if not expense.billable:
        return Fact(gettext("Billable"), gettext("No"))
    markup = expense.markup_percent
    hint = gettext("with %(percent)s mark-up") % {"percent": percent(markup)} if markup else ""
    return Fact(gettext("Billable amount"), money(expense.billable_amount, expense.project.currency), hint=hint)


def _way(expense: Expense) -> list[Fact]:
    """What happened to it so far."""
    facts = []
    if expense.submitted_at:
        facts.append(Fact(gettext("Submitted"), moment(expense.submitted_at)))
    if expense.decided_at:
        label = gettext("Returned by") if expense.status == Status.RETURNED else gettext("Approved by")
        facts.append(Fact(label, str(expense.decided_by or ""), hint=moment(expense.decided_at)))
    if expense.reimbursement is not None:
        facts.append(Fact(gettext("Reimbursed"), day(expense.reimbursement.paid_on)))
    return facts


def actions_of(expense: Expense, user: Any) -> list[Action]:
    """What the reader can do with it where it stands."""
    found: list[Action] = []
    decides = can(user, Permission.APPROVE, expense)
    if can(user, Permission.CHANGE, expense) and (expense.is_open or not decides):
        found += _own_steps(expense)
    if expense.status in (Status.SUBMITTED, Status.APPROVED) and decides:
        url = reverse("expense-return", args=[expense.pk])
        found.append(Action(gettext("Return"), url, "arrow-back-up", drawer=True))
        if expense.status == Status.SUBMITTED:
            url = reverse("expense-decision", args=[expense.pk])
            found.append(Action(gettext("Approve"), url, "check", primary=True, method="post"))
    return found


def _own_steps(expense: Expense) -> list[Action]:
    if expense.is_open:
        steps = [Action.edit(reverse("expense-edit", args=[expense.pk]))]
        if not why_day_closed(expense):
            url = reverse("expense-submission", args=[expense.pk])
            steps.append(Action(gettext("Submit"), url, "send", primary=True, method="post"))
        return steps
    if expense.status == Status.SUBMITTED:
        url = reverse("expense-withdrawal", args=[expense.pk])
        return [Action(gettext("Withdraw"), url, "arrow-back-up", method="post")]
    return []
