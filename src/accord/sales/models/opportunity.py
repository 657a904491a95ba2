"""Work that we may win."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext

from accord.accounts.models.account import Account
from accord.core.access import Permission
from accord.core.fields import CurrencyField, MoneyField
from accord.core.models import Record
from accord.core.models.record import from_source
from accord.core.money import rounded
from accord.core.policy import Policy
from accord.core.rules import Through
from accord.core.search import Searched
from accord.core.texts import gettext_lazy
from accord.sales.models.stage import stages


def chance_of(stage: str, probability: int | None) -> int:
    """Percent: as given, or the usual one of the stage."""
    if probability is not None:
        return probability
    known = stages().get(stage)
    return known.chance if known is not None else 0


class Opportunity(Record):
    """A possible order with its stage, worth and chance."""

    class Stage(models.TextChoices):
        """The stages that every firm begins with; those it has now are `accord.sales.models.stage.stages`."""

        PROSPECTING = "prospecting", gettext_lazy("Prospecting")
        ENGAGING = "engaging", gettext_lazy("Engaging")
        PROPOSAL = "proposal", gettext_lazy("Proposal")
        NEGOTIATION = "negotiation", gettext_lazy("Negotiation")
        WON = "won", gettext_lazy("Won")
        LOST = "lost", gettext_lazy("Lost")

    CLOSED = (Stage.WON, Stage.LOST)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="opportunities")
    name = models.CharField(max_length=200)
    stage = models.CharField(max_length=15, default=Stage.PROSPECTING)
    amount = MoneyField(null=True, blank=True)
    currency = CurrencyField(default="EUR")
    probability = models.PositiveSmallIntegerField(
        gettext_lazy("probability (%)"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(100)],
        help_text=gettext_lazy("Leave empty to use the stage's default."),
    )
    opened_on = models.DateField(null=True, blank=True)
    expected_on = models.DateField(gettext_lazy("expected close date"), null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="opportunities"
    )
    service = models.CharField(gettext_lazy("service or product"), max_length=120, blank=True)
    reason = models.CharField(gettext_lazy("win or loss reason"), max_length=200, blank=True)
    custom = models.JSONField(gettext_lazy("custom fields"), default=dict, blank=True, editable=False)

    holds_files = True
    searched = Searched(names=("name", "service"), texts=("reason",))
    commercial = True
    money_fields = frozenset({"amount"})
    policy = Policy(view=Through("account", Permission.VIEW_MONEY), change=Through("account", Permission.CHANGE))

    class Meta:
        ordering = ["expected_on", "name"]
        verbose_name_plural = gettext_lazy("opportunities")
        constraints = [from_source("opportunity")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.stage not in stages():
            names = ", ".join(stage.key for stage in stages().values())
            raise ValidationError({"stage": gettext("Unknown stage. Use one of: %(names)s.") % {"names": names}})
        if self.stage in self.CLOSED and not self.closed_on:
            raise ValidationError({"closed_on": gettext("Enter the date it was won or lost.")})

    @property
    def root(self) -> models.Model:
        return self.account

    @property
    def chance(self) -> int:
        return chance_of(self.stage, self.probability)

    @property
    def stage_name(self) -> str:
        known = stages().get(self.stage)
        return known.name if known is not None else self.stage

    @property
    def weighted(self) -> Decimal | None:
        """Amount × probability; unknown once it is won or lost, when nothing is left to weigh."""
        return (
            None
            if self.amount is None or self.stage in self.CLOSED
            else rounded(self.amount * self.chance / 100, self.currency)
        )
