"""One simulation of a plan, with all that came of it."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from accord.core.fields import WallTimeField
from accord.core.texts import gettext_lazy
from accord.projects.models.plan_run import PlanRun


class Simulation(PlanRun):
    """What the plan may come to.

    ``result`` has the shape that :func:`accord.projects.simulation_result.as_json` gives it. Tasks without an estimate
    of their own are certain, or spread by so many percent less and more than planned.
    """

    class Risks(models.TextChoices):
        LEFT_OUT = "left_out", gettext_lazy("Excluded")
        AS_THEY_ARE = "as_they_are", gettext_lazy("Current")
        AFTER_RESPONSE = "after_response", gettext_lazy("After responses")

    iterations = models.PositiveIntegerField(
        default=10_000, validators=[MinValueValidator(100), MaxValueValidator(100_000)]
    )
    seed = models.PositiveIntegerField(
        default=1,
        validators=[MaxValueValidator(2**31 - 1)],
        help_text=gettext_lazy("The same seed gives the same result."),
    )
    spread_low = models.PositiveSmallIntegerField(
        gettext_lazy("optimistic: shorter by (%)"), default=0, validators=[MaxValueValidator(100)]
    )
    spread_high = models.PositiveSmallIntegerField(
        gettext_lazy("pessimistic: longer by (%)"), default=0, validators=[MaxValueValidator(1000)]
    )
    risks = models.CharField(max_length=14, choices=Risks.choices, default=Risks.AS_THEY_ARE)
    not_before = WallTimeField(
        gettext_lazy("continue from"),
        null=True,
        blank=True,
        help_text=gettext_lazy("Unfinished work continues from this date. Leave empty to use the plan."),
    )
    progress = models.PositiveSmallIntegerField(default=0, help_text=gettext_lazy("In percent."))

    class Meta(PlanRun.Meta):
        indexes = [models.Index(fields=["plan", "status", "-id"], name="simulation_latest")]
