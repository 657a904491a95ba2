"""What one unit of another currency is worth."""

from __future__ import annotations

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext

from accord.core.fields import CurrencyField
from accord.core.models import Record
from accord.core.policy import Policy
from accord.core.rules import Holding, everyone
from accord.core.texts import gettext_lazy
from accord.people.models import Role


class ExchangeRate(Record):
    """One unit of ``currency`` in the firm's currency, from a day on until the next row."""

    currency = CurrencyField()
    starts_on = models.DateField(gettext_lazy("valid from"))
    rate = models.DecimalField(max_digits=22, decimal_places=12, validators=[MinValueValidator(0)])

    not_money = frozenset({"rate"})
    policy = Policy(view=everyone, change=Holding(Role.ADMINISTRATOR, Role.FINANCE))

    class Meta:
        ordering = ["currency", "-starts_on"]
        constraints = [models.UniqueConstraint(fields=["currency", "starts_on"], name="exchange_rate_once_a_day")]

    def __str__(self) -> str:
        return gettext("%(currency)s from %(starts_on)s: %(rate)s") % {
            "currency": self.currency,
            "starts_on": self.starts_on,
            "rate": self.rate,
        }
