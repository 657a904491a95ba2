"""When somebody is not there."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext

from accord.core.access import Permission
from accord.core.models import Record
from accord.core.policy import Policy
from accord.core.rules import Is, Through, everyone
from accord.core.texts import gettext_lazy
from accord.people.models.person import Person


class Absence(Record):
    """Whole days away, both ends included. Plans do not count on the person on these days.

    Why somebody is away is their own affair: all see that they are, only they and who staffs projects see the kind.
    """

    class Kind(models.TextChoices):
        LEAVE = "leave", gettext_lazy("Leave")
        SICK = "sick", gettext_lazy("Sick")
        TRAINING = "training", gettext_lazy("Training")
        OTHER = "other", gettext_lazy("Other")

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="absences")
    kind = models.CharField(gettext_lazy("type"), max_length=10, choices=Kind.choices, default=Kind.LEAVE)
    starts_on = models.DateField(gettext_lazy("first day"))
    ends_on = models.DateField(gettext_lazy("last day"))
    note = models.CharField(max_length=200, blank=True)

    policy = Policy(view=everyone, change=Is("person__user") | Through("person", Permission.CHANGE))

    class Meta:
        ordering = ["-starts_on"]
        constraints = [
            models.CheckConstraint(condition=models.Q(ends_on__gte=models.F("starts_on")), name="absence_has_an_end")
        ]
        indexes = [models.Index(fields=["person", "ends_on"], name="absence_person_end")]

    def __str__(self) -> str:
        return gettext("%(person)s: %(starts_on)s to %(ends_on)s") % {
            "person": self.person,
            "starts_on": self.starts_on,
            "ends_on": self.ends_on,
        }

    def clean(self) -> None:
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": gettext("The last day can't be before the first day.")})

    @property
    def root(self) -> models.Model:
        return self.person
