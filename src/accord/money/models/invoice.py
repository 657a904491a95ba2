"""What the client was asked to pay."""

from __future__ import annotations

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext

from accord.accounts.models import Account
from accord.core.access import Permission
from accord.core.fields import CurrencyField, MoneyField
from accord.core.models import Record
from accord.core.models.record import from_source
from accord.core.money import Money
from accord.core.policy import Policy
from accord.core.rules import Holding, Through, Where
from accord.core.search import Searched
from accord.core.texts import gettext_lazy
from accord.money.models.tax_rate import TaxRate
from accord.people.models import Role
from accord.projects.models import Project

_BILLS_CLIENT = Holding(Role.FINANCE) | Through("account", Permission.CHANGE)


class Invoice(Record):
    """An invoice, or a credit note, whose total is negative.

    One that Accord issues begins as a draft without a number; with ``issued_at`` it has its number and its documents
    and changes no more. Those issued elsewhere are records of what the client got, and can be corrected.
    """

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
    number = models.CharField(
        max_length=60,
        blank=True,
        help_text=gettext_lazy("Leave empty: the invoice gets its number when it is issued."),
    )
    kind = models.CharField(gettext_lazy("type"), max_length=12, choices=Kind.choices, default=Kind.INVOICE)
    status = models.CharField(max_length=6, choices=Status.choices, default=Status.DRAFT)
    issued_on = models.DateField(gettext_lazy("invoice date"))
    due_on = models.DateField(gettext_lazy("due date"), null=True, blank=True)
    paid_on = models.DateField(gettext_lazy("payment date"), null=True, blank=True)
    currency = CurrencyField(default="EUR")
    total = MoneyField(gettext_lazy("net total"), default=Decimal(0), editable=False)
    tax = MoneyField(default=Decimal(0), editable=False)
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

    delivered_from = models.DateField(gettext_lazy("service period from"), null=True, blank=True)
    delivered_until = models.DateField(
        gettext_lazy("service period until"),
        null=True,
        blank=True,
        help_text=gettext_lazy("Decides which tax rate applies. Leave empty if it is the invoice date."),
    )
    purchase_order = models.CharField(
        gettext_lazy("client's purchase order"), max_length=60, blank=True, help_text=gettext_lazy("Number")
    )
    note = models.TextField(
        gettext_lazy("text on the invoice"), max_length=1000, blank=True, help_text=gettext_lazy("Below the lines.")
    )
    issued_at = models.DateTimeField(null=True, blank=True, editable=False)

    holds_files = True
    searched = Searched(names=("number",))
    commercial = True
    money_fields = frozenset({"total", "tax"})
    creating_action = "write_invoice"
    policy = Policy(
        view=Through("account", Permission.VIEW_MONEY),
        create=_BILLS_CLIENT,
        change=Where(issued_at=None) & _BILLS_CLIENT,
        approve=_BILLS_CLIENT,  # to issue it, to cancel it and to say what was paid
    )

    class Meta:
        ordering = ["-issued_on", "-pk"]
        constraints = [
            from_source("invoice"),
            models.UniqueConstraint(
                fields=["number"], condition=Q(issued_at__isnull=False), name="invoice_number_issued_once"
            ),
        ]
        indexes = [
            models.Index(fields=["account", "issued_on"], name="invoice_account"),
            models.Index(fields=["issued_on"], name="invoice_issued"),
        ]

    def __str__(self) -> str:
        return self.number or gettext("Draft for %(account)s") % {"account": self.account}

    def clean(self) -> None:
        if not self.number and self.status != self.Status.DRAFT:
            raise ValidationError({"number": gettext("Enter the number under which it was issued.")})
        if self.due_on and self.issued_on and self.due_on < self.issued_on:
            raise ValidationError({"due_on": gettext("The due date can't be before the issue date.")})
        if self.status == self.Status.PAID and not self.paid_on:
            raise ValidationError({"paid_on": gettext("Enter the payment date.")})
        if self.project_id and self.project is not None and self.project.account_id != self.account_id:
            raise ValidationError({"project": gettext("This project belongs to another account.")})
        if self.delivered_from and self.delivered_until and self.delivered_until < self.delivered_from:
            raise ValidationError({"delivered_until": gettext("The end can't be before the start.")})
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
        """The net total with its currency."""
        return Money(self.total, self.currency)

    @property
    def payable(self) -> Money:
        """What the client pays: the net total with tax."""
        return Money(self.total + self.tax, self.currency)

    @property
    def root(self) -> models.Model:
        return self.account


class Unit(models.TextChoices):
    """What a quantity counts: codes of UN/ECE Recommendation 20, as electronic invoices state them."""

    HOUR = "HUR", gettext_lazy("hours")
    DAY = "DAY", gettext_lazy("days")
    WEEK = "WEE", gettext_lazy("weeks")
    MONTH = "MON", gettext_lazy("months")
    YEAR = "ANN", gettext_lazy("years")
    PIECE = "C62", gettext_lazy("pieces")
    FLAT = "LS", gettext_lazy("flat rate")
    KILOMETRE = "KMT", gettext_lazy("km")


class InvoiceLine(models.Model):
    """One position; ``amount`` is quantity × unit price less the discount, rounded once, stored so that sums are exact.

    The tax is copied in: a later change of the rate leaves the line alone.
    """

    invoice = models.ForeignKey(Invoice, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField(gettext_lazy("line number"), default=0)
    code = models.CharField(gettext_lazy("item code"), max_length=40, blank=True)
    description = models.CharField(max_length=300, blank=True)
    quantity = models.DecimalField(max_digits=14, decimal_places=4, default=Decimal(1))
    unit = models.CharField(max_length=3, choices=Unit.choices, default=Unit.PIECE)
    unit_price = models.DecimalField(max_digits=16, decimal_places=4)
    discount_percent = models.DecimalField(
        gettext_lazy("discount (%)"),
        max_digits=5,
        decimal_places=2,
        default=Decimal(0),
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    amount = MoneyField(currency="invoice.currency")
    tax_name = models.CharField(gettext_lazy("tax"), max_length=60, blank=True)
    tax_category = models.CharField(max_length=2, choices=TaxRate.Category.choices, blank=True, editable=False)
    tax_percent = models.DecimalField(max_digits=5, decimal_places=2, default=Decimal(0), editable=False)
    tax_reason = models.CharField(max_length=200, blank=True, editable=False)

    # What it bills, if Accord knows: nothing of it is billed twice.
    agreement = models.ForeignKey(
        "sales.Agreement", on_delete=models.SET_NULL, null=True, blank=True, related_name="invoice_lines"
    )
    milestone = models.ForeignKey(
        "money.BillingMilestone", on_delete=models.PROTECT, null=True, blank=True, related_name="invoice_lines"
    )
    period_from = models.DateField(null=True, blank=True)
    period_until = models.DateField(null=True, blank=True)

    money_fields = frozenset({"unit_price", "amount"})
    not_money = frozenset({"quantity", "discount_percent", "tax_percent"})

    class Meta:
        ordering = ["position", "pk"]
        indexes = [models.Index(fields=["agreement", "period_from"], name="invoice_line_period")]

    def __str__(self) -> str:
        return self.description or self.code


class InvoiceDocument(models.Model):
    """An issued invoice as the client gets it: the XML of EN 16931 and the PDF that holds it. Never changed."""

    invoice = models.OneToOneField(Invoice, on_delete=models.PROTECT, related_name="document")
    xml = models.TextField()
    pdf = models.BinaryField()
    digest = models.CharField(max_length=64)  # SHA-256 of the PDF

    def __str__(self) -> str:
        return str(self.invoice)
