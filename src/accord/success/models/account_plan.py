"""The account plan: what the client needs and wants to reach, and what we do about it.

What is ``shared`` is the success plan, which the client sees too.
"""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext

from accord.accounts.models.account import Account
from accord.accounts.models.contact import Contact
from accord.accounts.models.part import AccountPart, TeamPart, team_part
from accord.core.due import DueFields
from accord.core.policy import part_of
from accord.core.rules import Is, OfClient, Where
from accord.core.search import Searched
from accord.core.texts import gettext_lazy

_SUCCESS_PLAN = OfClient("account") & Where(shared=True)


class Need(AccountPart):
    """Something the client needs, in their words, and what became of it."""

    class Weight(models.IntegerChoices):
        NICE = 1, gettext_lazy("Nice to have")
        IMPORTANT = 2, gettext_lazy("Important")
        VITAL = 3, gettext_lazy("Critical")

    class Status(models.TextChoices):
        OPEN = "open", gettext_lazy("Open")
        MET = "met", gettext_lazy("Met")
        NOT_OURS = "not_ours", gettext_lazy("Out of scope")

    title = models.CharField(gettext_lazy("need"), max_length=200)
    detail = models.TextField(gettext_lazy("details"), blank=True)
    weight = models.PositiveSmallIntegerField(
        gettext_lazy("importance"), choices=Weight.choices, default=Weight.IMPORTANT
    )
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    contact = models.ForeignKey(
        Contact,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="needs",
        verbose_name=gettext_lazy("source"),
    )

    searched = Searched(names=("title",), texts=("detail",))

    class Meta:
        ordering = ["status", "-weight", "pk"]

    def __str__(self) -> str:
        return self.title


class Goal(AccountPart):
    """What the client wants to reach: a measure with where it was, where it shall be, and by when."""

    class Status(models.TextChoices):
        OPEN = "open", gettext_lazy("Open")
        REACHED = "reached", gettext_lazy("Achieved")
        DROPPED = "dropped", gettext_lazy("Dropped")

    title = models.CharField(gettext_lazy("goal"), max_length=200)
    detail = models.TextField(gettext_lazy("details"), blank=True)
    need = models.ForeignKey(Need, on_delete=models.SET_NULL, null=True, blank=True, related_name="goals")
    measure = models.CharField(
        gettext_lazy("metric"),
        max_length=150,
        blank=True,
        help_text=gettext_lazy("For example: time to answer a complaint"),
    )
    unit = models.CharField(max_length=30, blank=True, help_text=gettext_lazy("For example: hours, % or EUR"))
    baseline = models.DecimalField(gettext_lazy("baseline"), max_digits=16, decimal_places=2, null=True, blank=True)
    target = models.DecimalField(gettext_lazy("target"), max_digits=16, decimal_places=2, null=True, blank=True)
    current = models.DecimalField(gettext_lazy("current value"), max_digits=16, decimal_places=2, null=True, blank=True)
    measured_on = models.DateField(null=True, blank=True)
    due_on = models.DateField(gettext_lazy("due date"), null=True, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    contact = models.ForeignKey(
        Contact,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="goals",
        verbose_name=gettext_lazy("client owner"),
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="goals"
    )
    shared = models.BooleanField(
        gettext_lazy("part of the success plan"), default=False, help_text=gettext_lazy("Visible to the client.")
    )

    searched = Searched(names=("title",), texts=("detail", "measure"))
    not_money = frozenset({"baseline", "target", "current"})
    policy = part_of("account", shared=_SUCCESS_PLAN)

    class Meta:
        ordering = ["status", "due_on", "pk"]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        if self.baseline is not None and self.baseline == self.target:
            raise ValidationError({"target": gettext("The baseline already meets the target. Change one of them.")})
        if self.current is not None and self.measured_on is None:
            raise ValidationError({"measured_on": gettext("Enter the date of the measurement.")})

    @property
    def measured_progress(self) -> Decimal | None:
        """The share of the way from baseline to target, below 0 where things got worse; None where it is not known."""
        if self.baseline is None or self.target is None or self.current is None:
            return None
        return (self.current - self.baseline) / (self.target - self.baseline)


class SwotNote(AccountPart):
    """One line of strengths, weaknesses, opportunities and threats: ours, at this client."""

    class Quadrant(models.TextChoices):
        STRENGTH = "strength", gettext_lazy("Strengths")
        WEAKNESS = "weakness", gettext_lazy("Weaknesses")
        OPPORTUNITY = "opportunity", gettext_lazy("Opportunities")
        THREAT = "threat", gettext_lazy("Threats")

    quadrant = models.CharField(max_length=11, choices=Quadrant.choices)
    text = models.CharField(max_length=300)
    order = models.PositiveIntegerField(gettext_lazy("position"), default=0, editable=False)

    class Meta:
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.text


class Strategy(AccountPart):
    """How we mean to meet a need or help to reach a goal."""

    class Status(models.TextChoices):
        PLANNED = "planned", gettext_lazy("Planned")
        ACTIVE = "active", gettext_lazy("In progress")
        DONE = "done", gettext_lazy("Done")
        DROPPED = "dropped", gettext_lazy("Dropped")

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="strategies")
    title = models.CharField(max_length=200)
    detail = models.TextField(gettext_lazy("details"), blank=True)
    goal = models.ForeignKey(Goal, on_delete=models.SET_NULL, null=True, blank=True, related_name="strategies")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PLANNED)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="strategies"
    )
    shared = models.BooleanField(
        gettext_lazy("part of the success plan"), default=False, help_text=gettext_lazy("Visible to the client.")
    )
    policy = part_of("account", shared=_SUCCESS_PLAN)

    class Meta:
        ordering = ["status", "pk"]
        verbose_name_plural = gettext_lazy("strategies")

    def __str__(self) -> str:
        return self.title


class PlannedAction(TeamPart):
    """One step of a strategy: who does it, of us or of them, and by when."""

    title = models.CharField(max_length=200)
    strategy = models.ForeignKey(Strategy, on_delete=models.CASCADE, null=True, blank=True, related_name="steps")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="planned_actions"
    )
    contact = models.ForeignKey(
        Contact,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="planned_actions",
        verbose_name=gettext_lazy("client contact"),
        help_text=gettext_lazy("The contact responsible, if this is the client's action."),
    )
    due_on = models.DateField(gettext_lazy("due date"), null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True, editable=False)
    shared = models.BooleanField(
        gettext_lazy("part of the success plan"), default=False, help_text=gettext_lazy("Visible to the client.")
    )

    due_item = DueFields("planned action", Q(done_at=None), about="account")
    policy = team_part(Is("owner"), shared=_SUCCESS_PLAN)

    class Meta:
        ordering = ["done_at", "due_on", "pk"]

    def __str__(self) -> str:
        return self.title
