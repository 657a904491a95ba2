"""How right the forecasts of closed projects were."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext

from accord.core.texts import gettext_lazy
from accord.projects.models import Project


class ForecastScore(models.Model):
    """The mean error of one method over one stage of a closed project, as a share of how it ended.

    ``error`` is the mean of |forecast / outcome - 1|, ``bias`` that of forecast / outcome - 1: above zero, the method
    said too much. Written when a project closes, from its kept measurements. Of quantiles (P50, P80), ``pinball`` is
    the mean pinball loss as a share of the outcome, and ``held`` whether the stage's first forecast was not exceeded.
    """

    class Quantity(models.TextChoices):
        DURATION = "duration", gettext_lazy("Finish")
        COST = "cost", gettext_lazy("Cost at completion")

    class Stage(models.TextChoices):
        EARLY = "early", gettext_lazy("Early")
        MIDDLE = "middle", gettext_lazy("Middle")
        LATE = "late", gettext_lazy("Late")

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="forecast_scores")
    quantity = models.CharField(max_length=10, choices=Quantity.choices)
    method = models.CharField(max_length=30)
    stage = models.CharField(max_length=10, choices=Stage.choices)
    error = models.FloatField()
    bias = models.FloatField()
    pinball = models.FloatField(null=True)
    held = models.BooleanField(null=True)
    forecasts = models.PositiveIntegerField(help_text=gettext_lazy("How many forecasts the mean is of."))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "quantity", "method", "stage"], name="forecast_score_once")
        ]

    def __str__(self) -> str:
        return gettext("%(project)s: %(method)s") % {"project": self.project, "method": self.method}
