"""How clients are billed: their details, what is billed when, and the numbers of invoices."""

from __future__ import annotations

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext

from accord.accounts.models import Account
from accord.core.access import Permission
from accord.core.fields import MoneyField
from accord.core.models import Record
from accord.core.policy import Policy
from accord.core.rules import Holding, Through
from accord.core.texts import gettext_lazy
from accord.money.models.tax_rate import TaxRate
from accord.people.models import Role
from accord.projects.models import Deliverable, Project, Task


class BillingDetails(Record):
    """What an invoice to a client states about the client. What is empty is taken from the account."""

    class Format(models.TextChoices):
        PDF = "pdf", gettext_lazy("PDF with data (ZUGFeRD/Factur-X)")
        XRECHNUNG = "xrechnung", gettext_lazy("XRechnung")

    account = models.OneToOneField(Account, on_delete=models.CASCADE, related_name="billing", editable=False)
    legal_name = models.CharField(
        max_length=200, blank=True, help_text=gettext_lazy("Leave empty if it is the account's name.")
    )
    attention = models.CharField(gettext_lazy("for the attention of"), max_length=150, blank=True)
    street = models.CharField(gettext_lazy("street address"), max_length=200, blank=True)
    postcode = models.CharField(max_length=20, blank=True)
    city = models.CharField(max_length=100, blank=True)
    country = models.CharField(max_length=100, blank=True)
    vat_id = models.CharField("VAT ID", max_length=20, blank=True)
    email = models.EmailField(gettext_lazy("email for invoices"), blank=True)
    buyer_reference = models.CharField(
        max_length=60,
        blank=True,
        help_text=gettext_lazy("For public clients in Germany, the Leitweg-ID, for example 991-12345-06."),
    )
    payment_days = models.PositiveSmallIntegerField(
        gettext_lazy("payment term (days)"), default=30, validators=[MaxValueValidator(365)]
    )
    tax = models.CharField(
        gettext_lazy("usual tax"),
        max_length=60,
        blank=True,
        help_text=gettext_lazy("The name of a tax rate. New invoice lines start with it."),
    )
    format = models.CharField(max_length=9, choices=Format.choices, default=Format.PDF)

    commercial = True
    policy = Policy(
        view=Through("account", Permission.VIEW_MONEY),
        change=Holding(Role.FINANCE) | Through("account", Permission.CHANGE),
    )

    class Meta:
        verbose_name_plural = gettext_lazy("billing details")

    def __str__(self) -> str:
        return gettext("Billing details of %(account)s") % {"account": self.account}

    @property
    def root(self) -> models.Model:
        return self.account

    def clean(self) -> None:
        if self.tax and not TaxRate.objects.filter(name=self.tax).exists():
            raise ValidationError({"tax": gettext("There is no tax rate of this name.")})

    @classmethod
    def of(cls, account: Account) -> BillingDetails:
        """Those of ``account``; not stored yet where nobody entered any."""
        return cls.objects.filter(account=account).first() or cls(account=account)


class BillingMilestone(Record):
    """A part of a project's price and what must have happened before it is billed."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="billing_milestones", editable=False)
    title = models.CharField(max_length=200)
    amount = MoneyField(currency="project.currency", validators=[MinValueValidator(Decimal("0.01"))])
    task = models.ForeignKey(
        Task,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="billing_milestones",
        help_text=gettext_lazy("Billed when this task or milestone is finished."),
    )
    deliverable = models.ForeignKey(
        Deliverable,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="billing_milestones",
        help_text=gettext_lazy("Billed when the client has accepted it."),
    )
    bill_on = models.DateField(
        gettext_lazy("billing date"), null=True, blank=True, help_text=gettext_lazy("Billed from this day on.")
    )

    commercial = True
    money_fields = frozenset({"amount"})
    policy = Policy(
        view=Through("project", Permission.VIEW_MONEY),
        change=Holding(Role.FINANCE) | Through("project", Permission.CHANGE),
    )

    class Meta:
        ordering = ["project", "bill_on", "pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def root(self) -> models.Model:
        return self.project

    def clean(self) -> None:
        chosen = [name for name in ("task", "deliverable", "bill_on") if getattr(self, name) is not None]
        if len(chosen) != 1:
            raise ValidationError(gettext("Choose a task, a deliverable or a date: one of the three."))
        for name in ("task", "deliverable"):
            thing = getattr(self, name)
            if thing is not None and thing.project_id != self.project_id:
                raise ValidationError({name: gettext("This belongs to another project.")})

    def refuse_closed(self, action: str) -> None:
        if self.pk and (line := self.invoice_lines.select_related("invoice").first()):
            raise ValidationError(
                gettext("%(milestone)s is on invoice %(invoice)s.") % {"milestone": self, "invoice": line.invoice}
            )


class InvoiceSeries(Record):
    """The numbers of one kind of document in one year: ``prefix`` and the next number, without a gap.

    ``year`` is 0 for a series that runs on through the years. A year without a row begins with the prefix and the
    digits of the year before.
    """

    class Kind(models.TextChoices):
        INVOICE = "invoice", gettext_lazy("Invoices")
        CREDIT_NOTE = "credit_note", gettext_lazy("Credit notes")

    kind = models.CharField(gettext_lazy("type"), max_length=12, choices=Kind.choices, editable=False)
    year = models.PositiveSmallIntegerField(editable=False)
    prefix = models.CharField(max_length=20, blank=True, help_text=gettext_lazy("{year} stands for the year."))
    digits = models.PositiveSmallIntegerField(default=4, validators=[MinValueValidator(1), MaxValueValidator(10)])
    next_number = models.PositiveIntegerField(default=1, validators=[MinValueValidator(1)])

    policy = Policy(view=Holding(Role.ADMINISTRATOR, Role.FINANCE), change=Holding(Role.ADMINISTRATOR, Role.FINANCE))

    class Meta:
        ordering = ["kind", "-year"]
        verbose_name_plural = gettext_lazy("invoice series")
        constraints = [models.UniqueConstraint(fields=["kind", "year"], name="invoice_series_of_a_year")]

    def __str__(self) -> str:
        return self.shown(self.next_number)

    def shown(self, number: int) -> str:
        """``number`` as it stands on the document."""
        return f"{self.prefix.replace('{year}', str(self.year))}{number:0{self.digits}}"
