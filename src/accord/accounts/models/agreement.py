"""What the client and the firm have signed."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from accord.accounts.models.account import Account, of_commercial_account
from accord.core.access import Deed
from accord.core.fields import CurrencyField, MoneyField
from accord.core.models import Record
from accord.core.models.record import from_source


class Agreement(Record):
    """A contract with its term, worth and notice date."""

    class Kind(models.TextChoices):
        FIXED_PRICE = "fixed_price", "Fixed price"
        TIME_AND_MATERIAL = "time_and_material", "Time and material"
        RETAINER = "retainer", "Retainer"
        SUBSCRIPTION = "subscription", "Subscription"

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        SIGNED = "signed", "Signed"
        ENDED = "ended", "Ended"

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="agreements")
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.FIXED_PRICE)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.SIGNED)
    value = MoneyField("worth", null=True, blank=True, help_text="For the whole term; a retainer's worth of one month.")
    currency = CurrencyField(default="EUR")
    signed_on = models.DateField(null=True, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True, help_text="Empty: open-ended.")
    notice_on = models.DateField("notice by", null=True, blank=True, help_text="The last day to give notice.")
    renews = models.BooleanField("renews by itself", default=False)

    class Meta:
        ordering = ["-starts_on"]
        constraints = [from_source("agreement")]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        if self.ends_on and self.starts_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": "The agreement cannot end before it starts."})
        if self.notice_on and self.ends_on and self.notice_on > self.ends_on:
            raise ValidationError({"notice_on": "Notice is given before the agreement ends."})

    @property
    def root(self) -> models.Model:
        return self.account

    def in_force(self, day: date) -> bool:
        """Signed and running on ``day``."""
        started = self.starts_on <= day
        return self.status == self.Status.SIGNED and started and (self.ends_on is None or day <= self.ends_on)

    @classmethod
    def visible_rows(cls, user: Any) -> Q:
        return of_commercial_account(user)

    def permits(self, user: Any, deed: Deed) -> bool:
        return self.account.permits(user, Deed.VIEW_MONEY if deed == Deed.VIEW else Deed.CHANGE)
