"""The retention of a run month by month, and who was a client when."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext

from accord.insight.models.client_figures_run import ClientFigures


class FirmRetention(models.Model):
    """Kept of the newest run alone: the records give that of any other day.

    ``figures`` has, for all clients and for each half, the twelve months up to each month's end, and the newest period
    by segment, service and account manager. ``past`` is a packed ``insight.retention.FirmPast``.
    """

    analysis = models.OneToOneField(ClientFigures, on_delete=models.CASCADE, related_name="retention")
    figures = models.JSONField(default=dict)
    past = models.BinaryField(default=bytes)

    commercial = True
    money_fields = frozenset({"figures", "past"})

    def __str__(self) -> str:
        return gettext("Retention: %(analysis)s") % {"analysis": self.analysis}
