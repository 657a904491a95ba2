"""What a project is for, what belongs to it, and who has a stake in it."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext

from accord.accounts.models import Contact
from accord.core.texts import gettext_lazy
from accord.people.models import Person
from accord.projects.models.part import ProjectPart


class Objective(ProjectPart):
    """What will be better for the client, and how one will see it."""

    name = models.CharField(max_length=300, help_text=gettext_lazy("What will be better for the client."))
    measure = models.CharField(
        gettext_lazy("metric"),
        max_length=200,
        blank=True,
        help_text=gettext_lazy("For example orders a week or minutes per case."),
    )
    baseline = models.CharField(gettext_lazy("baseline"), max_length=100, blank=True)
    target = models.CharField(max_length=100, blank=True)
    due_on = models.DateField(gettext_lazy("due date"), null=True, blank=True)
    achieved = models.CharField(gettext_lazy("current value"), max_length=100, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class CharterItem(ProjectPart):
    """A line of the charter: in scope, out of scope, a constraint or an assumption."""

    class Kind(models.TextChoices):
        IN_SCOPE = "in", gettext_lazy("In scope")
        OUT_OF_SCOPE = "out", gettext_lazy("Out of scope")
        CONSTRAINT = "constraint", gettext_lazy("Constraint")
        ASSUMPTION = "assumption", gettext_lazy("Assumption")

    kind = models.CharField(gettext_lazy("type"), max_length=10, choices=Kind.choices, default=Kind.IN_SCOPE)
    text = models.CharField(max_length=500)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text


class Stakeholder(ProjectPart):
    """Somebody of the client, of the firm or from elsewhere whom the project touches."""

    class Engagement(models.TextChoices):
        SUPPORTS = "supports", gettext_lazy("Supportive")
        NEUTRAL = "neutral", gettext_lazy("Neutral")
        DOUBTS = "doubts", gettext_lazy("Sceptical")
        RESISTS = "resists", gettext_lazy("Resistant")

    contact = models.ForeignKey(
        Contact,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="stakes",
        verbose_name=gettext_lazy("client contact"),
    )
    person = models.ForeignKey(
        Person,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="stakes",
        verbose_name=gettext_lazy("colleague"),
    )
    name = models.CharField(
        max_length=150, blank=True, help_text=gettext_lazy("For anyone who is neither a contact nor a colleague.")
    )
    part = models.CharField(
        gettext_lazy("project role"),
        max_length=150,
        blank=True,
        help_text=gettext_lazy("For example sponsor or product owner."),
    )
    influence = models.PositiveSmallIntegerField(
        choices=[
            (1, gettext_lazy("Low")),
            (2, gettext_lazy("Medium")),
            (3, gettext_lazy("High")),
            (4, gettext_lazy("Very high")),
        ],
        default=2,
    )
    interest = models.PositiveSmallIntegerField(
        choices=[
            (1, gettext_lazy("Low")),
            (2, gettext_lazy("Medium")),
            (3, gettext_lazy("High")),
            (4, gettext_lazy("Very high")),
        ],
        default=2,
    )
    engagement = models.CharField(
        gettext_lazy("engagement"), max_length=8, choices=Engagement.choices, default=Engagement.NEUTRAL
    )
    expects = models.TextField(gettext_lazy("expectations"), blank=True)

    named_openly = frozenset({"contact"})  # whom the charter is about

    class Meta:
        ordering = ["-influence", "-interest", "pk"]

    def __str__(self) -> str:
        return str(self.contact or self.person or self.name)

    @property
    def strategy(self) -> str:
        """What influence and interest ask of us (Mendelow's grid, 1991)."""
        if self.influence > 2:
            return gettext("Manage closely") if self.interest > 2 else gettext("Keep satisfied")
        return gettext("Keep informed") if self.interest > 2 else gettext("Monitor")

    def clean(self) -> None:
        if sum(bool(who) for who in (self.contact, self.person, self.name)) != 1:
            raise ValidationError(gettext("Choose one: a client contact, a colleague or a name."))
