"""When somebody is not there."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models

from accord.core.access import Permission
from accord.core.models import Record
from accord.core.policy import Policy
from accord.core.rules import Is, Through, everyone
from accord.people.models.person import Person


class Absence(Record):
    """Whole days away, both ends included. Plans do not count on the person on these days.

    Why somebody is away is their own affair: all see that they are, only they and who staffs projects see the kind.
    """

    class Kind(models.TextChoices):
        LEAVE = "leave", "Leave"
        SICK = "sick", "Sick"
        TRAINING = "training", "Training"
        OTHER = "other", "Other"

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="absences")
    kind = models.CharField("type", max_length=10, choices=Kind.choices, default=Kind.LEAVE)
    starts_on = models.DateField("first day")
    ends_on = models.DateField("last day")
    note = models.CharField(max_length=200, blank=True)

    policy = Policy(view=everyone, change=Is("person__user") | Through("person", Permission.CHANGE))

    class Meta:
        ordering = ["-starts_on"]
        constraints = [
            models.CheckConstraint(condition=models.Q(ends_on__gte=models.F("starts_on")), name="absence_has_an_end")
        ]
        indexes = [models.Index(fields=["person", "ends_on"], name="absence_person_end")]

    def __str__(self) -> str:
        return f"{self.person}: {self.starts_on} to {self.ends_on}"

    def clean(self) -> None:
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": "The last day can't be before the first day."})

    @property
    def root(self) -> models.Model:
        return self.person
