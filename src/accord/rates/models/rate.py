"""What an hour of a person costs the firm and its clients."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext

from accord.core.fields import MoneyField
from accord.core.models import Record
from accord.core.policy import Policy
from accord.core.texts import gettext_lazy
from accord.people.models import SEES_ALL, Person


class Rate(Record):
    """A person's hourly rates from a day on, in the firm's currency, until the next row."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="rates")
    starts_on = models.DateField(gettext_lazy("valid from"))
    cost = MoneyField(gettext_lazy("cost rate per hour"))
    bill = MoneyField(gettext_lazy("billing rate per hour"))

    commercial = True
    money_fields = frozenset({"cost", "bill"})
    policy = Policy(view=SEES_ALL, change=SEES_ALL)

    class Meta:
        ordering = ["person", "-starts_on"]
        constraints = [models.UniqueConstraint(fields=["person", "starts_on"], name="rate_once_a_day")]

    def __str__(self) -> str:
        return gettext("%(person)s from %(starts_on)s") % {"person": self.person, "starts_on": self.starts_on}

    @property
    def root(self) -> models.Model:
        return self.person
