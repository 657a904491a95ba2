"""What a project's plan, its pace and the firm's closed projects said of its finish on a day."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext

from accord.core.texts import gettext_lazy
from accord.projects.models import Project


class PlanForecast(models.Model):
    """Forecasts of the duration, in weeks since the start of the agreed plan; one row for each day.

    Named as in :class:`accord.engines.uncertainty.finish_forecast.FinishForecast`. They are durations, not money, so
    whoever may see the project's plan may see them.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="plan_forecasts")
    day = models.DateField()
    weeks = models.FloatField(help_text=gettext_lazy("Since the start of the agreed plan."))
    path_pace = models.FloatField()
    shrunk_pace = models.FloatField()
    p50_alone = models.FloatField()
    p80_alone = models.FloatField()
    p50 = models.FloatField()
    p80 = models.FloatField()
    simulated = models.FloatField(
        help_text=gettext_lazy("P50 with the usual spread of tasks, before what projects have in common.")
    )
    variance = models.FloatField(help_text=gettext_lazy("Of the logarithm of the simulated duration."))
    projects = models.PositiveIntegerField(help_text=gettext_lazy("How many closed projects it has learned from."))

    class Meta:
        ordering = ["-day"]
        constraints = [models.UniqueConstraint(fields=["project", "day"], name="plan_forecast_once_a_day")]

    def __str__(self) -> str:
        return gettext("%(project)s: %(method)s") % {"project": self.project, "method": self.day}
