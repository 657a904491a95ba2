"""The chance of renewal that an agreement had on a day, and how its term ended."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext

from accord.core.texts import gettext_lazy
from accord.sales.models import Agreement


class RenewalForecast(models.Model):
    """One chance, from 0 to 1, kept on the day on which it was first said; it stood until the next row's day.

    ``renewed`` is null until the term has ended.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="renewal_forecasts")
    day = models.DateField()
    chance = models.FloatField()
    renewed = models.BooleanField(
        null=True, help_text=gettext_lazy("Whether the next term was signed. Unknown until this one has ended.")
    )

    class Meta:
        ordering = ["-day"]
        constraints = [models.UniqueConstraint(fields=["agreement", "day"], name="renewal_forecast_once_a_day")]

    def __str__(self) -> str:
        return gettext("%(project)s: %(method)s") % {"project": self.agreement, "method": self.day}
