"""What an hour costs the firm and its clients."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext

from accord.accounts.models import Account
from accord.core.access import Permission
from accord.core.dates import day_text
from accord.core.fields import CurrencyField, MoneyField
from accord.core.models import Record
from accord.core.policy import Policy
from accord.core.rules import Through, Where
from accord.core.texts import gettext_lazy
from accord.money.models.work_type import WorkType
from accord.people.models import SEES_ALL, JobRole, Person
from accord.projects.models import Project
from accord.sales.models import Agreement

# What a rate can be agreed for, the most specific first. Of two rates that apply to an hour, the one that names the
# first of these which only one of them names wins. No two rates of one side name the same, so there are no ties.
PRECEDENCE = ("project", "agreement", "account", "work_type", "person", "job_role")
PLACES = ("project", "agreement", "account")  # a project says its agreement and account: naming one is enough
WORKERS = ("person", "job_role")  # and so does a person their role


class RateCard(Record):
    """An hourly rate for a scope, from a day on until the next one of that scope and side.

    The scope is what it names of :data:`PRECEDENCE`; a rate that names nothing is the firm's. Without an amount it ends
    the scope's rate: from its day on, less specific ones apply again.
    """

    class Side(models.TextChoices):
        COST = "cost", gettext_lazy("Cost")
        BILL = "bill", gettext_lazy("Billing")

    side = models.CharField(gettext_lazy("type"), max_length=4, choices=Side.choices, default=Side.BILL)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, null=True, blank=True, related_name="rate_cards")
    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, null=True, blank=True, related_name="rate_cards")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, null=True, blank=True, related_name="rate_cards")
    work_type = models.ForeignKey(
        WorkType,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="rate_cards",
        verbose_name=gettext_lazy("type of work"),
    )
    person = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, blank=True, related_name="rate_cards")
    job_role = models.ForeignKey(
        JobRole,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="rate_cards",
        verbose_name=gettext_lazy("job role"),
    )
    starts_on = models.DateField(gettext_lazy("valid from"))
    amount = MoneyField(
        gettext_lazy("rate per hour"),
        null=True,
        blank=True,
        help_text=gettext_lazy("Leave empty to end this rate: from that day, less specific rates apply again."),
    )
    currency = CurrencyField()
    note = models.CharField(gettext_lazy("note"), max_length=200, blank=True)

    commercial = True
    money_fields = frozenset({"amount"})
    policy = Policy(
        view=SEES_ALL
        | (
            Where(side=Side.BILL)
            & (
                Through("project", Permission.VIEW_MONEY)
                | Through("agreement", Permission.VIEW_MONEY)
                | Through("account", Permission.VIEW_MONEY)
            )
        ),
        change=SEES_ALL,
    )

    class Meta:
        ordering = ["-starts_on", "-pk"]
        verbose_name = gettext_lazy("rate")
        constraints = [
            models.UniqueConstraint(
                F("side"),
                *(Coalesce(name, 0, output_field=models.BigIntegerField()) for name in PRECEDENCE),
                F("starts_on"),
                name="rate_card_once_a_day",
                violation_error_message=gettext_lazy("There is already a rate for this date."),
            ),
            models.CheckConstraint(
                condition=Q(project=None, agreement=None)
                | Q(project=None, account=None)
                | Q(agreement=None, account=None),
                name="rate_card_one_place",
                violation_error_message=gettext_lazy("Choose one of project, agreement and account."),
            ),
            models.CheckConstraint(
                condition=Q(person=None) | Q(job_role=None),
                name="rate_card_one_worker",
                violation_error_message=gettext_lazy("Choose a person or a job role, not both."),
            ),
            models.CheckConstraint(condition=Q(amount=None) | Q(amount__gte=0), name="rate_card_not_negative"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return gettext("%(side)s rate for %(scope)s from %(starts_on)s") % {
            "side": self.get_side_display(),
            "scope": self.scope_text,
            "starts_on": day_text(self.starts_on),
        }

    def clean(self) -> None:
        if self.amount is not None and self.amount < 0:
            raise ValidationError({"amount": gettext("Enter 0 or more.")})

    @property
    def shape(self) -> tuple[str, ...]:
        """What the rate names, of :data:`PRECEDENCE`."""
        return tuple(name for name in PRECEDENCE if getattr(self, f"{name}_id") is not None)

    @property
    def scope_text(self) -> str:
        """What the rate is for, the most specific first: “Globex · Travel · Ada Byron”."""
        return " · ".join(str(getattr(self, name)) for name in self.shape) or gettext("The firm")

    @property
    def root(self) -> models.Model:
        return self.project or self.agreement or self.account or self.person or self


def specificity(shape: tuple[str, ...]) -> tuple[bool, ...]:
    """How specific a rate of ``shape`` is: of two that apply, the greater one wins."""
    return tuple(name in shape for name in PRECEDENCE)
