"""What an hour of a person costs the firm and its clients."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from accord.core.access import Deed
from accord.core.fields import MoneyField
from accord.core.models import Record
from accord.people.models import Person, Role


class Rate(Record):
    """A person's hourly rates from a day on, in the firm's currency, until the next row."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="rates")
    starts_on = models.DateField("valid from")
    cost = MoneyField("cost rate per hour")
    bill = MoneyField("billing rate per hour")

    commercial = True
    money_fields = frozenset({"cost", "bill"})

    class Meta:
        ordering = ["person", "-starts_on"]
        constraints = [models.UniqueConstraint(fields=["person", "starts_on"], name="rate_once_a_day")]

    def __str__(self) -> str:
        return f"{self.person} from {self.starts_on}"

    @property
    def root(self) -> models.Model:
        return self.person

    @classmethod
    def visible_rows(cls, user: Any) -> Q:
        return Q() if user.has_role(Role.ADMINISTRATOR, Role.FINANCE) else Q(pk__in=[])

    def permits(self, user: Any, deed: Deed) -> bool:
        return user.has_role(Role.ADMINISTRATOR, Role.FINANCE)
