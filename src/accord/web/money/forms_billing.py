"""Forms of what invoices are made from: taxes, numbers, clients' billing details, billing plans, payments."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext

from accord.core.models import Record
from accord.core.texts import gettext_lazy
from accord.money.actions.record_payment import record_payment
from accord.money.models import BillingDetails, BillingMilestone, Invoice, InvoiceLine, InvoiceSeries, Payment, TaxRate
from accord.money.queries import left_of
from accord.projects.models import Deliverable, Task
from accord.web.shell.forms import RecordForm


def tax_choices() -> list[tuple[str, str]]:
    """The taxes that a line can have, by name."""
    return [
        ("", gettext("None chosen")),
        *((str(rate.name), str(rate)) for rate in TaxRate.in_force(timezone.localdate())),
    ]


class TaxRateForm(RecordForm):
    class Meta:
        model = TaxRate
        fields = ["name", "category", "percent", "starts_on", "reason"]


class InvoiceSeriesForm(RecordForm):
    class Meta:
        model = InvoiceSeries
        fields = ["prefix", "digits", "next_number"]


class BillingDetailsForm(RecordForm):
    tax = forms.ChoiceField(
        label=gettext_lazy("Usual tax"), required=False, help_text=gettext_lazy("New invoice lines start with it.")
    )

    class Meta:
        model = BillingDetails
        fields = [
            "legal_name", "attention", "street", "postcode", "city", "country", "vat_id", "email", "buyer_reference",
            "payment_days", "tax", "format",
        ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = {name: name for name, _ in tax_choices()[1:]}
        self.fields["tax"].choices = [("", gettext("The highest rate in force")), *names.items()]  # type: ignore[attr-defined]


class BillingMilestoneForm(RecordForm):
    class Meta:
        model = BillingMilestone
        fields = ["title", "amount", "task", "deliverable", "bill_on"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        project = self.instance.project
        self.fields["task"].queryset = Task.objects.filter(project=project).exclude(kind=Task.Kind.SUMMARY)
        self.fields["deliverable"].queryset = Deliverable.objects.filter(project=project)


class PaymentForm(RecordForm):
    class Meta:
        model = Payment
        fields = ["paid_on", "amount", "reference"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_bound:
            self.suggest("amount", left_of(self.instance.invoice).amount)

    def save_for_user(self) -> Record:
        return record_payment(payment=self.instance, by=self.user)


class CancellationForm(RecordForm):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Stands on the credit note."),
    )

    class Meta:
        model = Invoice
        fields: list[str] = []


class LineForm(forms.ModelForm):  # type: ignore[type-arg]
    tax_name = forms.ChoiceField(label=gettext_lazy("Tax"), required=False)

    class Meta:
        model = InvoiceLine
        fields = ["code", "description", "quantity", "unit", "unit_price", "discount_percent", "tax_name"]

    def __init__(self, *args: Any, taxes: list[tuple[str, str]], usual: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = self.instance.tax_name
        known = [] if not own or own in dict(taxes) else [(own, own)]  # one that is in force no more stays chosen
        self.fields["tax_name"].choices = [*taxes, *known]  # type: ignore[attr-defined]
        if not self.instance.pk:
            self.initial.setdefault("tax_name", usual)
            self.fields["tax_name"].initial = usual


LineFormSet = forms.modelformset_factory(InvoiceLine, form=LineForm, extra=3, can_delete=True, max_num=500)
