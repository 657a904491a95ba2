"""Who is meant to work on a project, and whom it still looks for."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext

from accord.core.policy import same_as
from accord.core.search import Searched
from accord.core.texts import gettext_lazy
from accord.people.models import Level, Person, Skill
from accord.projects.models.part import ProjectPart

SHARE = [MinValueValidator(1), MaxValueValidator(100)]


class Period(ProjectPart):
    """A share of somebody's working time from one day to another."""

    starts_on = models.DateField(gettext_lazy("from"))
    ends_on = models.DateField(gettext_lazy("to"))
    share = models.PositiveSmallIntegerField(gettext_lazy("allocation (%)"), default=100, validators=SHARE)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        abstract = True
        ordering = ["starts_on", "pk"]

    def clean(self) -> None:
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": gettext("The last day is before the first.")})


class Allocation(Period):
    """A person's time for a project: confirmed when it is agreed, tentative until then."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="allocations")
    confirmed = models.BooleanField(
        gettext_lazy("confirmed"), default=False, help_text=gettext_lazy("Unconfirmed allocations count as tentative.")
    )

    class Meta(Period.Meta):
        indexes = [models.Index(fields=["person", "ends_on"], name="allocation_person_end")]

    def __str__(self) -> str:
        return gettext("%(person)s on %(project)s, %(share)s %%") % {
            "person": self.person,
            "project": self.project,
            "share": self.share,
        }


class StaffingRequest(Period):
    """A project looks for somebody with certain skills for some time."""

    class Status(models.TextChoices):
        OPEN = "open", gettext_lazy("Open")
        FILLED = "filled", gettext_lazy("Filled")
        WITHDRAWN = "withdrawn", gettext_lazy("Withdrawn")

    role = models.CharField(
        gettext_lazy("role"), max_length=150, help_text=gettext_lazy("For example “Front-end developer”.")
    )
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.OPEN, editable=False)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=gettext_lazy("requested by"),
    )
    allocation = models.OneToOneField(
        Allocation, on_delete=models.SET_NULL, null=True, editable=False, related_name="request"
    )

    holds_files = True
    searched = Searched(names=("role",), texts=("note",))

    def __str__(self) -> str:
        return gettext("%(role)s for %(project)s") % {"role": self.role, "project": self.project}


class NeededSkill(ProjectPart):
    """A skill that a request asks for, and how well it must be mastered."""

    request = models.ForeignKey(StaffingRequest, on_delete=models.CASCADE, related_name="needs")
    skill = models.ForeignKey(Skill, on_delete=models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField(gettext_lazy("minimum level"), choices=Level.choices, default=Level.ALONE)

    policy = same_as("request")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["request", "skill"], name="needed_skill_once")]

    def __str__(self) -> str:
        return f"{self.skill}, {self.get_level_display()}"
