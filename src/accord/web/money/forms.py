"""Forms of rates and invoices."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from accord.accounts.models import Account
from accord.core.access import may_create
from accord.core.models import Record
from accord.core.texts import gettext_lazy
from accord.money.actions.write_invoice import rewrite_invoice, write_invoice
from accord.money.models import Invoice, InvoiceLine
from accord.projects.models import Project
from accord.rates.models import ExchangeRate
from accord.web.shell.forms import RecordForm
from accord.web.shell.list_filters import ListFilter


class ExchangeRateForm(RecordForm):
    class Meta:
        model = ExchangeRate
        fields = ["currency", "starts_on", "rate"]


class InvoiceForm(RecordForm):
    class Meta:
        model = Invoice
        fields = [
            "account",
            "project",
            "number",
            "kind",
            "status",
            "issued_on",
            "due_on",
            "paid_on",
            "currency",
            "settles",
            "delivered_from",
            "delivered_until",
            "purchase_order",
            "note",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        account = self.instance.account if self.instance.account_id else None
        if account is not None:
            del self.fields["account"]
            self.fields["project"].queryset = Project.objects.visible_to(self.user).filter(account=account)
        else:
            self.fields["account"].queryset = Account.objects.visible_to(self.user).filter(archived_at=None)
            del self.fields["project"]
        self._offer_invoices(account)
        self.lines: list[InvoiceLine] = []

    def _offer_invoices(self, account: Account | None) -> None:
        """Invoices to the client that a credit note can settle; not asked where the client is chosen on this form."""
        if account is None:
            del self.fields["settles"]
            return
        offered = Invoice.objects.visible_to(self.user).filter(account=account, kind=Invoice.Kind.INVOICE)
        self.fields["settles"].queryset = offered.exclude(pk=self.instance.pk)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        account = values.get("account")
        if account is not None and not may_create(self.user, Invoice, account=account):
            raise ValidationError(
                {"account": gettext("You don't have permission to create invoices for this account.")}
            )
        return values

    def save_for_user(self) -> Record:
        if self.instance.pk is None:
            return write_invoice(invoice=self.instance, lines=self.lines, by=self.user)
        return rewrite_invoice(
            invoice=self.instance,
            version=self.cleaned_data["version"],
            lines=self.lines,
            by=self.user,
            **self.stored_values,
        )


class InvoiceFilter(ListFilter):
    q = forms.CharField(label=gettext_lazy("Search invoices"), required=False)
    status = forms.ChoiceField(
        choices=[("", gettext_lazy("Any")), ("overdue", gettext_lazy("Overdue")), *Invoice.Status.choices],
        required=False,
    )
    archived = forms.ChoiceField(
        label=gettext_lazy("Archived accounts"),
        choices=[("", gettext_lazy("No")), ("yes", gettext_lazy("Yes"))],
        required=False,
    )
