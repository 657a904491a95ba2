"""Forms of expenses: entering and editing one, returning it, and what the firm sets about them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext

from accord.core.access import Permission
from accord.core.files.contents import Stored, discard
from accord.core.files.rules import largest
from accord.core.models import Record
from accord.core.texts import gettext_lazy
from accord.money.actions.decide_expense import return_expense
from accord.money.actions.save_expense import add_expense, change_expense
from accord.money.actions.submit_expenses import submit_expenses
from accord.money.models import Expense, ExpenseCategory, ExpenseKind, ExpenseRate
from accord.people.models import Person, Role
from accord.projects.models import Project, Task
from accord.web.money.forms_reason import AsksReason
from accord.web.shell.files import take_in
from accord.web.shell.forms import RecordForm
from accord.web.shell.list_filters import ANY, ListFilter

ALLOWANCE = ("quantity", "breakfasts", "lunches", "dinners")
BILLING = ("billing", "markup_percent")
PHOTOS = "image/*,application/pdf"


class ReceiptsInput(forms.FileInput):
    """Photos or files; a phone offers its camera."""

    allow_multiple_selected = True


class ReceiptsField(forms.FileField):
    """A list of files; what may be in them is said where they are stored."""

    widget = ReceiptsInput

    def clean(self, data: Any, initial: Any = None) -> Any:
        return list(data or [])


class ExpenseForm(RecordForm):
    """One expense. What the client is billed is only asked of who sees the project's money."""

    receipts = ReceiptsField(
        label=gettext_lazy("Receipt"), required=False, widget=ReceiptsInput(attrs={"accept": PHOTOS})
    )
    billing = forms.ChoiceField(
        label=gettext_lazy("Billable"),
        choices=[("", gettext_lazy("As the category")), ("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))],
        required=False,
    )
    submit = forms.BooleanField(label=gettext_lazy("Submit for approval"), required=False, initial=True)

    class Meta:
        model = Expense
        fields = [
            "project", "category", "day", "description", "amount", "currency", "paid_by", "person", "quantity",
            "breakfasts", "lunches", "dinners", "tax", "tax_deductible", "task", "markup_percent",
        ]  # fmt: skip

    field_order = ["receipts", *Meta.fields[:-1], "billing", "markup_percent", "submit"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stored: list[Stored] = []
        if self.instance.pk is None:
            self.initial["amount"] = None
        offered = ExpenseCategory.objects.filter(Q(active=True) | Q(pk=self.instance.category_id))
        self.fields["category"].queryset = offered
        self.has_allowances = any(category.kind != ExpenseKind.ORDINARY for category in offered)
        if self.has_allowances:
            help_text = gettext("As on the receipt, with tax. Leave empty for mileage and per diem.")
            self.fields["amount"].help_text = help_text
        else:
            for name in ALLOWANCE:
                del self.fields[name]
        self._offer_project()
        self._offer_people()
        self._offer_billing()
        if self.instance.pk:
            del self.fields["receipts"], self.fields["submit"]
        else:
            self.fields["receipts"].help_text = gettext("Photos or PDF, up to %(largest)s.") % {"largest": largest()}

    def _offer_project(self) -> None:
        if not self.instance.project_id:
            rows = Project.objects.visible_to(self.user).filter(archived_at=None, account__archived_at=None)
            self.fields["project"].queryset = rows.exclude(status=Project.Status.CLOSED)
            mine = Expense.objects.filter(person__user=self.user).order_by("-pk")
            if not self.is_bound:
                self.suggest("project", mine.values_list("project", flat=True).first())
            del self.fields["task"]
            return
        del self.fields["project"]
        rows = Task.objects.filter(project=self.instance.project).exclude(kind=Task.Kind.SUMMARY)
        self.fields["task"].queryset = rows

    def _offer_people(self) -> None:
        """Oneself; others where one enters expenses for them."""
        own = Person.objects.filter(user=self.user)
        project = self.instance.project if self.instance.project_id else None
        for_others = self.user.has_role(Role.FINANCE) or (project and project.allows(self.user, Permission.CHANGE))
        if for_others:
            self.fields["person"].queryset = Person.objects.filter(Q(left_on=None) | Q(pk=self.instance.person_id))
            if not self.is_bound:
                self.suggest("person", own.values_list("pk", flat=True).first())
            return
        del self.fields["person"]
        if self.instance.pk is None:
            self.instance.person = own.first()

    def _offer_billing(self) -> None:
        if not self.instance.project_id or not self.instance.sees_billing(self.user):
            for name in (*BILLING, "tax_deductible"):
                del self.fields[name]
            return
        self.fields["markup_percent"].required = False
        self.fields["markup_percent"].help_text = gettext("Leave empty to use the category's.")
        if self.instance.pk:
            self.initial["billing"] = "yes" if self.instance.billable else "no"
        else:
            del self.fields["tax_deductible"]
            self.initial["markup_percent"] = None

    def grouped_fields(self) -> list[dict[str, Any]]:
        """What every expense needs first; the rest is folded until something in it has to be said."""
        further = ("tax", "tax_deductible", "task", *BILLING)
        folded = [(gettext("Mileage and per diem"), ALLOWANCE), (gettext("Further details"), further)]
        named = {name for _, names in folded for name in names}
        groups: list[dict[str, Any]] = [
            {"fields": [field for field in self.visible_fields() if field.name not in named]}
        ]
        for title, names in folded:
            fields = [self[name] for name in names if name in self.fields]
            is_used = self.instance.kind != ExpenseKind.ORDINARY and names is ALLOWANCE
            is_folded = not is_used and not any(field.errors for field in fields)
            groups.append({"title": title, "fields": fields, "folded": is_folded})
        return [group for group in groups if group["fields"]]

    def clean_amount(self) -> Decimal:
        return self.cleaned_data.get("amount") or Decimal(0)

    def clean_markup_percent(self) -> Decimal | None:
        given: Decimal | None = self.cleaned_data.get("markup_percent")
        if given is None and self.instance.pk:
            category = self.cleaned_data.get("category")
            return category.markup_percent if category is not None else Decimal(0)
        return given

    def clean_description(self) -> str:
        return str(self.cleaned_data["description"]).strip()

    def _post_clean(self) -> None:
        markup = self.cleaned_data.get("markup_percent")
        if markup is None and "markup_percent" in self.cleaned_data:
            del self.cleaned_data["markup_percent"]  # the action takes the category's
        super()._post_clean()
        sent = self.cleaned_data.get("receipts")
        if sent and not self.errors:
            self.stored, refused = take_in(sent)
            if refused:
                discard(self.stored)
                self.add_error("receipts", refused)

    def save_for_user(self) -> Record:
        if self.instance.pk is None:
            return self._add()
        values = self.stored_values
        if "billing" in self.fields and self.cleaned_data["billing"]:
            values["billable"] = self.cleaned_data["billing"] == "yes"
        elif "billing" in self.fields:
            values["billable"] = bool(self.instance.category and self.instance.category.billable)
        return change_expense(
            expense=self.instance, by=self.user, version=self.cleaned_data["version"], **values
        )  # fmt: skip

    def _add(self) -> Record:
        given = self.cleaned_data
        billing = given.get("billing")
        try:
            added = add_expense(
                expense=self.instance, by=self.user, stored=self.stored,
                billable=billing == "yes" if billing else None, markup_percent=given.get("markup_percent"),
            )  # fmt: skip
            if given.get("submit"):
                (added,) = submit_expenses(versions={added.pk: added.version}, by=self.user)
        except BaseException:
            self.instance.pk, self.instance._state.adding = None, True
            discard(self.stored)
            raise
        return added


class ExpenseReturnForm(AsksReason, RecordForm):
    class Meta(AsksReason.Meta):
        model = Expense

    def save_for_user(self) -> Record:
        given = self.cleaned_data
        return return_expense(expense=self.instance, by=self.user, version=given["version"], reason=given["reason"])


class ExpenseCategoryForm(RecordForm):
    class Meta:
        model = ExpenseCategory
        fields = [
            "name", "kind", "tax_percent", "tax_deductible", "billable", "markup_percent", "receipt_from",
            "receipt_rule", "breakfast_percent", "lunch_percent", "dinner_percent", "active",
        ]  # fmt: skip

    sections = [
        (gettext_lazy("Receipts"), ["receipt_from", "receipt_rule"]),
        (gettext_lazy("Meals of a per diem"), ["breakfast_percent", "lunch_percent", "dinner_percent"]),
    ]


class ExpenseRateForm(RecordForm):
    class Meta:
        model = ExpenseRate
        fields = ["category", "starts_on", "rate"]


class ExpenseFilter(ListFilter):
    q = forms.CharField(label=gettext_lazy("Search expenses"), required=False)
    whose = forms.ChoiceField(
        label=gettext_lazy("Expenses of"),
        choices=[("", gettext_lazy("You")), ("all", gettext_lazy("Everyone"))],
        required=False,
    )
    status = forms.ChoiceField(label=gettext_lazy("Status"), choices=[ANY, *Expense.Status.choices], required=False)
    category = forms.ModelChoiceField(
        label=gettext_lazy("Category"), queryset=ExpenseCategory.objects.all(), required=False,
        empty_label=gettext_lazy("Any"),
    )  # fmt: skip
    paid_by = forms.ChoiceField(label=gettext_lazy("Paid with"), choices=[ANY, *Expense.PaidBy.choices], required=False)

    further = ("category", "paid_by")
