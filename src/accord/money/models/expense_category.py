"""What the firm spends money on, and what it pays for a kilometre or a day away."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext

from accord.core.dates import day_text
from accord.core.fields import MoneyField
from accord.core.models import Record
from accord.core.policy import Policy
from accord.core.rules import Holding, everyone
from accord.core.texts import gettext_lazy
from accord.people.models import Firm, Role

BOOKKEEPING = Policy(view=everyone, change=Holding(Role.ADMINISTRATOR, Role.FINANCE))
PERCENT = [MinValueValidator(0), MaxValueValidator(100)]


class ExpenseKind(models.TextChoices):
    """How the amount comes about: as on the receipt, by distance, or by days away."""

    ORDINARY = "ordinary", gettext_lazy("Amount on the receipt")
    MILEAGE = "mileage", gettext_lazy("Mileage")
    PER_DIEM = "per_diem", gettext_lazy("Per diem")


class ExpenseCategory(Record):
    """One line of the firm's list: travel, software, mileage. Its amounts are in the firm's currency."""

    class ReceiptRule(models.TextChoices):
        WARN = "warn", gettext_lazy("Warn")
        REFUSE = "refuse", gettext_lazy("Refuse to submit")

    name = models.CharField(max_length=80, unique=True)
    kind = models.CharField(
        gettext_lazy("calculated by"), max_length=8, choices=ExpenseKind.choices, default=ExpenseKind.ORDINARY
    )
    tax_percent = models.DecimalField(
        gettext_lazy("tax (%)"), max_digits=5, decimal_places=2, default=0, validators=PERCENT,
        help_text=gettext_lazy("Contained in the amount. Used where no tax is entered."),
    )  # fmt: skip
    tax_deductible = models.BooleanField(
        gettext_lazy("tax is deductible"), default=True,
        help_text=gettext_lazy("Then projects carry the net amount, otherwise the whole amount."),
    )  # fmt: skip
    billable = models.BooleanField(
        default=False, help_text=gettext_lazy("Expenses in this category start as billable.")
    )
    markup_percent = models.DecimalField(
        gettext_lazy("mark-up (%)"), max_digits=5, decimal_places=2, default=0, validators=PERCENT,
        help_text=gettext_lazy("Added to the cost when it is billed."),
    )  # fmt: skip
    receipt_from = MoneyField(
        gettext_lazy("receipt required from"), currency="currency", null=True, blank=True,
        validators=[MinValueValidator(0)],
        help_text=gettext_lazy("In the firm's currency. Leave empty if receipts are optional."),
    )  # fmt: skip
    receipt_rule = models.CharField(
        gettext_lazy("without a receipt"), max_length=6, choices=ReceiptRule.choices, default=ReceiptRule.WARN
    )
    breakfast_percent = models.PositiveSmallIntegerField(
        gettext_lazy("deducted for breakfast (%)"), default=20, validators=PERCENT
    )
    lunch_percent = models.PositiveSmallIntegerField(
        gettext_lazy("deducted for lunch (%)"), default=40, validators=PERCENT
    )
    dinner_percent = models.PositiveSmallIntegerField(
        gettext_lazy("deducted for dinner (%)"), default=40, validators=PERCENT,
        help_text=gettext_lazy("Per diem only: the share of a day's rate that a provided meal takes off."),
    )  # fmt: skip
    active = models.BooleanField(
        default=True, help_text=gettext_lazy("Clear to stop offering it. Existing expenses keep it.")
    )

    not_money = frozenset({"tax_percent", "markup_percent"})
    money_fields = frozenset({"receipt_from"})
    commercial = False
    policy = BOOKKEEPING

    class Meta:
        ordering = ["name"]
        verbose_name_plural = gettext_lazy("expense categories")

    def __str__(self) -> str:
        return self.name

    def shows_money_to(self, user: object) -> bool:
        return True  # whoever enters an expense has to know from which amount on a receipt is required

    @property
    def currency(self) -> str:
        return Firm.current().currency

    @property
    def meal_percents(self) -> tuple[int, int, int]:
        """What breakfast, lunch and dinner take off a day's rate."""
        return self.breakfast_percent, self.lunch_percent, self.dinner_percent

    def clean(self) -> None:
        if sum(percent or 0 for percent in self.meal_percents) > 100:
            raise ValidationError({"dinner_percent": gettext("The three meals can't take off more than 100%.")})
        if self.pk and type(self).objects.filter(pk=self.pk).exclude(kind=self.kind).exists() and self._is_used():
            raise ValidationError({"kind": gettext("Expenses use this category. Add another one instead.")})

    def _is_used(self) -> bool:
        return bool(self.expenses.exists())


class ExpenseRate(Record):
    """What a kilometre, or a day away, is paid with from a day on, in the firm's currency."""

    category = models.ForeignKey(
        ExpenseCategory, on_delete=models.PROTECT, related_name="rates",
        limit_choices_to=~models.Q(kind=ExpenseKind.ORDINARY),
    )  # fmt: skip
    starts_on = models.DateField(gettext_lazy("valid from"))
    rate = MoneyField(currency="currency", validators=[MinValueValidator(0)])

    money_fields = frozenset({"rate"})
    policy = BOOKKEEPING

    class Meta:
        ordering = ["category__name", "-starts_on"]
        constraints = [models.UniqueConstraint(fields=["category", "starts_on"], name="expense_rate_once_a_day")]

    def __str__(self) -> str:
        return gettext("%(category)s from %(day)s") % {"category": self.category, "day": day_text(self.starts_on)}

    def shows_money_to(self, user: object) -> bool:
        return True  # everybody is paid by it

    @property
    def currency(self) -> str:
        return Firm.current().currency
