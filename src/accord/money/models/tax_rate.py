"""Taxes on sales and their rates over time."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext

from accord.core.models import Record
from accord.core.policy import Policy
from accord.core.rules import Holding, everyone
from accord.core.texts import gettext_lazy
from accord.people.models import Role


class TaxRate(Record):
    """A tax by its name, at ``percent`` from a day on until the next row of the same name.

    The categories are those of EN 16931 (UNTDID 5305). All but the standard one have 0 % and a reason that the invoice
    states.
    """

    class Category(models.TextChoices):
        STANDARD = "S", gettext_lazy("Taxed")
        ZERO = "Z", gettext_lazy("Zero-rated")
        EXEMPT = "E", gettext_lazy("Exempt")
        REVERSE_CHARGE = "AE", gettext_lazy("Reverse charge")
        INTRA_COMMUNITY = "K", gettext_lazy("Intra-Community supply")
        EXPORT = "G", gettext_lazy("Export outside the EU")
        OUT_OF_SCOPE = "O", gettext_lazy("Not subject to VAT")

    NEEDS_REASON = (
        Category.EXEMPT,
        Category.REVERSE_CHARGE,
        Category.INTRA_COMMUNITY,
        Category.EXPORT,
        Category.OUT_OF_SCOPE,
    )

    name = models.CharField(max_length=60, help_text=gettext_lazy("For example “Standard rate” or “Reverse charge”."))
    category = models.CharField(max_length=2, choices=Category.choices, default=Category.STANDARD)
    percent = models.DecimalField(
        gettext_lazy("rate (%)"),
        max_digits=5,
        decimal_places=2,
        default=Decimal(0),
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    starts_on = models.DateField(gettext_lazy("valid from"))
    reason = models.CharField(
        gettext_lazy("text on the invoice"),
        max_length=200,
        blank=True,
        help_text=gettext_lazy(
            "Why no tax is charged, for example “Reverse charge: the recipient owes the tax (Article 196 of "
            "Directive 2006/112/EC)”."
        ),
    )

    not_money = frozenset({"percent"})
    policy = Policy(view=everyone, change=Holding(Role.ADMINISTRATOR, Role.FINANCE))

    class Meta:
        ordering = ["name", "-starts_on"]
        constraints = [models.UniqueConstraint(fields=["name", "starts_on"], name="tax_rate_once_a_day")]

    def __str__(self) -> str:
        if self.category != self.Category.STANDARD:
            return self.name
        return gettext("%(name)s, %(percent)s%%") % {"name": self.name, "percent": f"{self.percent.normalize():f}"}

    def clean(self) -> None:
        if self.category == self.Category.STANDARD and not self.percent:
            raise ValidationError({"percent": gettext("Enter the rate, or choose another type of tax.")})
        if self.category != self.Category.STANDARD and self.percent:
            raise ValidationError({"percent": gettext("Only taxed supplies have a rate. Enter 0.")})
        if self.category in self.NEEDS_REASON and not self.reason.strip():
            raise ValidationError({"reason": gettext("Enter the text that the invoice must show.")})
        others = TaxRate.objects.filter(name=self.name).exclude(pk=self.pk).exclude(category=self.category)
        if others.exists():
            raise ValidationError({"category": gettext("%(name)s has another type already.") % {"name": self.name}})

    @classmethod
    def in_force(cls, day: date) -> list[TaxRate]:
        """Of each name, the row that holds on ``day``."""
        found: dict[str, TaxRate] = {}
        for rate in cls.objects.filter(starts_on__lte=day).order_by("name", "starts_on"):
            found[rate.name] = rate
        return list(found.values())
