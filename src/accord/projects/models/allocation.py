"""Who is meant to work on a project, and whom it still looks for."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from accord.core.policy import same_as
from accord.core.search import Searched
from accord.people.models import Level, Person, Skill
from accord.projects.models.part import ProjectPart

SHARE = [MinValueValidator(1), MaxValueValidator(100)]


class Period(ProjectPart):
    """A share of somebody's working time from one day to another."""

    starts_on = models.DateField("from")
    ends_on = models.DateField("to")
    share = models.PositiveSmallIntegerField("allocation (%)", default=100, validators=SHARE)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        abstract = True
        ordering = ["starts_on", "pk"]

    def clean(self) -> None:
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": "The last day is before the first."})


class Allocation(Period):
    """A person's time for a project: confirmed when it is agreed, tentative until then."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="allocations")
    confirmed = models.BooleanField("confirmed", default=False, help_text="Unconfirmed allocations count as tentative.")

    class Meta(Period.Meta):
        indexes = [models.Index(fields=["person", "ends_on"], name="allocation_person_end")]

    def __str__(self) -> str:
        return f"{self.person} on {self.project}, {self.share} %"


class StaffingRequest(Period):
    """A project looks for somebody with certain skills for some time."""

    class Status(models.TextChoices):
        OPEN = "open", "Open"
        FILLED = "filled", "Filled"
        WITHDRAWN = "withdrawn", "Withdrawn"

    role = models.CharField(max_length=150, help_text="For example “Front-end developer”.")
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.OPEN, editable=False)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name="requested by",
    )
    allocation = models.OneToOneField(
        Allocation, on_delete=models.SET_NULL, null=True, editable=False, related_name="request"
    )

    holds_files = True
    searched = Searched(names=("role",), texts=("note",))

    def __str__(self) -> str:
        return f"{self.role} for {self.project}"


class NeededSkill(ProjectPart):
    """A skill that a request asks for, and how well it must be mastered."""

    request = models.ForeignKey(StaffingRequest, on_delete=models.CASCADE, related_name="needs")
    skill = models.ForeignKey(Skill, on_delete=models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField("minimum level", choices=Level.choices, default=Level.ALONE)

    policy = same_as("request")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["request", "skill"], name="needed_skill_once")]

    def __str__(self) -> str:
        return f"{self.skill}, {self.get_level_display()}"
