"""What the client was asked to pay."""

from __future__ import annotations

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext

from accord.accounts.models import Account
from accord.core.access import Permission
from accord.core.fields import CurrencyField, MoneyField
from accord.core.models import Record
from accord.core.models.record import from_source
from accord.core.money import Money
from accord.core.policy import Policy
from accord.core.rules import Holding, Through
from accord.core.search import Searched
from accord.core.texts import gettext_lazy
from accord.people.models import Role
from accord.projects.models import Project


class Invoice(Record):
    """An invoice, or a credit note, whose total is negative."""

    class Kind(models.TextChoices):
        INVOICE = "invoice", gettext_lazy("Invoice")
        CREDIT_NOTE = "credit_note", gettext_lazy("Credit note")

    class Status(models.TextChoices):
        DRAFT = "draft", gettext_lazy("Draft")
        SENT = "sent", gettext_lazy("Sent")
        PAID = "paid", gettext_lazy("Paid")
        VOID = "void", gettext_lazy("Void")

    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="invoices", verbose_name=gettext_lazy("client")
    )
    project = models.ForeignKey(Project, on_delete=models.PROTECT, null=True, blank=True, related_name="invoices")
    number = models.CharField(max_length=60)
    kind = models.CharField(gettext_lazy("type"), max_length=12, choices=Kind.choices, default=Kind.INVOICE)
    status = models.CharField(max_length=6, choices=Status.choices, default=Status.DRAFT)
    issued_on = models.DateField(gettext_lazy("invoice date"))
    due_on = models.DateField(gettext_lazy("due date"), null=True, blank=True)
    paid_on = models.DateField(gettext_lazy("payment date"), null=True, blank=True)
    currency = CurrencyField(default="EUR")
    total = MoneyField(default=Decimal(0), editable=False)
    settles = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="credit_notes",
        verbose_name=gettext_lazy("settles invoice"),
        help_text=gettext_lazy(
            "The invoice that this credit note takes back. Leave empty to settle the open invoice of the same "
            "amount, if there is exactly one."
        ),
    )

    holds_files = True
    searched = Searched(names=("number",))
    commercial = True
    money_fields = frozenset({"total"})
    creating_action = "write_invoice"
    policy = Policy(
        view=Through("account", Permission.VIEW_MONEY),
        change=Holding(Role.FINANCE) | Through("account", Permission.CHANGE),
    )

    class Meta:
        ordering = ["-issued_on", "-pk"]
        constraints = [from_source("invoice")]
        indexes = [
            models.Index(fields=["account", "issued_on"], name="invoice_account"),
            models.Index(fields=["issued_on"], name="invoice_issued"),
        ]

    def __str__(self) -> str:
        return self.number

    def clean(self) -> None:
        if self.due_on and self.issued_on and self.due_on < self.issued_on:
            raise ValidationError({"due_on": gettext("The due date can't be before the issue date.")})
        if self.status == self.Status.PAID and not self.paid_on:
            raise ValidationError({"paid_on": gettext("Enter the payment date.")})
        if self.project_id and self.project is not None and self.project.account_id != self.account_id:
            raise ValidationError({"project": gettext("This project belongs to another account.")})
        self._check_settlement()

    def _check_settlement(self) -> None:
        settled = self.settles
        if settled is None:
            return
        if self.kind != self.Kind.CREDIT_NOTE:
            raise ValidationError({"settles": gettext("Only a credit note can settle an invoice.")})
        if settled.account_id != self.account_id or settled.currency != self.currency:
            raise ValidationError({"settles": gettext("Choose an invoice to the same client in the same currency.")})
        if settled.kind != self.Kind.INVOICE:
            raise ValidationError({"settles": gettext("A credit note can't be settled by another one.")})

    @property
    def money(self) -> Money:
        """The total with its currency."""
        return Money(self.total, self.currency)

    @property
    def root(self) -> models.Model:
        return self.account


class InvoiceLine(models.Model):
    """One position; ``amount`` is quantity × unit price rounded to the currency, stored so that sums are exact."""

    invoice = models.ForeignKey(Invoice, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField(gettext_lazy("line number"), default=0)
    code = models.CharField(gettext_lazy("item code"), max_length=40, blank=True)
    description = models.CharField(max_length=300, blank=True)
    quantity = models.DecimalField(max_digits=14, decimal_places=4, default=Decimal(1))
    unit_price = models.DecimalField(max_digits=16, decimal_places=4)
    amount = MoneyField(currency="invoice.currency")

    money_fields = frozenset({"unit_price", "amount"})
    not_money = frozenset({"quantity"})

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.description or self.code
