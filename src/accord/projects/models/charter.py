"""What a project is for, what belongs to it, and who has a stake in it."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models

from accord.accounts.models import Contact
from accord.people.models import Person
from accord.projects.models.part import ProjectPart


class Objective(ProjectPart):
    """What will be better for the client, and how one will see it."""

    name = models.CharField(max_length=300, help_text="What will be better for the client.")
    measure = models.CharField(
        "metric", max_length=200, blank=True, help_text="For example orders a week or minutes per case."
    )
    baseline = models.CharField("baseline", max_length=100, blank=True)
    target = models.CharField(max_length=100, blank=True)
    due_on = models.DateField("due date", null=True, blank=True)
    achieved = models.CharField("current value", max_length=100, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class CharterItem(ProjectPart):
    """A line of the charter: in scope, out of scope, a constraint or an assumption."""

    class Kind(models.TextChoices):
        IN_SCOPE = "in", "In scope"
        OUT_OF_SCOPE = "out", "Out of scope"
        CONSTRAINT = "constraint", "Constraint"
        ASSUMPTION = "assumption", "Assumption"

    kind = models.CharField("type", max_length=10, choices=Kind.choices, default=Kind.IN_SCOPE)
    text = models.CharField(max_length=500)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text


class Stakeholder(ProjectPart):
    """Somebody of the client, of the firm or from elsewhere whom the project touches."""

    class Engagement(models.TextChoices):
        SUPPORTS = "supports", "Supportive"
        NEUTRAL = "neutral", "Neutral"
        DOUBTS = "doubts", "Sceptical"
        RESISTS = "resists", "Resistant"

    contact = models.ForeignKey(
        Contact, on_delete=models.CASCADE, null=True, blank=True, related_name="stakes", verbose_name="client contact"
    )
    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, null=True, blank=True, related_name="stakes", verbose_name="colleague"
    )
    name = models.CharField(
        max_length=150, blank=True, help_text="For anyone who is neither a contact nor a colleague."
    )
    part = models.CharField(
        "project role", max_length=150, blank=True, help_text="For example sponsor or product owner."
    )
    influence = models.PositiveSmallIntegerField(
        choices=[(1, "Low"), (2, "Medium"), (3, "High"), (4, "Very high")], default=2
    )
    interest = models.PositiveSmallIntegerField(
        choices=[(1, "Low"), (2, "Medium"), (3, "High"), (4, "Very high")], default=2
    )
    engagement = models.CharField("engagement", max_length=8, choices=Engagement.choices, default=Engagement.NEUTRAL)
    expects = models.TextField("expectations", blank=True)

    named_openly = frozenset({"contact"})  # whom the charter is about

    class Meta:
        ordering = ["-influence", "-interest", "pk"]

    def __str__(self) -> str:
        return str(self.contact or self.person or self.name)

    @property
    def strategy(self) -> str:
        """What influence and interest ask of us (Mendelow's grid, 1991)."""
        if self.influence > 2:
            return "Manage closely" if self.interest > 2 else "Keep satisfied"
        return "Keep informed" if self.interest > 2 else "Monitor"

    def clean(self) -> None:
        if sum(bool(who) for who in (self.contact, self.person, self.name)) != 1:
            raise ValidationError("Choose one: a client contact, a colleague or a name.")
