"""What may happen, for worse or for better."""

from __future__ import annotations

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext

from accord.core.due import DueFields
from accord.core.fields import MoneyField
from accord.core.search import Searched
from accord.core.texts import gettext_lazy
from accord.engines.uncertainty import risk_matrix
from accord.engines.uncertainty.risk_matrix import ThreePoint
from accord.projects.models.log import LogEntry

PERCENT = [MinValueValidator(0), MaxValueValidator(100)]


class Impact(models.IntegerChoices):
    """How hard it strikes the client, in the steps of the matrix."""

    NONE = 0, gettext_lazy("None")
    SLIGHT = 1, gettext_lazy("Very low: barely noticed")
    MINOR = 2, gettext_lazy("Low: noticed")
    MODERATE = 3, gettext_lazy("Moderate: complaint")
    MAJOR = 4, gettext_lazy("High: trust damaged")
    SEVERE = 5, gettext_lazy("Very high: client at risk")


class Risk(LogEntry):
    """An uncertain event: because of a cause it may occur, and would have an effect.

    A threat's impact costs time and money, an opportunity's saves them: both are given as positive amounts at their
    low, likely and high (three-point), and `sign` tells which way they count. Days are working days of the plan.
    """

    LETTER = "R"

    class Kind(models.TextChoices):
        THREAT = "threat", gettext_lazy("Threat")
        OPPORTUNITY = "opportunity", gettext_lazy("Opportunity")

    class Response(models.TextChoices):
        AVOID = "avoid", gettext_lazy("Avoid")
        REDUCE = "reduce", gettext_lazy("Mitigate")
        TRANSFER = "transfer", gettext_lazy("Transfer")
        ACCEPT = "accept", gettext_lazy("Accept")
        EXPLOIT = "exploit", gettext_lazy("Exploit")
        SHARE = "share", gettext_lazy("Share")
        ENHANCE = "enhance", gettext_lazy("Enhance")

    class Status(models.TextChoices):
        OPEN = "open", gettext_lazy("Open")
        OCCURRED = "occurred", gettext_lazy("Occurred")
        CLOSED = "closed", gettext_lazy("Closed")

    RESPONSES = {
        Kind.THREAT: {Response.AVOID, Response.REDUCE, Response.TRANSFER, Response.ACCEPT},
        Kind.OPPORTUNITY: {Response.EXPLOIT, Response.SHARE, Response.ENHANCE, Response.ACCEPT},
    }

    kind = models.CharField(gettext_lazy("type"), max_length=11, choices=Kind.choices, default=Kind.THREAT)
    cause = models.TextField(blank=True)
    event = models.TextField(gettext_lazy("risk event"), blank=True)
    effect = models.TextField(blank=True)
    probability = models.PositiveSmallIntegerField(gettext_lazy("probability (%)"), default=30, validators=PERCENT)
    days_low = models.DecimalField(
        gettext_lazy("delay, optimistic (working days)"), max_digits=6, decimal_places=1, default=Decimal(0)
    )
    days_likely = models.DecimalField(
        gettext_lazy("delay, most likely (working days)"), max_digits=6, decimal_places=1, default=Decimal(0)
    )
    days_high = models.DecimalField(
        gettext_lazy("delay, pessimistic (working days)"), max_digits=6, decimal_places=1, default=Decimal(0)
    )
    cost_low = MoneyField(gettext_lazy("cost, optimistic"), currency="project.currency", default=Decimal(0))
    cost_likely = MoneyField(gettext_lazy("cost, most likely"), currency="project.currency", default=Decimal(0))
    cost_high = MoneyField(gettext_lazy("cost, pessimistic"), currency="project.currency", default=Decimal(0))
    client_impact = models.PositiveSmallIntegerField(
        gettext_lazy("client impact"), choices=Impact.choices, default=Impact.NONE
    )
    tasks = models.ManyToManyField(
        "projects.Task", blank=True, related_name="risks", verbose_name=gettext_lazy("affected tasks")
    )
    response = models.CharField(max_length=10, choices=Response.choices, blank=True)
    plan = models.TextField(gettext_lazy("response plan"), blank=True)
    trigger = models.CharField(
        max_length=300, blank=True, help_text=gettext_lazy("The early sign that the risk is about to occur.")
    )
    residual_probability = models.PositiveSmallIntegerField(
        gettext_lazy("residual probability (%)"), null=True, blank=True, validators=PERCENT
    )
    residual_days = models.DecimalField(
        gettext_lazy("residual delay (working days)"), max_digits=6, decimal_places=1, null=True, blank=True
    )
    residual_cost = MoneyField(gettext_lazy("residual cost"), currency="project.currency", null=True, blank=True)
    due_on = models.DateField(gettext_lazy("review date"), null=True, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN, editable=False)
    occurred_on = models.DateField(gettext_lazy("occurred on"), null=True, blank=True, editable=False)

    money_fields = frozenset({"cost_low", "cost_likely", "cost_high", "residual_cost"})
    not_money = frozenset({"days_low", "days_likely", "days_high", "residual_days"})

    due_item = DueFields("risk review", Q(status=Status.OPEN), about="project", undated=False)

    class Meta(LogEntry.Meta):
        constraints = [models.UniqueConstraint(fields=["project", "number"], name="risk_number_once")]

    holds_files = True
    searched = Searched(names=("title",), texts=("cause", "event", "effect", "plan", "trigger"))

    def clean(self) -> None:
        for low, likely, high in (("days_low", "days_likely", "days_high"), ("cost_low", "cost_likely", "cost_high")):
            three = [getattr(self, name) for name in (low, likely, high)]
            if any(value is None for value in three):
                continue
            if three[0] < 0:
                raise ValidationError(
                    {low: gettext("Enter a positive amount. Threats count as cost, opportunities as savings.")}
                )
            if three != sorted(three):
                raise ValidationError({likely: gettext("Estimates must increase from optimistic to pessimistic.")})
        if self.response and self.response not in self.RESPONSES[Risk.Kind(self.kind)]:
            allowed = ", ".join(sorted(r.label.lower() for r in self.RESPONSES[Risk.Kind(self.kind)]))
            raise ValidationError(
                {
                    "response": gettext("Choose a response to a %(kind)s: %(allowed)s.")
                    % {"kind": self.get_kind_display().lower(), "allowed": allowed}
                }
            )

    @property
    def sign(self) -> int:
        """+1 where it costs, −1 where it saves."""
        return 1 if self.kind == self.Kind.THREAT else -1

    @property
    def figures(self) -> risk_matrix.Risk:
        """The risk as the engine rates it."""
        return risk_matrix.Risk(
            probability=self.probability,
            days=ThreePoint(self.days_low, self.days_likely, self.days_high),
            cost=ThreePoint(self.cost_low, self.cost_likely, self.cost_high),
            client=self.client_impact,
            opportunity=self.sign < 0,
            response=risk_matrix.Response(self.residual_probability, self.residual_days, self.residual_cost),
        )

    @property
    def sentence(self) -> str:
        """Cause, event and effect as one sentence; what is not said is left out."""
        cause, event, effect = (text.strip().rstrip(".") for text in (self.cause, self.event, self.effect))
        said = gettext("because %(cause)s") % {"cause": cause} if cause else ""
        if event:
            perhaps = (
                gettext("there is a risk that %(event)s") if self.sign > 0 else gettext("it is possible that %(event)s")
            )
            event = perhaps % {"event": event}
            said = gettext("%(because)s, %(event)s") % {"because": said, "event": event} if said else event
        if effect:
            effect = gettext("which would mean that %(effect)s") % {"effect": effect}
            said = gettext("%(risk)s, %(effect)s") % {"risk": said, "effect": effect} if said else effect
        return f"{said[:1].upper()}{said[1:]}." if said else ""
