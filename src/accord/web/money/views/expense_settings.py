"""What the firm sets about expenses: categories, and what it pays for a kilometre or a day away."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from accord.core.access import Permission, can, may_create
from accord.core.models import Record
from accord.core.texts import gettext_lazy
from accord.money.actions.remove_category import remove_category
from accord.money.models import ExpenseCategory, ExpenseRate
from accord.people.models import Firm
from accord.web.money.forms_expenses import ExpenseCategoryForm, ExpenseRateForm
from accord.web.shell.list_parts import amount_cell, date_cell
from accord.web.shell.parts import Action, Empty
from accord.web.shell.templatetags.shell import money, percent
from accord.web.shell.views.form_pages import FormPages
from accord.web.shell.views.lists import Cell, Column, ListPage, Row


class ExpenseCategoryList(ListPage):
    title = gettext_lazy("Expense categories")
    subtitle = gettext_lazy("What new expenses start with, and when a receipt is required.")
    under = (gettext_lazy("Expenses"), "expenses")
    noun = "categories"
    default_sort = "name"
    columns = [
        Column(gettext_lazy("Name"), "name"),
        Column(gettext_lazy("Calculated by"), "kind"),
        Column(gettext_lazy("Tax"), "tax_percent", percent=True, second=gettext_lazy("Deductible")),
        Column(gettext_lazy("Billable"), "billable", second=gettext_lazy("Mark-up")),
        Column(gettext_lazy("Receipt required from"), money=True, second=gettext_lazy("Without a receipt")),
        Column(gettext_lazy("Status"), "active"),
    ]

    def rows_of(self, user: Any) -> QuerySet[ExpenseCategory]:
        self.currency = Firm.current().currency
        self.may_change = may_create(user, ExpenseCategory)
        return ExpenseCategory.objects.visible_to(user)

    def row(self, record: Any) -> Row:
        edit = reverse("expense-category-edit", args=[record.pk]) if self.may_change else ""
        limit = record.receipt_from
        rule = record.get_receipt_rule_display() if limit is not None else ""
        markup = gettext("%(percent)s mark-up") % {"percent": percent(record.markup_percent)}
        return Row(
            record.pk,
            "",
            [
                Cell(record.name, url=edit, drawer=bool(edit)),
                Cell(record.get_kind_display()),
                Cell(percent(record.tax_percent), numeric=True, raw=record.tax_percent,
                     sub=gettext("deductible") if record.tax_deductible else gettext("not deductible")),
                Cell(gettext("Billable") if record.billable else gettext("Not billable"),
                     sub=markup if record.billable and record.markup_percent else ""),
                Cell(money(limit, self.currency) if limit is not None else None, numeric=True, raw=limit,
                     currency=self.currency, sub=rule),
                Cell(gettext("Active"), badge=True, tone="good")
                if record.active
                else Cell(gettext("Inactive"), badge=True, tone="neutral"),
            ],
        )  # fmt: skip

    def actions(self) -> list[Action]:
        if not may_create(self.request.user, ExpenseCategory):
            return []
        return [Action.new(gettext("New category"), reverse("expense-category-new"))]

    def empty(self) -> Empty:
        text = gettext("Add categories such as travel, software and mileage.")
        return Empty(gettext("No expense categories yet"), text, icon="tag", action=self.main_action)


class ExpenseCategoryPages(FormPages):
    route, model, form_class, back = "expense-category", ExpenseCategory, ExpenseCategoryForm, "expense-categories"
    consequence = gettext_lazy("Its rates are deleted with it. A category that expenses use can't be deleted.")

    def remove(self, record: Any) -> None:
        remove_category(category=record, by=self.request.user)


class ExpenseRateList(ListPage):
    title = gettext_lazy("Mileage and per diem rates")
    subtitle = gettext_lazy("An expense uses the rate of its day. A new rate changes no existing expense.")
    under = (gettext_lazy("Expenses"), "expenses")
    noun = "rates"
    default_sort = "category__name"
    columns = [
        Column(gettext_lazy("Category"), "category__name"),
        Column(gettext_lazy("Valid from"), "starts_on"),
        Column(gettext_lazy("Rate"), "rate", money=True),
    ]

    def rows_of(self, user: Any) -> QuerySet[ExpenseRate]:
        self.currency = Firm.current().currency
        return ExpenseRate.objects.visible_to(user).select_related("category")

    def row(self, record: Any) -> Row:
        may_change = can(self.request.user, Permission.CHANGE, record)
        edit = reverse("expense-rate-edit", args=[record.pk]) if may_change else ""
        per = gettext("per km") if record.category.kind == "mileage" else gettext("per day")
        return Row(
            record.pk,
            "",
            [
                Cell(record.category, url=edit, drawer=bool(edit)),
                date_cell(record.starts_on),
                amount_cell(record.rate, self.currency, sub=per),
            ],
        )

    def actions(self) -> list[Action]:
        if not may_create(self.request.user, ExpenseRate):
            return []
        return [Action.new(gettext("New rate"), reverse("expense-rate-new"))]

    def empty(self) -> Empty:
        text = gettext("Add a category calculated as mileage or per diem, then its rate.")
        return Empty(gettext("No rates yet"), text, icon="tag", action=self.main_action)


class ExpenseRatePages(FormPages):
    route, model, form_class, back = "expense-rate", ExpenseRate, ExpenseRateForm, "expense-rates"
    consequence = gettext_lazy("Existing expenses keep the rate they were entered with.")

    def blank(self) -> Record:
        return ExpenseRate(starts_on=timezone.localdate())
